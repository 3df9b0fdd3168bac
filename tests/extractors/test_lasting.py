"""Sounds, countries and dates of a text, as another language has them too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.lasting import entries
from extractors.markers import keys, outline, segments


def found(text: str, lang: str, *names: str) -> list[str]:
    placed = [(text.index(name), name.casefold()) for name in names]
    return [entry for _, entry in entries(text, lang, placed)]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("On Monday in September", "en", ["#wmon", "#m9"]),
        ("lundi, en septembre", "fr", ["#wmon", "#m9"]),
        ("am Montag im September", "de", ["#wmon", "#m9"]),
        ("9月の月曜日", "ja", ["#m9", "#wmon"]),
        ("9월 월요일", "ko", ["#m9", "#wmon"]),
        ("9月的星期一", "zh", ["#m9", "#wmon"]),
        ("the 13th may sun himself", "en", ["#m5", "#wsun"]),  # words that are others, too
        ("Sundays, mondayish, 19月", "en", []),
        ("in Norway and in Norwegen", "de", ["@NO", "@NO"]),
        ("ノルウェーで", "ja", ["@NO"]),
        ("on Monday", "xx", []),
    ],
)
def test_dates_and_places(text: str, lang: str, expected: list[str]) -> None:
    assert sorted(found(text, lang)) == sorted(expected)


def test_sounds_are_of_a_script() -> None:
    assert found("said Petković", "en", "Petković") == ["~lptkps"]
    assert "~kptkps" in found("ペトコビッチ氏は", "ja")
    assert "~hptkps" in found("페트코비치는", "ko")


def test_an_outline_has_them_by_sentence() -> None:
    (first, second) = segments(
        outline("Ferry Solvik left Bergen in Norway.\nIt was Monday, 13 May.", "en")
    )
    assert first.places == {"NO"} and "lsrpk" in first.sounds and not first.dates
    assert second.dates == {"wmon", "m5"} and second.figures == {"13"}


def test_what_stands_together_is_a_key_in_any_script() -> None:
    english = outline("Zoran Petković flew to Norway.\nOn Monday 31 people met him there.", "en")
    japanese = outline(
        "ゾラン・ペトコビッチ氏はノルウェーに飛んだ。\n月曜日、現地で31人が出迎えた。", "ja"
    )
    apart = outline("ノルウェーでは火曜日。\n42人。", "ja")
    assert len(set(keys(english)) & set(keys(japanese))) >= 3
    assert not set(keys(english)) & set(keys(apart))


@given(st.text(max_size=300), st.sampled_from(["en", "ja", "ko", "zh", "und", ""]))
def test_any_text_will_do(text: str, lang: str) -> None:
    assert outline(text, lang) == outline(text, lang)
    assert all(entry for entry in outline(text, lang))
