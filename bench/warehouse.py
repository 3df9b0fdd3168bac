"""What the warehouse costs as it grows: loading, comparison, stories, search, views, readers.

    python -m bench.warehouse [ARTICLES ...] [--seed 1] [--keep FOLDER]

Articles are made up, the same for a seed: every day a hundred events (a company's deed with an
amount), each told by one to twelve of 300 outlets within three days, in en, fr, de, ja, ko or zh,
so one figure is reported in several languages; a fifth of the reports of an event give another
value, and one article in seven is another's text with a line before it. An article states three
figures and is filled up with made-up words of its script to some 3,000 letters (800 characters in
ja and zh), frequent ones as often as in a language (Zipf). They are staged below the readers, as
records with their facts: no page is parsed, no figure looked for. They are loaded by a thousand;
then batches of fifty are loaded on top. `find` stands beside a scan of the same texts in the same
run. Name sizes that fit: docs/warehouse.md says what a million articles would take.
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import duckdb

from bench.table import show
from extractors.markers import outline
from extractors.records import Article, Fact, Line, Participant, Passage, Predicate, Quantity
from extractors.sketch import content_hash
from warehouse import Run, Warehouse, compare, copies, replica, schema, search, stories
from warehouse.connection import locked, reader, writer
from warehouse.load import load

_START = datetime(2024, 1, 1, tzinfo=UTC)
_SIZES = [10_000, 100_000]
_GROWTH, _BATCH, _ROUNDS = 1000, 50, 3
_PHRASES = ("投資", "人工知能", "투자", "invest", "data centre", "株", "an")
_SCAN = """
SELECT version_id FROM news.versions
WHERE contains(lower(title || chr(10) || body), lower(?))
"""
_STEPS = {"copies": copies, "stories": stories, "comparison": compare, "search index": search}

_DEEDS: dict[str, dict[Predicate, str]] = {
    "en": {"invest": "{a} will invest {v} in a data centre in {p}.",
           "acquire": "{a} buys a rival in {p} for {v}.", "fine": "{a} is fined {v} in {p}."},
    "fr": {"invest": "{a} va investir {v} dans un centre de données à {p}.",
           "acquire": "{a} rachète un rival à {p} pour {v}.",
           "fine": "{a} est condamné à une amende de {v} à {p}."},
    "de": {"invest": "{a} investiert {v} in ein Rechenzentrum in {p}.",
           "acquire": "{a} kauft einen Rivalen in {p} für {v}.",
           "fine": "{a} muss in {p} {v} Strafe zahlen."},
    "ja": {"invest": "{a}は{p}の人工知能に{v}を投資すると発表した。",
           "acquire": "{a}は{p}の競合を{v}で買収する。", "fine": "{a}は{p}で{v}の罰金を科された。"},
    "ko": {"invest": "{a}가 {p} 데이터센터에 {v}를 투자한다.",
           "acquire": "{a}가 {p}의 경쟁사를 {v}에 인수한다.",
           "fine": "{a}가 {p}에서 {v}의 과징금을 물게 됐다."},
    "zh": {"invest": "{a}将在{p}投資{v}建設數據中心。", "acquire": "{a}以{v}收購{p}的對手。",
           "fine": "{a}在{p}被罰款{v}。"},
}  # fmt: skip
_AMOUNT = {
    "en": "${} million", "fr": "{} millions de dollars", "de": "{} Millionen Dollar",
    "ja": "{}00万ドル", "ko": "{}00만 달러", "zh": "{}00萬美元",
}  # fmt: skip
_PLACES = ("Osaka", "Lyon", "Leipzig", "Seoul", "Austin", "Taipei", "Porto", "Turku")


def _words(lang: str, draw: random.Random, count: int) -> list[str]:
    """Made-up words of a language's script."""
    if lang in ("ja", "zh"):
        letters = [chr(draw.randrange(0x4E00, 0x6E00)) for _ in range(1500)]
        if lang == "ja":
            letters += [chr(code) for code in range(0x3042, 0x3090)] * 8
        return ["".join(draw.choices(letters, k=draw.choice((1, 2, 2, 3)))) for _ in range(count)]
    if lang == "ko":
        letters = [chr(draw.randrange(0xAC00, 0xD7A0)) for _ in range(800)]
        return ["".join(draw.choices(letters, k=draw.choice((2, 3, 4)))) for _ in range(count)]
    syllables = [
        a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "is")
    ]
    return ["".join(draw.choices(syllables, k=draw.choice((1, 2, 3, 4)))) for _ in range(count)]


