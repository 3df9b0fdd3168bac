"""The command line on real and on hostile input: outcomes, exit codes, what is printed."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Run

from extractors.records import Document
from flows import cli, steps
from flows.inputs import open_inputs
from flows.testing import SEEDS, Replayed
from warehouse import Warehouse

GOOD = "002_3246ae01c6ab132f.txt"

KOREAN = (
    "오라클, 일본에 11조 원 투자\n\n"
    "미국 소프트웨어 기업 오라클은 18일 일본에 앞으로 10년간 80억 달러를 투자한다고 밝혔습니다. "
    "오라클은 이 돈을 일본의 클라우드 컴퓨팅과 인공지능 시설을 넓히는 데 쓸 계획입니다.\n\n"
    "새프라 캐츠 최고경영자는 도쿄에서 기자들을 만나 "
    "일본 고객을 위한 자료는 일본 안에 둘 것이라고 말했습니다.\n"
)
LISTING = "".join(
    line + "\n"
    for line in (SEEDS / "004_94afcb18646f9d8a.txt").read_text("utf-8").splitlines()
    if line.startswith("112")
)
MENU = f"메뉴 건너뛰기\n홈\n로그인\n회원가입\n번호 제목 글쓴이 날짜\n{LISTING}목록\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good report among five that are none, or in disguise."""
    folder = tmp_path_factory.mktemp("hostile")
    files = {
        "good.txt": (SEEDS / GOOD).read_bytes(),
        "good.json": b'{"lang": "en", "published_at": "2024-04-10T06:00:00Z"}',
        "empty.txt": b"",
        "noise.txt": random.Random(7).randbytes(20_000),
        "euckr.txt": KOREAN.encode("euc-kr"),
        "long.txt": b"2.9 billion dollars " * (1 << 20),
        "menu.txt": MENU.encode(),
    }
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return folder


def facts(warehouse: Warehouse, document: str) -> set[tuple[Any, ...]]:
    """What a document states, whatever the ids."""
    sql = (
        "SELECT kind, value, unit, currency, predicate, slot, actor, surface, start_char "
        "FROM mart.facts WHERE document = ?"
    )
    return set(warehouse.query(sql, [document]).rows)


def test_replay_of_the_seeds_and_again(newsledger: Run, tmp_path: Path) -> None:
    code, out, err = newsledger("replay", SEEDS)
    assert code == 0, out + err
    assert (tmp_path / "newsledger.duckdb").exists()
    rows = [
        line.split()
        for line in out.splitlines()
        if "/" in line and line[:3].strip().startswith("00")
    ]
    assert [row[0][:3] for row in rows] == ["000", "001", "002", "003", "004"]
    assert rows[0][1:3] == ["ko,", "ja"]
    assert [row[-1] for row in rows] == ["loaded"] * 5
    assert "What differs" in out
    assert "«10 millions de dollars»" in out or "«$10 million»" in out
    assert "1000만" in out
    assert out.splitlines()[-1].startswith(tuple("123456789"))
    assert "rows added to newsledger.duckdb" in out.splitlines()[-1]
    assert "PREFECT_API_URL=" in err
    assert not any(c in out for c in "\x1b\r\x08")

    code, out, _ = newsledger("replay", SEEDS)
    assert code == 0
    assert out.splitlines()[-1] == "nothing new: 0 rows added to newsledger.duckdb"


