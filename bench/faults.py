"""Kills at random, on a real Prefect server: nothing lost, nothing doubled, every alert received.

    python -m bench.faults [--kills 200] [--limit 7200] [--database URL] ...

A site goes on printing reports that contradict one another, a web server takes the alerts and
counts them. Meanwhile the process of a flow run, the worker, or the server is killed with -9: at
random, or while it asks a host, writes the ledger, reads, or delivers. Whoever was killed is
started again, as a supervisor does. In the end everything is let come to rest, and ledger, archive,
alerts and runs are held against what the site printed and the desk took.
"""

from __future__ import annotations

import argparse
import fcntl
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.holding import Outcome, captures_kept, conclude, replays_alike
from bench.killing import KINDS, Killer, Order
from bench.served import UNDER_WAY, Served, wait_for
from bench.wire import Wire
from warehouse import Warehouse, WarehouseError

SCHEDULES = {"monitor": 30, "process": 90, "announce": 90, "digest": 60, "recheck": 240,
             "upkeep": 600}  # fmt: skip
"""Seconds between two runs of a deployment."""

LOCKS = (".lock", ".read.lock", ".announce.lock", ".publish.lock")
"""What the names of the ledger's side files end with; each says who holds it."""


def run(order: Order, folder: Path, kinds: Sequence[tuple[str, str]] = KINDS) -> Outcome:
    """Kill, and look what became of it.

    Args:
        order: what to do.
        folder: empty; everything is left there.
        kinds: who is killed when, as in KINDS.
    """
    outcome = Outcome()
    with Wire() as wire:
        plan = wire.lay_plan(folder)
        with Served(folder / "served", plan, order.database) as served:
            served.deploy(SCHEDULES)
            served.start_worker()
            began = time.monotonic()
            killed = Killer(order, folder, wire, served, kinds).work()
            outcome.figures |= {
                f"killed: {who}, {when}": count for (who, when), count in sorted(killed.items())
            }
            outcome.figures["kills"] = killed.total()
            come_to_rest(order, Warehouse(folder / "n.duckdb"), wire, served, outcome)
            outcome.figures["seconds"] = round(time.monotonic() - began)
            check_runs(served, outcome)
        check_alerts(folder, wire, outcome)
    check_ledger(folder, wire, outcome)
    return outcome


def come_to_rest(
    order: Order, ledger: Warehouse, wire: Wire, served: Served, outcome: Outcome
) -> None:
    """Let everything that is under way come to its end, and nothing begin any more."""

    def is_told() -> bool:
        try:
            [(told, waiting)] = ledger.query(_TOLD).rows
        except WarehouseError:
            return False
        return told == len(wire.reports) and not waiting

    began = time.monotonic()
    outcome.figures["reports"] = len(wire.reports)
    with suppress(TimeoutError):  # the checks say what is missing
        wait_for(is_told, order.settle, 1.0)
    outcome.figures["seconds until the last was told"] = round(time.monotonic() - began)
    with suppress(TimeoutError):
        # Flows go on, as they look for what is dead.
        wait_for(lambda: not stale(served), order.settle, 5.0)
    served.pause_schedules()
    with suppress(TimeoutError):
        wait_for(lambda: not served.under_way() and not served.flow_processes(), 180, 2.0)
    outcome.figures["seconds until all was at rest"] = round(time.monotonic() - began)


_TOLD = """
SELECT (SELECT count(DISTINCT f.document) FROM mart.facts f
        WHERE EXISTS (FROM ops.alerts a WHERE f.fact_id IN (a.fact_id, a.earlier_fact_id))),
       (SELECT count(*) FROM mart.deliveries
        WHERE name = 'newsledger.watch.matched' AND state <> 'sent')
"""


def stale(served: Served) -> list[str]:
    """Runs that are under way on the server and have no process."""
    alive = set(served.flow_processes().values())
    return [
        f"{one['name']} {one['state_name']}" for one in served.under_way() if one["id"] not in alive
    ]


def check_runs(served: Served, outcome: Outcome) -> None:
    """No run that is dead and under way, no slot that nobody holds."""
    outcome.hold("zombie runs", [f"{o['name']} {o['state_name']}" for o in served.under_way()])
    limits = served.call("/v2/concurrency_limits/filter", {})
    outcome.hold("slots that nobody holds", [one["name"] for one in limits if one["active_slots"]])
    states: Counter[str] = Counter()
    offset = 0
    while page := served.call("/flow_runs/filter", {"limit": 200, "offset": offset}):
        states.update(one["state_name"] for one in page if one["state_type"] not in UNDER_WAY)
        failed = [one for one in page if one["state_type"] == "FAILED"]
        for one in failed:
            said = (one["state"] or {}).get("message") or ""
            outcome.figures[f"failed: {one['name'][:30]}: {said[:150]}"] = 1
        offset += 200
    outcome.figures |= {f"runs that ended {name}": n for name, n in sorted(states.items())}


