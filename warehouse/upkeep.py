"""Upkeep: dated backups that are known to restore, and what may leave the archive.

A backup is a folder of Parquet files, one a table (EXPORT DATABASE), with a `manifest.json` of the
rows and a checksum of each. Only a copy is made under the lock; the export is made from the copy,
and then restored into a file of its own and compared, before the folder gets its name. Views and
macros are not in it: they are made anew from the package.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse import replica, schema
from warehouse.captures import record_run
from warehouse.connection import locked, writer
from warehouse.errors import BackupError
from warehouse.records import Backup, Pruned, Run, Space

MANIFEST = "manifest.json"
_NAME = re.compile(r"ledger-(\d{8}T\d{6})Z")
_FORMAT = 1

Prints = dict[str, tuple[int, str]]
"""Rows and checksum of each table."""


def back_up(path: Path, folder: Path, at: datetime, timeout: float) -> Backup:
    """Write a backup, and see that it restores.

    Args:
        path: the warehouse.
        folder: of all backups, made if it is missing.
        at: zone-aware; the backup is named after it.
        timeout: seconds to wait for the lock.

    Raises:
        BackupError: what was restored is not what was saved; no backup was made.
        LockTimeout, WarehouseError: the warehouse cannot be read, or the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"ledger-{at.astimezone(UTC):%Y%m%dT%H%M%S}Z"
    for leftover in folder.glob(".ledger-*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = folder / f".{target.name}.tmp"
    draft.mkdir()
    try:
        copy, export = draft / "copy.duckdb", draft / "export"
        with locked(path, timeout):
            with writer(path, timeout) as connection:
                connection.execute("CHECKPOINT")
            shutil.copyfile(path, copy)
        prints = _export(copy, export)
        told = {
            "format": _FORMAT,
            "made_at": at.astimezone(UTC).isoformat(),
            "ledger": path.name,
            "duckdb": duckdb.__version__,
            "tables": {
                name: {"rows": rows, "checksum": checksum}
                for name, (rows, checksum) in prints.items()
            },
        }
        (export / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", "utf-8")
        _rebuild(export, draft / "restored.duckdb", timeout)
        for file in export.iterdir():
            _sync(file)
        export.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _sync(folder)
    return Backup(
        path=target,
        made_at=at,
        rows=sum(rows for rows, _ in prints.values()),
        tables=len(prints),
        size=sum(file.stat().st_size for file in target.iterdir()),
    )


def restore(backup: Path, path: Path, timeout: float) -> Mapping[str, int]:
    """Make a warehouse from a backup, with its replica.

    Args:
        backup: folder of one backup.
        path: the DuckDB file, which must not be there yet.
        timeout: seconds to wait for the lock.

    Returns:
        Rows of each table.

    Raises:
        BackupError: the file is there, or the backup is not whole.
        MigrationError: the backup does not fit this version of the package.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path, timeout):
        if path.exists():
            raise BackupError(f"{path} is there already; move it away, or name another file.")
        draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            prints = _rebuild(backup, draft, timeout)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        replica.publish(path, timeout)
    return {name: rows for name, (rows, _) in prints.items()}


def backups(folder: Path) -> list[Path]:
    """The backups of a folder, the oldest first."""
    found = folder.iterdir() if folder.is_dir() else iter(())
    return sorted(path for path in found if _NAME.fullmatch(path.name) and path.is_dir())


def drop_old(folder: Path, at: datetime, keep: timedelta) -> list[Path]:
    """Remove the backups that are older than a span of time, but never the newest one.

    Args:
        folder: of all backups.
        at: zone-aware present.
        keep: how long they are kept.

    Returns:
        What was removed.
    """
    old = [path for path in backups(folder)[:-1] if at - _made_at(path) > keep]
    for path in old:
        shutil.rmtree(path)
    return old


def space(connection: duckdb.DuckDBPyConnection) -> Space:
    """See `Warehouse.space`."""
    row = connection.execute(
        "SELECT block_size * total_blocks, block_size * free_blocks FROM pragma_database_size() "
        "WHERE database_name = current_database()"
    ).fetchall()
    return Space(int(row[0][0]), int(row[0][1]))


def prune(
    connection: duckdb.DuckDBPyConnection, before: datetime, files: Collection[str], run: Run
) -> list[Pruned]:
    """See `Warehouse.prune`."""
    if not files:
        return []
    record_run(connection, run)
    present = sorted(files)
    connection.execute(
        """
        INSERT INTO ops.pruned
        SELECT a.file, any_value(a.size), count(c.capture_id), min(c.fetched_at),
               max(c.fetched_at), $at, $run::UUID
        FROM (FROM ops.archives WHERE list_contains($files, file)) a
        LEFT JOIN ops.captures c ON c.archive = a.file
        LEFT JOIN ops.capture_outcomes o USING (capture_id)
        WHERE a.file NOT IN (SELECT file FROM ops.pruned)
        GROUP BY a.file
        HAVING count(c.capture_id) = count(o.capture_id)
           AND coalesce(max(c.fetched_at), any_value(a.landed_at)) < $before
        """,
        {"files": present, "before": before, "at": run.started_at, "run": run.run_id},
    )
    return [
        Pruned(*row)
        for row in connection.execute(
            "SELECT file, size, captures, oldest, newest, pruned_at FROM ops.pruned "
            "WHERE list_contains(?, file) ORDER BY file",
            [present],
        ).fetchall()
    ]


def _export(copy: Path, target: Path) -> Prints:
    """Export the tables of a copy, which is changed; gives their rows and checksums."""
    with writer(copy, 0) as connection:
        connection.execute("DROP SCHEMA IF EXISTS mart CASCADE; DELETE FROM main.mart_version")
        for space_name, name in connection.execute(
            "SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            connection.execute(f"DROP VIEW {space_name}.{name}")
        for space_name, name, kind in connection.execute(
            "SELECT DISTINCT schema_name, function_name, function_type FROM duckdb_functions() "
            "WHERE NOT internal AND schema_name IN ('main', 'news', 'ops')"
        ).fetchall():
            what = "MACRO TABLE" if kind == "table_macro" else "MACRO"
            connection.execute(f"DROP {what} {space_name}.{name}")
        prints = _prints(connection)
        quoted = str(target).replace("'", "''")
        connection.execute(f"EXPORT DATABASE '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    return prints


def _rebuild(backup: Path, path: Path, timeout: float) -> Prints:
    """Make a database file from a backup, compare it, and bring it to this package's schema."""
    told = _manifest(backup)
    with writer(path, timeout) as connection:
        connection.begin()
        quoted = str(backup).replace("'", "''")
        applied = {
            number
            for (number,) in connection.execute(
                f"SELECT number FROM '{quoted}/migrations.parquet'"
            ).fetchall()
        }
        # The package's own statements, not those of the export, which know no compression.
        schema.migrate(
            connection,
            [one for one in schema.bundled() if int(one[0].split("_", 1)[0]) in applied],
        )
        for name in told["tables"]:
            space_name, _, table = name.partition(".")
            file = f"{table}.parquet" if space_name == "main" else f"{space_name}_{table}.parquet"
            try:
                connection.execute(f"DELETE FROM {name}; INSERT INTO {name} FROM '{quoted}/{file}'")
            except duckdb.Error as error:
                raise BackupError(
                    f"{backup} cannot be restored: {str(error).splitlines()[0]}. Take an earlier "
                    f"backup."
                ) from error
        connection.commit()
        found = _prints(connection)
        same = told["duckdb"] == duckdb.__version__  # a checksum is its version's own
        for name, wanted in told["tables"].items():
            rows, checksum = found.get(name, (0, ""))
            if rows != wanted["rows"] or (same and checksum != wanted["checksum"]):
                raise BackupError(
                    f"{backup} does not give back {name}: {rows} rows in place of "
                    f"{wanted['rows']}, or other ones. Take an earlier backup, and see to the disk."
                )
        connection.begin()
        schema.apply(connection)
        connection.commit()
        connection.execute("CHECKPOINT")
    return found


def _prints(connection: duckdb.DuckDBPyConnection) -> Prints:
    """Rows of each table, and a checksum that does not depend on their order."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() "
        "WHERE NOT internal AND schema_name IN ('main', 'news', 'ops') ORDER BY ALL"
    ).fetchall()
    found: Prints = {}
    for (name,) in names:
        [(rows, checksum)] = connection.execute(
            f"SELECT count(*), coalesce(sum(hash(t)), 0)::VARCHAR FROM {name} t"
        ).fetchall()
        found[name] = (rows, checksum)
    return found


def _manifest(backup: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads((backup / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise BackupError(
            f"{backup} is no backup: its {MANIFEST} cannot be read ({problem}). Name a folder "
            f"ledger-... that newsledger upkeep has made."
        ) from None
    if told.get("format") != _FORMAT:
        raise BackupError(f"{backup} was made by a newer version of the package; upgrade it.")
    return told


def _made_at(backup: Path) -> datetime:
    found = _NAME.fullmatch(backup.name)
    assert found is not None
    return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _sync(path: Path) -> None:
    """Put a file, or a folder's list of names, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
