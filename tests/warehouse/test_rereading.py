"""New readings of stored versions: as if they had been the first, and what was known stays."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import duckdb
import pytest
from made_articles import START, article, later, money, run

from extractors.records import Article, Participant, Removal
from extractors.sketch import content_hash
from warehouse import AlteredVersion, Override, Warehouse, schema
from warehouse.identity import version_id

RUN_COLUMNS = {"found_at", "detected_at", "recorded_from", "recorded_to", "run_id", "started_at"}
OF_RUNS = {"outcomes", "source_health"}
LONG = "\n".join(
    f"Sentence number {number} of the report tells of harbours, ferries and tides." for number in
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
)  # fmt: skip
DATED = date(2024, 5, 1)


def first_readings() -> dict[str, Article]:
    """Four reports, of which c is a copy of a; d conflicts with them once its actor is another."""
    return {
        made.document: made
        for made in (
            article("a", money("$2.9 billion", 2.9e9, 1e8, place="JP"), text=LONG, at=START),
            article("b", money("nearly $3 billion", 3e9, 1e9, bound="~", hedge="nearly"),
                    money("$70 million", 7e7, 1e7, place="FR"), at=later(2)),
            article("c", money("$2.9 billion", 2.9e9, 1e8, place="JP"), text=LONG, at=later(3)),
            article("d", money("$3.5 billion", 3.5e9, 1e8, place="JP", actors=("Oracle",)),
                    money("$80 million", 8e7, 1e7, place="DE"), at=later(30)),
            article("f", money("$70 million", 7e7, 1e7, actors=("Oracle",)), at=later(31)),
        )
    }  # fmt: skip


def second_readings() -> dict[str, Article]:
    """Of the same texts: another target, a fact gone, another actor, a shorter text, a title."""
    found = first_readings()
    found["a"] = replace(found["a"], facts=(replace(found["a"].facts[0], target="ferries"),))
    other = replace(found["b"].facts[1], participants=(Participant("actor", "Oracle"),))
    found["b"] = replace(found["b"], facts=(other,))
    found["d"] = article(
        "d", money("$3.5 billion", 3.5e9, 1e8, place="JP"),
        money("$80 million", 8e7, 1e7, place="FR"), at=later(30),
    )  # fmt: skip
    shorter = replace(
        found["c"], removals=tuple(Removal(line, "phrase", "a menu") for line in range(9))
    )
    found["c"] = replace(shorter, content_hash=content_hash(shorter.text))
    found["f"] = replace(found["f"], title="Another headline")
    return found


def texts(readings: dict[str, Article], *names: str) -> dict[UUID, Article]:
    return {version_id(readings[name]): readings[name] for name in names or readings}


def mart(ledger: Warehouse) -> dict[str, list[tuple[str, ...]]]:
    """What holds now in every mart table, without the columns that tell of runs."""
    contents = {}
    for (table,) in ledger.query(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' ORDER BY ALL"
    ).rows:
        dated = table in ("verdict_history", "fact_history")
        rows = ledger.query(f"FROM mart.{table} {'WHERE recorded_to IS NULL' if dated else ''}")
        kept = [i for i, name in enumerate(rows.columns) if name not in RUN_COLUMNS]
        contents[table] = sorted(tuple(str(row[i]) for i in kept) for row in rows.rows)
    return {name: rows for name, rows in contents.items() if name not in OF_RUNS}


def counts(ledger: Warehouse) -> dict[str, int]:
    tables = ledger.query(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'news' ORDER BY ALL"
    ).rows
    return {
        name: ledger.query(f"SELECT count(*) FROM news.{name}").rows[0][0] for (name,) in tables
    }


def made(path: Path, empty: Path, *batches: list[Article]) -> Warehouse:
    ledger = Warehouse(path)
    shutil.copyfile(empty, ledger.path)
    for number, batch in enumerate(batches, 1):
        ledger.load(batch, run(number))
    return ledger


@pytest.fixture
def ledger(tmp_path: Path, empty: Path) -> Warehouse:
    return made(tmp_path / "ledger.duckdb", empty, list(first_readings().values()))


def test_the_same_reading_changes_nothing(ledger: Warehouse) -> None:
    before, rows = mart(ledger), counts(ledger)
    report = ledger.reread(texts(first_readings()), run(2))
    assert (report.versions, report.altered) == (5, ())
    assert (report.verdicts_added, report.verdicts_changed, report.verdicts_gone) == (0, 0, 0)
    assert mart(ledger) == before
    assert counts(ledger) == rows
    assert ledger.query("SELECT count(*) FROM ops.runs WHERE kind = 'replay'").rows == ((2,),)


def test_a_new_reading_is_what_a_first_one_would_have_been(
    ledger: Warehouse, tmp_path: Path, empty: Path
) -> None:
    fresh = made(tmp_path / "fresh.duckdb", empty, list(second_readings().values()))
    report = ledger.reread(texts(second_readings()), run(2))
    assert report.altered == (
        AlteredVersion("a", 0, 1, 0),
        AlteredVersion("b", 0, 1, 1),
        AlteredVersion("c", 0, 0, 0),
        AlteredVersion("d", 0, 2, 0),
        AlteredVersion("f", 0, 0, 0),
    )
    assert report.verdicts_added > 0
    assert report.verdicts_gone > 0
    wanted, found = mart(fresh), mart(ledger)
    assert wanted["verdicts"]
    for table, rows in wanted.items():
        assert found[table] == rows, table
    before = counts(ledger)
    assert ledger.reread(texts(second_readings()), run(3)).altered == ()
    assert counts(ledger) == before
    assert mart(ledger) == found


@pytest.mark.parametrize("order", list(itertools.permutations("abcd"))[7::13])
def test_in_any_order_and_by_any_steps(
    order: tuple[str, ...], ledger: Warehouse, tmp_path: Path, empty: Path
) -> None:
    for number, name in enumerate((*order, "f"), 2):
        ledger.reread(texts(second_readings(), name), run(number))
    together = made(tmp_path / "one.duckdb", empty, list(first_readings().values()))
    together.reread(texts(second_readings()), run(2))
    assert mart(ledger) == mart(together)


def test_there_and_back_again(ledger: Warehouse) -> None:
    before = mart(ledger)
    ledger.reread(texts(second_readings()), run(2))
    assert mart(ledger) != before
    back = ledger.reread(texts(first_readings()), run(3))
    assert back.verdicts_added > 0
    assert mart(ledger) == before


def test_what_was_known_stays_on_record(ledger: Warehouse) -> None:
    known = "SELECT document, surface, place, actors FROM mart.facts_known_at(?) ORDER BY ALL"
    verdicts = "SELECT * EXCLUDE detected_at FROM mart.as_known_at(?) ORDER BY ALL"
    between, after = run(2).started_at, run(4).started_at
    facts_before = ledger.query(known, [between]).rows
    verdicts_before = ledger.query(verdicts, [between]).rows
    ledger.reread(texts(second_readings()), run(3))
    assert ledger.query(known, [between]).rows == facts_before
    assert ledger.query(verdicts, [between]).rows == verdicts_before
    assert ledger.query(known, [after]).rows != facts_before
    assert len(ledger.query(known, [after]).rows) == len(facts_before) - 1
    ((title,),) = ledger.query("SELECT title FROM news.past_readings WHERE title = 'f'").rows
    assert title == "f"
    ledger.reread(texts(first_readings()), run(5))
    assert ledger.query("SELECT count(*) FROM news.past_removals").rows == ((9,),)
    assert ledger.query(known, [after]).rows != facts_before
    assert ledger.query(known, [run(6).started_at]).rows == facts_before


def test_corrections_hold_on(ledger: Warehouse) -> None:
    entries = [
        Override("fact", {"document": "a", "surface": "$2.9 billion", "set": {"actor": "Oracle"}},
                 "seen", DATED),
        Override("fact", {"document": "b", "surface": "nearly $3 billion", "drop": True},
                 "a joke", DATED),
        Override("alias", {"name": "Oracle", "entity": "Nvidia"}, "renamed", DATED),
    ]  # fmt: skip
    ledger.correct(entries, run(2))
    ledger.reread(texts(second_readings()), run(3))
    told = "SELECT document, surface, actor, place FROM mart.facts ORDER BY ALL"
    rows = ledger.query(told).rows
    assert ("a", "$2.9 billion", "Oracle", "JP") in rows
    assert ("f", "$70 million", "Nvidia", None) in rows
    assert "nearly $3 billion" not in {surface for _, surface, *_ in rows}
    idle = {row["reason"] for row in ledger.corrections() if row["fact_id"] is None}
    assert idle == {"a joke"}  # the fact that it dropped is none any more
    before = counts(ledger)
    assert ledger.reread(texts(second_readings()), run(4)).altered == ()
    assert counts(ledger) == before
    ledger.correct([], run(5))
    assert ("a", "$2.9 billion", "Microsoft", "JP") in ledger.query(told).rows


def test_a_correction_leaves_what_was_known_before(ledger: Warehouse) -> None:
    known = "SELECT surface, actors FROM mart.facts_known_at(?) WHERE document = 'd' ORDER BY ALL"
    entry = Override(
        "fact", {"document": "d", "surface": "$80 million", "drop": True}, "a joke", DATED
    )
    ledger.correct([entry], run(3))
    ledger.correct([], run(6))
    moments = [ledger.query(known, [run(number).started_at]).rows for number in (2, 4, 7)]
    assert [len(rows) for rows in moments] == [2, 1, 2]
    assert moments[0] == moments[2]


def test_a_text_that_is_no_article_after_all(
    ledger: Warehouse, tmp_path: Path, empty: Path
) -> None:
    menu = replace(
        first_readings()["a"], facts=(), passages=(), markers=(), outcome="no_article",
        content_hash="", removals=tuple(Removal(line, "menu", "a menu") for line in range(11)),
    )  # fmt: skip
    readings = first_readings() | {"a": menu}
    assert version_id(menu) == version_id(first_readings()["a"])
    fresh = made(tmp_path / "fresh.duckdb", empty, list(readings.values()))
    before = mart(ledger)
    ledger.reread(texts(readings), run(2))
    assert mart(ledger) == mart(fresh)
    assert ledger.load(list(readings.values()), run(3)).rows_added == 0
    ledger.reread(texts(first_readings()), run(4))
    assert mart(ledger) == before


def test_what_is_kept_is_what_was_given(ledger: Warehouse) -> None:
    told = replace(
        article("p", money("$1 million", 1e6, 1e6), at=START, outlet="Post", text="Menu\nHome"),
        headline="Given", place="CA", declared_lang="en-CA", authors=("A. Writer",),
        extraction="json-ld", media_type="text/html", outcome="paywalled",
        removals=(Removal(0, "extractor", "outside"), Removal(1, "menu", "a menu")),
    )  # fmt: skip
    ledger.load([told], run(2))
    wanted = ledger.rereadable(document="p")
    (kept,) = ledger.kept([version for version, _ in wanted])
    stored = kept.stored
    assert (stored.headline, stored.place, stored.outlet) == ("Given", "CA", "Post")
    assert (stored.left_out, stored.outcome) == (frozenset({0}), "paywalled")
    assert (stored.authors, stored.extraction) == (("A. Writer",), "json-ld")
    assert (stored.published_at, stored.original) == (START, told.original)
    assert kept.made_by == {"newsledger": "test"}
    names = [ledger.kept([version])[0].stored.document for version, _ in ledger.rereadable()]
    assert names == ["a", "p", "b", "c", "d", "f"]
    assert len(ledger.rereadable(since=date(2024, 4, 11))) == 2
    assert ledger.rereadable(source="nothing") == []


def test_an_older_ledger_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    ledger = Warehouse(path)
    ledger.load(list(first_readings().values()), run(1))
    before = mart(ledger)
    _age(path)
    _age(ledger.replica)
    ledger.upgrade()
    assert mart(ledger) == before
    (kept,) = ledger.kept([version for version, _ in ledger.rereadable(document="a")])
    assert (kept.stored.headline, kept.stored.place) == ("a", None)
    ledger.load(list(first_readings().values()), run(2))  # fills in what was not kept then
    (kept,) = ledger.kept([version for version, _ in ledger.rereadable(document="a")])
    assert kept.stored.headline == ""


def _age(path: Path) -> None:
    """Take back from a file the migration that keeps readings; what came after it stays."""
    with duckdb.connect(str(path)) as connection:
        assert [name for name, _ in schema.bundled() if int(name[:4]) == 7]
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'past_')"
        ).fetchall():
            connection.execute(f"DROP TABLE news.{table}")
        connection.execute("DROP SCHEMA mart CASCADE; CREATE SCHEMA mart")
        connection.execute("DELETE FROM main.mart_version")
        connection.execute("DELETE FROM main.migrations WHERE number = 7")
        for kind, name in connection.execute(
            "SELECT 'VIEW', view_name FROM duckdb_views() WHERE schema_name = 'news'"
        ).fetchall():
            connection.execute(f"DROP {kind} news.{name}")
        for column in ("headline", "place", "published_offset"):
            connection.execute(f"ALTER TABLE news.documents DROP COLUMN {column}")
