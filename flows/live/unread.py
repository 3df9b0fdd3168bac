"""Reading what has landed: from the bytes in the archive to the ledger, with an outcome each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from flows import steps
from flows.fetching.archived import Captured, read_capture
from flows.inputs import Found, refuse
from warehouse import Capture, Run, Warehouse

BATCH = 500
"""Captures that are read and loaded together, in one transaction."""


def read_batch(
    warehouse: Warehouse,
    folder: Path,
    waiting: list[Capture],
    run: Run,
    workers: int = 1,
    writing: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Mapping[str, int]:
    """Read some captures and load them in one transaction; the replica is not published.

    Args:
        warehouse: the ledger.
        folder: of the archive.
        waiting: captures without an outcome.
        run: that reads them.
        workers: reading processes.
        writing: entered around the load.

    Returns:
        Documents by how their reading ended.
    """
    found = [_document(folder, capture) for capture in waiting]
    articles = steps.extract(found, workers)
    ids = [one.capture_id for one in waiting]
    with writing():
        report = warehouse.load_captures(articles, ids, run, publish=False)
    return report.outcomes


def _document(folder: Path, capture: Capture) -> Found:
    """A capture's document, or an article that says why its bytes are not to be had."""
    try:
        held = _held(folder, capture)
    except OSError as problem:
        held = None
        why = f"the archive's file {capture.archive} cannot be opened ({problem.strerror})"
    else:
        why = f"the archive's file {capture.archive} is damaged at {capture.offset}"
    if held is not None and not held.passed_over:
        return held.document()
    article = refuse(capture.url, capture.source, f"{why}; restore it from a backup", "unreadable")
    return replace(article, fetched_at=capture.fetched_at)


def _held(folder: Path, capture: Capture) -> Captured | None:
    if capture.archive is None or capture.offset is None:
        return None
    return read_capture(folder / capture.archive, capture.offset)
