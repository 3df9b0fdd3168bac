"""Which earlier versions each version may repeat, within a window of days.

Candidates share two hashes of their sketches (texts), or of their ordered figures and names
(translations). A hash that many clusters of copies list is no evidence; clusters are told apart
by the largest hash of their sketches, which most copies share, so that a wire report with a
hundred copies counts a few times only. Everything is a function of the set of versions: what a
new version changes for those that are known already (better candidates, a hash that has become
common) is worked out again for them, so the order of loading makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from extractors import sketch, translation
from extractors.records import READ

METHOD = 1000 * sketch.VERSION + translation.VERSION
_WINDOW = 30  # days between the moments of two versions that are compared
_PERIOD = 30  # days over which listings of a hash are counted
_COMMON = 16  # clusters in a period that list a hash, from which it is no evidence ...
_SPREAD = 4  # ... if there is one at least to so many texts: copies of one report are one
_IS_COMMON = (
    f"HAVING count(DISTINCT stamp) > {_COMMON} "
    f"AND count(DISTINCT stamp) * {_SPREAD} >= count(DISTINCT number)"
)
_SHARED = 2  # hashes that a candidate shares
_FRAME = 4  # common hashes of a text to each hash that it shares, at most
_BEST = 8  # candidates per version that are compared
_TRANSLATION_DAYS = 14
_TRANSLATION_BEST = 4

# The name and moment under which a version counts: as news.version_documents, but for these
# versions only, so that the cost does not grow with the ledger.
_ENTERING = """
CREATE OR REPLACE TEMP TABLE entering AS
WITH named AS (
    FROM news.documents WHERE version_id IN (FROM wanted)
    QUALIFY row_number() OVER (PARTITION BY version_id, source, document
                               ORDER BY found_at DESC, document_id) = 1
), first_named AS (
    SELECT *, coalesce(published_at, fetched_at) AS known_moment FROM named
    QUALIFY row_number() OVER (PARTITION BY version_id ORDER BY
        coalesce(published_at, fetched_at) NULLS LAST, document, source) = 1
), dated AS (
    SELECT version_id, document, source,
           coalesce(known_moment, 'infinity'::TIMESTAMPTZ) AS moment,
           (epoch(coalesce(known_moment, found_at)) // 86400)::INTEGER AS day
    FROM first_named
)
SELECT v.version_id, v.article_id, v.content_hash, d.moment, d.document, d.source, d.day, v.body
FROM dated d JOIN news.versions v USING (version_id)
WHERE v.body <> '' AND list_contains(?, v.outcome)
  AND NOT EXISTS (FROM news.texts t WHERE t.version_id = v.version_id AND t.moment = d.moment
                  AND t.document = d.document AND t.source = d.source AND t.day = d.day)
"""

# Listings of the hashes that enter or leave, in the periods and windows that they touch.
_MET = """
CREATE OR REPLACE TEMP TABLE met AS
FROM news.postings
WHERE hash IN (SELECT hash FROM entering_postings UNION SELECT hash FROM leaving_postings)
  AND day BETWEEN ? AND ?
"""

_COUNTS = f"""
CREATE OR REPLACE TEMP TABLE {{name}} AS
SELECT hash, day // {_PERIOD} AS period FROM {{source}}
GROUP BY ALL {_IS_COMMON}
"""

_AFFECTED = f"""
CREATE OR REPLACE TEMP TABLE affected AS
SELECT number FROM entering_texts
UNION
SELECT number FROM met m
WHERE EXISTS (FROM flipped f WHERE f.hash = m.hash AND f.period = m.day // {_PERIOD})
UNION
SELECT number FROM (
    SELECT m.number, n.number AS other
    FROM met m JOIN entering_postings n
        ON n.hash = m.hash AND abs(n.day - m.day) <= {_WINDOW} AND n.number <> m.number
    WHERE NOT EXISTS (FROM common c WHERE c.hash = m.hash AND c.period = m.day // {_PERIOD})
    GROUP BY ALL HAVING count(*) >= {_SHARED})
UNION
SELECT number FROM (
    SELECT m.number, n.number AS other
    FROM news.marker_postings m JOIN entering_markers n ON n.hash = m.hash
        AND abs(n.day - m.day) <= {_TRANSLATION_DAYS} AND n.number <> m.number
    WHERE m.day BETWEEN ? AND ?
    GROUP BY ALL HAVING count(*) >= {_SHARED})
UNION
SELECT t.number FROM news.texts t
JOIN entering e ON e.content_hash = t.content_hash AND abs(e.day - t.day) <= {_WINDOW}
UNION
SELECT t.number FROM news.texts t JOIN news.likenesses l USING (version_id)
WHERE l.earlier_id IN (SELECT version_id FROM entering)
"""

_PAIRS = f"""
CREATE OR REPLACE TEMP TABLE near AS
WITH own AS (
    SELECT * FROM news.postings WHERE number IN (FROM affected)
), listed AS (
    SELECT * FROM news.postings
    WHERE hash IN (SELECT hash FROM own) AND day BETWEEN $low AND $high
), common AS (
    SELECT hash, day // {_PERIOD} AS period FROM listed
    GROUP BY ALL {_IS_COMMON}
), telling AS (
    SELECT o.number, o.day, o.hash, c.hash IS NULL AS tells,
           count(c.hash) OVER (PARTITION BY o.number) AS frame
    FROM own o LEFT JOIN common c ON c.hash = o.hash AND c.period = o.day // {_PERIOD}
)
SELECT o.number, l.number AS earlier, count(*) AS shared
FROM telling o
JOIN listed l ON l.hash = o.hash AND l.number <> o.number AND abs(l.day - o.day) <= {_WINDOW}
WHERE o.tells
GROUP BY ALL HAVING count(*) >= greatest({_SHARED}, max(o.frame) / {_FRAME})
UNION ALL
SELECT a.number, b.number, {sketch.SIZE + 1}
FROM news.texts a JOIN news.texts b
    ON b.content_hash = a.content_hash AND b.number <> a.number AND abs(b.day - a.day) <= {_WINDOW}
WHERE a.number IN (FROM affected) AND a.size > 0
"""

_TRANSLATED = f"""
CREATE OR REPLACE TEMP TABLE near_translations AS
SELECT o.number, o.passage, l.number AS earlier, l.passage AS earlier_passage, count(*) AS shared
FROM (FROM news.marker_postings WHERE number IN (FROM affected)) o
JOIN news.marker_postings l
    ON l.hash = o.hash AND l.number <> o.number AND l.lang <> o.lang
    AND abs(l.day - o.day) <= {_TRANSLATION_DAYS}
WHERE l.day BETWEEN $low AND $high
GROUP BY ALL HAVING count(*) >= {_SHARED}
"""

# The best of the earlier ones, in canonical order where they are equally good.
_RANKED = """
SELECT {columns}
FROM (SELECT number, earlier, max(shared) AS shared FROM {near} GROUP BY ALL) p
JOIN news.texts a ON a.number = p.number
JOIN news.texts b ON b.number = p.earlier
WHERE (b.moment, b.document, b.source, b.version_id)
    < (a.moment, a.document, a.source, a.version_id)
QUALIFY row_number() OVER (PARTITION BY a.number ORDER BY
    p.shared DESC, b.moment, b.document, b.source, b.version_id) <= {best}
"""


def refresh(connection: duckdb.DuckDBPyConnection) -> dict[UUID, tuple[str, sketch.Shingles]]:
    """Enter the versions of the batch, and find the candidates that it changes.

    Reads the temporary tables new_versions and met_versions. Leaves `affected` (numbers of the
    versions whose candidates were looked for), `candidates` (version_id, earlier_id, rank)
    and `translation_candidates` (version_id, passage, earlier_id, earlier_passage).

    Returns:
        Text and shingles of the versions that were entered.
    """
    _wanted(connection)
    connection.execute(_ENTERING, [sorted(READ)])
    low, high = _span(connection)
    entered = _enter(connection)
    connection.execute(_MET, [low, high])
    connection.execute(_COUNTS.format(name="common_before", source="met"))
    _replace_texts(connection)
    connection.execute(_MET, [low, high])
    connection.execute(_COUNTS.format(name="common", source="met"))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE flipped AS (FROM common EXCEPT FROM common_before) "
        "UNION ALL (FROM common_before EXCEPT FROM common)"
    )
    connection.execute(_AFFECTED, [low, high])
    reach = connection.execute(
        "SELECT coalesce(min(day), 0), coalesce(max(day), 0) FROM news.texts "
        "WHERE number IN (FROM affected)"
    ).fetchall()[0]
    days = _range(*reach)
    connection.execute(_PAIRS, days)
    connection.execute(_TRANSLATED, days)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE candidates AS "
        + _RANKED.format(
            columns="a.version_id, b.version_id AS earlier_id, "
            "row_number() OVER (PARTITION BY a.number ORDER BY p.shared DESC, b.moment, "
            "b.document, b.source, b.version_id) AS rank",
            near="near", best=_BEST,
        )
    )  # fmt: skip
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE translation_candidates AS WITH ranked AS ("
        + _RANKED.format(
            columns="a.version_id, b.version_id AS earlier_id, p.number, p.earlier",
            near="near_translations", best=_TRANSLATION_BEST,
        )
        + ") SELECT r.version_id, n.passage, r.earlier_id, n.earlier_passage "
        "FROM ranked r JOIN near_translations n USING (number, earlier)"
    )  # fmt: skip
    return entered


def _range(first: int, last: int) -> dict[str, int]:
    """Days that windows and periods of versions from `first` to `last` can reach."""
    return {
        "low": min(first - _WINDOW, first // _PERIOD * _PERIOD),
        "high": max(last + _WINDOW, (last // _PERIOD + 1) * _PERIOD),
    }


def _wanted(connection: duckdb.DuckDBPyConnection) -> None:
    """List the versions to look at: those of the batch, or all if the method has changed."""
    stale = connection.execute(
        "SELECT EXISTS (FROM news.texts WHERE method <> ?)", [METHOD]
    ).fetchall()[0][0]
    if stale:
        for table in ("texts", "postings", "marker_postings", "likenesses"):
            connection.execute(f"DELETE FROM news.{table}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS "
        "SELECT version_id FROM new_versions UNION SELECT version_id FROM met_versions "
        "UNION SELECT version_id FROM news.versions WHERE NOT EXISTS (FROM news.texts)"
    )


def _span(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """First and last day of the listings that the batch touches."""
    first, last = connection.execute(
        "SELECT coalesce(min(day), 0), coalesce(max(day), 0) FROM ("
        "SELECT day FROM entering UNION ALL "
        "SELECT day FROM news.texts WHERE version_id IN (SELECT version_id FROM entering))"
    ).fetchall()[0]
    days = _range(first, last)
    return days["low"], days["high"]


def _enter(connection: duckdb.DuckDBPyConnection) -> dict[UUID, tuple[str, sketch.Shingles]]:
    """Sketch the versions that enter, into temporary tables; `leaving` are their old numbers."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE leaving AS SELECT number FROM news.texts "
        "WHERE version_id IN (SELECT version_id FROM entering)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE leaving_postings AS "
        "FROM news.postings WHERE number IN (FROM leaving)"
    )
    rows = connection.execute(
        "SELECT version_id, day, body FROM entering ORDER BY day, version_id"
    ).fetchall()
    first = connection.execute("SELECT coalesce(max(number), 0) + 1 FROM news.texts").fetchall()
    numbers = list(range(first[0][0], first[0][0] + len(rows)))
    bodies = [body for _, _, body in rows]
    signed = sketch.signatures(bodies)
    found = [hashes for hashes, _ in signed]
    stamps = [hashes[-1] if hashes else 0 for hashes in found]
    sizes = [len(shingles.distinct) for _, shingles in signed]
    days = [day for _, day, _ in rows]
    _table(connection, "entering_numbers", {
        "version_id": pa.array([str(version) for version, _, _ in rows], pa.string()),
        "number": pa.array(numbers, pa.int32()),
        "stamp": pa.array(stamps, pa.uint64()),
        "size": pa.array(sizes, pa.int32()),
    })  # fmt: skip
    counts = [len(hashes) for hashes in found]
    _table(connection, "entering_postings", {
        "hash": pa.array([value for hashes in found for value in hashes], pa.uint64()),
        "number": pa.array(_repeated(numbers, counts), pa.int32()),
        "day": pa.array(_repeated(days, counts), pa.int32()),
        "stamp": pa.array(_repeated(stamps, counts), pa.uint64()),
    })  # fmt: skip
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE entering_texts AS "
        "SELECT n.number, e.version_id, e.article_id, e.content_hash, e.moment, e.document, "
        "e.source, e.day, n.stamp, n.size, ?::INTEGER AS method "
        "FROM entering e JOIN entering_numbers n ON n.version_id::UUID = e.version_id "
        "ORDER BY n.number",
        [METHOD],
    )
    _enter_markers(connection)
    return {
        version: (body, shingles)
        for (version, _, body), (_, shingles) in zip(rows, signed, strict=True)
    }


def _enter_markers(connection: duckdb.DuckDBPyConnection) -> None:
    passages = connection.execute(
        "SELECT t.number, t.day, p.passage, p.lang, p.markers "
        "FROM news.passages p JOIN entering_texts t USING (version_id) "
        "ORDER BY t.number, p.passage"
    ).fetchall()
    found = [translation.keys(markers) for *_, markers in passages]
    counts = [len(hashes) for hashes in found]
    numbers, days, places, langs = (
        _repeated([row[column] for row in passages], counts) for column in range(4)
    )
    _table(connection, "entering_markers", {
        "hash": pa.array([value for hashes in found for value in hashes], pa.uint64()),
        "number": pa.array(numbers, pa.int32()),
        "passage": pa.array(places, pa.int32()),
        "lang": pa.array(langs, pa.string()),
        "day": pa.array(days, pa.int32()),
    })  # fmt: skip


def _replace_texts(connection: duckdb.DuckDBPyConnection) -> None:
    for table, staged in (
        ("texts", "entering_texts"),
        ("postings", "entering_postings"),
        ("marker_postings", "entering_markers"),
    ):
        connection.execute(f"DELETE FROM news.{table} WHERE number IN (FROM leaving)")
        connection.execute(f"INSERT INTO news.{table} BY NAME FROM {staged}")


def _repeated(values: Sequence[Any], counts: Iterable[int]) -> list[Any]:
    return [value for value, count in zip(values, counts, strict=True) for _ in range(count)]


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, pa.Array]) -> None:
    connection.register("staged_rows", pa.table(columns))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM staged_rows")
    connection.unregister("staged_rows")
