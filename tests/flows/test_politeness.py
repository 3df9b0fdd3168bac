"""Turns at hosts, on a clock that only moves while someone waits."""

from __future__ import annotations

import asyncio

import pytest

from flows.fetching.politeness import Politeness, StayAwayError
from flows.fetching.settings import Manners

SECOND = Manners(delay_seconds=1.0)


class Slow:
    """A clock, and what waits for it."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


def starts(politeness: Politeness, clock: Slow, *delays: float) -> list[float]:
    """When requests to one host start that are to keep these delays, one after the other."""

    async def all_of_them() -> list[float]:
        out = []
        for delay in delays:
            async with politeness.turn("a.example", SECOND, delay):
                out.append(clock.at)
        return out

    return asyncio.run(all_of_them())


def test_between_two_starts_lies_the_longer_of_their_delays() -> None:
    clock = Slow()
    politeness = Politeness(8, clock, clock.sleep)
    # robots.txt, two pages with its crawl-delay, a page of a source that does not obey it
    assert starts(politeness, clock, 0.0, 4.0, 4.0, 0.0, 0.0) == [100, 104, 108, 112, 113]


@pytest.mark.parametrize("delay", [0.0, 4.0])
@pytest.mark.parametrize("known", [False, True])
def test_where_another_process_may_have_asked_its_delay_is_kept(delay: float, known: bool) -> None:
    clock = Slow()
    politeness = Politeness(8, clock, clock.sleep)
    if known:
        starts(politeness, clock, 0.0)
        clock.at = 200.0
    begun = clock.at
    politeness.keep_delays()
    assert starts(politeness, clock, delay) == [begun + max(delay, 1.0)]


def test_a_host_that_asks_for_more_time_than_we_have_is_left_alone() -> None:
    clock = Slow()
    politeness = Politeness(8, clock, clock.sleep)
    politeness.stay_away("a.example", SECOND, 60.0)
    assert starts(politeness, clock, 0.0) == [160]
    politeness.stay_away("a.example", SECOND, 600.0)
    with pytest.raises(StayAwayError, match="600 s"):
        starts(politeness, clock, 0.0)
