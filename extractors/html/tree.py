"""From markup to the page's lines: the visible text in document order, a block a line."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from lxml import etree
from lxml import html as lxml_html

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup",
    "option", "p", "pre", "section", "select", "summary", "table", "tbody", "tfoot",
    "thead", "title", "tr", "ul",
))
_CELLS = frozenset(("td", "th"))
_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
    "canvas", "audio", "video", "head", "textarea", "map",
))
# fmt: on
SPACE = re.compile(r"[\s\u00a0]+")


def parse(text: str) -> Any | None:
    """The page as a tree of elements, None where the parser finds no element at all."""
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return tree


_NO_TEXT = re.compile(r"<(script|style|template|svg)\b.*?(?:</\1|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def bare_lines(text: str) -> list[str]:
    """Text between the tags of a page that the parser refuses (too deep, too broken)."""
    pieces = _TAG.split(_NO_TEXT.sub(" ", text))
    return [line for piece in pieces if (line := SPACE.sub(" ", unescape(piece)).strip())]


def depth_and_size(tree: Any) -> tuple[int, int]:
    """Deepest nesting and number of elements."""
    depth = deepest = count = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            depth += 1
            count += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest, count


def page_lines(tree: Any) -> list[str]:
    """Visible text of the page, one block a line, white space collapsed, no blank lines."""
    lines: list[str] = []
    buffer: list[str] = []

    def flush() -> None:
        line = SPACE.sub(" ", "".join(buffer)).strip()
        buffer.clear()
        if line:
            lines.append(line)

    skipped = 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        hidden = tag in _SKIPPED or tag == ""
        if event == "start":
            if hidden:
                skipped += 1
            if skipped:
                continue
            if tag in _BLOCKS:
                flush()
            elif tag in _CELLS:
                buffer.append(" ")
            if node.text:
                buffer.append(node.text)
            continue
        if hidden:
            skipped -= 1
        elif not skipped:
            if tag in _BLOCKS:
                flush()
            elif tag in _CELLS:
                buffer.append(" ")
        if node.tail and not skipped:
            buffer.append(node.tail)
    flush()
    return lines
