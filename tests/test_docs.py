"""What the docs say of the command line is true: commands and options exist as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from flows import cli
from warehouse import Warehouse

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINE = re.compile(r"^(?:    |\$ )(newsledger .*?)(?:\s+#.*)?$|`(newsledger [^`]*)`", re.MULTILINE)


def written() -> list[tuple[str, str]]:
    """Page and line of each call of the command line."""
    return [
        (page.name, (block or inline).replace("\n", " "))
        for page in PAGES
        for block, inline in LINE.findall(page.read_text("utf-8"))
    ]


def test_there_are_such_lines() -> None:
    assert len(written()) > 20


@pytest.mark.parametrize(("page", "line"), written())
def test_commands_and_options_exist(page: str, line: str) -> None:
    words = [word.strip("[]") for word in shlex.split(line.replace("...", ""))[1:]]
    command = typer.main.get_command(cli.app)
    while words and isinstance(command, typer.core.TyperGroup) and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= known | {"--help"}


def test_the_watch_of_the_tutorial_tells_of_the_seeds(
    seed_warehouse: Warehouse, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    [block] = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    file = tmp_path / "watches.toml"
    file.write_text(block, "utf-8")
    watch = ["watch", "test", "japan", "--since", "3650d", "--watches", str(file)]
    ran = CliRunner().invoke(cli.app, [*watch, "--warehouse", str(seed_warehouse.path)])
    assert ran.exit_code == 0, ran.output
    assert "Microsoft: fund, amount in USD, JP" in ran.output
