"""Classes of characters, as bits of a table over the basic plane."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

LETTER, UPPER, LOWER, DIGIT, WIDE, WORD = 1, 2, 4, 8, 16, 32
COMMA, STOP, QUOTE, BRACKET, BAR, BULLET, CLOSER, SYMBOL = (1 << k for k in range(6, 14))
JOINT, UNIT = 1 << 14, 1 << 15

_MARKS: Final = {
    COMMA: ",;、،；",
    STOP: ".!?。！？…‥؟।։۔",
    QUOTE: "'\"“”„‘’«»‹›「」『』《》",
    BRACKET: "()[]{}【】〈〉",
    BAR: "|/·•–—-›»>→",
    BULLET: "•·*▪■□●○◆◇▲△▼▽▶▷►☎※★☆✓✔→»›>#-–—",
    CLOSER: "'\"“”’»›)]}」』】》〉 ",
    SYMBOL: "@#&+=©®™%$€£¥₩",
    JOINT: ":/.-",  # inside dates and times
    UNIT: "年月日時分년월일시분",  # after the figures of a date
}
_WIDE_BLOCKS: Final = (
    (0x3041, 0x30FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
)
TABLE = 0x10000


@cache
def classes() -> NDArray[np.uint16]:
    """Class bits of every code point of the basic plane; the last entry stands for the rest."""
    table = np.zeros(TABLE + 1, dtype=np.uint16)
    for code in range(TABLE):
        ch = chr(code)
        bits = 0
        if ch.isalpha():
            bits |= LETTER | WORD | (UPPER if ch.isupper() else LOWER if ch.islower() else 0)
        elif ch.isdecimal():
            bits |= DIGIT | WORD
        elif unicodedata.category(ch)[0] == "M" or ch == "_":
            bits |= WORD
        table[code] = bits
    for first, last in _WIDE_BLOCKS:
        table[first : last + 1] |= WIDE
    for bit, marks in _MARKS.items():
        for ch in marks:
            table[ord(ch)] |= bit
    table[TABLE] = LETTER | WIDE  # mostly rare Han characters
    return table
