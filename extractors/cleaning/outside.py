"""Takes out, on whole pages, what the learned vote places outside the article.

The vote is the weakest evidence. It acts only where the text shows signs of a whole page (menus,
buttons, links), never on a clean article; and it never cuts running text that states a figure
between the first and the last line of the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from extractors.cleaning.arrays import Flags
from extractors.cleaning.roles import find_title, is_headline
from extractors.cleaning.sheet import Sheet
from extractors.cleaning.text import QUANTITY, TERMINATED, line_key
from extractors.cleaning.vote import KEEP, Vote, looks_whole, vote
from extractors.cleaning.window import article_window, tokens

_LONG_TEXT: Final = 15  # lines from which one sentence does not make a report
_MENU: Final = 0.2  # share of such lines in a text without any sentence that is only a menu
_MARKS: Final = 20  # characters that marks may add to a headline
_ABOVE: Final = 15  # lines above the first running text in which its headline may stand
_LONG_TITLE: Final = 12.0  # words from which a headline is no better for being longer
_TAKEN_UP: Final = 0.3  # share of a headline's words that the article takes up


def cut_outside(sheet: Sheet, title: str) -> int | None:
    """Cut the lines outside the article, if the text is a whole page.

    Args:
        sheet: the lines, after the detectors of shapes.
        title: headline known from outside, "" if none is.

    Returns:
        Index of the headline of a whole page; None where the vote did not act or found none.
    """
    filled = sheet.filled
    lines = [sheet.lines[i] for i in filled]
    if not lines:
        return None
    opinion = vote(lines)
    if not opinion.prose.any():
        left = [sheet.lines[i] for i in sheet.left()]
        if opinion.buttons.mean() >= _MENU and not _says_something(left):
            sheet.protected.clear()
            for i in sheet.left():
                sheet.cut(i, "window.no_prose", "no running text anywhere on the page")
        return None
    if not looks_whole(opinion.probability):
        return None
    keep = opinion.probability > KEEP
    if not keep.any():
        window = article_window(lines) or range(0)
        keep[window.start : window.stop] = True
    first, last = _span(opinion)
    headline = _headline_above(sheet, lines, opinion, keep, title)
    known = line_key(sheet.lines[headline]) if headline is not None else ""
    sheet.protect(headline)
    for p in np.flatnonzero(~keep).tolist():
        line = lines[p]
        if known and abs(len(line) - len(known)) <= _MARKS and line_key(line) == known:
            continue
        if not first <= p <= last:
            sheet.cut(filled[p], "vote.outside", "before or after the article")
        elif not (opinion.prose[p] and QUANTITY.search(line)):
            sheet.cut(filled[p], "vote.inside", "no part of the article around it")
    return headline


def _span(opinion: Vote) -> tuple[int, int]:
    """First and last line of the article: the run that the vote gives the most words."""
    total = np.concatenate(([0.0], np.cumsum((opinion.probability - KEEP) * opinion.tokens)))
    last = int(np.argmax(total[1:] - np.minimum.accumulate(total)[:-1]))
    return int(np.argmin(total[: last + 1])), last


def _headline_above(
    sheet: Sheet, lines: Sequence[str], opinion: Vote, keep: Flags, title: str
) -> int | None:
    """The line above the article whose words the article takes up most."""
    prose = np.flatnonzero(keep & opinion.prose)
    start = int(prose[0]) if len(prose) else int(np.flatnonzero(keep)[0])
    if title:
        return find_title(sheet, title, sheet.filled[start])
    above = [
        p
        for p in range(max(0, start - _ABOVE), start)
        if is_headline(lines[p]) and not opinion.buttons[p] and opinion.ahead[p] >= _TAKEN_UP
    ]
    if not above:
        return None
    gain = [float(opinion.ahead[p] * min(opinion.tokens[p], _LONG_TITLE)) for p in above]
    return sheet.filled[max(zip(gain, above, strict=True))[1]]


def _says_something(lines: Sequence[str]) -> bool:
    """Whether text without a long sentence is a short report and no menu."""
    sentences = sum(tokens(x) >= 4 and bool(TERMINATED.search(x)) for x in lines)
    if len(lines) > _LONG_TEXT:
        return sentences >= 2
    return sentences >= 1 or any(tokens(x) >= 5 and QUANTITY.search(x) for x in lines)
