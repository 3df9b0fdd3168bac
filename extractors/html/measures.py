"""Length, punctuation and letters of a page's lines, counted for all lines at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from extractors.html.wording import Column, furniture

_END = frozenset(".!?。！？…‥．؟।။")
_CLOSING = "'\"”’»›)]）」』】*"
_OPENING = frozenset("\"'“‘«„»「『‹")
_BULLETS = frozenset("•·-–—*▶►▷■□●○◆◇※→>|")
_WORD, _SPACELESS, _UPPER, _DIGIT = 1, 2, 4, 8
_TABLE = 0x10000  # code points with a class of their own; others have none
_UNSPACED = ((0x3041, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0x0E00, 0x0EFF),
             (0x1000, 0x109F), (0x1780, 0x17FF))  # fmt: skip
_PER_WORD = 2.2  # characters of a script without spaces that make a word


@cache
def _classes() -> NDArray[np.uint8]:
    """Class of each code point: part of a word, of a script without spaces, capital, figure."""
    table = np.zeros(_TABLE + 1, dtype=np.uint8)
    for code in range(_TABLE):
        ch = chr(code)
        table[code] = _WORD * ch.isalnum() | _UPPER * ch.isupper() | _DIGIT * ch.isdigit()
    for first, last in _UNSPACED:
        table[first : last + 1] = _SPACELESS
    return table


def measures(lines: Sequence[str]) -> dict[str, Column]:
    """Length, punctuation and letters of each line, none of them empty."""
    text = "\n".join(lines)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    bits = _classes()[np.minimum(codes, _TABLE)]
    chars = np.array([len(line) for line in lines], dtype=np.float64)
    starts = np.concatenate(([0], np.cumsum(chars + 1)[:-1])).astype(np.intp)
    word = (bits & _WORD) != 0
    begins = word.copy()
    begins[1:] &= ~word[:-1]

    def counted(where: NDArray[np.bool_]) -> Column:
        return np.add.reduceat(where, starts, dtype=np.float64)

    wide = counted((bits & _SPACELESS) != 0)
    ends, openings, stops, addresses = [], [], [], []
    for line in lines:
        last, first = line.rstrip(_CLOSING)[-1:], line[0]
        ends.append(
            2.0 if last in _END and last else 1.0 if last in (":", "：") else 3.0 * (last == ",")
        )
        openings.append(
            1.0 if first.isupper() else 2.0 if first.islower() else 3.0 if first.isdigit()
            else 4.0 if first in _OPENING else 5.0 if first in _BULLETS else 0.0
        )  # fmt: skip
        stops.append(line.count(". ") + line.count("。") + line.count("? "))
        addresses.append("@" in line or "://" in line or "www." in line)
    return {
        "tokens": counted(begins) + wide / _PER_WORD,
        "chars": chars,
        "end": np.array(ends),
        "opening": np.array(openings),
        "stops": np.array(stops, dtype=np.float64),
        "commas": counted((codes == ord(",")) | (codes == ord("、"))),
        "digits": counted((bits & _DIGIT) != 0) / chars,
        "upper": counted((bits & _UPPER) != 0) / chars,
        "wide": wide / chars,
        "pipes": counted((codes == ord("|")) | (codes == ord("»"))),
        "address": np.array(addresses, dtype=np.float64),
        "furniture": furniture(text, starts, word, (bits & (_WORD | _SPACELESS)) != 0),
    }
