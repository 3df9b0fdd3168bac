"""The outbox: events written with what they tell of, and what became of each on its channels.

An event has an id that follows from what it tells, so that the same thing is told once. A delivery
is on record as `sending` before anything is sent and gets its end afterwards; one without an end
was cut off by a crash, nobody knows whether it arrived, and it is sent again under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from warehouse import identity, staging
from warehouse.errors import QueryError
from warehouse.records import Delivery, Event, Run, Undelivered
from warehouse.text import clean

TOLD = "newsledger."
"""What the names of all events begin with."""

MATCHED, RETRACTED = TOLD + "watch.matched", TOLD + "watch.retracted"
"""Events that name the channels over which people are told."""

LONGEST_PAUSE = timedelta(hours=6)
"""Between two attempts; a time further off than that comes from a clock that was wrong."""

_FINAL = ("sent", "dead")

_TEXT, _TIME = pa.string(), pa.timestamp("us", tz="UTC")
_EVENTS = pa.schema([
    ("event_id", _TEXT), ("name", _TEXT), ("subject", _TEXT), ("payload", _TEXT),
    ("occurred_at", _TIME), ("run_id", _TEXT),
])  # fmt: skip
_DELIVERIES = pa.schema([
    ("event_id", _TEXT), ("channel", _TEXT), ("number", pa.int32()), ("key", _TEXT),
    ("attempt", pa.int32()), ("state", _TEXT), ("recorded_at", _TIME), ("next_at", _TIME),
    ("message", _TEXT),
])  # fmt: skip

_NEWEST = """
newest AS (
    SELECT event_id, channel, number, attempt, state, next_at, message FROM ops.deliveries
    QUALIFY row_number() OVER (PARTITION BY event_id, channel ORDER BY number DESC) = 1
)
"""

# Every event, on one channel, unless another of the same use has had it; or each event on the
# channels that it names itself.
_ON_ONE = """
SELECT event_id, $channels[1] AS channel FROM ops.outbox
WHERE event_id NOT IN (
    SELECT event_id FROM newest WHERE list_contains($channels, channel) AND state IN $final)
"""
_ON_ITS_OWN = """
SELECT event_id, unnest(from_json(payload -> 'channels', '["VARCHAR"]')) AS channel
FROM ops.outbox WHERE list_contains($names, name)
"""

_UNDELIVERED = """
WITH {newest}, wanted AS ({wanted})
SELECT e.event_id, e.name, e.subject, e.payload, e.occurred_at, e.run_id,
       w.channel, coalesce(n.attempt, 0), coalesce(n.state, 'waiting')
FROM wanted w
JOIN ops.outbox e USING (event_id)
LEFT JOIN newest n ON n.event_id = w.event_id AND n.channel = w.channel
WHERE coalesce(n.state NOT IN $final, true) AND w.channel NOT IN $without
  AND ($since IS NULL OR e.occurred_at >= $since)
  AND (n.state IS DISTINCT FROM 'failed'
       OR n.next_at <= $at OR n.next_at > $at + to_seconds($longest))
ORDER BY e.occurred_at, e.event_id, w.channel
LIMIT $most
"""

_RESEND = f"""
WITH {_NEWEST}
SELECT event_id, channel FROM newest
WHERE CASE WHEN $event IS NULL THEN state = 'dead' ELSE event_id = $event END
ORDER BY event_id, channel
"""

_TROUBLE = f"""
WITH {_NEWEST}
SELECT e.event_id, e.name, e.subject, n.channel,
       CASE n.state WHEN 'sending' THEN 'unknown' ELSE n.state END, n.attempt, n.message
