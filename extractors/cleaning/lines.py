"""Separates an article's lines from what surrounds it, in the order of the evidence.

Known titles are protected. Shapes come first (marks, counters, addresses, credits, runs of rows
of one skeleton); then, on whole pages, the learned vote on where the article is; phrases, which
are data per language (``rules/<lang>.yaml``), and words of buttons and links at the ends;
cut-off teasers; and the lines that the site
repeats, handed in as `memory`. Lines that hold a figure in prose are never cut by the weak
evidence of vote and memory. Every cut names its rule and reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from extractors.cleaning.furniture import cut_furniture
from extractors.cleaning.listings import cut_listings
from extractors.cleaning.outside import cut_outside
from extractors.cleaning.phrases import cut_phrases
from extractors.cleaning.roles import find_title, line_role
from extractors.cleaning.shapes import cut_islands, cut_shapes
from extractors.cleaning.sheet import Sheet
from extractors.cleaning.teasers import cut_teasers
from extractors.cleaning.text import QUANTITY, line_key
from extractors.cleaning.vote import SURE, vote
from extractors.records import LineRole, Removal


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Outcome of cleaning.

    Attributes:
        kept: indexes of the lines that stay, blank ones excluded.
        removals: lines taken out, with rule and reason, in order.
        roles: roles of kept lines other than `body`.
        title: index of the line that is the headline, None if there is none.
        page_title: headline found in a removed listing row that marks the current page, "".
    """

    kept: tuple[int, ...]
    removals: tuple[Removal, ...]
    roles: Mapping[int, LineRole] = field(default_factory=dict)
    title: int | None = None
    page_title: str = ""


def clean(
    lines: Sequence[str],
    *,
    lang: str | None = None,
    memory: Collection[str] | None = None,
    title: str = "",
    whole_page: bool = True,
) -> Cleaned:
    """Separate the article's lines from what surrounds it.

    Args:
        lines: all lines in order, without line breaks.
        lang: language of the text where known: its phrases are tried first, and so name the
            removal where several would do. Those of all other languages apply too, because a
            page mixes the language of its site and of its text.
        memory: keys (`line_key`) of lines that the site repeats, None if nothing was learned.
        title: title known from outside, whose line is then protected.
        whole_page: whether menus and links may surround the article, as in copied text; whether
            they do is judged by the lines. False for lines that an extraction has chosen
            already, where the learned vote has no say.

    Returns:
        Kept lines, removals and roles. A text without any prose keeps nothing.
    """
    sheet = Sheet(lines)
    opinion = vote(sheet.page) if whole_page and sheet.filled else None
    if opinion:
        sheet.sure = frozenset(sheet.filled[p] for p in np.flatnonzero(opinion.probability > SURE))
    cut_shapes(sheet)
    cut_listings(sheet)
    if title:
        sheet.protect(find_title(sheet, title))
    headline = cut_outside(sheet, opinion, title) if opinion else None
    cut_phrases(sheet, lang)
    cut_furniture(sheet)
    cut_teasers(sheet)
    if headline is None:
        headline = find_title(sheet, title)
        sheet.protect(headline)
    if memory:
        _cut_frequent(sheet, memory)
    if whole_page:
        cut_islands(sheet)
    kept = sheet.left()
    roles: dict[int, LineRole] = {}
    for i in kept:
        role = "title" if i == headline else line_role(sheet.lines[i])
        if role is not None:
            roles[i] = role
    if headline not in kept:
        headline = None
    removals = tuple(Removal(i, *sheet.cuts[i]) for i in sorted(sheet.cuts))
    return Cleaned(tuple(kept), removals, roles, headline, sheet.page_title)


def _cut_frequent(sheet: Sheet, memory: Collection[str]) -> None:
    """Lines that a site repeats from article to article, unless they state a figure."""
    for i in sheet.left():
        line = sheet.lines[i]
        if line_key(line) in memory and not QUANTITY.search(line):
            sheet.cut(i, "memory.frequent", "repeated on other pages of the site")
