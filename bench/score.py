"""How a text is scored against its gold: shares of 4-word shingles, or of words line by line.

A word is a run of letters and digits; scripts without spaces count a character each. These are
the measures of the development data's own scorers, so that figures can be compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_NO_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
)
_WORD = re.compile(rf"[{_NO_SPACES}]|[^\W{_NO_SPACES}]+")
_SHINGLE = 4


def words(text: str) -> list[str]:
    """Words of `text`, lower case."""
    return _WORD.findall(text.lower())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    found = words(text)
    if not found:
        return Counter()
    count = max(1, len(found) - _SHINGLE + 1)
    return Counter(tuple(found[i : i + _SHINGLE]) for i in range(count))


def text_f1(gold: str, found: str) -> float:
    """F1 of the shingles of a found text, 0..1; an empty text scores 0."""
    a, b = _shingles(gold), _shingles(found)
    return 2 * (a & b).total() / (a.total() + b.total()) if a or b else 1.0


def line_f1(lines: Sequence[tuple[str, int]], kept: Iterable[int]) -> float:
    """F1 of the words of kept lines, 0..1.

    Args:
        lines: text and label: 1 article, 0 not, 2 title (counts neither way).
        kept: indexes of the lines kept.
    """
    chosen = set(kept)
    hit = false = missed = 0
    for i, (text, label) in enumerate(lines):
        weight = max(1, len(words(text)))
        hit += weight * (label == 1 and i in chosen)
        false += weight * (label == 0 and i in chosen)
        missed += weight * (label == 1 and i not in chosen)
    return 2 * hit / (2 * hit + false + missed) if hit + false + missed else 1.0
