"""Feeds: RSS 0.9x to 2.0, RDF and Atom by feedparser, JSON Feed by our own code.

RSS: https://www.rssboard.org/rss-specification; Atom: RFC 4287; the syndication module:
http://web.resource.org/rss/1.0/modules/syndication/; JSON Feed: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from html import unescape
from typing import Any

import feedparser
from lxml import etree

from flows.fetching.homepages import announced
from flows.fetching.listings import (
    Builder,
    NotAFeed,
    Origin,
    local,
    plain,
    something_else,
    text_of,
    xml_root,
)
from flows.fetching.records import Listing

LONGEST_FLOOR = 86_400.0
"""Seconds; a feed that asks for less than one poll a day is polled once a day all the same."""

_WANTED = "a feed"
_ROOTS = ("rss", "rdf", "feed", "channel")
_PARTS = frozenset((*_ROOTS, "item", "entry"))
_LEAVES = frozenset((
    "title", "link", "guid", "id", "pubdate", "published", "issued", "created", "updated",
    "modified", "date", "language", "origlink", "ttl", "updateperiod", "updatefrequency",
))  # fmt: skip
_MOST_LEAVES = 50  # of one entry or channel
_HTML = re.compile(r"\s*(?:<!--[^>]{0,2000}-->\s*){0,5}<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_GUID = re.compile(r"<guid\b[^>]{0,200}>\s{0,9}(?:<!\[CDATA\[)?\s{0,9}([^<\]\s]{1,2048})")
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000,
            "yearly": 31_536_000}  # fmt: skip
_ATTRIBUTES = frozenset(("version", "base", "lang", "rel", "href", "type", "ispermalink"))
_PREFIXES = {
    "dc": "{http://purl.org/dc/elements/1.1/}",
    "sy": "{http://purl.org/rss/1.0/modules/syndication/}",
    "feedburner": "{http://rssnamespace.org/feedburner/ext/1.0}",
    "rdf": "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}",
    "atom": "{http://www.w3.org/2005/Atom}",
}
"""Namespaces of prefixes that feeds use without declaring them."""

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ORIGINS = ("feedburner_origlink", "pheedo_origlink", "origlink")


def parse_feed(
    body: bytes,
    url: str,
    media_type: str,
    charset: str,
    fetched_at: datetime,
    zone: tzinfo | None = None,
    lang: str | None = None,
) -> Listing:
    """The entries of a feed.

    Args:
        body: as retrieved, decompressed.
        url: address of the feed, after redirects.
        media_type, charset: of the Content-Type, "" where not stated; the bytes count for more.
        fetched_at: zone-aware time of the retrieval.
        zone: of times without one; None goes by language and address.
        lang: language tag of the source.

    Raises:
        NotAFeed: it is something else; the message names it and the remedy.
    """
    text = text_of(body, charset, _WANTED)
    origin = Origin(url, fetched_at, zone, lang)
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return _json(text, origin)
    if _HTML.match(text.lstrip("\ufeff")):
        feeds = announced(text, url)
        more = f"the page announces {feeds[0]}, use this address" if feeds else ""
        raise something_else(text, _WANTED, more)
    root, wrong = xml_root(text, _ROOTS)
    if root is None:
        raise something_else(text, _WANTED)
    return _xml(text, root, wrong, origin)


def _xml(text: str, root: etree._Element, wrong: str, origin: Origin) -> Listing:
    """RSS, RDF or Atom."""
    found = _parsed(_lean(root), origin)
    channel: Mapping[str, Any] = found["feed"]
    version: str = found.get("version") or ""
    if not version and not found["entries"]:
        raise something_else(text, _WANTED)
    builder = Builder(origin)
    if wrong:
        builder.warnings.append(f"its XML is broken, and was read all the same: {wrong}")
    guids: frozenset[str] | None = None
    for entry in found["entries"]:
        stated = {key: _word(entry, key) for key in ("link", "id", "title", "language", *_ORIGINS)}
        link = next((stated[key] for key in _ORIGINS if stated[key]), stated["link"])
        if link and link == stated["id"] and entry.get("guidislink"):
            if guids is None:
                guids = frozenset(unescape(guid) for guid in _GUID.findall(text))
            # Without the attribute a bare id counts as a relative address, which it is not.
            link = link if link in guids else ""
        published = next(filter(None, (_word(entry, key) for key in (
            "published", "issued", "created", "updated"))), "")  # fmt: skip
        detail = entry.get("title_detail") or {}
        language = stated["language"] or detail.get("language") or ""
        builder.add(link, stated["title"], published, language, stated["id"])
    kind = "atom" if version.startswith("atom") else "rss"
    if version in ("rss090", "rss10"):
        kind = "rdf"
    language = _word(channel, "language") or root.get(_XML_LANG, "")
    return builder.listing(kind, _word(channel, "title"), language, floor_seconds=_floor(channel))


def _parsed(lean: bytes, origin: Origin) -> Mapping[str, Any]:
    """What feedparser makes of a feed; never from a name, which it would open."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": origin.url}
    try:
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(lean),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as problem:  # whatever a parser trips over is a document that it cannot read
        raise NotAFeed(
            f"a feed that cannot be read ({type(problem).__name__}: {problem}); "
            "tell its publisher, or use another of its feeds"
        ) from problem
    return found


