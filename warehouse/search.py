"""The index behind `mart.find`: which texts may hold a phrase, and their pieces to see by.

A text is held in pieces, in which a phrase is looked for, and has marks: numbers below `MARKS`
to which its characters, pairs and triples of characters are hashed. A text without all marks of a
phrase does not hold it. The marks of each full block of texts are stored as bit vectors, one for
each mark (signature files in slices: Faloutsos and Christodoulakis 1984, Goodwin et al. 2017,
"BitFunnel"), so a query reads a few vectors of each block, and then the pieces of what is left.
Texts that do not fill a block yet are looked through. Nothing is ever merged: a load costs what its
texts cost, and every 2048th text the marks of its block.

Characters from U+2E80 on (Chinese, Japanese, Korean) are marked alone and in pairs, others in
triples; so a phrase of one or two letters has no marks, and every text is looked through.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

BLOCK = 2048  # texts; in views.sql too, as are MARKS, WIDE and the hash
MARKS = 4096
WIDE = 0x2E80
_FACTORS = (1_566_083_941, 1_181_783_497, 1_026_354_271)
_SHIFT = 17
_STRIDE = 900  # characters from piece to piece
_OVERLAP = 100  # characters that a piece shares with the next, as long as a phrase that is sought
_CHUNK = 2048  # versions that are taken up at a time
_AT_ONCE = 500  # pieces that are marked at a time

_LACKING = """
SELECT version_id, title, body FROM news.versions
WHERE rowid IN (
    SELECT rowid FROM news.versions
    WHERE version_id NOT IN (SELECT version_id FROM news.search_versions))
ORDER BY found_at, version_id LIMIT $chunk
"""

_TEXTS = """
SELECT number - $first, lower(text) FROM news.search_pieces
WHERE number >= $first AND number < $first + $block
"""


def forget(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Take versions whose text has changed out of the index; `update` takes them up again.

    Args:
        connection: in the transaction that changes them.
        table: name of a table with their `version_id`.
    """
    numbers = (
        f"SELECT number FROM news.search_versions WHERE version_id IN "
        f"(SELECT version_id FROM {table})"
    )
    connection.execute(f"DELETE FROM news.search_pieces WHERE number IN ({numbers})")
    connection.execute(f"DELETE FROM news.search_versions WHERE number IN ({numbers})")


def update(connection: duckdb.DuckDBPyConnection) -> None:
    """Take up the versions that the index lacks; the caller owns the transaction."""
    while _lacks(connection):
        top = _one(connection, "SELECT coalesce(max(number), -1) FROM news.search_versions")
        _enter(connection, top + 1)
    top = _one(connection, "SELECT coalesce(max(number), -1) FROM news.search_versions")
    marked = _one(connection, "SELECT coalesce(max(block), -1) FROM news.search_marks")
    for block in range(marked + 1, (top + 1) // BLOCK):
        _mark(connection, block)


def pieces(title: str, body: str) -> Iterator[tuple[int, str]]:
    """Place and text of the pieces of a version, of which a phrase of 100 characters is in one."""
    head = f"{title}\n{body[:_OVERLAP]}"
    for start in range(0, len(title) + 1, _STRIDE):
        yield start - len(title) - 1, head[start : start + _STRIDE + _OVERLAP]
    for start in range(0, max(len(body), 1), _STRIDE):
        yield start, body[start : start + _STRIDE + _OVERLAP]


def marks(text: str) -> NDArray[np.int64]:
    """The marks of a folded text, each once."""
    _, found = _hashed([(0, text)])
    return np.unique(found)


def _hashed(texts: Sequence[tuple[int, str]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of texts and their marks, some of them several times."""
    coded = [text.encode("utf-32-le") for _, text in texts]
    numbers = np.repeat(
        np.array([number for number, _ in texts], np.int64), [len(text) // 4 for text in coded]
    )
    one = np.frombuffer(b"".join(coded), np.uint32).astype(np.int64)
    wide = one >= WIDE
    same = numbers[1:] == numbers[:-1]
    pairs = np.flatnonzero(wide[:-1] & wide[1:] & same)
    narrow = ~wide
    triples = np.flatnonzero(narrow[:-2] & narrow[1:-1] & narrow[2:] & same[:-1] & same[1:])
    alone = np.flatnonzero(wide)
    first, second, third = (one * factor for factor in _FACTORS)
    found = np.concatenate([
        first[alone], first[pairs] + second[pairs + 1],
        first[triples] + second[triples + 1] + third[triples + 2],
    ])  # fmt: skip
    return numbers[np.concatenate([alone, pairs, triples])], (found >> _SHIFT) % MARKS


def _lacks(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        _one(
            connection,
            "SELECT (SELECT count(*) FROM news.versions)"
            " > (SELECT count(*) FROM news.search_versions)",
        )
    )


def _enter(connection: duckdb.DuckDBPyConnection, first: int) -> None:
    """Store the next versions under the numbers from `first` on."""
    rows = connection.execute(_LACKING, {"chunk": _CHUNK}).fetchall()
    numbers = range(first, first + len(rows))
    connection.register("staged_versions", pa.table({
        "number": pa.array(numbers, pa.int32()),
        "version_id": [str(version) for version, _, _ in rows],
    }))  # fmt: skip
    connection.execute("INSERT INTO news.search_versions FROM staged_versions")
    connection.unregister("staged_versions")
    cut = [
        (number, place, text)
        for number, (_, title, body) in zip(numbers, rows, strict=True)
        for place, text in pieces(
            unicodedata.normalize("NFC", title), unicodedata.normalize("NFC", body)
        )
    ]
    connection.register("staged_pieces", pa.table({
        "number": pa.array([number for number, _, _ in cut], pa.int32()),
        "place": pa.array([place for _, place, _ in cut], pa.int32()),
        "text": pa.array([text for _, _, text in cut], pa.string()),
    }))  # fmt: skip
    connection.execute("INSERT INTO news.search_pieces FROM staged_pieces")
    connection.unregister("staged_pieces")


def _mark(connection: duckdb.DuckDBPyConnection, block: int) -> None:
    """Store the marks of a full block."""
    held = np.zeros((BLOCK, MARKS), np.bool_)
    cursor = connection.execute(_TEXTS, {"first": block * BLOCK, "block": BLOCK})
    while texts := cursor.fetchmany(_AT_ONCE):
        held[_hashed(texts)] = True
    packed = np.packbits(held.T, axis=1).tobytes()
    width = BLOCK // 8
    connection.register("staged_marks", pa.table({
        "block": pa.array([block] * MARKS, pa.int32()),
        "mark": pa.array(range(MARKS), pa.int32()),
        "texts": pa.array(
            [packed[i : i + width] for i in range(0, MARKS * width, width)], pa.binary()
        ),
    }))  # fmt: skip
    connection.execute(
        "INSERT INTO news.search_marks SELECT block, mark, texts::BIT FROM staged_marks"
    )
    connection.unregister("staged_marks")


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    ((value,),) = connection.execute(sql).fetchall()
    return int(value)
