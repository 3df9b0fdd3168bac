"""Copies and translations: which versions are one report.

`candidates.py` finds the pairs, here they are measured and recorded, `stars.py` groups them.
Only versions connected with what a batch brings are regrouped: those that may repeat one
another, and versions of one article. Versions go by their numbers in news.texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from extractors.differences import figures, figures_differ, residues
from extractors.sketch import Likeness, alike, remembered
from extractors.translation import is_translation
from warehouse import candidates
from warehouse.candidates import Entered, Found, Pair, stage
from warehouse.records import Run
from warehouse.stars import ACCEPT, NEAR, RECHECK, Likenesses, Star, Text, assign

_IS_LINK = f"(containment >= {RECHECK} OR relation = 'translation')"

# Where the search for connected versions begins: at the affected ones that are like another, are
# versions of one article, or have been in a star.
_SEEDS = f"""
CREATE OR REPLACE TEMP TABLE component AS
WITH own AS (
    SELECT version_id, article_id FROM news.texts WHERE number IN (FROM affected)
), stars AS (
    SELECT version_id, canonical_id FROM news.copies
    WHERE recorded_to IS NULL AND (version_id IN (SELECT version_id FROM own)
                                   OR canonical_id IN (SELECT version_id FROM own))
)
SELECT unnest([number, earlier]) AS number FROM news.likenesses
WHERE {_IS_LINK} AND (number IN (FROM affected) OR earlier IN (FROM affected))
UNION
SELECT number FROM (FROM news.texts WHERE article_id IN (SELECT article_id FROM own)
                    QUALIFY count(*) OVER (PARTITION BY article_id) > 1)
UNION
SELECT number FROM news.texts
WHERE version_id IN (SELECT version_id FROM stars UNION ALL SELECT canonical_id FROM stars)
"""

_REACHED = f"""
INSERT INTO component
SELECT number FROM (
    SELECT unnest([number, earlier]) AS number FROM news.likenesses
    WHERE {_IS_LINK}
      AND (number IN (FROM component)) <> (earlier IN (FROM component))
    UNION
    SELECT number FROM news.texts WHERE article_id IN (
        SELECT article_id FROM news.texts WHERE number IN (FROM component)))
WHERE number NOT IN (FROM component)
"""

_TEXTS = """
CREATE OR REPLACE TEMP TABLE connected AS
SELECT number, min(number) OVER (PARTITION BY article_id) AS article, content_hash, size,
       version_id, row_number() OVER (ORDER BY moment, fetched_at NULLS FIRST, document, source,
                                        version_id) AS place
FROM news.texts WHERE number IN (FROM component)
"""

_BEFORE = """
SELECT v.number, w.number, c.kind, c.containment, c.jaccard, c.numbers_differ, c.residue_chars
FROM news.copies c
JOIN connected v ON v.version_id = c.version_id
JOIN news.texts w ON w.version_id = c.canonical_id
WHERE c.recorded_to IS NULL
"""

_FACTS_DIFFER = r"""
WITH pair AS (
    SELECT c.number, c.other, v.version_id, w.version_id AS other_id
    FROM compared c JOIN connected v ON v.number = c.number JOIN connected w ON w.number = c.other
), told AS (
    FROM news.facts WHERE value NOT NULL AND kind <> 'number' AND (
        version_id IN (SELECT version_id FROM pair) OR version_id IN (SELECT other_id FROM pair))
), stated AS (
    SELECT version_id, kind, coalesce(currency, unit) AS unit,
           regexp_replace(lower(replace(sentence, surface, '')), '[^\pL]+', ' ', 'g') AS around,
           list(DISTINCT value) AS given
    FROM told GROUP BY ALL
)
SELECT DISTINCT p.number, p.other
FROM pair p
JOIN stated a ON a.version_id = p.version_id
JOIN stated b ON b.version_id = p.other_id AND b.around = a.around
    AND b.kind = a.kind AND b.unit IS NOT DISTINCT FROM a.unit
