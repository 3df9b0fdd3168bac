"""Paragraphs side by side: every one placed once, in order, merged and missing ones too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.alignment import Bead, align, aligned
from extractors.markers import paragraphs

ENGLISH = [
    "The mayor of Lund opened the new bridge across the canal on Monday morning in heavy rain.",
    "It cost 48 million euros.",
    "Nobody was hurt when part of its railing fell into the water during the ceremony.",
    "The engineers had warned of loose bolts in a letter of 2021, which the council says it never received, although a copy with its stamp was shown to reporters.",  # noqa: E501
    "Repairs begin tomorrow.",
]
GERMAN = [
    "Die Bürgermeisterin von Lund hat am Montagmorgen bei starkem Regen die neue Brücke eröffnet.",
    "Sie kostete 48 Millionen Euro.",
    "Niemand wurde verletzt, als während der Feier ein Teil des Geländers ins Wasser fiel.",
    "Die Ingenieure hatten in einem Brief von 2021 vor losen Bolzen gewarnt, den der Stadtrat nie erhalten haben will, obwohl Reportern eine Kopie mit seinem Stempel gezeigt wurde.",  # noqa: E501
    "Die Reparatur beginnt morgen.",
]


def test_one_to_one() -> None:
    assert align(ENGLISH, GERMAN) == [Bead(i, i + 1, i, i + 1) for i in range(5)]


def test_two_paragraphs_in_one() -> None:
    joined = [*GERMAN[:2], f"{GERMAN[2]} {GERMAN[3]}", GERMAN[4]]
    assert align(ENGLISH, joined) == [
        Bead(0, 1, 0, 1), Bead(1, 2, 1, 2), Bead(2, 4, 2, 3), Bead(4, 5, 3, 4)
    ]  # fmt: skip
    assert align(joined, ENGLISH)[2] == Bead(2, 3, 2, 4)


def test_a_paragraph_that_the_other_lacks() -> None:
    short = [*GERMAN[:3], GERMAN[4]]
    assert align(ENGLISH, short) == [
        Bead(0, 1, 0, 1), Bead(1, 2, 1, 2), Bead(2, 3, 2, 3), Bead(3, 4, 3, 3), Bead(4, 5, 3, 4)
    ]  # fmt: skip


def test_figures_decide_where_lengths_do_not() -> None:
    english = [f"They counted {n} boats." for n in (31, 47, 52, 68, 75)]
    french = [f"On a compté {n} bateaux." for n in (47, 52, 68, 75, 99)]
    assert align(english, french) == [
        Bead(0, 1, 0, 0), *(Bead(i, i + 1, i - 1, i) for i in range(1, 5)), Bead(5, 5, 4, 5)
    ]  # fmt: skip


def test_nothing_to_align() -> None:
    assert align([], []) == []
    assert align(["One."], []) == [Bead(0, 1, 0, 0)]
    assert align([], ["One."]) == [Bead(0, 0, 0, 1)]


def test_translations_score_above_the_same_in_disorder() -> None:
    straight = aligned(paragraphs(ENGLISH), paragraphs(GERMAN))
    turned = aligned(paragraphs(ENGLISH), paragraphs(GERMAN[::-1]))
    assert straight.share == 1.0
    assert straight.score > 0 > turned.score


TEXTS = st.lists(st.text("ab 1漢,\n\u00b6%?\ufb01", max_size=60), max_size=25)


@given(TEXTS, TEXTS)
def test_every_paragraph_is_in_one_bead_in_order(a: list[str], b: list[str]) -> None:
    i = j = 0
    for bead in align(a, b):
        assert (bead.first_a, bead.first_b) == (i, j)
        assert (bead.end_a - i) + (bead.end_b - j) > 0
        i, j = bead.end_a, bead.end_b
    assert (i, j) == (len(a), len(b))


def test_long_beside_short() -> None:
    beads = align(["A sentence of the longer text."] * 60, ["One of the shorter."])
    assert beads[0].first_a == 0
    assert beads[-1].end_a == 60
