"""What a claim has been said to be, report by report; and claims and facts found by words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from warehouse.conversion import figures, joins
from warehouse.records import Table

Query = Callable[..., Table]
_ID = re.compile(r"[0-9a-f]{4,8}(-[0-9a-f-]{0,27})?")


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of mart.claims, as far as one chooses by it."""

    claim_id: UUID
    claim: str
    unit: str | None
    n_reports: int
    n_values: int
    first_reported: datetime | None
    last_reported: datetime | None


@dataclass(frozen=True, slots=True)
class Telling:
    """One report's statement of a claim.

    Attributes:
        published_at, date_basis: when, and on what that rests.
        document, outlet: where.
        attribution: who says so, where the text says.
        surface: the figure in the words of the report.
        value, low, high: the figure and the ends of what it can mean, in the unit of the claim
            (currencies by the dated table); None where there is none.
        is_converted: whether they were converted by that table.
        date_start, date_end: of a date, in place of a value.
        repeats: "copy" or "translation" of another report, None where it stands for itself.
        verdict, reason, rule: against the nearest report before it that is comparable; `verdict`
            is "new" where there is none.
        earlier: that report's document.
        verdicts: verdict -> number, against all reports before it.
        fact_id: the mention.
    """

    published_at: datetime | None
    date_basis: str | None
    document: str
    outlet: str | None
    attribution: str | None
    surface: str
    value: float | None
    low: float | None
    high: float | None
    is_converted: bool
    date_start: date | None
    date_end: date | None
    repeats: str | None
    verdict: str
    reason: str | None
    rule: str | None
    earlier: str | None
    verdicts: Mapping[str, int]
    fact_id: UUID


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row of mart.facts with the names of all who act."""

    fact: Mapping[str, Any]
    actors: tuple[str, ...]


_CLAIMS = """
SELECT claim_id, claim, unit, n_reports, n_values, first_reported, last_reported,
       concat_ws(' ', claim, actor, predicate, slot, verb) AS words
FROM mart.claims
ORDER BY n_reports DESC, n_values DESC, claim, claim_id
"""


def claims(query: Query, wanted: str) -> list[Claim]:
    """The claims that are meant by an id, its beginning, or words; the best reported first.

    Args:
        query: runs SQL on the replica.
        wanted: a claim id or four or more characters of one; else words, each of which must
            begin a word of the claim. A claim that is exactly so named is meant alone.
    """
    rows = query(_CLAIMS).dicts()
    given = wanted.strip().casefold()
    if _ID.fullmatch(given):
        meant = [row for row in rows if str(row["claim_id"]).startswith(given)]
        if meant:
            return [_claim(row) for row in meant]
    exact = [row for row in rows if row["claim"].casefold() == given]
    words = _words(given)
    found = exact or [row for row in rows if words and _begin(words, _words(row["words"]))]
    return [_claim(row) for row in found]


def _claim(row: Mapping[str, Any]) -> Claim:
    return Claim(**{name: value for name, value in row.items() if name != "words"})


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def _begin(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(beginning) for word in words) for beginning in wanted)


_TELLINGS = f"""
WITH told AS (
    SELECT f.*, mart.reading(f) AS r, c.unit AS claim_unit
    FROM mart.statements s
    JOIN mart.facts f ON f.fact_id = s.fact_id
    JOIN mart.claims c ON c.claim_id = s.claim_id
    WHERE s.claim_id = $claim::UUID
), judged AS (
    SELECT p.fact_id, p.verdict, p.reason, p.rule, p.dependence, e.document AS earlier,
           row_number() OVER (PARTITION BY p.fact_id ORDER BY
               p.verdict IN ('not_comparable', 'follows'),
               e.published_at DESC NULLS FIRST, e.document DESC, e.start_char DESC) AS nearest
    FROM mart.pairs($claim) p JOIN told e ON e.fact_id = p.earlier_fact_id
), counted AS (
    SELECT fact_id, map(list(verdict ORDER BY verdict), list(n ORDER BY verdict)) AS verdicts,
           any_value(repeats) AS repeats
    FROM (SELECT fact_id, verdict, count(*) AS n,
                 max(dependence) FILTER (dependence IN ('copy', 'translation')) AS repeats
          FROM judged GROUP BY ALL)
    GROUP BY fact_id
)
SELECT t.published_at, t.date_basis, t.document, t.outlet, t.attribution, t.surface,
       {figures("t", "value", "low", "high")},
       coalesce(t.currency <> t.claim_unit AND k.rate IS NOT NULL, false) AS is_converted,
       t.date_start, t.date_end, c.repeats, coalesce(j.verdict, 'new') AS verdict, j.reason,
       j.rule, j.earlier, coalesce(c.verdicts, map()) AS verdicts, t.fact_id
FROM told t
{joins("t", "t.claim_unit")}
LEFT JOIN counted c USING (fact_id)
LEFT JOIN judged j ON j.fact_id = t.fact_id AND j.nearest = 1
ORDER BY t.published_at NULLS LAST, t.document, t.start_char, t.fact_id
"""


def tellings(query: Query, claim_id: UUID) -> list[Telling]:
    """Every report's statement of a claim, in the order of publication."""
    return [Telling(**row) for row in query(_TELLINGS, {"claim": str(claim_id)}).dicts()]


_FACTS = """
WITH named AS (
    SELECT fact_id, list(entity ORDER BY position) AS names
    FROM mart.fact_participants WHERE role = 'actor' GROUP BY fact_id
)
SELECT f.*, coalesce(n.names, []::VARCHAR[]) AS names
FROM mart.facts f LEFT JOIN named n USING (fact_id)
WHERE ($document IS NULL OR starts_with(f.document, $document))
  AND ($predicate IS NULL OR f.predicate = $predicate)
  AND ($since::DATE IS NULL OR f.published_at >= $since::DATE)
  AND ($actor IS NULL OR EXISTS (
      FROM mart.fact_participants p WHERE p.fact_id = f.fact_id AND p.role = 'actor'
          AND lower($actor) IN (lower(p.entity), lower(p.family))))
ORDER BY f.published_at DESC NULLS LAST, f.document, f.start_char, f.fact_id
"""


def facts(
    query: Query,
    document: str | None = None,
    actor: str | None = None,
    predicate: str | None = None,
    since: date | None = None,
) -> list[FactRow]:
    """The facts that fit, newest report first, within it in the order of the text.

    Args:
        query: runs SQL on the replica.
        document: beginning of a document's name.
        actor: name of one who acts or of the group it belongs to, in any case.
        predicate: as in `mart.facts`.
        since: first day of publication (UTC).
    """
    parameters = {"document": document, "actor": actor, "predicate": predicate, "since": since}
    rows = query(_FACTS, parameters).dicts()
    return [FactRow(actors=tuple(row.pop("names")), fact=row) for row in rows]
