"""Exports are whole, repeatable and readable by others; a reader of the replica sees one state."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from made_articles import article, later, money, run

from warehouse import ExportError, QueryError, Warehouse
from warehouse.export import TABLES


@pytest.fixture
def ledger(warehouse: Warehouse) -> Warehouse:
    warehouse.load(
        [
            article("a", money("$2.9 billion", 2.9e9, 1e8), lang="ko"),
            article("b, \"quoted\"", money("$3.5 billion", 3.5e9, 1e8), at=later(48)),
        ],
        run(1),
    )  # fmt: skip
    return warehouse


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_parquet_has_types_and_rows(ledger: Warehouse, tmp_path: Path) -> None:
    written = ledger.export(tmp_path / "out")
    assert [one.table for one in written] == list(TABLES)
    table = pq.read_table(tmp_path / "out" / "facts.parquet")
    assert table.column("surface").to_pylist() == ["$2.9 billion", "$3.5 billion"]
    assert str(table.schema.field("value").type) == "decimal128(28, 6)"
    manifest = json.loads((tmp_path / "out" / "export.json").read_text("utf-8"))
    assert manifest["tables"]["facts"] == {"rows": 2, "narrowed": False}


def test_csv_gives_back_names_and_lists(ledger: Warehouse, tmp_path: Path) -> None:
    ledger.export(tmp_path / "out", ["documents"], "csv")
    with (tmp_path / "out" / "documents.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["document"] for row in rows] == ["a", 'b, "quoted"']
    assert [json.loads(row["languages"]) for row in rows] == [["ko"], ["en"]]


def test_jsonl_is_a_row_a_line(ledger: Warehouse, tmp_path: Path) -> None:
    ledger.export(tmp_path / "out", ["verdicts", "documents"], "jsonl")
    lines = (tmp_path / "out" / "verdicts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["conflicts"]


def test_since_leaves_out_what_is_older(ledger: Warehouse, tmp_path: Path) -> None:
    (facts, took_part) = ledger.export(
        tmp_path / "out", ["facts", "fact_participants"], since=date(2024, 4, 11)
    )
    assert (facts.rows, facts.since) == (1, True)
    assert (took_part.rows, took_part.since) == (2, False), "it has no times"


def test_an_export_is_repeatable_and_replaces_the_one_before(
    ledger: Warehouse, tmp_path: Path
) -> None:
    ledger.export(tmp_path / "out", form="csv")
    before = bytes_of(tmp_path / "out")
    ledger.export(tmp_path / "out", form="csv")
    assert bytes_of(tmp_path / "out") == before
    ledger.export(tmp_path / "out", ["facts"])
    assert sorted(bytes_of(tmp_path / "out")) == ["export.json", "facts.parquet"]
    assert not list(tmp_path.glob(".out*"))


def test_a_folder_of_something_else_is_left_alone(ledger: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(ExportError, match="no earlier export"):
        ledger.export(tmp_path / "out")
    assert list(bytes_of(tmp_path / "out")) == ["mine.txt"]


def test_an_export_that_fails_leaves_the_one_before(ledger: Warehouse, tmp_path: Path) -> None:
    ledger.export(tmp_path / "out", ["facts"])
    before = bytes_of(tmp_path / "out")
    with pytest.raises(QueryError, match=r"no mart\.fact\..* facts,"):
        ledger.export(tmp_path / "out", ["facts", "fact"])
    assert bytes_of(tmp_path / "out") == before
    assert not list(tmp_path.glob(".out*"))


def test_a_reader_that_stays_open_blocks_nobody_and_sees_one_state(
    ledger: Warehouse, tmp_path: Path
) -> None:
    """As an analyst's shell does: one connection on the replica, over several loads."""
    count = "SELECT (SELECT count(*) FROM mart.facts), (SELECT count(*) FROM mart.claim_current)"
    with duckdb.connect(str(ledger.replica), read_only=True) as shell:
        before = shell.execute(count).fetchall()
        for number in range(3):
            new = article(f"new {number}", money("$4 billion", 4e9, 1e9, actors=(f"X{number}",)))
            ledger.load([new], run(2 + number))
            assert shell.execute(count).fetchall() == before == [(2, 1)]
            assert ledger.query(count).rows == ((3 + number, 2 + number),)
    with duckdb.connect(str(ledger.replica), read_only=True) as shell:
        assert shell.execute(count).fetchall() == [(5, 4)]


def test_a_shell_without_settings_can_ask_everything(ledger: Warehouse) -> None:
    """No view or macro of the replica needs this package, its settings or its time zone."""
    with duckdb.connect(str(ledger.replica), read_only=True) as shell:
        names = shell.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' "
            "UNION ALL SELECT view_name FROM duckdb_views() WHERE schema_name = 'mart'"
        ).fetchall()
        assert len(names) > 40
        for (name,) in names:
            shell.execute(f"SELECT count(*) FROM (FROM mart.{name})")
        for call in (
            "find('billion')", "changed_since('2026-01-01')", "left_out(outlets := ['Nobody'])",
            "totals_in('KRW')", "facts_known_at(now())", "as_known_at(now())",
        ):  # fmt: skip
            assert shell.execute(f"SELECT count(*) FROM mart.{call}").fetchall()[0][0] >= 1
