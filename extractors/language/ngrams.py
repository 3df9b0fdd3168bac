"""Exact inference over langdetect's own n-gram profiles.

langdetect draws n-grams at random, so that its answer changes from call to call; here every
n-gram of the text counts. Its normaliser and its rule that n-grams inside a run of capitals
are passed over are kept. One model per writing system, because only the languages of one
script compete, and because its alphabet is then small enough for plain tables: an n-gram is
found by indexing, for a whole text at once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from importlib import resources

import numpy as np
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from extractors.language.scripts import Codes, code_points

FLOOR = 0.3 / 10000  # probability of an n-gram that a profile lacks

_SAMPLE = 200  # letters a sample; three samples of a text of more than 600
_REPEATS = 60  # n-grams beyond which repeated ones count by their square root

_END = np.zeros(1, dtype=np.int32)
_YES = np.ones(1, dtype=np.bool_)
_CAPITALS = 0.6  # share of capitals from which case says nothing

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]
Flags = NDArray[np.bool_]


def _profile(lang: str) -> tuple[list[int], dict[str, int]]:
    path = resources.files("langdetect") / "profiles" / lang
    profile = json.loads(path.read_bytes())
    return profile["n_words"], profile["freq"]


class NgramModel:
    """Probabilities of 1- to 3-grams in several languages.

    A row stands for an n-gram and a column for a language; row 0 is "in no profile". Letters
    are numbered from 1, and 0 is whatever stands between words.
    """

    def __init__(self, langs: Sequence[str], letters: Codes) -> None:
        """Load profiles.

        Args:
            langs: langdetect's names of the languages.
            letters: code points of the writing systems; all others separate words.
        """
        self.langs = tuple(langs)
        profiles = [_profile(lang) for lang in langs]
        normal = {int(code): NGram.normalize(chr(code)) for code in letters}
        allowed = set(normal.values())
        alphabet = sorted({g for _, freq in profiles for g in freq if len(g) == 1} & allowed)
        number = {ch: i for i, ch in enumerate(alphabet, 1)}
        self._size = size = len(alphabet) + 1
        self._upper = np.array([False, *(ch.isupper() for ch in alphabet)])
        self._lower = np.array([0, *(number.get(ch.lower(), i) for ch, i in number.items())])
        self._last = int(letters[-1]) + 1
        self._number = np.zeros(self._last + 1, dtype=np.int32)
        for code, ch in normal.items():
            self._number[code] = number.get(ch, 0)
        keys: list[NDArray[np.int64]] = []
        columns: list[NDArray[np.intp]] = []
        logs: list[NDArray[np.float64]] = []
        known = np.full(0x110000, -1, dtype=np.int64)
        known[32] = 0
        for ch, i in number.items():
            known[ord(ch)] = i
        for column, (totals, freq) in enumerate(profiles):
            for n in range(1, NGram.N_GRAM + 1):
                grams = [gram for gram in freq if len(gram) == n]
                ids = known[code_points("".join(grams)).reshape(-1, n)]
                usable = (ids >= 0).all(axis=1)
                counts = np.array([freq[gram] for gram in grams], dtype=np.float64)[usable]
                key = np.full(len(counts), n, dtype=np.int64)
                for i in range(n):
                    key = key * size + ids[usable, i]
                keys.append(key)
                columns.append(np.full(len(counts), column, dtype=np.intp))
                logs.append(np.log(counts / totals[n - 1] + FLOOR))
        distinct, rows = np.unique(np.concatenate(keys), return_inverse=True)
        table = np.full((len(distinct) + 1, len(langs)), math.log(FLOOR), dtype=np.float32)
        table[rows + 1, np.concatenate(columns)] = np.concatenate(logs)
        self._logs = table
        self._index(distinct)

    def _index(self, keys: NDArray[np.int64]) -> None:
        """Tables that lead from letters to rows; `keys` are ascending, one a row from 1."""
        size = self._size
        row = np.arange(1, len(keys) + 1, dtype=np.int32)
        single, double = (keys < 2 * size), (keys < 3 * size**2) & (keys >= 2 * size)
        triple = keys >= 3 * size**3
        self._one = np.zeros(size, dtype=np.int32)
        self._one[keys[single] - size] = row[single]
        self._one[0] = 0
        self._two = np.zeros(size**2, dtype=np.int32)
        self._two[keys[double] - 2 * size**2] = row[double]
        head, last = np.divmod(keys[triple] - 3 * size**3, size)
        prefixes, prefix = np.unique(head, return_inverse=True)
        self._prefix = np.zeros(size**2, dtype=np.int32)
        self._prefix[prefixes] = np.arange(1, len(prefixes) + 1)
        self._three = np.zeros((len(prefixes) + 1) * size, dtype=np.int32)
        self._three[(prefix + 1) * size + last] = row[triple]

    def _letters(self, texts: Sequence[Codes]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """Numbers of the letters, one 0 between words; and where a 0 parts the texts.

        The first text stands between the first two of those places. Where a text does not begin
        with a letter, another 0 follows that of its place.
        """
        gaps = np.cumsum([0, *(len(codes) + 1 for codes in texts)])
        found = np.zeros(gaps[-1] + 1, dtype=np.int32)
        within = np.ones(len(found), dtype=np.bool_)
        within[gaps] = False
        found[within] = self._number[np.minimum(np.concatenate(texts), self._last)]
        kept = found > 0
        kept[:-1] |= kept[1:]
        kept[gaps] = True
        return found[kept], np.cumsum(kept)[gaps] - 1

    def _grams(self, letters: NDArray[np.int32]) -> tuple[Rows, Rows, Rows]:
        """Rows of the n-grams: of single letters but the first, of pairs, of triples."""
        pairs = letters[:-1] * self._size + letters[1:]
        upper = self._upper[letters]
        lower = ~(upper[1:] & upper[:-1])  # at the end of a pair or triple
        one = self._one[letters[1:]]
        two = self._two[pairs]
        three = self._three[self._prefix[pairs[:-1]] * self._size + letters[2:]]
        return one * lower, two * lower, three * lower[1:]

    def scores(self, texts: Sequence[Codes], effective: float) -> tuple[Scores, Flags]:
        """Log-likelihoods of texts in each language, tempered.

        All texts are looked up at once; what is found of one does not depend on the others.

        Args:
            texts: their code points, at least one text.
            effective: n-grams of evidence after which certainty grows no more.

        Returns:
            A row per text, and whether anything is known of it at all.
        """
        samples = self._samples(texts)
        ends = np.cumsum([len(letters) for letters in samples])
        places, rows = self._known(np.concatenate([*samples, _END, _END]))
        owners = np.searchsorted(ends, places, side="right")
        keys = owners * len(self._logs) + rows
        if len(texts) * len(self._logs) < 1 << 31:
            keys = keys.astype(np.int32)  # sorted three times as fast
        keys.sort()
        first = np.flatnonzero(np.concatenate([_YES, keys[1:] != keys[:-1]]) if len(keys) else keys)
        counts = np.diff(np.append(first, len(keys)))
        owners, distinct = np.divmod(keys[first], len(self._logs))
        totals = np.bincount(owners, counts, len(samples))
        weights = np.where(totals[owners] > _REPEATS, np.sqrt(counts), counts)
        totals = np.bincount(owners, weights, len(samples))
        found = np.zeros((len(samples), len(self.langs)), dtype=np.float32)
        known = totals > 0.0
        if len(owners):
            begins = np.flatnonzero(np.concatenate([_YES, owners[1:] != owners[:-1]]))
            # not BLAS, whose order of addition depends on its threads
            likelihoods = self._logs.take(distinct, axis=0)
            likelihoods *= weights.astype(np.float32)[:, None]
            scale = np.minimum(1.0, effective / totals[known]).astype(np.float32)
            found[known] = np.add.reduceat(likelihoods, begins) * scale[:, None]
        return found, known

    def _samples(self, texts: Sequence[Codes]) -> list[NDArray[np.int32]]:
        """Letters of texts that are looked at: of a long one its beginning, middle and end.

        One 0 stands around and between words; case is dropped where all is in capitals.
        """
        letters, bounds = self._letters(texts)
        total = np.concatenate([_END, np.cumsum(letters > 0)])
        capital = np.concatenate([_END, np.cumsum(self._upper[letters])])
        begins, ends = bounds[:-1], bounds[1:] + 1
        begins = begins + (letters[begins + 1] == 0)  # a text that does not begin with a letter
        shouted = capital[ends] - capital[begins] > _CAPITALS * (total[ends] - total[begins])
        found: list[NDArray[np.int32]] = []
        for begin, end, loud in zip(begins.tolist(), ends.tolist(), shouted.tolist(), strict=True):
            sample = letters[begin:end]
            if len(sample) > 3 * _SAMPLE:
                middle = (len(sample) - _SAMPLE) // 2
                parts = sample[:_SAMPLE], sample[middle : middle + _SAMPLE], sample[-_SAMPLE:]
                sample = np.concatenate([part for p in parts for part in (p, sample[:1])])
                capitals = np.count_nonzero(self._upper[sample])
                loud = capitals > _CAPITALS * np.count_nonzero(sample)
            found.append(self._lower[sample] if loud else sample)
        return found

    def _known(self, letters: NDArray[np.int32]) -> tuple[NDArray[np.intp], Rows]:
        """Places, by their first letter, and rows of the n-grams that some profile knows."""
        one, two, three = self._grams(letters)
        rows: Rows = np.concatenate([one, two, three])
        at = np.flatnonzero(rows)
        places = np.where(at < len(one), at + 1, at - len(one))
        places = np.where(at < len(one) + len(two), places, at - len(one) - len(two))
        return places, rows[at]

    def fluency(self, text: str) -> float:
        """Mean log-probability of the n-grams of `text` in the best language.

        Unlike in `scores`, n-grams that no profile knows count, as the unlikely ones they are.
        """
        total = sum(3 * len(word) + 1 for word in text.split())
        if not total:
            return math.log(FLOOR)
        letters, _ = self._letters([code_points(text.lower())])
        _, rows = self._known(letters)
        known = float(self._logs[rows].sum(axis=0).max()) if len(rows) else 0.0
        return (known + max(0, total - len(rows)) * math.log(FLOOR)) / total
