"""Where a fact is, when its own words do not say: by who acts, and by what the article states.

A rate or an indicator is of the country of its bank or office, a penalty of the country of
its authority, a takeover of the country of the company taken over. For what is built or paid
for, the one country that the article states for the same actor stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from extractors.entities import AUTHORITIES, gazetteer
from extractors.records import Fact, Predicate

SEATED: frozenset[Predicate] = frozenset({"set_rate", "measure", "poll", "vote", "fine", "arrest"})
PLACED: frozenset[Predicate] = frozenset(
    {"invest", "fund", "lend", "build", "open", "train", "hire", "produce", "found", "announce"}
)


def complete(facts: Sequence[Fact]) -> list[Fact]:
    """Give each fact of an article its place where it can be told.

    Args:
        facts: of one article, in order of position.

    Returns:
        The same facts; a place that was stated is never changed, unless a city is all that
        is stated of a national figure.
    """
    stated: dict[str | None, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.place is not None and fact.predicate in PLACED:
            stated[fact.actor].add(fact.place.split("-")[0])
    return [replace(fact, place=_place(fact, stated[fact.actor])) for fact in facts]


def _place(fact: Fact, stated: set[str]) -> str | None:
    if fact.predicate in SEATED:
        return _seat(fact) or fact.place
    if fact.place is not None:
        return fact.place
    if fact.predicate == "acquire":
        return _home_of_target(fact)
    if fact.predicate in PLACED and len(stated) == 1:
        return next(iter(stated))
    return None


def _seat(fact: Fact) -> str | None:
    """The country of the authority, or of the country itself, that acts."""
    actor = gazetteer().get(fact.actor or "")
    if actor is None or actor.kind not in AUTHORITIES | {"country", "organisation"}:
        return None
    return actor.country or None


def _home_of_target(fact: Fact) -> str | None:
    """The country of the company that is taken over."""
    for participant in fact.participants:
        target = gazetteer().get(participant.entity)
        if participant.role == "beneficiary" and target is not None and target.kind == "company":
            return target.country or None
    return None
