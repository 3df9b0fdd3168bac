"""What feeds, sitemaps and home pages have in common: addresses and times become entries."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

from lxml import etree

from extractors.decoding import decode
from extractors.html import dates
from extractors.urls import canonical
from flows.fetching.records import Entry, Listing
from flows.metadata import hint

MOST_ENTRIES = 50_000
"""Entries of one document that are read; the sitemap protocol allows no more."""

LATEST = timedelta(days=1)
"""How much later than the retrieval a time may be: clocks differ, and so do zones."""

_LONGEST_URL = 2048
_LONGEST_TITLE = 1000
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_ELEMENT = re.compile(r"<([A-Za-z_][\w.:-]{0,60})")
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_REMEDIES = {
    "urlset": 'it is a sitemap: write kind = "sitemap"',
    "sitemapindex": 'it is an index of sitemaps: write kind = "sitemap"',
    "rss": 'it is a feed: write kind = "feed"',
    "feed": 'it is a feed: write kind = "feed"',
    "rdf": 'it is a feed: write kind = "feed"',
    "opml": "it is a list of subscriptions: import it instead",
    "html": 'it is a web page: look there for the address, or write kind = "homepage"',
}


class NotAFeed(ValueError):
    """A document that is something else than its source says; the message names it and a remedy."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document is from, which its addresses and times are relative to.

    Attributes:
        url: address of the document, after redirects.
        fetched_at: zone-aware.
        zone: of times that are stated without one; None goes by language and address.
        lang: language tag of the source, None where not known.
    """

    url: str
    fetched_at: datetime
    zone: tzinfo | None = None
    lang: str | None = None


class Builder:
    """Collects the entries of one document: each address once, times checked, faults counted.

    Args:
        origin: where the document is from.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.warnings: list[str] = []
        self._entries: dict[str, Entry] = {}
        self._left: Counter[str] = Counter()
        self._odd: Counter[str] = Counter()
        self._setting = dates.setting(origin.lang or "", origin.url, origin.fetched_at)

    def add(
        self,
        url: str,
        title: str = "",
        published: str = "",
        lang: str = "",
        guid: str = "",
    ) -> None:
        """Take an entry, or count why it is passed over.

        Args:
            url: absolute, or relative to the document.
            title, published, lang, guid: as stated there, "" where not.
        """
        address, problem = absolute(url, self.origin.url)
        key = canonical(address)
        if not problem and key not in self._entries and len(self._entries) >= MOST_ENTRIES:
            problem = f"after the first {MOST_ENTRIES}"
        if problem:
            self._left[problem] += 1
        elif key in self._entries:
            self._odd["named more than once"] += 1
        else:
            self._entries[key] = Entry(
                address, plain(title), self.time(published), language(lang), guid.strip()
            )

    def listing(
        self,
        kind: str,
        title: str = "",
        lang: str = "",
        children: tuple[str, ...] = (),
        floor_seconds: float | None = None,
    ) -> Listing:
        """What was collected."""
        odd = [f"{count} {_entries(count)} {what}" for what, count in self._odd.items()]
        return Listing(
            kind,
            plain(title),
            language(lang),
            tuple(self._entries.values()),
            children,
            floor_seconds,
            (*self.warnings, *odd),
            tuple(f"{count} {_entries(count)} {what}" for what, count in self._left.items()),
        )

    def time(self, stated: str) -> datetime | None:
        """A time as the document states it, None where it is missing or of no use."""
        if not stated.strip():
            return None
        when = read_time(stated, self._setting, self.origin.zone)
        if when is None:
            self._odd["with a time that cannot be read; taken without it"] += 1
        elif when > self.origin.fetched_at + LATEST:
            self._odd["dated later than the retrieval; taken without the time"] += 1
            when = None
        return when


def read_time(text: str, where: dates.Setting, zone: tzinfo | None) -> datetime | None:
    """A time as feeds write them: RFC 822, ISO 8601, or words of any language.

    Args:
        text: as stated.
        where: language, place and time of the retrieval.
        zone: of a time of day without one; None goes by language and place.

    Returns:
        A zone-aware time, which may be after the retrieval; a day alone is its midnight in UTC.
        None where it cannot be read.
    """
    ever = dates.Setting(where.lang, where.territory)
    stamp = dates.parse(text, where) or dates.parse(text, ever)
    if stamp is None:
        return _mail_time(text, zone or where.zone)
    if stamp.timed and stamp.basis == "inferred" and zone is not None:
        return _in_zone(stamp.when, zone)
    return stamp.when


