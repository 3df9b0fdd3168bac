"""From a web page to lines: which of them are the article, its title, date and outlet.

The page is parsed once. Its text in document order is the original that offsets refer to. What
trafilatura takes for the article is found in it again, and a learned judgement of each line
(`extractors.html.judge`) decides; the other lines are removals. Where next to nothing is left, the
data that the page carries for its scripts is read instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from trafilatura import bare_extraction

from extractors.cleaning.window import tokens
from extractors.html import kinds
from extractors.html.align import align, letters
from extractors.html.embedded import embedded
from extractors.html.features import share_of_core
from extractors.html.judge import article_lines
from extractors.html.kinds import PageKind
from extractors.html.metadata import Metadata, metadata
from extractors.html.tree import Text, bare_lines, page_text, parse
from extractors.records import Removal

_DEEPEST = 400  # nesting beyond which trafilatura is not run
_MOST_NODES = 30_000
_MOST_LINES = 4_000  # its time grows with the square of a run of short lines
_SHORT = 60  # tokens below which an extraction is doubted
_THIN = 150  # tokens of an article below which the data of the page's scripts is looked at
_TOP = 3  # lines of the article among which a headline with a kicker may be
_AGREED = 0.3  # share of trafilatura's text below which the judgement of lines is not followed
_MISSED = 0.3  # share of the longest run of prose below which trafilatura looks again
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
        headline: index of the line that shows the title, None where no line does.
    """

    text: str
    left_out: frozenset[int]
    method: str
    said: Metadata
    kind: PageKind = "article"
    headline: int | None = None


def left_out(line: int) -> Removal:
    """Removal of a line that the extraction did not take for the article."""
    return Removal(line, "extractor", "outside the article on the page")


def run_trafilatura(tree: Any, *, fast: bool = True) -> list[str]:
    """Blocks of trafilatura's text; the tree stays as it is.

    Its search for metadata is left out: `metadata` finds more, and guesses no dates from a text.

    Args:
        tree: the parsed page.
        fast: without trafilatura's comparison with two other extractors, half of its time.
    """
    try:
        found = bare_extraction(tree, fast=fast, include_comments=False, with_metadata=False)
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        found = None
    text = getattr(found, "text", None) or ""
    return [block for block in text.split("\n") if block.strip()]


def peer_lines(tree: Any, page: Text) -> set[int]:
    """Lines of the page that trafilatura takes for the article.

    Its comparison with other extractors is only made where it misses most of the page's longest
    run of prose.
    """
    kept = align(page.keys, run_trafilatura(tree))
    if not page.blocks or share_of_core(page, kept) >= _MISSED:
        return kept
    return align(page.keys, run_trafilatura(tree, fast=False)) or kept


def _weight(blocks: Iterable[str]) -> float:
    return sum(map(tokens, blocks))


def extract(text: str, *, url: str = "", fetched: datetime | None = None) -> Page:
    """Read a decoded web page.

    Args:
        text: the page's markup.
        url: its address, for the name of the site.
        fetched: when it was captured (zone-aware), for dates without a year.

    Returns:
        Its text with the lines that are the article, and what it says of itself. Without a
        single element the text is empty.
    """
    tree = parse(text)
    if tree is None:
        return Page("\n".join(bare_lines(text)), frozenset(), "none", Metadata())
    page = page_text(tree)
    if not page.blocks:
        page = page_text(tree, without_scripts=True)
    lines = [block.text for block in page.blocks] or bare_lines(text)
    said = metadata(tree, url=url, fetched=fetched)
    signs = kinds.signs(tree)
    kept: set[int] = set()
    method = "lines"
    fits = page.size <= _MOST_NODES and len(lines) <= _MOST_LINES
    if fits and page.deepest <= _DEEPEST:
        kept = peer_lines(tree, page)
        if kept:
            method = "trafilatura+lines"
    chosen = article_lines(page, kept, said)
    sizes = {i: tokens(lines[i]) for i in sorted(kept | chosen)}
    if page.blocks:
        shared = sum(sizes[i] for i in sorted(chosen & kept))
        if not kept or (chosen and shared >= _AGREED * sum(sizes[i] for i in sorted(kept))):
            kept = chosen
        else:
            method = "trafilatura"  # the two have little in common: the judgement is unsure
    weight = sum(sizes[i] for i in sorted(kept))
    if weight < _THIN or any(weight < _SHARE * _weight(body) for body in said.bodies):
        hidden, source = _unseen(tree, said, weight)
        if hidden:
            kept, method = _added(lines, hidden), source
    if not kept:
        kept, method = set(range(len(lines))), "none"  # cleaning may know better
    kind = kinds.kind(signs, said, lines, kept)
    keys = [*page.keys, *map(letters, lines[len(page.keys) :])]
    headline = _headline(keys, said.title, kept)
    rest = frozenset(range(len(lines))) - kept - {headline}
    return Page("\n".join(lines), rest, method, said, kind, headline)


def _headline(keys: Sequence[str], title: str, kept: Collection[int]) -> int | None:
    """The line that shows the title: the last one before the article, else the first at all.

    Where none does, one that shows it after a kicker, or without the kicker that it begins with.

    Args:
        keys: letters of the lines.
        title: of the page, "" if it has none.
        kept: lines of the article.
    """
    wanted = letters(title)
    if not wanted:
        return None
    first = min(kept, default=0)
    found = [i for i, key in enumerate(keys) if key == wanted]
    if not found:
        found = [i for i, key in enumerate(keys[: first + _TOP]) if key and _same_end(key, wanted)]
    before = [i for i in found if i <= first]
    return next(iter(before[-1:] or found[:1]), None)


def _same_end(one: str, other: str) -> bool:
    """Whether one title ends with the other, which is at least half of it."""
    short, long = sorted((one, other), key=len)
    return long.endswith(short) and 2 * len(short) >= len(long)


def _unseen(tree: Any, said: Metadata, weight: float) -> tuple[list[str], str]:
    """A longer article text that the page holds as data, and where; none if there is none."""
    best = list(max(said.bodies, key=_weight, default=()))
    method = "json-ld"
    if _weight(best) < _SHORT:
        best, method = embedded(tree), "script-data"
    enough = _weight(best) >= max(_SHORT, 1.5 * weight)
    return (best, method) if enough else ([], "")


def _added(lines: list[str], article: Sequence[str]) -> set[int]:
    """Lines of an article that the page does not show: those it shows after all, and the rest,
    which is put at the end of `lines`."""
    kept = align([letters(line) for line in lines], article)
    if _weight([lines[i] for i in kept]) >= 0.8 * _weight(article):
        return kept
    start = len(lines)
    lines.extend(article)
    return set(range(start, len(lines)))
