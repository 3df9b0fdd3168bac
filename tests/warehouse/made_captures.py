"""Captures and polls, made for tests of the warehouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from made_articles import START

from extractors import read
from extractors.records import Article, Document, Hints
from extractors.urls import canonical
from warehouse import Capture, Poll, capture_id

URL = "https://news.example/story-1"


def minutes(count: float) -> datetime:
    """A time after START."""
    return START + timedelta(minutes=count)


def capture(url: str = URL, at: datetime = START, source: str = "feed", **fields: Any) -> Capture:
    """A capture of an article that waits to be read."""
    made = Capture(
        capture_id=capture_id(source, url, at),
        source=source,
        via="feed",
        found_in="https://news.example/feed.xml",
        url=url,
        final_url=url,
        article_url=canonical(url),
        fetched_at=at,
        seconds=0.2,
        status=200,
        media_type="text/html",
        charset="utf-8",
        size=1000,
        body_digest="00" * 32,
        etag='"1"',
        last_modified=None,
        ending="fetched",
        hints={"title": "A story", "lang": "en"},
        archive="a.warc.gz",
        offset=17,
    )
    return replace(made, **fields)


def poll(at: datetime = START, source: str = "feed", **fields: Any) -> Poll:
    """A poll of a source that went well."""
    made = Poll(
        source=source,
        polled_at=at,
        capture_id=None,
        ending="polled",
        message="",
        seconds=0.1,
        entries=10,
        entries_new=1,
        interval_seconds=3600.0,
        next_at=at + timedelta(hours=1),
    )
    return replace(made, **fields)


def page(
    body: str,
    *,
    title: str = "Harbour to be rebuilt",
    around: str = "",
    lang: str = "en",
    outlet: str = "The Example",
) -> bytes:
    """A web page: headline, paragraphs (one a line), and what stands around them."""
    paragraphs = "".join(f"<p>{line}</p>" for line in body.splitlines() if line)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}">'
        f'<meta property="og:site_name" content="{outlet}">'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2024-04-10T09:00:00Z"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article>{around}</body></html>"
    ).encode()


def captured(
    body: bytes,
    at: datetime,
    url: str = URL,
    source: str = "feed",
    hints: Hints | None = None,
) -> Article:
    """What is read of a page that was captured."""
    return read(
        Document(
            url=url,
            body=body,
            media_type="text/html",
            fetched_at=at,
            hints=hints or Hints(),
            name=url,
            source=source,
        )
    )
