"""Which cue word governs a figure of a sentence: what is done with it.

Each cue is weighed by what its predicate takes, by its distance, by the side on which the
language puts it, and by the clause breaks between; durations, years and days then go with the
amounts of their clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors import qualifiers
from extractors.clauses import AMOUNTS, BREAK_COST, Cue, Sentence, gap
from extractors.lexicon import government
from extractors.records import Predicate, Quantity

CUE_FLOOR = -1.6
# Stocks and flows that shares are taken of.
BASES: frozenset[Predicate] = frozenset({"earn", "employ", "spend", "profit"})
BASE_GAP = 20  # characters between a share and what it is of
# What happens on the day that its sentence gives, also where it was decided or published then.
ON_THE_DAY: frozenset[Predicate] = frozenset({"set_rate", "kill", "injure", "missing", "vote"})
# What has a day or year of its own beside an amount of another event.
HAPPENS: frozenset[Predicate] = frozenset({"arrest", "build", "found", "open", "visit"})
DAY_GAP = 30  # characters between a day and what happens on it
FAR_DATE = 40.0
ANNOUNCED_BONUS = 0.4
SATELLITE = 100.0  # within which a duration belongs to an amount
NEAR = 25.0
BESIDE = 9.0  # characters of an alphabet
LIST_COST = 0.5  # of a comma between a cue and its figure
COMPOUND = 1.0
COMPOUND_BONUS = 0.3
ASIDE = re.compile(r"\s?[(\uff08]\s?[-+\u2212]?|, un ")
LISTED = re.compile(r"[,、，](?!\d)")


def govern(sentence: Sentence, quantity: Quantity) -> tuple[Cue, float] | None:
    """The cue whose predicate governs a quantity, with its score, or None."""
    best: tuple[Cue, float] | None = None
    for cue in sentence.cues:
        governs = government()[cue.predicate]
        distance = sentence.width(gap(cue.start, cue.end, quantity.start, quantity.end))
        affinity = governs.affinity(quantity)
        if quantity.unit in governs.near and distance <= NEAR:
            affinity = 1.0
        if not affinity or is_base(sentence, cue, quantity):
            continue
        if quantity.kind == "date":  # a date is at home anywhere in its sentence
            distance = min(distance, FAR_DATE)
            bonus = ANNOUNCED_BONUS if cue.predicate == "announce" else 0.0
        else:
            bonus = 0.0
        after = cue.start >= quantity.end
        adverse = after != sentence.lexicon.verb_final
        first, last = min(cue.end, quantity.end), max(cue.start, quantity.start)
        listed = LISTED.search(sentence.text, first, last) is not None
        side = -1.0 if adverse and distance > 25 else -0.2 if adverse else 0.0
        if adverse and distance <= BESIDE and not listed:
            side = 0.0  # "매출 71조 원": the noun stands right before its figure
        if listed:
            side -= LIST_COST
        if distance <= COMPOUND and not after:  # "94 dead", "missing 222": a compound
            side = COMPOUND_BONUS if sentence.lexicon.dense else 0.0
        broken = sentence.breaks_between(first, last)
        score = governs.prior + bonus + 1.2 * affinity - distance / 45 + side - BREAK_COST * broken
        if score > CUE_FLOOR and (best is None or score > best[1]):
            best = cue, score
    return best


def is_base(sentence: Sentence, cue: Cue, quantity: Quantity) -> bool:
    """Whether a cue only names what a percentage is a share of ("0.5% of its sales")."""
    if quantity.kind != "percent" or cue.predicate not in BASES:
        return False
    if sentence.lexicon.verb_final:
        between = sentence.text[cue.end : quantity.start]
        return len(between) <= BASE_GAP and sentence.lexicon.base_after.match(between) is not None
    between = sentence.text[quantity.end : cue.start].lstrip()
    share = sentence.lexicon.share_of.match(between)
    return share is not None and len(between) - share.end() <= BASE_GAP


def governors(sentence: Sentence) -> list[Cue | None]:
    """The governing cue of each quantity of a sentence.

    A duration goes with the amount of its clause ("$2.9 billion over two years"), unless a
    cue of its own stands nearer ("its 46-year history"). A date dates the announcement, if
    its clause makes one, else what the amounts of its clause are about.
    """
    found = [govern(sentence, quantity) for quantity in sentence.quantities]
    amounts = [
        (quantity, pair)
        for quantity, pair in zip(sentence.quantities, found, strict=True)
        if quantity.kind in AMOUNTS
    ]
    result: list[Cue | None] = []
    for at, (quantity, pair) in enumerate(zip(sentence.quantities, found, strict=True)):
        own = pair[0] if pair else None
        if at and _is_aside(sentence, sentence.quantities[at - 1], quantity):
            result.append(result[-1])
            continue
        if quantity.kind == "duration" and amounts and (own is None or own.predicate != "found"):
            near, governed = min(amounts, key=lambda item: _apart(sentence, item[0], quantity))
            if _apart(sentence, near, quantity) <= SATELLITE:
                own = governed[0] if governed else None
        elif quantity.kind == "year" and amounts:
            near, governed = min(amounts, key=lambda item: _apart(sentence, item[0], quantity))
            spans = qualifiers.edge(sentence, quantity) is not None  # "between 2011 and 2022"
            if governed is not None and (spans or own is None or own.predicate not in HAPPENS):
                own = governed[0]
        elif quantity.kind == "date":
            happens = own is not None and own.predicate in HAPPENS
            dated = _dated(sentence, quantity, amounts)
            if dated is not None and dated.predicate == "set_rate":
                own = dated  # at the meeting that decided
            elif (
                own is None
                or not happens
                or gap(own.start, own.end, quantity.start, quantity.end) > (DAY_GAP)
            ):
                own = dated or own
        result.append(own)
    return result


def _is_aside(sentence: Sentence, amount: Quantity, share: Quantity) -> bool:
    """Whether a percentage is said of the amount right before it ("9.1 billion euros (+7%)")."""
    between = sentence.text[amount.end : share.start]
    return (
        share.kind == "percent" and amount.kind == "money" and ASIDE.fullmatch(between) is not None
    )


def _dated(
    sentence: Sentence,
    quantity: Quantity,
    amounts: Sequence[tuple[Quantity, tuple[Cue, float] | None]],
) -> Cue | None:
    """What a date is the date of, if its sentence says."""
    told = [
        (
            sentence.breaks_between(quantity.start, pair[0].start),
            _apart(sentence, near, quantity),
            pair[0].start,
            pair[0],
        )
        for near, pair in amounts
        if pair is not None
    ]
    main = min(told, key=lambda item: item[:3])[3] if told else None
    if main is not None and main.predicate in ON_THE_DAY:
        return main
    announced = [
        (sentence.breaks_between(quantity.start, cue.start), -cue.start, cue)
        for cue in sentence.cues
        if cue.predicate == "announce"
    ]
    if announced and not min(announced, key=lambda item: item[:2])[0]:
        return min(announced, key=lambda item: item[:2])[2]
    return main


def _apart(sentence: Sentence, a: Quantity, b: Quantity) -> float:
    distance = gap(a.start, a.end, b.start, b.end)
    return distance + SATELLITE / 2 * sentence.breaks_between(a.start, b.start)
