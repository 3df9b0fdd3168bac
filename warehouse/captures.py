"""What was retrieved: captures, polls of sources, their outcomes, and what is to be told of them.

Landing appends; a capture that needs no reading (nothing came, or a source's own document) has its
outcome at once, the others when they are read. State is asked of the ledger itself. Every question
scans a few narrow columns (ids, times), and fetches whole rows for what it found only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from extractors.records import READ
from warehouse import identity, outbox, versions
from warehouse.outbox import TOLD
from warehouse.records import ArchiveFile, Capture, Event, Intake, LandReport, Poll, Recheck, Run
from warehouse.staging import append
from warehouse.text import clean
from warehouse.versions import Settled

Ladder = Sequence[tuple[timedelta, timedelta]]
"""Steps of re-checking: below which time since the last change, and how often."""

NO_ANSWER = ("rate_limited", "unreachable", "failed")
"""Endings after which nothing is known of an address that was not before."""

NEVER_AGAIN = ("robots", "refused", "too_large")
"""Endings after which an article is not looked at again."""

CHANGED = (*sorted(READ), "copy", "revision")
"""Outcomes of captures whose text was new."""

_TEXT, _INT, _LONG, _FLOAT, _BOOL = (
    pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.bool_()
)  # fmt: skip
_TIME = pa.timestamp("us", tz="UTC")
_CAPTURES = pa.schema([
    ("capture_id", _TEXT), ("article_id", _TEXT), ("source", _TEXT), ("via", _TEXT),
    ("found_in", _TEXT), ("url", _TEXT), ("final_url", _TEXT), ("article_url", _TEXT),
    ("fetched_at", _TIME), ("seconds", _FLOAT), ("status", _INT), ("media_type", _TEXT),
    ("charset", _TEXT), ("size", _LONG), ("body_digest", _TEXT), ("etag", _TEXT),
    ("last_modified", _TEXT), ("ending", _TEXT), ("message", _TEXT), ("hints", _TEXT),
    ("archive", _TEXT), ("archive_offset", _LONG), ("is_listing", _BOOL), ("run_id", _TEXT),
])  # fmt: skip
_POLLS = pa.schema([
    ("source", _TEXT), ("polled_at", _TIME), ("capture_id", _TEXT), ("ending", _TEXT),
    ("message", _TEXT), ("seconds", _FLOAT), ("entries", _INT), ("entries_new", _INT),
    ("interval_seconds", _FLOAT), ("next_at", _TIME), ("failures", _FLOAT), ("state", _TEXT),
    ("etag", _TEXT), ("last_modified", _TEXT), ("body_digest", _TEXT), ("since_refresh", _INT),
    ("last_new_at", _TIME), ("answered", _INT), ("failing", _TEXT), ("run_id", _TEXT),
])  # fmt: skip
_OUTCOMES = pa.schema([
    ("capture_id", _TEXT), ("outcome", _TEXT), ("message", _TEXT), ("version_id", _TEXT),
    ("run_id", _TEXT),
])  # fmt: skip
_ARCHIVES = pa.schema([("file", _TEXT), ("size", _LONG), ("landed_at", _TIME)])

_POLL_COLUMNS = ", ".join(field.name for field in fields(Poll))
_CAPTURE_COLUMNS = ", ".join(
    "archive_offset" if field.name == "offset" else field.name for field in fields(Capture)
)

_IS_WAITING = (
    "ending = 'fetched' AND NOT is_listing "
    "AND capture_id NOT IN (SELECT capture_id FROM ops.capture_outcomes)"
)


def _in(words: Iterable[str]) -> str:
    """A list of words for SQL."""
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


# Times and flags only: what the articles are called is asked of those that are due.
_SEEN = f"""
CREATE OR REPLACE TEMP TABLE looked_at AS
SELECT c.article_id, min(c.fetched_at) AS first_seen, max(c.fetched_at) AS last_checked,
       coalesce(max(c.fetched_at) FILTER (o.outcome IN {_in(CHANGED)}), min(c.fetched_at))
           AS last_changed
