"""Cost of comparing a batch of facts with a ledger of many: does it grow with the ledger?

    python -m bench.compare [FACTS ...]

A ledger of made-up events is grown to each size (default 10,000 to 500,000 facts, which takes about
six minutes of one core; expect twenty for 1,000,000); then batches of 50 articles with 10 facts
each are loaded, and what `warehouse.compare` takes of that is told apart. The replica is not
published. Events, a hundred a day, are reported for some days by one to forty outlets, which give
one to four different values, by 3,000 actors.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from unittest import mock
from uuid import UUID

import duckdb

from bench.data import ROOT
from bench.plot import draw
from bench.table import show
from extractors.records import Article, Fact, Line, Participant, Passage, Predicate, Quantity
from extractors.sketch import content_hash
from warehouse import Run, compare, schema
from warehouse.compare import update
from warehouse.connection import locked, writer
from warehouse.load import load

_START = datetime(2024, 1, 1, tzinfo=UTC)
_PREDICATES: tuple[Predicate, ...] = ("invest", "fund", "acquire", "fine", "kill", "cut_jobs")
_COMPANIES = 3000
_FACTS = 10  # of an article
_SIZES = [10_000, 30_000, 100_000, 300_000, 500_000]  # facts
_GROWTH = 5000  # articles of a batch while the ledger grows
_BATCH = 50  # articles of a measured batch
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Event:
    """What outlets report: an actor's deed with the values that are about."""

    actor: str
    predicate: Predicate
    values: tuple[int, ...]
    day: float
    reports: int


class World:
    """Events without end, and the articles about them."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._open: list[Event] = []
        self._count = 0

    def _event(self) -> Event:
        draw = self._random
        first = draw.randint(10, 999)
        others = (first + draw.randint(1, 30) for _ in range(draw.choice((0, 0, 0, 1, 1, 3))))
        return Event(
            f"Company {draw.randint(1, _COMPANIES)}",
            draw.choice(_PREDICATES),
            (first, *others),
            self._count / 100,
            draw.choice((1, 1, 1, 2, 3, 5, 8, 15, 40)),
        )

    def articles(self, count: int) -> Iterator[Article]:
        """So many articles, each about ten events of about its day."""
        draw = self._random
        for _ in range(count):
            while len(self._open) < 60:
                event = self._event()
                self._open.extend([event] * event.reports)
                self._count += 1
            told = [self._open.pop(draw.randrange(len(self._open))) for _ in range(_FACTS)]
            yield _article(f"article {draw.getrandbits(60):015x}", told, draw)


def _article(name: str, events: list[Event], draw: random.Random) -> Article:
    lines: list[Line] = []
    facts: list[Fact] = []
    position = 0
    for number, event in enumerate(events):
        value = Decimal(draw.choice(event.values))
        surface = f"{value} units"
        text = f"{name} {number}: {event.actor} {event.predicate} {surface}."
        start = position + text.index(surface)
        money = event.predicate in ("invest", "fund", "acquire", "fine")
        facts.append(Fact(
            quantity=Quantity(
                "money" if money else "count", value * 10**6, None, None, "=",
                None if money else "person", "USD" if money else None, surface, start,
                start + len(surface), quantum=Decimal(10**6),
            ),
            passage=0, sentence_start=position, sentence_end=position + len(text),
            predicate=event.predicate, slot="level" if money else "count",
            participants=(Participant("actor", event.actor),), statement=number,
        ))  # fmt: skip
        lines.append(Line(position, position + len(text), text))
        position += len(text) + 1
    original = "\n".join(line.text for line in lines)
    published = _START + timedelta(days=max(event.day for event in events) + draw.random() * 3)
    return Article(
        document=name, source="bench", url=None, outlet=f"Outlet {draw.randint(1, 300)}",
        title=name, original=original, lines=tuple(lines), removals=(),
        passages=(Passage("en", 1.0, 0, len(lines) - 1),), published_at=published,
        date_basis="stated", fetched_at=None, media_type="text/plain", charset="utf-8",
        charset_basis="utf-8", content_hash=content_hash(original), markers=((),),
        facts=tuple(facts), outcome="loaded",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds that a batch's comparison took, and what it did."""

    seconds: float
    pairs: int
    verdicts: int


def enter(path: Path, articles: list[Article], run: Run) -> Cost:
    """Load a batch as `Warehouse.load` does, but publish no replica."""
    seconds = 0.0

    def timed(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
        nonlocal seconds
        began = time.process_time()
        update(connection, run)
        seconds += time.process_time() - began

    with locked(path, 60), writer(path, 60) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.begin()
        schema.apply(connection)
        with mock.patch.object(compare, "update", timed):
            report = load(connection, articles, run)
        connection.commit()
        ((pairs,),) = connection.execute("SELECT count(*) FROM numbered").fetchall()
        connection.execute("CHECKPOINT")
    return Cost(seconds, pairs, report.added["verdicts"])


def _run(number: int) -> Run:
    return Run(str(UUID(int=number)), "replay", "bench", _START + timedelta(minutes=number), {})


def measure(sizes: list[int]) -> dict[int, Cost]:
    """Grow a ledger, and say at each size what the median of some batches of 500 facts takes."""
    found: dict[int, Cost] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.duckdb"
        world, runs, stored = World(1), 0, 0
        for size in sorted(sizes):
            while stored < size:
                count = min(_GROWTH, (size - stored + _FACTS - 1) // _FACTS)
                runs += 1
                enter(path, list(world.articles(count)), _run(runs))
                stored += count * _FACTS
            taken = []
            for _ in range(_ROUNDS):
                runs += 1
                taken.append(enter(path, list(world.articles(_BATCH)), _run(runs)))
                stored += _BATCH * _FACTS
            found[size] = sorted(taken, key=lambda cost: cost.seconds)[_ROUNDS // 2]
            print(f"{size:,} facts: {found[size].seconds:.2f} s", flush=True)
    return found


def report(found: dict[int, Cost], path: Path) -> None:
    """Print the table, and draw it."""
    show("Comparing a batch of 500 new facts (processor time of the comparison alone)", [
        {"facts stored": size, "seconds": cost.seconds, "pairs judged": cost.pairs,
         "verdicts added": cost.verdicts}
        for size, cost in found.items()
    ])  # fmt: skip
    first = next(iter(found.values()))
    draw(
        path,
        {"measured": [(size, cost.seconds) for size, cost in found.items()]},
        {"as if the ledger did not count": [(size, first.seconds) for size in found]},
        xscale="log", ylim=(0, None), xlabel="facts stored", ylabel="processor seconds",
        title="Time to compare 500 new facts, by the size of the ledger",
    )  # fmt: skip


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", nargs="*", type=int, default=_SIZES)
    report(measure(parser.parse_args().facts), ROOT / "docs" / "comparison-cost.png")


if __name__ == "__main__":
    main()
