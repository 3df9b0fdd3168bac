"""Boosted trees from a data file: walked by hand, and as properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.trees import Trees

# Tree 1: width <= 2 ? (height <= 10 ? -1 : 0.5) : 2.   Tree 2: a single leaf.
MODEL: dict[str, Any] = {
    "features": ["width", "height"],
    "bias": 0.25,
    "trees": [[[0, 2.0, 4], [1, 10.0, 3], [-1.0], [0.5], [2.0]], [[0.125]]],
}


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


@pytest.mark.parametrize(
    ("row", "leaves"),
    [
        ((2.0, 10.0), -1.0),  # limits belong to the left
        ((2.0, 10.5), 0.5),
        ((2.1, -7.0), 2.0),
        ((math.nan, 0.0), 2.0),  # not a number goes right
        ((1.0, math.nan), 0.5),
        ((math.inf, 0.0), 2.0),
    ],
)
def test_probability_is_the_logistic_of_bias_and_leaves(
    row: tuple[float, float], leaves: float
) -> None:
    found = Trees(MODEL).probability(np.array([row]))
    assert found.shape == (1,)
    assert found[0] == pytest.approx(logistic(0.25 + leaves + 0.125), abs=1e-12)


@given(
    st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=1, max_size=40),
    st.integers(1, 200),
)
def test_rows_do_not_influence_each_other(rows: list[tuple[float, float]], times: int) -> None:
    trees = Trees(MODEL)
    one_by_one = [float(trees.probability(np.array([row]))[0]) for row in rows]
    together = trees.probability(np.array(rows * times, dtype=np.float64))
    assert together.tolist() == one_by_one * times


def test_many_rows_are_judged_in_parts() -> None:
    rows = np.column_stack([np.arange(5000.0), np.zeros(5000)])
    found = Trees(MODEL).probability(rows)
    assert len(found) == 5000
    assert set(np.round(found[:3], 9)) == {round(logistic(-0.625), 9)}
    assert set(np.round(found[3:], 9)) == {round(logistic(2.375), 9)}


def test_no_rows_no_values() -> None:
    assert Trees(MODEL).probability(np.zeros((0, 2))).shape == (0,)


def test_extreme_scores_stay_probabilities() -> None:
    model = {"features": ["x"], "bias": 0.0, "trees": [[[0, 0.0, 2], [-9e9], [9e9]]]}
    found = Trees(model).probability(np.array([[-1.0], [1.0]]))
    assert found[0] == pytest.approx(0.0, abs=1e-100)
    assert found[1] == 1.0


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 3)])
def test_wrong_columns_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="columns"):
        Trees(MODEL).probability(np.zeros(shape))


@pytest.mark.parametrize(
    "tree",
    [
        [[2, 0.0, 2], [0.0], [1.0]],  # no such feature
        [[0, 0.0, 0], [0.0], [1.0]],  # backwards
        [[0, 0.0, 1], [0.0], [1.0]],  # both ways to one node
        [[0, 0.0, 3], [0.0], [1.0]],  # out of the tree
    ],
)
def test_broken_trees_are_refused(tree: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="bad branch"):
        Trees({"features": ["a", "b"], "bias": 0.0, "trees": [tree]})
