"""An optional model of names, beside the tables: what it has to be, and how far it is believed.

None comes with the package and none is needed. Whoever has one gives it to `extractors.read`; it
proposes names where tables and rules find none, never in place of theirs. Facts that hang on its
names have a low confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from extractors.entities import KINDS, PLACES, Entity, Mention

CEILING = 0.6
"""Confidence of the name that a model is sure of."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name at [start, end) of a text.

    Attributes:
        start, end: offsets in characters.
        kind: one of `entities.KINDS`; a place is read as a town, of which no table knows the
            country, and any other word as "name", of whoever acts.
        score: how sure the model is, 0 to 1.
    """

    start: int
    end: int
    kind: str
    score: float


class NameModel(Protocol):
    """Finds names; the same in the same text, whatever it was asked before."""

    def names(self, text: str, lang: str) -> Sequence[Proposal]:
        """The names in a sentence.

        Args:
            text: the sentence.
            lang: its language, as "ja".
        """


def proposed(model: NameModel, text: str, lang: str, taken: Sequence[Mention]) -> list[Mention]:
    """The names of a model that stand clear of those known, and of one another.

    Args:
        model: asked for the names.
        text: a sentence.
        lang: its language.
        taken: names that tables and rules found.

    Returns:
        In order of position, the surest and then the longest first where two overlap.
    """
    spans = [(mention.start, mention.end) for mention in taken]
    found = []
    for one in sorted(
        model.names(text, lang), key=lambda p: (-p.score, p.start - p.end, p.start, p.kind)
    ):
        inside = 0 <= one.start < one.end <= len(text) and 0 < one.score <= 1
        name = text[one.start : one.end] if inside else ""
        if not name.strip() or any(one.start < end and start < one.end for start, end in spans):
            continue
        kind = "city" if one.kind in PLACES else one.kind if one.kind in KINDS else "name"
        spans.append((one.start, one.end))
        entity = Entity(name, kind, "", "")
        found.append(Mention(one.start, one.end, entity, known=False, score=CEILING * one.score))
    return sorted(found, key=lambda mention: mention.start)
