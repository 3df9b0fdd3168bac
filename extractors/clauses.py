"""One sentence taken apart: who is named in which part, what is done, which figure it governs.

The grammar is shallow on purpose: cue words, case markers and prepositions from the lexicon,
weighed by distance and by the clause breaks between. It never looks beyond the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from extractors import entities
from extractors.entities import AUTHORITIES, ORGANISATIONS, PLACES, Entity, Mention
from extractors.lexicon import Lexicon, government
from extractors.records import LineRole, Predicate, Quantity

Case = Literal["subject", "agent", "genitive", "oblique", "bare"]

CASE_WEIGHT: dict[Case, float] = {
    "agent": 3.2,
    "subject": 3.0,
    "genitive": 1.2,
    "bare": -0.4,
    "oblique": -2.0,
}
REFERENCE_WEIGHT = 2.6
SUBJECT_FLOOR = 0.0
CUE_FLOOR = -1.6
# Stocks and flows that shares are taken of.
BASES: frozenset[Predicate] = frozenset({"earn", "employ", "spend", "profit"})
BASE_GAP = 20  # characters between a share and what it is of
NATIONAL: frozenset[Predicate] = frozenset({"measure", "poll", "vote", "set_rate"})
# What happens on the day that its sentence gives, also where it was decided or published then.
ON_THE_DAY: frozenset[Predicate] = frozenset({"set_rate", "kill", "injure", "missing", "vote"})
AMOUNTS = frozenset({"money", "count", "percent"})
WINDOW = 60  # characters looked at beside a mention
BREAK_COST = 0.8
SATELLITE = 100.0  # within which a duration belongs to an amount
AT_PLACE = 30  # characters between a disaster and its place
FAR_DATE = 40.0
ELSEWHERE = frozenset({"media", "city", "region", "event", "country"})
# States: whose they are, in whatever case.
HELD: frozenset[Predicate] = frozenset({"earn", "profit", "lose", "trade_at", "employ"})
# Shares of a whole that several parties hold, each beside its own.
SHARED_OUT: frozenset[Predicate] = frozenset({"vote", "poll"})
HOLDERS = ORGANISATIONS | {"person", "name"}
HELD_GAP = 24
HAPPENS: frozenset[Predicate] = frozenset({"arrest", "build", "found", "open", "visit"})
DAY_GAP = 30  # characters between a day and what happens on it
ANNOUNCED_BONUS = 0.4
ADJACENT = 15
EVENT_WEIGHT = -0.9
NAME_WEIGHT = -0.9
STOP_COST = 2.5
SAID_COST = 0.6  # of whom says what somebody does
OWNED = 1.2  # of whose state is told, in whatever case
LATE = 3.0  # of a subject behind its verb
LATE_IN_TITLE = 1.5
BESIDE = 9.0  # characters of an alphabet
LIST_COST = 0.5  # of a comma between a cue and its figure
NEXT_PHRASE = 12
COMPOUND = 1.0
COMPOUND_BONUS = 0.3
OBJECT_GAP = 25  # characters between a verb and its object
NATION_GAP = 20  # characters between a central bank and the nation it is of
HAN_WIDTH = 2.2  # letters of an alphabet to one CJK character


# "Brussels, Belgium | Monday - ", "PARIS (AFP) - "
DATELINE = re.compile(r"[^.!?:;]{2,50}?(?:\)|\|[^|.]{0,30}|[\w ]) ?(?: [-\u2013\u2014]|\u2014) ")
ASIDE = re.compile(r"\s?[(\uff08]\s?[-+\u2212]?|, un ")
SIDE_BY_SIDE = re.compile(r"[,、，]| (?:and|et|y|e|und|sowie) |(?<=명) |(?<=人)(?=[^、。]{2})")
LISTED = re.compile(r"[,、，](?!\d)")
STOP = re.compile(r"[。\uff01\uff1f]|(?<![A-Z])[.!?]\s")  # a sentence inside a quotation


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


@dataclass(frozen=True, slots=True)
class Subject:
    """Who acts: mentions in order, or none where a reference ("the company") stands."""

    mentions: tuple[Mention, ...]
    score: float
    case: Case | Literal["reference"]
    reference: str = ""


def parse(
    start: int,
    text: str,
    passage: int,
    role: LineRole,
    lexicon: Lexicon,
    quantities: Sequence[Quantity],
) -> Sentence:
    """Find the names, cues and breaks of a sentence.

    Args:
        start: offset of the sentence in the original.
        text: the sentence.
        passage: index of its passage.
        role: role of its line.
        lexicon: of its language.
        quantities: found in it, with offsets from its start.
    """
    known = entities.find(text, lexicon.particles)
    references = tuple(
        hit.span()
        for hit in lexicon.references.finditer(text)  # "el banco", but not in "El Banco de Mexico"
        if not any(hit.start() <= m.start < hit.end() for m in known if m.entity.kind not in PLACES)
    )
    known += _governments(text, lexicon, known)
    known += _central_banks(text, lexicon, known)
    found = known + entities.unknown(text, lexicon.organisation, known)
    found += entities.unknown(text, lexicon.names, found, "name")
    found += entities.unknown(text, lexicon.towns, found, "city")
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
    breaks = _breaks(text, lexicon, quantities)
    return Sentence(
        start, text, passage, role, lexicon, mentions, tuple(cues), breaks, references,
        tuple(quantities),
    )  # fmt: skip


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


def govern(sentence: Sentence, quantity: Quantity) -> tuple[Cue, float] | None:
    """The cue whose predicate governs a quantity, with its score, or None."""
    best: tuple[Cue, float] | None = None
    for cue in sentence.cues:
        governs = government()[cue.predicate]
        affinity = governs.affinity(quantity)
        if not affinity or is_base(sentence, cue, quantity):
            continue
        distance = sentence.width(gap(cue.start, cue.end, quantity.start, quantity.end))
        if quantity.kind == "date":  # a date is at home anywhere in its sentence
            distance = min(distance, FAR_DATE)
            bonus = ANNOUNCED_BONUS if cue.predicate == "announce" else 0.0
        else:
            bonus = 0.0
        after = cue.start >= quantity.end
        adverse = after != sentence.lexicon.verb_final
        side = -1.0 if adverse and distance > 25 else -0.2 if adverse else 0.0
        if adverse and distance <= BESIDE:
            side = 0.0  # "매출 71조 원": the noun stands right before its figure
        first, last = min(cue.end, quantity.end), max(cue.start, quantity.start)
        if LISTED.search(sentence.text, first, last):
            side -= LIST_COST
        if distance <= COMPOUND and not after:  # "94 dead", "missing 222": a compound
            side = COMPOUND_BONUS if sentence.lexicon.dense else 0.0
        broken = sentence.breaks_between(first, last)
        score = governs.prior + bonus + 1.2 * affinity - distance / 45 + side - BREAK_COST * broken
        if score > CUE_FLOOR and (best is None or score > best[1]):
            best = cue, score
    return best


def is_base(sentence: Sentence, cue: Cue, quantity: Quantity) -> bool:
    """Whether a cue only names what a percentage is a share of ("0.5% of its sales")."""
    if quantity.kind != "percent" or cue.predicate not in BASES:
        return False
    if sentence.lexicon.verb_final:
        between = sentence.text[cue.end : quantity.start]
        return len(between) <= BASE_GAP and sentence.lexicon.base_after.match(between) is not None
    between = sentence.text[quantity.end : cue.start].lstrip()
    share = sentence.lexicon.share_of.match(between)
    return share is not None and len(between) - share.end() <= BASE_GAP


def governors(sentence: Sentence) -> list[Cue | None]:
    """The governing cue of each quantity of a sentence.

    A duration goes with the amount of its clause ("$2.9 billion over two years"), unless a
    cue of its own stands nearer ("its 46-year history"). A date dates the announcement, if
    its clause makes one, else what the amounts of its clause are about.
    """
    found = [govern(sentence, quantity) for quantity in sentence.quantities]
    amounts = [
        (quantity, pair)
        for quantity, pair in zip(sentence.quantities, found, strict=True)
        if quantity.kind in AMOUNTS
    ]
    result: list[Cue | None] = []
    for at, (quantity, pair) in enumerate(zip(sentence.quantities, found, strict=True)):
        own = pair[0] if pair else None
        if at and _is_aside(sentence, sentence.quantities[at - 1], quantity):
            result.append(result[-1])
            continue
        if quantity.kind == "duration" and amounts and (own is None or own.predicate != "found"):
            near, governed = min(amounts, key=lambda item: _apart(sentence, item[0], quantity))
            if _apart(sentence, near, quantity) <= SATELLITE:
                own = governed[0] if governed else None
        elif quantity.kind == "year" and amounts:
            near, governed = min(amounts, key=lambda item: _apart(sentence, item[0], quantity))
            if governed is not None and (own is None or own.predicate not in HAPPENS):
                own = governed[0]
        elif quantity.kind == "date":
            happens = own is not None and own.predicate in HAPPENS
            dated = _dated(sentence, quantity, amounts)
            if dated is not None and dated.predicate == "set_rate":
                own = dated  # at the meeting that decided
            elif (
                own is None
                or not happens
                or gap(own.start, own.end, quantity.start, quantity.end) > (DAY_GAP)
            ):
                own = dated or own
        result.append(own)
    return result


def _is_aside(sentence: Sentence, amount: Quantity, share: Quantity) -> bool:
    """Whether a percentage is said of the amount right before it ("9.1 billion euros (+7%)")."""
    between = sentence.text[amount.end : share.start]
    return (
        share.kind == "percent" and amount.kind == "money" and ASIDE.fullmatch(between) is not None
    )


def _dated(
    sentence: Sentence,
    quantity: Quantity,
    amounts: Sequence[tuple[Quantity, tuple[Cue, float] | None]],
) -> Cue | None:
    """What a date is the date of, if its sentence says."""
    told = [
        (
            sentence.breaks_between(quantity.start, pair[0].start),
            _apart(sentence, near, quantity),
            pair[0].start,
            pair[0],
        )
        for near, pair in amounts
        if pair is not None
    ]
    main = min(told, key=lambda item: item[:3])[3] if told else None
    if main is not None and main.predicate in ON_THE_DAY:
        return main
    announced = [
        (sentence.breaks_between(quantity.start, cue.start), -cue.start, cue)
        for cue in sentence.cues
        if cue.predicate == "announce"
    ]
    if announced and not min(announced, key=lambda item: item[:2])[0]:
        return min(announced, key=lambda item: item[:2])[2]
    return main


def _apart(sentence: Sentence, a: Quantity, b: Quantity) -> float:
    distance = gap(a.start, a.end, b.start, b.end)
    return distance + SATELLITE / 2 * sentence.breaks_between(a.start, b.start)


def case_of(sentence: Sentence, mention: Mention) -> Case:
    """The part a mention plays in its clause, by the words next to it."""
    lexicon = sentence.lexicon
    before = sentence.text[max(0, mention.start - WINDOW) : mention.start]
    after = sentence.text[mention.end : mention.end + WINDOW]
    if lexicon.agent_before.search(before) or lexicon.agent_after.match(after):
        return "agent"
    if lexicon.verb_final:
        if lexicon.source_after.match(after):
            return "oblique"
        if lexicon.subject_after.match(after):
            return "subject"
        if lexicon.object_after.match(after):
            return "oblique"
        if sentence.role == "title" and (lexicon.headline_after.match(after) or not before.strip()):
            return "subject"
        if lexicon.beneficiary_after.match(after) or lexicon.locative_after.match(after):
            return "oblique"
        return "genitive" if lexicon.genitive_after.match(after) else "bare"
    if lexicon.genitive_after.match(after) or lexicon.genitive_before.search(before):
        return "genitive"
    return "oblique" if lexicon.subject_blockers.search(before) else "subject"


def _kind_weight(mention: Mention) -> float:
    kind = mention.entity.kind
    if kind in ORGANISATIONS:
        return (-2.0 if kind == "media" else 0.0) if mention.known else -0.3
    if kind == "event":
        return EVENT_WEIGHT
    if kind == "name":
        return NAME_WEIGHT
    return -0.5 if kind == "country" else -0.7


def can_act(mention: Mention, predicate: Predicate) -> bool:
    """Whether a mention is of a kind that can do what the predicate says.

    A central bank sets rates and an authority fines; who is fined pays. A known officer
    stands for the organisation, and a name that no table lists may be anything.
    """
    kinds = government()[predicate].actors if predicate in government() else frozenset()
    if not kinds or not mention.known:
        return True
    seat = mention.entity.parent if mention.entity.kind == "city" else ""
    behind = entities.gazetteer().get(entities.employer(mention.name) or seat)
    return mention.entity.kind in kinds or (behind is not None and behind.kind in kinds)


def subject(sentence: Sentence, cue: Cue | None, quantity: Quantity) -> Subject | None:
    """Who does what the cue says of the quantity, if the sentence shows it."""
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
        case = case_of(sentence, mention)
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
            score = max(score, OWNED - sentence.width(distance) / 120)
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


def _is_object(sentence: Sentence, verb: Cue, mention: Mention) -> bool:
    """Whether a company is bought: it stands right behind the verb ("kauft Kellanova")."""
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


def coordinated(sentence: Sentence, mention: Mention) -> tuple[Mention, ...]:
    """A mention with those listed beside it ("Nvidia, Amazon and SoftBank")."""
    group = [mention]
    at = sentence.mentions.index(mention)
    for step, side in ((-1, sentence.mentions[:at][::-1]), (1, sentence.mentions[at + 1 :])):
        for other in side:
            last = group[-1] if step > 0 else group[0]
            left, right = (last, other) if step > 0 else (other, last)
            between = sentence.text[left.end : right.start]
            headed = sentence.role == "title" and sentence.lexicon.verb_final and step > 0
            if headed and case_of(sentence, other) == "oblique":
                break  # "日本製鉄、USスチールを買収"
            if not sentence.lexicon.coordination.fullmatch(between) or (
                (other.entity.kind in PLACES) != (mention.entity.kind in PLACES)
            ):
                break
            group.insert(len(group) if step > 0 else 0, other)
    return tuple(group)


def beneficiaries(sentence: Sentence, cue: Cue, taken: Sequence[Mention]) -> tuple[Mention, ...]:
    """For whom or against whom: organisations in the dative, or the verb's direct object."""
    lexicon = sentence.lexicon
    for mention in sentence.mentions:
        if mention in taken or mention.entity.kind in PLACES:
            continue
        before = sentence.text[max(0, mention.start - WINDOW) : mention.start]
        after = sentence.text[mention.end : mention.end + WINDOW]
        direct = cue.end <= mention.start and not sentence.text[cue.end : mention.start].strip()
        if (
            direct
            or lexicon.beneficiary_before.search(before)
            or lexicon.beneficiary_after.match(after)
        ):
            return tuple(m for m in coordinated(sentence, mention) if m not in taken)
    return ()


