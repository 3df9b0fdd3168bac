"""The command export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from flows.options import DEFAULT_LEDGER, Json, Ledger, Since, day

if TYPE_CHECKING:
    from warehouse import Format

FORMATS = ("parquet", "csv", "jsonl")


def export(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Made, or an earlier export to be replaced.")
    ],
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE...",
            help="Names in schema mart, such as facts; several without.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="parquet|csv|jsonl", help="Of the files.")
    ] = "parquet",
    since: Since = None,
    warehouse: Ledger = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Write facts, verdicts, stories and the like to files, one a table."""
    from flows import screen
    from warehouse import Warehouse

    if form not in FORMATS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(FORMATS)}.")
    written = Warehouse(warehouse).export(folder, tables or (), cast("Format", form), day(since))
    if json:
        screen.put_json(written)
        return
    out = screen.console()
    for one in written:
        whole = "" if one.since or since is None else " (all of it: it has no times)"
        out.print(f"{one.path}: {one.rows} rows{whole}", soft_wrap=True)
