"""Decisions about polling: when, how often, in which state, and when to worry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import polling
from flows.polling import DAY, HOUR, LADDER, MINUTE, Answer, Terms, after_poll
from warehouse import Intake, Poll

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEED = Terms("feed")
ENDINGS = ("polled", "not_modified", "not_a_feed", *polling.WEIGHTS, "blocked", "robots", "refused")


def state(**fields: object) -> Poll:
    """A source that has been answered often, polled an hour ago and due now."""
    made = Poll(
        source="feed", polled_at=NOW - HOUR, capture_id=None, ending="polled", message="",
        seconds=0.1, entries=20, entries_new=5, interval_seconds=3600.0, next_at=NOW,
        etag='"a"', last_modified="Sun", body_digest="d", last_new_at=NOW - HOUR, answered=10,
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def answer(ending: str = "polled", known: float = 0.5, **fields: object) -> Answer:
    made = Answer(NOW, ending)
    if ending == "polled":
        made = replace(made, entries=20, entries_new=round(20 * (1 - known)))
    return replace(made, **fields)  # type: ignore[arg-type]


answers = st.builds(
    Answer,
    polled_at=st.just(NOW),
    ending=st.sampled_from(ENDINGS),
    entries=st.just(20),
    entries_new=st.integers(0, 20),
    floor=st.none() | st.timedeltas(timedelta(0), 3 * DAY),
    retry_after=st.none() | st.timedeltas(timedelta(0), 90 * HOUR),
)


def test_who_was_never_polled_comes_first_then_the_longest_overdue() -> None:
    terms = [Terms(name) for name in ("a", "b", "c", "d", "new")]
    late = {"a": 5, "b": 50, "c": -5, "d": 0}
    states = {name: state(next_at=NOW - minutes * MINUTE) for name, minutes in late.items()}
    assert polling.due(terms, states, NOW) == ["new", "b", "a", "d"]


@pytest.mark.parametrize(
    ("known", "before", "minutes"),
    [
        (0.2, 120, 60),  # most is new: sooner
        (0.2, 40, 10),  # never sooner than ten minutes
        (0.2, 1200, 360),  # from above the default, to the default
        (0.5, 120, 120),  # as it should be
        (0.9, 120, 130),  # most is known: later
        (0.9, 1440, 1440),  # never later than a day
    ],
)
def test_the_interval_follows_the_share_of_known_entries(
    known: float, before: int, minutes: int
) -> None:
    new = after_poll(FEED, state(interval_seconds=before * 60.0), answer(known=known))
    assert new.interval_seconds == minutes * 60


def test_a_quiet_source_is_left_alone_for_longer_still() -> None:
    old = state(last_new_at=NOW - 40 * DAY)
    assert after_poll(FEED, old, answer("not_modified")).interval_seconds == 7200


def test_a_poll_off_its_time_changes_nothing() -> None:
    late = state(next_at=NOW - 30 * MINUTE)
    assert after_poll(FEED, late, answer(known=0.0)).interval_seconds == 3600
    early = state(next_at=NOW + 30 * MINUTE)
    assert after_poll(FEED, early, answer(known=1.0)).interval_seconds == 3600


def test_the_interval_waits_for_enough_polls() -> None:
    new = None
    for number in range(polling.ENOUGH_POLLS):
        new = after_poll(FEED, new, answer(known=0.0, polled_at=NOW + number * 6 * HOUR))
        assert new.interval_seconds == 6 * 3600
    assert new is not None
    new = after_poll(FEED, new, answer(known=0.0, polled_at=new.next_at))
    assert new.interval_seconds == 5 * 3600


def test_what_the_publisher_asks_for_is_the_least_and_what_the_user_says_holds() -> None:
    asked = answer(known=0.0, floor=2 * HOUR)
    assert after_poll(FEED, state(), asked).interval_seconds == 7200
    assert after_poll(Terms("feed", 5 * MINUTE), state(), asked).interval_seconds == 300
    a_week = answer(known=0.0, floor=7 * DAY)
    assert after_poll(FEED, state(), a_week).interval_seconds == 86400


@given(answers, st.floats(0, 40), st.floats(600, 86400))
def test_bounds_of_every_decision(given_answer: Answer, failures: float, interval: float) -> None:
    old = state(failures=failures, interval_seconds=interval)
    new = after_poll(FEED, old, given_answer)
    assert 600 <= new.interval_seconds <= 86400
    wait = new.next_at - NOW
    assert timedelta(seconds=new.interval_seconds) <= wait <= DAY + HOUR
    assert new.failures == 0 or new.failures > failures
    assert (new.state == "disabled") == (new.failures >= polling.DISABLE_AT)
    if given_answer.retry_after:
        assert wait >= min(given_answer.retry_after, DAY)
    assert after_poll(FEED, old, given_answer) == new


@given(st.lists(st.sampled_from(["failed", "unreachable", "rate_limited", "blocked"]), min_size=1))
def test_failures_back_off_in_a_line_and_an_answer_forgives(endings: list[str]) -> None:
    new = state()
    waits = []
    for ending in endings:
        new = after_poll(FEED, new, answer(ending, polled_at=new.next_at))
        wait = new.next_at - new.polled_at
        most = HOUR if ending == "rate_limited" else polling.SPREAD_MOST
        assert wait <= min(HOUR * max(1.0, new.failures), DAY) + most
        waits.append(wait)
    assert new.interval_seconds == 3600
    again = after_poll(FEED, new, answer(polled_at=new.next_at))
    assert (again.failures, again.state) == (0, "active")


def test_a_disabled_source_is_tried_once_a_day_and_comes_back() -> None:
    new, tried = state(), 0
    while new.state == "active":
        new = after_poll(FEED, new, answer("blocked", polled_at=new.next_at))
        tried += 1
    assert tried == 30
    assert DAY <= new.next_at - new.polled_at <= DAY + polling.SPREAD_MOST
    assert after_poll(FEED, new, answer()).state == "active"


@pytest.mark.parametrize(
    ("ending", "weight"),
    [
        ("failed", 0.5),
        ("unreachable", 0.5),
        ("gone", 0.5),
        ("rate_limited", 0.5),
        ("blocked", 1.0),
        ("not_a_feed", 1.0),
    ],
)
def test_what_a_failure_weighs(ending: str, weight: float) -> None:
    assert after_poll(FEED, state(), answer(ending)).failures == weight


def test_sources_drift_apart_but_always_in_the_same_way() -> None:
    names = [f"source {n}" for n in range(20)]
    first = [after_poll(Terms(name), None, answer()).next_at for name in names]
    assert len(set(first)) == 20
    assert first == [after_poll(Terms(name), None, answer()).next_at for name in names]


def test_every_k_polls_one_asks_without_condition() -> None:
    new = after_poll(FEED, None, answer(etag='"a"'))
    asked = []
    for number in range(1, 28):
        asked.append(any(polling.condition(new)))
        new = after_poll(FEED, new, answer("not_modified", polled_at=NOW + number * HOUR))
    assert [n for n, conditional in enumerate(asked) if not conditional] == [12, 25]
    assert new.etag == '"a"'


def test_a_failure_keeps_what_is_known_for_the_next_question() -> None:
    new = after_poll(FEED, state(since_refresh=3), answer("failed"))
    assert (new.etag, new.last_modified, new.body_digest) == ('"a"', "Sun", "d")
    assert (new.since_refresh, new.last_new_at) == (3, NOW - HOUR)


def test_a_whole_answer_without_validators_forgets_the_old_ones() -> None:
    new = after_poll(FEED, state(), answer(body_digest="e"))
    assert (new.etag, new.last_modified, new.body_digest) == (None, None, "e")


# ---------------------------------------------------------------- assertions

STRICT = Terms("feed", articles_a_day=3, newest_within=2 * DAY, failed_share=0.5)


def brought(**fields: object) -> Intake:
    made = Intake("feed", NOW - 30 * DAY, 5, NOW - HOUR, 10, 2)
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("intake", "words"),
    [
        (brought(), ""),
        (brought(articles_day=2), "2 articles in 24 hours, 3 are expected"),
        (brought(newest=NOW - 3 * DAY), "the newest article is 3 days old, 2 days are allowed"),
        (brought(newest=None), "the newest article has not come, 2 days are allowed"),
        (brought(failed_day=6), "6 of 10 captures in 24 hours gave no article, 50% are allowed"),
        (brought(read_day=4, failed_day=4), ""),
        (brought(since=NOW - HOUR, articles_day=0, newest=None, failed_day=10), ""),
        (brought(since=NOW - HOUR, newest=NOW - 90 * DAY), ""),
    ],
)
def test_assertions(intake: Intake, words: str) -> None:
    new = after_poll(STRICT, state(), answer(), intake)
    assert new.failing == words
    assert after_poll(FEED, state(), answer(), intake).failing == ""


def test_a_source_that_answers_no_longer_is_failing_without_any_assertion() -> None:
    old = state(failures=29.5, failing="")
    new = after_poll(FEED, old, answer("blocked", message="status 403"), brought())
    assert new.failing == "no answer to 30.5 polls (weighted): status 403"


def test_without_figures_what_was_found_stands() -> None:
    assert after_poll(STRICT, state(failing="x"), answer()).failing == "x"


# ---------------------------------------------------------------- looking again, holding back


def test_the_ladder() -> None:
    assert (
        (timedelta(hours=3), timedelta(minutes=15)),
        (timedelta(days=1), timedelta(hours=1)),
        (timedelta(days=7), timedelta(hours=3)),
        (timedelta(days=30), timedelta(days=3)),
        (timedelta(days=360), timedelta(days=30)),
    ) == LADDER


def test_pages_wait_while_too_many_are_unread() -> None:
    assert [polling.allowance(n, 100) for n in (0, 40, 100, 500)] == [100, 60, 0, 0]


def test_sources_whose_articles_are_left_alone() -> None:
    assert polling.unchecked([Terms("b", recheck=False), Terms("a", recheck=False), FEED]) == [
        "a", "b",
    ]  # fmt: skip
