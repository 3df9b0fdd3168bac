"""Kill what runs on a Prefect server while a site prints: at random, or at a moment that hurts."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.served import Served, kill, wait_for
from bench.wire import Wire

_HELD = {"writing": ".lock", "reading": ".read.lock", "publishing events": ".publish.lock"}

_FLOWS = (
    ("flow", "at random"), ("flow", "asking a host"), ("flow", "writing"), ("flow", "reading"),
    ("flow", "delivering"), ("flow", "publishing events"),
)  # fmt: skip
_MACHINES = (
    ("worker", "at random"), ("worker and its flows", "at random"),
    ("worker and its flows", "writing"), ("server", "at random"), ("server", "delivering"),
    ("everything", "at random"),
)  # fmt: skip
KINDS = 2 * _FLOWS + _MACHINES
"""Who is killed, and when."""

_PATIENCE_SECONDS = 45.0
"""How long a moment is waited for; after it who is there is killed at random."""

_AWAY_SECONDS = 40.0
"""How long the server is left dead every so often."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do.

    Attributes:
        kills: how many.
        between: mean seconds between the end of one and the next.
        rate: reports a second.
        limit: seconds after which no more is killed.
        database: URL of the server's database in place of SQLite.
        settle: seconds within which everything must come to rest.
        seed: of the draw.
    """

    kills: int = 200
    between: float = 6.0
    rate: float = 0.3
    limit: float = 7200.0
    database: str = ""
    settle: float = 3600.0
    seed: int = 5


class Killer:
    """Prints reports, and kills.

    Args:
        order: what to do.
        folder: of the ledger.
        wire: site and desk.
        served: what is killed.
        kinds: who is killed when.
    """

    def __init__(
        self,
        order: Order,
        folder: Path,
        wire: Wire,
        served: Served,
        kinds: Sequence[tuple[str, str]],
    ) -> None:
        self._order, self._folder, self._wire, self._served = order, folder, wire, served
        self._kinds = kinds
        self._draw = random.Random(order.seed)
        self._killed: Counter[tuple[str, str]] = Counter()
        self._over = threading.Event()

    def work(self) -> Counter[tuple[str, str]]:
        """Kill as often as was ordered, or until time is over; who and when -> how often."""
        printer = threading.Thread(target=self._print, daemon=True)
        printer.start()
        until = time.monotonic() + self._order.limit
        bag: list[tuple[str, str]] = []
        try:
            while self._killed.total() < self._order.kills and time.monotonic() < until:
                bag = bag or self._draw.sample(self._kinds, len(self._kinds))
                self._kill(*bag.pop())
                self._over.wait(self._draw.expovariate(1 / self._order.between))
        finally:
            self._over.set()
            printer.join()
        return self._killed

    def _print(self) -> None:
        while not self._over.wait(1 / self._order.rate):
            self._wire.print_next()

    def _kill(self, who: str, when: str) -> None:
        pid = self._moment(when) or (self._any_flow() if who == "flow" else 0)
        served = self._served
        server, worker = served.server, served.worker
        assert server is not None and worker is not None
        dead = {pid} - {0} if who in ("flow", "worker and its flows", "everything") else set()
        if who in ("worker", "worker and its flows", "everything"):
            dead.add(worker.pid)
        if who in ("worker and its flows", "everything"):
            dead |= set(served.flow_processes())
        if who in ("server", "everything"):
            dead.add(server.pid)
        for one in dead:
            kill(one)
        if pid and pid not in dead:
            os.kill(pid, signal.SIGCONT)  # it was stopped where it asked
        if dead:
            self._note(who, when, dead)
        if server.pid in dead:
            server.wait()
            if self._killed.total() % 4 == 3 and self._order.kills > len(self._kinds):
                time.sleep(_AWAY_SECONDS)
            served.start_server()
        if worker.pid in dead:
            worker.wait()
        if worker.poll() is not None:  # killed, or it gave up while the server was away
            served.start_worker()

    def _note(self, who: str, when: str, dead: set[int]) -> None:
        self._killed[who, when] += 1
        with (self._folder / "kills.log").open("a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {who}, {when}: {sorted(dead)}\n")

    def _any_flow(self) -> int:
        """A flow's process, at some time after it was there; 0 where none came."""
        with suppress(TimeoutError):
            wait_for(self._served.flow_processes, _PATIENCE_SECONDS)
            time.sleep(self._draw.uniform(0.0, 8.0))
        flows = sorted(self._served.flow_processes())
        return self._draw.choice(flows) if flows else 0

    def _moment(self, when: str) -> int:
        """Wait for a moment; the process that does it, 0 where there is none or none came."""
        if when == "at random":
            return 0
        if when == "asking a host":
            return self._when_asked("asked", self._asker)
        if when == "delivering":
            return self._when_asked("came", lambda: self._holder(".announce.lock"))
        side = _HELD[when]
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if pid := self._holder(side):
                time.sleep(self._draw.uniform(0.0, 0.3))
                return pid
            time.sleep(0.005)
        return 0

    def _when_asked(self, hook: str, find: Callable[[], int]) -> int:
        """Stop whom the site or the desk is answering, so that it is killed before it has that."""
        found: list[int] = []
        there = threading.Event()

        def stop(*_: object) -> None:
            if not there.is_set() and (pid := find()):
                os.kill(pid, signal.SIGSTOP)
                found.append(pid)
                there.set()

        setattr(self._wire, hook, stop)
        there.wait(_PATIENCE_SECONDS)
        setattr(self._wire, hook, lambda *_: None)
        return found[0] if found else 0

    def _holder(self, side: str) -> int:
        """The flow's process that holds a side file of the ledger, 0 for none."""
        try:
            pid = int((self._folder / f"n.duckdb{side}").read_text("utf-8") or 0)
        except (OSError, ValueError):
            return 0
        return pid if pid in self._served.flow_processes() else 0

    def _asker(self) -> int:
        """The process of a monitor or recheck, 0 for none."""
        lock = self._folder / "archive" / ".asking.lock"
        return next((pid for pid in self._served.flow_processes() if _has_locked(pid, lock)), 0)


def _has_locked(pid: int, path: Path) -> bool:
    """Whether a process has a file open."""
    try:
        opened = [os.readlink(one) for one in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return False
    return str(path) in opened
