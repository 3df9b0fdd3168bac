"""When a watch is told: quiet hours, digests, debounce; nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import alerting
from flows.watches import Digest, Quiet, Watch
from warehouse import Match, WatchState

PARIS, TOKYO = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Tokyo")
NOON = datetime(2024, 4, 10, 12, tzinfo=UTC)
NIGHT = Quiet(time(22), time(7))
MORNING = Digest("daily", time(7, 30))
ZONES = ("UTC", "Europe/Paris", "Asia/Tokyo", "Australia/Lord_Howe", "America/St_Johns")


def match(number: int, at: datetime = NOON, claim: int | None = None, severity: float = 0) -> Match:
    key = UUID(int=number)
    return Match(
        fact_id=key,
        earlier_fact_id=None,
        verdict="new",
        claim_id=None if claim is None else UUID(int=claim),
        severity=severity,
        detected_at=at,
        report_id=key,
        value_id=key,
        earlier_value_id=None,
    )


def state(alerted_at: datetime | None = None, **claims: datetime) -> WatchState:
    told = {UUID(int=int(name[1:])): at for name, at in claims.items()}
    return WatchState(NOON - timedelta(days=9), NOON, alerted_at, told)


def sent(watch: Watch, matches: Sequence[Match], now: datetime, before: WatchState) -> list[int]:
    decision = alerting.decide(watch, matches, before, now)
    assert {*decision.send} | {*decision.keep} == {*matches}
    assert len(decision.send) + len(decision.keep) == len(matches)
    return [one.fact_id.int for one in decision.send]


def local(zone: ZoneInfo, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("06:59:59", True),
     ("07:00", False), ("12:00", False)],
)  # fmt: skip
def test_quiet_hours_over_midnight(clock: str, quiet: bool) -> None:
    watch = Watch("w", timezone=TOKYO, quiet_hours=NIGHT)
    assert alerting.is_quiet(watch, local(TOKYO, f"2024-04-10T{clock}")) is quiet
    now = local(TOKYO, f"2024-04-10T{clock}").astimezone(UTC)
    assert sent(watch, [match(1)], now, state()) == ([] if quiet else [1])


def test_quiet_hours_within_a_day() -> None:
    watch = Watch("w", timezone=TOKYO, quiet_hours=Quiet(time(12), time(14)))
    hours = [h for h in range(24) if alerting.is_quiet(watch, local(TOKYO, f"2024-04-10T{h:02}"))]
    assert hours == [12, 13]
    assert not alerting.is_quiet(Watch("w"), NOON)


def test_quiet_hours_go_by_the_clocks_when_these_change() -> None:
    watch = Watch("w", timezone=PARIS, quiet_hours=NIGHT)
    # 31 March 2024: 02:00 becomes 03:00; 07:00 is 05:00 UTC, the day before it was 06:00 UTC
    for day, hour in ((30, 6), (31, 5)):
        end = datetime(2024, 3, day, hour, tzinfo=UTC)
        assert not alerting.is_quiet(watch, end)
        assert alerting.is_quiet(watch, end - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("digest", "zone", "now", "due"),
    [
        (MORNING, TOKYO, "2024-04-09T22:30+00:00", "2024-04-09T22:30+00:00"),
        (MORNING, TOKYO, "2024-04-09T22:29+00:00", "2024-04-08T22:30+00:00"),
        (MORNING, PARIS, "2024-03-30T12:00+00:00", "2024-03-30T06:30+00:00"),
        (MORNING, PARIS, "2024-03-31T12:00+00:00", "2024-03-31T05:30+00:00"),
        # 02:30 is left out on 31 March; it is due as late after midnight as on other days
        (Digest("daily", time(2, 30)), PARIS, "2024-03-31T12:00+00:00", "2024-03-31T01:30+00:00"),
        # 02:30 comes twice on 27 October, the first counts
        (Digest("daily", time(2, 30)), PARIS, "2024-10-27T12:00+00:00", "2024-10-27T00:30+00:00"),
        (Digest("hourly"), TOKYO, "2024-04-10T12:59:59+00:00", "2024-04-10T12:00+00:00"),
        (Digest("hourly"), ZoneInfo("Asia/Kolkata"), "2024-04-10T12:15+00:00",
         "2024-04-10T11:30+00:00"),
        (Digest("hourly"), PARIS, "2024-10-27T01:10+00:00", "2024-10-27T01:00+00:00"),
    ],
)  # fmt: skip
def test_digests_are_due_by_the_clocks_of_the_zone(
    digest: Digest, zone: ZoneInfo, now: str, due: str
) -> None:
    found = alerting.due(digest, zone, datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(due)


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.one_of(st.just(Digest("hourly")), st.times().map(lambda at: Digest("daily", at))),
    st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1)),
)
def test_a_digest_is_due_in_every_span(zone: str, digest: Digest, moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    due = alerting.due(digest, ZoneInfo(zone), now)
    span = timedelta(hours=2) if digest.often == "hourly" else timedelta(hours=26)
    assert timedelta() <= now - due < span
    assert alerting.due(digest, ZoneInfo(zone), due) == due


def test_a_digest_takes_what_was_detected_before_it_was_due() -> None:
    watch = Watch("w", timezone=TOKYO, digest=MORNING)
    due = local(TOKYO, "2024-04-10T07:30").astimezone(UTC)
    before, after = match(1, due - timedelta(minutes=1)), match(2, due)
    both = [before, after]
    assert sent(watch, both, due + timedelta(minutes=1), state()) == [1]
    # told already: what came too late for it waits for the next
    told = state(due + timedelta(minutes=1))
    assert sent(watch, both, due + timedelta(minutes=2), told) == []
    # after three days without power, once
    assert sent(watch, both, due + timedelta(days=3), told) == [1, 2]


def test_a_claim_is_told_once_in_the_span() -> None:
    watch = Watch("w", debounce=timedelta(hours=6))
    matches = [match(1, claim=1), match(2, claim=1), match(3, claim=2), match(4)]
    assert sent(watch, matches, NOON, state()) == [1, 2, 3, 4]
    told = state(NOON, c1=NOON)
    assert sent(watch, matches, NOON + timedelta(hours=5, minutes=59), told) == [3, 4]
    assert sent(watch, matches, NOON + timedelta(hours=6), told) == [1, 2, 3, 4]


def test_severity_is_that_of_the_gravest() -> None:
    assert alerting.severity([match(1, severity=0.2), match(2, severity=3), match(3)]) == 3
    assert alerting.severity([]) == 0


WATCHES = st.builds(
    Watch,
    st.just("w"),
    timezone=st.sampled_from(ZONES).map(ZoneInfo),
    quiet_hours=st.sampled_from([None, NIGHT, Quiet(time(1), time(3))]),
    debounce=st.sampled_from([timedelta(), timedelta(hours=5), timedelta(days=2)]),
    digest=st.sampled_from([None, MORNING, Digest("hourly"), Digest("daily", time(2, 30))]),
)
# about a change of clocks in Paris, St John's and on Lord Howe
START = datetime(2024, 3, 29, tzinfo=UTC)
MATCHES = st.lists(
    st.tuples(st.integers(0, 10_000), st.sampled_from([None, 1, 2])), max_size=12
).map(
    lambda drawn: [
        match(number, START + timedelta(minutes=minute), claim)
        for number, (minute, claim) in enumerate(drawn, 1)
    ]
)


@settings(deadline=None, max_examples=60)
@given(WATCHES, MATCHES)
def test_nothing_is_lost_doubled_early_or_too_often(watch: Watch, matches: list[Match]) -> None:
    told, waiting = alerting.rehearse(watch, matches, START + timedelta(days=20))
    assert not waiting
    assert sorted(one.fact_id for alert in told for one in alert.matches) == [
        one.fact_id for one in matches
    ]
    last: dict[UUID, datetime] = {}
    for alert in told:
        assert not alerting.is_quiet(watch, alert.at)
        for one in alert.matches:
            assert one.detected_at <= alert.at
            if one.claim_id in last:
                assert alert.at - last[one.claim_id] >= watch.debounce
        last |= {one.claim_id: alert.at for one in alert.matches if one.claim_id}
    if watch.digest:
        dues = [alerting.due(watch.digest, watch.timezone, alert.at) for alert in told]
        assert len(set(dues)) == len(dues)


@settings(deadline=None, max_examples=40)
@given(WATCHES, MATCHES, st.integers(0, 20_000))
def test_what_is_not_told_waits(watch: Watch, matches: list[Match], minutes: int) -> None:
    told, waiting = alerting.rehearse(watch, matches, START + timedelta(minutes=minutes))
    sent = [one for alert in told for one in alert.matches]
    assert len(sent) + len(waiting) == len(matches)
    assert {*sent} | {*waiting} == {*matches}
