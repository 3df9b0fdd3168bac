"""The headline of a page: what it shows above the article, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from extractors.html.align import letters
from extractors.html.linked import plain

_SEPARATOR = re.compile(r"\s+[|\-–—:·•»«/<>~]+\s+|\s*[|｜]\s*|\s*[：]\s+|\s+::+\s+")
_HEADLINES = 20  # headings that are looked at
_LONGEST = 300  # characters of a heading
_AKIN = 0.34  # share of a heading's pairs of letters in another title that makes it one


def _pairs(text: str) -> set[str]:
    key = letters(text)
    return {key[i : i + 2] for i in range(len(key) - 1)}


def akin(one: str, other: str) -> float:
    """Likeness of two titles: share of the pairs of letters of the shorter in the longer."""
    a, b = _pairs(one), _pairs(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def headings(tree: Any) -> list[str]:
    """Texts of the page's first-level headings in document order."""
    found: list[str] = []
    for node in tree.iter("h1"):
        text = plain(node.text_content())
        if not text:
            text = plain(next((i.get("alt") or "" for i in node.iter("img")), ""))
        if 0 < len(text) <= _LONGEST and text not in found:
            found.append(text)
        if len(found) >= _HEADLINES:
            break
    return found


def without_site(title: str, names: Sequence[str]) -> str:
    """Title without the name of the site at its end or beginning.

    Args:
        title: as the page gives it.
        names: names of the site and its sections, and its host.
    """
    keys = {letters(name) for name in names if name} - {""}
    cuts = list(_SEPARATOR.finditer(title))
    parts = _SEPARATOR.split(title)
    while cuts and letters(parts[-1]) in keys:
        title = title[: cuts[-1].start()]
        parts.pop()
        cuts.pop()
    if cuts and letters(parts[0]) in keys:
        title = title[cuts[0].end() :]
    return title.strip()


def choose(stated: Sequence[str], document: str, shown: Sequence[str], names: Sequence[str]) -> str:
    """The headline among what a page offers.

    A heading that the page shows wins where another source says something like it: the others
    are often shortened for search engines or sharpened for social networks.

    Args:
        stated: from JSON-LD and meta tags, best first.
        document: the title element.
        shown: first-level headings.
        names: names of the site.
    """
    keys = {letters(name) for name in names if name}
    offered = [text for raw in (*stated, document) if (text := without_site(raw, names))]
    offered = [text for text in offered if letters(text) not in keys] or offered
    visible = [h for raw in shown if letters(h := without_site(raw, names)) not in keys | {""}]
    likeness = [max((akin(h, text) for text in offered), default=0.0) for h in visible]
    if visible:
        best = max(range(len(visible)), key=lambda i: (likeness[i], -i))
        if likeness[best] >= _AKIN or len(visible) == 1 or not offered:
            return visible[best]
    if not offered:
        return ""
    return _shortened(offered)


def _shortened(offered: Sequence[str]) -> str:
    """The first title, without an ending that the others show to be the site's."""
    title = offered[0]
    for other in offered[1:]:
        key = letters(other)
        if len(key) >= 12 and letters(title).startswith(key) and len(title) > len(other):
            return other
    return title
