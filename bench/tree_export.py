"""Writes trained boosted trees in the format that `extractors.trees` reads.

Needs scikit-learn or LightGBM in the environment of the training script only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def model(classifier: Any, features: Sequence[str]) -> dict[str, Any]:
    """A fitted binary ``sklearn.ensemble.HistGradientBoostingClassifier`` as plain data.

    Args:
        classifier: fitted on numeric columns (no categories).
        features: names of the columns, in order.
    """
    bias = float(classifier._baseline_prediction.ravel()[0])
    trees = [_preorder(stage[0].nodes) for stage in classifier._predictors]
    return {"features": list(features), "bias": round(bias, 6), "trees": trees}


def _preorder(nodes: Any) -> list[list[float | int]]:
    out: list[list[float | int]] = []

    def walk(index: int) -> None:
        node = nodes[index]
        if node["is_leaf"]:
            out.append([round(float(node["value"]), 5)])
            return
        here = len(out)
        # Exact, because a threshold is often the very value of a training case.
        out.append([int(node["feature_idx"]), float(node["num_threshold"]), 0])
        walk(int(node["left"]))
        out[here][2] = len(out)
        walk(int(node["right"]))

    walk(0)
    return out


def model_of_booster(booster: Any, features: Sequence[str]) -> dict[str, Any]:
    """A trained binary ``lightgbm.Booster`` as plain data.

    Args:
        booster: trained on numeric columns without missing values; its bias is in its leaves.
        features: names of the columns, in order.
    """
    trees: list[list[list[float | int]]] = []
    for info in booster.dump_model()["tree_info"]:
        nodes: list[list[float | int]] = []
        _walk(info["tree_structure"], nodes)
        trees.append(nodes)
    return {"features": list(features), "bias": 0.0, "trees": trees}


def _walk(node: dict[str, Any], out: list[list[float | int]]) -> None:
    if "split_index" not in node:
        out.append([round(float(node["leaf_value"]), 5)])
        return
    here = len(out)
    # Thresholds of this library lie between the values seen, so that nine digits are enough.
    out.append([int(node["split_feature"]), float(f"{node['threshold']:.9g}"), 0])
    _walk(node["left_child"], out)
    out[here][2] = len(out)
    _walk(node["right_child"], out)


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a model as JSON, a tree per line so that versions can be compared."""
    trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in content["trees"])
    head = json.dumps({k: v for k, v in content.items() if k != "trees"})[:-1]
    path.write_text(f'{head}, "trees": [\n{trees}\n]}}\n', encoding="utf-8")