FROM ops.captures c LEFT JOIN ops.capture_outcomes o USING (capture_id)
WHERE NOT c.is_listing AND c.fetched_at <= $at
GROUP BY c.article_id
HAVING count(*) = count(o.capture_id)
   AND (bool_or(c.source NOT IN $without)
        OR count(*) FILTER (c.ending NOT IN {_in(NO_ANSWER)}) = 0)
   AND max(c.fetched_at) FILTER (c.ending IN {_in(NEVER_AGAIN)})
       IS DISTINCT FROM max(c.fetched_at)
"""

# In microseconds: to subtract zone-aware times takes DuckDB 5 us a row, as it asks a calendar.
_DUE = """
CREATE OR REPLACE TEMP TABLE due AS
SELECT *, (epoch_us($at) - epoch_us(last_checked)) / every AS turn
FROM (SELECT *, CASE {steps} END AS every FROM looked_at)
WHERE {due}
ORDER BY turn DESC, article_id LIMIT {limit}
"""

# Their captures by row number, so that nothing wide is read of the others.
_PICKED = """
CREATE OR REPLACE TEMP TABLE picked AS
SELECT rowid AS number FROM ops.captures
WHERE article_id IN (SELECT article_id FROM due) AND NOT is_listing AND fetched_at <= $at
"""

_ASKED_AGAIN = """
SELECT arg_min(c.url, c.fetched_at), arg_min(c.article_url, c.fetched_at),
       arg_min(c.source, c.fetched_at), arg_min(c.found_in, c.fetched_at),
       arg_min(c.hints, c.fetched_at),
       any_value(d.first_seen), any_value(d.last_checked), any_value(d.last_changed),
       arg_max(c.ending, c.fetched_at),
       list(list_contains($unanswered, c.ending) ORDER BY c.fetched_at DESC),
       arg_max(c.etag, c.fetched_at) FILTER (c.ending IN ('fetched', 'not_modified')),
       arg_max(c.last_modified, c.fetched_at) FILTER (c.ending IN ('fetched', 'not_modified')),
       arg_max(c.body_digest, c.fetched_at) FILTER (c.body_digest <> '')
FROM (FROM ops.captures WHERE rowid IN (FROM picked)) c JOIN due d USING (article_id)
GROUP BY c.article_id
ORDER BY any_value(d.turn) DESC, c.article_id
"""

_INTAKE = """
WITH polled AS (
    SELECT source, min(polled_at) AS since FROM ops.polls GROUP BY source
), recent AS (
    SELECT c.source, c.via, o.outcome
    FROM ops.captures c JOIN ops.capture_outcomes o USING (capture_id)
    WHERE NOT c.is_listing AND c.fetched_at > $at - INTERVAL 1 DAY AND c.fetched_at <= $at
), counted AS (
    SELECT source, count(*) AS ended,
           count(*) FILTER (list_contains($changed, outcome) AND via <> 'recheck') AS articles,
           count(*) FILTER (NOT list_contains($changed, outcome) AND outcome <> 'unchanged')
               AS failed
    FROM recent GROUP BY source
), dated AS (
    SELECT d.source, max(least(coalesce(d.published_at, d.fetched_at), d.fetched_at)) AS newest
    FROM news.documents d
    WHERE d.fetched_at <= $at
      AND d.version_id IN (SELECT version_id FROM news.versions WHERE list_contains($read, outcome))
    GROUP BY d.source
)
SELECT source, since, coalesce(articles, 0), newest, coalesce(ended, 0), coalesce(failed, 0)
FROM polled LEFT JOIN counted USING (source) LEFT JOIN dated USING (source)
ORDER BY source
"""


def record_run(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Put a run on record, unless it is."""
    connection.execute(
        "INSERT INTO ops.runs SELECT ?::UUID, ?, ?, ?, ? "
        "WHERE NOT EXISTS (FROM ops.runs WHERE run_id = ?::UUID)",
        [run.run_id, run.kind, run.source, run.started_at, dict(run.versions), run.run_id],
    )


