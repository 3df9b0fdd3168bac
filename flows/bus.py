"""Events of the outbox to those who act on them: a Prefect server, or functions in this process.

With PREFECT_API_URL set they are posted to the server, whose triggers start flows; its answer says
that it has them. Without, functions are called. Either is on record as a delivery, so that what is
not taken goes out again. Events are hints, the tables are the truth: who acts looks there, once
for any number of events, and a hint that comes twice or not at all does no harm.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.fetching.webhooks import Unanswered, post
from warehouse import Delivery, Event, Warehouse, WarehouseError

SERVER, PROCESS = "prefect", "process"
"""Channels under which a delivery is on record."""

MOST_AGE = timedelta(days=1)
"""An older hint is of no use: what it hints at has been found otherwise, or is stale."""

_AT_ONCE = 50
"""Events of one request."""

_TIMEOUT_SECONDS = 10.0
_PAUSE = timedelta(seconds=30)

Handler = Callable[[Sequence[Event]], None]
"""Acts on events of one name or family of names."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of events.

    Attributes:
        events: those that were taken.
        problem: why others were not taken, with the remedy; "" where all were.
    """

    events: int
    problem: str = ""


def publish(
    warehouse: Warehouse,
    handlers: Mapping[str, Handler] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Published:
    """Hand over every event of the last day that nobody has had yet.

    Args:
        warehouse: whose outbox.
        handlers: beginnings of names to functions, for events that stay in this process; each
            is called once with all events of its names. Those that none is for wait.
        now: zone-aware present.

    Raises:
        LockTimeout, WarehouseError: as in `Warehouse.load`.
    """
    address = os.environ.get("PREFECT_API_URL")
    recent = now() - MOST_AGE
    if address:
        with warehouse.announcing("publish"):
            waiting = warehouse.undelivered(now(), SERVER, PROCESS, since=recent)
            return _to_server(warehouse, address, waiting, now)
    if not handlers:
        return Published(0)
    waiting = warehouse.undelivered(now(), PROCESS, SERVER, since=recent)
    return _to_handlers(warehouse, handlers, waiting, now)


def publish_quietly(warehouse: Warehouse, say: Callable[[str], object]) -> None:
    """Publish at the end of other work, which a failure must not spoil; a sweep does it later.

    Args:
        warehouse: whose outbox.
        say: told what went wrong.
    """
    try:
        problem = publish(warehouse).problem
    except WarehouseError as failure:
        problem = str(failure)
    if problem:
        say(problem)


def as_prefect(event: Event) -> dict[str, Any]:
    """An event as the server's API takes it.

    The resource is `newsledger.KIND.ID`: of a landed batch `newsledger.batch.` and the event's
    id, of facts and articles likewise, of sources and watches their name. The subject and the run
    are related resources.
    """
    kind = event.name.split(".")[1]
    about = event.subject if kind in ("source", "watch") else str(event.event_id)
    related = [
        _resource(f"newsledger.run.{event.run_id}", "run"),
        _resource(f"newsledger.subject.{event.subject}", "subject"),
    ]
    return {
        "id": str(event.event_id),
        "event": event.name,
        "occurred": event.occurred_at.isoformat(),
        "resource": {
            "prefect.resource.id": f"newsledger.{kind}.{about}",
            "prefect.resource.name": event.subject,
        },
        "related": related,
        "payload": {**event.payload, "run_id": event.run_id, "subject": event.subject},
    }


def _resource(key: str, role: str) -> dict[str, str]:
    return {"prefect.resource.id": key, "prefect.resource.role": role}


def _to_server(
    warehouse: Warehouse,
    address: str,
    events: Sequence[Delivery],
    now: Callable[[], datetime],
) -> Published:
    for start in range(0, len(events), _AT_ONCE):
        begun = warehouse.begin_delivery(events[start : start + _AT_ONCE], now())
        body = json.dumps([as_prefect(one.event) for one in begun], ensure_ascii=False).encode()
        try:
            answer = post(f"{address.rstrip('/')}/events", body, _headers(), _TIMEOUT_SECONDS)
            problem = "" if 200 <= answer.status < 300 else f"it answers {answer.status}"
        except Unanswered as unanswered:
            problem = str(unanswered)
        if problem:
            said = (
                f"the Prefect server did not take events: {problem}; start it, or unset "
                f"PREFECT_API_URL"
            )
            warehouse.end_delivery(begun, "failed", now(), said, now() + _PAUSE)
            return Published(start, said)
        warehouse.end_delivery(begun, "sent", now())
    return Published(len(events))


def _headers() -> dict[str, str]:
    """As the client of Prefect says who it is."""
    headers = {"Content-Type": "application/json"}
    if pair := os.environ.get("PREFECT_API_AUTH_STRING"):
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif key := os.environ.get("PREFECT_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    return headers


def _to_handlers(
    warehouse: Warehouse,
    handlers: Mapping[str, Handler],
    events: Sequence[Delivery],
    now: Callable[[], datetime],
) -> Published:
    """Call each handler with all that is for it; what fails is handed over again."""
    done = 0
    for beginning, handle in handlers.items():
        meant = [one for one in events if one.event.name.startswith(beginning)]
        if not meant:
            continue
        begun = warehouse.begin_delivery(meant, now())
        try:
            handle([one.event for one in begun])
        except Exception as problem:
            said = f"{type(problem).__name__} while it was acted on"
            warehouse.end_delivery(begun, "failed", now(), said, now() + _PAUSE)
            raise
        warehouse.end_delivery(begun, "sent", now())
        done += len(begun)
    return Published(done)
