"""Reading again: what a better extractor finds in versions that are stored already.

The text of a version stays; what a reading makes of it (title, body, removals, passages, facts)
takes the place of what the reading before made, which is kept with the time that it was known
(`news.past_*`). Facts that are found as before keep their rows, corrections are laid over the new
ones, and copies, verdicts and claims follow, as they would from a first reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from extractors.records import Article, Stored
from warehouse import compare, copies, overrides, past, search, stories
from warehouse.captures import record_run
from warehouse.records import AlteredVersion, KeptVersion, RereadReport, Run, Table

_FRESH = ("versions", "removals", "passages", "facts", "participants")

_OF_READING = (
    "outcome", "message", "title", "body", "content_hash", "languages",
    "kept_lines", "removed_lines",
)  # fmt: skip
"""Columns of news.versions that a reading makes."""

_READING = f"version_id, {', '.join(_OF_READING)}"

# Facts and participants as the last reading gave them, without the run that made them.
_BASE = (
    """
    CREATE OR REPLACE TEMP TABLE base_facts AS
    FROM news.facts WHERE version_id IN (SELECT version_id FROM fresh_versions)
        AND fact_id NOT IN (SELECT fact_id FROM news.original_facts)
    UNION ALL
    FROM news.original_facts WHERE version_id IN (SELECT version_id FROM fresh_versions)
    """,
    """
    CREATE OR REPLACE TEMP TABLE base_participants AS
    FROM news.participants WHERE fact_id IN (SELECT fact_id FROM base_facts)
        AND fact_id NOT IN (SELECT fact_id FROM news.original_facts)
    UNION ALL
    FROM news.original_participants WHERE fact_id IN (SELECT fact_id FROM base_facts)
    """,
)

_DIFFERENT = """
CREATE OR REPLACE TEMP TABLE different AS
WITH base AS (SELECT * EXCLUDE run_id FROM base_facts),
     fresh AS (SELECT * EXCLUDE run_id FROM fresh_facts),
changed AS (
    SELECT fact_id FROM (FROM base EXCEPT FROM fresh)
    UNION SELECT fact_id FROM (FROM fresh EXCEPT FROM base)
    UNION SELECT fact_id FROM (FROM base_participants EXCEPT FROM fresh_participants)
    UNION SELECT fact_id FROM (FROM fresh_participants EXCEPT FROM base_participants)
)
SELECT fact_id, coalesce(f.version_id, b.version_id) AS version_id,
       CASE WHEN b.fact_id IS NULL THEN 'added' WHEN f.fact_id IS NULL THEN 'gone'
            ELSE 'changed' END AS what
FROM changed
LEFT JOIN base_facts b USING (fact_id) LEFT JOIN fresh_facts f USING (fact_id)
"""

_ALTERED = f"""
CREATE OR REPLACE TEMP TABLE altered AS
SELECT version_id FROM (
    SELECT {_READING} FROM fresh_versions EXCEPT SELECT {_READING} FROM news.versions)
UNION SELECT version_id FROM different
UNION SELECT version_id FROM (
    FROM fresh_removals EXCEPT FROM news.removals
    WHERE version_id IN (SELECT version_id FROM fresh_versions))
UNION SELECT version_id FROM (
    FROM fresh_passages EXCEPT FROM news.passages
    WHERE version_id IN (SELECT version_id FROM fresh_versions))
"""

# Since when the readings of altered versions have been known.
_SINCE = """
CREATE OR REPLACE TEMP TABLE reading_since AS
SELECT version_id, coalesce((SELECT max(p.recorded_to) FROM news.past_readings p
                             WHERE p.version_id = v.version_id), found_at) AS since