@dataclass(frozen=True, slots=True)
class Event:
    """A company's deed; `value` in millions of dollars."""

    actor: str
    predicate: Predicate
    value: int
    place: str
    day: float
    reports: int


class World:
    """Articles without end, the same for a seed."""

    def __init__(self, seed: int) -> None:
        self._random = draw = random.Random(seed)
        self._words = {lang: _words(lang, draw, 8000) for lang in _DEEDS}
        self._weights = list(itertools.accumulate(1 / rank for rank in range(3, 8003)))
        self._open: list[Event] = []
        self._past: list[Article] = []
        self._events = self._articles = 0

    def articles(self, count: int) -> list[Article]:
        """The next articles."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Article:
        draw = self._random
        self._articles += 1
        name = f"article-{self._articles:07}"
        if self._past and draw.random() < 1 / 7:
            return self._copy(draw.choice(self._past[-300:]), name)
        while len(self._open) < 400:
            event = self._event()
            self._open.extend([event] * event.reports)
        told = [self._open.pop(draw.randrange(400 if i else 100) % len(self._open))
                for i in range(3)]  # fmt: skip
        made = self._article(name, draw.choice(("en", "en", "en", "fr", "de", "ja", "ja", "ko",
                                                "ko", "zh")), told)  # fmt: skip
        self._past = [*self._past[-300:], made]
        return made

    def _event(self) -> Event:
        draw = self._random
        self._events += 1
        predicates: tuple[Predicate, ...] = ("invest", "acquire", "fine")
        return Event(
            f"Company {draw.randint(1, 3000)}", draw.choice(predicates), draw.randint(10, 999),
            draw.choice(_PLACES), self._events / 100, draw.choice((1, 1, 2, 3, 5, 12)),
        )  # fmt: skip

    def _article(self, name: str, lang: str, told: Sequence[Event]) -> Article:
        draw = self._random
        wide = lang in ("ja", "zh")
        texts: list[str] = []
        stated: list[tuple[int, str, int, Event]] = []
        for event in told:
            value = event.value + (draw.randint(1, 40) if draw.random() < 0.2 else 0)
            surface = _AMOUNT[lang].format(value)
            stated.append((len(texts), surface, value, event))
            texts.append(_DEEDS[lang][event.predicate].format(
                a=event.actor, v=surface, p=event.place
            ))  # fmt: skip
            for _ in range(draw.randint(1, 5)):
                size = draw.randint(40, 90) if wide else draw.randint(25, 70)
                chosen = draw.choices(self._words[lang], cum_weights=self._weights, k=size)
                texts.append(("" if wide else " ").join(chosen).capitalize() + ".")
        when = _START + timedelta(days=max(event.day for event in told) + 3 * draw.random())
        return _made(name, f"Outlet {draw.randint(1, 300)}", lang, when, texts, stated)

    def _copy(self, source: Article, name: str) -> Article:
        """Another's text under a line of an agency's."""
        head = f"(Agency {name}) reports."
        shift = len(head) + 1
        lines = (
            Line(0, len(head), head),
            *(replace(x, start=x.start + shift, end=x.end + shift) for x in source.lines),
        )
        facts = tuple(
            replace(
                fact, sentence_start=fact.sentence_start + shift,
                sentence_end=fact.sentence_end + shift,
                quantity=replace(fact.quantity, start=fact.quantity.start + shift,
                                 end=fact.quantity.end + shift),
            )
            for fact in source.facts
        )  # fmt: skip
        original = f"{head}\n{source.original}"
        assert source.published_at is not None
        return replace(
            source, document=name, outlet=f"Outlet {self._random.randint(1, 300)}",
            original=original, lines=lines, facts=facts, content_hash=content_hash(original),
            passages=(replace(source.passages[0], last_line=len(lines) - 1),),
            published_at=source.published_at + timedelta(hours=self._random.randint(1, 12)),
        )  # fmt: skip


def _made(
    name: str, outlet: str, lang: str, when: datetime, texts: Sequence[str],
    stated: Sequence[tuple[int, str, int, Event]],
) -> Article:  # fmt: skip
    """An article of these lines, with a fact for each (line, surface, value, event)."""
    lines: list[Line] = []
    position = 0
    for text in texts:
        lines.append(Line(position, position + len(text), text))
        position += len(text) + 1
    facts = []
    for number, (place, surface, value, event) in enumerate(stated):
        line = lines[place]
        start = line.start + line.text.index(surface)
        facts.append(Fact(
            quantity=Quantity(
                "money", Decimal(value) * 10**6, None, None, "=", None, "USD", surface, start,
                start + len(surface), quantum=Decimal(10**6),
            ),
            passage=0, sentence_start=line.start, sentence_end=line.end,
            predicate=event.predicate, slot="level",
            participants=(Participant("actor", event.actor),), statement=number,
        ))  # fmt: skip
    original = "\n".join(texts)
    return Article(
        document=name, source="bench", url=None, outlet=outlet, title=texts[0][:80],
        original=original, lines=tuple(lines), removals=(),
        passages=(Passage(lang, 1.0, 0, len(lines) - 1),), published_at=when, date_basis="stated",
        fetched_at=None, media_type="text/plain", charset="utf-8", charset_basis="utf-8",
        content_hash=content_hash(original), markers=(outline(original, lang),),
        facts=tuple(facts), outcome="loaded",
    )  # fmt: skip


def enter(path: Path, articles: list[Article], number: int) -> dict[str, float]:
    """Load a batch without publishing; processor seconds by step, `all` with the checkpoint."""
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return step(*given, **named)
            finally:
                spent[name] += time.process_time() - began

        return run

    run = Run(str(UUID(int=number)), "replay", "bench", _START + timedelta(minutes=number), {})
    began = time.process_time()
    with ExitStack() as stack:
        for name, module in _STEPS.items():
            stack.enter_context(mock.patch.object(module, "update", timed(name, module.update)))
        stack.enter_context(locked(path, 60))
        connection = stack.enter_context(writer(path, 60))
        connection.begin()
        schema.apply(connection)
        load(connection, articles, run)
        connection.commit()
        connection.execute("CHECKPOINT")
    return {**spent, "all": time.process_time() - began}


class Timed:
    """A connection that notes how long each view takes to become a table."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.views: dict[str, float] = {}

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Run a statement, and note its seconds if it fills a view's table."""
        began = time.perf_counter()
        result = self._connection.execute(sql)
        if "materialised AS FROM" in sql:
            self.views[sql.split("FROM ")[1].split(";")[0]] = time.perf_counter() - began
        return result


