"""A user's corrections: laid over what was read, on record, repeatable and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from made_articles import article, later, money, run

from warehouse import Override, Warehouse

DATED = date(2024, 5, 1)
RUN_COLUMNS = {"found_at", "detected_at", "recorded_from", "recorded_to", "run_id", "started_at"}
HOLDS = ("facts", "fact_participants", "verdicts", "claims", "disagreements", "statements")


def fact(document: str, surface: str, reason: str = "seen", **content: Any) -> Override:
    return Override("fact", {"document": document, "surface": surface, **content}, reason, DATED)


def mart(warehouse: Warehouse) -> dict[str, list[str]]:
    """What holds now, but for run and time."""
    return {
        name: sorted(
            str(sorted((key, str(value)) for key, value in row.items() if key not in RUN_COLUMNS))
            for row in warehouse.query(f"FROM mart.{name}").dicts()
        )
        for name in HOLDS
    }


@pytest.fixture
def ledger(warehouse: Warehouse) -> Warehouse:
    """Two reports that conflict, one that agrees with the first, and one of another company."""
    warehouse.load(
        [
            article("a", money("$2.9 billion", 2.9e9, 1e8, place="JP")),
            article("b", money("$3.5 billion", 3.5e9, 1e8, place="JP"), at=later(2)),
            article("c", money("$2.90bn", 2.9e9, 1e7, place="JP"), at=later(3)),
            article("d", money("$8 billion", 8e9, 1e9, actors=("MSKK",)), at=later(4)),
        ],
        run(1),
    )
    return warehouse


def stored(warehouse: Warehouse, document: str) -> dict[str, Any]:
    (row,) = warehouse.query("FROM mart.facts WHERE document = ?", [document]).dicts()
    return row


def verdicts(warehouse: Warehouse) -> set[tuple[str, str, str]]:
    return set(
        warehouse.query(
            "SELECT b.document, a.document, v.verdict FROM mart.verdicts v "
            "JOIN mart.facts a USING (fact_id) "
            "JOIN mart.facts b ON b.fact_id = v.earlier_fact_id"
        ).rows
    )


def test_a_binding_is_corrected_and_given_back(ledger: Warehouse) -> None:
    before, fact_before = mart(ledger), stored(ledger, "b")
    assert ("a", "b", "conflicts") in verdicts(ledger)
    entry = fact("b", "$3.5 billion", "it is Oracle's", set={"actor": "Oracle", "place": "KR"})
    ledger.correct([entry], run(2))
    row = stored(ledger, "b")
    assert row["fact_id"] == fact_before["fact_id"]
    assert (row["actor"], row["place"]) == ("Oracle", "KR")
    assert (row["rule"], row["confidence"]) == ("override: it is Oracle's", 1.0)
    assert not any("b" in pair[:2] for pair in verdicts(ledger))
    assert row["claim_id"] != fact_before["claim_id"]
    changes = {row["changed"]: (row["original"], row["given"]) for row in ledger.corrections()}
    assert changes == {
        "actor": ("Microsoft", "Oracle"),
        "place": ("JP", "KR"),
        "rule": (fact_before["rule"], "override: it is Oracle's"),
    }
    ledger.correct([], run(3))
    assert mart(ledger) == before
    assert ledger.corrections() == []
    ((kept, closed),) = ledger.query(
        "SELECT count(*), count(recorded_to) FROM news.overridden"
    ).rows
    assert (kept, closed) == (3, 3)  # on record for ever


def test_applying_again_changes_nothing(ledger: Warehouse) -> None:
    entries = [
        fact("b", "$3.5 billion", set={"actor": ["Oracle", "Nvidia"]}),
        fact("a", "$2.9 billion", drop=True),
        Override("alias", {"name": "mskk", "entity": "Microsoft Japan"}, "its name", DATED),
    ]
    ledger.correct(entries, run(2))
    once = mart(ledger)
    report = ledger.correct(list(reversed(entries)), run(3))
    assert report.rows_added == 0
    assert mart(ledger) == once
    assert ledger.load([], run(4)).rows_added == 0
    assert mart(ledger) == once


def test_the_result_depends_on_the_entries_not_on_the_way(ledger: Warehouse) -> None:
    first = fact("b", "$3.5 billion", set={"phase": "denied"})
    second = fact("b", "$3.5 billion", set={"actor": "Oracle"}, reason="later thought")
    ledger.correct([first], run(2))
    ledger.correct([second], run(3))
    assert (stored(ledger, "b")["phase"], stored(ledger, "b")["actor"]) == (None, "Oracle")
    assert [row["changed"] for row in ledger.corrections()] == ["actor", "rule"]


def test_a_dropped_fact_leaves_no_trace_in_verdicts_and_claims(ledger: Warehouse) -> None:
    before = mart(ledger)
    ledger.correct([fact("a", "$2.9 billion", "a joke", drop=True)], run(2))
    assert ledger.query("SELECT count(*) FROM mart.facts WHERE document = 'a'").rows == ((0,),)
    assert verdicts(ledger) == {("b", "c", "conflicts")}  # c is the first to say so now
    names = ledger.query("SELECT n_reports FROM mart.claims WHERE actor = 'Microsoft'").rows
    assert names == ((2,),)
    (change,) = ledger.corrections()
    assert (change["changed"], change["original"], change["given"]) == (
        "fact", "$2.9 billion", None,
    )  # fmt: skip
    assert (change["document"], change["surface"]) == ("a", "$2.9 billion")
    ledger.correct([], run(3))
    assert mart(ledger) == before


def test_an_alias_brings_a_name_to_its_family(ledger: Warehouse) -> None:
    before = mart(ledger)
    entry = Override("alias", {"name": "ｍｓｋｋ", "entity": "Microsoft Japan"}, "short", DATED)
    ledger.correct([entry], run(2))
    row = stored(ledger, "d")
    assert (row["actor"], row["actors"]) == ("Microsoft Japan", ["Microsoft"])
    assert row["rule"].endswith("+alias")
    assert any("d" in pair[:2] for pair in verdicts(ledger))
    ledger.correct([], run(3))
    assert mart(ledger) == before


def pair(ledger: Warehouse, verdict: str, reason: str = "another plan") -> Override:
    ids = [str(stored(ledger, name)["fact_id"]) for name in ("b", "a")]
    return Override("verdict", {"facts": ids, "verdict": verdict}, reason, DATED)


def test_a_verdict_is_given_and_taken_back(ledger: Warehouse) -> None:
    before = mart(ledger)
    ledger.correct([pair(ledger, "agrees")], run(8))
    assert ("a", "b", "agrees") in verdicts(ledger)
    ledger.correct([], run(9))
    assert mart(ledger) == before
    ledger.correct([pair(ledger, "not_comparable")], run(2))
    assert ("a", "b", "not_comparable") in verdicts(ledger)
    (row,) = ledger.query("SELECT rule FROM mart.verdicts WHERE reason = 'override'").dicts()
    assert row == {"rule": "override: another plan"}
    ids = [str(stored(ledger, name)["fact_id"]) for name in ("a", "b")]
    compared = ledger.query("SELECT verdict, rule FROM mart.compare_facts(?, ?)", ids).rows
    assert compared == (("not_comparable", "override: another plan"),)
    comparisons = ledger.why(str(stored(ledger, "b")["fact_id"])).comparisons
    assert "override: another plan" in {other.rule for other in comparisons}
    (change,) = ledger.corrections()
    assert (change["changed"], change["original"], change["given"]) == (
        "verdict", "conflicts, disjoint", "not_comparable",
    )  # fmt: skip
    assert ledger.correct([pair(ledger, "not_comparable")], run(3)).rows_added == 0
    ledger.load([article("e", money("$3.5bn", 3.5e9, 1e8, place="JP"), at=later(9))], run(4))
    assert ("a", "b", "not_comparable") in verdicts(ledger)  # a later load leaves it alone
    ledger.load([article("0", money("$2.9B", 2.9e9, 1e8, place="JP"), at=later(-9))], run(5))
    assert ("a", "b", "not_comparable") in verdicts(ledger)
    other = pair(ledger, "not_comparable", "one more thought")
    ledger.correct([other], run(6))
    ledger.correct([], run(7))
    assert "not_comparable" not in {verdict for *_, verdict in verdicts(ledger)}


def test_of_two_verdicts_on_a_pair_the_later_holds(ledger: Warehouse) -> None:
    for number, verdict in enumerate(("agrees", "not_comparable", "differs", "restates"), 2):
        first, last = pair(ledger, "follows"), pair(ledger, verdict)
        last = replace(last, dated=DATED + timedelta(days=1))
        ledger.correct([last, first], run(number))
        assert ("a", "b", verdict) in verdicts(ledger)


def test_loads_apply_what_is_on_record(ledger: Warehouse, tmp_path: Path) -> None:
    entries = [
        fact("x", "$9 billion", set={"actor": "Oracle"}),
        Override("alias", {"name": "MSKK", "entity": "Microsoft"}, "short", DATED),
    ]
    news = [
        article("x", money("$9 billion", 9e9, 1e9), at=later(20)),
        article("y", money("$7 billion", 7e9, 1e9, actors=("MSKK",)), at=later(21)),
    ]
    ledger.correct(entries, run(2))
    assert [row["fact_id"] is None for row in ledger.corrections() if row["kind"] == "fact"] == [
        True
    ]
    ledger.load(news, run(3))
    assert (stored(ledger, "x")["actor"], stored(ledger, "y")["actor"]) == ("Oracle", "Microsoft")
    assert ledger.load(news, run(4)).rows_added == 0
    assert all(row["fact_id"] is not None for row in ledger.corrections())
    early = mart(ledger)

    late = Warehouse(tmp_path / "late.duckdb")  # the same entries after everything was read
    late.load([
        article("a", money("$2.9 billion", 2.9e9, 1e8, place="JP")),
        article("b", money("$3.5 billion", 3.5e9, 1e8, place="JP"), at=later(2)),
        article("c", money("$2.90bn", 2.9e9, 1e7, place="JP"), at=later(3)),
        article("d", money("$8 billion", 8e9, 1e9, actors=("MSKK",)), at=later(4)),
        *news,
    ], run(1))  # fmt: skip
    late.correct(entries, run(2))
    assert mart(late) == early


def test_an_entry_by_id_means_one_fact(ledger: Warehouse) -> None:
    fact_id = str(stored(ledger, "b")["fact_id"])
    by_id = Override("fact", {"fact": fact_id[:13], "set": {"phase": "denied"}}, "no", DATED)
    ledger.correct([by_id], run(2))
    assert stored(ledger, "b")["phase"] == "denied"
    nothing = Override("fact", {"fact": "00000000", "drop": True}, "no", DATED)
    ledger.correct([nothing], run(3))
    (row,) = ledger.corrections()
    assert (row["fact_id"], row["reason"]) == (None, "no")
