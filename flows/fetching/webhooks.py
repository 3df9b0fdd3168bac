"""Sending by HTTP: one POST, no redirects, an answer's status only."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from flows.fetching.exchanges import retry_after
from flows.fetching.settings import NAME


class Unanswered(Exception):
    """There was no answer; the message says why, without the address, which may be secret."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: of HTTP.
        retry_after: seconds that the server asks to wait, 0 where it does not.
    """

    status: int
    retry_after: float


@contextmanager
def hushed(*loggers: str) -> Iterator[None]:
    """Keep libraries from logging the addresses that they ask, in which there may be tokens.

    Args:
        loggers: their names.
    """
    levels = {logging.getLogger(name): logging.getLogger(name).level for name in loggers}
    for logger in levels:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    """Post a body.

    Args:
        url: an address that the user has set up.
        body: what is sent.
        headers: beside those of every request.
        timeout: seconds for each of connecting, sending and waiting for the answer.

    Raises:
        Unanswered: no answer came, or the address is none.
    """
    try:
        with (
            hushed("httpx"),
            httpx.Client(timeout=timeout, follow_redirects=False) as client,
            client.stream(
                "POST", url, content=body, headers={"User-Agent": NAME, **headers}
            ) as response,
        ):
            wait = retry_after(response.headers.get("retry-after"), datetime.now(UTC))
            return Answer(response.status_code, wait or 0.0)
    except httpx.TimeoutException:
        raise Unanswered(f"no answer within {timeout:g} s") from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise Unanswered("the address is none; write a whole one, with https://") from None
    except (httpx.HTTPError, UnicodeError) as problem:
        raise Unanswered(f"no connection, or it broke off ({type(problem).__name__})") from None