def test_replay_does_not_import_prefect(newsledger: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prefect", None)  # an import would raise
    assert newsledger("replay", SEEDS / GOOD)[0] == 0


def test_hostile_files_end_in_named_outcomes_and_harm_nobody(
    newsledger: Run, hostile: Path, seed_warehouse: Warehouse
) -> None:
    code, out, err = newsledger("replay", hostile, "--warehouse", "ledger.db", "--json")
    assert code == cli.PARTIAL, err
    answer = json.loads(out)
    assert answer["outcome"] == "partial"
    documents = {row["document"]: row for row in answer["documents"]}
    assert {name: row["outcome"] for name, row in documents.items()} == {
        "empty.txt": "empty",
        "euckr.txt": "loaded",
        "good.txt": "loaded",
        "long.txt": "too_large",
        "menu.txt": "no_article",
        "noise.txt": "unreadable",
    }
    assert all(row["message"] for row in documents.values() if row["outcome"] != "loaded")
    assert documents["euckr.txt"]["languages"] == ["ko"]
    warehouse = Warehouse(Path("ledger.db"))
    surfaces = {row[7] for row in facts(warehouse, "euckr.txt")}
    assert any("80억 달러" in surface for surface in surfaces), surfaces
    assert facts(warehouse, "good.txt") == facts(seed_warehouse, GOOD) != set()

    code, out, _ = newsledger("replay", hostile, "--warehouse", "ledger.db")
    assert code == cli.PARTIAL
    assert out.splitlines()[-1] == "nothing new: 0 rows added to ledger.db"
    for name, outcome in [("empty", "empty"), ("long", "too_large"), ("menu", "no_article")]:
        assert f"{name}.txt {outcome}: {documents[f'{name}.txt']['message'][:40]}" in out


def test_json_has_the_promised_shape(newsledger: Run) -> None:
    code, out, _ = newsledger("replay", SEEDS, "--json", "--source", "five")
    assert code == 0
    answer = json.loads(out)
    assert list(answer) == [
        "source", "warehouse", "run_id", "outcome", "rows_added", "added", "documents",
        "agreements", "differences", "disagreements", "passed_over",
    ]  # fmt: skip
    assert (answer["source"], answer["outcome"]) == ("five", "complete")
    assert answer["rows_added"] == sum(answer["added"].values()) > 0
    assert list(answer["documents"][0]) == [
        "document", "outcome", "message", "languages", "kept_lines", "removed_lines", "copy_of",
        "copy_kind", "translations", "facts", "statements", "verdicts",
    ]  # fmt: skip
    assert {"claim", "verdict", "judgement", "earlier", "later", "others"} == set(
        answer["differences"][0]
    )
    for row in answer["disagreements"]:
        assert row["surface"] in row["sentence"]
        assert row["earlier_surface"] in row["earlier_sentence"]


def test_any_order_and_any_number_of_workers_give_the_same_rows(
    tmp_path: Path, newsledger: Run
) -> None:
    whole = tmp_path / "whole.duckdb"
    assert newsledger("replay", SEEDS, "--warehouse", whole, "--workers", "2")[0] == 0
    piecemeal = tmp_path / "piecemeal.duckdb"
    documents = list(open_inputs(SEEDS))
    for batch in (documents[:2:-1], documents[2::-1]):
        steps.process_batch(batch, piecemeal, steps.new_run("replay", "seeds"))
    assert present(whole) == present(piecemeal)


def present(ledger: Path) -> dict[str, list[str]]:
    """Every row of the mart, which shows what holds now, but for run and time."""
    warehouse = Warehouse(ledger)
    views = [name for name in warehouse.doctor().counts if name.startswith("mart.")]
    assert {"mart.facts", "mart.verdicts", "mart.claims"} <= set(views)
    times = {"found_at", "detected_at", "recorded_from", "recorded_to", "run_id", "started_at"}
    return {
        name: sorted(
            str(sorted((key, value) for key, value in row.items() if key not in times))
            for row in warehouse.query(f"FROM {name}").dicts()
            if row.get("recorded_to") is None  # what held before depends on what came when
        )
        for name in views
    }


def test_rows_of_a_jsonl_keep_their_text_and_bad_ones_are_named(
    newsledger: Run, tmp_path: Path
) -> None:
    text = (SEEDS / GOOD).read_text("utf-8")
    rows = [{"id": "a", "text": text, "lang": "en"}, {"id": "b", "txt": text}]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    code, out, _ = newsledger("replay", "news.jsonl")
    assert code == cli.PARTIAL
    assert "b invalid: news.jsonl, line 2: 'txt' is not a known key" in out.replace("\n", " ")
    [(original,)] = (
        Warehouse(Path("newsledger.duckdb"))
        .query("SELECT original FROM news.versions WHERE outcome = 'loaded'")
        .rows
    )
    assert original == text


def test_the_environment_names_the_ledger(
    newsledger: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NEWSLEDGER_WAREHOUSE", str(tmp_path / "other.duckdb"))
    assert newsledger("replay", SEEDS / GOOD)[0] == 0
    assert (tmp_path / "other.duckdb").exists()
    assert not (tmp_path / "newsledger.duckdb").exists()


def test_sql(newsledger: Run, seeds: tuple[str, Path]) -> None:
    query = "SELECT document, outcome FROM mart.documents ORDER BY document"
    code, out, _ = newsledger("sql", query, *seeds)
    assert code == 0
    assert out.count("loaded") == 5
    assert out.splitlines()[-1] == "5 rows"
    assert newsledger("sql", query, *seeds, "--limit", "2")[1].count("loaded") == 2
    code, out, _ = newsledger("sql", query, *seeds, "--json")
    assert [row["outcome"] for row in json.loads(out)] == ["loaded"] * 5
    code, out, err = newsledger("sql", "from mart.nothing", *seeds)
    assert (code, out) == (cli.FAILURE, "")
    assert err.startswith("newsledger: ")
    assert "Traceback" not in err


def test_a_wide_result_is_shown_as_blocks(newsledger: Run, seeds: tuple[str, Path]) -> None:
    _, out, _ = newsledger("sql", "from mart.disagreements limit 1", *seeds)
    assert out.startswith("row 1\n")
    assert "  earlier_sentence" in out


def test_doctor(newsledger: Run, seeds: tuple[str, Path]) -> None:
    code, out, _ = newsledger("doctor", *seeds)
    assert code == 0, out
    assert out.splitlines()[-1] == "All is well."
    assert "prefect       3.8." in out
    code, out, _ = newsledger("doctor", "--warehouse", "nowhere.duckdb")
    assert code == cli.FAILURE
    assert "Wrong: nowhere.duckdb does not exist" in out
    answer = json.loads(newsledger("doctor", *seeds, "--json")[1])
    assert answer["warehouse"]["counts"]["ops.runs"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["replay", "nowhere"], cli.USAGE, "nowhere does not exist"),
        (["replay"], cli.USAGE, "PATH"),
        (["replay", ".", "--workers", "-1"], cli.USAGE, "workers"),
        (["sql", "from mart.documents"], cli.FAILURE, "newsledger.read.duckdb"),
        (["nonsense"], cli.USAGE, "nonsense"),
    ],
)
def test_wrong_use_is_explained(
    newsledger: Run, arguments: list[str], code: int, said: str
) -> None:
    ended, out, err = newsledger(*arguments)
    assert ended == code
    assert said in err
    assert "Traceback" not in err + out


