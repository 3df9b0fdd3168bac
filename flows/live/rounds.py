"""One round of the monitor: catch up, poll what is due, retrieve, look again, read."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flows import polling, steps
from flows.live import local, pages, polls, recovery, unread
from flows.live.session import Session, terms_of
from flows.sources import LOCAL
from warehouse import Capture, Poll, Run

_PAUSE_SECONDS = 60.0

Say = Callable[[str], None]
"""Takes a sentence about what is going on."""


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """What a round is asked to do.

    Attributes:
        sources: the `sources.toml`.
        ledger: the DuckDB file.
        workers: reading processes.
        recheck: whether articles are looked at again.
        read: whether what has landed is read at once; else another flow does.
    """

    sources: Path
    ledger: Path
    workers: int = 1
    recheck: bool = True
    read: bool = True


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What a round did.

    Attributes:
        run_id: of the row in ops.runs.
        polled: the new state of each source that was due.
        recovered: captures that an earlier, stopped run had left in the archive only.
        retrieved: pages by how their retrieval ended.
        rechecked: how many of them had been captured before.
        read: documents by how their reading ended.
        differs: rows of mart.disagreements in which what was read has a part.
        waiting: addresses that still wait to be retrieved.
        unread: captures that still wait to be read.
        next_at: when the next source is due, None where there is none.
        notes: what was odd, in words.
    """

    run_id: str
    polled: tuple[Poll, ...]
    recovered: int
    retrieved: Mapping[str, int]
    rechecked: int
    read: Mapping[str, int]
    differs: tuple[Mapping[str, Any], ...]
    waiting: int
    unread: int
    next_at: datetime | None
    notes: tuple[str, ...] = field(default=())


def round_of(session: Session, order: LiveOrder, say: Say = lambda words: None) -> RoundReport:
    """Do everything that is due.

    Killed anywhere and called again, it goes on where it was: what has been archived lands,
    what has landed is read, what was named is retrieved.

    Args:
        session: open.
        order: what to do.
        say: told what is going on.

    Raises:
        WarehouseError: the ledger cannot be written or read.
        OSError: the archive cannot be written.
    """
    run = steps.new_run("monitor", order.sources.name)
    notes: list[str] = []
    recovered = recovery.catch_up(session, run, notes.append)
    polled = poll_due(session, run, say)
    retrieved: Counter[str] = Counter()

    def land(captures: Sequence[Capture]) -> None:
        session.warehouse.land(captures, [], [], run)
        retrieved.update(capture.ending for capture in captures)

    wanted = pages.named(session)
    if wanted:
        say(f"Retrieving {len(wanted)} pages")
        pages.retrieve(session, wanted, land)
    again = pages.rechecks(session) if order.recheck else []
    if again:
        say(f"Looking at {len(again)} articles again")
        pages.retrieve(session, again, land)
    read: Mapping[str, int] = {}
    if order.read:
        count = session.warehouse.pending_count()
        if count:
            say(f"Reading {count} captures")
        read = unread.read_pending(order.ledger, session.folder, run, order.workers)
    session.warehouse.publish()
    states = session.warehouse.poll_states()
    return RoundReport(
        run_id=run.run_id,
        polled=tuple(polled),
        recovered=recovered,
        retrieved=dict(sorted(retrieved.items())),
        rechecked=len(again),
        read=read,
        differs=tuple(session.warehouse.disagreements(run_id=run.run_id)) if read else (),
        waiting=session.warehouse.waiting_count(),
        unread=session.warehouse.pending_count(),
        next_at=min(
            (states[name].next_at for name in session.sources if name in states), default=None
        ),
        notes=tuple(notes),
    )


def keep_on(
    session: Session,
    order: LiveOrder,
    show: Callable[[RoundReport], None],
    say: Say = lambda words: None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Round after round, until interrupted; between them no longer than a minute.

    Args:
        session: open.
        order: what to do.
        show: given the report of each round in which something was due.
        say: told what is going on.
        sleep: waits for so many seconds.
    """
    while True:
        report = round_of(session, order, say)
        if report.polled or report.retrieved or report.read or report.recovered:
            show(report)
        if report.waiting and report.retrieved:
            continue  # more is waiting than one round takes
        left = _PAUSE_SECONDS
        if report.next_at is not None:
            left = min(left, max(1.0, (report.next_at - session.now()).total_seconds()))
        sleep(left)


def poll_due(session: Session, run: Run, say: Say = lambda words: None) -> list[Poll]:
    """Poll the sources that are due and land what came.

    Args:
        session: open.
        run: that polls.
        say: told what is going on.

    Returns:
        Their new states, by name.
    """
    warehouse = session.warehouse
    states = warehouse.poll_states()
    terms = [terms_of(source) for source in session.sources.values()]
    due = [session.sources[name] for name in polling.due(terms, states, session.now())]
    if not due:
        return []
    say(f"Polling {len(due)} sources")
    asked = polls.ask(session, [one for one in due if one.kind not in LOCAL], states)
    asked += [local.read_in(session, one, states.get(one.name)) for one in due if one.kind in LOCAL]
    new = {
        one.source.name: warehouse.unnamed(
            one.source.name, {found.article_url for found in one.discoveries}
        )
        for one in asked
    }
    fresh = polls.settle(asked, states, warehouse.intake(session.now()), new)
    warehouse.land(
        [capture for one in asked for capture in one.captures],
        fresh,
        [],
        run,
        [found for one in asked for found in one.discoveries],
    )
    return sorted(fresh, key=lambda poll: poll.source)
