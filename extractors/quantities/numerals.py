"""Numerals in digits, words and mixtures, read into exact decimals.

Here the *additive* system (two hundred and fifty thousand; quatre-vingt-dix), which begins
with or without digits and ends with any number of scale words; `myriad` has the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.trie import Lexicon
from extractors.records import Hedge

ONE = Decimal(1)
_LONGEST = 40  # characters; longer runs of digits are no amounts


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral: its value, the unit of its last digit, its place, and how it is written.

    Attributes:
        digits: it begins with digits (not spelled out).
        scaled: a scale word multiplies it.
        plain: digits only, without grouping, decimals or scale (can be a year or a day).
        scale: what multiplies its last figure (3 to [5 million]: a million for both).
        least: the low end where it names two neighbours (二三十: 20 to 30).
        hedge: a blur inside it (500余万).
    """

    value: Decimal
    quantum: Decimal
    start: int
    end: int
    digits: bool
    scaled: bool
    plain: bool
    scale: Decimal = ONE
    least: Decimal | None = None
    hedge: Hedge | None = None


class Numerals:
    """Reads the numerals of one language."""

    def __init__(
        self,
        *,
        decimal: str,
        group: str,
        spaced: bool,
        words: Mapping[str, Decimal],
        multipliers: Mapping[str, Decimal],
        scales: Mapping[str, Decimal],
        joiners: tuple[str, ...],
    ) -> None:
        """Compile the tables of a locale.

        Args:
            decimal: decimal marks, the usual first; group: characters that group thousands.
            spaced: words are written apart.
            words: number words below a hundred and idioms; multipliers: "hundred";
            scales: "million" and the like; joiners: what may stand between the words.
        """
        self.comma = decimal[0] == ","
        mark, groups = f"[{re.escape(decimal)}]", "[" + re.escape(group) + "]"
        # A foreign point is a decimal point where it cannot group: "2.9" in French.
        foreign = r"|\.\d+(?!\d*[.\d])" if self.comma else ""
        self._digits = re.compile(
            rf"(?P<grouped>\d{{1,3}}(?P<sep>{groups})\d{{3}}(?:(?P=sep)\d{{3}})*(?!\d)"
            rf"|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d))(?P<gfrac>{mark}\d+)?"
            rf"|(?P<plain>\d+)(?P<frac>{mark}\d+{foreign})?"
        )
        self._group = re.compile(r"\D")
        self._words = Lexicon(words, spaced=spaced)
        self._multipliers = Lexicon(multipliers, spaced=spaced)
        self._scales = Lexicon(scales, spaced=spaced)
        self._joiner = re.compile("|".join(map(re.escape, joiners)) or "(?!)")

    def number(self, low: str, pos: int) -> Numeral | None:
        """Read the longest numeral that starts at `pos` of the lower-cased text."""
        figure = self.figure(low, pos)
        if figure:
            value, quantum, end, plain = figure
            scale, after = self._scale_run(low, end)
            return Numeral(
                value * scale, quantum * scale, pos, after, True, scale != 1,
                plain and scale == 1, scale,
            )  # fmt: skip
        total = current = Decimal(0)
        quantum = ONE
        end, at = pos, pos
        scaled = False
        floor = Decimal(10) ** 30  # the next scale must be smaller than the last
        step = Decimal(10) ** 30  # the next word must fit below the last one
        while True:
            hit = self._words.at(low, at)
            if hit and hit[0] < step and (current == 0 or hit[0] > 0):
                current, end = current + hit[0], hit[1]
                step = ONE if hit[0] < 10 else Decimal(10) if hit[0] < 100 else Decimal(100)
                step = Decimal(20) if hit[0] in (60, 80) else step
                quantum = ONE if hit[0] == hit[0].to_integral() else hit[0]
            elif (hit := self._multipliers.at(low, at)) and current < 100:
                current, end = (current or ONE) * hit[0], hit[1]
                step, quantum = Decimal(100), hit[0]
            elif (hit := self._scales.at(low, at)) and end > pos and current > 0 and hit[0] < floor:
                total, end = total + current * hit[0], hit[1]
                quantum, floor, step = hit[0] * min(quantum, ONE), hit[0], Decimal(10) ** 30
                current, scaled = Decimal(0), True
                # millions of millions: "thousand billion", "mil millones", "mille milliards"
                nxt = self._scales.at(low, self._skip(low, end))
                if nxt:
                    total, quantum, end = total * nxt[0], quantum * nxt[0], nxt[1]
                    floor *= nxt[0]
            else:
                break
            at = self._skip(low, end)
        if end == pos:
            return None
        scale = floor if scaled and not current else ONE
        return Numeral(total + current, quantum, pos, end, False, scaled, False, scale)

    def figure(self, low: str, pos: int) -> tuple[Decimal, Decimal, int, bool] | None:
        """Read digits at `pos`: value, unit of the last digit, end, without mark or grouping."""
        match = self._digits.match(low, pos)
        if not match:
            return None
        if match.end() - pos > _LONGEST:
            return None
        whole, frac = match["grouped"], match["gfrac"]
        if whole is None:
            whole, frac = match["plain"], match["frac"]
        digits = self._group.sub("", whole)
        places = frac[1:] if frac else ""
        value = Decimal(digits + ("." + places if places else ""))
        quantum = ONE.scaleb(-len(places))
        return value, quantum, match.end(), match["grouped"] is None and not frac

    def _skip(self, low: str, pos: int) -> int:
        """Return where the next number word may start after `pos`."""
        match = self._joiner.match(low, pos)
        return match.end() if match else pos

    def _scale_run(self, low: str, pos: int) -> tuple[Decimal, int]:
        """Multiply the scale words that follow `pos`: 2.9 | billion, 2 | mil millones."""
        scale, end = ONE, pos
        for _ in range(2):
            at = end + 1 if low[end : end + 1] in (" ", "-") else end
            hit = self._scales.at(low, at)
            if not hit:
                break
            scale, end = scale * hit[0], hit[1]
        return scale, end
