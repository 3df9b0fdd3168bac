"""Features of the lines of a page for the learned vote.

Nothing here knows a language: what a line holds is counted by character class, its words are
compared with the page's own running text, and the words of page furniture are data
(`extractors.cleaning.hints`).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from extractors.cleaning.arrays import Flags, Floats, shifted, since, window_sum
from extractors.cleaning.hints import KINDS
from extractors.cleaning.measure import Lines
from extractors.cleaning.vocabulary import Vocabulary

BUTTON: Final = 0.6  # share of a line that hints cover, from which it is furniture
_NEAR: Final = (-3, -2, -1, 1, 2, 3)
_REACH: Final = (3, 10, 30)


def features(page: Lines) -> tuple[tuple[str, ...], Floats]:
    """Features of every line.

    Returns:
        Names of the columns, and a row per line.
    """
    n = page.count
    vocabulary = Vocabulary(page)
    tokens, prose = page.tokens, page.prose
    place = np.arange(n, dtype=np.float64)
    safe_chars = np.maximum(page.chars, 1.0)
    safe_words = np.maximum(page.words, 1.0)
    safe_tokens = np.maximum(tokens, 1.0)
    size = np.log1p(tokens)
    dated = page.joints > 0
    _, kind, copies = np.unique(vocabulary.keys, return_inverse=True, return_counts=True)
    bucket = np.minimum(np.floor(np.log2(safe_tokens)), 4)
    skeleton = ((page.start_kind * 8 + page.end_kind) * 8 + bucket) * 2 + (page.digits > 0)
    shared, rare, common, back, ahead, far_ahead = vocabulary.overlap()
    hints = page.hints
    furniture = hints[:, -1]
    related = hints[:, KINDS.index("related")]
    comments = hints[:, KINDS.index("comments")]
    columns: list[tuple[str, Floats | Flags]] = [
        ("size", size),
        ("chars_per_token", page.chars / safe_tokens),
        ("digits", page.digits / safe_chars),
        ("upper", page.uppers / np.maximum(page.letters, 1.0)),
        ("capitals", np.where(page.words > 0, page.capitals / safe_words, -1.0)),
        ("wide", page.wides / safe_chars),
        ("letters", page.letters / safe_chars),
        ("commas", page.commas / safe_tokens),
        ("sentences", np.minimum(page.sentences, 20.0)),
        ("end", page.end_kind),
        ("start", page.start_kind),
        ("quotes", np.minimum(page.quotes, 10.0)),
        ("brackets", np.minimum(page.brackets, 10.0)),
        ("bars", np.minimum(page.bars, 10.0)),
        ("symbols", np.minimum(page.symbols, 10.0)),
        ("joints", np.minimum(page.joints, 8.0)),
        ("address", page.at_signs + 2 * page.slashes),
        ("copies", np.minimum(copies[kind], 6.0)),
        ("prose", prose),
        ("shared", shared),
        ("rare", rare),
        ("common", common),
        ("back", back),
        ("ahead", ahead),
        ("far_ahead", far_ahead),
        *((f"hint_{kind}", hints[:, k]) for k, kind in enumerate(KINDS)),
        ("furniture", furniture),
    ]
    short = page.short
    for step in _NEAR:
        for name, values in (
            ("cohesion", back + ahead),
            ("size", size),
            ("end", page.end_kind),
            ("start", page.start_kind),
            ("furniture", furniture),
        ):
            columns.append((f"{name}{step:+d}", shifted(values, step)))
    for period in (1, 2, 3, 4):
        same = np.zeros(n)
        if n > period:
            same[period:] = skeleton[period:] == skeleton[:-period]
        columns.append((f"period{period}", window_sum(same, 6, 6) / 13.0))
    mass = np.where(prose, tokens, 0.0)
    for name, values in (("prose", mass), ("short", short), ("common", common * tokens)):
        for reach in _REACH:
            columns.append((f"{name}_before{reach}", window_sum(values, reach, -1)))
            columns.append((f"{name}_after{reach}", window_sum(values, -1, reach)))
    ui = furniture > BUTTON
    for name, values in (
        ("ui", ui),
        ("comments", comments > 0.4),
        ("related", related > 0.6),
        ("dated", dated & short),
    ):
        columns.append((f"{name}_before", window_sum(values, 20, -1)))
        columns.append((f"{name}_after", window_sum(values, -1, 20)))
    for name, marks in (
        ("prose", prose),
        ("furniture", ui),
        ("short", short),
        ("comments", comments > 0.4),
        ("related", related > 0.6),
    ):
        columns.append((f"{name}_since", np.log1p(since(marks))))
        columns.append((f"{name}_until", np.log1p(since(marks[::-1])[::-1])))
    begin, end = page.window
    total, whole = max(tokens.sum(), 1.0), max(mass.sum(), 1.0)
    inner = float(tokens[begin : end + 1].sum())
    outside_short = float(short.sum() - short[begin : end + 1].sum())
    ones = np.ones(n)
    columns += [
        ("place", place / max(n - 1, 1)),
        ("from_begin", np.sign(place - begin) * np.log1p(np.abs(place - begin))),
        ("from_end", np.sign(place - end) * np.log1p(np.abs(place - end))),
        ("mass_before", (np.cumsum(mass) - mass) / whole),
        ("page_lines", ones * np.log1p(n)),
        ("page_tokens", ones * np.log1p(total)),
        ("page_prose", ones * prose.mean()),
        ("page_short", ones * short.mean()),
        ("page_short_outside", ones * np.log1p(outside_short)),
        ("window_share", ones * inner / total),
        ("page_comments", ones * (comments > 0.4).sum()),
        ("page_ui", ones * ui.mean()),
        ("window_tokens", ones * np.log1p(inner)),
        ("window_lines", ones * np.log1p(end - begin + 1)),
        ("size_to_window", size - np.log1p(_mean(tokens[begin : end + 1][prose[begin : end + 1]]))),
    ]
    names = tuple(name for name, _ in columns)
    return names, np.column_stack([np.asarray(values, dtype=np.float64) for _, values in columns])


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0
