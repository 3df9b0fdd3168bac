"""From statements to pairs, verdicts and claims, set-based.

1. *Sides*: the facts of the predicates that the batch touches (`news.sides`), and those that
   say since when somebody is active, which a superlative ("the largest in 46 years") may confirm.
2. *Pairs*: of the mentions of one statement, the native one against the others; across
   versions, one representative per statement and value, of the same predicate and slot, with a
   shared actor (by family), and places, targets and populations that do not exclude each other.
3. *Verdicts*: the macros of `rules.sql`. Differing values of two documents that state the same
   figure elsewhere too are different figures, not a disagreement.
4. *Claims*: connected components over the verdicts that say "about the same thing".

A verdict is a function of its two documents (and of which documents are copies), so only pairs
with a touched version are judged anew; unchanged rows stay, changed ones are closed and added.
"""

from __future__ import annotations

from uuid import UUID

import duckdb
import pyarrow as pa

from warehouse.identity import key
from warehouse.records import Run

_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT version_id FROM new_versions
UNION SELECT version_id FROM met_versions
UNION SELECT version_id FROM regrouped
"""

_SIDES = """
CREATE OR REPLACE TEMP TABLE side AS
SELECT * EXCLUDE (sentence, value_text, timex, rule, quantity_rule, value_low, value_high,
                  surface, run_id),
       version_id IN (FROM touched) AS is_touched,
       CASE WHEN predicate = 'found' AND r.dim IN ('date', 'months') THEN 'found|age'
            WHEN predicate = 'other' THEN 'other|' || slot || '|' || verb
            ELSE predicate || '|' || slot END AS block,
       -- "the largest in 46 years" may count the years since its actor came
       slot = 'rank' AND r.dim = 'months' AS is_record,
       list_filter(string_split_regex(lower(target), '[^\\pL\\pN]+'),
                   lambda word: length(word) > 2) AS target_words
FROM news.sides
WHERE (predicate IN (SELECT predicate FROM news.facts WHERE version_id IN (FROM touched))
       OR predicate = 'found' OR (slot = 'rank' AND r.dim = 'months'))
  AND kind <> 'number'
"""

_PAIRS = """
CREATE OR REPLACE TEMP TABLE pair AS
WITH representative AS (
    SELECT * FROM side
    WHERE (role_in_statement = 'native' AND turn = 1)
       OR (role_in_statement IN ('echo', 'quoted_old', 'conversion') AND value_turn = 1)
), keyed AS (
    SELECT fact_id, version_id, is_touched, block, is_record, unnest(actors) AS actor
    FROM representative
), nameless AS (
    SELECT * FROM representative WHERE len(actors) = 0
), met AS (
    SELECT a.fact_id AS x, b.fact_id AS y
    FROM keyed a JOIN keyed b ON b.block = a.block AND b.actor = a.actor
    WHERE a.is_touched AND a.version_id <> b.version_id
    UNION
    SELECT a.fact_id, b.fact_id
    FROM keyed a JOIN keyed b ON a.is_record AND b.block = 'found|age' AND b.actor = a.actor
    WHERE (a.is_touched OR b.is_touched) AND a.version_id <> b.version_id
    UNION
    -- reports that name nobody: the same place and time must do
    SELECT x, y FROM (
        SELECT a, b, a.fact_id AS x, b.fact_id AS y
        FROM representative a JOIN nameless b ON b.block = a.block AND b.place = a.place
        UNION ALL
        SELECT a, b, a.fact_id, b.fact_id
        FROM nameless a JOIN representative b ON b.block = a.block AND b.place = a.place)
    WHERE a.is_touched AND a.version_id <> b.version_id
      AND coalesce(mart.days_apart(a, b) <= 14, mart.report_gap(a, b) <= 14)
), across AS (
    SELECT DISTINCT CASE WHEN p.position > q.position THEN x ELSE y END AS later,
           CASE WHEN p.position > q.position THEN y ELSE x END AS earlier
    FROM met
    JOIN side p ON p.fact_id = x
    JOIN side q ON q.fact_id = y
    WHERE (p.r.dim = q.r.dim OR 'found|age' IN (p.block, q.block))
      AND (p.place IS NULL OR q.place IS NULL OR p.place = q.place
           OR mart.is_within(p, q) OR mart.is_within(q, p))
), within AS (
    SELECT m.fact_id AS x, n.fact_id AS y
    FROM side m JOIN side n USING (statement_id)
    WHERE m.is_touched AND n.role_in_statement = 'native' AND n.turn = 1
      AND m.fact_id <> n.fact_id AND m.role_in_statement <> 'quoted_old'
)
SELECT later, earlier, false AS is_within FROM across
UNION ALL
SELECT CASE WHEN p.position > q.position THEN x ELSE y END,
       CASE WHEN p.position > q.position THEN y ELSE x END, true
