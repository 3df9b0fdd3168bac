"""Upkeep in plain functions: back up, prune, publish, and say how the file does. No Prefect."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows import bus, sources, steps
from flows.live.pruning import prune
from warehouse import Backup, Pruned, Space, Warehouse, WarehouseError

_MUCH_FREE = 0.5
"""Share of the file that holds nothing from which a rebuild is advised."""

_LEAST_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class UpkeepOrder:
    """What upkeep is asked to do.

    Attributes:
        ledger: the DuckDB file.
        backups: folder of the backups; by default `backups` beside the ledger.
        keep_days: how long a backup is kept; the newest one always is.
        prune_days: age from which files of the archive are removed once they are read; None
            removes none.
        plan: the `sources.toml`, which says where the archive is; needed where files are pruned.
        event_days: age from which events that were delivered are removed; None removes none.
    """

    ledger: Path
    backups: Path | None = None
    keep_days: float = 14.0
    prune_days: float | None = None
    plan: Path | None = None
    event_days: float | None = None


@dataclass(frozen=True, slots=True)
class UpkeepReport:
    """What upkeep did.

    Attributes:
        backup: that was made and seen to restore.
        removed: backups that were older than they are kept.
        pruned: files that left the archive.
        forgotten: events that left the outbox.
        space: of the ledger's file.
        notes: advice.
    """

    backup: Backup
    removed: tuple[Path, ...]
    pruned: tuple[Pruned, ...]
    forgotten: int
    space: Space
    notes: tuple[str, ...]


def keep(
    order: UpkeepOrder,
    say: Callable[[str], None] = lambda words: None,
    writing: Callable[[], AbstractContextManager[object]] = nullcontext,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> UpkeepReport:
    """Checkpoint and publish, back up, drop old backups, prune the archive.

    Args:
        order: what to do.
        say: told what is going on.
        writing: entered around what writes to the ledger.
        now: zone-aware present.

    Raises:
        InputError: the plan cannot be read.
        BackupError: a backup did not restore to what it was made of; nothing was removed.
        WarehouseError: there is no ledger, or it cannot be written or read.
        OSError: the disk is full, or a file cannot be removed.
    """
    warehouse = Warehouse(order.ledger)
    if not order.ledger.exists():
        raise WarehouseError(
            f"There is no {order.ledger} yet. Load or replay something first, or name the right "
            f"warehouse."
        )
    at = now()
    folder = order.backups or order.ledger.parent / "backups"
    with writing():
        say("Checkpoint, and a new replica")
        warehouse.publish()
        space = warehouse.space()
    say(f"Backing up to {folder}")
    backup = warehouse.back_up(folder, at)
    removed = warehouse.drop_backups(folder, at, timedelta(days=order.keep_days))
    pruned: list[Pruned] = []
    if order.prune_days is not None and order.plan is not None:
        say(f"Pruning the archive of what is older than {order.prune_days:g} days")
        archive = sources.read(order.plan).fetching.archive
        run = replace(steps.new_run("upkeep", order.plan.name), started_at=at)
        with writing():
            pruned = prune(warehouse, archive, timedelta(days=order.prune_days), at, run)
    forgotten = 0
    if order.event_days is not None:
        say(f"Removing delivered events that are older than {order.event_days:g} days")
        # A hint of the last day may still be published.
        before = at - max(timedelta(days=order.event_days), 2 * bus.MOST_AGE)
        with writing():
            forgotten = warehouse.forget_events(before, (bus.SERVER, bus.PROCESS))
    notes = _advice(space)
    if order.prune_days is not None and order.plan is None:
        notes.append("Nothing was pruned: there is no sources.toml that says where the archive is.")
    return UpkeepReport(backup, tuple(removed), tuple(pruned), forgotten, space, tuple(notes))


def _advice(space: Space) -> list[str]:
    """DuckDB gives no space back to the disk, and its VACUUM does not either."""
    if space.size < _LEAST_BYTES or space.free < _MUCH_FREE * space.size:
        return []
    return [
        f"{space.free} of {space.size} bytes of the file hold nothing. To make it smaller, stop "
        f"what writes, and restore the backup under another name in its place."
    ]
