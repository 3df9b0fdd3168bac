"""Numerals: the value of what is written, in five languages that add and multiply."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.quantities import find
from extractors.quantities.locale import load

CASES = [
    ("en", "four hundred and two thousand", 402_000),
    ("en", "six thousand 2 hundred and 14", 6214),
    ("en", "seven point zero four", "7.04"),
    ("en", ".25", "0.25"),
    ("en", "4 3/4", "4.75"),
    ("en", "3½", "3.5"),
    ("en", "-7/8", "-0.875"),
    ("en", "3.5e4", 35_000),
    ("en", "2^-2", "0.25"),
    ("en", "2.5x10^3", 2500),
    ("en", "25k", 25_000),
    ("en", "3.5 M", 3_500_000),
    ("en", "four dozen", 48),
    ("en", "half a dozen", 6),
    ("en", "four thirty firsts", Decimal(4) / 31),
    ("fr", "cinq vingt-et-unièmes", Decimal(5) / 21),
    ("fr", "un trente et unième", Decimal(1) / 31),
    ("fr", "quatre lakhs", 400_000),
    ("es", "siete cuarentavos", "0.175"),
    ("en", "minus seven", -7),
    ("en", "six and a quarter", "6.25"),
    ("en", "5 million and a half", 5_500_000),
    ("en", "three eighths", "0.375"),
    ("en", "one in twenty", "0.05"),
    ("en", "2.345,67", "2345.67"),
    ("fr", "soixante-treize mille six cent huit", 73_608),
    ("fr", "trois virgule quatorze", "3.14"),
    ("fr", "sept huitièmes", "0.875"),
    ("fr", "deux et demi", "2.5"),
    ("fr", "cinq douzaines", 60),
    ("de", "vierhundertfünfundsechzigtausend", 465_000),
    ("de", "neun Komma eins", "9.1"),
    ("de", "viereinhalb", "4.5"),
    ("de", "sieben Achtel", "0.875"),
    ("es", "cuatro mil doscientos millones trescientos mil", 4_200_300_000),
    ("es", "siete coma cero cinco", "7.05"),
    ("es", "nueve treceavos", Decimal(9) / 13),
    ("es", "dos con tres cuartos", "2.75"),
    ("pt", "mil e quatrocentos", 1400),
    ("pt", "sete quinze avos", Decimal(7) / 15),
    ("pt", "nove mil milhões", 9_000_000_000),
]


@pytest.mark.parametrize(("lang", "text", "value"), CASES)
def test_value(lang: str, text: str, value: str | int | Decimal) -> None:
    """One number is found, with its value."""
    found = find(text, lang)
    assert [q.kind for q in found] == ["number"]
    assert found[0].value is not None
    assert abs(found[0].value - Decimal(value)) < Decimal("1e-9")


@pytest.mark.parametrize(
    ("lang", "text", "values"),
    [
        ("en", "two hundred and three hundred", [200, 300]),
        ("en", "5000 4 hundred and 12", [5000, 412]),
        ("es", "mil y dos mil", [1000, 2000]),
        ("fr", "cent et deux cents", [100, 200]),
    ],
)
def test_what_does_not_fit_is_another_number(lang: str, text: str, values: list[int]) -> None:
    """A scale that does not fit below the last one ends the numeral before its own terms."""
    assert [q.value for q in find(text, lang)] == values


ONES = {
    0: "zero", 1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven",
    8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen",
    14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen",
    19: "nineteen",
}  # fmt: skip
TENS = {
    2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty",
    9: "ninety",
}  # fmt: skip


def spelled(number: int) -> str:
    """Return the English words of a number below a thousand million."""
    for scale, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            rest = f" {spelled(number % scale)}" if number % scale else ""
            return f"{spelled(number // scale)} {name}{rest}"
    if number < 20:
        return ONES[number]
    return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")


@given(st.integers(2, 999_999_999))
def test_every_english_number_reads_back(number: int) -> None:
    """A number written in words is read to its value, to its last letter."""
    words = spelled(number)
    locale = load("en")
    assert locale is not None
    numeral = locale.numerals.number(words, 0)
    assert numeral is not None
    assert (numeral.value, numeral.end) == (number, len(words))
