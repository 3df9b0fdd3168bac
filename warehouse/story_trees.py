"""How reports hang together: each below the one that it shares most with, what it mentions besides,
and which story goes on with an earlier one.
"""

from __future__ import annotations

import duckdb

from warehouse.story_pairs import DAYS, GROUPS

MENTION = 7.0  # of a section, towards a report of another story
SECTION = 400  # characters
FOLLOW = 6.0  # of the leads of two first reports
FOLLOW_DAYS = 400

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


def update(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring parents, roots and follow-ups up to date.

    Reads story_affected and story_later; leaves the temporary tables story_stirred, of the
    reports whose stories may change, story_mentions, and story_later_heads, of the stories that
    may follow another one.
    """
    for sql in (*_PARENTS, _STIRRED, *_MENTIONS, *_FOLLOWS):
        connection.execute(sql)
