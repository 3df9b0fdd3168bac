"""Everything on one machine: a Prefect server, a worker, the deployments; and the end of it.

    python -m flows.serving up      # make serve
    python -m flows.serving down    # make down

The server listens on loopback only. Its database, logs and process ids are in `.newsledger`.
Every process that is started bears a mark in its environment, by which `down` finds it and what
it has started in turn, after a crash too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from flows.fetching import unanswered

POOL = "newsledger"
MARK = "NEWSLEDGER_SERVED"
PORT = "NEWSLEDGER_PORT"

AT_ONCE = 4
"""Runs that a worker has at a time. After an outage many are late; begun all at once they starve
one another, and the server's SQLite answers "database is locked" for minutes."""

_START_SECONDS = 240.0
_STOP_SECONDS = 30.0


class ServingError(Exception):
    """Something could not be started; the message says why and what to do."""


def state_folder(root: Path) -> Path:
    """Where database, logs and process ids are."""
    return root / ".newsledger"


def environment(root: Path) -> dict[str, str]:
    """The environment of server and worker: loopback, no telemetry, a home of their own."""
    port = os.environ.get(PORT) or _read(state_folder(root) / "port") or "4200"
    plain = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT_")}
    return plain | {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_HOME": str(state_folder(root) / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": port,
        "PREFECT_WORKER_QUERY_SECONDS": os.environ.get("PREFECT_WORKER_QUERY_SECONDS", "5"),
        MARK: str(root),
    }


def up(root: Path) -> str:
    """Start what is not running, deploy, and wait until the worker is there.

    Args:
        root: the project's folder, with prefect.yaml.

    Returns:
        Address of the UI.

    Raises:
        ServingError: something did not start.
    """
    state = state_folder(root)
    state.mkdir(exist_ok=True)
    running = marked(root)
    env = environment(root)
    api = env["PREFECT_API_URL"]
    port = env["PREFECT_SERVER_API_PORT"]
    if running and _read(state / "port") not in ("", port):
        raise ServingError(f"It runs at another port; make down first, to move it to {port}")
    if not running and unanswered(api) is None:
        raise ServingError(
            f"Something else answers at {api}. Stop it, use it (docs/operations.md), or name "
            f"another port: {PORT}=4201 make serve"
        )
    if not _is_alive(state, "server", running):
        (state / "port").write_text(port, "utf-8")
        server = _start(root, env, "server", "server", "start")
        _wait(lambda: unanswered(api) is None, server, state / "server.log", "The server")
    prepare(root, env)
    if not _is_alive(state, "worker", running):
        worker = _start(
            root, env, "worker", "worker", "start", "--pool", POOL, "--limit", str(AT_ONCE)
        )
        log = state / "worker.log"
        _wait(lambda: "started!" in log.read_text("utf-8", "replace"), worker, log, "The worker")
    return api.removesuffix("/api")


def prepare(root: Path, env: dict[str, str]) -> None:
    """Make pool, queues and limits as they should be, and deploy all of prefect.yaml.

    Args:
        root: the project's folder.
        env: says which server.

    Raises:
        ServingError: the server refuses.
    """
    for arguments in (
        ("-m", "flows.limits", "here"),
        ("-m", "prefect", "--no-prompt", "deploy", "--all"),
    ):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=root, env=env, capture_output=True, text=True, timeout=_START_SECONDS,
        )  # fmt: skip
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
            raise ServingError(f"{' '.join(arguments[1:])} failed:\n{said}")


def down(root: Path) -> int:
    """End everything that `up` has started, and what that has started.

    Args:
        root: the project's folder.

    Returns:
        How many processes there were.
    """
    state = state_folder(root)
    found: set[int] = set()
    # The worker first: it tells the server how its runs ended.
    for name in ("worker", "server"):
        pid = _pid(state, name)
        running = marked(root)
        if pid in running:
            found.add(pid)
            _end({pid}, root)
    rest = marked(root)
    found |= rest
    _end(rest, root)
    for name in ("worker", "server"):
        (state / f"{name}.pid").unlink(missing_ok=True)
    return len(found)


def marked(root: Path) -> set[int]:
    """Processes that `up` has started in a folder, with what they have started."""
    mark = f"{MARK}={root}"
    own = {os.getpid(), os.getppid()}
    if Path("/proc/self/environ").exists():
        return {
            int(path.parent.name)
            for path in Path("/proc").glob("[0-9]*/environ")
            if mark.encode() in _bytes(path).split(b"\0")
        } - own
    # BSD and macOS: the environment follows the command.
    listed = subprocess.run(
        ["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=False
    )
    lines = (line.split(None, 1) for line in listed.stdout.splitlines())
    return {int(words[0]) for words in lines if len(words) == 2 and mark in words[1].split()} - own


def _start(root: Path, env: dict[str, str], name: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a part of Prefect in a session of its own, its output in a log."""
    state = state_folder(root)
    with (state / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *arguments],
            cwd=root, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
    (state / f"{name}.pid").write_text(f"{process.pid}\n", "utf-8")
    return process


def _wait(
    is_there: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, what: str
) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_there():
        if process.poll() is not None or time.monotonic() > deadline:
            last = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
            raise ServingError(f"{what} did not start; the end of {log}:\n{last}")
        time.sleep(0.3)


def _is_alive(state: Path, name: str, running: set[int]) -> bool:
    return _pid(state, name) in running


def _pid(state: Path, name: str) -> int:
    """The process id on file, 0 where there is none."""
    return int(_read(state / f"{name}.pid") or 0)


def _end(pids: set[int], root: Path) -> None:
    """Ask processes to end, wait, and make them."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids:
            try:
                os.kill(pid, kind)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + _STOP_SECONDS
        while pids & marked(root) and time.monotonic() < deadline:
            time.sleep(0.2)
        pids = pids & marked(root)
        if not pids:
            return


def _read(path: Path) -> str:
    """What a small file says, "" where it is not there."""
    try:
        return path.read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone, or somebody else's
        return b""


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit code."""
    root = Path.cwd().resolve()
    if arguments not in (["up"], ["down"]):
        print("usage: python -m flows.serving up|down", file=sys.stderr)
        return 2
    if arguments == ["down"]:
        print("Ended all that make serve had started" if down(root) else "Nothing was running")
        return 0
    is_first = not marked(root)
    try:
        address = up(root)
    except ServingError as problem:
        print(f"newsledger: {problem}", file=sys.stderr)
        if is_first:
            down(root)
        return 1
    print(f"The UI is at {address}; make down ends it. Logs are in {state_folder(root).name}/.")
    print(f"Commands run as tracked flows with PREFECT_API_URL={address}/api")
    plan = Path(os.environ.get("NEWSLEDGER_SOURCES") or "sources.toml")
    if not (root / plan).exists():
        print(
            f"There is no {plan} yet: copy docs/sources.example.toml to it and write your own "
            "contact; the next run of the monitor takes it."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
