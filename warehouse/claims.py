"""Claims: statements that verdicts say to be about the same thing, as connected components.

A batch joins or parts only the claims of its own statements and of those that its verdicts reach,
so only these are worked out anew.
"""

from __future__ import annotations

from collections.abc import Sequence

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

# Their places in the order of publication; a claim is named after its first statement.
_ORDER = """
CREATE OR REPLACE TEMP TABLE ordered AS
WITH firsts AS (
    SELECT m.statement_id,
           min(news.position(d.moment, d.fetched_at, d.document, m.version_id, m.start_char,
                             m.end_char, m.fact_id)) AS first
    FROM mention m JOIN news.documents_of('mention') d USING (version_id)
    GROUP BY m.statement_id
)
SELECT statement_id, row_number() OVER (ORDER BY first) - 1 AS place FROM firsts
"""

# A record ("the largest in 46 years") that a founding date confirms is still another claim.
# Told apart in Python: a condition on both ends leads the planner to pair all statements first.
_EDGES = """
WITH placed AS (
    SELECT fact_id, is_rank, place::INTEGER AS place FROM mention JOIN ordered USING (statement_id)
)
SELECT DISTINCT a.place AS x, b.place AS y, a.is_rank AS x_is_rank, b.is_rank AS y_is_rank
FROM news.verdicts v
JOIN placed a ON a.fact_id = v.fact_id
JOIN placed b ON b.fact_id = v.earlier_fact_id
WHERE v.recorded_to IS NULL AND v.verdict NOT IN ('not_comparable', 'follows')
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
    for sql in (_STATEMENTS, _MENTIONS, _ORDER):
        connection.execute(sql)
    statements = [
        statement
        for (statement,) in connection.execute(
            "SELECT statement_id FROM ordered ORDER BY place"
        ).fetchall()
    ]
    edges = connection.execute(_EDGES).fetchnumpy()
    alike = edges["x_is_rank"] == edges["y_is_rank"]
    firsts = _components(len(statements), edges["x"][alike].tolist(), edges["y"][alike].tolist())
    names = {first: str(key("claim", statements[first])) for first in set(firsts)}
    connection.register("components", pa.table({
        "statement_id": pa.array([str(statement) for statement in statements], pa.string()),
        "claim_id": pa.array([names[first] for first in firsts], pa.string()),
    }))  # fmt: skip
    parameters = {"now": run.started_at, "run": run.run_id}
    for sql in _RECORD:
        used = {name: value for name, value in parameters.items() if f"${name}" in sql}
        connection.execute(sql, used)
    connection.unregister("components")


def _components(count: int, lefts: Sequence[int], rights: Sequence[int]) -> list[int]:
    """Smallest node that each of `count` nodes is connected with, itself included."""
    parent = list(range(count))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in zip(lefts, rights, strict=True):
        first, second = sorted((find(left), find(right)))
        parent[second] = first
    return [find(node) for node in range(count)]
