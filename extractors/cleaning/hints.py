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

KINDS: Final = ("menu", "account", "share", "comments", "related", "legal", "credit")


@cache
def _automaton() -> ahocorasick.Automaton:
    """All hints, each with its kinds as bits and its length."""
    kinds: dict[str, int] = {}
    for lang in rule_languages():
        for kind, words in (rules(lang).get("hints") or {}).items():
            for word in words:
                text = str(word).lower()
                kinds[text] = kinds.get(text, 0) | 1 << KINDS.index(kind)
    automaton = ahocorasick.Automaton()
    for text, bits in sorted(kinds.items()):
        automaton.add_word(text, (bits, len(text)))
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
    found = list(_automaton().iter(text))
    if not found:
        return covered
    spans = np.array([(end, length, bits) for end, (bits, length) in found])
    last, first = spans[:, 0], spans[:, 0] - spans[:, 1] + 1
    # A space on either side, so that the ends of the text need no care.
    inside = np.concatenate(([False], solid[1:] & solid[:-1], [False]))
    whole = ~inside[first] & ~inside[last + 1]
    for begin, end, bits in zip(
        first[whole].tolist(), last[whole].tolist(), spans[whole, 2].tolist(), strict=True
    ):
        covered[begin : end + 1] |= bits
    return covered
