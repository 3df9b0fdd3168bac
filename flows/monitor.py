"""The monitor as a Prefect flow: poll the sources that are due, retrieve what they name."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from prefect import flow
from prefect.client.schemas.objects import State

from flows import tracking
from flows.live import LiveOrder, RoundReport

_LONGEST_SECONDS = 3 * 3600.0
"""A run that takes longer hangs."""


@flow(
    name="monitor",
    flow_run_name=tracking.name_by("sources"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def monitor(
    sources: str | None = None,
    warehouse: str | None = None,
    minutes: float = 20.0,
    recheck: bool = False,
    read: bool = False,
    workers: int = 1,
    entities: str | None = None,
) -> State[RoundReport]:
    """Poll the sources that are due and retrieve what they name.

    What comes is archived and landed; reading it is another flow's, which each landing triggers.

    Args:
        sources: the sources.toml, as the worker sees it; by default that of NEWSLEDGER_SOURCES
            on the worker, else sources.toml in its folder.
        warehouse: DuckDB file of the ledger, made if it is missing; by default that of
            NEWSLEDGER_WAREHOUSE on the worker, else newsledger.duckdb in its folder.
        minutes: after which no more pages are retrieved; the others wait for the next run.
        recheck: look again at articles read before, in this run.
        read: read what waits, in this run.
        workers: reading processes, where it reads.
        entities: names of the user's own; by default those of NEWSLEDGER_ENTITIES on the worker,
            else entities.csv beside the ledger, if any.
    """
    plan = tracking.sources_of(sources)
    if plan is None:
        return tracking.unplanned()
    ledger = tracking.ledger_of(warehouse)
    return tracking.live(
        LiveOrder(
            plan,
            ledger,
            workers,
            recheck=recheck,
            read=read,
            seconds=minutes * 60,
            entities=Path(entities) if entities else None,
        )
    )


def run_tracked(order: LiveOrder) -> RoundReport:
    """Run the flow here and have the server of PREFECT_API_URL track it.

    Raises:
        InputError, WarehouseError, OSError: as in `flows.live.round_of`.
    """
    state = monitor(
        str(order.sources),
        str(order.ledger),
        recheck=order.recheck,
        read=order.read,
        workers=order.workers,
        entities=str(order.entities) if order.entities else None,
        return_state=True,
    )
    return cast(RoundReport, state.result())