FROM within JOIN side p ON p.fact_id = x JOIN side q ON q.fact_id = y
"""

_RELATED = """
CREATE OR REPLACE TEMP TABLE related AS
WITH both_sides AS (
    SELECT a, b, k.is_within, mart.relate(a.r, b.r) AS m
    FROM pair k JOIN side a ON a.fact_id = k.later JOIN side b ON b.fact_id = k.earlier
)
SELECT a, b, is_within, mart.full_relation(a, b, m) AS m, news.dependence(a, b) AS dependence
FROM both_sides
"""

# What remains to be asked once the relation is known. Echoes, conversions (in one currency) and
# quoted old figures support, they never contradict; and two reports with other subjects or
# targets do not disagree.
_JUDGED = """
CREATE OR REPLACE TEMP TABLE judged AS
WITH kept AS (
    SELECT * FROM related
    WHERE NOT is_within
      AND CASE WHEN a.block <> b.block THEN m.relation IN ('equal', 'derived')
               WHEN a.role_in_statement = 'native' AND b.role_in_statement = 'native'
                   THEN m.relation <> 'disjoint' OR NOT (
                       (len(a.actors) = 0 OR len(b.actors) = 0)
                       AND mart.days_apart(a, b) IS DISTINCT FROM 0
                       OR mart.other_target(a, b))
               WHEN a.role_in_statement = 'quoted_old' AND b.role_in_statement = 'native'
                   THEN m.relation IN ('equal', 'rounded')
               WHEN 'quoted_old' IN (a.role_in_statement, b.role_in_statement) THEN false
               WHEN 'conversion' IN (a.role_in_statement, b.role_in_statement)
                   THEN 'echo' NOT IN (a.role_in_statement, b.role_in_statement)
                        AND a.currency = b.currency
                        AND (m.relation IN ('equal', 'rounded', 'bound') OR m.difference <= 0.1)
               WHEN 'native' IN (a.role_in_statement, b.role_in_statement)
                   THEN m.relation IN ('equal', 'rounded', 'bound')
               ELSE false END
), decided AS (
    SELECT a, b, m, dependence, mart.verdict(a, b, m, g) AS v
    FROM (SELECT *, mart.grounds(a, b, m) AS g FROM kept)
), ruled AS (
    SELECT a, b, m, dependence,
           CASE WHEN 'conversion' IN (a.role_in_statement, b.role_in_statement)
                     AND m.relation = 'disjoint'
                    THEN {'verdict': 'restates', 'reason': 'converted',
                          'rule': '4.converted.other_rate'}
                WHEN dependence = 'translation' AND m.relation = 'disjoint' AND NOT a.correction
                     AND v.verdict NOT IN ('not_comparable', 'follows')
                    THEN {'verdict': 'mistranslated', 'reason': 'translation',
                          'rule': '7.translation'}
                ELSE v END AS v
    FROM decided
), matched AS (
    SELECT a.statement_id AS statement_id, b.version_id AS version_id FROM ruled
    WHERE m.relation NOT IN ('disjoint', 'incomparable') AND v.verdict <> 'not_comparable'
      AND a.role_in_statement <> 'quoted_old'
      AND 'conversion' NOT IN (a.role_in_statement, b.role_in_statement)
    UNION
    SELECT b.statement_id, a.version_id FROM ruled
    WHERE m.relation NOT IN ('disjoint', 'incomparable') AND v.verdict <> 'not_comparable'
      AND a.role_in_statement <> 'quoted_old'
      AND 'conversion' NOT IN (a.role_in_statement, b.role_in_statement)
)
SELECT a.fact_id AS fact_id, b.fact_id AS earlier_fact_id, v.verdict AS verdict,
       v.reason AS reason, v.rule AS rule, m.difference AS relative_difference, dependence
