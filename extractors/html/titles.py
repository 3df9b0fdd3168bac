"""The headline of a page: what it shows above the article, without the name of the site."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

from extractors.html.align import letters
from extractors.html.linked import plain

_SEPARATOR = re.compile(r"\s+[|\-–—:·•»«/<>~]+\s+|\s*[|｜]\s*|\s*[：]\s+|\s+::+\s+")
_HEADLINES = 20  # headings that are looked at
_LONGEST = 200  # characters of a heading
_AKIN = 0.3  # likeness from which a heading and another title are about the same
_AKIN_ALONE = 0.5  # the same where all other titles are one
_CAPITALS = 0.8  # likeness from which a title is the heading in other letters


def _pairs(text: str) -> set[str]:
    key = letters(text)
    return {key[i : i + 2] for i in range(len(key) - 1)}


def akin(one: str, other: str) -> float:
    """Likeness of two titles from 0 to 1: Dice's coefficient over pairs of letters."""
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def within(one: str, other: str) -> bool:
    """Whether one title is part of the other, case and punctuation aside."""
    a, b = letters(one), letters(other)
    return bool(a and b) and (a in b or b in a)


def headings(tree: Any, *tags: str) -> list[str]:
    """Texts of the page's headings in document order.

    Args:
        tree: the parsed page, not changed.
        tags: which, first-level ones by default.
    """
    found: list[str] = []
    for node in islice(tree.iter(*(tags or ("h1",))), 3 * _HEADLINES):
        text = plain(node.text_content())
        if not text:
            text = plain(next((i.get("alt") or "" for i in node.iter("img")), ""))
        if 0 < len(text) <= _LONGEST and text not in found:
            found.append(text)
        if len(found) >= _HEADLINES:
            break
    return found


def _of_site(part: str, keys: Collection[str]) -> bool:
    """Whether the end of a title is the site's name, or a few words with that name in them."""
    key = letters(part)
    few = len(part.split()) <= 4
    return key in keys or (few and any(len(name) >= 6 and name in key for name in keys))


def without_site(title: str, names: Sequence[str]) -> str:
    """Title without the name of the site at its end or beginning.

    Args:
        title: as the page gives it.
        names: names of the site and its sections, and its host.
    """
    keys = {letters(name) for name in names if name} - {""}
    cuts = list(_SEPARATOR.finditer(title))
    parts = _SEPARATOR.split(title)
    while cuts and _of_site(parts[-1], keys):
        title = title[: cuts[-1].start()]
        parts.pop()
        cuts.pop()
    if cuts and letters(parts[0]) in keys:
        title = title[cuts[0].end() :]
    return title.strip()


def choose(
    headlines: Sequence[str],
    stated: Sequence[str],
    document: str,
    shown: Sequence[str],
    below: Sequence[str],
    names: Sequence[str],
) -> str:
    """The headline among what a page offers.

    The heading that the page shows wins where another source says something like it: the
    others are often shortened for search engines or sharpened for social networks. It loses
    where all others agree on something else, and then is a slogan, a kicker or the site's name;
    and where a lower heading repeats another title word for word, because then the first level
    is the one that was written for search engines.

    Args:
        headlines: of JSON-LD and microdata, the article's own first.
        stated: from meta tags, best first.
        document: the title element.
        shown: first-level headings.
        below: headings of the next levels.
        names: names of the site.
    """
    if not headlines and (shown or not stated):
        part = _part(document, shown, below)
        if part and not _of_site(part, {letters(name) for name in names}):
            return part
    keys = {letters(name) for name in names} | {""}

    def own(texts: Sequence[str]) -> list[str]:
        cut = [without_site(raw[: 2 * _LONGEST], names) for raw in texts]
        return [text for text in cut if letters(text) not in keys]

    ends, visible = own([document]), own(shown)
    others = visible + own(stated) + ends
    ranked = sorted(own(headlines), key=lambda h: -max((akin(h, o) for o in others), default=0.0))
    offered = ranked[:1] + own(stated) + ends
    if not offered:
        return visible[0] if visible else without_site(next(iter((*stated, document)), ""), names)
    if not visible:
        return _shortened(offered)
    likeness = [max(akin(heading, text) for text in offered) for heading in visible]
    best = visible[max(range(len(visible)), key=lambda i: (likeness[i], -i))]
    against = [text for text in offered if not within(text, best)]
    united = len(against) == len(offered) >= 2
    united = united and all(within(text, offered[0]) for text in offered)
    if united and len(offered) >= 3 and headlines:
        return _shortened(offered)
    if max(likeness) < (_AKIN_ALONE if united else _AKIN):
        return _shortened(offered)
    return _repeated(against, best, below) or _in_small_letters(best, offered)


def _repeated(against: Sequence[str], heading: str, below: Sequence[str]) -> str:
    """A title other than the heading that a lower heading ends with, "" if none does."""
    keys = [letters(text) for text in below]
    least = len(letters(heading)) / 2
    for text in against:
        key = letters(text)
        if len(key) >= least and any(shown.endswith(key) for shown in keys):
            return text
    return ""


def _in_small_letters(heading: str, offered: Sequence[str]) -> str:
    """The heading, or what says the same in small letters where it is in capitals."""
    if not heading.isupper():
        return heading
    alike = (t for t in offered if not t.isupper() and akin(t, heading) >= _CAPITALS)
    return next(alike, heading)


def _part(document: str, shown: Sequence[str], below: Sequence[str]) -> str:
    """Part of the title element that a lower heading repeats, where the first level does not.

    Forums show their own name, or nothing, as the first-level heading.
    """
    parts = [part for part in _SEPARATOR.split(document) if len(letters(part)) >= 6]
    if len(parts) < 2 or any(letters(text) not in map(letters, parts[1:]) for text in shown):
        return ""
    keys = [letters(text) for text in below]
    longest = max((len(text) for text in shown), default=0)
    repeated = [part for part in parts if any(letters(part) in key for key in keys)]
    if repeated[:1] == parts[:1] and {letters(text) for text in shown} == {letters(parts[-1])}:
        return parts[0]
    return max((part for part in repeated if len(part) > longest), key=len, default="")


def _shortened(offered: Sequence[str]) -> str:
    """The first title, without an ending that another shows to be the site's."""
    title = offered[0]
    for other in offered[1:]:
        key = letters(other)
        if len(key) >= 12 and letters(title).startswith(key) and len(title) > len(other):
            return other
    return title
