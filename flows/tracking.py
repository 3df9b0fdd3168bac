"""What the flows of the live pipeline share: steps as task runs, limits, artifacts.

The work itself is in `flows.live`; here Prefect sees what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import Flow, Task, task
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import FlowRun, State
from prefect.concurrency.sync import concurrency
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import bus, steps, sweeping
from flows.inputs import InputError
from flows.live import LiveOrder, RoundReport, Session, round_of
from flows.screen import clean
from warehouse import LockTimeout, Warehouse

Result = TypeVar("Result")

WRITER = "duckdb-writer"
HOSTS = "newsledger-hosts"
"""Limits of 1: who writes the ledger, and who asks hosts. The locks of the files hold where a
server lacks the limits; with them a flow waits here, and is seen to wait."""

SOURCES_ARTIFACT = "newsledger-sources"
DIFFERS_ARTIFACT = "newsledger-differs-today"
GRAVEST_ARTIFACT = "newsledger-gravest-today"
FAILURE_ARTIFACT = "newsledger-failures"

IDLE = "Idle"
"""Name of the completed state of a run that had nothing to do."""

_LEASE_SECONDS = 60.0
"""After which the slot of a killed run is free; the shortest that a server grants."""

_SAFE = ("catch up", "read")
"""Steps that are done again where the ledger was busy: they ask no host."""

_MOST_ROWS = 50


def begin() -> None:
    """What every flow does first: put right what runs that died have left on the server."""
    sweeping.sweep((WRITER, HOSTS), get_run_logger())


@contextmanager
def writing() -> Iterator[None]:
    """Be the one flow that writes the ledger."""
    with concurrency(WRITER, lease_duration=_LEASE_SECONDS, strict=False):
        yield


@contextmanager
def asking() -> Iterator[None]:
    """Be the one flow that asks hosts: they are shared, and each is asked at its pace."""
    with concurrency(HOSTS, lease_duration=_LEASE_SECONDS, strict=False):
        yield


def _was_busy(task: Task[..., Any], run: object, state: State[Any]) -> bool:
    """Whether a step failed because another process held the ledger."""
    return isinstance(state.result(raise_on_failure=False), LockTimeout)


@task(task_run_name="{label}", cache_policy=NO_CACHE, persist_result=False)
def _step(label: str, work: Callable[[], Any]) -> Any:
    return work()


def do(kind: str, label: str, work: Callable[[], Result]) -> Result:
    """Do a step as a task run: see `flows.live.rounds.Do`."""
    again = 2 if kind in _SAFE else 0
    run = _step.with_options(
        name=kind, retries=again, retry_delay_seconds=20, retry_condition_fn=_was_busy
    )
    return cast(Result, run(label, work))


def live(order: LiveOrder) -> State[RoundReport]:
    """Do one round, or a part of it, in a flow run.

    Args:
        order: what to do.

    Returns:
        A completed state with the report; its name is `Idle` where nothing was due.

    Raises:
        InputError: the plan cannot be read.
        LockTimeout, WarehouseError, OSError: see `flows.live.round_of`.
    """
    log = get_run_logger()
    begin()

    def publish() -> None:
        bus.publish_quietly(Warehouse(order.ledger), log.warning)

    with Session(order.sources, order.ledger, entities=order.entities) as session:
        if order.poll or order.recheck:
            with asking():
                report = round_of(session, order, log.info, do, writing, publish)
        else:
            report = round_of(session, order, log.info, do, writing)
    publish()
    for note in report.notes:
        log.warning(note)
    log.info("%s", figures(report))
    if report.polled:
        show_sources(order.ledger)
    if report.read:
        show_differences(order.ledger)
    did = report.polled or report.retrieved or report.read or report.recovered
    return Completed(name=None if did else IDLE, message=figures(report), data=report)


def figures(report: RoundReport) -> str:
    """A report in one line, as `name=value` pairs."""
    failed = sum(poll.ending not in ("polled", "not_modified") for poll in report.polled)
    pairs = {
        "polled": len(report.polled),
        "failed": failed,
        **{f"retrieved.{ending}": count for ending, count in report.retrieved.items()},
        "rechecked": report.rechecked,
        **{f"read.{ending}": count for ending, count in report.read.items()},
        "recovered": report.recovered,
        "waiting": report.waiting,
        "unread": report.unread,
    }
    return " ".join(f"{name}={count}" for name, count in pairs.items() if count) or "nothing due"


def show_sources(ledger: Path) -> None:
    """How each source does, as a table; those that fail first."""
    rows = Warehouse(ledger).query(
        "SELECT source, state, failing, last_poll, next_poll, newest_article_at, success_share, "
        "median_seconds, articles_day, articles_week, last_error FROM mart.source_health "
        "ORDER BY failing = '', source"
    )
    failing = [row for row in rows.dicts() if row["failing"]]
    create_table_artifact(
        key=SOURCES_ARTIFACT,
        table=[{name: clean(value) for name, value in row.items()} for row in rows.dicts()],
        description=f"{len(failing)} of {len(rows.rows)} sources fail",
    )


def show_differences(ledger: Path, now: datetime | None = None) -> None:
    """What reports of today say otherwise than others did, and a link to the gravest."""
    today = (now or datetime.now(UTC)).date()
    rows = Warehouse(ledger).disagreements(since=today)
    create_markdown_artifact(
        key=DIFFERS_ARTIFACT,
        markdown=as_markdown(rows),
        description=f"{len(rows)} figures of {today} (UTC) that differ",
    )
    for row in rows:
        if str(row["url"]).startswith(("http://", "https://")):
            create_link_artifact(
                key=GRAVEST_ARTIFACT,
                link=row["url"],
                link_text=clean(row["claim"]),
                description=f"{clean(row['verdict'])}: {clean(row['surface'])}, "
                f"earlier {clean(row['earlier_surface'])}",
            )
            break


def show_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """State hook: what a flow failed of, in words, with the run it was.

    Args:
        flow: that failed.
        flow_run: of it.
        state: its last one, whose message names the input and the remedy.
    """
    said = _cell(state.message or "no message")
    create_markdown_artifact(
        key=FAILURE_ARTIFACT,
        markdown=f"{flow.name} ({flow_run.name}, run {flow_run.id}): {said}",
        description=f"{flow.name} failed",
    )


def as_markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of mart.disagreements as a table in Markdown, the gravest first."""
    if not rows:
        return "Nothing differs today."
    lines = ["| verdict | claim | now | before | who | who before |", "|---|---|---|---|---|---|"]
    for row in rows[:_MOST_ROWS]:
        cells = (
            row["verdict"], row["claim"], row["surface"], row["earlier_surface"],
            row["outlet"] or row["document"], row["earlier_outlet"] or row["earlier_document"],
        )  # fmt: skip
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    left = len(rows) - _MOST_ROWS
    if left > 0:
        lines += ["", f"... and {left} more: newsledger disagreements"]
    return "\n".join(lines)


