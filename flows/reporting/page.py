"""The report as one HTML page: what is shown of a briefing, and how it is worded."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from flows import phrases
from flows.reporting.charts import Mark, timelines
from flows.screen import clean, spaced
from flows.words import shortened
from warehouse import Briefing, ClaimLine, Member, Statement, Story, Told

_COLUMNS = 360  # of a quotation
_MOST_EVIDENCE = 6
_OPEN = 1e20  # from here on an end of an interval stands for "open"
_MOST_CHARTS = 3  # of a story
_GROUPS = {
    "supersedes": "newer", "fulfils": "newer",
    "conflicts": "apart", "differs": "apart", "stale": "apart", "mistranslated": "apart",
}  # fmt: skip
"""Verdict -> how it is marked; the others stand."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence with its figure marked, and where it stands."""

    who: str
    when: str
    moment: str
    lang: str
    words: str
    before: str
    figure: str
    after: str
    url: str
    document: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that reports differ in; `more` counts those that differ alike."""

    claim: str
    verdict: str
    group: str
    judgement: str
    ground: str
    sides: tuple[Quotation, ...]
    more: int
    command: str


@dataclass(frozen=True, slots=True)
class Row:
    """One report in the table of a claim."""

    quotation: Quotation
    figure: str
    verdict: str
    group: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with its reports and its timeline; no charts where time does not tell them apart."""

    claim: str
    status: str
    group: str
    charts: Mapping[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a story and why it is in it."""

    who: str
    title: str
    lang: str
    when: str
    moment: str
    part: str
    url: str
    linked: str
    evidence: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as the page shows it."""

    key: str
    title: str
    lang: str
    when: str
    summary: str
    claims: tuple[ClaimView, ...]
    sources: tuple[Source, ...]
    n_single: int


def page(briefing: Briefing, since: date | None = None) -> str:
    """The page: no script or style of another address, all that was read somewhere escaped.

    Args:
        briefing: what it shows.
        since: the first day that it covers, None for all.
    """
    stories = [_story(number, story) for number, story in enumerate(briefing.stories)]
    style, script = _asset("page.css"), _asset("page.js")
    html: str = _template().render(
        title=f"What reports say{f' since {_day(since)}' if since else ''}",
        as_of=_when(briefing.as_of) if briefing.as_of else "",
        counts=briefing.counts,
        differences=_differences(briefing.differences),
        hidden=briefing.n_differences - len(briefing.differences),
        stories=stories,
        hidden_stories=briefing.n_stories - len(stories),
        sources=[_health(row) for row in briefing.sources],
        style=style,
        script=script,
        policy="; ".join((
            "default-src 'none'", "style-src 'unsafe-inline'",
            f"script-src {_hash(script)}", "base-uri 'none'", "form-action 'none'",
        )),
    )  # fmt: skip
    return html


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("flows.reporting", "assets")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")  # fmt: skip


def _asset(name: str) -> str:
    return (files("flows.reporting") / "assets" / name).read_text("utf-8")


def _hash(text: str) -> str:
    """A text as a Content-Security-Policy allows it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _differences(found: Iterable[Told]) -> list[Difference]:
    """One entry a claim and kind of difference, told in full by its first pair."""
    groups: dict[tuple[object, ...], list[Told]] = {}
    for one in found:
        about = one.fact.fact["claim_id"] or one.fact.fact["fact_id"]
        groups.setdefault((about, one.claim, one.verdict, one.reason), []).append(one)
    return [_difference(group[0], len(group) - 1) for group in groups.values()]


def _difference(one: Told, more: int) -> Difference:
    sides = [row for row in (one.earlier, one.fact) if row is not None]
    return Difference(
        claim=clean(one.claim),
        verdict=spaced(one.verdict),
        group=_GROUPS.get(one.verdict, "stands"),
        judgement=clean(phrases.judgement(one.verdict, one.reason)),
        ground=clean(phrases.ground(one.rule)),
        sides=tuple(_quotation(row.fact, row.actors) for row in sides),
        more=more,
        command=f"newsledger why {str(one.fact.fact['fact_id'])[:8]}",
    )


def _quotation(fact: Mapping[str, Any], actors: Sequence[str]) -> Quotation:
    before, figure, after = shortened(fact["sentence"], fact["surface"], _COLUMNS)
    published: datetime | None = fact["published_at"]
    guessed = " (a guess)" if published and fact["date_basis"] == "guessed" else ""
    return Quotation(
        who=clean(fact["outlet"] or fact["document"]),
        when=_when(published) + guessed if published else "no date",
        moment=published.isoformat() if published else "",
        lang=fact["lang"] or "und",
        words=clean(phrases.sentence(fact, actors)),
        before=clean(before),
        figure=clean(figure),
        after=clean(after),
        url=_link(fact["url"]),
        document=clean(fact["document"]),
    )


def _story(number: int, story: Story) -> StoryView:
    key = f"story-{str(story.story_id)[:8]}"
    drawn = 0
    claims = []
    for place, claim in enumerate(story.claims):
        view = _claim(claim, f"{key}-{place}", draw=drawn < _MOST_CHARTS)
        drawn += bool(view.charts)
        claims.append(view)
    languages = ", ".join(phrases.language(one) for one in story.languages)
    outlets = f"{story.n_outlets} outlet{'' if story.n_outlets == 1 else 's'}"
    reports = f"{story.n_reports} report{'' if story.n_reports == 1 else 's'}"
    first, last = _day(story.first_seen), _day(story.last_seen)
    return StoryView(
        key=key,
        title=clean(story.title),
        lang=story.members[0].languages[0] if story.members and story.members[0].languages else "",
        when=first if first == last else f"{first} to {last}",
        summary=f"{reports} of {outlets}, in {languages}" if languages else f"{reports}, {outlets}",
        claims=tuple(claims),
        sources=tuple(_source(member) for member in story.members),
        n_single=story.n_single,
    )


def _claim(claim: ClaimLine, key: str, *, draw: bool) -> ClaimView:
    marks = [mark for one in claim.statements if (mark := _mark(one)) is not None]
    return ClaimView(
        claim=clean(claim.claim),
        status=claim.status,
        group="apart" if claim.status in ("disputed", "differs") else "stands",
        charts=timelines(marks, claim.unit or "", key) if draw else {},
        rows=tuple(_row(one) for one in claim.statements),
    )


def _mark(one: Statement) -> Mark | None:
    if one.value is None or one.fact["published_at"] is None:
        return None
    return Mark(
        when=one.fact["published_at"],
        value=one.value,
        low=one.low if one.low is not None and one.low <= one.value else None,
        high=one.high if one.high is not None and one.value <= one.high < _OPEN else None,
        group=_group(one),
        label=one.fact["lang"] or "",
    )


def _group(one: Statement) -> str:
    return "repeats" if one.repeats else _GROUPS.get(one.verdict, "stands")


def _row(one: Statement) -> Row:
    said = phrases.judgement(one.verdict, one.reason) if one.verdict != "new" else ""
    return Row(
        quotation=_quotation(one.fact, one.actors),
        figure=clean(phrases.figure(one.fact)),
        verdict=one.repeats or spaced(one.verdict),
        group=_group(one),
        reason=clean(said),
    )


def _source(member: Member) -> Source:
    what = {"report": "", "copy": "a copy", "translation": "a translation"}[member.part]
    section = "a section of it" if member.role == "mentions" else ""
    kinds: dict[str, tuple[str, str, str]] = {}
    for kind, mine, theirs in member.evidence:
        kinds.setdefault(f"{kind} {mine}", (kind, clean(mine), clean(theirs)))
    return Source(
        who=clean(member.outlet or member.document),
        title=clean(member.title or member.document),
        lang=member.languages[0] if member.languages else "und",
        when=_when(member.moment) + (" (a guess)" if member.date_basis == "guessed" else ""),
        moment=member.moment.isoformat(),
        part=", ".join(filter(None, (what, section))),
        url=_link(member.url),
        linked=clean(member.joined_by or ""),
        evidence=tuple(list(kinds.values())[:_MOST_EVIDENCE]),
    )


def _health(row: Mapping[str, Any]) -> dict[str, str]:
    hours = row["freshness_hours"]
    return {
        "source": clean(row["source"]),
        "state": clean(row["failing"] or row["state"]),
        "group": "apart" if row["failing"] or row["state"] != "active" else "stands",
        "success": f"{row['success_share']:.0%}" if row["success_share"] is not None else "",
        "articles": str(row["articles_day"]),
        "newest": ""
        if hours is None
        else f"{hours:.0f} h"
        if hours < 72
        else f"{hours / 24:.0f} d",
        "error": clean(row["last_error"] or ""),
    }


def _age(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"


def _link(url: str | None) -> str:
    """An address of the web, "" for any other."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    return clean(url) if parts.scheme in ("http", "https") and parts.netloc else ""


def _when(moment: datetime) -> str:
    return f"{_day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def _day(moment: date) -> str:
    at = moment.astimezone(UTC) if isinstance(moment, datetime) else moment
    return re.sub(r"^0", "", f"{at:%d %B %Y}")
