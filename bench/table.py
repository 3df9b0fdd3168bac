"""Prints the rows of a bench."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

Rows = Sequence[Mapping[str, str | float | int | None]]


def show(title: str, rows: Rows) -> None:
    """Print rows that share their columns; shares to three places, counts whole."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for name in columns:
        numeric = any(isinstance(row.get(name), float | int) for row in rows)
        table.add_column(name, justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    Console(width=140).print(table)


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value
