"""Second look at a page: what the first judgement says of the lines around a line.

Stacked sequential learning (W. W. Cohen, V. R. Carvalho, IJCAI 2005): a second model sees the
features of a line together with the first model's opinion of its neighbourhood.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from extractors.cleaning.arrays import Floats, shifted, since, window_sum

_STEPS: Final = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
_REACH: Final = (3, 10, 30)
_LIKELY = 0.4
_BOUND = 5.0  # log-odds beyond which the first judgement counts as certain


def context(probability: Floats, tokens: Floats) -> tuple[tuple[str, ...], Floats]:
    """Features of the second look.

    Args:
        probability: of each line to belong to the article, by the first model.
        tokens: words of each line.

    Returns:
        Names of the columns, and a row per line.
    """
    n = len(probability)
    p = np.clip(probability, 1e-6, 1.0 - 1e-6)
    tokens = np.maximum(tokens, 1.0)
    odds = np.clip(np.log(p / (1.0 - p)), -_BOUND, _BOUND)
    place = np.arange(n, dtype=np.float64)
    weight = np.sqrt(tokens)
    columns: list[tuple[str, Floats | NDArray[np.bool_]]] = [("odds", odds)]
    columns += [(f"odds{step:+d}", shifted(odds, step, -_BOUND - 1.0)) for step in _STEPS]
    for reach in _REACH:
        for name, before, after in (("before", reach, -1), ("after", -1, reach)):
            mean = window_sum(odds * weight, before, after) / np.maximum(
                window_sum(weight, before, after), 1.0
            )
            columns.append((f"odds_{name}{reach}", mean))
    total = np.concatenate(([0.0], np.cumsum((p - _LIKELY) * tokens)))
    end = int(np.argmax(total[1:] - np.minimum.accumulate(total)[:-1]))
    begin = int(np.argmin(total[: end + 1]))
    mass = p * tokens
    whole = float(mass.sum())
    before_mass = np.cumsum(mass) - mass
    likely = p > _LIKELY
    run = np.cumsum(np.concatenate(([True], likely[1:] != likely[:-1])))
    run_mass = np.bincount(run, weights=tokens)[run]
    ones = np.ones(n)
    columns += [
        ("from_begin", np.sign(place - begin) * np.log1p(np.abs(place - begin))),
        ("from_end", np.sign(place - end) * np.log1p(np.abs(place - end))),
        ("page_mass", ones * np.log1p(whole)),
        ("share_before", before_mass / whole),
        ("window_share", ones * float(mass[begin : end + 1].sum()) / whole),
        ("run_mass", np.log1p(run_mass)),
        ("run_lines", np.log1p(np.bincount(run)[run])),
        ("run_share", run_mass / max(1.0, float((tokens * likely).sum()))),
        ("mass_before", np.log1p(before_mass)),
        ("mass_after", np.log1p(np.maximum(whole - before_mass - mass, 0.0))),
        ("in_since", np.log1p(since(p > 0.5))),
        ("in_until", np.log1p(since((p > 0.5)[::-1])[::-1])),
        ("out_since", np.log1p(since(p < 0.2))),
        ("out_until", np.log1p(since((p < 0.2)[::-1])[::-1])),
    ]
    names = tuple(f"context_{name}" for name, _ in columns)
    return names, np.column_stack([np.asarray(values, dtype=np.float64) for _, values in columns])