FROM news.versions v WHERE version_id IN (FROM altered)
"""

_END_READINGS = (
    """
    INSERT INTO news.past_readings
    SELECT v.version_id, outcome, message, title, body, content_hash, languages, kept_lines,
           removed_lines, s.since, $now
    FROM news.versions v JOIN reading_since s USING (version_id)
    """,
    "INSERT INTO news.past_removals "
    "SELECT r.*, s.since, $now FROM news.removals r JOIN reading_since s USING (version_id)",
    "INSERT INTO news.past_passages "
    "SELECT p.*, s.since, $now FROM news.passages p JOIN reading_since s USING (version_id)",
)

_NEW_READINGS = (
    f"UPDATE news.versions v SET {', '.join(f'{name} = f.{name}' for name in _OF_READING)} "
    "FROM fresh_versions f WHERE f.version_id = v.version_id AND v.version_id IN (FROM altered)",
    *(
        sql
        for name in ("removals", "passages")
        for sql in (
            f"DELETE FROM news.{name} WHERE version_id IN (FROM altered)",
            f"INSERT INTO news.{name} FROM fresh_{name} WHERE version_id IN (FROM altered)",
        )
    ),
)

_NEW_FACTS = tuple(
    sql
    for name in ("facts", "participants")
    for sql in (
        f"DELETE FROM news.original_{name} WHERE fact_id IN (SELECT fact_id FROM moved_fact)",
        f"INSERT INTO news.{name} FROM fresh_{name} "
        "WHERE fact_id IN (SELECT fact_id FROM moved_fact)",
    )
)

# A version that is no report any more is nobody's copy, and nobody is its copy.
_LEAVING = """
CREATE OR REPLACE TEMP TABLE leaving_star AS
WITH emptied AS (
    SELECT version_id FROM news.versions
    WHERE version_id IN (FROM altered)
      AND (body = '' OR outcome NOT IN ('loaded', 'paywalled', 'live'))
)
SELECT version_id FROM news.copies
WHERE recorded_to IS NULL
  AND (version_id IN (FROM emptied) OR canonical_id IN (FROM emptied))
"""

_LEAVE = (
    "UPDATE news.copies SET recorded_to = $now "
    "WHERE recorded_to IS NULL AND version_id IN (FROM leaving_star)",
    "INSERT INTO altered FROM leaving_star WHERE version_id NOT IN (FROM altered)",
    "INSERT INTO met_versions FROM altered WHERE version_id NOT IN (FROM met_versions)",
)

_VERDICTS = """
WITH pairs AS (
    SELECT fact_id, earlier_fact_id, bool_or(recorded_to IS NULL) AS holds,
           bool_or(recorded_to IS NOT DISTINCT FROM $now) AS held
    FROM news.verdicts
    WHERE (recorded_to IS NULL AND run_id = $run::UUID AND recorded_from = $now)
       OR recorded_to = $now
    GROUP BY ALL
)
SELECT count(*) FILTER (holds AND NOT held), count(*) FILTER (holds AND held),
       count(*) FILTER (NOT holds)
FROM pairs
"""

_COUNTS = """
SELECT d.document, count(*) FILTER (x.what = 'added'), count(*) FILTER (x.what = 'changed'),
       count(*) FILTER (x.what = 'gone')
FROM reading_since s
JOIN news.documents_of('reading_since') d USING (version_id)
LEFT JOIN different x USING (version_id)
GROUP BY d.document, s.version_id ORDER BY d.document, s.version_id
"""

_WANTED = """
SELECT d.version_id, strlen(v.original)
FROM news.version_documents d JOIN news.versions v USING (version_id)
WHERE v.original <> ''
  AND ($since IS NULL OR coalesce(d.published_at, d.found_at) >= $since::DATE)
  AND ($source IS NULL OR d.source = $source)
  AND ($document IS NULL OR starts_with(d.document, $document))
ORDER BY d.moment NULLS LAST, d.document, d.version_id
"""

_KEPT = """
WITH wanted AS (
    SELECT unnest($versions::UUID[]) AS version_id, generate_subscripts($versions, 1) AS place
), outside AS (
    SELECT version_id, list(start_char) AS starts FROM news.removals
    WHERE rule = 'extractor' AND version_id IN (SELECT version_id FROM wanted)
    GROUP BY version_id
)
SELECT v.version_id, d.document, d.source, d.url, d.outlet, v.original,
       coalesce(o.starts, []::INTEGER[]) AS left_out, coalesce(d.headline, v.title) AS headline,
       d.declared_lang, d.place, d.published_at,
       coalesce(d.published_offset, 0) AS published_offset, d.date_basis, d.modified_at,
       d.fetched_at, coalesce(d.authors, []::VARCHAR[]) AS authors, v.media_type, v.charset,
       v.charset_basis, coalesce(d.extraction, '') AS extraction, v.outcome, r.versions
