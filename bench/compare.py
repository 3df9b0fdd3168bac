"""Cost of comparing a batch of facts with a ledger of many: does it grow with the ledger?

    python -m bench.compare [FACTS ...]

A ledger of made-up events is grown to each size (default 10,000 and 100,000 facts; 1,000,000 takes
an hour); then batches of 50 articles with 10 facts each are loaded, and what `warehouse.compare`
takes of that is told apart. Events are reported for some days by one to forty outlets, which give
one to four different values, by 3,000 actors over two years.
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
from uuid import UUID

from bench.table import show
from extractors.records import Article, Fact, Line, Participant, Passage, Predicate, Quantity
from extractors.sketch import content_hash
from warehouse import Run, Warehouse, compare

_START = datetime(2024, 1, 1, tzinfo=UTC)
_PREDICATES: tuple[Predicate, ...] = ("invest", "fund", "acquire", "fine", "kill", "cut_jobs")
_COMPANIES = 3000
_FACTS = 10  # of an article
_GROWTH = 2000  # articles of a batch while the ledger grows
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


class Watch:
    """Seconds of processor time that `compare.update` takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._update = compare.update

    def __enter__(self) -> Watch:
        def timed(connection: compare.duckdb.DuckDBPyConnection, run: Run) -> None:
            before = time.process_time()
            self._update(connection, run)
            self.seconds += time.process_time() - before

        compare.update = timed
        return self

    def __exit__(self, *_: object) -> None:
        compare.update = self._update


def _run(number: int) -> Run:
    return Run(str(UUID(int=number)), "replay", "bench", _START + timedelta(minutes=number), {})


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", nargs="*", type=int, default=[10_000, 100_000])
    rows: list[dict[str, float | int]] = []
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder) / "ledger.duckdb")
        world, runs, stored = World(1), 0, 0
        for size in sorted(parser.parse_args().facts):
            while stored < size:
                count = min(_GROWTH, (size - stored + _FACTS - 1) // _FACTS)
                runs += 1
                warehouse.load(list(world.articles(count)), _run(runs))
                stored += count * _FACTS
            taken = []
            for _ in range(_ROUNDS):
                batch = list(world.articles(_BATCH))
                runs += 1
                with Watch() as watch:
                    report = warehouse.load(batch, _run(runs))
                taken.append(watch.seconds)
                stored += _BATCH * _FACTS
            rows.append({
                "facts stored": size, "seconds for 500 more": sorted(taken)[1],
                "verdicts added": report.added["verdicts"],
            })  # fmt: skip
    show("Comparing a batch of 500 facts (processor time of the comparison alone)", rows)


if __name__ == "__main__":
    main()
