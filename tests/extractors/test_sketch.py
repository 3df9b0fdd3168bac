"""Sketches: what counts as the same text, and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.sketch import (
    SIZE,
    alike,
    containment,
    content_hash,
    shingles,
    sketch,
    sketches,
)
from extractors.units import hash_units

SEEDS = Path(__file__).parents[2] / "seeds"
TEXTS = {p.name[:3]: p.read_text(encoding="utf-8") for p in SEEDS.glob("*.txt")}


def number_of_units(text: str) -> int:
    return len(hash_units([text]).words().hashes)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("AI로 2024年、Microsoft's", 6),  # ai, 로, 2024, 年, microsoft, s
        ("한국 한국", 4),
        ("Ａ\u200bＢ ①", 2),
        ("ภาษาไทย", 7),
        ("... !", 0),
        ("", 0),
    ],
)
def test_units_follow_the_writing_system(text: str, count: int) -> None:
    assert number_of_units(text) == count


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("“Ｈello”,  World!", '"hello" world'),
        ("が", "か\u3099"),
        ("ｶﾞｽ", "ガス"),
        ("Straße", "STRASSE"),
        ("5㎞ … ﬁn", "5km, fin"),
        ("4,400 and 1,234,567", "4400 and 1234567"),
        ("zero\u200bwidth", "zerowidth"),
        ("東京\n大阪", "東京 大阪"),
    ],
)
def test_form_case_and_punctuation_do_not_change_the_hash(a: str, b: str) -> None:
    assert content_hash(a) == content_hash(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("invest $2.9 billion", "invest $29 billion"),
        ("up 1.5% on the year", "up 15% on the year"),
        ("4,400億円を投資", "44.00億円を投資"),
        ("on April 9-10 in Geneva", "on April 910 in Geneva"),
        ("costs $5", "costs €5"),
        ("up 5%", "up 5"),
        ("by -0.4 points", "by 0.4 points"),
        ("ab c", "a bc"),
        ("東京 大阪", "大阪 東京"),
    ],
)
def test_a_changed_figure_changes_the_hash(a: str, b: str) -> None:
    assert content_hash(a) != content_hash(b)


def test_sketch_is_sorted_small_and_fits_a_signed_column() -> None:
    found = sketch(TEXTS["001"])
    assert len(found) == SIZE == 32
    assert list(found) == sorted(set(found))
    assert all(0 <= h < 2**63 for h in found)
    assert sketch(TEXTS["001"]) == found


def test_known_sketch_does_not_drift() -> None:
    assert sketch("") == ()
    assert sketch("one two three") == (sketch("ONE, two... three"))
    assert len(sketch("one two three four five six")) == 2


def test_copies_are_candidates_and_contained() -> None:
    text = TEXTS["003"]
    half = text[: len(text) // 2]
    assert len(set(sketch(text)) & set(sketch(half))) >= 2
    assert containment(text, half) > 0.98
    assert alike(shingles(text), shingles(half)).jaccard < 0.6
    edited = text.replace("2.9 Billion", "2.8 Billion").replace("Tokyo", "Osaka")
    assert containment(text, edited) > 0.9


def test_reports_of_one_event_are_no_copies() -> None:
    for a, b in [("000", "004"), ("001", "002"), ("002", "003")]:
        assert len(set(sketch(TEXTS[a])) & set(sketch(TEXTS[b]))) < 2
        assert containment(TEXTS[a], TEXTS[b]) < 0.3


BODY = "\n".join(
    f"Ministers of country {n} met in the harbour town of Lund to sign accord number {n * 7}."
    for n in range(8)
)
MENU = "Home News Business Sport Log in Subscribe to our newsletter today and save"
LIST = "Most read: storm closes the coast road, new bridge opens, harvest begins early"


def test_foreign_lines_at_head_and_tail_do_not_count() -> None:
    half = "\n".join(BODY.split("\n")[:4])
    framed = f"{MENU}\n{half}\n{LIST}"
    assert containment(framed, BODY) > 0.9
    assert containment(f"{half}\n{MENU} {LIST}\n{half}", BODY) < 0.9


def test_a_quotation_stays_a_small_part_of_its_host() -> None:
    other = "\n".join(
        f"The club's player {n} scored {n + 3} goals in the spring." for n in range(12)
    )
    host = other.replace("player 5", BODY.split("\n")[3] + " player 5")
    assert containment(host, BODY) < 0.4


def test_texts_in_one_frame_are_no_copies() -> None:
    other = "\n".join(
        f"The club's player {n} scored {n + 3} goals in the spring." for n in range(8)
    )
    assert containment(f"{MENU}\n{BODY}\n{LIST}", f"{MENU}\n{other}\n{LIST}") < 0.4


@given(st.lists(st.text(max_size=60), max_size=5))
def test_a_batch_gives_what_each_text_gives_alone(texts: list[str]) -> None:
    assert sketches(texts) == [sketch(text) for text in texts]


@given(st.text(max_size=80), st.text(max_size=80))
def test_measures_are_symmetric_and_bounded(a: str, b: str) -> None:
    assert containment(a, b) == containment(b, a)
    found = alike(shingles(a), shingles(b))
    assert found.containment == containment(a, b)
    assert 0.0 <= found.jaccard <= found.containment <= 1.0
