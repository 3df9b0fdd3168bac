"""Retrieving articles: those that wait, and those that it is time to look at again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from flows import polling
from flows.fetching.records import Request, Retrieval
from flows.live.captured import capture_of, recheck_of, request_of
from flows.live.session import Session, terms_of
from warehouse import Capture

SHARE = 50
"""Pages of one source in a round: at five seconds each, its poll is never late by much more."""

MOST = 2000
"""Pages of a round."""

MOST_UNREAD = 5000
"""Captures that may wait to be read; above it pages wait, sources are polled all the same."""

CHUNK = 100
"""Captures that land together, at most."""

PATIENCE_SECONDS = 10.0
"""After which captures land although there are fewer."""

Land = Callable[[Sequence[Capture]], object]
"""Takes captures that the archive holds."""


def named(session: Session) -> list[Request]:
    """Requests for addresses that wait, as many as reading can follow."""
    room = polling.allowance(session.warehouse.pending_count(), MOST_UNREAD)
    if not room:
        return []
    waiting = session.warehouse.waiting(min(room, MOST), SHARE)
    return [request_of(one) for one in waiting if one.source in session.sources]


def rechecks(session: Session) -> list[Request]:
    """Requests for articles that it is time to look at again, as many as reading can follow."""
    room = polling.allowance(session.warehouse.pending_count(), MOST_UNREAD)
    if not room:
        return []
    resting = polling.unchecked(terms_of(one) for one in session.sources.values())
    rows = session.warehouse.rechecks(
        session.now(), polling.LADDER, without=resting, limit=min(room, MOST)
    )
    return [
        recheck_of(row, conditional=polling.is_conditional(row))
        for row in rows
        if row.source in session.sources
    ]


def retrieve(
    session: Session, requests: Sequence[Request], land: Land, seconds: float | None = None
) -> int:
    """Retrieve pages into the archive, each host at its pace, and land them as they come.

    Args:
        session: open.
        requests: what to retrieve.
        land: called with some captures at a time, once the archive has them on disk.
        seconds: after which those that have not come are given up, None for never.

    Returns:
        How many were retrieved.
    """
    if not requests:
        return 0
    ready: list[Capture] = []
    came = 0
    landed = time.monotonic()

    def hand_over() -> None:
        nonlocal landed
        session.archive.sync()
        land(tuple(ready))
        ready.clear()
        landed = time.monotonic()

    async def every() -> None:
        tasks = [asyncio.ensure_future(session.fetch(request)) for request in requests]
        bound = asyncio.timeout(seconds)
        try:
            async with bound:
                for done in asyncio.as_completed(tasks):
                    keep(await done)
        except TimeoutError:
            if not bound.expired():
                raise
        finally:
            for task in tasks:
                task.cancel()

    def keep(retrieval: Retrieval) -> None:
        nonlocal came
        came += 1
        place = session.archive.write(retrieval, is_listing=False)
        ready.append(capture_of(retrieval, place, is_listing=False))
        if len(ready) >= CHUNK or time.monotonic() - landed >= PATIENCE_SECONDS:
            hand_over()

    try:
        session.run(every())
    finally:
        if ready:
            hand_over()
    return came
