"""Writing a batch: append what is new, then bring the derived tables up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import duckdb
import pyarrow as pa

from extractors.records import Article
from warehouse import changes, compare, copies, overrides, rows, search, stories, versions
from warehouse.captures import record_outcomes, record_run
from warehouse.overrides import Override
from warehouse.records import LoadReport, Run

_CHILDREN = ("removals", "passages", "facts")
_TABLES = (
    "articles", "versions", "documents", *_CHILDREN, "participants", "likenesses", "copies",
    "claim_members", "verdicts", "story_members",
)  # fmt: skip


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    sql = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM news.{name}" for name in _TABLES)
    return dict(connection.execute(sql).fetchall())


def load(
    connection: duckdb.DuckDBPyConnection,
    articles: Sequence[Article],
    run: Run,
    corrections: Sequence[Override] | None = None,
    captures: Sequence[UUID] = (),
    announce: bool | None = None,
) -> LoadReport:
    """Add a batch to the ledger; the caller owns lock and transaction.

    Args:
        connection: with the schema applied.
        articles: the batch.
        run: whose batch it is.
        corrections: all that hold from now on, None for those on record.
        captures: ids of the captures that the articles were read from, in the same order.
        announce: whether events tell what changed; None goes by the kind of run.

    Returns:
        What was added.
    """
    before = _counts(connection)
    telling = changes.is_told(run, announce)
    if telling:
        changes.remember(connection)
    settled = versions.settle(articles, versions.known(connection, articles))
    staged = rows.batch(settled, run)
    for name, table in staged.items():
        connection.register(f"staged_{name}", table)
    record_run(connection, run)
    connection.execute(
        "UPDATE ops.outcomes o SET fetched_at = s.fetched_at FROM staged_outcomes s "
        "WHERE o.run_id = s.run_id::UUID AND o.document_id = s.document_id::UUID "
        "AND o.fetched_at < s.fetched_at"
    )
    connection.execute(
        "INSERT INTO ops.outcomes SELECT * FROM staged_outcomes s "
        "WHERE NOT EXISTS (FROM ops.outcomes o WHERE o.run_id = s.run_id::UUID "
        "AND o.document_id = s.document_id::UUID)"
    )
    known_articles = _known(connection, "articles", "article_id")
    known_versions = _known(connection, "versions", "version_id")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE new_versions AS "
        "SELECT version_id::UUID AS version_id FROM staged_versions s "
        "WHERE s.version_id::UUID NOT IN (SELECT version_id FROM news.versions)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE met_versions AS "
        "SELECT DISTINCT version_id::UUID AS version_id FROM staged_documents s "
        "WHERE s.document_id::UUID NOT IN (SELECT document_id FROM news.documents)"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE altered AS FROM new_versions LIMIT 0")
    connection.execute(
        "UPDATE news.documents d SET headline = s.headline, place = s.place, "
        "published_offset = s.published_offset "
        "FROM staged_documents s WHERE d.document_id = s.document_id::UUID AND "
        "(d.headline, d.place, d.published_offset) "
        "IS DISTINCT FROM (s.headline, s.place, s.published_offset)"
    )
    for name, key in (
        ("articles", "article_id"), ("documents", "document_id"), ("versions", "version_id")
    ):  # fmt: skip
        connection.execute(
            f"INSERT INTO news.{name} SELECT * FROM staged_{name} s "
            f"WHERE s.{key}::UUID NOT IN (SELECT {key} FROM news.{name})"
        )
    for name in _CHILDREN:
        connection.execute(
            f"INSERT INTO news.{name} SELECT * FROM staged_{name} s "
            f"WHERE s.version_id::UUID IN (FROM new_versions)"
        )
    connection.execute(
        "INSERT INTO news.participants SELECT s.* FROM staged_participants s "
        "JOIN staged_facts f USING (fact_id) WHERE f.version_id::UUID IN (FROM new_versions)"
    )
    for name in staged:
        connection.unregister(f"staged_{name}")
    overrides.apply(connection, run, corrections)
    copies.update(connection, run)
    stories.update(connection, run)
    compare.update(connection, run)
    search.update(connection)
    if captures:
        read = dict(zip(captures, settled, strict=True))
        record_outcomes(connection, read, run)
    told = changes.record(connection, run, announce) if telling else ()
    after = _counts(connection)
    return LoadReport(
        added={name: after[name] - before[name] for name in _TABLES},
        outcomes=dict(sorted(Counter(article.outcome for article in articles).items())),
        events=told,
        **_novelty(staged, known_articles, known_versions),
    )


def _known(connection: duckdb.DuckDBPyConnection, table: str, key: str) -> set[str]:
    """Keys of the batch that the ledger has already."""
    return {
        str(found)
        for (found,) in connection.execute(
            f"SELECT {key} FROM news.{table} "
            f"WHERE {key} IN (SELECT {key}::UUID FROM staged_{table})"
        ).fetchall()
    }


def _novelty(
    staged: dict[str, pa.Table], known_articles: set[str], known_versions: set[str]
) -> dict[str, int]:
    """Documents of the batch that are new, new versions, or unchanged."""
    counts = {"new": 0, "new_version": 0, "unchanged": 0}
    articles, versions = set(known_articles), set(known_versions)
    for row in staged["documents"].select(["article_id", "version_id"]).to_pylist():
        if row["version_id"] in versions:
            counts["unchanged"] += 1
        elif row["article_id"] in articles:
            counts["new_version"] += 1
        else:
            counts["new"] += 1
        articles.add(row["article_id"])
        versions.add(row["version_id"])
    return counts
