"""Figures side by side: 二〇二四, the neighbours of 二三十, and zeros that are spoken."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.numerals import ONE
from extractors.quantities.trie import Lexicon

LONGEST = 40  # figures in a row
ZERO = Decimal(0)
_ZEROS = 4  # zeros spoken one after the other


@dataclass(frozen=True, slots=True)
class Rows:
    """Reads rows of the numeral characters of one language; see `Myriad` for its tables."""

    figures: Mapping[str, Decimal]
    small: Mapping[str, Decimal]
    scales: Lexicon[Decimal]
    lone: Set[str]
    points: Set[str]

    def read(self, low: str, pos: int, *, one: bool) -> tuple[Decimal, int, Decimal]:
        """Read figures in a row: 二〇二四; `one` asks for a single one. Return value, end, spread.

        Two neighbours side by side are a spread (二三十), not a row.
        """
        end = pos + 1
        if low[pos] not in self.lone:
            last = min(len(low), pos + LONGEST)
            while end < last and low[end] in self.figures and low[end] not in self.lone:
                end += 1
        first = self.figures[low[pos]]
        if end - pos == 2 or (one and end - pos > 1):
            second = self.figures[low[pos + 1]]
            after = low[pos + 2 : pos + 3]
            joined = after in self.small or self.scales.at(low, pos + 2) is not None
            row = not one and after not in self.points
            if first > 0 and second == first + 1 and (joined or row):
                return second, pos + 2, ONE
        if one:
            return first, pos + 1, ZERO
        digits = "".join(str(self.figures[c]) for c in low[pos:end])
        return Decimal(digits), end, ZERO

    def past_zeros(self, low: str, pos: int) -> tuple[int, bool]:
        """Return where the figure after a spoken zero stands: 一万[零]十二, 1千[零]1."""
        at = self.zeros(low, pos)
        follows = low[at : at + 1]
        if at > pos and (follows.isdigit() or follows in self.figures):
            return at, True
        return pos, False

    def zeros(self, low: str, pos: int) -> int:
        """Return `pos` past a few zeros."""
        end = pos
        while end - pos < _ZEROS and self.figures.get(low[end : end + 1]) == 0:
            end += 1
        return end
