"""Against a real Prefect server: what no harness notices breaks here.

With too new a FastAPI the server does not start, with too new an SQLAlchemy its scheduler
creates no run, both without a word.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows import bus
from flows.testing import SEEDS
from warehouse import Run, Warehouse, event

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow

Api = Callable[..., Any]


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


def test_the_deployment_is_made_and_the_scheduler_creates_its_runs(
    api: Api, environment: dict[str, str]
) -> None:
    api("/work_pools/", {"name": "newsledger", "type": "process"})
    done = run(environment, "prefect", "--no-prompt", "deploy", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    deployment = api("/deployments/name/replay/replay", method="GET")
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert [schedule["active"] for schedule in deployment["schedules"]] == [False]
    assert deployment["parameter_openapi_schema"]["properties"]["path"]["description"]
    schedules = f"/deployments/{deployment['id']}/schedules"
    api(schedules, [{"active": True, "schedule": {"interval": 3600}}])
    waiting = {"deployments": {"id": {"any_": [deployment["id"]]}}}
    runs = wait_for(lambda: api("/flow_runs/filter", waiting))
    assert {flow_run["state_type"] for flow_run in runs} == {"SCHEDULED"}
    assert {flow_run["auto_scheduled"] for flow_run in runs} == {True}


def test_events_reach_the_server_once_and_the_flow_shows_what_it_sent(
    api: Api, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", environment["PREFECT_API_URL"])
    (tmp_path / "watches.toml").write_text(
        '[channel.log]\nkind = "file"\npath = "alerts.jsonl"\n', "utf-8"
    )
    ledger = Warehouse(tmp_path / "n.duckdb")
    begun = Run(str(uuid4()), "process", "sources.toml", datetime.now(UTC))
    payload = {"watch": "grants", "matches": [], "channels": ["log"]}
    told = [
        event("newsledger.fact.conflicts", "sources.toml", begun.started_at, {"count": 1}, begun),
        event("newsledger.watch.matched", "grants", begun.started_at, payload, begun),
    ]
    ledger.tell(told, begun)
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
