"""Lines that make a rule try every way of cutting them up: with two ways a word, none would end."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator

import pytest

from extractors.cleaning.phrases import PhraseRule, phrase_rules

_MARKS = ("<", ">", "|", "2024", "1 ", "-", "·", "@", "a@b.", "(", "_", "=", "\t", "\u3000")
_WORD = re.compile(r"[^\W\d_]{1,12}")


@pytest.fixture
def _watchdog() -> Iterator[None]:
    """End a search that would not end by itself; one without backtracking takes microseconds."""
    before = signal.signal(signal.SIGALRM, _hang)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _hang(signum: int, frame: object) -> None:
    raise TimeoutError("the search does not end")


@pytest.mark.usefixtures("_watchdog")
@pytest.mark.parametrize("rule", phrase_rules(), ids=lambda rule: rule.id)
def test_a_phrase_rule_ends_on_repetitions_of_its_own_words(rule: PhraseRule) -> None:
    for word in (*_MARKS, *sorted(set(_WORD.findall(rule.pattern.pattern)))):
        for bait in (word, f"{word} "):
            rule.pattern.search((bait * (min(rule.max_len, 400) // len(bait)) + "\x01").lower())


@pytest.mark.usefixtures("_watchdog")
def test_a_run_of_years_is_no_row_of_page_numbers() -> None:
    pager = next(rule for rule in phrase_rules() if rule.pattern.search("« 1 2 3 »"))
    assert pager.pattern.search("1 2 3 4 5 next") is not None
    assert pager.pattern.search("2024" * 100 + " 갈매기") is None
