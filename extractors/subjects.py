"""Who does what a cue says of a figure: the subject, by case, kind and distance.

A reference ("the company", "its") competes with the names and is resolved within its sentence
where that is possible; shares that several parties hold go with the party beside each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from extractors.cases import WINDOW, Case, can_act, case_of, coordinated, group_case
from extractors.clauses import AMOUNTS, BREAK_COST, Cue, Sentence, gap
from extractors.entities import AUTHORITIES, ORGANISATIONS, PLACES, Entity, Mention
from extractors.lexicon import government
from extractors.records import Predicate, Quantity

CASE_WEIGHT: dict[Case, float] = {
    "agent": 3.2,
    "subject": 3.0,
    "genitive": 1.2,
    "bare": -0.4,
    "oblique": -2.0,
}
REFERENCE_WEIGHT = 2.6
SUBJECT_FLOOR = 0.0
EVENT_WEIGHT = -0.9
NAME_WEIGHT = -0.9
STOP_COST = 2.5
SAID_COST = 0.6  # of whom says what somebody does
OWNED = 1.2  # of whose state is told, in whatever case
OWNER = 3.4  # of whose state it is by a genitive right beside the word for it
OWNER_GAP = 4
LATE = 3.0  # of a subject behind its verb
LATE_IN_TITLE = 1.5
ADJACENT = 15
# What nations do too: "its" may mean a country.
NATIONAL: frozenset[Predicate] = frozenset({"measure", "poll", "vote", "set_rate"})
# States: whose they are, in whatever case.
HELD: frozenset[Predicate] = frozenset({"earn", "profit", "lose", "trade_at", "employ"})
# Shares of a whole that several parties hold, each beside its own.
SHARED_OUT: frozenset[Predicate] = frozenset({"vote", "poll"})
HOLDERS = ORGANISATIONS | {"person", "name"}
HELD_GAP = 24
GIVEN: frozenset[Predicate] = frozenset({"fund", "lend"})
OBJECT_GAP = 25  # characters between a verb and its object
# "Brussels, Belgium | Monday - ", "PARIS (AFP) - "
DATELINE = re.compile(r"[^.!?:;]{2,50}?(?:\)|\|[^|.]{0,30}|[\w ]) ?(?: [-\u2013\u2014]|\u2014) ")
STOP = re.compile(r"[。\uff01\uff1f]|(?<![A-Z])[.!?]\s")  # a sentence inside a quotation


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: mentions in order, or none where a reference ("the company") stands."""

    mentions: tuple[Mention, ...]
    score: float
    case: Case | Literal["reference"]
    reference: str = ""


def subject(sentence: Sentence, cue: Cue | None, quantity: Quantity) -> Subject | None:
    """Who does what the cue says of the quantity, if the sentence shows it.

    Args:
        sentence: the sentence of the figure.
        cue: what governs the figure, None if nothing in the sentence does.
        quantity: the figure, with offsets in the sentence.

    Returns:
        The best of the names and references, with those listed beside a name, or None.
    """
    verb = cue if cue is not None else Cue(quantity.start, quantity.end, "other")
    if verb.predicate in SHARED_OUT and quantity.kind in AMOUNTS:
        holder = _holder(sentence, quantity)
        if holder is not None:
            return Subject((holder,), CASE_WEIGHT["subject"], "subject")
    limit = _limit(sentence, cue, quantity)
    opening = DATELINE.match(sentence.text)
    dateline = opening.end() if opening else 0
    best: Subject | None = None
    for mention in sentence.mentions:
        if mention.entity.kind == "region" or not can_act(mention, verb.predicate):
            continue
        if mention.entity.kind in PLACES and mention.end <= dateline:
            continue
        case = group_case(sentence, mention)
        if mention.entity.kind == "city" and not (mention.entity.parent and case == "subject"):
            continue
        if case == "subject" and _is_object(sentence, verb, mention):
            continue
        distance = min(
            gap(mention.start, mention.end, verb.start, verb.end),
            gap(mention.start, mention.end, quantity.start, quantity.end),
        )
        score = CASE_WEIGHT[case] + _kind_weight(mention) - sentence.width(distance) / 120
        score -= BREAK_COST * sentence.breaks_between(mention.end, verb.start)
        if STOP.search(sentence.text, min(mention.end, verb.start), max(mention.start, verb.end)):
            score -= STOP_COST
        if not sentence.lexicon.verb_final and (
            sentence.lexicon.say.search(sentence.text, mention.end, verb.start)
        ):
            score -= SAID_COST
        if mention.start >= limit and case not in {"agent", "genitive"}:
            score -= LATE_IN_TITLE if sentence.role == "title" else LATE
        if case == "bare" and sentence.lexicon.verb_final and 0 <= verb.start - mention.end <= 1:
            score += 1.5  # a compound: Microsoft Research opening
        if case == "genitive":
            score += 1.0 if distance <= ADJACENT else -1.0
        owner = verb.predicate in HELD and mention.entity.kind == "company" and mention.known
        if owner and case in {"bare", "genitive", "oblique"} and distance <= WINDOW:
            beside = gap(mention.start, mention.end, verb.start, verb.end) <= OWNER_GAP
            sure = OWNER if beside and case == "genitive" else OWNED
            score = max(score, sure - sentence.width(distance) / 120)
        if score >= SUBJECT_FLOOR and (best is None or score > best.score):
            best = Subject((mention,), score, case)
    for start, end in sentence.references:
        described = " " in sentence.text[start:end]  # "the retailer", but not "its"
        if described and verb.predicate not in HELD and _is_blocked(sentence, start):
            continue
        distance = gap(start, end, verb.start, verb.end)
        score = REFERENCE_WEIGHT - sentence.width(distance) / 120
        score -= BREAK_COST * sentence.breaks_between(end, verb.start)
        stands = start < limit or verb.predicate in HELD
        if stands and (best is None or score > best.score):
            nation = described and any(
                p.search(sentence.text, start, end) for p in sentence.lexicon.demonyms.values()
            )
            meant = () if nation else _antecedent(sentence, start, verb.predicate, described)
            best = Subject(meant, score, "reference", sentence.text[start:end])
    if best is None or not best.mentions:
        return best
    return Subject(coordinated(sentence, best.mentions[0]), best.score, best.case)


