"""Sums and distances along the lines of a page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FAR = 99.0  # lines; further is all the same


def shifted(values: Floats | Flags, step: int) -> Floats:
    """The value `step` lines further on, -1 beyond the ends."""
    out = np.full(len(values), -1.0)
    if abs(step) < len(values):
        if step > 0:
            out[:-step] = values[step:]
        else:
            out[-step:] = values[:step]
    return out


def window_sum(values: Floats | Flags, before: int, after: int) -> Floats:
    """Sum from `before` lines back to `after` lines on; -1 leaves that side and the line out."""
    n = len(values)
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    place = np.arange(n)
    low = np.maximum(place - before, 0)
    high = np.minimum(place + after, n - 1) + 1
    return np.asarray(total[np.maximum(high, low)] - total[np.minimum(low, n)])


def since(marks: Flags) -> Floats:
    """Lines since the last marked one before each, `FAR` at most and where there is none."""
    place = np.arange(len(marks))
    last = np.maximum.accumulate(np.where(marks, place, -1))
    previous = np.concatenate(([-1], last[:-1]))[: len(marks)]
    return np.where(previous >= 0, np.minimum(place - previous, FAR), FAR).astype(np.float64)
