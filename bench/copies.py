"""Copies: quality on the development data, speed against datasketch, cost in a large ledger.

The peer is datasketch's MinHashLSH (128 permutations, threshold .5) on the same 3-unit shingles.
From raw texts, both sides sign (cut, hash, sketch), query and insert, verify the matches by their
shingles, and assign a canonical document. Ours works 2,000 documents at a time, in a ledger on
disk; what it does besides (changed figures, sentences of its own, history) is the step `record`,
which is not part of the comparison. Seconds are of CPU.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import xxhash

from bench.data import SHARED, rows
from bench.table import Rows, show
from bench.translations import translations
from extractors.sketch import content_hash
from warehouse import Run, candidates, copies, schema
from warehouse.connection import CONFIG
from warehouse.identity import key

BATCH = 2_000
_START = datetime(2024, 4, 10, tzinfo=UTC)
_FILES = ("dev", "dev_ntrex")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3131-\u318e\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
)
_UNIT = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_RUN = Run(str(key("run", "bench")), "replay", "bench", _START)


def _ledger(folder: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(Path(folder) / "bench.duckdb"), config=CONFIG)
    connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
    schema.apply(connection)
    return connection


def _stage(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], texts: Sequence[str], day: int
) -> None:
    """Put texts into the ledger as a load does before it looks for copies."""
    ids = pa.array([str(key("version", name)) for name in names], pa.string())
    connection.register("staged", pa.table({
        "id": ids, "name": pa.array(names), "body": pa.array(texts),
        "hash": pa.array([content_hash(text) for text in texts]),
    }))  # fmt: skip
    connection.execute(
        "INSERT INTO news.versions BY NAME SELECT id::UUID AS version_id, id::UUID AS article_id, "
        "'loaded' AS outcome, '' AS message, name AS title, '' AS original, body, "
        "hash AS content_hash, '' AS charset, '' AS charset_basis, "
        "'text/plain' AS media_type, []::VARCHAR[] AS languages, 1 AS kept_lines, "
        "0 AS removed_lines, $at AS found_at, $run::UUID AS run_id FROM staged",
        {"at": _START, "run": _RUN.run_id},
    )
    connection.execute(
        "INSERT INTO news.documents BY NAME SELECT id::UUID AS document_id, "
        "id::UUID AS version_id, id::UUID AS article_id, 'bench' AS source, name AS document, "
        "$day AS published_at, $at AS found_at, $run::UUID AS run_id FROM staged",
        {"at": _START, "run": _RUN.run_id, "day": _START + timedelta(days=day)},
    )
    for table, ids_in in (("new_versions", "FROM staged"), ("met_versions", "FROM staged LIMIT 0")):
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT id::UUID AS version_id {ids_in}"
        )
    connection.unregister("staged")


_STEPS = ("sign", "query, insert", "verify", "assign", "record")


def _load(
    connection: duckdb.DuckDBPyConnection, documents: Sequence[tuple[str, str]]
) -> dict[str, float]:
    """Seconds of CPU that each step of `copies.update` takes for all documents, in batches."""
    spent = dict.fromkeys(_STEPS, 0.0)
    for start in range(0, len(documents), BATCH):
        names, texts = zip(*documents[start : start + BATCH], strict=True)
        connection.begin()
        _stage(connection, names, texts, start // BATCH)
        times = [time.process_time()]
        entered = candidates.enter(connection)
        times.append(time.process_time())
        found = candidates.find(connection, entered)
        times.append(time.process_time())
        bodies = copies.Bodies(connection, entered)
        copies.measure(connection, found, bodies)
        times.append(time.process_time())
        groups = copies.group(connection, bodies)
        times.append(time.process_time())
        copies.record(connection, groups, bodies, _RUN)
        connection.commit()
        times.append(time.process_time())
        for step, (began, ended) in zip(_STEPS, pairwise(times), strict=True):
            spent[step] += ended - began
    return spent


def _groups(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Document -> canonical document, of the copies."""
    return dict(
        connection.execute(
            "SELECT document, canonical_document FROM mart.copies WHERE kind <> 'translation'"
        ).fetchall()
    )


