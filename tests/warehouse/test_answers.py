"""What analysts ask of the mart, on a small ledger whose answers follow by hand.

Alpha, Beta and Gamma report an investment (2.9, 3.5 and 2.9 billion) and a toll (48, then 50 and
50); Delta changes a figure without a word; Echo and Foxtrot cite one agency, in Korean.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from made_articles import Said, article, count, later, money, run

from warehouse import Override, Warehouse

EDITED = "https://www.delta.example/x"


def dead(surface: str, value: int) -> Said:
    return count(surface, value, predicate="kill", slot="count", phase="done", actors=("Acme",))


def hired(surface: str) -> Said:
    return count(
        surface, 1200, predicate="hire", slot="count", actors=("Nissan",), attribution="Reuters"
    )


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = Warehouse(tmp_path_factory.mktemp("answers") / "ledger.duckdb")
    warehouse.load(
        [
            article("a", money("$2.9 billion", 2.9e9, 1e8, place="JP"), outlet="Alpha"),
            article("b", money("$3.5 billion", 3.5e9, 1e8, place="JP"), outlet="Beta", at=later(2)),
            article("c", money("$2.90bn", 2.9e9, 1e7, place="JP"), outlet="Gamma", at=later(3)),
            article("t", dead("48", 48), outlet="Alpha"),
            article("u", dead("50", 50), outlet="Beta", at=later(10)),
            article("v", dead("fifty", 50), outlet="Gamma", at=later(12)),
            article("e", hired("1200명"), outlet="Echo", at=later(1), lang="ko"),
            article("f", hired("1,200명"), outlet="Foxtrot", at=later(5), lang="ko"),
            article(
                "x", money("$29 billion", 29e9, 1e9, actors=("Oracle",)),
                url=EDITED, outlet="Delta", at=later(4),
            ),
            article(
                "y", money("$2.9 billion", 2.9e9, 1e8, actors=("Oracle",)),
                url=EDITED, outlet="Delta", at=later(28),
            ),
        ],
        run(1),
    )  # fmt: skip
    yield warehouse


def asked(ledger: Warehouse, sql: str) -> tuple[tuple[Any, ...], ...]:
    return ledger.query(sql).rows


def test_what_became_of_statements(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT document, fate FROM mart.fates JOIN mart.statements USING (statement_id)"
                " ORDER BY document"
    ) == (("t", "update"), ("x", "silent_edit"))  # fmt: skip


def test_what_holds_now(ledger: Warehouse) -> None:
    rows = asked(
        ledger, "SELECT actor, best_value::BIGINT, voices, status, n_outdated, lowest::BIGINT, "
                "highest::BIGINT, round(spread, 4) FROM mart.claim_current ORDER BY actor"
    )  # fmt: skip
    assert rows == (
        ("Acme", 50, 2, "agreed", 1, 50, 50, 0.0),
        ("Microsoft", 2900000000, 2, "disputed", 0, 2900000000, 3500000000, 0.1714),
        ("Nissan", 1200, 1, "single", 0, 1200, 1200, 0.0),
        ("Oracle", 2900000000, 1, "single", 1, 2900000000, 2900000000, 0.0),
    )


def test_spread_over_time(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT day, voices, n_values, lowest::BIGINT, median::BIGINT, highest::BIGINT "
                "FROM mart.claim_spread WHERE claim LIKE 'Microsoft%'"
    ) == ((date(2024, 4, 10), 3, 2, 2900000000, 2900000000, 3500000000),)  # fmt: skip


def test_spread_so_far_grows_only(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT day, lowest_so_far::BIGINT, highest_so_far::BIGINT FROM mart.claim_spread "
                "WHERE claim LIKE 'Oracle%' ORDER BY day"
    ) == (
        (date(2024, 4, 10), 29000000000, 29000000000),
        (date(2024, 4, 11), 2900000000, 29000000000),
    )  # fmt: skip


def test_single_source_gives_what_still_stands(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT claim, teller, value::BIGINT, n_repeated, is_cited "
                "FROM mart.single_source ORDER BY claim"
    ) == (
        ("Nissan: hire, number of people", "Echo", 1200, 1, True),
        ("Oracle: invest, amount in USD", "Delta", 2900000000, 0, False),
    )  # fmt: skip


def test_voices_cite_their_origin(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT voice, is_cited, n_articles, tellers FROM mart.voices "
                "WHERE claim LIKE 'Nissan%'"
    ) == (("Reuters", True, 2, ["Echo", "Foxtrot"]),)  # fmt: skip
    assert asked(
        ledger, "SELECT value::BIGINT, list(voice ORDER BY voice) FROM mart.voices "
                "WHERE claim LIKE 'Microsoft%' GROUP BY value ORDER BY value"
    ) == ((2900000000, ["Alpha", "Gamma"]), (3500000000, ["Beta"]))  # fmt: skip


def test_who_contradicts_whom(ledger: Warehouse) -> None:
    rows = asked(
        ledger, "SELECT teller, contradicted, n_claims, n_conflicts FROM mart.contradictions"
    )
    assert ("Beta", "Alpha", 1, 1) in rows
    assert {row[:2] for row in rows} <= {("Beta", "Alpha"), ("Gamma", "Beta")}


def test_who_was_first_and_who_follows(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT place, teller, hours_after FROM mart.coverage WHERE claim LIKE 'Acme%' "
                "ORDER BY place"
    ) == ((1, "Alpha", 0.0), (2, "Beta", 10.0), (3, "Gamma", 12.0))  # fmt: skip
    assert asked(
        ledger, "SELECT teller, follows, n_claims, of_claims, median_hours, n_copied "
                "FROM mart.followers ORDER BY teller"
    ) == (
        ("Beta", "Alpha", 2, 2, 6.0, 0),
        ("Foxtrot", "Echo", 1, 1, 4.0, 0),
        ("Gamma", "Alpha", 2, 2, 7.5, 0),
    )  # fmt: skip


def test_who_corrects_silently(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT teller, url, earlier_value::BIGINT, value::BIGINT FROM mart.silent_edits"
    ) == (("Delta", EDITED, 29000000000, 2900000000),)
    assert asked(
        ledger, "SELECT teller, n_articles, n_revised, n_corrections, n_silent_edits, silent_share "
                "FROM mart.correctors WHERE n_revised > 0"
    ) == (("Delta", 1, 1, 0, 1, 1.0),)  # fmt: skip


def test_reliability_tells_updates_from_edits(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT teller, n_facts, n_superseded, superseded_share, n_updated, "
                "n_silently_edited, n_in_conflict, n_first FROM mart.source_reliability "
                "WHERE teller IN ('Alpha', 'Delta', 'Gamma') ORDER BY teller"
    )[:2] == (("Alpha", 2, 1, 0.5, 1, 0, 1, 2), ("Delta", 2, 1, 0.5, 0, 1, 0, 0))  # fmt: skip


def test_what_a_group_left_out(ledger: Warehouse) -> None:
    def claims(group: str) -> list[str]:
        rows = asked(ledger, f"SELECT claim FROM mart.left_out({group})")
        return sorted(claim.partition(":")[0] for (claim,) in rows)

    assert claims("outlets := ['Echo', 'Foxtrot']") == ["Acme", "Microsoft", "Oracle"]
    assert claims("outlets := ['Beta', 'Delta']") == ["Nissan"]
    assert claims("langs := ['en']") == ["Nissan"]
    assert claims("outlets := ['Echo'], langs := ['en']") == []
    assert claims("") == ["Acme", "Microsoft", "Nissan", "Oracle"]


def test_totals_count_each_claim_once(ledger: Warehouse) -> None:
    assert asked(
        ledger, "SELECT actor, predicate, unit, total::BIGINT, lowest::BIGINT, highest::BIGINT "
                "FROM mart.totals ORDER BY actor"
    ) == (
        ("Acme", "kill", "person", 50, 50, 50),
        ("Microsoft", "invest", "USD", 2900000000, 2900000000, 3500000000),
        ("Nissan", "hire", "person", 1200, 1200, 1200),
        ("Oracle", "invest", "USD", 2900000000, 2900000000, 2900000000),
    )  # fmt: skip


def test_totals_in_a_currency_show_the_rate(ledger: Warehouse) -> None:
    ((rate,),) = asked(
        ledger, "SELECT per_usd FROM news.fx WHERE currency = 'JPY' AND month = '2024-04-01'"
    )
    rows = asked(
        ledger, "SELECT actor, unit, total, conversions[1].rate, n_unconverted "
                "FROM mart.totals_in('jpy') ORDER BY actor"
    )  # fmt: skip
    assert [row[:3] for row in rows] == [
        (actor, "JPY", round(2900000000 * rate)) for actor in ("Microsoft", "Oracle")
    ]
    assert [(float(row[3]), row[4]) for row in rows] == [(float(rate), 0)] * 2


def test_changes_go_by_when_they_were_learned(ledger: Warehouse) -> None:
    rows = asked(
        ledger, "SELECT change, verdict, reason, claim FROM mart.changed_since('2026-01-01')"
    )
    # .5 x .9 x 2 voices before .6 / 3.5 x 3 voices
    assert rows[0] == (
        "detected", "supersedes", "silent_edit", "Oracle: invest, amount in USD"
    )  # fmt: skip
    assert rows[1][:2] == ("detected", "conflicts")
    assert sorted(row[3] for row in rows if row[0] == "new claim") == [
        "Acme: kill, number of people", "Microsoft: invest, amount in USD, JP",
        "Nissan: hire, number of people", "Oracle: invest, amount in USD",
    ]  # fmt: skip
    assert asked(ledger, "FROM mart.changed_since('2026-01-02')") == ()


def test_what_holds_no_longer_is_a_change(tmp_path: Path, ledger: Warehouse) -> None:
    (tmp_path / "ledger.duckdb").write_bytes(ledger.path.read_bytes())
    other = Warehouse(tmp_path / "ledger.duckdb")
    dropped = Override(
        "fact", {"document": "b", "surface": "$3.5 billion", "drop": True}, "wrong",
        date(2026, 1, 2),
    )  # fmt: skip
    other.correct([dropped], run(2))
    assert asked(
        other, "SELECT DISTINCT change, verdict, claim FROM mart.changes "
               "WHERE detected_at > '2026-01-01 00:01:30+00'"
    ) == (("withdrawn", "conflicts", "Microsoft: invest, amount in USD, JP"),)  # fmt: skip
    assert asked(
        other, "SELECT status, n_values FROM mart.claim_current WHERE actor = 'Microsoft'"
    ) == (("agreed", 1),)
