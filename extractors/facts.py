"""Quantities become facts: bound to actor, predicate, place, period and speaker.

Within a sentence its grammar decides (`clauses` and the modules it names); beyond it the
discourse does (the last subject, the speaker of a quotation, the headline), each step at a
lower confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from extractors import (
    clauses,
    governing,
    parties,
    periods,
    places,
    predicates,
    qualifiers,
    quantities,
    standing,
    statements,
    subjects,
    timing,
    verbs,
)
from extractors.clauses import AMOUNTS, Cue, Sentence
from extractors.discourse import CAUSED, NO_ACTOR_CONFIDENCE, Discourse, acting
from extractors.entities import ORGANISATIONS, PLACES, Mention, gazetteer
from extractors.lexicon import lexicon
from extractors.naming import NameModel
from extractors.records import Fact, Line, Participant, Passage, Predicate, Quantity, Scope
from extractors.sentences import split

CONTINUED_FACTOR = 0.65
NO_PREDICATE_FACTOR = 0.5
NEARBY_CONFIDENCE = 0.4
# Predicates whose earlier figure, quoted for contrast, is an offer or plan of its own.
OFFERS: frozenset[Predicate] = frozenset({"acquire", "invest", "fund", "lend", "spend"})
TALLIES = qualifiers.TALLIES
MEASURED: frozenset[Predicate] = frozenset({"measure", "poll"})
# What happens where its sentence says, in whichever clause.
SCATTERED: frozenset[Predicate] = CAUSED | {"arrest"}
# What companies do, not the countries that they do it in.
DEEDS: frozenset[Predicate] = frozenset(
    {"acquire", "build", "cut_jobs", "hire", "invest", "open", "produce", "profit", "sell", "train"}
)
CHANGES = frozenset({"change_abs", "change_rel", "multiple"})
# Who is taken on, let go or held, and other people; a bare number of staff stands closer.
STAFF: frozenset[Predicate] = frozenset({"arrest", "cut_jobs", "employ", "hire"})
MANNED: frozenset[Predicate] = (TALLIES - {"vote", "kill"}) | STAFF | {"train", "visit"}
MONETARY: frozenset[Predicate] = frozenset({"earn", "fine", "invest", "lose", "profit", "spend"})
UNLISTED = "count.unknown"  # rule of counts of nouns that no table lists
UNLISTED_REACH = 12.0  # characters between such a count and a cue for people
STAFF_REACH = 12.0
LEAST_MONEY = 100_000  # of an amount whose currency is left out
ELLIPSIS = 0.8  # confidence of its currency
ELLIPTIC = re.compile(r"[^\W\d_]{2}")  # written with a word: 1.5 billion
TALLY_REACH = 32.0  # characters between a bare number and the word for whom it counts
TOLL_REACH = 90.0  # likewise, where the number is what a toll has risen to


def bind(
    lines: Sequence[Line],
    kept: Sequence[int],
    passages: Sequence[Passage],
    *,
    published_at: datetime | None,
    outlet_place: str | None = None,
    model: NameModel | None = None,
) -> tuple[Fact, ...]:
    """Extract the facts of an article.

    Args:
        lines: all lines of the original, with their offsets.
        kept: indexes of the lines that belong to the article.
        passages: by language; lines of a language without a lexicon yield no facts.
        published_at: reference for relative dates, in the outlet's zone; None leaves
            them unresolved.
        outlet_place: ISO 3166-1 code of the outlet, for the ambiguous dollar.
        model: proposes names where tables and rules have none; see `extractors.naming`.

    Returns:
        Facts in order of position, grouped into statements.
    """
    discourse = Discourse()
    found: list[Fact] = []
    sentences = list(_sentences(lines, kept, passages, published_at, outlet_place, model))
    discourse.survey(sentences)
    for sentence in sentences:
        sentence = discourse.enter(sentence)
        found.extend(_bind_sentence(sentence, discourse))
        discourse.leave(sentence)
    placed = places.complete(found, places.about(sentences))
    complete = periods.complete(placed, published_at.year if published_at else None)
    numbered = [replace(fact, statement=i) for i, fact in enumerate(complete)]
    return statements.group(numbered)


def _sentences(
    lines: Sequence[Line],
    kept: Sequence[int],
    passages: Sequence[Passage],
    reference: datetime | None,
    place: str | None,
    model: NameModel | None,
) -> Iterator[Sentence]:
    keep = set(kept)
    currency: str | None = None
    for index, passage in enumerate(passages):
        words = lexicon(passage.lang)
        if words is None:
            continue
        for at in range(passage.first_line, passage.last_line + 1):
            if at not in keep:
                continue
            line = lines[at]
            figures = quantities.find(line.text, words.lang, reference=reference, place=place)
            for start, end in split(line.text, words.lang):
                inside = [
                    replace(q, start=q.start - start, end=q.end - start)
                    for q in figures
                    if start <= q.start < end
                ]
                reach = max([end, *(q.end + start for q in inside)])
                parsed = clauses.parse(
                    line.start + start,
                    line.text[start:reach],
                    index,
                    line.role,
                    words,
                    inside,
                    model,
                )
                counted: list[Quantity] = []
                for q in inside:
                    read = _counted(parsed, q, counted, currency)
                    if read is not None:
                        counted.append(read)
                        currency = (read.currency if not read.converted else None) or currency
                yield replace(parsed, quantities=tuple(counted))


def _counted(
    sentence: Sentence, quantity: Quantity, told: Sequence[Quantity], currency: str | None
) -> Quantity | None:
    """What a number counts that does not say it; None for one that is no fact.

    Beside a word for casualties or staff it counts people; as a part of the count before it
    ("of 5,000 jobs, 1,000 in France"), or set against it, the same; millions beside a word
    for profit are of the money told last.

    Args:
        sentence: its sentence.
        quantity: any figure; one that says what it is stays as it is.
        told: the figures of the sentence before it.
        currency: of the amount of money told last, None if none was.
    """
    if quantity.rule == UNLISTED:
        return _people(sentence, quantity, MANNED, UNLISTED_REACH) or quantity
    if quantity.kind != "number":
        return quantity
    scale = qualifiers.scale(sentence, quantity)
    if scale is not None:
        return replace(quantity, kind="count", unit=scale)
    before = sentence.text[max(0, quantity.start - qualifiers.NEARBY) : quantity.start]
    if told and told[-1].kind == "count" and quantity.value is not None:
        lexicon = sentence.lexicon
        if lexicon.part_before.search(before) or lexicon.previous_before.search(before):
            return replace(quantity, kind="count", unit=told[-1].unit)
    reach = TOLL_REACH if sentence.lexicon.risen_before.search(before) else TALLY_REACH
    people = _people(sentence, quantity, TALLIES, reach)
    return (
        people
        or _people(sentence, quantity, STAFF, STAFF_REACH)
        or _money(sentence, quantity, currency)
    )


def _people(
    sentence: Sentence, quantity: Quantity, predicates: frozenset[Predicate], reach: float
) -> Quantity | None:
    """A number as a count of people, where a cue of such a predicate governs it from near."""
    people = replace(quantity, kind="count", unit="person")
    cue = governing.govern(sentence, people)
    if cue is None or cue[0].predicate not in predicates:
        return None
    gap = clauses.gap(cue[0].start, cue[0].end, quantity.start, quantity.end)
    return people if sentence.width(gap) <= reach else None


def _money(sentence: Sentence, quantity: Quantity, currency: str | None) -> Quantity | None:
    """Millions and more as money, where a cue of what is told in money governs them."""
    if (
        currency is None
        or (quantity.value or 0) < LEAST_MONEY
        or not ELLIPTIC.search(quantity.surface)
    ):
        return None
    amount = replace(
        quantity, kind="money", currency=currency, confidence=quantity.confidence * ELLIPSIS
    )
    cue = governing.govern(sentence, amount)
    if cue is None or cue[0].predicate not in MONETARY:
        return None
    gap = clauses.gap(cue[0].start, cue[0].end, quantity.start, quantity.end)
    return amount if sentence.width(gap) <= TALLY_REACH else None


def _bind_sentence(sentence: Sentence, discourse: Discourse) -> Iterator[Fact]:
    if not sentence.quantities:
        return
    speakers = parties.speakers(sentence)
    governed = list(zip(sentence.quantities, governing.governors(sentence), strict=True))
    dates = [
        (q, found.predicate if found else "other")
        for q, found in governed
        if q.kind == "date" and q.date_start is not None and not predicates.is_struck(sentence, q)
    ]
    topics = qualifiers.topics(sentence)
    for quantity, cue in governed:
        subject = subjects.subject(sentence, cue, quantity)
        predicate = (
            cue.predicate if cue else predicates.continued(sentence, quantity, governed, discourse)
        )
        if cue is None and predicate in DEEDS and subject is not None and _is_area(subject):
            subject = None  # "at $3.5 billion, Germany is ahead": who did it is who did before
        predicate = predicates.settled(sentence, quantity, predicate, subject)
        slot = qualifiers.slot(sentence, quantity, predicate)
        if not standing.stands(sentence, quantity, cue, predicate, slot):
            continue
        if quantity.kind == "date" and slot == "event_date":
            predicate = predicates.of_day(sentence, quantity, predicate)
        if cue is not None:
            discourse.bound(quantity, predicate)
        certain = 1.0 if cue else NO_PREDICATE_FACTOR if predicate == "other" else CONTINUED_FACTOR
        cause = parties.cause(sentence, quantity)
        corrects = qualifiers.corrects(sentence.lexicon, sentence.text)
        actors, confidence, rule = discourse.actors(subject, predicate, quantity, cause, corrects)
        if not actors:
            actors, confidence, rule = _nearby(sentence, quantity, cue, predicate)
        taken = subject.mentions if subject else ()
        given: tuple[Mention, ...] = ()
        if subjects.receives(sentence, quantity, predicate, subject):
            given, taken = taken, ()
            funder = discourse.funder
            actors = acting((funder,), predicate) if funder is not None else ()
            confidence, rule = NEARBY_CONFIDENCE, "funder"
        speaker = _speaker(speakers, discourse)
        participants = [Participant("actor", name) for name in actors]
        if cue is not None:
            participants += [
                Participant("beneficiary", m.name)
                for m in given or parties.beneficiaries(sentence, cue, taken)
                if m.name not in actors
            ]
        if speaker is not None and speaker not in actors:
            participants.append(Participant("speaker", speaker))
        quoted = slot == "previous" and predicate in OFFERS
        moved = qualifiers.direction(sentence, quantity) if slot in CHANGES else None
        if moved is None and slot in CHANGES and (quantity.value or 0) < 0:
            moved = "down"
        when = timing.event(sentence, quantity, predicate, dates)
        tally = predicate in qualifiers.TALLIES or predicate == "measure"
        where = _place(sentence, quantity, predicate, actors, taken, discourse)
        about = topics
        if predicate == "measure":
            measured = qualifiers.indicator(sentence, quantity)
            about = (measured,) if measured is not None else ()
        yield Fact(
            quantity=replace(
                _unsigned(quantity) if slot in CHANGES else quantity,
                start=quantity.start + sentence.start,
                end=quantity.end + sentence.start,
            ),
            passage=sentence.passage,
            sentence_start=sentence.start,
            sentence_end=sentence.end,
            predicate=predicate,
            slot="level" if quoted else slot,
            participants=tuple(dict.fromkeys(participants)),
            statement=0,
            role="quoted_old" if quoted else "native",
            verb=verbs.verb(sentence, quantity, subject) if predicate == "other" else None,
            target="; ".join(about) or None,
            place=where,
            period_months=timing.period(sentence, quantity, cue, governed),
            phase=qualifiers.phase(sentence, cue) if cue and quantity.kind in AMOUNTS else None,
            scope=_scope(sentence, quantity, predicate, where),
            population=qualifiers.population(sentence, quantity),
            measurer=_measurer(predicate, speaker),
            direction=moved,
            event_date_start=when[0] if when and not tally else None,
            event_date_end=when[1] if when and not tally else None,
            as_of=when[1] if when and tally else None,
            attribution=speaker if speaker not in actors else None,
            correction=corrects,
            confidence=round(confidence * quantity.confidence * certain, 3),
            rule=f"{sentence.lexicon.lang}.{predicate}.{rule}",
        )


def _is_area(subject: subjects.Subject) -> bool:
    """Whether only places stand as the subject."""
    return bool(subject.mentions) and all(m.entity.kind in PLACES for m in subject.mentions)


def _nearby(
    sentence: Sentence, quantity: Quantity, cue: Cue | None, predicate: Predicate
) -> tuple[tuple[str, ...], float, str]:
    """Who is named beside a figure, where neither grammar nor discourse says who acts."""
    mention = parties.nearby(sentence, quantity, cue) if cue is not None else None
    if mention is None:
        return (), NO_ACTOR_CONFIDENCE, "none"
    return acting((mention,), predicate), NEARBY_CONFIDENCE, "nearby"


def _place(
    sentence: Sentence,
    quantity: Quantity,
    predicate: Predicate,
    actors: Sequence[str],
    taken: Sequence[Mention],
    discourse: Discourse,
) -> str | None:
    """Where the sentence says; of a tally the town counted, or the disaster's province."""
    if (
        discourse.disaster is not None
        and discourse.disaster.name in actors
        and (predicate not in CAUSED)
    ):
        if predicate == "measure" or quantity.kind not in AMOUNTS:
            return discourse.disaster.entity.country or None
        return discourse.disaster_area()
    if predicate in CAUSED and quantity.kind == "count":
        area = discourse.disaster_area()
        around = area or discourse.scene_area()
        home = around.split("-")[0] if around is not None else ""
        counted = parties.counted_at(sentence, quantity, home) if home else None
        if counted is not None:
            return counted
        if area is not None:
            return area
        return parties.place(sentence, quantity, taken, across=True) or around
    return parties.place(sentence, quantity, taken, across=predicate in SCATTERED)


def _unsigned(quantity: Quantity) -> Quantity:
    """A change by its size: which way it went is its direction."""
    value, low, high = quantity.value, quantity.low, quantity.high
    if value is None or value >= 0:
        return quantity
    return replace(
        quantity,
        value=-value,
        low=-high if high is not None else None,
        high=-low if low is not None else None,
    )


def _scope(
    sentence: Sentence, quantity: Quantity, predicate: Predicate, where: str | None
) -> Scope | None:
    """The scope of an amount; a tally of a town is part of the whole by its place already."""
    if quantity.kind not in AMOUNTS:
        return None
    if predicate in CAUSED and where is not None and "-" in where:
        return None
    return qualifiers.scope(sentence, quantity, predicate)


def _measurer(predicate: Predicate, speaker: str | None) -> str | None:
    """The organisation whose measurement or poll a figure is: the source that is named."""
    known = gazetteer().get(speaker or "")
    measured = predicate in MEASURED and known is not None and known.kind in ORGANISATIONS
    return speaker if measured else None


def _speaker(speakers: Sequence[Mention], discourse: Discourse) -> str | None:
    if discourse.speaker is not None:
        return discourse.speaker.name
    return speakers[0].name if speakers else None
