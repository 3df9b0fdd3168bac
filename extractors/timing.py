"""When a figure's event happens and how many months an amount covers, as its sentence says.

What the sentence leaves open, `periods` takes from the rest of the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from extractors import clauses, periods, qualifiers
from extractors.clauses import AMOUNTS, Cue, Sentence
from extractors.records import Predicate, Quantity

# Months to a unit of time; shorter ones make no period.
MONTHS = {"year": 12, "month": 1}


def event(
    sentence: Sentence,
    quantity: Quantity,
    predicate: Predicate,
    dates: Sequence[tuple[Quantity, Predicate]],
) -> tuple[date, date] | None:
    """When: the date itself, or the one the sentence gives the announcement or event.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure, with offsets in the sentence.
        predicate: what the figure is bound to.
        dates: the days of the sentence, each with what it is the day of.

    Returns:
        First and last day, or None if the sentence does not say.
    """
    if quantity.kind in {"date", "year"}:
        dated = quantity
    else:
        near = [
            (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, q)
            for q, of in dates
            if (of in {predicate, "announce"} or predicate in qualifiers.TALLIES)
            and not sentence.breaks_between(q.start, quantity.start)
        ]
        if not near:
            return None
        dated = min(near, key=lambda item: item[:2])[2]
    if dated.date_start is None or dated.date_end is None:
        return None
    return dated.date_start, dated.date_end


def period(
    sentence: Sentence,
    quantity: Quantity,
    cue: Cue | None,
    governed: Sequence[tuple[Quantity, Cue | None]],
) -> int | None:
    """Months that a figure covers: its span of years, or the nearest duration under its cue.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure, with offsets in the sentence.
        cue: what governs it, None if nothing in the sentence does.
        governed: the figures of the sentence, each with the cue that governs it.

    Returns:
        Months, or None if the sentence does not say; a duration covers itself.
    """
    if quantity.kind == "duration":
        return _months(quantity)
    if quantity.kind not in AMOUNTS:
        return None
    spanned = _spanned(sentence, quantity)
    if spanned is not None:
        return spanned
    near = [
        (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, q)
        for q, of in governed
        if q.kind == "duration"
        and (of.predicate if of else None) == (cue.predicate if cue else None)
        and not qualifiers.is_record(sentence, q)
    ]
    return _months(min(near, key=lambda item: item[:2])[2]) if near else None


def _spanned(sentence: Sentence, amount: Quantity) -> int | None:
    """Months of the span of years beside an amount ("between 2011 and 2022"), both counted."""
    edges = [
        (q, qualifiers.edge(sentence, q))
        for q in sentence.quantities
        if q.kind == "year" and q.date_start is not None
    ]
    spans = [
        (clauses.gap(a.start, b.end, amount.start, amount.end), a.date_start, b.date_start)
        for (a, first), (b, last) in pairwise(edges)
        if first == "start" and last == "end"
    ]
    if not spans:
        return None
    _, start, end = min(spans, key=lambda item: item[0])
    months = 12 * (end.year - start.year + 1) if start is not None and end is not None else 0
    return months if 12 < months <= 12 * periods.LONGEST else None


def _months(quantity: Quantity) -> int | None:
    per = MONTHS.get(quantity.unit or "")
    return int(quantity.value * per) if per and quantity.value is not None else None
