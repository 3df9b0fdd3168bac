"""One round of the monitor: catch up, poll what is due, retrieve, look again, read.

Each part can be done alone, by a flow of its own: `monitor` brings captures, `recheck` looks at
articles again, `process` reads what waits. The first two ask hosts and take turns (`asking`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from flows import gazetteer, polling, steps
from flows.fetching.records import Request
from flows.live import local, pages, polls, recovery, unread
from flows.live.session import Session, terms_of
from flows.sources import LOCAL, Source
from warehouse import Capture, Poll, Run

Result = TypeVar("Result")

_PAUSE_SECONDS = 60.0

_LONGEST_SECONDS = 6 * 3600.0
"""How long a reading waits for another one."""

Say = Callable[[str], None]
"""Takes a sentence about what is going on."""

Writing = Callable[[], AbstractContextManager[object]]
"""Entered around whatever writes to the ledger, beside the ledger's own lock."""


class Do(Protocol):
    """Does one step of a round; each may be done again after a failure."""

    def __call__(self, kind: str, label: str, work: Callable[[], Result]) -> Result:
        """Do it.

        Args:
            kind: what sort of step it is.
            label: what it is about, in a few words.
            work: does it.
        """


def plainly(kind: str, label: str, work: Callable[[], Result]) -> Result:
    """Do a step as it is."""
    return work()


@dataclass(frozen=True, slots=True)
class LiveOrder:
    """What a round is asked to do.

    Attributes:
        sources: the `sources.toml`.
        ledger: the DuckDB file.
        workers: reading processes.
        recheck: whether articles are looked at again.
        read: whether what has landed is read at once; else another flow does.
        poll: whether sources are polled and what they name is retrieved.
        seconds: after which no more pages are asked for in each part of the round; those that
            are left wait for the next one. None sets no bound.
        batch: captures that are read in one transaction.
        entities: names of the user's own; by default `entities.csv` beside the ledger, if any.
    """

    sources: Path
    ledger: Path
    workers: int = 1
    recheck: bool = True
    read: bool = True
    poll: bool = True
    seconds: float | None = None
    batch: int = unread.BATCH
    entities: Path | None = None


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


def round_of(
    session: Session,
    order: LiveOrder,
    say: Say = lambda words: None,
    do: Do = plainly,
    writing: Writing = nullcontext,
    landed: Callable[[], None] = lambda: None,
) -> RoundReport:
    """Do everything that is due.

    Killed anywhere and called again, it goes on where it was: what has been archived lands,
    what has landed is read, what was named is retrieved.

    Args:
        session: open.
        order: what to do.
        say: told what is going on.
        do: does each step, as a task does that is tracked.
        writing: entered around whatever writes to the ledger.
        landed: called whenever pages have landed, while others are on their way.

    Raises:
        InputError: the user's own entities break their form.
        LockTimeout: another process asks hosts, or reads and was not done within hours.
        WarehouseError: the ledger cannot be written or read.
        OSError: the archive cannot be written.
    """
    gazetteer.use(session.ledger, session.entities)
    kind = "monitor" if order.poll else "recheck" if order.recheck else "process"
    run = steps.new_run(kind, order.sources.name)
    work = _Round(session, order, run, say, do, writing, landed)
    if order.poll or order.recheck:
        with session.asking():
            work.catch_up()
            if order.poll:
                work.poll()
                work.retrieve()
            if order.recheck:
                work.recheck()
    if order.read:
        # Whoever comes second waits, and then looks: what landed meanwhile is read by one of them.
        with session.warehouse.alone("read", _LONGEST_SECONDS):
            work.read()
    return work.report()


