"""What the grammar passes between its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.locale import Senses
from extractors.quantities.numerals import ONE
from extractors.quantities.tables import Currency
from extractors.records import Hedge, Kind

LETTER = re.compile(r"[^\W\d_]")
LATIN = re.compile(r"[a-z\u00e0-\u024f_]")
CONJUNCTIONS = frozenset(("and", "et", "und", "y", "e"))
"""Range words that join any two things, and a range only after "between"."""

_SAME = {
    **{0xFF01 + i: 0x21 + i for i in range(94)},  # full-width forms
    **dict.fromkeys((0x00A0, 0x202F, 0x2009, 0x3000, 0x2007), " "),
    0x2212: "-", 0x2010: "-", 0x2011: "-", 0xFFE5: "¥", 0xFFE6: "₩", 0x2019: "'", 0x00B4: "'",
}  # fmt: skip


def fold(text: str) -> str:
    """Return `text` in lower case with typographic variants unified, character by character."""
    if text.isascii():
        return text.lower()
    low = text.translate(_SAME)
    lowered = low.lower()
    if len(lowered) != len(low):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in low)
    return lowered


def past_space(low: str, pos: int) -> int:
    """Return `pos` past one space."""
    return pos + 1 if low[pos : pos + 1] == " " else pos


@dataclass(slots=True)
class Token:
    """A word passed by the scanner."""

    start: int
    end: int
    senses: Senses


@dataclass(slots=True)
class Before:
    """What stands before a numeral, collected backwards; `flags` are roles of words.

    `core` is `start` without the prepositions and anchors that amounts do not need.
    `percent` is what a word for "hundredths" multiplies (百分之, 千分之).
    `named` is the name of a currency there, which only large numbers follow.
    `spans` says that the hedge may as well mean "during" ("over five years"), `hedged_lead` what
    it means before a year ("hasta 2030").
    """

    start: int
    core: int
    spans: bool = False
    hedge: Hedge | None = None
    currency: Currency | None = None
    anchor: str | None = None
    lead: str | None = None
    per: str | None = None
    named: Currency | None = None
    flags: frozenset[str] = frozenset()
    percent: Decimal | None = None
    hedged_lead: str | None = None

    @property
    def negative(self) -> bool:
        """Whether a word for minus stands before it."""
        return "negatives" in self.flags


@dataclass(slots=True)
class Draft:
    """A reading of a numeral with its unit.

    Attributes:
        kind, value, quantum, unit, currency, hedge, anchor, confidence, rule: as in Quantity.
        end: where the reading ends.
        factor: what the unit multiplies the numeral by.
        exact: the kind is never rounded.
        timex: ISO 8601 form of a duration.
        band: the value opens a band up to the next round one (150円台).
    """

    kind: Kind
    value: Decimal
    quantum: Decimal
    end: int
    rule: str
    unit: str | None = None
    currency: str | None = None
    factor: Decimal = ONE
    confidence: float = 1.0
    hedge: Hedge | None = None
    anchor: str | None = None
    exact: bool = False
    timex: str | None = None
    band: bool = False
