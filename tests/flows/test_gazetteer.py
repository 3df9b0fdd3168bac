"""entities.csv: names of a user's own are read, checked, used by every reading and noticed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Run

from extractors import entities
from flows import gazetteer, steps
from flows.inputs import InputError
from flows.live import LiveOrder, Session, round_of
from warehouse import Warehouse

DOCS = (Path(__file__).parents[2] / "docs" / "facts.md").read_text("utf-8")
HEAD = "name,kind,parent,country,aliases\n"
ENGLISH = "Hoshino Robotics said on Friday it would invest $40 million in a plant in Nagoya.\n"
JAPANESE = "星野ロボティクスは3日、名古屋の工場に6000万ドルを投資すると発表した。\n"


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """Nothing is left in use after a test."""
    yield
    entities.use(())


@pytest.fixture
def example() -> str:
    (block,) = re.findall(r"```csv\n(.*?)```", DOCS, re.DOTALL)
    return str(block)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "news"
    path.mkdir()
    for name, text in (("en", ENGLISH), ("ja", JAPANESE)):
        (path / f"{name}.txt").write_text(text, "utf-8")
        (path / f"{name}.json").write_text('{"published_at": "2024-05-04T08:00+09:00"}', "utf-8")
    return path


def actors(folder: Path, document: str = "") -> list[str]:
    """Who invests, by document."""
    rows = Warehouse(folder / "newsledger.duckdb").query(
        "SELECT coalesce(actor, '') FROM mart.facts "
        "WHERE kind = 'money' AND starts_with(document, $document) ORDER BY document",
        {"document": document},
    )
    return [str(actor) for (actor,) in rows.rows]


def test_reports_that_use_different_names_are_compared(
    newsledger: Run, folder: Path, tmp_path: Path, example: str
) -> None:
    """The example of the docs, beside the ledger."""
    (tmp_path / "entities.csv").write_text(example, "utf-8")
    assert newsledger("replay", folder)[0] == 0
    assert actors(tmp_path) == ["Hoshino Robotics"] * 2
    ledger = Warehouse(tmp_path / "newsledger.duckdb")
    verdicts = ledger.query(
        "SELECT verdict FROM mart.pairs() JOIN mart.facts f USING (fact_id) WHERE kind = 'money'"
    ).rows
    assert ("conflicts",) in verdicts
    (told,) = ledger.query("SELECT versions->>'entities' FROM ops.runs WHERE kind = 'replay'").rows
    assert told == (entities.digest(),)


def test_reading_again_takes_a_change_to_what_was_read(
    newsledger: Run, folder: Path, tmp_path: Path, example: str
) -> None:
    assert newsledger("replay", folder)[0] == 0
    assert "Hoshino Robotics" not in actors(tmp_path, "ja")
    assert "0 changed" in newsledger("reread")[1]
    own = tmp_path / "mine.csv"
    own.write_text(example, "utf-8")
    assert "ja.txt: facts" in newsledger("reread", "--entities", own)[1]
    assert actors(tmp_path, "ja") == ["Hoshino Robotics"]
    ledger = Warehouse(tmp_path / "newsledger.duckdb")
    runs = ledger.query("SELECT versions->>'entities' FROM ops.runs ORDER BY started_at").rows
    assert [row[0] is None for row in runs] == [True, True, False]
    assert "ja.txt: facts" in newsledger("reread")[1]  # without the file, as before
    assert "Hoshino Robotics" not in actors(tmp_path, "ja")


def test_reading_processes_know_them(folder: Path, tmp_path: Path, example: str) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(example, "utf-8")
    steps.replay(folder, tmp_path / "n.duckdb", workers=2, entities=own)
    rows = Warehouse(tmp_path / "n.duckdb").query(
        "SELECT DISTINCT actor FROM mart.facts WHERE kind = 'money'"
    )
    assert rows.rows == (("Hoshino Robotics",),)


def test_a_round_of_the_monitor_knows_them(folder: Path, tmp_path: Path, example: str) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(example, "utf-8")
    plan = tmp_path / "sources.toml"
    plan.write_text(
        f'[fetching]\ncontact = "desk@example.org"\narchive = "{tmp_path}/archive"\n'
        f'[[source]]\nname = "desk"\nkind = "folder"\npath = "{folder}"\n',
        "utf-8",
    )
    ledger = tmp_path / "newsledger.duckdb"
    with Session(plan, ledger, entities=own) as session:
        report = round_of(session, LiveOrder(plan, ledger))
    assert [poll.ending for poll in report.polled] == ["polled"]
    assert actors(tmp_path) == ["Hoshino Robotics"] * 2


def test_the_variable_names_the_file(
    newsledger: Run, folder: Path, tmp_path: Path, example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(example, "utf-8")
    monkeypatch.setenv("NEWSLEDGER_ENTITIES", str(own))
    assert newsledger("replay", folder)[0] == 0
    assert actors(tmp_path) == ["Hoshino Robotics"] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: write name,kind,parent,country,aliases"),
        ("name;kind;parent;country;aliases\n", "line 1: write name,kind,parent,country,aliases"),
        (HEAD + "Hoshino,company,,JP\n", "line 2: 4 cells in place of 5"),
        (HEAD + "Hoshino,firm,,JP,\n", "line 2: kind 'firm' is not known here"),
        (HEAD + "Hoshino,,,JP,\n", "line 2: the kind of 'Hoshino' is missing; write one of agency"),
        (HEAD + "\nHoshino,company,,Japan,\n", "line 3: country 'Japan' is no ISO 3166 code"),
        (HEAD + "Hoshino Town,city,,,\n", "line 2: the country of the place 'Hoshino Town'"),
        (HEAD + "Hoshino,company,,JP,H\n", "line 2: 'H' is no name"),
        (HEAD + ",company,,JP,Hoshino\n", "line 2: '' is no name"),
        (HEAD + "Hoshino,company,Hosino Group,JP,\n", "line 2: parent 'Hosino Group' is no name"),
        (HEAD + "AB,company,CD,JP,\nCD,company,AB,JP,\n", "line 2: 'AB' is its own parent"),
        (HEAD + "AB,company,,JP,\nAB,company,,JP,EF\n", "line 3: 'AB' stands in line 2, too"),
        (HEAD + "AB,company,,JP,EF\nCD,company,,JP,EF\n", "line 3: 'EF' is a name of 'AB', too"),
        (HEAD + "Microsoft,,GitHub,,\n", "line 2: 'Microsoft' is its own parent in the end"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_remedy(
    newsledger: Run, folder: Path, tmp_path: Path, text: str, said: str
) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(text, "utf-8")
    with pytest.raises(InputError) as wrong:
        gazetteer.read(own)
    assert f"{own}, {said}" in str(wrong.value)
    code, _, err = newsledger("replay", folder, "--entities", own)
    assert (code, said in err) == (2, True)
    assert not (tmp_path / "newsledger.duckdb").exists()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: No such file.*check the path"):
        gazetteer.read(tmp_path / "none.csv")
    (tmp_path / "old.csv").write_bytes(HEAD.encode() + "Société,company,,FR,\n".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8; save the file as UTF-8"):
        gazetteer.read(tmp_path / "old.csv")
