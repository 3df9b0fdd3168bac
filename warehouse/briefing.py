"""What an analyst reads in the morning: what differs, story by story, and how the sources do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from warehouse.conversion import figures, joins
from warehouse.matches import Told, told
from warehouse.records import Table

Query = Callable[..., Table]


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a story.

    Attributes:
        role: "primary", or "mentions" where only a section is of the story.
        part: "report", "copy" or "translation".
        moment: when it was published, else captured or found; `date_basis` says on what it rests.
        joined_by: the document it shares most with, None for the first of a story.
        score: of that link.
        evidence: kind, own words and the other's, the weightiest first.
    """

    document: str
    role: str
    part: str
    outlet: str | None
    title: str
    url: str
    languages: tuple[str, ...]
    moment: datetime
    date_basis: str
    joined_by: str | None
    score: float | None
    evidence: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one report states of a claim.

    Attributes:
        fact: the row of `mart.facts` of its first mention.
        actors: canonical names of all who act.
        value, low, high: the figure and the ends of what it can mean, in the unit of the claim;
            None where there is none, or it cannot be converted.
        verdict, reason: against the nearest earlier report that it can be compared with; "new"
            and "" where there is none.
        repeats: "copy" or "translation" of another report, None where it stands for itself.
    """

    fact: Mapping[str, Any]
    actors: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    verdict: str
    reason: str
    repeats: str | None


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim of a story with everything that reports state of it, in the order of publication."""

    claim_id: UUID
    claim: str
    unit: str | None
    status: str
    severity: float | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A row of `mart.stories` with its documents and claims, the gravest claim first.

    Attributes:
        n_single: claims of one report only, which are left out.
    """

    story_id: UUID
    title: str
    first_seen: datetime
    last_seen: datetime
    languages: tuple[str, ...]
    n_outlets: int
    n_reports: int
    severity: float
    members: tuple[Member, ...]
    claims: tuple[ClaimLine, ...]
    n_single: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """All of it.

    Attributes:
        as_of: end of the last run that changed the ledger, None of an empty one.
        counts: documents, outlets, languages, facts, stories.
        differences: what reports differ in, both sides of each, the gravest first.
        n_differences: how many there are, those left out included.
        stories: the most disputed first, then the newest.
        n_stories: how many there are.
        sources: rows of `mart.source_health`, those in trouble first.
    """

    as_of: datetime | None
    counts: Mapping[str, int]
    differences: tuple[Told, ...]
    n_differences: int
    stories: tuple[Story, ...]
    n_stories: int
    sources: tuple[Mapping[str, Any], ...]


def briefing(
    query: Query,
    since: date | None = None,
    story: str | None = None,
    most_stories: int = 50,
    most_differences: int = 100,
) -> Briefing:
    """What a report shows.

    Args:
        query: runs SQL on the replica.
        since: first day (UTC) on which a report was published or a difference found.
        story: beginning of a story id; only this one.
        most_stories: how many stories at most.
        most_differences: how many differences at most.
    """
    named = {"since": since, "story": story}
    pairs = query(_DIFFERENCES, named).rows
    rows = query(_STORIES, named).dicts()
    shown = rows[:most_stories]
    ids = {"ids": [str(row["story_id"]) for row in shown]}
    members = _by(query(_MEMBERS, ids).dicts(), "story_id")
    claims = _by(_claim_lines(query, ids), "story_id")
    [counts] = query(_COUNTS).dicts()
    return Briefing(
        as_of=counts.pop("as_of"),
        counts=counts,
        differences=tuple(told(query, pairs[:most_differences])),
        n_differences=len(pairs),
        stories=tuple(
            _story(row, members.get(row["story_id"], ()), claims.get(row["story_id"], ()))
            for row in shown
        ),
        n_stories=len(rows),
        sources=tuple(query(_SOURCES).dicts()),
    )


_COUNTS = """
SELECT (SELECT max(started_at) FROM ops.runs) AS as_of,
       (SELECT count(*) FROM mart.documents) AS documents,
       (SELECT count(DISTINCT outlet) FROM mart.documents) AS outlets,
       (SELECT count(DISTINCT lang) FROM mart.passages) AS languages,
       (SELECT count(*) FROM news.facts) AS facts
"""

# By when they were reported and by when they were found: a replay finds old ones today.
_DIFFERENCES = """
SELECT fact_id, earlier_fact_id, verdict FROM mart.disagreements
WHERE ($since::DATE IS NULL OR coalesce(published_at, detected_at) >= $since::DATE
       OR detected_at >= $since::DATE)
  AND ($story IS NULL OR fact_id IN (
        SELECT fact_id FROM mart.story_facts WHERE starts_with(story_id::VARCHAR, $story)))
ORDER BY severity DESC NULLS LAST, claim, document, earlier_document, fact_id, earlier_fact_id
"""

_STORIES = """
WITH weighed AS (
    SELECT f.story_id, sum(d.severity) AS severity, max(d.detected_at) AS detected_at
    FROM mart.disagreements d JOIN mart.story_facts f ON f.fact_id = d.fact_id
    GROUP BY f.story_id
)
SELECT s.story_id, s.title, s.first_seen, s.last_seen, s.languages, s.n_outlets, s.n_reports,
       coalesce(w.severity, 0) AS severity
FROM mart.stories s LEFT JOIN weighed w USING (story_id)
WHERE ($since::DATE IS NULL OR s.last_seen >= $since::DATE OR w.detected_at >= $since::DATE)
  AND ($story IS NULL OR starts_with(s.story_id::VARCHAR, $story))