def _kind_weight(mention: Mention) -> float:
    kind = mention.entity.kind
    if kind in ORGANISATIONS:
        return (-2.0 if kind == "media" else 0.0) if mention.known else -0.3
    if kind == "event":
        return EVENT_WEIGHT
    if kind == "name":
        return NAME_WEIGHT
    return -0.5 if kind == "country" else -0.7


def _is_object(sentence: Sentence, verb: Cue, mention: Mention) -> bool:
    """Whether a name is who something is done to: it stands right behind the verb.

    A company is bought ("kauft Kellanova"), a country is lent to ("will lend Ukraine").
    """
    if verb.predicate in GIVEN and not sentence.lexicon.verb_final:
        return any(
            c.predicate == verb.predicate
            and c.end <= mention.start
            and not sentence.text[c.end : mention.start].strip()
            for c in sentence.cues
        )
    between = sentence.text[verb.end : mention.start] if verb.end <= mention.start else None
    return (
        verb.predicate == "acquire"
        and between is not None
        and not sentence.lexicon.verb_final
        and len(between) <= OBJECT_GAP
        and "," not in between
    )


def _is_blocked(sentence: Sentence, start: int) -> bool:
    """Whether a preposition before an offset keeps what begins there from acting."""
    before = sentence.text[max(0, start - WINDOW) : start]
    return sentence.lexicon.subject_blockers.search(before) is not None


def _holder(sentence: Sentence, quantity: Quantity) -> Mention | None:
    """Who a share is of, where the sentence gives each party's beside its name."""
    others = [q for q in sentence.quantities if q.kind == quantity.kind and q != quantity]
    best: tuple[int, Mention] | None = None
    for mention in sentence.mentions:
        if mention.entity.kind not in HOLDERS or mention.entity.kind == "media":
            continue
        distance = gap(mention.start, mention.end, quantity.start, quantity.end)
        if mention.start >= quantity.end:
            between = sentence.text[quantity.end : mention.start]
            if not sentence.lexicon.belongs_after.fullmatch(between):
                continue
            distance = 0
        low, high = min(mention.end, quantity.end), max(mention.start, quantity.start)
        apart = any(low <= q.start < high for q in others)
        if distance <= HELD_GAP and not apart and (best is None or distance < best[0]):
            best = distance, mention
    if best is not None and best[1].entity.kind != "person":  # "국민의힘 김문수 후보"
        beside = [m for m in sentence.mentions if 0 <= m.start - best[1].end <= 1]
        if beside and beside[0].entity.kind == "person":
            return beside[0]
    link = sentence.lexicon.belongs_after.match(sentence.text, quantity.end)
    if link is not None and (best is None or best[0] > 0):
        named = sentence.lexicon.proper.match(sentence.text, link.end())
        if named is not None:
            return Mention(*named.span("name"), Entity(named["name"], "name", "", ""), known=False)
    return best[1] if best is not None else None


def _limit(sentence: Sentence, cue: Cue | None, quantity: Quantity) -> int:
    """Where the subject must have begun: before the verb, or before an amount that it governs."""
    if cue is None:
        return len(sentence.text)
    if sentence.lexicon.verb_final and quantity.kind in AMOUNTS:
        return quantity.start
    return max(cue.start, quantity.start) if sentence.lexicon.verb_final else cue.start


def _antecedent(
    sentence: Sentence, start: int, predicate: Predicate, described: bool
) -> tuple[Mention, ...]:
    """What a reference ("its", "the group") means within its sentence, if anything."""
    kinds = ORGANISATIONS - {"media"} | ({"country"} if predicate in NATIONAL else set())
    if described and (predicate not in government() or not government()[predicate].actors):
        kinds -= AUTHORITIES - {"central_bank"}
    before = [
        m
        for m in sentence.mentions
        if m.end <= start and m.entity.kind in kinds and can_act(m, predicate)
    ]
    leading = [m for m in before if case_of(sentence, coordinated(sentence, m)[0]) == "subject"]
    return ((leading or before)[-1],) if before else ()


def receives(
    sentence: Sentence, quantity: Quantity, predicate: Predicate, subject: Subject | None
) -> bool:
    """Whether who stands as the subject is given the money ("TSMC wins a $6.6 billion grant")."""
    if predicate != "fund" or subject is None or not subject.mentions:
        return False
    if subject.case == "agent" or any(m.entity.kind != "company" for m in subject.mentions):
        return False
    end = subject.mentions[-1].end
    stop = min([at for at in sentence.breaks if at > max(end, quantity.end)], default=None)
    return sentence.lexicon.receives.search(sentence.text[end:stop]) is not None
