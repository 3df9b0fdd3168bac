"""The most probable language of each of several consecutive pieces of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.language.addresses import strip_addresses
from extractors.language.opinion import Odds, probabilities
from extractors.language.ranking import leaning
from extractors.language.scripts import code_points, scripts

_STAY_LETTERS = 25.0  # weighted letters of a line that counts once
_MAX_WEIGHT = 4.0
_TOP = 12  # languages that compete in one document
BETWEEN_LINES = -5.5  # log-odds of a change of language from one line to the next
_LEAST = -9.0  # log-probability below which a line says no more against a language
_PRIOR = 0.2  # weight of the document's own mixture

Evidence = tuple[Odds, float]
"""Probabilities of one line and how much they weigh; 0 is neutral."""


def weigh(piece: str, declared: str | None = None, *, second: bool = True) -> Evidence:
    """What a line or sentence says of its language, and how much that counts.

    Args:
        piece: the text.
        declared: language that the source claims; it leans on the odds.
        second: allows the costlier second opinion, if the piece is long enough to count once.
    """
    piece = strip_addresses(piece)
    weight = scripts().weigh(scripts().count(code_points(piece)))
    odds = probabilities(piece, second=second and weight >= _STAY_LETTERS) if weight else {}
    if not odds:
        return {}, 0.0
    return leaning(odds, declared), min(_MAX_WEIGHT, weight / _STAY_LETTERS)


def _viterbi(lines: Sequence[Evidence], langs: Sequence[str], change: float) -> list[int]:
    """Most probable language of each line; a change costs, and a tie changes early."""
    emissions = np.array(
        [
            [w * max(math.log(p.get(lang, 0.0) + 1e-12), _LEAST) if w else 0.0 for lang in langs]
            for p, w in lines
        ]
    )
    mass = emissions.sum(axis=0) / max(1.0, sum(w for _, w in lines))
    shifted = mass - mass.max()
    prior = _PRIOR * (shifted - math.log(float(np.exp(shifted).sum())))
    switch = change + prior
    score = emissions[0] + prior
    back: list[NDArray[np.intp]] = []
    here = np.arange(len(langs))
    for row in emissions[1:]:
        best = int(score.argmax())
        moved = score[best] + switch
        stay = score >= moved
        back.append(np.where(stay, here, best))
        score = np.where(stay, score, moved) + row
    path = [int(score.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def most_probable(evidence: Sequence[Evidence], change: float = BETWEEN_LINES) -> list[str]:
    """Most probable language of each piece; none if no piece has any evidence.

    A change of language must be worth its cost, so that a name or a heading in another
    language changes nothing; a neutral piece goes with what follows it.

    Args:
        evidence: of the pieces in order.
        change: log-odds of a change of language from one piece to the next.
    """
    mass: Odds = {}
    for odds, weight in evidence:
        for lang, p in odds.items():
            mass[lang] = mass.get(lang, 0.0) + weight * p
    if not mass:
        return []
    langs = sorted(sorted(mass, key=lambda lang: (-mass[lang], lang))[:_TOP])
    return [langs[i] for i in _viterbi(evidence, langs, change)]
