"""From statements to pairs, verdicts and claims, set-based.

1. *Pairs*: across versions, what `lookup` finds; within a statement, the native mention against
   the others.
2. *Verdicts*: the macros of `rules.sql`, then what other figures and reports say (`context`).
   A user's correction (`overrides`) takes their place.
3. *Claims*: connected components over the verdicts that say "about the same thing" (`claims`).

A verdict is a function of its two documents (and of which documents are copies), so only pairs
with a touched version are judged anew; unchanged rows stay, changed ones are closed and added.
"""

from __future__ import annotations

import duckdb

from warehouse import claims, context, lookup, overrides
from warehouse.records import Run

_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT version_id FROM new_versions
UNION SELECT version_id FROM met_versions
UNION SELECT version_id FROM regrouped
"""

_ALL_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT version_id FROM news.facts
"""

_SIDES = (
    """
    CREATE OR REPLACE TEMP TABLE paired AS
    FROM touched
    UNION SELECT version_id FROM member
    WHERE fact_id IN (SELECT later FROM pair UNION SELECT earlier FROM pair)
    """,
    "CREATE OR REPLACE TEMP TABLE paired_fact AS FROM news.facts_of('paired')",
    """
    CREATE OR REPLACE TEMP TABLE side AS
    SELECT s.fact_id, s.version_id, s.article_id, s.statement_id, s.report_id, s.role_in_statement,
           s.stands_for, s.position, s.block, s.kind, s.predicate, s.slot, s.r, s.unit, s.currency,
           s.per, s.distributive, s.scope, s.phase, s.direction, s.measurer, s.population,
           s.actors, s.names, s.motion, s.gauge, s.is_main, s.is_lead, s.target,
           s.target_words, s.place, s.period_months, s.event_date_start, s.event_date_end,
           s.as_of, s.correction, s.old_values, s.rates, s.per_usd, s.implied_rate,
           s.is_translation, s.translation_of, s.passage, s.lang, s.outlet, s.agency,
           s.published_at, v.value_id
    FROM news.sides_of('paired_fact') s
    LEFT JOIN news.stated_values v ON v.fact_id = s.fact_id
    WHERE s.kind <> 'number'
    """,
)

# Pairs of mentions to judge, of two reports and of one statement.
_NUMBERED = """
CREATE OR REPLACE TEMP TABLE numbered AS
WITH within AS (
    SELECT m.fact_id AS x, n.fact_id AS y
    FROM side m JOIN side n USING (statement_id)
    WHERE m.version_id IN (FROM touched) AND n.role_in_statement = 'native'
      AND n.fact_id = n.stands_for
      AND m.fact_id <> n.fact_id AND m.role_in_statement <> 'quoted_old'
), pairs AS (
    SELECT later, earlier, false AS is_within, named FROM pair
    UNION ALL
    SELECT CASE WHEN p.position > q.position THEN x ELSE y END,
           CASE WHEN p.position > q.position THEN y ELSE x END, true, true
    FROM within JOIN side p ON p.fact_id = x JOIN side q ON q.fact_id = y
)
SELECT *, row_number() OVER () AS number FROM pairs
"""

_AT_ONCE = 100_000  # pairs whose two sides are held at once

# What is found of the pairs; empty at first.
_FINDINGS = """
CREATE OR REPLACE TEMP TABLE decided (
    fact_id UUID, earlier_fact_id UUID, version_id UUID, earlier_version_id UUID, value_id UUID,
    earlier_value_id UUID, statement_id UUID, earlier_statement_id UUID, v STRUCT(
        verdict VARCHAR, reason VARCHAR, rule VARCHAR),
    relative_difference DOUBLE, dependence VARCHAR, relation VARCHAR, is_match BOOLEAN,
    is_converted BOOLEAN, is_opposed BOOLEAN, is_parted BOOLEAN, may_be_retold BOOLEAN,
    is_within BOOLEAN, is_close BOOLEAN)
"""

