"""What a figure is about, where the cue that governs it does not settle that alone.

Its slot or who acts may say more than the words do; a figure without a cue belongs to the amount
beside it, or continues what came before.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors import clauses, governing, qualifiers, subjects
from extractors.clauses import AMOUNTS, Cue, Sentence
from extractors.discourse import Discourse
from extractors.records import Predicate, Quantity
from extractors.subjects import Subject

# What is told on the day it is made known, whenever it is done.
DECIDED: frozenset[Predicate] = frozenset(
    {
        "acquire", "cut_jobs", "earn", "employ", "fine", "fund", "hire", "invest", "lend", "lose",
        "profit", "spend", "train",
    }
)  # fmt: skip
# What a country's accounts are told in too: its exports, its deficit.
ACCOUNTED: frozenset[Predicate] = frozenset({"earn", "lose", "profit", "sell", "spend"})
ACCOUNTS = ("foreign trade", "public debt")
ACCOUNT_GAP = 40  # characters between an account and its figure
PUT_INTO: frozenset[Predicate] = frozenset({"invest", "build", "open"})
# Of which shares are told beside the amounts ("0.5% of its sales").
SHARED: frozenset[Predicate] = frozenset({"acquire", "cut_jobs", "fine", "fund", "invest"})
SATELLITES = frozenset({"date", "year", "duration", "superlative", "ordinal", "ratio"})
BESIDE_DISASTER = 12  # characters between a disaster and its day


def settled(
    sentence: Sentence, quantity: Quantity, predicate: Predicate, subject: Subject | None
) -> Predicate:
    """What a figure is about, where its slot or who acts says more than the words do.

    Cuts to a number, and from one, tell how many are employed; a percentage that a central
    bank moves is its rate.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure, with offsets in the sentence.
        predicate: of the cue that governs it, or that it continues.
        subject: who acts, None if the sentence does not show it.
    """
    lexicon = sentence.lexicon
    if predicate == "cut_jobs" and quantity.kind == "count":
        before = sentence.text[: quantity.start]
        if (
            qualifiers.is_previous(sentence, quantity)
            or lexicon.reached_before.search(before[-qualifiers.NEARBY :])
            or lexicon.reached_after.match(sentence.text, quantity.end)
        ):
            return "employ"
    if predicate == "other" and subject is not None:
        banks = [m.entity.kind == "central_bank" for m in subject.mentions]
        rated = quantity.kind == "percent" or qualifiers.is_record(sentence, quantity)
        return "set_rate" if rated and banks and all(banks) else predicate
    if predicate in ACCOUNTED and quantity.kind in {"money", "percent"}:
        firms = subject is not None and any(m.entity.kind == "company" for m in subject.mentions)
        if not firms and _is_account(sentence, quantity):
            return "measure"
    if predicate == "acquire" and _is_sold(sentence, quantity):
        return "sell"
    if predicate == "spend" and quantity.kind in {"money", "duration", "year"}:
        put = any(cue.predicate in PUT_INTO for cue in sentence.cues)
        if put and not qualifiers.is_saving(sentence, quantity):
            return "invest"
    return predicate


def _is_account(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether an account of a country is named beside a figure ("exports", "trade deficit")."""
    low = max(0, quantity.start - ACCOUNT_GAP)
    return any(
        not sentence.breaks_between(hit.start(), quantity.start)
        for name in ACCOUNTS
        if name in sentence.lexicon.indicators
        for hit in sentence.lexicon.indicators[name].finditer(
            sentence.text, low, quantity.end + ACCOUNT_GAP
        )
    )


def _is_sold(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the clause sells what its other words only name ("will sell a 49% stake")."""
    cues = [c for c in sentence.cues if not sentence.breaks_between(c.start, quantity.start)]
    named = [
        sentence.lexicon.stake.fullmatch(sentence.text, c.start, c.end) is not None
        for c in cues
        if c.predicate == "acquire"
    ]
    return bool(named) and all(named) and any(c.predicate == "sell" for c in cues)


def continued(
    sentence: Sentence,
    quantity: Quantity,
    governed: Sequence[tuple[Quantity, Cue | None]],
    discourse: Discourse,
) -> Predicate:
    """What a figure without a cue belongs to: the amount beside it, or what came before.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure, with offsets in the sentence.
        governed: the figures of the sentence, each with the cue that governs it.
        discourse: what the text so far has established.

    Returns:
        A predicate; "other" where nothing is continued.
    """
    near = [
        (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, cue.predicate)
        for q, cue in governed
        if cue is not None
        and q.kind in AMOUNTS
        and not sentence.breaks_between(q.start, quantity.start)
    ]
    if near and quantity.kind in SATELLITES:
        return min(near)[2]
    if any(governing.is_base(sentence, c, quantity) for c in sentence.cues):
        return discourse.latest if discourse.latest in SHARED else "other"
    if quantity.kind == "date" and discourse.is_about(subjects.subject(sentence, None, quantity)):
        return discourse.latest if discourse.latest in governing.ON_THE_DAY else "announce"
    return discourse.predicate(quantity)


def of_day(sentence: Sentence, quantity: Quantity, predicate: Predicate) -> Predicate:
    """What a day is the day of: of a disaster beside it, or of what somebody made known.

    Args:
        sentence: the sentence of the day.
        quantity: the day, with offsets in the sentence.
        predicate: of the event that it dates.
    """
    if is_struck(sentence, quantity):
        return "other"
    return "announce" if predicate in DECIDED else predicate


def is_struck(sentence: Sentence, day: Quantity) -> bool:
    """Whether a day is that of a disaster named beside it ("the Jan. 1 earthquake")."""
    return any(
        clauses.gap(*hit.span(), day.start, day.end) <= BESIDE_DISASTER
        for pattern in sentence.lexicon.disasters.values()
        for hit in pattern.finditer(sentence.text)
    )