FROM wanted
JOIN news.versions v USING (version_id)
JOIN news.version_documents d USING (version_id)
JOIN ops.runs r ON r.run_id = v.run_id
LEFT JOIN outside o USING (version_id)
ORDER BY place
"""


def wanted(
    query: Callable[..., Table], since: date | None, source: str | None, document: str | None
) -> list[tuple[UUID, int]]:
    """The versions that have a text to read again, in canonical order, with its length in bytes.

    Args:
        query: runs SQL on the replica.
        since: only those published (or else found) on this day (UTC) or after it.
        source: only those of this source.
        document: only those of documents whose name begins so.
    """
    rows = query(_WANTED, {"since": since, "source": source, "document": document}).rows
    return [(version, size) for version, size in rows]


def kept(query: Callable[..., Table], versions: Sequence[UUID]) -> list[KeptVersion]:
    """What is kept of versions, in their order: of each as its first document describes it."""
    return [_kept(row) for row in query(_KEPT, {"versions": list(versions)}).dicts()]


def _kept(row: dict[str, Any]) -> KeptVersion:
    version, made_by = row.pop("version_id"), row.pop("versions")
    row["published_at"] = _local(row["published_at"], row.pop("published_offset"))
    row["left_out"] = frozenset(row["left_out"])
    row["authors"] = tuple(row["authors"])
    return KeptVersion(version, Stored(**row), made_by)


def _local(moment: datetime | None, offset: int) -> datetime | None:
    """A moment by a clock that is so many seconds ahead of UTC."""
    return moment and moment.astimezone(timezone(timedelta(seconds=offset)))


def reread(
    connection: duckdb.DuckDBPyConnection,
    staged: Mapping[str, pa.Table],
    read: Mapping[UUID, Article],
    run: Run,
) -> RereadReport:
    """Put new readings in the place of those before; the caller owns lock and transaction.

    Args:
        connection: with the schema applied.
        staged: the readings as rows (`rows.readings`).
        read: the readings, by version.
        run: that read them.

    Returns:
        What is other than before.
    """
    now = run.started_at
    record_run(connection, run)
    for name in _FRESH:
        connection.register(f"staged_{name}", staged[name])
        connection.execute(f"CREATE OR REPLACE TEMP TABLE fresh_{name} AS FROM news.{name} LIMIT 0")
        connection.execute(f"INSERT INTO fresh_{name} FROM staged_{name}")
        connection.unregister(f"staged_{name}")
    for name in ("new_versions", "met_versions"):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT version_id FROM news.versions LIMIT 0"
        )
    for sql in (*_BASE, _DIFFERENT, _ALTERED, _SINCE):
        connection.execute(sql)
    for sql in _END_READINGS:
        connection.execute(sql, {"now": now})
    for sql in _NEW_READINGS:
        connection.execute(sql)
    connection.execute("CREATE OR REPLACE TEMP TABLE moved_fact AS SELECT fact_id FROM different")
    past.end_facts(connection, now)
    for sql in _NEW_FACTS:
        connection.execute(sql)
    past.close_gone(connection, now)
    connection.execute(_LEAVING)
    for sql in _LEAVE:
        connection.execute(sql, {"now": now} if "$now" in sql else None)
    overrides.apply(connection, run, None)
    copies.update(connection, run)
    ((anew,),) = connection.execute("SELECT EXISTS (FROM altered)").fetchall()
    stories.update(connection, run, anew=anew)
    compare.update(connection, run)
    search.forget(connection, "altered")
    search.update(connection)
    altered = [AlteredVersion(*row) for row in connection.execute(_COUNTS).fetchall()]
    (verdicts,) = connection.execute(_VERDICTS, {"now": now, "run": run.run_id}).fetchall()
    return RereadReport(len(read), tuple(altered), *verdicts)
