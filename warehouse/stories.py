"""Stories: which reports are of one event, across languages and without a model.

Reports meet on evidence (`extractors.evidence`), each key weighed by how rare it is among the
reports of its time. A report joins the story of the earlier report within seven days that it
shares most with, if that is enough and of at least two kinds; so a story is a tree, which hangs
together by its strongest links and not by all of them. Copies and translations are in the story
of what they repeat. A section that shares enough with another story makes its report mention
that one. A story that begins out of reach of a similar one follows it.

Everything is a function of the set of versions; what a batch changes is worked out anew for the
reports that it concerns. The rarity of keys is counted on the first reports of each four weeks
and the four before, so that it stays what it is while reports come in.
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
from warehouse.records import Run

METHOD = 100 * evidence.VERSION + 1
DAYS = 7  # between two reports of one story
LINK = 5.0
CANDIDATE = 3.0
FAINT = 2.5
GROUPS = 2  # kinds of evidence that a link rests on
MENTION = 7.0  # of a section, towards a report of another story
SECTION = 400  # characters
FOLLOW = 6.0  # of the leads of two first reports
FOLLOW_DAYS = 400
SAMPLE = 8192  # reports on which rarity is counted, at most
AT_ONCE = 2000  # reports that are scored at a time, since what they meet is held in memory
UNSEEN = 50  # reports that are counted in addition, without any key

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
JOIN news.versions v USING (version_id)
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

_BLOCKS = """
CREATE OR REPLACE TEMP TABLE story_blocks AS
SELECT DISTINCT news.story_block(day) + ahead AS block
FROM (SELECT day FROM story_entering UNION SELECT day FROM story_changed
      UNION SELECT old_day FROM story_changed), (VALUES (0), (1)) a(ahead)
"""

# The first reports of a block and the one before, a power of two of them.
_SAMPLED = f"""
CREATE OR REPLACE TEMP TABLE story_sampled AS
WITH near AS (
    SELECT b.block, t.number,
           row_number() OVER (PARTITION BY b.block
                              ORDER BY t.moment, t.document, t.version_id) AS place,
           count(*) OVER (PARTITION BY b.block) AS reports
    FROM story_blocks b JOIN news.story_texts t
        ON news.story_block(t.day) IN (b.block, b.block - 1)
    WHERE t.is_report
)
SELECT block, number FROM near
WHERE place <= least({SAMPLE}, pow(2, floor(log2(reports))))
"""

_RESAMPLED = """
CREATE OR REPLACE TEMP TABLE story_resampled AS
SELECT block, count(*)::INTEGER AS reports, bit_xor(hash(number)) AS mark
FROM story_sampled GROUP BY block
EXCEPT FROM news.evidence_samples
"""

_COMMON = f"""
CREATE OR REPLACE TEMP TABLE story_common AS
WITH counted AS (
    SELECT s.block, e.key, any_value(e.kind) AS kind, count(DISTINCT e.number) AS n
    FROM story_sampled s JOIN news.evidence e USING (number)
    WHERE s.block IN (SELECT block FROM story_resampled)
    GROUP BY ALL HAVING n > 1
)
SELECT block, key, round(-ln(n / (reports + {UNSEEN})) * 8) / 8 AS rarity
FROM counted JOIN story_resampled USING (block) JOIN news.evidence_kinds k USING (kind)
WHERE n / (reports + {UNSEEN}) > k.share
"""

# Reports whose pairs are to be scored anew: those that are new or moved, and those with a key that
# weighs another amount than before.
_AFFECTED = """
CREATE OR REPLACE TEMP TABLE story_affected AS
WITH before AS (
    FROM news.common_evidence WHERE block IN (SELECT block FROM story_resampled)
), reweighed AS (
    (FROM before EXCEPT FROM story_common) UNION (FROM story_common EXCEPT FROM before)
)
SELECT number FROM story_entering UNION SELECT number FROM story_changed
UNION
SELECT e.number FROM news.evidence e JOIN reweighed r
    ON r.key = e.key AND r.block = news.story_block(e.day)
