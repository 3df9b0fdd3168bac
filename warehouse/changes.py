"""What a load changed, as events: one a name and batch, written in the load's transaction.

Told of are live runs, of which somebody waits to hear; a replay, a backfill or a rereading tells
nothing unless it is asked to. A user's correction takes back what was told before, and tells no
more. A verdict is taken back (`fact.retracted`) only where it was told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from extractors.records import READ
from warehouse import outbox
from warehouse.outbox import TOLD
from warehouse.records import Event, Run

LIVE = ("monitor", "process", "recheck")
"""Kinds of run that tell what they changed."""

CORRECTION = "correct"
"""The kind of run that takes back what was told, and tells nothing else."""

MOST_NAMED = 50
"""Ids in a payload; the tables have all, under the run's id."""

_VERDICTS = ("conflicts", "supersedes", "differs")

_ARTICLES = """
WITH fresh AS (
    SELECT version_id, article_id FROM news.versions
    WHERE version_id IN (FROM new_versions) AND list_contains($read, outcome)
), met AS (
    SELECT version_id, min(fetched_at) AS fetched_at FROM news.documents
    WHERE version_id IN (SELECT version_id FROM fresh) GROUP BY version_id
)
SELECT f.article_id::VARCHAR, f.version_id::VARCHAR,
       f.article_id IN (
           SELECT article_id FROM news.versions
           WHERE article_id IN (SELECT article_id FROM fresh)
             AND version_id NOT IN (FROM new_versions) AND list_contains($read, outcome))
       OR row_number() OVER (PARTITION BY f.article_id
                             ORDER BY m.fetched_at NULLS FIRST, f.version_id) > 1
FROM fresh f LEFT JOIN met m USING (version_id)
ORDER BY ALL
"""

# As mart.new_facts, of the batch.
_NEW_FACTS = """
WITH stated AS (
    SELECT fact_id, statement_id, version_id, role_in_statement, start_char FROM news.facts
    WHERE version_id IN (FROM new_versions)
)
SELECT arg_min(fact_id, (role_in_statement <> 'native', start_char, fact_id))::VARCHAR AS fact_id
FROM stated
WHERE statement_id NOT IN (
    SELECT a.statement_id
    FROM stated a
    JOIN news.verdicts v ON v.fact_id = a.fact_id
    JOIN news.facts b ON b.fact_id = v.earlier_fact_id
    WHERE v.recorded_to IS NULL AND b.version_id <> a.version_id
      AND v.verdict NOT IN ('not_comparable', 'follows'))
GROUP BY statement_id
ORDER BY fact_id
"""

# The verdicts that are told of, as they stand.
_STANDING = """
CREATE OR REPLACE TEMP TABLE {name} AS
SELECT fact_id, earlier_fact_id, verdict,
       -- which of the two is the later one counts where it supersedes the other
       CASE verdict WHEN 'supersedes' THEN fact_id
                    ELSE least(fact_id, earlier_fact_id) END AS x,
       CASE verdict WHEN 'supersedes' THEN earlier_fact_id
                    ELSE greatest(fact_id, earlier_fact_id) END AS y
FROM news.verdicts WHERE recorded_to IS NULL AND list_contains($verdicts, verdict)
"""

# Pairs whose verdict is another now; `turn` counts the verdicts that a pair has had.
_MOVED = """
CREATE OR REPLACE TEMP TABLE moved_verdicts AS
WITH moved AS (
    SELECT *, true AS opened FROM standing_now ANTI JOIN standing_before USING (x, y, verdict)
    UNION ALL
    SELECT *, false FROM standing_before ANTI JOIN standing_now USING (x, y, verdict)
), turns AS (
    SELECT fact_id, earlier_fact_id, count(*) AS turn FROM news.verdicts
    WHERE fact_id IN (SELECT fact_id FROM moved) GROUP BY ALL
)
SELECT m.fact_id, m.earlier_fact_id, m.verdict, m.opened, t.turn
FROM moved m JOIN turns t USING (fact_id, earlier_fact_id)
"""

_OPENED = """
SELECT fact_id::VARCHAR, earlier_fact_id::VARCHAR, verdict, turn FROM moved_verdicts WHERE opened
ORDER BY ALL
"""

