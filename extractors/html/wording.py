"""How the lines of a page go together by their words: part of the columns of the line model.

The run of lines with the most prose is the core of the page; words that its other running text
has too speak for a line. Nothing here knows a language: function words show as the words that
the core itself repeats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

import ahocorasick
import numpy as np
from numpy.typing import NDArray

from extractors.rulebook import rule_languages, rules

Column = NDArray[np.float64]

_UNIT = re.compile(
    r"[^\W\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+|[\u3041-\u30ff\u3400-\u9fff]{2}|[\uac00-\ud7a3]{2}"
)
_WORDS = "".join(ch if ch.isalnum() or ch == "_" else " " for ch in map(chr, range(128)))
_RARE = 3  # lines of the core that hold a rare word at most
_COMMON = 0.004  # share of the core's words from which a word is a common one
_LOOKED_AT = 2000  # characters of a line


def best_run(weights: Column) -> tuple[int, int]:
    """First line and the one after the last of the contiguous run with the highest sum."""
    total = np.concatenate(([0.0], np.cumsum(weights)))
    gain = total[1:] - np.minimum.accumulate(total)[:-1]
    end = int(np.argmax(gain)) + 1
    if gain[end - 1] <= 0.0:
        return 0, 0
    return int(np.argmin(total[:end])), end


def _units(line: str) -> list[str]:
    """Words, and pairs of letters of scripts without spaces between words."""
    if line.isascii():  # the same, several times as fast
        return line.translate(_WORDS).split()
    return _UNIT.findall(line)


def shared(lines: Sequence[str], prose: NDArray[np.bool_], core: tuple[int, int]) -> Column:
    """Share of the words of each line that the running text of the core has: a row per line.

    Returns:
        Columns for all words, for rare ones, and for the most common ones; of a line of the
        core only what its other lines have counts.
    """
    units = [_units(line[:_LOOKED_AT].lower()) for line in lines]
    inside = np.zeros(len(lines), dtype=np.bool_)
    inside[core[0] : core[1]] = prose[core[0] : core[1]]
    holders: Counter[str] = Counter()
    frequency: Counter[str] = Counter()
    for i in np.flatnonzero(inside).tolist():
        holders.update(set(units[i]))
        frequency.update(units[i])
    least = max(2, int(_COMMON * frequency.total()))
    common = {unit for unit, n in frequency.items() if n >= least}
    held = set(holders), {unit for unit, n in holders.items() if n > 1}
    often = {unit for unit, n in holders.items() if n > _RARE}
    out = np.zeros((len(lines), 3))
    for i, (found, own) in enumerate(zip(units, inside.tolist(), strict=True)):
        kinds = set(found)
        also_there = kinds & held[own]
        if not also_there and not (own and found):
            continue
        also, frequent = len(also_there), len(also_there & often)
        rare = len(kinds) - frequent
        out[i] = (
            also / len(kinds),
            (also - frequent) / max(rare, 1),
            sum(map(common.__contains__, found)) / len(found),
        )
    return out


@cache
def _furniture() -> ahocorasick.Automaton:
    """All words of page furniture of all languages together: sites mix them."""
    words = {
        str(word).lower()
        for lang in rule_languages()
        for group in (rules(lang).get("hints") or {}).values()
        for word in group
    }
    automaton = ahocorasick.Automaton()
    for word in sorted(words):
        automaton.add_word(word, len(word))
    automaton.make_automaton()
    return automaton


def furniture(
    text: str, starts: NDArray[np.intp], narrow: NDArray[np.bool_], letter: NDArray[np.bool_]
) -> Column:
    """Share of each line's letters that words of page furniture cover.

    Args:
        text: the lines, a line break between them.
        starts: where each line begins.
        narrow: whether a character is a letter of a script with spaces between words; such a
            word counts as a whole only.
        letter: whether it is a letter of any script.
    """
    lower = text.replace("\u0130", "I").lower()
    found = list(_furniture().iter(lower)) if len(lower) == len(text) else []
    if not found:
        return np.zeros(len(starts))
    spans = np.array(found)
    first, after = spans[:, 0] - spans[:, 1] + 1, spans[:, 0] + 1
    inside = np.concatenate(([False], narrow[1:] & narrow[:-1], [False]))
    whole = ~inside[first] & ~inside[after]
    steps = np.bincount(first[whole], minlength=len(text) + 1)
    steps -= np.bincount(after[whole], minlength=len(text) + 1)
    covered = np.cumsum(steps[:-1]) > 0
    total = np.add.reduceat(letter, starts, dtype=np.float64)
    return np.add.reduceat(covered & letter, starts, dtype=np.float64) / np.maximum(total, 1.0)
