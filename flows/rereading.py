"""Reading stored texts again, after the rules of reading have changed.

A version that was taken live may have more to give from its archived page; this goes by its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import extractors
from extractors.records import Article, Stored
from flows import gazetteer, steps
from warehouse import AlteredVersion, KeptVersion, LineMemory, RereadReport, Warehouse


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading stored texts again did.

    Attributes:
        ledger: the DuckDB file.
        run_id: of the row in ops.runs.
        versions: number of versions read again.
        altered: those of which something else was made than before.
        failed: name and message of those that could not be read again; they are as before.
        facts_added, facts_changed, facts_gone: over all versions.
        verdicts_added, verdicts_changed, verdicts_gone: pairs of facts.
    """

    ledger: Path
    run_id: str
    versions: int
    altered: tuple[AlteredVersion, ...]
    failed: tuple[tuple[str, str], ...]
    facts_added: int
    facts_changed: int
    facts_gone: int
    verdicts_added: int
    verdicts_changed: int
    verdicts_gone: int


def reread(
    ledger: Path,
    since: date | None = None,
    source: str | None = None,
    document: str | None = None,
    workers: int = 0,
    entities: Path | None = None,
    *,
    started: Callable[[int], None] = lambda total: None,
    tick: steps.Tick = lambda name: None,
) -> Reread:
    """Read stored texts again and put what is found now in the place of what was found before.

    Corrections stay, those of the file beside the ledger among them. Each version is read with
    the learned lines that it was read with first.

    Args:
        ledger: DuckDB file.
        since: only versions published (or else found) on this day (UTC) or after it.
        source: only those of this source.
        document: only those of documents whose name begins so.
        workers: reading processes; 0 chooses by the number of versions.
        entities: names of the user's own; by default entities.csv beside the ledger, if any.
        started: called once with the number of versions.
        tick: called as each version has been read.

    Raises:
        InputError: the corrections or entities break their form.
        ReplayError: a reading process died.
        WarehouseError: the ledger cannot be written or read.
    """
    gazetteer.use(ledger, entities)
    warehouse = Warehouse(ledger)
    warehouse.upgrade()
    wanted = warehouse.rereadable(since=since, source=source, document=document)
    steps.correct(ledger)
    run = steps.new_run("reread", source or "ledger")
    started(len(wanted))
    workers = workers or steps.workers_for(len(wanted))
    reports: list[RereadReport] = []
    failed: list[tuple[str, str]] = []
    memories: dict[str | None, LineMemory | None] = {None: None}
    for versions in _portions(wanted):
        kept = warehouse.kept(versions)
        for snapshot in {version.made_by.get(steps.LEARNED) for version in kept} - memories.keys():
            memories[snapshot] = warehouse.line_memory(snapshot)
        texts = [_Text(v.stored, _lines_of(v, memories)) for v in kept]
        read: dict[UUID, Article] = {}
        for version, article in zip(kept, steps.in_processes(_reread, texts, workers), strict=True):
            if article.outcome == "error":
                failed.append((article.document, article.message))
            else:
                read[version.version_id] = article
            tick(article.document)
        reports.append(warehouse.reread(read, run))
    altered = [version for report in reports for version in report.altered]
    return Reread(
        ledger=ledger,
        run_id=run.run_id,
        versions=sum(report.versions for report in reports),
        altered=tuple(sorted(altered, key=lambda version: version.document)),
        failed=tuple(failed),
        facts_added=sum(version.added for version in altered),
        facts_changed=sum(version.changed for version in altered),
        facts_gone=sum(version.gone for version in altered),
        verdicts_added=sum(report.verdicts_added for report in reports),
        verdicts_changed=sum(report.verdicts_changed for report in reports),
        verdicts_gone=sum(report.verdicts_gone for report in reports),
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A stored text, and the lines that its site repeats."""

    stored: Stored
    lines: frozenset[str] | None


def _lines_of(
    version: KeptVersion, memories: Mapping[str | None, LineMemory | None]
) -> frozenset[str] | None:
    memory = memories[version.made_by.get(steps.LEARNED)]
    stored = version.stored
    return memory.of(stored.url or stored.document, stored.source) if memory else None


def _reread(text: _Text) -> Article:
    return extractors.reread(text.stored, text.lines)


def _portions(
    wanted: Iterable[tuple[UUID, int]],
    versions: int = steps.BATCH_DOCUMENTS,
    size: int = steps.BATCH_BYTES,
) -> Iterator[list[UUID]]:
    """Cut versions, each with its length in bytes, into batches."""
    batch: list[UUID] = []
    weight = 0
    for version, length in wanted:
        batch.append(version)
        weight += length
        if len(batch) == versions or weight >= size:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
