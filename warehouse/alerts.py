"""What each watch was told: looked up and written in one transaction with the events that tell it.

A match is told once: not again when a copy of its report arrives, nor when another report turns out
to be the one that was copied, since what was told is known by the voice that says it and by the two
figures, as they stand when somebody looks. A verdict that was told and holds no more is taken back,
once; where it holds again later, it is told again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from warehouse import changes, outbox
from warehouse.captures import record_run
from warehouse.matches import NEW, Match
from warehouse.records import Event, Run
from warehouse.staging import append

EVENT, RETRACTED = outbox.MATCHED, outbox.RETRACTED


@dataclass(frozen=True, slots=True)
class WatchState:
    """What is on record of a watch.

    Attributes:
        begun_at: what was detected before is not told.
        looked_at: when somebody last looked for it.
        alerted_at: when it was last told something, None for never.
        claims: when it was last told of each claim.
    """

    begun_at: datetime
    looked_at: datetime
    alerted_at: datetime | None
    claims: Mapping[UUID, datetime]


@dataclass(frozen=True, slots=True)
class Alert:
    """What is to be told now.

    Attributes:
        matches: at least one.
        payload: of the event, as JSON can say it.
    """

    matches: Sequence[Match]
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A verdict that a watch was told and that holds no more.

    Attributes:
        alert_id: the event that told it.
        fact_id, earlier_fact_id, verdict: what it told.
        now: the verdict on the two that holds, None where none does.
    """

    alert_id: UUID
    fact_id: UUID
    earlier_fact_id: UUID
    verdict: str
    now: str | None


Decide = Callable[[str, Sequence[Match], WatchState], Alert | None]
"""From a watch, what it was not told yet and its state to what is told now; the rest waits."""

TakeBack = Callable[[str, Sequence[Withdrawn]], Mapping[str, Any] | None]
"""From a watch and what it was told wrongly to the payload of the event; None lets it wait."""

_TEXT, _TIME = pa.string(), pa.timestamp("us", tz="UTC")
_STAGED = pa.schema([
    ("watch", _TEXT), ("number", pa.int32()), ("fact_id", _TEXT), ("earlier_fact_id", _TEXT),
    ("verdict", _TEXT),
])  # fmt: skip
_ALERTS = pa.schema([
    ("event_id", _TEXT), ("watch", _TEXT), ("fact_id", _TEXT), ("earlier_fact_id", _TEXT),
    ("verdict", _TEXT), ("claim_id", _TEXT), ("detected_at", _TIME), ("alerted_at", _TIME),
    ("run_id", _TEXT),
])  # fmt: skip
_RETRACTIONS = pa.schema([
    ("event_id", _TEXT), ("alert_id", _TEXT), ("watch", _TEXT), ("fact_id", _TEXT),
    ("earlier_fact_id", _TEXT), ("verdict", _TEXT), ("retracted_at", _TIME), ("run_id", _TEXT),
])  # fmt: skip

_STATES = """
WITH newest AS (
    SELECT watch, claim_id, max(alerted_at) AS alerted_at FROM ops.alerts
    WHERE list_contains($names, watch) GROUP BY ALL
)
SELECT w.watch, w.begun_at, w.looked_at, max(n.alerted_at),
       map(list(n.claim_id) FILTER (n.claim_id IS NOT NULL),
           list(n.alerted_at) FILTER (n.claim_id IS NOT NULL))
FROM ops.watches w LEFT JOIN newest n USING (watch)
WHERE list_contains($names, w.watch)
GROUP BY ALL
"""

# What still holds and was not told, by voice and figures as they are now.
_UNTOLD = """
WITH given AS (
    SELECT watch, number, fact_id::UUID AS fact_id, earlier_fact_id::UUID AS earlier_fact_id,
           verdict
    FROM staged_matches
), every AS (
    SELECT watch, number, fact_id, earlier_fact_id, verdict FROM given
    UNION ALL
    SELECT watch, NULL, fact_id, earlier_fact_id, verdict FROM ops.alerts a
    WHERE watch IN (SELECT watch FROM given) AND NOT EXISTS (
        FROM ops.retractions x WHERE x.alert_id = a.event_id AND x.fact_id = a.fact_id
          AND x.earlier_fact_id = a.earlier_fact_id AND x.verdict = a.verdict)
), known AS (
    SELECT e.*, r.report_id, coalesce(x.value_id, e.fact_id) AS value_id,
           coalesce(y.value_id, e.earlier_fact_id) AS earlier_value_id
    FROM every e
    JOIN news.facts f ON f.fact_id = e.fact_id
    JOIN news.reports r ON r.version_id = f.version_id
    LEFT JOIN news.stated_values x ON x.fact_id = e.fact_id
    LEFT JOIN news.stated_values y ON y.fact_id = e.earlier_fact_id
)
SELECT k.watch, k.number FROM known k
WHERE k.number IS NOT NULL
  AND NOT EXISTS (
      FROM known t
      WHERE t.number IS NULL AND t.watch = k.watch AND t.verdict = k.verdict
        AND t.report_id = k.report_id AND t.value_id = k.value_id
        AND t.earlier_value_id IS NOT DISTINCT FROM k.earlier_value_id)
  AND (k.verdict = $new OR EXISTS (
      FROM news.verdicts v
      WHERE v.recorded_to IS NULL AND v.fact_id = k.fact_id
        AND v.earlier_fact_id = k.earlier_fact_id AND v.verdict = k.verdict))
ORDER BY k.watch, k.number
"""


