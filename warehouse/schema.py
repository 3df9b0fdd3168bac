"""Bringing a database file to this package's schema: migrations, rules and views.

Migrations (`migrations/NNNN_*.sql`) are applied once, in order, and must not change afterwards;
`rules.sql` (verdict macros), `sides.sql` (what is compared), `views.sql` (the mart) and the
reference tables are re-applied whenever they differ from what the file was last given.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

import duckdb

from warehouse import search
from warehouse.errors import MigrationError

_SCRIPTS = ("rules.sql", "sides.sql", "stories.sql", "views.sql", "story_views.sql")
_ANSWERS = ("claim_views.sql", "outlet_views.sql", "total_views.sql")

_LOG = """
CREATE TABLE IF NOT EXISTS main.migrations (
    number INTEGER NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS main.mart_version (sha256 VARCHAR NOT NULL);
"""


def bundled() -> list[tuple[str, str]]:
    """Name and SQL of the package's migrations, in order."""
    folder = files("warehouse") / "migrations"
    return sorted(
        (entry.name, entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )


def migrate(connection: duckdb.DuckDBPyConnection, scripts: Iterable[tuple[str, str]]) -> int:
    """Apply the migrations that a database lacks; the caller owns the transaction.

    Args:
        connection: open for writing.
        scripts: (file name beginning with its number, SQL) in order.

    Returns:
        The number of the newest migration.

    Raises:
        MigrationError: an applied file has changed, is unknown here, or does not apply.
    """
    connection.execute(_LOG)
    applied: dict[int, tuple[str, str]] = {
        number: (name, digest)
        for number, name, digest in connection.execute("FROM main.migrations").fetchall()
    }
    newest = 0
    for name, sql in scripts:
        number = int(name.split("_", 1)[0])
        newest = max(newest, number)
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if number in applied:
            if applied[number][1] != digest:
                raise MigrationError(
                    f"Migration {name} was changed after it had been applied to this file. "
                    f"Restore it and put the change into a new migration, or use the version of "
                    f"the package that wrote the file."
                )
            continue
        try:
            connection.execute(sql)
        except duckdb.Error as error:
            raise MigrationError(
                f"Migration {name} does not apply: {error}. Nothing was changed; report this "
                f"with the output of the doctor."
            ) from error
        connection.execute("INSERT INTO main.migrations VALUES (?, ?, ?)", [number, name, digest])
    unknown = sorted(number for number in applied if number > newest)
    if unknown:
        raise MigrationError(
            f"This file was written by a newer version of the package (migration "
            f"{applied[unknown[-1]][0]}). Upgrade the package."
        )
    return newest


def apply(connection: duckdb.DuckDBPyConnection) -> None:
    """Migrate, refresh the reference tables, and re-create the rules and the mart.

    Raises:
        MigrationError: see `migrate`.
    """
    migrate(connection, bundled())
    search.update(connection)  # of a file from before there was an index
    package = files("warehouse")
    parts = ("fx.csv", "agencies.csv", "evidence_kinds.csv", *_SCRIPTS)
    digest = hashlib.sha256(b"".join((package / name).read_bytes() for name in parts)).hexdigest()
    if connection.execute("FROM main.mart_version").fetchall() == [(digest,)]:
        return
    _replace(connection, "news.fx", package / "fx.csv")
    _replace(connection, "news.agencies", package / "agencies.csv")
    _replace(connection, "news.evidence_kinds", package / "evidence_kinds.csv")
    # Anew from nothing, so that a view or macro that was dropped or renamed does not live on.
    connection.execute("DROP SCHEMA IF EXISTS mart CASCADE; CREATE SCHEMA mart")
    for name in _SCRIPTS:
        connection.execute((package / name).read_text("utf-8"))
    connection.execute("DELETE FROM main.mart_version")
    connection.execute("INSERT INTO main.mart_version VALUES (?)", [digest])


def answer(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the views and macros that answer analysts' questions, for the published replica.

    They stand on the mart's tables there. On the ledger's views, which stand on one another, the
    binding of each would take seconds.
    """
    for name in _ANSWERS:
        connection.execute((files("warehouse") / name).read_text("utf-8"))


def _replace(connection: duckdb.DuckDBPyConnection, table: str, resource: Traversable) -> None:
    """Fill a reference table from a CSV file of the package; `#` begins a comment line."""
    lines = [line for line in resource.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.reader(lines))[1:]
    places = ", ".join("?" * len(rows[0]))
    connection.execute(f"DELETE FROM {table}")
    connection.execute(
        f"INSERT INTO {table} VALUES " + ", ".join([f"({places})"] * len(rows)),
        [cell for row in rows for cell in row],
    )
