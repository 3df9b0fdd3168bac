"""Timelines of a claim as SVG: a mark a report, its interval, colour and shape by verdict.

The lines are drawn by Matplotlib; colours are left to the page's style sheet, so that one picture
is right in light and in dark.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.phrases import rounded

_INK, _GRID = "#000001", "#000002"
_COLOURS = {"stands": "#00000a", "repeats": "#00000b", "newer": "#00000c", "apart": "#00000d"}
_SHAPES = {"stands": "o", "repeats": "s", "newer": "^", "apart": "X"}
_NAMES = {_INK: "ink", _GRID: "grid"} | {colour: name for name, colour in _COLOURS.items()}
_LOGARITHMIC = 30  # ratio of the ends from which the scale is logarithmic
_SIZES = {"wide": (7.2, 2.5), "narrow": (3.5, 2.6)}  # inches


@dataclass(frozen=True, slots=True)
class Mark:
    """One report on a timeline.

    Attributes:
        when: zone-aware.
        value, low, high: the figure and the ends of what it can mean; None for an open end.
        group: "stands", "repeats" (a copy or translation), "newer" or "apart".
        label: the language, written beside the mark.
    """

    when: datetime
    value: float
    low: float | None
    high: float | None
    group: str
    label: str


def timelines(marks: Sequence[Mark], unit: str, key: str) -> dict[str, str]:
    """A chart in two shapes, for wide and for narrow screens.

    Args:
        marks: in any order.
        unit: what the values are measured in.
        key: unlike that of any other chart of the page.

    Returns:
        "wide" and "narrow" -> SVG; nothing where there are fewer than two moments to tell apart.
    """
    if len({mark.when for mark in marks}) < 2:
        return {}
    return {name: _drawn(marks, unit, f"{key}-{name}", size) for name, size in _SIZES.items()}


def _drawn(marks: Sequence[Mark], unit: str, key: str, size: tuple[float, float]) -> str:
    import matplotlib  # half a second: not for each start of the command line
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "newsledger"}):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        for group, colour in _COLOURS.items():
            shown = [mark for mark in marks if mark.group == group]
            if not shown:
                continue
            below = [one.value - one.low if one.low is not None else 0 for one in shown]
            above = [one.high - one.value if one.high is not None else 0 for one in shown]
            axes.errorbar(
                [one.when for one in shown],  # type: ignore[arg-type]
                [one.value for one in shown],
                yerr=[below, above],
                fmt=_SHAPES[group],
                color=colour,
                markersize=6,
                elinewidth=1.5,
                capsize=3,
            )
        for mark in marks:
            axes.annotate(
                mark.label,
                (mark.when, mark.value),
                xytext=(6, 4),
                textcoords="offset points",
                fontsize=9,
                color=_INK,
            )
        ends = [end for mark in marks for end in (mark.value, mark.low, mark.high) if end]
        if min(mark.value for mark in marks) > 0 and max(ends) / min(ends) >= _LOGARITHMIC:
            axes.set_yscale("log")
        else:
            axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: rounded(value)))
        locator = AutoDateLocator(minticks=2, maxticks=4 if size[0] < 5 else 8)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        axes.margins(x=0.08, y=0.2)
        axes.set_ylabel(unit, color=_INK)
        axes.tick_params(colors=_INK)
        axes.grid(color=_GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        for side in axes.spines.values():
            side.set_color(_GRID)
        figure.patch.set_alpha(0)
        axes.patch.set_alpha(0)
        out = io.StringIO()
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None})
    return _inline(out.getvalue(), key)


def _inline(svg: str, key: str) -> str:
    """The picture to be put into a page: no prologue, ids of its own, colours by name."""
    body = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", body)
    body = re.sub(r"font: [^;\"]*?(\d+(?:\.\d+)?)px [^;\"]*", r"font-size: \1px", body)
    for colour, name in _NAMES.items():
        body = body.replace(colour, f"var(--{name})")
    return body.replace("<svg", '<svg class="chart" aria-hidden="true" focusable="false"', 1)