def _lean(root: etree._Element) -> bytes:
    """The feed without its contents: what we do not use, and what makes parsing slow."""
    lean = _copied(root)
    stack = [(root, lean)]
    while stack:
        element, copy = stack.pop()
        leaves = 0
        for child in element:
            name = local(child)
            if name in _PARTS:
                stack.append((child, _copied(child, copy)))
            elif name in _LEAVES and leaves < _MOST_LEAVES:
                leaves += 1
                leaf = _copied(child, copy)
                leaf.text = "".join(child.itertext())
                if name != "link" and leaf.get("type", "").endswith("xhtml"):
                    del leaf.attrib["type"]  # its markup is gone
    written: bytes = etree.tostring(lean, encoding="utf-8")
    return written


def _copied(element: etree._Element, parent: etree._Element | None = None) -> etree._Element:
    """An element without its content, with the attributes that say something of its address."""
    prefix, colon, name = element.tag.rpartition(":")
    tag = element.tag
    if colon and not tag.startswith("{"):  # a prefix that is nowhere declared
        tag = _PREFIXES.get(prefix.lower(), "") + name
    kept = {
        key: value
        for key, value in element.attrib.items()
        if key.rpartition("}")[2].lower() in _ATTRIBUTES
    }
    if parent is None:
        return etree.Element(tag, kept, element.nsmap)
    return etree.SubElement(parent, tag, kept)


def _word(table: Mapping[str, Any], key: str) -> str:
    """A text of feedparser's, "" where there is none; its own lookup guesses at other keys."""
    value = table[key] if key in table.keys() else ""  # noqa: SIM118
    return value.strip() if isinstance(value, str) else ""


def _floor(channel: Mapping[str, Any]) -> float | None:
    """Seconds between polls that the publisher asks for, at most `LONGEST_FLOOR`."""
    asked: list[float] = []
    ttl = re.fullmatch(r"\d{1,9}", _word(channel, "ttl"))
    if ttl:
        asked.append(int(ttl[0]) * 60.0)
    period = _PERIODS.get(_word(channel, "sy_updateperiod").lower())
    if period:
        often = re.fullmatch(r"\d{1,9}", _word(channel, "sy_updatefrequency"))
        asked.append(period / max(1, int(often[0]) if often else 1))
    longest = max(asked, default=0.0)
    return min(longest, LONGEST_FLOOR) or None


def _json(text: str, origin: Origin) -> Listing:
    """JSON Feed 1.0 or 1.1."""
    remedy = "check the address in a browser"
    try:
        table = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as problem:
        raise NotAFeed(f"not a feed but broken JSON ({problem}); {remedy}") from None
    if not isinstance(table, dict) or not isinstance(table.get("items"), list):
        raise NotAFeed(f"not a feed but other JSON: it has no list of items; {remedy}")
    builder = Builder(origin)
    if "jsonfeed.org/version/" not in str(table.get("version", "")):
        builder.warnings.append("it states no version of JSON Feed, and was read as one")
    for item in _items(table["items"], builder):
        guid = _said(item, "id")
        link = _said(item, "url") or _said(item, "external_url")
        if not link and re.match(r"https?://", guid):
            link = guid
        builder.add(
            link,
            _said(item, "title"),
            _said(item, "date_published") or _said(item, "date_modified"),
            _said(item, "language"),
            guid,
        )
    return builder.listing("json feed", _said(table, "title"), _said(table, "language"))


def _items(items: list[object], builder: Builder) -> Iterator[Mapping[str, object]]:
    """Items that are objects; others stand without an address."""
    for item in items:
        if isinstance(item, dict):
            yield item
        else:
            builder.add("")


def _said(table: Mapping[str, object], key: str) -> str:
    """A text, or a number as one; "" for all else."""
    value = table.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain(str(value)) if abs(value) < 1e15 else ""
    return value if isinstance(value, str) else ""
