"""Events of loads, and what is on record of their deliveries."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from made_articles import START, Said, article, later, money, run

from extractors.records import Article
from warehouse import (
    Delivery,
    LockTimeout,
    Override,
    QueryError,
    Run,
    Warehouse,
    WarehouseError,
    event,
)

NOW = datetime.fromisoformat("2026-01-02T00:00:00+00:00")


def live(number: int, kind: str = "process") -> Run:
    return replace(run(number), kind=kind)


def grant(surface: str, value: float) -> Said:
    return money(surface, value, 1e8, place="JP")


def told(warehouse: Warehouse, number: int) -> dict[str, dict[str, Any]]:
    """Payload by name of the events of a run."""
    rows = warehouse.query(
        "SELECT name, payload FROM mart.events WHERE run_id = ?::UUID", [run(number).run_id]
    ).rows
    assert len({name for name, _ in rows}) == len(rows)
    return {name.removeprefix("newsledger."): json.loads(payload) for name, payload in rows}


def documents(warehouse: Warehouse, payload: dict[str, Any]) -> set[tuple[str, str]]:
    """Documents of the earlier and later fact of each pair of an event."""
    names = dict(warehouse.query("SELECT fact_id::VARCHAR, document FROM mart.facts").rows)
    return {(names[pair["earlier_fact_id"]], names[pair["fact_id"]]) for pair in payload["pairs"]}


A = article("a", grant("$2.9 billion", 2.9e9), url="https://a.example/1")
B = article("b", grant("$3.5 billion", 3.5e9), url="https://b.example/1", at=later(2))
C = article("c", grant("$2.90bn", 2.9e9), url="https://c.example/1", at=later(3))


def test_a_live_load_tells_what_is_new_and_what_conflicts(warehouse: Warehouse) -> None:
    report = warehouse.load([A], live(1))
    assert {name for name, _ in report.events} == {
        "newsledger.article.loaded", "newsledger.fact.new"
    }  # fmt: skip
    first = told(warehouse, 1)
    assert first["fact.new"]["count"] == first["article.loaded"]["count"] == 1
    warehouse.load([B, C], live(2))
    second = told(warehouse, 2)
    assert set(second) == {"article.loaded", "fact.conflicts"}
    assert second["article.loaded"]["count"] == 2
    assert documents(warehouse, second["fact.conflicts"]) == {("a", "b"), ("b", "c")}
    assert second["fact.conflicts"]["count"] == 2


def test_new_facts_are_those_of_the_mart(warehouse: Warehouse) -> None:
    warehouse.load([A, B, C], live(1))
    facts = {row["fact_id"] for row in told(warehouse, 1)["fact.new"]["facts"]}
    assert facts == {
        str(fact) for (fact,) in warehouse.query("SELECT fact_id FROM mart.new_facts").rows
    }


def test_loading_again_tells_nothing(warehouse: Warehouse) -> None:
    warehouse.load([A, B], live(1))
    assert warehouse.load([A, B], live(2)).events == ()


@pytest.mark.parametrize("kind", ["replay", "reread", "backfill"])
def test_replays_tell_nothing_unless_asked(warehouse: Warehouse, kind: str) -> None:
    assert warehouse.load([A], live(1, kind)).events == ()
    assert warehouse.load([B], live(2, kind), announce=True).events != ()
    assert warehouse.load([C], live(3), announce=False).events == ()


def test_a_changed_article_is_told_as_such(warehouse: Warehouse) -> None:
    warehouse.load([replace(A, fetched_at=START)], live(1))
    edited = article("a", grant("$3.9 billion", 3.9e9), url="https://a.example/1")
    warehouse.load([replace(edited, fetched_at=later(1))], live(2))
    second = told(warehouse, 2)
    assert (second["article.changed"]["count"], "article.loaded" in second) == (1, False)
    assert documents(warehouse, second["fact.supersedes"]) == {("a", "a")}


def test_a_correction_takes_back_what_was_told_and_tells_no_more(warehouse: Warehouse) -> None:
    warehouse.load([A], live(1))
    warehouse.load([B], live(2))
    entry = Override(
        "fact", {"document": "b", "surface": "$3.5 billion", "drop": True}, "a joke",
        date(2024, 5, 1),
    )  # fmt: skip
    warehouse.correct([entry], replace(run(3), kind="correct"))
    third = told(warehouse, 3)
    assert set(third) == {"fact.retracted"}
    [pair] = third["fact.retracted"]["pairs"]
    assert (pair["verdict"], pair["now"]) == ("conflicts", None)
    assert pair in [
        one | {"verdict": "conflicts", "now": None}
        for one in told(warehouse, 2)["fact.conflicts"]["pairs"]
    ]


def test_a_verdict_given_by_hand_takes_back_what_was_told(warehouse: Warehouse) -> None:
    warehouse.load([A, B], live(1))
    [pair] = told(warehouse, 1)["fact.conflicts"]["pairs"]
    content = {"facts": [pair["fact_id"], pair["earlier_fact_id"]], "verdict": "not_comparable"}
    warehouse.correct(
        [Override("verdict", content, "another plan", date(2024, 5, 1))],
        replace(run(2), kind="correct"),
    )
    [gone] = told(warehouse, 2)["fact.retracted"]["pairs"]
    assert (gone["fact_id"], gone["now"]) == (pair["fact_id"], "not_comparable")
    warehouse.correct([], replace(run(3), kind="correct"))
    assert told(warehouse, 3) == {}
    again = Override("verdict", content, "yet again", date(2024, 5, 2))
    warehouse.correct([again], replace(run(4), kind="correct"))
    assert len(told(warehouse, 4)["fact.retracted"]["pairs"]) == 1  # another event than the first


def test_an_earlier_report_that_arrives_late_takes_back_a_verdict(warehouse: Warehouse) -> None:
    warehouse.load([A], live(1))
    warehouse.load([B], live(2))
    assert documents(warehouse, told(warehouse, 2)["fact.conflicts"]) == {("a", "b")}
    early = article("0", grant("$2.9B", 2.9e9), url="https://z.example/1", at=later(-9))
    warehouse.load([early], live(3))
    third = told(warehouse, 3)
    assert documents(warehouse, third["fact.retracted"]) == {("a", "b")}
    assert documents(warehouse, third["fact.conflicts"]) == {("0", "b")}


def test_what_was_never_told_is_not_taken_back(warehouse: Warehouse) -> None:
    warehouse.load([A, B], run(1))
    early = article("0", grant("$2.9B", 2.9e9), url="https://z.example/1", at=later(-9))
    warehouse.load([early], live(2))
    assert "fact.retracted" not in told(warehouse, 2)


def test_ids_follow_from_what_is_told(warehouse: Warehouse, tmp_path: Any) -> None:
    other = Warehouse(tmp_path / "other.duckdb")
    for ledger, numbers in ((warehouse, (1, 2)), (other, (7, 8))):
        ledger.load([A], live(numbers[0]))
        ledger.load([C, B] if ledger is other else [B, C], live(numbers[1]))
    ids = [
        set(ledger.query("SELECT event_id, name, payload FROM mart.events").rows)
        for ledger in (warehouse, other)
    ]
    assert ids[0] == ids[1] != set()


def test_a_payload_stays_small(warehouse: Warehouse) -> None:
    many: list[Article] = [
        article(f"d{n}", money(f"${n} million", n * 1e6, 1e6, actors=(f"Firm {n}",)))
        for n in range(1, 121)
    ]
    warehouse.load(many, live(1))
    payload = told(warehouse, 1)["fact.new"]
    assert (payload["count"], len(payload["facts"])) == (120, 50)
    sizes = warehouse.query("SELECT max(length(payload)) FROM mart.events").rows
    assert sizes[0][0] < 8000


def test_nothing_is_told_of_a_load_that_fails(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse import load

    def fail(*_: object) -> None:
        raise WarehouseError("disk full")

    with monkeypatch.context() as patch, pytest.raises(WarehouseError):
        patch.setattr(load.changes, "record", fail)
        warehouse.load([A], live(1))
    assert warehouse.undelivered(NOW, "prefect") == []
    warehouse.load([A], live(1))
    assert len(warehouse.undelivered(NOW, "prefect")) == 2


# ---------------------------------------------------------------- deliveries


@pytest.fixture
def told_of(warehouse: Warehouse) -> Warehouse:
    """Two alerts, the first on two channels."""
    for number, channels in ((1, ["desk", "log"]), (2, ["desk"])):
        alert(warehouse, number, channels)
    return warehouse


def alert(warehouse: Warehouse, number: int, channels: Sequence[str]) -> None:
    moment = START + timedelta(minutes=number)
    payload = {"watch": "grants", "channels": list(channels)}
    made = event("newsledger.watch.matched", "grants", moment, payload, live(number), [str(number)])
    assert warehouse.tell([made], live(number)) == [made]
    assert warehouse.tell([made], live(number)) == []


def begin(warehouse: Warehouse, channel: str = "desk", at: datetime = NOW) -> Delivery:
    one = next(d for d in warehouse.undelivered(at) if d.channel == channel)
    return warehouse.begin_delivery([one], at)[0]


def states(warehouse: Warehouse) -> list[tuple[str, str, int]]:
    warehouse.publish()
    return list(
        warehouse.query(
            "SELECT channel, state, attempts FROM mart.deliveries ORDER BY occurred_at, channel"
        ).rows
    )


def test_an_alert_goes_to_the_channels_that_it_names(told_of: Warehouse) -> None:
    due = told_of.undelivered(NOW)
    assert [(one.channel, one.state) for one in due] == [
        ("desk", "waiting"), ("log", "waiting"), ("desk", "waiting")
    ]  # fmt: skip
    assert len({one.key for one in due}) == 3
    assert states(told_of) == [
        ("desk", "waiting", 0),
        ("log", "waiting", 0),
        ("desk", "waiting", 0),
    ]
    assert [one.channel for one in told_of.undelivered(NOW, most=2)] == ["desk", "log"]


def test_what_was_sent_is_not_due_again(told_of: Warehouse) -> None:
    one = begin(told_of)
    assert (one.attempt, one.state) == (1, "sending")
    told_of.end_delivery([one], "sent", NOW)
    assert [(d.channel, d.event.payload["channels"]) for d in told_of.undelivered(NOW)] == [
        ("log", ["desk", "log"]), ("desk", ["desk"])
    ]  # fmt: skip
    assert states(told_of)[0] == ("desk", "sent", 1)


def test_what_was_cut_off_is_unknown_and_goes_under_the_same_key(told_of: Warehouse) -> None:
    one = begin(told_of)
    assert states(told_of)[0] == ("desk", "unknown", 1)
    [problem] = [p for p in told_of.doctor().problems if "unknown" in p]
    assert "grants" in problem and "newsledger announce" in problem
    again = told_of.undelivered(NOW)[0]
    assert (again.state, again.key, again.attempt) == ("unknown", one.key, 1)
    [second] = told_of.begin_delivery([again], NOW)
    told_of.end_delivery([second], "sent", NOW)
    assert states(told_of)[0] == ("desk", "sent", 2)
    assert not told_of.doctor().problems


def test_what_failed_waits_for_its_time(told_of: Warehouse) -> None:
    soon = NOW + timedelta(minutes=5)
    told_of.end_delivery([begin(told_of)], "failed", NOW, "HTTP 503", soon)
    assert [d.state for d in told_of.undelivered(NOW)] == ["waiting"] * 2
    assert told_of.undelivered(soon)[0].state == "failed"
    back = NOW - timedelta(days=1)  # a clock that was ahead when it failed
    assert told_of.undelivered(back)[0].state == "failed"


def test_what_was_given_up_is_seen_by_the_doctor_and_sent_again_when_asked(
    told_of: Warehouse,
) -> None:
    one = begin(told_of)
    told_of.end_delivery([one], "dead", NOW, "HTTP 410")
    told_of.publish()
    [problem] = told_of.doctor().problems
    assert "HTTP 410" in problem and "--resend" in problem and str(one.event.event_id) in problem
    assert len(told_of.undelivered(NOW)) == 2
    assert told_of.resend(NOW) == 1
    assert told_of.resend(NOW) == 0
    again = told_of.undelivered(NOW)[0]
    assert (again.key, again.attempt, again.state) == (one.key, 0, "waiting")
    assert not told_of.doctor().problems


def test_one_event_is_sent_again_by_its_id(told_of: Warehouse) -> None:
    one = begin(told_of)
    told_of.end_delivery([one], "sent", NOW)
    assert told_of.resend(NOW, str(one.event.event_id)[:13]) == 1
    assert told_of.undelivered(NOW)[0].key == one.key
    for wrong in ("00000000", "a", "%"):
        with pytest.raises(QueryError, match="event_id"):
            told_of.resend(NOW, wrong)


def test_every_event_goes_over_a_bus_once_whichever_it_was(warehouse: Warehouse) -> None:
    warehouse.load([A], live(1))
    due = warehouse.undelivered(NOW, "prefect", "process")
    assert [one.channel for one in due] == ["prefect"] * 2
    warehouse.end_delivery(warehouse.begin_delivery(due[:1], NOW), "sent", NOW)
    left = warehouse.undelivered(NOW, "process", "prefect")
    assert [one.event.event_id for one in left] == [due[1].event.event_id]
    assert warehouse.undelivered(NOW, "process", since=NOW) == []
    assert warehouse.undelivered(NOW, "process", without=["process"]) == []


def test_one_delivers_at_a_time(warehouse: Warehouse) -> None:
    other = Warehouse(warehouse.path, lock_timeout=0.05)
    with warehouse.announcing():
        with pytest.raises(LockTimeout), other.announcing():
            pass
        done = threading.Thread(target=warehouse.load, args=([A], live(1)))  # loads go on
        done.start()
        done.join(20)
        assert not done.is_alive()
    with other.announcing():
        pass
