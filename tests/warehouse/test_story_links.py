"""Stories: across languages and in any order, round-ups, gates, copies, links, merges."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_articles import run

from extractors import read
from extractors.records import Article, Document, Hints
from warehouse import Warehouse

DAY = datetime(2031, 5, 5, 9, tzinfo=UTC)

# Three events in four languages: a ferry in Norway, a battery plant, and a rate decision.
FERRY = {
    "en": "Ferry Solvik runs aground off Bergen, 31 injured\n"
    "The ferry Solvik ran aground near Bergen in Norway on Monday and 31 people were injured, "
    "police said. The operator Fjordlinje put the damage at 12 million kroner.",
    "ja": "ベルゲン沖でフェリー座礁、31人けが\n"
    "ノルウェーのベルゲン付近で5日、フェリー「ソルビク」が座礁し、31人がけがをしたと警察が発表した。"
    "損害は1200万クローネに上るという。",
    "ko": "베르겐 앞바다서 여객선 좌초…31명 부상\n"
    "노르웨이 베르겐 인근에서 5일 여객선 솔비크호가 좌초해 31명이 다쳤다고 경찰이 밝혔다. "
    "피해액은 1200만 크로네로 추산된다.",
    "fr": "Un ferry s'échoue au large de Bergen : 31 blessés\n"
    "Le ferry Solvik s'est échoué lundi près de Bergen, en Norvège ; 31 personnes ont été "
    "blessées, selon la police. Les dégâts sont évalués à 12 millions de couronnes.",
}
PLANT = {
    "en": "Toyota to spend $4.5 billion on battery plant in Morocco\n"
    "Toyota will invest $4.5 billion in a battery plant near Tangier in Morocco and hire "
    "1,250 workers, Zoran Petković, who runs its African business, said.",
    "ja": "トヨタ、モロッコの電池工場に45億ドル投資\n"
    "トヨタ自動車はモロッコのタンジェ近郊の電池工場に45億ドルを投資し、1250人を雇用する。"
    "アフリカ事業のゾラン・ペトコビッチ氏が明らかにした。",
    "ko": "도요타, 모로코 배터리 공장에 45억 달러 투자\n"
    "도요타자동차가 모로코 탕헤르 인근 배터리 공장에 45억 달러를 투자하고 1250명을 고용한다고 "
    "아프리카 사업을 맡은 조란 페트코비치가 말했다.",
    "fr": "Toyota investit 4,5 milliards de dollars au Maroc\n"
    "Toyota va investir 4,5 milliards de dollars dans une usine de batteries près de Tanger, au "
    "Maroc, et embaucher 1 250 personnes, a dit Zoran Petković, son patron pour l'Afrique.",
}
RATE = {
    "en": "Swiss National Bank cuts rate to 0.75%\n"
    "The Swiss National Bank cut its policy rate by 50 basis points to 0.75% in Zurich, the "
    "lowest since 2022, and forecast inflation of 1.3% for next year.",
    "ja": "スイス国立銀行、政策金利を0.75%に引き下げ\n"
    "スイス国立銀行はチューリヒで政策金利を0.5ポイント引き下げ0.75%とした。2022年以来の低さで、"
    "来年の物価上昇率を1.3%と予測した。",
    "ko": "스위스 국립은행, 기준금리 0.75%로 인하\n"
    "스위스 국립은행은 취리히에서 기준금리를 0.5%포인트 내려 0.75%로 정했다. 2022년 이후 최저이며 "
    "내년 물가상승률은 1.3%로 전망했다.",
}
EVENTS = {"ferry": FERRY, "plant": PLANT, "rate": RATE}
ROUND_UP = """The week in brief
Readers asked for a summary of what happened while they were away, and here it is.
Africa gets another car maker's money: Toyota puts $4.5 billion into batteries at Tangier, \
Morocco, where 1,250 people are to find work. So says Zoran Petković.
Elsewhere a captain has explaining to do. The Solvik, a ferry of Fjordlinje, hit a rock off \
Bergen, Norway; 31 passengers were injured, and 12 million kroner will not cover the repairs.
"""


@cache
def told(name: str, text: str, lang: str, at: datetime | None) -> Article:
    title, _, _ = text.partition("\n")
    hints: Hints = {"title": title, "lang": lang, "outlet": f"Outlet {name}"}
    if at is not None:
        hints["published_at"] = at
    url = f"https://{name}.example.org/"
    return read(Document(url, text.encode(), name=name, source="test", hints=hints))


def report(event: str, lang: str, hours: float = 0.0, name: str = "") -> Article:
    at = DAY + timedelta(hours=hours)
    return told(name or f"{event}-{lang}", EVENTS[event][lang], lang, at)


NEWS = [
    report(event, lang, hours)
    for event, texts in EVENTS.items()
    for hours, lang in enumerate(texts)
]


def stories(warehouse: Warehouse) -> dict[str, set[str]]:
    """Documents of each story, by its first one; mentions have a star."""
    out: dict[str, set[str]] = {}
    for documents in warehouse.query(
        "SELECT list(document || if(role = 'mentions', '*', '') ORDER BY role DESC, "
        "joined_by IS NOT NULL, part <> 'report', moment, document) "
        "FROM mart.story_members GROUP BY story_id"
    ).rows:
        out[documents[0][0]] = set(documents[0][1:])
    return out


def test_reports_in_four_languages_are_one_story_each(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run())
    assert stories(warehouse) == {
        "ferry-en": {"ferry-ja", "ferry-ko", "ferry-fr"},
        "plant-en": {"plant-ja", "plant-ko", "plant-fr"},
        "rate-en": {"rate-ja", "rate-ko"},
    }
    rows = warehouse.query(
        "SELECT title, n_articles, n_reports, n_outlets, n_mentions, languages, follows_id, "
        "saga_id = story_id FROM mart.stories WHERE title LIKE 'Ferry%'"
    ).rows
    assert rows == (
        ("Ferry Solvik runs aground off Bergen, 31 injured", 4, 4, 4, 0, ["en", "fr", "ja", "ko"],
         None, True),
    )  # fmt: skip


def test_links_say_why(warehouse: Warehouse) -> None:
    warehouse.load([report("plant", "en"), report("plant", "ko", 2)], run())
    rows = warehouse.query(
        "SELECT kind, value, surface, other_surface, relation, story_id = other_story_id "
        "FROM mart.story_links"
    ).rows
    assert ("amount", "4.5E+9 USD", "45억 달러", "$4.5 billion", "link", True) in rows
    assert ("name", "Toyota", "도요타자동차", "Toyota", "link", True) in rows or (
        "name", "Toyota", "도요타", "Toyota", "link", True) in rows  # fmt: skip
    assert ("sound", "ptkps", "페트코비치", "Petković", "link", True) in rows
    ((low, high, score),) = warehouse.query(
        "SELECT min(weight), sum(weight), any_value(score) FROM mart.story_links"
    ).rows
    assert low > 0
    assert 4.5 <= score <= 2 * high + 0.01  # damped, never raised


def test_offsets_of_links_give_the_words(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run())
    rows = warehouse.query(
        "SELECT substr(v.original, l.start_char + 1, length(l.surface)), l.surface "
        "FROM mart.story_links l JOIN mart.documents d USING (document) "
        "JOIN news.versions v USING (version_id) WHERE l.start_char >= 0"
    ).rows
    assert len(rows) > 30
    assert all(found == surface for found, surface in rows)


def test_one_kind_of_evidence_is_no_link(warehouse: Warehouse) -> None:
    names = (
        "Ivar Tollefsen, Berit Haugland, Zoran Petkovic, Hans Lindqvist and Olga Brandvold met. "
        "Then Tollefsen, Haugland, Petkovic, Lindqvist and Brandvold left."
    )
    warehouse.load(
        [told("one", f"Dinner\n{names}", "en", DAY), told("two", f"Supper\n{names} Late.",
                                                          "en", DAY + timedelta(hours=1))],
        run(),
    )  # fmt: skip
    assert warehouse.query("SELECT relation FROM news.story_pairs WHERE groups < 2").rows in (
        (("faint",),), (),
    )  # fmt: skip
    assert not warehouse.query("FROM mart.story_links WHERE relation = 'link'").rows


def test_a_round_up_is_in_all_its_stories(warehouse: Warehouse) -> None:
    round_up = told("round-up", ROUND_UP, "en", DAY + timedelta(days=1))
    warehouse.load([*NEWS, round_up], run())
    found = {
        (role, story)
        for role, story in warehouse.query(
            "SELECT m.role, s.title FROM mart.story_members m JOIN mart.stories s USING (story_id) "
            "WHERE m.document = 'round-up'"
        ).rows
    }
    titles = {story["en"].partition("\n")[0] for story in (PLANT, FERRY)}
    assert {title for _, title in found} == titles
    assert sorted(role for role, _ in found) == ["mentions", "primary"]
    # each fact is of the story of its section
    facts = dict(
        warehouse.query(
            "SELECT f.surface, s.title FROM mart.story_facts t JOIN mart.facts f USING (fact_id) "
            "JOIN mart.stories s USING (story_id) WHERE t.document = 'round-up'"
        ).rows
    )
    assert facts["$4.5 billion"].startswith("Toyota")
    assert facts["31 passengers"].startswith("Ferry")


def test_beyond_a_week_a_story_follows_another(warehouse: Warehouse) -> None:
    again = report("plant", "ja", 24 * 60, name="again")
    warehouse.load([report("plant", "en"), report("ferry", "en"), again], run())
    assert stories(warehouse) == {"plant-en": set(), "ferry-en": set(), "again": set()}
    rows = warehouse.query(
        "SELECT s.title, f.title, s.saga_id = f.story_id FROM mart.stories s "
        "JOIN mart.stories f ON f.story_id = s.follows_id"
    ).rows
    assert rows == (("トヨタ、モロッコの電池工場に45億ドル投資", PLANT["en"].split("\n")[0], True),)
    assert {row[0] for row in warehouse.query(
        "SELECT DISTINCT relation FROM mart.story_links").rows} == {"follow_up"}  # fmt: skip


def test_a_story_lasts_as_long_as_reports_come(warehouse: Warehouse) -> None:
    days = [
        told(f"day{n}", FERRY[lang], lang, DAY + timedelta(days=5 * n))
        for n, lang in enumerate(FERRY)
    ]
    warehouse.load(days, run())
    assert stories(warehouse) == {"day0": {"day1", "day2", "day3"}}


def test_without_a_date_the_capture_counts_and_is_on_record(warehouse: Warehouse) -> None:
    undated = told("undated", PLANT["ko"], "ko", None)
    warehouse.load([report("plant", "en"), undated], run())
    assert stories(warehouse) == {"plant-en": set(), "undated": set()}  # found years before
    ((basis,),) = warehouse.query(
        "SELECT date_basis FROM mart.story_members WHERE document = 'undated'"
    ).rows
    assert basis == "found"


def test_a_copy_is_in_the_story_of_what_it_repeats(warehouse: Warehouse) -> None:
    warehouse.load(
        [report("plant", "en"), report("plant", "en", 9, name="copy"), report("plant", "ja", 20)],
        run(),
    )
    assert stories(warehouse) == {"plant-en": {"copy", "plant-ja"}}
    assert warehouse.query("SELECT n_articles, n_reports FROM mart.stories").rows == ((3, 2),)
    assert warehouse.query("SELECT part FROM mart.story_members WHERE document = 'copy'").rows == (
        ("copy",),
    )


def test_an_earlier_report_that_comes_later_is_on_record(warehouse: Warehouse) -> None:
    warehouse.load([report("plant", "ja", 5), report("plant", "ko", 6)], run(1))
    assert stories(warehouse) == {"plant-ja": {"plant-ko"}}
    warehouse.load([report("plant", "en")], run(2))
    assert stories(warehouse) == {"plant-en": {"plant-ja", "plant-ko"}}
    ((closed, held),) = warehouse.query(
        "SELECT count(*) FILTER (recorded_to IS NOT NULL), count(*) FILTER (recorded_to IS NULL) "
        "FROM news.story_members"
    ).rows
    assert (closed, held) == (2, 3)
    assert warehouse.load([report("plant", "en")], run(3)).rows_added == 0


def test_a_ledger_from_before_gets_its_stories(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run(1))
    expected = stories(warehouse)
    with duckdb.connect(str(warehouse.path)) as connection:
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'news' AND "
            "(table_name LIKE 'story%' OR table_name IN ('evidence', 'evidence_samples', "
            "'common_evidence'))"
        ).fetchall():
            connection.execute(f"DELETE FROM news.{table}")
    warehouse.load([], run(2))
    assert stories(warehouse) == expected


def members(warehouse: Warehouse) -> tuple[tuple[object, ...], ...]:
    return warehouse.query(
        "SELECT version_id, story_id, role, joined_by, score FROM news.story_members "
        "WHERE recorded_to IS NULL "
        "UNION ALL SELECT story_id, follows_id, NULL, NULL, score FROM news.story_follows "
        "WHERE recorded_to IS NULL ORDER BY ALL"
    ).rows


MIXED = [
    *NEWS,
    told("round-up", ROUND_UP, "en", DAY + timedelta(days=1)),
    report("plant", "en", 3, name="copy"),
    report("plant", "fr", 24 * 40, name="again"),
    told("undated", FERRY["ko"] + " 추가 소식은 없다.", "ko", None),
]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> object:
    path = tmp_path_factory.mktemp("together") / "ledger.duckdb"
    shutil.copyfile(empty, path)
    warehouse = Warehouse(path)
    warehouse.load(MIXED, run(1))
    return members(warehouse)


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.permutations(range(len(MIXED))),
    cuts=st.sets(st.integers(1, len(MIXED) - 1), max_size=2),
)
def test_any_order_and_batches_give_the_same_stories(
    order: Sequence[int], cuts: set[int], together: object, empty: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.duckdb"
    shutil.copyfile(empty, path)
    warehouse = Warehouse(path)
    bounds = [0, *sorted(cuts), len(MIXED)]
    for first, last in pairwise(bounds):
        # one found_at for all, which the undated report goes by
        warehouse.load([MIXED[i] for i in order[first:last]], run(1))
    assert members(warehouse) == together


def test_reports_that_are_scored_in_turns_give_the_same_stories(
    warehouse: Warehouse, together: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.story_pairs.AT_ONCE", 2)
    warehouse.load(MIXED, run(1))
    assert members(warehouse) == together
    pairs = warehouse.query("SELECT number, earlier FROM news.story_pairs").rows
    assert len(pairs) == len(set(pairs)) > len(NEWS)
