"""What an alert says: subject, text, HTML and data of a `newsledger.watch.matched`, or `retracted`.

A note gives what is reported and by whom, what was said before, both quotations with their figures
marked, where to read on, and why it came. Matches of one claim that differ alike are one note. All
that was read somewhere is untrusted: control characters are taken out, HTML is escaped, and only
addresses of the web become links.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flows import phrases
from flows.screen import clean, spaced
from flows.watches import Watch
from flows.words import shortened
from warehouse import FactRow, Told, Warehouse

MOST = 10
"""Notes in one message; the rest is counted."""

_SUBJECT = 150  # characters; mail programs show less
_COLUMNS = 300  # of a quotation


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent over a channel.

    Attributes:
        subject: one line.
        text: plain text.
        html: the same as HTML.
        data: the same for programs, as JSON can say it.
    """

    subject: str
    text: str
    html: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Side:
    """One report in a note: the fact in words, where it stands, and the quotation."""

    heading: str
    words: str
    source: str
    before: str
    figure: str
    after: str
    url: str


@dataclass(frozen=True, slots=True)
class _Note:
    """One thing that is told."""

    claim: str
    lead: str
    judgement: str
    sides: tuple[_Side, ...]
    more: str
    ground: str
    command: str


def alert(warehouse: Warehouse, payload: Mapping[str, Any]) -> Message:
    """The message of an alert.

    Args:
        warehouse: whose replica has the facts.
        payload: of the event `newsledger.watch.matched`: watch, severity, matches (fact_id,
            earlier_fact_id, verdict), and where known total, why and channels.

    Raises:
        QueryError, WarehouseCorrupt: the replica cannot be read.
    """
    named = payload["matches"]
    found = warehouse.told([ids for match in named if (ids := _ids(match))])
    groups: dict[tuple[object, ...], list[Told]] = {}
    for told in found:
        about = told.fact.fact["claim_id"] or told.fact.fact["fact_id"]
        groups.setdefault((about, told.claim, told.verdict, told.reason), []).append(told)
    notes = [_note(group) for group in list(groups.values())[:MOST]]
    total = max(int(payload.get("total") or 0), len(named))
    shown = sum(len(group) for group in list(groups.values())[:MOST])
    rest = _rest(total - shown, len(named) - len(found))
    watch = clean(payload["watch"])
    why = [clean(reason) for reason in payload.get("why", ())]
    subject = f"{watch}: {notes[0].claim}: {notes[0].lead}" if notes else f"{watch}: {rest}"
    others = f" (+{len(groups) - 1})" if len(groups) > 1 else ""
    return Message(
        subject=_cut(subject, _SUBJECT - len(others)) + others,
        text=_text(notes, rest, _why(watch, why)),
        html=_html(notes, rest, _why(watch, why)),
        data={
            "watch": watch,
            "severity": payload.get("severity", 0.0),
            "total": total,
            "why": why,
            "matches": [_data(told) for told in found],
        },
    )


def retraction(warehouse: Warehouse, payload: Mapping[str, Any]) -> Message:
    """The message that takes back what alerts have told.

    Args:
        warehouse: whose replica has the facts.
        payload: of the event `newsledger.watch.retracted`: watch, matches (fact_id,
            earlier_fact_id, verdict, now) and total.

    Raises:
        QueryError, WarehouseCorrupt: the replica cannot be read.
    """
    named = [(ids, match) for match in payload["matches"] if (ids := _ids(match))]
    found = warehouse.told([ids for ids, _ in named])
    now = {ids[:2]: match.get("now") for ids, match in named}
    watch = clean(payload["watch"])
    total = max(int(payload.get("total") or 0), len(named))
    notes = []
    for told in found[:MOST]:
        note = _note([told])
        holds = now.get(_pair(told))
        said = (
            f"Now it is judged: {spaced(holds)}." if holds else "No such pair is judged any more."
        )
        notes.append(replace(note, lead=f"Told before: {note.lead}", judgement=said, ground=""))
    rest = _rest(total - len(notes) - (len(named) - len(found)), len(named) - len(found))
    head = f"{watch}: taken back: "
    others = f" (+{total - 1})" if total > 1 else ""
    subject = head + (notes[0].lead.removeprefix("Told before: ") if notes else rest)
    last = f"You get this since the watch “{watch}” told you so, and it holds no longer."
    return Message(
        subject=_cut(subject, _SUBJECT - len(others)) + others,
        text=_text(notes, rest, last),
        html=_html(notes, rest, last),
        data={
            "watch": watch,
            "retracted": True,
            "total": total,
            "matches": [_data(told) | {"now": now.get(_pair(told))} for told in found],
        },
    )