def land(
    connection: duckdb.DuckDBPyConnection,
    captures: Iterable[Capture],
    polls: Iterable[Poll],
    archives: Iterable[ArchiveFile],
    run: Run,
) -> LandReport:
    """Add what the ledger does not have yet; the caller owns lock and transaction.

    Args:
        connection: with the schema applied.
        captures, polls, archives: of a round, or of what a crash left behind.
        run: whose round it is.

    Returns:
        What was added.
    """
    record_run(connection, run)
    every = {capture.capture_id: capture for capture in captures}
    had = _had(connection, "captures", every)
    new = [capture for key, capture in every.items() if key not in had]
    before = _states(connection)
    fresh = _fresh_polls(connection, polls)
    of_polls = {poll.capture_id: poll for poll in fresh if poll.capture_id}
    ended = {
        capture.capture_id: (outcome, message)
        for capture in new
        for outcome, message in _ended(capture, of_polls.get(capture.capture_id))
    }
    append(connection, "ops.captures", _CAPTURES, [_capture_row(one, run) for one in new])
    append(connection, "ops.polls", _POLLS, [
        {name: _plain(value) for name, value in asdict(poll).items()} | {"run_id": run.run_id}
        for poll in fresh
    ])  # fmt: skip
    _append_outcomes(connection, {key: (*end, None) for key, end in ended.items()}, run)
    known = {file for (file,) in connection.execute("SELECT file FROM ops.archives").fetchall()}
    files = {one.file: one.size for one in archives if one.file not in known}
    append(connection, "ops.archives", _ARCHIVES, [
        {"file": file, "size": size, "landed_at": run.started_at} for file, size in files.items()
    ])  # fmt: skip
    told = outbox.append(
        connection,
        [*_of_sources(fresh, before, run), *_of_batch(new, len(new) - len(ended), run)],
    )
    return LandReport(
        captures=len(new),
        polls=len(fresh),
        archives=len(files),
        outcomes=dict(sorted(Counter(outcome for outcome, _ in ended.values()).items())),
        waiting=len(new) - len(ended),
        events=tuple((one.name, one.subject) for one in told),
    )


def _ended(capture: Capture, poll: Poll | None) -> list[tuple[str, str]]:
    """Outcome and message of a capture that needs no reading; nothing for one that does."""
    if capture.ending == "not_modified":
        return [("unchanged", clean(capture.message))]
    if capture.ending != "fetched":
        return [(capture.ending, clean(capture.message))]
    if not capture.is_listing:
        return []
    if poll and poll.ending == "not_a_feed":
        return [(poll.ending, clean(poll.message))]
    return [("polled", clean(capture.message))]


def _of_sources(polls: Sequence[Poll], before: Mapping[str, Poll], run: Run) -> list[Event]:
    """Events of the sources that begin to fail or recover."""
    failing = {source: poll.failing for source, poll in before.items()}
    out = []
    for poll in polls:
        was, failing[poll.source] = failing.get(poll.source, ""), poll.failing
        if bool(was) == bool(poll.failing):
            continue
        name = TOLD + ("source.failing" if poll.failing else "source.recovered")
        out.append(outbox.event(
            name, poll.source, poll.polled_at, {"reason": poll.failing or was}, run,
            [poll.polled_at.astimezone(UTC).isoformat()],
        ))  # fmt: skip
    return out


def _of_batch(new: Sequence[Capture], waiting: int, run: Run) -> list[Event]:
    """The event of a batch that landed; nothing where it brought nothing."""
    if not new:
        return []
    payload = {
        "captures": len(new),
        "waiting": waiting,
        "sources": len({capture.source for capture in new}),
    }
    moment = max(capture.fetched_at for capture in new)
    keys = [str(capture.capture_id) for capture in new]
    return [outbox.event(TOLD + "batch.landed", run.source, moment, payload, run, keys)]


