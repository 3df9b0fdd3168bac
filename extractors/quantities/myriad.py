"""Numerals of the myriad system: digits and numeral characters, mixed freely.

4조 5천억, 1億2千万, 3천5백만, 二千二百, 十二点五万, 1万2345, 四万万, 500余万. A section below
ten thousand is made of figures with their tens, hundreds and thousands; scales (万, 億, 조)
multiply sections.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.quantities.numerals import ONE, Figure, Numeral, Numerals
from extractors.quantities.rows import LONGEST, ZERO, Rows
from extractors.quantities.trie import LETTER, Lexicon
from extractors.records import Hedge

MYRIAD = Decimal(10_000)
_TOP = Decimal(10) ** 30
_SECTION = Decimal(10) ** 5
_GAP = 2  # spaces inside a numeral
_HOUR, _MINUTE = 24, 60


@dataclass(slots=True)
class _State:
    """A numeral being read: `total` of past sections, this `section`, the figure `held`."""

    end: int
    total: Decimal = ZERO
    section: Decimal = ZERO
    held: Decimal | None = None  # a figure that waits for its ten, hundred, thousand
    held_quantum: Decimal = ONE
    quantum: Decimal = ONE
    floor: Decimal = _TOP  # the next scale is below it
    small_floor: Decimal = _SECTION  # the next ten, hundred, thousand is below it
    unit: Decimal = ONE  # what the held figure follows directly
    spread: Decimal = ZERO  # two figures side by side: 二三十, from twenty to thirty
    scale: Decimal = ONE
    plain: bool = False
    scaled: bool = False
    hedge: Hedge | None = None

    @property
    def value(self) -> Decimal:
        """The value read so far."""
        return self.total + self.section + (self.held or ZERO)


class Myriad:
    """Reads the numerals of one language that counts by ten thousands."""

    def __init__(
        self,
        *,
        digits: Numerals,
        figures: Mapping[str, Decimal],
        small: Mapping[str, Decimal],
        scales: Mapping[str, Decimal],
        lone: str,
        points: tuple[str, ...],
        point_breakers: str,
        fillers: Mapping[str, Hedge],
        tails: Mapping[str, Decimal],
        ambiguous: str,
        short_endings: bool,
        rows: bool,
    ) -> None:
        """Compile the tables of a locale.

        Args:
            digits: reader of runs of digits.
            figures, small, scales: numeral characters; their tens, hundreds, thousands; 万 and
                the like.
            lone: figures that stand by themselves only (两), never in a row of figures.
            points: decimal points between numeral characters (点).
            point_breakers: what after the decimals shows that they are none (3点15分).
            fillers: words between a figure and its scale that blur it (500余万).
            tails: tens and ones of another series that end a numeral (삼백[스물두]).
            ambiguous: scale characters that after a space may begin another word (조, 만).
            rows: figures may stand in a row like digits (二五〇).
            short_endings: a last figure counts tenths of the unit before it (二百五 = 250).
        """
        self._digits = digits
        self._figures, self._small, self._lone = dict(figures), dict(small), frozenset(lone)
        self._scales = Lexicon(scales, spaced=False)
        self._points = frozenset(points)
        self._breakers = frozenset(point_breakers)
        self._fillers = Lexicon(fillers, spaced=False)
        self._tails = Lexicon(tails, spaced=False)
        self._ambiguous, self._short = frozenset(ambiguous), short_endings
        self._rows = rows
        self._side = Rows(self._figures, self._small, self._scales, self._lone, self._points)

    def number(self, low: str, pos: int) -> Numeral | None:
        """Read the longest numeral that starts at `pos` of the folded text."""
        state = _State(pos)
        at = start = pos
        if low[pos : pos + 1].isdigit():
            figure = self._digits.powered(low, pos)
            if figure and (figure.start < pos or _raised(low, pos, figure)):
                start, at = figure.start, len(low)
                state.held, state.quantum, state.end = figure.value, figure.quantum, figure.end
        while at < len(low):
            step = (
                self._held(low, pos, at, state)
                or self._unit(low, at, state)
                or self._times(low, pos, at, state)
                or self._decimals(low, pos, at, state)
                or self._tail(low, at, state)
            )
            if not step:
                break
            at = self._onward(low, pos, state)
        if state.end == pos:
            return None
        self._close(state)
        least = state.value - state.spread if state.spread else None
        return Numeral(
            state.value, max(state.quantum, state.spread), start, state.end, low[pos].isdigit(),
            state.scaled, state.plain, state.scale, least, state.hedge,
        )  # fmt: skip

    def syllables(self, low: str, pos: int, end: int, words: Mapping[str, str]) -> Numeral | None:
        """Read a numeral written by its sound from `pos` to `end`: にじゅうさん.

        Args:
            low: the folded text.
            pos, end: the whole numeral.
            words: the numeral character of each word.
        """
        written, at = "", pos
        while at < end:
            size = next((n for n in (4, 3, 2, 1) if low[at : at + n] in words), 0)
            if not size:
                return None
            written, at = written + words[low[at : at + size]], at + size
        read = self.number(written, 0)
        if read is None or read.end < len(written) or not read.scaled:
            return None
        return replace(read, start=pos, end=end)

    # -- steps: each reads one thing at `at`, moves `state.end` and says whether it did ----

    def _held(self, low: str, pos: int, at: int, state: _State) -> bool:
        """Read digits or figures, which wait for their unit."""
        if state.held is not None:
            return False
        if low[at].isdigit():
            figure = self._digits.figure(low, at)
            if not figure:
                return False
            spaced = at > state.end
            if spaced and not (self._grouped(low, figure[2], state) or _fills(figure, at, state)):
                return False
            state.held, state.quantum, state.end, plain = figure
            state.plain = plain and at == pos
        elif low[at] in self._figures:
            at, zeros = self._side.past_zeros(low, at) if state.end > pos else (at, False)
            if low[at].isdigit():
                figure = self._digits.figure(low, at)
                if not figure:
                    return False
                state.held, state.quantum, state.end, _ = figure
            else:
                one = state.end > pos
                value, end, spread = self._side.read(low, at, one=one or not self._rows)
                if at > state.end and not zeros and not self._grouped(low, end, state):
                    return False
                if self._figures[low[at]] == 0 and one:
                    return False
                state.held, state.end, state.spread, state.quantum = value, end, spread, ONE
            if zeros:
                state.unit = ONE
            state.plain = False
        else:
            return False
        state.held_quantum, state.scale = state.quantum, ONE
        return True

    def _unit(self, low: str, at: int, state: _State) -> bool:
        """Read ten, hundred or thousand."""
        unit = self._small.get(low[at])
        if unit is None or unit >= state.small_floor:
            return False
        count = ONE if state.held is None else state.held
        state.section += count * unit
        state.quantum = (ONE if state.held is None else state.held_quantum) * unit
        if state.held is not None:
            state.spread *= unit
        state.held, state.small_floor, state.unit, state.end = None, unit, unit, at + 1
        state.plain, state.scaled, state.scale = False, True, state.scale * unit
        return True

    def _times(self, low: str, pos: int, at: int, state: _State) -> bool:
        """Read a scale: 万, 億, 조; one as large as the last multiplies all (四万万)."""
        if state.end == pos:
            return False
        filler = self._fillers.at(low, at)
        start = _past_spaces(low, filler[1]) if filler else at
        hit = self._scales.at(low, start)
        if not hit:
            return False
        scale, end = hit
        count = state.section + (state.held or ZERO)
        if scale >= state.floor or not count:
            if start > state.end or not state.value or state.value > _TOP:
                return False
            state.total, state.section = state.value * scale, ZERO
            top = scale if scale > state.floor else scale * state.floor
        else:
            state.total += count * scale
            state.section, top = ZERO, scale
        if state.held is not None:
            state.quantum = state.held_quantum
        state.quantum *= scale
        state.spread *= scale
        state.held, state.held_quantum, state.unit = None, ONE, scale
        state.floor, state.small_floor, state.end = top, _SECTION, end
        state.plain, state.scaled, state.scale = False, True, state.scale * scale
        if filler:
            state.hedge = filler[0]
        return True

    def _decimals(self, low: str, pos: int, at: int, state: _State) -> bool:
        """Read a spelled decimal point and what follows: 十二点五, 3점 5, but not 3点15分."""
        if at != state.end or at == pos or low[at] not in self._points:
            return False
        if state.quantum < 1:
            return False
        start = at + 1
        if low[start : start + 1] == " " and state.end > pos:
            start += 1
        end, places = start, ""
        last = min(len(low), start + LONGEST)
        while end < last and low[end] in self._figures and low[end] not in self._lone:
            places += str(self._figures[low[end]])
            end += 1
        if not places and low[at].isalpha() and start == at + 1:
            while end < len(low) and low[end].isdigit() and end - start < 12:
                end += 1
            places = low[start:end]
            clock = len(places) == 2 and int(places) < _MINUTE and state.value <= _HOUR
            if clock:
                return False
        after = low[end : end + 1]
        if not places or after in self._small or after in self._breakers:
            return False
        self._close(state)
        fraction = Decimal("0." + places)
        state.held = (state.held or ZERO) + fraction
        state.quantum = state.held_quantum = ONE.scaleb(-len(places))
        state.end, state.plain, state.scale, state.unit = end, False, ONE, ONE
        return True

    def _tail(self, low: str, at: int, state: _State) -> bool:
        """Read the end of a numeral in another series: 삼백[스물두]."""
        if at != state.end or state.held is not None or state.unit < 100:
            return False
        hit = self._tails.at(low, at)
        if not hit:
            return False
        state.held, state.end, state.quantum = hit[0], hit[1], ONE
        state.unit, state.scale = ONE, ONE
        return True

    # -- helpers -------------------------------------------------------------------------

    def _close(self, state: _State) -> None:
        """Give a last figure the tenths of the unit before it: 二百[五] = 250."""
        short = self._short and state.unit >= 100 and state.held is not None
        if short and state.held is not None and state.held < 10 and state.held_quantum == 1:
            factor = state.unit / 10
            state.section += state.held * factor
            state.quantum, state.held = factor, None

    def _onward(self, low: str, pos: int, state: _State) -> int:
        """Return where the numeral may go on: past spaces, past a zero before a ten."""
        at = state.end
        after = self._side.zeros(low, at) if state.held is None else at
        if after > at and low[after : after + 1] in self._small:
            state.unit = ONE
            return after
        if low[at : at + 1] != " " or not (state.scaled or state.held is not None):
            return at
        at = _past_spaces(low, at)
        follows = low[at : at + 1]
        filler = self._fillers.at(low, at)
        if filler:
            return at if self._scales.at(low, filler[1]) else len(low)
        large = self._scales.at(low, at) is not None
        if follows in self._small or large:
            return at if self._spaced_ok(low, at) else len(low)
        if follows.isdigit() and state.held is None:
            return at
        if follows in self._figures and state.held is None and not low[pos].isdigit():
            return at
        return len(low)

    def _grouped(self, low: str, pos: int, state: _State) -> bool:
        """Whether a figure after a space goes on the number: 22억 [5천만], 三千 [八百]."""
        at = pos + 1 if low[pos : pos + 1] == " " else pos
        char = low[at : at + 1]
        if char in self._small:
            return self._small[char] < state.small_floor
        hit = self._scales.at(low, at)
        return hit is not None and hit[0] < state.floor

    def _spaced_ok(self, low: str, pos: int) -> bool:
        """Whether a scale word after a space is one, not the start of another word."""
        end = pos
        while low[end : end + 1] in self._small or self._scales.at(low, end):
            end += 1
        single = end - pos == 1 and low[pos] in self._ambiguous
        return not (single and re.match(LETTER, low[end : end + 1] or " "))


def _raised(low: str, pos: int, figure: Figure) -> bool:
    """Whether more than digits and their marks was read: 1e10, 2^-1, 3×10^6."""
    return any(mark in low[pos : figure.end] for mark in "e^")


def _fills(figure: tuple[Decimal, Decimal, int, bool], pos: int, state: _State) -> bool:
    """Whether a figure after a space fills the last places: 12만 [4800]."""
    value, _, end, plain = figure
    return plain and end - pos >= 3 and value < state.floor == MYRIAD


def _past_spaces(low: str, pos: int) -> int:
    """Return `pos` past the few spaces that a numeral may hold."""
    for _ in range(_GAP):
        if low[pos : pos + 1] == " ":
            pos += 1
    return pos
