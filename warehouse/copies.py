"""Copies and translations: which versions are one report.

`candidates.py` finds the pairs, here they are measured and recorded, `stars.py` groups them.
Only versions connected with what a batch brings are regrouped: those that may repeat one
another, and versions of one article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import duckdb
import pyarrow as pa

from extractors.differences import figures, figures_differ, residues
from extractors.sketch import Likeness, Shingles, alike, shingle_sets
from extractors.translation import is_translation
from warehouse import candidates
from warehouse.records import Run
from warehouse.stars import NEAR, RECHECK, Likenesses, Pair, Star, Text, assign


@dataclass(frozen=True, slots=True)
class Edge:
    """A row of news.copies: how a version repeats its canonical one."""

    version: UUID
    canonical: UUID
    kind: str
    likeness: Likeness | None
    numbers_differ: bool
    residue: int | None


class _Texts:
    """Texts of versions and their shingles, each read and cut once in a batch."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        entered: Mapping[UUID, tuple[str, Shingles]],
    ) -> None:
        self.connection = connection
        self.bodies = {version: body for version, (body, _) in entered.items()}
        self.shingles = {version: shingles for version, (_, shingles) in entered.items()}

    def want(self, pairs: Iterable[Pair]) -> None:
        """Have the texts of all pairs at hand."""
        asked = {version for pair in pairs for version in pair} - self.bodies.keys()
        if not asked:
            return
        _register(
            self.connection, "asked", [(one, one, "", None, None, None, None) for one in asked]
        )
        rows = self.connection.execute(
            "SELECT version_id, body FROM news.versions "
            "WHERE version_id IN (SELECT version_id FROM asked) ORDER BY version_id"
        ).fetchall()
        self.bodies.update(rows)
        found = shingle_sets([body for _, body in rows])
        self.shingles.update(zip((version for version, _ in rows), found, strict=True))

    def alike(self, pairs: list[Pair]) -> list[Likeness]:
        """Likeness of the texts of each pair."""
        self.want(pairs)
        return [alike(self.shingles[a], self.shingles[b]) for a, b in pairs]