FROM newest n JOIN ops.outbox e USING (event_id)
WHERE n.state IN ('sending', 'dead')
ORDER BY e.occurred_at, e.event_id, n.channel
"""


# Told, old, and of no more use: people have it on every channel, or it was a hint of long ago; what
# may have to be taken back stays while it holds.
_FORGOTTEN = f"""
WITH {_NEWEST}, old AS (
    SELECT event_id, name, payload, run_id FROM ops.outbox WHERE occurred_at < $before
), wanted AS (
    SELECT event_id, unnest(from_json(payload -> 'channels', '["VARCHAR"]')) AS channel
    FROM old WHERE list_contains($names, name)
), owed AS (
    SELECT event_id FROM wanted w LEFT JOIN newest n USING (event_id, channel)
    WHERE n.state IS DISTINCT FROM 'sent'
    UNION ALL
    SELECT event_id FROM newest WHERE NOT list_contains($hints, channel) AND state <> 'sent'
    UNION ALL
    SELECT o.event_id FROM old o JOIN news.verdicts v
        ON v.run_id = o.run_id AND o.name = 'newsledger.fact.' || v.verdict
    WHERE v.recorded_to IS NULL
)
SELECT event_id FROM old WHERE event_id NOT IN (SELECT event_id FROM owed)
"""


def event(
    name: str,
    subject: str,
    moment: datetime,
    payload: Mapping[str, object],
    run: Run,
    about: Iterable[str] = (),
) -> Event:
    """An event to be told.

    Args:
        name: such as "newsledger.batch.landed".
        subject: what it happened to: a plan, a source, a watch.
        moment: when it happened, zone-aware.
        payload: what JSON can say of it, a few kB at most.
        run: that found it.
        about: what exactly it tells, in any order; the event's id follows from it.
    """
    return Event(
        event_id=identity.key("event", name, subject, *sorted(about)),
        name=name,
        subject=clean(subject),
        payload=payload,
        occurred_at=moment,
        run_id=run.run_id,
    )


def append(connection: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> list[Event]:
    """Write events that were not written before; the caller owns the transaction.

    Returns:
        Those written.
    """
    by_id = {one.event_id: one for one in events}
    had = {
        found
        for (found,) in connection.execute(
            "SELECT event_id FROM ops.outbox WHERE event_id IN (SELECT unnest(?::UUID[]))",
            [list(by_id)],
        ).fetchall()
    }
    fresh = [one for key, one in by_id.items() if key not in had]
    staging.append(connection, "ops.outbox", _EVENTS, [
        {
            "event_id": str(one.event_id),
            "name": one.name,
            "subject": one.subject,
            "payload": clean(json.dumps(dict(one.payload), ensure_ascii=False, sort_keys=True)),
            "occurred_at": one.occurred_at,
            "run_id": one.run_id,
        }
        for one in fresh
    ])  # fmt: skip
    return fresh


def undelivered(
    connection: duckdb.DuckDBPyConnection,
    at: datetime,
    channels: Sequence[str],
    without: Collection[str],
    since: datetime | None,
    most: int,
) -> list[Delivery]:
    """See `Warehouse.undelivered`."""
    parameters: dict[str, Any] = {
        "at": at,
        "without": sorted(without),
        "since": since,
        "final": list(_FINAL),
        "longest": LONGEST_PAUSE.total_seconds(),
        "most": most,
    }
    if channels:
        wanted = _ON_ONE
        parameters["channels"] = list(channels)
    else:
        wanted = _ON_ITS_OWN
        parameters["names"] = [MATCHED, RETRACTED]
    rows = connection.execute(
        _UNDELIVERED.format(newest=_NEWEST, wanted=wanted), parameters
    ).fetchall()
    return [
        Delivery(
            event=Event(key, name, subject, json.loads(payload), occurred, str(run_id)),
            channel=channel,
            key=identity.key("delivery", key, channel),
            attempt=attempt,
            state="unknown" if state == "sending" else state,
        )
        for key, name, subject, payload, occurred, run_id, channel, attempt, state in rows
    ]


def begin(
    connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery], at: datetime
) -> list[Delivery]:
    """See `Warehouse.begin_delivery`."""
    begun = [replace(one, attempt=one.attempt + 1, state="sending") for one in deliveries]
    _record(connection, [(one, "sending", "", None) for one in begun], at)
    return begun


def end(
    connection: duckdb.DuckDBPyConnection,
    deliveries: Sequence[Delivery],
    state: str,
    at: datetime,
    message: str,
    next_at: datetime | None,
) -> None:
    """See `Warehouse.end_delivery`."""
    _record(connection, [(one, state, message, next_at) for one in deliveries], at)


def resend(connection: duckdb.DuckDBPyConnection, wanted: str | None, at: datetime) -> int:
    """See `Warehouse.resend`."""
    named = None if wanted is None else _event_id(connection, wanted)
    rows = connection.execute(_RESEND, {"event": named}).fetchall()
    _append(connection, [
        {
            "event_id": str(key),
            "channel": channel,
            "key": str(identity.key("delivery", key, channel)),
            "attempt": 0,
            "state": "waiting",
            "recorded_at": at,
            "next_at": None,
            "message": "asked for again",
        }
        for key, channel in rows
    ])  # fmt: skip
    return len(rows)


def forget(connection: duckdb.DuckDBPyConnection, before: datetime, hints: Sequence[str]) -> int:
    """See `Warehouse.forget_events`."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE forgotten AS {_FORGOTTEN}",
        {"before": before, "names": [MATCHED, RETRACTED], "hints": list(hints)},
    )
    for table in ("deliveries", "outbox"):
        connection.execute(
            f"DELETE FROM ops.{table} WHERE event_id IN (SELECT event_id FROM forgotten)"
        )
    ((count,),) = connection.execute("SELECT count(*) FROM forgotten").fetchall()
    return int(count)


def troubles(connection: duckdb.DuckDBPyConnection) -> list[Undelivered]:
    """Deliveries that were given up, and those of which nobody knows whether they arrived."""
    return [Undelivered(*row) for row in connection.execute(_TROUBLE).fetchall()]


def _event_id(connection: duckdb.DuckDBPyConnection, wanted: str) -> UUID:
    """The event whose id begins so."""
    found = connection.execute(
        "SELECT event_id FROM ops.outbox WHERE starts_with(event_id::VARCHAR, ?) LIMIT 2",
        [wanted.strip().lower()],
    ).fetchall()
    if len(found) != 1 or len(wanted.strip()) < 4:
        many = "More than one event begins" if found else "No event of this warehouse begins"
        raise QueryError(
            f"{many} with {wanted!r}; give four characters or more of an event_id of mart.events."
        )
    return UUID(str(found[0][0]))


def _record(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[tuple[Delivery, str, str, datetime | None]],
    at: datetime,
) -> None:
    _append(connection, [
        {
            "event_id": str(one.event.event_id),
            "channel": clean(one.channel),
            "key": str(one.key),
            "attempt": one.attempt,
            "state": state,
            "recorded_at": at,
            "next_at": next_at,
            "message": clean(message),
        }
        for one, state, message, next_at in rows
    ])  # fmt: skip


def _append(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    """Add rows to ops.deliveries, each with the next number of its event and channel."""
    numbers = {
        (str(key), channel): number
        for key, channel, number in connection.execute(
            "SELECT event_id, channel, max(number) FROM ops.deliveries "
            "WHERE event_id IN (SELECT unnest(?::UUID[])) GROUP BY ALL",
            [[row["event_id"] for row in rows]],
        ).fetchall()
    }
    staging.append(connection, "ops.deliveries", _DELIVERIES, [
        row | {"number": numbers.get((row["event_id"], row["channel"]), 0) + 1} for row in rows
    ])  # fmt: skip
