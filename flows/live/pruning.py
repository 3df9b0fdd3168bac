"""Taking old files out of the archive: on record first, then gone."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.fetching.archive import SUFFIX, sync_folder
from flows.inputs import PRUNED
from warehouse import Pruned, Run, Warehouse


def prune(
    warehouse: Warehouse, folder: Path, older_than: timedelta, now: datetime, run: Run
) -> list[Pruned]:
    """Remove the files all of whose captures are read and older than a span of time.

    Killed anywhere and called again, it goes on where it was. The ledger has a row of each in
    ops.pruned, and the folder a line in `pruned.jsonl`, which a replay of it tells.

    Args:
        warehouse: the ledger.
        folder: of the archive.
        older_than: the span.
        now: zone-aware present.
        run: that prunes.

    Returns:
        What was removed.

    Raises:
        WarehouseError: the ledger cannot be written.
        OSError: a file cannot be removed.
    """
    files = {path.name for path in folder.glob(f"*{SUFFIX}")}
    chosen = warehouse.prune(now - older_than, files, run)
    if not chosen:
        return []
    told = folder / PRUNED
    known = told.read_text("utf-8") if told.exists() else ""
    with told.open("a", encoding="utf-8") as file:
        for one in chosen:
            if f'"{one.file}"' not in known:
                file.write(json.dumps(_line(one)) + "\n")
        file.flush()
        os.fsync(file.fileno())
    for one in chosen:
        (folder / one.file).unlink()
    sync_folder(folder)
    return chosen


def _line(one: Pruned) -> dict[str, object]:
    return {
        "file": one.file,
        "size": one.size,
        "captures": one.captures,
        "oldest": _text(one.oldest),
        "newest": _text(one.newest),
        "pruned_at": _text(one.pruned_at),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
