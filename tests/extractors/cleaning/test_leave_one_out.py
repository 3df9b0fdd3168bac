"""How far the rules of four seeds clean the fifth.

Strict: a phrase rule whose example is a line of the seed is left out as a whole, with all that it
knows of other pages. Shapes, words of furniture and the vote then have to do.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.cleaning import clean, normalise, phrase_rules, phrases
from extractors.rulebook import rule_languages, rules

SEEDS = Path(__file__).parents[3] / "seeds"

# Lines (from 1) that only the phrase rule which quotes the seed takes out, of 6, 0, 9, 2 and 34.
MISSED: dict[str, set[int]] = {
    "000": {28},  # the name of the outlet
    "001": set(),
    "002": set(),
    "003": set(),
    "004": set(),
}


def rules_of(lines: list[str]) -> set[str]:
    """Phrase rules whose example is a line of the seed, or a part of one."""
    text = "\n".join(normalise(line) for line in lines)
    return {
        entry["id"]
        for lang in rule_languages()
        for entry in rules(lang).get("phrases", ())
        if normalise(entry["example"]) in text
    }


@pytest.mark.parametrize("number", sorted(MISSED))
def test_seed_is_cleaned_without_its_own_rules(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8").split("\n")
    before = {r.line + 1 for r in clean(lines).removals}
    own = rules_of(lines)
    rest = tuple(rule for rule in phrase_rules() if rule.id not in own)
    monkeypatch.setattr(phrases, "phrase_rules", lambda lang=None: rest)
    phrases._screen.cache_clear()
    try:
        after = {r.line + 1 for r in clean(lines).removals}
    finally:
        phrases._screen.cache_clear()
    assert after <= before
    assert before - after == MISSED[number]
