"""The replay as a Prefect flow: the steps of `flows.steps`, one task run a batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect import flow, task
from prefect.artifacts import (
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed
from prefect.utilities.annotations import quote

from flows import bus, steps, tracking
from flows.inputs import Found
from warehouse import DocumentSummary, LoadReport, Run, Warehouse

ARTIFACT = "newsledger-replay"
PROGRESS_ARTIFACT = "newsledger-replay-progress"


@task(name="process batch", task_run_name="{label}", cache_policy=NO_CACHE, persist_result=False)
def process_batch(
    label: str, batch: Sequence[Found], ledger: Path, run: Run, workers: int, announce: bool
) -> LoadReport:
    """Read the documents of a batch and load them in one transaction.

    Not retried: a document that fails has an outcome of its own, and the load is one transaction.
    """
    return steps.process_batch(
        batch, ledger, run, workers, writing=tracking.writing, announce=announce
    )


class _Progress:
    """How much of a replay is read, as an artifact that the UI draws as a bar."""

    def __init__(self) -> None:
        self._artifact: UUID | None = None
        self._total = self._done = 0

    def start(self, total: int) -> None:
        """Show an empty bar for a number of documents."""
        self._total = total
        made = create_progress_artifact(
            progress=0.0, key=PROGRESS_ARTIFACT, description=f"{total} documents"
        )
        self._artifact = cast(UUID, made)

    def add(self, count: int) -> None:
        """Show that so many more are read."""
        self._done += count
        if self._artifact:
            update_progress_artifact(self._artifact, progress=100.0 * self._done / self._total)


@flow(
    name="replay",
    flow_run_name="replay {path}",
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def replay(
    path: str,
    warehouse: str | None = None,
    source: str | None = None,
    workers: int = 0,
    learned: bool = False,
    overrides: str | None = None,
    entities: str | None = None,
    announce: bool = False,
) -> State[steps.Replay]:
    """Read a folder, file or .jsonl of articles into the ledger and compare its facts.

    Args:
        path: folder, file or .jsonl, as the worker sees it.
        warehouse: DuckDB file of the ledger, made if it is missing; by default that of
            NEWSLEDGER_WAREHOUSE on the worker, else newsledger.duckdb in its folder.
        source: name of the replayed set; by default that of the folder or file.
        workers: reading processes; 0 chooses by the number of documents.
        learned: leave out lines that the ledger has learned (newsledger learn).
        overrides: the user's corrections; by default overrides.toml beside the ledger, if any.
        entities: names of the user's own; by default those of NEWSLEDGER_ENTITIES on the worker,
            else entities.csv beside the ledger, if any.
        announce: tell of what it changes, as of what is live: events, and alerts of watches.
    """

    def process(batch: Sequence[Found], ledger: Path, run: Run, workers: int) -> LoadReport:
        label = f"{len(batch)} documents from {steps.name_of(batch[0])} on"
        # Quoted, so that Prefect does not search every document for futures.
        report = process_batch(label, quote(batch), ledger, run, workers, announce)
        progress.add(len(batch))
        return report

    tracking.begin()
    progress = _Progress()
    ledger = Path(warehouse) if warehouse else steps.default_ledger()
    result = steps.replay(
        Path(path),
        ledger,
        source,
        workers,
        learned=learned,
        corrections=Path(overrides) if overrides else None,
        entities=Path(entities) if entities else None,
        announce=announce,
        process=process,
        started=progress.start,
    )
    if announce:
        bus.publish_quietly(Warehouse(ledger), get_run_logger().warning)
    create_table_artifact(
        key=ARTIFACT,
        table=[_artifact_row(row) for row in result.documents],
        description=f"Replay of {result.source}: {result.rows_added} rows added to "
        f"{result.ledger}, {len(result.failed)} of {len(result.documents)} documents not read",
    )
    return Completed(name="Partial" if result.failed else "Completed", data=result)


def run_tracked(order: steps.Order) -> steps.Replay:
    """Run the flow here and have the server of PREFECT_API_URL track it.

    Raises:
        InputError, ReplayError, WarehouseError: as in `steps.replay`.
    """
    state = replay(
        str(order.path),
        str(order.ledger),
        order.source,
        order.workers,
        order.learned,
        str(order.corrections) if order.corrections else None,
        str(order.entities) if order.entities else None,
        order.announce,
        return_state=True,
    )
    return cast(steps.Replay, state.result())


def _artifact_row(row: DocumentSummary) -> dict[str, Any]:
    return {
        "document": row.document,
        "languages": ", ".join(row.languages),
        "kept lines": row.kept_lines,
        "removed lines": row.removed_lines,
        "copy of": row.copy_of or "",
        "facts": row.facts,
        "verdicts": ", ".join(f"{verdict} {n}" for verdict, n in row.verdicts.items()),
        "outcome": row.outcome,
        "message": row.message,
    }
