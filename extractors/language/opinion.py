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
from typing import Any
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from extractors.language.ngrams import NgramModel
from extractors.language.scripts import CJK, Codes, Scripts, code_points, scripts
from extractors.language.second import second_opinion
from extractors.language.tables import NO_LANGUAGE, HanSet, tables

Odds = dict[str, float]
"""Probability by BCP 47 tag."""

_EFFECTIVE = 15.0  # n-grams of evidence after which certainty grows no more
_SECOND_OPINION = 0.9  # below this probability py3langid is asked
_UNRELATED = 0.03  # first opinion's probability of a language that only py3langid knows
_BY_WORDS = (0.2, 0.5, 1.0)  # odds of an unprofiled relative by how many of its words there are
_COMMON = 0.03  # share of the words from which they count
_FIRST_WEIGHT, _SECOND_WEIGHT = 0.6, 1.2  # exponents of the two opinions, fitted together
_NONE = 1e-6  # probability that is left out
_LEAST = 1e-4  # probability that no opinion goes below
_SCRIPT_SHARPNESS = 3.0  # share of a script to the power of this is its probability
_LEAST_SHARE = 0.01  # of a script that is looked into
_MARKED = 0.008  # share of marker letters that decides for their language
_MARKER_LEAN = 0.6  # probability of the first language of a marker that several share
_LACKING = 2.0  # log-odds against a Han set per character that it lacks
_SELDOM = 0.5  # the same per character that it has among its seldom used ones

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
def _named() -> frozenset[str]:
    """Languages between which profiles, or letters that several share, decide."""
    table = tables()
    profiled = {lang for langs in table.profiled.values() if len(langs) > 1 for lang in langs}
    marked = {x for ms in table.markers.values() for m in ms if len(m.langs) > 1 for x in m.langs}
    return frozenset(map(table.tag, profiled | marked))


@cache
def _against(ch: str, kind: HanSet) -> float:
    """Log-odds against a way of writing Han characters, given one character."""
    try:
        code = int.from_bytes(ch.encode(kind.codec), "big")
    except UnicodeEncodeError:
        return _LACKING
    return _SELDOM if code >= kind.rare else 0.0


