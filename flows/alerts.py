"""From the ledger to alerts: what fits the watches, and what of it is told now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows import alerting
from flows.messages import asked
from flows.watches import Watch, Watches
from warehouse import Alert, Match, Run, Warehouse, WatchState, Withdrawn

FIRST_LOOK = timedelta(hours=1)
"""A watch that is looked for the first time is told what was detected so long before, too."""

_KEPT = timedelta(days=2)
"""Longest that quiet hours and a digest keep a match, and that a run goes on."""

_MOST_NAMED = 50  # matches in a payload; ops.alerts has all, under the event's id


def raise_alerts(ledger: Path, watches: Watches, run: Run, now: datetime) -> int:
    """Tell each watch what was found since it was last told, once.

    Alerts and the events that tell them (`newsledger.watch.matched` in ops.outbox) are written in
    one transaction; called again, it writes nothing twice, and goes on with what had to wait. What
    was told and holds no more is taken back (`newsledger.watch.retracted`).

    Args:
        ledger: the DuckDB file.
        watches: who is told what.
        run: that tells it.
        now: the moment, zone-aware.

    Returns:
        How many alerts were raised, and taken back.

    Raises:
        WarehouseError: the ledger cannot be read or written.
    """
    by_name = {watch.name: watch for watch in watches.watches}
    if not by_name:
        return 0
    warehouse = Warehouse(ledger)
    states = warehouse.watch_states(list(by_name), now - FIRST_LOOK, now)
    if not warehouse.replica.exists():
        warehouse.publish()
    found = {
        name: warehouse.matches(watch.wanted, _since(watch, states[name], now), live=True)
        for name, watch in by_name.items()
    }

    def decide(name: str, matches: Sequence[Match], state: WatchState) -> Alert | None:
        send = alerting.decide(by_name[name], matches, state, now).send
        return Alert(send, payload(by_name[name], send)) if send else None

    def take_back(name: str, gone: Sequence[Withdrawn]) -> dict[str, Any] | None:
        return None if alerting.is_quiet(by_name[name], now) else withdrawal(by_name[name], gone)

    taken_back = warehouse.take_back(list(by_name), take_back, run, now)
    return len(warehouse.alert(found, decide, run, now)) + len(taken_back)


def payload(watch: Watch, matches: Sequence[Match]) -> dict[str, Any]:
    """What an event says of an alert, for `flows.messages.alert`.

    Args:
        watch: who is told.
        matches: what, the gravest first; the first ones are named.
    """
    return {
        "watch": watch.name,
        "severity": alerting.severity(matches),
        "matches": [
            {
                "fact_id": str(match.fact_id),
                "earlier_fact_id": match.earlier_fact_id and str(match.earlier_fact_id),
                "verdict": match.verdict,
            }
            for match in matches[:_MOST_NAMED]
        ],
        "total": len(matches),
        "why": asked(watch),
        "channels": list(watch.channels),
    }


def withdrawal(watch: Watch, gone: Sequence[Withdrawn]) -> dict[str, Any]:
    """What an event says that takes back, for `flows.messages.retraction`.

    Args:
        watch: who was told.
        gone: what; the first ones are named.
    """
    return {
        "watch": watch.name,
        "matches": [
            {
                "fact_id": str(one.fact_id),
                "earlier_fact_id": str(one.earlier_fact_id),
                "verdict": one.verdict,
                "now": one.now,
                "alert": str(one.alert_id),
            }
            for one in gone[:_MOST_NAMED]
        ],
        "total": len(gone),
        "channels": list(watch.channels),
    }


def _since(watch: Watch, state: WatchState, now: datetime) -> datetime:
    """From when on there may be matches that were not told: those that had to wait, too.

    Of a clock that was ahead nothing is believed.
    """
    begun = state.begun_at if state.begun_at <= now else now - FIRST_LOOK
    return max(begun, min(state.looked_at, now) - _KEPT - watch.debounce)
