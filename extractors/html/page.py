"""From a web page to lines: which of them are the article, its title, date and outlet.

The page is parsed once. Its visible text in document order is the original that offsets refer
to; trafilatura says which of its lines are the article, and the other ones are removals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from trafilatura import bare_extraction

from extractors.cleaning.window import tokens
from extractors.html import kinds
from extractors.html.align import align, letters
from extractors.html.kinds import PageKind
from extractors.html.metadata import Metadata, metadata, parse_time
from extractors.html.tree import bare_lines, depth_and_size, page_lines, parse
from extractors.records import Removal

_DEEPEST = 400  # nesting beyond which only the text is taken, without trafilatura
_MOST_NODES = 200_000
_SHORT = 60  # tokens below which an extraction is doubted
_SHARE = 0.3  # share of the page's embedded article text below which it is doubted


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text.

    Attributes:
        text: the visible text, a block a line; the original for all offsets.
        left_out: indexes of the lines that are not of the article.
        method: which extraction won.
        said: what the page says of itself.
        kind: what kind of page it is.
    """

    text: str
    left_out: frozenset[int]
    method: str
    said: Metadata
    kind: PageKind = "article"


def left_out(line: int) -> Removal:
    """Removal of a line that the extraction did not take for the article."""
    return Removal(line, "extractor", "outside the article on the page")


def _run(tree: Any, *, recall: bool, dated: bool) -> tuple[list[str], Any]:
    """Blocks of trafilatura's text and its document; it changes the tree.

    Its costly search of the text for a date is only made where the page states none; the
    latest date is fixed, because it would otherwise be today's.
    """
    found: Any
    try:
        found = bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            favor_recall=recall,
            date_extraction_params={
                "original_date": True,
                "extensive_search": not dated,
                "max_date": "2100-01-01",
            },
        )
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        found = None
    if found is None:
        return [], None
    return [block for block in (found.text or "").split("\n") if block.strip()], found


def _weight(blocks: Iterable[str]) -> float:
    return sum(map(tokens, blocks))


def extract(text: str, *, url: str = "") -> Page:
    """Read a decoded web page.

    Args:
        text: the page's markup.
        url: its address, for the name of the site.

    Returns:
        Its text with the lines that are the article, and what it says of itself. Without a
        single element the text is empty.
    """
    tree = parse(text)
    if tree is None:
        return Page("\n".join(bare_lines(text)), frozenset(), "none", Metadata())
    deepest, size = depth_and_size(tree)
    lines = page_lines(tree) or bare_lines(text)
    said = metadata(tree, url=url)
    signs = kinds.signs(tree)
    body = list(max(said.bodies, key=_weight, default=()))
    blocks: list[str] = []
    found: Any = None
    method = "none"
    if deepest <= _DEEPEST and size <= _MOST_NODES:
        method = "trafilatura"
        blocks, found = _run(tree, recall=False, dated=said.published_at is not None)
        if _weight(blocks) < max(_SHORT, _SHARE * _weight(body)):
            blocks, method = _fallback(blocks, body, text)
    kept = align(lines, blocks) if blocks else set(range(len(lines)))
    if _weight([lines[i] for i in kept]) < 0.5 * _weight(blocks):
        if _weight(body) > 0.8 * _weight(blocks):
            blocks = body  # the text was embedded, not visible; here it has its line breaks
        known = {letters(line) for line in lines}
        start = len(lines)
        lines += [block for block in blocks if letters(block) not in known]
        kept |= set(range(start, len(lines)))
    if said.published_at is None and getattr(found, "date", None):
        published, basis = parse_time(found.date) or (None, None)
        said = replace(said, published_at=published, date_basis=basis)
    if not said.title:
        said = replace(said, title=getattr(found, "title", None) or "")
    kept |= _heading_lines(lines, said.title, kept)
    kind = kinds.kind(signs, said, lines, kept)
    return Page("\n".join(lines), frozenset(range(len(lines))) - kept, method, said, kind)


def _heading_lines(lines: Sequence[str], title: str, kept: set[int]) -> set[int]:
    """The last line before the article that is the title, which extraction often drops."""
    wanted = letters(title)
    first = min(kept, default=0)
    return set([i for i in range(first) if wanted and letters(lines[i]) == wanted][-1:])


def _fallback(blocks: list[str], body: list[str], text: str) -> tuple[list[str], str]:
    """A second run for recall, then the article text embedded in the page."""
    best, method = blocks, "trafilatura"
    tree = parse(text)
    again = _run(tree, recall=True, dated=True)[0] if tree is not None else []
    if _weight(again) > 1.5 * _weight(blocks):
        best, method = again, "trafilatura-recall"
    if _weight(body) > 1.5 * _weight(best):
        best, method = body, "json-ld"
    return best, method
