"""Writing systems: which one a character belongs to, counted over a whole text at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from extractors.language.tables import tables

Codes = NDArray[np.uint32]
"""The code points of a text."""

CJK = ("hangul", "kana", "han")
"""Scripts that one text mixes; together they are the group "cjk"."""

_UNICODE = 0x110000
_AT_ONCE = 1_000_000  # characters that are counted in one array


def code_points(text: str) -> Codes:
    """Code points of `text`, lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


class Scripts:
    """The writing systems of `languages.yaml`, numbered from 1; 0 is everything else."""

    def __init__(self) -> None:
        table = tables()
        self.names = tuple(table.weights)
        self._of = np.zeros(_UNICODE, dtype=np.uint8)
        number = {name: i for i, name in enumerate(self.names, 1)}
        for first, last, name in table.ranges:
            self._of[first : last + 1] = number[name]
        self._group = np.arange(len(number) + 1, dtype=np.uint8)
        self._group[[number[name] for name in CJK]] = number[CJK[0]]
        self.weights = table.weights

    def groups(self, codes: Codes) -> NDArray[np.uint8]:
        """Number of the script of each character, the same for all of `CJK`."""
        found: NDArray[np.uint8] = self._group[self._of[codes]]
        return found

    def count(self, codes: Codes) -> dict[str, int]:
        """Letters per script, in the order of the table."""
        counts = np.bincount(self._of[codes]).tolist()
        return {self.names[i - 1]: n for i, n in enumerate(counts) if i and n}

    def count_each(self, texts: Sequence[Codes]) -> list[dict[str, int]]:
        """`count` of several texts at once."""
        if len(texts) == 1 or sum(map(len, texts)) > _AT_ONCE:
            return [self.count(codes) for codes in texts]
        if not texts:
            return []
        width = len(self.names) + 1
        own = np.repeat(np.arange(len(texts)) * width, [len(codes) for codes in texts])
        counts = np.bincount(own + self._of[np.concatenate(texts)], minlength=len(texts) * width)
        table = counts.reshape(len(texts), width)
        table[:, 0] = 0
        found: list[dict[str, int]] = [{} for _ in texts]
        rows, columns = np.nonzero(table)
        numbers = table[rows, columns].tolist()
        for row, column, n in zip(rows.tolist(), columns.tolist(), numbers, strict=True):
            found[row][self.names[column - 1]] = n
        return found

    def weigh(self, counts: Mapping[str, int]) -> float:
        """What so many letters count for: a Han character says as much as several letters."""
        return sum(n * self.weights[name] for name, n in counts.items())

    def only(self, codes: Codes, name: str) -> str:
        """The characters of one script in a text."""
        number = self.names.index(name) + 1
        return str(codes[self._of[codes] == number].tobytes(), "utf-32-le")

    def letters(self, name: str) -> Codes:
        """Code points of a script, ascending."""
        return np.flatnonzero(self._of == self.names.index(name) + 1).astype(np.uint32)


@cache
def scripts() -> Scripts:
    """The writing systems, built once."""
    return Scripts()
