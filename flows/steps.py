"""The replay in plain functions: read a batch, load it, report. No Prefect.

`flows.replay` runs the very same steps as a tracked flow; the command line runs them in process.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from extractors import entities as known_names
from extractors import read
from extractors.records import READ, Article, Document
from flows import gazetteer, overrides
from flows.inputs import Found, open_inputs
from warehouse import Agreement, DocumentSummary, LineMemory, LoadReport, QueryError, Run, Warehouse

BATCH_DOCUMENTS = 1000
BATCH_BYTES = 64 << 20
"""A batch is one transaction, and one task run under Prefect; it ends at either bound."""

_DOCUMENTS_A_WORKER = 50
"""With fewer, starting one more process costs more than it saves."""

Item = TypeVar("Item")

Tick = Callable[[str], None]
"""Called with the name of each document that has been read."""

Process = Callable[[Sequence[Found], Path, Run, int], LoadReport]
"""Reads and loads one batch: batch, ledger, run, reading processes."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a replay is asked to do; see `replay` for each.

    Attributes:
        path, ledger, source, workers, learned, corrections, entities, announce: its arguments.
    """

    path: Path
    ledger: Path
    source: str | None = None
    workers: int = 0
    learned: bool = False
    corrections: Path | None = None
    entities: Path | None = None
    announce: bool = False


class ReplayError(Exception):
    """A replay that could not go on; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay did, and what the ledger now says of its documents.

    Attributes:
        source: name of the replayed set.
        ledger: the DuckDB file.
        run_id: of the row in ops.runs.
        documents: one a document, by name.
        agreements: undisputed figures of several reports, theirs among them.
        disagreements: rows of mart.disagreements in which one of them has a part.
        added: rows added per table of schema `news`.
        passed_over: files of the folder that are neither documents nor sidecars.
    """

    source: str
    ledger: Path
    run_id: str
    documents: tuple[DocumentSummary, ...]
    agreements: tuple[Agreement, ...]
    disagreements: tuple[dict[str, Any], ...]
    added: dict[str, int]
    passed_over: tuple[str, ...]

    @property
    def rows_added(self) -> int:
        """Rows added to schema `news` in all."""
        return sum(self.added.values())

    @property
    def failed(self) -> tuple[DocumentSummary, ...]:
        """Documents that were not read for facts."""
        return tuple(row for row in self.documents if row.outcome not in READ)


def replay(
    path: Path,
    ledger: Path,
    source: str | None = None,
    workers: int = 0,
    *,
    learned: bool = False,
    corrections: Path | None = None,
    entities: Path | None = None,
    announce: bool = False,
    process: Process | None = None,
    started: Callable[[int], None] = lambda total: None,
    tick: Tick = lambda name: None,
) -> Replay:
    """Read a path into the ledger and compare its facts with everything known.

    Args:
        path: folder, file or `.jsonl`.
        ledger: DuckDB file, made if it is missing.
        source: name of the set, by default that of the folder or file.
        workers: reading processes; 0 chooses by the number of documents.
        learned: whether lines that the ledger has learned (`learn`) are left out.
        corrections: the user's `overrides.toml`; by default that beside the ledger, if any.
        entities: names of the user's own; by default `entities.csv` beside the ledger, if any.
        announce: whether events tell what it changed, and watches are told.
        process: runs one batch in place of the plain function, as a task does.
        started: called once with the number of documents.
        tick: called as each document has been read; only where `process` is not given.

    Raises:
        InputError: the path gives no documents, or the corrections or entities break their form.
        ReplayError: a reading process died, or nothing has been learned yet.
        WarehouseError: the ledger cannot be written or read.
    """

    def in_process(batch: Sequence[Found], ledger: Path, run: Run, workers: int) -> LoadReport:
        return process_batch(batch, ledger, run, workers, tick, announce=announce)

    each = process or in_process
    inputs = open_inputs(path, source)
    gazetteer.use(ledger, entities)
    correct(ledger, corrections)
    run = new_run("replay", inputs.source, _learned(ledger) if learned else None)
    started(inputs.total)
    workers = workers or workers_for(inputs.total)
    added: Counter[str] = Counter()
    for batch in batches(inputs):
        added.update(each(batch, ledger, run, workers).added)
    warehouse = Warehouse(ledger)
    return Replay(
        source=inputs.source,
        ledger=ledger,
        run_id=run.run_id,
        documents=tuple(warehouse.summaries(run.run_id)),
        agreements=tuple(warehouse.agreements(run.run_id)),
        disagreements=tuple(warehouse.disagreements(run_id=run.run_id)),
        added=dict(added),
        passed_over=inputs.passed_over,
    )


def workers_for(total: int) -> int:
    """Reading processes that so many documents are worth."""
    return min(os.cpu_count() or 1, max(1, total // _DOCUMENTS_A_WORKER))


def default_ledger() -> Path:
    """The ledger where none is named: NEWSLEDGER_WAREHOUSE, else newsledger.duckdb here."""
    return Path(os.environ.get("NEWSLEDGER_WAREHOUSE") or "newsledger.duckdb")


def default_sources() -> Path:
    """The plan where none is named: NEWSLEDGER_SOURCES, else sources.toml here."""
    return Path(os.environ.get("NEWSLEDGER_SOURCES") or "sources.toml")


def new_run(kind: str, source: str, lines: str | None = None) -> Run:
    """A run that begins now.

    Args:
        kind: what it does.
        source: what it reads.
        lines: id of the snapshot of learned lines that it reads with.
    """
    versions = {"newsledger": version("newsledger")}
    if own := known_names.digest():
        versions[ENTITIES] = own
    return Run(
        run_id=str(uuid4()),
        kind=kind,
        source=source,
        started_at=datetime.now(UTC),
        versions=versions | ({LEARNED: lines} if lines else {}),
    )


LEARNED = "learned lines"
"""Under this name `Run.versions` has the snapshot of learned lines that a run reads with."""

ENTITIES = "entities"
"""Under this name it has the digest of the user's own entities, where a run reads with some."""