class _Round:
    """The parts of a round, and what they have come to so far."""

    def __init__(
        self,
        session: Session,
        order: LiveOrder,
        run: Run,
        say: Say,
        do: Do,
        writing: Writing,
        landed: Callable[[], None],
    ) -> None:
        self._session, self._order, self._run = session, order, run
        self._say, self._do, self._writing, self._landed = say, do, writing, landed
        self._notes: list[str] = []
        self._polled: list[Poll] = []
        self._recovered = 0
        self._retrieved: Counter[str] = Counter()
        self._rechecked = 0
        self._read: Counter[str] = Counter()

    def catch_up(self) -> None:
        def work() -> int:
            with self._writing():
                return recovery.catch_up(self._session, self._run, self._notes.append)

        self._recovered = self._do("catch up", "land what a stopped run has left", work)

    def poll(self) -> None:
        due = due_of(self._session)
        if due:
            label = f"poll {_number(len(due), 'source')}"
            self._say(f"Polling {_number(len(due), 'source')}")
            self._polled = self._do(
                "poll", label, lambda: poll_due(self._session, self._run, due, self._writing)
            )

    def retrieve(self) -> None:
        wanted = pages.named(self._session)
        if wanted:
            self._say(f"Retrieving {_number(len(wanted), 'page')}")
            self._fetch("retrieve", wanted)

    def recheck(self) -> None:
        again = pages.rechecks(self._session)
        if again:
            self._say(f"Looking at {_number(len(again), 'article')} again")
            self._rechecked = self._fetch("look again", again)

    def read(self) -> None:
        """Read captures, batch by batch, until none waits."""
        warehouse = self._session.warehouse
        while waiting := warehouse.pending(self._order.batch):
            self._say(f"Reading {_number(len(waiting), 'capture')}")

            def work(waiting: list[Capture] = waiting) -> Mapping[str, int]:
                return unread.read_batch(
                    warehouse,
                    self._session.folder,
                    waiting,
                    self._run,
                    self._order.workers,
                    self._writing,
                )

            label = f"read {_number(len(waiting), 'capture')} from {waiting[0].url} on"
            self._read.update(self._do("read", label, work))

    def report(self) -> RoundReport:
        warehouse = self._session.warehouse
        with self._writing():
            warehouse.publish()
        states = warehouse.poll_states(self._session.now())
        return RoundReport(
            run_id=self._run.run_id,
            polled=tuple(self._polled),
            recovered=self._recovered,
            retrieved=dict(sorted(self._retrieved.items())),
            rechecked=self._rechecked,
            read=dict(sorted(self._read.items())),
            differs=tuple(warehouse.disagreements(run_id=self._run.run_id)) if self._read else (),
            waiting=warehouse.waiting_count(),
            unread=warehouse.pending_count(),
            next_at=min(
                (states[name].next_at for name in self._session.sources if name in states),
                default=None,
            ),
            notes=tuple(self._notes),
        )

    def _fetch(self, kind: str, requests: Sequence[Request]) -> int:
        """Retrieve some pages; returns how many came."""
        count = len({request.source for request in requests})
        label = f"{kind}: {_number(len(requests), 'page')} of {_number(count, 'source')}"

        def land(captures: Sequence[Capture]) -> None:
            with self._writing():
                self._session.warehouse.land(captures, [], [], self._run)
            self._retrieved.update(capture.ending for capture in captures)
            self._landed()

        def work() -> int:
            return pages.retrieve(self._session, requests, land, self._order.seconds)

        return self._do(kind, label, work)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


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


def due_of(session: Session) -> list[Source]:
    """The sources that it is time to poll."""
    states = session.warehouse.poll_states(session.now())
    terms = [terms_of(source) for source in session.sources.values()]
    return [session.sources[name] for name in polling.due(terms, states, session.now())]


def poll_due(
    session: Session, run: Run, due: Sequence[Source], writing: Writing = nullcontext
) -> list[Poll]:
    """Poll sources and land what came.

    Args:
        session: open.
        run: that polls.
        due: the sources.
        writing: entered around the landing.

    Returns:
        Their new states, by name.
    """
    warehouse = session.warehouse
    states = warehouse.poll_states(session.now())
    asked = polls.ask(session, [one for one in due if one.kind not in LOCAL], states)
    asked += [local.read_in(session, one, states.get(one.name)) for one in due if one.kind in LOCAL]
    with writing():
        new = warehouse.unnamed(
            {one.source.name: {found.article_url for found in one.discoveries} for one in asked}
        )
        fresh = polls.settle(asked, states, warehouse.intake(session.now()), new)
        warehouse.land(
            [capture for one in asked for capture in one.captures],
            fresh,
            [],
            run,
            [found for one in asked for found in one.discoveries],
        )
    return sorted(fresh, key=lambda poll: poll.source)