def cause(sentence: Sentence, quantity: Quantity) -> Mention | None:
    """The disaster that the sentence itself names nearest to a figure, or None."""
    events = [m for m in sentence.mentions if m.entity.kind == "event"]
    if not events:
        return None
    return min(events, key=lambda m: (gap(m.start, m.end, quantity.start, quantity.end), m.start))


def counted_at(sentence: Sentence, quantity: Quantity, home: str) -> str | None:
    """The city or province that a tally is of ("Wajima reports 81 deaths"): the nearest one.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure.
        home: country code of places that no table lists.
    """
    near = [
        (
            gap(m.start, m.end, quantity.start, quantity.end),
            m.start,
            m.entity.place if m.known else f"{home}-{m.name}",
        )
        for m in sentence.mentions
        if m.entity.kind in {"city", "region"}
        and m.entity.area == m.entity.place
        and not sentence.breaks_between(m.start, quantity.start)
    ]
    before = [item for item in near if item[1] < quantity.start]
    reach = NEXT_PHRASE if before else AT_PLACE
    after = [item for item in near if item[1] >= quantity.end and item[0] <= reach]
    pool = before if sentence.lexicon.verb_final else after or before
    return min(pool)[2] if pool else None


def nearby(sentence: Sentence, quantity: Quantity, cue: Cue) -> Mention | None:
    """The party named nearest to a figure, whatever its case, that could act; None if none.

    Whose state is told ("profit at Siemens") may stand in any case; of those who do
    something, whoever it is done to comes last, after names that no table lists.
    """
    taken = beneficiaries(sentence, cue, ()) if cue.predicate not in HELD else ()
    able = [
        m for m in sentence.mentions if m.entity.kind not in ELSEWHERE and can_act(m, cue.predicate)
    ]
    free = [m for m in able if m not in taken]
    if not free:
        spans = list(sentence.mentions)
        free = entities.unknown(sentence.text, sentence.lexicon.proper, spans, "name")
        free = [
            m
            for m in free
            if m.start < max(cue.start, quantity.start)
            and not any(s <= m.start < e for s, e in sentence.references)
        ]
    return min(
        free or able,
        key=lambda m: (
            sentence.breaks_between(m.start, quantity.start),
            m.entity.kind not in ORGANISATIONS,
            gap(m.start, m.end, quantity.start, quantity.end),
            m.start,
        ),
        default=None,
    )


