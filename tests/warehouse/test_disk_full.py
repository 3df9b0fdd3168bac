"""A disk that is full: a clear error, nothing lost, and the next load goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extractors import Document, read
from flows.steps import new_run
from warehouse import Warehouse, WarehouseError, replica

LOAD = """
import resource, sys
from pathlib import Path
from flows import cli
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.argv[:] = ["newsledger", "replay", *sys.argv[2:]]
cli.main()
"""


def test_a_file_that_cannot_grow_fails_clearly_and_loses_nothing(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "n.duckdb")
    first = Document(url="https://a.example/1", body=b"Norcell won $2.9 billion.", name="1")
    ledger.load([read(first)], new_run("monitor", "test"))
    folder = tmp_path / "more"
    folder.mkdir()
    for number in range(40):
        noise = os.urandom(40_000).hex()
        (folder / f"{number}.txt").write_text(
            f"Vexo won ${number + 2} billion.\n\n{noise}", "utf-8"
        )
    size = ledger.path.stat().st_size
    command = [sys.executable, "-c", LOAD, str(size + 100_000), str(folder),
               "--warehouse", str(ledger.path)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1, done.stderr
    assert "see to the disk" in done.stderr.lower() or "free disk space" in done.stderr
    assert "fault of newsledger" not in done.stderr
    assert list(tmp_path.glob("*.tmp*")) == []
    ledger.publish()
    [(count,)] = ledger.query("SELECT count(*) FROM mart.documents").rows
    assert count in (1, 41)  # all of the batch, where only the checkpoint found no room, or nothing
    command[3] = str(1 << 40)
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert ledger.query("SELECT count(*) FROM mart.documents").rows == ((41,),)


def test_a_replica_that_finds_no_room_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Warehouse(tmp_path / "n.duckdb")
    first = Document(url="https://a.example/1", body=b"Norcell won $2.9 billion.", name="1")
    ledger.load([read(first)], new_run("monitor", "test"))

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half of it")
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(replica.shutil, "copyfile", full)
    with pytest.raises(WarehouseError, match="is up to date, its replica is not"):
        ledger.publish()
    assert list(tmp_path.glob("*.tmp*")) == []
