"""Which earlier versions each version may repeat, within a window of days.

Candidates share two hashes of their sketches (texts), or of their ordered figures and names
(translations). A hash that many clusters of copies list is no evidence; clusters are told apart
by the largest hash of their sketches, which most copies share, so that a wire report with a
hundred copies counts a few times only. Everything is a function of the set of versions: what a
new version changes for those that are known already (better candidates, a hash that has become
common) is worked out again for them, so the order of loading makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from extractors import markers, sketch, translation
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

_ENTERING = """
CREATE OR REPLACE TEMP TABLE entering AS
WITH dated AS (
    SELECT version_id, document, source, fetched_at,
           coalesce(moment, 'infinity'::TIMESTAMPTZ) AS moment,
           (epoch(coalesce(moment, found_at)) // 86400)::INTEGER AS day
    FROM news.documents_of('wanted')
)
SELECT coalesce(t.number, $top + row_number() OVER (ORDER BY d.day, v.version_id))::INTEGER
           AS number,
       v.version_id, v.article_id, v.content_hash, d.moment, d.document, d.source, d.day,
       d.fetched_at, v.body
FROM dated d JOIN news.versions_of('wanted') v USING (version_id)
LEFT JOIN (FROM news.texts WHERE version_id IN (FROM wanted)) t USING (version_id)
WHERE v.body <> '' AND list_contains($read, v.outcome)
  AND (t.number IS NULL OR (t.moment, t.document, t.source, t.day)
                        <> (d.moment, d.document, d.source, d.day)
       OR t.fetched_at IS DISTINCT FROM d.fetched_at
       OR v.version_id IN (FROM altered))
"""

_EMPTIED = """
SELECT number FROM news.texts JOIN news.versions_of('altered') v USING (version_id)
WHERE v.body = '' OR NOT list_contains($read, v.outcome)
"""

# Listings of the hashes that enter or leave, in the periods and windows that they touch.
_MET = """
CREATE OR REPLACE TEMP TABLE met AS
FROM news.postings
WHERE hash IN (SELECT hash FROM entering_postings UNION ALL SELECT hash FROM leaving_postings)
  AND day BETWEEN $low AND $high
"""

_LISTED = """
CREATE OR REPLACE TEMP TABLE listed AS
SELECT * FROM met WHERE number NOT IN (FROM leaving)
UNION ALL FROM entering_postings
"""

_LISTED_AGAIN = """
CREATE OR REPLACE TEMP TABLE listed AS
FROM news.postings
WHERE hash IN (SELECT hash FROM news.postings WHERE number IN (SELECT number FROM own))
  AND day BETWEEN $low AND $high
"""

_COMMON_HASHES = f"""
CREATE OR REPLACE TEMP TABLE {{name}} AS
SELECT hash, day // {_PERIOD} AS period FROM {{source}}
GROUP BY ALL {_IS_COMMON}
"""

# Known versions with a hash that has become common, or is so no longer, and those that have
# been compared with a version whose moment changes.
_UNSETTLED = f"""
SELECT l.number
FROM listed l
JOIN ((FROM common EXCEPT FROM common_before) UNION ALL (FROM common_before EXCEPT FROM common)) f
    ON f.hash = l.hash AND f.period = l.day // {_PERIOD}
UNION
SELECT number FROM news.likenesses WHERE earlier IN (FROM leaving)
"""

# Pairs of `own` versions and others near them, whichever is earlier, by what they share. `met`
# counts what is no frame for either side, `shared` what is none for the first.
_NEAR = f"""
WITH weighed AS (
    SELECT l.number, l.day, l.hash, c.hash IS NULL AS tells
    FROM listed l LEFT JOIN common c ON c.hash = l.hash AND c.period = l.day // {_PERIOD}
), telling AS (
    SELECT *, count(*) FILTER (NOT tells) OVER (PARTITION BY number) AS frame
    FROM weighed WHERE number IN (SELECT number FROM own)
), pairs AS (
    SELECT o.number, l.number AS other, count(*) FILTER (o.tells) AS shared, o.frame
    FROM telling o
    JOIN weighed l ON l.hash = o.hash AND l.number <> o.number AND abs(l.day - o.day) <= {_WINDOW}
    WHERE o.tells OR l.tells
    GROUP BY ALL HAVING count(*) >= {_SHARED}
)
SELECT number, other,
       CASE WHEN shared >= greatest({_SHARED}, frame / {_FRAME}) THEN shared ELSE 0 END AS shared
FROM pairs
UNION ALL
SELECT a.number, b.number, {sketch.SIZE + 1}
FROM (FROM news.texts WHERE number IN (SELECT number FROM own) AND size > 0) a
JOIN (FROM news.texts WHERE day BETWEEN $low AND $high) b
    ON b.content_hash = a.content_hash AND b.number <> a.number AND abs(b.day - a.day) <= {_WINDOW}
"""

_TRANSLATED = f"""
SELECT o.number, o.passage, l.number AS other, l.passage AS other_passage, count(*) AS shared
FROM (FROM news.marker_postings WHERE number IN (SELECT number FROM own)) o
JOIN news.marker_postings l
    ON l.hash = o.hash AND l.number <> o.number AND l.lang <> o.lang
    AND abs(l.day - o.day) <= {_TRANSLATION_DAYS}
WHERE l.day BETWEEN $low AND $high
GROUP BY ALL HAVING count(*) >= {_SHARED}
"""

_MARKERS = """
SELECT DISTINCT c.number, c.other, p.markers, q.markers
FROM near_passages c
JOIN best USING (number, other)
JOIN news.texts a ON a.number = c.number
JOIN news.texts b ON b.number = c.other
JOIN news.passages p ON p.version_id = a.version_id AND p.passage = c.passage
JOIN news.passages q ON q.version_id = b.version_id AND q.passage = c.other_passage
ORDER BY ALL
"""

Numbers = NDArray[np.int64]
Pair = tuple[int, int]
_Columns = dict[str, Numbers]


@dataclass(frozen=True, slots=True)
class Entered:
    """Versions that are new, altered, or known under another name or moment.

    Attributes:
        numbers: of the versions, ascending.
        known: which of them the ledger had before, and those that have no text any more.
        bodies: their texts by number.
        shingles: of the texts, by number.
    """

    numbers: Numbers
    known: Numbers
    bodies: dict[int, str]
    shingles: dict[int, sketch.Shingles]


@dataclass(frozen=True, slots=True)
class Found:
    """Earlier versions that versions may repeat.

    Attributes:
        affected: the versions for which they were looked for, ascending.
        texts: pairs of a version and an earlier one that it may be a copy of.
        translations: pairs of a version and an earlier one that it may translate, with the
            markers of the passages.
    """

    affected: Numbers
    texts: list[Pair]
    translations: list[tuple[int, int, list[str], list[str]]]


def enter(connection: duckdb.DuckDBPyConnection) -> Entered:
    """Sign the versions of the batch, which new_versions, met_versions and altered list."""
    _wanted(connection)
    top = connection.execute("SELECT coalesce(max(number), 0) FROM news.texts").fetchall()[0][0]
    connection.execute(_ENTERING, {"top": top, "read": sorted(READ)})
    rows = connection.execute("SELECT number, body, day FROM entering ORDER BY number").fetchall()
    numbers = np.array([number for number, _, _ in rows], np.int64)
    signed = sketch.signatures([body for _, body, _ in rows])
    counts = np.array([len(hashes) for hashes, _ in signed], np.int64)
    stamps = np.array([hashes[-1] if len(hashes) else 0 for hashes, _ in signed], np.uint64)
    stage(connection, "entering_signs", {
        "number": numbers,
        "stamp": stamps,
        "size": np.array([len(shingles.distinct) for _, shingles in signed], np.int32),
    })  # fmt: skip
    stage(connection, "entering_postings", {
        "hash": np.concatenate([np.zeros(0, np.uint64), *(hashes for hashes, _ in signed)]),
        "number": np.repeat(numbers, counts),
        "day": np.repeat(np.array([day for *_, day in rows], np.int32), counts),
        "stamp": np.repeat(stamps, counts),
    })  # fmt: skip
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE entering_texts AS SELECT * EXCLUDE body, {METHOD} AS method "
        "FROM entering JOIN entering_signs USING (number)"
    )
    _enter_markers(connection)
    emptied = np.array([], np.int64)
    if connection.execute("SELECT EXISTS (FROM altered)").fetchall()[0][0]:
        emptied = connection.execute(_EMPTIED, {"read": sorted(READ)}).fetchnumpy()["number"]
    return Entered(
        numbers,
        np.union1d(numbers[numbers <= top], emptied).astype(np.int64),
        {number: body for number, body, _ in rows},
        {number: shingles for (number, _, _), (_, shingles) in zip(rows, signed, strict=True)},
    )


def find(connection: duckdb.DuckDBPyConnection, entered: Entered) -> Found:
    """List what has been entered, and find the candidates that it changes."""
    stage(connection, "leaving", {"number": entered.known})
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE leaving_postings AS "
        "FROM news.postings WHERE number IN (FROM leaving)"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE own AS SELECT number, day FROM entering_texts")
    days = _reach(connection, "SELECT day FROM own UNION ALL SELECT day FROM leaving_postings")
    connection.execute(_MET, days)
    connection.execute(_COMMON_HASHES.format(name="common_before", source="met"))
    for table in ("texts", "postings", "markers"):
        target = "marker_postings" if table == "markers" else table
        connection.execute(f"DELETE FROM news.{target} WHERE number IN (FROM leaving)")
        connection.execute(f"INSERT INTO news.{target} BY NAME FROM entering_{table}")
    connection.execute(_LISTED)
    connection.execute(_COMMON_HASHES.format(name="common", source="listed"))
    unsettled = connection.execute(_UNSETTLED).fetchnumpy()["number"]
    near, passages = _near(connection, days)
    others = np.concatenate([near["other"], passages["other"]])
    places = _places(connection, np.concatenate([near["number"], passages["number"]]), others)
    later = others[places[0] < places[1]]
    rest = np.setdiff1d(np.concatenate([unsettled, later]), entered.numbers)
    if len(rest):
        stage(connection, "rest", {"number": rest})
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE own AS "
            "SELECT number, day FROM news.texts WHERE number IN (FROM rest)"
        )
        days = _reach(connection, "SELECT day FROM own")
        connection.execute(_LISTED_AGAIN, days)
        connection.execute(_COMMON_HASHES.format(name="common", source="listed"))
        more = _near(connection, days)
        near, passages = (
            {name: np.concatenate([a[name], b[name]]) for name in a}
            for a, b in zip((near, passages), more, strict=True)
        )
    return Found(
        np.union1d(entered.numbers, rest),
        [(a, b) for a, b in _best(connection, near, _BEST).tolist()],
        _markers(connection, passages),
    )


def _reach(connection: duckdb.DuckDBPyConnection, days: str) -> dict[str, int]:
    """First and last day that windows and periods of the versions on `days` can touch."""
    first, last = connection.execute(
        f"SELECT coalesce(min(day), 0), coalesce(max(day), 0) FROM ({days})"
    ).fetchall()[0]
    return {
        "low": min(first - _WINDOW, first // _PERIOD * _PERIOD),
        "high": max(last + _WINDOW, (last // _PERIOD + 1) * _PERIOD),
    }


def _near(connection: duckdb.DuckDBPyConnection, days: dict[str, int]) -> list[_Columns]:
    """Texts and passages near the versions in the temporary table own."""
    return [
        {name: np.asarray(column, np.int64) for name, column in found.items()}
        for found in (
            connection.execute(query, days).fetchnumpy() for query in (_NEAR, _TRANSLATED)
        )
    ]


def _places(connection: duckdb.DuckDBPyConnection, *columns: Numbers) -> list[Numbers]:
    """Places of versions in canonical order among all that are given."""
    known = np.unique(np.concatenate(columns))
    stage(connection, "asked", {"number": known})
    ordered = connection.execute(
        "SELECT number FROM news.texts WHERE number IN (FROM asked) "
        "ORDER BY moment, fetched_at NULLS FIRST, document, source, version_id"
    ).fetchnumpy()["number"]
    places = np.empty(len(known), np.int64)
    places[np.searchsorted(known, ordered)] = np.arange(len(known))
    return [places[np.searchsorted(known, column)] for column in columns]


def _best(connection: duckdb.DuckDBPyConnection, near: _Columns, most: int) -> Numbers:
    """Pairs with the best of the earlier ones, the earliest where they are equally good."""
    place, other_place = _places(connection, near["number"], near["other"])
    kept = np.flatnonzero((other_place < place) & (near["shared"] > 0))
    kept = kept[np.lexsort((-near["shared"][kept], other_place[kept], near["number"][kept]))]
    pairs = np.stack([near["number"][kept], near["other"][kept]], axis=1)
    new = np.append(True, (pairs[1:] != pairs[:-1]).any(axis=1))[: len(pairs)]
    kept, pairs = kept[new], pairs[new]
    ranked = np.lexsort((other_place[kept], -near["shared"][kept], pairs[:, 0]))
    kept, pairs = kept[ranked], pairs[ranked]
    first: Numbers = np.searchsorted(pairs[:, 0], pairs[:, 0])
    best: Numbers = pairs[np.arange(len(pairs)) - first < most]
    return best


def _markers(
    connection: duckdb.DuckDBPyConnection, passages: _Columns
) -> list[tuple[int, int, list[str], list[str]]]:
    """Markers of the passages that may translate one another, of the best earlier versions."""
    best = _best(connection, passages, _TRANSLATION_BEST)
    if not len(best):
        return []
    stage(connection, "near_passages", passages)
    stage(connection, "best", {"number": best[:, 0], "other": best[:, 1]})
    return connection.execute(_MARKERS).fetchall()


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
        "UNION SELECT version_id FROM altered "
        "UNION SELECT version_id FROM news.versions WHERE NOT EXISTS (FROM news.texts)"
    )


def _enter_markers(connection: duckdb.DuckDBPyConnection) -> None:
    passages = connection.execute(
        "SELECT t.number, p.passage, p.lang, t.day, p.markers "
        "FROM news.passages p JOIN entering_texts t USING (version_id) "
        "WHERE len(p.markers) > 0 ORDER BY t.number, p.passage"
    ).fetchall()
    rows = [(value, *passage) for *passage, found in passages for value in markers.keys(found)]
    columns = list(zip(*rows, strict=True)) or [()] * 5
    stage(connection, "entering_markers", {
        "hash": pa.array(columns[0], pa.uint64()),
        "number": pa.array(columns[1], pa.int32()),
        "passage": pa.array(columns[2], pa.int32()),
        "lang": pa.array(columns[3], pa.string()),
        "day": pa.array(columns[4], pa.int32()),
    })  # fmt: skip


def stage(connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Any]) -> None:
    """Make a temporary table of arrays."""
    connection.register("staged_rows", pa.table(dict(columns)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM staged_rows")
    connection.unregister("staged_rows")
