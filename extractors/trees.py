"""Gradient-boosted trees for two classes, read from a data file and applied with numpy alone.

Models are trained offline (``bench/``) and shipped as JSON next to the code that computes their
features, so that reading a page needs no learning library. Format of a file::

    {"features": ["tokens", "digits", ...],         names, in the order of the matrix columns
     "bias": -0.41,                                 log-odds before the first tree
     "trees": [[[2, 0.5, 4], [0, 7.0, 3], [-0.2], [0.1], [0.3]], ...]}

A tree is its nodes in preorder. ``[column, threshold, right]`` is a branch: a row goes to the
next node where its value is <= threshold, else (also where it is not a number) to node `right` of
the tree. ``[value]`` is a leaf. The probability is the logistic function of the bias plus the
leaves reached.

Source: J. H. Friedman, Greedy Function Approximation, Annals of Statistics 29 (2001).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

_ROWS = 2048  # rows judged at a time, which bounds the memory


class Trees:
    """A model of boosted trees.

    Attributes:
        features: names of the columns that `probability` expects, in order.
    """

    __slots__ = (
        "_bias",
        "_column",
        "_depth",
        "_next",
        "_roots",
        "_threshold",
        "_value",
        "features",
    )

    def __init__(self, model: Mapping[str, Any]) -> None:
        """Model from the parsed content of a data file.

        Raises:
            ValueError: a branch that leads backwards or out of its tree, or names no feature.
        """
        self.features: tuple[str, ...] = tuple(model["features"])
        column: list[int] = []
        threshold: list[float] = []
        following: list[int] = []  # node to the left and to the right of every node, in turn
        value: list[float] = []
        roots: list[int] = []
        depth = 0
        for tree in model["trees"]:
            root = len(column)
            roots.append(root)
            depths = [0] * len(tree)
            for position, node in enumerate(tree):
                here = root + position
                if len(node) == 1:  # a leaf leads to itself, so that all rows may take equal steps
                    following += (here, here)
                    column.append(0)
                    threshold.append(0.0)
                    value.append(float(node[0]))
                    continue
                feature, limit, right = node
                if not position + 1 < right < len(tree) or not 0 <= feature < len(self.features):
                    raise ValueError(f"tree {len(roots) - 1}, node {position}: bad branch {node}")
                depths[position + 1] = depths[right] = depths[position] + 1
                following += (here + 1, root + right)
                column.append(feature)
                threshold.append(float(limit))
                value.append(0.0)
            depth = max(depth, *depths)
        self._bias = float(model["bias"])
        self._depth = depth
        self._roots = np.array(roots, dtype=np.intp)
        self._column = np.array(column, dtype=np.intp)
        self._threshold = np.array(threshold, dtype=np.float64)
        self._next = np.array(following, dtype=np.intp)
        self._value = np.array(value, dtype=np.float64)

    @classmethod
    def load(cls, name: str) -> Trees:
        """The model in a data file of this package, read once per process.

        Args:
            name: path of the file inside the package, as ``cleaning/lines.json``.
        """
        return _load(name)

    def probability(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of the positive class.

        Args:
            matrix: a row per case, a column per feature.

        Returns:
            A value from 0 to 1 per row. Rows do not influence each other.

        Raises:
            ValueError: another number of columns than the model has features.
        """
        if matrix.ndim != 2 or matrix.shape[1] != len(self.features):
            raise ValueError(f"{matrix.shape} given, {len(self.features)} columns expected")
        parts = [self._score(matrix[i : i + _ROWS]) for i in range(0, len(matrix), _ROWS)]
        score = np.concatenate(parts) if parts else np.zeros(0)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -500.0, 500.0))))

    def _score(self, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-odds per row: all trees walk down together, one level a step."""
        width = matrix.shape[1]
        flat = np.ascontiguousarray(matrix).ravel()
        start = (np.arange(len(matrix), dtype=np.intp) * width)[:, None]
        node = np.broadcast_to(self._roots, (len(matrix), len(self._roots)))
        for _ in range(self._depth):
            seen = flat.take(start + self._column.take(node))
            right = ~(seen <= self._threshold.take(node))
            node = self._next.take(2 * node + right)
        return np.asarray(self._value.take(node).sum(axis=1) + self._bias)


@cache
def _load(name: str) -> Trees:
    text = resources.files("extractors").joinpath(name).read_text(encoding="utf-8")
    return Trees(json.loads(text))
