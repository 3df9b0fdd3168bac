"""What differs, in plain English sentences with both quotations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.phrases import judgement

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
            earlier=_of(group[0], "earlier_"),
            later=_of(group[0], ""),
            others=len(group) - 1,
        )
        for group in groups.values()
    ]


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


def quotation(document: str, outlet: str | None, sentence: str, surface: str) -> Quotation:
    """A quotation of a sentence around its figure."""
    return Quotation(document, outlet or "", *shortened(sentence, surface))


def _of(row: Mapping[str, Any], prefix: str) -> Quotation:
    names = ("document", "outlet", "sentence", "surface")
    return quotation(*(row[f"{prefix}{name}"] for name in names))
