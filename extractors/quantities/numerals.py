"""Numerals in digits, words and mixtures, read into exact decimals.

Two systems: *additive* (two hundred and fifty thousand; quatre-vingt-dix) and *myriad*
(4조 5천억, 1億2千万), in which digits and numeral characters mix freely. Either begins
with or without digits and ends with any number of scale words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.trie import LETTER, Lexicon

ONE = Decimal(1)
MYRIAD = Decimal(10_000)
_LONGEST = 40  # characters; longer runs of digits are no amounts


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral: its value, the unit of its last digit, its place, and how it is written.

    Attributes:
        digits: it begins with digits (not spelled out).
        scaled: a scale word multiplies it.
        scale: what multiplies its last figure (3 to [5 million]: a million for both).
        plain: digits only, without grouping, decimals or scale (can be a year or a day).
    """

    value: Decimal
    quantum: Decimal
    start: int
    end: int
    digits: bool
    scaled: bool
    plain: bool
    scale: Decimal = ONE


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
        figures: Mapping[str, Decimal],
        small: Mapping[str, Decimal],
        points: tuple[str, ...],
        ambiguous: str,
    ) -> None:
        """Compile the tables of a locale.

        Args:
            decimal: decimal marks, the usual first; group: characters that group thousands.
            spaced: words are written apart.
            words: number words below a hundred and idioms; multipliers: "hundred";
            scales: "million", 万 and the like; joiners: what may stand between the words.
            figures, small: numeral characters and their tens, hundreds, thousands in the
                myriad system (empty otherwise).
            points: characters for the decimal point between numeral characters (点).
            ambiguous: scale characters that after a space may begin another word (조, 만).
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
        self._figures, self._small, self._spaced = dict(figures), dict(small), spaced
        self._myriad, self._point = bool(figures), frozenset(points)
        self._ambiguous = frozenset(ambiguous)

    def number(self, low: str, pos: int) -> Numeral | None:
        """Read the longest numeral that starts at `pos` of the lower-cased text."""
        return self._read_myriad(low, pos) if self._myriad else self._read_additive(low, pos)

    def _figure(self, low: str, pos: int) -> tuple[Decimal, Decimal, int, bool] | None:
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

    def _read_additive(self, low: str, pos: int) -> Numeral | None:
        figure = self._figure(low, pos)
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

    def _read_myriad(self, low: str, pos: int) -> Numeral | None:
        """Read 4조 5천억, 1億2千万, 3천5백만, 二千二百, 2.9억."""
        total = section = Decimal(0)
        held: Decimal | None = None  # a figure that waits for its ten, hundred, thousand
        held_quantum = quantum = ONE
        floor, small_floor = Decimal(10) ** 30, Decimal(10) ** 5
        end = at = pos
        plain = scaled = False
        scale = ONE
        began_digits = low[pos : pos + 1].isdigit()
        while at < len(low):
            char = low[at]
            if char.isdigit() and held is None:
                figure = self._figure(low, at)
                if not figure:
                    break
                if at > end and not (
                    self._group_follows(low, figure[2], floor) or self._fills(figure, at, floor)
                ):
                    break
                held, held_quantum, end, plain = figure
                plain = plain and at == pos
                quantum, scale = held_quantum, ONE
            elif char in self._figures and not (held is not None and end > pos and at > end):
                run_value, run_end, run_quantum = self._figure_run(low, at)
                if held is not None:
                    break
                held, held_quantum, end, plain = run_value, run_quantum, run_end, False
                quantum, scale = held_quantum, ONE
            elif char in self._small and self._small[char] < small_floor:
                unit = self._small[char]
                section += (ONE if held is None else held) * unit
                quantum = (ONE if held is None else held_quantum) * unit
                held, small_floor, end, plain = None, unit, at + 1, False
                scaled, scale = True, scale * unit
            elif (hit := self._scales.at(low, at)) and hit[0] < floor and end > pos:
                value = section + (held or 0)
                if held is not None:
                    quantum = held_quantum
                total += (value or ONE) * hit[0]
                quantum *= hit[0]
                section, held, floor = Decimal(0), None, hit[0]
                small_floor, end, plain, scaled = Decimal(10) ** 5, hit[1], False, True
                held_quantum, scale = ONE, scale * hit[0]
            else:
                break
            at = end
            if low[at : at + 1] == " " and scaled | (held is not None):
                at += 1
                nxt = low[at : at + 1]
                big = self._scales.at(low, at)
                if not ((nxt.isdigit() and held is None) or nxt in self._small or big):
                    break
                if (nxt in self._small or big) and not self._spaced_ok(low, at):
                    break
        if end == pos:
            return None
        value = total + section + (held or 0)
        return Numeral(value, quantum, pos, end, began_digits, scaled, plain, scale)

    def _figure_run(self, low: str, pos: int) -> tuple[Decimal, int, Decimal]:
        """Read numeral characters as digits: 二〇二四, 一二・五."""
        end = pos
        digits = ""
        while end < len(low) and low[end] in self._figures:
            digits += str(self._figures[low[end]])
            end += 1
        places = ""
        if low[end : end + 1] in self._point and low[end + 1 : end + 2] in self._figures:
            end += 1
            while end < len(low) and low[end] in self._figures:
                places += str(self._figures[low[end]])
                end += 1
        value = Decimal(digits + ("." + places if places else ""))
        return value, end, ONE.scaleb(-len(places))

    def _group_follows(self, low: str, pos: int, floor: Decimal) -> bool:
        """Whether a figure after a space goes on the number: 22억 [5천만], 1억 [4200만]."""
        at = pos + 1 if low[pos : pos + 1] == " " else pos
        char = low[at : at + 1]
        if char in self._small:
            return True
        hit = self._scales.at(low, at)
        return hit is not None and hit[0] < floor

    def _fills(self, figure: tuple[Decimal, Decimal, int, bool], pos: int, floor: Decimal) -> bool:
        """Whether a figure after a space fills the last places: 12만 [4800]."""
        value, _, end, plain = figure
        return plain and end - pos >= 3 and value < floor == MYRIAD

    def _spaced_ok(self, low: str, pos: int) -> bool:
        """Whether a scale word after a space is one, not the start of another word."""
        end = pos
        while low[end : end + 1] in self._small or self._scales.at(low, end):
            end += 1
        single = end - pos == 1 and low[pos] in self._ambiguous
        return not (single and re.match(LETTER, low[end : end + 1] or " "))
