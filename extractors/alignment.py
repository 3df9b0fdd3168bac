"""Which paragraphs of one text render which of another, in order.

Length-based alignment (Gale and Church, "A program for aligning sentences in bilingual corpora",
1993) with the numbers and names of the paragraphs as anchors. Each step is scored by how much
likelier it is in a translation than in two texts that have nothing to do with each other beyond
the lengths of their paragraphs and the words they use, so the sum tells whether one text
translates the other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from extractors.markers import Segment, paragraphs

_DEVIATION = 0.2  # of the logarithm of the ratio of lengths
_WORDIER = 0.2  # logarithm of how much longer one text may be throughout
_SMOOTH = 20.0  # letters added to a length, so that short ones may differ more
_NARROW = 0.5 / _DEVIATION**2
_WORST = -6.0  # score of lengths however far apart
_SKIP = -3.5  # logarithm of the chance that a paragraph has no counterpart
# Logarithms of the chance of each bead: paragraphs of one text, and of the other.
_BEADS = (
    (1, 1, -0.17), (2, 1, -2.6), (1, 2, -2.6), (2, 2, -5.0), (3, 1, -5.0), (1, 3, -5.0)
)  # fmt: skip
_MOST = 3
_BAND = 0.35  # share of the texts by which a bead may be off the diagonal,
_LEAST_BAND = 6  # and paragraphs of the shorter text by which it may always be
# Chance that a translation keeps a marker in its place, and what one that is missing there tells.
_KEPT = {
    "figures": (0.7, -1.1), "names": (0.6, -0.7), "signs": (0.8, -0.8), "sounds": (0.5, -0.3),
    "places": (0.7, -0.7), "dates": (0.7, -0.9),
}  # fmt: skip
_STRONGEST = 3.0  # what one marker in its place tells, at most


class Bead(NamedTuple):
    """Consecutive paragraphs that render one another, the ends exclusive.

    One side is empty (its end is its beginning) where the other has no counterpart.
    """

    first_a: int
    end_a: int
    first_b: int
    end_b: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts side by side.

    Attributes:
        beads: in order, every paragraph of both texts in exactly one.
        score: logarithm of how much likelier the two are a translation than unrelated.
        share: share of both texts (by length) that has a counterpart, 0..1.
    """

    beads: tuple[Bead, ...]
    score: float
    share: float


def align(paragraphs_a: Sequence[str], paragraphs_b: Sequence[str]) -> list[Bead]:
    """Align two texts, of which one translates the other, by paragraphs.

    A bead is one paragraph to one, one to two or three, two or three to one, two to two, or a
    paragraph that the other text does not have. Linear in memory and time in the product of the
    numbers of paragraphs.

    Args:
        paragraphs_a, paragraphs_b: the paragraphs in order, in any two languages; sentences do
            as well.

    Returns:
        The beads in order: every paragraph of both texts is in exactly one. There is an answer
        for texts that do not translate each other too; see `aligned` for what it is worth.
    """
    return list(aligned(paragraphs(paragraphs_a), paragraphs(paragraphs_b)).beads)


def aligned(a: Sequence[Segment], b: Sequence[Segment], *, whole: bool = False) -> Alignment:
    """Align two texts and say how well they go together.

    Args:
        a, b: their paragraphs or sentences as `markers.paragraphs` and `markers.segments` give
            them.
        whole: whether one would render all of the other, so that it may be longer throughout.
    """
    if not a or not b:
        beads = [Bead(i, i + 1, 0, 0) for i in range(len(a))]
        beads += [Bead(0, 0, j, j + 1) for j in range(len(b))]
        return Alignment(tuple(beads), _SKIP * len(beads), 0.0)
    scale = 1.0
    if whole:
        one, other = (max(1.0, sum(segment.size for segment in text)) for text in (a, b))
        scale = math.exp(max(-_WORDIER, min(_WORDIER, math.log(one / other))))
    return _search(_Side(a, 1.0), _Side(b, scale), _Anchors(a, b))


