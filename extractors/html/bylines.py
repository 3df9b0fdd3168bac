"""Dates and names that a page shows beside its headline."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from functools import cache
from itertools import islice
from typing import Any

from lxml import etree

from extractors.html import dates
from extractors.html.align import letters
from extractors.html.dates import Setting, Stamp, Written
from extractors.rulebook import load_yaml

_TEXTS = etree.XPath(
    "//body//text()[not(parent::script or parent::style or parent::noscript or "
    "parent::template or parent::textarea or parent::option)]"
)
_LONGEST = 300  # characters of a text in which a dateline is looked for
_MOST = 80  # dates of one page that are weighed
_YEAR = re.compile(r"(?:19|20)\d\d|\d[./-]\d{1,2}[./-]\d\d|\d(?:/|月|월 ?)\d{1,2}[日일]?\s?[(（]")
_ASIDES = {"aside": 2, "footer": 4, "nav": 4, "figure": 4, "figcaption": 4, "blockquote": 2}
_PROSE = 60  # characters beside a date from which a text is a sentence rather than a dateline
_QUARTER, _WEST, _EAST = timedelta(minutes=15), timedelta(hours=-12), timedelta(hours=14)
_ENOUGH = 4.0  # points from which a date is taken for the page's own


@dataclass(frozen=True, slots=True)
class Shown:
    """Dates that the page shows as its own, None where none does."""

    published: Stamp | None = None
    updated: Stamp | None = None


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the page: its place among the others, its element, the text before it."""

    place: int
    text: str
    before: str
    node: Any


@cache
def hint(name: str) -> re.Pattern[str]:
    """Pattern over class, id and itemprop from the table."""
    return re.compile(load_yaml("html/fields.yaml")["hints"][name])


def marks(node: Any) -> str:
    """Class, id and itemprop of an element in lower case."""
    return " ".join(node.get(a) or "" for a in ("class", "id", "itemprop")).lower()


def _texts(tree: Any, title: str) -> tuple[list[_Text], int | None]:
    """Texts that may hold a date, and the place of the headline."""
    found: list[_Text] = []
    place, headline, sure = 0, None, False
    start = letters(title)[:40]
    before = ""
    for raw in _TEXTS(tree):
        text = " ".join(raw.split())
        if not text:
            continue
        place += 1
        if not sure and start and text[:1].casefold() == title[:1].casefold():
            key = letters(text[:80])
            if key and (key.startswith(start) or (len(key) >= 12 and start.startswith(key[:40]))):
                node = raw.getparent()
                sure = any(n.tag == "h1" for n in (node, *islice(node.iterancestors(), 3)))
                headline = place if headline is None or sure else headline
        if len(text) <= _LONGEST and len(found) < _MOST:
            node = raw.getparent()
            node = node.getparent() if raw.is_tail else node
            if _YEAR.search(text) or (node.tag == "time" and node.get("datetime")):
                found.append(_Text(place, text, before, node))
        before = text
    return found, headline


def _signature(node: Any) -> tuple[str, str]:
    """What the dates of a list have in common."""
    return node.tag, node.get("class") or ""


def _surroundings(node: Any) -> tuple[str, str, int]:
    """Marks of the element and the two around it, of all around it, and how far it is aside."""
    near: list[str] = []
    far: list[str] = []
    aside = 0
    for depth, around in enumerate((node, *node.iterancestors())):
        if depth > 12 or (depth > 2 and around.tag in ("body", "html", "main", "article")):
            break
        (near if depth < 3 else far).append(marks(around))
        aside = max(aside, _ASIDES.get(around.tag, 0))
    return " ".join(near), " ".join(near + far), aside


def _points(text: _Text, span: tuple[int, int], headline: int | None, last: int) -> float:
    """How likely a date is the page's own by where and how it stands."""
    near, far, aside = _surroundings(text.node)
    points = 0.0
    if text.node.tag == "time" or hint("dated").search(near):
        points += 2
    points -= max(6 if hint("foreign").search(far) else 0, aside)
    rest = len(text.text) - (span[1] - span[0])
    points += 3 if rest <= 3 else 2 if rest <= _PROSE else -3
    if headline is not None:
        away = text.place - headline
        if 0 < away <= 40:
            points += 2 + (away <= 15)
        elif -15 <= away < 0:
            points += 1
        elif away > 200 or away > 0.8 * max(1, last - headline):
            points -= 2
    return points


