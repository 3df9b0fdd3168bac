"""Which figures are facts of their own, and which only say when or how another one holds.

A day named only by its weekday dates what stands beside it; an ordinal that no verb governs
("the first approach") counts nothing; a superlative beside its span ("the highest in 17
years") is one record, not two.
"""

from __future__ import annotations

from extractors import qualifiers
from extractors.clauses import Cue, Sentence, gap
from extractors.records import Predicate, Quantity, Slot

# What happens on a day of its own; for the rest a relative date says as of when a figure holds.
DATED: frozenset[Predicate] = frozenset(
    {
        "acquire", "announce", "arrest", "build", "cut_jobs", "fine", "fund", "invest", "lend",
        "open", "sell", "set_rate", "visit", "vote",
    }
)  # fmt: skip
ANNUAL: frozenset[Predicate] = frozenset({"announce", "found", "open", "visit", "other"})
# Levels in a row, whose superlatives say for how long they hold.
SERIES: frozenset[Predicate] = frozenset(
    {"earn", "lose", "measure", "poll", "profit", "set_rate", "trade_at"}
)
BESIDE = 12  # characters between a superlative and the span of its record


def stands(
    sentence: Sentence,
    quantity: Quantity,
    cue: Cue | None,
    predicate: Predicate,
    slot: Slot,
) -> bool:
    """Whether a bound quantity is a fact of its own.

    Args:
        sentence: its sentence.
        quantity: the figure, with offsets in the sentence.
        cue: what governs it, None if nothing in the sentence does.
        predicate: what it was bound to.
        slot: which figure of the event it is.
    """
    if quantity.kind == "ordinal":
        return cue is not None
    if quantity.kind == "superlative":
        series = predicate in SERIES
        return predicate != "other" and not (series and _is_spanned(sentence, quantity))
    if quantity.kind in {"date", "year"} and not any(map(str.isdigit, quantity.surface)):
        if slot in {"start", "end"}:
            return True
        if quantity.kind == "year":
            return predicate in ANNUAL
        return cue is not None and predicate in DATED
    if quantity.kind == "count" and predicate == "other" and (quantity.value or 0) == 1:
        return False  # "1株": what a price is per
    if quantity.kind == "duration" and predicate == "other" and slot == "period":
        return quantity.unit == "year" and (quantity.value or 0) > 1
    return True


def _is_spanned(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the time for which a superlative holds stands right beside it."""
    return any(
        q.kind in {"duration", "year", "date"}
        and gap(q.start, q.end, quantity.start, quantity.end) <= BESIDE
        and qualifiers.is_record(sentence, q)
        for q in sentence.quantities
    )
