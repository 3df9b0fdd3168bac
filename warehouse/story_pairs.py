"""How much two reports share: each pair within a week whose evidence tells something.

The rarity of keys is counted on the first reports of each four weeks and the four before, so that
it stays what it is while reports come in. Where it changes, the reports with such keys are scored
anew.
"""

from __future__ import annotations

import duckdb

DAYS = 7  # between two reports of one story
LINK = 5.0
CANDIDATE = 3.0
FAINT = 2.5
GROUPS = 2  # kinds of evidence that a link rests on
SAMPLE = 8192  # reports on which rarity is counted, at most
UNSEEN = 50  # reports that are counted in addition, without any key
AT_ONCE = 2000  # reports that are scored at a time, since what they meet is held in memory

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


def update(connection: duckdb.DuckDBPyConnection) -> None:
    """Score the pairs of reports that a batch concerns.

    Reads story_entering and story_changed; leaves the temporary tables story_affected, of the
    reports whose pairs were scored, and story_later, of those whose place in a story may change.
    """
    for sql in (_BLOCKS, _SAMPLED, _RESAMPLED, _COMMON, _AFFECTED, *_REPLACE_COMMON,
                _LATER_BEFORE, _PAIRS_GO):  # fmt: skip
        connection.execute(sql)
    connection.execute(_TURNS, {"at_once": AT_ONCE})
    turns = connection.execute("SELECT DISTINCT turn FROM story_turns ORDER BY turn").fetchall()
    for (turn,) in turns:
        for sql in _TURN:
            connection.execute(sql, {"turn": turn})
    connection.execute(_LATER_AFTER)
