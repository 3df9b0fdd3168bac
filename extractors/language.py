"""The language of a text, and of each part of a text in several languages.

langdetect's own profiles and normaliser decide, but inference over them is exact: langdetect
draws n-grams at random, so that its answer changes from call to call, and its first use from
several threads fails. Writing systems decide first, because most need no statistics at all.
Where the answer stays doubtful, py3langid gives a second opinion.
"""

from __future__ import annotations

import json
import math
import re
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from extractors.records import Passage
from extractors.rulebook import load_yaml

UNDETERMINED = "und"
NO_LANGUAGE = "zxx"

_SAMPLE = 200  # characters a sample; three samples of a text over 600
_FLOOR = 0.3 / 10000  # probability of an n-gram that a profile lacks
_EFFECTIVE = 20.0  # n-grams of evidence after which certainty grows no more
_DECLARED_ODDS = 4.0  # a declared language is that much likelier
_REPEATS = 60  # n-grams beyond which repeated ones count by their square root
_SECOND_OPINION = 0.9  # below this probability py3langid is asked
_UNPROFILED_WINS = 0.6  # its probability for a language that langdetect cannot name
_SCRIPT_SHARPNESS = 3.0  # share of a script to the power of this is its probability
_MARKED = 0.008  # share of marker letters that decides for their language
_URL = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|\bhttps?:\S*")
_WORDS = re.compile(r"\S+")

Ranking = list[tuple[str, float]]


