"""What a copy changes: its figures, and the sentences that its original does not have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from extractors.sketch import Shingles, is_in, shingle_sets
from extractors.units import Hashes, hash_units, mix, weights

_AROUND = 3  # units on either side of a figure that must be alike
_MASK = np.uint64(0x5D)
_OWN = 0.5  # share of its shingles below which a sentence is not the original's
_WEIGHTS = weights(64, 3)
_SENTENCE = re.compile(r"[^.!?。！？\n]*[.!?。！？\n]*")

Figures = dict[int, frozenset[int]]


def figures(texts: Sequence[str]) -> list[Figures]:
    """The figures of each text: what stands around them, and their values (as hashes).

    Marks inside a figure, its sign, percent sign and currency sign belong to it.
    """
    found = hash_units(texts)
    count = len(found.hashes)
    if not count:
        return [{} for _ in texts]
    joins = np.zeros(count, bool)
    mark, number = found.is_mark, found.is_number
    joins[1:] = (mark[1:] & (number[:-1] | mark[:-1])) | (mark[:-1] & number[1:])
    inner = found.bounds[1:-1]
    joins[inner[inner < count]] = False  # the first unit of a text begins anew
    begins = np.flatnonzero(~joins)
    lengths = np.diff(np.append(begins, count))
    position = (np.arange(count) - np.repeat(begins, lengths)) % len(_WEIGHTS)
    values = np.add.reduceat(found.hashes * _WEIGHTS[position], begins)
    is_figure = np.logical_or.reduceat(number, begins)
    masked = np.where(is_figure, _MASK, values)
    bounds = np.searchsorted(begins, found.bounds)
    out: list[Figures] = []
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        out.append(_placed(masked[first:last], values[first:last], is_figure[first:last]))
    return out


def _placed(masked: Hashes, values: Hashes, is_figure: np.ndarray) -> Figures:
    places = np.flatnonzero(is_figure)
    padded = np.concatenate((np.zeros(_AROUND, np.uint64), masked, np.zeros(_AROUND, np.uint64)))
    context = np.zeros(len(places), np.uint64)
    for step in range(2 * _AROUND + 1):
        context += padded[places + step] * _WEIGHTS[step]
    grouped: dict[int, set[int]] = defaultdict(set)
    for around, value in zip(mix(context).tolist(), values[places].tolist(), strict=True):
        grouped[around].add(value)
    return {around: frozenset(held) for around, held in grouped.items()}


def figures_differ(a: Figures, b: Figures) -> bool:
    """Whether two texts give another figure in the same words.

    Figures that only one of them has (it is longer, or a part) are no difference.
    """
    return any(
        not (held <= b[around] or b[around] <= held) for around, held in a.items() if around in b
    )


def residues(pairs: Sequence[tuple[str, Shingles, Shingles]]) -> list[int]:
    """Characters of each text in sentences that its original does not have.

    Args:
        pairs: text, its shingles, and those of its original.
    """
    sentences = [
        [] if is_in(own.distinct, original.distinct).all() else _SENTENCE.findall(text)
        for text, own, original in pairs
    ]
    shingles = iter(shingle_sets([s for group in sentences for s in group]))
    out = []
    for group, (_, _, original) in zip(sentences, pairs, strict=True):
        total = 0
        for sentence in group:
            own = next(shingles).distinct
            if len(own) and np.count_nonzero(is_in(own, original.distinct)) < _OWN * len(own):
                total += len(sentence.strip())
        out.append(total)
    return out
