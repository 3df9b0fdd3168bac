"""From the outbox to people: alerts over the channels that they name, again until they are taken.

Before each attempt it is on record that it begins, afterwards how it ended, both in transactions
of their own. After a crash in between nobody knows whether the message arrived: it goes out again,
under the same key. What fails goes out again after growing pauses, and is given up in the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flows import bus, channels
from flows.alerts import raise_alerts
from flows.bus import Published
from flows.channels import Channel, ChannelError, Message
from flows.inputs import InputError
from flows.messages import alert, retraction
from flows.steps import new_run
from flows.watches import Watches
from flows.watches import read as read_watches
from warehouse import Delivery, Event, Warehouse, WarehouseError

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
MOST_ATTEMPTS = 10
"""After which a delivery is given up: with the pauses above, four hours after the first."""

Now = Callable[[], datetime]
Tell = Callable[[Warehouse, Event], Message]
"""Makes the message of an alert."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message on one channel.

    Attributes:
        event_id, name, subject: of the event.
        channel: name of the channel.
        key: what the receiver is shown.
        attempt: the how manieth it was.
        state: "sent", "failed" or "dead"; in a dry run what it was before: "waiting", "failed"
            or "unknown".
        message: why it failed; in a dry run what would be sent.
    """

    event_id: UUID
    name: str
    subject: str
    channel: str
    key: UUID
    attempt: int
    state: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Announced:
    """What an announcement did.

    Attributes:
        attempts: in their order.
        published: events that were handed to the server, or to functions of this process.
    """

    attempts: tuple[Attempt, ...]
    published: Published = field(default_factory=lambda: Published(0))

    @property
    def failed(self) -> tuple[Attempt, ...]:
        """Attempts that did not end well."""
        return tuple(one for one in self.attempts if one.state in ("failed", "dead"))


@dataclass(frozen=True, slots=True)
class Plain:
    """A message in few words: what matched, with the ids to look it up by."""

    subject: str
    text: str
    html: str
    data: Mapping[str, Any]


def plain(warehouse: Warehouse, event: Event) -> Plain:
    """The message of an alert where nothing better is at hand.

    Args:
        warehouse: the ledger, not asked.
        event: newsledger.watch.matched.
    """
    matches = event.payload.get("matches") or []
    subject = f"{event.subject}: {len(matches)} {'match' if len(matches) == 1 else 'matches'}"
    lines = [
        f"{match.get('verdict') or 'new'}: newsledger why {match.get('fact_id')}"
        for match in matches
    ]
    text = "\n".join([f"The watch {event.subject} matched.", *lines])
    html = "".join(f"<p>{_escaped(line)}</p>" for line in text.splitlines())
    return Plain(subject, text, html, {"event": event.name, **event.payload})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def default_watches() -> Path:
    """The watches where none are named: NEWSLEDGER_WATCHES, else watches.toml here."""
    return Path(os.environ.get("NEWSLEDGER_WATCHES") or "watches.toml")


def announce(
    ledger: Path,
    watches: Path,
    *,
    gather: Callable[[Warehouse], object] = lambda warehouse: None,
    tell: Tell = plain,
    now: Now = lambda: datetime.now(UTC),
    lock_timeout: float = 60.0,
) -> Announced:
    """Publish what happened and deliver every alert that is due.

    Args:
        ledger: DuckDB file.
        watches: the `watches.toml`, whose channels are used; without one there are none.
        gather: writes the alerts that are due to the outbox.
        tell: makes the message of an alert.
        now: zone-aware present.
        lock_timeout: seconds to wait while another process announces.

    Raises:
        InputError: a channel breaks its form.
        LockTimeout, WarehouseError: the ledger cannot be written, or somebody else announces.
    """
    known = channels.read(watches) if watches.exists() else {}
    if not ledger.exists():
        return Announced(())  # nothing has been loaded yet
    warehouse = Warehouse(ledger, lock_timeout=lock_timeout)
    published = bus.publish(warehouse, now=now)
    gather(warehouse)
    attempts = deliver(warehouse, known, tell=tell, now=now)
    return Announced(tuple(attempts), published)


def announce_watched(
    ledger: Path,
    watches: Path,
    *,
    digests: bool | None = None,
    lock_timeout: float = 60.0,
    now: Now = lambda: datetime.now(UTC),
) -> Announced:
    """`announce` with what the watches are to be told, in words.

    Args:
        ledger: DuckDB file.
        watches: the `watches.toml`; without one nobody is told anything.
        digests: True looks for the watches that are told by digest only, False for the others,
            None for all; what is due already is delivered all the same.
        lock_timeout: seconds to wait while another process announces.
        now: zone-aware present.

    Raises:
        InputError: the file breaks its form.
        LockTimeout, WarehouseError: as in `announce`.
    """
    watched = read_watches(watches) if watches.exists() else Watches()
    if digests is not None:
        chosen = (one for one in watched.watches if (one.digest is not None) == digests)
        watched = replace(watched, watches=tuple(chosen))

    def gather(warehouse: Warehouse) -> None:
        raise_alerts(warehouse.path, watched, new_run("announce", watches.name), now())

    return announce(ledger, watches, gather=gather, tell=worded, now=now, lock_timeout=lock_timeout)


def worded(warehouse: Warehouse, event: Event) -> Message:
    """The message of an alert, with what was said and said before, or of what takes it back."""
    is_taken_back = event.name.endswith(".retracted")
    return (retraction if is_taken_back else alert)(warehouse, event.payload)


def after_round(ledger: Path, watches: Path, say: Callable[[str], object]) -> None:
    """Announce what a round of the monitor brought; what fails waits for the next round.

    Args:
        ledger: DuckDB file.
        watches: the `watches.toml`.
        say: told what failed.
    """
    try:
        done = announce_watched(ledger, watches)
    except (InputError, WarehouseError) as problem:
        say(f"Nothing was announced: {problem}")
        return
    for one in done.failed:
        say(f"The alert {one.subject} {one.state} over {one.channel}: {one.message}")
    if done.published.problem:
        say(done.published.problem)


def deliver(
    warehouse: Warehouse,
    known: Mapping[str, Channel],
    *,
    tell: Tell = plain,
    now: Now = lambda: datetime.now(UTC),
) -> list[Attempt]:
    """Send every alert that is due over the channels that it names, each once at most.

    A channel that fails is left alone until the next time, so that the alerts behind wait for
    their turn and no attempt of theirs is spent.

    Args:
        warehouse: whose outbox.
        known: channels by name.
        tell: makes the message of an alert.
        now: zone-aware present.

    Raises:
        LockTimeout, WarehouseError: as in `Warehouse.load`.
    """
    attempts: list[Attempt] = []
    resting: set[str] = set()
    with warehouse.announcing():
        while due := warehouse.undelivered(now(), without=resting):
            for one in due:
                if one.channel in resting:
                    continue
                attempt, rests = _attempt(warehouse, one, known, tell, now)
                attempts.append(attempt)
                if rests:
                    resting.add(one.channel)
    if attempts:
        warehouse.publish()
    return attempts


def rehearse(
    warehouse: Warehouse, *, tell: Tell = plain, now: Now = lambda: datetime.now(UTC)
) -> list[Attempt]:
    """What `deliver` would send now, with subject and text; nothing is sent or written."""
    return [
        _ended(one, one.state, f"{message.subject}\n{message.text}")
        for one in warehouse.undelivered(now())
        for message in [tell(warehouse, one.event)]
    ]


def pause(attempt: int, asked: float = 0.0) -> timedelta:
    """How long to wait after an attempt that failed.

    Args:
        attempt: 1 for the first.
        asked: seconds that the receiver asks for.
    """
    grown: timedelta = FIRST_PAUSE * (1 << min(attempt - 1, 20))
    return min(max(grown, timedelta(seconds=asked)), LONGEST_PAUSE)


def _attempt(
    warehouse: Warehouse, one: Delivery, known: Mapping[str, Channel], tell: Tell, now: Now
) -> tuple[Attempt, bool]:
    """Try one delivery; gives how it ended, and whether its channel is to rest."""
    [begun] = warehouse.begin_delivery([one], now())
    try:
        _hand_over(warehouse, begun, known, tell)
    except ChannelError as problem:
        if problem.permanent or begun.attempt >= MOST_ATTEMPTS:
            warehouse.end_delivery([begun], "dead", now(), str(problem))
            return _ended(begun, "dead", str(problem)), not problem.permanent
        again = now() + pause(begun.attempt, problem.after)
        warehouse.end_delivery([begun], "failed", now(), str(problem), again)
        return _ended(begun, "failed", str(problem)), True
    warehouse.end_delivery([begun], "sent", now())
    return _ended(begun, "sent"), False


def _hand_over(
    warehouse: Warehouse, one: Delivery, known: Mapping[str, Channel], tell: Tell
) -> None:
    channel = known.get(one.channel)
    if channel is None:
        raise ChannelError(
            f"watches.toml has no [channel.{one.channel}]; add it, or take the name out of the "
            f"watch",
            permanent=False,
        )
    try:
        channels.send(channel, tell(warehouse, one.event), one.key)
    except ChannelError:
        raise
    except Exception as problem:  # one alert that fails must not hold up the others
        raise ChannelError(
            f"{type(problem).__name__} while it was made and sent; this is a fault of newsledger",
            permanent=False,
        ) from problem


def _ended(one: Delivery, state: str, message: str = "") -> Attempt:
    return Attempt(
        event_id=one.event.event_id,
        name=one.event.name,
        subject=one.event.subject,
        channel=one.channel,
        key=one.key,
        attempt=one.attempt,
        state=state,
        message=message,
    )
