"""Lines that a site repeats: learned from the ledger, left out of later readings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows import steps
from warehouse import Warehouse

SIGN_OFF = "Readers write to us at the old corn market, second floor on the left"
STORIES = [
    ("2024-04-01", "Bridge to close",
     "The city council voted on Monday to close the old bridge for two years.",
     "Ferries will carry cyclists across the river until the new bridge opens in the spring."),
    ("2024-04-02", "Storm over the pool",
     "A storm tore the roof off the swimming hall on Tuesday evening, police said.",
     "Nobody was hurt, because the hall had been closed for repairs since the autumn."),
    ("2024-04-03", "New pilots",
     "The harbour authority hired 120 pilots, its director told the newspaper.",
     "They will begin in May, when the deep channel opens for the largest container ships."),
]  # fmt: skip
LATER = ("2024-04-09", "Trams by night",
         "Tram line 4 will run through the night from June on, the operator said.",
         "The mayor had promised night trams to the suburbs before the last election.")  # fmt: skip


def row(name: str, story: tuple[str, ...], *, repeated: str = SIGN_OFF) -> str:
    day, title, *sentences = story
    return json.dumps({
        "id": name, "title": title, "text": "\n".join([*sentences, repeated]), "lang": "en",
        "url": f"https://harbourpost.example/{name}", "published_at": f"{day}T08:00:00Z",
    })  # fmt: skip


def replay(path: Path, ledger: Path, *rows: str, learned: bool = False) -> steps.Replay:
    path.write_text("\n".join(rows), encoding="utf-8")
    return steps.replay(path, ledger, learned=learned)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    made = tmp_path / "ledger.duckdb"
    replay(tmp_path / "a.jsonl", made, *(row(f"s{i}", story) for i, story in enumerate(STORIES)))
    return made


def kept(ledger: Path, name: str) -> str:
    query = (
        "SELECT v.body FROM news.versions v JOIN news.documents d USING (version_id) "
        f"WHERE d.document = '{name}'"
    )
    [[body]] = Warehouse(ledger).query(query).rows
    return str(body)


def test_a_line_of_three_reports_is_left_out_of_the_fourth(tmp_path: Path, ledger: Path) -> None:
    memory = steps.learn(ledger, 60)
    assert list(memory.sites) == ["harbourpost.example"]
    assert len(memory.sites["harbourpost.example"]) == 1
    done = replay(tmp_path / "b.jsonl", ledger, row("later", LATER), learned=True)
    assert kept(ledger, "later") == "\n".join(LATER[1:])
    found = Warehouse(ledger).query(
        "SELECT text, rule, reason FROM mart.removals WHERE document = 'later'"
    )
    assert found.rows == ((SIGN_OFF, "memory.frequent", "repeated on other pages of the site"),)
    named = Warehouse(ledger).query(
        f"SELECT versions['learned lines'] FROM ops.runs WHERE run_id = '{done.run_id}'"
    )
    assert named.rows == ((memory.snapshot,),)


def test_a_replay_uses_no_learned_lines_unless_told(tmp_path: Path, ledger: Path) -> None:
    steps.learn(ledger, 60)
    replay(tmp_path / "b.jsonl", ledger, row("later", LATER))
    assert SIGN_OFF in kept(ledger, "later")


def test_learning_twice_keeps_one_snapshot(ledger: Path) -> None:
    assert steps.learn(ledger, 60) == steps.learn(ledger, 60)
    [[snapshots]] = Warehouse(ledger).query("SELECT count(*) FROM news.line_snapshots").rows
    assert snapshots == 1


def test_copies_of_one_report_teach_nothing(tmp_path: Path) -> None:
    """Wire copy on three days is one report: its sentences are no boilerplate."""
    made = tmp_path / "ledger.duckdb"
    text = STORIES[0][1:]
    days = ("2024-04-01", "2024-04-02", "2024-04-03")
    replay(tmp_path / "a.jsonl", made, *(row(f"c{i}", (d, *text)) for i, d in enumerate(days)))
    assert steps.learn(made, 60).sites == {}


def test_one_day_teaches_nothing(tmp_path: Path) -> None:
    made = tmp_path / "ledger.duckdb"
    same = [("2024-04-01", *story[1:]) for story in STORIES]
    replay(tmp_path / "a.jsonl", made, *(row(f"s{i}", s) for i, s in enumerate(same)))
    assert steps.learn(made, 60).sites == {}


def test_a_figure_is_never_cut_however_often_it_is_repeated(tmp_path: Path) -> None:
    made = tmp_path / "ledger.duckdb"
    figure = "The strike that began in March has cost the port 40 million euros so far."
    rows = [row(f"s{i}", story, repeated=figure) for i, story in enumerate(STORIES)]
    replay(tmp_path / "a.jsonl", made, *rows)
    assert steps.learn(made, 60).sites != {}
    replay(tmp_path / "b.jsonl", made, row("later", LATER, repeated=figure), learned=True)
    assert kept(made, "later").endswith(figure)


def test_nothing_learned_yet_says_what_to_do(tmp_path: Path, ledger: Path) -> None:
    with pytest.raises(steps.ReplayError, match="newsledger learn"):
        replay(tmp_path / "b.jsonl", ledger, row("later", LATER), learned=True)
