"""Which facts a batch has to be compared with, found by what they are about.

Facts of all reports that say the same (thing, value, qualifiers) are one *value*. A fact is not
compared with every report of a value but with the first one, and with the first of another voice
where that one is a copy of its own report; so a claim that N reports state in V versions costs
N x V comparisons, and the ledger's size does not count. Other versions of the same article are
always met, since an edit is found there.

Everything is a function of the set of versions: when the first report of a value changes, the
facts compared with it are compared with the new one.
"""

from __future__ import annotations

import duckdb

METHOD = 2
"""Of the values and their keys; raise it when `news.value_key` or `news.lookup_keys` change."""

_LEFT_VALUES = """
CREATE OR REPLACE TEMP TABLE left_values AS
SELECT DISTINCT value_id FROM news.stated_values WHERE version_id IN (FROM touched)
"""

_FORGET = "DELETE FROM news.stated_values WHERE version_id IN (FROM touched)"

_TOUCHED_FACTS = "CREATE OR REPLACE TEMP TABLE touched_fact AS FROM news.facts_of('touched')"

_TOUCHED_SIDES = """
CREATE OR REPLACE TEMP TABLE touched_side AS
SELECT fact_id, version_id, statement_id, role_in_statement, start_char, end_char, place,
       news.value_key(s) AS value_id, news.lookup_keys(s) AS keys
FROM news.sides_of('touched_fact') s
WHERE fact_id = stands_for AND kind <> 'number'
"""

_STATE = f"""
INSERT INTO news.stated_values
SELECT fact_id, version_id, statement_id, role_in_statement, start_char, end_char, value_id,
       {METHOD}
FROM touched_side
"""

_KEYS = """
INSERT INTO news.value_keys
WITH entering AS (SELECT unnest(keys) AS k, value_id, place FROM touched_side)
SELECT DISTINCT k.key, value_id, k.guest, k.named, place
FROM entering
WHERE k.key IS NOT NULL AND value_id NOT IN (SELECT value_id FROM news.value_keys)
"""

# Values that may be about the same as a value of the batch: a shared actor or place, and places
# that do not exclude one another.
_MET_VALUES = """
CREATE OR REPLACE TEMP TABLE met_values AS
WITH asked AS (
    FROM news.value_keys
    WHERE value_id IN (SELECT value_id FROM touched_side UNION FROM left_values)
)
SELECT x.value_id AS x, y.value_id AS y, bool_or(x.named) AS named
FROM asked x JOIN news.value_keys y ON x.key = y.key AND NOT (x.guest AND y.guest)
WHERE x.place IS NULL OR y.place IS NULL OR x.place = y.place
   OR starts_with(x.place, y.place || '-') OR starts_with(y.place, x.place || '-')
GROUP BY ALL
"""

_MEMBERS = (
    """
    CREATE OR REPLACE TEMP TABLE stating AS
    FROM news.stated_values
    WHERE value_id IN (SELECT x FROM met_values UNION SELECT y FROM met_values)
    """,
    """
    CREATE OR REPLACE TEMP TABLE member AS
    SELECT s.value_id, s.fact_id, s.version_id, d.article_id, r.report_id,
           s.version_id IN (FROM touched) AS is_touched,
           news.position(d.moment, d.fetched_at, d.document, s.version_id, s.start_char, s.end_char,
                         s.fact_id) AS position
    FROM stating s
    JOIN news.documents_of('stating') d USING (version_id)
    JOIN news.reports_of('stating') r USING (version_id)
    """,
)

# The first report of each value, and the first of another voice.
_FIRST = """
CREATE OR REPLACE TEMP TABLE first_report AS
WITH earliest AS (
    FROM member QUALIFY row_number() OVER (PARTITION BY value_id ORDER BY position) = 1
), second AS (
    SELECT m.*, e.report_id AS first_voice FROM member m JOIN earliest e USING (value_id)
    WHERE m.report_id <> e.report_id
    QUALIFY row_number() OVER (PARTITION BY m.value_id ORDER BY m.position) = 1
)
SELECT *, NULL::UUID AS first_voice FROM earliest UNION ALL BY NAME FROM second
"""

# Tallies of which the batch states the figure: an older report of it may explain a later one.
_RETELLABLE = """
CREATE OR REPLACE TEMP TABLE retellable AS
WITH tally AS (
    SELECT m.value_id, m.is_touched, f.predicate, f.value
    FROM member m JOIN news.facts f USING (fact_id)
    WHERE f.kind = 'count' AND f.value IS NOT NULL
      AND f.predicate IN ('kill', 'injure', 'missing', 'displace', 'vote', 'arrest')
)
SELECT DISTINCT t.value_id
FROM tally t JOIN tally n ON n.predicate = t.predicate AND n.value = t.value AND n.is_touched
"""

# Values whose first reports are new, moved or gone: everything near them is judged anew.
_CHANGED = """
CREATE OR REPLACE TEMP TABLE changed AS
SELECT value_id FROM first_report WHERE is_touched
UNION
FROM left_values
"""

_PAIRS = """
CREATE OR REPLACE TEMP TABLE pair AS
WITH met AS (
    SELECT x, y, named FROM met_values UNION SELECT y, x, named FROM met_values
)
SELECT s.fact_id AS later, t.fact_id AS earlier, c.named
FROM member s
JOIN met c ON c.x = s.value_id
JOIN first_report t ON t.value_id = c.y
WHERE (s.is_touched OR c.y IN (FROM changed) OR s.value_id IN (FROM retellable))
  AND t.version_id <> s.version_id AND t.position < s.position
  AND (t.first_voice IS NULL OR t.first_voice = s.report_id)
UNION
SELECT s.fact_id, t.fact_id, c.named
FROM member s
JOIN met c ON c.x = s.value_id
JOIN member t ON t.value_id = c.y AND t.article_id = s.article_id
WHERE (s.is_touched OR t.is_touched OR c.y IN (FROM changed))
  AND t.version_id <> s.version_id AND t.position < s.position
"""


def outdated(connection: duckdb.DuckDBPyConnection) -> bool:
    """Forget the values on record if another method made them, and say whether that was so."""
    ((found,),) = connection.execute(
        "SELECT EXISTS (FROM news.stated_values WHERE method <> ?) "
        "OR (EXISTS (FROM news.verdicts) AND NOT EXISTS (FROM news.stated_values))",
        [METHOD],
    ).fetchall()
    if found:
        connection.execute("DELETE FROM news.stated_values")
        connection.execute("DELETE FROM news.value_keys")
    return bool(found)


def find(connection: duckdb.DuckDBPyConnection) -> None:
    """Enter the values of the touched versions, and list the pairs to judge.

    Reads the temporary table `touched` (version_id). Makes `pair` (later, earlier, named: fact
    ids, and whether they share an actor), `member` (who states each value) and `changed` (values
    whose first reports are others than before).
    """
    for sql in (
        _LEFT_VALUES, _TOUCHED_FACTS, _TOUCHED_SIDES, _FORGET, _STATE, _KEYS, _MET_VALUES,
        *_MEMBERS, _FIRST, _RETELLABLE, _CHANGED, _PAIRS,
    ):  # fmt: skip
        connection.execute(sql)