def _mail_time(text: str, zone: tzinfo) -> datetime | None:
    """RFC 822 with its short years and old zones."""
    try:
        found = parsedate_to_datetime(text.strip()[:80])
        if not 1990 <= found.year < 2100:
            return None
        return found if found.tzinfo else _in_zone(found, zone)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _in_zone(when: datetime, zone: tzinfo) -> datetime:
    """The same clock time in a zone, as a moment in UTC."""
    return when.replace(tzinfo=zone).astimezone(UTC)


def absolute(url: str, base: str) -> tuple[str, str]:
    """An address made absolute, and why it is of no use ("" where it is).

    Args:
        url: as stated, perhaps relative.
        base: address of the document.
    """
    url = "".join(url.split()) if len(url) <= _LONGEST_URL * 2 else url
    if not url:
        return "", "without an address"
    if len(url) > _LONGEST_URL:
        return "", f"with an address of more than {_LONGEST_URL} characters"
    try:
        joined = urljoin(base, url)
        parts = urlsplit(joined)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "", "with an address that is none"
    if not good or not joined.isprintable():
        return "", "with an address that is not of the web"
    return (joined, "") if "@" not in parts.netloc else ("", "with a password in the address")


def plain(text: str) -> str:
    """A title in one line, without markup and control characters."""
    text = text[:_LONGEST_TITLE]
    text = unescape(_MARKUP.sub("", text))
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def language(stated: str) -> str | None:
    """A language tag, None for what is none."""
    try:
        return hint("lang", stated.strip().replace("_", "-")) if stated.strip() else None
    except ValueError:
        return None


def text_of(body: bytes, charset: str, wanted: str) -> str:
    """The text of a document, whatever its character set.

    Args:
        body: as retrieved.
        charset: of the Content-Type, "" where not stated.
        wanted: what it should be, for the message: "a feed".

    Raises:
        NotAFeed: it is empty, or no text.
    """
    if not body.strip():
        raise NotAFeed(f"not {wanted} but an empty document; check the address in a browser")
    decoded = decode(body, header=charset or None, markup=True)
    if decoded.problem:
        raise NotAFeed(f"not {wanted}: it {decoded.problem}")
    return _UNSEEN.sub(" ", decoded.text)


def something_else(text: str, wanted: str, more: str = "") -> NotAFeed:
    """The error for a document that is not what it should be.

    Args:
        text: of the document.
        wanted: what it should be: "a feed".
        more: a remedy that is better than those known for its kind.
    """
    found = _ELEMENT.search(text[:50_000])
    name = found[1].rpartition(":")[2].lower() if found else ""
    if "<!doctype html" in text[:2000].lower():
        name = "html"
    what = {"html": "a web page", "": "text without markup"}.get(name, f"<{name}>")
    remedy = more or _REMEDIES.get(name, "check the address in a browser")
    return NotAFeed(f"not {wanted} but {what}; {remedy}")


def xml_root(text: str, names: tuple[str, ...]) -> tuple[etree._Element | None, str]:
    """The root element of an XML document, read as far as it goes.

    Declarations and entities of its own are left out, nothing is loaded from elsewhere, and
    nesting ends at what the parser allows, so that no document costs more than its length.

    Args:
        text: of the document.
        names: local names, in lower case, that the root may have; what stands before is left.

    Returns:
        The root, None where there is none; and what is wrong with the XML, "" for nothing.
    """
    begin = next(
        (m.start() for m in _ELEMENT.finditer(text) if m[1].rpartition(":")[2].lower() in names),
        None,
    )
    if begin is None:
        return None, ""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(_mended(text[begin:]).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as problem:
        return None, str(problem)
    wrong = next(iter(parser.error_log), None)
    return root, f"{wrong.message.strip()} (line {wrong.line})" if wrong else ""


def local(element: etree._Element) -> str:
    """Local name of an element in lower case, "" for comments."""
    return re.split("[}:]", element.tag)[-1].lower() if isinstance(element.tag, str) else ""


def _mended(text: str) -> str:
    """XML in which every reference can be resolved: names of HTML as characters, others bare."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        quoted = text.find("<![CDATA[", at)
        end = text.find("]]>", quoted) if quoted >= 0 else -1
        stop = quoted if end >= 0 else len(text)
        pieces.append(_REFERENCE.sub(_resolved, text[at:stop]))
        if end < 0:
            break
        pieces.append(text[quoted : end + 3])
        at = end + 3
    return "".join(pieces)


def _resolved(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return match[0]
    meant = unescape(match[0])
    if meant == match[0]:
        return f"&amp;{name};"
    kept = (c for c in meant if c.isprintable() or c in "\n\xa0")
    return "".join(f"&#{ord(c)};" if c in "&<>" else c for c in kept)


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"
