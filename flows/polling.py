"""When to poll, when to look again, when to worry: decisions without any input or output.

The old state and what happened go in, the new state comes out; whoever calls has the clock, the
network and the ledger. The figures are those that Media Cloud's feed fetcher has come to
(intervals, failure weights, linear back-off) and the re-check ladder of NewsDiffs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from warehouse import Intake, Poll, Recheck

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

DEFAULT_INTERVAL = 6 * HOUR
SHORTEST, LONGEST = 10 * MINUTE, 24 * HOUR

ENOUGH_POLLS = 3
"""Answered polls before an interval may be changed: one full window says nothing of the pace."""

FEW_KNOWN, MOST_KNOWN = 1 / 3, 2 / 3
"""Share of entries known already below which some may be missed, above which polls are wasted."""

SHORTEN = 60 * MINUTE
LENGTHEN, LENGTHEN_QUIET = 10 * MINUTE, 60 * MINUTE
QUIET = 31 * DAY
OFF_TIME = 20 * MINUTE
"""A poll so much too late (too early) is no reason to shorten (lengthen)."""

REFRESH_EVERY = 12
"""Conditional polls after which one asks without condition.

A server whose validators never change hides news for two hours at the shortest interval, twelve
days at the longest; one whose validators are right sends one whole document more in thirteen.
"""

ANSWERED = frozenset(("polled", "not_modified"))
WEIGHTS: Mapping[str, float] = {"rate_limited": 0.5, "unreachable": 0.5, "failed": 0.5, "gone": 0.5}
"""What a failure that may pass by itself adds."""

HARD = 1.0
DISABLE_AT = 30.0
RETRY_AFTER_MOST = DAY
SPREAD, SPREAD_MOST = 0.05, 10 * MINUTE
SPREAD_LIMITED = HOUR
"""How much later than planned a poll may be put, so that sources added at once drift apart: a share
of the wait, up to a limit; after a 429 anything up to an hour."""

LADDER: tuple[tuple[timedelta, timedelta], ...] = (
    (3 * HOUR, 15 * MINUTE),
    (DAY, HOUR),
    (7 * DAY, 3 * HOUR),
    (30 * DAY, 3 * DAY),
    (360 * DAY, 30 * DAY),
)
"""Below which time since an article's last change it is looked at how often; later never."""

GRACE = DAY
"""So long after its first poll nothing that a source brings in a day is held against it."""

_UNCONDITIONAL = 0.25

LEAST_READ = 5
"""Captures of a day below which a share of failures says nothing."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is laid down for one source.

    Attributes:
        name: of the source.
        interval: fixed time between polls, None to adapt it.
        shortest, longest: range of an adapted one.
        articles_a_day: articles that it must bring in 24 hours, None for any number.
        newest_within: how old its newest article may be, None for any age.
        failed_share: share of a day's captures that may give nothing to read, 0..1, None for all.
        recheck: whether its articles are looked at again.
    """

    name: str
    interval: timedelta | None = None
    shortest: timedelta = SHORTEST
    longest: timedelta = LONGEST
    articles_a_day: int | None = None
    newest_within: timedelta | None = None
    failed_share: float | None = None
    recheck: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What one poll of a source gave.

    Attributes:
        polled_at: zone-aware.
        ending: "polled" or "not_a_feed" where a document came, else as the retrieval ended.
        message: in words, "" where all went well.
        seconds: how long it took.
        entries, entries_new: named by it, and not captured before; 0 where not modified.
        floor: the interval that the publisher asks for, if any.
        retry_after: how long the host asks to stay away, if it does.
        etag, last_modified, body_digest: of the answer, None where there was none.
        capture_id: of the document, None where nothing was captured.
    """

    polled_at: datetime
    ending: str
    message: str = ""
    seconds: float = 0.0
    entries: int = 0
    entries_new: int = 0
    floor: timedelta | None = None
    retry_after: timedelta | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    capture_id: UUID | None = None


def due(terms: Iterable[Terms], states: Mapping[str, Poll], at: datetime) -> list[str]:
    """Sources whose time has come, the longest overdue first; those never polled before all others.

    Args:
        terms: of every source.
        states: the newest poll of each source that has been polled.
        at: the moment.
    """
    never = sorted(one.name for one in terms if one.name not in states)
    known = sorted((states[one.name].next_at, one.name) for one in terms if one.name in states)
    return never + [name for moment, name in known if moment <= at]


def condition(state: Poll | None) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to ask a source with; both None asks without condition.

    The digest of the last body can be given with either: the same bytes are no news.
    """
    if state is None or state.since_refresh >= REFRESH_EVERY:
        return None, None
    return state.etag, state.last_modified