def views(path: Path, draft: Path) -> dict[str, float]:
    """Seconds of each view: of the mart's when they are published, of answers when read."""
    draft.write_bytes(path.read_bytes())
    with writer(draft, 60) as connection:
        timed: Any = Timed(connection)
        replica.materialise(timed)
        schema.answer(connection)
        found: dict[str, float] = timed.views
        for (name,) in connection.execute(
            "SELECT view_name FROM duckdb_views() WHERE schema_name = 'mart' ORDER BY ALL"
        ).fetchall():
            began = time.perf_counter()
            connection.execute(f"CREATE OR REPLACE TEMP TABLE answer AS FROM mart.{name}")
            found[f"mart.{name}"] = time.perf_counter() - began
    draft.unlink()
    return found


def _best(connection: duckdb.DuckDBPyConnection, sql: str, phrase: str) -> tuple[float, float, int]:
    """Least milliseconds by the clock and of the processors, of some calls; and the rows."""
    took, rows = [], 0
    for _ in range(5):
        began = time.perf_counter(), time.process_time()
        rows = len(connection.execute(sql, [phrase]).fetchall())
        took.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    return 1000 * min(took)[0], 1000 * min(cost for _, cost in took), rows


def searches(path: Path) -> Iterator[dict[str, str | float | int]]:
    """Milliseconds of `mart.find` beside a scan of the same texts."""
    with reader(path) as connection:
        for phrase in _PHRASES:
            clock, cost, rows = _best(connection, "FROM mart.find(?)", phrase)
            scan, scan_cost, _ = _best(connection, _SCAN, phrase)
            yield {"phrase": phrase, "documents": rows, "find ms": clock, "find CPU ms": cost,
                   "scan ms": scan, "scan CPU ms": scan_cost}  # fmt: skip