"""

_REPLACE_COMMON = (
    "DELETE FROM news.common_evidence WHERE block IN (SELECT block FROM story_resampled)",
    "INSERT INTO news.common_evidence BY NAME FROM story_common",
    "DELETE FROM news.evidence_samples WHERE block IN (SELECT block FROM story_resampled)",
    "INSERT INTO news.evidence_samples BY NAME FROM story_resampled",
)

# Later sides of all pairs that go or come, whose place in a story may change.
_LATER_BEFORE = """
CREATE OR REPLACE TEMP TABLE story_later AS
SELECT number FROM story_affected
UNION SELECT number FROM news.story_pairs
WHERE earlier IN (FROM story_affected) AND relation <> 'follow_up'
"""

_PAIRS_GO = """
DELETE FROM news.story_pairs
WHERE (number IN (FROM story_affected) OR earlier IN (FROM story_affected))
  AND relation <> 'follow_up'
"""

_TURNS = """
CREATE OR REPLACE TEMP TABLE story_turns AS
SELECT number, (row_number() OVER (ORDER BY day, number) - 1) // $at_once AS turn
FROM news.story_texts WHERE number IN (FROM story_affected)
"""

# Pairs of two reports of different turns are entered with the first.
_TURN = (
    """
    CREATE OR REPLACE TEMP TABLE story_asked AS
    SELECT number FROM story_turns WHERE turn = $turn
    """,
    f"""
    INSERT INTO news.story_pairs
    WITH asked AS (
        SELECT coalesce(max(link), {LINK}) AS link,
               coalesce(max(candidate), {CANDIDATE}) AS candidate
        FROM news.story_model
    ), before AS (
        SELECT number FROM story_turns WHERE turn < $turn
    )
    SELECT number, earlier, score, bit_count(bits) AS groups,
           CASE WHEN score >= link AND groups >= {GROUPS} THEN 'link'
                WHEN score >= candidate AND groups >= {GROUPS} THEN 'candidate'
                ELSE 'faint' END
    FROM news.story_scores('story_asked', {DAYS}, {FAINT}), asked
    WHERE (bits & 17 = 17 OR score >= candidate AND groups >= {GROUPS})
      AND number NOT IN (FROM before) AND earlier NOT IN (FROM before)
    """,
)

_LATER_AFTER = """
INSERT INTO story_later
SELECT DISTINCT number FROM news.story_pairs
WHERE earlier IN (FROM story_affected) AND number NOT IN (FROM story_later)
"""

# The best link of each, the earliest where several are equally good.
_PARENTS = (
    """
    CREATE OR REPLACE TEMP TABLE story_parents AS
    WITH best AS (
        SELECT p.number, p.earlier FROM news.story_pairs p
        JOIN news.story_texts t ON t.number = p.earlier
        WHERE p.relation = 'link' AND p.number IN (FROM story_later)
        QUALIFY row_number() OVER (PARTITION BY p.number ORDER BY
            p.score DESC, t.moment, t.document, t.version_id) = 1
    )
    SELECT t.number, b.earlier AS parent FROM news.story_texts t LEFT JOIN best b USING (number)
    WHERE t.number IN (FROM story_later)
      AND (t.parent IS DISTINCT FROM b.earlier
           OR t.root IS NULL AND t.is_report OR t.root IS NOT NULL AND NOT t.is_report)
    """,
    """
    UPDATE news.story_texts t SET parent = p.parent
    FROM story_parents p WHERE p.number = t.number
    """,
    """
    CREATE OR REPLACE TEMP TABLE story_moved AS
    WITH RECURSIVE below AS (
        SELECT number FROM story_parents
        UNION
        SELECT t.number FROM below JOIN news.story_texts t ON t.parent = below.number
    )
    FROM below
    """,
    """
    CREATE OR REPLACE TEMP TABLE story_roots AS
    WITH RECURSIVE rooted AS (
        SELECT t.number, CASE WHEN t.parent IS NULL THEN t.number ELSE p.root END AS root
        FROM news.story_texts t LEFT JOIN news.story_texts p ON p.number = t.parent
        WHERE t.number IN (FROM story_moved) AND t.is_report
          AND (t.parent IS NULL OR t.parent NOT IN (FROM story_moved))
        UNION ALL
        SELECT t.number, rooted.root
        FROM rooted JOIN news.story_texts t ON t.parent = rooted.number
        WHERE t.number IN (FROM story_moved)
    )
    FROM rooted
    """,
    """
    UPDATE news.story_texts t SET root = r.root
    FROM (SELECT m.number, r.root FROM story_moved m LEFT JOIN story_roots r USING (number)) r
    WHERE r.number = t.number
    """,
)

# Reports whose rows may change: those that moved, and those that share something with them.
_STIRRED = """
CREATE OR REPLACE TEMP TABLE story_stirred AS
WITH near AS (
    SELECT number FROM story_moved UNION SELECT number FROM story_later
    UNION SELECT number FROM story_affected
)
FROM near
UNION SELECT number FROM news.story_pairs
WHERE earlier IN (FROM near) AND relation <> 'follow_up'
UNION SELECT earlier FROM news.story_pairs
WHERE number IN (FROM near) AND relation <> 'follow_up'
"""

# Sections of a report that share figures and names with a report of another story.
_MENTIONS = (
    """
    CREATE OR REPLACE TEMP TABLE story_apart AS
    WITH near AS (
        FROM news.story_pairs WHERE number IN (FROM story_stirred) AND relation <> 'follow_up'
        UNION
        FROM news.story_pairs WHERE earlier IN (FROM story_stirred) AND relation <> 'follow_up'
    )
    SELECT p.number, p.earlier, b.root AS earlier_root, b.size AS earlier_size,
           a.root AS own_root, a.size AS own_size
    FROM near p
    JOIN news.story_texts a ON a.number = p.number
    JOIN news.story_texts b ON b.number = p.earlier
    WHERE a.root <> b.root
    """,
    f"""
    CREATE OR REPLACE TEMP TABLE story_mentions AS
    WITH shared AS MATERIALIZED (
        FROM news.shared_evidence('story_apart')
    ), told AS (
        SELECT number, earlier AS other, earlier_root AS root, earlier_size AS size, bit,
               start_char, weight * earlier_place AS weight
        FROM shared
        UNION ALL
        SELECT earlier, number, own_root, own_size, bit, earlier_start_char, weight * place
        FROM shared
    ), sections AS (
        SELECT number, other, root, size, half,
               (start_char + half * {SECTION // 2}) // {SECTION} AS section,
               sum((1000 * weight)::BIGINT) / 1000 AS shared, bit_or(bit) AS bits
        FROM told, (VALUES (0), (1)) h(half)
        GROUP BY ALL
    ), scored AS (
        SELECT number, other, root,
               round(max(2 * shared / pow(greatest(size, 8), 0.4)), 3) AS score
        FROM sections WHERE bits & 17 = 17 GROUP BY ALL
    )
    SELECT s.number, s.root, s.other, s.score
    FROM scored s JOIN news.story_texts t ON t.number = s.other
    WHERE s.score >= {MENTION} AND s.number IN (FROM story_stirred)
    QUALIFY row_number() OVER (PARTITION BY s.number, s.root ORDER BY
        s.score DESC, t.moment, t.document, t.version_id) = 1
    """,
)

# First reports of stories whose leads share much, too far apart in time for one story.
_FOLLOWS = (
    """
    CREATE OR REPLACE TEMP TABLE story_heads AS
    SELECT number FROM story_moved UNION SELECT number FROM story_affected
    """,
    """
    CREATE OR REPLACE TEMP TABLE story_later_heads AS
    SELECT number FROM story_heads
    UNION
    SELECT number FROM news.story_pairs
    WHERE relation = 'follow_up' AND earlier IN (FROM story_heads)
    """,
    """
    DELETE FROM news.story_pairs
    WHERE relation = 'follow_up'
      AND (number IN (FROM story_heads) OR earlier IN (FROM story_heads))
    """,
    f"""
    CREATE OR REPLACE TEMP TABLE story_leads AS
    WITH heads AS (
        SELECT number, day FROM news.story_texts
        WHERE root = number AND number IN (FROM story_heads)
    ), own AS (
        SELECT e.number, e.day, e.key, e.script
        FROM heads h JOIN news.evidence e USING (number)
        JOIN news.evidence_kinds k USING (kind)
        LEFT JOIN news.common_evidence c
            ON c.block = news.story_block(e.day) AND c.key = e.key
        WHERE e.place = 1 AND k.share <= 0.01 AND coalesce(c.rarity, 9) >= 1.5
    ), near AS (
        SELECT DISTINCT o.number AS one, e.number AS other
        FROM own o JOIN news.evidence e ON e.key = o.key AND e.place = 1
            AND (o.script = '' OR o.script <> e.script)
            AND abs(e.day - o.day) BETWEEN {DAYS} AND {FOLLOW_DAYS}
        WHERE e.day BETWEEN (SELECT min(day) - {FOLLOW_DAYS} FROM own)
                        AND (SELECT max(day) + {FOLLOW_DAYS} FROM own)
    )
    SELECT DISTINCT CASE WHEN a.moment > b.moment THEN a.number ELSE b.number END AS number,
           CASE WHEN a.moment > b.moment THEN b.number ELSE a.number END AS earlier,
           a.size * b.size AS sizes
    FROM near n JOIN news.story_texts a ON a.number = n.one
    JOIN news.story_texts b ON b.number = n.other AND b.root = b.number
    WHERE abs(epoch(a.moment) - epoch(b.moment)) > {DAYS} * 86400
    """,
    f"""
    INSERT INTO news.story_pairs
    SELECT s.number, s.earlier,
           news.story_score(sum((1000 * weight)::BIGINT) / 1000, max(a.size), max(b.size)) AS score,
           bit_count(bit_or(bit)) AS groups, 'follow_up'
    FROM news.shared_evidence('story_leads') s
    JOIN news.story_texts a ON a.number = s.number
    JOIN news.story_texts b ON b.number = s.earlier
    WHERE s.place = 1 AND s.earlier_place = 1
    GROUP BY s.number, s.earlier HAVING score >= {FOLLOW} AND groups >= {GROUPS}
    """,
    """
    INSERT INTO story_later_heads
    SELECT DISTINCT number FROM news.story_pairs
    WHERE relation = 'follow_up' AND earlier IN (FROM story_heads)
      AND number NOT IN (FROM story_later_heads)
    """,
)

_MEMBERS = (
    """
    CREATE OR REPLACE TEMP TABLE story_now AS
    SELECT t.version_id, news.story_id(r.version_id) AS story_id, 'primary' AS role,
           p.version_id AS joined_by, l.score
    FROM news.story_texts t
    JOIN news.story_texts r ON r.number = t.root
    LEFT JOIN news.story_texts p ON p.number = t.parent
    LEFT JOIN news.story_pairs l ON l.number = t.number AND l.earlier = t.parent
    WHERE t.number IN (FROM story_stirred)
    UNION ALL
    SELECT t.version_id, news.story_id(r.version_id), 'mentions', o.version_id, m.score
    FROM story_mentions m
    JOIN news.story_texts t ON t.number = m.number
    JOIN news.story_texts r ON r.number = m.root
    JOIN news.story_texts o ON o.number = m.other
    """,
    """
    CREATE OR REPLACE TEMP TABLE story_before AS
    SELECT version_id, story_id, role, joined_by, score FROM news.story_members
    WHERE recorded_to IS NULL AND (version_id IN (
        SELECT version_id FROM news.story_texts WHERE number IN (FROM story_stirred))
        -- what a new reading takes for no article
        OR version_id NOT IN (SELECT version_id FROM news.story_texts))
    """,
    "CREATE OR REPLACE TEMP TABLE story_gone AS FROM story_before EXCEPT FROM story_now",
    """
    UPDATE news.story_members m SET recorded_to = $at FROM story_gone g
    WHERE m.recorded_to IS NULL AND m.version_id = g.version_id AND m.story_id = g.story_id
      AND m.role = g.role
    """,
    """
    INSERT INTO news.story_members BY NAME
    SELECT *, $at::TIMESTAMPTZ AS recorded_from, $run::UUID AS run_id
    FROM (FROM story_now EXCEPT FROM story_before)
    """,
)

_FOLLOWERS = (
    """
    CREATE OR REPLACE TEMP TABLE story_follows_now AS
    SELECT news.story_id(t.version_id) AS story_id,
           news.story_id(e.version_id) AS follows_id, p.score
    FROM news.story_pairs p
    JOIN news.story_texts t ON t.number = p.number
    JOIN news.story_texts e ON e.number = p.earlier
    WHERE p.relation = 'follow_up' AND p.number IN (FROM story_later_heads)
    QUALIFY row_number() OVER (PARTITION BY p.number ORDER BY
        p.score DESC, e.moment DESC, e.document, e.version_id) = 1
    """,
    """
    CREATE OR REPLACE TEMP TABLE story_follows_before AS
    SELECT story_id, follows_id, score FROM news.story_follows
    WHERE recorded_to IS NULL AND story_id IN (
        SELECT news.story_id(version_id) FROM news.story_texts
        WHERE number IN (FROM story_later_heads))
    """,
    """
    UPDATE news.story_follows f SET recorded_to = $at
    FROM (FROM story_follows_before EXCEPT FROM story_follows_now) g
    WHERE f.recorded_to IS NULL AND f.story_id = g.story_id
    """,
    """
    INSERT INTO news.story_follows BY NAME
    SELECT *, $at::TIMESTAMPTZ AS recorded_from, $run::UUID AS run_id
    FROM (FROM story_follows_now EXCEPT FROM story_follows_before)
    """,
)


def update(connection: duckdb.DuckDBPyConnection, run: Run, *, anew: bool = False) -> None:
    """Bring the stories up to date with a batch.

    Reads the temporary tables new_versions, met_versions and regrouped; takes all versions where
    the ledger has no stories yet, or those of another method.

    Args:
        connection: with the schema applied.
        run: on record as what changed them.
        anew: work out everything again, since what was read has changed.

    Raises:
        embeddings.Wanting: the ledger links with a model, of which vectors are missing.
    """
    _wanted(connection, anew)
    connection.execute(_DATED, {"read": sorted(READ)})
    _enter(connection)
    connection.execute(_CHANGED)
    if not (anew or _any(connection, "story_entering") or _any(connection, "story_changed")):
        return
    for sql in (*_MOVE, _BLOCKS, _SAMPLED, _RESAMPLED, _COMMON, _AFFECTED, *_REPLACE_COMMON,
                _LATER_BEFORE, _PAIRS_GO):  # fmt: skip
        connection.execute(sql)
    connection.execute(_TURNS, {"at_once": AT_ONCE})
    turns = connection.execute("SELECT DISTINCT turn FROM story_turns ORDER BY turn").fetchall()
    for (turn,) in turns:
        for sql in _TURN:
            connection.execute(sql, {"turn": turn})
    for sql in (_LATER_AFTER, *_PARENTS, _STIRRED, *_MENTIONS, *_FOLLOWS):
        connection.execute(sql)
    recorded = {"at": run.started_at, "run": run.run_id}
    for sql in (*_MEMBERS, *_FOLLOWERS):
        used = {name: value for name, value in recorded.items() if f"${name}" in sql}
        connection.execute(sql, used or None)


def link_anew(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Work out all stories again, outside of a batch; raises as `update` does."""
    for table in ("new_versions", "met_versions", "regrouped"):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT version_id FROM news.versions LIMIT 0"
        )
    update(connection, run, anew=True)


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
        "SELECT e.number, v.title, v.original FROM news.versions v "
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
