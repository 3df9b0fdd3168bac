"""Empty ledgers for tests of the warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from made_articles import run

from warehouse import Warehouse


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse file with its schema and nothing else."""
    path = tmp_path_factory.mktemp("empty") / "ledger.duckdb"
    Warehouse(path).load([], run(0))
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM ops.runs")
    return path


@pytest.fixture
def warehouse(tmp_path: Path, empty: Path) -> Warehouse:
    """A warehouse without documents; nothing is published yet."""
    shutil.copyfile(empty, tmp_path / "ledger.duckdb")
    return Warehouse(tmp_path / "ledger.duckdb", lock_timeout=5)
