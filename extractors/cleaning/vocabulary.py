"""Which words the lines of a page share: with its running text, and with the lines near by.

Words are compared by hash, CJK text by pairs of characters; nothing knows a language. Function
words show as the words that the running text itself repeats.
"""

from __future__ import annotations

import numpy as np

from extractors.cleaning.arrays import Floats
from extractors.cleaning.charclass import DIGIT, UPPER
from extractors.cleaning.measure import Lines


class Vocabulary:
    """The units (words, pairs of wide characters) of every line.

    Attributes:
        keys: a hash of each line's letters, digits levelled: equal for lines that repeat.
    """

    def __init__(self, page: Lines) -> None:
        """Units of every line: words as rolling hashes, pairs of wide characters."""
        self._page = page
        codes = page.codes.astype(np.uint64)
        bits = page.bits
        upper = (bits & UPPER) != 0
        low = np.where(upper & (codes < 128), codes + np.uint64(32), codes)
        low = np.where((bits & DIGIT) != 0, np.uint64(48), low)
        # A word's hash is the sum of its letters times a weight of their place in it.
        place = np.arange(len(low))
        begin = np.maximum.accumulate(np.where(page.word_start, place, 0))
        mixed = (low * np.uint64(0x9E3779B97F4A7C15)) ^ (low << np.uint64(17))
        inside = (place - begin).astype(np.uint64) * np.uint64(2) + np.uint64(1)
        value = np.where(
            page.narrow,
            mixed * (inside * inside * np.uint64(0xD6E8FEB86659FD93) + np.uint64(1)),
            np.uint64(0),
        )
        total = np.concatenate((np.zeros(1, np.uint64), np.cumsum(value, dtype=np.uint64)))
        firsts = np.flatnonzero(page.word_start)
        word_end = page.narrow.copy()
        word_end[:-1] &= ~page.narrow[1:]
        lasts = np.flatnonzero(word_end)
        words = total[lasts + 1] - total[firsts]
        pairs = np.flatnonzero(page.wide[:-1] & page.wide[1:])
        bigrams = codes[pairs] * np.uint64(65537) + codes[pairs + 1]
        both = np.where(page.wide, mixed, value)
        sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(both, dtype=np.uint64)))
        self.keys = sums[page.ends] - sums[page.starts]
        self._unit_line = np.concatenate((page.line_of[firsts], page.line_of[pairs]))
        units = np.concatenate((words, bigrams))
        _, self._unit = np.unique(units, return_inverse=True)

    def overlap(self) -> tuple[Floats, ...]:
        """Share of a line's units that other running text in the window has.

        Returns:
            All units, rare units (in three lines of the window at most), and units that are
            among the most frequent of the window.
        """
        page = self._page
        begin, end = page.window
        kinds = int(self._unit.max()) + 1 if len(self._unit) else 0
        zeros = np.zeros(page.count)
        if not kinds:
            return (zeros,) * 6
        place = self._unit_line
        core = (place >= begin) & (place <= end) & page.prose[place]
        per_line = np.unique(self._unit * page.count + place)
        in_line, in_place = per_line // page.count, per_line % page.count
        in_core = (in_place >= begin) & (in_place <= end) & page.prose[in_place]
        holders = np.bincount(in_line[in_core], minlength=kinds)
        others = holders[in_line] - in_core
        of_line = np.bincount(in_place, minlength=page.count)
        shared = np.bincount(in_place, weights=others > 0, minlength=page.count)
        rare = holders[in_line] <= 3
        rare_all = np.bincount(in_place, weights=rare, minlength=page.count)
        rare_shared = np.bincount(in_place, weights=rare & (others > 0), minlength=page.count)
        frequency = np.bincount(self._unit[core], minlength=kinds)
        limit = max(2, int(0.004 * core.sum()))
        common = np.bincount(place, weights=frequency[self._unit] >= limit, minlength=page.count)
        all_units = np.bincount(place, minlength=page.count)
        # Gaps to the last and next line with the same unit; pairs are sorted by unit and line.
        same = np.diff(in_line) == 0
        gap = np.where(same, np.diff(in_place), 9999)
        before, after = np.append(9999, gap), np.append(gap, 9999)
        lines_with = np.bincount(in_line, minlength=kinds)
        telling = lines_with[in_line] <= max(3.0, 0.06 * page.count)
        share = np.maximum(np.bincount(in_place, weights=telling, minlength=page.count), 3.0)
        near = [
            np.bincount(in_place, weights=telling & (distance <= reach), minlength=page.count)
            for distance, reach in ((before, 8), (after, 8), (after, 25))
        ]
        return (
            shared / np.maximum(of_line, 1),
            rare_shared / np.maximum(rare_all, 1),
            common / np.maximum(all_units, 1),
            *(found / share for found in near),
        )
