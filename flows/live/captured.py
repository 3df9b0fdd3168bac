"""Between what fetching gives and what the ledger keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from extractors.records import Hints
from extractors.urls import canonical
from flows.fetching.archive import Place
from flows.fetching.records import Entry, Listing, Request, Retrieval, Via
from flows.sources import Source
from warehouse import Capture, Discovery, Recheck, capture_id


def capture_of(
    retrieval: Retrieval, place: Place, *, is_listing: bool, ending: str = "", message: str = ""
) -> Capture:
    """The row of ops.captures for a retrieval.

    Args:
        retrieval: what came.
        place: where it stands in the archive.
        is_listing: whether it is a source's own document.
        ending, message: in place of the retrieval's, where its document could not be parsed.
    """
    request = retrieval.request
    return Capture(
        capture_id=capture_id(request.source, request.url, retrieval.fetched_at),
        source=request.source,
        via=request.via,
        found_in=request.found_in,
        url=request.url,
        final_url=retrieval.url,
        article_url=canonical(request.url),
        fetched_at=retrieval.fetched_at,
        seconds=retrieval.seconds,
        status=retrieval.status,
        media_type=retrieval.media_type,
        charset=retrieval.charset,
        size=len(retrieval.body),
        body_digest=retrieval.body_digest,
        etag=retrieval.etag,
        last_modified=retrieval.last_modified,
        ending=ending or retrieval.ending,
        message=message or retrieval.message,
        hints=_as_text(request.hints),
        archive=place.file,
        offset=place.offset,
        is_listing=is_listing,
    )


def discoveries_of(
    source: Source, listing: Listing, found_in: str | None, found_at: datetime
) -> list[Discovery]:
    """What a source's own document named, as rows.

    Args:
        source: whose document it is.
        listing: what it names.
        found_in: its address, None for a page list.
        found_at: when it was retrieved.
    """
    return [
        Discovery(
            source=source.name,
            via=source.via,
            found_in=found_in,
            url=entry.url,
            article_url=canonical(entry.url),
            hints=_as_text(_hints(source, entry)),
            found_at=found_at,
            skipped="" if source.takes(entry.url) else "left out by include or exclude",
        )
        for entry in listing.entries
    ]


def request_of(named: Discovery) -> Request:
    """The request for an address that waits."""
    return Request(
        url=named.url,
        source=named.source,
        via=cast(Via, named.via),
        found_in=named.found_in,
        hints=_as_hints(named.hints),
    )


def recheck_of(row: Recheck, *, conditional: bool) -> Request:
    """The request for an article that is looked at again.

    Args:
        row: what is known of it.
        conditional: whether its validators are sent.
    """
    return Request(
        url=row.url,
        source=row.source,
        via="recheck",
        found_in=row.found_in,
        hints=_as_hints(row.hints),
        etag=row.etag if conditional else None,
        last_modified=row.last_modified if conditional else None,
        body_digest=row.body_digest,
    )


def _hints(source: Source, entry: Entry) -> Hints:
    """What a source says of its articles, and a feed of one of them.

    Not the title: feeds shorten it, and the page has it.
    """
    hints = Hints()
    if lang := entry.lang or source.lang:
        hints["lang"] = lang
    if source.outlet:
        hints["outlet"] = source.outlet
    if source.place:
        hints["place"] = source.place
    if entry.published_at:
        hints["published_at"] = entry.published_at
        hints["date_basis"] = "stated"
    return hints


def _as_text(hints: Hints) -> dict[str, Any]:
    """Hints as JSON can say them."""
    plain: dict[str, Any] = dict(hints)
    if "published_at" in hints:
        plain["published_at"] = hints["published_at"].isoformat()
    return plain


def _as_hints(plain: Mapping[str, Any]) -> Hints:
    hints = dict(plain)
    if "published_at" in hints:
        hints["published_at"] = datetime.fromisoformat(hints["published_at"])
    return cast(Hints, hints)