def _pair(told: Told) -> tuple[UUID, UUID | None]:
    """Ids of the two facts."""
    return told.fact.fact["fact_id"], told.earlier.fact["fact_id"] if told.earlier else None


def _ids(match: Mapping[str, Any]) -> tuple[UUID, UUID | None, str] | None:
    """Fact, earlier fact and verdict of a match; None where an id is none."""
    earlier = match.get("earlier_fact_id")
    try:
        return UUID(match["fact_id"]), UUID(earlier) if earlier else None, str(match["verdict"])
    except ValueError:
        return None


def asked(watch: Watch) -> list[str]:
    """What a watch asks for, in words, key by key."""
    about = watch.about
    values: dict[str, str] = {
        "actors": _either(about.actors),
        "predicates": _either(map(spaced, about.predicates)),
        "places": _either(map(phrases.place, about.places)),
        "topics": _either(f"“{topic}”" for topic in about.topics),
        "kinds": _either(about.kinds),
        "currencies": _either(about.currencies),
        "units": _either(about.units),
        "at_least": "" if about.at_least is None else phrases.number(about.at_least),
        "at_most": "" if about.at_most is None else phrases.number(about.at_most),
        "change_at_least": ""
        if about.change_at_least is None
        else f"{about.change_at_least:.4g} of its size",
        "verdicts": _either(map(spaced, about.verdicts)),
        "sources": _either(about.sources),
        "languages": _either(about.languages),
        "outlets": _either(about.outlets),
        "stories": _either(about.stories),
        "min_severity": f"{about.min_severity:g}" if about.min_severity else "",
    }
    words = phrases.phrases().asked
    return [words[key].format(value) for key, value in values.items() if value]


def _either(names: Iterable[str]) -> str:
    """Names as a choice: "A, B or C"."""
    several = list(names)
    return " or ".join(filter(None, (", ".join(several[:-1]), *several[-1:])))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _rest(uncounted: int, gone: int) -> str:
    """What the message leaves out, in a sentence; "" for nothing."""
    left = uncounted - gone
    said = []
    if left > 0:
        said.append(f"{left} more {'match is' if left == 1 else 'matches are'} not shown here.")
    if gone > 0:
        said.append(f"{gone} {'is' if gone == 1 else 'are'} no longer in the ledger.")
    return " ".join(said)


def _note(group: list[Told]) -> _Note:
    """One note for matches of one claim that differ alike; the first is told in full."""
    told, others = group[0], len(group) - 1
    fact, earlier = told.fact, told.earlier
    lead = (
        phrases.phrases()
        .alerts[told.verdict]
        .format(
            who=_who(fact),
            figure=_figure(fact),
            other=_who(earlier) if earlier else "",
            before=_figure(earlier) if earlier else "",
        )
    )
    judgement = phrases.judgement(told.verdict, told.reason) if earlier else ""
    sides = [_side("Now" if earlier else "Reported", fact)]
    if earlier:
        sides.append(_side("Before", earlier))
    return _Note(
        claim=clean(told.claim),
        lead=clean(lead),
        judgement=clean(judgement),
        sides=tuple(sides),
        more=f"{others} more {'is' if others == 1 else 'are'} alike." if others else "",
        ground=clean(phrases.ground(told.rule)) if told.rule else "",
        command=f"newsledger why {str(fact.fact['fact_id'])[:8]}",
    )


