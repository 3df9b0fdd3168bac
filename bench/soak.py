"""The monitor under faults and kills: nothing lost, nothing doubled, nobody hammered.

    python -m bench.soak [--sources 200] [--articles 20000] ...

Sites on a loopback server answer with faults (503, also in storms, 429 with Retry-After, resets,
cut and slow bodies, truncated gzip, ETags that do not change); the monitor runs as a process of
its own and is killed with -9 at random moments until everything that the sites can give is in the
ledger. Then ledger, archive and the server's own log are held against each other.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.holding import Outcome, captures_kept, conclude, replays_alike
from bench.soak_site import Sites, Truth, build
from extractors.records import READ
from flows.fetching.archived import read_archive
from flows.live import LiveOrder, Session, round_of
from warehouse import Warehouse, capture_id
from warehouse.captures import CHANGED
from warehouse.connection import is_locked

_SERVER = Path(__file__).resolve().parent.parent / "tests" / "flows" / "loopback.py"
_AHEAD = timedelta(hours=2)
"""How far the monitor's clock is set ahead once all has been asked for, so that what failed, and
every source, is due again in each round."""

_ROUNDS = 4  # of one process at that time, where something lies and is found by the thirteenth
_JITTER = 2.0  # seconds by which a busy server may see a request late, such as the first of many


@dataclass(frozen=True, slots=True)
class Order:
    """What a soak is asked to do.

    Attributes:
        sources, articles: of the made-up sites.
        delay: seconds between two requests to most hosts.
        rare: the same of hosts that want to be asked rarely; above what a busy machine blurs, it
            shows a process that begins without regard to the one before.
        faults: share of requests that fail, storms not counted.
        between: mean seconds between the start of the monitor and its kill.
        kills: most kills, after which it may end in peace; None for no limit.
        batch: captures that are read in one transaction.
        limit: seconds after which it is given up.
        workers: processes of the replay.
        lying: whether some feeds and articles keep their ETag when they change; they are found
            by the thirteenth poll.
    """

    sources: int = 200
    articles: int = 20_000
    delay: float = 0.2
    rare: float = 5.0
    faults: float = 0.06
    between: float = 20.0
    kills: int | None = None
    batch: int = 200
    limit: float = 14_400.0
    workers: int = 2
    lying: bool = True


def run(order: Order, folder: Path) -> Outcome:
    """Soak the monitor in a folder.

    Args:
        order: what to do.
        folder: empty; ledger, archive and log are left there.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sites = build(
        order.sources,
        order.articles,
        (order.delay, order.rare),
        order.faults,
        port,
        lying=order.lying,
    )
    (folder / "sources.toml").write_text(sites.toml, "utf-8")
    outcome = Outcome()
    began = time.monotonic()
    with _server(sites, folder, port):
        kills = _live(order, folder, sites.truth, outcome)
    (folder / "kills.json").write_text(json.dumps(kills), "utf-8")
    outcome.figures["seconds"] = round(time.monotonic() - began)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome.figures["processor seconds of monitor and server"] = round(
        used.ru_utime + used.ru_stime
    )
    outcome.figures["kills"] = len(kills)
    _check_ledger(folder, sites.truth, outcome)
    _check_log(folder, sites.truth, kills, outcome)
    _check_archive(order, folder, outcome)
    return outcome


@contextmanager
def _server(sites: Sites, folder: Path, port: int) -> Iterator[None]:
    plan, log = folder / "plan.json", folder / "access.jsonl"
    plan.write_text(json.dumps(sites.plan), "utf-8")
    command = [sys.executable, str(_SERVER), "--plan", str(plan), "--log", str(log)]
    with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None and int(server.stdout.readline()) == port
            yield
        finally:
            server.kill()


