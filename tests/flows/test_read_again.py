"""newsledger reread: what changed rules find in stored texts, and what it prints."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from running import Run

from extractors import facts
from extractors.records import Fact
from flows import rereading, steps
from warehouse import Warehouse

FERRY = "The port said on Friday that it would invest $40 million in two new ferries.\n"
PAGE = (
    "<html><head><title>Ferries</title></head><body><nav><a href='/'>Home</a></nav><article>"
    f"<h1>Ferries</h1><p>{FERRY}</p><p>The mayor of the town said that the ferries would be "
    "painted green, and that nobody would have to wait for them in the rain.</p></article>"
    "</body></html>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A text and a page with what is known of them."""
    path = tmp_path / "news"
    path.mkdir()
    (path / "ferry.txt").write_text(FERRY, "utf-8")
    (path / "page.html").write_text(PAGE, "utf-8")
    for name in ("ferry", "page"):
        (path / f"{name}.json").write_text('{"published_at": "2024-05-04T08:00+09:00"}', "utf-8")
    return path


def better(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extractor that leaves out days, and knows that it is about a harbour."""
    bind = facts.bind

    def found(*args: object, **about: object) -> tuple[Fact, ...]:
        read: tuple[Fact, ...] = bind(*args, **about)  # type: ignore[arg-type]
        kept = [fact for fact in read if fact.quantity.kind != "date"]
        return tuple(
            replace(fact, target="harbour") if fact.quantity.kind == "money" else fact
            for fact in kept
        )

    monkeypatch.setattr(facts, "bind", found)


def test_what_better_rules_find_is_taken_over(
    newsledger: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert newsledger("replay", folder)[0] == 0
    code, out, _ = newsledger("reread")
    assert code == 0
    assert out == "2 versions read again, 0 changed\nFacts: as before. Verdicts: as before.\n"
    better(monkeypatch)
    code, out, _ = newsledger("reread", "--document", "page", "--json")
    assert code == 0
    report = json.loads(out)
    assert (report["versions"], report["facts_changed"], report["facts_gone"]) == (1, 1, 1)
    assert report["altered"] == [{"document": "page.html", "added": 0, "changed": 1, "gone": 1}]
    code, out, _ = newsledger("reread", "--since", "2024-05-01")
    assert out.splitlines()[:2] == [
        "ferry.txt: facts 1 changed, 1 gone",
        "2 versions read again, 1 changed",
    ]
    assert newsledger("reread")[1].startswith("2 versions read again, 0 changed\n")
    assert newsledger("reread", "--since", "2025-01-01")[1].startswith("0 versions read again")
    assert newsledger("reread", "--source", "elsewhere")[1].startswith("0 versions read again")


def test_a_corrected_day_is_read_again(newsledger: Run, folder: Path, tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "newsledger.duckdb")
    days = "SELECT DISTINCT date_start::VARCHAR FROM mart.facts WHERE kind = 'date'"
    newsledger("replay", folder)
    assert ledger.query(days).rows == (("2024-05-03",),)
    for name in ("ferry", "page"):
        (folder / f"{name}.json").write_text('{"published_at": "2024-05-11T08:00+09:00"}', "utf-8")
    newsledger("replay", folder)
    assert newsledger("reread")[0] == 0
    assert ledger.query(days).rows == (("2024-05-10",),)
    assert newsledger("reread")[1].startswith("2 versions read again, 0 changed\n")


def test_what_cannot_be_read_again_stays(
    newsledger: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newsledger("replay", folder)
    before = Warehouse(tmp_path / "newsledger.duckdb").facts()

    def broken(*args: object, **about: object) -> tuple[Fact, ...]:
        raise ValueError("no")

    monkeypatch.setattr(facts, "bind", broken)
    code, out, _ = newsledger("reread")
    assert code == 3
    assert "ferry.txt: not read again, and as before: ValueError: no" in out
    assert Warehouse(tmp_path / "newsledger.duckdb").facts() == before


def test_any_number_of_workers_and_batches(
    newsledger: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsledger("replay", folder)
    monkeypatch.setattr(rereading, "_portions", lambda wanted: [[v] for v, _ in wanted])
    again = rereading.reread(tmp_path / "newsledger.duckdb", workers=2)
    assert (again.versions, again.altered, again.failed) == (2, (), ())
    kinds = Warehouse(tmp_path / "newsledger.duckdb").query(
        "SELECT kind, count(*) FROM ops.runs GROUP BY ALL ORDER BY ALL"
    )
    assert kinds.rows == (("replay", 1), ("reread", 1))


def test_lines_that_were_left_out_stay_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = tmp_path / "newsledger.duckdb"
    steps.replay(folder, ledger)
    asked: list[str | None] = []
    monkeypatch.setattr(
        Warehouse, "line_memory", lambda self, snapshot=None: asked.append(snapshot)
    )
    rereading.reread(ledger)
    assert asked == []  # read without learned lines, and so again


def test_there_is_nothing_to_read_again(newsledger: Run) -> None:
    code, _, err = newsledger("reread")
    assert code == 1
    assert "Load or replay something first" in err
    assert newsledger("reread", "--since", "May")[0] == 2