def _learned(ledger: Path) -> str:
    memory = Warehouse(ledger).line_memory()
    if memory is None:
        raise ReplayError(
            f'{ledger} has not learned any lines yet. Run "newsledger learn" first, or replay '
            f"without --learned."
        )
    return memory.snapshot


def learn(ledger: Path, days: int) -> LineMemory:
    """Learn which lines each site repeats, for readings to come.

    Args:
        ledger: DuckDB file.
        days: only documents of so many days before the newest one.

    Raises:
        WarehouseError: the ledger cannot be written or read.
    """
    warehouse = Warehouse(ledger)
    snapshot = warehouse.learn_lines(new_run("learn", "ledger"), days=days)
    return warehouse.line_memory(snapshot) or LineMemory(snapshot)


def correct(ledger: Path, corrections: Path | None = None) -> bool:
    """Lay the user's corrections over the ledger; those on record stay where there is no file.

    Args:
        ledger: DuckDB file.
        corrections: an `overrides.toml`; by default that beside the ledger, if there is one.

    Returns:
        Whether there was a file.

    Raises:
        InputError: the file breaks its form.
        WarehouseError: the ledger cannot be written or read.
    """
    path = corrections or overrides.beside(ledger)
    if path is None:
        return False
    entries = overrides.read(path)
    warehouse = Warehouse(ledger)
    if {entry.entry_id for entry in entries} != _recorded(warehouse):
        warehouse.correct(entries, new_run("correct", path.name))
    return True


def _recorded(warehouse: Warehouse) -> set[UUID]:
    """Ids of the corrections that the ledger has; none of one that was not made yet."""
    try:
        return {row["entry_id"] for row in warehouse.corrections()}
    except QueryError:  # no replica, or one of an older schema
        return set()


def batches(
    found: Iterable[Found], documents: int = BATCH_DOCUMENTS, size: int = BATCH_BYTES
) -> Iterator[list[Found]]:
    """Cut a stream of documents into batches.

    Args:
        found: the documents, read as they are asked for.
        documents: most documents in a batch.
        size: bytes at which a batch ends.
    """
    batch: list[Found] = []
    weight = 0
    for item in found:
        batch.append(item)
        weight += len(item.body) if isinstance(item, Document) else 0
        if len(batch) == documents or weight >= size:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def process_batch(
    batch: Sequence[Found],
    ledger: Path,
    run: Run,
    workers: int = 1,
    tick: Tick = lambda name: None,
    writing: Callable[[], AbstractContextManager[object]] = nullcontext,
    announce: bool = False,
) -> LoadReport:
    """Read the documents of a batch and load them in one transaction.

    Lines that sites repeat are left out where the run names a snapshot of them.

    Args:
        batch: documents, and articles that have ended already.
        ledger: DuckDB file.
        run: that reads them.
        workers: reading processes.
        tick: called with the name of each document that has been read.
        writing: entered around the load.
        announce: whether events tell what it changed.
    """
    warehouse = Warehouse(ledger)
    lines = run.versions.get(LEARNED)
    memory = warehouse.line_memory(lines) if lines else None
    articles = extract(batch, workers, tick, memory)
    with writing():
        return warehouse.load(articles, run, announce=announce)


def extract(
    batch: Sequence[Found],
    workers: int = 1,
    tick: Tick = lambda name: None,
    memory: LineMemory | None = None,
) -> list[Article]:
    """Read the documents of a batch, in their order.

    Args:
        batch: documents, and articles that have ended already.
        workers: processes; the result does not depend on their number.
        tick: called with each name.
        memory: lines that sites repeat.

    Raises:
        ReplayError: a process died.
    """
    articles: list[Article] = []
    for article in in_processes(partial(_read, memory=memory), batch, workers):
        articles.append(article)
        tick(article.document)
    return articles


def name_of(found: Found) -> str:
    """Name of a document."""
    return found.name if isinstance(found, Document) else found.document


def in_processes(
    each: Callable[[Item], Article], batch: Sequence[Item], workers: int
) -> Iterator[Article]:
    """Read every item, in their order, in so many processes."""
    if workers <= 1 or len(batch) <= 1:
        yield from map(each, batch)
        return
    # Spawned, not forked: a fork of a process with threads (DuckDB's, Prefect's) may hang.
    context = multiprocessing.get_context("spawn")
    chunk = max(1, min(32, len(batch) // (4 * workers)))
    try:
        with ProcessPoolExecutor(
            min(workers, len(batch)), context, known_names.use, (known_names.own(),)
        ) as pool:
            yield from pool.map(each, batch, chunksize=chunk)
    except BrokenProcessPool:
        raise ReplayError(
            "A reading process died, most likely for want of memory. Nothing of this batch was "
            "stored; try again with fewer workers, such as --workers 1."
        ) from None


def _read(found: Found, memory: LineMemory | None) -> Article:
    if isinstance(found, Article):
        return found
    return read(found, memory.of(found.url, found.source) if memory else None)
