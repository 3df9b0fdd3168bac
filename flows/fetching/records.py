"""What fetching speaks in: what is asked for, and what one retrieval gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from extractors.records import Hints

Via = Literal["feed", "sitemap", "page list", "homepage", "folder", "archive", "recheck"]
"""How an address was found; a source's own document (its feed, its sitemap) is found via itself."""

Ending = Literal[
    "fetched",  # a whole answer with a body
    "not_modified",  # 304, or the same bytes as before
    "robots",  # robots.txt asks us to stay away; nothing was requested
    "refused",  # an address that we do not go to: private, not http(s), not allowed
    "blocked",  # 401, 402, 403, 451
    "gone",  # 404, 410
    "rate_limited",  # 429
    "too_large",  # over the size limit, before or after decompression
    "unreachable",  # no name, no connection, no TLS, no answer in time
    "failed",  # 5xx, a broken body, redirects without end
]
"""How one retrieval ended: exactly one each."""


@dataclass(frozen=True, slots=True)
class Request:
    """One address to retrieve, and why.

    Attributes:
        url: absolute address, as found.
        source: name of the source in whose service it is retrieved.
        via: how it was found.
        found_in: address of the feed, sitemap or page that named it, None for a source's own.
        hints: what is known of the article from there: title, time, language, outlet, place.
        etag, last_modified: validators of the last whole answer; both None asks without
            condition.
        body_digest: of the last whole answer; the same bytes again are `not_modified`.
    """

    url: str
    source: str
    via: Via
    found_in: str | None = None
    hints: Hints = field(default_factory=Hints)
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request with its answer, as it went over the wire.

    Attributes:
        url: absolute address asked for.
        started_at: zone-aware.
        request_headers, headers: name and value in order; credentials and cookies never.
        status: of the answer; None where there was none.
        reason: the words after the status.
        body: as sent, still compressed where it was; "" where there was none.
        truncated: why the body is not whole, in the words of WARC ("length", "time",
            "disconnect"); "" where it is.
    """

    url: str
    started_at: datetime
    request_headers: tuple[tuple[str, str], ...]
    status: int | None = None
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    truncated: str = ""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What came of one request, redirects included.

    Attributes:
        request: what was asked for.
        ending: how it ended, `message` in words with the remedy ("" where fetched).
        fetched_at: when the last exchange began, zone-aware; of the decision where none was made.
        seconds: from the first byte sent to the last one read.
        url: address of the last answer, after redirects.
        status: of the last answer, None where there was none.
        media_type, charset: of the last answer's Content-Type, "" where not stated.
        body: decoded (decompressed) bytes of the last answer.
        body_digest: SHA-256 of `body` in hex, "" where there is none.
        etag, last_modified: validators of the last answer, for the next request.
        retry_after: seconds that the host asks to stay away, None where it does not.
        exchanges: every request and answer in order, those of robots.txt, redirects and retries
            among them; the last one is the answer where `status` is known. For the archive.
    """

    request: Request
    ending: Ending
    message: str
    fetched_at: datetime
    seconds: float
    url: str
    status: int | None = None
    media_type: str = ""
    charset: str = ""
    body: bytes = b""
    body_digest: str = ""
    etag: str | None = None
    last_modified: str | None = None
    retry_after: float | None = None
    exchanges: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that a feed, sitemap or page names.

    Attributes:
        url: absolute.
        title, lang: as stated there, "" and None where not.
        published_at: zone-aware; None where not stated, not a time, or later than the retrieval.
        guid: the feed's own id of the entry, "" where it has none.
    """

    url: str
    title: str = ""
    published_at: datetime | None = None
    lang: str | None = None
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed, sitemap or page names.

    Attributes:
        kind: "rss", "rdf", "atom", "json feed", "sitemap", "sitemap index", "page".
        title, lang: of the whole, "" and None where not stated.
        entries: in the order of the document, each address once.
        children: of a sitemap index: addresses of further sitemaps, newest first.
        floor_seconds: the interval that the publisher asks for (ttl, sy:updatePeriod), or None.
        warnings: what was wrong with it and how it was read all the same.
        passed_over: entries without a usable address, by reason.
    """

    kind: str
    title: str = ""
    lang: str | None = None
    entries: tuple[Entry, ...] = ()
    children: tuple[str, ...] = ()
    floor_seconds: float | None = None
    warnings: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
