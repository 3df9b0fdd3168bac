"""The binding lexicon: what each predicate governs, and the words that show it.

`predicates/common.yaml` says which kinds of figure each predicate of the closed vocabulary
governs; `predicates/LANG.yaml` gives one language's cues as regular expressions. A new
language is a new file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from extractors.records import Direction, Phase, Predicate, Quantity, Scope
from extractors.rulebook import load_yaml

Where = Literal["any", "after", "before"]
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Government:
    """Which figures a predicate governs: `strong` by itself, `weak` beside another.

    `near` holds units of counts that it governs only from near; `prior` is added to the
    score of its cues; `actors` are the kinds of entities that can act (empty: any), names
    that no table lists aside.
    """

    strong: frozenset[str]
    weak: frozenset[str]
    counts: frozenset[str]
    near: frozenset[str]
    prior: float
    actors: frozenset[str]

    def affinity(self, quantity: Quantity) -> float:
        """How well the predicate fits a quantity: 2 strong, 1 weak, 0 not at all."""
        if quantity.kind == "count":
            if quantity.unit in self.counts:
                return 2.0
            return 1.0 if "any" in self.counts else 0.0
        return 2.0 if quantity.kind in self.strong else float(quantity.kind in self.weak)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's cues, compiled; patterns that a file leaves out never match."""

    lang: str
    verb_final: bool
    dense: bool
    spaced: bool
    cues: Mapping[Predicate, re.Pattern[str]]
    breaks: re.Pattern[str]
    subject_after: re.Pattern[str]
    headline_after: re.Pattern[str]
    subject_blockers: re.Pattern[str]
    genitive_after: re.Pattern[str]
    genitive_before: re.Pattern[str]
    agent_after: re.Pattern[str]
    agent_before: re.Pattern[str]
    beneficiary_after: re.Pattern[str]
    beneficiary_before: re.Pattern[str]
    locative_after: re.Pattern[str]
    locative_before: re.Pattern[str]
    coordination: re.Pattern[str]
    references: re.Pattern[str]
    say: re.Pattern[str]
    source_before: re.Pattern[str]
    phases: Mapping[Phase, re.Pattern[str]]
    negated_before: re.Pattern[str]
    negated_after: re.Pattern[str]
    scopes: Mapping[Scope, re.Pattern[str]]
    directions: Mapping[Direction, re.Pattern[str]]
    change_before: re.Pattern[str]
    change_after: re.Pattern[str]
    previous_before: re.Pattern[str]
    previous_after: re.Pattern[str]
    as_of: re.Pattern[str]
    correction: re.Pattern[str]
    share_of: re.Pattern[str]
    populations: Mapping[str, re.Pattern[str]]
    demonyms: Mapping[str, re.Pattern[str]]
    disasters: Mapping[str, re.Pattern[str]]
    topics: Mapping[str, re.Pattern[str]]
    particles: re.Pattern[str]
    organisation: re.Pattern[str]
    names: re.Pattern[str]
    towns: re.Pattern[str]
    object_after: re.Pattern[str]
    start_before: re.Pattern[str]
    start_after: re.Pattern[str]
    end_before: re.Pattern[str]
    end_after: re.Pattern[str]
    record_before: re.Pattern[str]
    record_after: re.Pattern[str]
    peak: re.Pattern[str]
    growth: re.Pattern[str]
    part_before: re.Pattern[str]
    risen_before: re.Pattern[str]
    indicators: Mapping[str, re.Pattern[str]]
    from_before: re.Pattern[str]
    to_after: re.Pattern[str]
    bank: re.Pattern[str]
    span_link: re.Pattern[str]
    savings: re.Pattern[str]
    yields: re.Pattern[str]
    scales: Mapping[str, re.Pattern[str]]
    base_after: re.Pattern[str]
    reached_before: re.Pattern[str]
    reached_after: re.Pattern[str]
    belongs_after: re.Pattern[str]
    proper: re.Pattern[str]
    source_after: re.Pattern[str]
    short_names: re.Pattern[str]
    described_after: re.Pattern[str]
    receives: re.Pattern[str]
    state: re.Pattern[str]
    home: str
    auxiliaries: frozenset[str]
    stake: re.Pattern[str]
    stem: re.Pattern[str]
    relative: re.Pattern[str]


def _load(name: str) -> dict[str, Any]:
    return cast(dict[str, Any], load_yaml(f"predicates/{name}.yaml"))


@cache
def government() -> Mapping[Predicate, Government]:
    """What each predicate governs, from `predicates/common.yaml`."""
    table = {}
    for predicate, row in _load("common").items():
        counts = row.get("counts", ())
        table[cast(Predicate, predicate)] = Government(
            frozenset(row.get("strong", ())),
            frozenset(row.get("weak", ())),
            frozenset([counts] if isinstance(counts, str) else counts),
            frozenset(row.get("near", ())),
            row.get("prior", 0.0),
            frozenset(row.get("actors", ())),
        )
    return table


@cache
def languages() -> tuple[str, ...]:
    """Languages that have a binding lexicon."""
    folder = files("extractors") / "predicates"
    names = (path.name.removesuffix(".yaml") for path in folder.iterdir())
    return tuple(sorted(name for name in names if name != "common"))


