"""Translations: what survives a change of language, and what only looks like it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from extractors.translation import common_length, is_translation, keys, markers

SEEDS = Path(__file__).parents[2] / "seeds"


def seed(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["29억 달러", "29億ドル", "$2.9 billion", "2,9 milliards de dollars", "2.9bn", "２９億ドル"],
)
def test_one_amount_in_all_languages(text: str) -> None:
    assert markers(text) == ("2900000000",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1조 2000억 원", ("1200000000000",)),
        ("1,234,567 people", ("1234567",)),
        ("300万人 in 2024", ("3000000", "2024")),
        ("Brad Smith met Kishida", ("brad", "smith", "kishida")),
        ("The deal. A deal the size of the sea", ()),
    ],
)
def test_markers(text: str, expected: tuple[str, ...]) -> None:
    assert markers(text) == expected


def test_common_subsequence() -> None:
    assert common_length("abcbdab", "bdcaba") == 4
    assert common_length("", "abc") == 0


def test_halves_of_the_bilingual_seed_translate_each_other() -> None:
    lines = seed("000").split("\n")
    korean, japanese = markers("\n".join(lines[:22])), markers("\n".join(lines[22:]))
    assert common_length(korean, japanese) > 0.95 * min(len(korean), len(japanese))
    assert len(set(keys(korean)) & set(keys(japanese))) >= 2
    assert is_translation(korean, japanese)
    assert is_translation(japanese, korean)


def test_reports_of_one_event_do_not() -> None:
    lines = seed("000").split("\n")
    texts = ["\n".join(lines[:22]), "\n".join(lines[22:]), *map(seed, ("001", "002", "003", "004"))]
    pairs = list(combinations(range(len(texts)), 2))[1:]
    assert [p for p in pairs if is_translation(*(markers(texts[i]) for i in p))] == []


def test_too_little_evidence_is_none() -> None:
    few = ("2900000000", "microsoft", "2024")
    assert not is_translation(few, few)


NAMES = ("kim", "jong", "un", "donald", "trump", "mike", "pompeo", "ri", "yong", "ho")


def test_a_few_names_in_one_order_are_no_translation() -> None:
    long = tuple(f"name{n}" for n in range(100))
    assert not is_translation(NAMES, (*NAMES, *long))


@pytest.mark.parametrize(
    ("figures", "others", "expected"),
    [
        ("80 35 2024 410 7 1500 62 9", "80 35 2024 410 7 1500 62 9", True),
        ("80 35 2024 410 7 1500 62 9", "80 35 2024 410 7 1500 62 11 12 13 14", True),
        ("80 35 2024 410 7 1500 62 9", "9 62 1500 7 410 2024 35 80", False),
        ("8000000000 2024 10 2900000000", "8000000000 2024 10 2900000000", False),
        ("80 35 2024 410 7 1500 62 9", "80 35 2024 410 7 1500 62 " + "5 " * 20, False),
    ],
)
def test_figures_in_one_order(figures: str, others: str, expected: bool) -> None:
    assert is_translation(tuple(figures.split()), tuple(others.split())) is expected


def test_keys_meet_where_names_stand_between_figures() -> None:
    english = markers("In 2018 Ann Lee counted 384 dead, 540 hurt; Bob Ray saw 17,000 flee.")
    japanese = markers("2018年、死者384人、負傷者540人、避難17000人。")
    assert len(set(keys(english)) & set(keys(japanese))) >= 2
    assert keys(()) == ()