WHERE NOT list_has_all(a.given, b.given) AND NOT list_has_all(b.given, a.given)
"""


class Edge(NamedTuple):
    """How a version repeats its canonical one."""

    canonical: int
    kind: str
    containment: float | None
    jaccard: float | None
    numbers_differ: bool
    residue_chars: int | None


@dataclass(frozen=True, slots=True)
class Groups:
    """The versions connected with a batch, and the stars that they form."""

    texts: list[Text]
    stars: dict[int, Star]
    likenesses: Likenesses


class Bodies:
    """Texts of versions and their shingles, each read and cut once in a batch.

    Attributes:
        again: versions that the ledger had before, whose texts or names are others now.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, entered: Entered) -> None:
        self._connection = connection
        self.texts = dict(entered.bodies)
        self.shingles = dict(entered.shingles)
        self.again = frozenset(entered.known.tolist())

    def want(self, pairs: Iterable[Pair]) -> None:
        """Have the texts of all pairs at hand."""
        asked = {number for pair in pairs for number in pair} - self.texts.keys()
        if not asked:
            return
        stage(self._connection, "asked", {"number": np.array(sorted(asked))})
        rows = self._connection.execute(
            "WITH text AS (SELECT number, version_id FROM news.texts "
            "              WHERE number IN (FROM asked)) "
            "SELECT number, body FROM text JOIN news.versions_of('text') USING (version_id)"
        ).fetchall()
        self.texts.update(rows)
        found = remembered([body for _, body in rows])
        self.shingles.update(zip((number for number, _ in rows), found, strict=True))

    def alike(self, pairs: list[Pair]) -> list[Likeness]:
        """Likeness of the texts of each pair."""
        self.want(pairs)
        return [alike(self.shingles[a], self.shingles[b]) for a, b in pairs]


