"""A plot of values against time in plain characters: for terminals, pipes and narrow windows."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.phrases import rounded
from flows.words import width as columns_of

_LEAST_WIDTH = 20  # columns of the plot itself, below which none is drawn
_ROWS = 9
_LOGARITHMIC = 30  # ratio of the ends from which the scale is logarithmic


@dataclass(frozen=True, slots=True)
class Point:
    """One value at one time.

    Attributes:
        when: zone-aware.
        value: what is marked.
        low, high: ends of the bar around it, None where it has none on that side.
        mark: one character; where two fall on one spot, the later in `MARKS` is shown.
    """

    when: datetime
    value: float
    low: float | None
    high: float | None
    mark: str


MARKS = {"=": "repeats another report", "o": "stands", "^": "newer figure", "x": "does not fit"}
"""Marks and what they say, from the least to the most telling."""


def plot(points: Sequence[Point], width: int) -> list[str]:
    """Draw values against time, bars for what they can mean, and a line of what the marks say.

    Args:
        points: in any order.
        width: columns to draw in.

    Returns:
        Lines; none where there are fewer than two moments to tell apart, or too few columns.
    """
    moments = {point.when for point in points}
    if len(moments) < 2:
        return []
    bottom = min(_ends(point)[0] for point in points)
    top = max(_ends(point)[1] for point in points)
    is_log = bottom > 0 and top / bottom >= _LOGARITHMIC
    rows = _ROWS if len({point.value for point in points}) > 1 else _ROWS // 3
    if top == bottom:
        bottom, top = bottom - 1, top + 1
    step = _scaled(top, is_log) - _scaled(bottom, is_log)

    def row(value: float) -> int:
        share = (_scaled(value, is_log) - _scaled(bottom, is_log)) / step
        return round((1 - share) * (rows - 1))

    told = {min(p.value for p in points), max(p.value for p in points)}
    ends = {value for point in points for value in _ends(point)}
    ticks = {row(value): rounded(value) for value in (min(ends), max(ends), *sorted(told))}
    margin = max(map(columns_of, ticks.values())) + 1
    room = width - margin - 2
    if room < _LEAST_WIDTH:
        return []
    first, last = min(moments), max(moments)

    def column(when: datetime) -> int:
        return round((when - first) / (last - first) * (room - 1))

    cells = [[" "] * room for _ in range(rows)]
    for point in points:
        low, high = _ends(point)
        for line in range(row(high), row(low) + 1):
            cells[line][column(point.when)] = "|"
    order = list(MARKS)
    for point in sorted(points, key=lambda point: order.index(point.mark)):
        cells[row(point.value)][column(point.when)] = point.mark
    drawn = [
        f"{ticks.get(line, ''):>{margin}}{'+' if line in ticks else '|'} {''.join(row_)}".rstrip()
        for line, row_ in enumerate(cells)
    ]
    dates = _dates(first, last, room)
    used = [mark for mark in order if any(point.mark == mark for point in points)]
    legend = ", ".join([*(f"{mark} {MARKS[mark]}" for mark in used), "| what it can mean"])
    scale = "; logarithmic scale" if is_log else ""
    axis = f"{'':>{margin}}+{'-' * (room + 1)}"
    below = [dates, *textwrap.wrap(legend + scale, room)]
    return [*drawn, axis, *(f"{'':>{margin}}  {line}" for line in below)]


def _ends(point: Point) -> tuple[float, float]:
    low = point.value if point.low is None else min(point.low, point.value)
    high = point.value if point.high is None else max(point.high, point.value)
    return low, high


def _scaled(value: float, is_log: bool) -> float:
    return math.log(value) if is_log else value


def _dates(first: datetime, last: datetime, room: int) -> str:
    """First and last day under their ends of the axis; hours where it is one day."""
    form = "%Y-%m-%d" if first.date() != last.date() else "%m-%d %H:%M"
    left, right = f"{first:{form}}", f"{last:{form}}"
    return f"{left}{right:>{room - len(left)}}"
