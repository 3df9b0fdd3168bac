"""httpx over an httpcore pool whose connections go to checked addresses only."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType

import httpcore
import httpx
from httpcore import SOCKET_OPTION

from flows.fetching.addresses import Guard
from flows.fetching.settings import Limits, Settings

_MOST_ADDRESSES = 4
"""Addresses of one host that are tried, each for its part of the time."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that the guard has checked, and looks nothing up again.

    TLS still names the host, since it is the connection above that starts it.
    """

    def __init__(self, guard: Guard, inner: httpcore.AsyncNetworkBackend | None = None) -> None:
        self._guard = guard
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers."""
        end = None if timeout is None else time.monotonic() + timeout
        try:
            addresses = (await self._guard.addresses(host, port))[:_MOST_ADDRESSES]
        except OSError as problem:
            raise httpcore.ConnectError(f"{host} has no address ({_words(problem)})") from problem
        for left in range(len(addresses), 0, -1):
            share = None if end is None else max(0.1, end - time.monotonic()) / left
            try:
                return await self._inner.connect_tcp(
                    addresses[-left], port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
        raise httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Sockets of this machine are private by nature."""
        raise httpcore.UnsupportedProtocol(f"{path}: sockets of this machine are not fetched from")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._inner.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Carries httpx requests over a pool of guarded connections.

    It is used as it is, without a client of httpx around it: that would keep cookies, and would
    make a redirect whose Location it cannot read into an error.

    Args:
        settings: the proxy, and certificates to trust.
        limits: connections.
        guard: says which addresses are connected to.
    """

    def __init__(self, settings: Settings, limits: Limits, guard: Guard) -> None:
        if settings.proxy is not None:  # the one host connected to, wherever it stands
            guard = Guard((httpx.URL(settings.proxy).host,))
        context = httpx.create_ssl_context(trust_env=False)
        if settings.ca_file is not None:
            context.load_verify_locations(cafile=settings.ca_file)
        if not settings.verify_tls:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        self._pool = _pool(settings.proxy, limits, GuardedBackend(guard), context)

    async def __aenter__(self) -> GuardedTransport:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        with _as_httpx():
            await self._pool.__aexit__(exc_type, exc_value, traceback)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        with _as_httpx():
            response = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        with _as_httpx():
            await self._response.aclose()


def _pool(
    proxy: str | None, limits: Limits, backend: GuardedBackend, context: ssl.SSLContext
) -> httpcore.AsyncConnectionPool:
    if proxy is None:
        return httpcore.AsyncConnectionPool(
            ssl_context=context,
            max_connections=limits.connections,
            max_keepalive_connections=limits.connections,
            keepalive_expiry=30.0,
            network_backend=backend,
        )
    url = httpx.URL(proxy)
    return httpcore.AsyncHTTPProxy(
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
        proxy_auth=(url.username.encode(), url.password.encode()) if url.username else None,
        ssl_context=context,
        max_connections=limits.connections,
        max_keepalive_connections=limits.connections,
        keepalive_expiry=30.0,
        network_backend=backend,
    )


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Errors of httpcore as those of httpx, which bear the same names."""
    try:
        yield
    except Exception as problem:
        for kind in type(problem).__mro__:
            if kind.__module__.startswith("httpcore") and hasattr(httpx, kind.__name__):
                raise getattr(httpx, kind.__name__)(str(problem)) from problem
        raise


def _words(problem: OSError) -> str:
    return problem.strerror or str(problem) or type(problem).__name__
