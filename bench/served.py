"""A Prefect server and a worker in processes of their own, to be killed and started again.

For benches and tests: a port of its own, a database of its own, all that was started marked, so
that it can be found (in /proc, on Linux) and is ended with it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from flows.serving import AT_ONCE, POOL

ROOT = Path(__file__).resolve().parent.parent
UNDER_WAY = ("RUNNING", "PENDING", "CANCELLING")

_MARK = "NEWSLEDGER_BENCH"
_RUN = b"PREFECT__FLOW_RUN_ID="
_START_SECONDS = 400.0

Answer = TypeVar("Answer")


def wait_for(what: Callable[[], Answer], seconds: float = 180.0, pause: float = 0.2) -> Answer:
    """The first true answer.

    Args:
        what: asked again and again.
        seconds: after which it is given up.
        pause: seconds between two questions.

    Raises:
        TimeoutError: none came.
    """
    deadline = time.monotonic() + seconds
    while not (answer := what()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no answer within {seconds:g} s")
        time.sleep(pause)
    return answer


class Served:
    """The two processes; a context manager that ends them and what they have started.

    Args:
        folder: for database and logs.
        variables: of the environment of both, such as NEWSLEDGER_WAREHOUSE.
        database: URL of a database in place of SQLite.
        ui: whether the server shows its UI.
    """

    def __init__(
        self, folder: Path, variables: Mapping[str, str], database: str = "", *, ui: bool = False
    ) -> None:
        self.folder = folder
        self.log = folder / "log"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.api = f"http://127.0.0.1:{port}/api"
        plain = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT_")}
        self.environment = {
            **plain,
            "DO_NOT_TRACK": "1",
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_API_HOST": "127.0.0.1",
            "PREFECT_SERVER_API_PORT": str(port),
            "PREFECT_SERVER_UI_ENABLED": str(ui).lower(),
            "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            _MARK: str(folder),
            **variables,
        }
        if database:
            self.environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
        self.server: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Served:
        try:
            self.start_server()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self.worker, self.server):
            if one is not None and one.poll() is None:
                one.terminate()
        for one in (self.worker, self.server):
            if one is not None:
                try:
                    one.wait(30)
                except subprocess.TimeoutExpired:
                    one.kill()
                    one.wait()
        for pid in self.processes():
            kill(pid)

    def start_server(self) -> None:
        """Start the server, and wait until it answers."""
        server = self.server = self._start("server", "start")

        def is_up() -> bool:
            if server.poll() is not None:
                raise RuntimeError(self.log.read_text("utf-8", "replace")[-3000:])
            try:
                return self.call("/health", method="GET") is True
            except OSError:
                return False

        wait_for(is_up, _START_SECONDS)

    def start_worker(self) -> None:
        """Start the worker; it takes runs as soon as it is there."""
        self.worker = self._start("worker", "start", "--pool", POOL, "--limit", str(AT_ONCE))

    def deploy(self, seconds: Mapping[str, float]) -> dict[str, str]:
        """Make limits and pool, deploy all of prefect.yaml, and say how often what runs.

        Args:
            seconds: between two runs, by the name of the deployment; no schedule is kept.

        Returns:
            Ids of the deployments by name.
        """
        for arguments in (("flows.limits", "here"), ("prefect", "--no-prompt", "deploy", "--all")):
            done = self.run(*arguments)
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)
        found = {one["name"]: one for one in self.call("/deployments/filter", {})}
        self.pause_schedules()
        for name, each in seconds.items():
            schedule = {"interval": each, "timezone": "UTC"}
            self.call(
                f"/deployments/{found[name]['id']}/schedules",
                [{"active": True, "schedule": schedule}],
            )
        return {name: one["id"] for name, one in found.items()}

    def pause_schedules(self) -> None:
        """Let nothing run by a schedule any more."""
        for one in self.call("/deployments/filter", {}):
            for schedule in one["schedules"]:
                path = f"/deployments/{one['id']}/schedules/{schedule['id']}"
                self.call(path, {"active": False}, "PATCH")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python with this server."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip

    def call(self, path: str, body: object = None, method: str = "POST") -> Any:
        """Send a request to the server; where its database is locked, it is asked again.

        Raises:
            OSError: it does not answer, or refuses.
        """
        request = urllib.request.Request(
            self.api + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        for pause in (0.5, 1.0, 2.0, 4.0, 8.0, 0.0):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as refused:
                if refused.code != 503 or not pause:
                    raise
            except TimeoutError:
                if not pause:
                    raise
            time.sleep(pause)
        raise AssertionError("the last answer is given or raised")

    def under_way(self) -> list[dict[str, Any]]:
        """Flow runs that hold a slot, as the server has them."""
        states = {"state": {"type": {"any_": list(UNDER_WAY)}}}
        return list(self.call("/flow_runs/filter", {"flow_runs": states}))

    def processes(self) -> dict[int, str]:
        """Processes that were started by this, and by what it started: pid -> flow run or ""."""
        mark = f"{_MARK}={self.folder}".encode()
        found = {}
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                words = path.read_bytes().split(b"\0")
            except OSError:  # gone, or somebody else's
                continue
            if mark in words and int(path.parent.name) != os.getpid():
                run = next((word for word in words if word.startswith(_RUN)), _RUN)
                found[int(path.parent.name)] = run.removeprefix(_RUN).decode()
        return found

    def flow_processes(self) -> dict[int, str]:
        """Processes of flow runs: pid -> id of the run."""
        return {pid: run for pid, run in self.processes().items() if run}

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "prefect", *arguments],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip


def kill(pid: int) -> bool:
    """End a process at once; whether it was there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
