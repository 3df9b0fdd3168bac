"""Reading as a Prefect flow: from captures that wait to facts and verdicts in the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger

from flows import tracking
from flows.live import LiveOrder, RoundReport

_LONGEST_SECONDS = 6 * 3600.0
"""A run that takes longer hangs."""


@flow(
    name="process",
    flow_run_name=tracking.name_by("warehouse"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def process(
    sources: str | None = None,
    warehouse: str | None = None,
    workers: int = 1,
    entities: str | None = None,
    event: str | None = None,
    landed: int = 0,
) -> State[RoundReport]:
    """Read every capture that waits, batch by batch, and compare its facts.

    What triggers it is a hint only: it reads whatever waits in the ledger, and a run that finds
    nothing is over at once.

    Args:
        sources: the sources.toml, which says where the archive is; by default that of
            NEWSLEDGER_SOURCES on the worker, else sources.toml in its folder.
        warehouse: DuckDB file of the ledger; by default that of NEWSLEDGER_WAREHOUSE on the
            worker, else newsledger.duckdb in its folder.
        workers: reading processes.
        entities: names of the user's own; by default those of NEWSLEDGER_ENTITIES on the worker,
            else entities.csv beside the ledger, if any.
        event: id of the event that triggered the run, for the record.
        landed: captures that wait to be read, as that event told, for the record.
    """
    if event:
        get_run_logger().info("event=%s told=%d", event, landed)
    plan = tracking.sources_of(sources)
    if plan is None:
        return tracking.unplanned()
    ledger = tracking.ledger_of(warehouse)
    own = Path(entities) if entities else None
    return tracking.live(LiveOrder(plan, ledger, workers, recheck=False, poll=False, entities=own))


def run_tracked(order: LiveOrder) -> RoundReport:
    """Run the flow here and have the server of PREFECT_API_URL track it.

    Raises:
        InputError, ReplayError, WarehouseError: as in `flows.live.round_of`.
    """
    state = process(
        str(order.sources),
        str(order.ledger),
        workers=order.workers,
        entities=str(order.entities) if order.entities else None,
        return_state=True,
    )
    return cast(RoundReport, state.result())
