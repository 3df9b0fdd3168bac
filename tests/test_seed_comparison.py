"""What the five seeds agree and disagree on, whatever the order in which they arrive.

The tables follow the reading of the documents by hand: who says what, and how the reports
compare by the rules of the claims page. Two made-up later reports show a correction and a
conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from uuid import uuid5

import pytest

from extractors import read
from extractors.records import Article, Document
from flows.inputs import open_inputs
from flows.testing import SEEDS
from warehouse import Run, Warehouse
from warehouse.identity import NAMESPACE

START = datetime(2024, 5, 1, tzinfo=UTC)

# (report, words of its figure, earlier report, words of its figure, verdict, reason)
EXPECTED = {
    # $2.9 billion is agreed by all five
    ("001", "2,9 milliards de dollars", "000", "29억달러", "agrees", "equal"),
    ("002", "$2.9 billion", "000", "29억달러", "agrees", "equal"),
    ("003", "$2.9 Billion", "000", "29억달러", "agrees", "equal"),
    ("004", "29억 달러", "000", "29억달러", "agrees", "equal"),
    ("004", "29억 달러", "001", "2,9 milliards de dollars", "agrees", "equal"),
    ("004", "29억 달러", "002", "$2.9 billion", "agrees", "equal"),
    ("004", "29억 달러", "003", "$2.9 Billion", "agrees", "equal"),
    ("003", "$2.9 Billion", "002", "$2.9 billion", "agrees", "equal"),
    ("001", "2,9 milliards de dollars", "003", "$2.9 Billion", "agrees", "equal"),
    # the rounded headline is no second fact and agrees with every other report
    ("002", "nearly $3 billion", "000", "29억달러", "agrees", "rounded"),
    ("003", "$2.9 Billion", "002", "nearly $3 billion", "agrees", "rounded"),
    ("004", "29억 달러", "002", "nearly $3 billion", "agrees", "rounded"),
    # period, people, multiple, superlative
    ("002", "next two years", "000", "향후 2년간", "agrees", "equal"),
    ("001", "deux prochaines années", "002", "next two years", "agrees", "equal"),
    ("004", "2년간", "000", "향후 2년간", "agrees", "equal"),
    ("002", "three million", "000", "300만명", "agrees", "equal"),
    ("001", "3 millions", "002", "three million", "agrees", "equal"),
    ("003", "next three years", "002", "next three years", "agrees", "equal"),
    ("003", "doubles", "000", "배증", "agrees", "equal"),
    ("001", "le plus important", "000", "최대", "agrees", "equal"),
    ("003", "largest ever", "002", "largest", "agrees", "equal"),
    # since 1978 is 46 years, and about half a century
    ("003", "1978", "000", "1978년 이래", "agrees", "equal"),
    ("002", "46-year", "000", "1978년 이래", "agrees", "derived"),
    ("003", "1978", "002", "46-year", "agrees", "derived"),
    ("001", "46 ans", "000", "1978년 이래", "agrees", "derived"),
    ("001", "46 ans", "003", "1978", "agrees", "derived"),
    ("001", "46 ans", "002", "46-year", "agrees", "equal"),
    ("002", "46-year", "000", "약 반세기", "agrees", "rounded"),
    # the announcement: 9 April in America is 10 April in Japan
    ("002", "Tuesday", "000", "4월 9일", "agrees", "equal"),
    ("004", "지난주", "002", "Wednesday", "agrees", "rounded"),
    # each, or not said
    ("001", "10 millions de dollars", "000", "1000만달러", "differs", "not_stated"),
    ("003", "$10 million", "000", "1000만달러", "differs", "not_stated"),
    ("001", "10 millions de dollars", "003", "$10 million", "agrees", "equal"),
    # 110 million: including Microsoft, or on top of its money
    ("001", "110 millions de dollars", "002", "$110 million", "differs", "who_pays"),
    # workers, citizens
    ("003", "3 million", "002", "three million", "differs", "population"),
    ("001", "3 millions", "003", "3 million", "differs", "population"),
}

CONVERSIONS = {
    ("000", "4400억엔"), ("000", "약 4400억엔"), ("000", "4400億円"), ("000", "約4400億円"),
    ("000", "약 15억엔"), ("000", "約15億円"),
    ("004", "4조 원"), ("004", "4조 원이 넘는"), ("004", "11조 원"),
}  # fmt: skip

PAIRS = """
    SELECT left(p.document, 3), p.surface, left(p.earlier_document, 3), p.earlier_surface,
           p.verdict, p.reason
    FROM mart.pairs() p
