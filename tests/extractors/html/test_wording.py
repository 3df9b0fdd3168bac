"""What the lines of a page share, and the run of prose among them."""

from __future__ import annotations

import numpy as np
import pytest

from extractors.html.features import matrix
from extractors.html.metadata import Metadata
from extractors.html.tree import page_text, parse
from extractors.html.wording import best_run, shared

CORE = [
    "The harbour of Rotterdam handled more grain in March than in any month before.",
    "Grain from the harbour goes to mills along the river, the company said.",
    "A strike at the mills in March had kept the grain in the harbour.",
]


@pytest.mark.parametrize(
    ("weights", "run"),
    [
        ([-1.0, 5.0, -1.0, 5.0, -9.0, 3.0], (1, 4)),
        ([2.0], (0, 1)),
        ([-1.0, -2.0], (0, 0)),
        ([3.0, -9.0, 4.0], (2, 3)),
    ],
)
def test_best_run_is_the_contiguous_one_of_the_highest_sum(
    weights: list[float], run: tuple[int, int]
) -> None:
    assert best_run(np.array(weights)) == run


def test_lines_share_words_with_the_other_running_text_only() -> None:
    lines = [*CORE, "Weather Sports Horoscope", "grain harbour March"]
    prose = np.array([True, True, True, False, False])
    found = shared(lines, prose, (0, 3))
    assert found[3].tolist() == [0.0, 0.0, 0.0]
    assert found[4, 0] == 1.0
    # of 11 different words, "the", "harbour", "grain", "in" and "march" stand elsewhere too
    assert found[0, 0] == pytest.approx(5 / 13)


def column(markup: str, name: str) -> list[float]:
    page = page_text(parse(markup))
    values, names = matrix(page, set(), Metadata())
    return [round(value, 3) for value in values[:, names.index(name)].tolist()]


def test_text_columns_count_words_of_all_scripts() -> None:
    markup = "<p>Two words</p><p>漢字かな, 2024</p><p>İ ß \U0001f600 A|B</p>"
    assert column(markup, "tokens") == [2.0, round(1 + 4 / 2.2, 3), 4.0]
    assert column(markup, "digits") == [0.0, 0.4, 0.0]
    assert column(markup, "pipes") == [0.0, 0.0, 1.0]


def test_furniture_is_the_share_of_letters_that_its_words_cover() -> None:
    markup = "<p>Log in</p><p>The blog inside the harbour</p><p>---</p>"
    assert column(markup, "furniture") == [1.0, 0.0, 0.0]
