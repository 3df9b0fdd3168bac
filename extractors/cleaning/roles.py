"""Roles of kept lines (section, speaker, dateline, caption) and which line is the headline."""

from __future__ import annotations

import re

from extractors.cleaning.sheet import Sheet
from extractors.cleaning.tables import patterns
from extractors.cleaning.text import TERMINATED, is_wide, line_key
from extractors.records import LineRole

_ROLE_KEYS: tuple[tuple[LineRole, str], ...] = (
    ("section", "section_marks"),
    ("speaker", "speaker_marks"),
    ("dateline", "datelines"),
    ("caption", "captions"),
)


def line_role(line: str) -> LineRole | None:
    """Role of a line by the patterns of the tables."""
    if len(line) > 200:
        return None
    line = line.lower()
    for role, key in _ROLE_KEYS:
        bound, free = patterns(key)
        if bound.match(line) or free.search(line):
            return role
    return None


def is_headline(line: str) -> bool:
    """Whether a line can be a headline: some words, no full stop at the end."""
    letters = sum(map(str.isalpha, line))
    words = len(line.split())
    wide = sum(map(is_wide, line))
    if len(line) > 220 or letters < 8 or not (words >= 3 or wide >= 8):
        return False
    return not re.search(r"[.。．…:：]['\"”’»)\]」』]*$", line)


def find_title(sheet: Sheet, title: str, above: int | None = None) -> int | None:
    """The line that is the title known from outside, else the first headline-like line.

    Args:
        sheet: the lines.
        title: known from outside, "" if it is not.
        above: the line that the article's text begins with, where known: of several lines with
            the title (a browser's tab, a trail, the headline) the last one above it counts.
    """
    wanted = line_key(title)
    if wanted:
        same = [i for i, key in zip(sheet.filled, sheet.keys, strict=True) if key == wanted]
        over = [i for i in same if above is not None and i <= above]
        return over[-1] if over else next(iter(same), None)
    for position, i in enumerate(sheet.left()[:6]):
        line = sheet.lines[i]
        role = line_role(line)
        if role in ("section", "speaker"):
            return None
        if role is None and is_headline(line) and (position == 0 or not TERMINATED.search(line)):
            return i
    return None
