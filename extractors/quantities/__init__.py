"""Quantities stated in a text: money, percent, counts, durations, dates, ordinals, ..."""

from __future__ import annotations

from datetime import datetime

from extractors.quantities.grammar import parse
from extractors.quantities.locale import languages, load
from extractors.records import Quantity

__all__ = ["find", "languages"]


def find(text: str, lang: str, *, reference: datetime | None = None) -> list[Quantity]:
    """Return the quantities that `text` states, in order of their start.

    Args:
        text: any text; all offsets count its characters.
        lang: its language (BCP 47; the region is ignored).
        reference: when it was written, for dates that need it.

    Returns:
        Quantities that do not overlap; none where the language has no table.
    """
    if reference is not None and not 100 <= reference.year <= 9900:
        reference = None  # no year around it can be told
    locale = load(lang)
    return parse(text, locale, reference) if locale is not None else []