def record_outcomes(
    connection: duckdb.DuckDBPyConnection, read: Mapping[UUID, Settled], run: Run
) -> None:
    """Record how captures ended that were read; one that has its outcome keeps it.

    Args:
        connection: after the articles have been loaded.
        read: capture -> its article with its version.
        run: that read them.
    """
    copies = dict(
        connection.execute(
            "SELECT c.version_id, c.kind FROM news.copies c "
            "JOIN news.versions v ON v.version_id = c.version_id "
            "JOIN news.versions w ON w.version_id = c.canonical_id "
            "WHERE c.recorded_to IS NULL AND c.kind <> 'translation' "
            "AND v.article_id <> w.article_id "
            "AND c.version_id IN (SELECT unnest(?::UUID[]))",
            [sorted({one.version_id for one in read.values()})],
        ).fetchall()
    )
    had = _had(connection, "capture_outcomes", read)
    ends = versions.outcomes(list(read.values()), copies)
    _append_outcomes(connection, {
        key: (end, clean(one.article.message), one.version_id)
        for (key, one), end in zip(read.items(), ends, strict=True)
        if key not in had
    }, run)  # fmt: skip


def poll_states(connection: duckdb.DuckDBPyConnection, at: datetime | None) -> dict[str, Poll]:
    """See `Warehouse.poll_states`."""
    return _states(connection, at)