# Told, closed by a run of which somebody waits to hear or by a user's correction, and not taken
# back yet.
_CLOSED = """
SELECT a.watch, a.event_id, a.fact_id, a.earlier_fact_id, a.verdict
FROM ops.alerts a
JOIN news.verdicts h ON h.fact_id = a.fact_id AND h.earlier_fact_id = a.earlier_fact_id
    AND h.verdict = a.verdict
LEFT JOIN ops.retractions x ON x.alert_id = a.event_id AND x.fact_id = a.fact_id
    AND x.earlier_fact_id = a.earlier_fact_id AND x.verdict = a.verdict
WHERE list_contains($names, a.watch) AND x.alert_id IS NULL
GROUP BY ALL
HAVING count(*) FILTER (h.recorded_to IS NULL) = 0
   AND max(h.recorded_to) IN (
       SELECT started_at FROM ops.runs
       WHERE list_contains($kinds, kind) OR run_id IN (
           SELECT run_id FROM ops.outbox WHERE starts_with(name, 'newsledger.fact.')))
ORDER BY ALL
"""

# What holds of the same two figures now, whichever reports stand for them, and either way round.
_HOLDS = """
WITH gone AS (
    SELECT t.fact_id, t.earlier_fact_id,
           coalesce(x.value_id, t.fact_id) AS a, coalesce(y.value_id, t.earlier_fact_id) AS b
    FROM (SELECT unnest($facts::UUID[]) AS fact_id, unnest($earlier::UUID[]) AS earlier_fact_id) t
    LEFT JOIN news.stated_values x ON x.fact_id = t.fact_id
    LEFT JOIN news.stated_values y ON y.fact_id = t.earlier_fact_id
), standing AS (
    SELECT v.verdict, coalesce(x.value_id, v.fact_id) AS a,
           coalesce(y.value_id, v.earlier_fact_id) AS b
    FROM news.verdicts v
    LEFT JOIN news.stated_values x ON x.fact_id = v.fact_id
    LEFT JOIN news.stated_values y ON y.fact_id = v.earlier_fact_id
    WHERE v.recorded_to IS NULL AND v.verdict <> 'not_comparable'
)
SELECT g.fact_id, g.earlier_fact_id, list(DISTINCT s.verdict ORDER BY s.verdict)
FROM gone g JOIN standing s
  ON least(s.a, s.b) = least(g.a, g.b) AND greatest(s.a, s.b) = greatest(g.a, g.b)
GROUP BY ALL
"""


def begin(
    connection: duckdb.DuckDBPyConnection,
    names: Collection[str],
    begun_at: datetime,
    now: datetime,
) -> dict[str, WatchState]:
    """States of watches by name; those that were never looked for begin.

    Args:
        connection: in a transaction.
        names: of the watches.
        begun_at: from when on those that begin are told what is detected.
        now: the moment, zone-aware.
    """
    connection.execute(
        "INSERT INTO ops.watches SELECT t.name, $begun_at, $now FROM unnest($names) AS t(name) "
        "WHERE t.name NOT IN (SELECT watch FROM ops.watches)",
        {"names": sorted(set(names)), "begun_at": begun_at, "now": now},
    )
    return states(connection, names)


