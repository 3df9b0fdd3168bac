"""Teasers: lines that break off in the midst of a later, longer line."""

from __future__ import annotations

import re

from extractors.cleaning.sheet import Sheet
from extractors.cleaning.text import is_wide

_STEM = 20  # characters from which a line can be told to begin another one
_FELLOWS = 50  # lines with one beginning that are compared at most
_ENDS = ("...]", "...)", "...", "…", "‥")
_ELLIPSIS = re.compile(r"\s*(?:\[\.{3}\]|\(\.{3}\)|\.{3}|…|‥)$")


def cut_teasers(sheet: Sheet) -> None:
    """Lines that a later, longer line begins with, broken off in mid-sentence."""
    left = sheet.left()
    beginnings: dict[str, list[int]] = {}
    for i in left:
        beginnings.setdefault(sheet.lines[i][:_STEM], []).append(i)
    for i in left:
        line = sheet.lines[i]
        stem = _ELLIPSIS.sub("", line) if line.endswith(_ENDS) else line
        cut_off = stem != line
        if len(stem) < _STEM or i in sheet.protected:
            continue
        for j in beginnings[line[:_STEM]][-_FELLOWS:]:
            other = sheet.lines[j]
            if j <= i or len(other) <= len(stem) + 8 or not other.startswith(stem):
                continue
            if cut_off or _breaks_off(stem, other[len(stem) :]):
                sheet.cut(i, "teaser.truncated", "broken-off beginning of a later line")
            break


def _breaks_off(stem: str, rest: str) -> bool:
    """Whether a text that goes on with `rest` stops inside a word or number.

    Scripts without spaces do not show it.
    """
    if stem[-1] in ".," and rest[0].isdigit():
        return True
    return stem[-1].isalnum() and rest[0].isalnum() and not is_wide(rest[0])