def test_a_fault_of_ours_is_one_paragraph_unless_debugged(
    newsledger: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(steps, "replay", fail)
    code, _, err = newsledger("replay", SEEDS)
    assert code == cli.FAILURE
    assert err.count("\n") == 1
    assert "ZeroDivisionError: by nothing. This is a fault of newsledger" in err
    monkeypatch.setenv("NEWSLEDGER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        newsledger("replay", SEEDS)


def test_a_document_cannot_steer_the_terminal(newsledger: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a\x1b[31m[red].txt").write_bytes((SEEDS / GOOD).read_bytes())
    code, out, _ = newsledger("replay", "in")
    assert code == 0
    assert "\x1b" not in out
    assert "a\ufffd[31m[red].txt" in out


def test_replay_folder_fixture(
    replay_folder: Callable[[str | Path], Replayed], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes((SEEDS / GOOD).read_bytes())
    first, second = replay_folder(tmp_path), replay_folder(str(tmp_path))
    assert [row.document for row in first.replay.documents] == ["a.txt"]
    assert first.warehouse.path != second.warehouse.path
    assert first.replay.rows_added == second.replay.rows_added > 0


def test_batches_end_at_either_bound() -> None:
    documents = [Document(url=str(i), body=b"x" * 10, name=str(i)) for i in range(7)]
    sizes = [len(batch) for batch in steps.batches(documents, documents=3)]
    assert sizes == [3, 3, 1]
    assert [len(batch) for batch in steps.batches(documents, size=20)] == [2, 2, 2, 1]
    assert list(steps.batches([])) == []


def test_a_prefect_server_that_does_not_answer_is_named(
    newsledger: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    code, out, err = newsledger("replay", SEEDS)
    assert (code, out) == (cli.FAILURE, "")
    assert "http://127.0.0.1:9/api does not answer" in " ".join(err.split())
    assert "unset PREFECT_API_URL" in " ".join(err.split())
    code, out, _ = newsledger("doctor")
    assert code == cli.FAILURE
    assert "does not answer" in " ".join(out.split())
