"""Which verdicts and new facts fit what somebody watches for.

A match is a verdict on two facts, or a fact that is new. What is asked of a fact (who, what, where,
how much, in which report) is asked of one of the two: they are about the same, and either may be
the one that came last. Of several reports that repeat or translate one another, and of several
versions of one article, the same verdict on the same two figures is one match.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from warehouse import identity
from warehouse.changes import LIVE
from warehouse.records import Table
from warehouse.rows import search_text
from warehouse.timeline import FactRow

Query = Callable[..., Table]

NEW = "new"
"""In place of a verdict: no comparable figure was reported before."""

DISPUTES = ("differs", "conflicts", "supersedes", "stale", "mistranslated")
"""Verdicts that copies, translations and mentions of one document may bring by themselves."""

_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts, by the beginning of their characters' names, that do not part words."""


WATCHED = (NEW, "conflicts", "supersedes", "differs", "mistranslated")
"""Verdicts that are watched for where nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is watched for; a key that is empty asks for nothing.

    Attributes:
        actors: names of those who act, or of their groups, in any case.
        predicates, kinds, currencies, units: as in `mart.facts`.
        places: ISO 3166 codes; what lies inside fits too.
        topics: words or phrases of the sentence or the title; in scripts that part words they
            begin a word.
        at_least, at_most: bounds of the value.
        change_at_least: relative to the earlier value.
        verdicts: of `mart.verdicts`, or "new".
        sources, languages, outlets: of the report; "zh" fits "zh-Hant".
        stories: ids, or how they begin, of a story that the figure is of, follows, or once was of.
        min_severity: as in `mart.verdicts`.
    """

    actors: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    change_at_least: float | None = None
    verdicts: tuple[str, ...] = WATCHED
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()
    min_severity: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """A verdict, or a new fact, that fits.

    Attributes:
        fact_id: of the later report, or the new one.
        earlier_fact_id: of the report before, None of a new fact.
        verdict: as in `mart.verdicts`, or "new".
        claim_id: what it is about, None where nothing compares with it.
        severity: as in `mart.verdicts`, 0 where that has none.
        detected_at: start of the run that found it.
        report_id, value_id, earlier_value_id: which voice says it, and what the two figures
            are: two matches that share these and the verdict tell the same.
    """

    fact_id: UUID
    earlier_fact_id: UUID | None
    verdict: str
    claim_id: UUID | None
    severity: float
    detected_at: datetime
    report_id: UUID
    value_id: UUID
    earlier_value_id: UUID | None

    @property
    def match_id(self) -> UUID:
        """What the match is known by."""
        return identity.key("match", self.fact_id, self.earlier_fact_id, self.verdict)


@dataclass(frozen=True, slots=True)
class Told:
    """Both sides of a match, as far as the ledger still has them.

    Attributes:
        verdict: of the match.
        reason, rule: of the verdict, "" of a new fact.
        claim: what the match is about, in words.
        relative_difference: of the values.
        fact: the later or new one.
        earlier: the one before, None of a new fact.
    """

    verdict: str
    reason: str
    rule: str
    claim: str
    relative_difference: float | None
    fact: FactRow
    earlier: FactRow | None


