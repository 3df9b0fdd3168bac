"""The command line, and the ledger of the seeds, for tests of the flows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from running import Run

from flows import cli
from warehouse import Warehouse


@pytest.fixture
def newsledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command in an empty folder; gives exit code, output and error output."""
    monkeypatch.chdir(tmp_path)
    for name in ("PREFECT_API_URL", "NEWSLEDGER_WAREHOUSE", "NEWSLEDGER_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["newsledger", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def seeds(seed_warehouse: Warehouse) -> tuple[str, Path]:
    return "--warehouse", seed_warehouse.path
