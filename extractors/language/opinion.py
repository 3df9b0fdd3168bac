"""Probabilities of the languages of one text.

The writing system decides first, because most need no statistics at all; telling letters come
next, then langdetect's profiles, and where doubt is left a second opinion.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from extractors.language.ngrams import NgramModel
from extractors.language.scripts import Codes, Scripts, code_points, scripts
from extractors.language.second import second_opinion
from extractors.language.tables import HanSet, tables

Odds = dict[str, float]
"""Probability by BCP 47 tag."""

_EFFECTIVE = 20.0  # n-grams of evidence after which certainty grows no more
_SECOND_OPINION = 0.9  # below this probability py3langid is asked
_UNPROFILED_WINS = 0.6  # its probability for a language that langdetect cannot name
_SCRIPT_SHARPNESS = 3.0  # share of a script to the power of this is its probability
_LEAST_SHARE = 0.01  # of a script that is looked into
_MARKED = 0.008  # share of marker letters that decides for their language
_MARKER_TRUST = 0.96  # probability of the first language of a marker that several share
_CAPITALS = 0.6  # share of capitals from which case says nothing
_LACKING = 2.0  # log-odds against a Han set per character that it lacks
_SELDOM = 0.5  # the same per character that it has among its seldom used ones
_CJK = ("hangul", "kana", "han")

_lock = threading.RLock()


@cache
def _build(script: str) -> NgramModel:
    return NgramModel(tables().profiled[script], scripts().letters(script))


def _model(script: str) -> NgramModel:
    """N-gram model of a script; the first callers wait for one of them to build it."""
    with _lock:
        return _build(script)


@cache
def _build_every() -> NgramModel:
    table = tables()
    langs = [lang for group in table.profiled.values() for lang in group]
    letters = np.concatenate([scripts().letters(script) for script in table.profiled])
    return NgramModel(langs, np.sort(letters))


def fluency(words: Sequence[str]) -> float:
    """How much `words` look like words of any language: mean log-probability, -10.4 to 0.

    Tells a right decoding of a text from a wrong one.
    """
    with _lock:
        model = _build_every()
    return model.fluency(" ".join(words))


@cache
def _against(ch: str, kind: HanSet) -> float:
    """Log-odds against a way of writing Han characters, given one character."""
    try:
        code = int.from_bytes(ch.encode(kind.codec), "big")
    except UnicodeEncodeError:
        return _LACKING
    return _SELDOM if code >= kind.rare else 0.0


def _softmax(scores: NDArray[np.float64]) -> list[float]:
    shifted = np.exp(scores - scores.max())
    probabilities: list[float] = (shifted / shifted.sum()).tolist()
    return probabilities


def _han(text: str) -> Odds:
    """Simplified, Traditional or Japanese, by the characters that each one's set lacks."""
    count = Counter(text)
    total = len(text)
    kinds = tables().han
    scores = [
        math.log(kind.prior)
        + total * math.log(kind.decay)
        - sum(n * _against(ch, kind) for ch, n in count.items())
        for kind in kinds
    ]
    return dict(zip((kind.lang for kind in kinds), _softmax(np.array(scores)), strict=True))


def _cjk(codes: Codes, counts: Mapping[str, int], writing: Scripts) -> Odds:
    hangul, kana, han = (counts.get(name, 0) * writing.weights[name] for name in _CJK)
    if hangul and hangul >= kana and hangul >= 0.25 * han:
        return {"ko": 1.0}
    if kana and kana >= 0.04 * (kana + han + hangul):
        return {"ja": 1.0}
    return _han(writing.only(codes, "han"))


def _marked(text: str, script: str, letters: int) -> Odds | None:
    """Languages told by letters that only they use."""
    for marker in tables().markers.get(script, ()):
        if sum(map(text.count, marker.letters)) >= max(1.0, _MARKED * letters):
            first, *others = marker.langs
            if not others:
                return {first: 1.0}
            rest = (1.0 - _MARKER_TRUST) / len(others)
            return {first: _MARKER_TRUST} | dict.fromkeys(others, rest)
    return None


def _within(text: str, codes: Codes, script: str, letters: int) -> Odds:
    """Probabilities of the languages of one script."""
    table = tables()
    if script in table.sole:
        return {table.sole[script]: 1.0}
    marked = _marked(text, script, letters)
    if marked is not None:
        return marked
    langs = table.profiled[script]
    if len(langs) == 1:
        return {table.tag(langs[0]): 1.0}
    if sum(map(str.isupper, text)) > _CAPITALS * letters:
        codes = code_points(text.lower())
    scores = _model(script).scores(codes, _EFFECTIVE)
    if scores is None:
        return {}
    odds = _softmax(scores + np.array(table.priors[script]))
    return {table.tag(lang): p for lang, p in zip(langs, odds, strict=True)}


def first_opinion(text: str) -> Odds:
    """Probabilities by script, telling letters and profiles; empty below two known letters."""
    if not text.isascii():
        text = normalize("NFC", text)
    codes = code_points(text)
    writing = scripts()
    counts = writing.count(codes)
    if sum(counts.values()) < 2:
        return {}
    groups: dict[str, float] = {}
    for script, n in counts.items():
        group = "cjk" if script in _CJK else script
        groups[group] = groups.get(group, 0.0) + n * writing.weights[script]
    total = sum(groups.values())
    shares = {g: (w / total) ** _SCRIPT_SHARPNESS for g, w in groups.items()}
    scale = sum(shares.values())
    merged: Odds = {}
    for group, share in shares.items():
        if share < _LEAST_SHARE * scale:
            continue
        if group == "cjk":
            inside = _cjk(codes, counts, writing)
        else:
            inside = _within(text, codes, group, counts[group])
        for lang, p in inside.items():
            merged[lang] = merged.get(lang, 0.0) + p * share / scale
    return merged


def _blend(first: Odds, text: str) -> Odds:
    """First opinion, corrected by py3langid where it is in doubt."""
    second = second_opinion(text)
    best = max(second, key=lambda lang: (second[lang], lang))
    named = first
    if best not in named:
        if best != "zxx" and second[best] >= _UNPROFILED_WINS:
            rest = 1.0 - second[best]
            scale = sum(first.values()) or 1.0
            return {lang: p / scale * rest for lang, p in first.items()} | {best: second[best]}
        return first
    mixed = {lang: math.sqrt(p * (second.get(lang, 0.0) + 1e-4)) for lang, p in first.items()}
    total = sum(mixed.values())
    return {lang: p / total for lang, p in mixed.items()} if total else first


def probabilities(text: str, *, second: bool = True) -> Odds:
    """Probabilities by language, summing to 1; empty where nothing can be told.

    Args:
        text: without addresses.
        second: allows the costlier second opinion.
    """
    first = first_opinion(text)
    if not first:
        return {}
    if second and max(first.values()) < _SECOND_OPINION and not {"zh-Hans"} & first.keys():
        first = _blend(first, text)
    total = sum(first.values())
    return {lang: p / total for lang, p in first.items()}
