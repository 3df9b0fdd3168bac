"""Lines of a document cut into consecutive passages of one language each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.language.addresses import strip_addresses
from extractors.language.opinion import Odds, probabilities
from extractors.language.ranking import label, leaning
from extractors.language.scripts import code_points, scripts
from extractors.language.tables import NO_LANGUAGE, SEVERAL, UNDETERMINED
from extractors.records import Passage

_STAY_LETTERS = 25.0  # weighted letters of a line that counts once
_MAX_WEIGHT = 3.0
_TOP = 12  # languages that compete in one document
_SWITCH = -6.0  # log-odds of a change of language between two lines
_LEAST = -9.0  # log-probability below which a line says no more against a language
_PRIOR = 0.2  # weight of the document's own mixture

Evidence = tuple[Odds, float]
"""Probabilities of one line and how much they weigh; 0 is neutral."""


def _evidence(line: str) -> Evidence:
    line = strip_addresses(line)
    weight = scripts().weigh(scripts().count(code_points(line)))
    odds = probabilities(line, second=weight >= _STAY_LETTERS) if weight else {}
    return odds, min(_MAX_WEIGHT, weight / _STAY_LETTERS) if odds else 0.0


def _viterbi(lines: Sequence[Evidence], langs: Sequence[str]) -> list[int]:
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
    switch = _SWITCH + prior
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


def passages(lines: Iterable[str], declared: str | None = None) -> list[Passage]:
    """Cut lines into consecutive passages of one language each.

    Viterbi over the posteriors of the lines: a change of language must be worth its cost, so
    that a name or a heading in another language changes nothing.

    Args:
        lines: lines in order; blank ones, and those without letters, are neutral and belong
            to the passage that follows (at the end: to the last).
        declared: language that the source claims; it leans on each line, and never decides
            against clear evidence.

    Returns:
        Passages that cover all lines without gaps; none for no lines. Without any letter one
        passage ``zxx``; where nothing can be told, ``und``.
    """
    texts = list(lines)
    if not texts:
        return []
    evidence = [_evidence(text) for text in texts]
    if declared:
        evidence = [(leaning(odds, declared), weight) for odds, weight in evidence]
    mass: Odds = {}
    for odds, weight in evidence:
        for lang, p in odds.items():
            mass[lang] = mass.get(lang, 0.0) + weight * p
    if not mass:
        letters = any(ch.isalpha() for text in texts for ch in strip_addresses(text))
        return [Passage(UNDETERMINED if letters else NO_LANGUAGE, 1.0, 0, len(texts) - 1)]
    langs = sorted(sorted(mass, key=lambda lang: (-mass[lang], lang))[:_TOP])
    path = _viterbi(evidence, langs)
    found: list[Passage] = []
    start = 0
    for i in range(1, len(path) + 1):
        if i < len(path) and path[i] == path[start]:
            continue
        lang = langs[path[start]]
        weights = sum(w for _, w in evidence[start:i])
        held = sum(w * p.get(lang, 0.0) for p, w in evidence[start:i])
        found.append(Passage(lang, round(held / weights, 4) if weights else 1.0, start, i - 1))
        start = i
    if len(found) == 1 and found[0].confidence < 0.5:
        whole, p = label("\n".join(texts))
        return [Passage(whole, round(p, 4), 0, len(texts) - 1)]
    return found


def document_label(parts: Iterable[Passage]) -> str:
    """One tag for a whole document: its language, ``mul`` if its passages have several.

    Passages of which nothing can be told say nothing of the document beside others.
    """
    langs = list(dict.fromkeys(part.lang for part in parts))
    told = [lang for lang in langs if lang not in (UNDETERMINED, NO_LANGUAGE)]
    if len(told) > 1:
        return SEVERAL
    if told:
        return told[0]
    return UNDETERMINED if UNDETERMINED in langs else NO_LANGUAGE
