"""The report as a Prefect flow: written each morning, with a link to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_link_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows import reporting, tracking
from flows.screen import counted
from warehouse import Warehouse

ARTIFACT = "newsledger-report"

_LONGEST_SECONDS = 3600.0
"""A run that takes longer hangs."""


@flow(
    name="report",
    flow_run_name=tracking.name_by("warehouse"),
    timeout_seconds=_LONGEST_SECONDS,
    persist_result=False,
    on_failure=[tracking.show_failure],
)
def report(
    warehouse: str | None = None,
    out: str | None = None,
    days: float = 1.0,
    link: str | None = None,
) -> State[Path]:
    """Write the page of what differs, story by story, and link to it.

    Args:
        warehouse: DuckDB file of the ledger; by default that of NEWSLEDGER_WAREHOUSE on the
            worker, else newsledger.duckdb in its folder.
        out: the HTML file; by default newsledger-report.html beside the ledger.
        days: how many days back stories and differences are shown.
        link: address under which a web server of yours shows the file; by default the file's own.
    """
    tracking.begin()
    ledger = tracking.ledger_of(warehouse)
    if not ledger.exists():
        return Completed(name=tracking.IDLE, message=f"There is no {ledger.name} yet.")
    first = (datetime.now(UTC) - timedelta(days=days)).date()
    found = Warehouse(ledger).briefing(first, None)
    path = Path(out) if out else ledger.with_name("newsledger-report.html")
    reporting.write(reporting.page(found, first), path)
    said = f"{counted(found.n_differences, 'difference')}, stories: {found.n_stories}"
    create_link_artifact(
        key=ARTIFACT,
        link=link or path.resolve().as_uri(),
        link_text=f"What differs since {first}",
        description=said,
    )
    return Completed(message=said, data=path)
