"""Sketches by which copies of a text are found and confirmed.

Units follow the writing system: a Han, kana or Hangul character is one unit, and so is any
other run of letters and digits. Shingles of five units make the sketch (candidates), shingles
of three the containment (confirmation). The sketch is a bottom-k sketch: the k smallest hashes
(Broder, "On the resemblance and containment of documents", 1997).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

import xxhash

VERSION = 1
"""Raised whenever normalisation, shingles or hash change; sketches of two versions differ."""

SIZE = 32
_SKETCH_SHINGLE = 5
_VERIFY_SHINGLE = 3
_MASK = (1 << 63) - 1  # fits a signed 64-bit column

_CJK = (
    "\u3005-\u3007\u3041-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U000323af"
)
_UNIT = re.compile(rf"[{_CJK}]|[^\s{_CJK}]+")


class _Fold(dict[int, str]):
    """`str.translate` table: NFKC and case folded, anything but letters, marks, digits blank."""

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        value = "".join(ch if unicodedata.category(ch)[0] in "LMN" else " " for ch in folded)
        if unicodedata.category(chr(code)) == "Cf":  # zero-width and bidi marks split nothing
            value = ""
        self[code] = value
        return value


_FOLD = _Fold()


def units(text: str) -> list[str]:
    """Units of `text` after normalisation, in order."""
    return _UNIT.findall(unicodedata.normalize("NFC", text).translate(_FOLD))


def content_hash(text: str) -> str:
    """Hex digest that is equal for texts that differ in case, form and punctuation only.

    A decimal or thousands mark inside a number counts: 2.9 is not 29.
    """
    return hashlib.sha256(" ".join(_numbered_units(text)).encode("utf-8")).hexdigest()[:32]


_NUMBER_MARK = re.compile(r"(?<=\d)[.,:/\-–~%](?=\d)")


def _numbered_units(text: str) -> list[str]:
    """Units, with the marks inside numbers kept as units of their own."""
    out: list[str] = []
    start = 0
    text = unicodedata.normalize("NFKC", text)
    for mark in _NUMBER_MARK.finditer(text):
        out += units(text[start : mark.start()])
        out.append(mark.group())
        start = mark.end()
    return out + units(text[start:])


def _hashes(items: list[str], n: int) -> set[int]:
    if not items:
        return set()
    grams = {"\x1f".join(items[i : i + n]) for i in range(max(1, len(items) - n + 1))}
    return {xxhash.xxh3_64_intdigest(gram.encode("utf-8", "replace")) & _MASK for gram in grams}


def sketch(text: str) -> tuple[int, ...]:
    """The 32 smallest 63-bit hashes of the 5-unit shingles of `text`, ascending."""
    return tuple(sorted(_hashes(units(text), _SKETCH_SHINGLE))[:SIZE])


@lru_cache(maxsize=256)
def shingles(text: str) -> frozenset[int]:
    """Hashes of the 3-unit shingles of `text`, for `containment`."""
    return frozenset(_hashes(units(text), _VERIFY_SHINGLE))


def containment(a: str, b: str) -> float:
    """Share of the shorter text's 3-unit shingles that the other one has too, 0..1."""
    first, second = shingles(a), shingles(b)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


def resemblance(a: str, b: str) -> float:
    """Jaccard similarity of the 3-unit shingles of two texts, 0..1."""
    first, second = shingles(a), shingles(b)
    union = len(first | second)
    return len(first & second) / union if union else 0.0