def reading(path: Path, change: Callable[[], Any]) -> Iterator[dict[str, str | float | int]]:
    """Milliseconds of readers while `change` writes: one that stays open, one that opens anew."""
    over = threading.Event()
    ask = "SELECT count(*) FROM mart.claims WHERE n_reports > 1"
    took: dict[str, list[float]] = {"open replica": [], "opening it anew": []}

    def stay() -> None:
        with reader(path) as connection:
            while not over.is_set():
                began = time.perf_counter()
                connection.execute(ask).fetchall()
                took["open replica"].append(time.perf_counter() - began)
                over.wait(0.05)

    def anew() -> None:
        while not over.is_set():
            began = time.perf_counter()
            with reader(path) as connection:
                connection.execute(ask).fetchall()
            took["opening it anew"].append(time.perf_counter() - began)
            over.wait(0.05)

    threads = [threading.Thread(target=stay), threading.Thread(target=anew)]
    for thread in threads:
        thread.start()
    try:
        change()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    for name, seconds in took.items():
        ranked = sorted(1000 * value for value in seconds)
        yield {"reader": name, "queries": len(ranked), "p50 ms": statistics.median(ranked),
               "p95 ms": ranked[int(0.95 * (len(ranked) - 1))],
               "longest ms": ranked[-1]}  # fmt: skip


def measure(path: Path, sizes: Sequence[int], seed: int) -> None:
    """Grow a ledger, and print at each size what it costs."""
    world, ledger, runs, stored = World(seed), Warehouse(path), 0, 0
    for size in sorted(sizes):
        began, first, spent = time.perf_counter(), stored, 0.0
        while stored < size:
            batch = world.articles(min(_GROWTH, size - stored))
            runs, stored = runs + 1, stored + len(batch)
            spent += enter(path, batch, runs)["all"]
        grown = time.perf_counter() - began
        small = []
        for _ in range(_ROUNDS):
            runs, stored = runs + 1, stored + _BATCH
            small.append(enter(path, world.articles(_BATCH), runs))
        began = time.perf_counter()
        ledger.publish()
        published = time.perf_counter() - began
        slow = sorted(views(path, path.with_suffix(".views")).items(), key=lambda x: -x[1])
        with reader(ledger.replica) as connection:
            ((facts,),) = connection.execute("SELECT count(*) FROM news.facts").fetchall()
        median = {name: statistics.median(one[name] for one in small) for name in small[0]}
        figures: dict[str, float | int] = {
            "facts": facts,
            "articles a second while it grew, by the clock": (size - first) / grown,
            "CPU ms an article while it grew": 1000 * spent / (size - first),
            **{f"CPU s of a batch of {_BATCH}: {name}": median[name] for name in sorted(median)},
            "s to publish": published,
            "ledger, bytes an article": path.stat().st_size // stored,
            "replica, bytes an article": ledger.replica.stat().st_size // stored,
            "memory at most, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        show(f"{stored:,} articles", [{"what": k, "figure": v} for k, v in figures.items()])
        show(f"Views of {stored:,} articles that take longest ({len(slow)} in all)", [
            {"view": name, "seconds": seconds} for name, seconds in slow[:8]
        ])  # fmt: skip
        show(f"Search in {stored:,} articles", list(searches(ledger.replica)))

        def write() -> None:
            nonlocal runs, stored
            for _ in range(_ROUNDS):
                runs, stored = runs + 1, stored + _BATCH
                enter(path, world.articles(_BATCH), runs)
                ledger.publish()

        show(f"Readers while batches of {_BATCH} are loaded and published",
             list(reading(ledger.replica, write)))  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="*", type=int, default=_SIZES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="empty; the files are left there"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        measure(folder / "bench.duckdb", given.articles, given.seed)


if __name__ == "__main__":
    main()
