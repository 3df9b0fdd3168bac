"""Announcing as Prefect flows: `flows.announcing`, with what was sent shown as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows import announcing, gazetteer, steps, tracking
from flows.announcing import Announced, Attempt

ARTIFACT = "newsledger-alerts"

_PATIENCE_SECONDS = 600.0
"""How long it waits while another run delivers; receivers may be slow."""

_LONGEST_SECONDS = 3600.0
"""A run that takes longer hangs."""


@flow(
    name="announce",
    flow_run_name=tracking.name_by("warehouse"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def announce(warehouse: str | None = None, watches: str | None = None) -> State[Announced]:
    """Deliver the alerts that are due, and publish the events that no trigger has seen yet.

    Started by events of facts; a schedule picks up what no event started, and what failed.
    Watches that are told by digest are left to the flow of that name.

    Args:
        warehouse: DuckDB file of the ledger; by default that of NEWSLEDGER_WAREHOUSE on the
            worker, else newsledger.duckdb in its folder.
        watches: what is watched, and over which channels; by default that of NEWSLEDGER_WATCHES
            on the worker, else watches.toml in its folder.
    """
    return _announced(warehouse, watches, digests=False)


@flow(
    name="digest",
    flow_run_name=tracking.name_by("warehouse"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def digest(warehouse: str | None = None, watches: str | None = None) -> State[Announced]:
    """Deliver the digests whose hour has come, with whatever else is due already.

    Args:
        warehouse: as for announce.
        watches: as for announce.
    """
    return _announced(warehouse, watches, digests=True)


def _announced(warehouse: str | None, watches: str | None, *, digests: bool) -> State[Announced]:
    log = get_run_logger()
    tracking.begin()
    ledger = Path(warehouse) if warehouse else steps.default_ledger()
    gazetteer.use(ledger)
    done = announcing.announce_watched(
        ledger,
        Path(watches) if watches else announcing.default_watches(),
        digests=digests,
        lock_timeout=_PATIENCE_SECONDS,
    )
    if done.published.problem:
        log.warning(done.published.problem)
    if done.attempts:
        create_table_artifact(
            key=ARTIFACT,
            table=[_row(one) for one in done.attempts],
            description=f"{len(done.attempts)} alerts, {len(done.failed)} of them failed",
        )
    for one in done.failed:
        log.warning("%s on %s %s: %s", one.subject, one.channel, one.state, one.message)
    name = "Partial" if done.failed else None if done.attempts else "Idle"
    return Completed(name=name, data=done)


def _row(one: Attempt) -> dict[str, Any]:
    return {
        "alert": one.subject,
        "channel": one.channel,
        "state": one.state,
        "attempt": one.attempt,
        "message": one.message,
        "event": str(one.event_id),
    }
