"""mart.find answers as a look through all texts would, by marks or without them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa
import pytest
from made_articles import article, run

from warehouse import Warehouse, schema, search
from warehouse.connection import writer

ODD = [
    ("100% sure", "A discount of 50%_or more, it said."),
    ("Nothing but a title", ""),
    ("", "A body without a title."),
    ("日本への投資", "政府は人工知能への投資を増やすと発表した。株価は上がった。"),
    ("투자 확대", "정부는 인공지능 투자를 늘리겠다고 밝혔다."),
    ("AI投資 in English", "The word 投資 stands in an English text; ｆｕｌｌ width too."),
    ("Café", unicodedata.normalize("NFD", "Le café de l'Élysée à Genève")),
    ("Правительство", "ПРАВИТЕЛЬСТВО увеличит инвестиции."),
    ("Smile", "a 😀 and another 😀😀, then 株 alone"),
    ("A title that goes on, " * 60, "and then its body " + "with many words " * 300 + "the end"),
    ("Quote's", 'It said "it\'s over"; \\d+ and a\tb stand here.'),
    ("長い", "あ" * 899 + "境界の言葉" + "い" * 1500 + "終わり"),
]  # fmt: skip
WORDS = [
    "government", "invest", "market", "the", "of", "new", "Seoul", "Tokyo", "million",
    "billion", "said", "report", "bank", "növekedés", "Ärzte", "ÉTAT", "政府", "市場", "日本",
    "企業", "東京", "銀行", "計画", "정부", "시장", "기업", "서울", "은행", "계획", "рынок", "банк",
    "AI", "EU", "5G",
]  # fmt: skip


def made(count: int) -> list[tuple[str, str]]:
    draw = random.Random(5)
    return [
        (" ".join(draw.choices(WORDS, k=4)), " ".join(draw.choices(WORDS, k=draw.randint(5, 60))))
        for _ in range(count)
    ]


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def enter(connection: duckdb.DuckDBPyConnection, texts: list[tuple[str, str]], first: int) -> None:
    """Texts as versions and documents, named by their number, straight into their tables."""
    ids = [str(UUID(int=first + i)) for i in range(len(texts))]
    staged = pa.table({
        "version_id": ids, "document": [str(first + i) for i in range(len(texts))],
        "title": [title for title, _ in texts], "body": [body for _, body in texts],
    })  # fmt: skip
    connection.register("staged_texts", staged)
    connection.execute(
        "INSERT INTO news.versions BY NAME SELECT version_id, version_id AS article_id, "
        "'loaded' AS outcome, '' AS message, title, '' AS original, body, '' AS content_hash, "
        "'' AS charset, '' AS charset_basis, '' AS media_type, []::VARCHAR[] AS languages, "
        "1 AS kept_lines, 0 AS removed_lines, TIMESTAMPTZ '2026-01-01' AS found_at, "
        "version_id AS run_id FROM staged_texts"
    )
    connection.execute(
        "INSERT INTO news.documents BY NAME SELECT version_id AS document_id, version_id, "
        "version_id AS article_id, 'test' AS source, document, "
        "TIMESTAMPTZ '2026-01-01' AS found_at, version_id AS run_id, []::VARCHAR[] AS authors, "
        "'' AS extraction, '' AS headline FROM staged_texts"
    )
    connection.unregister("staged_texts")


@dataclass(frozen=True)
class Index:
    connection: duckdb.DuckDBPyConnection
    texts: list[tuple[str, str]]

    def found(self, phrase: str | None) -> list[str]:
        rows = self.connection.execute("SELECT document FROM mart.find(?)", [phrase]).fetchall()
        return sorted((name for (name,) in rows), key=int)

    def holding(self, phrase: str) -> list[str]:
        """The names of the texts that a look through all of them gives."""
        wanted = folded(phrase)
        return [
            str(i)
            for i, (title, body) in enumerate(self.texts)
            if wanted in folded(f"{title}\n{body}")
        ]

    def excerpt(self, phrase: str, document: str) -> str:
        ((excerpt,),) = self.connection.execute(
            "SELECT excerpt FROM mart.find(?) WHERE document = ?", [phrase, document]
        ).fetchall()
        return str(excerpt)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Odd texts in a full block that has marks, and again among those that have none yet."""
    texts = [*ODD, *made(search.BLOCK), *ODD]
    with writer(tmp_path_factory.mktemp("search") / "ledger.duckdb", 5) as connection:
        connection.begin()
        schema.apply(connection)
        for first in range(0, len(texts), 1500):  # as several loads
            enter(connection, texts[first : first + 1500], first)
            search.update(connection)
        connection.commit()
        yield Index(connection, texts)


@pytest.mark.parametrize("phrase", [
    "投資", "投", "株", "😀", "人工知能への投資", "ai投資", "AI投資 IN", "投資 stands",
    "투자", "투", "인공지능 투자를", "invest", "INVEST", "government invest", "ernmen", "EU", "5g",
    "a", "%", "50%_or", "%_", "_", "\\d+", "it's", '"', "a\tb", "café", "cafe\u0301", "É",
    "правительство", "ｆｕｌｌ", "full", "境界の言葉", "あ" * 100 + "境",
    "い" * 1500 + "終わり", "い" * 1501,
    "A title that goes on, " * 58, "a title that goes on, \nand then", "sure\nA discount",
    "with many words " * 300 + "the end", "with many words " * 301, "words the end", "Nothing but",
    "政府 市場", "zzzz", "無い言葉", " ", "\n", "",
])  # fmt: skip
def test_find_gives_what_a_look_through_all_texts_gives(index: Index, phrase: str) -> None:
    assert index.found(phrase) == index.holding(phrase)


