"""From markup to the page's lines: its text in document order, a block a line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import unescape
from typing import Any

import ahocorasick
from lxml import etree
from lxml import html as lxml_html

from extractors.html.align import letters
from extractors.html.measures import measures
from extractors.html.wording import Column
from extractors.rulebook import load_yaml

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center",
    "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "label", "legend", "li", "main", "menu", "nav", "ol", "optgroup",
    "option", "p", "pre", "section", "select", "summary", "table", "tbody", "tfoot",
    "thead", "title", "tr", "ul",
))
_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
    "canvas", "audio", "video", "head", "textarea", "map", "rt", "rp", "amp-analytics", "amp-ad",
    "amp-pixel", "amp-iframe",
))
# fmt: on
_CELLS = frozenset(("td", "th"))
_BREAKING = _BLOCKS | _CELLS
_LINK, _BOLD, _ITALIC, _PRE = 1, 2, 4, 8
_INSIDE = {"a": _LINK, "b": _BOLD, "strong": _BOLD, "i": _ITALIC, "em": _ITALIC, "pre": _PRE}
_NAMING = ("class", "id", "itemprop", "role", "data-component", "data-testid")
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NO_WORD = re.compile(r"[^a-z0-9]+")
_NAME = 300  # characters of names that are looked at
SPACE = re.compile(r"[\s\u00a0]+")

TAG_MARKS = (
    "article", "main", "section", "header", "footer", "nav", "aside", "figure", "form", "table",
    "li", "blockquote", "a", "button",
)  # fmt: skip
"""Elements that tell something of all text inside them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the page and where it stood.

    Attributes:
        text: white space collapsed; cells of a table row are set apart by tabs.
        tag: the block element that the text is in.
        depth: nesting of the text's own element.
        holders: ordinals, in the page, of that block element, its parent and its grandparent.
        linked, stressed, slanted: characters inside links, bold and italics.
        path: tag and class of those three.
        marks: nesting at which each of `mark_names` was last met above the text, -1 if never.
    """

    text: str
    tag: str
    depth: int
    holders: tuple[int, int, int]
    linked: int
    stressed: int
    slanted: int
    path: tuple[str, str, str]
    marks: tuple[int, ...]


class _Element:
    """An open element: what the text inside it inherits.

    Attributes:
        block: tag of the nearest block element, itself included.
        path: names of that block element and the two above it.
        holders: their ordinals.
        marks: as of `Block`.
        inside: bits of `_INSIDE` of the elements around the text.
    """

    __slots__ = ("block", "holders", "inside", "marks", "path")

    def __init__(
        self,
        block: str,
        path: tuple[str, str, str],
        holders: tuple[int, int, int],
        marks: tuple[int, ...],
        inside: int,
    ) -> None:
        self.block = block
        self.path = path
        self.holders = holders
        self.marks = marks
        self.inside = inside


@cache
def _words() -> Any:
    """Automaton that finds the words of the table ``marks.yaml`` in names, with their columns."""
    automaton = ahocorasick.Automaton()
    columns: dict[str, tuple[int, ...]] = {}
    for i, entry in enumerate(load_yaml("html/marks.yaml").values(), start=len(TAG_MARKS)):
        for word in entry["words"]:
            columns[word] = (*columns.get(word, ()), i)
    for word, found in columns.items():
        automaton.add_word(word, found)
    automaton.make_automaton()
    return automaton


@cache
def mark_names() -> tuple[str, ...]:
    """Names of the columns of `Block.marks`."""
    return (*TAG_MARKS, *load_yaml("html/marks.yaml"), "concealed")


def families(names: str) -> tuple[int, ...]:
    """Columns of `Block.marks` that the names of an element belong to."""
    lowered = f"-{_NO_WORD.sub('-', names.lower())}-"
    return tuple({column for _, found in _words().iter(lowered) for column in found})


# One class for all elements: lxml's own choice among classes for forms and links is made in
# Python at every touch of an element, here and in trafilatura.
_CLASSES = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)


def parse(text: str) -> Any | None:
    """The page as a tree of elements, None where the parser finds no element at all."""
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(_CLASSES)
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


@dataclass(frozen=True)
class Text:
    """What a page shows as text.

    Attributes:
        blocks: its lines in document order, none of them blank.
        keys: their letters.
        parents: for each block element, in document order, the one that holds it, -1 at the top.
        deepest: nesting of the deepest element.
        size: number of elements.
    """

    blocks: list[Block]
    keys: list[str]
    parents: dict[int, int]
    deepest: int
    size: int

    @cached_property
    def measures(self) -> dict[str, Column]:
        """Length, punctuation and letters of each line."""
        return measures([block.text for block in self.blocks])


class _Walk:
    """The way through a page: open elements, and the pieces of the line that is being read.

    A line has an owner from its first visible text on; white space before that is left out.
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parents: dict[int, int] = {}
        self.count = 0
        self.stack = [_Element("", ("", "", ""), (-1, -1, -1), (-1,) * len(mark_names()), 0)]
        self._columns: dict[str, tuple[int, ...]] = {}  # of names that occurred before
        self._tags = {tag: i for i, tag in enumerate(TAG_MARKS)}
        self._concealed = len(mark_names()) - 1
        self._pieces: list[str] = []
        self._cells: list[str] = []
        self._owner: tuple[_Element, int] | None = None
        self._linked = self._stressed = self._slanted = 0

    def open(self, node: Any, tag: str) -> None:
        """An element begins."""
        above = self.stack[-1]
        items = node.items()
        attributes = dict(items) if items else {}
        marks = self._marks(above.marks, tag, attributes)
        inside = above.inside | _INSIDE.get(tag, 0)
        if tag in _BREAKING:
            if tag in _CELLS:
                self._end_cell()
            else:
                self.flush()
            first, second, _ = above.holders
            name = f"{tag}.{attributes.get('class', '')}"[:_NAME] if items else tag
            path = (name, above.path[0], above.path[1])
            self.parents[self.count] = first
            element = _Element(tag, path, (self.count, first, second), marks, inside)
        elif marks is above.marks and inside == above.inside:
            element = above
        else:
            element = _Element(above.block, above.path, above.holders, marks, inside)
        self.stack.append(element)
        text = node.text
        if text:
            self.add(text)

    def close(self, tag: str) -> None:
        """An element ends."""
        if tag in _CELLS:
            self._end_cell()
        elif tag in _BREAKING:
            self.flush()
        self.stack.pop()

    def _marks(
        self, above: tuple[int, ...], tag: str, attributes: Mapping[str, str]
    ) -> tuple[int, ...]:
        """Marks of an element: those of the one above it and its own."""
        columns = self._named(tag, attributes) if attributes else ()
        own = self._tags.get(tag)
        if not columns and own is None:
            return above
        changed = list(above)
        depth = len(self.stack)
        for column in columns:
            changed[column] = depth
        if own is not None:
            changed[own] = depth
        return tuple(changed)

    def _named(self, tag: str, attributes: Mapping[str, str]) -> tuple[int, ...]:
        """Columns of the marks that an element carries by its names and style."""
        names = " ".join([attributes[key] for key in _NAMING if key in attributes])
        if "-" in tag:
            names += " " + tag
        columns = self._columns.get(names)
        if columns is None:
            columns = self._columns[names] = families(names[:_NAME])
        return (*columns, self._concealed) if _is_concealed(attributes) else columns

    def add(self, text: str) -> None:
        """Text inside the innermost open element."""
        if self.stack[-1].inside & _PRE and "\n" in text:
            for row in text.split("\n"):
                self._add(row)
                self.flush()
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        if not text or text.isspace():
            if self._pieces:
                self._pieces.append(text)
            return
        self._pieces.append(text)
        element = self.stack[-1]
        if self._owner is None:
            self._owner = (element, len(self.stack))
        inside = element.inside
        if inside:
            size = len(text)
            if inside & _LINK:
                self._linked += size
            if inside & _BOLD:
                self._stressed += size
            if inside & _ITALIC:
                self._slanted += size

    def _end_cell(self) -> None:
        """The border of a table's cell: figures in a row must not run together."""
        if self._pieces:
            text = " ".join("".join(self._pieces).replace("\xad", "").split())
            self._pieces.clear()
            if text:
                self._cells.append(text)

    def flush(self) -> None:
        """The end of a line."""
        if self._owner is None:
            return
        self._end_cell()
        if self._cells:
            element, depth = self._owner
            block = Block(
                text="\t".join(self._cells),
                tag=element.block,
                depth=depth,
                holders=element.holders,
                linked=self._linked,
                stressed=self._stressed,
                slanted=self._slanted,
                path=element.path,
                marks=element.marks,
            )
            self.blocks.append(block)
            self._cells.clear()
        self._owner = None
        self._linked = self._stressed = self._slanted = 0


def page_text(tree: Any, *, without_scripts: bool = False) -> Text:
    """Text of the page, a block a line.

    Args:
        tree: the parsed page, not changed.
        without_scripts: what a browser shows that runs no scripts (`noscript`).
    """
    skipped = _SKIPPED - {"noscript"} if without_scripts else _SKIPPED
    page = _Walk()
    stack = page.stack
    deepest = 0
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, node in walk:
        tag = node.tag
        if event == "start":
            page.count += 1
            if len(stack) > deepest:
                deepest = len(stack)
            if tag in skipped:
                walk.skip_subtree()
            else:
                page.open(node, tag)
        else:
            if tag not in skipped:
                page.close(tag)
            tail = node.tail
            if tail and len(stack) > 1:
                page.add(tail)
    page.flush()
    keys = [letters(block.text) for block in page.blocks]
    return Text(page.blocks, keys, page.parents, deepest, page.count)


def _is_concealed(attributes: Mapping[str, str]) -> bool:
    """Whether an element is not shown when the page opens."""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    return "style" in attributes and bool(_UNSEEN_STYLE.search(attributes["style"]))
