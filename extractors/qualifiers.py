"""What qualifies a bound figure: its slot, phase, scope, direction, population and topic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from extractors.clauses import AMOUNTS, Cue, Sentence, gap
from extractors.lexicon import Lexicon
from extractors.records import Direction, Phase, Predicate, Quantity, Scope, Slot

TALLIES: frozenset[Predicate] = frozenset({"kill", "injure", "missing", "displace", "vote"})
STATES: frozenset[Predicate] = frozenset(
    {"measure", "trade_at", "found", "announce", "earn", "profit", "lose", "employ", "poll"}
)
# Staff that comes or goes: the figure is the event, not a change of another one.
STAFFING: frozenset[Predicate] = frozenset({"cut_jobs", "hire"})
LEVELS: frozenset[Predicate] = frozenset({"set_rate", "measure", "trade_at"})
T = TypeVar("T")

NEARBY = 40  # characters in which a qualifying word belongs to the figure
TIMES = frozenset({"date", "year", "duration"})
ARROW = re.compile(r"[%'’”\s]*(?:\u2192|\u21d2|->)")
SIGN = re.compile(r"[+\-\u2212\u25b2\u25b3\uff0b](?!\w*-)")
TAIL = 4  # characters behind a time that say what it is
RANGE_GAP = 8  # characters between the ends of a span of time
DASH = re.compile(r"\s*[-\u2010-\u2015\u2212~\u301c\uff5e]\s*")
BESIDE = 20  # characters before a figure in which a word of scope belongs to it
SHORT = 24  # months; after less than that, something merely happens again


def slot(sentence: Sentence, quantity: Quantity, predicate: Predicate) -> Slot:
    """Which figure of the event a quantity is."""
    if quantity.kind in {"date", "year"}:
        return _moment(sentence, quantity, predicate)
    if quantity.kind == "duration":
        if predicate != "found" and quantity.anchor != "next" and is_record(sentence, quantity):
            return "rank"
        return "period"
    if quantity.kind in {"ordinal", "superlative"}:
        return "rank"
    if quantity.kind == "ratio":
        return "multiple"
    if is_previous(sentence, quantity):
        return "previous"
    if predicate in STAFFING and quantity.kind in AMOUNTS - {"money"}:
        return "count" if quantity.kind == "count" else "share"
    changed = is_change(sentence, quantity) or (
        predicate == "spend" and is_saving(sentence, quantity)
    )
    if quantity.kind == "percent":
        if changed and quantity.unit != "pp":
            return "level" if _is_rate(sentence, quantity, predicate) else "change_rel"
        if changed:
            return "change_abs"
        if predicate == "trade_at" and not _beside(sentence.lexicon.yields, sentence, quantity):
            return "change_rel"
        return "level" if predicate in LEVELS and not _is_share(sentence, quantity) else "share"
    if changed:
        return "change_abs"
    reading = quantity.unit in sentence.lexicon.scales
    return "count" if quantity.kind == "count" and not reading else "level"


def _is_rate(sentence: Sentence, quantity: Quantity, predicate: Predicate) -> bool:
    """Whether a change is itself the indicator: prices that rise by 2.7% are inflation of 2.7%."""
    start = max([0, *(at for at in sentence.breaks if at <= quantity.start)])
    return predicate == "measure" and (
        sentence.lexicon.growth.search(sentence.text, start, quantity.start) is not None
    )


def _moment(sentence: Sentence, quantity: Quantity, predicate: Predicate) -> Slot:
    """Whether a date begins, ends or dates what is told, or says since when it is a record."""
    lexicon = sentence.lexicon
    before, end = _before(sentence, quantity), quantity.end
    since = quantity.anchor == "since" or lexicon.start_before.search(before) is not None
    if since and predicate not in {"found", "other"} and is_record(sentence, quantity):
        return "rank"
    end_of_span = edge(sentence, quantity)
    if end_of_span is not None:
        return end_of_span
    if (
        quantity.anchor in {"since", "from"}
        or predicate == "found"
        or lexicon.start_before.search(before)
        or lexicon.start_after.match(sentence.text, end)
        or lexicon.start_after.search(quantity.surface)
    ):
        return "start"
    if (
        quantity.anchor == "until"
        or lexicon.end_before.search(before)
        or lexicon.end_after.match(sentence.text, end)
        or lexicon.end_after.search(quantity.surface)
    ):
        return "end"
    return "event_date"


def edge(sentence: Sentence, quantity: Quantity) -> Slot | None:
    """Start or end, where two times are written as the ends of a span ("between 2011 and 2022")."""
    for other in sentence.quantities:
        if other.kind != quantity.kind or other == quantity:
            continue
        first, last = sorted((other, quantity), key=lambda q: q.start)
        between = sentence.text[first.end : last.start]
        if len(between) > RANGE_GAP:
            continue
        opened = first.anchor in {"from", "since"} or sentence.lexicon.start_before.search(
            _before(sentence, first)
        )
        if DASH.fullmatch(between) or (opened and sentence.lexicon.span_link.fullmatch(between)):
            return "start" if first is quantity else "end"
    return None


def _recorded(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether words beside a time say that something is a record for it ("17年ぶり")."""
    lexicon = sentence.lexicon
    if lexicon.record_before.search(_before(sentence, quantity)):
        return True
    if not (
        lexicon.record_after.match(sentence.text, quantity.end)
        or lexicon.record_after.search(_ending(sentence, quantity))
    ):
        return False
    after = sentence.text[quantity.end : quantity.end + NEARBY]
    return not _is_short(quantity) or lexicon.peak.search(after) is not None


