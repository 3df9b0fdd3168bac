"""Times as pages write them, in machine formats and in many languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.html import dates, words
from extractors.html.dates import Setting

FETCHED = datetime(2021, 10, 14, 3, 0, tzinfo=UTC)
SEOUL = Setting("ko", "KR")


@pytest.mark.parametrize(
    ("lang", "url", "text", "expected"),
    [
        ("en", "", "9 April 2024", "2024-04-09T00:00:00+00:00"),
        ("en", "", "April 9th, 2024", "2024-04-09T00:00:00+00:00"),
        ("en", "", "Saturday, December 27, 2014, 12:06 PM", "2014-12-27T12:06:00+00:00"),
        ("en", "", "Jan. 5, 2024, 12:06 a.m. EST", "2024-01-05T00:06:00-05:00"),
        ("en", "", "April 10, 2024 at 9:12 a.m. ET", "2024-04-10T09:12:00-04:00"),
        ("en", "", "19:31 BST, 10 April 2024", "2024-04-10T19:31:00+01:00"),
        ("en", "", "Tue, 25 Nov 2025 05:00:00 GMT+9", "2025-11-25T05:00:00+09:00"),
        ("en-GB", "", "10/12/2021 7:31 pm", "2021-12-10T19:31:00+00:00"),
        ("en-US", "", "10/12/2021", "2021-10-12T00:00:00+00:00"),
        ("en", "https://www.a.co.uk/x", "10/12/2021", "2021-12-10T00:00:00+00:00"),
        ("en-US", "", "25/12/2021", "2021-12-25T00:00:00+00:00"),
        ("fr", "", "12 octobre 2021 à 19h31", "2021-10-12T19:31:00+00:00"),
        ("fr", "https://www.a.fr/x", "12 octobre 2021 à 19h31", "2021-10-12T19:31:00+02:00"),
        ("fr", "", "1er févr. 2024", "2024-02-01T00:00:00+00:00"),
        ("de", "", "9. April 2024, 12.31 Uhr", "2024-04-09T12:31:00+00:00"),
        ("de", "", "9.4.2024", "2024-04-09T00:00:00+00:00"),
        ("es", "", "9 de abril de 2024 12:30", "2024-04-09T12:30:00+00:00"),
        ("pt", "", "09/04/2024 12h30", "2024-04-09T12:30:00+00:00"),
        ("it", "", "9 aprile 2024 ore 12:30", "2024-04-09T12:30:00+00:00"),
        ("ru", "", "9 апреля 2024, 12:30", "2024-04-09T12:30:00+00:00"),
        ("pl", "", "9 kwietnia 2024", "2024-04-09T00:00:00+00:00"),
        ("tr", "", "9 Nisan 2024", "2024-04-09T00:00:00+00:00"),
        ("ko", "", "2024.04.10 오전 9:12", "2024-04-10T09:12:00+09:00"),
        ("ko", "", "2024. 4. 10. 오후 9:12", "2024-04-10T21:12:00+09:00"),
        ("ko", "", "24-04-10 09:12", "2024-04-10T09:12:00+09:00"),
        ("ko", "", "2024년 4월 10일 9시 12분", "2024-04-10T09:12:00+09:00"),
        ("ja", "", "2024年4月10日 19:31", "2024-04-10T19:31:00+09:00"),
        ("ja", "", "2024年4月10日 午後7時31分", "2024-04-10T19:31:00+09:00"),
        ("zh", "", "2024年4月10日 19:31", "2024-04-10T19:31:00+00:00"),
        ("", "https://a.co.kr/1", "2024-04-10 09:12", "2024-04-10T09:12:00+09:00"),
        ("ko", "", "20240410091203", "2024-04-10T09:12:03+09:00"),
        ("ko", "", "송고시간2024-04-10 09:12", "2024-04-10T09:12:00+09:00"),
        ("zh", "", "2024年04月10日09:12", "2024-04-10T09:12:00+00:00"),
        ("en", "", "1712736720", "2024-04-10T08:12:00+00:00"),
        ("en", "", "1712736720000", "2024-04-10T08:12:00+00:00"),
    ],
)
def test_written_times(lang: str, url: str, text: str, expected: str) -> None:
    found = dates.parse(text, dates.setting(lang, url, None))
    assert found is not None
    assert found.when.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["31 February 2024", "2024-13-01", "version 1.2.10.4", "call 010/12/2021", "10 Foo 2024",
     "in 2024", "May 2024", "page 10 of 2024", "9 April 1812", "0000-00-00"],
)  # fmt: skip
def test_no_dates(text: str) -> None:
    assert dates.parse(text) is None


def test_a_time_after_the_fetch_is_none() -> None:
    where = Setting(fetched=FETCHED)
    assert dates.parse("2021-10-15T02:00:00Z", where) is not None  # clocks of sites run ahead
    assert dates.parse("2021-11-01", where) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10/12(火) 19:31配信", "2021-10-12T19:31:00+09:00"),
        ("12/31(木) 8:00", "2020-12-31T08:00:00+09:00"),  # of the year before
        ("10/12(月) 19:31", "2020-10-12T19:31:00+09:00"),  # a Monday in 2020 only
        ("10月12日(火)", "2021-10-12T00:00:00+00:00"),
    ],
)
def test_a_year_is_found_by_fetch_and_weekday(text: str, expected: str) -> None:
    found = dates.parse(text, Setting("ja", "JP", FETCHED))
    assert found is not None
    assert found.when.isoformat() == expected


def test_no_year_without_a_fetch() -> None:
    assert dates.parse("10/12(火) 19:31配信", Setting("ja", "JP")) is None


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Publié le 12 octobre 2021 à 19h31, mis à jour le 13 octobre 2021 à 08h10",
         ["published", "updated"]),
        ("기사입력 2024.04.10 09:12 | 최종수정 2024.04.11 10:00", ["published", "updated"]),
        ("入力 2024.04.10 09:12", ["published"]),
        ("2024年4月10日 19:31 更新", ["updated"]),
        ("2024年4月10日 更新日 2024年5月1日", [None, "updated"]),
        ("Joined: 3 May 2019", ["other"]),
        ("This story was first published on 9 April 2024 and updated on 3 May 2024",
         ["first", "updated"]),
        ("Unpublished drafts of 9 April 2024", [None]),
        ("9 April 2024", [None]),
    ],
)  # fmt: skip
def test_labels_of_dates(text: str, roles: list[str | None]) -> None:
    assert [found.role for found in dates.find(text, Setting())] == roles


LABELS = [
    (lang, role, words.table(lang)[role])
    for lang in words.languages()
    for role in words.ROLES
    if role in words.table(lang)
]


@pytest.mark.parametrize(
    ("lang", "role", "entry"), LABELS, ids=[f"{lang}-{role}" for lang, role, _ in LABELS]
)
def test_labels_of_each_language(lang: str, role: str, entry: dict[str, str]) -> None:
    where = dates.setting(lang, "", None)
    assert [found.role for found in dates.find(entry["example"], where)] == [role]
    others = [found.role for found in dates.find(entry["counterexample"], where)]
    assert len(others) == 1
    assert others != [role]


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2024/04/10/port", "2024-04-10"),
        ("https://a.example/news/2024-04-10-port.html", "2024-04-10"),
        ("https://a.example/2024/0410/port.html", "2024-04-10"),
        ("https://a.example/view/20240410001234", "2024-04-10"),
        ("https://a.example/2024/04/port", None),
        ("https://a.example/article/2024991234", None),
        ("https://a.example/x?d=2024-04-10", None),
        ("https://a.example/", None),
    ],
)
def test_day_in_the_path(url: str, day: str | None) -> None:
    found = dates.in_path(url, Setting())
    assert (found.when.date().isoformat() if found else None) == day


@given(st.text(max_size=120))
def test_any_text_is_read_without_fault(text: str) -> None:
    for found in dates.find(text, Setting("ja", "JP", FETCHED)):
        assert 0 <= found.start < found.end <= len(text)
        assert found.stamp.when.tzinfo is not None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2099, 12, 31)))
def test_iso_times_survive(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    found = dates.parse(when.isoformat(), SEOUL)
    assert found is not None
    assert (found.when, found.basis) == (when, "stated")
