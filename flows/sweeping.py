"""Runs whose process has died unseen, and slots that nobody holds: put right on the server.

A worker that lives marks the run of a process that died at once. Where both died, or the server
did, nobody is left to: the run would stay Running or Pending for good, and its deployment's slot
with it, so that no other run begins. Every flow therefore looks, as it begins, for runs that give
no sign of life any more. The locks of the files need none of this: the system frees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from logging import Logger, LoggerAdapter
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.filters import EventFilter, EventNameFilter, EventOrder, EventResourceFilter
from prefect.runtime import flow_run as current
from prefect.states import Cancelled, Crashed

FLOWS = ("announce", "digest", "monitor", "process", "recheck", "replay", "report", "upkeep")
"""Names of our flows."""

SILENT = timedelta(seconds=150)
"""After which a run that gave a sign every half minute is dead."""

STUCK = timedelta(minutes=5)
"""After which nothing comes of a run that was to begin or to be cancelled."""

_UNDER_WAY = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
_OF_A_DEPLOYMENT = "deployment:"


def sweep(limits: Sequence[str], log: Logger | LoggerAdapter[Logger]) -> None:
    """End the runs that are dead, and free the slots that no run can hold.

    What goes wrong with the server is left for the next flow that begins.

    Args:
        limits: names of the limits whose slots only runs of our flows take, never as they begin.
        log: told what was found.
    """
    try:
        with get_client(sync_client=True) as client:
            # First the slots: one that is taken after this was read is not ours to free.
            taken = {
                one.name: one
                for one in client.read_global_concurrency_limits(limit=200)
                if one.active_slots
            }
            alive = _alive(client, datetime.now(UTC), log)
            others = [run for run in alive if str(run.id) != current.id]
            deployed = {str(run.deployment_id) for run in alive}
            for name in taken:
                if name in limits:
                    is_free = not others
                else:
                    owner = name.removeprefix(_OF_A_DEPLOYMENT)
                    is_free = owner != name and _is_ours(client, owner) and owner not in deployed
                if is_free:
                    client.update_global_concurrency_limit(
                        name, GlobalConcurrencyLimitUpdate(active_slots=0)
                    )
                    log.info("The limit %s had a slot that no run holds; it is free", name)
    except Exception as problem:  # of the server, or on the way to it; the work goes on
        log.debug("Runs were not looked through: %s", problem)


def _alive(
    client: SyncPrefectClient, now: datetime, log: Logger | LoggerAdapter[Logger]
) -> list[FlowRun]:
    """Runs of our flows that are under way; those that are dead are ended."""
    alive = []
    for run in client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=list(FLOWS))),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_UNDER_WAY))
        ),
        limit=200,
    ):
        if run.state is None or str(run.id) == current.id or not _is_dead(client, run, now):
            alive.append(run)
            continue
        said = f"Its process gave no sign of life any more; it was {run.state.name}"
        is_cancelled = run.state.type == StateType.CANCELLING
        client.set_flow_run_state(
            run.id, (Cancelled if is_cancelled else Crashed)(message=said), force=True
        )
        log.info("The run %s (%s) is dead: %s", run.name, run.id, said)
    return alive


def _is_dead(client: SyncPrefectClient, run: FlowRun, now: datetime) -> bool:
    """Whether a run that is under way gives no sign of life any more."""
    assert run.state is not None
    silence = now - run.state.timestamp
    if run.state.type != StateType.RUNNING:
        return silence > STUCK
    return silence > SILENT and now - _heard_of(client, run.id, run.state.timestamp) > SILENT


def _heard_of(client: SyncPrefectClient, run_id: UUID, begun: datetime) -> datetime:
    """When a run last gave a sign."""
    page = client.read_events(
        EventFilter(
            event=EventNameFilter(name=["prefect.flow-run.heartbeat"]),
            resource=EventResourceFilter(id=[f"prefect.flow-run.{run_id}"]),
            order=EventOrder.DESC,
        ),
        limit=1,
    )
    return max([begun, *(event.occurred for event in page.events)])


def _is_ours(client: SyncPrefectClient, deployment_id: str) -> bool:
    """Whether a deployment is of one of our flows."""
    deployment = client.read_deployment(deployment_id)
    return str(deployment.entrypoint).rpartition(":")[2] in FLOWS