def _live(order: Order, folder: Path, truth: Truth, outcome: Outcome) -> list[float]:
    """Start the monitor again and again until all is there; the moments of its kills."""
    draw = random.Random(11)
    kills: list[float] = []
    starts = 0
    ahead = timedelta()
    until = time.monotonic() + order.limit
    while time.monotonic() < until:
        starts += 1
        command = [sys.executable, "-m", "bench.soak", "--child", str(folder)]
        command += ["--batch", str(order.batch), "--ahead", str(ahead.total_seconds())]
        command += ["--rounds", str(_ROUNDS if order.lying else 1)]
        patience = until - time.monotonic()
        if order.kills is None or len(kills) < order.kills:
            patience = min(patience, draw.expovariate(1 / order.between) + 0.5)
        with (folder / "monitor.log").open("ab") as log:
            child = subprocess.Popen(
                command, cwd=_SERVER.parent.parent.parent, stdout=log, stderr=log
            )
            try:
                ended = child.wait(patience)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                kills.append(time.time())
                continue
        if ended:
            words = (folder / "monitor.log").read_text("utf-8").strip().splitlines()
            outcome.broken.append(f"the monitor ended with {ended}: {words[-1:]}")
            break
        if not ahead:
            ahead = _AHEAD
        elif not _missing(folder, truth):
            break
    else:
        outcome.broken.append(f"not done after {order.limit:g} s; allow more")
    outcome.figures["starts of the monitor"] = starts
    return kills


def child(folder: Path, ahead: timedelta, batch: int, least: int) -> None:
    """What the monitor's process does: rounds, until nothing waits any more.

    Args:
        folder: with the sources.toml.
        ahead: how far the clock is set ahead.
        batch: captures that are read in one transaction.
        least: rounds, where the clock is set ahead.
    """
    path, ledger = folder / "sources.toml", folder / "soak.duckdb"
    order = LiveOrder(path, ledger, batch=batch)
    with Session(path, ledger, now=lambda: datetime.now(UTC) + ahead) as session:
        rounds = 0
        while True:
            report = round_of(session, order)
            rounds += 1
            done = f"{len(report.polled)} polled, {report.retrieved}, {report.read}"
            print(f"{done}, {report.waiting} wait, {report.unread} unread", flush=True)
            if not report.waiting and not report.unread and (not ahead or rounds >= least):
                return


def _missing(folder: Path, truth: Truth) -> list[str]:
    """Addresses of which the ledger has not what the sites can give."""
    warehouse = Warehouse(folder / "soak.duckdb")
    ended: dict[str, set[str]] = dict(
        (url, set(outcomes))
        for url, outcomes in warehouse.query(
            "SELECT url, list(outcome) FROM ops.captures JOIN ops.capture_outcomes "
            "USING (capture_id) WHERE NOT is_listing GROUP BY url"
        ).rows
    )
    figures = warehouse.query(
        "SELECT document, list(value::BIGINT) FROM mart.facts WHERE kind = 'money' GROUP BY 1"
    ).rows
    values = {document: set(found) for document, found in figures}
    accepted = {"read": set(CHANGED)}
    missing = [
        f"{url} ({wanted}): {sorted(ended.get(url, ()))}"
        for url, wanted in truth.outcomes.items()
        if not ended.get(url, set()) & accepted.get(wanted, {wanted})
    ]
    return missing + [
        f"{url} (revised to {figure} million)"
        for url, figure in truth.revised.items()
        if int(figure) * 10**6 not in values.get(url, ())
    ]


def _check_ledger(folder: Path, truth: Truth, outcome: Outcome) -> None:
    """Nothing lost, nothing doubled, one outcome each, nothing left lying."""
    warehouse = Warehouse(folder / "soak.duckdb")

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return list(warehouse.query(sql).rows)

    outcome.hold("articles lost", _missing(folder, truth))
    outcome.hold("named and not captured", rows(
        "SELECT url FROM ops.discoveries WHERE skipped = '' AND article_id NOT IN "
        "(SELECT article_id FROM ops.captures WHERE NOT is_listing)"
    ))  # fmt: skip
    captures_kept(warehouse, outcome)
    outcome.hold("polls doubled", rows(
        "SELECT source, polled_at FROM ops.polls GROUP BY ALL HAVING count(*) > 1"
    ) + rows(
        "SELECT capture_id FROM ops.polls WHERE capture_id IS NOT NULL GROUP BY ALL "
        "HAVING count(*) > 1"
    ))  # fmt: skip
    for table in ("documents", "versions"):
        found = rows(
            f"SELECT any_value(a.url), count(*) FROM news.{table} t JOIN news.articles a "
            f"USING (article_id) JOIN news.versions v USING (version_id) "
            f"WHERE list_contains({sorted(READ)}, v.outcome) GROUP BY article_id"
        )
        expected = Counter({_bare(url): 1 for url in truth.revised})
        outcome.hold(
            f"{table} doubled", [row for row in found if row[1] > 1 + expected[_bare(row[0])]]
        )
        outcome.figures[f"{table} read"] = sum(row[1] for row in found)
    counts = rows(
        "SELECT outcome, count(*) FROM ops.captures JOIN ops.capture_outcomes USING (capture_id) "
        "WHERE NOT is_listing GROUP BY 1 ORDER BY 1"
    )
    outcome.figures |= {f"outcome {name}": count for name, count in counts}
    outcome.figures["captures"] = rows("SELECT count(*) FROM ops.captures")[0][0]
    outcome.figures["polls"] = rows("SELECT count(*) FROM ops.polls")[0][0]
    drafts = ("*.open", "*.tmp*", "*.wal")
    left = [str(path) for pattern in drafts for path in folder.rglob(pattern)]
    if is_locked(warehouse.path):
        left.append("the lock of the ledger")
    outcome.hold("locks and drafts left", left)


