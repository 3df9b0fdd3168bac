"""When a watch is told: quiet hours, digests, and no claim too often. Pure decisions.

Nothing is ever dropped: what is not sent now is kept, and decided upon the next time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from flows.watches import Digest, Watch
from warehouse import Match, WatchState

_TICK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be told now, and what waits."""

    send: tuple[Match, ...]
    keep: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was, or would have been, told at a moment."""

    at: datetime
    matches: tuple[Match, ...]


def decide(watch: Watch, matches: Sequence[Match], state: WatchState, now: datetime) -> Decision:
    """What of the matches that were not told yet is told now.

    Args:
        watch: for whom.
        matches: in the order in which they are to be told.
        state: what the watch was told before.
        now: the moment, zone-aware.
    """
    if is_quiet(watch, now):
        return Decision((), tuple(matches))
    state = _by_this_clock(state, now)
    digested = None
    if watch.digest:
        digested = due(watch.digest, watch.timezone, now)
        if state.alerted_at is not None and state.alerted_at >= digested:
            return Decision((), tuple(matches))
    send: list[Match] = []
    keep: list[Match] = []
    for match in matches:
        last = state.claims.get(match.claim_id) if match.claim_id else None
        is_early = digested is not None and digested <= match.detected_at <= now
        is_repeated = last is not None and now - last < watch.debounce
        (keep if is_early or is_repeated else send).append(match)
    return Decision(tuple(send), tuple(keep))


def _by_this_clock(state: WatchState, now: datetime) -> WatchState:
    """A state without what a clock that was ahead has put into it: it would keep matches back."""
    return replace(
        state,
        alerted_at=None if state.alerted_at and state.alerted_at > now else state.alerted_at,
        claims={claim: at for claim, at in state.claims.items() if at <= now},
    )


def is_quiet(watch: Watch, now: datetime) -> bool:
    """Whether it is a quiet hour by the clocks of the watch's zone."""
    if watch.quiet_hours is None:
        return False
    start, end = watch.quiet_hours.start, watch.quiet_hours.end
    clock = now.astimezone(watch.timezone).time()
    if start < end:
        return start <= clock < end
    return clock >= start or clock < end


def due(digest: Digest, zone: tzinfo, now: datetime) -> datetime:
    """The newest moment, up to now, at which a digest was due, in UTC.

    A time of day that a change of clocks leaves out is due that much later; of one that comes
    twice the first counts.

    Args:
        digest: how often.
        zone: whose clocks count.
        now: the moment, zone-aware.
    """
    local = now.astimezone(zone)
    if digest.often == "hourly":
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    moments = (
        datetime.combine(local.date() - timedelta(days=days), digest.at, zone).astimezone(UTC)
        for days in range(3)
    )
    return next(moment for moment in moments if moment <= now)


def severity(matches: Sequence[Match]) -> float:
    """How grave the gravest is, 0 where none is a disagreement."""
    return max((match.severity for match in matches), default=0.0)


def rehearse(
    watch: Watch, matches: Sequence[Match], now: datetime
) -> tuple[list[Sent], tuple[Match, ...]]:
    """What would have been told when, had somebody looked every quarter of an hour.

    Args:
        watch: for whom.
        matches: all that was detected, in the order in which they are to be told.
        now: the end, zone-aware.

    Returns:
        What would have been told, in order of time, and what would still wait.
    """
    if not matches:
        return [], ()
    begun = min(match.detected_at for match in matches)
    told: list[Sent] = []
    claims: dict[UUID, datetime] = {}
    last: datetime | None = None
    waiting = list(matches)
    for at in _ticks(begun, sorted({match.detected_at for match in matches}), now):
        seen = [match for match in waiting if match.detected_at <= at]
        if not seen:
            continue
        decision = decide(watch, seen, WatchState(begun, at, last, claims), at)
        if decision.send:
            told.append(Sent(at, decision.send))
            last = at
            claims |= {match.claim_id: at for match in decision.send if match.claim_id}
            gone = {match.match_id for match in decision.send}
            waiting = [match for match in waiting if match.match_id not in gone]
        if not waiting:
            break
    return told, tuple(waiting)


def _ticks(first: datetime, detected: Sequence[datetime], now: datetime) -> Iterator[datetime]:
    """When somebody looks: at every detection, every quarter of an hour, and now."""
    start = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    regular = (start + _TICK * n for n in range(1, (now - start) // _TICK + 1))
    yield from sorted({*regular, *detected, now})
