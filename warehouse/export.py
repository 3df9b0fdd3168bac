"""Writing tables of the mart to files: Parquet, CSV or JSON lines, one file a table.

A folder appears whole: it is written beside its place and renamed into it. An earlier export there
is put aside by one rename and replaced by the next; a folder that is no export is left alone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import duckdb

from warehouse.connection import CONFIG
from warehouse.errors import ExportError, QueryError

Format = Literal["parquet", "csv", "jsonl"]

TABLES = (
    "documents", "facts", "fact_participants", "claims", "claim_current", "verdicts",
    "disagreements", "stories", "story_members",
)  # fmt: skip
"""What is written if nothing is named."""

MANIFEST = "export.json"

# Columns that say when a row is from, the first one a row has a value in.
_TIMES = (
    "detected_at", "published_at", "last_reported", "last_seen", "moment", "found_at", "fetched_at",
    "polled_at", "started_at", "recorded_from", "occurred_at", "last_at", "day",
)  # fmt: skip
_OPTIONS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER",
    "jsonl": "FORMAT json",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A table that was written.

    Attributes:
        table: its name in schema mart.
        path: the file.
        rows: how many.
        since: whether it was narrowed down by time; a table without times is written whole.
    """

    table: str
    path: Path
    rows: int
    since: bool


def export(
    replica: Path,
    folder: Path,
    tables: Sequence[str] = (),
    form: Format = "parquet",
    since: date | None = None,
) -> list[Exported]:
    """Write tables or views of the mart of a published replica.

    Rows are sorted by all their columns, so that one ledger gives the same files again. In CSV,
    lists and structures are JSON.

    Args:
        replica: the published copy; what it is when this begins is written, whatever is loaded.
        folder: made, or put in the place of an earlier export.
        tables: names in schema mart; `TABLES` if none is given.
        form: of the files.
        since: only rows from this day (UTC) on; of several times that a row has, when it was
            detected, else when it was published, else the next one.

    Raises:
        QueryError: there is no replica, or no such table.
        ExportError: the folder is there and no export, or cannot be written.
    """
    if form not in get_args(Format):
        raise ExportError(f"{form!r} is no format; choose one of {', '.join(get_args(Format))}.")
    if not replica.exists():
        raise QueryError(f"There is no {replica} yet. Load or replay something first.")
    folder = Path(os.path.abspath(folder))
    if folder.exists() and not _may_replace(folder):
        raise ExportError(
            f"{folder} is there and is no earlier export. Name a folder that is new or empty."
        )
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        draft.mkdir(parents=True)
    except OSError as error:
        raise ExportError(f"{folder} cannot be made: {error}") from error
    try:
        with _opened(replica) as connection:
            columns = _columns(connection)
            wanted = list(dict.fromkeys(tables or TABLES))
            for table in wanted:
                if table not in columns:
                    raise QueryError(
                        f"There is no mart.{table}. Choose from {', '.join(sorted(columns))}."
                    )
            written = [
                _write(connection, draft, table, columns[table], form, since) for table in wanted
            ]
        manifest = {
            "format": form,
            "since": since.isoformat() if since else None,
            "tables": {
                one.table: {"rows": one.rows, "narrowed": one.since} for one in written
            },
        }  # fmt: skip
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
        _put(draft, folder)
    except (OSError, duckdb.IOException) as error:
        raise ExportError(f"{folder} cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [Exported(o.table, folder / o.path.name, o.rows, o.since) for o in written]


def _may_replace(folder: Path) -> bool:
    return folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))


def _put(draft: Path, folder: Path) -> None:
    """Rename the draft to its place, and what was there away."""
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _opened(replica: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The replica, read-only, from a connection that may write files."""
    connection = duckdb.connect(":memory:", config=CONFIG)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH {_quoted(str(replica))} AS newsledger (READ_ONLY)")
        connection.execute("USE newsledger")
        yield connection
    finally:
        connection.close()


def _columns(connection: duckdb.DuckDBPyConnection) -> Mapping[str, dict[str, str]]:
    """Column types of the mart's tables and views, by name."""
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = 'newsledger' AND schema_name = 'mart' "
        "ORDER BY table_name, column_index"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    columns: Mapping[str, str],
    form: Format,
    since: date | None,
) -> Exported:
    shown = ", ".join(
        f'to_json("{name}") AS "{name}"'
        if form == "csv" and (kind.endswith("]") or kind.startswith(("STRUCT", "MAP")))
        else f'"{name}"'
        for name, kind in columns.items()
    )
    times = [name for name in _TIMES if name in columns]
    where = ""
    if since and times:
        kept = ", ".join(f'"{name}"::TIMESTAMPTZ' for name in times)
        where = f" WHERE coalesce({kept}) >= TIMESTAMPTZ '{since.isoformat()} 00:00:00+00'"
    path = folder / f"{table}.{form}"
    query = f'SELECT {shown} FROM mart."{table}"{where} ORDER BY ALL'
    ((rows,),) = connection.execute(
        f"COPY ({query}) TO {_quoted(str(path))} ({_OPTIONS[form]})"
    ).fetchall()
    return Exported(table, path, rows, bool(where))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
