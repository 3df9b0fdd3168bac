"""Sources on this machine: a folder or a web archive is replayed whenever it has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flows import polling, steps
from flows.inputs import InputError
from flows.live.polls import Asked
from flows.live.session import Session
from flows.sources import Source
from warehouse import Poll


def read_in(session: Session, source: Source, state: Poll | None) -> Asked:
    """Replay a folder or archive where it has changed since the last poll.

    Args:
        session: open.
        source: of kind folder or warc.
        state: its newest poll.
    """
    assert source.path is not None
    at = session.now()
    digest = _digest(source.path)
    if state is not None and digest == state.body_digest and state.ending != "failed":
        return Asked(source, polling.Answer(at, "not_modified", body_digest=digest))
    try:
        done = steps.replay(source.path, session.ledger, source.name, entities=session.entities)
    except (InputError, steps.ReplayError) as problem:
        return Asked(source, polling.Answer(at, "failed", str(problem), body_digest=digest))
    new = done.added.get("documents", 0)
    answer = polling.Answer(
        at, "polled", entries=len(done.documents), entries_new=new, body_digest=digest
    )
    return Asked(source, answer)


def _digest(path: Path) -> str:
    """Changes with any file's name, size or time."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    told = hashlib.sha256()
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue  # gone in the meantime
        told.update(f"{file}\n{status.st_size}\n{status.st_mtime_ns}\n".encode(errors="replace"))
    return told.hexdigest()