_RETRACTED = """
WITH taken_back AS (
    FROM moved_verdicts m
    WHERE NOT opened AND EXISTS (
        FROM news.verdicts h
        JOIN ops.outbox o ON o.run_id = h.run_id AND o.name = $told || h.verdict
        WHERE least(h.fact_id, h.earlier_fact_id) = least(m.fact_id, m.earlier_fact_id)
          AND greatest(h.fact_id, h.earlier_fact_id) = greatest(m.fact_id, m.earlier_fact_id)
          AND h.verdict = m.verdict)
), holds AS (
    SELECT fact_id, earlier_fact_id, verdict FROM news.verdicts
    WHERE recorded_to IS NULL AND fact_id IN (SELECT fact_id FROM taken_back
                                              UNION SELECT earlier_fact_id FROM taken_back)
), either_way AS (
    FROM holds UNION ALL SELECT earlier_fact_id, fact_id, verdict FROM holds
)
SELECT t.fact_id::VARCHAR, t.earlier_fact_id::VARCHAR, t.verdict, t.turn, any_value(h.verdict)
FROM taken_back t LEFT JOIN either_way h USING (fact_id, earlier_fact_id)
GROUP BY ALL
ORDER BY ALL
"""


def is_told(run: Run, announce: bool | None) -> bool:
    """Whether a load writes events.

    Args:
        run: whose load it is.
        announce: whether it is to; None goes by the kind of run.
    """
    return run.kind in (*LIVE, CORRECTION) if announce is None else announce


def remember(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep the verdicts that stand, before anything is loaded."""
    _stand(connection, "standing_before")


def record(
    connection: duckdb.DuckDBPyConnection, run: Run, announce: bool | None
) -> tuple[tuple[str, str], ...]:
    """Write the events of a load.

    Reads the temporary table new_versions, and what `remember` kept.

    Args:
        connection: after the load's facts have been compared, in its transaction.
        run: whose load it is.
        announce: as for `is_told`, which holds.

    Returns:
        Name and subject of each event written.
    """
    _stand(connection, "standing_now")
    connection.execute(_MOVED)
    found = _retracted(connection, run)
    if announce or run.kind != CORRECTION:
        found = [*_of_articles(connection, run), *_of_facts(connection, run), *found]
    return tuple((one.name, one.subject) for one in outbox.append(connection, found))


def _stand(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    connection.execute(_STANDING.format(name=name), {"verdicts": list(_VERDICTS)})


def _of_articles(connection: duckdb.DuckDBPyConnection, run: Run) -> list[Event]:
    rows = connection.execute(_ARTICLES, {"read": sorted(READ)}).fetchall()
    events = []
    for name, wanted in (("article.loaded", False), ("article.changed", True)):
        named = [
            {"article_id": article, "version_id": version}
            for article, version, is_change in rows
            if is_change == wanted
        ]
        events += _event(name, "articles", named, [one["version_id"] for one in named], run)
    return events


def _of_facts(connection: duckdb.DuckDBPyConnection, run: Run) -> list[Event]:
    new = [fact for (fact,) in connection.execute(_NEW_FACTS).fetchall()]
    events = _event("fact.new", "facts", [{"fact_id": fact} for fact in new], new, run)
    rows = connection.execute(_OPENED).fetchall()
    for verdict in _VERDICTS:
        opened = [row for row in rows if row[2] == verdict]
        pairs = [{"fact_id": later, "earlier_fact_id": earlier} for later, earlier, *_ in opened]
        events += _event(f"fact.{verdict}", "pairs", pairs, _told_once(opened), run)
    return events


def _retracted(connection: duckdb.DuckDBPyConnection, run: Run) -> list[Event]:
    rows = connection.execute(_RETRACTED, {"told": f"{TOLD}fact."}).fetchall()
    pairs = [
        {"fact_id": later, "earlier_fact_id": earlier, "verdict": verdict, "now": now}
        for later, earlier, verdict, _, now in rows
    ]
    return _event("fact.retracted", "pairs", pairs, _told_once(rows), run)


def _told_once(rows: Sequence[Sequence[Any]]) -> list[str]:
    """What makes the verdicts on some pairs those that they are: a pair may have one twice."""
    return [" ".join(map(str, row[:4])) for row in rows]


def _event(
    name: str,
    what: str,
    rows: Sequence[Mapping[str, object]],
    about: Sequence[str],
    run: Run,
) -> list[Event]:
    """The event of some rows; nothing where there are none."""
    if not rows:
        return []
    payload = {"count": len(rows), what: list(rows[:MOST_NAMED])}
    return [outbox.event(TOLD + name, run.source, run.started_at, payload, run, about)]
