"""After a stop in the middle: what the archive has and the ledger does not is landed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flows.fetching.archive import Place
from flows.fetching.archived import Captured, read_archive, recover
from flows.live.captured import capture_of
from flows.live.polls import Asked, read_own, settle
from flows.live.session import Session
from warehouse import ArchiveFile, Capture, Run

Note = Callable[[str], None]


def catch_up(session: Session, run: Run, note: Note = lambda words: None) -> int:
    """Close what a stopped process left open, and land every file that is not landed whole.

    Args:
        session: open, its own archive file not begun yet.
        run: that lands them.
        note: told what was cut off or passed over.

    Returns:
        Captures that the ledger lacked.
    """
    if not session.folder.is_dir():
        return 0
    recover(session.folder, note)
    landed = session.warehouse.landed_archives()
    files = [
        path
        for path in sorted(session.folder.glob("*.warc.gz"))
        if landed.get(path.name) != path.stat().st_size
    ]
    return sum(_land(session, path, run, note) for path in files)


def _land(session: Session, path: Path, run: Run, note: Note) -> int:
    """Land one closed file, its polls in the order of time; hosts that asked us to stay away do."""
    captures: list[Capture] = []
    own: list[Asked] = []
    for held in read_archive(path, note=note):
        if not held.ours:
            return 0  # put there by somebody else: a source of kind warc names it
        session.remember(held.retrieval)
        source = session.sources.get(held.retrieval.request.source)
        if held.is_listing and source is not None:
            own.append(read_own(source, held.retrieval, _place(held))[0])
        else:
            captures.append(capture_of(held.retrieval, _place(held), is_listing=held.is_listing))
    states = session.warehouse.poll_states(session.now())
    size = path.stat().st_size
    discoveries = [found for one in own for found in one.discoveries]
    named: dict[str, set[str]] = {one.source.name: set() for one in own}
    for found in discoveries:
        named[found.source].add(found.article_url)
    unnamed = session.warehouse.unnamed(named)
    captures += [capture for one in own for capture in one.captures]
    polls = []
    for one in sorted(own, key=lambda one: one.answer.polled_at):
        name = one.source.name
        known = states.get(name)
        is_child = one.captures[0].found_in is not None
        if is_child or (known and one.answer.polled_at <= known.polled_at):
            continue  # of an index; or landed before the stop
        [poll] = settle([one], states, {}, unnamed)
        unnamed[name] -= {found.article_url for found in one.discoveries}
        states[name] = poll
        polls.append(poll)
    report = session.warehouse.land(
        captures, polls, [ArchiveFile(path.name, size)], run, discoveries
    )
    return report.captures


def _place(held: Captured) -> Place:
    return Place(held.archive, held.offset, 0)
