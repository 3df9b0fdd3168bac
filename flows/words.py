"""What differs, in plain English sentences with both quotations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_SAME = "The figures fit together, but"
_REASONS = {
    ("differs", "not_stated"): (
        f"{_SAME} only one says what they count (each or in total, including or on top)."
    ),
    ("differs", "distributive"): f"{_SAME} one means each and the other all together.",
    ("differs", "who_pays"): f"{_SAME} they do not name the same ones as paying.",
    ("differs", "scope"): f"{_SAME} one includes what the other counts on top.",
    ("differs", "population"): f"{_SAME} they are about different groups of people.",
    ("differs", "denied"): "One states it, the other reports that it is denied.",
    ("conflicts", "magnitude"): "They are a power of ten apart: one is probably a slip.",
    ("conflicts", "direction"): "One says up, the other down.",
    ("conflicts", "disjoint"): "Both cannot be right, and nothing explains the difference.",
    ("supersedes", "correction"): "The later one corrects the earlier.",
    ("supersedes", "update"): "The later one brings the figure up to date.",
    ("supersedes", "revision"): "The same page was brought up to date.",
    ("supersedes", "silent_edit"): "The same page was changed without saying so.",
    ("stale", "older_as_of"): "The later report gives an older figure.",
}
_VERDICTS = {
    "differs": "They differ in what the figure counts.",
    "conflicts": "They conflict.",
    "supersedes": "The later one replaces the earlier.",
    "stale": "The later report gives an older figure.",
    "mistranslated": "The translation gives another figure than its original.",
}
_QUOTED_COLUMNS = 100
_LONGEST_WORD = 15


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a report, with the figure in the middle.

    Attributes:
        document: name of the document; `outlet`: who published it, "" if not known.
        before, figure, after: the sentence around the figure, shortened.
    """

    document: str
    outlet: str
    before: str
    figure: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets two reports apart, in words.

    Attributes:
        claim: what both are about.
        verdict: the word for how they differ.
        judgement: a sentence on how they differ.
        earlier, later: the two quotations.
        others: how many more pairs of reports differ on this claim in this way.
    """

    claim: str
    verdict: str
    judgement: str
    earlier: Quotation
    later: Quotation
    others: int


def differences(rows: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """Put disagreements into words, one for each claim and kind of difference.

    Args:
        rows: rows of `mart.disagreements`, the gravest first.

    Returns:
        Differences in the order of the rows.
    """
    groups: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        key = (row["claim_id"], row["claim"], row["verdict"], row["reason"])
        groups.setdefault(key, []).append(row)
    return [
        Difference(
            claim=group[0]["claim"],
            verdict=group[0]["verdict"],
            judgement=judgement(group[0]["verdict"], group[0]["reason"]),
            earlier=_quotation(group[0], "earlier_"),
            later=_quotation(group[0], ""),
            others=len(group) - 1,
        )
        for group in groups.values()
    ]


def judgement(verdict: str, reason: str) -> str:
    """A verdict and its reason as a sentence."""
    return _REASONS.get((verdict, reason)) or _VERDICTS.get(verdict) or f"{verdict}: {reason}."


def shortened(sentence: str, figure: str, columns: int = _QUOTED_COLUMNS) -> tuple[str, str, str]:
    """A sentence as before, figure and after, cut to about so many columns around the figure.

    Args:
        sentence: the sentence; white space is folded.
        figure: words in it; if they are not found, the beginning is quoted without a figure.
        columns: width on a terminal, where CJK characters take two.
    """
    sentence = " ".join(sentence.split())
    figure = " ".join(figure.split())
    at = sentence.find(figure)
    if at < 0 or not figure:
        return _cut(sentence, columns), "", ""
    before, after = sentence[:at], sentence[at + len(figure) :]
    room = max(columns - width(figure), columns // 3)
    left = min(width(before), max(room // 2, room - width(after)))
    return _cut(before[::-1], left)[::-1], figure, _cut(after, room - left)


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _cut(text: str, columns: int) -> str:
    """The text, or its beginning and an ellipsis where it is wider; words stay whole."""
    used = 0
    for position, character in enumerate(text):
        used += width(character)
        if used > columns - 1 and width(text) > columns:
            head = text[:position]
            words, _, broken = head.rpartition(" ")
            # Scripts without spaces have no words to keep whole.
            return (words + " " if words and len(broken) <= _LONGEST_WORD else head) + "…"
    return text


def _quotation(row: Mapping[str, Any], prefix: str) -> Quotation:
    before, figure, after = shortened(row[f"{prefix}sentence"], row[f"{prefix}surface"])
    return Quotation(row[f"{prefix}document"], row[f"{prefix}outlet"] or "", before, figure, after)