def _pairs(label: dict[str, str]) -> set[tuple[str, str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(label):
        groups[label[name]].append(name)
    return {
        (a, b) for group in groups.values() for i, a in enumerate(group) for b in group[i + 1 :]
    }


def _scores(gold: dict[str, str], found: dict[str, str]) -> tuple[float, float, float, float]:
    """Precision, recall and F1 of pairs, and the adjusted Rand index (Hubert, Arabie 1985)."""
    right, said = _pairs(gold), _pairs(found)
    both = len(right & said)
    precision = both / len(said) if said else 1.0
    recall = both / len(right) if right else 1.0
    total = len(gold) * (len(gold) - 1) / 2
    chance = len(right) * len(said) / total if total else 0.0
    mean = (len(right) + len(said)) / 2
    rand = (both - chance) / (mean - chance) if mean != chance else 1.0
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return precision, recall, f1, rand


def quality() -> Rows:
    """Pair and cluster scores per file and language; changed figures that were noticed."""
    out: list[dict[str, str | float | int | None]] = []
    for file in _FILES:
        gold = sorted(
            rows(SHARED / "dedupe" / f"{file}.jsonl.gz"), key=lambda r: (r["seq"], r["id"])
        )
        with tempfile.TemporaryDirectory() as folder, _ledger(folder) as connection:
            _load(connection, [(row["id"], row["text"]) for row in gold])
            canonical = _groups(connection)
            changed = {
                name
                for (name,) in connection.execute(
                    "SELECT document FROM mart.copies WHERE kind = 'revision' AND numbers_differ"
                ).fetchall()
            }
        for lang in ("all", *sorted({row["lang"] for row in gold})):
            part = [row for row in gold if lang in ("all", row["lang"])]
            scores = _scores(
                {row["id"]: row["cluster"] for row in part},
                {row["id"]: canonical.get(row["id"], row["id"]) for row in part},
            )
            updates = [row["id"] for row in part if row["kind"] == "update_num"]
            plain = [row["id"] for row in part if row["kind"] not in ("update_num", "quoted")]
            out.append({
                "file": file, "lang": lang, "documents": len(part), "pair P": scores[0],
                "pair R": scores[1], "pair F1": scores[2], "ARI": scores[3],
                "updates": len(updates), "revisions": len(changed & set(updates)),
                "false revisions": len(changed & set(plain)),
            })  # fmt: skip
    return out


def _stream(count: int) -> list[tuple[str, str]]:
    """Documents in a stream: the development data, then their words in chance order.

    Three of ten are copies cut short of earlier ones.
    """
    texts = [row["text"] for f in _FILES for row in rows(SHARED / "dedupe" / f"{f}.jsonl.gz")]
    chance = random.Random(1)
    chance.shuffle(texts)
    real = list(texts)
    while len(texts) < count:
        if chance.random() < 0.3:  # a copy of something earlier, cut short
            whole = chance.choice(texts).split("\n")
            texts.append("\n".join(whole[: max(2, len(whole) * 3 // 4)]))
        else:
            words = re.findall(r"[\w'-]+|[^\w\s]", chance.choice(real))
            words = [part for word in words for part in (word if ord(word[0]) > 0x3000 else [word])]
            chance.shuffle(words)
            texts.append("\n".join(" ".join(words[i : i + 60]) for i in range(0, len(words), 60)))
    return [(f"d{n:07}", text) for n, text in enumerate(texts[:count])]


def _strings(text: str) -> set[str]:
    """The 3-unit shingles of a text as a user of datasketch would make them."""
    units = _UNIT.findall(unicodedata.normalize("NFKC", text).casefold())
    return {" ".join(units[i : i + 3]) for i in range(max(1, len(units) - 2))}


def _peer(documents: Sequence[tuple[str, str]], hashed: Callable[[bytes], int]) -> dict[str, float]:
    """Seconds of CPU that datasketch takes for the same steps; it has nothing to record."""
    from datasketch import MinHash, MinHashLSH

    spent = dict.fromkeys(_STEPS, 0.0)
    index = MinHashLSH(threshold=0.5, num_perm=128)
    known: dict[str, set[str]] = {}
    canonical: dict[str, str] = {}
    for name, text in documents:
        times = [time.process_time()]
        shingles = _strings(text)
        signature = MinHash(num_perm=128, hashfunc=hashed)
        signature.update_batch([shingle.encode() for shingle in shingles])
        times.append(time.process_time())
        met = index.query(signature)
        index.insert(name, signature)
        known[name] = shingles
        times.append(time.process_time())
        matches = [
            (-len(shingles & known[other]) / len(shingles | known[other]), other) for other in met
        ]
        times.append(time.process_time())
        best = min((match for match in matches if match[0] <= -0.5), default=None)
        canonical[name] = canonical[best[1]] if best else name
        times.append(time.process_time())
        for step, (began, ended) in zip(_STEPS, pairwise(times), strict=False):
            spent[step] += ended - began
    return spent


def _speeds(
    method: str, count: int, spent: dict[str, float], ours: dict[str, float]
) -> dict[str, str | float | int | None]:
    total, own = (
        sum(seconds for step, seconds in one.items() if step != "record") for one in (spent, ours)
    )
    each = {f"{step} us": 1e6 * seconds / count for step, seconds in spent.items()}
    return {"method": method, "docs/s": count / total, "ours to it": total / own, **each}


def speed(count: int = 3 * BATCH) -> Rows:
    """Documents a second without `record`, and microseconds a document by step."""
    documents = _stream(count)
    with tempfile.TemporaryDirectory() as folder, _ledger(folder) as connection:
        ours = _load(connection, documents)
    out = [_speeds("newsledger", count, ours, ours)]
    try:
        from datasketch.hashfunc import sha1_hash32
    except ImportError:
        return [*out, {"method": "datasketch: not installed (bench/requirements.txt)"}]
    for name, hashed in (("sha1, its own", sha1_hash32), ("xxh32", xxhash.xxh32_intdigest)):
        out.append(_speeds(f"datasketch ({name})", count, _peer(documents, hashed), ours))
    return out


def _fill(connection: duckdb.DuckDBPyConnection, count: int, days: int) -> None:
    """Sketches of texts that never were, evenly over the `days` before the bench's first."""
    last = int(_START.timestamp()) // 86400
    connection.execute(
        f"""
        INSERT INTO news.texts SELECT n, md5(n::VARCHAR)::UUID, md5('a' || n)::UUID, md5('c' || n),
            to_timestamp(day * 86400), 'x' || n, 'bench', day, hash(n) >> 1, 300,
            {candidates.METHOD}
        FROM (SELECT n::INTEGER AS n, ({last} - {days} + n * {days} // {count})::INTEGER AS day
              FROM range({count}) t(n))
        """
    )
    connection.execute(
        "INSERT INTO news.postings SELECT hash(t.number, k) >> 1, t.number, t.day, t.stamp "
        "FROM news.texts t, range(32) r(k) ORDER BY t.number"
    )


def scaling(sizes: Iterable[int] = (100_000, 1_000_000)) -> Rows:
    """Seconds for one batch when the ledger holds many sketches, over a year or all in a month."""
    out: list[dict[str, str | float | int | None]] = []
    documents = _stream(BATCH)
    for size in sizes:
        for days in (720, 30):
            with tempfile.TemporaryDirectory() as folder, _ledger(folder) as connection:
                _fill(connection, size, days)
                spent = _load(connection, documents)
            out.append({"sketches": size, "over days": days,
                        "seconds a batch": sum(spent.values()),
                        "docs/s": BATCH / sum(spent.values())})  # fmt: skip
    return out


def measure() -> dict[str, Rows]:
    """All tables by title; the development data must be beside the project."""
    return {
        "Copies: quality": quality(),
        "Translations": translations(),
        "Copies: speed, end to end": speed(),
        "Copies: one batch in a large ledger": scaling(),
    }


def main() -> None:
    """Print the tables."""
    if not SHARED.is_dir():
        print(f"There is no {SHARED}; copies are measured on the development data only.")
        return
    for title, table in measure().items():
        show(title, table)


if __name__ == "__main__":
    main()
