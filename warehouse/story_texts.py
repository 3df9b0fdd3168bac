"""The reports that stories are made of, and the evidence on which they meet.

What the reading found of each version is looked up in the ledger, so that a ledger from before
gets its stories without being read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import pyarrow as pa

from extractors import evidence
from extractors.evidence import Figure, Span
from extractors.records import READ
from warehouse import embeddings
from warehouse.candidates import stage

METHOD = 100 * evidence.VERSION + 1

_TABLES = ("story_texts", "evidence", "evidence_samples", "common_evidence", "story_pairs")

_DATED = """
CREATE OR REPLACE TEMP TABLE story_dated AS
SELECT d.version_id, d.document, coalesce(d.moment, d.found_at) AS moment,
       CASE WHEN d.published_at IS NOT NULL THEN coalesce(d.date_basis, 'stated')
            WHEN d.fetched_at IS NOT NULL THEN 'fetched' ELSE 'found' END AS basis,
       (epoch(coalesce(d.moment, d.found_at)) // 86400)::INTEGER AS day,
       r.report_id = d.version_id AS is_report
FROM news.documents_of('story_wanted') d
JOIN news.reports_of('story_wanted') r USING (version_id)
JOIN news.versions_of('story_wanted') v USING (version_id)
WHERE v.body <> '' AND list_contains($read, v.outcome)
"""

_ENTERING = """
CREATE OR REPLACE TEMP TABLE story_entering AS
SELECT ($top + row_number() OVER (ORDER BY moment, document, version_id))::INTEGER AS number, *
FROM story_dated WHERE version_id NOT IN (SELECT version_id FROM news.story_texts)
"""

# What the reading gave, whatever a user corrected since.
_FIGURES = """
WITH read AS (
    FROM news.facts WHERE fact_id NOT IN (SELECT fact_id FROM news.original_facts)
    UNION ALL BY NAME FROM news.original_facts
)
SELECT e.number, f.kind, f.value, coalesce(f.currency, f.unit), f.start_char,
       f.end_char, f.predicate, f.date_start, f.date_end
FROM read f JOIN story_entering e USING (version_id) ORDER BY e.number, f.start_char, f.fact_id
"""

_CHANGED = """
CREATE OR REPLACE TEMP TABLE story_changed AS
SELECT t.number, t.day AS old_day, d.* EXCLUDE version_id
FROM story_dated d JOIN news.story_texts t USING (version_id)
WHERE (t.document, t.moment, t.basis, t.is_report)
      <> (d.document, d.moment, d.basis, d.is_report)
"""

_MOVE = (
    """
    UPDATE news.story_texts t
    SET document = c.document, moment = c.moment, basis = c.basis, day = c.day,
        is_report = c.is_report
    FROM story_changed c WHERE c.number = t.number
    """,
    """
    UPDATE news.evidence e SET day = c.day FROM story_changed c
    WHERE c.number = e.number AND c.day <> c.old_day
    """,
)


def update(connection: duckdb.DuckDBPyConnection, *, anew: bool) -> bool:
    """Enter the reports of a batch, and what others are known by since; see `stories.update`.

    Leaves the temporary tables story_entering and story_changed.

    Returns:
        Whether stories may change.

    Raises:
        embeddings.Wanting: the ledger links with a model, of which vectors are missing.
    """
    _wanted(connection, anew)
    connection.execute(_DATED, {"read": sorted(READ)})
    _enter(connection)
    connection.execute(_CHANGED)
    if not (anew or _any(connection, "story_entering") or _any(connection, "story_changed")):
        return False
    for sql in _MOVE:
        connection.execute(sql)
    return True


def _any(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return bool(connection.execute(f"SELECT EXISTS (FROM {table})").fetchall()[0][0])


def _wanted(connection: duckdb.DuckDBPyConnection, anew: bool) -> None:
    """List the versions to look at: those of the batch, or all if the method has changed."""
    ((stale,),) = connection.execute(
        "SELECT EXISTS (FROM news.story_texts WHERE method <> ?)", [METHOD]
    ).fetchall()
    if stale or anew:
        for table in _TABLES:
            connection.execute(f"DELETE FROM news.{table}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE story_wanted AS "
        "SELECT version_id FROM new_versions UNION SELECT version_id FROM met_versions "
        "UNION SELECT version_id FROM regrouped "
        "UNION SELECT version_id FROM news.versions WHERE NOT EXISTS (FROM news.story_texts)"
    )


def _enter(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the evidence of the versions that are new here."""
    ((top,),) = connection.execute(
        "SELECT coalesce(max(number), 0) FROM news.story_texts"
    ).fetchall()
    connection.execute(_ENTERING, {"top": top})
    embeddings.enter(connection)
    rows = [
        (number, evidence.key(one), one.kind, one.value, one.script, one.surface, one.start,
         one.weight)
        for number, found in _evidence(connection)
        for one in found
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * 8
    types = (pa.int32(), pa.uint64(), *[pa.string()] * 4, pa.int32(), pa.float64())
    names = ("number", "key", "kind", "value", "script", "surface", "start_char", "place")
    stage(connection, "story_evidence", {
        name: pa.array(column, kind)
        for name, column, kind in zip(names, columns, types, strict=True)
    })  # fmt: skip
    connection.execute(
        "INSERT INTO news.evidence BY NAME "
        "SELECT s.*, e.day FROM story_evidence s JOIN story_entering e USING (number)"
    )
    connection.execute(
        "INSERT INTO news.story_texts BY NAME "
        "SELECT e.*, coalesce(s.size, 0) AS size, l.lead, ? AS method "
        "FROM story_entering e LEFT JOIN ("
        "  SELECT number, sum((1000 * weight * place)::BIGINT) / 1000 AS size"
        "  FROM story_evidence JOIN news.evidence_kinds USING (kind) GROUP BY number"
        ") s USING (number) LEFT JOIN story_leads_now l USING (number)",
        [METHOD],
    )


def _evidence(
    connection: duckdb.DuckDBPyConnection,
) -> Iterable[tuple[int, tuple[evidence.Evidence, ...]]]:
    """The evidence of each entering version, from what the ledger has of it."""
    figures = {
        number: [
            Figure(kind, value, unit, start, end, event, (first, last) if first and last else None)
            for _, kind, value, unit, start, end, event, first, last in rows
        ]
        for number, rows in _grouped(connection, _FIGURES)
    }
    spans = {
        number: [Span(*row[1:]) for row in rows]
        for number, rows in _grouped(
            connection,
            "SELECT e.number, p.lang, p.start_char, p.end_char FROM news.passages p "
            "JOIN story_entering e USING (version_id) ORDER BY e.number, p.passage",
        )
    }
    removed = {
        number: [row[1:] for row in rows]
        for number, rows in _grouped(
            connection,
            "SELECT e.number, r.start_char, r.end_char FROM news.removals r "
            "JOIN story_entering e USING (version_id) ORDER BY e.number, r.start_char",
        )
    }
    for number, title, original in connection.execute(
        "SELECT e.number, v.title, v.original FROM news.versions_of('story_entering') v "
        "JOIN story_entering e USING (version_id) ORDER BY e.number"
    ).fetchall():
        text = evidence.blank(original, removed.get(number, []))
        yield (
            number,
            evidence.find(title, text, spans.get(number, []), figures.get(number, [])),
        )


def _grouped(
    connection: duckdb.DuckDBPyConnection, sql: str
) -> Iterable[tuple[int, list[tuple[Any, ...]]]]:
    """Rows in runs of their first column, by which the query orders them."""
    for number, rows in groupby(connection.execute(sql).fetchall(), itemgetter(0)):
        yield number, list(rows)
