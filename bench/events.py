"""From landing to the alert that was received: latency and cost, on a real server and worker.

    python -m bench.events [--seconds 180] [--rates 1,10] ...

A site prints so many reports a second; the monitor polls it. Landing is when the archive has a
page (`fetched_at` in ops.captures); the alert is there when a receiving web server has it. Beside
it the same by polling only: no event starts anything, process and announce run by a schedule.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.served import Served, wait_for
from bench.table import show
from bench.wire import Wire
from warehouse import Warehouse

_TICKS = os.sysconf("SC_CLK_TCK")
_WITH_EVENTS = {"monitor": 20.0, "process": 600.0, "announce": 300.0}
_POLLING_ONLY = {"monitor": 20.0, "process": 60.0, "announce": 60.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run came to.

    Attributes:
        landed: reports that landed.
        told: seconds from landing to alert, of each.
        flows, runs: processor seconds of flow processes, and how many there were.
        prefect: processor seconds of server and worker.
    """

    landed: int
    told: list[float]
    flows: float
    runs: int
    prefect: float


class Meter:
    """Adds up the processor time of what `Served` has started, processes that end included."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._over = threading.Event()
        self._seen: dict[tuple[int, str], float] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Meter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            for pid, run in self._served.processes().items():
                self._seen[pid, run] = max(self._seen.get((pid, run), 0.0), used(pid))

    def flows(self) -> tuple[float, int]:
        """Processor seconds of flow runs, and their number."""
        runs = {run for _, run in self._seen if run}
        return sum(spent for (_, run), spent in self._seen.items() if run), len(runs)

    def rest(self) -> float:
        """Processor seconds of server and worker."""
        return sum(spent for (_, run), spent in self._seen.items() if not run)


def used(pid: int) -> float:
    """Processor seconds of a process, 0 where it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / _TICKS


def resident(pid: int) -> float:
    """MB of memory of a process."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    kb = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(kb) / 1024


@contextmanager
def served(wire: Wire, folder: Path, schedules: dict[str, float]) -> Iterator[Served]:
    """Server and worker, with the worker's settings of `make serve`."""
    folder.mkdir(parents=True)
    plan = wire.lay_plan(folder) | {"PREFECT_WORKER_QUERY_SECONDS": "5"}
    with Served(folder / "served", plan) as one:
        one.deploy(schedules)
        one.start_worker()
        wait_for(lambda: one.call("/work_pools/newsledger/workers/filter", {}))
        yield one


def measure(folder: Path, rate: float, seconds: float, *, events: bool) -> Measured:
    """Print reports for some time, and look when each was told.

    Args:
        folder: where ledger and server are.
        rate: reports a second.
        seconds: how long.
        events: whether events start flows; else schedules only do.
    """
    schedules = _WITH_EVENTS if events else _POLLING_ONLY
    with Wire() as wire, served(wire, folder, schedules) as one, Meter(one) as meter:
        if not events:
            for automation in one.call("/automations/filter", {}):
                one.call(f"/automations/{automation['id']}", {"enabled": False}, "PATCH")
        until = time.monotonic() + seconds
        start = time.monotonic()
        while time.monotonic() < until:
            due = start + len(wire.reports) / rate
            time.sleep(max(0.0, due - time.monotonic()))
            wire.print_next()
        ledger = Warehouse(folder / "n.duckdb")

        def rest() -> bool:
            return ledger.replica.exists() and not _untold(ledger, len(wire.reports))

        wait_for(rest, 900, 2.0)
        wait_for(lambda: not one.under_way(), 300, 2.0)
        flows, runs = meter.flows()
        told = _latencies(ledger, wire)
        return Measured(len(wire.reports), told, flows, runs, meter.rest())


def _untold(ledger: Warehouse, reports: int) -> int:
    [(told,)] = ledger.query(
        "SELECT count(DISTINCT f.document) FROM mart.facts f JOIN ops.alerts a "
        "ON f.fact_id IN (a.fact_id, a.earlier_fact_id) JOIN mart.deliveries d "
        "ON d.event_id = a.event_id AND d.state = 'sent'"
    ).rows
    return reports - int(str(told))


def _latencies(ledger: Warehouse, wire: Wire) -> list[float]:
    """Of each report the seconds from its landing to the first alert in which it has a part."""
    came = {}
    for one in wire.taken:
        came.setdefault(one.key, one.at)
    rows = ledger.query(
        "SELECT c.url, c.fetched_at, list(DISTINCT d.key::VARCHAR) FROM ops.captures c "
        "JOIN mart.facts f ON f.document = c.url JOIN ops.alerts a "
        "ON f.fact_id IN (a.fact_id, a.earlier_fact_id) "
        "JOIN mart.deliveries d ON d.event_id = a.event_id GROUP BY ALL"
    ).rows
    return [
        min(came[key] for key in keys if key in came) - landed.timestamp()
        for _, landed, keys in rows
    ]


def idle(folder: Path, seconds: float) -> list[dict[str, str | float]]:
    """Memory and processor time of a system as deployed, to which nothing happens."""
    with Wire() as wire, served(wire, folder, {}) as one, Meter(one) as meter:
        assert one.server is not None and one.worker is not None
        time.sleep(20)  # what comes with the start is over
        before = {pid: used(pid) for pid in (one.server.pid, one.worker.pid)}
        time.sleep(seconds)
        rows: list[dict[str, str | float]] = [
            {
                "what": name,
                "MB": resident(pid),
                "CPU %": 100 * (used(pid) - before[pid]) / seconds,
            }
            for name, pid in (("server", one.server.pid), ("worker", one.worker.pid))
        ]
        spent, runs = meter.flows()
        begun, count = spent, runs
        for flow in ("monitor", "process", "announce"):
            deployment = one.call(f"/deployments/name/{flow}/{flow}", method="GET")
            one.call(f"/deployments/{deployment['id']}/create_flow_run", {})
            wait_for(lambda: one.flow_processes(), 120)
            wait_for(lambda: not one.under_way() and not one.flow_processes(), 300, 1.0)
        spent, runs = meter.flows()
        each = (spent - begun) / max(1, runs - count)
        rows.append(
            {"what": "a flow run that finds nothing to do, CPU s", "MB": None, "CPU %": each}
        )
        return rows


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--rates", default="1,10", help="reports a second")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds; 0 leaves it out")
    parser.add_argument("--no-polling", action="store_true", help="leave out polling only")
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        for rate in map(float, given.rates.split(",")):
            for events in (True,) if given.no_polling else (True, False):
                load = os.getloadavg()[0]
                how = "events" if events else "polling only"
                one = measure(folder / f"{rate}-{how[0]}", rate, given.seconds, events=events)
                share = statistics.quantiles(one.told, n=20, method="inclusive")
                rows.append({
                    "reports/s": rate, "by": how, "reports": one.landed,
                    "p50 s": statistics.median(one.told), "p95 s": share[18],
                    "longest s": max(one.told), "flow runs": one.runs,
                    "CPU s/report, flows": one.flows / one.landed,
                    "server, worker": one.prefect / one.landed, "load before": load,
                })  # fmt: skip
                show("From landing to the alert received", rows)
        if given.idle:
            show("Idle", idle(folder / "idle", given.idle))


if __name__ == "__main__":
    main()
