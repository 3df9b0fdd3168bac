"""The ledger: idempotence, order, versions, copies, locks, the replica, and bad input."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from made_articles import START, article, count, later, money, run, said

from extractors.records import Article
from warehouse import (
    LockTimeout,
    MigrationError,
    QueryError,
    Warehouse,
    WarehouseCorrupt,
    WarehouseError,
)
from warehouse import replica as publishing
from warehouse.connection import locked
from warehouse.schema import bundled, migrate

RUN_COLUMNS = {"found_at", "detected_at", "recorded_from", "recorded_to", "run_id", "started_at"}
LONG = "\n".join(
    f"Sentence number {number} of the report tells of harbours, ferries and tides." for number in
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
)  # fmt: skip


def reports() -> list[Article]:
    """Four reports of one investment: a rounding, an agency copy, a conflict, a correction."""
    copy = article("c", money("$2.9 billion", 2.9e9, 1e8, place="JP"), text=LONG, at=later(3))
    return [
        article("a", money("$2.9 billion", 2.9e9, 1e8, place="JP"), text=LONG, at=START),
        article("b", money("nearly $3 billion", 3e9, 1e9, bound="~", hedge="nearly"), at=later(2)),
        copy,
        article("d", money("$3.5 billion", 3.5e9, 1e8), at=later(30)),
        article("e", money("$2.9bn", 2.9e9, 1e8, correction=True), at=later(40)),
    ]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse with the five reports, for tests that only read."""
    ledger = Warehouse(tmp_path_factory.mktemp("loaded") / "ledger.duckdb")
    ledger.load(reports(), run())
    return ledger


