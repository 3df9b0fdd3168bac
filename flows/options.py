"""Options that several commands share."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

FAILURE, USAGE, PARTIAL, UNREAD = 1, 2, 3, 141
"""Exit codes besides 0: PARTIAL where some document was not read for facts, UNREAD where the
output was closed before its end (128 + SIGPIPE, as a shell has it)."""

DEFAULT_LEDGER = Path("newsledger.duckdb")
DEFAULT_WATCHES = Path("watches.toml")

Ledger = Annotated[
    Path,
    typer.Option(
        "--warehouse",
        envvar="NEWSLEDGER_WAREHOUSE",
        help="DuckDB file of the ledger.",
        show_default=True,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print data and nothing else.")]
Overrides = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Your corrections; by default overrides.toml beside the warehouse, if there is one.",
        show_default=False,
    ),
]
Entities = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        envvar="NEWSLEDGER_ENTITIES",
        help="Names of your own; by default entities.csv beside the warehouse, if there is one.",
        show_default=False,
    ),
]
Workers = Annotated[
    int, typer.Option(min=0, help="Reading processes; 0 chooses by the number of documents.")
]
Watches = Annotated[
    Path,
    typer.Option(
        "--watches",
        envvar="NEWSLEDGER_WATCHES",
        help="What is watched, and over which channels you are told.",
        show_default=True,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE|DAYS", help="Only from this day on: 2024-04-10, or 30d for 30 days ago."
    ),
]
Actor = Annotated[
    str | None,
    typer.Option(help='Only where this one acts, or its group: "Microsoft".', metavar="NAME"),
]


def day(text: str | None, now: datetime | None = None) -> date | None:
    """The day that "2024-04-10" or "30d" means, None for none.

    Args:
        text: ISO date, or a number of days before today (UTC) with a "d".
        now: zone-aware; the present moment by default.

    Raises:
        typer.BadParameter: it is neither.
    """
    if text is None:
        return None
    days = re.fullmatch(r"(\d{1,5})d", text.strip())
    if days:
        return ((now or datetime.now(UTC)) - timedelta(days=int(days[1]))).date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day. Write it as 2024-04-10, or 30d for 30 days ago."
        ) from None
