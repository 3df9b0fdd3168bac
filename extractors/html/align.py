"""Which lines of the page the extracted text consists of."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NEITHER = re.compile(r"[\W_]+")
_NEITHER_ASCII = bytes(code for code in range(128) if not chr(code).isalnum())


def letters(text: str) -> str:
    """Letters and digits only, so that quotes, bullets and white space do not matter."""
    if text.isascii():  # the same, several times as fast
        return text.lower().encode().translate(None, _NEITHER_ASCII).decode()
    return _NEITHER.sub("", text.casefold())


def align(keys: Sequence[str], blocks: Sequence[str]) -> set[int]:
    """Lines of the page that the extracted blocks consist of.

    Each line is looked up in the extracted text; among all places found, the heaviest chain in
    the order of the page wins, so that a teaser far from the article does not match its copy.

    Args:
        keys: letters of the lines.
        blocks: the extracted text.

    Returns:
        Indexes of the lines.
    """
    exact: dict[str, list[int]] = {}
    joined: list[str] = []
    total = 0
    for block in blocks:
        key = letters(block)
        if key:
            exact.setdefault(key, []).append(total)
            joined.append(key)
            total += len(key)
    whole = "".join(joined)
    searches = affordable_searches(whole)
    pairs: list[tuple[int, int]] = []  # line, place in the extracted text
    for i, key in enumerate(keys):
        if not key:
            continue
        places = exact.get(key, [])[-_PLACES:]
        if not places and len(key) >= _FINDABLE and searches > 0:
            searches -= 1
            place = whole.find(key)
            while place >= 0 and len(places) < _PLACES:
                places.append(place)
                place = whole.find(key, place + 1)
        if not places and len(key) >= 4 * _FINDABLE and searches > 0:
            place = whole.find(key[: 3 * _FINDABLE])
            places = [place] if place >= 0 else []
        pairs += [(i, place) for place in sorted(places, reverse=True)]
    placed = _chain(pairs, [len(key) for key in keys])
    _fill_in(placed, keys, whole)
    return set(placed)


_FINDABLE = 10  # letters from which a line can be looked up inside a block
_PLACES = 8  # in the extracted text that are weighed for one line
_SEARCHED = 400_000_000  # characters that all searches together may pass


def affordable_searches(text: str) -> int:
    """How often a text may be searched for a line, so that a huge page takes bounded time."""
    return _SEARCHED // (len(text) + 1)


def _chain(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> dict[int, int]:
    """Line to place for the heaviest subsequence in which the places increase.

    Dynamic programming with a Fenwick tree over the places.
    """
    ranks = {place: r for r, place in enumerate(sorted({p for _, p in pairs}), start=1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(ranks) + 1)
    score: list[int] = []
    back: list[int] = []
    for index, (line, place) in enumerate(pairs):
        node, best = ranks[place] - 1, (0, -1)
        while node > 0:
            best = max(best, tree[node])
            node -= node & -node
        score.append(best[0] + weights[line])
        back.append(best[1])
        node = ranks[place]
        while node < len(tree):
            tree[node] = max(tree[node], (score[index], index))
            node += node & -node
    chain: dict[int, int] = {}
    index = max(range(len(pairs)), key=lambda i: score[i], default=-1)
    while index >= 0:
        line, place = pairs[index]
        chain[line] = place
        index = back[index]
    return chain


def _fill_in(placed: dict[int, int], keys: Sequence[str], whole: str) -> None:
    """Add short lines that stand in the extracted text right beside a line already placed."""
    for step in (1, -1):
        order = range(len(keys)) if step == 1 else range(len(keys) - 1, -1, -1)
        for i in order:
            near = i - step
            if i in placed or not keys[i] or near not in placed:
                continue
            place = placed[near] + (len(keys[near]) if step == 1 else -len(keys[i]))
            if place >= 0 and whole.startswith(keys[i], place):
                placed[i] = place
