"""Who and what else a sentence names around a figure: recipients, causes, places, speakers.

Also the party nearest to a figure, for where neither grammar nor discourse says who acts.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractors import entities
from extractors.cases import WINDOW, can_act, case_of, coordinated, is_located
from extractors.clauses import AT_PLACE, Cue, Sentence, gap
from extractors.entities import ORGANISATIONS, PLACES, Mention
from extractors.records import Quantity
from extractors.subjects import HELD

ELSEWHERE = frozenset({"media", "city", "region", "event", "country"})
NEXT_PHRASE = 12


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
            and (cue.predicate in HELD or not is_located(sentence, m))  # "profit at Siemens"
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