def after_poll(
    terms: Terms, old: Poll | None, answer: Answer, intake: Intake | None = None
) -> Poll:
    """The state of a source after a poll.

    Args:
        terms: what is laid down for it.
        old: its state before, None at its first poll.
        answer: what the poll gave.
        intake: what it has brought, for its assertions; None leaves what was found before.
    """
    answered = answer.ending in ANSWERED
    is_whole = answer.ending == "polled"
    before = old.failures if old else 0.0
    failures = 0.0 if answered else before + WEIGHTS.get(answer.ending, HARD)
    interval = _interval(terms, old, answer) if answered else _settled(terms, old)
    new = Poll(
        source=terms.name,
        polled_at=answer.polled_at,
        capture_id=answer.capture_id,
        ending=answer.ending,
        message=answer.message,
        seconds=answer.seconds,
        entries=answer.entries,
        entries_new=answer.entries_new,
        interval_seconds=interval.total_seconds(),
        next_at=answer.polled_at + _wait(terms.name, interval, failures, answer),
        failures=failures,
        state="disabled" if failures >= DISABLE_AT else "active",
        etag=answer.etag if is_whole else answer.etag or (old.etag if old else None),
        last_modified=answer.last_modified
        if is_whole
        else answer.last_modified or (old.last_modified if old else None),
        body_digest=answer.body_digest or (old.body_digest if old else None),
        since_refresh=_since_refresh(old, answered),
        last_new_at=answer.polled_at if answer.entries_new else (old.last_new_at if old else None),
        answered=(old.answered if old else 0) + answered,
        failing=old.failing if old else "",
    )
    return replace(new, failing=failing(terms, new, intake)) if intake else new


def failing(terms: Terms, state: Poll, intake: Intake) -> str:
    """Which assertions on a source do not hold, in words with the figures; "" while all do.

    A source that has just been added has time to bring something first.

    Args:
        terms: what is laid down for it.
        state: its newest poll; the moment for which is asked.
        intake: what it has brought by then.
    """
    at, found = state.polled_at, []
    if state.state == "disabled":
        found.append(f"no answer to {state.failures:g} polls (weighted): {state.message}")
    settled = at - intake.since >= GRACE
    least = terms.articles_a_day
    if settled and least is not None and intake.articles_day < least:
        found.append(f"{intake.articles_day} articles in 24 hours, {least} are expected")
    within, newest = terms.newest_within, intake.newest
    if within and at - max(newest or intake.since, intake.since) > within:
        age = f"is {_words(at - newest)} old" if newest else "has not come"
        found.append(f"the newest article {age}, {_words(within)} are allowed")
    if settled and terms.failed_share is not None and intake.read_day >= LEAST_READ:
        share = intake.failed_day / intake.read_day
        if share > terms.failed_share:
            found.append(
                f"{intake.failed_day} of {intake.read_day} captures in 24 hours gave no article, "
                f"{terms.failed_share:.0%} are allowed"
            )
    return "; ".join(found)


def is_conditional(row: Recheck) -> bool:
    """Whether an article is asked with its validators when it is looked at again.

    About one time in four it is not, whatever the server says: with validators that never change
    a correction would stay hidden for ever.
    """
    return _share(row.article_url, row.last_checked) >= _UNCONDITIONAL


def unchecked(terms: Iterable[Terms]) -> list[str]:
    """Sources whose articles are not looked at again."""
    return sorted(one.name for one in terms if not one.recheck)


def allowance(pending: int, limit: int) -> int:
    """How many pages may be retrieved while so many wait to be read; sources are polled always.

    Args:
        pending: captures that wait to be read.
        limit: how many may wait.
    """
    return max(0, limit - pending)


def _settled(terms: Terms, old: Poll | None) -> timedelta:
    """The interval that holds before a poll."""
    if terms.interval:
        return terms.interval
    return timedelta(seconds=old.interval_seconds) if old else DEFAULT_INTERVAL


def _interval(terms: Terms, old: Poll | None, answer: Answer) -> timedelta:
    """The interval after an answer: by the share of entries that were known."""
    interval = _settled(terms, old)
    if terms.interval:
        return interval
    if old and old.answered >= ENOUGH_POLLS:
        known = 1 - answer.entries_new / answer.entries if answer.entries else 1.0
        delay = answer.polled_at - old.next_at
        if known < FEW_KNOWN and delay <= OFF_TIME:
            interval = min(interval - SHORTEN, DEFAULT_INTERVAL)
        elif known > MOST_KNOWN and delay >= -OFF_TIME:
            seen = answer.polled_at if answer.entries_new else old.last_new_at
            is_quiet = seen is None or answer.polled_at - seen > QUIET
            interval += LENGTHEN_QUIET if is_quiet else LENGTHEN
    return min(max(interval, terms.shortest, answer.floor or terms.shortest), terms.longest)


def _wait(name: str, interval: timedelta, failures: float, answer: Answer) -> timedelta:
    """Time to the next poll: linear back-off, what the host asks for, and some spread."""
    wait = min(interval * max(1.0, failures), max(interval, LONGEST))
    if failures >= DISABLE_AT:
        wait = max(interval, DAY)
    if answer.retry_after:
        wait = max(wait, min(answer.retry_after, RETRY_AFTER_MOST))
    most = SPREAD_LIMITED if answer.ending == "rate_limited" else min(SPREAD * wait, SPREAD_MOST)
    return wait + _share(name, answer.polled_at) * most


def _share(name: str, at: datetime) -> float:
    """A number in 0..1 that follows from a source and a moment, as if drawn by lot."""
    text = f"{name}\n{at.astimezone(UTC).isoformat()}"
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]) / 2**64


def _since_refresh(old: Poll | None, answered: bool) -> int:
    if old is None:
        return 0
    if not answered:
        return old.since_refresh
    return old.since_refresh + 1 if any(condition(old)) else 0


def _words(span: timedelta) -> str:
    """A length of time in words, in the unit that fits it."""
    for unit, name in ((DAY, "days"), (HOUR, "hours")):
        if span >= 2 * unit:
            return f"{span / unit:.0f} {name}"
    return f"{span / MINUTE:.0f} minutes"
