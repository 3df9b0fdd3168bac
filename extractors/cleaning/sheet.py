"""The lines under judgement, and what has been decided about them so far."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.cleaning.measure import Lines
from extractors.cleaning.text import line_key, normalise

_EDGE_LINES = 12  # lines from an end of the text that count as its head or tail
_EDGE_SHARE = 0.25  # or this share of all lines, whichever is more


class Sheet:
    """Lines of one text on their way through the detectors.

    Attributes:
        raw: the lines as given.
        lines: the lines in normal form.
        filled: indexes of the lines that are not blank.
        cuts: rule and reason of every line taken out.
        protected: lines that stay whatever the rules say.
        sure: lines that the learned vote places in the article: the weaker signs leave them be.
        page_title: headline found in a removed row, "" if there is none.
    """

    __slots__ = (
        "_keys",
        "_page",
        "cuts",
        "filled",
        "lines",
        "page_title",
        "protected",
        "raw",
        "sure",
    )

    def __init__(self, lines: Sequence[str]) -> None:
        self.raw = lines
        self.lines = [normalise(line) for line in lines]
        self.filled = [i for i, line in enumerate(self.lines) if line]
        self.cuts: dict[int, tuple[str, str]] = {}
        self.protected: set[int] = set()
        self.sure: frozenset[int] = frozenset()
        self.page_title = ""
        self._page: Lines | None = None
        self._keys: list[str] | None = None

    @property
    def keys(self) -> list[str]:
        """Keys (`line_key`) of the lines that are not blank, made once."""
        if self._keys is None:
            self._keys = [line_key(self.lines[i]) for i in self.filled]
        return self._keys

    @property
    def page(self) -> Lines:
        """The lines that are not blank, measured once."""
        if self._page is None:
            self._page = Lines([self.lines[i] for i in self.filled])
        return self._page

    def cut(self, i: int, rule: str, reason: str) -> None:
        """Take line `i` out unless it is protected or out already."""
        if i not in self.protected and i not in self.cuts:
            self.cuts[i] = (rule, reason)

    def protect(self, i: int | None) -> None:
        """Keep line `i` from here on, and bring it back if it was taken out."""
        if i is not None:
            self.protected.add(i)
            self.cuts.pop(i, None)

    def left(self) -> list[int]:
        """Lines that are neither blank nor cut."""
        return [i for i in self.filled if i not in self.cuts]


def edge(position: int, total: int) -> tuple[bool, bool]:
    """Whether the line at `position` of `total` lies in the head, in the tail."""
    reach = max(_EDGE_LINES, int(_EDGE_SHARE * total))
    return position < reach, position >= total - reach
