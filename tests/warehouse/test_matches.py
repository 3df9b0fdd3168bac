"""Which verdicts and new facts fit a watch, and that each is told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from made_articles import article, count, later, money, run

from extractors.records import Article
from warehouse import NEW, Alert, Match, Run, Wanted, Warehouse, WatchState

QUAKE = ("Hualien earthquake",)
LONG = "\n".join(
    f"Line {number} tells of the weather, the tides and the ferries of that harbour town."
    for number in ("one", "two", "three", "four", "five", "six", "seven", "eight")
)


def reports() -> list[Article]:
    """An investment told three times, a conflict, and a toll that grows."""
    return [
        article("a", money("$2.9 billion", 2.9e9, 1e8, place="JP"), text=LONG),
        article("copy", money("$2.9 billion", 2.9e9, 1e8, place="JP"), text=LONG, at=later(1)),
        article("d", money("$3.5 billion", 3.5e9, 1e8, place="JP-Tokyo"), at=later(2), lang="ja"),
        article("c", count("12 dead", 12, predicate="kill", slot="count", actors=QUAKE,
                           place="TW"), at=later(3), title="Tremblement de terre"),
        article("e", count("15 dead", 15, predicate="kill", slot="count", actors=QUAKE,
                           place="TW"), at=later(20), title="대만 지진 사망자"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    ledger = Warehouse(tmp_path_factory.mktemp("matches") / "ledger.duckdb")
    ledger.load(reports(), run())
    return ledger


def found(ledger: Warehouse, **wanted: Any) -> list[tuple[str, str, str | None]]:
    """Verdict and the documents of both sides."""
    return named(ledger, ledger.matches(Wanted(**wanted)))


def named(ledger: Warehouse, matches: Sequence[Match]) -> list[tuple[str, str, str | None]]:
    documents = dict(ledger.query("SELECT fact_id, document FROM mart.facts").rows)
    return [
        (match.verdict, documents[match.fact_id],
         documents[match.earlier_fact_id] if match.earlier_fact_id else None)
        for match in matches
    ]  # fmt: skip


CONFLICT = ("conflicts", "d", "a")
UPDATE = ("supersedes", "e", "c")
FIRST = [(NEW, "a", None), (NEW, "c", None)]


def test_what_fits_comes_in_order_and_a_copy_adds_nothing(loaded: Warehouse) -> None:
    conflict, update, *new = found(loaded)
    assert {conflict, update} == {CONFLICT, UPDATE}
    assert sorted(new) == FIRST
    assert found(loaded, verdicts=("conflicts", "agrees", "restates")) == [CONFLICT]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ({"actors": ("MICROSOFT",)}, {CONFLICT, FIRST[0]}),
        ({"actors": ("Oracle",)}, set()),
        ({"actors": ("Oracle", "microsoft")}, {CONFLICT, FIRST[0]}),
        ({"predicates": ("kill",)}, {UPDATE, FIRST[1]}),
        ({"predicates": ("kill",), "actors": ("Microsoft",)}, set()),
        ({"places": ("JP",)}, {CONFLICT, FIRST[0]}),
        ({"places": ("JP-Tokyo",)}, {CONFLICT}),
        ({"places": ("J",)}, set()),
        ({"topics": ("tremblement de TERRE",)}, {UPDATE, FIRST[1]}),
        ({"topics": ("지진",)}, {UPDATE}),
        ({"topics": ("remblement",)}, set()),
        ({"topics": ("12 dea",)}, {UPDATE, FIRST[1]}),
        ({"topics": ("'; DROP TABLE news.facts; --",)}, set()),
        ({"kinds": ("count",)}, {UPDATE, FIRST[1]}),
        ({"currencies": ("USD",)}, {CONFLICT, FIRST[0]}),
        ({"units": ("person",), "at_least": Decimal(15)}, {UPDATE}),
        ({"units": ("person",), "at_most": Decimal(14)}, {UPDATE, FIRST[1]}),
        ({"units": ("person",), "at_least": Decimal(16)}, set()),
        ({"change_at_least": 0.24}, {UPDATE}),
        ({"change_at_least": 0.26}, set()),
        ({"change_at_least": 0.2}, {CONFLICT, UPDATE}),
        ({"verdicts": (NEW,)}, set(FIRST)),
        ({"sources": ("test",), "verdicts": ("conflicts",)}, {CONFLICT}),
        ({"sources": ("other",)}, set()),
        ({"languages": ("ja",)}, {CONFLICT}),
        ({"languages": ("j",)}, set()),
        ({"outlets": ("outlet E",)}, {UPDATE}),
        ({"min_severity": 0.3}, {CONFLICT}),
    ],
)
def test_each_key_narrows(
    loaded: Warehouse, wanted: dict[str, Any], fits: set[tuple[str, str, str | None]]
) -> None:
    assert set(found(loaded, **wanted)) == fits


def test_a_copy_with_another_figure_is_a_match(warehouse: Warehouse) -> None:
    first, copy, *_ = reports()
    fact = replace(copy.facts[0], quantity=replace(copy.facts[0].quantity, value=Decimal("4e9")))
    warehouse.load([first, replace(copy, facts=(fact,))], run())
    assert {words[1:] for words in found(warehouse) if words[0] != NEW} == {("copy", "a")}


def test_spans_and_runs(warehouse: Warehouse) -> None:
    first, second = run(1), run(9)
    warehouse.load(reports()[:1], first)
    warehouse.load(reports()[2:3], second)
    every = Wanted()
    assert named(warehouse, warehouse.matches(every, runs=[second.run_id])) == [CONFLICT]
    assert named(warehouse, warehouse.matches(every, second.started_at)) == [CONFLICT]
    assert warehouse.matches(every, second.started_at + timedelta(seconds=1)) == []
    assert warehouse.matches(every, live=True) == []


def test_both_sides_with_their_quotations(loaded: Warehouse) -> None:
    (match,) = loaded.matches(Wanted(verdicts=("conflicts",)))
    pair = (match.fact_id, match.earlier_fact_id, match.verdict)
    gone = (match.match_id, None, NEW)
    (told,) = loaded.told([pair, gone])
    assert told.earlier is not None
    assert (told.fact.fact["sentence"], told.earlier.fact["surface"]) == (
        "d reports $3.5 billion, says d.",
        "$2.9 billion",
    )
    assert (told.verdict, told.reason, told.rule) == ("conflicts", "disjoint", "6.disjoint.value")
    assert told.claim == "Microsoft: invest, amount in USD, JP"
    assert told.fact.actors == ("Microsoft",)


def live(number: int) -> Run:
    return replace(run(number), kind="monitor")


def everything(watch: str, matches: Sequence[Match], state: WatchState) -> Alert | None:
    return Alert(matches, {"watch": watch, "n": len(matches)})


def raised(ledger: Warehouse, number: int, watch: str = "w") -> list[int]:
    """Numbers of matches in the events of a look at the ledger."""
    at = run(number).started_at
    ledger.watch_states([watch], run(0).started_at, at)
    matches = {watch: ledger.matches(Wanted(), live=True)}
    return [event.payload["n"] for event in ledger.alert(matches, everything, live(number), at)]


def ops(ledger: Warehouse, sql: str) -> list[Any]:
    with duckdb.connect(str(ledger.path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_match_is_told_once(warehouse: Warehouse) -> None:
    first, _copy, conflict, *_ = reports()
    warehouse.load([first, conflict], live(1))
    assert raised(warehouse, 2) == [2]
    assert raised(warehouse, 3) == []
    assert raised(warehouse, 3, "other") == [2]
    rows = ops(warehouse, "SELECT watch, verdict, alerted_at, event_id IN "
               "(SELECT event_id FROM ops.outbox WHERE name = 'newsledger.watch.matched' "
               " AND subject = watch) FROM ops.alerts ORDER BY ALL")  # fmt: skip
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("other", "conflicts", True), ("other", "new", True),
        ("w", "conflicts", True), ("w", "new", True),
    ]  # fmt: skip
    states = warehouse.watch_states(["w"], run(9).started_at, run(9).started_at)
    assert states["w"].alerted_at == run(2).started_at
    assert states["w"].looked_at == run(3).started_at
    assert set(states["w"].claims.values()) == {run(2).started_at}


def test_what_a_copy_repeats_was_told(warehouse: Warehouse) -> None:
    first, copy, conflict, *_ = reports()
    warehouse.load([first, conflict], live(1))
    assert raised(warehouse, 2) == [2]
    # the copy was published before what was told, which from now on is the copy
    warehouse.load([replace(copy, published_at=later(-5))], live(3))
    assert raised(warehouse, 4) == []


def test_nothing_is_told_halfway(warehouse: Warehouse) -> None:
    warehouse.load(reports()[:1], live(1))
    warehouse.watch_states(["w"], run(0).started_at, run(2).started_at)
    found = {"w": warehouse.matches(Wanted(), live=True)}

    def fails(watch: str, matches: Sequence[Match], state: WatchState) -> Alert | None:
        return Alert([*matches, matches[0], replace(matches[0], verdict=None)], {})  # type: ignore[arg-type]

    with pytest.raises(Exception, match="NOT NULL"):
        warehouse.alert(found, fails, live(2), run(2).started_at)
    assert ops(warehouse, "FROM ops.alerts") == []
    assert ops(warehouse, "FROM ops.outbox WHERE name = 'newsledger.watch.matched'") == []
    assert raised(warehouse, 3) == [1]


def test_what_no_longer_holds_is_not_told(warehouse: Warehouse) -> None:
    first, _, conflict, *_ = reports()
    warehouse.load([first, conflict], live(1))
    stale = {"w": warehouse.matches(Wanted(verdicts=("conflicts",)), live=True)}
    assert len(stale["w"]) == 1
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("UPDATE news.verdicts SET recorded_to = recorded_from")
    warehouse.watch_states(["w"], run(0).started_at, run(2).started_at)
    assert warehouse.alert(stale, everything, live(2), run(2).started_at) == []
