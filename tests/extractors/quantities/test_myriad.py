"""Numerals, fractions, shares and dates of Japanese, Korean and Chinese."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from extractors.quantities import find

WHEN = datetime(2024, 4, 19, 9)


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("合计三千零七十。", "zh", "3070"),
        ("一共两万零八", "zh", "20008"),
        ("六万七", "zh", "67000"),
        ("三百八", "zh", "380"),
        ("四千六百二", "zh", "4620"),
        ("六万零七", "zh", "60007"),
        ("五千二点六", "zh", "5200.6"),
        ("七萬萬", "zh", "700000000"),
        ("三亿零二百万", "zh", "302000000"),
        ("捌佰柒拾陆", "zh", "876"),
        ("負九點四", "zh", "-9.4"),
        ("三又五分之四", "zh", "3.8"),
        ("七分 之 二十一", "zh", "3"),
        ("八 万 三千 五百", "zh", "83500"),
        ("二百五", "ja", "205"),
        ("答えはマイナス四百二です", "ja", "-402"),
        ("合計-7です", "ja", "-7"),
        ("八千三百・〇五", "ja", "8300.05"),
        ("六と四分の三", "ja", "6.75"),
        ("マイナス二十五分の五", "ja", "-0.2"),
        ("7点255", "ja", "7.255"),
        ("구백팔십", "ko", "980"),
        ("정답은 마이너스 십오입니다", "ko", "-15"),
        ("오만 육천  칠백", "ko", "56700"),
        ("사와 오분의 삼", "ko", "4.6"),
        ("팔분의 마이너스 사", "ko", "-0.5"),
        ("팔백서른둘", "ko", "832"),
        ("값은 .75이다", "ko", "0.75"),
        ("4e3", "ko", "4000"),
        ("4^-1을 구하라", "ko", "0.25"),
        ("-35e-1", "ja", "-3.5"),
        ("6.5e+3", "ja", "6500"),
        ("4×10^5", "zh", "400000"),
        ("7.25E0", "zh", "7.25"),
    ],
)
def test_number(text: str, lang: str, value: str) -> None:
    assert [(q.kind, q.value) for q in find(text, lang)] == [("number", Decimal(value))]


def test_point_between_hour_and_minute_is_no_decimal_point() -> None:
    assert all(q.value != Decimal("7.25") for q in find("7点25", "zh"))


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("打八折", "zh", "80"),
        ("64折", "zh", "64"),
        ("七点五折", "zh", "75"),
        ("3割引で販売", "ja", "30"),
        ("40%オフ", "ja", "40"),  # as stated
        ("売上高の3割", "ja", "30"),
        ("2割5分3厘", "ja", "25.3"),
        ("半額セール", "ja", "50"),
        ("千分之六", "zh", "0.6"),
        ("万分之二点五", "zh", "0.025"),
        ("百 分之 八十", "zh", "80"),
        ("负12%", "zh", "-12"),
        ("前年比-4.5%", "ja", "-4.5"),
        ("삼십오 퍼센트", "ko", "35"),
    ],
)
def test_percent(text: str, lang: str, value: str) -> None:
    """Shares as stated: 折 names what is paid, 割引 and オフ what is taken off."""
    (share,) = find(text, lang)
    assert (share.kind, share.unit, share.value) == ("percent", "%", Decimal(value))


@pytest.mark.parametrize(
    ("text", "lang", "low", "high", "unit"),
    [
        ("二三十人", "ja", 20, 30, "person"),
        ("四五百人", "zh", 400, 500, "person"),
        ("七八万人", "zh", 70000, 80000, "person"),
        ("五六人", "zh", 5, 6, "person"),
    ],
)
def test_neighbours_are_a_range(text: str, lang: str, low: int, high: int, unit: str) -> None:
    (count,) = find(text, lang)
    assert (count.kind, count.value, count.unit) == ("count", None, unit)
    assert (count.low, count.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [("600余万人", "zh", 6_000_000), ("30多亿人", "zh", 3_000_000_000),
     ("200余り万人", "ja", 2_000_000), ("70여만 명", "ko", 700_000)],
)  # fmt: skip
def test_blur_before_the_scale_opens_the_interval(text: str, lang: str, value: int) -> None:
    (count,) = find(text, lang)
    assert (count.value, count.low, count.high) == (Decimal(value), Decimal(value), None)
    assert (count.hedge, count.unit) == ("over", "person")


@pytest.mark.parametrize(
    ("text", "lang", "timex"),
    [
        ("令和五年十一月二十三日に", "ja", "2023-11-23"),
        ("二〇二三年九月に", "ja", "2023-09"),
        ("3月中旬に公表", "ja", "2024-03"),
        ("4月12日金曜日に", "ja", "2024-04-12"),
        ("二零二二年十月三十一日", "zh", "2022-10-31"),
        ("三月五号，星期二", "zh", "2024-03-05"),
        ("민주노총은 오월 십일일에", "ko", "2024-05-11"),
        ("유월 십오일", "ko", "2024-06-15"),
        ("4월 12일 금요일에", "ko", "2024-04-12"),
    ],
)
def test_date_in_words(text: str, lang: str, timex: str) -> None:
    (date,) = find(text, lang, reference=WHEN)
    assert (date.kind, date.timex) == ("date", timex)


@pytest.mark.parametrize(
    ("text", "lang", "timex"),
    [
        ("優勝タイムは9秒87だった", "ja", "PT9.87S"),
        ("2日半の日程", "ja", "P2.5D"),
        ("3年4カ月12日", "ja", "P3Y4M12D"),
        ("4日以上かかる", "ja", "P4D"),
        ("5日後に発見", "ja", "P5D"),
        ("사흘간 이어진", "ko", "P3D"),
        ("2년 반 동안", "ko", "P2.5Y"),
    ],
)
def test_duration(text: str, lang: str, timex: str) -> None:
    (duration,) = find(text, lang)
    assert (duration.kind, duration.timex) == ("duration", timex)


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [("第3万回", "ja", 30000), ("だい7", "ja", 7), ("第一百二十位", "zh", 120),
     ("이등은", "ko", 2), ("제3야당", "ko", 3)],
)  # fmt: skip
def test_ordinal(text: str, lang: str, value: int) -> None:
    (ordinal,) = find(text, lang)
    assert (ordinal.kind, ordinal.value) == ("ordinal", Decimal(value))


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("一番大切な一つの問題は一部の一方に", "ja"),
        ("三井と二人三脚で万が一に備える", "ja"),
        ("八百屋の三菱", "ja"),
        ("一个好消息，一些人一起来，万一下雨，千万不要", "zh"),
        ("一切都十分重要", "zh"),
        ("구조 요청이 이어졌고 이천 시민과 공사 관계자는 오이만 먹었다", "ko"),
        ("연구원과 조선소의 사이", "ko"),
        ("새 앨범 타이틀", "ko"),
        ("午後3時15分", "ja"),
        ("오후 4시 20분", "ko"),
        ("下午3点25分", "zh"),
    ],
)
def test_idioms_names_and_times_of_day_hold_no_number(text: str, lang: str) -> None:
    assert find(text, lang) == []


def test_dozen_counts_twelve() -> None:
    assert [q.value for q in find("卵を5ダース", "ja")] == [Decimal(60)]
    assert [q.value for q in find("三打鸡蛋", "zh")] == [Decimal(36)]
    assert all(q.value != 24 for q in find("以2打败对手", "zh"))


def test_scales_without_end_stay_a_number() -> None:
    found = find("1" + "万" * 500, "zh")
    assert found and found[0].value is not None and found[0].value < Decimal(10) ** 40
