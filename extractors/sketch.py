"""Sketches by which copies of a text are found and confirmed.

Shingles of five units make the sketch (candidates), shingles of three the containment
(confirmation). The sketch is a bottom-k sketch: the k smallest hashes (Broder, "On the
resemblance and containment of documents", 1997).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extractors.units import Hashes, Units, hash_units, mix, weights

VERSION = 2
"""Raised whenever normalisation, shingles or hash change; sketches of two versions differ."""

SIZE = 32
_SKETCH_SHINGLE = 5
_VERIFY_SHINGLE = 3
_FOREIGN = 0.1  # share of a line that the other text has, below which it is foreign
_FURNITURE = 1 / 3  # share of a text that foreign lines at its ends may be
_LEAST = 0.3  # containment below which two texts are no copies whatever is left off
_ENOUGH = 0.8  # containment from which they are, so that nothing need be left off
_CHUNK = 1 << 16  # characters hashed at a time, which bounds memory
_REMEMBERED = 8192  # texts, some 10 KB each
_WEIGHTS = weights(_SKETCH_SHINGLE, 2)


def content_hash(text: str) -> str:
    """Hex digest that is equal for texts that differ in case, form and punctuation only.

    Marks inside and beside a number count: 2.9 is not 29, $5 not €5, -1 not 1.
    """
    hashes = hash_units([text]).hashes.astype("<u8")
    return hashlib.sha256(hashes.tobytes()).hexdigest()[:32]


def _grams(hashes: Hashes, n: int) -> Hashes:
    """Hash of the `n` units that begin at each place; 63 bits, for a signed column."""
    total = hashes * _WEIGHTS[0]
    for step in range(1, n):
        total[:-step] += hashes[step:] * _WEIGHTS[step]
    return mix(total) >> np.uint64(1)


@dataclass(frozen=True, slots=True)
class Shingles:
    """The 3-unit shingles of a text.

    Attributes:
        ordered: hashes in order of the text.
        lines: line in which each begins.
        distinct: the distinct hashes, ascending.
    """

    ordered: Hashes
    lines: NDArray[np.int64]
    distinct: Hashes


_recent: dict[str, Shingles] = {}
_remembering = Lock()


class Likeness(NamedTuple):
    """How alike two texts are: shared shingles over the smaller and over both, 0..1."""

    containment: float
    jaccard: float


def _words(texts: Sequence[str]) -> Iterator[tuple[Units, list[int]]]:
    """Units without marks of as many texts at a time as fit a chunk, and their bounds."""
    start = 0
    while start < len(texts):
        end, size = start + 1, len(texts[start])
        while end < len(texts) and size + len(texts[end]) <= _CHUNK:
            size += len(texts[end])
            end += 1
        words = hash_units(texts[start:end]).words()
        yield words, words.bounds.tolist()
        start = end


def _cut(words: Units, bounds: list[int], n: int) -> Iterator[tuple[Hashes, NDArray[np.int64]]]:
    """Hashes of the `n`-unit shingles of each text in order, and the line of each."""
    grams = _grams(words.hashes, n)
    for first, last in pairwise(bounds):
        if last - first >= n:
            yield grams[first : last - n + 1], words.lines[first : last - n + 1]
        else:  # shorter than a shingle: all of it is one
            stop = min(first + 1, last)
            yield _grams(words.hashes[first:last], n)[:1], words.lines[first:stop]


def _distinct(hashes: Hashes) -> Hashes:
    """Distinct hashes, ascending; on arrays this small faster than numpy.unique."""
    found = hashes.copy()
    found.sort()
    return np.concatenate((found[:1], found[1:][found[1:] != found[:-1]]))


def _smallest(hashes: Hashes) -> Hashes:
    if len(hashes) > 2 * SIZE:
        found = _distinct(np.partition(hashes, 2 * SIZE)[: 2 * SIZE])
        if len(found) >= SIZE:
            return found[:SIZE]
    return _distinct(hashes)[:SIZE]


def _sketches(words: Units, bounds: list[int]) -> list[Hashes]:
    return [_smallest(found) for found, _ in _cut(words, bounds, _SKETCH_SHINGLE)]


def _shingles(words: Units, bounds: list[int]) -> list[Shingles]:
    return [
        Shingles(found, lines, _distinct(found))
        for found, lines in _cut(words, bounds, _VERIFY_SHINGLE)
    ]


def sketches(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """`sketch` of each text, several times as fast as one by one."""
    return [tuple(found.tolist()) for chunk in _words(texts) for found in _sketches(*chunk)]


def sketch(text: str) -> tuple[int, ...]:
    """The 32 smallest 63-bit hashes of the 5-unit shingles of `text`, ascending."""
    return sketches([text])[0]


def shingle_sets(texts: Sequence[str]) -> list[Shingles]:
    """`shingles` of each text, several times as fast as one by one."""
    return [found for chunk in _words(texts) for found in _shingles(*chunk)]


def remembered(texts: Sequence[str]) -> list[Shingles]:
    """`shingle_sets`, less work for texts met lately: what is copied is mostly recent."""
    found = {text: _recent.get(text) for text in texts}
    new = [text for text, known in found.items() if known is None]
    cut = shingle_sets(new)
    _remember(new, cut)
    found.update(zip(new, cut, strict=True))
    return [one for text in texts if (one := found[text])]


def _remember(texts: Sequence[str], found: Sequence[Shingles]) -> None:
    with _remembering:
        _recent.update(pair for pair in zip(texts, found, strict=True) if len(pair[0]) <= _CHUNK)
        for text in list(islice(_recent, max(0, len(_recent) - _REMEMBERED))):
            del _recent[text]


def signatures(texts: Sequence[str]) -> list[tuple[Hashes, Shingles]]:
    """`sketch` and `shingles` of each text; the shingles are `remembered`."""
    out = [
        found
        for chunk in _words(texts)
        for found in zip(_sketches(*chunk), _shingles(*chunk), strict=True)
    ]
    _remember(texts, [found for _, found in out])
    return out


def shingles(text: str) -> Shingles:
    """The 3-unit shingles of `text`, for `alike`."""
    return remembered([text])[0]


def is_in(items: Hashes, found: Hashes) -> NDArray[np.bool_]:
    """Which `items` are among `found`, distinct and ascending."""
    if not len(found):
        return np.zeros(len(items), bool)
    places = np.searchsorted(found, items)
    places[places == len(found)] = 0
    return np.asarray(found[places] == items)


def _measured(a: Hashes, b: Hashes) -> Likeness:
    smaller = min(len(a), len(b))
    if not smaller:
        return Likeness(0.0, 0.0)
    both = np.concatenate((a, b))
    both.sort(kind="stable")  # merges the two, which is faster than a search
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return Likeness(shared / smaller, shared / (len(both) - shared))


def _core(text: Shingles, other: Shingles) -> Hashes:
    """Distinct shingles of `text` without the foreign lines at its head and tail.

    A menu above and a share line below are no part of a report. Lines of which the other text
    has less than a tenth are left off from either end, a third of the text at most: a passage
    quoted in a long host stays a small part of it.
    """
    lines, size = text.lines, len(text.ordered)
    if not size or lines[0] == lines[-1]:
        return text.distinct
    budget = _FURNITURE * size
    first, last, met = 0, size, False
    while last - (begin := int(lines.searchsorted(lines[last - 1]))) <= budget:
        if met := _is_own(text.ordered[begin:last], other):
            break
        budget -= last - begin
        last = begin
    while (end := int(lines.searchsorted(lines[first], "right"))) - first <= budget:
        if _is_own(text.ordered[first:end], other):
            met = True
            break
        budget -= end - first
        first = end
    if last - first == size or not (met or _has_own(text, first, last, other)):
        return text.distinct
    return _distinct(text.ordered[first:last])


def _is_own(line: Hashes, other: Shingles) -> bool:
    hits = np.count_nonzero(is_in(line, other.distinct))
    return bool(hits >= _FOREIGN * len(line))


def _has_own(text: Shingles, first: int, last: int, other: Shingles) -> bool:
    """Whether any line between two places is no foreign one."""
    bounds = np.flatnonzero(np.diff(text.lines[first:last])) + first + 1
    parts = np.split(text.ordered[first:last], bounds - first)
    return any(_is_own(part, other) for part in parts)


def alike(a: Shingles, b: Shingles) -> Likeness:
    """How alike two texts are; foreign lines at head and tail do not lower the containment."""
    whole = _measured(a.distinct, b.distinct)
    if not _LEAST <= whole.containment < _ENOUGH:
        return whole
    cores = _core(a, b), _core(b, a)
    if cores[0] is a.distinct and cores[1] is b.distinct:
        return whole
    core = _measured(*cores)
    return Likeness(max(whole.containment, core.containment), whole.jaccard)


def containment(a: str, b: str) -> float:
    """Share of the shorter text's 3-unit shingles that the other one has too, 0..1.

    Lines at head and tail that the other text does not have (a menu, a share line) are not
    counted, up to a third of a text.
    """
    return alike(shingles(a), shingles(b)).containment
