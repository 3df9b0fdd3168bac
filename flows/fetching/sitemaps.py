"""Sitemaps: lists of addresses, news sitemaps, indexes of sitemaps, and plain text.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime, tzinfo

from lxml import etree

from flows.fetching.listings import (
    Builder,
    NotAFeed,
    Origin,
    absolute,
    local,
    something_else,
    text_of,
    xml_root,
)
from flows.fetching.records import Listing

LARGEST = 50 << 20
"""Bytes of a sitemap after decompression; the protocol allows no more."""

MOST_CHILDREN = 1000
"""Sitemaps of one index that are named, the newest first."""

_WANTED = "a sitemap"
_GZIP = b"\x1f\x8b"
_ADDRESS = re.compile(r"https?://\S+")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def parse_sitemap(
    body: bytes,
    url: str,
    media_type: str,
    charset: str,
    fetched_at: datetime,
    zone: tzinfo | None = None,
    lang: str | None = None,
) -> Listing:
    """The addresses of a sitemap, or the sitemaps of an index.

    Args:
        body: as retrieved; one that is gzip is decompressed here.
        url: address of the sitemap, after redirects.
        media_type, charset: of the Content-Type, "" where not stated; the bytes count for more.
        fetched_at: zone-aware time of the retrieval.
        zone: of times without one; None goes by language and address.
        lang: language tag of the source.

    Raises:
        NotAFeed: it is something else, or too large; the message names it and the remedy.
    """
    text = text_of(_unpacked(body), charset, _WANTED).lstrip("\ufeff")
    builder = Builder(Origin(url, fetched_at, zone, lang))
    root, wrong = xml_root(text, ("urlset", "sitemapindex"))
    if root is None:
        return _plain_text(text, builder)
    if wrong:
        builder.warnings.append(f"its XML is broken, and was read all the same: {wrong}")
    if local(root) == "sitemapindex":
        return _index(root, builder)
    for element in root.iter():
        if local(element) == "url":
            _add(element, builder)
    return builder.listing("sitemap")


def _unpacked(body: bytes) -> bytes:
    """The body, decompressed where it is gzip; what is cut off is read as far as it goes."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        whole = unpacker.decompress(body, LARGEST + 1)
    except zlib.error as problem:
        raise NotAFeed(f"not {_WANTED} but broken gzip ({problem}); try again later") from None
    if len(whole) > LARGEST:
        raise NotAFeed(
            f"not {_WANTED} that may be read: it unpacks to more than {LARGEST >> 20} MiB; "
            "name one of its parts instead"
        )
    return whole


def _add(element: etree._Element, builder: Builder) -> None:
    """An entry of a urlset; only what Google's news extension says is about an article."""
    stated = {"loc": "", "title": "", "publication_date": "", "language": ""}
    for child in element:
        name = local(child)
        if name == "loc":
            stated["loc"] = stated["loc"] or _text(child)
        elif name == "news":
            for part in child.iter():
                if (name := local(part)) in stated and name != "loc":
                    stated[name] = stated[name] or _text(part)
    builder.add(stated["loc"], stated["title"], stated["publication_date"], stated["language"])


def _index(root: etree._Element, builder: Builder) -> Listing:
    """The sitemaps of an index, newest first; those without a time in their order, at the end."""
    found: dict[str, datetime] = {}
    for element in root.iter():
        if local(element) != "sitemap":
            continue
        stated = {local(child): _text(child) for child in element}
        address, problem = absolute(stated.get("loc", ""), builder.origin.url)
        if problem or address in found or address == builder.origin.url:
            builder.warnings.append(f"a sitemap {problem or 'named more than once'}")
            continue
        found[address] = builder.time(stated.get("lastmod", "")) or _LONG_AGO
    children = sorted(found, key=lambda address: found[address], reverse=True)
    if len(children) > MOST_CHILDREN:
        builder.warnings.append(
            f"{len(children)} sitemaps, of which the newest {MOST_CHILDREN} are named"
        )
    builder.warnings = list(dict.fromkeys(builder.warnings))
    return builder.listing("sitemap index", children=tuple(children[:MOST_CHILDREN]))


def _plain_text(text: str, builder: Builder) -> Listing:
    """A text with one address a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not _ADDRESS.fullmatch(lines[0]):
        raise something_else(text, _WANTED)
    for line in lines:
        builder.add(line)
    return builder.listing("sitemap")


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()
