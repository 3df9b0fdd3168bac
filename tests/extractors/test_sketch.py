"""Sketches: what counts as the same text, and what must not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.sketch import SIZE, containment, content_hash, resemblance, sketch, units

SEEDS = Path(__file__).parents[2] / "seeds"
TEXTS = {p.name[:3]: p.read_text(encoding="utf-8") for p in SEEDS.glob("*.txt")}


def test_units_follow_the_writing_system() -> None:
    assert units("AI로 2024年、Microsoft's") == ["ai", "로", "2024", "年", "microsoft", "s"]
    assert units("한국 한국") == ["한", "국", "한", "국"]
    assert units("Ａ\u200bＢ ①") == ["ab", "1"]


def test_form_case_and_punctuation_do_not_change_the_hash() -> None:
    assert content_hash("“Ｈello”,  World!") == content_hash('"hello" world')
    assert content_hash("が") == content_hash("か\u3099")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("invest $2.9 billion", "invest $29 billion"),
        ("up 1.5% on the year", "up 15% on the year"),
        ("4,400億円を投資", "44.00億円を投資"),
        ("on April 9-10 in Geneva", "on April 910 in Geneva"),
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
    assert resemblance(text, half) < 0.6
    edited = text.replace("2.9 Billion", "2.8 Billion").replace("Tokyo", "Osaka")
    assert containment(text, edited) > 0.9


def test_reports_of_one_event_are_no_copies() -> None:
    for a, b in [("000", "004"), ("001", "002"), ("002", "003")]:
        assert len(set(sketch(TEXTS[a])) & set(sketch(TEXTS[b]))) < 2
        assert containment(TEXTS[a], TEXTS[b]) < 0.3


@given(st.text(max_size=80), st.text(max_size=80))
def test_measures_are_symmetric_and_bounded(a: str, b: str) -> None:
    assert containment(a, b) == containment(b, a)
    assert 0.0 <= resemblance(a, b) <= containment(a, b) <= 1.0
