"""Claims: statements that verdicts say to be about the same thing, as connected components.

A batch joins or parts only the claims of its own statements and of those that its verdicts reach,
so only these are worked out anew.
"""

from __future__ import annotations

from uuid import UUID

import duckdb
import pyarrow as pa

from warehouse.identity import key
from warehouse.records import Run

# The statements of the batch and of changed verdicts, with all of their claims' members.
_STATEMENTS = """
CREATE OR REPLACE TEMP TABLE concerned AS
WITH reached AS (
    SELECT fact_id FROM news.facts WHERE version_id IN (FROM touched)
    UNION SELECT fact_id FROM adding UNION SELECT earlier_fact_id FROM adding
    UNION SELECT fact_id FROM closing UNION SELECT earlier_fact_id FROM closing
), direct AS (
    SELECT DISTINCT statement_id FROM news.facts
    WHERE fact_id IN (FROM reached) AND kind <> 'number'
)
SELECT statement_id FROM direct
UNION
SELECT statement_id FROM news.claim_members
WHERE recorded_to IS NULL AND claim_id IN (
    SELECT claim_id FROM news.claim_members
    WHERE recorded_to IS NULL AND statement_id IN (FROM direct))
"""

_MENTIONS = """
CREATE OR REPLACE TEMP TABLE mention AS
SELECT fact_id, version_id, statement_id, start_char, end_char,
       slot = 'rank' AS is_rank
FROM news.facts WHERE statement_id IN (FROM concerned)
"""

_ORDER = """
SELECT m.statement_id
FROM mention m JOIN news.documents_of('mention') d USING (version_id)
GROUP BY m.statement_id
ORDER BY min({'t': coalesce(d.moment, 'infinity'::TIMESTAMPTZ), 'd': d.document,
              'v': m.version_id, 's': m.start_char, 'e': m.end_char, 'f': m.fact_id})
"""

# A record ("the largest in 46 years") that a founding date confirms is still another claim.
_EDGES = """
SELECT DISTINCT a.statement_id, b.statement_id
FROM news.verdicts v
JOIN mention a ON a.fact_id = v.fact_id
JOIN mention b ON b.fact_id = v.earlier_fact_id
WHERE v.recorded_to IS NULL AND v.verdict NOT IN ('not_comparable', 'follows')
  AND a.statement_id <> b.statement_id AND a.is_rank = b.is_rank
"""

_RECORD = (
    """
    CREATE OR REPLACE TEMP TABLE assigned AS
    SELECT statement_id::UUID AS statement_id, claim_id::UUID AS claim_id FROM components
    """,
    """
    UPDATE news.claim_members m SET recorded_to = $now
    WHERE recorded_to IS NULL AND EXISTS (
        FROM assigned a WHERE a.statement_id = m.statement_id AND a.claim_id <> m.claim_id)
    """,
    """
    INSERT INTO news.claim_members
    SELECT a.statement_id, a.claim_id, $now, NULL, $run::UUID FROM assigned a
    WHERE NOT EXISTS (FROM news.claim_members m
                      WHERE m.recorded_to IS NULL AND m.statement_id = a.statement_id)
    """,
)


def update(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Reassign the claims that the batch concerns.

    Reads the temporary tables touched (version_id), adding and closing (verdicts by their facts).
    """
    connection.execute(_STATEMENTS)
    connection.execute(_MENTIONS)
    members = _components(connection)
    connection.register("components", pa.table({
        "statement_id": pa.array([str(statement) for statement in members], pa.string()),
        "claim_id": pa.array([str(claim) for claim in members.values()], pa.string()),
    }))  # fmt: skip
    parameters = {"now": run.started_at, "run": run.run_id}
    for sql in _RECORD:
        used = {name: value for name, value in parameters.items() if f"${name}" in sql}
        connection.execute(sql, used)
    connection.unregister("components")


def _components(connection: duckdb.DuckDBPyConnection) -> dict[UUID, UUID]:
    """Claim of each statement: the connected component, named after its earliest statement."""
    statements = [statement for (statement,) in connection.execute(_ORDER).fetchall()]
    place = {statement: index for index, statement in enumerate(statements)}
    parent = list(range(len(statements)))

    def find(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for left, right in connection.execute(_EDGES).fetchall():
        first, second = sorted((find(place[left]), find(place[right])))
        parent[second] = first
    return {
        statement: key("claim", statements[find(index)])
        for index, statement in enumerate(statements)
    }
