"""Quantities become facts: bound to actor, predicate, place, period and speaker.

Within a sentence the grammar of `clauses` decides; beyond it the discourse does (the last
subject, the speaker of a quotation, the headline), each step at a lower confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from extractors import clauses, places, qualifiers, quantities, statements
from extractors.clauses import AMOUNTS, Cue, Sentence
from extractors.discourse import CAUSED, Discourse
from extractors.entities import ORGANISATIONS, Mention, gazetteer
from extractors.lexicon import lexicon
from extractors.records import Fact, Line, Participant, Passage, Predicate, Quantity
from extractors.sentences import split

CONTINUED_FACTOR = 0.65
NO_PREDICATE_FACTOR = 0.5
MONTHS = {"year": 12, "month": 1}

# Predicates whose earlier figure, quoted for contrast, is an offer or plan of its own.
OFFERS: frozenset[Predicate] = frozenset({"acquire", "invest", "fund", "lend", "spend"})
MEASURED: frozenset[Predicate] = frozenset({"measure", "poll"})
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
    numbered = [replace(fact, statement=i) for i, fact in enumerate(places.complete(found))]
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
    return people if sentence.width(gap) <= TALLY_REACH else None


def _bind_sentence(sentence: Sentence, discourse: Discourse) -> Iterator[Fact]:
    if not sentence.quantities:
        return
    speakers = clauses.speakers(sentence)
    governed = list(zip(sentence.quantities, clauses.governors(sentence), strict=True))
    dates = [
        (q, found.predicate if found else "other")
        for q, found in governed
        if q.kind == "date" and q.date_start is not None
    ]
    topics = qualifiers.topics(sentence)
    for quantity, cue in governed:
        predicate = cue.predicate if cue else _continued(sentence, quantity, governed, discourse)
        if cue is not None:
            discourse.bound(quantity, predicate)
        certain = 1.0 if cue else NO_PREDICATE_FACTOR if predicate == "other" else CONTINUED_FACTOR
        subject = clauses.subject(sentence, cue, quantity)
        cause = clauses.cause(sentence, quantity)
        corrects = qualifiers.corrects(sentence.lexicon, sentence.text)
        actors, confidence, rule = discourse.actors(subject, predicate, cause, corrects)
        speaker = _speaker(speakers, discourse)
        participants = [Participant("actor", name) for name in actors]
        taken = subject.mentions if subject else ()
        if cue is not None:
            participants += [
                Participant("beneficiary", m.name)
                for m in clauses.beneficiaries(sentence, cue, taken)
                if m.name not in actors
            ]
        if speaker is not None and speaker not in actors:
            participants.append(Participant("speaker", speaker))
        slot = qualifiers.slot(sentence, quantity, predicate)
        quoted = slot == "previous" and predicate in OFFERS
        when = _event(sentence, quantity, predicate, dates)
        tally = predicate in qualifiers.TALLIES or predicate == "measure"
        yield Fact(
            quantity=replace(
                quantity,
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
            target="; ".join(topics) or None,
            place=_place(sentence, quantity, predicate, taken, discourse),
            period_months=_period(quantity, cue, governed),
            phase=qualifiers.phase(sentence, cue) if cue else None,
            scope=qualifiers.scope(sentence, quantity) if quantity.kind in AMOUNTS else None,
            population=qualifiers.population(sentence, quantity),
            measurer=_measurer(predicate, speaker),
            direction=qualifiers.direction(sentence, quantity) if slot in CHANGES else None,
            event_date_start=when[0] if when and not tally else None,
            event_date_end=when[1] if when and not tally else None,
            as_of=when[1] if when and tally else None,
            attribution=speaker if speaker not in actors else None,
            correction=corrects,
            confidence=round(confidence * quantity.confidence * certain, 3),
            rule=f"{sentence.lexicon.lang}.{predicate}.{rule}",
        )


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
    return discourse.predicate(quantity)


def _place(
    sentence: Sentence,
    quantity: Quantity,
    predicate: Predicate,
    taken: Sequence[Mention],
    discourse: Discourse,
) -> str | None:
    """Where the sentence says; of a tally the town counted, or the disaster's province."""
    if predicate in CAUSED and quantity.kind == "count":
        area = discourse.disaster_area()
        home = area.split("-")[0] if area is not None else ""
        counted = clauses.counted_at(sentence, quantity, home) if home else None
        if counted is not None:
            return counted
        if area is not None:
            return area
    return clauses.place(sentence, quantity, taken)


SATELLITES = frozenset({"date", "year", "duration", "superlative", "ordinal", "ratio"})
CHANGES = frozenset({"change_abs", "change_rel", "multiple"})


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
    quantity: Quantity, cue: Cue | None, governed: Sequence[tuple[Quantity, Cue | None]]
) -> int | None:
    """Months that a figure covers: the nearest duration under the same cue."""
    if quantity.kind == "duration":
        return _months(quantity)
    if quantity.kind not in AMOUNTS:
        return None
    near = [
        (clauses.gap(q.start, q.end, quantity.start, quantity.end), q.start, q)
        for q, of in governed
        if q.kind == "duration" and of == cue
    ]
    return _months(min(near, key=lambda item: item[:2])[2]) if near else None


def _months(quantity: Quantity) -> int | None:
    per = MONTHS.get(quantity.unit or "")
    return int(quantity.value * per) if per and quantity.value is not None else None