def _softmax(scores: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Probabilities from log-odds, a text a row."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


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
    likely = _softmax(np.array([scores]))[0].tolist()
    return dict(zip((kind.lang for kind in kinds), likely, strict=True))


def _cjk(codes: Codes, counts: Mapping[str, int], writing: Scripts) -> Odds:
    hangul, kana, han = (counts.get(name, 0) * writing.weights[name] for name in CJK)
    if hangul and hangul >= kana and hangul >= 0.25 * han:
        return {"ko": 1.0}
    if kana and kana >= 0.04 * (kana + han + hangul):
        return {"ja": 1.0}
    return _han(writing.only(codes, "han"))


def _marked(text: str, script: str, letters: int) -> Odds | None:
    """Languages told by letters that only they use."""
    least = max(1.0, _MARKED * letters)
    for marker in tables().markers.get(script, ()):
        if all(sum(map(text.count, group)) >= least for group in marker.letters):
            first, *others = marker.langs
            if not others:
                return {first: 1.0}
            return {first: _MARKER_LEAN} | dict.fromkeys(others, (1 - _MARKER_LEAN) / len(others))
    return None


@cache
def _candidates(script: str) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Tags of the profiled languages of a script, and their log-odds before any evidence."""
    table = tables()
    langs = tuple(map(table.tag, table.profiled[script]))
    return langs, np.array(table.priors[script], dtype=np.float32)


def _told(text: str, script: str, letters: int) -> Odds | None:
    """Languages of a script where its profiles need not be asked, None where they must be."""
    table = tables()
    if script in table.sole:
        return {table.sole[script]: 1.0}
    marked = _marked(text, script, letters)
    if marked is not None:
        return marked
    langs, _ = _candidates(script)
    return {langs[0]: 1.0} if len(langs) == 1 else None


def _by_profile(texts: Sequence[Codes], script: str) -> list[Odds]:
    """Probabilities of the languages of one script by their profiles, text by text."""
    langs, priors = _candidates(script)
    scores, known = _model(script).scores(texts, _EFFECTIVE)
    return [
        dict(zip(langs, row, strict=True)) if told else {}
        for row, told in zip(_softmax(scores + priors).tolist(), known.tolist(), strict=True)
    ]


def _shares(counts: Mapping[str, int], writing: Scripts) -> dict[str, float]:
    """Probability of each script of a text, ``cjk`` for all that one text mixes."""
    groups: dict[str, float] = {}
    for script, n in counts.items():
        group = "cjk" if script in CJK else script
        groups[group] = groups.get(group, 0.0) + n * writing.weights[script]
    if len(groups) == 1:
        return dict.fromkeys(groups, 1.0)
    total = sum(groups.values())
    shares = {g: (w / total) ** _SCRIPT_SHARPNESS for g, w in groups.items()}
    scale = sum(shares.values())
    return {g: share / scale for g, share in shares.items() if share >= _LEAST_SHARE * scale}


def _first_opinions(texts: Sequence[str]) -> list[Odds]:
    """`first_opinion` of several texts at once: profiles are looked up for all of them."""
    writing = scripts()
    texts = [text if text.isascii() else normalize("NFC", text) for text in texts]
    codes = [code_points(text) for text in texts]
    counted = writing.count_each(codes)
    inside: list[dict[str, tuple[float, Odds]]] = []
    waiting: dict[str, list[int]] = {}
    for i, counts in enumerate(counted):
        parts: dict[str, tuple[float, Odds]] = {}
        inside.append(parts)
        if sum(counts.values()) < 2:
            continue
        for group, share in _shares(counts, writing).items():
            if group == "cjk":
                parts[group] = share, _cjk(codes[i], counts, writing)
                continue
            told = _told(texts[i], group, counts[group])
            parts[group] = share, told or {}
            if told is None:
                waiting.setdefault(group, []).append(i)
    for script, places in waiting.items():
        asked = _by_profile([codes[i] for i in places], script)
        for i, odds in zip(places, asked, strict=True):
            inside[i][script] = inside[i][script][0], odds
    return [_merged(parts) for parts in inside]


def _merged(parts: Mapping[str, tuple[float, Odds]]) -> Odds:
    if len(parts) == 1:
        ((share, odds),) = parts.values()
        if share == 1.0:
            return odds
    merged: Odds = {}
    for share, odds in parts.values():
        for lang, p in odds.items():
            merged[lang] = merged.get(lang, 0.0) + p * share
    return merged


_REMEMBERED = 1024  # texts of which the first opinion is remembered
_MEMORABLE = 2000  # characters of the longest of them
_AT_ONCE = 100_000  # characters that are looked up together
_known: dict[str, Odds] = {}


def first_opinions(texts: Sequence[str]) -> list[Odds]:
    """Probabilities by script, telling letters and profiles; empty below two known letters.

    Lines are asked for again by other steps of a reading, so that the last ones are remembered.
    """
    found = {text: odds for text in texts if (odds := _known.get(text)) is not None}
    batch: list[str] = []
    size = 0
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    for i, text in enumerate(missing):
        batch.append(text)
        size += len(text)
        if size >= _AT_ONCE or i + 1 == len(missing):
            found.update(zip(batch, _first_opinions(batch), strict=True))
            batch, size = [], 0
    if len(_known) + len(missing) > _REMEMBERED:
        _known.clear()
    for text in missing[:_REMEMBERED]:
        if len(text) <= _MEMORABLE:
            _known[text] = found[text]
    return [found[text] for text in texts]


def first_opinion(text: str) -> Odds:
    """`first_opinions` of one text."""
    return first_opinions((text,))[0]


@cache
def _words_of_relatives(lang: str) -> frozenset[str]:
    return frozenset().union(*tables().relatives[lang].values())


def _unprofiled(best: str, text: str) -> Odds:
    """How much likelier than `best` a language without a profile, for which `best` stands in.

    Its relatives' profiles fit a language that has none of its own; its common words say more.
    """
    relatives = tables().relatives.get(best)
    if not relatives:
        return {}
    words = text.lower().split()
    if _words_of_relatives(best).isdisjoint(words):
        return dict.fromkeys(relatives, _BY_WORDS[0])
    odds: Odds = {}
    for lang, own in relatives.items():
        found = sum(map(own.__contains__, words))
        odds[lang] = _BY_WORDS[min(found, 2) if found >= _COMMON * len(words) else 0]
    return odds


def _blend(first: Odds, text: str, best: str, unprofiled: Mapping[str, float]) -> Odds:
    """Both opinions, multiplied.

    A language that only py3langid knows stands where its relatives stand in the first opinion,
    or has a small probability there if it has none.
    """
    second = second_opinion(text)
    named = _named()
    mixed: Odds = {}
    for lang in sorted({lang for lang in first if first[lang] > _LEAST} | second.keys()):
        if lang in first or lang in named:
            prior = first.get(lang, 0.0)
        else:
            prior = max(_UNRELATED, unprofiled.get(lang, 0.0) * first[best])
        mixed[lang] = (prior + _LEAST) ** _FIRST_WEIGHT * (
            second.get(lang, 0.0) + _LEAST
        ) ** _SECOND_WEIGHT
    mixed.pop(NO_LANGUAGE, None)
    return mixed


def completed(text: str, first: Odds, *, second: bool = True) -> Odds:
    """The first opinion on a text, where doubt is left with the second; summing to 1."""
    if not first:
        return {}
    best = max(first, key=first.__getitem__)
    if second and best in _named():
        unprofiled = _unprofiled(best, text)
        if first[best] < _SECOND_OPINION or any(p > _BY_WORDS[0] for p in unprofiled.values()):
            first = _blend(first, text, best, unprofiled)
    total = sum(first.values())
    return {lang: p / total for lang, p in first.items() if p > _NONE * total}


def probabilities(text: str) -> Odds:
    """Probabilities by language, summing to 1; empty where nothing can be told.

    Args:
        text: without addresses.
    """
    return completed(text, first_opinion(text))
