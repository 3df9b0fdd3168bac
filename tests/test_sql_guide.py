"""docs/sql.md keeps its word: every query gives the answer shown, and every name is there."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from made_articles import article, run

from flows import screen
from warehouse import Warehouse

GUIDE = (Path(__file__).parents[1] / "docs" / "sql.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```\n\n```text\n(.*?)```", GUIDE, re.DOTALL)


def lines(text: str) -> list[str]:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n").split("\n")


def test_every_example_has_an_answer() -> None:
    assert len(QUERIES) == GUIDE.count("```sql\n") == 30


@pytest.mark.parametrize(("sql", "result"), QUERIES)
def test_every_query_gives_the_answer_shown(
    sql: str, result: str, seed_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    out = io.StringIO()
    screen.show_table(screen.console(out), seed_warehouse.query(sql), limit=0)
    assert lines(out.getvalue()) == lines(result)


def test_a_notebook_keeps_what_it_has_open_and_its_cell_run_again_sees_the_new_state(
    seed_warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [cell] = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    ledger = Warehouse(tmp_path / seed_warehouse.path.name)
    shutil.copyfile(seed_warehouse.path, ledger.path)
    ledger.publish()
    monkeypatch.chdir(tmp_path)

    def documents(notebook: dict[str, Any]) -> Any:
        return notebook["ledger"].execute("SELECT count(*) FROM mart.documents").fetchall()

    first: dict[str, Any] = {}
    exec(cell, first)
    assert documents(first) == [(5,)]
    ledger.load([article("new")], run())
    again: dict[str, Any] = {}
    exec(cell, again)
    assert (documents(first), documents(again)) == ([(5,)], [(6,)])


def test_the_list_names_all_that_is_for_analysts(seed_warehouse: Warehouse) -> None:
    table = GUIDE.partition("## All of it")[2]
    named = set(re.findall(r"`([a-z_]+)(?:\([a-z_, ]*\))?`", table))
    views = {
        name
        for (name,) in seed_warehouse.query(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' "
            "UNION SELECT view_name FROM duckdb_views() WHERE schema_name = 'mart'"
        ).rows
    }
    macros = {
        name
        for (name,) in seed_warehouse.query(
            "SELECT DISTINCT function_name FROM duckdb_functions() "
            "WHERE schema_name = 'mart' AND function_type = 'table_macro'"
        ).rows
    }
    assert named == views | macros
