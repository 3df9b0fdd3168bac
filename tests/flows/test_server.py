"""Against a real Prefect server: what no harness notices breaks here.

With too new a FastAPI the server does not start, with too new an SQLAlchemy its scheduler
creates no run, both without a word.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from loopback import Loopback, Reply, Seen
from news_site import article, feed, sources

from flows import bus
from flows.live import Session
from flows.testing import SEEDS
from warehouse import Run, Warehouse, event
from warehouse.connection import is_locked

ROOT = Path(__file__).resolve().parents[2]
PLAN = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))

pytestmark = pytest.mark.slow

Api = Callable[..., Any]
Factory = pytest.TempPathFactory
GRANT = "The Ministry of Industry granted $2.9 billion to Norcell, a maker of batteries."


def wait_for(what: Callable[[], Any], seconds: float = 180) -> Any:
    """The first true answer."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := what():
            return answer
        assert time.monotonic() < deadline, "no answer in time"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT_")}
    return clean | {
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_UI_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
    }


@pytest.fixture(scope="module")
def api(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A running server; calling it sends one request."""

    def call(path: str, body: object = None, method: str = "POST") -> Any:
        request = urllib.request.Request(
            environment["PREFECT_API_URL"] + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def is_up() -> bool:
        assert server.poll() is None, log.read_text("utf-8", "replace")[-3000:]
        try:
            return call("/health", method="GET") is True
        except OSError:
            return False

    try:
        wait_for(is_up)
        yield call
    finally:
        server.terminate()
        server.wait(30)


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip


def test_a_replay_is_a_tracked_flow_run_with_one_task_and_an_artifact(
    api: Api, environment: dict[str, str], tmp_path: Path
) -> None:
    ledger = tmp_path / "n.duckdb"
    done = run(environment, "flows.cli", "replay", str(SEEDS), "--warehouse", str(ledger), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert [row["outcome"] for row in answer["documents"]] == ["loaded"] * 5
    [flow_run] = api("/flow_runs/filter", {})
    assert (flow_run["state_type"], flow_run["parameters"]["path"]) == ("COMPLETED", str(SEEDS))
    [task_run] = wait_for(lambda: api("/task_runs/filter", {}))
    assert task_run["name"] == "5 documents from 000_08bb8a22441c2c28.txt on"
    [artifact] = api("/artifacts/filter", {})
    assert (artifact["key"], artifact["type"]) == ("newsledger-replay", "table")
    rows = json.loads(artifact["data"])
    assert [row["document"][:3] for row in rows] == ["000", "001", "002", "003", "004"]
    assert artifact["flow_run_id"] == flow_run["id"]


def test_events_reach_the_server_once_and_the_flow_shows_what_it_sent(
    api: Api, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", environment["PREFECT_API_URL"])
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
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "alerts.jsonl").read_text("utf-8").splitlines()) == 1
    assert bus.publish(ledger).events == 0
    ledger.resend(datetime.now(UTC), str(told[0].event_id))
    assert bus.publish(ledger).events == 1  # again: the server keeps it once

    def received() -> list[dict[str, Any]]:
        wanted = {"filter": {"event": {"prefix": ["newsledger."]}, "order": "ASC"}}
        return list(api("/events/filter", wanted)["events"])

    rows = wait_for(lambda: found if len(found := received()) >= 2 else None)
    assert sorted((row["event"], row["id"]) for row in rows) == sorted(
        (one.name, str(one.event_id)) for one in told
    )
    named = {row["event"]: row["resource"]["prefect.resource.id"] for row in rows}
    assert named["newsledger.watch.matched"] == "newsledger.watch.grants"
    [artifact] = api("/artifacts/filter", {"artifacts": {"key": {"any_": ["newsledger-alerts"]}}})
    [row] = json.loads(artifact["data"])
    assert (row["alert"], row["channel"], row["state"]) == ("grants", "log", "sent")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Loopback, Path]]:
    """A news site, and the sources.toml that names it."""
    with Loopback() as server:
        folder = tmp_path_factory.mktemp("site")
        yield server, sources(folder, server, "a.localhost", "b.localhost")


@pytest.fixture(scope="module")
def served(
    api: Api, environment: dict[str, str], site: tuple[Loopback, Path], tmp_path_factory: Factory
) -> Iterator[Path]:
    """All deployments, and a worker that has a ledger and the site's plan; gives the ledger."""
    done = run(environment, "flows.limits")
    assert done.returncode == 0, done.stderr
    done = run(environment, "prefect", "--no-prompt", "deploy", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    folder = tmp_path_factory.mktemp("worker")
    ledger = folder / "n.duckdb"
    environment |= {
        "NEWSLEDGER_WAREHOUSE": str(ledger),
        "NEWSLEDGER_SOURCES": str(site[1]),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    for deployment in api("/deployments/filter", {}):  # only what a test asks for is to run
        schedules = f"/deployments/{deployment['id']}/schedules"
        for schedule in deployment["schedules"]:
            api(f"{schedules}/{schedule['id']}", {"active": False}, "PATCH")
    with (folder / "log").open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", "newsledger"],
            cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield ledger
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):  # it waits for the runs that have begun
            worker.wait(60)
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)


def test_what_is_deployed_is_what_the_file_says(api: Api, served: Path) -> None:
    found = {one["name"]: one for one in api("/deployments/filter", {})}
    assert found.keys() == {one["name"] for one in PLAN["deployments"]}
    assert found["process"]["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert {one["work_queue_name"] for one in found.values()} == {"default", "backfill"}
    described = found["monitor"]["parameter_openapi_schema"]["properties"]
    assert all(one["description"] for one in described.values())
    limits = api("/v2/concurrency_limits/filter", {})
    ours = {one["name"]: one["limit"] for one in limits if not one["name"].startswith("deployment")}
    assert ours == {"duckdb-writer": 1, "newsledger-hosts": 1}
    queue = api("/work_pools/newsledger/queues/backfill", method="GET")
    assert queue["concurrency_limit"] == 1


def test_a_killed_flow_leaves_no_lock_and_the_next_run_goes_on(
    api: Api, environment: dict[str, str], served: Path, site: tuple[Loopback, Path]
) -> None:
    server, plan = site
    quick = server.set("a.localhost", "/2026/quick", article("Quick", GRANT))
    begun = threading.Event()

    def hang_once(seen: Seen) -> Reply:
        begun.set()
        return Reply(wait=120) if seen.count == 1 else article("Slow", GRANT)

    slow = server.set("b.localhost", "/2026/slow", hang_once)
    server.set("a.localhost", "/feed", feed([(quick, "Quick")]))
    server.set("b.localhost", "/feed", feed([(slow, "Slow")]))
    command = [sys.executable, "-m", "flows.cli", "monitor", "--no-recheck", "--no-read"]
    first = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    wait_for(lambda: begun.is_set() or first.poll() is not None)
    assert first.poll() is None, first.communicate()
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert not is_locked(served)
    with Session(plan, served) as session, session.asking():
        pass  # at once: no host is kept waiting by the dead
    # The server frees its slot when the lease is over, and the next run takes it.
    done = run(environment, *command[2:], "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["waiting"] == 0
    captured = Warehouse(served).query(
        "SELECT count(*), count(DISTINCT url) FROM ops.captures WHERE NOT is_listing"
    )
    assert captured.rows == ((2, 2),)
    assert report["unread"] == 2


def test_a_batch_that_has_landed_is_read(api: Api, served: Path) -> None:
    """The monitor before has told of it, and nothing but that event starts a run."""
    of_process = {"flows": {"name": {"any_": ["process"]}}}

    def ended() -> Any:
        runs = api("/flow_runs/filter", of_process)
        assert not [one for one in runs if one["state_type"] in ("FAILED", "CRASHED")]
        return [one for one in runs if one["state_name"] == "Completed"]

    flow_run, *_ = wait_for(ended)
    given = flow_run["parameters"]
    [told] = (
        Warehouse(served)
        .query("SELECT payload FROM ops.outbox WHERE event_id = ?::UUID", [given["event"]])
        .rows
    )
    assert json.loads(str(told[0]))["waiting"] == given["landed"]
    assert Warehouse(served).pending_count() == 0
    assert Warehouse(served).query("SELECT count(*) FROM mart.documents").rows == ((2,),)
    tasks = wait_for(
        lambda: api("/task_runs/filter", {"flow_runs": {"id": {"any_": [flow_run["id"]]}}})
    )
    assert [one["name"].partition(" from ")[0] for one in tasks] == ["read 2 captures"]
    assert "newsledger-differs-today" in {one["key"] for one in api("/artifacts/filter", {})}


def test_the_scheduler_creates_and_the_worker_executes_runs_of_each_kind(
    api: Api, served: Path
) -> None:
    deployment = api("/deployments/name/replay/replay", method="GET")
    seed, *_ = sorted(SEEDS.glob("*.txt"))
    kinds: dict[str, dict[str, Any]] = {
        "cron": {"cron": "* * * * *", "timezone": "UTC"},
        "rrule": {"rrule": "FREQ=MINUTELY", "timezone": "UTC"},
        "interval": {"interval": 60, "timezone": "UTC"},
    }
    schedules = f"/deployments/{deployment['id']}/schedules"
    api(schedules, [
        {"active": True, "schedule": schedule, "parameters": {"path": str(seed), "source": kind}}
        for kind, schedule in kinds.items()
    ])  # fmt: skip
    of_replay = {"deployments": {"id": {"any_": [deployment["id"]]}}}

    def executed() -> bool:
        runs = api("/flow_runs/filter", of_replay)
        assert all(one["auto_scheduled"] for one in runs)
        assert not [one for one in runs if one["state_type"] in ("FAILED", "CRASHED")]
        done = {one["parameters"]["source"] for one in runs if one["state_type"] == "COMPLETED"}
        return done == kinds.keys()

    wait_for(executed)