def states(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> dict[str, WatchState]:
    """States of those watches that were looked for before, by name."""
    rows = connection.execute(_STATES, {"names": sorted(set(names))}).fetchall()
    return {
        watch: WatchState(begun_at, looked_at, alerted_at, dict(claims or {}))
        for watch, begun_at, looked_at, alerted_at, claims in rows
    }


def record(
    connection: duckdb.DuckDBPyConnection,
    found: Mapping[str, Sequence[Match]],
    decide: Decide,
    run: Run,
    now: datetime,
) -> list[Event]:
    """Write the alerts that are due, with their events; the caller owns the transaction.

    Args:
        connection: in a transaction.
        found: matches of watches that have begun, by name.
        decide: says what is told now.
        run: on record as what told it, where anything is told.
        now: the moment, zone-aware.

    Returns:
        The events.
    """
    untold = _untold(connection, found)
    turns = dict(
        connection.execute("SELECT watch, count(*) FROM ops.retractions GROUP BY watch").fetchall()
    )
    told: list[tuple[Event, Sequence[Match]]] = []
    for watch, state in sorted(states(connection, list(found)).items()):
        matches = untold.get(watch, [])
        alert = decide(watch, matches, state) if matches else None
        if alert is not None:
            about = [str(match.match_id) for match in alert.matches]
            if turn := turns.get(watch):
                about.append(f"after {turn} retractions")  # the same may be told once more
            event = outbox.event(EVENT, watch, now, alert.payload, run, about)
            told.append((event, alert.matches))
    connection.execute(
        "UPDATE ops.watches SET looked_at = $now WHERE list_contains($names, watch)",
        {"now": now, "names": sorted(found)},
    )
    if told:
        record_run(connection, run)
        outbox.append(connection, [event for event, _ in told])
        _insert(connection, told, run, now)
    return [event for event, _ in told]


def take_back(
    connection: duckdb.DuckDBPyConnection,
    names: Collection[str],
    decide: TakeBack,
    run: Run,
    now: datetime,
) -> list[Event]:
    """Write what takes back verdicts that were told and hold no more; in a transaction.

    Args:
        connection: in a transaction.
        names: of watches.
        decide: says what the event says, or that it waits.
        run: on record as what took it back.
        now: the moment, zone-aware.

    Returns:
        The events.
    """
    events: list[Event] = []
    rows: list[dict[str, Any]] = []
    for watch, gone in sorted(_withdrawn(connection, names).items()):
        payload = decide(watch, gone)
        if payload is None:
            continue
        about = [
            f"{one.alert_id} {one.fact_id} {one.earlier_fact_id} {one.verdict}" for one in gone
        ]
        event = outbox.event(RETRACTED, watch, now, payload, run, about)
        events.append(event)
        rows += [
            {
                "event_id": str(event.event_id),
                "alert_id": str(one.alert_id),
                "watch": watch,
                "fact_id": str(one.fact_id),
                "earlier_fact_id": str(one.earlier_fact_id),
                "verdict": one.verdict,
                "retracted_at": now,
                "run_id": run.run_id,
            }
            for one in gone
        ]
    if events:
        record_run(connection, run)
        outbox.append(connection, events)
        append(connection, "ops.retractions", _RETRACTIONS, rows)
    return events


def _withdrawn(
    connection: duckdb.DuckDBPyConnection, names: Collection[str]
) -> dict[str, list[Withdrawn]]:
    """What is to be taken back, by watch."""
    kinds = [*changes.LIVE, changes.CORRECTION]
    rows = connection.execute(_CLOSED, {"names": sorted(set(names)), "kinds": kinds}).fetchall()
    if not rows:
        return {}
    holds = {
        (fact, earlier): verdicts
        for fact, earlier, verdicts in connection.execute(
            _HOLDS, {"facts": [row[2] for row in rows], "earlier": [row[3] for row in rows]}
        ).fetchall()
    }
    found: dict[str, list[Withdrawn]] = {}
    for watch, alert_id, fact, earlier, verdict in rows:
        standing = holds.get((fact, earlier), [])
        if verdict not in standing:
            one = Withdrawn(alert_id, fact, earlier, verdict, standing[0] if standing else None)
            found.setdefault(watch, []).append(one)
    return found


def _untold(
    connection: duckdb.DuckDBPyConnection, found: Mapping[str, Sequence[Match]]
) -> dict[str, list[Match]]:
    staged = [
        {
            "watch": watch,
            "number": number,
            "fact_id": str(match.fact_id),
            "earlier_fact_id": _id(match.earlier_fact_id),
            "verdict": match.verdict,
        }
        for watch, matches in sorted(found.items())
        for number, match in enumerate(matches)
    ]
    untold: dict[str, list[Match]] = {}
    if staged:
        connection.register("staged_matches", pa.Table.from_pylist(staged, schema=_STAGED))
        for watch, number in connection.execute(_UNTOLD, {"new": NEW}).fetchall():
            untold.setdefault(watch, []).append(found[watch][number])
        connection.unregister("staged_matches")
    return untold


def _insert(
    connection: duckdb.DuckDBPyConnection,
    told: Sequence[tuple[Event, Sequence[Match]]],
    run: Run,
    now: datetime,
) -> None:
    rows = [
        {
            "event_id": str(event.event_id),
            "watch": event.subject,
            "fact_id": str(match.fact_id),
            "earlier_fact_id": _id(match.earlier_fact_id),
            "verdict": match.verdict,
            "claim_id": _id(match.claim_id),
            "detected_at": match.detected_at,
            "alerted_at": now,
            "run_id": run.run_id,
        }
        for event, matches in told
        for match in matches
    ]
    append(connection, "ops.alerts", _ALERTS, rows)


def _id(key: UUID | None) -> str | None:
    return None if key is None else str(key)
