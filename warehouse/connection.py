"""Opening DuckDB: settings, the side-file lock, retries on foreign locks.

DuckDB lets one process write and, while it does, nobody else read. So all access to the
main file goes through an advisory lock on ``<file>.lock`` with a time limit, the database is
open for one short transaction only, and readers get the published replica (`replica.py`).
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import LockTimeout, WarehouseCorrupt, WarehouseError

REPLICA_REMEDY = (
    "This is the published copy: delete it and load or replay anything; it is made anew from the "
    "warehouse."
)
WAREHOUSE_REMEDY = (
    "If it is damaged, move it away and start from the published replica beside it, which holds "
    "every table, or replay the sources."
)
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    # duckdb#25819: wrong results for UNION ALL arms that share a join; hangs in 2.0.0.
    "disabled_optimizers": "common_subplan",
    # The default of 1.5 writes files without text compression.
    "storage_compatibility_version": "v1.5.0",
    "autoinstall_known_extensions": False,
}
_ROW_GROUP = 8192
"""Rows that DuckDB stores together: a checkpoint compresses the last of them anew, texts and all,
and a scan goes round those without what it seeks. The default is 122,880."""
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.010, 1.6, 0.400  # seconds


def lock_path(path: Path) -> Path:
    """Path of the side file whose lock guards a warehouse."""
    return path.with_name(path.name + ".lock")


def _pauses() -> Iterator[float]:
    """Growing, jittered pauses in seconds, without end."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.5)
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


@contextmanager
def locked(path: Path, timeout: float) -> Iterator[None]:
    """Hold the exclusive lock of a warehouse.

    Args:
        path: the warehouse file.
        timeout: seconds to wait for the lock.

    Raises:
        LockTimeout: another process kept it longer than that.
    """
    side = lock_path(path)
    deadline = time.monotonic() + timeout
    with side.open("a+", encoding="utf-8") as handle:
        for pause in _pauses():
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    handle.seek(0)
                    holder = handle.read().strip() or "unknown"
                    raise LockTimeout(
                        f"{path} is being written by process {holder} and was not free within "
                        f"{timeout:g} s. Wait for that load to end, or allow more time "
                        f"(lock_timeout)."
                    ) from None
                time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.seek(0)
            handle.truncate()
            handle.flush()
            fcntl.flock(handle, fcntl.LOCK_UN)


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock of a warehouse right now."""
    side = lock_path(path)
    if not side.exists():
        return False
    with side.open("a+", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(handle, fcntl.LOCK_UN)
    return False


@contextmanager
def writer(path: Path, timeout: float) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database file for writing; the caller holds `locked`.

    Args:
        path: database file, created if missing.
        timeout: seconds to retry while a tool that ignores our lock has it open.

    Raises:
        LockTimeout: a foreign tool kept it open.
        WarehouseCorrupt: the file cannot be read.
    """
    connection = _open(path, timeout)
    try:
        yield connection
    except duckdb.Error as error:
        if not gave_up(error):
            raise
        raise WarehouseError(
            f"DuckDB gave up while writing {path}: {error}. What was committed is kept; check the "
            f"free disk space (twice the file's size is needed) and load again."
        ) from error
    finally:
        connection.close()


def gave_up(error: duckdb.Error) -> bool:
    """Whether DuckDB answers nothing more until the file is opened anew."""
    return isinstance(error, duckdb.FatalException) or "has been invalidated" in str(error)


def _open(path: Path, timeout: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + timeout
    for pause in _pauses():
        try:
            if path.is_file() and not path.stat().st_size:
                path.unlink()  # made by a shell's redirection, say; DuckDB refuses it
            return _attached(path, f"ROW_GROUP_SIZE {_ROW_GROUP}")
        except duckdb.Error as error:
            text = str(error)
            if "Could not set lock" in text:
                if time.monotonic() < deadline:
                    time.sleep(pause)
                    continue
                raise LockTimeout(
                    f"Another program has {path} open ({text.splitlines()[0]}). Close it, and "
                    f"read the published replica instead, which never blocks a load."
                ) from error
            if "already attached" in text:
                raise LockTimeout(
                    f"This process already has {path} open. Close that connection, and read the "
                    f"published replica instead."
                ) from error
            if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
                raise WarehouseError(
                    f"{path} is no file that can be written. Name a DuckDB file, with --warehouse "
                    f"or NEWSLEDGER_WAREHOUSE, in a folder that you may write to."
                ) from error
            raise WarehouseCorrupt(
                f"{path} cannot be opened: {text.splitlines()[0]}. {WAREHOUSE_REMEDY}"
            ) from error
    raise AssertionError("the pauses never end")


@contextmanager
def reader(path: Path, remedy: str = REPLICA_REMEDY) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published replica, or the warehouse under its lock, for reading.

    Raises:
        LockTimeout: another program has it open for writing.
        WarehouseCorrupt: the file cannot be read.
    """
    try:
        connection = _attached(path, "READ_ONLY")
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            raise LockTimeout(
                f"Another program has {path} open for writing ({str(error).splitlines()[0]}). "
                f"Close it and open the replica read-only, as in duckdb -readonly {path.name}."
            ) from error
        raise WarehouseCorrupt(
            f"{path} cannot be opened: {str(error).splitlines()[0]}. {remedy}"
        ) from error
    try:
        # A query sees this file and nothing else: no other database, file or network.
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _attached(path: Path, option: str) -> duckdb.DuckDBPyConnection:
    """Attach a file to a database in memory of this call's own.

    So a connection that this process holds on an older replica (DuckDB shares them by path) is not
    reused, and row groups have our size, which is an option of attaching only.
    """
    # What does not fit into memory goes beside the file, as if it had been opened by itself.
    connection = duckdb.connect(":memory:", config={**CONFIG, "temp_directory": f"{path}.tmp"})
    try:
        quoted = str(path).replace("'", "''")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{quoted}' AS newsledger ({option}); USE newsledger")
    except duckdb.Error:
        connection.close()
        raise
    return connection
