"""Ending what was known: rows that a reading or a correction takes back stay on record.

Facts are known from the start of the run that made them (`run_id`) until they are ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import duckdb
import pyarrow as pa

_END = (
    """
    INSERT INTO news.past_facts
    SELECT f.*, r.started_at, $now FROM news.facts f JOIN ops.runs r USING (run_id)
    WHERE f.fact_id IN (SELECT fact_id FROM moved_fact) AND r.started_at < $now
    """,
    """
    INSERT INTO news.past_participants
    SELECT p.*, f.recorded_from, f.recorded_to
    FROM news.participants p JOIN news.past_facts f USING (fact_id)
    WHERE f.recorded_to = $now AND p.fact_id IN (SELECT fact_id FROM moved_fact)
    """,
)

# Verdicts and claims are worked out anew for every version that a change reaches: its own, and
# those of its claims.
_REACHED = """
INSERT INTO met_versions
WITH own AS (
    SELECT version_id, statement_id FROM news.facts
    WHERE fact_id IN (SELECT fact_id FROM moved_fact)
    UNION SELECT version_id, statement_id FROM news.original_facts
    WHERE fact_id IN (SELECT fact_id FROM moved_fact)
), claims AS (
    SELECT claim_id FROM news.claim_members
    WHERE recorded_to IS NULL AND statement_id IN (SELECT statement_id FROM own)
)
SELECT version_id FROM own
UNION
SELECT f.version_id FROM news.facts f JOIN news.claim_members m USING (statement_id)
WHERE m.recorded_to IS NULL AND m.claim_id IN (FROM claims)
EXCEPT FROM met_versions
"""

_GONE = (
    """
    UPDATE news.verdicts SET recorded_to = $now
    WHERE recorded_to IS NULL
      AND (fact_id IN (FROM gone_fact) OR earlier_fact_id IN (FROM gone_fact))
    """,
    """
    UPDATE news.claim_members SET recorded_to = $now
    WHERE recorded_to IS NULL AND statement_id NOT IN (SELECT statement_id FROM news.facts)
    """,
)


def moved(connection: duckdb.DuckDBPyConnection, facts: Iterable[UUID]) -> None:
    """List facts in the temporary table moved_fact."""
    ids = pa.table({"fact_id": pa.array([str(fact) for fact in facts], pa.string())})
    connection.register("moved_ids", ids)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE moved_fact AS SELECT fact_id::UUID AS fact_id FROM moved_ids"
    )
    connection.unregister("moved_ids")


def end_facts(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """End the facts that moved_fact lists, before they change or go.

    Adds the versions whose verdicts are to be worked out anew to the temporary table met_versions.
    What the run of this moment has made itself was never known, and leaves no record.

    Args:
        connection: in a transaction.
        now: start of the run that ends them.
    """
    connection.execute(_REACHED)
    for sql in _END:
        connection.execute(sql, {"now": now})
    for table in ("facts", "participants"):
        connection.execute(
            f"DELETE FROM news.{table} WHERE fact_id IN (SELECT fact_id FROM moved_fact)"
        )


def close_gone(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Close the verdicts and claims of facts of moved_fact that are no more.

    By such facts the comparison, which goes by the facts that there are, could not find them.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE gone_fact AS "
        "SELECT fact_id FROM moved_fact EXCEPT SELECT fact_id FROM news.facts"
    )
    if connection.execute("SELECT EXISTS (FROM moved_fact)").fetchall() == [(True,)]:
        for sql in _GONE:
            connection.execute(sql, {"now": now})
