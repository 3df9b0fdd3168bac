"""Versions of captured pages: what makes one, in any cut into batches, and what edits give."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_articles import run
from made_captures import URL, captured, minutes, page

from extractors.records import Article
from warehouse import Warehouse

EN = """The city of Portmouth will invest {} in its harbour over the next two years.
Mayor Ann Lee said on Tuesday that work on the quays begins in spring.
The council approved the plan after a long debate, and the opposition walked out.
Fishermen, who have moored there for generations, fear for their berths."""
OTHER = """A storm closed the schools of Portmouth on Friday, the police said.
It killed 3 people in the villages along the coast, and many roads are under water.
Trains will not run before Sunday, the railway company said in a statement."""

NEWS = ("articles", "versions", "documents", "removals", "passages", "facts", "participants",
        "likenesses", "copies", "claim_members", "verdicts", "texts", "stated_values")  # fmt: skip
CLOSED = ("copies", "claim_members", "verdicts")
OF_RUNS = {"found_at", "recorded_from", "recorded_to", "run_id", "number", "earlier"}


def history() -> list[Article]:
    """Eight captures of two articles: counters, an edit, an edit taken back, another headline."""
    story, storm = URL, "https://other.example/storm"
    small, large = EN.format("$2.9 billion"), EN.format("$29 billion")
    pages = [
        (story, page(small)),
        (storm, page(OTHER, title="Storm closes schools")),
        (story, page(small, around="<aside>1,204 readers</aside>")),
        (story, page(large, around="<aside>1,377 readers</aside>")),
        (storm, page(OTHER, title="Storm closes schools", around="<footer>Ad</footer>")),
        (story, page(small, around="<aside>2,001 readers</aside>")),
        (storm, page(OTHER, title="Storm kills 3")),
        (story, page(large)),
    ]
    return [captured(body, minutes(15 * n), url) for n, (url, body) in enumerate(pages)]


HISTORY = history()


def news(ledger: Warehouse) -> dict[str, list[tuple[str, ...]]]:
    """What holds in schema news, without the columns that tell of runs and arrivals."""
    out = {}
    for table in NEWS:
        columns = [
            name for (name,) in ledger.query(
                "SELECT column_name FROM duckdb_columns() "
                "WHERE schema_name = 'news' AND table_name = ? ORDER BY column_index", [table]
            ).rows if name not in OF_RUNS
        ]  # fmt: skip
        now = (
            " WHERE recorded_to IS NULL" if table in ("copies", "claim_members", "verdicts") else ""
        )
        rows = ledger.query(f"SELECT {', '.join(columns)} FROM news.{table}{now}").rows
        out[table] = sorted(tuple(map(str, row)) for row in rows)
    return out


@pytest.fixture(scope="module")
def at_once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, ...]]]:
    ledger = Warehouse(tmp_path_factory.mktemp("once") / "ledger.duckdb")
    ledger.load(HISTORY, run(1))
    return news(ledger)


def test_one_version_for_each_text(at_once: dict[str, list[Any]]) -> None:
    assert len(at_once["versions"]) == len(at_once["documents"]) == 4
    assert len(at_once["articles"]) == 2


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cuts=st.sets(st.integers(1, len(HISTORY) - 1), max_size=3),
    turn=st.randoms(use_true_random=False),
)
def test_any_cut_into_batches_gives_the_same_rows(
    cuts: set[int], turn: Any, at_once: dict[str, list[Any]], empty: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    ledger = Warehouse(tmp_path_factory.mktemp("cut") / "ledger.duckdb")
    shutil.copyfile(empty, ledger.path)
    places = [0, *sorted(cuts), len(HISTORY)]
    for number, (first, last) in enumerate(itertools.pairwise(places)):
        batch = HISTORY[first:last]
        turn.shuffle(batch)
        ledger.load(batch, run(number))
    found = news(ledger)
    for table, rows in at_once.items():
        assert found[table] == rows, table


def test_a_second_replay_of_all_captures_adds_nothing(tmp_path: Path, empty: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    shutil.copyfile(empty, ledger.path)
    ledger.load(HISTORY, run(1))
    assert ledger.load(HISTORY, run(2)).rows_added == 0


def test_a_saved_page_and_a_capture_of_its_text_are_one_version(
    tmp_path: Path, empty: Path
) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    shutil.copyfile(empty, ledger.path)
    ledger.load([replace(HISTORY[0], fetched_at=None, source="saved")], run(1))
    ledger.load([HISTORY[2]], run(2))
    assert ledger.query("SELECT count(*) FROM news.versions").rows == ((1,),)


# ---------------------------------------------------------------- edits

EDITS = [
    (
        "en", "Microsoft to invest in Japan", "$2.9 billion", "$29 billion",
        "Microsoft said on Tuesday it will invest {} in data centres in Japan over two years.\n"
        "The company told reporters in Tokyo that it will also train local staff.\n"
        "The government welcomed the plan, which is the largest of its kind so far.",
    ),
    (
        "en", "Central bank raises its rate", "1.5%", "15%",
        "The Bank of England raised its benchmark interest rate to {} on Thursday.\n"
        "The decision was expected by most economists, and the pound hardly moved.\n"
        "The governor said that prices were still rising too fast.",
    ),
    (
        "fr", "Le chômage recule peu", "1,5 %", "15 %",
        "Le taux de chômage en France a atteint {} au premier trimestre, selon l'Insee.\n"
        "Il avait peu varié au cours de l'année précédente, a précisé l'institut mercredi.\n"
        "Les jeunes restent les plus touchés, surtout dans le nord du pays.",
    ),
    (
        "ja", "日本にデータセンター", "4,400億円", "44.00億円",
        "マイクロソフトは9日、今後2年間で日本のデータセンターに{}を投資すると発表した。\n"
        "同社は人材の育成にも取り組むとしており、政府は計画を歓迎している。\n"
        "東京で開いた記者会見で、幹部が明らかにした。",
    ),
    (
        "ko", "일본에 데이터센터", "29억 달러", "290억 달러",
        "마이크로소프트는 9일 앞으로 2년간 일본 데이터센터에 {}를 투자한다고 발표했다.\n"
        "회사는 현지 인력 양성에도 나설 계획이라고 밝혔다.\n"
        "일본 정부는 이번 계획을 환영한다는 입장을 내놓았다.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("is_swapped", [False, True], ids=["there", "back"])
@pytest.mark.parametrize(("lang", "title", "first", "second", "body"), EDITS)
def test_a_figure_changed_without_a_word_is_a_silent_edit(
    lang: str, title: str, first: str, second: str, body: str, is_swapped: bool,
    tmp_path: Path, empty: Path,
) -> None:  # fmt: skip
    was, now = (second, first) if is_swapped else (first, second)
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    shutil.copyfile(empty, ledger.path)
    ledger.load([captured(page(body.format(was), title=title, lang=lang), minutes(0))], run(1))
    ledger.load([captured(page(body.format(now), title=title, lang=lang), minutes(30))], run(2))
    assert [found for found in changes(ledger) if found[0] == "supersedes"] == [
        ("supersedes", "silent_edit", "revision", now, was)
    ]


def changes(ledger: Warehouse) -> list[tuple[Any, ...]]:
    """Verdict, reason, kind of copy, later and earlier figure, across versions; no dates."""
    rows = ledger.query(
        """
        SELECT v.verdict, v.reason, (SELECT any_value(kind) FROM mart.copies),
               ltrim(a.surface, '연 '), ltrim(b.surface, '연 ')
        FROM mart.verdicts v
        JOIN mart.facts a ON a.fact_id = v.fact_id
        JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
        WHERE a.version_id <> b.version_id AND a.kind IN ('money', 'percent')
        """
    ).rows
    return sorted(rows)
