"""Backups that restore, and what may leave the archive."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warehouse import (
    ArchiveFile,
    BackupError,
    Capture,
    LockTimeout,
    Run,
    Warehouse,
    capture_id,
)
from warehouse.connection import locked

AT = datetime(2026, 5, 4, 3, 40, tzinfo=UTC)
FACTS = "SELECT fact_id, surface, value FROM mart.facts ORDER BY ALL"


def run(kind: str = "upkeep", at: datetime = AT) -> Run:
    return Run("5b1f6a34-58c0-4b5c-9d3e-0d7c5c1f8a01", kind, "test", at)


@pytest.fixture
def ledger(seed_warehouse: Warehouse, tmp_path: Path) -> Warehouse:
    shutil.copy(seed_warehouse.path, tmp_path / "n.duckdb")
    return Warehouse(tmp_path / "n.duckdb", lock_timeout=0.2)


def test_a_backup_restores_to_the_same_ledger(ledger: Warehouse, tmp_path: Path) -> None:
    ledger.publish()
    made = ledger.back_up(tmp_path / "backups", AT)
    assert made.path == tmp_path / "backups" / "ledger-20260504T034000Z"
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.path.name]
    again = Warehouse(tmp_path / "again.duckdb")
    rows = again.restore(made.path)
    assert rows["news.documents"] == 5
    assert sum(rows.values()) == made.rows
    assert again.query(FACTS).rows == ledger.query(FACTS).rows
    zstd = "SELECT count(*) FROM duckdb_columns() WHERE database_name = 'newsledger'"
    assert again.query(zstd).rows == ledger.query(zstd).rows
    assert again.space().size > 0


def test_a_backup_waits_for_a_load_and_leaves_nothing_behind(
    ledger: Warehouse, tmp_path: Path
) -> None:
    with locked(ledger.path, 1), pytest.raises(LockTimeout):
        ledger.back_up(tmp_path / "backups", AT)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_that_has_lost_rows_is_refused(ledger: Warehouse, tmp_path: Path) -> None:
    made = ledger.back_up(tmp_path / "backups", AT)
    manifest = made.path / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["tables"]["news.facts"]["rows"] += 1
    manifest.write_text(json.dumps(told), "utf-8")
    again = Warehouse(tmp_path / "again.duckdb")
    with pytest.raises(BackupError, match=r"does not give back news\.facts"):
        again.restore(made.path)
    assert not again.path.exists()
    (made.path / "news_facts.parquet").write_bytes(b"no parquet")
    with pytest.raises(BackupError, match="cannot be restored"):
        again.restore(made.path)
    manifest.unlink()
    with pytest.raises(BackupError, match="no backup"):
        again.restore(made.path)


def test_no_ledger_is_overwritten(ledger: Warehouse, tmp_path: Path) -> None:
    made = ledger.back_up(tmp_path / "backups", AT)
    with pytest.raises(BackupError, match="there already"):
        ledger.restore(made.path)


def test_old_backups_leave_and_the_newest_stays(ledger: Warehouse, tmp_path: Path) -> None:
    for days in (40, 20, 10):
        (tmp_path / f"ledger-{AT - timedelta(days=days):%Y%m%dT%H%M%S}Z").mkdir()
    (tmp_path / "ledger-of-mine").mkdir()
    removed = ledger.drop_backups(tmp_path, AT, timedelta(days=14))
    assert [path.name for path in removed] == ["ledger-20260325T034000Z", "ledger-20260414T034000Z"]
    assert ledger.drop_backups(tmp_path, AT, timedelta(days=1)) == []
    assert (tmp_path / "ledger-of-mine").is_dir()


def capture(file: str, number: int, at: datetime, ending: str) -> Capture:
    url = f"https://a.example/{file}/{number}"
    return Capture(
        capture_id("a", url, at), "a", "feed", None, url, url, url, at, 0.1, 200, "text/html", "",
        3, "", None, None, ending, archive=file, offset=number,
    )  # fmt: skip


def test_only_what_is_old_landed_and_read_may_leave_the_archive(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "n.duckdb")
    old, new = AT - timedelta(days=90), AT - timedelta(days=2)
    captures = [
        capture("old.warc.gz", 1, old, "gone"),
        capture("old.warc.gz", 2, old + timedelta(hours=1), "gone"),
        capture("new.warc.gz", 1, old, "gone"),
        capture("new.warc.gz", 2, new, "gone"),
        capture("unread.warc.gz", 1, old, "gone"),
        capture("unread.warc.gz", 2, old, "fetched"),
        capture("open.warc.gz", 1, old, "gone"),
    ]
    files = ["old.warc.gz", "new.warc.gz", "unread.warc.gz"]
    ledger.land(captures, [], [ArchiveFile(file, 9) for file in files], run("monitor", old))
    before = AT - timedelta(days=30)
    [pruned] = ledger.prune(before, [*files, "open.warc.gz", "others.warc.gz"], run())
    assert (pruned.file, pruned.captures, pruned.size) == ("old.warc.gz", 2, 9)
    assert (pruned.oldest, pruned.newest) == (old, old + timedelta(hours=1))
    assert ledger.prune(before, files, run()) == [pruned]  # told again while it is there
    assert ledger.prune(before, files[1:], run()) == []
    ledger.publish()
    assert ledger.query("SELECT file FROM ops.pruned").rows == (("old.warc.gz",),)
