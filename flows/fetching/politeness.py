"""Whose turn it is: delays and parallel requests per host, and hosts that are left alone.

Own code rather than a leaky bucket: a host's next start depends on what it asks for while others
wait, and a bucket would let a burst through.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from flows.fetching.settings import Manners

_MOST_IDLE = 10_000
_SILENT_TIMES = 2


class StayAwayError(Exception):
    """A host asked us to stay away for longer than we have patience; `seconds` are left."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(
            f"{host} asked us to stay away for another {seconds:.0f} s; ask again after that"
        )
        self.seconds = seconds


@dataclass(slots=True)
class _Host:
    """What is known of one host; times are of the clock.

    `gate` lets its requests start one after the other, in the order they came. Between two starts
    lies the longer of the delays that the two were to keep: the first page after robots.txt keeps
    the delay that this asks for.
    """

    slots: asyncio.Semaphore
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    last_start: float = float("-inf")
    last_delay: float = 0.0
    away_until: float = 0.0
    dead_until: float = 0.0
    why_dead: str = ""
    silent: int = 0

    def next_start(self, delay: float) -> float:
        """When a request may start that is to keep a delay."""
        return max(self.away_until, self.last_start + max(self.last_delay, delay))


class Politeness:
    """Gives out turns: first come, first served at each host, and hosts by turns over all.

    A host never waits for a place among all connections while it has to wait for itself, so that
    thousands of requests to one slow host keep none from another.

    Args:
        connections: turns at the same time, over all hosts.
        clock: seconds, never going back.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        connections: int,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._places = asyncio.Semaphore(connections)
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._others_until = float("-inf")

    @asynccontextmanager
    async def turn(self, name: str, manners: Manners, delay: float = 0.0) -> AsyncIterator[None]:
        """Wait for a turn at a host and hold it.

        Args:
            name: of the host.
            manners: delay, parallel requests, patience; the first call settles `parallel`.
            delay: seconds that the host asks for between starts (crawl-delay).

        Raises:
            StayAwayError: the host asked us to stay away for longer than our patience.
        """
        host = self._host(name, manners)
        host.users += 1
        try:
            async with host.slots:
                async with host.gate:
                    await self._start(name, host, manners, max(delay, manners.delay_seconds))
                try:
                    yield
                finally:
                    self._places.release()
        finally:
            host.users -= 1

    def keep_delays(self) -> None:
        """Start nothing before its delay is over from now on: another process may just have."""
        self._others_until = self._clock()
        for host in self._hosts.values():
            host.last_start = max(host.last_start, self._others_until)

    def stay_away(self, name: str, manners: Manners, seconds: float) -> None:
        """Start nothing at a host for so many seconds."""
        host = self._host(name, manners)
        host.away_until = max(host.away_until, self._clock() + seconds)

    def answered(self, name: str, manners: Manners) -> None:
        """Note that a host is alive."""
        host = self._host(name, manners)
        host.silent = 0
        host.dead_until = 0.0

    def unreachable(self, name: str, manners: Manners, why: str, *, silent: bool = False) -> None:
        """Leave a host alone for a while.

        Args:
            name: of the host.
            manners: for how long.
            why: in words.
            silent: it took the connection but gave no answer; only the second time in a row
                counts, since a single page may be slow.
        """
        host = self._host(name, manners)
        host.silent += 1
        if not silent or host.silent >= _SILENT_TIMES:
            host.dead_until = self._clock() + manners.dead_seconds
            host.why_dead = why

    def why_dead(self, name: str) -> str | None:
        """Why a host is left alone for now, in words, or None."""
        host = self._hosts.get(name)
        if host is None or host.dead_until <= self._clock():
            return None
        return f"{host.why_dead}; left alone for another {host.dead_until - self._clock():.0f} s"

    async def _start(self, name: str, host: _Host, manners: Manners, delay: float) -> None:
        """Return with one of all places taken, at a time when the host may be asked."""
        while True:
            now = self._clock()
            away = host.away_until - now
            if away > manners.patience_seconds:
                raise StayAwayError(name, away)
            wait = host.next_start(delay) - now
            if wait > 0:
                await self._sleep(wait)
                continue
            await self._places.acquire()
            now = self._clock()
            if host.next_start(delay) <= now:
                host.last_start, host.last_delay = now, delay
                return
            self._places.release()

    def _host(self, name: str, manners: Manners) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= _MOST_IDLE:
                self._forget()
            host = self._hosts[name] = _Host(asyncio.Semaphore(max(1, manners.parallel)))
            host.last_start = self._others_until
        return host

    def _forget(self) -> None:
        """Drop the hosts of which nothing need be remembered."""
        now = self._clock()
        self._hosts = {
            name: host
            for name, host in self._hosts.items()
            if host.users or max(host.next_start(0.0), host.dead_until) > now
        }
