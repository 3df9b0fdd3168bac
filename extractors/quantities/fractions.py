"""Fractions and powers: a mark between two numerals.

三分の一, 삼분의 일, 3/4, with a whole before it; 10の6乗.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.locale import Locale
from extractors.quantities.numerals import Numeral
from extractors.quantities.tokens import LETTER, past_space

_HIGHEST = 30  # digits of a power
_TIMES = re.compile(r" ?[x×] ?")
_SLASH = re.compile(r"/(\d{1,4})(?![\d/.,])")
_MIXED = re.compile(r" {1,2}(\d{1,3})/(\d{1,3})(?![\d/.,])")


@dataclass(slots=True)
class Fractions:
    """Reads the fractions of one text; `low` is the folded text."""

    locale: Locale
    low: str

    def read(self, numeral: Numeral) -> tuple[Decimal, int] | None:
        """Return value and end of a fraction or power that begins with `numeral`, or None.

        The numeral is the part below the mark, the whole of a mixed number (五と四分の一), or
        what stands before a stroke.
        """
        return (
            self._over(numeral)
            or self._mixed(numeral)
            or self._stroke(numeral)
            or self._power(numeral)
        )

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

    def _power(self, base: Numeral) -> tuple[Decimal, int] | None:
        """Read 10の6乗 and 3.2×10の6乗."""
        times = _TIMES.match(self.low, base.end)
        if times and self.locale.powers:
            ten = self.locale.numerals.number(self.low, times.end())
            power = self._power(ten) if ten and ten.value == 10 else None
            return (base.value * power[0], power[1]) if power else None
        for link, mark in self.locale.powers:
            if not self.low.startswith(link, base.end):
                continue
            at, sign = base.end + len(link), 1
            for word in ("-", *self.locale.negatives):
                if self.low.startswith(word, at):
                    at, sign = at + len(word), -1
            exponent = self.locale.numerals.number(self.low, at)
            if exponent is None or not self.low.startswith(mark, exponent.end):
                continue
            least = Decimal(1).scaleb(-_HIGHEST)
            size = max(abs(base.value.adjusted()), 1) if base.value else 1
            whole = exponent.value == exponent.value.to_integral()
            if whole and base.value > least and size * exponent.value <= _HIGHEST:
                return base.value ** int(sign * exponent.value), exponent.end + len(mark)
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
