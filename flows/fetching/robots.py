"""robots.txt by RFC 9309: who may fetch what, and how far apart."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from flows.fetching.settings import NAME

if TYPE_CHECKING:
    from flows.fetching.robots_file import RobotsFile

SIZE_LIMIT = 500 << 10
"""Bytes of a robots.txt that are read (RFC 9309, section 2.5)."""

KEEP_SECONDS = 24 * 3600.0
"""How long an answer holds (RFC 9309, section 2.4)."""

_KEEP_FAILURE_SECONDS = 600.0
_MOST_DELAY = 120.0
_MOST_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking for a robots.txt gave: status and body, or in words why there is neither."""

    status: int | None
    body: bytes
    message: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether an address may be fetched.

    Attributes:
        allowed: it may.
        delay: seconds that the host asks for between two starts, 0 where it does not.
        message: why it may not, in words.
        reachable: False where robots.txt could not be had because its host does not answer.
    """

    allowed: bool
    delay: float = 0.0
    message: str = ""
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class _Rules:
    until: float
    rules: Protego | None
    delay: float
    refusal: str
    reachable: bool


Ask = Callable[[str], Awaitable[Answer]]
"""Fetches the robots.txt at an address."""


class Robots:
    """The rules of every host, asked for once a day.

    Args:
        clock: seconds, never going back.
        file: what earlier processes were told, and where to note what this one is.
    """

    def __init__(self, clock: Callable[[], float], file: RobotsFile | None = None) -> None:
        self._clock = clock
        self._file = file
        self._known: OrderedDict[str, _Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}
        self._noted = file.read() if file else {}

    async def rule(self, url: str, ask: Ask) -> Ruling:
        """Whether we may fetch an address.

        Args:
            url: absolute, without credentials.
            ask: fetches a robots.txt that is not known or too old; of several callers at the
                same time, one does.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = self._fresh(origin)
        if rules is None:
            lock = self._asking.setdefault(origin, asyncio.Lock())
            try:
                async with lock:
                    rules = self._fresh(origin)
                    if rules is None:
                        answer = await ask(f"{origin}/robots.txt")
                        rules = self._keep(origin, answer)
                        if self._file:
                            self._file.add(origin, answer)
            finally:
                if not lock.locked():
                    self._asking.pop(origin, None)
        if rules.refusal:
            return Ruling(False, message=rules.refusal, reachable=rules.reachable)
        if rules.rules is None or rules.rules.can_fetch(url, NAME):
            return Ruling(True, rules.delay)
        return Ruling(
            False,
            rules.delay,
            f"{origin}/robots.txt asks {NAME} to stay away from this address; "
            "take it out of the source, or ask the publisher",
        )

    def _fresh(self, origin: str) -> _Rules | None:
        rules = self._known.get(origin)
        if rules is None and origin in self._noted:
            noted = self._noted.pop(origin)
            rules = self._keep(origin, noted.answer, noted.age)
        return rules if rules is not None and rules.until > self._clock() else None

    def _keep(self, origin: str, answer: Answer, age: float = 0.0) -> _Rules:
        """Rules by an answer that was given so many seconds ago."""
        now = self._clock() - age
        status = answer.status
        if status is not None and 200 <= status < 300:
            rules = _parsed(answer.body)
            kept = _Rules(now + KEEP_SECONDS, rules, _delay(rules), "", True)
        elif status is not None and 400 <= status < 500 and status != 429:
            kept = _Rules(now + KEEP_SECONDS, None, 0.0, "", True)
        else:
            said = answer.message or f"it answers {status}"
            refusal = (
                f"{origin}/robots.txt cannot be had ({said}), which counts as a refusal "
                "for now (RFC 9309); it is asked for again after 10 minutes"
            )
            kept = _Rules(now + _KEEP_FAILURE_SECONDS, None, 0.0, refusal, status is not None)
        self._known[origin] = kept
        self._known.move_to_end(origin)
        while len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        return kept


def _parsed(body: bytes) -> Protego | None:
    """The rules; None where the parser cannot make anything of them, which allows all."""
    text = body[:SIZE_LIMIT].decode("utf-8", "replace")
    try:
        return Protego.parse(text)
    except (ValueError, RecursionError):
        return None


def _delay(rules: Protego | None) -> float:
    """Seconds between starts that the rules ask of us, at most two minutes."""
    if rules is None:
        return 0.0
    delay = rules.crawl_delay(NAME) or 0.0
    rate = rules.request_rate(NAME)
    if rate is not None and rate.requests > 0:
        delay = max(delay, rate.seconds / rate.requests)
    return min(max(delay, 0.0), _MOST_DELAY) if delay == delay else 0.0