# One statement, since a table replaced within a transaction keeps its memory. Each step is kept
# as it is, or the expanded macros would be copied to every use of their result.
_DECIDE = """
INSERT INTO decided
WITH both_sides AS MATERIALIZED (
    SELECT a, b, k.is_within, mart.relate(a.r, b.r) AS m
    FROM (FROM numbered WHERE number BETWEEN $first AND $last) k
    JOIN side a ON a.fact_id = k.later JOIN side b ON b.fact_id = k.earlier
    WHERE k.is_within OR NOT mart.is_distant(a, b)
      -- reports that name nobody: the same place and time must do
      AND (k.named OR coalesce(mart.days_apart(a, b) <= 14, mart.report_gap(a, b) <= 14))
), related AS MATERIALIZED (
    SELECT a, b, is_within, mart.full_relation(a, b, m) AS m, news.dependence(a, b) AS dependence
    FROM both_sides
), grounded AS MATERIALIZED (
    SELECT *, mart.grounds(a, b, m) AS g FROM related
    WHERE NOT is_within AND mart.is_asked(a, b, m)
), judged AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict(a, b, m, g) AS v,
           mart.is_parted(a, b, g) AS is_parted
    FROM grounded
), across AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict_across(a, b, m, dependence, v) AS v, is_parted
    FROM judged
), within AS MATERIALIZED (
    SELECT a, b, m, dependence, mart.verdict_within(a, b, m, dependence) AS v,
           false AS is_parted
    FROM related WHERE is_within
), found AS (
    SELECT *, false AS is_within FROM across WHERE mart.is_meant(a, b, v)
    UNION ALL SELECT *, true FROM within
)
SELECT a.fact_id, b.fact_id, a.version_id, b.version_id, a.value_id, b.value_id,
       a.statement_id, b.statement_id, v, m.difference, dependence, m.relation,
       -- whether the two say the same figure, as far as a document is concerned
       NOT is_within AND v.verdict <> 'not_comparable'
           AND m.relation IN ('equal', 'rounded', 'bound', 'derived', 'converted')
           AND a.role_in_statement <> 'quoted_old',
       m.relation = 'converted' OR 'conversion' IN (a.role_in_statement, b.role_in_statement),
       NOT is_within AND mart.is_opposed(a, m, v), is_parted,
       NOT is_within AND mart.may_be_retold(a, b, m, v), is_within, mart.is_close(a, b, m)
FROM found
"""

_RECORD = (
    """
    CREATE OR REPLACE TEMP TABLE closing AS
    WITH scope AS (
        SELECT fact_id FROM news.facts WHERE version_id IN (FROM touched)
    ), moved AS (  -- of two versions: what stands within one changes with that version only
        SELECT v.fact_id, v.earlier_fact_id
        FROM news.verdicts v
        JOIN member s ON s.fact_id = v.fact_id
        JOIN member t ON t.fact_id = v.earlier_fact_id
        WHERE v.recorded_to IS NULL AND t.value_id IN (FROM changed)
          AND s.version_id <> t.version_id
    )
    SELECT v.fact_id, v.earlier_fact_id FROM news.verdicts v
    WHERE v.recorded_to IS NULL
      AND (v.fact_id IN (FROM scope) OR v.earlier_fact_id IN (FROM scope)
           OR (v.fact_id, v.earlier_fact_id) IN (FROM moved))
      AND NOT EXISTS (
        FROM judged j WHERE j.fact_id = v.fact_id AND j.earlier_fact_id = v.earlier_fact_id
            AND j.verdict = v.verdict AND j.reason = v.reason AND j.rule = v.rule
            AND j.dependence = v.dependence
            AND j.relation IS NOT DISTINCT FROM v.relation
            AND j.relative_difference IS NOT DISTINCT FROM v.relative_difference)
    """,
    """
    UPDATE news.verdicts v SET recorded_to = $now FROM closing c
    WHERE v.recorded_to IS NULL AND v.fact_id = c.fact_id
      AND v.earlier_fact_id = c.earlier_fact_id
    """,
    """
    CREATE OR REPLACE TEMP TABLE adding AS
    FROM judged j
    WHERE NOT EXISTS (
        FROM news.verdicts v WHERE v.recorded_to IS NULL AND v.fact_id = j.fact_id
            AND v.earlier_fact_id = j.earlier_fact_id)
    """,
    """
    INSERT INTO news.verdicts BY NAME
    SELECT *, $now AS recorded_from, $run::UUID AS run_id FROM adding
    """,
)


def update(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Judge every pair that the batch touches, and reassign the claims concerned.

    Reads the temporary tables new_versions, met_versions and regrouped.
    """
    connection.execute(_ALL_TOUCHED if lookup.outdated(connection) else _TOUCHED)
    if not connection.execute(
        "SELECT EXISTS (FROM news.facts WHERE version_id IN (FROM touched)) "
        "OR EXISTS (FROM news.stated_values WHERE version_id IN (FROM touched))"
    ).fetchall()[0][0]:
        return
    lookup.find(connection)
    for sql in (*_SIDES, _NUMBERED):
        connection.execute(sql)
    _decide(connection)
    context.settle(connection)
    overrides.judge(connection, run)
    parameters = {"now": run.started_at, "run": run.run_id}
    for sql in _RECORD:
        used = {name: value for name, value in parameters.items() if f"${name}" in sql}
        connection.execute(sql, used)
    claims.update(connection, run)


def _decide(connection: duckdb.DuckDBPyConnection) -> None:
    """Judge the numbered pairs, so many at once that their sides stay in memory."""
    connection.execute(_FINDINGS)
    ((last,),) = connection.execute("SELECT count(*) FROM numbered").fetchall()
    for first in range(1, last + 1, _AT_ONCE):
        connection.execute(_DECIDE, {"first": first, "last": first + _AT_ONCE - 1})
