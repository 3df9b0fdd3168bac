"""Asking sources what is new: retrieve, archive, parse their documents; set the next poll."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows import polling
from flows.fetching.archive import Place
from flows.fetching.feeds import parse_feed
from flows.fetching.homepages import parse_homepage
from flows.fetching.listings import NotAFeed
from flows.fetching.records import Entry, Listing, Request, Retrieval
from flows.fetching.sitemaps import parse_sitemap
from flows.live.captured import capture_of, discoveries_of
from flows.live.session import Session, terms_of
from flows.sources import Source
from warehouse import Capture, Discovery, Intake, Poll

_PARSERS: dict[str, Callable[..., Listing]] = {
    "feed": parse_feed,
    "sitemap": parse_sitemap,
    "homepage": parse_homepage,
}

MOST_CHILDREN = 10
"""Sitemaps of an index that are read at one poll: the newest; older ones do not change."""


@dataclass(slots=True)
class Asked:
    """What one poll of a source gave.

    Attributes:
        source: which.
        answer: as polling takes it; `entries_new` is not known yet.
        captures: its own documents.
        discoveries: what they name.
    """

    source: Source
    answer: polling.Answer
    captures: list[Capture] = field(default_factory=list)
    discoveries: list[Discovery] = field(default_factory=list)


def ask(session: Session, due: Sequence[Source], states: Mapping[str, Poll]) -> list[Asked]:
    """Poll sources, all at once; the archive holds what came when this returns.

    Args:
        session: open.
        due: sources that are not local.
        states: the newest poll of each source.
    """

    async def every() -> list[Asked]:
        return await asyncio.gather(*(_ask(session, one, states.get(one.name)) for one in due))

    asked = session.run(every())
    session.archive.sync()
    return asked


def settle(
    asked: Sequence[Asked],
    states: Mapping[str, Poll],
    intake: Mapping[str, Intake],
    new: Mapping[str, set[str]],
) -> list[Poll]:
    """The state of each source after its poll.

    Args:
        asked: what the polls gave.
        states: the newest poll of each source before.
        intake: what each source has brought.
        new: by source, which canonical URLs it had not named before.
    """
    return [
        polling.after_poll(
            terms_of(one.source),
            states.get(one.source.name),
            replace(
                one.answer,
                entries_new=one.answer.entries_new
                + len({found.article_url for found in one.discoveries} & new[one.source.name]),
            ),
            intake.get(one.source.name),
        )
        for one in asked
    ]


def parse(source: Source, retrieval: Retrieval) -> Listing:
    """What a source's own document names.

    Args:
        source: whose.
        retrieval: of it, with its body.

    Raises:
        NotAFeed: it is something else; the message has the remedy.
    """
    return _PARSERS[source.kind](
        retrieval.body,
        retrieval.url,
        retrieval.media_type,
        retrieval.charset,
        retrieval.fetched_at,
        source.timezone,
        source.lang,
    )


async def _ask(session: Session, source: Source, state: Poll | None) -> Asked:
    if source.kind == "pages":
        return _page_list(source, session.now())
    etag, last_modified = polling.condition(state)
    request = Request(
        url=source.url,
        source=source.name,
        via=source.via,
        etag=etag,
        last_modified=last_modified,
        body_digest=state.body_digest if state else None,
    )
    retrieval = await session.fetch(request)
    place = session.archive.write(retrieval, is_listing=True)
    asked, listing = await asyncio.to_thread(read_own, source, retrieval, place)
    for child in listing.children[:MOST_CHILDREN] if listing else ():
        below = await session.fetch(replace(request, url=child, found_in=source.url, etag=None,
                                            last_modified=None, body_digest=None))  # fmt: skip
        place = session.archive.write(below, is_listing=True)
        _add(asked, (await asyncio.to_thread(read_own, source, below, place))[0])
    return asked


def read_own(source: Source, retrieval: Retrieval, place: Place) -> tuple[Asked, Listing | None]:
    """What a retrieval of a source's own document comes to, and what it names.

    Args:
        source: whose.
        retrieval: of it.
        place: where it stands in the archive.
    """
    listing: Listing | None = None
    ending, message = str(retrieval.ending), retrieval.message
    if ending == "fetched":
        try:
            listing = parse(source, retrieval)
            ending, message = "polled", "; ".join(listing.warnings)
        except NotAFeed as problem:
            ending, message = "not_a_feed", str(problem)
    capture = capture_of(retrieval, place, is_listing=True, ending=ending, message=message)
    # An index is asked without condition: what it names may change while it does not.
    whole = listing is not None and not listing.children
    seconds = retrieval.retry_after
    answer = polling.Answer(
        polled_at=retrieval.fetched_at,
        ending=ending,
        message=message,
        seconds=retrieval.seconds,
        entries=len(listing.entries) if listing else 0,
        floor=timedelta(seconds=listing.floor_seconds)
        if listing and listing.floor_seconds
        else None,
        retry_after=timedelta(seconds=seconds) if seconds is not None else None,
        etag=retrieval.etag if whole else None,
        last_modified=retrieval.last_modified if whole else None,
        body_digest=retrieval.body_digest if whole else None,
        capture_id=capture.capture_id,
    )
    found = (
        discoveries_of(source, listing, retrieval.request.url, retrieval.fetched_at)
        if listing
        else []
    )
    return Asked(source, answer, [capture], found), listing


def _add(asked: Asked, child: Asked) -> None:
    """Join to the poll of an index what one of its sitemaps gave."""
    asked.captures += child.captures
    asked.discoveries += child.discoveries
    asked.answer = replace(asked.answer, entries=asked.answer.entries + child.answer.entries)
    if child.answer.ending != "polled":
        said = f"{child.captures[0].url}: {child.answer.message}"
        asked.answer = replace(
            asked.answer, message="; ".join(filter(None, (asked.answer.message, said)))
        )


def _page_list(source: Source, now: datetime) -> Asked:
    """A list of pages is its own document; nothing is retrieved for it."""
    listing = Listing("page list", entries=tuple(Entry(url) for url in source.urls))
    answer = polling.Answer(now, "polled", entries=len(source.urls))
    return Asked(source, answer, [], discoveries_of(source, listing, None, now))
