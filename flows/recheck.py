"""Looking again as a Prefect flow: articles read before, for corrections and silent edits."""

from __future__ import annotations

from typing import cast

from prefect import flow
from prefect.client.schemas.objects import State

from flows import tracking
from flows.live import LiveOrder, RoundReport

_LONGEST_SECONDS = 3 * 3600.0
"""A run that takes longer hangs."""


@flow(
    name="recheck",
    flow_run_name=tracking.name_by("sources"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def recheck(
    sources: str | None = None, warehouse: str | None = None, minutes: float = 20.0
) -> State[RoundReport]:
    """Look again at the articles whose time has come, for corrections and silent edits.

    It asks the hosts that the monitor asks, so that only one of the two runs at a time.

    Args:
        sources: the sources.toml, as the worker sees it; by default that of NEWSLEDGER_SOURCES
            on the worker, else sources.toml in its folder.
        warehouse: DuckDB file of the ledger; by default that of NEWSLEDGER_WAREHOUSE on the
            worker, else newsledger.duckdb in its folder.
        minutes: after which no more pages are retrieved; the others wait for the next run.
    """
    plan = tracking.sources_of(sources)
    if plan is None:
        return tracking.unplanned()
    ledger = tracking.ledger_of(warehouse)
    return tracking.live(LiveOrder(plan, ledger, poll=False, read=False, seconds=minutes * 60))


def run_tracked(order: LiveOrder) -> RoundReport:
    """Run the flow here and have the server of PREFECT_API_URL track it.

    Raises:
        InputError, WarehouseError, OSError: as in `flows.live.round_of`.
    """
    state = recheck(str(order.sources), str(order.ledger), return_state=True)
    return cast(RoundReport, state.result())
