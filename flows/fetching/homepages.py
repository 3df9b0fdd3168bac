"""Home pages: the feeds that they announce, and the links that look like articles."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from lxml import etree
from lxml import html as lxml_html

from extractors.urls import canonical, site
from flows.fetching.listings import Builder, Origin, absolute, plain, something_else, text_of
from flows.fetching.records import Listing

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/rdf+xml",
          "application/feed+json", "application/json")  # fmt: skip
_FEWEST_WORDS = 4  # of a slug
_ID = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_MIXED_ID = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,40}", re.IGNORECASE)
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?:/[01]?\d/[0-3]?\d(?!\d)|-[01]\d-[0-3]\d|[01]\d[0-3]\d)")
_WORDS = re.compile(r"[-_]+")


def announced(text: str, url: str) -> tuple[str, ...]:
    """Addresses of the feeds that a page names in `<link rel="alternate">`, each once.

    Args:
        text: markup of the page.
        url: its address.
    """
    root, base = _page(text, url)
    found: dict[str, None] = {}
    for link in root.iter("link") if root is not None else ():
        relation = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in relation and kind in _FEEDS:
            address, problem = absolute(link.get("href") or "", base)
            if not problem:
                found[address] = None
    return tuple(found)


def parse_homepage(
    body: bytes,
    url: str,
    media_type: str,
    charset: str,
    fetched_at: datetime,
    zone: tzinfo | None = None,
    lang: str | None = None,
) -> Listing:
    """The links of a page that look like articles of the same site.

    Args:
        body: as retrieved, decompressed.
        url: address of the page, after redirects.
        media_type, charset: of the Content-Type, "" where not stated; the bytes count for more.
        fetched_at: zone-aware time of the retrieval.
        zone: not needed, since a link states no time.
        lang: language tag of the source.

    Returns:
        Entries in the order of the page, each titled with the longest text that links to it.

    Raises:
        NotAFeed: it is no web page; the message names it and the remedy.
    """
    text = text_of(body, charset, "a web page")
    root, base = _page(text, url)
    if root is None or root.find(".//a") is None:
        raise something_else(text, "a web page with links")
    titles: dict[str, tuple[str, str]] = {}
    for link in root.iter("a"):
        address, problem = absolute(link.get("href") or "", base)
        if problem or not is_article(address, url):
            continue
        key = canonical(address)
        title = plain("".join(link.itertext()))
        first, longest = titles.get(key, (address, ""))
        titles[key] = (first, title if len(title) > len(longest) else longest)
    builder = Builder(Origin(url, fetched_at, zone, lang))
    for address, title in titles.values():
        builder.add(address, title)
    name = root.findtext(".//title") or ""
    return builder.listing("page", name, root.get("lang") or "")


def is_article(url: str, page: str) -> bool:
    """Whether an address looks like that of an article of a page's site.

    Its path has a day, a number of five digits or more, another id, or a slug of four words or
    more; none of its parts stands for a section, and its ending is that of a page.

    Args:
        url: absolute address of the link.
        page: address of the page that it is on.
    """
    ours, theirs = site(page), site(url)
    if not (theirs == ours or theirs.endswith(f".{ours}") or ours.endswith(f".{theirs}")):
        return False
    if canonical(url) == canonical(page):
        return False
    parts = urlsplit(url)
    path = unquote(parts.path).lower()
    segments = [segment for segment in path.split("/") if segment]
    last, _, ending = (segments[-1] if segments else "").rpartition(".")
    if (last and ending in _words("endings")) or not _words("sections").isdisjoint(segments):
        return False
    if _DAY.search(path) or any(_ID.search(segment) for segment in segments):
        return True
    if any(_ID.fullmatch(value) for _, value in parse_qsl(parts.query)):
        return True
    slug = last or ending
    words = [word for word in _WORDS.split(slug) if word]
    return len(words) >= _FEWEST_WORDS or any(_MIXED_ID.fullmatch(word) for word in words)


@cache
def table() -> Any:
    """What homepages.yaml says."""
    return yaml.safe_load(Path(__file__).with_name("homepages.yaml").read_text("utf-8"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(table()[name]["words"])


def _page(text: str, url: str) -> tuple[etree._Element | None, str]:
    """The root of a page, and the address to which its links are relative."""
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None, url
    if root is None:
        return None, url
    base = root.find(".//base[@href]")
    stated, problem = absolute(base.get("href") or "", url) if base is not None else ("", "none")
    return root, url if problem else stated