def is_located(sentence: Sentence, mention: Mention) -> bool:
    """Whether a mention stands in the locative: "in Japan", "일본에서"."""
    lexicon = sentence.lexicon
    before = sentence.text[max(0, mention.start - WINDOW) : mention.start]
    after = sentence.text[mention.end : mention.end + WINDOW]
    return bool(lexicon.locative_before.search(before) or lexicon.locative_after.match(after))


def place(
    sentence: Sentence, quantity: Quantity, taken: Sequence[Mention], *, across: bool
) -> str | None:
    """Where: the place named in the locative nearest to the quantity.

    Args:
        sentence: the sentence of the figure.
        quantity: the figure.
        taken: who acts, who are no places.
        across: whether places of other clauses will do where its own names none.
    """
    lexicon = sentence.lexicon
    found: list[tuple[int, int, str]] = []
    for mention in sentence.mentions:
        code = mention.entity.place
        if code is None or not mention.known or mention in taken:
            continue
        if is_located(sentence, mention):
            distance = gap(mention.start, mention.end, quantity.start, quantity.end)
            if lexicon.verb_final and mention.start >= quantity.end and distance > NEXT_PHRASE:
                continue  # adverbials precede what they qualify
            breaks = sentence.breaks_between(mention.start, quantity.start)
            if across or not breaks:
                found.append((breaks, distance, code))
    if not found:
        return None
    nearest = min(found)[2]
    siblings = {code for *_, code in found if code.split("-")[0] == nearest.split("-")[0]}
    return nearest if len(siblings) == 1 else nearest.split("-")[0]


def speakers(sentence: Sentence) -> tuple[Mention, ...]:
    """Who is quoted: the subject of a verb of saying, or the source named."""
    lexicon = sentence.lexicon
    for mention in sentence.mentions:
        before = sentence.text[max(0, mention.start - WINDOW) : mention.start]
        after = sentence.text[mention.end : mention.end + WINDOW]
        if lexicon.source_before.search(before) or lexicon.source_after.match(after):
            return (mention,)
    verbs = list(lexicon.say.finditer(sentence.text))
    if not verbs:
        return ()
    people = [
        (_say_distance(sentence, m, verbs[-1].span()), m)
        for m in sentence.mentions
        if m.entity.kind not in PLACES and case_of(sentence, m) in {"subject", "agent"}
    ]
    if not people:
        return ()
    return (min(people, key=lambda pair: (pair[0], pair[1].start))[1],)


def _say_distance(sentence: Sentence, mention: Mention, verb: tuple[int, int]) -> float:
    if sentence.lexicon.verb_final:  # the outermost topic speaks
        return float(mention.start)
    distance = float(gap(mention.start, mention.end, *verb))
    return distance if mention.entity.kind == "person" else distance + 30
