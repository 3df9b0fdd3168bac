"""Short lines at the ends of a text that are made of words of page furniture alone.

They stand before the first or after the last running text; inside, such a line may be a heading.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile
from typing import Final

import numpy as np

from extractors.cleaning.hints import KINDS
from extractors.cleaning.measure import Lines
from extractors.cleaning.sheet import Sheet
from extractors.cleaning.window import is_prose

_SURE_KINDS: Final = ("account", "share", "comments", "related", "legal")
_COVERED: Final = 0.95  # share of the letters of a line
_WORDS: Final = 10.0


def cut_furniture(sheet: Sheet) -> None:
    """Cut the lines above and below the running text that consist of hints."""
    left = sheet.left()
    above = _until_prose(sheet, left)
    if len(above) == len(left):
        return
    ends = [*above, *_until_prose(sheet, reversed(left))]
    if not ends:
        return
    page = Lines([sheet.lines[i] for i in ends])
    shares = page.hints
    sure = shares[:, [KINDS.index(kind) for kind in _SURE_KINDS]].sum(axis=1)
    furniture = (shares[:, -1] >= _COVERED) & (sure > 0.5) & (page.tokens <= _WORDS)
    for p in np.flatnonzero(furniture).tolist():
        sheet.cut(ends[p], "shape.furniture", "words of buttons and links, no text around")


def _until_prose(sheet: Sheet, order: Iterable[int]) -> list[int]:
    """Lines that come before the first running text; all of them if there is none."""
    return list(takewhile(lambda i: not is_prose(sheet.lines[i]), order))
