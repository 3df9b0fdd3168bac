"""What the docs say of the command line is true: commands and options exist as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from flows import cli

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