def shown(tree: Any, title: str, where: Setting) -> Shown:
    """The dates that a page shows as its own: labelled ones, or those beside its headline.

    Args:
        tree: the parsed page, not changed.
        title: its headline, "" if not known.
        where: language, place and time of the page.
    """
    texts, headline = _texts(tree, title)
    alike = Counter(_signature(text.node) for text in texts)
    last = texts[-1].place if texts else 0
    best: dict[str, tuple[float, Stamp]] = {}
    met: set[tuple[str, str]] = set()
    for text in texts:
        mark = _signature(text.node)
        listed = alike[mark] > 2 and (mark in met or mark[0] == "td")
        if headline is None or text.place >= headline:
            met.add(mark)
        for written in _written(text, where):
            if written.role == "other" or not where.plausible(written.stamp.when):
                continue
            role = written.role or ""
            points = _points(text, (written.start, written.end), headline, last)
            points += 5 if role == "first" else 0  # a sentence says it, and leaves no doubt
            if not role and hint("updated").search(marks(text.node)):
                role = "updated"
            points += (3 if written.role else 0) - (0 if written.sure else 2)
            points -= 2 if listed and not written.role else 0
            if points >= _ENOUGH and (role not in best or points > best[role][0]):
                best[role] = (points, _attribute(text.node, written.stamp, where))
    published = best.get("published") or best.get("")
    if "first" in best:
        published = best["first"]
    elif "published" in best and "" in best and best[""][0] > best["published"][0] + 2:
        published = best[""]
    updated = best.get("updated")
    return Shown(published[1] if published else None, updated[1] if updated else None)


def _written(text: _Text, where: Setting) -> list[Written]:
    """Dates of a text with spans in it, labels in the text before it counted in."""
    lead = text.before[-40:] + " " if len(text.before) <= 60 else ""
    found = [
        replace(written, start=written.start - len(lead), end=written.end - len(lead))
        for written in dates.find(lead + text.text, where)
        if written.start >= len(lead)
    ]
    stated = dates.parse(text.node.get("datetime") or "", where) if not found else None
    return [Written(stated, 0, len(text.text), None, True)] if stated else found


def _attribute(node: Any, stamp: Stamp, where: Setting) -> Stamp:
    """The time in the attribute of the element that shows a date, where it has more to say."""
    stated = dates.parse(node.get("datetime") or node.get("title") or "", where)
    if stated is None or abs((stated.when - stamp.when).total_seconds()) > 36 * 3600:
        return stamp
    better = stated.timed and (stated.basis == "stated" or not stamp.timed)
    return stated if better else stamp


def times(tree: Any, where: Setting) -> list[Stamp]:
    """Times in the `datetime` attributes of the page, in document order."""
    nodes = list(islice(tree.iter("time"), _MOST))
    stated = ((node, dates.parse(node.get("datetime") or "", where)) for node in nodes)
    return [_local(node, stamp, where) for node, stamp in stated if stamp]


def _local(node: Any, stamp: Stamp, where: Setting) -> Stamp:
    """The same point in time with the shift of the clock that the element shows.

    Args:
        node: the element, whose attribute gave the time.
        stamp: that time.
        where: language, place and time of the page.
    """
    text = " ".join("".join(islice(node.itertext(), 10)).split())
    if not stamp.timed or stamp.when.utcoffset() or not 10 <= len(text) <= _PROSE:
        return stamp
    found = next(dates.find(text, where), None)
    if found is None or not found.stamp.timed or found.stamp.basis == "stated":
        return stamp
    clock = found.stamp.when.replace(tzinfo=None, second=0)
    shift = clock - stamp.when.replace(tzinfo=None, second=0)
    if not shift or shift % _QUARTER or not _WEST <= shift <= _EAST:
        return stamp
    return replace(stamp, when=stamp.when.astimezone(timezone(shift)))


def own_times(tree: Any, where: Setting) -> list[Stamp]:
    """Times of elements that are marked as the publication, and not as that of a comment."""
    found: list[Stamp] = []
    for node in tree.iter("time"):
        names = marks(node)
        if node.get("pubdate") is not None or "datepublished" in names or "entry-date" in names:
            if hint("foreign").search(_surroundings(node)[1]):
                continue
            stamp = dates.parse(node.get("datetime") or "", where)
            if stamp and not hint("updated").search(names):
                found.append(stamp)
    return found[:_MOST]
