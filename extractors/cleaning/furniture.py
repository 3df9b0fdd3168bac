"""Short lines at the ends of a text that are made of words of page furniture alone.

They stand before the first or after the last running text; inside, such a line may be a heading.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from extractors.cleaning.hints import KINDS
from extractors.cleaning.sheet import Sheet

_SURE_KINDS: Final = ("account", "share", "comments", "related", "legal")
_COVERED: Final = 0.95  # share of the letters of a line
_WORDS: Final = 10.0


def cut_furniture(sheet: Sheet) -> None:
    """Cut the lines above and below the running text that consist of hints."""
    if not sheet.left():
        return
    page = sheet.page
    running = [p for p in np.flatnonzero(page.prose).tolist() if sheet.filled[p] not in sheet.cuts]
    if not running:
        return
    shares = page.hints
    sure = shares[:, [KINDS.index(kind) for kind in _SURE_KINDS]].sum(axis=1)
    furniture = (shares[:, -1] >= _COVERED) & (sure > 0.5) & (page.tokens <= _WORDS)
    furniture[running[0] : running[-1] + 1] = False
    for p in np.flatnonzero(furniture).tolist():
        sheet.cut(sheet.filled[p], "shape.furniture", "words of buttons and links, no text around")