def update(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Measure what is new, regroup what it touches, and record the changes.

    Reads the temporary tables new_versions and met_versions, and leaves the versions whose
    group changed in the temporary table regrouped.
    """
    bodies = _Texts(connection, candidates.refresh(connection))
    _measure(connection, bodies, run)
    _connect(connection)
    texts = _texts(connection)
    likenesses = Likenesses(_known(connection))
    while True:
        stars = assign(texts, likenesses)
        if not likenesses.missing:
            break
        pairs = sorted(likenesses.missing)
        likenesses.missing.clear()
        likenesses.known.update(zip(pairs, bodies.alike(pairs), strict=True))
    _record(connection, _edges(connection, bodies, texts, stars, likenesses), run)


def _measure(connection: duckdb.DuckDBPyConnection, bodies: _Texts, run: Run) -> None:
    """Bring news.likenesses up to date with the candidates of the affected versions."""
    texts = connection.execute(
        "SELECT version_id, earlier_id FROM candidates c WHERE NOT EXISTS ("
        "FROM news.likenesses l WHERE l.version_id = c.version_id "
        "AND l.earlier_id = c.earlier_id AND l.relation = 'text') ORDER BY ALL"
    ).fetchall()
    translations = sorted({
        (version, earlier)
        for version, earlier, markers, others in connection.execute(
            """
            SELECT c.version_id, c.earlier_id, p.markers, q.markers
            FROM translation_candidates c
            JOIN news.passages p ON p.version_id = c.version_id AND p.passage = c.passage
            JOIN news.passages q ON q.version_id = c.earlier_id
                AND q.passage = c.earlier_passage
            """
        ).fetchall()
        if is_translation(markers, others)
    })  # fmt: skip
    connection.execute(
        """
        DELETE FROM news.likenesses l
        WHERE version_id IN (SELECT version_id FROM news.texts WHERE number IN (FROM affected))
          AND (relation = 'translation' OR NOT EXISTS (
            FROM candidates c WHERE c.version_id = l.version_id AND c.earlier_id = l.earlier_id))
        """
    )
    rows: list[_Row] = [
        (version, earlier, "text", found.containment, found.jaccard, None, None)
        for (version, earlier), found in zip(texts, bodies.alike(texts), strict=True)
    ]
    rows += [(*pair, "translation", None, None, None, None) for pair in translations]
    _register(connection, "measured", rows)
    connection.execute(
        "INSERT INTO news.likenesses "
        "SELECT version_id, other_id, label, containment, jaccard, ?::UUID FROM measured",
        [run.run_id],
    )


_COLUMNS = pa.schema([
    ("version_id", pa.string()),
    ("other_id", pa.string()),
    ("label", pa.string()),
    ("containment", pa.float64()),
    ("jaccard", pa.float64()),
    ("numbers_differ", pa.bool_()),
    ("residue_chars", pa.int32()),
])  # fmt: skip
_Row = tuple[UUID, UUID, str, float | None, float | None, bool | None, int | None]


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[_Row]) -> None:
    """Put pairs of versions with what is known of them into a temporary table."""
    columns: list[tuple[object, ...]] = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    columns[:2] = [tuple(str(version) for version in column) for column in columns[:2]]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, _COLUMNS, strict=True)]
    connection.register("staged_rows", pa.table(arrays, schema=_COLUMNS))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * REPLACE ("
        "version_id::UUID AS version_id, other_id::UUID AS other_id) FROM staged_rows"
    )
    connection.unregister("staged_rows")


def _connect(connection: duckdb.DuckDBPyConnection) -> None:
    """List all versions connected with the affected ones in the temporary table component."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE link AS
        SELECT version_id AS a, earlier_id AS b FROM news.likenesses
        WHERE containment >= {RECHECK} OR relation = 'translation'
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE component AS
        SELECT version_id, article_id FROM news.texts WHERE number IN (FROM affected)
        UNION
        SELECT t.version_id, t.article_id FROM news.texts t
        JOIN news.copies c ON t.version_id IN (c.version_id, c.canonical_id)
        WHERE c.recorded_to IS NULL AND (
            c.version_id IN (SELECT version_id FROM news.texts WHERE number IN (FROM affected))
            OR c.canonical_id IN (
                SELECT version_id FROM news.texts WHERE number IN (FROM affected)))
        """
    )
    size = 0
    while True:
        grown = connection.execute("SELECT count(*) FROM component").fetchall()[0][0]
        if grown == size:
            return
        size = grown
        connection.execute(
            """
            INSERT INTO component
            WITH reached AS (
                SELECT b AS version_id FROM link WHERE a IN (SELECT version_id FROM component)
                UNION
                SELECT a FROM link WHERE b IN (SELECT version_id FROM component)
                UNION
                SELECT version_id FROM news.texts
                WHERE article_id IN (SELECT article_id FROM component)
            )
            SELECT t.version_id, t.article_id FROM news.texts t JOIN reached USING (version_id)
            WHERE t.version_id NOT IN (SELECT version_id FROM component)
            """
        )


def _texts(connection: duckdb.DuckDBPyConnection) -> list[Text]:
    """The versions to regroup, in canonical order."""
    matches: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
    for version, earlier, relation in connection.execute(
        """
        SELECT l.version_id, l.earlier_id, l.relation
        FROM news.likenesses l
        JOIN news.texts e ON e.version_id = l.earlier_id
        WHERE l.version_id IN (SELECT version_id FROM component)
          AND l.earlier_id IN (SELECT version_id FROM component)
        ORDER BY e.moment, e.document, e.source, e.version_id
        """
    ).fetchall():
        matches[version, relation].append(earlier)
    return [
        Text(
            version,
            article,
            content_hash,
            size,
            matches=tuple(matches.get((version, "text"), ())),
            originals=tuple(matches.get((version, "translation"), ())),
        )
        for version, article, content_hash, size in connection.execute(
            "SELECT version_id, article_id, content_hash, size FROM news.texts "
            "WHERE version_id IN (SELECT version_id FROM component) "
            "ORDER BY moment, document, source, version_id"
        ).fetchall()
    ]


def _known(connection: duckdb.DuckDBPyConnection) -> dict[Pair, Likeness]:
    return {
        (a, b): Likeness(contained, jaccard)
        for a, b, contained, jaccard in connection.execute(
            "SELECT least(version_id, earlier_id), greatest(version_id, earlier_id), "
            "containment, jaccard FROM news.likenesses WHERE relation = 'text' "
            "AND version_id IN (SELECT version_id FROM component)"
        ).fetchall()
    }


def _edges(
    connection: duckdb.DuckDBPyConnection,
    bodies: _Texts,
    texts: list[Text],
    stars: Mapping[UUID, Star],
    likenesses: Likenesses,
) -> list[Edge]:
    """The rows that the stars make; what a pair was found to be before is not worked out anew."""
    by_id = {text.version: text for text in texts}
    before: dict[Pair, tuple[bool, int | None]] = {
        (version, canonical): (differ, residue)
        for version, canonical, differ, residue in connection.execute(
            "SELECT version_id, canonical_id, numbers_differ, residue_chars FROM news.copies "
            "WHERE recorded_to IS NULL AND version_id IN (SELECT version_id FROM component)"
        ).fetchall()
    }
    new = [
        (version, star.canonical)
        for version, star in sorted(stars.items())
        if (version, star.canonical) not in before
    ]
    before.update(_differences(connection, bodies, new, stars))
    out = []
    for version, star in sorted(stars.items()):
        differ, residue = before[version, star.canonical]
        text, canonical = by_id[version], by_id[star.canonical]
        same = text.content_hash == canonical.content_hash
        found = None if star.relation == "translation" else likenesses.of(text, canonical)
        out.append(
            Edge(version, star.canonical, _kind(star, same, differ, found), found, differ, residue)
        )
    return out


def _kind(star: Star, same: bool, differ: bool, likeness: Likeness | None) -> str:
    if star.relation == "article":
        return "revision"
    if likeness is None:
        return "translation"
    if same:
        return "exact"
    if differ:
        return "revision"
    return "near" if likeness.jaccard >= NEAR else "excerpt"


def _differences(
    connection: duckdb.DuckDBPyConnection,
    bodies: _Texts,
    pairs: list[Pair],
    stars: Mapping[UUID, Star],
) -> dict[Pair, tuple[bool, int | None]]:
    """Whether the figures of each pair differ, and what the first says that the second does not.

    A translation's residue is not known: no sentence of it stands in its original.
    """
    texts = [pair for pair in pairs if stars[pair[0]].relation != "translation"]
    bodies.want(texts)
    versions = sorted({version for pair in texts for version in pair})
    stated = dict(
        zip(versions, figures([bodies.bodies[version] for version in versions]), strict=True)
    )
    residue = residues([(bodies.bodies[a], bodies.shingles[b]) for a, b in texts])
    by_pair = dict(zip(texts, residue, strict=True))
    facts = _facts_differ(connection, pairs)
    return {
        pair: (
            pair in facts or (pair in by_pair and figures_differ(stated[pair[0]], stated[pair[1]])),
            by_pair.get(pair),
        )
        for pair in pairs
    }


def _facts_differ(connection: duckdb.DuckDBPyConnection, pairs: list[Pair]) -> set[Pair]:
    """Pairs of which each side gives a value, in the same sentence, that the other does not."""
    _register(connection, "compared", [(*pair, "", None, None, None, None) for pair in pairs])
    return set(
        connection.execute(
            r"""
            WITH told AS (
                FROM news.facts WHERE value NOT NULL AND kind <> 'number' AND (
                    version_id IN (SELECT version_id FROM compared)
                    OR version_id IN (SELECT other_id FROM compared))
            ), stated AS (
                SELECT version_id, kind, coalesce(currency, unit) AS unit,
                       regexp_replace(lower(replace(sentence, surface, '')),
                                      '[^\pL]+', ' ', 'g') AS around,
                       list(DISTINCT value) AS given
                FROM told GROUP BY ALL
            )
            SELECT DISTINCT c.version_id, c.other_id
            FROM compared c
            JOIN stated a ON a.version_id = c.version_id
            JOIN stated b ON b.version_id = c.other_id AND b.around = a.around
                AND b.kind = a.kind AND b.unit IS NOT DISTINCT FROM a.unit
            WHERE NOT list_has_all(a.given, b.given) AND NOT list_has_all(b.given, a.given)
            """
        ).fetchall()
    )


def _record(connection: duckdb.DuckDBPyConnection, edges: list[Edge], run: Run) -> None:
    """Close the rows that no longer hold, add the new ones, list the versions concerned."""
    rows: list[_Row] = [
        (
            edge.version,
            edge.canonical,
            edge.kind,
            *(edge.likeness or (None, None)),
            edge.numbers_differ,
            edge.residue,
        )
        for edge in edges
    ]
    _register(connection, "edge", rows)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE grouped AS "
        "SELECT * RENAME (other_id AS canonical_id, label AS kind) FROM edge"
    )
    columns = "version_id, canonical_id, kind, containment, jaccard, numbers_differ, residue_chars"
    current = (
        f"SELECT {columns} FROM news.copies WHERE recorded_to IS NULL "
        "AND version_id IN (SELECT version_id FROM component)"
    )
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE regrouped AS
        SELECT DISTINCT version_id FROM (
            ({current} EXCEPT SELECT {columns} FROM grouped)
            UNION ALL
            (SELECT {columns} FROM grouped EXCEPT {current}))
        """
    )
    connection.execute(
        "UPDATE news.copies SET recorded_to = ? "
        "WHERE recorded_to IS NULL AND version_id IN (FROM regrouped)",
        [run.started_at],
    )
    connection.execute(
        f"INSERT INTO news.copies ({columns}, recorded_from, recorded_to, run_id) "
        f"SELECT {columns}, ?, NULL, ?::UUID FROM grouped WHERE version_id IN (FROM regrouped)",
        [run.started_at, run.run_id],
    )
