"""Rows on their way into a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa


def append(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    schema: pa.Schema,
    rows: Sequence[dict[str, Any]],
) -> None:
    """Add rows to a table.

    Args:
        connection: in the transaction that adds them.
        table: with its schema, such as "ops.captures".
        schema: its columns, in their order.
        rows: by column name.
    """
    if not rows:
        return
    connection.register("staged_rows", pa.Table.from_pylist(list(rows), schema=schema))
    connection.execute(f"INSERT INTO {table} SELECT * FROM staged_rows")
    connection.unregister("staged_rows")
