"""Publishing: a consistent, read-only copy of the warehouse for everyone who only reads.

Under the lock: checkpoint, copy, turn what people and macros read into tables (with their
comments), sync, rename. A reader of the old replica keeps its file; a crash leaves the old replica
in place and a temporary file that the next publication removes.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import duckdb

from warehouse import schema
from warehouse.connection import writer

_STAY_VIEWS = ("captures", "deliveries", "events", "polls", "story_links")
"""Plain views, whose rows would take long to store or be held twice, and which are asked for a few
of them."""
_READ_BY_VIEWS = ("version_documents", "sides", "shown_links")
"""Views of `news` that those of `mart` and its macros read."""


def replica_path(path: Path) -> Path:
    """Path of the replica of a warehouse: `x.duckdb` -> `x.read.duckdb`."""
    return path.with_name(f"{path.stem}.read{path.suffix}")


def publish(path: Path, timeout: float) -> Path:
    """Make the replica anew; the caller holds the lock, and the warehouse is closed.

    Args:
        path: the warehouse, closed and checkpointed.
        timeout: seconds to retry on foreign locks.

    Returns:
        Path of the replica.
    """
    target = replica_path(path)
    draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    for leftover in target.parent.glob(f"{target.name}.*.tmp*"):
        if leftover.is_dir():  # what did not fit into memory
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    try:
        shutil.copyfile(path, draft)
        with writer(draft, timeout) as connection:
            materialise(connection)
            schema.answer(connection)
            connection.execute("CHECKPOINT")
        with draft.open("rb") as handle:
            os.fsync(handle.fileno())
        # Of a tool that wrote to the old replica; it fits no other file.
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def materialise(connection: duckdb.DuckDBPyConnection) -> None:
    """Turn what views read and most views of `mart` into tables, each after those it reads."""
    for name in _READ_BY_VIEWS:
        connection.execute(
            f"CREATE TABLE news.materialised AS FROM news.{name}; DROP VIEW news.{name}; "
            f"ALTER TABLE news.materialised RENAME TO {name}"
        )
    views: dict[str, tuple[str, str]] = {
        name: (sql, comment)
        for name, sql, comment in connection.execute(
            "SELECT view_name, sql, comment FROM duckdb_views() "
            "WHERE schema_name = 'mart' AND NOT internal ORDER BY view_name"
        ).fetchall()
        if name not in _STAY_VIEWS
    }
    comments: dict[str, list[tuple[str, str]]] = {name: [] for name in views}
    for view, column, text in connection.execute(
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE schema_name = 'mart' ORDER BY table_name, column_index"
    ).fetchall():
        if view in comments:
            comments[view].append((column, text))
    pending = dict(views)
    while pending:
        name = next(
            name
            for name, (sql, _) in pending.items()
            if not any(other != name and re.search(rf"\bmart\.{other}\b", sql) for other in pending)
        )
        _, comment = pending.pop(name)
        connection.execute(f"CREATE TABLE mart.materialised AS FROM mart.{name}")
        connection.execute(f"DROP VIEW mart.{name}")
        connection.execute(f"ALTER TABLE mart.materialised RENAME TO {name}")
        connection.execute(
            f"COMMENT ON TABLE mart.{name} IS {_quoted(comment)};"
            + "".join(
                f"COMMENT ON COLUMN mart.{name}.{column} IS {_quoted(text)};"
                for column, text in comments[name]
            )
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
