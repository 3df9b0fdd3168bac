"""Upkeep as a Prefect flow: checkpoint, publish, a backup that restores, a pruned archive."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows import tracking
from flows.keeping import UpkeepOrder, UpkeepReport, keep

ARTIFACT = "newsledger-backups"
_LONGEST_SECONDS = 3 * 3600.0
"""A run that takes longer hangs."""


@flow(
    name="upkeep",
    flow_run_name=tracking.name_by("warehouse"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def upkeep(
    warehouse: str | None = None,
    backups: str | None = None,
    keep_days: float = 14.0,
    prune_days: float | None = None,
    sources: str | None = None,
    event_days: float | None = None,
) -> State[UpkeepReport]:
    """Checkpoint and publish the ledger, back it up, see that it restores, prune the archive.

    Args:
        warehouse: DuckDB file of the ledger; by default that of NEWSLEDGER_WAREHOUSE on the
            worker, else newsledger.duckdb in its folder.
        backups: folder of the backups; by default backups beside the ledger.
        keep_days: how long a backup is kept; the newest one always is.
        prune_days: age from which files of the archive are removed once all of their captures
            are read; by default none is.
        sources: the sources.toml, which says where the archive is; by default that of
            NEWSLEDGER_SOURCES on the worker, else sources.toml in its folder.
        event_days: age from which events that were delivered are removed, two at least; by
            default none is.
    """
    log = get_run_logger()
    tracking.begin()
    ledger = tracking.ledger_of(warehouse)
    if not ledger.exists():
        said = f"There is no {ledger.name} yet; nothing to keep."
        log.info(said)
        return Completed(name=tracking.IDLE, message=said)
    order = UpkeepOrder(
        ledger,
        Path(backups) if backups else None,
        keep_days,
        prune_days,
        tracking.sources_of(sources),
        event_days,
    )
    report = tracking.do(
        "keep", f"keep {ledger.name}", lambda: keep(order, log.info, tracking.writing)
    )
    for note in report.notes:
        log.warning(note)
    backup = report.backup
    create_table_artifact(
        key=ARTIFACT,
        table=[
            {
                "backup": backup.path.name,
                "tables": backup.tables,
                "rows": backup.rows,
                "bytes": backup.size,
                "bytes of the ledger": report.space.size,
                "free in it": report.space.free,
                "backups removed": len(report.removed),
                "files pruned": len(report.pruned),
                "events removed": report.forgotten,
            }
        ],
        description=f"Backup {backup.path.name} restores: {backup.rows} rows",
    )
    return Completed(
        message=f"backup={backup.path.name} rows={backup.rows} pruned={len(report.pruned)} "
        f"events={report.forgotten}",
        data=report,
    )


def run_tracked(order: UpkeepOrder) -> UpkeepReport:
    """Run the flow here and have the server of PREFECT_API_URL track it.

    Raises:
        InputError, WarehouseError, OSError: as in `flows.keeping.keep`.
    """
    state = upkeep(
        str(order.ledger),
        str(order.backups) if order.backups else None,
        order.keep_days,
        order.prune_days,
        str(order.plan) if order.plan else None,
        order.event_days,
        return_state=True,
    )
    return cast(UpkeepReport, state.result())
