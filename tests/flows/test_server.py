"""Against a real Prefect server: what no harness notices breaks here.

With too new a FastAPI the server does not start, with too new an SQLAlchemy its scheduler
creates no run, both without a word.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from loopback import Loopback, Reply, Seen
from news_site import article, feed, sources

from bench.served import ROOT, Served, kill, wait_for
from flows import bus
from flows.live import Session
from flows.testing import SEEDS
from warehouse import Run, Warehouse, event
from warehouse.connection import is_locked

PLAN = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))

pytestmark = pytest.mark.slow

GRANT = "The Ministry of Industry granted $2.9 billion to Norcell, a maker of batteries."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all; where a test needs a worker, it asks for `worked`."""
    folder = tmp_path_factory.mktemp("served")
    variables = {
        "NEWSLEDGER_WAREHOUSE": str(folder / "n.duckdb"),
        "NEWSLEDGER_SOURCES": str(folder / "sources.toml"),
        "PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS": "1",
    }
    with Served(folder, variables) as served:
        yield served


def test_a_replay_is_a_tracked_flow_run_with_one_task_and_an_artifact(
    server: Served, tmp_path: Path
) -> None:
    ledger = tmp_path / "n.duckdb"
    done = server.run("flows.cli", "replay", str(SEEDS), "--warehouse", str(ledger), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [row["outcome"] for row in answer["documents"]] == ["loaded"] * 5
    [flow_run] = server.call("/flow_runs/filter", {})
    assert (flow_run["state_type"], flow_run["parameters"]["path"]) == ("COMPLETED", str(SEEDS))
    [task_run] = wait_for(lambda: server.call("/task_runs/filter", {}))
    assert task_run["name"] == "5 documents from 000_08bb8a22441c2c28.txt on"
    shown = {one["key"]: one for one in server.call("/artifacts/filter", {})}
    artifact, progress = shown["newsledger-replay"], shown["newsledger-replay-progress"]
    assert (artifact["type"], progress["type"], progress["data"]) == ("table", "progress", 100.0)
    rows = json.loads(artifact["data"])
    assert [row["document"][:3] for row in rows] == ["000", "001", "002", "003", "004"]
    assert artifact["flow_run_id"] == flow_run["id"]


def test_events_reach_the_server_once_and_the_flow_shows_what_it_sent(
    server: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", server.api)
    (tmp_path / "watches.toml").write_text(
        '[channel.log]\nkind = "file"\npath = "alerts.jsonl"\n', "utf-8"
    )
    ledger = Warehouse(tmp_path / "n.duckdb")
    begun = Run(str(uuid4()), "process", "sources.toml", datetime.now(UTC))
    match = {"fact_id": "f1", "verdict": "conflicts"}
    payload = {"watch": "grants", "severity": 1, "matches": [match], "channels": ["log"]}
    told = [
        event("newsledger.fact.conflicts", "sources.toml", begun.started_at, {"count": 1}, begun),
        event("newsledger.watch.matched", "grants", begun.started_at, payload, begun),
    ]
    ledger.tell(told, begun)
    ledger.publish()
    code = "from flows.announce import announce; import sys; announce(*sys.argv[1:])"
    given = (str(ledger.path), str(tmp_path / "watches.toml"))
    done = subprocess.run(
        [sys.executable, "-c", code, *given],
        cwd=ROOT, env=server.environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()) == 1
    assert bus.publish(ledger).events == 0
    ledger.resend(datetime.now(UTC), str(told[0].event_id))
    assert bus.publish(ledger).events == 1  # again: the server keeps it once

    def received() -> list[dict[str, Any]]:
        wanted = {"filter": {"event": {"prefix": ["newsledger."]}, "order": "ASC"}}
        return list(server.call("/events/filter", wanted)["events"])

    rows = wait_for(lambda: found if len(found := received()) >= 2 else None)
    assert sorted((row["event"], row["id"]) for row in rows) == sorted(
        (one.name, str(one.event_id)) for one in told
    )
    named = {row["event"]: row["resource"]["prefect.resource.id"] for row in rows}
    assert named["newsledger.watch.matched"] == "newsledger.watch.grants"
    [artifact] = server.call(
        "/artifacts/filter", {"artifacts": {"key": {"any_": ["newsledger-alerts"]}}}
    )
    [row] = json.loads(artifact["data"])
    assert (row["alert"], row["channel"], row["state"]) == ("grants", "log", "sent")


@pytest.fixture(scope="module")
def site(server: Served) -> Iterator[Loopback]:
    """A news site, which the sources.toml of the worker names."""
    with Loopback() as loopback:
        sources(server.folder, loopback, "a.localhost", "b.localhost")
        yield loopback


@pytest.fixture(scope="module")
def worked(server: Served, site: Loopback) -> Iterator[Served]:
    """All deployments, and a worker; runs by schedule only those that a test wants to see.

    The schedules begin here, as the first run of cron comes with the next minute.
    """
    deployments = server.deploy({})
    apart = str(server.folder / "scheduled.duckdb")
    for flow, schedule in SCHEDULES.items():
        asked = {"active": True, "schedule": schedule, "parameters": {"warehouse": apart}}
        server.call(f"/deployments/{deployments[flow]}/schedules", [asked])
    server.start_worker()
    yield server


SCHEDULES: dict[str, dict[str, Any]] = {
    "digest": {"cron": "* * * * *", "timezone": "UTC"},
    "announce": {"rrule": "FREQ=MINUTELY", "timezone": "UTC"},
    "report": {"interval": 60, "timezone": "UTC"},
}


def test_what_is_deployed_is_what_the_file_says(worked: Served) -> None:
    found = {one["name"]: one for one in worked.call("/deployments/filter", {})}
    assert found.keys() == {one["name"] for one in PLAN["deployments"]}
    assert found["monitor"]["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert {one["work_queue_name"] for one in found.values()} == {"default", "backfill"}
    described = found["monitor"]["parameter_openapi_schema"]["properties"]
    assert all(one["description"] for one in described.values())
    limits = limits_of(worked)
    ours = {one["name"]: one["limit"] for one in limits if not one["name"].startswith("deployment")}
    assert ours == {"duckdb-writer": 1, "newsledger-hosts": 1}
    queue = worked.call("/work_pools/newsledger/queues/backfill", method="GET")
    assert queue["concurrency_limit"] == 1


def test_the_scheduler_creates_and_the_worker_executes_runs_of_each_kind(worked: Served) -> None:
    def executed() -> bool:
        runs = worked.call("/flow_runs/filter", {})
        assert not [one for one in runs if one["state_type"] in ("FAILED", "CRASHED")]
        done = [one for one in runs if one["state_type"] == "COMPLETED" and one["auto_scheduled"]]
        return {one["name"].partition(" ")[0] for one in done} >= SCHEDULES.keys()

    wait_for(executed)
    worked.pause_schedules()
    wait_for(lambda: not worked.under_way() and not worked.flow_processes())


def begin(served: Served, flow: str, **parameters: object) -> str:
    """Have the worker do a run; its id."""
    deployment = served.call(f"/deployments/name/{flow}/{flow}", method="GET")
    path = f"/deployments/{deployment['id']}/create_flow_run"
    return str(served.call(path, {"parameters": parameters})["id"])


def limits_of(served: Served) -> list[dict[str, Any]]:
    return list(served.call("/v2/concurrency_limits/filter", {}))


def state_of(served: Served, run: str) -> str:
    return str(served.call(f"/flow_runs/{run}", method="GET")["state_type"])


def test_killed_and_cancelled_flows_leave_no_lock_and_the_next_run_goes_on(
    worked: Served, site: Loopback
) -> None:
    ledger = worked.folder / "n.duckdb"
    quick = site.set("a.localhost", "/2026/quick", article("Quick", GRANT))
    begun = threading.Semaphore(0)

    def hang_twice(seen: Seen) -> Reply:
        begun.release()
        return Reply(wait=120) if seen.count <= 2 else article("Slow", GRANT)

    slow = site.set("b.localhost", "/2026/slow", hang_twice)
    site.set("a.localhost", "/feed", feed([(quick, "Quick")]))
    site.set("b.localhost", "/feed", feed([(slow, "Slow")]))

    killed = begin(worked, "monitor")
    assert begun.acquire(timeout=120)
    for pid, run in worked.flow_processes().items():
        assert run == killed
        kill(pid)
    assert wait_for(lambda: state_of(worked, killed) == "CRASHED")

    cancelled = begin(worked, "monitor")
    assert begun.acquire(timeout=120)
    worked.call(f"/flow_runs/{cancelled}/set_state", {"state": {"type": "CANCELLING"}})
    assert wait_for(lambda: state_of(worked, cancelled) == "CANCELLED")
    wait_for(lambda: not worked.flow_processes())
    assert not is_locked(ledger)
    with Session(worked.folder / "sources.toml", ledger) as session, session.asking():
        pass  # at once: no host is kept waiting by the dead

    # It frees what the killed one held on the server, and goes on.
    done = worked.run("flows.cli", "monitor", "--no-recheck", "--no-read", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["waiting"] == 0
    captured = Warehouse(ledger).query(
        "SELECT count(*), count(DISTINCT url) FROM ops.captures WHERE NOT is_listing"
    )
    assert captured.rows == ((2, 2),)
    wait_for(lambda: not any(one["active_slots"] for one in limits_of(worked)))


def test_a_batch_that_has_landed_is_read(worked: Served) -> None:
    """The monitor before has told of it, and nothing but that event starts a run."""
    of_process = {"flows": {"name": {"any_": ["process"]}}}
    ledger = Warehouse(worked.folder / "n.duckdb")

    def ended() -> list[dict[str, Any]]:
        runs = list(worked.call("/flow_runs/filter", of_process))
        assert not [one for one in runs if one["state_type"] in ("FAILED", "CRASHED")]
        return [] if worked.under_way() else runs

    def read() -> int:
        """Captures that the task runs of these runs say they read."""
        tasks = worked.call("/task_runs/filter", {"flow_runs": ids})
        found = [re.fullmatch(r"read (\d) captures? from .*", one["name"]) for one in tasks]
        return sum(int(one[1]) for one in found if one)

    wait_for(lambda: ledger.query("SELECT count(*) FROM mart.documents").rows == ((2,),))
    runs = wait_for(ended)
    # The monitors before were cut off: what each had landed may have been told apart.
    ids = {"id": {"any_": [one["id"] for one in runs]}}
    assert wait_for(lambda: read() == 2)
    for given in (one["parameters"] for one in runs):
        [(told,)] = ledger.query(
            "SELECT payload FROM ops.outbox WHERE event_id = ?::UUID", [given["event"]]
        ).rows
        assert json.loads(str(told))["waiting"] == given["landed"]
    assert ledger.pending_count() == 0
    keys = {one["key"] for one in worked.call("/artifacts/filter", {})}
    assert "newsledger-differs-today" in keys


def test_the_report_is_written_and_linked(worked: Served) -> None:
    run = begin(worked, "report", days=9999)
    wait_for(lambda: state_of(worked, run) == "COMPLETED")
    page = worked.folder / "newsledger-report.html"
    assert "/2026/quick" in page.read_text("utf-8")
    wanted = {"artifacts": {"key": {"any_": ["newsledger-report"]}}}
    [artifact] = worked.call("/artifacts/filter", wanted)
    assert page.as_uri() in artifact["data"]


def test_an_event_that_comes_again_or_late_changes_nothing(worked: Served) -> None:
    ledger = Warehouse(worked.folder / "n.duckdb")
    before = ledger.query("SELECT count(*) FROM ops.capture_outcomes").rows
    late = datetime.now(UTC) - timedelta(hours=5)
    key = str(uuid4())
    hint = {
        "id": key,
        "event": "newsledger.batch.landed",
        "occurred": late.isoformat(),
        "resource": {"prefect.resource.id": f"newsledger.batch.{key}"},
        "payload": {"waiting": 2},
    }
    for _ in range(2):
        worked.call("/events", [hint])

    def runs() -> list[dict[str, Any]]:
        every = worked.call("/flow_runs/filter", {"flows": {"name": {"any_": ["process"]}}})
        return [one for one in every if one["parameters"].get("event") == key]

    wait_for(lambda: [one for one in runs() if one["state_name"] == "Idle"])
    wait_for(lambda: not worked.under_way())
    assert {one["state_name"] for one in runs()} <= {"Idle", "Cancelled"}
    assert ledger.query("SELECT count(*) FROM ops.capture_outcomes").rows == before


SWEPT = """
import logging, sys
from datetime import timedelta
from flows import sweeping
sweeping.SILENT = sweeping.STUCK = timedelta(seconds=float(sys.argv[1]))
sweeping.sweep(["duckdb-writer"], logging.getLogger())
"""


def test_a_run_whose_process_died_unseen_is_ended_and_its_slots_are_free(worked: Served) -> None:
    deployment = worked.call("/deployments/name/upkeep/upkeep", method="GET")
    dead = {}
    for state in ("RUNNING", "PENDING", "CANCELLING"):
        run = {"deployment_id": deployment["id"], "flow_id": deployment["flow_id"]}
        dead[state] = worked.call("/flow_runs/", {**run, "state": {"type": state}})["id"]
    for limit in ("duckdb-writer", f"deployment:{deployment['id']}"):
        worked.call(f"/v2/concurrency_limits/{limit}", {"active_slots": 1}, "PATCH")

    def sweep(seconds: int) -> tuple[list[str], list[str]]:
        command = [sys.executable, "-c", SWEPT, str(seconds)]
        subprocess.run(command, cwd=ROOT, env=worked.environment, check=True, timeout=120)
        taken = [one["name"] for one in limits_of(worked) if one["active_slots"]]
        taken = sorted(name.partition(":")[0] for name in taken)
        return [state_of(worked, run) for run in dead.values()], taken

    assert sweep(3600) == ([*dead], ["deployment", "duckdb-writer"])  # they may be alive
    assert sweep(0) == (["CRASHED", "CRASHED", "CANCELLED"], [])


def test_a_flow_that_fails_says_why(worked: Served) -> None:
    run = begin(worked, "monitor", sources="/nowhere/sources.toml")
    wait_for(lambda: state_of(worked, run) == "FAILED")
    wanted = {"artifacts": {"key": {"any_": ["newsledger-failures"]}}}
    [artifact] = wait_for(lambda: worked.call("/artifacts/filter", wanted))
    assert run in artifact["data"]
    assert "name the sources.toml as the worker sees it" in artifact["data"]
