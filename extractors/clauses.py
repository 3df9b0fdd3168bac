"""One sentence taken apart: the names, cue words and clause breaks found in it.

The grammar is shallow on purpose: cue words, case markers and prepositions from the lexicon,
weighed by distance and by the clause breaks between. It never looks beyond the sentence. What
governs a figure is for `governing` to say, which part a name plays for `cases`, who acts for
`subjects`, and who else is named, and where, for `parties`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors import entities, naming
from extractors.entities import PLACES, Entity, Mention
from extractors.lexicon import Lexicon
from extractors.naming import NameModel
from extractors.records import LineRole, Predicate, Quantity

AMOUNTS = frozenset({"money", "count", "percent"})
BREAK_COST = 0.8
AT_PLACE = 30  # characters between a disaster and its place
NATION_GAP = 20  # characters between a central bank and the nation it is of
HAN_WIDTH = 2.2  # letters of an alphabet to one CJK character
SIDE_BY_SIDE = re.compile(r"[,、，]| (?:and|et|y|e|und|sowie) |(?<=명) |(?<=人)(?=[^、。]{2})")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that shows a predicate, at [start, end) of the sentence."""

    start: int
    end: int
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with everything found in it; offsets inside count from its start."""

    start: int
    text: str
    passage: int
    role: LineRole
    lexicon: Lexicon
    mentions: tuple[Mention, ...]
    cues: tuple[Cue, ...]
    breaks: tuple[int, ...]
    references: tuple[tuple[int, int], ...]
    quantities: tuple[Quantity, ...]

    @property
    def end(self) -> int:
        """Offset of the sentence's end in the original."""
        return self.start + len(self.text)

    def breaks_between(self, a: int, b: int) -> int:
        """Number of clause breaks between two offsets, in either order."""
        low, high = min(a, b), max(a, b)
        return sum(low <= at < high for at in self.breaks)

    def width(self, characters: int) -> float:
        """A distance in characters of an alphabet."""
        return characters * HAN_WIDTH if self.lexicon.dense else float(characters)


def parse(
    start: int,
    text: str,
    passage: int,
    role: LineRole,
    lexicon: Lexicon,
    quantities: Sequence[Quantity],
    model: NameModel | None = None,
) -> Sentence:
    """Find the names, cues and breaks of a sentence.

    Args:
        start: offset of the sentence in the original.
        text: the sentence.
        passage: index of its passage.
        role: role of its line.
        lexicon: of its language.
        quantities: found in it, with offsets from its start.
        model: proposes names where tables and rules have none.
    """
    listed = [
        m
        for m in entities.find(text, lexicon.particles)
        if not any(q.start <= m.start and m.end <= q.end for q in quantities if q.kind == "money")
    ]  # "US$", "Canadian dollars"
    known = listed + _governments(text, lexicon, listed)
    banks = _central_banks(text, lexicon, known)
    references = tuple(
        hit.span()
        for hit in lexicon.references.finditer(text)  # "el banco", but not in "El Banco de Mexico"
        if not any(
            hit.start() <= m.start < hit.end()
            for m in (*listed, *banks)
            if m.entity.kind not in PLACES
        )
    )
    known += banks
    found = known + entities.unknown(text, lexicon.organisation, known)
    found += entities.unknown(text, lexicon.names, found, "name")
    found += entities.unknown(text, lexicon.towns, found, "city")
    if model is not None:
        found += naming.proposed(model, text, lexicon.lang, found)
    found = _with_disasters(text, lexicon, found)
    described = [m for m in found if _is_described(text, lexicon, m)]
    references += tuple((max(0, m.start - 4), m.end) for m in described)
    mentions = tuple(
        m
        for m in sorted(found, key=lambda m: m.start)
        if m not in described and not any(s <= m.start < e for s, e in references)
    )
    cues = sorted(
        (
            Cue(hit.start(), hit.end(), predicate)
            for predicate, pattern in (lexicon.cues if quantities else {}).items()
            for hit in pattern.finditer(text)
            if not any(m.start <= hit.start() < m.end for m in mentions)
        ),
        key=lambda cue: (cue.start, -cue.end, cue.predicate),
    )
    cues = _outermost(cues, quantities)
    breaks = _breaks(text, lexicon, quantities)
    return Sentence(
        start, text, passage, role, lexicon, mentions, tuple(cues), breaks, references,
        tuple(quantities),
    )  # fmt: skip


