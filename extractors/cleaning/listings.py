"""Listings of a board or archive: runs of rows of one skeleton, ``id text author date``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.cleaning.sheet import Sheet
from extractors.cleaning.tables import words
from extractors.cleaning.text import TERMINATED

_DATE = re.compile(
    r"(?:(?:19|20)\d\d|\d\d)[./-]\s?\d{1,2}[./-]\s?\d{1,2}\.?|\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d"
    r"|\d{1,2}[./-]\d{1,2}|\d{1,2}:\d\d(?::\d\d)?"
)
_MARK = re.compile(r"[»›▶►▷→>*★☆■●•·▪◆-]+")


def _field(token: str) -> str:
    """Kind of one column of a listing row."""
    if token[0].isdigit():
        if _DATE.fullmatch(token):
            return "date"
        return "number" if token.replace(",", "").isdigit() else "text"
    if token[0].isalpha():
        return "text"
    return "mark" if _MARK.fullmatch(token) else "text"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line seen as a row of a listing: kind of first column, dates and counts at its end."""

    first: str
    tail: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def dated(self) -> bool:
        return "date" in self.tail

    @property
    def numbered(self) -> bool:
        return self.first in ("number", "mark", "notice")


def _row(line: str) -> _Row | None:
    """`line` as a listing row, or None if it cannot be one."""
    tokens = line.split()
    if len(tokens) < 3 or len(line) > 200 or TERMINATED.search(line):
        return None
    first = _field(tokens[0])
    if tokens[0].strip("[]").casefold() in words("notice_marks"):
        first = "notice"
    if first == "text" and _field(tokens[-1]) not in ("date", "number"):
        return None
    tail: list[str] = []
    for token in reversed(tokens[1:]):
        kind = _field(token)
        if kind not in ("date", "number"):
            break
        tail.append(kind)
    if all(_field(token) != "text" for token in tokens) or not (tail or first != "text"):
        return None
    return _Row(first, tuple(sorted(set(tail))), tuple(tokens))


def _same_listing(a: _Row, b: _Row) -> bool:
    """Whether two rows can be neighbours in one listing."""
    if a.dated != b.dated:
        return False
    if a.dated and ((a.numbered and b.numbered) or a.first == b.first == "text"):
        return True
    return a.numbered and b.numbered and bool(a.tail) and a.tail == b.tail


def cut_listings(sheet: Sheet) -> None:
    """Runs of three or more rows, and the row of column names before them."""
    filled = sheet.filled
    rows = [_row(sheet.lines[i]) for i in filled]
    start = 0
    while start < len(filled):
        first = rows[start]
        end = start + 1
        previous = first
        while first is not None and previous is not None and end < len(filled):
            following = rows[end]
            if following is None or not _same_listing(previous, following):
                break
            previous, end = following, end + 1
        run = [row for row in rows[start:end] if row is not None]
        if len(run) >= 3 and _is_listing(run) and not _is_content(sheet, start, end, run):
            _cut_run(sheet, start, end, run)
            start = end
        else:
            start += 1


def _is_listing(run: Sequence[_Row]) -> bool:
    """Whether a run of like rows is a listing and no table or chronology of the article.

    Numbered and dated rows are one. Rows that only end in a date must share the word before
    it (the author or section), or be as many as an article never holds.
    """
    if not any(row.dated for row in run):  # else a ranking or table of the article
        return all(row.first != "number" or len(row.words[0]) >= 4 for row in run)
    if all(row.numbered for row in run):
        return True
    before = {row.words[-1 - len(row.tail)] for row in run if len(row.words) > len(row.tail)}
    return len(before) == 1 or len(run) >= 6


def _is_content(sheet: Sheet, start: int, end: int, run: Sequence[_Row]) -> bool:
    """Whether rows without dates stand where the learned vote sees the article."""
    sure = sum(sheet.filled[p] in sheet.sure for p in range(start, end))
    return sure > len(run) / 2 and not any(row.dated for row in run)


def _cut_run(sheet: Sheet, start: int, end: int, run: Sequence[_Row]) -> None:
    filled = sheet.filled
    for position in range(start, end):
        sheet.cut(filled[position], "shape.listing", "row of a listing")
    current = [p for p in range(start, end) if run[p - start].first == "mark"]
    if len(current) == 1 and len(run) > 3:
        sheet.page_title = _current_title(sheet.raw[filled[current[0]]].split(), run)
    if start:
        header = sheet.lines[filled[start - 1]]
        columns = re.split(r"[\s|/·]+", header.casefold())
        named = sum(word in words("columns") for word in columns)
        if named >= 2 and named >= 0.6 * len(columns):
            sheet.cut(filled[start - 1], "shape.listing_header", "column names of a listing")


def _current_title(words: list[str], run: Sequence[_Row]) -> str:
    """Title in the row (its words as written) that a board marks as the page being read."""
    words = [w for w in words if _field(w) != "mark"]
    while words and _field(words[-1]) in ("date", "number"):
        words.pop()
    if words and sum(words[-1] in row.words for row in run) > 0.6 * len(run):
        words.pop()  # the author, the same in most rows
    return " ".join(words)
