"""What a round works with: plan, ledger, archive, fetchers; opened and closed once."""

from __future__ import annotations

import asyncio
import fcntl
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from flows import sources
from flows.fetching.archive import ArchiveWriter
from flows.fetching.client import Fetcher
from flows.fetching.politeness import Politeness
from flows.fetching.records import Request, Retrieval
from flows.fetching.robots_file import RobotsFile
from flows.polling import Terms
from flows.sources import Source, Sources
from warehouse import LockTimeout, Warehouse

Result = TypeVar("Result")

_PATIENCE_SECONDS = 10.0
"""How long a process waits for another one that asks hosts."""

_RECENT_SECONDS = 120.0
"""Longest crawl-delay that is kept; after it no host remembers us."""

_ROBOTS = ".robots.jsonl"  # beside the archive's files, since one process at a time asks for them


def terms_of(source: Source) -> Terms:
    """What is laid down for a source, as polling asks for it."""
    return Terms(
        name=source.name,
        interval=source.interval,
        shortest=source.min_interval,
        longest=source.max_interval,
        articles_a_day=source.expect.articles_per_day,
        newest_within=source.expect.newest_within,
        failed_share=source.expect.failed_share_below,
        recheck=source.recheck and source.kind not in sources.LOCAL,
    )


class Session:
    """An open monitor; use it as a context manager.

    Retrievals run in an event loop of its own, so that turns at hosts and cached robots.txt
    outlive a round. Everything else is plain and synchronous.

    Args:
        path: the `sources.toml`.
        ledger: the DuckDB file.
        archive: folder of the WARC files; by default that of the plan.
        now: zone-aware present.
        entities: names of the user's own; by default `entities.csv` beside the ledger, if any.

    Raises:
        InputError: the file cannot be read or breaks its form.
    """

    def __init__(
        self,
        path: Path,
        ledger: Path,
        *,
        archive: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        entities: Path | None = None,
    ) -> None:
        self.entities = entities
        self.plan: Sources = sources.read(path)
        self.warehouse = Warehouse(ledger)
        self.ledger = ledger
        self.now = now
        self.folder = archive or self.plan.fetching.archive
        self.sources = {one.name: one for one in self.plan.sources if one.active}
        self._runner = asyncio.Runner()
        self.archive = ArchiveWriter(self.folder)
        self._politeness = Politeness(self.plan.fetching.limits.connections, time.monotonic)
        self._fetchers: dict[tuple[str | None, bool], Fetcher] = {}
        self._key = uuid4().hex  # in the lock, of the one who asked last

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            for fetcher in self._fetchers.values():
                self._runner.run(fetcher.__aexit__())
        finally:
            self._runner.close()
            self.archive.close()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Be the one process that asks hosts, so that each is asked at its pace.

        Where another one did a moment ago, killed or not, every host is given its delay first.

        Raises:
            LockTimeout: another process does, with the same archive.
        """
        side = self.folder / ".asking.lock"
        deadline = time.monotonic() + _PATIENCE_SECONDS
        with side.open("a+", encoding="utf-8") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise LockTimeout(
                            f"Another monitor or recheck is asking hosts for {self.folder}. Wait "
                            f"for it to end; two at once would ask them too often."
                        ) from None
                    time.sleep(0.2)
            handle.seek(0)
            last = handle.read()
            began = side.stat().st_mtime if last else 0.0
            if last != self._key and _is_recent(self.folder, began):
                self._politeness.keep_delays()
            handle.truncate(0)
            handle.write(self._key)
            handle.flush()
            yield

    def run(self, work: Awaitable[Result]) -> Result:
        """Run something asynchronous to its end."""

        async def awaited() -> Result:
            return await work

        return self._runner.run(awaited())

    async def fetch(self, request: Request) -> Retrieval:
        """Retrieve one address as its source lays down."""
        source = self.sources[request.source]
        fetcher = await self._fetcher(source)
        return await fetcher.fetch(request, source.manners)

    def remember(self, retrieval: Retrieval) -> None:
        """Keep away for the rest of the time that a host has asked for, of an earlier process.

        Args:
            retrieval: as the archive has it.
        """
        source = self.sources.get(retrieval.request.source)
        host = urlsplit(retrieval.url).hostname
        if source is None or host is None or retrieval.retry_after is None:
            return
        until = retrieval.fetched_at + timedelta(seconds=retrieval.retry_after)
        left = (until - datetime.now(UTC)).total_seconds()
        if left > 0:
            self._politeness.stay_away(host, source.manners, left)

    async def _fetcher(self, source: Source) -> Fetcher:
        key = (source.proxy, source.verify_tls)
        fetcher = self._fetchers.get(key)
        if fetcher is None:
            fetching = self.plan.fetching
            fetcher = Fetcher(
                fetching.settings(source.proxy, verify_tls=source.verify_tls),
                fetching.limits,
                politeness=self._politeness,
                robots=RobotsFile(self.folder / _ROBOTS),
            )
            self._fetchers[key] = await fetcher.__aenter__()
        return fetcher


def _is_recent(folder: Path, began: float) -> bool:
    """Whether another process, which began to ask then, may have asked a host a moment ago."""
    times = (path.stat().st_mtime for path in folder.glob("*.warc.gz*"))
    return time.time() - max([began, *times]) < _RECENT_SECONDS