"""


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    """The five seeds, read."""
    return [read(found) for found in open_inputs(SEEDS) if isinstance(found, Document)]


def load(path: Path, articles: Sequence[Article]) -> Warehouse:
    """A warehouse into which the articles came one by one, an hour apart."""
    warehouse = Warehouse(path)
    for hour, article in enumerate(articles):
        run = Run(
            run_id=str(uuid5(NAMESPACE, f"{path.name}/{hour}")),
            kind="replay",
            source="seeds",
            started_at=START + timedelta(hours=hour),
            versions={},
        )
        warehouse.load([article], run)
    return warehouse


def seems(row: tuple[str, ...], expected: tuple[str, ...]) -> bool:
    """Whether a verdict is the expected one; surfaces may carry a hedge or a noun."""
    return (
        (row[0], row[2], row[4], row[5]) == (expected[0], expected[2], expected[4], expected[5])
        and expected[1] in row[1]
        and expected[3] in row[3]
    )


def orders() -> list[tuple[int, ...]]:
    """Three of the 120 orders: forwards, backwards, and one between."""
    every = list(permutations(range(5)))
    return [every[0], every[-1], every[46]]


@pytest.mark.parametrize("order", orders(), ids=lambda order: "".join(map(str, order)))
def test_the_verdicts_do_not_depend_on_the_order_of_arrival(
    order: tuple[int, ...], articles: list[Article], tmp_path: Path
) -> None:
    warehouse = load(tmp_path / "ledger.duckdb", [articles[i] for i in order])
    rows = warehouse.query(PAIRS).rows
    missing = [e for e in sorted(EXPECTED) if not any(seems(row, e) for row in rows)]
    assert missing == []
    assert not [row for row in rows if row[4] in {"conflicts", "supersedes", "mistranslated"}]
    reasons = {row[5] for row in rows if row[4] == "differs"}
    assert reasons == {"not_stated", "who_pays", "population"}


def test_no_other_money_or_count_is_compared(seed_warehouse: Warehouse) -> None:
    rows = seed_warehouse.query(
        f"{PAIRS} JOIN mart.facts f USING (fact_id) WHERE f.kind IN ('money', 'count')"
    ).rows
    more = [row for row in rows if not any(seems(row, expected) for expected in EXPECTED)]
    # Microsoft's own grant is part of what it pays together with others; the rest repeat the
    # expected verdicts for other mentions (the Japanese half of 000, the headlines) and pairs.
    assert {row[4:] for row in more} == {
        ("not_comparable", "part_of"),
        ("agrees", "equal"),
        ("agrees", "rounded"),
        ("agrees", "bound"),
        ("differs", "not_stated"),
        ("differs", "population"),
    }
    assert {row[1] for row in more if row[4] == "not_comparable"} == {
        "$10 million",
        "$110 million",
        "10 millions de dollars",
    }
    assert {row[3] for row in more if row[5] == "not_stated"} == {"1000万ドル"}
    assert {"over three million people" in row for row in more if row[5] == "population"} == {True}
    assert {row[1] for row in more if row[5] == "bound"} == {"over three million people"}


def test_actors_of_one_story_keep_their_own_claims(seed_warehouse: Warehouse) -> None:
    rows = seed_warehouse.query("""
        SELECT actor, count(DISTINCT claim_id) FROM mart.facts
        WHERE predicate = 'invest' AND slot = 'level' GROUP BY actor ORDER BY actor
    """).rows
    claims = {actor: n for actor, n in rows}
    assert claims["Oracle"] == claims["Amazon"] == 1
    shared = seed_warehouse.query("""
        SELECT claim_id FROM mart.facts WHERE predicate = 'invest' AND slot = 'level'
        GROUP BY claim_id HAVING count(DISTINCT actor) > 1 AND bool_or(actor = 'Oracle')
    """).rows
    assert shared == ()


def test_conversions_restate_their_native_amount_and_nothing_else(
    seed_warehouse: Warehouse,
) -> None:
    rows = seed_warehouse.query("""
        SELECT left(c.document, 3), c.surface, v.verdict, v.reason, n.currency,
               n.document = c.document
        FROM mart.verdicts v
        JOIN mart.facts f USING (fact_id) JOIN mart.facts e ON e.fact_id = v.earlier_fact_id
        JOIN mart.facts c ON c.fact_id IN (f.fact_id, e.fact_id)
                         AND c.role_in_statement = 'conversion'
        JOIN mart.facts n ON n.fact_id IN (f.fact_id, e.fact_id) AND n.fact_id <> c.fact_id
    """).rows
    assert {(row[0], row[1]) for row in rows} == CONVERSIONS
    assert {row[2:] for row in rows} == {("restates", "converted", "USD", True)}


def test_the_two_halves_of_seed_000_are_one_voice(seed_warehouse: Warehouse) -> None:
    rows = seed_warehouse.query("""
        SELECT v.dependence, count(*) FROM mart.verdicts v
        JOIN mart.facts f USING (fact_id) JOIN mart.facts e ON e.fact_id = v.earlier_fact_id
        WHERE f.document = e.document AND f.passage <> e.passage AND f.document LIKE '000%'
        GROUP BY ALL
    """).rows
    assert [row[0] for row in rows] == ["translation"]
    claims = seed_warehouse.query("""
        SELECT n_reports, n_voices FROM mart.claims c
        WHERE EXISTS (FROM mart.facts f WHERE f.claim_id = c.claim_id AND f.surface = '29억달러')
    """).rows
    assert claims == ((5, 5),)


def test_what_only_one_report_says_stands_alone(seed_warehouse: Warehouse) -> None:
    alone = seed_warehouse.query("""
        SELECT f.actor, f.surface FROM mart.facts f
        WHERE f.document LIKE '004%' AND f.kind IN ('money', 'percent')
          AND f.role_in_statement = 'native'
          AND NOT EXISTS (FROM mart.verdicts v JOIN mart.facts e ON e.fact_id = v.earlier_fact_id
                          WHERE v.fact_id = f.fact_id AND e.document <> f.document)
        ORDER BY ALL
    """).rows
    assert set(alone) == {
        ("Amazon", "22조 원"),
        ("METI", "7천억 원"),
        ("Oracle", "80억 달러"),
        ("Safra Catz", "99.5%"),
    }


LATER = {
    "correction": (
        "Microsoft corrects the size of its Japanese investment\n\n"
        "Correction: Microsoft said on Friday that it will invest $3.9 billion over the next two "
        "years in Japan, not $2.9 billion as an earlier report stated."
    ),
    "conflict": (
        "Microsoft plans smaller Japanese investment\n\n"
        "Microsoft will invest $2.2 billion in Japan over the next two years to expand its cloud "
        "and AI infrastructure, the company said."
    ),
}


def made_up(name: str) -> Article:
    """A later report on the same plan."""
    return read(
        Document(
            f"{name}.txt",
            LATER[name].encode(),
            hints={
                "outlet": "Made-up Times",
                "published_at": datetime(2024, 4, 19, 15, tzinfo=UTC),
                "date_basis": "stated",
            },
        )
    )


def verdicts_on(warehouse: Warehouse, name: str, surface: str) -> set[tuple[str, ...]]:
    """Verdicts of a made-up figure on the other reports' $2.9 billion."""
    return set(
        warehouse.query(
            """
            SELECT left(e.document, 3), p.verdict, p.reason FROM mart.pairs() p
            JOIN mart.facts f USING (fact_id) JOIN mart.facts e ON e.fact_id = p.earlier_fact_id
            WHERE f.document = ? AND contains(f.surface, ?) AND e.currency = 'USD'
              AND e.document <> f.document AND e.value = 2.9e9
            """,
            [f"{name}.txt", surface],
        ).rows
    )


@pytest.mark.parametrize("first", [True, False], ids=["arrives first", "arrives last"])
def test_an_acknowledged_correction_supersedes(
    first: bool, articles: list[Article], tmp_path: Path
) -> None:
    later = made_up("correction")
    batch = [later, *articles] if first else [*articles, later]
    warehouse = load(tmp_path / "ledger.duckdb", batch)
    found = verdicts_on(warehouse, "correction", "$3.9 billion")
    assert found == {(f"00{n}", "supersedes", "correction") for n in range(5)}


@pytest.mark.parametrize("first", [True, False], ids=["arrives first", "arrives last"])
def test_another_figure_without_correction_conflicts(
    first: bool, articles: list[Article], tmp_path: Path
) -> None:
    later = made_up("conflict")
    batch = [later, *articles] if first else [*articles, later]
    warehouse = load(tmp_path / "ledger.duckdb", batch)
    found = verdicts_on(warehouse, "conflict", "$2.2 billion")
    assert found == {(f"00{n}", "conflicts", "disjoint") for n in range(5)}
    disagreements = warehouse.query("""
        SELECT verdict FROM mart.disagreements ORDER BY severity DESC LIMIT 1
    """).rows
    assert disagreements == (("conflicts",),)
