"""A server on loopback whose sites are programmed: right answers, wrong ones, and none.

Sites are told apart by the Host header (`a.localhost`). A page is a `Reply`, several of them (one
after the other, the last one for good), or a function of what was asked. As a process of its own:

    python tests/flows/loopback.py --plan plan.json --log access.jsonl --port 0

prints its port on the first line; see `read_plan` for the plan. The log has one line of JSON for
each request, with times in seconds since the epoch.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import gzip
import hashlib
import json
import socket
import ssl
import struct
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Seen:
    """What was asked; headers in lower case.

    `count` is 1 for the first request for this page, `total` for the first one to its host.
    """

    host: str
    target: str
    headers: dict[str, str]
    count: int
    total: int = 1

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True)
class Reply:
    """An answer, or a fault.

    `length` is a Content-Length to claim in place of the true one; `chunked` sends none. The body
    goes out in pieces of `piece` bytes with `pause` seconds between them, after `wait` seconds;
    `cut` bytes of it only, then the connection is closed. `silent` answers nothing at all,
    `reset` breaks the connection off, `raw` is sent as it is.
    """

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "text/html; charset=utf-8"
    etag: str | None = None
    last_modified: str | None = None
    lying: bool = False  # answers 304 to its etag, although the body is another
    length: int | None = None
    chunked: bool = False
    wait: float = 0.0
    piece: int = 1 << 16
    pause: float = 0.0
    cut: int | None = None
    silent: bool = False
    reset: bool = False
    raw: bytes | None = None


Page = Reply | Sequence[Reply] | Callable[[Seen], Reply]
MISSING = Reply(b"<p>nothing here", 404)


@dataclass(frozen=True)
class Access:
    """One line of the log; `status` 0 where nothing was answered."""

    begun: float
    ended: float
    host: str
    target: str
    status: int
    user_agent: str
    conditional: bool


@dataclass
class Loopback:
    """The server; a context manager that runs it in a thread.

    Attributes:
        sites: host -> path (with query, or without) -> page; "*" is any other path.
        log: one entry a request, in the order they ended.
        open_now, most_open: requests under way per host, and the most there were.
    """

    sites: dict[str, dict[str, Page]] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    log_file: Path | None = None
    asked_port: int = 0
    log: list[Access] = field(default_factory=list)
    open_now: Counter[str] = field(default_factory=Counter)
    most_open: Counter[str] = field(default_factory=Counter)
    port: int = 0

    def __post_init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._totals: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Loopback:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def set(self, host: str, path: str, page: Page) -> str:
        """Program a page and give its address."""
        self.sites.setdefault(host, {})[path] = page
        return self.url(host, path)

    def url(self, host: str, path: str = "/") -> str:
        return f"http{'s' if self.context else ''}://{host}:{self.port}{path}"

    def asked(self, host: str | None = None) -> list[str]:
        """Targets asked for, in order."""
        self._wait()
        return [a.target for a in self.log if host in (None, a.host)]

    def starts(self, host: str) -> list[float]:
        self._wait()
        return sorted(a.begun for a in self.log if a.host == host)

    def _wait(self) -> None:
        """Until requests have ended here too: a client has its answer a moment before."""
        until = time.monotonic() + 5
        while any(self.open_now.values()) and time.monotonic() < until:
            time.sleep(0.005)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(
            self._connected, "127.0.0.1", self.asked_port, ssl=self.context, backlog=512
        )
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._stop.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        begun = time.time()
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        raw_headers = dict(line.split(": ", 1) for line in head[1:] if line)
        host = headers["host"].rpartition(":")[0] or headers["host"]
        target = head[0].split(" ")[1]
        self._counts[host, target] += 1
        self._totals[host] += 1
        seen = Seen(host, target, {k.lower(): v for k, v in raw_headers.items()},
                    self._counts[host, target], self._totals[host])  # fmt: skip
        self.open_now[host] += 1
        self.most_open[host] = max(self.most_open[host], self.open_now[host])
        status = 0
        try:
            reply = _reply(self._page(seen), seen)
            if reply.silent:
                await reader.read()
                return False
            if reply.reset:
                _reset(writer)
                return False
            status = reply.status
            return await _send(reply, writer)
        finally:
            self.open_now[host] -= 1
            access = Access(
                begun,
                time.time(),
                host,
                target,
                status,
                seen.headers.get("user-agent", ""),
                "if-none-match" in headers or "if-modified-since" in headers,
            )
            self.log.append(access)
            if self.log_file is not None:
                with self.log_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(access)) + "\n")

    def _page(self, seen: Seen) -> Page:
        site = self.sites.get(seen.host, {})
        for key in (seen.target, seen.path, "*"):
            if key in site:
                return site[key]
        return MISSING


def _reply(page: Page, seen: Seen) -> Reply:
    if callable(page):
        reply = page(seen)
    elif isinstance(page, Reply):
        reply = page
    else:
        reply = page[min(seen.count, len(page)) - 1]
    asked = seen.headers.get("if-none-match")
    since = seen.headers.get("if-modified-since")
    known = asked == reply.etag if asked else since == reply.last_modified
    if reply.status == 200 and (asked or since) and (known or reply.lying):
        return replace(reply, status=304, body=b"")
    return reply


async def _send(reply: Reply, writer: asyncio.StreamWriter) -> bool:
    """Send a reply; whether the connection can be used again."""
    await asyncio.sleep(reply.wait)
    if reply.raw is not None:
        writer.write(reply.raw)
        await writer.drain()
        return False
    headers = [("Content-Type", reply.media_type), *reply.headers]
    if reply.etag:
        headers.append(("ETag", reply.etag))
    if reply.last_modified:
        headers.append(("Last-Modified", reply.last_modified))
    if reply.chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    elif reply.status != 304:
        length = len(reply.body) if reply.length is None else reply.length
        headers.append(("Content-Length", str(length)))
    lines = [f"HTTP/1.1 {reply.status} Words", *(f"{k}: {v}" for k, v in headers), "", ""]
    writer.write("\r\n".join(lines).encode("latin-1"))
    body = reply.body if reply.cut is None else reply.body[: reply.cut]
    for start in range(0, len(body), reply.piece):
        piece = body[start : start + reply.piece]
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece) if reply.chunked else piece)
        await writer.drain()
        if reply.pause and start + reply.piece < len(body):
            await asyncio.sleep(reply.pause)
    if reply.chunked and reply.cut is None:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    return reply.cut is None and reply.length is None


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset in place of an orderly end."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def robots(text: str) -> Reply:
    return Reply(text.encode(), media_type="text/plain")


def redirect(to: str, status: int = 302) -> Reply:
    return Reply(b"moved", status, (("Location", to),))


def _packed(reply: Reply) -> Reply:
    """The body compressed, and half of it only."""
    packed = gzip.compress(reply.body, mtime=0)
    headers = (*reply.headers, ("Content-Encoding", "gzip"))
    return replace(reply, body=packed[: len(packed) // 2], headers=headers, chunked=False)


FAULTS: Mapping[str, Callable[[Reply], Reply]] = {
    "503": lambda reply: Reply(b"busy", 503),
    "429": lambda reply: Reply(b"slow down", 429, (("Retry-After", "1"),)),
    "reset": lambda reply: Reply(reset=True),
    "cut": lambda reply: replace(reply, cut=len(reply.body) // 2),
    "slow": lambda reply: replace(reply, wait=0.3, piece=1 + len(reply.body) // 4, pause=0.2),
    "gzip": _packed,
}
"""From the right answer to a wrong one; the slow one is right in the end."""


def faulty(
    page: Page, share: float, kinds: Sequence[str], seed: int, storm: tuple[int, int] = (1, 0)
) -> Page:
    """A page that fails in a share of its requests, always the same ones for one seed.

    Args:
        page: when nothing is wrong.
        share: of its requests that fail.
        kinds: keys of FAULTS.
        seed: of the choice.
        storm: of so many requests to a host in a row, so many are answered 503.
    """
    every, length = storm

    def answer(seen: Seen) -> Reply:
        right = _reply(page, seen)
        if seen.total % every >= every - length:
            return FAULTS["503"](right)
        text = f"{seed} {seen.host} {seen.target} {seen.count}"
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        if number % 10_000 < share * 10_000 and right.status == 200:
            return FAULTS[kinds[number // 10_000 % len(kinds)]](right)
        return right

    return answer


def read_plan(plan: Mapping[str, Any]) -> dict[str, dict[str, Page]]:
    """Sites from a plan in JSON.

    `{"sites": {"a.localhost": {"/feed": {"body": "...", "etag": "..."}, "/x": [{...}, {...}]}},
    "faults": {"share": 0.1, "kinds": ["503", "reset"], "seed": 1, "storm": [50, 4]}}`, `storm` only
    if wanted; the keys of a page are those of `Reply`, `body` as text or `body_base64`. robots.txt
    is spared by the faults.
    """
    names = {f.name for f in fields(Reply)}

    def reply(row: dict[str, Any]) -> Reply:
        row = dict(row)
        if "body_base64" in row:
            row["body"] = base64.b64decode(row.pop("body_base64"))
        elif "body" in row:
            row["body"] = row["body"].encode()
        row["headers"] = tuple((k, v) for k, v in row.get("headers", ()))
        assert set(row) <= names, set(row) - names
        return Reply(**row)

    sites: dict[str, dict[str, Page]] = {}
    faults = plan.get("faults")
    for host, pages in plan["sites"].items():
        for path, rows in pages.items():
            page: Page = [reply(r) for r in rows] if isinstance(rows, list) else reply(rows)
            if faults and path != "/robots.txt":
                page = faulty(page, **faults)
            sites.setdefault(host, {})[path] = page
    return sites


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    sites = read_plan(json.loads(options.plan.read_text("utf-8")))
    with Loopback(sites, log_file=options.log, asked_port=options.port) as server:
        print(server.port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