def check_alerts(folder: Path, wire: Wire, outcome: Outcome) -> None:
    """Every match is told under one key, and every alert was received."""
    Warehouse(folder / "n.duckdb").publish()
    ledger = Warehouse(folder / "n.duckdb")

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return list(ledger.query(sql).rows)

    keys = Counter(one.key for one in wire.taken)
    told = {
        str(key): event
        for key, event in rows(
            "SELECT DISTINCT d.key, d.event_id FROM ops.deliveries d JOIN ops.outbox o "
            "USING (event_id) WHERE o.name = 'newsledger.watch.matched' AND d.channel = 'desk'"
        )
    }
    outcome.figures["alerts"] = len(told)
    outcome.figures["alerts received more than once, under one key"] = sum(
        count > 1 for count in keys.values()
    )
    outcome.hold("alerts that were not received", sorted(told.keys() - keys.keys()))
    outcome.hold("received and not on record", sorted(keys.keys() - told.keys()))
    outcome.hold("matches under two keys", [
        match for match, under in wire.keys_of().items() if len(under) > 1
    ])  # fmt: skip
    outcome.hold("alerts that are not sent in the ledger", rows(
        "SELECT event_id, channel, state FROM mart.deliveries "
        "WHERE name = 'newsledger.watch.matched' AND state <> 'sent'"
    ))  # fmt: skip
    outcome.hold("matches doubled", rows(
        "SELECT watch, fact_id, earlier_fact_id, verdict FROM ops.alerts GROUP BY ALL "
        "HAVING count(*) > 1"
    ))  # fmt: skip
    outcome.hold("figures that nobody was told of", rows(
        "SELECT v.document FROM mart.facts v WHERE v.kind = 'money' AND NOT EXISTS ("
        "FROM ops.alerts a WHERE a.fact_id = v.fact_id OR a.earlier_fact_id = v.fact_id)"
    ))  # fmt: skip


def check_ledger(folder: Path, wire: Wire, outcome: Outcome) -> None:
    """Nothing lost, no row doubled, no lock held, and a replay of the archive gives the same."""
    ledger = Warehouse(folder / "n.duckdb")

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return list(ledger.query(sql).rows)

    figures = rows("SELECT url, any_value(value) FROM mart.facts WHERE kind = 'money' GROUP BY 1")
    values = {str(url).partition("://")[2]: int(value) for url, value in figures}
    waiting = {str(url).partition("://")[2] for (url,) in rows(
        "SELECT url FROM ops.discoveries WHERE skipped = '' AND article_id NOT IN "
        "(SELECT article_id FROM ops.captures WHERE NOT is_listing)"
    )}  # fmt: skip
    missing = [
        address
        for one in wire.reports
        if values.get(address := wire.url(one).partition("://")[2]) != one.figure * 10**6
    ]
    outcome.hold("reports lost", [one for one in missing if one not in waiting])
    outcome.hold("reports named that wait to be retrieved", sorted(waiting))
    outcome.hold("reports doubled", rows(
        "SELECT article_id FROM news.documents GROUP BY ALL HAVING count(*) > 1"
    ))  # fmt: skip
    captures_kept(ledger, outcome)
    outcome.hold("reports retrieved twice", rows(
        "SELECT url FROM ops.captures WHERE NOT is_listing AND via <> 'recheck' "
        "GROUP BY ALL HAVING count(*) > 1"
    ))  # fmt: skip
    sides = [folder / f"n.duckdb{side}" for side in LOCKS]
    sides.append(folder / "archive" / ".asking.lock")
    outcome.hold("locks that are held", [path.name for path in sides if _is_held(path)])
    replays_alike(folder / "archive", ledger, folder / "replayed.duckdb", outcome)


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def main() -> None:
    """Kill, and print the table; exit code 1 where something does not hold."""
    standard = Order()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="empty; all is left there")
    for name, kind in (("kills", int), ("between", float), ("rate", float), ("limit", float),
                       ("settle", float), ("seed", int), ("database", str)):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=getattr(standard, name))
    given = vars(parser.parse_args())
    kept = given.pop("keep")
    with tempfile.TemporaryDirectory() as made:
        folder = (kept or Path(made)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        outcome = run(Order(**given), folder)
    conclude("The live pipeline under kills", outcome)


if __name__ == "__main__":
    main()