_FIND = """
WITH spoken AS (
    SELECT run_id, started_at FROM ops.runs
    WHERE ($runs IS NULL OR list_contains($runs::VARCHAR[], run_id::VARCHAR))
      AND ($since::TIMESTAMPTZ IS NULL OR started_at >= $since::TIMESTAMPTZ)
      AND (NOT $live OR list_contains($live_kinds, kind) OR run_id IN (
           SELECT run_id FROM ops.outbox WHERE starts_with(name, 'newsledger.fact.')))
), found AS (
    SELECT v.fact_id, v.earlier_fact_id, v.verdict, v.claim_id, coalesce(v.severity, 0) AS severity,
           v.relative_difference, v.detected_at
    FROM mart.verdicts v
    JOIN news.verdicts n ON n.fact_id = v.fact_id AND n.earlier_fact_id = v.earlier_fact_id
        AND n.recorded_to IS NULL
    WHERE n.run_id IN (SELECT run_id FROM spoken)
      AND list_contains($verdicts, v.verdict)
      AND (list_contains($disputes, v.verdict)
           OR v.dependence NOT IN ('copy', 'translation', 'same_document'))
    UNION ALL
    SELECT n.fact_id, NULL, $new, n.claim_id, 0, NULL, s.started_at
    FROM mart.new_facts n
    JOIN news.facts f ON f.fact_id = n.fact_id
    JOIN spoken s ON s.run_id = f.run_id
    WHERE list_contains($verdicts, $new) AND f.kind <> 'number'
), sides AS (
    SELECT f.*, v.title FROM mart.facts f JOIN news.versions v USING (version_id)
    WHERE f.fact_id IN (SELECT fact_id FROM found UNION SELECT earlier_fact_id FROM found)
), fitting AS (
    SELECT fact_id FROM sides f
    WHERE (len($actors) = 0 OR EXISTS (
               FROM mart.fact_participants p
               WHERE p.fact_id = f.fact_id AND p.role = 'actor'
                 AND (list_contains($actors, lower(nfc_normalize(p.entity)))
                      OR list_contains($actors, lower(nfc_normalize(p.family))))))
      AND (len($predicates) = 0 OR list_contains($predicates, f.predicate))
      AND (len($places) = 0 OR EXISTS (
               FROM unnest($places) AS t(place)
               WHERE f.place = t.place OR starts_with(f.place, t.place || '-')))
      AND (len($topics) = 0 OR EXISTS (
               FROM unnest($topics) AS t(topic)
               WHERE contains(' ' || regexp_replace(
                         lower(nfc_normalize(f.sentence || ' ' || f.title)),
                         '[^\\pL\\pM\\pN]+', ' ', 'g'), t.topic)))
      AND (len($kinds) = 0 OR list_contains($kinds, f.kind))
      AND (len($currencies) = 0 OR list_contains($currencies, f.currency))
      AND (len($units) = 0 OR list_contains($units, f.unit))
      AND ($at_least IS NULL OR coalesce(f.value_high, f.value)::DOUBLE >= $at_least)
      AND ($at_most IS NULL OR coalesce(f.value_low, f.value)::DOUBLE <= $at_most)
      AND (len($languages) = 0 OR EXISTS (
               FROM unnest($languages) AS t(tag)
               WHERE lower(f.lang) = t.tag OR starts_with(lower(f.lang), t.tag || '-')))
      AND (len($outlets) = 0
           OR list_contains($outlets, lower(nfc_normalize(f.outlet))))
      AND (len($sources) = 0 OR EXISTS (
               FROM news.documents d
               WHERE d.version_id = f.version_id AND list_contains($sources, d.source)))
      AND ($of_stories IS NULL OR list_contains($of_stories::UUID[], f.fact_id))
), fit AS (
    SELECT m.*, a.version_id, a.report_id, a.published_at, a.document, a.start_char,
           coalesce(x.value_id, m.fact_id) AS value_id,
           coalesce(y.value_id, m.earlier_fact_id) AS earlier_value_id
    FROM found m
    JOIN sides a ON a.fact_id = m.fact_id
    LEFT JOIN sides b ON b.fact_id = m.earlier_fact_id
    LEFT JOIN news.stated_values x ON x.fact_id = m.fact_id
    LEFT JOIN news.stated_values y ON y.fact_id = m.earlier_fact_id
    WHERE (m.fact_id IN (SELECT fact_id FROM fitting)
           OR m.earlier_fact_id IN (SELECT fact_id FROM fitting))
      AND m.severity >= $min_severity
      AND ($change IS NULL OR $change <= CASE
               WHEN b.value <> 0
                    AND coalesce(a.currency, a.unit) IS NOT DISTINCT FROM
                        coalesce(b.currency, b.unit)
               THEN abs(a.value - b.value)::DOUBLE / abs(b.value)::DOUBLE
               ELSE m.relative_difference END)
)
SELECT fact_id, earlier_fact_id, verdict, claim_id, severity::DOUBLE AS severity, detected_at,
       report_id, value_id, earlier_value_id
FROM fit
QUALIFY row_number() OVER (
    PARTITION BY verdict, report_id, value_id, earlier_value_id
    ORDER BY version_id <> report_id, published_at NULLS LAST, document, start_char, fact_id,
             earlier_fact_id) = 1
ORDER BY severity DESC, published_at NULLS LAST, document, start_char, verdict, fact_id,
         earlier_fact_id
"""


