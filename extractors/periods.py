"""The months that an amount covers, where its own clause does not say.

The amounts of one event (one predicate, one actor) that an article states share the period
that it states for it; where it states none, the years from which and until which it runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from extractors.entities import family
from extractors.records import Fact, Predicate

LASTING: frozenset[Predicate] = frozenset(
    {"invest", "fund", "lend", "spend", "train", "hire", "cut_jobs", "produce", "build"}
)
LONGEST = 50  # years of a plan

Event = tuple[str, Predicate]
"""Who, as a family, and what is done."""


def complete(facts: Sequence[Fact], year: int | None = None) -> list[Fact]:
    """Give the amounts of each lasting event their period.

    Args:
        facts: of one article, in order of position.
        year: of the report, from which what has only an end runs ("by 2030").

    Returns:
        The same facts; a period that was stated is never changed.
    """
    stated: dict[Event, set[int]] = defaultdict(set)
    ends: dict[tuple[str, Predicate, str], set[int]] = defaultdict(set)
    durations = {f.period_months for f in facts if f.quantity.kind == "duration"}
    spans: dict[tuple[int, str], set[int]] = defaultdict(set)
    for fact in facts:
        if fact.slot in {"start", "end"} and fact.quantity.date_start is not None:
            spans[fact.sentence_start, fact.slot].add(fact.quantity.date_start.year)
    for fact in facts:
        if fact.predicate not in LASTING or fact.actor is None:
            continue
        event = family(fact.actor), fact.predicate
        if fact.period_months is not None and fact.period_months in durations:
            stated[event].add(fact.period_months)
        day = fact.quantity.date_start
        other = "end" if fact.slot == "start" else "start"
        closed = bool(spans.get((fact.sentence_start, other)))  # a span of its own
        if fact.slot in {"start", "end"} and day is not None and not closed:
            ends[*event, fact.slot].add(day.year)
    periods = {event: next(iter(found)) for event, found in stated.items() if len(found) == 1}
    for who, predicate, slot in sorted(ends):
        years = ends[who, predicate, "start"], ends[who, predicate, "end"]
        if not years[0] and year is not None and min(years[1], default=0) > year:
            years = {year}, years[1]
        if slot == "end" and (who, predicate) not in stated and all(len(y) == 1 for y in years):
            months = 12 * (min(years[1]) - min(years[0]) + 1)  # both years count
            if 12 <= months <= 12 * LONGEST:
                periods[who, predicate] = months
    until = _until(facts)
    return [_with_period(fact, periods, until) for fact in facts]


def _until(facts: Sequence[Fact]) -> dict[int, dict[Event, int]]:
    """By sentence, the months of what ends in the year that it names, where another one tells.

    "An investment of 2 trillion until 2027" goes with "in the five years to 2027", whatever
    else the article says of the ten years before.
    """
    ends: dict[int, dict[Event, set[int]]] = defaultdict(lambda: defaultdict(set))
    told: dict[int, dict[Event, set[int]]] = defaultdict(lambda: defaultdict(set))
    for fact in facts:
        if fact.predicate in LASTING and fact.actor is not None:
            event = family(fact.actor), fact.predicate
            if fact.slot == "end" and fact.quantity.date_start is not None:
                ends[fact.sentence_start][event].add(fact.quantity.date_start.year)
            elif fact.quantity.kind in {"money", "count"} and fact.period_months is not None:
                told[fact.sentence_start][event].add(fact.period_months)
    known: dict[tuple[Event, int], set[int]] = defaultdict(set)
    for sentence, events in ends.items():
        for event, years in events.items():
            if len(years) == 1:
                known[event, min(years)] |= told[sentence][event]
    return {
        sentence: {
            event: min(months)
            for event, years in events.items()
            if len(years) == 1 and len(months := known[event, min(years)]) == 1
        }
        for sentence, events in ends.items()
    }


def _with_period(fact: Fact, periods: dict[Event, int], until: dict[int, dict[Event, int]]) -> Fact:
    if fact.period_months is not None or fact.actor is None or fact.quantity.per is not None:
        return fact
    if fact.quantity.kind not in {"money", "count"} or fact.slot not in {"level", "count"}:
        return fact
    event = family(fact.actor), fact.predicate
    months = until.get(fact.sentence_start, {}).get(event, periods.get(event))
    return replace(fact, period_months=months)
