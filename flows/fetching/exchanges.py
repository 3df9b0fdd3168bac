"""One HTTP request with its answer: bounded in size and time, cleaned of secrets, never raising."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import httpx

from flows.fetching.addresses import RefusedAddressError
from flows.fetching.records import Ending, Exchange
from flows.fetching.settings import Limits

_SECRET_HEADERS = frozenset(
    ("authorization", "cookie", "cookie2", "proxy-authenticate", "proxy-authorization",
     "set-cookie", "set-cookie2", "www-authenticate")
)  # fmt: skip
_MOST_RETRY_AFTER = 24 * 3600.0
_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)

_ENDINGS: dict[int, Ending] = {
    200: "fetched", 203: "fetched",
    304: "not_modified",
    401: "blocked", 402: "blocked", 403: "blocked", 451: "blocked",
    404: "gone", 410: "gone",
    429: "rate_limited",
}  # fmt: skip

MASK = "***"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an exchange gave no whole answer.

    Attributes:
        ending: how the retrieval ends for it, `message` in words.
        passing: it may be gone in a second.
        dead: the host could not be reached at all; `silent`: it was, and said nothing.
    """

    ending: Ending
    message: str
    passing: bool = False
    dead: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An exchange and what was wrong with it, if anything.

    Attributes:
        exchange: without credentials and cookies.
        fault: None where the answer came whole, whatever its status.
        location: of a redirect, absolute or not.
    """

    exchange: Exchange
    fault: Fault | None = None
    location: str | None = None

    def header(self, name: str) -> str | None:
        """First value of a header of the answer."""
        return next((v for k, v in self.exchange.headers if k.lower() == name), None)


class Clean(Protocol):
    """Takes secrets out of a text."""

    def __call__(self, text: str) -> str:
        """The text, safe to record."""


def cleaner(secrets: tuple[str, ...]) -> Clean:
    """A function that takes credentials out of addresses, and the given secrets out of all."""
    known = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def clean(text: str) -> str:
        text = _USERINFO.sub("", text)
        for secret in known:
            text = text.replace(secret, MASK)
        return text

    return clean


async def exchange(
    transport: httpx.AsyncBaseTransport,
    url: str,
    headers: dict[str, str],
    limits: Limits,
    clean: Clean,
    *,
    cut_at: int | None = None,
) -> Answered:
    """Ask for an address once.

    Args:
        transport: carries it.
        url: absolute; credentials in it are sent, never recorded.
        headers: of the request.
        limits: size and time.
        clean: what is recorded goes through it.
        cut_at: read so many bytes of the body and take them for all of it.
    """
    started = datetime.now(UTC)
    try:
        request = _request(url, headers, limits)
    except (httpx.InvalidURL, ValueError, UnicodeError) as problem:
        message = clean(f"{url} is no address ({problem}); correct it at its source")
        return Answered(Exchange(clean(url), started, ()), Fault("refused", message))
    shown = clean(str(request.url.copy_with(userinfo=b"")))
    sent = _recorded(request.headers, clean)
    body = bytearray()
    response: httpx.Response | None = None
    fault: Fault | None = None
    truncated = ""
    try:
        async with asyncio.timeout(limits.total_seconds):
            response = await transport.handle_async_request(request)
            try:
                most = limits.wire_bytes if cut_at is None else cut_at
                announced = response.headers.get("content-length", "")
                if cut_at is None and announced.isdigit() and int(announced[:18]) > most:
                    truncated = "length"
                else:
                    async for piece in response.aiter_raw():
                        body += piece[: most - len(body) + 1]
                        if len(body) > most:
                            truncated = "length"
                            del body[most:]
                            break
            finally:
                await response.aclose()
    except Exception as problem:
        fault = _fault(problem, shown, response, limits, len(body), clean)
        truncated = "time" if isinstance(problem, _TIMEOUTS) else "disconnect"
    if response is None:
        return Answered(Exchange(shown, started, sent), fault)
    if fault is None and truncated and cut_at is None:
        fault = Fault(
            "too_large",
            f"{shown} is larger than {limits.wire_bytes} bytes; raise the limit if it is wanted",
        )
    return Answered(
        Exchange(
            url=shown,
            started_at=started,
            request_headers=sent,
            status=response.status_code,
            reason=clean(response.reason_phrase),
            headers=_recorded(response.headers, clean),
            body=bytes(body),
            truncated=truncated,
        ),
        fault,
        response.headers.get("location"),
    )


_TIMEOUTS = (TimeoutError, httpx.TimeoutException)


def _request(url: str, headers: dict[str, str], limits: Limits) -> httpx.Request:
    address = httpx.URL(url)
    if address.userinfo:
        pair = f"{address.username}:{address.password}".encode()
        headers = headers | {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    times = {
        "connect": limits.connect_seconds,
        "read": limits.read_seconds,
        "write": limits.read_seconds,
        "pool": limits.total_seconds,
    }
    return httpx.Request("GET", address, headers=headers, extensions={"timeout": times})


def _fault(
    problem: Exception,
    url: str,
    response: httpx.Response | None,
    limits: Limits,
    size: int,
    clean: Clean,
) -> Fault:
    """What went wrong, in words."""
    words = clean(str(problem)) or type(problem).__name__
    match problem:
        case RefusedAddressError():
            return Fault("refused", words)
        case httpx.UnsupportedProtocol():
            return Fault("refused", f"{url}: {words}; only http and https are fetched")
        case httpx.ConnectTimeout():
            message = f"{url}: no connection within {limits.connect_seconds:g} s"
            return Fault("unreachable", message, dead=True)
        case httpx.PoolTimeout():
            return Fault("unreachable", f"{url}: no free connection; lower `connections`")
        case httpx.TimeoutException() if response is None:
            message = f"{url}: no answer within {limits.read_seconds:g} s"
            return Fault("unreachable", message, silent=True)
        case httpx.TimeoutException():
            message = f"{url} fell silent for {limits.read_seconds:g} s after {size} bytes"
            return Fault("failed", f"{message}; it is tried again later")
        case TimeoutError():
            message = f"{url} did not end within {limits.total_seconds:g} s ({size} bytes came)"
            if response is None:
                return Fault("unreachable", message, silent=True)
            return Fault("failed", f"{message}; it is tried again later")
        case httpx.ConnectError():
            again = "temporary failure" in words.lower() or "try again" in words.lower()
            message = f"{url}: no connection ({words})"
            return Fault("unreachable", message, passing=again, dead=True)
        case httpx.ProxyError():
            message = f"{url}: the proxy refused ({words}); see to `proxy` in the settings"
            return Fault("unreachable", message)
        case httpx.HTTPError() | OSError() if response is None:
            message = f"{url}: the connection broke before an answer ({words})"
            return Fault("unreachable", message, passing=True, silent=True)
        case httpx.HTTPError() | OSError():
            message = f"{url} broke off after {size} bytes ({words}); it is tried again later"
            return Fault("failed", message, passing=True)
        case httpx.InvalidURL() | ValueError():
            return Fault("failed", f"{url}: {words}; what it answers cannot be read")
    return Fault("failed", f"{url}: our own failure ({type(problem).__name__}: {words}); report it")


def ending_of(status: int | None) -> Ending:
    """How a retrieval whose whole answer has this status ends."""
    return _ENDINGS.get(status or 0, "failed")


def media_type(content_type: str | None) -> tuple[str, str]:
    """Media type in lower case and charset of a Content-Type, each "" where not stated."""
    if not content_type:
        return "", ""
    kind = content_type.split(";")[0].split(",")[0].strip().lower()
    found = _CHARSET.search(content_type[:500])
    return (kind if "/" in kind else ""), (found[1] if found else "")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, at most a day; None where it says nothing readable.

    Args:
        value: seconds or a date (RFC 9110, section 10.2.3).
        now: zone-aware.
    """
    if value is None or len(value) > 100:
        return None
    value = value.strip()
    try:
        if re.fullmatch(r"[0-9]+(\.[0-9]*)?", value, re.ASCII):
            seconds = float(value)
        else:
            then = parsedate_to_datetime(value)
            then = then if then.tzinfo else then.replace(tzinfo=UTC)
            seconds = (then - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(seconds, 0.0), _MOST_RETRY_AFTER)


def _recorded(headers: httpx.Headers, clean: Clean) -> tuple[tuple[str, str], ...]:
    """Headers as sent, except those that carry credentials."""
    return tuple(
        (key.decode("latin-1"), clean(value.decode("latin-1")))
        for key, value in headers.raw
        if key.decode("latin-1").lower() not in _SECRET_HEADERS
    )