ORDER BY severity DESC, s.last_seen DESC, s.story_id
"""

_MEMBERS = """
WITH member AS (
    FROM mart.story_members WHERE list_contains($ids::VARCHAR[], story_id::VARCHAR)
), shared AS (
    SELECT document, other_document,
           list([kind, surface, other_surface] ORDER BY weight DESC, kind, surface) AS evidence
    FROM mart.story_links
    WHERE relation IN ('link', 'mentions') AND document IN (SELECT document FROM member)
    GROUP BY ALL
)
SELECT m.story_id, m.document, m.role, m.part, m.outlet, m.title, coalesce(d.url, '') AS url,
       m.languages, m.moment, m.date_basis, m.joined_by, m.score,
       coalesce(x.evidence, []) AS evidence
FROM member m
LEFT JOIN (SELECT version_id, any_value(url ORDER BY url) AS url
           FROM mart.documents GROUP BY version_id) d USING (version_id)
LEFT JOIN shared x ON x.document = m.document AND x.other_document = m.joined_by
ORDER BY m.story_id, m.moment, m.document
"""

# Of the figures of a claim in other currencies, those that the dated table converts.
_STATEMENTS = f"""
WITH wanted AS (
    SELECT story_id, claim_id, claim, unit, status, severity, n_reports
    FROM mart.story_claims JOIN (SELECT claim_id, n_reports FROM mart.claims) USING (claim_id)
    WHERE list_contains($ids::VARCHAR[], story_id::VARCHAR)
), stated AS (
    SELECT f.*, mart.reading(f) AS r
    FROM mart.facts f
    WHERE f.fact_id IN (SELECT fact_id FROM mart.statements
                        WHERE claim_id IN (SELECT claim_id FROM wanted WHERE n_reports > 1))
), named AS (
    SELECT fact_id, list(entity ORDER BY position) AS names
    FROM mart.fact_participants WHERE role = 'actor' GROUP BY fact_id
), judged AS (
    SELECT v.fact_id, v.verdict, v.reason, v.dependence,
           row_number() OVER (PARTITION BY v.fact_id ORDER BY
               v.verdict IN ('not_comparable', 'follows'), e.published_at DESC NULLS LAST,
               e.document DESC, e.start_char DESC) AS nearest
    FROM mart.verdicts v JOIN mart.facts e ON e.fact_id = v.earlier_fact_id
    WHERE v.fact_id IN (SELECT fact_id FROM stated) AND v.dependence <> 'same_document'
)
SELECT w.story_id, w.claim_id, w.claim, w.unit AS claim_unit, w.status,
       w.severity AS claim_severity, w.n_reports, s.* EXCLUDE (r, claim_id),
       coalesce(n.names, []) AS names, {figures("s", "said", "said_low", "said_high")},
       coalesce(j.verdict, 'new') AS verdict, coalesce(j.reason, '') AS reason,
       CASE WHEN j.dependence IN ('copy', 'translation') THEN j.dependence END AS repeats
FROM wanted w
LEFT JOIN stated s ON s.claim_id = w.claim_id
LEFT JOIN named n ON n.fact_id = s.fact_id
LEFT JOIN judged j ON j.fact_id = s.fact_id AND j.nearest = 1
{joins("s", "w.unit")}
ORDER BY w.severity DESC NULLS LAST, w.n_reports DESC, w.claim, w.claim_id,
         s.published_at NULLS LAST, s.document, s.start_char, s.fact_id
"""

_SOURCES = """
FROM mart.source_health
ORDER BY failing = '', state = 'active', success_share, source
"""


def _by(rows: Iterable[Mapping[str, Any]], key: str) -> dict[UUID, list[Mapping[str, Any]]]:
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _claim_lines(query: Query, ids: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """One row a claim of a story: story_id, n_reports, and the line (None of a single report)."""
    rows: dict[tuple[UUID, UUID], list[dict[str, Any]]] = {}
    for row in query(_STATEMENTS, ids).dicts():
        rows.setdefault((row["story_id"], row["claim_id"]), []).append(row)
    return [
        {
            "story_id": story_id,
            "line": ClaimLine(
                claim_id=claim_id,
                claim=stated[0]["claim"],
                unit=stated[0]["claim_unit"],
                status=stated[0]["status"],
                severity=stated[0]["claim_severity"],
                statements=tuple(map(_statement, stated)),
            )
            if stated[0]["n_reports"] > 1
            else None,
        }
        for (story_id, claim_id), stated in rows.items()
    ]


def _statement(row: Mapping[str, Any]) -> Statement:
    return Statement(
        fact=row,
        actors=tuple(row["names"]),
        value=row["said"],
        low=row["said_low"],
        high=row["said_high"],
        verdict=row["verdict"],
        reason=row["reason"],
        repeats=row["repeats"],
    )


def _story(
    row: Mapping[str, Any],
    members: Sequence[Mapping[str, Any]],
    claims: Sequence[Mapping[str, Any]],
) -> Story:
    lines = [claim["line"] for claim in claims]
    return Story(
        **{name: value for name, value in row.items() if name != "languages"},
        languages=tuple(row["languages"]),
        members=tuple(_member(member) for member in members),
        claims=tuple(line for line in lines if line is not None),
        n_single=sum(line is None for line in lines),
    )


def _member(row: Mapping[str, Any]) -> Member:
    evidence = tuple((kind, mine, theirs) for kind, mine, theirs in row["evidence"])
    named = {name: value for name, value in row.items() if name not in ("story_id", "evidence")}
    return Member(**{**named, "languages": tuple(row["languages"])}, evidence=evidence)