class _Side:
    """Lengths of one to three paragraphs from each place on, and how likely they are anyway.

    `scale`: by how much the other text is longer throughout.
    """

    def __init__(self, text: Sequence[Segment], scale: float) -> None:
        self.count = len(text)
        self.ends = [0.0, *accumulate(segment.size * scale for segment in text)]
        logs = [math.log(segment.size * scale + _SMOOTH) for segment in text]
        mean = sum(logs) / len(logs)
        spread = math.sqrt(sum((one - mean) ** 2 for one in logs) / len(logs))
        spread = max(spread, _DEVIATION)
        self.logs: list[list[float]] = [[]]
        self.anyway: list[list[float]] = [[]]
        for n in range(1, _MOST + 1):
            sizes = [
                math.log(self.ends[i + n] - self.ends[i] + n * _SMOOTH)
                for i in range(self.count - n + 1)
            ]
            self.logs.append(sizes)
            usual = mean + math.log(n)
            self.anyway.append([_normal(one - usual, spread) for one in sizes])


def _normal(distance: float, deviation: float) -> float:
    """Logarithm of the normal density but for a constant."""
    return -0.5 * (distance / deviation) ** 2 - math.log(deviation)


class _Anchors:
    """What the markers of a bead tell.

    Of each kind, the text that has fewer different ones is asked whether the other one keeps them:
    a Japanese text spells few names in Latin, a French one all of them. Sounds tell between two
    scripts only.
    """

    def __init__(self, a: Sequence[Segment], b: Sequence[Segment]) -> None:
        # gained[n][i][j]: by the markers of i that the n paragraphs of the other text from j have
        self._from_a = _gains(len(a))
        self._from_b = _gains(len(b))
        self._missed_a = [0.0] * len(a)
        self._missed_b = [0.0] * len(b)
        for name, (kept, lost) in _KEPT.items():
            own, other = ([getattr(segment, name) for segment in text] for text in (a, b))
            if name == "sounds":
                own, other = _heard(own, other)
            if len(frozenset().union(*own)) <= len(frozenset().union(*other)):
                _weigh(own, other, kept, lost, self._from_a, self._missed_a)
            else:
                _weigh(other, own, kept, lost, self._from_b, self._missed_b)

    def of(self, n: int, m: int) -> tuple[list[float], list[float], list[dict[int, float]]]:
        """What `n` paragraphs beside `m` of the other text score.

        Returns:
            What those from each place of one text miss, and of the other; and for each place of
            the first what they gain by the place of the second.
        """
        gained: list[dict[int, float]] = [
            defaultdict(float) for _ in range(max(0, len(self._missed_a) - n + 1))
        ]
        for i, gains in enumerate(gained):
            for k in range(i, i + n):
                for j, gain in self._from_a[m][k].items():
                    gains[j] += gain
        for k, found in enumerate(self._from_b[n]):
            for i, gain in found.items():
                if 0 <= i < len(gained):
                    for j in range(k - m + 1, k + 1):
                        gained[i][j] += gain
        return _running(self._missed_a, n), _running(self._missed_b, m), gained


def _running(scores: Sequence[float], count: int) -> list[float]:
    """Sums of so many from each place on."""
    return [sum(scores[i : i + count]) for i in range(len(scores) - count + 1)]