def examples(lang: str) -> list[dict[str, str]]:
    """The examples of a language's lexicon; each is a test."""
    return cast(list[dict[str, str]], _load(lang)["examples"])


@cache
def lexicon(lang: str) -> Lexicon | None:
    """The lexicon of a language tag ("ja", "zh-Hant"), or None where there is none."""
    base = lang.split("-")[0]
    if base not in languages():
        return None
    raw = _load(base)
    svo = raw["word_order"] == "svo"
    words = svo and raw.get("spaced", True)
    links = "|".join(raw["coordination"])
    fillers = "|".join(raw["coordination_fillers"])
    end = r"(?!\w)" if words else ""
    joined = rf"(?:[\s,]|(?:{links}|{fillers}){end})*"

    def compiled(
        patterns: Sequence[str], where: Literal["any", "after", "before"]
    ) -> re.Pattern[str]:
        if not patterns:
            return NEVER
        body = "|".join(patterns)
        if where == "after":
            return re.compile(f"(?:{body})", re.IGNORECASE)
        if where == "before":
            bound = r"(?:^|[\s(,“\"])" if words else ""
            return re.compile(rf"{bound}(?:{body})\s*{joined}$", re.IGNORECASE)
        return re.compile(rf"\b(?:{body})(?!\w)" if words else f"(?:{body})", re.IGNORECASE)

    def one(key: str, where: Where = "any") -> re.Pattern[str]:
        return compiled(raw.get(key, ()), where)

    def many(key: str) -> dict[Any, re.Pattern[str]]:
        return {  # the longer form first: it is the one that says more
            name: compiled(sorted(patterns, key=len, reverse=True), "any")
            for name, patterns in raw.get(key, {}).items()
        }

    breaks = raw["clause_breaks"]
    return Lexicon(
        lang=base,
        verb_final=not svo,
        dense=not words,
        spaced=words,
        cues=many("cues"),
        breaks=re.compile("|".join(breaks), re.IGNORECASE) if breaks else NEVER,
        subject_after=one("subject_after", "after"),
        headline_after=one("headline_after", "after"),
        subject_blockers=one("subject_blockers", "before"),
        genitive_after=one("genitive_after", "after"),
        genitive_before=one("genitive_before", "before"),
        agent_after=one("agent_after", "after"),
        agent_before=one("agent_before", "before"),
        beneficiary_after=one("beneficiary_after", "after"),
        beneficiary_before=one("beneficiary_before", "before"),
        locative_after=one("locative_after", "after"),
        locative_before=one("locative_before", "before"),
        coordination=re.compile(
            rf"(?=.*(?:[,、]|{links}))(?:[\s,、]|(?:{links}|{fillers}){end})+", re.IGNORECASE
        ),
        references=one("references"),
        say=one("say"),
        source_before=one("source_before", "before"),
        phases=many("phase"),
        negated_before=one("negated_before", "before"),
        negated_after=one("negated_after", "after"),
        scopes=many("scope"),
        directions=many("direction"),
        change_before=one("change_before", "before"),
        change_after=one("change_after", "after"),
        previous_before=one("previous_before", "before"),
        previous_after=one("previous_after", "after"),
        as_of=one("as_of", "before" if svo else "after"),
        correction=one("correction"),
        share_of=one("share_of", "after"),
        populations=many("population_nouns"),
        demonyms=many("demonyms"),
        disasters=many("disasters"),
        topics=many("topics"),
        particles=re.compile("|".join(raw["particles"])) if raw.get("particles") else NEVER,
        organisation=re.compile(raw["organisation"]),
        names=re.compile(raw["names"]) if "names" in raw else NEVER,
        towns=re.compile(raw["towns"]) if "towns" in raw else NEVER,
        object_after=one("object_after", "after"),
        start_before=one("start_before", "before"),
        start_after=one("start_after", "after"),
        end_before=one("end_before", "before"),
        end_after=one("end_after", "after"),
        record_before=one("record_before", "before"),
        record_after=one("record_after", "after"),
        peak=one("peak"),
        growth=one("growth"),
        part_before=one("part_before", "before"),
        risen_before=one("risen_before", "before"),
        indicators=many("indicators"),
        from_before=one("from_before", "before"),
        to_after=one("to_after", "after"),
        bank=one("bank"),
        span_link=one("span_link", "after"),
        savings=one("savings"),
        yields=one("yields"),
        scales=many("scales"),
        base_after=one("base_after", "after"),
        reached_before=one("reached_before", "before"),
        reached_after=one("reached_after", "after"),
        belongs_after=one("belongs_after", "after"),
        proper=re.compile(raw["proper"]) if "proper" in raw else NEVER,
        source_after=one("source_after", "after"),
        short_names=re.compile(raw["short_names"]) if "short_names" in raw else NEVER,
        described_after=one("described_after", "after"),
        receives=one("receives"),
        state=one("state"),
        home=raw.get("home", ""),
        auxiliaries=frozenset(raw.get("auxiliaries", ())),
        stake=one("stake"),
        stem=re.compile(raw["stem"]) if "stem" in raw else NEVER,
        relative=one("relative"),
    )


def particles(lang: str) -> re.Pattern[str]:
    """What may follow a name without a blank in a language; never found without a lexicon."""
    words = lexicon(lang)
    return words.particles if words else NEVER
