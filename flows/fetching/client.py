"""From a request to a retrieval, politely and within bounds; whatever a server does."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from urllib.parse import urldefrag

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_result, stop_after_attempt, wait_fixed

from flows.fetching.addresses import Guard, RefusedAddressError, Resolve
from flows.fetching.decoding import ACCEPTED, BrokenBodyError, LargeBodyError, decompress
from flows.fetching.exchanges import (
    Answered,
    cleaner,
    ending_of,
    exchange,
    media_type,
    retry_after,
)
from flows.fetching.politeness import Politeness, StayAwayError
from flows.fetching.records import Ending, Exchange, Request, Retrieval
from flows.fetching.robots import SIZE_LIMIT, Answer, Robots, Ruling
from flows.fetching.robots_file import RobotsFile
from flows.fetching.settings import Limits, Manners, Settings
from flows.fetching.transport import GuardedTransport

_ACCEPT = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,"
    "application/feed+json;q=0.9,application/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"
)
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PASSING = frozenset((502, 503, 504))
_AFTER_429 = 30.0
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")  # what a name or an address can be made of
_ROBOTS_REDIRECTS = 5
_REMEDIES: dict[Ending, str] = {
    "blocked": "the site does not let us read it; ask the publisher, or leave it out",
    "gone": "nothing is there any more",
    "rate_limited": "we were too fast; give its source a longer delay",
    "failed": "it is tried again later",
}


class _EndError(Exception):
    """The retrieval ends here, and how."""

    def __init__(self, ending: Ending, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.ending: Ending = ending
        self.retry_after = retry_after


@dataclass(slots=True)
class _Journey:
    """One retrieval on its way: where it stands and every exchange so far.

    Attributes:
        answer: the last answer to the request itself; robots.txt and redirects are none.
        seconds: spent in exchanges, without the waiting for turns.
    """

    url: str
    manners: Manners
    exchanges: list[Exchange] = field(default_factory=list)
    answer: Answered | None = None
    seconds: float = 0.0


class Fetcher:
    """Retrieves addresses; one for all sources of a process, since politeness is shared.

    Use it as an async context manager, within one event loop.

    Args:
        settings: who we are, allowed hosts, proxy, secrets.
        limits: size, time, redirects, connections.
        manners: of a request that brings none of its own.
        politeness: turns at hosts, where several fetchers share them.
        clock: seconds, never going back.
        sleep: waits for so many seconds.
        resolve: looks names up; by default the system does.
        robots: what hosts' robots.txt said to earlier processes; asked for anew by default.
    """

    def __init__(
        self,
        settings: Settings,
        limits: Limits | None = None,
        manners: Manners | None = None,
        *,
        politeness: Politeness | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        resolve: Resolve | None = None,
        robots: RobotsFile | None = None,
    ) -> None:
        self._settings = settings
        self._limits = limits or Limits()
        self._manners = manners or Manners()
        self._clock = clock
        self._sleep = sleep
        self._clean = cleaner(settings.secrets)
        self._guard = Guard(settings.allow_private_hosts, resolve)
        self._politeness = politeness or Politeness(self._limits.connections, clock, sleep)
        self._robots = Robots(clock, robots)
        self._transport = GuardedTransport(settings, self._limits, self._guard)
        self._last = datetime.min.replace(tzinfo=UTC)

    async def __aenter__(self) -> Fetcher:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self._transport.__aexit__(exc_type, exc_value, traceback)
        self._guard.close()

    async def fetch(self, request: Request, manners: Manners | None = None) -> Retrieval:
        """Retrieve one address, redirects followed.

        Waits for its turn at each host. Nothing that a server, a network or a feed's address can
        do raises; the ending and the message tell it.

        Args:
            request: what, for whom, and on which condition.
            manners: of its source; by default the fetcher's.

        Returns:
            The retrieval; its addresses, headers and messages hold no credentials and none of
            the configured secrets.
        """
        journey = _Journey(urldefrag(request.url).url, manners or self._manners)
        retry: float | None = None
        ending: Ending
        try:
            body = await self._travel(request, journey)
            ending, message = "fetched", ""
        except _EndError as end:
            body, ending, message, retry = b"", end.ending, str(end), end.retry_after
        except StayAwayError as stay:
            body, ending, message, retry = b"", "rate_limited", str(stay), stay.seconds
        return self._retrieval(request, journey, ending, message, body, retry)

    async def _travel(self, request: Request, journey: _Journey) -> bytes:
        """Follow the redirects to the last answer and return its body, or raise its end."""
        trail = [journey.url]
        while True:
            journey.answer = None
            delay = await self._admit(journey)
            answered = await self._ask(journey, delay, self._conditions(request))
            if answered.exchange.status in _REDIRECTS and answered.location:
                self._follow(journey, answered.location, trail)
                continue
            journey.answer = answered
            return self._judge(request, answered)

    async def _admit(self, journey: _Journey) -> float:
        """Let the next address pass: scheme, addresses of its host, robots.txt.

        Returns:
            Seconds that its host asks for between starts.
        """
        url = _parsed(journey.url)
        if (
            url is None
            or url.scheme not in ("http", "https")
            or not url.host
            or not _HOST.fullmatch(url.raw_host)
        ):
            shown = self._clean(journey.url[:200])
            raise _EndError("refused", f"{shown} is no http or https address")
        why = self._politeness.why_dead(url.host)
        if why is not None:
            raise _EndError("unreachable", why)
        if self._settings.proxy is not None:
            await self._check_target(url)
        if not journey.manners.obey_robots:
            return 0.0
        ruling = await self._ruling(journey)
        if not ruling.allowed:
            raise _EndError("robots" if ruling.reachable else "unreachable", ruling.message)
        return ruling.delay if journey.manners.obey_crawl_delay else 0.0

    async def _check_target(self, url: httpx.URL) -> None:
        """What a connection checks of its own, for targets that only the proxy connects to."""
        try:
            await self._guard.addresses(url.host, url.port or 443)
        except RefusedAddressError as refused:
            raise _EndError("refused", self._clean(str(refused))) from None
        except OSError:
            return  # the proxy may know the name

    async def _ruling(self, journey: _Journey) -> Ruling:
        async def ask(address: str) -> Answer:
            return await self._fetch_robots(address, journey)

        # Without credentials: they are no business of robots.txt.
        return await self._robots.rule(str(httpx.URL(journey.url).copy_with(userinfo=b"")), ask)

    async def _fetch_robots(self, address: str, journey: _Journey) -> Answer:
        """robots.txt at an address, over up to five redirects (RFC 9309, section 2.3.1.2)."""
        own = _Journey(address, replace(journey.manners, obey_robots=False))
        own.exchanges = journey.exchanges
        trail = [address]
        try:
            while True:
                await self._admit(own)
                answered = await self._ask(own, 0.0, {}, cut_at=SIZE_LIMIT)
                if answered.exchange.status in _REDIRECTS and answered.location:
                    self._follow(own, answered.location, trail, _ROBOTS_REDIRECTS)
                    continue
                break
        except _EndError as end:
            # Redirects without end count as "no robots.txt", like an answer of 404.
            return Answer(404 if end.ending == "failed" else None, b"", str(end))
        finally:
            journey.seconds += own.seconds
        if answered.fault is not None and answered.exchange.status is None:
            if answered.fault.ending == "refused":
                raise _EndError("refused", answered.fault.message)
            return Answer(None, b"", answered.fault.message)
        if answered.fault is not None:
            return Answer(503, b"", answered.fault.message)
        return Answer(answered.exchange.status, self._robots_text(answered))

    def _robots_text(self, answered: Answered) -> bytes:
        body = answered.exchange.body
        coding = answered.header("content-encoding") or ""
        try:
            return decompress(body, coding, 8 * SIZE_LIMIT, self._limits.ratio)
        except (BrokenBodyError, LargeBodyError):
            return body

    async def _ask(
        self,
        journey: _Journey,
        delay: float,
        conditions: dict[str, str],
        cut_at: int | None = None,
    ) -> Answered:
        """One exchange in its turn, and a second one after a passing fault."""
        host = httpx.URL(journey.url).host
        manners = journey.manners
        headers = {
            "User-Agent": self._settings.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": ACCEPTED,
            **conditions,
        }

        async def attempt() -> Answered:
            async with self._politeness.turn(host, manners, delay):
                begun = self._clock()
                answered = await exchange(
                    self._transport, journey.url, headers, self._limits, self._clean, cut_at=cut_at
                )
                journey.seconds += self._clock() - begun
                journey.exchanges.append(answered.exchange)
                self._note(host, manners, answered)
                return answered

        def last(state: RetryCallState) -> Answered:
            assert state.outcome is not None
            answered: Answered = state.outcome.result()
            return answered

        answered: Answered = await AsyncRetrying(
            sleep=self._sleep,
            stop=stop_after_attempt(2),
            wait=wait_fixed(manners.retry_seconds),
            retry=retry_if_result(_is_passing),
            retry_error_callback=last,
        )(attempt)
        fault = answered.fault
        if fault is not None and (fault.dead or fault.silent):
            self._politeness.unreachable(host, manners, fault.message, silent=fault.silent)
        return answered

    def _note(self, host: str, manners: Manners, answered: Answered) -> None:
        """Draw from an answer when the host may be asked again."""
        status = answered.exchange.status
        if status is None:
            return
        self._politeness.answered(host, manners)
        asked = _asked_to_wait(answered)
        if status == 429:
            self._politeness.stay_away(host, manners, max(asked or 0.0, _AFTER_429))
        elif asked:
            self._politeness.stay_away(host, manners, asked)

    def _follow(
        self, journey: _Journey, location: str, trail: list[str], most: int | None = None
    ) -> None:
        """Set the journey on to where a redirect points."""
        most = self._limits.redirects if most is None else most
        shown = self._clean(location[:200])
        try:
            url = str(httpx.URL(journey.url).copy_with(userinfo=b"").join(location))
        except (httpx.InvalidURL, ValueError, UnicodeError):
            raise _EndError("failed", f"it redirects to {shown!r}, which is no address") from None
        url = urldefrag(url).url
        if url in trail:
            loop = " -> ".join(map(self._clean, [*trail[trail.index(url) :], url]))
            raise _EndError(
                "failed",
                f"its redirects run in a circle: {loop[:1000]} "
                "(it may want cookies, which are not kept)",
            )
        trail.append(url)
        if len(trail) > most + 1:
            raise _EndError("failed", f"more than {most} redirects, the last to {shown}")
        journey.url = url

    def _judge(self, request: Request, answered: Answered) -> bytes:
        """The body of a whole answer; anything else raises its end."""
        fault, status = answered.fault, answered.exchange.status
        if fault is not None:
            raise _EndError(fault.ending, fault.message, _asked_to_wait(answered))
        shown = answered.exchange.url
        if status == 304 and (request.etag or request.last_modified):
            raise _EndError("not_modified", f"{shown} has not changed since it was last fetched")
        if ending_of(status) != "fetched":
            ending = "failed" if status == 304 else ending_of(status)
            reason = f" {answered.exchange.reason}".rstrip()
            message = f"{shown} answers {status}{reason[:100]}; {_REMEDIES[ending]}"
            raise _EndError(ending, message, _asked_to_wait(answered))
        try:
            body = decompress(
                answered.exchange.body,
                answered.header("content-encoding") or "",
                self._limits.body_bytes,
                self._limits.ratio,
            )
        except BrokenBodyError as problem:
            raise _EndError("failed", f"{shown}: {problem}; it is tried again later") from None
        except LargeBodyError as problem:
            raise _EndError("too_large", f"{shown}: {problem}; raise the limit if wanted") from None
        if not body:
            raise _EndError("failed", f"{shown} answers {status} with nothing in it")
        return body

    def _retrieval(
        self,
        request: Request,
        journey: _Journey,
        ending: Ending,
        message: str,
        body: bytes,
        retry: float | None,
    ) -> Retrieval:
        answer = journey.answer
        digest = hashlib.sha256(body).hexdigest() if body else ""
        if ending == "fetched" and digest == request.body_digest:
            ending = "not_modified"
            message = "the same bytes as when it was last fetched"
        status = None if answer is None else answer.exchange.status
        kind, charset, etag, modified = "", "", None, None
        if answer is not None and status is not None:
            kind, charset = media_type(answer.header("content-type"))
            etag, modified = answer.header("etag"), answer.header("last-modified")
        if status == 304:  # RFC 9110, section 15.4.5: what it does not repeat still holds
            etag, modified = etag or request.etag, modified or request.last_modified
        return Retrieval(
            request=replace(
                request,
                url=self._clean(request.url),
                found_in=request.found_in and self._clean(request.found_in),
            ),
            ending=ending,
            message=self._clean(message),
            fetched_at=self._moment(None if answer is None else answer.exchange.started_at),
            seconds=journey.seconds,
            url=self._clean(journey.url) if answer is None else answer.exchange.url,
            status=status,
            media_type=kind,
            charset=charset,
            body=body,
            body_digest=digest,
            etag=etag,
            last_modified=modified,
            retry_after=retry,
            exchanges=tuple(journey.exchanges),
        )

    def _moment(self, moment: datetime | None) -> datetime:
        """A time that no other retrieval of this fetcher bears, so that it tells them apart."""
        if moment is None:
            moment = datetime.now(UTC)
            if moment <= self._last:
                moment = self._last + timedelta(microseconds=1)
            self._last = moment
        return moment

    @staticmethod
    def _conditions(request: Request) -> dict[str, str]:
        conditions = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        return {
            name: value
            for name, value in conditions.items()
            if value and value.isascii() and value.isprintable()
        }


def _parsed(url: str) -> httpx.URL | None:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError, TypeError):
        return None


def _is_passing(answered: Answered) -> bool:
    """Whether the same request may well succeed in a second."""
    if answered.fault is not None:
        return answered.fault.passing
    return answered.exchange.status in _PASSING and not answered.header("retry-after")


def _asked_to_wait(answered: Answered) -> float | None:
    """Seconds of the Retry-After of an answer that is no success."""
    if (answered.exchange.status or 0) not in (429, *range(500, 600)):
        return None
    return retry_after(answered.header("retry-after"), datetime.now(UTC))
