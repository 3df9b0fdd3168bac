"""Quantities become facts: bound to actor, predicate, place, period and speaker.

Within a sentence the grammar of `clauses` decides; beyond it the discourse does (the last
subject, the speaker of a quotation, the headline), each step at a lower confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

from extractors import (
    clauses,
    periods,
    places,
    qualifiers,
    quantities,
    standing,
    statements,
    verbs,
)
from extractors.clauses import AMOUNTS, Cue, Sentence, Subject
from extractors.discourse import CAUSED, NO_ACTOR_CONFIDENCE, Discourse, acting
from extractors.entities import ORGANISATIONS, Mention, gazetteer
from extractors.lexicon import lexicon
from extractors.records import Fact, Line, Participant, Passage, Predicate, Quantity, Scope
from extractors.sentences import split

CONTINUED_FACTOR = 0.65
NO_PREDICATE_FACTOR = 0.5
NEARBY_CONFIDENCE = 0.4
MONTHS = {"year": 12, "month": 1}

# Predicates whose earlier figure, quoted for contrast, is an offer or plan of its own.
OFFERS: frozenset[Predicate] = frozenset({"acquire", "invest", "fund", "lend", "spend"})
MEASURED: frozenset[Predicate] = frozenset({"measure", "poll"})
TOLL_REACH = 90.0  # likewise, where the number is what a toll has risen to
TALLY_REACH = 32.0  # characters between a bare number and the word for whom it counts


def bind(
    lines: Sequence[Line],
    kept: Sequence[int],
    passages: Sequence[Passage],
    *,
    published_at: datetime | None,
    outlet_place: str | None = None,
) -> tuple[Fact, ...]:
    """Extract the facts of an article.

    Args:
        lines: all lines of the original, with their offsets.
        kept: indexes of the lines that belong to the article.
        passages: by language; lines of a language without a lexicon yield no facts.
        published_at: reference for relative dates, in the outlet's zone; None leaves
            them unresolved.
        outlet_place: ISO 3166-1 code of the outlet, for the ambiguous dollar.

    Returns:
        Facts in order of position, grouped into statements.
    """
    discourse = Discourse()
    found: list[Fact] = []
    sentences = list(_sentences(lines, kept, passages, published_at, outlet_place))
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
) -> Iterator[Sentence]:
    keep = set(kept)
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
                    line.start + start, line.text[start:reach], index, line.role, words, inside
                )
                counted = [_counted(parsed, q) for q in inside]
                yield replace(parsed, quantities=tuple(q for q in counted if q is not None))


def _counted(sentence: Sentence, quantity: Quantity) -> Quantity | None:
    """A bare number beside a word for casualties counts people; any other is no fact."""
    if quantity.kind != "number":
        return quantity
    scale = qualifiers.scale(sentence, quantity)
    if scale is not None:
        return replace(quantity, kind="count", unit=scale)
    people = replace(quantity, kind="count", unit="person")
    cue = clauses.govern(sentence, people)
    if cue is None or cue[0].predicate not in qualifiers.TALLIES:
        return None
    gap = clauses.gap(cue[0].start, cue[0].end, quantity.start, quantity.end)
    risen = sentence.lexicon.risen_before.search(sentence.text[: quantity.start])
    reach = TOLL_REACH if risen else TALLY_REACH
    return people if sentence.width(gap) <= reach else None


def _bind_sentence(sentence: Sentence, discourse: Discourse) -> Iterator[Fact]:
    if not sentence.quantities:
        return
    speakers = clauses.speakers(sentence)
    governed = list(zip(sentence.quantities, clauses.governors(sentence), strict=True))
    dates = [
        (q, found.predicate if found else "other")
        for q, found in governed
        if q.kind == "date" and q.date_start is not None and not _is_struck(sentence, q)
    ]
    topics = qualifiers.topics(sentence)
    for quantity, cue in governed:
        subject = clauses.subject(sentence, cue, quantity)
        predicate = cue.predicate if cue else _continued(sentence, quantity, governed, discourse)
        predicate = _settled(sentence, quantity, predicate, subject)
        slot = qualifiers.slot(sentence, quantity, predicate)
        if not standing.stands(sentence, quantity, cue, predicate, slot):
            continue
        if quantity.kind == "date" and slot == "event_date":
            predicate = _of_day(sentence, quantity, predicate)
        if cue is not None:
            discourse.bound(quantity, predicate)
        certain = 1.0 if cue else NO_PREDICATE_FACTOR if predicate == "other" else CONTINUED_FACTOR
        cause = clauses.cause(sentence, quantity)
        corrects = qualifiers.corrects(sentence.lexicon, sentence.text)
        actors, confidence, rule = discourse.actors(subject, predicate, quantity, cause, corrects)
        if not actors:
            actors, confidence, rule = _nearby(sentence, quantity, cue, predicate)
        taken = subject.mentions if subject else ()
        given: tuple[Mention, ...] = ()
        if clauses.receives(sentence, quantity, predicate, subject):
            given, taken = taken, ()
            funder = discourse.funder
            actors = acting((funder,), predicate) if funder is not None else ()
            confidence, rule = NEARBY_CONFIDENCE, "funder"
        speaker = _speaker(speakers, discourse)
        participants = [Participant("actor", name) for name in actors]
        if cue is not None:
            participants += [
                Participant("beneficiary", m.name)
                for m in given or clauses.beneficiaries(sentence, cue, taken)
                if m.name not in actors
            ]
        if speaker is not None and speaker not in actors:
            participants.append(Participant("speaker", speaker))
        quoted = slot == "previous" and predicate in OFFERS
        moved = qualifiers.direction(sentence, quantity) if slot in CHANGES else None
        if moved is None and slot in CHANGES and (quantity.value or 0) < 0:
            moved = "down"
        when = _event(sentence, quantity, predicate, dates)
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
            period_months=_period(sentence, quantity, cue, governed),
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


def _settled(
    sentence: Sentence, quantity: Quantity, predicate: Predicate, subject: Subject | None
) -> Predicate:
    """What a figure is about, where its slot or who acts says more than the words do.

    Cuts to a number, and from one, tell how many are employed; a percentage that a central
    bank moves is its rate.
    """
    lexicon = sentence.lexicon
    if predicate == "cut_jobs" and quantity.kind == "count":
        before = sentence.text[: quantity.start]
        if (
            qualifiers.is_previous(sentence, quantity)
            or lexicon.reached_before.search(before[-qualifiers.NEARBY :])
            or lexicon.reached_after.match(sentence.text, quantity.end)
        ):
            return "employ"
    if predicate == "other" and subject is not None:
        banks = [m.entity.kind == "central_bank" for m in subject.mentions]
        rated = quantity.kind == "percent" or qualifiers.is_record(sentence, quantity)
        return "set_rate" if rated and banks and all(banks) else predicate
    if predicate == "spend" and quantity.kind == "money":
        put = any(cue.predicate in PUT_INTO for cue in sentence.cues)
        if put and not qualifiers.is_saving(sentence, quantity):
            return "invest"
    return predicate


def _of_day(sentence: Sentence, quantity: Quantity, predicate: Predicate) -> Predicate:
    """What a day is the day of: of a disaster beside it, or of what somebody made known."""
    if _is_struck(sentence, quantity):
        return "other"
    return "announce" if predicate in DECIDED else predicate


def _is_struck(sentence: Sentence, day: Quantity) -> bool:
    """Whether a day is that of a disaster named beside it ("the Jan. 1 earthquake")."""
    return any(
        clauses.gap(*hit.span(), day.start, day.end) <= BESIDE_DISASTER
        for pattern in sentence.lexicon.disasters.values()
        for hit in pattern.finditer(sentence.text)
    )


def _nearby(
    sentence: Sentence, quantity: Quantity, cue: Cue | None, predicate: Predicate
) -> tuple[tuple[str, ...], float, str]:
    """Who is named beside a figure, where neither grammar nor discourse says who acts."""
    mention = clauses.nearby(sentence, quantity, cue) if cue is not None else None
    if mention is None:
        return (), NO_ACTOR_CONFIDENCE, "none"
    return acting((mention,), predicate), NEARBY_CONFIDENCE, "nearby"


def _continued(
    sentence: Sentence,
    quantity: Quantity,
    governed: Sequence[tuple[Quantity, Cue | None]],
    discourse: Discourse,
) -> Predicate:
    """What a figure without a cue belongs to: the amount beside it, or what came before."""
    near = [
        (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, cue.predicate)
        for q, cue in governed
        if cue is not None
        and q.kind in AMOUNTS
        and not sentence.breaks_between(q.start, quantity.start)
    ]
    if near and quantity.kind in SATELLITES:
        return min(near)[2]
    if any(clauses.is_base(sentence, c, quantity) for c in sentence.cues):
        return discourse.latest if discourse.latest in SHARED else "other"
    if quantity.kind == "date" and discourse.is_about(clauses.subject(sentence, None, quantity)):
        return discourse.latest if discourse.latest in clauses.ON_THE_DAY else "announce"
    return discourse.predicate(quantity)


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
        counted = clauses.counted_at(sentence, quantity, home) if home else None
        if counted is not None:
            return counted
        if area is not None:
            return area
        return clauses.place(sentence, quantity, taken, across=True) or around
    return clauses.place(sentence, quantity, taken, across=predicate in SCATTERED)


# What is told on the day it is made known, whenever it is done.
DECIDED: frozenset[Predicate] = frozenset(
    {
        "acquire", "cut_jobs", "earn", "employ", "fine", "fund", "hire", "invest", "lend", "lose",
        "profit", "spend", "train",
    }
)  # fmt: skip
PUT_INTO: frozenset[Predicate] = frozenset({"invest", "build", "open"})
BESIDE_DISASTER = 12  # characters between a disaster and its day
# Of which shares are told beside the amounts ("0.5% of its sales").
SHARED: frozenset[Predicate] = frozenset({"acquire", "cut_jobs", "fine", "fund", "invest"})
SATELLITES = frozenset({"date", "year", "duration", "superlative", "ordinal", "ratio"})
# What happens where its sentence says, in whichever clause.
SCATTERED: frozenset[Predicate] = CAUSED | {"arrest"}
CHANGES = frozenset({"change_abs", "change_rel", "multiple"})


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


def _event(
    sentence: Sentence,
    quantity: Quantity,
    predicate: Predicate,
    dates: Sequence[tuple[Quantity, Predicate]],
) -> tuple[date, date] | None:
    """When: the date itself, or the one the sentence gives the announcement or event."""
    if quantity.kind in {"date", "year"}:
        dated = quantity
    else:
        near = [
            (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, q)
            for q, of in dates
            if (of in {predicate, "announce"} or predicate in qualifiers.TALLIES)
            and not sentence.breaks_between(q.start, quantity.start)
        ]
        if not near:
            return None
        dated = min(near, key=lambda item: item[:2])[2]
    if dated.date_start is None or dated.date_end is None:
        return None
    return dated.date_start, dated.date_end


def _period(
    sentence: Sentence,
    quantity: Quantity,
    cue: Cue | None,
    governed: Sequence[tuple[Quantity, Cue | None]],
) -> int | None:
    """Months that a figure covers: the nearest duration under the same cue."""
    if quantity.kind == "duration":
        return _months(quantity)
    if quantity.kind not in AMOUNTS:
        return None
    spanned = _spanned(sentence, quantity)
    if spanned is not None:
        return spanned
    near = [
        (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, q)
        for q, of in governed
        if q.kind == "duration"
        and (of.predicate if of else None) == (cue.predicate if cue else None)
        and not qualifiers.is_record(sentence, q)
    ]
    return _months(min(near, key=lambda item: item[:2])[2]) if near else None


def _spanned(sentence: Sentence, amount: Quantity) -> int | None:
    """Months of the span of years beside an amount ("between 2011 and 2022"), both counted."""
    edges = [
        (q, qualifiers.edge(sentence, q))
        for q in sentence.quantities
        if q.kind == "year" and q.date_start is not None
    ]
    spans = [
        (clauses.gap(a.start, b.end, amount.start, amount.end), a.date_start, b.date_start)
        for (a, first), (b, last) in pairwise(edges)
        if first == "start" and last == "end"
    ]
    if not spans:
        return None
    _, start, end = min(spans, key=lambda item: item[0])
    months = 12 * (end.year - start.year + 1) if start is not None and end is not None else 0
    return months if 12 < months <= 12 * periods.LONGEST else None


def _months(quantity: Quantity) -> int | None:
    per = MONTHS.get(quantity.unit or "")
    return int(quantity.value * per) if per and quantity.value is not None else None
