"""Longest-match lookup of many literal phrases by one compiled pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")

LETTER = r"[^\W\d_]"
_END = ""


def pattern(words: Iterable[str], letter: str = "") -> str:
    """Return a regular expression for any of `words`, longest first, shared prefixes factored.

    Matching costs one step a character of the longest word, however many words there are.

    Args:
        words: literal phrases.
        letter: pattern of a letter; no word that ends with one may be followed by another
            ("" asks for no such boundary).
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        bounded_end = letter and re.match(letter, word[-1])
        node[_END] = f"(?!{letter})" if bounded_end else ""
    return _render(root) if root else r"(?!)"


def _render(node: dict[str, Any]) -> str:
    """Render a trie node; what goes on is tried before the end of a word."""
    branches = [re.escape(c) + _render(node[c]) for c in sorted(node) if c != _END]
    if _END in node:
        if not branches:
            return str(node[_END])
        branches.append(node[_END])
    return branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"


def bounded(words: Iterable[str], *, spaced: bool, left: bool) -> str:
    """Return the pattern of `words` with word boundaries where their script has them.

    Args:
        words: literal phrases in lower case.
        spaced: the language writes spaces between words, so every letter bounds; otherwise
            only ASCII letters do.
        left: also ask for a boundary before the phrase; digits count as boundaries.
    """
    letter = LETTER if spaced else "[a-z]"
    inner = [w for w in words if not (left and re.match(letter, w[0]))]
    outer = [w for w in words if left and re.match(letter, w[0])]
    parts = [pattern(inner, letter)] if inner else []
    if outer:
        parts.append(f"(?<!{letter})" + pattern(outer, letter))
    return "(?:" + "|".join(parts) + ")" if parts else r"(?!)"


class Lexicon(Generic[T]):
    """Phrases with a meaning each, looked up at a position of lower-cased text."""

    __slots__ = ("_firsts", "_regex", "_senses")

    def __init__(self, senses: Mapping[str, T], *, spaced: bool) -> None:
        """Compile `senses` (phrase in lower case -> meaning)."""
        self._senses = dict(senses)
        self._regex = re.compile(bounded(self._senses, spaced=spaced, left=False))
        self._firsts = frozenset(phrase[0] for phrase in self._senses)

    def at(self, low: str, pos: int) -> tuple[T, int] | None:
        """Return the meaning of the longest phrase at `pos` and its end, or None."""
        if low[pos : pos + 1] not in self._firsts:
            return None
        match = self._regex.match(low, pos)
        return (self._senses[match.group()], match.end()) if match else None

    def get(self, phrase: str) -> T | None:
        """Return the meaning of exactly `phrase`."""
        return self._senses.get(phrase)

    def phrases(self) -> Iterable[str]:
        """Return the phrases."""
        return self._senses.keys()
