"""The most probable language of each of several consecutive pieces of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.language.addresses import strip_addresses
from extractors.language.opinion import Odds, completed, first_opinions
from extractors.language.ranking import leaning
from extractors.language.scripts import code_points, scripts

_STAY_LETTERS = 25.0  # weighted letters of a line that counts once
_MAX_WEIGHT = 4.0
_TOP = 12  # languages that compete in one document
BETWEEN_LINES = -5.5  # log-odds of a change of language from one line to the next
_LEAST = -9.0  # log-probability below which a line says no more against a language
_TIE = 1e-6  # difference of sums of log-probabilities that may come from rounding
_PRIOR = 0.2  # weight of the document's own mixture

Evidence = tuple[Odds, float]
"""Probabilities of one line and how much they weigh; 0 is neutral."""


def weigh(
    pieces: Sequence[str], declared: str | None = None, *, second: bool = True
) -> list[Evidence]:
    """What lines or sentences say of their language, and how much that counts.

    Args:
        pieces: the texts; what is said of one does not depend on the others.
        declared: language that the source claims; it leans on the odds.
        second: allows the costlier second opinion, if a piece is long enough to count once.
    """
    writing = scripts()
    texts = list(dict.fromkeys(strip_addresses(piece) for piece in pieces))
    counted = writing.count_each([code_points(text) for text in texts])
    weights = {text: writing.weigh(n) for text, n in zip(texts, counted, strict=True)}
    lettered = [text for text in texts if weights[text]]
    told: dict[str, Evidence] = {}
    for text, first in zip(lettered, first_opinions(lettered), strict=True):
        odds = completed(text, first, second=second and weights[text] >= _STAY_LETTERS)
        if odds:
            told[text] = leaning(odds, declared), min(_MAX_WEIGHT, weights[text] / _STAY_LETTERS)
    return [told.get(strip_addresses(piece), ({}, 0.0)) for piece in pieces]


def _viterbi(lines: Sequence[Evidence], langs: Sequence[str], change: float) -> list[int]:
    """Most probable language of each line; a change costs, and a tie changes early.

    Where all that other languages could win together does not pay for a single change, the
    language of most of the text is that of each line.
    """
    odds = np.array([[p.get(lang, 0.0) for lang in langs] for p, _ in lines])
    weights = np.array([w for _, w in lines])
    emissions = weights[:, None] * np.maximum(np.log(odds + 1e-12), _LEAST)
    whole = emissions.sum(axis=0)
    leading = int(whole.argmax())
    best_by_line = emissions.max(axis=1)
    alone = np.count_nonzero(whole > whole[leading] - _TIE) == 1
    if alone and float((best_by_line - emissions[:, leading]).sum()) < -change - _TIE:
        return [leading] * len(lines)
    mass = whole / max(1.0, float(weights.sum()))
    shifted = mass - mass.max()
    prior = _PRIOR * (shifted - math.log(float(np.exp(shifted).sum())))
    switch = change + prior
    score = emissions[0] + prior
    back: list[NDArray[np.intp]] = []
    here = np.arange(len(langs))
    for row in emissions[1:]:
        best = int(score.argmax())
        moved = score[best] + switch
        stay = score >= moved - _TIE
        back.append(np.where(stay, here, best))
        score = np.where(stay, score, moved) + row
    path = [int(score.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _unanimous(evidence: Sequence[Evidence]) -> str | None:
    """The language that is the likeliest of every piece, of which no change can be worth it."""
    leading: str | None = None
    for odds, weight in evidence:
        if not weight:
            continue
        best = max(odds.values())
        langs = [lang for lang, p in odds.items() if p == best]
        if len(langs) > 1 or (leading is not None and langs[0] != leading):
            return None
        leading = langs[0]
    return leading


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
    leading = _unanimous(evidence)
    if leading is not None:
        return [leading] * len(evidence)
    langs = sorted(sorted(mass, key=lambda lang: (-mass[lang], lang))[:_TOP])
    return [langs[i] for i in _viterbi(evidence, langs, change)]
