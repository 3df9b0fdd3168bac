"""Structured data of a page: JSON-LD, microdata and meta tags as plain mappings.

Vocabulary: https://schema.org (JSON-LD and microdata), https://ogp.me and the meta names in use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice
from typing import Any

from lxml import etree

from extractors.html.tree import SPACE

Item = Mapping[str, Any]

_ARTICLE = re.compile(r"(?:Article|Posting|BlogPost|Report|Review|QAPage|Question)$")
_OTHERS = frozenset((
    "itemListElement", "relatedLink", "hasPart", "isPartOf", "comment", "mentions", "citation",
    "video", "liveBlogUpdate", "suggestedAnswer", "acceptedAnswer", "workExample", "blogPost",
    "review", "isBasedOn", "potentialAction", "breadcrumb",
))  # fmt: skip
"""Properties whose objects are about other pages or about parts of this one."""

_MOST = 500  # objects of one page that are looked at
_LONGEST = 1000  # characters of a microdata value
_LONGEST_META = 5000  # characters of a meta tag
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(32)), None)
_INVISIBLE.update({9: " ", 10: " ", 13: " "})


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page's structured data hold.

    Attributes:
        articles: objects for an article or post that the page itself is, in document order.
        types: names of all schema.org types that the page gives itself, parts excluded.
        items: all its own objects, in document order.
        metas: content of meta tags by lower-case name, property or itemprop; the first of each.
    """

    articles: tuple[Item, ...]
    types: frozenset[str]
    items: tuple[Item, ...]
    metas: Mapping[str, str]


def plain(value: Any) -> str:
    """A text without invisible characters, white space collapsed, entities resolved.

    Args:
        value: a string, an object with a name, or a list of which the first counts.
    """
    for _ in range(5):
        if isinstance(value, Mapping):
            value = value.get("name") or value.get("@value") or ""
        elif isinstance(value, list):
            value = value[0] if value else ""
        else:
            break
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = unescape(unescape(value))
    return SPACE.sub(" ", value.translate(_INVISIBLE)).strip()


def types_of(item: Item) -> list[str]:
    """Type names of an object, without the address of the vocabulary."""
    kind = item.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [re.split(r"[/:#]", k)[-1] for k in kinds if isinstance(k, str)]


_TOKEN = re.compile(r'\\.|"|,\s*(?=[}\]])', re.DOTALL)
_WRAPPING = re.compile(
    r"^[\s;]*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|"
    r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)[\s;]*$"
)


def _without_trailing_commas(text: str) -> str:
    """JSON text without commas before a closing bracket, strings untouched."""
    out: list[str] = []
    inside, last = False, 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token == '"':
            inside = not inside
        elif token[0] == "," and not inside:
            out.append(text[last : match.start()])
            last = match.end()
    return "".join(out) + text[last:]


_DECODER = json.JSONDecoder(strict=False)


def _documents(text: str) -> list[Any]:
    """JSON documents that follow each other in a text; what comes after a fault is lost."""
    found: list[Any] = []
    place = 0
    while len(found) < 20:
        while place < len(text) and text[place] in " \t\r\n;,\ufeff":
            place += 1
        if place >= len(text):
            break
        value, place = _DECODER.raw_decode(text, place)
        found.append(value)
    return found


def parse_json(text: str) -> list[Any]:
    """Documents of a JSON-LD script, mended where that is safe.

    Raw line breaks in strings, comment and CDATA wrappings, trailing commas and escaped quotes
    are mended; anything else that is no JSON gives no document.
    """
    for _ in range(3):
        text = _WRAPPING.sub("", text.strip())
    if '"' not in text and "&quot;" in text:
        text = unescape(text)
    for attempt in (text, None):
        try:
            return _documents(attempt if attempt is not None else _without_trailing_commas(text))
        except (ValueError, RecursionError):
            continue
    return []


def _own(value: Any, depth: int = 0) -> Iterator[Item]:
    """Objects inside parsed JSON-LD that are about the page itself, outermost first."""
    if depth > 8:
        return
    if isinstance(value, list):
        for entry in value[:_MOST]:
            yield from _own(entry, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for key, inner in value.items():
            if key not in _OTHERS and isinstance(inner, (Mapping, list)):
                yield from _own(inner, depth + 1)


_VALUE_ATTRIBUTES = ("content", "datetime", "href", "src")
_MARKED = etree.XPath("//*[@itemprop or @itemscope]")
_OWNER = etree.XPath("ancestor::*[@itemscope][1]")
_MOST_MARKED = 2000


def _microdata(tree: Any) -> list[Item]:
    """Items of the page's microdata that have a type, properties of nested items left to them."""
    items: dict[Any, dict[str, Any]] = {}
    for node in _MARKED(tree)[:_MOST_MARKED]:
        names = (node.get("itemprop") or "").split()
        item: dict[str, Any] | None = None
        if node.get("itemscope") is not None:
            item = items.setdefault(node, {"@type": (node.get("itemtype") or "").split()})
            if set(names) & _OTHERS:
                item["@type"] = []
        owner = _OWNER(node)
        if not names or not owner or owner[0] not in items:
            continue
        value: Any = item
        if item is None:
            value = next((v for a in _VALUE_ATTRIBUTES if (v := node.get(a))), None)
            value = value or "".join(islice(node.itertext(), 50))[:_LONGEST]
        for name in names:
            items[owner[0]].setdefault(name, value)
    return [item for item in items.values() if item["@type"]]


def metas_of(tree: Any) -> dict[str, str]:
    """Content of meta tags by lower-case name, property or itemprop; the first of each."""
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        content = plain((node.get("content") or "")[:_LONGEST_META])
        if not content:
            continue
        for attribute in ("property", "name", "itemprop"):
            name = (node.get(attribute) or "").strip().lower()
            if name:
                found.setdefault(name, content)
    return found


def linked(tree: Any) -> Linked:
    """Read the structured data of a parsed page, which is not changed."""
    items: list[Item] = []
    for node in tree.iter("script"):
        if "ld+json" in (node.get("type") or "").lower() and node.text:
            for value in parse_json(node.text):
                items += _own(value)
    items += _microdata(tree)
    articles = [item for item in items if any(map(_ARTICLE.search, types_of(item)))]
    types = frozenset(name for item in items for name in types_of(item))
    return Linked(tuple(articles[:_MOST]), types, tuple(items[:_MOST]), metas_of(tree))


def values(items: Sequence[Item], *keys: str) -> list[str]:
    """Plain texts of some properties over several objects, key by key, blanks left out."""
    return [text for key in keys for item in items if (text := plain(item.get(key)))]
