"""Recognises that one text translates another, by the numbers and names that survive it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import cache

import xxhash

from extractors.rulebook import load_yaml

VERSION = 2
"""Raised whenever markers or keys change; those of two versions do not meet."""

# Least number of figures or markers on either side, and their shares in common order: of the
# shorter and of the longer sequence.
_FIGURES = ((8, 0.8, 0.5), (6, 0.9, 0.6))
_MARKERS = (12, 0.7, 0.35)
_MAX_MARKERS = 1000
_KEYS = 64
_MAX_DIGITS = 24

_LATIN = r"[A-Za-z\u00c0-\u024f]"
_WORD = re.compile(rf"{_LATIN}[A-Za-z\u00c0-\u024f'’\-]*{_LATIN}")
_NUMBER = r"\d+(?:[.,]\d+)*"


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, int], dict[str, int]]:
    table = load_yaml("markers.yaml")
    stacking: dict[str, int] = table["stacking"]
    words: dict[str, int] = table["words"]
    scale = "[" + "".join(stacking) + "]"
    long = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    number = (
        rf"(?P<stack>{_NUMBER}\s?{scale}+(?:\s?{_NUMBER}\s?{scale}+)*(?:\s?{_NUMBER})?)"
        rf"|(?P<number>{_NUMBER})(?:[\s\u00a0]?(?P<word>{long})(?![a-z\u00c0-\u024f]))?"
    )
    return re.compile(f"{number}|(?P<latin>{_WORD.pattern})", re.IGNORECASE), stacking, words


def _decimal(digits: str) -> Decimal:
    """Value of digits with marks: three digits after each comma group them, else decimals."""
    groups = re.split(r"[.,]", digits)
    marks = {ch for ch in digits if ch in ".,"}
    grouped = all(len(g) == 3 for g in groups[1:])
    if len(groups) == 1 or (grouped and (len(groups) > 2 or marks == {","})):
        return Decimal("".join(groups))
    return Decimal("".join(groups[:-1]) + "." + groups[-1])


def _normal(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _stacked(surface: str, stacking: dict[str, int]) -> str:
    total = Decimal(0)
    for digits, scale in re.findall(rf"({_NUMBER})\s?([{''.join(stacking)}]*)", surface):
        part = _decimal(digits)
        for ch in scale:
            part *= 10 ** stacking[ch]
        total += part
    return _normal(total)


def markers(text: str) -> tuple[str, ...]:
    """Numbers and Latin names of `text` in order, in a form that languages share.

    29억, 29億, 2.9 billion and 2,9 milliards are all ``2900000000``. Capitalised Latin words
    count, case folded, unless the text also writes them in lower case.

    Returns:
        At most 1,000 markers.
    """
    pattern, stacking, words = _pattern()
    text = unicodedata.normalize("NFKC", text)
    lower = {w for w in _WORD.findall(text) if w[0].islower()}
    found: list[str] = []
    for match in pattern.finditer(text):
        surface = match.group()
        if len(found) >= _MAX_MARKERS:
            break
        if match["latin"]:
            if surface[0].isupper() and surface[0].lower() + surface[1:] not in lower:
                found.append(surface.casefold())
            continue
        if len(surface) > _MAX_DIGITS:
            continue
        try:
            if match["stack"]:
                found.append(_stacked(surface, stacking))
            else:
                scale = words[match["word"].lower()] if match["word"] else 0
                found.append(_normal(_decimal(match["number"]) * 10**scale))
        except (InvalidOperation, ValueError):  # digits of other scripts mixed with marks
            continue
    return tuple(found)


def keys(found: Sequence[str]) -> tuple[int, ...]:
    """Hashes by which translations find each other: what follows what among their markers.

    Pairs of figures that stand next but one at most, of which one at least is no small number
    or year, and runs of three markers.

    Args:
        found: what `markers` returned.

    Returns:
        The 64 smallest distinct hashes of 63 bits, ascending.
    """
    figures = [marker for marker in found if marker[0].isdigit()]
    runs: set[tuple[str, ...]] = {
        (first, second)
        for step in (1, 2)
        for first, second in zip(figures, figures[step:], strict=False)
        if first != second and (_tells(first) or _tells(second))
    }
    runs |= set(zip(found, found[1:], found[2:], strict=False))
    hashes = {xxhash.xxh3_64_intdigest("\x1f".join(run).encode()) >> 1 for run in runs}
    return tuple(sorted(hashes)[:_KEYS])


def _tells(figure: str) -> bool:
    """Whether a figure is neither a small number nor a year."""
    return "." in figure or not (len(figure) <= 2 or re.fullmatch(r"(?:19|20)[0-9]{2}", figure))


def common_length(a: Sequence[str], b: Sequence[str]) -> int:
    """Length of the longest common subsequence (Hyyrö's bit-parallel algorithm, 2004)."""
    places: dict[str, int] = {}
    for i, item in enumerate(a):
        places[item] = places.get(item, 0) | 1 << i
    full = (1 << len(a)) - 1
    row = full
    for item in b:
        hit = row & places.get(item, 0)
        row = ((row + hit) | (row - hit)) & full
    return len(a) - row.bit_count()


def _same_order(
    a: Sequence[str], b: Sequence[str], least: int, of_shorter: float, of_longer: float
) -> bool:
    shorter, longer = sorted((len(a), len(b)))
    if shorter < least or shorter < of_longer * longer:
        return False
    return common_length(a, b) >= max(of_shorter * shorter, of_longer * longer)


def is_translation(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether texts in two languages with these markers render one another.

    Reports of one event share its few names and figures in much the same order. A translation
    has most of the figures of its original and hardly others, so what is in common is measured
    against the longer sequence too.

    Args:
        a, b: what `markers` returned for each.
    """
    first, second = ([m for m in found if m[0].isdigit()] for found in (a, b))
    return any(_same_order(first, second, *bar) for bar in _FIGURES) or _same_order(a, b, *_MARKERS)
