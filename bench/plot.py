"""Draws what a bench measured, if matplotlib is there."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

Points = Sequence[tuple[float, float]]


def draw(
    path: Path, lines: Mapping[str, Points], dashed: Mapping[str, Points], **axes: object
) -> None:
    """Draw lines of measured points, and dashed ones to hold them against, into a PNG file.

    Args:
        path: the file.
        lines: points of each line, by its name in the legend.
        dashed: the same, without marks.
        axes: properties of matplotlib's axes: title, labels, scales.
    """
    if importlib.util.find_spec("matplotlib") is None:
        print("No matplotlib: no plot.")
        return
    figure = importlib.import_module("matplotlib.figure").Figure(
        figsize=(7, 4.5), layout="constrained"
    )
    drawn = figure.subplots()
    for name, points in lines.items():
        drawn.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name)
    for name, points in dashed.items():
        drawn.plot(*zip(*points, strict=True), "k--", linewidth=1, label=name)
    drawn.set(**axes)
    drawn.grid(visible=True, alpha=0.3)
    drawn.legend(fontsize="small")
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    print(f"Drawn: {path}")
