"""Stories: which reports are of one event, across languages and without a model.

Reports meet on evidence (`extractors.evidence`), each key weighed by how rare it is among the
reports of its time. A report joins the story of the earlier report within seven days that it
shares most with, if that is enough and of at least two kinds; so a story is a tree, which hangs
together by its strongest links and not by all of them. Copies and translations are in the story
of what they repeat. A section that shares enough with another story makes its report mention
that one. A story that begins out of reach of a similar one follows it.

Everything is a function of the set of versions; what a batch changes is worked out anew for the
reports that it concerns.
"""

from __future__ import annotations

import duckdb

from warehouse import story_pairs, story_texts, story_trees
from warehouse.records import Run

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
    if not story_texts.update(connection, anew=anew):
        return
    story_pairs.update(connection)
    story_trees.update(connection)
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