FROM ruled
WHERE CASE WHEN 'conversion' IN (a.role_in_statement, b.role_in_statement)
               THEN v.verdict IN ('agrees', 'refines', 'coarsens', 'restates')
           WHEN m.relation <> 'disjoint' THEN true
           ELSE NOT (EXISTS (FROM matched x WHERE x.statement_id = ruled.a.statement_id
                                    AND x.version_id = ruled.b.version_id)
           OR EXISTS (FROM matched x WHERE x.statement_id = ruled.b.statement_id
                                       AND x.version_id = ruled.a.version_id)) END
UNION ALL
SELECT w.fact_id, w.earlier_fact_id, w.v.verdict, w.v.reason, w.v.rule, w.difference, w.dependence
FROM (
    SELECT a.fact_id AS fact_id, b.fact_id AS earlier_fact_id, m.difference AS difference,
           dependence, mart.verdict_within(a, b, m, dependence) AS v
    FROM related WHERE is_within
) w
"""

_RECORD = (
    """
    UPDATE news.verdicts v SET recorded_to = $now
    WHERE recorded_to IS NULL
      AND (fact_id IN (SELECT fact_id FROM news.facts WHERE version_id IN (FROM touched))
           OR earlier_fact_id IN (SELECT fact_id FROM news.facts
                                  WHERE version_id IN (FROM touched)))
      AND NOT EXISTS (
        FROM judged j WHERE j.fact_id = v.fact_id AND j.earlier_fact_id = v.earlier_fact_id
            AND j.verdict = v.verdict AND j.reason = v.reason AND j.rule = v.rule
            AND j.dependence = v.dependence
            AND j.relative_difference IS NOT DISTINCT FROM v.relative_difference)
    """,
    """
    INSERT INTO news.verdicts
    SELECT j.*, $now, NULL, $run::UUID FROM judged j
    WHERE NOT EXISTS (
        FROM news.verdicts v WHERE v.recorded_to IS NULL AND v.fact_id = j.fact_id
            AND v.earlier_fact_id = j.earlier_fact_id)
    """,
)

_CLAIM_EDGES = """
WITH later AS (
    SELECT a.statement_id, a.block, v.earlier_fact_id
    FROM news.verdicts v JOIN side a USING (fact_id)
    WHERE v.recorded_to IS NULL AND v.verdict NOT IN ('not_comparable', 'follows')
)
SELECT DISTINCT l.statement_id, b.statement_id
FROM later l JOIN side b ON b.fact_id = l.earlier_fact_id AND b.block = l.block
"""

_CLAIMS = (
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
    """Judge every pair that the batch touches, and reassign the claims concerned.

    Reads the temporary tables new_versions, met_versions and regrouped.
    """
    connection.execute(_TOUCHED)
    if not connection.execute(
        "SELECT count(*) FROM news.facts WHERE version_id IN (FROM touched)"
    ).fetchall()[0][0]:
        return
    for sql in (_SIDES, _PAIRS, _RELATED, _JUDGED):
        connection.execute(sql)
    for sql in _RECORD:
        _execute(connection, sql, {"now": run.started_at, "run": run.run_id})
    members = _components(connection)
    connection.register("components", pa.table({
        "statement_id": pa.array([str(statement) for statement in members], pa.string()),
        "claim_id": pa.array([str(claim) for claim in members.values()], pa.string()),
    }))  # fmt: skip
    for sql in _CLAIMS:
        _execute(connection, sql, {"now": run.started_at, "run": run.run_id})
    connection.unregister("components")


def _execute(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, object]
) -> None:
    """Run a statement with those of the named parameters that it uses."""
    used = {name: value for name, value in parameters.items() if f"${name}" in sql}
    connection.execute(sql, used)


def _components(connection: duckdb.DuckDBPyConnection) -> dict[UUID, UUID]:
    """Claim of each statement: the connected component, named after its earliest statement."""
    statements = [
        statement
        for (statement,) in connection.execute(
            "SELECT statement_id FROM side GROUP BY statement_id ORDER BY min(position)"
        ).fetchall()
    ]
    place = {statement: index for index, statement in enumerate(statements)}
    parent = list(range(len(statements)))

    def find(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for left, right in connection.execute(_CLAIM_EDGES).fetchall():
        first, second = sorted((find(place[left]), find(place[right])))
        parent[second] = first
    return {
        statement: key("claim", statements[find(index)])
        for index, statement in enumerate(statements)
    }
