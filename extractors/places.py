"""Where a fact is, when its own clause does not say: by who acts, and by what the article states.

A rate or an indicator is of the country of its bank or office, a penalty of the country of
its authority, a takeover of the country of the company taken over. For what is built, paid
for or announced, the country that the article states for the same event stands, then for the
same actor, then the country that the article is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from extractors import cases
from extractors.clauses import Sentence
from extractors.entities import AUTHORITIES, PLACES, family, gazetteer, known
from extractors.records import Fact, Predicate

SEATED: frozenset[Predicate] = frozenset(
    {"set_rate", "measure", "poll", "vote", "fine", "arrest", "announce"}
)
PLACED: frozenset[Predicate] = frozenset(
    {"invest", "fund", "lend", "build", "open", "train", "hire", "produce", "found", "announce"}
)
# What is placed by country alone: a city is only where it was said or is traded.
NATIONAL: frozenset[Predicate] = frozenset({"announce", "trade_at", "acquire", "found"})
VOTED: frozenset[Predicate] = frozenset({"poll", "vote"})
SEATS = AUTHORITIES | {"country", "organisation"}
SHARE = 0.6  # of the places named, from which an article is about a country
TITLE_WEIGHT = 3
LOCATIVE_WEIGHT = 2


@dataclass(frozen=True, slots=True)
class Setting:
    """What an article is about: its country, and the companies it names, the main one first.

    `titled`: whether the headline names that country, so that all it tells is of there.
    """

    home: str | None
    titled: bool
    companies: tuple[str, ...]


def complete(facts: Sequence[Fact], setting: Setting) -> list[Fact]:
    """Give each fact of an article its place where it can be told.

    Args:
        facts: of one article, in order of position.
        setting: what the article is about.

    Returns:
        The same facts; a place that was stated is never changed, unless a city is all that
        is stated of a national figure.
    """
    by_event: dict[tuple[str, Predicate], Counter[str]] = defaultdict(Counter)
    by_actor: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if fact.place is not None and fact.predicate in PLACED and fact.actor is not None:
            who, country = fact.actor, _country(fact.place)
            by_event[who, fact.predicate][country] += 1
            if fact.predicate != "announce":
                by_actor[who][country] += 1
    actors = Counter(family(f.actor) for f in facts if f.actor is not None)
    main = min(actors, key=lambda name: (-actors[name], name), default="")
    placed = []
    for fact in facts:
        who = family(fact.actor) if fact.actor is not None else ""
        stated = (by_event[fact.actor or "", fact.predicate], by_actor[fact.actor or ""])
        own = setting.home if setting.titled or who in {"", main} else None
        target = next((c for c in setting.companies if family(c) != who), None)
        placed.append(replace(fact, place=_place(fact, stated, own, target)))
    return placed


def about(sentences: Iterable[Sentence]) -> Setting:
    """The country that most of the places named in an article lie in, and its companies."""
    weights: Counter[str] = Counter()
    companies: Counter[str] = Counter()
    titles: set[str] = set()
    for sentence in sentences:
        share = TITLE_WEIGHT if sentence.role == "title" else 1
        for mention in sentence.mentions:
            if mention.entity.kind == "company" and mention.known:
                companies[mention.name] += share
            code = mention.entity.place
            if code is None or not mention.known or _is_adjective(sentence, mention.end):
                continue
            case = cases.case_of(sentence, mention)
            if case == "subject" and mention.entity.kind == "country":
                continue  # acts there, or elsewhere
            if sentence.role == "title":
                titles.add(_country(code))
            located = cases.is_located(sentence, mention)
            weight = LOCATIVE_WEIGHT if located else 1
            weights[_country(code)] += weight * share
    named = tuple(sorted(companies, key=lambda name: (-companies[name], name)))
    if not weights:
        return Setting(None, False, named)
    country, weight = min(weights.items(), key=lambda item: (-item[1], item[0]))
    clear = weight >= SHARE * weights.total() and weight > 1
    return Setting(country if clear else None, clear and country in titles, named)


def _is_adjective(sentence: Sentence, end: int) -> bool:
    """Whether a place name only tells where an organisation right after it is from."""
    return any(m.entity.kind not in PLACES and 0 <= m.start - end <= 1 for m in sentence.mentions)


def _country(place: str) -> str:
    return place.split("-")[0]


def _place(
    fact: Fact, stated: Sequence[Mapping[str, int]], home: str | None, target: str | None
) -> str | None:
    actor = known(fact.actor or "")
    seat = actor.country or None if actor is not None and actor.kind in SEATS else None
    if fact.predicate in SEATED and seat is not None:
        return seat
    if fact.place is not None:
        return _country(fact.place) if fact.predicate in NATIONAL else fact.place
    if fact.predicate == "acquire":
        return _home_of_target(fact, target) or home
    if fact.predicate in VOTED and actor is not None and actor.country:
        return actor.country
    if seat is not None:
        return seat
    if fact.predicate in VOTED:
        return home
    if fact.predicate not in PLACED and not (fact.predicate == "other" and home is not None):
        return None
    for countries in stated:
        if countries:
            return min(countries, key=lambda code: (-countries[code], code))
    return home


def _home_of_target(fact: Fact, other: str | None) -> str | None:
    """The country of the company taken over: named with the fact, or else the other one."""
    for participant in fact.participants:
        target = gazetteer().get(participant.entity)
        if participant.role == "beneficiary" and target is not None and target.kind == "company":
            return target.country or None
    bought = gazetteer().get(other or "")
    return bought.country or None if bought is not None else None