def _outermost(cues: Sequence[Cue], quantities: Sequence[Quantity]) -> list[Cue]:
    """The cues that are no part of a longer term: a trade deficit is no loss.

    Args:
        cues: by start, the longer first where two start together.
        quantities: of the sentence; what embraces a figure ("cut 1,000 jobs") is no term.
    """
    found: list[Cue] = []
    terms: list[Cue] = []
    for cue in cues:
        inside = any(
            t.start <= cue.start and cue.end <= t.end and t.predicate != cue.predicate
            and cue.end - cue.start < t.end - t.start
            for t in terms
        )  # fmt: skip
        if not inside:
            found.append(cue)
        if not any(cue.start <= q.start and q.end <= cue.end for q in quantities):
            terms = [t for t in terms if t.end > cue.start]
            terms.append(cue)
    return found


def _is_described(text: str, lexicon: Lexicon, mention: Mention) -> bool:
    """Whether a name only describes another party ("the Nvidia supplier")."""
    return text[max(0, mention.start - 4) : mention.start].casefold() == "the " and (
        lexicon.described_after.match(text, mention.end) is not None
    )


def _governments(text: str, lexicon: Lexicon, known: Sequence[Mention]) -> list[Mention]:
    """Governments named by the bare word: of the country named before it, or the language's."""
    found = []
    for hit in lexicon.state.finditer(text):
        if any(m.start < hit.end() and hit.start() < m.end for m in known):
            continue
        before = [m for m in known if m.entity.kind == "country" and m.end <= hit.start()]
        code = before[-1].entity.country if before else lexicon.home
        government = entities.government(code)
        if government is not None:
            found.append(Mention(*hit.span(), government))
    return found


def _central_banks(text: str, lexicon: Lexicon, known: Sequence[Mention]) -> list[Mention]:
    """Central banks named by their nation ("die schwedische Notenbank")."""
    found = []
    for hit in lexicon.bank.finditer(text):
        low, high = max(0, hit.start() - NATION_GAP), hit.end() + NATION_GAP
        if any(m.start < hit.end() and hit.start() < m.end for m in known):
            continue
        lands = [
            (gap(m.start, m.end, *hit.span()), m.entity.country, min(m.start, hit.start()))
            for m in known
            if m.entity.kind == "country" and low <= m.start and m.end <= high
        ]
        lands += [
            (gap(*told.span(), *hit.span()), code, min(told.start(), hit.start()))
            for code, pattern in lexicon.demonyms.items()
            for told in pattern.finditer(text, low, high)
        ]
        bank = entities.central_bank(min(lands)[1]) if lands else None
        if bank is not None:
            found.append(Mention(*hit.span(), bank))
    return found


def _breaks(text: str, lexicon: Lexicon, quantities: Sequence[Quantity]) -> tuple[int, ...]:
    """Where clauses end: at the lexicon's breaks, and between tallies set side by side.

    The brackets around a conversion break nothing.
    """
    brackets = {at for q in quantities if q.converted for at in (q.start - 1, q.start, q.end)}
    found = {hit.start() for hit in lexicon.breaks.finditer(text)} - brackets
    for a, b in pairwise(quantities):
        if a.unit == "person" and b.kind in {"count", "number"} and b.start > a.end:
            joint = SIDE_BY_SIDE.search(text, a.end, b.start)
            if joint is not None:
                found.add(joint.start())
    return tuple(sorted(found))


def _with_disasters(text: str, lexicon: Lexicon, found: list[Mention]) -> list[Mention]:
    """Add the disasters named, each by its place ("Noto earthquake"), that cause the toll."""
    events = []
    for noun, pattern in lexicon.disasters.items():
        for hit in pattern.finditer(text):
            near = [
                (gap(m.start, m.end, *hit.span()), m)
                for m in found
                if m.known
                and m.entity.kind in PLACES
                and gap(m.start, m.end, *hit.span()) <= AT_PLACE
            ]
            if near:
                place = min(near, key=lambda item: (item[1].entity.kind == "country", item[0]))[
                    1
                ].entity
                entity = Entity(f"{place.name} {noun}", "event", place.name, place.country)
                events.append(Mention(hit.start(), hit.end(), entity))
    return found + events


def gap(a_start: int, a_end: int, b_start: int, b_end: int) -> int:
    """Characters between two spans; 0 where they touch or overlap."""
    return max(0, b_start - a_end, a_start - b_end)