def find(
    query: Query,
    wanted: Wanted,
    since: datetime | None = None,
    runs: Sequence[str] | None = None,
    live: bool = False,
) -> list[Match]:
    """What fits, the gravest first.

    Args:
        query: runs SQL on the replica, or on the ledger.
        wanted: what is watched for.
        since: only what runs found that began then or later, zone-aware.
        runs: only what these found.
        live: only what runs found of which somebody waits to hear (`changes.LIVE`), or that
            told of it.
    """
    parameters = {
        "since": since,
        "runs": None if runs is None else list(runs),
        "live": live,
        "live_kinds": list(LIVE),
        "new": NEW,
        "disputes": list(DISPUTES),
        "verdicts": list(wanted.verdicts),
        "actors": [search_text(name) for name in wanted.actors],
        "predicates": list(wanted.predicates),
        "places": list(wanted.places),
        "topics": [topic(words) for words in wanted.topics],
        "kinds": list(wanted.kinds),
        "currencies": list(wanted.currencies),
        "units": list(wanted.units),
        "at_least": None if wanted.at_least is None else float(wanted.at_least),
        "at_most": None if wanted.at_most is None else float(wanted.at_most),
        "change": wanted.change_at_least,
        "languages": [tag.lower() for tag in wanted.languages],
        "outlets": [search_text(name) for name in wanted.outlets],
        "sources": list(wanted.sources),
        "of_stories": _facts_of(query, wanted.stories) if wanted.stories else None,
        "min_severity": wanted.min_severity,
    }
    return [Match(**row) for row in query(_FIND, parameters).dicts()]


# A story's id goes by its first report: where an earlier one came late, it is another one now.
_OF_STORIES = """
WITH named AS (
    SELECT DISTINCT version_id FROM news.story_members
    WHERE role = 'primary' AND EXISTS (
        FROM unnest($stories) AS t(id) WHERE starts_with(story_id::VARCHAR, t.id))
), sagas AS (
    SELECT DISTINCT s.saga_id FROM mart.stories s
    JOIN news.story_members m ON m.story_id = s.story_id AND m.recorded_to IS NULL
    JOIN named USING (version_id)
    WHERE m.role = 'primary'
)
SELECT f.fact_id FROM mart.story_facts f
JOIN mart.stories s USING (story_id)
WHERE s.saga_id IN (FROM sagas)
"""


def _facts_of(query: Query, stories: Sequence[str]) -> list[str]:
    """Mentions of stories, and of what follows them."""
    asked = {"stories": [one.lower() for one in stories]}
    return [str(fact) for (fact,) in query(_OF_STORIES, asked).rows]


def topic(words: str) -> str:
    """Words in the form in which they are looked for.

    Args:
        words: a word or phrase; where its script parts words, the last one may be a beginning.
    """
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in search_text(words))
    plain = " ".join("".join(kept).split())
    spaced = not unicodedata.name(plain[:1] or " ", "").startswith(_UNSPACED)
    return f" {plain}" if spaced else plain


_SIDES = """
WITH named AS (
    SELECT fact_id, list(entity ORDER BY position) AS names
    FROM mart.fact_participants
    WHERE role = 'actor' AND list_contains($ids::UUID[], fact_id) GROUP BY fact_id
)
SELECT f.*, coalesce(n.names, []::VARCHAR[]) AS names,
       mart.claim_words(f.actor, f.predicate, f.verb, f.slot, coalesce(f.currency, f.unit),
                        f.place) AS claim
FROM mart.facts f LEFT JOIN named n USING (fact_id)
WHERE list_contains($ids::UUID[], f.fact_id)
"""

_REASONS = """
SELECT fact_id, earlier_fact_id, verdict, reason, rule, relative_difference FROM news.verdicts
WHERE list_contains($ids::UUID[], fact_id)
QUALIFY row_number() OVER (PARTITION BY fact_id, earlier_fact_id, verdict
                           ORDER BY recorded_to DESC NULLS FIRST) = 1
"""


def told(query: Query, matches: Sequence[tuple[UUID, UUID | None, str]]) -> list[Told]:
    """Both sides of matches, in their order; those whose facts are no more are left out.

    Args:
        query: runs SQL on the replica.
        matches: fact, earlier fact and verdict.
    """
    ids = sorted({str(one) for fact, earlier, _ in matches for one in (fact, earlier) if one})
    facts: dict[UUID, FactRow] = {}
    claims: dict[UUID, str] = {}
    for row in query(_SIDES, {"ids": ids}).dicts():
        claims[row["fact_id"]] = row.pop("claim")
        facts[row["fact_id"]] = FactRow(actors=tuple(row.pop("names")), fact=row)
    reasons = {
        (fact, earlier, verdict): (reason, rule, apart)
        for fact, earlier, verdict, reason, rule, apart in query(_REASONS, {"ids": ids}).rows
    }
    return [
        Told(
            verdict=verdict,
            reason=reason,
            rule=rule,
            claim=claims[earlier or fact],
            relative_difference=apart,
            fact=facts[fact],
            earlier=facts[earlier] if earlier else None,
        )
        for fact, earlier, verdict in matches
        if fact in facts and (earlier is None or earlier in facts)
        for reason, rule, apart in [reasons.get((fact, earlier, verdict), ("", "", None))]
    ]