def _cell(value: object) -> str:
    """Text of others, in which no markup is left to a page that shows it."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~" else c for c in clean(value))


def name_by(parameter: str) -> Callable[[], str]:
    """Names a flow run by the file that a parameter names."""

    def name() -> str:
        given = flow_run.parameters.get(parameter)
        return f"{flow_run.flow_name} {Path(given).name}" if given else str(flow_run.flow_name)

    return name


def ledger_of(warehouse: str | None) -> Path:
    """The ledger that a parameter names, or the worker's."""
    return Path(warehouse) if warehouse else steps.default_ledger()


def sources_of(sources: str | None) -> Path | None:
    """The plan that a parameter names, or the worker's; None where neither is there.

    Raises:
        InputError: one was named that is not there.
    """
    path = Path(sources) if sources else steps.default_sources()
    if path.exists():
        return path
    if sources:
        raise InputError(
            f"{sources} does not exist here; name the sources.toml as the worker sees it"
        )
    return None


def unplanned() -> State[RoundReport]:
    """The end of a run on a worker where no plan has been laid yet."""
    said = (
        "There is no sources.toml in the worker's folder yet. Copy docs/sources.example.toml to "
        "it and fill in contact, or name one with NEWSLEDGER_SOURCES."
    )
    get_run_logger().warning(said)
    return Completed(name=IDLE, message=said)