def _heard(
    own: Sequence[frozenset[str]], other: Sequence[frozenset[str]]
) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Sounds without their scripts; none where both texts have the same."""
    one, two = ({sound[0] for found in text for sound in found} for text in (own, other))
    if one == two:
        return [frozenset() for _ in own], [frozenset() for _ in other]
    bare = [[frozenset(sound[1:] for sound in found) for found in text] for text in (own, other)]
    return bare[0], bare[1]


_Gains = list[list[dict[int, float]]]


def _gains(count: int) -> _Gains:
    return [[defaultdict(float) for _ in range(count)] for _ in range(_MOST + 1)]


def _weigh(
    own: Sequence[frozenset[str]],
    other: Sequence[frozenset[str]],
    kept: float,
    lost: float,
    gained: _Gains,
    missed: list[float],
) -> None:
    """Enter what the markers of `own` tell; one that the other text has often tells little."""
    places: dict[str, list[int]] = defaultdict(list)
    for j, found in enumerate(other):
        for marker in found:
            places[marker].append(j)
    for i, found in enumerate(own):
        for marker in sorted(found):
            missed[i] += lost
            usual = (len(places.get(marker, ())) + 0.5) / (len(other) + 1)
            gain = min(_STRONGEST, max(0.0, math.log(kept / usual))) - lost
            for n in range(1, _MOST + 1):
                for j in sorted({j - k for j in places.get(marker, ()) for k in range(n)}):
                    gained[n][i][j] += gain


class _Kind:
    """Beads of `n` paragraphs and `m` of the other text, by where the one and the other begin."""

    def __init__(
        self, a: _Side, b: _Side, anchors: _Anchors, n: int, m: int, chance: float
    ) -> None:
        self.n, self.m = n, m
        self.logs_a, self.logs_b = a.logs[n], b.logs[m]
        # Halves of how likely such lengths are anyway, and what such a bead misses.
        self.usual_a = [-one / 2 - math.log(_DEVIATION) for one in a.anyway[n]]
        self.usual_b = [-one / 2 for one in b.anyway[m]]
        missed_a, self.own_b, self.gained = anchors.of(n, m)
        self.own_a = [chance + missed for missed in missed_a]


def _search(a: _Side, b: _Side, anchors: _Anchors) -> Alignment:
    """The best beads, by dynamic programming near the diagonal."""
    none = -math.inf
    best = [[none] * (b.count + 1) for _ in range(a.count + 1)]
    steps = [[(0, 0)] * (b.count + 1) for _ in range(a.count + 1)]
    best[0][0] = 0.0
    kinds = [_Kind(a, b, anchors, n, m, chance) for n, m, chance in _BEADS]
    band = max(_BAND * a.count * b.count, _LEAST_BAND * max(a.count, b.count))
    for i in range(a.count + 1):
        for j in range(b.count + 1):
            if abs(i * b.count - j * a.count) > band or i == j == 0:
                continue
            top, step = none, (0, 0)
            if i and (score := best[i - 1][j] + _SKIP) > top:
                top, step = score, (1, 0)
            if j and (score := best[i][j - 1] + _SKIP) > top:
                top, step = score, (0, 1)
            for kind in kinds:
                first, second = i - kind.n, j - kind.m
                if first < 0 or second < 0 or (before := best[first][second]) == none:
                    continue
                apart = kind.logs_a[first] - kind.logs_b[second]
                length = kind.usual_a[first] + kind.usual_b[second] - _NARROW * apart * apart
                score = before + kind.own_a[first] + kind.own_b[second]
                score += kind.gained[first].get(second, 0.0)
                score += length if length > _WORST else _WORST
                if score > top:
                    top, step = score, (kind.n, kind.m)
            best[i][j], steps[i][j] = top, step
    beads: list[Bead] = []
    i, j = a.count, b.count
    while i or j:
        n, m = steps[i][j]
        beads.append(Bead(i - n, i, j - m, j))
        i, j = i - n, j - m
    beads.reverse()
    paired = sum(
        a.ends[bead.end_a] - a.ends[bead.first_a] + b.ends[bead.end_b] - b.ends[bead.first_b]
        for bead in beads
        if bead.end_a > bead.first_a and bead.end_b > bead.first_b
    )
    total = a.ends[-1] + b.ends[-1]
    return Alignment(tuple(beads), best[-1][-1], paired / total if total else 0.0)