def pending(connection: duckdb.DuckDBPyConnection, limit: int) -> list[Capture]:
    """See `Warehouse.pending`."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE waiting AS SELECT capture_id FROM ops.captures "
        f"WHERE {_IS_WAITING} ORDER BY fetched_at, capture_id LIMIT ?",
        [limit],
    )
    return [
        _capture(row)
        for row in connection.execute(
            f"SELECT {_CAPTURE_COLUMNS} FROM ops.captures "
            "WHERE capture_id IN (FROM waiting) ORDER BY fetched_at, capture_id"
        ).fetchall()
    ]


def pending_count(connection: duckdb.DuckDBPyConnection) -> int:
    """See `Warehouse.pending_count`."""
    found = connection.execute(f"SELECT count(*) FROM ops.captures WHERE {_IS_WAITING}").fetchall()
    return int(found[0][0])


def landed_archives(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """See `Warehouse.landed_archives`."""
    return dict(connection.execute("SELECT file, size FROM ops.archives ORDER BY file").fetchall())


def rechecks(
    connection: duckdb.DuckDBPyConnection,
    at: datetime,
    ladder: Ladder,
    without: Collection[str],
    limit: int | None,
) -> list[Recheck]:
    """See `Warehouse.rechecks`."""
    connection.execute(_SEEN, {"at": at, "without": sorted(without)})
    steps = " ".join(
        f"WHEN epoch_us($at) - epoch_us(last_changed) < {_micros(age)} THEN {_micros(every)}"
        for age, every in ladder
    )
    connection.execute(
        _DUE.format(
            steps=steps or "WHEN true THEN 1",
            due="epoch_us($at) - epoch_us(last_checked) >= every" if ladder else "true",
            limit="ALL" if limit is None else int(limit),
        ),
        {"at": at},
    )
    connection.execute(_PICKED, {"at": at})
    return [
        Recheck(
            url, article_url, source, found_in, json.loads(hints), first, checked, changed,
            ending, next((i for i, lost in enumerate(unanswered) if not lost), len(unanswered)),
            etag, last_modified, digest,
        )
        for url, article_url, source, found_in, hints, first, checked, changed, ending,
            unanswered, etag, last_modified, digest
        in connection.execute(
            _ASKED_AGAIN, {"unanswered": list(NO_ANSWER)}
        ).fetchall()
    ]  # fmt: skip


def intake(connection: duckdb.DuckDBPyConnection, at: datetime) -> dict[str, Intake]:
    """See `Warehouse.intake`."""
    parameters = {"at": at, "changed": list(CHANGED), "read": sorted(READ)}
    rows = connection.execute(_INTAKE, parameters).fetchall()
    return {row[0]: Intake(*row) for row in rows}


def _states(connection: duckdb.DuckDBPyConnection, at: datetime | None = None) -> dict[str, Poll]:
    """The newest poll of each source, up to a moment."""
    rows = connection.execute(
        f"SELECT {_POLL_COLUMNS} FROM ops.polls "
        "JOIN (SELECT source, max(polled_at) AS polled_at FROM ops.polls "
        "      WHERE $at IS NULL OR polled_at <= $at::TIMESTAMPTZ + INTERVAL 1 HOUR "
        "      GROUP BY source) "
        "USING (source, polled_at) ORDER BY source",
        {"at": at},
    ).fetchall()
    return {row[0]: Poll(*row) for row in rows}


def _fresh_polls(connection: duckdb.DuckDBPyConnection, polls: Iterable[Poll]) -> list[Poll]:
    """The polls that the ledger does not have, in the order of time."""
    by_key = {(poll.source, poll.polled_at): poll for poll in polls}
    sources, times = ([key[i] for key in by_key] for i in (0, 1))
    had = {
        (source, moment)
        for source, moment in connection.execute(
            "SELECT source, polled_at FROM ops.polls SEMI JOIN "
            "(SELECT unnest(?::VARCHAR[]) AS source, unnest(?::TIMESTAMPTZ[]) AS polled_at) "
            "USING (source, polled_at)",
            [sources, times],
        ).fetchall()
    }
    fresh = [poll for key, poll in by_key.items() if key not in had]
    return sorted(fresh, key=lambda poll: (poll.polled_at, poll.source))


def _had(connection: duckdb.DuckDBPyConnection, table: str, keys: Iterable[UUID]) -> set[UUID]:
    """Which captures a table has already."""
    ask_for(connection, keys)
    return {
        found
        for (found,) in connection.execute(
            f"SELECT capture_id FROM ops.{table} WHERE capture_id IN (FROM asked_for)"
        ).fetchall()
    }


def ask_for(connection: duckdb.DuckDBPyConnection, keys: Iterable[UUID]) -> None:
    """List ids in the temporary table asked_for; thousands bound as parameters take a second."""
    column = pa.table({"key": pa.array([str(key) for key in keys], _TEXT)})
    connection.register("staged_keys", column)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE asked_for AS SELECT key::UUID AS key FROM staged_keys"
    )
    connection.unregister("staged_keys")


def _append_outcomes(
    connection: duckdb.DuckDBPyConnection,
    ends: Mapping[UUID, tuple[str, str, UUID | None]],
    run: Run,
) -> None:
    rows = [
        {
            "capture_id": str(key),
            "outcome": outcome,
            "message": message,
            "version_id": _plain(version),
            "run_id": run.run_id,
        }
        for key, (outcome, message, version) in ends.items()
    ]
    append(connection, "ops.capture_outcomes", _OUTCOMES, rows)


def _capture_row(capture: Capture, run: Run) -> dict[str, Any]:
    row = {name: _plain(value) for name, value in asdict(capture).items()}
    row["archive_offset"] = row.pop("offset")
    row["hints"] = clean(json.dumps(capture.hints, ensure_ascii=False, sort_keys=True, default=str))
    row["article_id"] = str(identity.url_id(capture.article_url))
    row["run_id"] = run.run_id
    return row


def _capture(row: Sequence[Any]) -> Capture:
    values = dict(zip((field.name for field in fields(Capture)), row, strict=True))
    return Capture(**values | {"hints": json.loads(values["hints"])})


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _plain(value: Any) -> Any:
    """A value as Arrow takes it."""
    if isinstance(value, UUID):
        return str(value)
    return clean(value) if isinstance(value, str) else value
