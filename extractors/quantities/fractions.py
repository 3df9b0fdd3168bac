"""Fractions: a mark between two numerals (三分の一, 삼분의 일, 3/4), with a whole before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.locale import Locale
from extractors.quantities.numerals import Numeral
from extractors.quantities.tokens import LETTER, past_space

_SLASH = re.compile(r"/(\d{1,4})(?![\d/.,])")
_MIXED = re.compile(r" {1,2}(\d{1,3})/(\d{1,3})(?![\d/.,])")


@dataclass(slots=True)
class Fractions:
    """Reads the fractions of one text; `low` is the folded text."""

    locale: Locale
    low: str

    def read(self, numeral: Numeral) -> tuple[Decimal, int] | None:
        """Return value and end of a fraction that begins with `numeral`, None if there is none.

        The numeral is the part below the mark, the whole of a mixed number (五と四分の一), or
        what stands before a stroke.
        """
        return self._over(numeral) or self._mixed(numeral) or self._stroke(numeral)

    def _over(self, bottom: Numeral) -> tuple[Decimal, int] | None:
        low, locale = self.low, self.locale
        mark = locale.fraction_mark.match(low, bottom.end)
        if not mark or not bottom.value:
            return None
        at, sign = mark.end(), 1
        for word in locale.negatives:
            if low.startswith(word, at):
                at, sign = past_space(low, at + len(word)), -1
                break
        top = locale.numerals.number(low, at)
        if top and locale.hangul and not top.digits:
            top = self._whole_word(top, bottom)
        return (sign * top.value / bottom.value, top.end) if top else None

    def _whole_word(self, top: Numeral, bottom: Numeral) -> Numeral | None:
        """Return a spelled numeral that ends a word or stands before a particle.

        Its last character may begin the particle: 오분의 일[만을].
        """
        low, at = self.low, top.start
        inner = top.end - at - 1
        less = self.locale.numerals.number(low[at : at + inner], 0) if inner else None
        for read in (top, less) if top.value < bottom.value else (less, top):
            if read is None:
                continue
            end = top.end if read is top else at + read.end
            if not LETTER.match(low[end : end + 1]) or low.startswith(self.locale.particles, end):
                return Numeral(read.value, read.quantum, at, end, False, read.scaled, False)
        return None

    def _mixed(self, whole: Numeral) -> tuple[Decimal, int] | None:
        if whole.quantum < 1:
            return None
        for link in self.locale.mixed_links:
            if self.low.startswith(link, whole.end):
                at = past_space(self.low, whole.end + len(link))
                bottom = self.locale.numerals.number(self.low, at)
                over = self._over(bottom) if bottom else None
                if over:
                    return whole.value + over[0], over[1]
        return None

    def _stroke(self, top: Numeral) -> tuple[Decimal, int] | None:
        if self.locale.spaced or not top.plain or self.low[top.start - 1 : top.start] == "/":
            return None
        mixed = _MIXED.match(self.low, top.end)
        if mixed and int(mixed[2]):
            return top.value + Decimal(mixed[1]) / Decimal(mixed[2]), mixed.end()
        stroke = _SLASH.match(self.low, top.end)
        if stroke and int(stroke[1]) and top.end - top.start <= 4:
            return top.value / Decimal(stroke[1]), stroke.end()
        return None
