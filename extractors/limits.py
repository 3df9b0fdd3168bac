"""The budget for one document: counts that bound its time and memory, whatever it holds.

This room has no clock, so that the outcome of a document is the same on every machine. Each limit
is far above what real pages have, and all steps are linear in what the limits leave.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.plaintext import measure

_CROWDED = 1000  # attributes of one element from which they count
_SHORTEST = 2  # characters of an attribute with what sets it apart
_MARKUP = re.compile(
    r"<(script|style)\b[^<]*+(?:<(?!/\1)[^<]*+)*+"
    r"|<!--[^-]*+(?:-(?!->)[^-]*+)*+"
    r"""|<[a-z](?:[^"'>]++|"[^"]*+"|'[^']*+')*+"""
    r"|</[^>]*+",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+""")


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest documents that are read; beyond, the outcome is `too_large`.

    Attributes:
        document_bytes: size of the body.
        elements: start tags of a page.
        attributes: of those elements of a page that have more than a thousand.
        characters: text outside of tags, scripts and comments.
        line_characters: length of one line.
        lines: number of lines.
        kept_characters: text that is left after cleaning, and is read for facts.
    """

    document_bytes: int = 16 * 1024 * 1024
    elements: int = 100_000
    attributes: int = 10_000
    characters: int = 2_000_000
    line_characters: int = 200_000
    lines: int = 20_000
    kept_characters: int = 400_000


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MiB" if count >= 1024 * 1024 else f"{count:,}"


def _over(count: int, limit: int, what: str, remedy: str) -> str:
    if count <= limit:
        return ""
    return f"{_size(count)} {what}, over the limit of {_size(limit)}; {remedy}"


def bytes_over(body: bytes, limits: Limits) -> str:
    """Why a document has too many bytes to be decoded, "" if it has not."""
    return _over(len(body), limits.document_bytes, "bytes", "split the file")


def markup_over(text: str, limits: Limits) -> str:
    """Why a page has too much in it to be parsed, "" if it has not. One pass over the markup."""
    elements = attributes = 0
    visible = len(text)
    for match in _MARKUP.finditer(text):
        start, end = match.span()
        visible -= end - start
        if text[start + 1] in "/!":
            continue
        elements += 1
        if end - start > _CROWDED * _SHORTEST:
            own = sum(1 for _ in _ATTRIBUTE.finditer(text, start, end)) if not match[1] else 0
            attributes += own if own > _CROWDED else 0
    remedy = "give the address of an article, or save less of the page"
    return (
        _over(elements, limits.elements, "elements", remedy)
        or _over(attributes, limits.attributes, "attributes on few elements", remedy)
        or _over(visible, limits.characters, "characters of text", remedy)
    )


def text_over(text: str, limits: Limits) -> str:
    """Why a text is too long, or has too many or too long lines, "" if it has not."""
    problem = _over(len(text), limits.characters, "characters of text", "split the file")
    if problem:
        return problem
    lines, longest = measure(text)
    remedy = "split the file into lines"
    return _over(lines, limits.lines, "lines", "split the file") or _over(
        longest, limits.line_characters, "characters in one line", remedy
    )


def kept_over(texts: Sequence[str], limits: Limits) -> str:
    """Why the text of an article is too much to look for facts, "" if it is not."""
    count = sum(map(len, texts))
    return _over(count, limits.kept_characters, "characters of article", "split the document")
