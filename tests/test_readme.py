"""README and examples keep their word: screens, queries and example tests are run here."""

from __future__ import annotations

import io
import re
import shlex
import sys
from pathlib import Path

import pytest

from flows import cli, overrides, screen
from flows.steps import replay
from flows.testing import SEEDS
from warehouse import Warehouse

README = Path(__file__).parents[1] / "README.md"
DOCS = README.parent / "docs"
WIDTH = 100
COMMANDS = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
QUERIES = re.findall(r"```sql\n(.*?)```\n\n```text\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def lines(text: str) -> list[str]:
    """Lines without trailing blanks and without blank ends."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n").split("\n")


def shown(monkeypatch: pytest.MonkeyPatch) -> tuple[io.StringIO, screen.Console]:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    out = io.StringIO()
    return out, screen.console(out)


def test_there_are_queries() -> None:
    assert len(QUERIES) == 2


@pytest.mark.parametrize(("sql", "result"), QUERIES)
def test_every_query_gives_the_result_shown(
    sql: str, result: str, seed_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, console = shown(monkeypatch)
    screen.show_table(console, seed_warehouse.query(sql), limit=0)
    assert lines(out.getvalue()) == lines(result)


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 1


@pytest.mark.parametrize(("line", "result"), COMMANDS)
def test_every_command_prints_what_is_shown(
    line: str,
    result: str,
    seed_warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setenv("NEWSLEDGER_WAREHOUSE", str(seed_warehouse.path))
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    assert lines(capsys.readouterr().out) == lines(result)


def test_the_corrections_are_well_formed(tmp_path: Path) -> None:
    page = (DOCS / "correcting.md").read_text("utf-8")
    (text,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "overrides.toml").write_text(text, "utf-8")
    kinds = [entry.kind for entry in overrides.read(tmp_path / "overrides.toml")]
    assert kinds == ["fact", "alias", "verdict"]


def test_the_screen_is_what_a_replay_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = README.read_text("utf-8")
    (screenshot,) = re.findall(r"```text\n([^`]*?What differs.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    out, console = shown(monkeypatch)
    screen.show_replay(console, replay(SEEDS, Path("newsledger.duckdb")))
    assert lines(out.getvalue()) == lines(screenshot)


def test_the_example_tests_pass_in_another_project(pytester: pytest.Pytester) -> None:
    page = (DOCS / "extending.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    pytester.makepyfile(code)
    pytester.runpytest("-q").assert_outcomes(passed=2)