class _Scripts:
    """Which writing system a character belongs to."""

    def __init__(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        spans = sorted(
            (int(str(first), 16), int(str(last), 16), name)
            for name, entry in table.items()
            for first, last in entry["ranges"]
        )
        self._starts = [s[0] for s in spans]
        self._spans = spans
        self._known: dict[str, str | None] = {}
        self.weight = {n: float(e.get("letters_weight", 1.0)) for n, e in table.items()}
        self.lang = {n: str(e["lang"]) for n, e in table.items() if "lang" in e}

    def of(self, ch: str) -> str | None:
        """Name of the script of `ch`, None for digits, marks, punctuation and the unknown."""
        try:
            return self._known[ch]
        except KeyError:
            i = bisect_right(self._starts, ord(ch)) - 1
            name = self._spans[i][2] if i >= 0 and ord(ch) <= self._spans[i][1] else None
            self._known[ch] = name
            return name

    def count(self, letters: Mapping[str, int]) -> dict[str, float]:
        """Letters per script, weighted."""
        counts: dict[str, float] = {}
        for ch, n in letters.items():
            name = self.of(ch)
            if name is not None:
                counts[name] = counts.get(name, 0.0) + n * self.weight[name]
        return counts


class _Normaliser(dict[int, str]):
    """`str.translate` table that applies langdetect's character normaliser."""

    def __missing__(self, code: int) -> str:
        value: str = NGram.normalize(chr(code))
        self[code] = value
        return value


class _Profiles:
    """langdetect's profiles as one matrix: a row an n-gram, a column a language."""

    _WORDS_KEPT = 60_000

    def __init__(self) -> None:
        folder = resources.files("langdetect") / "profiles"
        loaded = sorted(
            (entry.name, json.loads(entry.read_text(encoding="utf-8")))
            for entry in folder.iterdir()
            if not entry.name.startswith((".", "_"))
        )
        self.langs = [name for name, _ in loaded]
        self._row: dict[str, int] = {}
        row, rows, columns, values = self._row, [], [], []
        for column, (_, profile) in enumerate(loaded):
            total = profile["n_words"]
            for gram, count in profile["freq"].items():
                if 1 <= len(gram) <= NGram.N_GRAM:
                    rows.append(row.setdefault(gram, len(row)))
                    columns.append(column)
                    values.append(count / total[len(gram) - 1])
        self._logs = np.full((len(row), len(loaded)), math.log(_FLOOR), dtype=np.float32)
        self._logs[rows, columns] = np.log(np.array(values) + _FLOOR)
        self._normaliser = _Normaliser()
        self._seen: dict[str, tuple[int, ...]] = {}

    def _grams(self, word: str) -> tuple[int, ...]:
        """Rows of the 1- to 3-grams of one word with a space on each side.

        As in langdetect, n-grams inside a run of capitals are passed over.
        """
        found = self._seen.get(word)
        if found is not None:
            return found
        row = self._row
        out: list[int] = []
        padded = f" {word} "
        capitals = False
        for i in range(1, len(padded)):
            ch = padded[i]
            if not ch.isupper():
                capitals = False
            elif padded[i - 1].isupper():
                capitals = True
            if capitals:
                continue
            for start in range(i, max(i - NGram.N_GRAM, -1), -1):
                index = row.get(padded[start : i + 1])
                if index is not None and not (start == i and ch == " "):
                    out.append(index)
        result = tuple(out)
        if len(word) <= 24:
            if len(self._seen) >= self._WORDS_KEPT:
                self._seen = {}
            self._seen[word] = result
        return result

    def scores(self, text: str, columns: NDArray[np.intp]) -> NDArray[np.float64] | None:
        """Log-likelihood of `text` in the languages of `columns`, tempered, or None."""
        text = NGram.normalize_vi(text)
        if len(text) > 3 * _SAMPLE:
            middle = (len(text) - _SAMPLE) // 2
            text = " ".join((text[:_SAMPLE], text[middle : middle + _SAMPLE], text[-_SAMPLE:]))
        grams: list[int] = []
        for word in text.translate(self._normaliser).split(" "):
            if word:
                grams.extend(self._grams(word))
        if not grams:
            return None
        index, counts = np.unique(np.array(grams), return_counts=True)
        weights = np.sqrt(counts) if len(grams) > _REPEATS else counts.astype(np.float64)
        total = float(weights.sum())
        likelihood: NDArray[np.float64] = weights @ self._logs[index][:, columns]
        return likelihood * min(1.0, _EFFECTIVE / total)

    def fluency(self, words: Sequence[str]) -> float:
        """Mean log-probability of the 1- to 3-grams of `words` in the best language.

        Unlike in `scores`, n-grams that no profile knows count, as the unlikely ones they are.
        """
        row = self._row
        known: list[int] = []
        total = 0
        for word in words:
            padded = f" {word.translate(self._normaliser)} "
            grams = [
                padded[i : i + n]
                for n in range(1, NGram.N_GRAM + 1)
                for i in range(len(padded) - n + 1)
            ]
            total += len(grams)
            known += [row[gram] for gram in grams if gram in row]
        if not total:
            return math.log(_FLOOR)
        sums = self._logs[known].sum(axis=0) if known else np.zeros(1, dtype=np.float32)
        return float((sums.max() + (total - len(known)) * math.log(_FLOOR)) / total)


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """Everything that is loaded once and only read afterwards."""

    scripts: _Scripts
    profiles: _Profiles
    columns: Mapping[str, NDArray[np.intp]]
    priors: Mapping[str, NDArray[np.float64]]
    labels: Mapping[str, tuple[str, ...]]
    markers: Mapping[str, Sequence[tuple[frozenset[str], tuple[str, ...]]]]
    codes: Mapping[str, str]
    named: frozenset[str]


_lock = threading.Lock()


@cache
def _load() -> _Knowledge:
    table = load_yaml("languages.yaml")
    profiles = _Profiles()
    position = {lang: i for i, lang in enumerate(profiles.langs)}
    rare = set(table["rare"]["langs"])
    odds = math.log(table["rare"]["odds"])
    codes: dict[str, str] = table["codes"]
    columns, priors, labels = {}, {}, {}
    for script, langs in table["profiled"].items():
        columns[script] = np.array([position[lang] for lang in langs], dtype=np.intp)
        priors[script] = np.array([odds if lang in rare else 0.0 for lang in langs])
        labels[script] = tuple(codes.get(lang, lang) for lang in langs)
    return _Knowledge(
        scripts=_Scripts(table["scripts"]),
        profiles=profiles,
        columns=columns,
        priors=priors,
        labels=labels,
        markers={
            script: [(frozenset(m["letters"]), tuple(m["langs"])) for m in entries]
            for script, entries in table["markers"].items()
        },
        codes=codes,
        named=frozenset(codes.get(lang, lang) for lang in profiles.langs),
    )


def _knowledge() -> _Knowledge:
    """The loaded tables; the first callers wait for one of them to load."""
    with _lock:
        return _load()


@cache
def _load_second() -> Any:
    from py3langid.langid import (  # type: ignore[import-untyped]
        MODEL_FILE,
        LanguageIdentifier,
    )

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _second_opinion(text: str, codes: Mapping[str, str]) -> dict[str, float]:
    """py3langid's probabilities in BCP 47 codes."""
    with _lock:
        identifier = _load_second()
    merged: dict[str, float] = {}
    for label, p in identifier.rank(text):
        code = codes.get(label, label)
        merged[code] = merged.get(code, 0.0) + p
    return merged


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    shifted: NDArray[np.float64] = np.exp(scores - scores.max())
    shifted /= shifted.sum()
    return shifted


@cache
def _missing(ch: str, codec: str) -> bool:
    """Whether a character set of one country lacks the character."""
    try:
        ch.encode(codec)
    except UnicodeEncodeError:
        return True
    return False


_HAN_CODECS = (("zh-Hans", "gb2312", 0.5), ("zh-Hant", "big5", 0.3), ("ja", "shift_jis", 0.2))


def _han(letters: Mapping[str, int], scripts: _Scripts) -> dict[str, float]:
    """Simplified, Traditional or Japanese, by the characters that each one's codec lacks."""
    han = {ch: n for ch, n in letters.items() if scripts.of(ch) == "han"}
    scores = np.array(
        [
            math.log(prior) - 2.0 * sum(n for ch, n in han.items() if _missing(ch, codec))
            for _, codec, prior in _HAN_CODECS
        ]
    )
    return dict(zip((c[0] for c in _HAN_CODECS), _softmax(scores).tolist(), strict=True))


def _cjk(counts: Mapping[str, float], letters: Mapping[str, int], s: _Scripts) -> dict[str, float]:
    hangul, kana, han = (counts.get(n, 0.0) for n in ("hangul", "kana", "han"))
    if hangul and hangul >= kana and hangul >= 0.25 * han:
        return {"ko": 1.0}
    if kana >= 0.04 * (kana + han + hangul) and kana:
        return {"ja": 1.0}
    return _han(letters, s)


def _within(
    script: str, text: str, letters: Mapping[str, int], know: _Knowledge
) -> dict[str, float]:
    """Probabilities of the languages of one script."""
    if script in know.scripts.lang:
        return {know.scripts.lang[script]: 1.0}
    own = {ch: n for ch, n in letters.items() if know.scripts.of(ch) == script}
    total = sum(own.values())
    for marks, langs in know.markers.get(script, ()):
        if sum(n for ch, n in own.items() if ch.lower() in marks) >= max(1.0, _MARKED * total):
            rest = 0.04 / max(1, len(langs) - 1) if len(langs) > 1 else 0.0
            return {lang: rest or 1.0 for lang in langs[1:]} | {langs[0]: 1.0 - 0.04 * bool(rest)}
    labels = know.labels[script]
    if len(labels) == 1:
        return {labels[0]: 1.0}
    if script == "latin" and sum(ch.isupper() * n for ch, n in own.items()) > 0.6 * total:
        text = text.lower()
    if len(own) < len(letters):  # other scripts are no evidence here
        text = "".join(
            ch if ch in own or know.scripts.of(ch) in (None, script) else " " for ch in text
        )
    scores = know.profiles.scores(text, know.columns[script])
    if scores is None:
        return {}
    probabilities = _softmax(scores + know.priors[script]).tolist()
    return dict(zip(labels, probabilities, strict=True))


_CJK = ("hangul", "kana", "han")


def _first_opinion(text: str, letters: Mapping[str, int], know: _Knowledge) -> dict[str, float]:
    counts = know.scripts.count(letters)
    groups: dict[str, float] = {}
    for script, weight in counts.items():
        group = "cjk" if script in _CJK else script
        groups[group] = groups.get(group, 0.0) + weight
    total = sum(groups.values())
    shares = {g: (w / total) ** _SCRIPT_SHARPNESS for g, w in groups.items()} if total else {}
    scale = sum(shares.values())
    merged: dict[str, float] = {}
    for group, share in sorted(shares.items()):
        if share / scale < 0.01:
            continue
        if group == "cjk":
            inside = _cjk(counts, letters, know.scripts)
        else:
            inside = _within(group, text, letters, know)
        for lang, p in inside.items():
            merged[lang] = merged.get(lang, 0.0) + p * share / scale
    return merged


def _blend(first: dict[str, float], text: str, know: _Knowledge) -> dict[str, float]:
    """First opinion, corrected by py3langid where it is in doubt."""
    second = _second_opinion(text, know.codes)
    best = max(second, key=lambda lang: (second[lang], lang))
    if best not in know.named:
        if best != NO_LANGUAGE and second[best] >= _UNPROFILED_WINS:
            rest = 1.0 - second[best]
            scale = sum(first.values()) or 1.0
            return {lang: p / scale * rest for lang, p in first.items()} | {best: second[best]}
        return first
    mixed = {lang: math.sqrt(p * (second.get(lang, 0.0) + 1e-4)) for lang, p in first.items()}
    total = sum(mixed.values())
    return {lang: p / total for lang, p in mixed.items()} if total else first


def _probabilities(text: str, *, second: bool = True) -> dict[str, float]:
    """Probabilities by language; empty where the text has no letters.

    `second` allows the costly second opinion.
    """
    know = _knowledge()
    letters = Counter(text)
    first = _first_opinion(text, letters, know)
    if not first:
        return {}
    doubtful = second and max(first.values()) < _SECOND_OPINION
    if doubtful and not know.scripts.count(letters).get("han"):
        first = _blend(first, text, know)
    total = sum(first.values())
    return {lang: p / total for lang, p in first.items()}


def strip_addresses(text: str) -> str:
    """`text` with web and mail addresses blanked: they are in no language."""
    return _URL.sub(" ", text)


def rank(text: str) -> Ranking:
    """Languages of `text`, best first, with their probabilities.

    Args:
        text: any length; web and mail addresses do not count.

    Returns:
        Pairs of a BCP 47 tag (``zh-Hans``, ``zh-Hant``, ``nb``, ``fil`` ...) and a probability.
        ``[("zxx", 1.0)]`` if there is no letter, ``[("und", 1.0)]`` below two letters or where
        nothing can be told.
    """
    text = strip_addresses(text)
    count = sum(map(str.isalpha, text))
    if count == 0:
        return [(NO_LANGUAGE, 1.0)]
    probabilities = _probabilities(text) if count >= 2 else {}
    if not probabilities:
        return [(UNDETERMINED, 1.0)]
    ordered = sorted(probabilities.items(), key=lambda item: (-item[1], item[0]))
    return [(lang, p) for lang, p in ordered if p >= 1e-6]


def fluency(words: Sequence[str]) -> float:
    """How much `words` look like words of any language: mean log-probability, -10.4 to 0.

    Tells a right decoding of a text from a wrong one.
    """
    return _knowledge().profiles.fluency(words)


def label(text: str) -> tuple[str, float]:
    """One label for `text`: its best language, or ``und``/``zxx`` where none can be claimed.

    Short Latin text without diacritics (AI, MBC) and anything below probability .5 is ``und``.
    """
    best, p = rank(text)[0]
    if best in (NO_LANGUAGE, UNDETERMINED):
        return best, p
    letters = [ch for ch in strip_addresses(text) if ch.isalpha()]
    plain = all(ch.isascii() for ch in letters)
    if p < 0.5 or (plain and len(letters) < 12 and len(_WORDS.findall(text)) < 3):
        return UNDETERMINED, p
    return best, p


_STAY_LETTERS = 25.0
_MAX_WEIGHT = 3.0
_TOP = 12
_SWITCH = -6.0
_LEAST = -9.0


def _evidence(line: str, scripts: _Scripts) -> tuple[dict[str, float], float]:
    """Posterior of one line and how much it weighs (0: neutral)."""
    line = strip_addresses(line)
    if sum(map(str.isalpha, line)) < 2:
        return {}, 0.0
    weight = sum(scripts.count(Counter(line)).values())
    probabilities = _probabilities(line, second=weight >= _STAY_LETTERS)
    return probabilities, min(_MAX_WEIGHT, weight / _STAY_LETTERS) if probabilities else 0.0


def _viterbi(lines: Sequence[tuple[dict[str, float], float]], langs: Sequence[str]) -> list[int]:
    """Most probable language of each line; a change costs, and a tie changes early."""
    emissions = np.array(
        [
            [w * max(math.log(p.get(lang, 0.0) + 1e-12), _LEAST) if w else 0.0 for lang in langs]
            for p, w in lines
        ]
    )
    mass = emissions.sum(axis=0)
    prior = np.log(_softmax(mass / max(1.0, sum(w for _, w in lines))))
    switch = _SWITCH + 0.2 * prior
    score = emissions[0] + 0.2 * prior
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


def _leaning(probabilities: Mapping[str, float], declared: str) -> dict[str, float]:
    """Probabilities after the declared language has been given its prior odds."""
    base = declared.split("-")[0]
    leaning = {
        lang: p * (_DECLARED_ODDS if lang.split("-")[0] == base else 1.0)
        for lang, p in probabilities.items()
    }
    total = sum(leaning.values()) or 1.0
    return {lang: p / total for lang, p in leaning.items()}


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
    scripts = _knowledge().scripts
    evidence = [_evidence(text, scripts) for text in texts]
    if declared:
        evidence = [(_leaning(odds, declared), weight) for odds, weight in evidence]
    mass: dict[str, float] = {}
    for probabilities, weight in evidence:
        for lang, p in probabilities.items():
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