def _bare(url: str) -> str:
    """An address without its scheme, which canonical addresses may change."""
    return url.partition("://")[2]


def _check_log(folder: Path, truth: Truth, kills: Sequence[float], outcome: Outcome) -> None:
    """Delay and parallel requests per host, from what the server saw."""
    log = [json.loads(line) for line in (folder / "access.jsonl").read_text("utf-8").splitlines()]
    log.sort(key=lambda row: (row["host"], row["begun"]))
    early: list[str] = []
    crowded: list[str] = []
    for host, seen in groupby(log, key=lambda row: row["host"]):
        rows = list(seen)
        delay = truth.delays[host]
        # A request may be seen late, none early: the n-th after any other comes n delays later.
        latest = float("-inf")
        for number, row in enumerate(rows):
            due = row["begun"] - number * delay
            if due < latest - _JITTER:
                early.append(f"{host}{row['target']} {latest - due:.2f} s too early")
            latest = max(latest, due)
        moments = sorted(
            [(row["begun"], 1) for row in rows] + [(_ended(row, kills), -1) for row in rows]
        )
        under_way = 0
        for _, change in moments:
            under_way += change
            if under_way > truth.parallel:
                crowded.append(f"{host}: {under_way} at a time")
    outcome.figures["requests"] = len(log)
    outcome.figures["answers that are no success"] = sum(
        row["status"] not in (200, 302, 304) for row in log
    )
    outcome.hold("requests too early for their host", early)
    outcome.hold("requests too many at a time", crowded)


def _ended(row: dict[str, Any], kills: Sequence[float]) -> float:
    """When a request ended; at the latest with the process that made it."""
    return min([row["ended"], *(kill for kill in kills if kill > row["begun"])])


def _check_archive(order: Order, folder: Path, outcome: Outcome) -> None:
    """The archive holds what the ledger has, and gives the same news anew."""
    held: Counter[str] = Counter()
    broken: list[str] = []
    for path in sorted((folder / "archive").glob("*.warc.gz*")):
        for one in read_archive(path, bodies=False, note=broken.append):
            request = one.retrieval.request
            held[str(capture_id(request.source, request.url, one.retrieval.fetched_at))] += 1
    live = Warehouse(folder / "soak.duckdb")
    known = Counter(str(row[0]) for row in live.query("SELECT capture_id FROM ops.captures").rows)
    outcome.hold("captures in the archive only", list(held - known))
    outcome.hold("captures in the ledger only", list(known - held))
    outcome.hold("damage in the archive", broken)
    replays_alike(folder / "archive", live, folder / "replayed.duckdb", outcome, order.workers)


def main() -> None:
    """Run the soak and print its table; exit code 1 where something does not hold."""
    standard = Order()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--ahead", type=float, default=0.0, help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="empty; all is left there")
    parser.add_argument("--rounds", type=int, default=1, help=argparse.SUPPRESS)
    for name, kind in (("sources", int), ("articles", int), ("delay", float), ("rare", float),
                       ("faults", float), ("between", float), ("kills", int), ("batch", int),
                       ("limit", float), ("workers", int)):  # fmt: skip
        parser.add_argument(f"--{name}", type=kind, default=getattr(standard, name))
    given = vars(parser.parse_args())
    own, ahead, rounds, kept = (given.pop(name) for name in ("child", "ahead", "rounds", "keep"))
    if own:
        child(own, timedelta(seconds=ahead), given["batch"], rounds)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = kept or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = run(Order(**given), folder)
    conclude("The monitor under faults and kills", outcome)


if __name__ == "__main__":
    main()
