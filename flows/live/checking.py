"""Trying sources out: each is asked once, nothing is stored."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flows.fetching.archive import Place
from flows.fetching.records import Listing, Request
from flows.inputs import InputError, open_inputs
from flows.live.polls import read_own
from flows.live.session import Session
from flows.sources import LOCAL, Source

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What one source gave when it was tried.

    Attributes:
        source, kind, url: which; `url` may be a path.
        asked: whether it was asked at all.
        ending: how that ended, "" where it was not asked.
        problem: what is wrong and the remedy, "" where all is well.
        format: what its document is ("rss", "sitemap" ...).
        title: of its document.
        entries: addresses that it names; `taken` of them fit include and exclude.
        newest: the latest publication time stated.
        first: some of those taken, as (address, title).
        warnings: what was odd.
    """

    source: str
    kind: str
    url: str
    asked: bool = False
    ending: str = ""
    problem: str = ""
    format: str = ""
    title: str = ""
    entries: int = 0
    taken: int = 0
    newest: datetime | None = None
    first: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def check(path: Path, only: tuple[str, ...] = (), *, ask: bool = True) -> list[Checked]:
    """Read a `sources.toml` and try its sources.

    Args:
        path: the file.
        only: names of the sources to try; all that are active if none is named.
        ask: whether servers are asked.

    Returns:
        One row a source, in the order of the file.

    Raises:
        InputError: the file cannot be read, breaks its form, or has no source of a name.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        Session(path, Path(folder, "none.duckdb"), archive=Path(folder)) as session,
    ):
        chosen = session.sources
        missing = [name for name in only if name not in chosen]
        if missing:
            raise InputError(
                f"{path} has no active source {', '.join(missing)}; it has {', '.join(chosen)}"
            )
        wanted = [source for name, source in chosen.items() if not only or name in only]
        if not ask:
            return [_row(source) for source in wanted]

        async def every() -> list[Checked]:
            return await asyncio.gather(*(_try(session, source) for source in wanted))

        return session.run(every())


async def _try(session: Session, source: Source) -> Checked:
    row = replace(_row(source), asked=True)
    if source.kind in LOCAL:
        return _try_local(source, row)
    if source.kind == "pages":
        listing = Listing("page list")
        taken = tuple((url, "") for url in source.urls if source.takes(url))
        return replace(row, ending="polled", format=listing.kind, entries=len(source.urls),
                       taken=len(taken), first=taken[:_SHOWN])  # fmt: skip
    retrieval = await session.fetch(Request(source.url, source.name, source.via))
    asked, found = await asyncio.to_thread(read_own, source, retrieval, Place("", None, 0))
    if found is None:
        return replace(row, ending=asked.answer.ending, problem=asked.answer.message)
    taken_entries = [entry for entry in found.entries if source.takes(entry.url)]
    problem = ""
    if not found.entries and not found.children:
        problem = "it names no address; see whether it has moved"
    elif not taken_entries and not found.children:
        problem = "include and exclude leave none of its addresses; change them"
    return replace(
        row,
        ending="polled",
        problem=problem,
        format=found.kind,
        title=found.title,
        entries=len(found.entries) + len(found.children),
        taken=len(taken_entries) + len(found.children),
        newest=max(filter(None, (entry.published_at for entry in found.entries)), default=None),
        first=tuple((entry.url, entry.title) for entry in taken_entries[:_SHOWN]),
        warnings=(*found.warnings, *found.passed_over),
    )


def _try_local(source: Source, row: Checked) -> Checked:
    assert source.path is not None
    try:
        found = open_inputs(source.path, source.name)
    except InputError as problem:
        return replace(row, ending="failed", problem=str(problem))
    return replace(row, ending="polled", format=source.kind, entries=found.total,
                   taken=found.total, warnings=found.passed_over)  # fmt: skip


def _row(source: Source) -> Checked:
    where = source.url or (str(source.path) if source.path else f"{len(source.urls)} pages")
    return Checked(source.name, source.kind, where)
