"""Lines of a text with their offsets."""

from __future__ import annotations

import re

from extractors.records import Line

_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def split_lines(text: str) -> tuple[Line, ...]:
    """Lines of `text`, each with its half-open span; breaks belong to no line.

    A break at the very end opens no further line. Form feed, vertical tab and Unicode line
    separators break lines too.
    """
    lines: list[Line] = []
    start = 0
    for match in _BREAK.finditer(text):
        lines.append(Line(start, match.start(), text[start : match.start()]))
        start = match.end()
    if start < len(text):
        lines.append(Line(start, len(text), text[start:]))
    return tuple(lines)


def measure(text: str) -> tuple[int, int]:
    """Number of lines of `text` and length of the longest, without making them."""
    lines = longest = start = 0
    for match in _BREAK.finditer(text):
        lines += 1
        longest = max(longest, match.start() - start)
        start = match.end()
    return lines + (start < len(text)), max(longest, len(text) - start)
