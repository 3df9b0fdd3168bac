"""Quantities on passages of real reports: intervals, dates, conversions, traps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.quantities import find, languages
from extractors.records import Quantity

SEOUL = timezone(timedelta(hours=9))


def only(text: str, lang: str, kind: str, when: datetime | None = None) -> Quantity:
    """Return the one quantity of a kind."""
    (found,) = [q for q in find(text, lang, reference=when) if q.kind == kind]
    return found


@pytest.mark.parametrize(
    ("text", "lang", "low", "high", "bound"),
    [
        ("$2.9 billion", "en", "2850000000", "2950000000", "="),
        ("10 million dollars", "en", "9500000", "10500000", "="),
        ("about $2 billion", "en", "1500000000", "2500000000", "~"),
        ("about $2,900 million", "en", "2755000000", "3045000000", "~"),
        ("nearly $3 billion", "en", "2700000000", "3000000000", "~"),
        ("more than $3 billion", "en", "3000000000", None, ">"),
        ("up to $3 billion", "en", None, "3000000000", "<="),
        ("29억 달러", "ko", "2850000000", "2950000000", "="),
        ("4400億円", "ja", "439950000000", "440050000000", "="),
        ("$10 to $15 million", "en", "10000000", "15000000", "~"),
    ],
)
def test_interval(text: str, lang: str, low: str | None, high: str | None, bound: str) -> None:
    """Half a unit of the last digit, widened or opened by the hedge."""
    money = only(text, lang, "money")
    assert money.low == (Decimal(low) if low else None)
    assert money.high == (Decimal(high) if high else None)
    assert money.bound == bound


def test_conversion_is_marked_and_shares_what_is_said_of_the_amount() -> None:
    dollars, yen = find("それぞれ1000万ドル(約15億円)分のリソース", "ja")
    assert (dollars.converted, yen.converted) == (False, True)
    assert (dollars.distributive, yen.distributive) == ("each", "each")
    native, won = find("29억 달러, 우리 돈 4조 원이 넘는 돈", "ko")
    assert won.converted and won.bound == ">" and not native.converted


def test_hedge_after_the_bracket_belongs_to_the_amount_before() -> None:
    native, conversion = find("今後10年間に80億ドル(約1兆2300億円)以上を投資", "ja")[1:]
    assert (native.hedge, native.high) == ("at_least", None)
    assert conversion.hedge == "about"


def test_day_inherits_the_month_of_the_date_before() -> None:
    when = datetime(2024, 4, 10, 3, tzinfo=SEOUL)
    first, second = find("미국 시간 4월 9일(일본 시간 10일)", "ko", reference=when)
    assert (first.timex, second.timex) == ("2024-04-09", "2024-04-10")


def test_slash_date_checks_its_weekday() -> None:
    when = datetime(2024, 4, 10, 3, tzinfo=SEOUL)
    assert only("4/10(水) 3:00配信", "ja", "date", when).timex == "2024-04-10T03:00+09:00"
    assert all(q.kind == "number" for q in find("4/10(日) 配信", "ja", reference=when))


@pytest.mark.parametrize(
    ("text", "lang", "kind", "timex"),
    [
        ("지난주 기시다 총리의", "ko", "date", "2024-W15"),
        ("어제, 도쿄", "ko", "date", "2024-04-18"),
        ("연초엔 미국 아마존이", "ko", "date", "2024-01"),
        ("announced Tuesday that", "en", "date", "2024-04-16"),
        ("inaugurated in February in", "en", "date", "2024-02"),
        ("cette semaine", "fr", "date", "2024-W16"),
        ("昨年12月に", "ja", "date", "2023-12"),
        ("at the G7 summit last year", "en", "year", "2023"),
        ("in the second quarter", "en", "date", "2024-Q2"),
        ("am vergangenen Dienstag", "de", "date", "2024-04-16"),
    ],
)
def test_relative_date(text: str, lang: str, kind: str, timex: str) -> None:
    """Relative dates count from the reference, Friday 19 April 2024."""
    assert only(text, lang, kind, datetime(2024, 4, 19, 20, tzinfo=SEOUL)).timex == timex


def test_dates_without_reference_stay_open() -> None:
    found = only("4월 9일", "ko", "date")
    assert (found.timex, found.date_start) == (None, None)
    assert only("2022년 12월에", "ko", "date").date_end == date(2022, 12, 31)


def test_teaser_cut_in_its_amount_is_no_fact() -> None:
    teaser = "Microsoft announced that it would invest $2.\n\n"
    full = teaser + "Microsoft announced that it would invest $2.9 billion."
    assert [str(q.value) for q in find(full, "en")] == ["2900000000"]
    (alone,) = find(teaser, "en")
    assert alone.confidence < 0.5


def test_unknown_language_has_no_quantities() -> None:
    assert find("$5 million", "tlh") == []


def test_region_of_the_tag_is_ignored() -> None:
    assert find("$5 million", "en-GB") == find("$5 million", "en")


TEXT = st.text(
    alphabet="0123456789 .,-%$€¥()/\n十百千万億年月日円ドル약만억조원명 nearly million two May",
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(text=TEXT | st.text(max_size=60), lang=st.sampled_from(languages()))
def test_any_text_gives_ordered_quantities_with_their_surface(text: str, lang: str) -> None:
    end = 0
    for quantity in find(text, lang, reference=datetime(2024, 4, 19, tzinfo=UTC)):
        assert end <= quantity.start < quantity.end <= len(text)
        assert text[quantity.start : quantity.end] == quantity.surface
        if quantity.low is not None and quantity.high is not None:
            assert quantity.low <= quantity.high
        end = quantity.end
