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
from extractors.cleaning.text import QUANTITY, TERMINATED
from extractors.cleaning.vote import KEEP, Vote, looks_whole
from extractors.cleaning.window import article_window, tokens

_LONG_TEXT: Final = 15  # lines from which one sentence does not make a report
_MENU: Final = 0.2  # share of such lines in a text without any sentence that is only a menu
_ABOVE: Final = 15  # lines above the first running text in which its headline may stand
_LONG_TITLE: Final = 12.0  # words from which a headline is no better for being longer
_BULLETS: Final = "•·▪■●◆▶►"  # of a list; no headline is an item of one
_LEAST: Final = 0.02  # probability that the vote gives a headline at least
_TAKEN_UP: Final = 0.3  # share of a headline's words that the article takes up


def cut_outside(sheet: Sheet, opinion: Vote, title: str) -> int | None:
    """Cut the lines outside the article, if the text is a whole page.

    Args:
        sheet: the lines, after the detectors of shapes.
        opinion: on the lines that are not blank, of which there are some.
        title: headline known from outside, "" if none is.

    Returns:
        Index of the headline of a whole page; None where the vote did not act or found none.
    """
    filled = sheet.filled
    lines = [sheet.lines[i] for i in filled]
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
    sheet.protect(headline)
    for p in np.flatnonzero(~keep).tolist():
        if not first <= p <= last:
            sheet.cut(filled[p], "vote.outside", "before or after the article")
        elif not (opinion.prose[p] and QUANTITY.search(lines[p])):
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
        if opinion.ahead[p] >= _TAKEN_UP
        and opinion.probability[p] > _LEAST
        and not opinion.buttons[p]
        and lines[p][0] not in _BULLETS
        and is_headline(lines[p])
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