def _ending(sentence: Sentence, quantity: Quantity) -> str:
    """What stands behind the last digit of a time, and a little of what follows it."""
    digits = [i for i, ch in enumerate(quantity.surface) if ch.isdigit()]
    start = quantity.start + (digits[-1] + 1 if digits else 0)
    return sentence.text[start : quantity.end + TAIL]


def _is_short(quantity: Quantity) -> bool:
    months = {"year": 12, "month": 1}.get(quantity.unit or "", 0) * (quantity.value or 0)
    return quantity.kind == "duration" and months < SHORT


def _beside(pattern: re.Pattern[str], sentence: Sentence, quantity: Quantity) -> bool:
    low = max(0, quantity.start - NEARBY)
    return pattern.search(sentence.text[low : quantity.end + NEARBY]) is not None


def is_saving(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the figure is what someone saves, a change of what they spend."""
    return _beside(sentence.lexicon.savings, sentence, quantity)


def scale(sentence: Sentence, quantity: Quantity) -> str | None:
    """The scale on which a bare number is a reading ("magnitude"), by the words beside it."""
    low = max(0, quantity.start - NEARBY)
    for name, pattern in sentence.lexicon.scales.items():
        for hit in pattern.finditer(sentence.text, low, quantity.end + NEARBY):
            if gap(hit.start(), hit.end(), quantity.start, quantity.end) <= 1:
                return name
    return None


def is_record(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether a time says for how long a superlative holds ("the highest in 17 years")."""
    if _recorded(sentence, quantity):
        return True
    if quantity.kind != "duration":
        return any(
            q.kind == "superlative" and gap(q.start, q.end, quantity.start, quantity.end) <= NEARBY
            for q in sentence.quantities
        )
    near = [
        (gap(q.start, q.end, quantity.start, quantity.end), q.kind)
        for q in sentence.quantities
        if q.kind in AMOUNTS | {"superlative"}
        and not sentence.breaks_between(q.start, quantity.start)
    ]
    return bool(near) and min(near)[1] == "superlative" and min(near)[0] <= NEARBY


def _before(sentence: Sentence, quantity: Quantity) -> str:
    """The text before a figure; of a time, up to its first digit ("between 2011")."""
    start = quantity.start
    if quantity.kind in TIMES:
        lead = next((i for i, ch in enumerate(quantity.surface) if ch.isdigit()), 0)
        start += lead
    return sentence.text[max(0, start - NEARBY) : start]


def is_previous(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the figure is an earlier value, given for contrast."""
    lexicon = sentence.lexicon
    return bool(
        lexicon.previous_before.search(_before(sentence, quantity))
        or lexicon.previous_after.match(sentence.text, quantity.end)
        or ARROW.match(sentence.text, quantity.end)
        or _is_left(sentence, quantity)
    )


def _is_left(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the figure is what something moved away from ("cut from 2% to 1.75%")."""
    lexicon = sentence.lexicon
    if not lexicon.from_before.search(_before(sentence, quantity)):
        return False
    link = lexicon.to_after.match(sentence.text, quantity.end)
    nexts = [q.start for q in sentence.quantities if q.kind == quantity.kind]
    return (
        link is not None
        and any(link.end() - 1 <= start <= link.end() + 2 for start in nexts)
        and any(p.search(sentence.text) for p in lexicon.directions.values())
    )


def is_change(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether the figure says by how much something moved."""
    lexicon = sentence.lexicon
    end = quantity.end
    while end < len(sentence.text) and sentence.text[end].isspace():
        end += 1
    signed = sentence.text[max(0, quantity.start - 1) : quantity.start + 1]
    moved = lexicon.change_before.search(_before(sentence, quantity))
    return bool(
        (moved and quantity.unit != "vote")  # passed by 218 votes to 210
        or lexicon.change_after.match(sentence.text, end)
        or (quantity.kind == "percent" and SIGN.search(signed))
    )


def _is_share(sentence: Sentence, quantity: Quantity) -> bool:
    return bool(sentence.lexicon.share_of.match(sentence.text[quantity.end :].lstrip()))


def _nearest(options: Iterable[tuple[T, re.Pattern[str]]], text: str, at: Cue) -> T | None:
    hits = [
        (gap(hit.start(), hit.end(), at.start, at.end), rank, name)
        for rank, (name, pattern) in enumerate(options)
        for hit in pattern.finditer(text)
    ]
    return min(hits, key=lambda hit: hit[:2])[2] if hits else None


def phase(sentence: Sentence, cue: Cue) -> Phase | None:
    """How far the event has come, by the nearest word that says so; None for states."""
    if cue.predicate in STATES or cue.predicate in TALLIES:
        return None
    if _is_negated(sentence, cue):
        return "denied"
    return _nearest(sentence.lexicon.phases.items(), sentence.text, cue)


def _is_negated(sentence: Sentence, cue: Cue) -> bool:
    """Whether the deed itself is said not to be, or that it is, is denied."""
    return bool(
        sentence.lexicon.negated_before.search(sentence.text[: cue.start])
        or sentence.lexicon.negated_after.match(sentence.text, cue.end)
    )


def direction(sentence: Sentence, quantity: Quantity) -> Direction | None:
    """Up or down, where the figure is a change or its clause says it moved."""
    low = max(0, quantity.start - NEARBY)
    text = sentence.text[low : quantity.end + NEARBY]
    at = Cue(quantity.start - low, quantity.end - low, "other")
    return _nearest(sentence.lexicon.directions.items(), text, at)


def scope(sentence: Sentence, quantity: Quantity, predicate: Predicate) -> Scope | None:
    """Whether the figure includes, adds to, or is part of another, by the words beside it."""
    if sentence.lexicon.part_before.search(_before(sentence, quantity)) or _is_part(
        sentence, quantity
    ):
        return "part_of"
    if predicate in LEVELS:
        return None  # another rise adds nothing to the level it leads to
    others = [q for q in sentence.quantities if q.start != quantity.start]
    low = max([0, quantity.start - BESIDE, *(q.end for q in others if q.end <= quantity.start)])
    high = min([quantity.end + NEARBY, *(q.start for q in others if q.start >= quantity.end)])
    at = Cue(quantity.start - low, quantity.end - low, "other")
    options = [x for x in sentence.lexicon.scopes.items() if x[0] != "part_of"]
    found = _nearest(options, sentence.text[low:high], at)
    if found == "additional" and any(q.end <= low and _is_alike(q, quantity) for q in others):
        return None  # on top of what the sentence itself has just stated
    return found


def _is_alike(a: Quantity, b: Quantity) -> bool:
    return a.kind == b.kind and a.currency == b.currency and a.kind in AMOUNTS


def _is_part(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether a word for a part ("of which") makes the figure one of a larger whole.

    Between two figures it makes the smaller one the part, on whichever side that is ("14,000,
    of which 2,900"; "2,900 out of 14,000"); before a single one, that one.
    """
    pattern = sentence.lexicon.scopes.get("part_of")
    alike = [q for q in sentence.quantities if _is_alike(q, quantity) and q.value is not None]
    for hit in pattern.finditer(sentence.text) if pattern is not None else ():
        after = [q for q in alike if 0 <= q.start - hit.end() <= NEARBY][:1]
        before = [q for q in alike if after and 0 <= hit.start() - q.end <= NEARBY][-1:]
        if after and quantity == min(before + after, key=lambda q: q.value or 0):
            return True
    return False


def population(sentence: Sentence, quantity: Quantity) -> str | None:
    """Which people are counted ("worker JP"), where the words beside the count say it."""
    if quantity.unit != "person":
        return None
    lexicon = sentence.lexicon
    text = sentence.text[quantity.start : quantity.end + NEARBY]
    for stop in lexicon.breaks.finditer(text):
        text = text[: stop.start()]
        break
    nouns = [
        (hit.start(), name)
        for name, pattern in lexicon.populations.items()
        for hit in pattern.finditer(text)
    ]
    if not nouns:
        return None
    at, noun = min(nouns)
    low, high = (0, at + 30) if not lexicon.verb_final else (0, at)
    nations = [
        (hit.start(), code)
        for code, pattern in lexicon.demonyms.items()
        for hit in pattern.finditer(text[low:high])
    ]
    return f"{noun} {min(nations)[1]}" if nations else noun


def topics(sentence: Sentence) -> tuple[str, ...]:
    """What the sentence is about, by the lexicon's topics, in alphabetical order."""
    patterns = sentence.lexicon.topics.items()
    return tuple(sorted(name for name, pattern in patterns if pattern.search(sentence.text)))


def indicator(sentence: Sentence, quantity: Quantity) -> str | None:
    """Which indicator a measured figure is of ("inflation"): the one named nearest to it."""
    if quantity.unit in sentence.lexicon.scales:
        return quantity.unit
    named = [
        (
            sentence.breaks_between(hit.start(), quantity.start),
            gap(hit.start(), hit.end(), quantity.start, quantity.end),
            name,
        )
        for name, pattern in sentence.lexicon.indicators.items()
        for hit in pattern.finditer(sentence.text)
    ]
    return min(named)[2] if named else None


def corrects(lexicon: Lexicon, text: str) -> bool:
    """Whether a text acknowledges that it corrects something."""
    return lexicon.correction.search(text) is not None
