"""Mentions of one article that say the same thing become one statement.

A statement has one native value; a rounding of it is its echo, its amount in another
currency a conversion, and an earlier figure that it replaces is quoted as old. What one
mention leaves unsaid (place, period, who) another one of the same statement fills in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from extractors.entities import family
from extractors.records import Fact, Quantity, StatementRole

DISTINCTIVE = 13  # smaller counts repeat by chance
SURE = 0.8  # confidence from which a binding is not overruled by a better one
SHARED = (
    "place",
    "target",
    "period_months",
    "population",
    "scope",
    "phase",
    "event_date_start",
    "event_date_end",
    "as_of",
    "measurer",
)


def group(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Assign statements and roles.

    Args:
        facts: of one article in order of position, each its own statement.

    Returns:
        The same mentions in the same order, with `statement`, `role`, `implied_rate` and
        the shared qualifiers set.
    """
    natives = _natives_of_conversions(facts)
    agreed = _withdrawn(_agree(facts, natives))
    parent = list(range(len(agreed)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(a: int, b: int) -> None:
        a, b = sorted((root(a), root(b)))
        parent[b] = a

    for conversion, native in natives.items():
        join(conversion, native)
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for i, fact in enumerate(agreed):
        by_key[_key(fact)].append(i)
    for members in by_key.values():
        values: dict[Hashable, int] = {}
        hedged: dict[Hashable, int] = {}
        for i in members:
            if i in natives:
                continue
            q = agreed[i].quantity
            join(i, values.setdefault(_value(q), i))
            if q.hedge is not None:
                hedged.setdefault((q.value, q.low, q.high, q.quantum), i)
        for i in hedged.values():
            for j in values.values():
                if rounds(agreed[i].quantity, agreed[j].quantity):
                    join(i, j)
    statements: dict[int, list[int]] = defaultdict(list)
    for i in range(len(agreed)):
        statements[root(i)].append(i)
    result = list(agreed)
    for ordinal, members in enumerate(statements.values()):
        for i, fact in zip(members, _settle(agreed, members, natives, ordinal), strict=True):
            result[i] = fact
    return tuple(_replaced(result))


def _withdrawn(facts: list[Fact]) -> list[Fact]:
    """Mark the figures that a notice of correction quotes as those that were wrong.

    A figure that stands in such a notice alone ("an earlier version gave $10 billion"), while
    headline and text give another one of the same, is not what the article says.
    """
    mentions = Counter((_key(fact), _value(fact.quantity)) for fact in facts)
    told: dict[Hashable, set[Hashable]] = defaultdict(set)
    for fact in facts:
        key, value = _key(fact), _value(fact.quantity)
        if not fact.correction:
            told[key].add(value)
    upheld = {key for key, values in told.items() if any(mentions[key, v] > 1 for v in values)}
    return [
        replace(fact, role="quoted_old")
        if fact.correction
        and fact.role == "native"
        and fact.quantity.kind in {"money", "count"}
        and _key(fact) in upheld
        and _value(fact.quantity) not in told[_key(fact)]
        else fact
        for fact in facts
    ]


def _replaced(facts: Sequence[Fact]) -> list[Fact]:
    """Let figures quoted as old belong to the statement that replaces them.

    That is the one of the same event in the same sentence, or, for a notice of correction,
    the first in the article, which is a corrected one then.
    """
    firsts: dict[Hashable, int] = {}
    for fact in facts:
        if fact.role == "native":
            firsts.setdefault(_event(fact), fact.statement)
            firsts.setdefault((_event(fact), fact.sentence_start), fact.statement)
    tied = []
    corrected: set[int] = set()
    for fact in facts:
        if fact.role == "quoted_old":
            statement = firsts.get((_event(fact), fact.sentence_start))
            if fact.correction:
                statement = firsts.get(_event(fact)) if statement is None else statement
                corrected.add(fact.statement if statement is None else statement)
            fact = fact if statement is None else replace(fact, statement=statement)
        tied.append(fact)
    return [
        replace(fact, correction=True) if fact.statement in corrected else fact for fact in tied
    ]


def _key(fact: Fact) -> Hashable:
    return *_event(fact), fact.role


def _event(fact: Fact) -> tuple[Hashable, ...]:
    """What a figure and the one that replaces it have in common."""
    q = fact.quantity
    return q.kind, q.currency, q.unit, fact.slot, _binding(fact)


def _value(q: Quantity) -> Hashable:
    """What mentions that state the same have in common: the value, or the ends or the date."""
    return q.value if q.value is not None else (q.timex, q.low, q.high)


def rounds(coarse: Quantity, fine: Quantity) -> bool:
    """Whether a hedged value is a rounding of a finer one (CLAIMS section 3, rule 2)."""
    if coarse.value is None or fine.value is None or coarse.hedge is None:
        return False
    if (coarse.quantum or Decimal(0)) <= (fine.quantum or Decimal(0)):
        return False
    larger = max(abs(coarse.value), abs(fine.value))
    return abs(coarse.value - fine.value) * 100 <= 15 * larger and (
        (coarse.low is None or coarse.low <= fine.value)
        and (coarse.high is None or fine.value <= coarse.high)
    )


def _natives_of_conversions(facts: Sequence[Fact]) -> dict[int, int]:
    """Index of the native mention by index of the conversion."""
    natives: dict[int, int] = {}
    for i, fact in enumerate(facts):
        if not fact.quantity.converted:
            continue
        for j in range(i - 1, -1, -1):
            other = facts[j]
            if other.sentence_start != fact.sentence_start:
                break
            if other.quantity.kind == "money" and j not in natives:
                if other.quantity.currency != fact.quantity.currency:
                    natives[i] = j
                break
    by_currency: dict[str | None, dict[Decimal, set[int]]] = defaultdict(dict)
    for i, j in natives.items():
        q = facts[i].quantity
        if q.value is not None:
            by_currency[q.currency].setdefault(q.value, set()).add(j)
    for i, fact in enumerate(facts):
        if fact.quantity.kind == "money" and i not in natives:
            sources = _converted_into(fact.quantity, by_currency[fact.quantity.currency])
            values = {(facts[j].quantity.value, facts[j].quantity.currency) for j in sources}
            if len(values) == 1 and i not in sources:
                natives[i] = min(sources, key=lambda j: abs(j - i))
    return natives


def _converted_into(q: Quantity, known: Mapping[Decimal, set[int]]) -> set[int]:
    """Natives whose conversion an amount is: the same amount, else one that it rounds."""
    if q.value is None or q.value in known:
        return known.get(q.value or Decimal(0), set())
    half = (q.quantum or Decimal(0)) / 2
    rounded = [value for value in known if abs(value - q.value) <= half]
    return known[rounded[0]] if len(rounded) == 1 and 20 * half <= abs(q.value) else set()


def _agree(facts: Sequence[Fact], natives: dict[int, int]) -> list[Fact]:
    """Let an unsure binding follow the one that the same figure has elsewhere.

    The mentions of a figure vote on who acts, each with its confidence; a sure binding
    gives way only to twice its own votes.
    """
    votes: dict[Hashable, dict[Hashable, float]] = defaultdict(lambda: defaultdict(float))
    best: dict[Hashable, Fact] = {}
    for fact in facts:
        figure, binding = _figure(fact), _binding(fact)
        if figure is not None:
            votes[figure][binding] += fact.confidence
            known = best.setdefault((figure, binding), fact)
            if fact.confidence > known.confidence:
                best[figure, binding] = fact
    agreed = []
    for i, fact in enumerate(facts):
        figure = _figure(fact)
        elected = _elected(fact, votes[figure]) if figure is not None else None
        model = best[figure, elected] if elected is not None else None
        if model is None and i in natives:
            native = facts[natives[i]]
            model = native if native.confidence > fact.confidence else None
        agreed.append(_follow(fact, model) if model is not None else fact)
    for i, j in natives.items():
        if agreed[j].predicate == "other" and agreed[i].predicate != "other":
            agreed[j] = _follow(agreed[j], agreed[i])
    return agreed


def _elected(fact: Fact, votes: Mapping[Hashable, float]) -> Hashable | None:
    """The binding that the mentions of a figure vote for, if the fact is to follow it."""
    winner = max(votes, key=lambda binding: votes[binding])
    own = _binding(fact)
    if winner == own or votes[winner] < (2 if fact.confidence >= SURE else 1) * votes[own]:
        return None
    return winner


def _binding(fact: Fact) -> Hashable:
    return fact.predicate, frozenset(family(name) for name in _actors(fact))


def _actors(fact: Fact) -> list[str]:
    return [p.entity for p in fact.participants if p.role == "actor"]


def _figure(fact: Fact) -> Hashable:
    q = fact.quantity
    if q.kind not in {"money", "count"} or q.value is None or abs(q.value) < DISTINCTIVE:
        return None
    return q.kind, q.value, q.currency, q.unit


def _follow(fact: Fact, model: Fact) -> Fact:
    speakers = tuple(p for p in fact.participants if p.role == "speaker")
    kept = tuple(p for p in model.participants if p.role != "speaker")
    return replace(
        fact,
        predicate=model.predicate,
        verb=model.verb,
        slot=model.slot,
        participants=kept + speakers,
        confidence=round(model.confidence * 0.9, 3),
        rule=f"{fact.rule}+same_figure",
    )


def _settle(
    facts: Sequence[Fact], members: Sequence[int], natives: dict[int, int], ordinal: int
) -> list[Fact]:
    originals = [facts[i] for i in members if i not in natives]
    native = min(originals, key=_precision)
    shared = _shared([facts[i] for i in members])
    settled = []
    for i in members:
        fact = facts[i]
        role: StatementRole = fact.role
        rate = None
        if i in natives:
            role = "conversion"
            base = facts[natives[i]].quantity.value
            if base and fact.quantity.value is not None:
                rate = round(fact.quantity.value / base, 6)
        elif role == "native" and fact.quantity.value != native.quantity.value:
            role = "echo"
        settled.append(replace(fact, statement=ordinal, role=role, implied_rate=rate, **shared))
    return settled


def _precision(fact: Fact) -> tuple[bool, Decimal, int]:
    q = fact.quantity
    return q.hedge is not None, q.quantum or Decimal(0), q.start


def _shared(facts: Sequence[Fact]) -> dict[str, Any]:
    """What any of the mentions says of place, period and so on, the first to say it first."""
    return {
        name: next((v for v in (getattr(f, name) for f in facts) if v is not None), None)
        for name in SHARED
    }
