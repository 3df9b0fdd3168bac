"""What a path holds: order, names, what is known of each document, and clear refusals."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Article, Document
from flows.inputs import Found, InputError, Inputs, open_inputs
from flows.metadata import moment
from flows.testing import SEEDS

TEXT = "Microsoft announced Tuesday that it would invest $2.9 billion in Japan."


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def by_name(inputs: Inputs) -> dict[str, Found]:
    found = {(f.document if isinstance(f, Article) else f.name): f for f in inputs}
    assert len(found) == inputs.total
    return found


def document(found: Found) -> Document:
    assert isinstance(found, Document), found
    return found


def refused(found: Found) -> str:
    assert isinstance(found, Article)
    assert found.outcome == "invalid"
    return found.message


def test_seeds_in_order_with_what_is_known() -> None:
    inputs = open_inputs(SEEDS)
    documents = [document(found) for found in inputs]
    assert [d.name[:3] for d in documents] == ["000", "001", "002", "003", "004"]
    assert (inputs.source, inputs.total, inputs.passed_over) == ("seeds", 5, ())
    assert all(d.source == "seeds" and d.media_type == "text/plain" for d in documents)
    assert documents[0].body == (SEEDS / documents[0].name).read_bytes()
    assert documents[0].url.startswith("https://news.yahoo.co.jp/articles/a19cf48")
    assert documents[1].url == documents[1].name
    assert [d.hints["lang"] for d in documents] == ["ko", "fr", "en", "en", "ko"]
    published = sorted(documents, key=lambda d: d.hints["published_at"])
    assert [d.name[:3] for d in published] == ["000", "002", "003", "001", "004"]
    assert [d.hints["date_basis"] for d in documents] == [
        "stated", "guessed", "guessed", "guessed", "inferred",
    ]  # fmt: skip


def test_folder_names_order_and_what_is_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "b.txt": TEXT,
            "a.HTML": "<p>x</p>",
            "sub/c.htm": "<p>y</p>",
            "report.pdf": b"%PDF",
            "orphan.json": "{}",
            ".hidden.txt": TEXT,
            ".git/d.txt": TEXT,
            "cafe\u0301.txt": TEXT,
        },
    )
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    inputs = open_inputs(tmp_path, source="mine")
    found = by_name(inputs)
    assert list(found) == ["a.HTML", "b.txt", "caf\u00e9.txt", "gone.txt", "link.txt", "sub/c.htm"]
    assert inputs.passed_over == ("orphan.json", "report.pdf")
    assert document(found["sub/c.htm"]).media_type == "text/html"
    assert document(found["link.txt"]).body == TEXT.encode()
    gone = found["gone.txt"]
    assert isinstance(gone, Article)
    assert gone.outcome == "unreadable"
    assert "No such file" in gone.message
    assert gone.source == "mine"


@pytest.mark.parametrize("side", ["a.json", "a.txt.json", "a.toml", "a.txt.toml"])
def test_sidecar_beside_its_document(tmp_path: Path, side: str) -> None:
    content = (
        'url = "https://news.example/a"\npublished_at = 2024-04-10T03:00:00+09:00\n'
        if side.endswith("toml")
        else '{"url": "https://news.example/a", "published_at": "2024-04-10T03:00:00+09:00"}'
    )
    write(tmp_path, {"a.txt": TEXT, side: content})
    inputs = open_inputs(tmp_path)
    a = document(by_name(inputs)["a.txt"])
    assert a.url == "https://news.example/a"
    assert a.hints["published_at"] == datetime(2024, 4, 10, 3, tzinfo=timezone(timedelta(hours=9)))
    assert a.hints["date_basis"] == "stated"
    assert inputs.passed_over == ()


def test_sidecar_wins_over_index_and_its_time_brings_its_basis(tmp_path: Path) -> None:
    index = (
        '["a.txt"]\noutlet = "A"\nlang = "en"\npublished_at = 2024-01-01\ndate_basis = "guessed"\n'
    )
    write(
        tmp_path,
        {
            "a.txt": TEXT,
            "seeds.toml": index,
            "a.json": '{"outlet": "B", "published_at": "2024-02-02"}',
        },
    )
    hints = document(by_name(open_inputs(tmp_path))["a.txt"]).hints
    assert (hints["outlet"], hints["lang"], hints["date_basis"]) == ("B", "en", "stated")
    assert hints["published_at"] == datetime(2024, 2, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ('{\n "published": "2024-04-10"}', ["a.json, line 2", "'published'", "'published_at'"]),
        ('{"published_at": "10 April"}', ["a.json, line 1", "'10 April'", "ISO 8601"]),
        ('{"published_at": 1712700000}', ["a.json, line 1", "1712700000", "ISO 8601"]),
        ('{"lang": "Korean!"}', ["lang", "'Korean!'", '"ko"']),
        ('{"place": "Japan"}', ["place", "'Japan'", '"JP"']),
        ('{"url": "news.example/a"}', ["url", "https://"]),
        ('{"date_basis": "stated"}', ["date_basis", "without published_at"]),
        ('{"published_at": "2024-04-10", "date_basis": "sure"}', ["'sure'", "guessed"]),
        ('{"title": 3}', ["title is 3", "quotation marks"]),
        ('{"title": "x",\n}', ["a.json, line 2", "not JSON"]),
        ("[1]", ["a.json", "not an object"]),
        ("[" * 100_000, ["a.json", "cannot be read"]),
    ],
)
def test_a_broken_sidecar_refuses_only_its_document(
    tmp_path: Path, sidecar: str, said: list[str]
) -> None:
    write(tmp_path, {"a.txt": TEXT, "a.json": sidecar, "b.txt": TEXT})
    found = by_name(open_inputs(tmp_path))
    message = refused(found["a.txt"])
    assert all(part in message for part in said), message
    assert document(found["b.txt"]).body == TEXT.encode()


def test_every_problem_of_a_sidecar_is_said_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT, "a.toml": 'titel = "x"\n\nplace = "Japan"\n'})
    message = refused(by_name(open_inputs(tmp_path))["a.txt"])
    assert "a.toml, line 1: 'titel'" in message
    assert "a.toml, line 3: place" in message


def test_two_sidecars_are_one_too_many(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT, "a.json": "{}", "a.toml": ""})
    assert "described twice" in refused(by_name(open_inputs(tmp_path))["a.txt"])


def test_index_with_a_bad_table_and_a_missing_file(tmp_path: Path) -> None:
    index = '["a.txt"]\nlang = "en"\n["b.txt"]\n\nlangs = "en"\n["c.txt"]\nlang = "en"\n'
    write(tmp_path, {"a.txt": TEXT, "b.txt": TEXT, "seeds.toml": index})
    found = by_name(open_inputs(tmp_path))
    assert document(found["a.txt"]).hints == {"lang": "en"}
    assert "seeds.toml, line 5: 'langs'" in refused(found["b.txt"])
    assert "not in the folder" in refused(found["c.txt"])


def test_an_index_that_cannot_be_read_stops_before_anything_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": TEXT, "seeds.toml": '["a.txt"]\nlang = \n'})
    with pytest.raises(InputError, match=r"seeds\.toml: not TOML .*line 2.*Nothing was loaded"):
        open_inputs(tmp_path)


def test_a_single_file_is_described_as_in_its_folder() -> None:
    [found] = open_inputs(SEEDS / "004_94afcb18646f9d8a.txt")
    assert document(found).hints["outlet"] == "MBC"
    assert document(found).source == "004_94afcb18646f9d8a"


def rows(tmp_path: Path, *lines: object) -> dict[str, Found]:
    path = tmp_path / "articles.jsonl"
    text = "\n".join(
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    path.write_text(text + "\n", encoding="utf-8")
    return by_name(open_inputs(path))


def test_rows_are_taken_as_given(tmp_path: Path) -> None:
    body = "첫 줄\r\n\n둘째 줄 29억 달러  "
    found = rows(
        tmp_path,
        {"id": "a", "text": body, "lang": "ko", "published_at": "2024-04-10", "outlet": "MBC"},
        "",
        {"id": 7, "html": "<h1>x</h1>", "url": "https://news.example/7", "title": None},
    )
    a, seven = document(found["a"]), document(found["7"])
    assert a.body.decode() == body
    assert (a.url, a.source, a.media_type) == ("a", "articles", "text/plain")
    assert a.hints == {
        "lang": "ko",
        "outlet": "MBC",
        "charset": "utf-8",
        "published_at": datetime(2024, 4, 10, tzinfo=UTC),
        "date_basis": "stated",
    }
    assert (seven.url, seven.media_type) == ("https://news.example/7", "text/html")


def test_title_is_put_on_top_unless_it_is_there(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        {"id": "a", "title": "Big plan", "text": TEXT},
        {"id": "b", "title": "Big  Plan", "text": f"Desk\nBIG PLAN\n{TEXT}"},
        {"id": "c", "title": "Big plan", "text": " "},
    )
    assert document(found["a"]).body.decode() == f"Big plan\n\n{TEXT}"
    assert document(found["b"]).body.decode() == f"Desk\nBIG PLAN\n{TEXT}"
    assert document(found["c"]).body == b" "


def test_keys_of_other_people_do_not_matter(tmp_path: Path) -> None:
    found = rows(tmp_path, {"id": "x", "text": TEXT, "story": "flood", "tags": ["a"]})
    assert isinstance(found["x"], Document)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"id": "x", "text": ', ["line 2", "not JSON"]),
        ('"x"', ["line 2", "not an object"]),
        ({"text": TEXT}, ["line 2", "id is None"]),
        ({"id": "", "text": TEXT}, ["line 2", "id is ''"]),
        ({"id": "good", "text": TEXT}, ["line 2", "'good'", "line 1 already"]),
        ({"id": "x"}, ["neither text nor html"]),
        ({"id": "x", "text": TEXT, "html": "<p>"}, ["both text and html"]),
        ({"id": "x", "text": ["a"]}, ["text is list"]),
        ({"id": "x", "text": TEXT, "published": "2024-04-10"}, ["'published'", "'published_at'"]),
        ({"id": "x", "text": TEXT, "published_at": "soon"}, ["'soon'", "ISO 8601"]),
        ('{"id": "x", "text": "\\ud83d"}', ["half a surrogate pair at character 0"]),
    ],
)
def test_a_bad_row_leaves_the_others_alone(tmp_path: Path, row: object, said: list[str]) -> None:
    found = rows(tmp_path, {"id": "good", "text": TEXT}, row, {"id": "last", "text": TEXT})
    bad = [f for f in found.values() if isinstance(f, Article)]
    assert len(bad) == 1
    assert all(part in refused(bad[0]) for part in ["articles.jsonl, line 2", *said]), bad[
        0
    ].message
    assert document(found["good"]).body == document(found["last"]).body == TEXT.encode()


def test_a_row_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes('{"id": "1", "text": "투자"}\n'.encode("euc-kr"))
    [found] = open_inputs(path)
    assert "a.jsonl, line 1: not UTF-8" in refused(found)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "does not exist"),
        ("empty", "holds no .txt"),
        ("side.json", "describes a document"),
        ("none.jsonl", "is empty"),
    ],
)
def test_paths_that_give_nothing_say_so(tmp_path: Path, path: str, said: str) -> None:
    write(tmp_path, {"side.json": "{}", "none.jsonl": "\n"})
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=said):
        open_inputs(tmp_path / path)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-04-10", datetime(2024, 4, 10, tzinfo=UTC)),
        (date(2024, 4, 10), datetime(2024, 4, 10, tzinfo=UTC)),
        ("2024-04-10T03:00", datetime(2024, 4, 10, 3, tzinfo=UTC)),
        (datetime(2024, 4, 10, 3), datetime(2024, 4, 10, 3, tzinfo=UTC)),
        ("2024-04-10T03:00Z", datetime(2024, 4, 10, 3, tzinfo=UTC)),
        (" 2024-04-10 03:00:00.5+09:00 ", datetime(2024, 4, 9, 18, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_times(value: object, expected: datetime) -> None:
    assert moment(value) == expected


@given(st.text(max_size=20))
def test_a_time_is_read_or_refused(text: str) -> None:
    try:
        assert moment(text).astimezone(UTC).tzinfo is UTC
    except ValueError as problem:
        assert "ISO 8601" in str(problem)


@given(st.binary(max_size=200))
def test_any_bytes_as_a_row_end_well(tmp_path_factory: pytest.TempPathFactory, line: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_bytes(b'{"id": "a", "text": "x"}\n' + line.replace(b"\n", b" "))
    found = list(open_inputs(path))
    assert document(found[0]).name == "a"


def test_names_that_differ_in_bytes_only_are_both_told(tmp_path: Path) -> None:
    (tmp_path / "caf\u00e9.txt").write_text(TEXT)
    (tmp_path / "cafe\u0301.txt").write_text(TEXT)
    found = list(open_inputs(tmp_path))
    assert [type(each) for each in found] == [Document, Article]
    assert "rename one of them" in found[1].message  # type: ignore[union-attr]


def test_a_link_to_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link.txt").symlink_to(tmp_path / "pipe")
    (found,) = open_inputs(tmp_path)
    assert isinstance(found, Article)
    assert "no regular file" in found.message


@pytest.mark.parametrize(
    "row", ['{"id": "\\ud800", "text": "x"}', '{"id": "x", "text": "y", "outlet": "\\ud800"}']
)
def test_half_a_surrogate_pair_anywhere_is_invalid(tmp_path: Path, row: str) -> None:
    found = rows(tmp_path, {"id": "good", "text": TEXT}, row)
    assert sorted(type(each).__name__ for each in found.values()) == ["Article", "Document"]
