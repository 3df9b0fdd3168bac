"""Copies and translations: which versions are one report.

Candidates share two hashes of their bottom-k sketches (texts), or enough ordered numbers and
names (translations). How alike two versions are is measured once, a pure function of both.
Groups are then stars in canonical order (publication time, name): each version attaches to the
best earlier match's canonical version, checked against it directly, never transitively; so the
result does not depend on the order of loading.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import duckdb

from extractors.sketch import containment, resemblance
from extractors.translation import is_translation
from warehouse.records import Run

_SHARED_HASHES = 2
_ACCEPT = 0.65  # containment of the best match
_RECHECK = 0.8 * _ACCEPT  # containment of the canonical version it leads to
_NEAR = 0.5  # Jaccard similarity from which a copy is no excerpt
_SHARED_MARKERS = 5  # distinct markers that a candidate for a translation shares
_TRANSLATION_DAYS = 14


class Likeness(NamedTuple):
    """How alike two versions are; both figures are None for a translation."""

    containment: float | None
    jaccard: float | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A version that repeats a canonical one."""

    canonical: UUID
    kind: str
    containment: float | None
    jaccard: float | None


def update(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Measure what is new, regroup, and record the changes.

    Reads the temporary tables new_versions and met_versions, and leaves the versions whose
    group changed in the temporary table regrouped.
    """
    _measure_texts(connection, run)
    _measure_translations(connection, run)
    edges = _assign(connection)
    _record(connection, edges, run)


def _measure_texts(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    pairs = connection.execute(
        """
        WITH near AS (
            SELECT n.version_id AS x, o.version_id AS y
            FROM news.sketches n JOIN news.sketches o
                ON o.hash = n.hash AND o.version_id <> n.version_id
            WHERE n.version_id IN (FROM new_versions)
            GROUP BY ALL HAVING count(*) >= ?
            UNION
            SELECT n.version_id, o.version_id
            FROM news.versions n JOIN news.versions o
                ON o.content_hash = n.content_hash AND o.version_id <> n.version_id
            WHERE n.version_id IN (FROM new_versions) AND n.body <> ''
        )
        SELECT DISTINCT least(x, y) AS a, greatest(x, y) AS b, va.body, vb.body
        FROM near
        JOIN news.versions va ON va.version_id = least(x, y)
        JOIN news.versions vb ON vb.version_id = greatest(x, y)
        WHERE va.body <> '' AND vb.body <> ''
        ORDER BY a, b
        """,
        [_SHARED_HASHES],
    ).fetchall()
    _insert(
        connection,
        run,
        [
            (a, b, "text", containment(text_a, text_b), resemblance(text_a, text_b))
            for a, b, text_a, text_b in pairs
        ],
    )


def _measure_translations(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    pairs = connection.execute(
        """
        WITH passage AS (
            SELECT p.version_id, p.passage, p.lang, p.markers, d.moment
            FROM news.passages p JOIN news.version_documents d USING (version_id)
        ), marker AS (
            SELECT DISTINCT version_id, passage, lang, moment, unnest(markers) AS m FROM passage
        ), near AS (
            SELECT n.version_id AS x, n.passage AS px, o.version_id AS y, o.passage AS py
            FROM marker n JOIN marker o ON o.m = n.m AND o.version_id <> n.version_id
            WHERE n.version_id IN (FROM new_versions) AND o.lang <> n.lang
              AND coalesce(abs(date_diff('day', n.moment, o.moment)) <= ?, true)
            GROUP BY ALL HAVING count(*) >= ?
        )
        SELECT least(x, y) AS a, greatest(x, y) AS b, p.markers, q.markers
        FROM near
        JOIN passage p ON p.version_id = x AND p.passage = px
        JOIN passage q ON q.version_id = y AND q.passage = py
        ORDER BY a, b
        """,
        [_TRANSLATION_DAYS, _SHARED_MARKERS],
    ).fetchall()
    found = {(a, b) for a, b, first, second in pairs if is_translation(first, second)}
    _insert(connection, run, [(a, b, "translation", None, None) for a, b in sorted(found)])


def _insert(
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    rows: list[tuple[UUID, UUID, str, float | None, float | None]],
) -> None:
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            "INSERT INTO news.likenesses SELECT unnest(?::UUID[]), unnest(?::UUID[]), "
            "unnest(?::VARCHAR[]), unnest(?::DOUBLE[]), unnest(?::DOUBLE[]), ?::UUID",
            [*columns, run.run_id],
        )


def _assign(connection: duckdb.DuckDBPyConnection) -> dict[UUID, Edge]:
    """Attach each version to its canonical one, in canonical order."""
    likeness: dict[tuple[UUID, UUID], Likeness] = {}
    neighbours: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    for a, b, relation, contained, jaccard in connection.execute(
        "SELECT version_a, version_b, relation, containment, jaccard FROM news.likenesses"
    ).fetchall():
        if relation == "text":
            likeness[a, b] = likeness[b, a] = Likeness(contained, jaccard)
        neighbours[a].append((b, relation))
        neighbours[b].append((a, relation))
    versions = connection.execute(
        """
        SELECT version_id, v.article_id, v.content_hash
        FROM news.versions v JOIN news.version_documents d USING (version_id)
        WHERE v.outcome IN ('loaded', 'paywalled', 'live')
        ORDER BY d.moment NULLS LAST, d.fetched_at NULLS LAST, d.document, d.source, version_id
        """
    ).fetchall()
    place = {version: index for index, (version, _, _) in enumerate(versions)}
    digest = {version: value for version, _, value in versions}
    first_of: dict[UUID, UUID] = {}
    edges: dict[UUID, Edge] = {}

    def root(version: UUID) -> UUID:
        return edges[version].canonical if version in edges else version

    for version, article, content in versions:
        first = first_of.setdefault(article, version)
        if first != version:
            found = likeness.get((version, root(first)), Likeness(None, None))
            edges[version] = Edge(root(first), "revision", *found)
            continue
        earlier = [
            (other, relation)
            for other, relation in neighbours[version]
            if other in place and place[other] < place[version]
        ]
        best = min(
            (
                (-(likeness[version, other].containment or 0.0), place[other], other)
                for other, relation in earlier
                if relation == "text"
                and (
                    (likeness[version, other].containment or 0.0) >= _ACCEPT
                    or digest[other] == content
                )
            ),
            default=None,
        )
        if best is not None:
            canonical = root(best[2])
            found = likeness.get((version, canonical), Likeness(None, None))
            same = digest[canonical] == content
            if same or (found.containment or 0.0) >= _RECHECK:
                near = (found.jaccard or 0.0) >= _NEAR
                kind = "exact" if same else "near" if near else "excerpt"
                edges[version] = Edge(canonical, kind, *found)
                continue
        origin = (
            min((place[other], other) for other, relation in earlier if relation == "translation")
            if any(relation == "translation" for _, relation in earlier)
            else None
        )
        if origin is not None:
            edges[version] = Edge(root(origin[1]), "translation", None, None)
    return edges


def _record(connection: duckdb.DuckDBPyConnection, edges: dict[UUID, Edge], run: Run) -> None:
    """Close the rows that no longer hold, add the new ones, list the versions concerned."""
    rows = sorted(edges.items())
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE grouped AS
        WITH edge AS (
            SELECT unnest(?::UUID[]) AS version_id, unnest(?::UUID[]) AS canonical_id,
                   unnest(?::VARCHAR[]) AS kind, unnest(?::DOUBLE[]) AS containment,
                   unnest(?::DOUBLE[]) AS jaccard
        ), stated AS (
            SELECT version_id, list_sort(list({'k': kind, 'v': value,
                                               'u': coalesce(currency, unit)})) AS figures
            FROM news.facts GROUP BY version_id
        )
        SELECT e.*, x.figures IS DISTINCT FROM y.figures AS numbers_differ
        FROM edge e
        LEFT JOIN stated x ON x.version_id = e.version_id
        LEFT JOIN stated y ON y.version_id = e.canonical_id
        """,
        [
            [version for version, _ in rows],
            [edge.canonical for _, edge in rows],
            [edge.kind for _, edge in rows],
            [edge.containment for _, edge in rows],
            [edge.jaccard for _, edge in rows],
        ],
    )
    columns = "version_id, canonical_id, kind, containment, jaccard, numbers_differ"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE regrouped AS
        SELECT DISTINCT version_id FROM (
            (SELECT {columns} FROM news.copies WHERE recorded_to IS NULL
             EXCEPT SELECT {columns} FROM grouped)
            UNION ALL
            (SELECT {columns} FROM grouped
             EXCEPT SELECT {columns} FROM news.copies WHERE recorded_to IS NULL))
        """
    )
    connection.execute(
        "UPDATE news.copies SET recorded_to = ? "
        "WHERE recorded_to IS NULL AND version_id IN (FROM regrouped)",
        [run.started_at],
    )
    connection.execute(
        f"INSERT INTO news.copies SELECT {columns}, ?, NULL, ?::UUID FROM grouped "
        "WHERE version_id IN (FROM regrouped)",
        [run.started_at, run.run_id],
    )