def update(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Measure what is new, regroup what it touches, and record the changes.

    Reads the temporary tables new_versions, met_versions and altered, and leaves the versions whose
    group changed in the temporary table regrouped.
    """
    entered = candidates.enter(connection)
    found = candidates.find(connection, entered)
    bodies = Bodies(connection, entered)
    measure(connection, found, bodies)
    record(connection, group(connection, bodies), bodies, run)


def measure(connection: duckdb.DuckDBPyConnection, found: Found, bodies: Bodies) -> None:
    """Bring news.likenesses up to date for the affected versions."""
    stage(connection, "affected", {"number": found.affected})
    connection.execute("DELETE FROM news.likenesses WHERE number IN (FROM affected)")
    alikes = bodies.alike(found.texts)
    translations = sorted({
        (number, earlier)
        for number, earlier, markers, others in found.translations
        if is_translation(markers, others)
    })  # fmt: skip
    pairs = [*found.texts, *translations]
    none = [None] * len(translations)
    stage(connection, "measured", {
        "number": pa.array([number for number, _ in pairs], pa.int32()),
        "earlier": pa.array([earlier for _, earlier in pairs], pa.int32()),
        "relation": ["text"] * len(alikes) + ["translation"] * len(translations),
        "containment": pa.array([found.containment for found in alikes] + none, pa.float64()),
        "jaccard": pa.array([found.jaccard for found in alikes] + none, pa.float64()),
    })  # fmt: skip
    connection.execute("INSERT INTO news.likenesses BY NAME FROM measured")


def group(connection: duckdb.DuckDBPyConnection, bodies: Bodies) -> Groups:
    """Group the versions connected with the affected ones into stars."""
    _connect(connection)
    texts, likenesses = _connected(connection)
    while True:
        stars = assign(texts, likenesses)
        pairs = sorted(likenesses.missing)
        if not pairs:
            return Groups(texts, stars, likenesses)
        likenesses.missing.clear()
        likenesses.known.update(zip(pairs, bodies.alike(pairs), strict=True))


def _connect(connection: duckdb.DuckDBPyConnection) -> None:
    """List all versions connected with the affected ones in the temporary table connected."""
    connection.execute(_SEEDS)
    while connection.execute(_REACHED).fetchall()[0][0]:
        pass
    connection.execute(_TEXTS)


def _connected(connection: duckdb.DuckDBPyConnection) -> tuple[list[Text], Likenesses]:
    """The versions to regroup, in canonical order, and what is known of their likeness."""
    known: dict[Pair, Likeness] = {}
    matches: dict[int, list[int]] = defaultdict(list)
    originals: dict[int, list[int]] = defaultdict(list)
    for number, earlier, contained, jaccard in connection.execute(
        "SELECT l.number, l.earlier, l.containment, l.jaccard FROM news.likenesses l "
        "JOIN connected c ON c.number = l.earlier WHERE l.number IN (FROM component) "
        "ORDER BY c.place"
    ).fetchall():
        if contained is None:
            originals[number].append(earlier)
            continue
        known[min(number, earlier), max(number, earlier)] = Likeness(contained, jaccard)
        if contained >= ACCEPT:
            matches[number].append(earlier)
    texts = [
        Text(
            number,
            article,
            content_hash,
            size,
            matches=tuple(matches.get(number, ())),
            originals=tuple(originals.get(number, ())),
        )
        for number, article, content_hash, size in connection.execute(
            "SELECT number, article, content_hash, size FROM connected ORDER BY place"
        ).fetchall()
    ]
    return texts, Likenesses(known)


def record(connection: duckdb.DuckDBPyConnection, groups: Groups, bodies: Bodies, run: Run) -> None:
    """Close the rows that no longer hold, add the new ones, list the versions concerned."""
    before = {row[0]: Edge(*row[1:]) for row in connection.execute(_BEFORE).fetchall()}
    after = _edges(connection, groups, bodies, before)
    changed = sorted(
        number for number in before.keys() | after if before.get(number) != after.get(number)
    )
    added = [(number, *after[number]) for number in changed if number in after]
    columns = list(zip(*added, strict=True)) or [()] * 7
    stage(connection, "changed", {"number": pa.array(changed, pa.int32())})
    stage(connection, "added", {
        "number": pa.array(columns[0], pa.int32()),
        "canonical": pa.array(columns[1], pa.int32()),
        "kind": pa.array(columns[2], pa.string()),
        "containment": pa.array(columns[3], pa.float64()),
        "jaccard": pa.array(columns[4], pa.float64()),
        "numbers_differ": pa.array(columns[5], pa.bool_()),
        "residue_chars": pa.array(columns[6], pa.int32()),
    })  # fmt: skip
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE regrouped AS "
        "SELECT version_id FROM connected WHERE number IN (FROM changed)"
    )
    connection.execute(
        "UPDATE news.copies SET recorded_to = ? "
        "WHERE recorded_to IS NULL AND version_id IN (FROM regrouped)",
        [run.started_at],
    )
    connection.execute(
        "INSERT INTO news.copies BY NAME "
        "SELECT a.* EXCLUDE (number, canonical), v.version_id, w.version_id AS canonical_id, "
        "?::TIMESTAMPTZ AS recorded_from, ?::UUID AS run_id "
        "FROM added a JOIN connected v USING (number) JOIN connected w ON w.number = a.canonical",
        [run.started_at, run.run_id],
    )


def _edges(
    connection: duckdb.DuckDBPyConnection,
    groups: Groups,
    bodies: Bodies,
    before: dict[int, Edge],
) -> dict[int, Edge]:
    """The rows that the stars make; what a pair was found to be before is not worked out anew."""
    by_number = {text.version: text for text in groups.texts}
    known = {
        (number, edge.canonical): (edge.numbers_differ, edge.residue_chars)
        for number, edge in before.items()
        if not bodies.again & {number, edge.canonical}
    }
    stars = sorted(groups.stars.items())
    known.update(_differences(connection, bodies, [
        (number, star) for number, star in stars if (number, star.canonical) not in known
    ]))  # fmt: skip
    out = {}
    for number, star in stars:
        text, canonical = by_number[number], by_number[star.canonical]
        differ, residue = known[number, star.canonical]
        if star.relation == "translation":
            out[number] = Edge(star.canonical, "translation", None, None, differ, residue)
            continue
        found = groups.likenesses.of(text, canonical)
        kind = _kind(star, text.content_hash == canonical.content_hash, differ, found)
        out[number] = Edge(star.canonical, kind, *found, differ, residue)
    return out


def _kind(star: Star, same: bool, differ: bool, likeness: Likeness) -> str:
    if star.relation == "article":
        return "revision"
    if same:
        return "exact"
    if differ:
        return "revision"
    return "near" if likeness.jaccard >= NEAR else "excerpt"


def _differences(
    connection: duckdb.DuckDBPyConnection, bodies: Bodies, stars: list[tuple[int, Star]]
) -> dict[Pair, tuple[bool, int | None]]:
    """Whether the figures of each pair differ, and what the first says that the second does not.

    A translation's residue is not known: no sentence of it stands in its original.
    """
    pairs = [(number, star.canonical) for number, star in stars]
    texts = [(number, s.canonical) for number, s in stars if s.relation != "translation"]
    bodies.want(texts)
    numbers = sorted({number for pair in texts for number in pair})
    stated = dict(zip(numbers, figures([bodies.texts[one] for one in numbers]), strict=True))
    cut = bodies.shingles
    residue = residues([(bodies.texts[a], cut[a], cut[b]) for a, b in texts])
    residue_of = dict(zip(texts, residue, strict=True))
    stage(connection, "compared", {
        "number": pa.array([a for a, _ in pairs], pa.int32()),
        "other": pa.array([b for _, b in pairs], pa.int32()),
    })  # fmt: skip
    differ = set(connection.execute(_FACTS_DIFFER).fetchall())
    differ |= {(a, b) for a, b in texts if figures_differ(stated[a], stated[b])}
    return {pair: (pair in differ, residue_of.get(pair)) for pair in pairs}
