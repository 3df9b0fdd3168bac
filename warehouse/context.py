"""What the other figures of two documents, and other documents, say about a pair.

- Differing values of two documents that state the same figure elsewhere too are different
  figures, not a disagreement. Where one gives several figures, the other's is set beside the
  nearest.
- Reports far apart are of different events, unless both state another figure of one.
- A tally that was reported before the one that it differs from is the older one told again.
"""

from __future__ import annotations

import duckdb

# Values that say the same figure, by what is judged now and by what is on record.
_MATCHED = """
CREATE OR REPLACE TEMP TABLE matched AS
WITH related AS MATERIALIZED (
    SELECT a.value_id AS x, b.value_id AS y, a.version_id, b.version_id AS earlier_version_id,
           v.relation = 'converted'
               OR 'conversion' IN (a.role_in_statement, b.role_in_statement) AS is_converted
    FROM news.verdicts v
    JOIN (FROM news.stated_values WHERE value_id IN (SELECT value_id FROM member)) a
        ON a.fact_id = v.fact_id
    JOIN news.stated_values b ON b.fact_id = v.earlier_fact_id
    WHERE v.recorded_to IS NULL
      AND v.relation IN ('equal', 'rounded', 'bound', 'derived', 'converted')
      AND v.verdict <> 'not_comparable' AND a.role_in_statement <> 'quoted_old'
), recorded AS (
    SELECT x, y, is_converted FROM related WHERE version_id <> earlier_version_id
), known AS (
    SELECT value_id AS x, earlier_value_id AS y, is_converted FROM decided WHERE is_match
    UNION FROM recorded
)
FROM known UNION SELECT y, x, is_converted FROM known
UNION SELECT value_id, value_id, false FROM side
WHERE value_id IS NOT NULL AND role_in_statement IN ('native', 'echo')
"""

# Which values each version states, in its own words or in words that say the same.
_ELSEWHERE = """
CREATE OR REPLACE TEMP TABLE elsewhere AS
SELECT DISTINCT m.x AS value_id, s.version_id, s.statement_id, m.is_converted
FROM matched m JOIN side s ON s.value_id = m.y
"""

# An amount in another currency tells two figures apart only where it is not their own, and where
# they are not close in one currency. The rows that share keys are found first: a condition on
# several sides leads the planner to pair all.
_SAME_FIGURES = """
CREATE OR REPLACE TEMP TABLE same_figures AS
WITH opposed AS (
    FROM decided WHERE is_opposed
), facing AS (
    SELECT fact_id, earlier_fact_id, fact_id AS mine, earlier_fact_id AS theirs FROM opposed
    UNION ALL SELECT fact_id, earlier_fact_id, earlier_fact_id, fact_id FROM opposed
), beside AS MATERIALIZED (
    SELECT f.fact_id, f.earlier_fact_id, o, m, f.theirs
    FROM facing f
    JOIN side m ON m.fact_id = f.mine
    JOIN side o ON o.version_id = m.version_id AND o.block = m.block
), placed AS MATERIALIZED (
    SELECT b.fact_id, b.earlier_fact_id, b.o, b.m, t
    FROM beside b JOIN side t ON t.fact_id = b.theirs
)
SELECT fact_id, earlier_fact_id FROM opposed d
WHERE EXISTS (
    FROM elsewhere e WHERE e.value_id = d.value_id AND e.version_id = d.earlier_version_id
        AND (NOT e.is_converted
             OR (e.statement_id <> d.earlier_statement_id AND NOT d.is_close)))
UNION
SELECT fact_id, earlier_fact_id FROM opposed d
WHERE EXISTS (
    FROM elsewhere e WHERE e.value_id = d.earlier_value_id AND e.version_id = d.version_id
        AND (NOT e.is_converted OR (e.statement_id <> d.statement_id AND NOT d.is_close)))
UNION
SELECT fact_id, earlier_fact_id FROM placed WHERE mart.is_nearer(o, m, t)
"""

_SHARED = """
CREATE OR REPLACE TEMP TABLE shared AS
WITH parted AS MATERIALIZED (
    SELECT d.fact_id, d.earlier_fact_id, d.version_id, d.earlier_version_id, a.predicate, a.actors
    FROM decided d
    JOIN side a ON a.fact_id = d.fact_id
    WHERE d.is_parted AND mart.is_refutable(a, d.relative_difference)
), beside AS MATERIALIZED (
    SELECT p.fact_id, p.earlier_fact_id, p.earlier_version_id, s.value_id
    FROM parted p
    JOIN side s ON s.version_id = p.version_id AND s.predicate = p.predicate
    WHERE list_has_any(s.actors, p.actors) AND mart.is_telling(s)
)
SELECT DISTINCT b.fact_id, b.earlier_fact_id
FROM beside b
JOIN elsewhere e ON e.value_id = b.value_id AND e.version_id = b.earlier_version_id
"""

_RETOLD = """
CREATE OR REPLACE TEMP TABLE retold AS
WITH tally AS MATERIALIZED (
    SELECT d.fact_id, d.earlier_fact_id, d.value_id, a.version_id, a.r.v AS value, b.position
    FROM decided d
    JOIN side a ON a.fact_id = d.fact_id
    JOIN side b ON b.fact_id = d.earlier_fact_id
    WHERE d.may_be_retold
), met AS MATERIALIZED (
    SELECT x, y FROM met_values UNION SELECT y, x FROM met_values
), told AS MATERIALIZED (
    SELECT t.fact_id, t.earlier_fact_id, t.version_id, t.value, t.position, c.fact_id AS other,
           c.version_id AS other_version, c.position AS other_position
    FROM tally t JOIN met ON met.x = t.value_id JOIN member c ON c.value_id = met.y
)
SELECT DISTINCT t.fact_id, t.earlier_fact_id
FROM told t
JOIN news.facts f ON f.fact_id = t.other AND f.value = t.value AND f.role_in_statement = 'native'
WHERE t.other_position < t.position AND t.other_version <> t.version_id
  AND date_diff('day', t.other_position.t, t.position.t) <= 14
"""

_JUDGED = """
CREATE OR REPLACE TEMP TABLE judged AS
WITH settled AS (
    SELECT d.*, mart.verdict_settled(v, is_parted, s.fact_id IS NOT NULL,
                                     r.fact_id IS NOT NULL) AS final
    FROM decided d ANTI JOIN same_figures USING (fact_id, earlier_fact_id)
    LEFT JOIN shared s USING (fact_id, earlier_fact_id)
    LEFT JOIN retold r USING (fact_id, earlier_fact_id)
)
SELECT fact_id, earlier_fact_id, final.verdict, final.reason, final.rule, relative_difference,
       dependence, relation
FROM settled
"""


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `judged` of the pairs in `decided`.

    Reads the temporary tables decided, side, member and met_values.
    """
    for sql in (_MATCHED, _ELSEWHERE, _SAME_FIGURES, _SHARED, _RETOLD, _JUDGED):
        connection.execute(sql)
