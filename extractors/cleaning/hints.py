"""Words of page furniture, looked for in all lines at once.

The tables of all languages apply together (``hints`` in ``rules/<lang>.yaml``), because a page
mixes the language of its site and of its text. A hint is a sign for the vote, it decides nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import ahocorasick
import numpy as np
from numpy.typing import NDArray

from extractors.rulebook import rule_languages, rules

_BITS: Final = 8
KINDS: Final = ("menu", "account", "share", "comments", "related", "legal", "credit")


@cache
def _automaton() -> ahocorasick.Automaton:
    """All hints, each with its length and its kinds as bits."""
    kinds: dict[str, int] = {}
    for lang in rule_languages():
        for kind, words in (rules(lang).get("hints") or {}).items():
            for word in words:
                text = str(word).lower()
                kinds[text] = kinds.get(text, 0) | 1 << KINDS.index(kind)
    automaton = ahocorasick.Automaton()
    for text, bits in sorted(kinds.items()):
        automaton.add_word(text, len(text) << _BITS | bits)
    automaton.make_automaton()
    return automaton


def find_hints(text: str, solid: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Kinds of the hints that cover each character, as bits in the order of `KINDS`.

    Args:
        text: the text in lower case.
        solid: whether a character belongs to a word of a script with spaces between words; a
            hint must not begin or end inside one.
    """
    covered = np.zeros(len(text), dtype=np.uint8)
    found = np.array(list(_automaton().iter(text)), dtype=np.int64).reshape(-1, 2)
    last, told = found[:, 0], found[:, 1]
    first = last - (told >> _BITS) + 1
    # A space on either side, so that the ends of the text need no care.
    inside = np.concatenate(([False], solid[1:] & solid[:-1], [False]))
    whole = ~inside[first] & ~inside[last + 1]
    first, last, told = first[whole], last[whole], told[whole]
    for k in range(len(KINDS)):
        of_kind = (told >> k) & 1 == 1
        opened = np.bincount(first[of_kind], minlength=len(text) + 1)
        closed = np.bincount(last[of_kind] + 1, minlength=len(text) + 1)
        inside_hint = np.cumsum(opened - closed)[: len(text)] > 0
        covered |= inside_hint.astype(np.uint8) << k
    return covered