def test_any_part_of_any_text_is_found(index: Index) -> None:
    draw = random.Random(11)
    for _ in range(40):
        text = "\n".join(draw.choice(index.texts))
        start = draw.randrange(max(1, len(text)))
        phrase = text[start : start + draw.choice((1, 2, 3, 5, 12, 99, 100, 101, 250))]
        assert index.found(phrase) == index.holding(phrase), phrase


def test_no_phrase_finds_nothing(index: Index) -> None:
    assert index.found(None) == []


def test_the_odd_texts_are_told_apart(index: Index) -> None:
    last = str(len(index.texts) - len(ODD) + 3)
    assert index.found("人工知能への投資") == ["3", last]
    assert index.found("50%_or") == ["0", str(search.BLOCK + len(ODD))]


def test_the_excerpt_is_around_the_phrase_as_it_was_written(index: Index) -> None:
    assert index.excerpt("言葉", "11") == "あ" * 37 + "境界の言葉" + "い" * 78
    assert index.excerpt("ÉLYSÉE", "6") == "Le café de l'Élysée à Genève"


def test_where_only_the_title_has_it_the_excerpt_is_the_beginning_of_the_body(
    index: Index,
) -> None:
    assert index.excerpt("투자 확대", "4") == "정부는 인공지능 투자를 늘리겠다고 밝혔다."
    assert index.excerpt("nothing but", "1") == ""


def test_python_and_sql_agree_on_marks(index: Index) -> None:
    (row,) = index.connection.execute(
        "SELECT mart.search_mark(unicode('投'), 0, 0), "
        "mart.search_mark(unicode('投'), unicode('資'), 0), mart.search_mark(unicode('資'), 0, 0)"
    ).fetchall()
    assert sorted(set(row)) == search.marks("投資").tolist()
    (row,) = index.connection.execute(
        "SELECT mart.search_mark(97, 98, 32), mart.search_mark(98, 32, 99)"
    ).fetchall()
    assert sorted(set(row)) == search.marks("ab c").tolist()
    assert search.marks("ab").tolist() == search.marks("").tolist() == []


def test_marks_are_of_full_blocks_only(index: Index) -> None:
    assert index.connection.execute(
        "SELECT block, count(*) FROM news.search_marks GROUP BY block"
    ).fetchall() == [(0, search.MARKS)]


def test_a_changed_text_is_found_by_what_it_says_now(index: Index) -> None:
    connection = index.connection
    connection.begin()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE changed AS SELECT version_id FROM news.versions "
        "WHERE version_id = '00000000-0000-0000-0000-000000000003'"
    )
    connection.execute(
        "UPDATE news.versions SET body = '魚の値段' WHERE version_id IN (FROM changed)"
    )
    search.forget(connection, "changed")
    search.update(connection)
    last = str(len(index.texts) - len(ODD) + 3)
    assert (index.found("魚の値段"), index.found("人工知能への投資")) == (["3"], [last])
    connection.rollback()


def test_a_file_from_before_there_was_an_index_gets_one(index: Index) -> None:
    connection = index.connection
    connection.begin()
    for table in ("search_versions", "search_pieces", "search_marks"):
        connection.execute(f"DELETE FROM news.{table}")
    schema.apply(connection)
    assert index.found("投資") == index.holding("投資")
    connection.rollback()


def test_what_is_loaded_is_found_in_the_replica(warehouse: Warehouse) -> None:
    warehouse.load([article("ja", text="政府は投資を増やす。\n続く。")], run(1))
    warehouse.load([article("ko", text="정부는 투자를 늘린다.")], run(2))
    assert warehouse.query("SELECT document, excerpt FROM mart.find('投資')").rows == (
        ("ja", "政府は投資を増やす。\n続く。"),
    )
    assert warehouse.query("SELECT document FROM mart.find('투자를')").rows == (("ko",),)


def test_the_old_files_text_is_migrated(tmp_path: Path) -> None:
    scripts = schema.bundled()
    with writer(tmp_path / "old.duckdb", 5) as connection:
        schema.migrate(connection, [one for one in scripts if one[0] < "0017"])
        connection.execute(
            "INSERT INTO news.versions BY NAME SELECT uuid() AS version_id, uuid() AS article_id, "
            "'loaded' AS outcome, '' AS message, 'Titel' AS title, '' AS original, "
            "'Über den Fluss' AS body, 'titel\nüber den fluss' AS search_text, "
            "'' AS content_hash, '' AS charset, '' AS charset_basis, '' AS media_type, "
            "[]::VARCHAR[] AS languages, 1 AS kept_lines, 0 AS removed_lines, now() AS found_at, "
            "uuid() AS run_id"
        )
        schema.apply(connection)
        assert connection.execute(
            "SELECT place, text FROM news.search_pieces ORDER BY place"
        ).fetchall() == [(-6, "Titel\nÜber den Fluss"), (0, "Über den Fluss")]