def _who(row: FactRow) -> str:
    return clean(row.fact["outlet"] or row.fact["document"])


def _figure(row: FactRow) -> str:
    """The figure as it was written; the normal form where that is in another script."""
    surface = " ".join(row.fact["surface"].split())
    return surface if surface.isascii() else f"{surface} ({phrases.figure(row.fact)})"


def _side(heading: str, row: FactRow) -> _Side:
    fact = row.fact
    published: datetime | None = fact["published_at"]
    when = f"{published.day} {published:%B %Y}" if published else "no date"
    if published and fact["date_basis"] == "guessed":
        when += " (a guess)"
    before, figure, after = shortened(fact["sentence"], fact["surface"], _COLUMNS)
    return _Side(
        heading=heading,
        words=clean(phrases.sentence(fact, row.actors)),
        source=", ".join(dict.fromkeys((_who(row), clean(fact["document"]), when))),
        before=clean(before),
        figure=clean(figure),
        after=clean(after),
        url=clean(fact["url"] or ""),
    )


def _text(notes: Sequence[_Note], rest: str, why: str) -> str:
    blocks = []
    for note in notes:
        lines = [note.claim, f"{note.lead} {note.judgement}".strip(), ""]
        for side in note.sides:
            marked = f"«{side.figure}»" if side.figure else ""
            lines += [
                f"{side.heading}: {side.words}",
                f"   {side.source}: “{side.before}{marked}{side.after}”",
            ]
            if side.url:
                lines.append(f"   {side.url}")
        lines += ["", *filter(None, (note.more, _ground(note))), f"More: {note.command}"]
        blocks.append("\n".join(lines))
    blocks += filter(None, (rest, why))
    return "\n\n".join(blocks) + "\n"


def _html(notes: Sequence[_Note], rest: str, why: str) -> str:
    parts = []
    for note in notes:
        parts.append(f"<h3>{_safe(note.claim)}</h3>")
        parts.append(f"<p><b>{_safe(note.lead)}</b> {_safe(note.judgement)}</p>")
        for side in note.sides:
            mark = f"<mark>{_safe(side.figure)}</mark>" if side.figure else ""
            source = _safe(side.source)
            if side.url.startswith(("https://", "http://")):
                source = f'<a href="{_safe(side.url)}">{source}</a>'
            parts.append(
                f"<p>{_safe(side.heading)}: {_safe(side.words)}</p>\n<blockquote>"
                f"“{_safe(side.before)}{mark}{_safe(side.after)}”<br>{source}</blockquote>"
            )
        said = " ".join(filter(None, (note.more, _ground(note))))
        parts.append(f"<p>{_safe(said)} More: <code>{_safe(note.command)}</code></p>")
    parts += [f"<p>{_safe(said)}</p>" for said in (rest, why) if said]
    return "\n".join(parts) + "\n"


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


def _ground(note: _Note) -> str:
    return f"The rule: {note.ground}." if note.ground else ""


def _why(watch: str, why: Sequence[str]) -> str:
    asks = f" asks that {'; '.join(why)}" if why else " fits"
    return f"You get this since the watch “{watch}”{asks}."


def _data(told: Told) -> dict[str, Any]:
    return {
        "verdict": told.verdict,
        "reason": told.reason,
        "rule": told.rule,
        "claim": clean(told.claim),
        "fact": _fact_data(told.fact),
        "earlier": _fact_data(told.earlier) if told.earlier else None,
    }


def _fact_data(row: FactRow) -> dict[str, str | None]:
    fact = row.fact
    texts = ("sentence", "surface", "document", "outlet", "url", "lang", "attribution")
    return {
        "fact_id": str(fact["fact_id"]),
        "words": clean(phrases.sentence(fact, row.actors)),
        "figure": clean(phrases.figure(fact)),
        **{name: None if fact[name] is None else clean(fact[name]) for name in texts},
        "published_at": fact["published_at"].isoformat() if fact["published_at"] else None,
    }