def mart(ledger: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    """What holds now in every mart table, without the columns that tell of runs."""
    contents = {}
    for (table,) in ledger.query(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' ORDER BY ALL"
    ).rows:
        now = "WHERE recorded_to IS NULL" if table == "verdict_history" else ""
        rows = ledger.query(f"FROM mart.{table} {now} ORDER BY ALL")
        kept = [i for i, name in enumerate(rows.columns) if name not in RUN_COLUMNS]
        contents[table] = sorted(tuple(str(row[i]) for i in kept) for row in rows.rows)
    return contents


def pairs(ledger: Warehouse) -> set[tuple[str, ...]]:
    """(later document, earlier document, verdict, reason, dependence) across documents."""
    return {
        tuple(row)
        for row in ledger.query(
            """
            SELECT a.document, b.document, v.verdict, v.reason, v.dependence
            FROM mart.verdicts v
            JOIN mart.facts a ON a.fact_id = v.fact_id
            JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
            WHERE a.version_id <> b.version_id
            """
        ).rows
    }


def test_first_load_reports_what_it_added(warehouse: Warehouse) -> None:
    report = warehouse.load(reports(), run())
    assert (report.new, report.new_version, report.unchanged) == (5, 0, 0)
    assert report.outcomes == {"loaded": 5}
    assert {name: report.added[name] for name in ("articles", "documents", "facts", "copies")} == {
        "articles": 5, "documents": 5, "facts": 5, "copies": 1,
    }  # fmt: skip


def test_second_load_adds_nothing_to_news(warehouse: Warehouse) -> None:
    warehouse.load(reports(), run(1))
    before = mart(warehouse)
    again = warehouse.load(reports(), run(2))
    assert again.rows_added == 0
    assert again.unchanged == 5
    after = mart(warehouse)
    before.pop("outcomes"), after.pop("outcomes")
    assert after == before
    assert warehouse.query("SELECT count(*) FROM ops.runs").rows == ((2,),)


def test_any_order_and_batching_gives_the_same_mart(
    tmp_path: Path, loaded: Warehouse, empty: Path
) -> None:
    everything = reports()
    expected = mart(loaded)
    assert expected["verdicts"]
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    shutil.copyfile(empty, ledger.path)
    for batch in ((4, 2), (3,), (1, 0)):
        ledger.load([everything[step] for step in batch], run())
    found = mart(ledger)
    for table, rows in expected.items():
        assert found[table] == rows, table


def test_an_earlier_report_leaves_what_stands_within_a_later_one(
    tmp_path: Path, empty: Path
) -> None:
    figures = (
        money("$2.9 billion", 2.9e9, 1e8, statement=0),
        money("nearly $3 billion", 3e9, 1e9, statement=0, role="echo", hedge="nearly", bound="~"),
        money("2,9 milliards", 2.9e9, 1e8, statement=0),
    )
    late = article("late", *figures, at=later(48))
    early = article("early", money("$2.9 billion", 2.9e9, 1e8))
    found = []
    for name, batches in (("one", [[late, early]]), ("two", [[late], [early]])):
        ledger = Warehouse(tmp_path / f"{name}.duckdb")
        shutil.copyfile(empty, ledger.path)
        for batch in batches:
            ledger.load(batch, run())
        found.append(mart(ledger))
    assert len(found[0]["verdicts"]) == 4
    assert found[0] == found[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_many_reports_of_few_values_in_any_order(tmp_path: Path, empty: Path, seed: int) -> None:
    values = {2.9: "$2.9 billion", 2.2: "$2.2 billion", 3.4: "$3.4 billion"}
    told = [2.9, 2.9, 2.2, 2.9, 2.2, 2.9, 3.4, 2.9, 2.2]
    everything = [
        article(f"r{hour}", money(values[value], value * 1e9, 1e8), at=later(hour))
        for hour, value in enumerate(told)
    ]
    shuffled = random.Random(seed).sample(everything, len(everything))
    found = []
    for name, batches in (("at_once", [everything]), ("piecemeal", [shuffled[:4], shuffled[4:]])):
        ledger = Warehouse(tmp_path / f"{name}.duckdb")
        shutil.copyfile(empty, ledger.path)
        for batch in batches:
            ledger.load(batch, run())
        found.append(mart(ledger))
        # each report against the first of each value that is earlier, and no other
        against = {(later_one, first) for later_one, first, *_ in pairs(ledger)}
        assert against == {
            (f"r{hour}", f"r{told.index(value)}")
            for hour in range(9) for value in values if told.index(value) < hour
        }  # fmt: skip
    assert found[0] == found[1]


def test_late_arrival_closes_what_no_longer_holds(warehouse: Warehouse) -> None:
    first, _, copy, *_ = reports()
    other = article("z", money("$3.5 billion", 3.5e9, 1e8), at=later(60))
    warehouse.load([copy, other], run(1))
    known = warehouse.query("SELECT n_reports FROM mart.claims").rows
    warehouse.load([first], run(2))
    # the new original takes the voice of what has turned out to be its copy
    assert known == ((2,),)
    assert warehouse.query("SELECT n_reports, n_articles FROM mart.claims").rows == ((2, 3),)
    assert ("c", "a", "agrees", "equal", "copy") in pairs(warehouse)
    then = warehouse.query("SELECT count(*) FROM mart.as_known_at('2026-01-01 00:01:30+00')").rows
    now = warehouse.query("SELECT count(*) FROM mart.as_known_at('2026-01-02 00:00:00+00')").rows
    # the copy agrees with its original, and the other figure is now set against that one
    assert (then, now) == (((1,),), ((2,),))
    assert pairs(warehouse) == {
        ("c", "a", "agrees", "equal", "copy"),
        ("z", "a", "conflicts", "disjoint", "independent"),
    }


def test_verdicts_and_voices(loaded: Warehouse) -> None:
    found = pairs(loaded)
    assert ("b", "a", "agrees", "rounded", "independent") in found
    assert ("c", "a", "agrees", "equal", "copy") in found
    assert ("d", "a", "conflicts", "disjoint", "independent") in found
    assert ("e", "d", "supersedes", "correction", "independent") in found
    ((claim,),) = loaded.query("SELECT claim FROM mart.claims").rows
    assert claim == "Microsoft: invest, amount in USD, JP"
    assert loaded.query(
        "SELECT n_reports, n_voices, n_articles, n_values, latest_value FROM mart.claims"
    ).rows == ((4, 4, 5, 3, Decimal("2900000000.000000")),)


def test_severity_is_difference_times_voices(warehouse: Warehouse) -> None:
    warehouse.load(reports()[:4], run())
    rows = warehouse.query(
        "SELECT DISTINCT severity FROM mart.disagreements "
        "WHERE verdict = 'conflicts' AND earlier_document IN ('a', 'c')"
    ).rows
    # 3.5 against 2.9: .6 / 3.5; one voice for 3.5, one for 2.9 (its copy adds none)
    assert [round(severity, 6) for (severity,) in rows] == [round(0.6 / 3.5 * 2, 6)]


def test_versions_of_one_url_are_one_article(warehouse: Warehouse) -> None:
    url = "https://example.org/story"
    old = article("story v1", money("$29 billion", 29e9, 1e9), url=url)
    edited = article("story v2", money("$2.9 billion", 2.9e9, 1e8), url=url, at=later(1))
    warehouse.load([old], run(1))
    report = warehouse.load([edited], run(2))
    assert (report.new, report.new_version) == (0, 1)
    assert pairs(warehouse) == {("story v2", "story v1", "supersedes", "silent_edit", "copy")}
    assert warehouse.query("SELECT kind, numbers_differ FROM mart.copies").rows == (
        ("revision", True),
    )
    assert warehouse.query("SELECT count(DISTINCT article_id) FROM mart.facts").rows == ((1,),)


def told_in_yen(name: str, yen: float, hours: float) -> Article:
    """A report with a native amount in dollars and its own conversion."""
    return article(
        name,
        money("$2.9 billion", 2.9e9, 1e8, statement=0, actors=("Yen",)),
        money(f"{yen:.0f} yen", yen, 1e9, currency="JPY", role="conversion", statement=0,
              actors=("Yen",)),
        at=later(hours),
    )  # fmt: skip


BAD = replace(
    article("bad"), outcome="unreadable", original="", lines=(), passages=(), markers=(),
    message="No known character set; name it in a sidecar.",
)  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of unusual documents; each group has an actor of its own."""
    cited = money("$2.9 billion", 2.9e9, 1e8, attribution="Reuters", actors=("Cited",))
    two = (money("$2.9 billion", 2.9e9, 1e8, actors=("Both",)),
           money("$10 million", 1e7, 1e6, actors=("Both",)))  # fmt: skip
    halves = (
        money("29억달러", 2.9e9, 1e8, statement=0),
        money("약 4400억엔", 4.4e11, 1e10, currency="JPY", role="conversion", statement=0,
              implied_rate=Decimal("151.72")),
        money("30억달러 가까이", 3e9, 1e8, role="echo", hedge="nearly", bound="~", statement=0),
        count("300만명", 3e6, 1e6, predicate="train", statement=1),
        money("29億ドル", 2.9e9, 1e8, statement=0),
        count("400万人", 4e6, 1e6, predicate="train", statement=1),
    )  # fmt: skip
    ledger = Warehouse(tmp_path_factory.mktemp("odd") / "ledger.duckdb")
    report = ledger.load(
        [
            article("cited a", cited, at=START),
            article("cited b", cited, at=later(1)),
            article("cited c", replace(cited, fact={}), at=later(2)),
            article("both a", *two),
            article("both b", *two, at=later()),
            article("000", *halves, passages=[(0, "ko", None), (4, "ja", 0)]),
            told_in_yen("yen a", 4.4e11, 0),
            told_in_yen("yen b", 4.53e11, 1),
            told_in_yen("yen c", 9e11, 2),
            BAD,
            article(
                "huge",
                said("10^30", 10**30, None, kind="money", currency="ZWD", actors=("Huge",)),
                said("0.0000001", "0.0000001", None, kind="percent", unit="%", actors=("Huge",)),
            ),
            article("surrogate", money("$1\ud83d", 1, 1, actors=("Lone",))),
            article("emoji", money("29億ドル😀", 2.9e9, 1e8, actors=("E",)), text="😀 前の行"),
            article("ko", text="마이크로소프트, 일본에 투자"),
            article("fr", text="Le Président a visité"),
        ],
        run(),
    )
    assert report.outcomes == {"loaded": 14, "unreadable": 1}
    return ledger


def test_outlets_that_cite_one_agency_are_one_voice(odd: Warehouse) -> None:
    assert odd.query("SELECT n_reports, n_voices FROM mart.claims WHERE actor = 'Cited'").rows == (
        (3, 2),
    )
    assert ("cited b", "cited a", "agrees", "equal", "cites:Reuters") in pairs(odd)


def test_a_figure_that_both_state_elsewhere_is_no_disagreement(odd: Warehouse) -> None:
    assert {row[2:4] for row in pairs(odd) if row[0] == "both b"} == {("agrees", "equal")}
    assert odd.query("SELECT count(*) FROM mart.claims WHERE actor = 'Both'").rows == ((2,),)


def test_statement_with_echo_conversion_and_translated_half(odd: Warehouse) -> None:
    rows = set(
        odd.query(
            "SELECT a.surface, b.surface, verdict, reason, dependence FROM mart.verdicts v "
            "JOIN mart.facts a USING (fact_id) "
            "JOIN mart.facts b ON b.fact_id = v.earlier_fact_id WHERE a.document = '000'"
        ).rows
    )
    assert rows == {
        ("약 4400억엔", "29억달러", "restates", "converted", "same_document"),
        ("30억달러 가까이", "29억달러", "agrees", "rounded", "same_document"),
        ("29億ドル", "29억달러", "agrees", "equal", "translation"),
        ("400万人", "300만명", "mistranslated", "translation", "translation"),
    }
    assert odd.query(
        "SELECT v.rule FROM mart.verdicts v JOIN mart.facts USING (fact_id) "
        "WHERE verdict = 'restates' AND document = '000'"
    ).rows == (("4.converted.stated_beside at 151.72 JPY/USD",),)
    assert odd.query(
        "SELECT DISTINCT n_voices FROM mart.claims WHERE actor = 'Microsoft'"
    ).rows == ((1,),)


def test_conversions_of_two_reports_restate_each_other(odd: Warehouse) -> None:
    found = {row[:4] for row in pairs(odd) if row[0].startswith("yen")}
    assert ("yen b", "yen a", "restates", "converted") in found
    assert ("yen c", "yen a", "not_comparable", "converted") in found
    assert not {row[2] for row in found} & {"conflicts", "differs"}, "a conversion never conflicts"


def test_failed_documents_have_a_row_and_no_facts(odd: Warehouse) -> None:
    assert odd.query(
        "SELECT outcome, message, kept_lines FROM mart.documents WHERE document = 'bad'"
    ).rows == (("unreadable", "No known character set; name it in a sidecar.", 0),)
    assert odd.query("SELECT outcome FROM mart.outcomes WHERE document = 'bad'").rows == (
        ("unreadable",),
    )


def test_amount_that_does_not_fit_is_kept_as_text(odd: Warehouse) -> None:
    assert odd.query(
        "SELECT value, value_text FROM mart.facts WHERE document = 'huge' ORDER BY start_char"
    ).rows == ((None, "1" + "0" * 30), (Decimal(0), "1E-7"))


def test_lone_surrogates_do_not_stop_a_load(odd: Warehouse) -> None:
    assert odd.query("SELECT surface FROM mart.facts WHERE document = 'surrogate'").rows == (
        ("$1\ufffd",),
    )


def test_offsets_give_back_the_surface(odd: Warehouse) -> None:
    assert odd.query(
        "SELECT DISTINCT substr(v.original, start_char + 1, end_char - start_char) = surface "
        "FROM mart.facts JOIN news.versions v USING (version_id)"
    ).rows == ((True,),)


def test_find_works_in_any_script(odd: Warehouse) -> None:
    assert [row[0] for row in odd.query("FROM mart.find('일본에')").rows] == ["ko"]
    assert [row[0] for row in odd.query("FROM mart.find('PRÉSIDENT')").rows] == ["fr"]


def test_every_mart_object_is_commented(loaded: Warehouse) -> None:
    assert (
        loaded.query(
            """
        SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' AND comment IS NULL
        UNION ALL
        SELECT view_name FROM duckdb_views() WHERE schema_name = 'mart' AND comment IS NULL
        UNION ALL
        SELECT table_name || '.' || column_name FROM duckdb_columns()
        WHERE schema_name = 'mart' AND comment IS NULL
        UNION ALL
        SELECT function_name FROM duckdb_functions() WHERE schema_name = 'mart' AND comment IS NULL
        """
        ).rows
        == ()
    )


def test_why_explains_a_fact(loaded: Warehouse) -> None:
    ((fact_id,),) = loaded.query("SELECT fact_id FROM mart.facts WHERE document = 'd'").rows
    told = loaded.why(str(fact_id))
    assert told.fact["surface"] == "$3.5 billion"
    assert told.participants == (("actor", "Microsoft"),)
    assert {(c.document, c.later, c.verdict) for c in told.comparisons} == {
        ("a", True, "conflicts"), ("b", True, "conflicts"), ("c", True, "conflicts"),
        ("e", False, "supersedes"),
    }  # fmt: skip
    ((fact_id,),) = loaded.query("SELECT fact_id FROM mart.facts WHERE document = 'a'").rows
    assert loaded.why(str(fact_id)).before.endswith("nine of the report tells of harbours, "
        "ferries and tides.\nSentence number ten of the report tells of harbours, ferries and "
        "tides.\n")  # fmt: skip


@pytest.mark.parametrize("fact_id", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_why_of_an_unknown_fact(loaded: Warehouse, fact_id: str) -> None:
    with pytest.raises(QueryError, match=r"mart\.facts"):
        loaded.why(fact_id)


def test_compare_facts_gives_the_stored_verdict_either_way_round(loaded: Warehouse) -> None:
    stored = loaded.query(
        "SELECT DISTINCT ON (verdict) fact_id, earlier_fact_id, verdict, reason, rule, dependence "
        "FROM mart.verdicts WHERE verdict <> 'agrees' ORDER BY verdict, fact_id, earlier_fact_id"
    ).rows
    assert len(stored) == 2
    for later_id, earlier_id, *answer in stored:
        for order in ((later_id, earlier_id), (earlier_id, later_id)):
            assert [list(row) for row in loaded.query(
                "SELECT verdict, reason, rule, dependence FROM mart.compare_facts(?, ?)", order
            ).rows] == [answer]  # fmt: skip


@pytest.mark.parametrize(
    ("fact_id", "message"),
    [("zz", "not the id of a fact: zz"),
     ("00000000-0000-0000-0000-000000000000", "no fact has the id 00000000-")],
)  # fmt: skip
def test_compare_facts_says_what_is_wrong_with_an_id(
    loaded: Warehouse, fact_id: str, message: str
) -> None:
    ((known,),) = loaded.query("SELECT fact_id FROM mart.facts LIMIT 1").rows
    for order in ((fact_id, known), (known, fact_id)):
        with pytest.raises(QueryError, match=message):
            loaded.query("FROM mart.compare_facts(?, ?)", order)


@pytest.mark.parametrize(
    ("place", "days", "expected"),
    [("JP-Suzu", 2, {("supersedes", "update")}), ("JP-Suzu", 30, set()), ("JP", 2, set())],
)
def test_a_toll_without_its_disaster_meets_that_of_its_town(
    warehouse: Warehouse, place: str, days: int, expected: set[tuple[str, str]]
) -> None:
    toll = {"predicate": "kill", "slot": "count", "place": place}
    warehouse.load(
        [
            article("a", count("71", 71, actors=("Noto earthquake",), **toll)),
            article("b", count("99", 99, actors=(), **toll), at=later(24 * days)),
        ],
        run(),
    )
    assert {(verdict, reason) for _, _, verdict, reason, _ in pairs(warehouse)} == expected


def test_facts_about_other_things_are_not_comparable(warehouse: Warehouse) -> None:
    same = {"predicate": "train"}
    warehouse.load(
        [
            article("a", money("$5 million", 5e6, 1e6), money("$6 million", 6e6, 1e6, **same)),
            article("b", money("$5 million", 5e6, 1e6, actors=("Oracle",)), at=later()),
        ],
        run(),
    )
    ids = dict(warehouse.query("SELECT document || predicate || value::INT, fact_id "
                               "FROM mart.facts").rows)  # fmt: skip
    for other, reason in (("atrain6000000", "claim"), ("ainvest5000000", "participants")):
        assert warehouse.query(
            "SELECT verdict, reason FROM mart.compare_facts(?, ?)",
            [ids[other], ids["binvest5000000"]],
        ).rows == (("not_comparable", reason),)


def test_claim_history_lists_the_reports_in_order(loaded: Warehouse) -> None:
    ((claim,),) = loaded.query("SELECT claim_id FROM mart.claims").rows
    rows = loaded.query("SELECT document, verdict FROM mart.claim_history(?)", [claim]).rows
    assert rows == (("a", None), ("b", "agrees"), ("c", "agrees"), ("d", "conflicts"),
                    ("e", "supersedes"))  # fmt: skip


def test_first_reports(loaded: Warehouse) -> None:
    assert loaded.query("SELECT document FROM mart.first_reports").rows == (("a",),)


def test_summaries(loaded: Warehouse) -> None:
    rows = {row.document: row for row in loaded.summaries()}
    assert (rows["c"].copy_of, rows["c"].copy_kind) == ("a", "near")
    # with the first report of $2.9 billion (c is its copy), and with "nearly $3 billion"
    assert rows["d"].verdicts == {"conflicts": 2}


def test_reports_of_one_run_show_its_documents_only(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    first, second = run(1), run(2)
    ledger.load(reports()[:2], first)
    ledger.load(reports()[3:4], second)
    assert [row.document for row in ledger.summaries(first.run_id)] == ["a", "b"]
    assert [row.document for row in ledger.summaries(second.run_id)] == ["d"]
    assert {row["document"] for row in ledger.disagreements(run_id=second.run_id)} == {"d"}


def test_agreements_leave_out_what_is_disputed(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    ledger.load(reports()[:2], run(1))
    (agreement,) = ledger.agreements()
    assert (agreement.n_reports, [document for document, _ in agreement.said]) == (2, ["a", "b"])
    ledger.load(reports()[3:4], run(2))
    assert ledger.agreements() == []


def test_the_beginning_of_a_fact_id_is_enough(loaded: Warehouse) -> None:
    whole = str(loaded.query("SELECT fact_id FROM mart.facts LIMIT 1").rows[0][0])
    assert str(loaded.why(whole[:13]).fact["fact_id"]) == whole
    with pytest.raises(QueryError, match="No fact of this warehouse begins"):
        loaded.why("00000000-0000")


def test_disagreements_are_sorted_by_severity(loaded: Warehouse) -> None:
    rows = loaded.disagreements()
    assert [row["severity"] for row in rows] == sorted(
        (row["severity"] for row in rows), reverse=True
    )
    assert {row["document"] for row in loaded.disagreements(verdicts=["supersedes"])} == {"e"}
    assert rows[0]["sentence"] and rows[0]["earlier_sentence"]


def test_query_before_any_load_names_the_remedy(warehouse: Warehouse) -> None:
    with pytest.raises(QueryError, match=r"Load or replay"):
        warehouse.query("SELECT 1")


def test_wrong_sql_is_a_query_error(loaded: Warehouse) -> None:
    with pytest.raises(QueryError, match="SHOW ALL TABLES"):
        loaded.query("FROM mart.nothing")
    with pytest.raises(QueryError):
        loaded.query("DELETE FROM news.facts")


def elsewhere(code: str, path: Path) -> subprocess.Popen[str]:
    """Another program that runs `code` with `path` for its argument, once it says it is ready."""
    program = subprocess.Popen(
        [sys.executable, "-c", f"import duckdb, sys\n{code}", str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    return program


WRITING = "c = duckdb.connect(sys.argv[1])\n"
READY = "print('ready', flush=True); sys.stdin.read()\n"


def test_an_open_reader_never_blocks_a_load(warehouse: Warehouse) -> None:
    warehouse.load([BAD], run(1))
    count = "print(c.execute('SELECT count(*) FROM mart.documents').fetchall()[0][0])\n"
    shell = elsewhere(
        f"c = duckdb.connect(sys.argv[1], read_only=True)\n{READY}{count}", warehouse.replica
    )
    mine = duckdb.connect(str(warehouse.replica), read_only=True)
    warehouse.load([BAD, article("good")], run(2))
    assert warehouse.query("SELECT count(*) FROM mart.documents").rows == ((2,),)
    assert mine.execute("SELECT count(*) FROM mart.documents").fetchall() == [(1,)]
    mine.close()
    out, _ = shell.communicate("")
    assert out.strip() == "1", "the old reader keeps its view"


@pytest.mark.parametrize("how", ["lives", "is killed"])
def test_what_a_tool_wrote_to_the_replica_is_gone_with_the_next(
    how: str, warehouse: Warehouse
) -> None:
    warehouse.load([BAD], run(1))
    writes = "c.execute('CREATE TABLE own (x INTEGER)')\n"
    tool = elsewhere(f"{WRITING}{writes}{READY}", warehouse.replica)
    if how == "is killed":
        tool.kill()
        tool.communicate()
    assert warehouse.replica.with_name(f"{warehouse.replica.name}.wal").exists()
    warehouse.load([BAD, article("good")], run(2))
    assert warehouse.query("SELECT count(*) FROM mart.documents").rows == ((2,),)
    tool.communicate("")
    assert warehouse.query("SELECT count(*) FROM mart.documents").rows == ((2,),)


def _hold(path: str, ready: Any, release: Any) -> None:
    with locked(Path(path), 1):
        ready.set()
        release.wait(30)


def test_lock_timeout_says_who_and_what_to_do(warehouse: Warehouse) -> None:
    context = multiprocessing.get_context("spawn")
    ready, release = context.Event(), context.Event()
    path = warehouse.path
    holder = context.Process(target=_hold, args=(str(path), ready, release))
    holder.start()
    assert ready.wait(30)
    with pytest.raises(LockTimeout, match=rf"process {holder.pid}.*lock_timeout"):
        Warehouse(path, lock_timeout=0.1).load(reports(), run())
    assert Warehouse(path).doctor().locked
    release.set()
    holder.join(30)
    assert warehouse.load([], run()).new == 0


def test_a_foreign_tool_on_the_main_file_is_named(warehouse: Warehouse) -> None:
    path = warehouse.path
    ledger = Warehouse(path, lock_timeout=0.2)
    with elsewhere(WRITING + READY, path), pytest.raises(LockTimeout, match="published replica"):
        ledger.load(reports(), run(2))
    assert ledger.load([BAD], run(2)).new == 1


def test_migrations_are_applied_once_and_must_not_change() -> None:
    connection = duckdb.connect(":memory:")
    first = ("0001_a.sql", "CREATE TABLE a (x INTEGER)")
    second = ("0002_b.sql", "ALTER TABLE a ADD COLUMN y INTEGER")
    assert migrate(connection, [first]) == 1
    assert migrate(connection, [first, second]) == 2
    assert migrate(connection, [first, second]) == 2
    with pytest.raises(MigrationError, match="was changed"):
        migrate(connection, [("0001_a.sql", "CREATE TABLE a (x BIGINT)"), second])
    with pytest.raises(MigrationError, match="newer version"):
        migrate(connection, [first])
    with pytest.raises(MigrationError, match="does not apply"):
        migrate(connection, [first, second, ("0003_c.sql", "DROP TABLE nothing")])


def test_a_changed_migration_leaves_the_file_as_it_was(warehouse: Warehouse) -> None:
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("UPDATE main.migrations SET sha256 = 'other'")
    with pytest.raises(MigrationError, match=bundled()[0][0]):
        warehouse.load([BAD], run(2))
    with duckdb.connect(str(warehouse.path)) as connection:
        assert connection.execute("FROM news.documents").fetchall() == []


def test_a_damaged_file_is_named_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "ledger.duckdb"
    path.write_bytes(os.urandom(20000))
    with pytest.raises(WarehouseCorrupt, match="replay the sources"):
        Warehouse(path).load(reports(), run())


def test_a_failed_batch_stores_nothing(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError):
        warehouse.load([BAD], replace(run(2), run_id="no uuid"))
    assert warehouse.load([BAD], run(2)).new == 1


def test_killed_while_publishing_leaves_the_old_replica(warehouse: Warehouse) -> None:
    warehouse.load([BAD], run(1))
    child = os.fork()
    if child == 0:
        publishing.materialise = lambda connection: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        warehouse.load([BAD, article("good")], run(2))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert len(warehouse.query("FROM mart.documents").rows) == 1
    health = warehouse.doctor()
    assert health.replica_current is False
    assert any("lags behind" in problem for problem in health.problems)
    assert list(warehouse.path.parent.glob("*.tmp"))
    assert warehouse.load([article("good")], run(3)).new == 0, "the batch had been committed"
    assert len(warehouse.query("FROM mart.documents").rows) == 2
    assert not list(warehouse.path.parent.glob("*.tmp*"))


def test_doctor_of_a_sound_warehouse(tmp_path: Path, loaded: Warehouse) -> None:
    assert "does not exist" in Warehouse(tmp_path / "none.duckdb").doctor().problems[0]
    health = loaded.doctor()
    assert health.problems == ()
    assert (health.runs, health.locked, health.replica_current) == (1, False, True)
    assert health.counts["mart.documents"] == 5
    assert health.migration == int(bundled()[-1][0].split("_")[0])


def test_ids_do_not_depend_on_the_process(tmp_path: Path) -> None:
    script = (
        "import sys, json; sys.path.insert(0, 'tests/warehouse')\n"
        "from test_ledger import reports\n"
        "from warehouse import identity\n"
        "print(json.dumps([str(i) for a in reports() "
        "for i in identity.fact_ids(identity.version_id(a), a.facts)]))"
    )
    seen = [
        json.loads(subprocess.run(
            [sys.executable, "-c", script], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.getcwd()},
        ).stdout)
        for seed in ("1", "2")
    ]  # fmt: skip
    assert seen[0] == seen[1]
    assert len(set(itertools.chain(*seen))) == 5


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH '{path}' AS ledger",
        "COPY (SELECT 1) TO '{path}.csv'",
        "EXPORT DATABASE '{path}.export'",
        "FROM read_csv('/etc/passwd')",
        "SET enable_external_access = true",
        "DELETE FROM news.facts",
    ],
)
def test_a_query_can_neither_write_nor_leave_the_replica(sql: str, loaded: Warehouse) -> None:
    with pytest.raises(QueryError):
        loaded.query(sql.format(path=loaded.path))


def test_an_empty_query_is_refused(loaded: Warehouse) -> None:
    with pytest.raises(QueryError, match="no statement"):
        loaded.query("-- nothing")


def test_a_shell_that_holds_the_replica_for_writing_is_named(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    ledger.load(reports()[:1], run())
    holder = elsewhere(WRITING + READY, ledger.replica)
    with holder, pytest.raises(LockTimeout, match="-readonly"):
        ledger.query("FROM mart.facts")


def test_the_doctor_names_a_damaged_warehouse_and_spares_it(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    ledger.load(reports()[:1], run())
    ledger.path.write_bytes(b"garbage" * 1000)
    (problem,) = ledger.doctor().problems
    assert str(ledger.path) in problem
    assert "move it away" in problem
    assert "elete" not in problem


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "ledger.duckdb").touch()
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    assert ledger.load(reports()[:1], run()).rows_added > 0


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="Name a DuckDB file"):
        Warehouse(tmp_path).load(reports()[:1], run())


def test_corrected_metadata_take_the_place_of_the_old(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    old = reports()[0]
    ledger.load([old], run(1))
    ledger.load([replace(old, published_at=later(7), outlet="The Right Paper")], run(2))
    rows = ledger.query("SELECT outlet, published_at FROM mart.facts").rows
    assert rows == (("The Right Paper", later(7)),)
    assert ledger.query("SELECT outlet FROM mart.documents").rows == (("The Right Paper",),)


def test_a_document_shows_what_its_last_run_made_of_it(tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    good = reports()[0]
    bad = replace(good, outcome="invalid", message="bad sidecar", original="", facts=(), lines=(),
                  removals=(), passages=(), published_at=None)  # fmt: skip
    for number, (made, outcome) in enumerate(
        [(good, "loaded"), (bad, "invalid"), (good, "loaded")], 1
    ):
        ledger.load([made], run(number))
        assert ledger.query("SELECT outcome FROM mart.documents").rows == ((outcome,),)
        assert [row.outcome for row in ledger.summaries(run(number).run_id)] == [outcome]
