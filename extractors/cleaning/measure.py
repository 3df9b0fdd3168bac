"""Counts the characters of all lines of a page at once.

The text is one array of code points and a line is a stretch of it, so that every figure is a sum
over stretches: linear in the text, without a loop over lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from extractors.cleaning.arrays import Flags, Floats
from extractors.cleaning.charclass import (
    BAR,
    BRACKET,
    BULLET,
    CLOSER,
    COMMA,
    DIGIT,
    JOINT,
    LETTER,
    LOWER,
    QUOTE,
    STOP,
    SYMBOL,
    TABLE,
    UNIT,
    UPPER,
    WIDE,
    WORD,
    classes,
)
from extractors.cleaning.hints import KINDS, find_hints

_WIDE_WORDS = 1 / 2.2  # words that a CJK character counts


class Lines:
    """The lines of a page as arrays.

    Attributes:
        count: number of lines.
        tokens: words of each line.
        prose: whether a line is running text.
        short: whether a line has few words and no full stop.
        window: first and last line of the run with the most prose, (0, -1) without prose.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Measure `lines`: normalised, none of them blank."""
        self.count = len(lines)
        self.text = "\n".join(lines)
        codes = np.frombuffer(self.text.encode("utf-32-le", "replace"), dtype=np.uint32)
        self.codes = np.minimum(codes, TABLE).astype(np.int64)
        self.bits = classes()[self.codes]
        breaks = np.flatnonzero(codes == 10)
        self.starts = np.concatenate(([0], breaks + 1)).astype(np.int64)
        self.ends = np.concatenate((breaks, [len(codes)])).astype(np.int64)
        self.line_of = np.repeat(np.arange(self.count), self.ends - self.starts + 1)[:-1]
        self.chars = (self.ends - self.starts).astype(np.float64)
        self._measure()
        self._find_window()

    @cached_property
    def hints(self) -> Floats:
        """Share of each line that words of furniture cover: a column per kind, one for all."""
        covered = find_hints(self.text.replace("\u0130", "I").lower(), self.narrow)
        letter = (self.bits & (WORD | WIDE)) != 0
        solid = np.maximum(self.counted(letter), 1.0)
        kinds = [self.counted(letter & ((covered >> k) & 1 == 1)) for k in range(len(KINDS))]
        return np.column_stack([*kinds, self.counted(letter & (covered != 0))]) / solid[:, None]

    def counted(self, where: Flags) -> Floats:
        """Number of marked characters in each line."""
        found = self.line_of[np.flatnonzero(where)]
        return np.bincount(found, minlength=self.count).astype(np.float64)

    def _measure(self) -> None:
        bits = self.bits
        wide = (bits & WIDE) != 0
        narrow = ((bits & WORD) != 0) & ~wide
        self.word_start = narrow.copy()
        self.word_start[1:] &= ~narrow[:-1]
        self.narrow, self.wide = narrow, wide
        self.words = self.counted(self.word_start)
        self.wides = self.counted(wide)
        self.tokens = self.words + self.wides * _WIDE_WORDS
        upper = (bits & UPPER) != 0
        self.letters = self.counted((bits & LETTER) != 0)
        self.uppers = self.counted(upper)
        self.capitals = self.counted(upper & self.word_start)
        self.digits = self.counted((bits & DIGIT) != 0)
        self.commas = self.counted((bits & COMMA) != 0)
        stop = (bits & STOP) != 0
        sentence = stop.copy()
        # An ASCII full stop ends a sentence before a space only; a wide one always does.
        sentence[:-1] &= (self.codes[1:] <= 32) | (self.codes[:-1] > 0x2FFF)
        self.sentences = self.counted(sentence)
        self.quotes = self.counted((bits & QUOTE) != 0)
        self.brackets = self.counted((bits & BRACKET) != 0)
        self.bars = self.counted((bits & BAR) != 0)
        self.symbols = self.counted((bits & SYMBOL) != 0)
        digit = (bits & DIGIT) != 0
        joined = np.zeros(len(bits), dtype=np.bool_)
        joined[1:-1] = digit[:-2] & ((bits[1:-1] & JOINT) != 0) & digit[2:]
        joined[1:] |= digit[:-1] & ((bits[1:] & UNIT) != 0)
        self.joints = self.counted(joined)
        self.at_signs = self.counted(self.codes == 64)
        slash = self.codes == 47
        slash[1:] &= slash[:-1]
        self.slashes = self.counted(slash)
        place = np.where((bits & CLOSER) == 0, np.arange(len(bits)), -1)
        last = np.maximum.accumulate(place)[self.ends - 1]
        last = np.maximum(last, self.starts)
        self.final = bits[last]
        self.initial = bits[self.starts]
        code = self.codes[last]
        self.end_kind = np.select(
            [
                (self.codes[np.maximum(last - 1, 0)] == 46) & (code == 46) | (code == 0x2026),
                (self.final & STOP) != 0,
                code == 58,
                (self.final & COMMA) != 0,
                (self.final & DIGIT) != 0,
            ],
            [3.0, 1.0, 2.0, 4.0, 5.0],
            0.0,
        )
        self.start_kind = np.select(
            [
                (self.initial & UPPER) != 0,
                (self.initial & LOWER) != 0,
                (self.initial & DIGIT) != 0,
                (self.initial & BULLET) != 0,
                (self.initial & QUOTE) != 0,
                (self.initial & BRACKET) != 0,
                (self.initial & WIDE) != 0,
            ],
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
            0.0,
        )
        ended = (self.end_kind == 1.0) | (self.end_kind == 3.0)
        self.ended = ended
        self.short = (self.tokens < 10) & ~ended
        self.prose = (self.tokens > 40) | ((self.tokens >= 10) & ended)

    def _find_window(self) -> None:
        weights = np.where(self.prose, self.tokens, -np.minimum(6.0, 3.0 + 0.3 * self.tokens))
        total = np.concatenate(([0.0], np.cumsum(weights)))
        lowest = np.minimum.accumulate(total)
        gain = total[1:] - lowest[:-1]
        if not self.prose.any():
            self.window = (0, -1)
            return
        end = int(np.argmax(gain))
        begin = int(np.argmin(total[: end + 1]))
        self.window = (begin, end)
