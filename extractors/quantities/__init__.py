"""Quantities stated in a text: money, percent, counts, durations, dates, ordinals, ..."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from extractors.quantities.grammar import parse
from extractors.quantities.locale import load
from extractors.quantities.tables import languages
from extractors.quantities.tender import local_currency
from extractors.records import Quantity

__all__ = ["find", "languages"]


def find(
    text: str, lang: str, *, reference: datetime | None = None, place: str | None = None
) -> list[Quantity]:
    """Return the quantities that `text` states, in order of their start.

    Args:
        text: any text; all offsets count its characters.
        lang: its language (BCP 47; the region is ignored).
        reference: when it was written, for dates that need it.
        place: ISO 3166-1 code of who wrote it, for a currency named by its family only
            ("$5" in Canada).

    Returns:
        Quantities that do not overlap; none where the language has no table.
    """
    if reference is not None and not 100 <= reference.year <= 9900:
        reference = None  # no year around it can be told
    locale = load(lang)
    if locale is None:
        return []
    return [_local(quantity, place) for quantity in parse(text, locale, reference)]


def _local(quantity: Quantity, place: str | None) -> Quantity:
    """Read an ambiguous currency as the one of the place, where that is of its family."""
    if place is None or quantity.currency is None or quantity.confidence >= 1:
        return quantity
    currency = local_currency(quantity.currency, place)
    if currency == quantity.currency:
        return quantity
    return replace(quantity, currency=currency, confidence=0.7, rule=f"{quantity.rule}.local")
