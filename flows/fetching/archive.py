"""Every retrieval to disk before anyone reads it: WARC 1.1, one gzip member a record.

A retrieval is a group of records that stand together: response and request of each of its
exchanges (a `revisit` in place of the response where nothing has changed), then one `metadata`
record in JSON that tells the capture: source, how and where it was found, hints, ending, message.
The metadata record comes last and closes the group; a group without one was being written when
the machine stopped, and counts for nothing.

A file is `NAME.warc.gz.open` while it is written, under a lock, and `NAME.warc.gz` once closed.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4, uuid5

from warcio.statusandheaders import StatusAndHeaders

from flows.fetching.records import Exchange, Retrieval
from flows.fetching.settings import NAME

SUFFIX = ".warc.gz"
OPEN = ".open"
FORMAT = f"{NAME} captures 1"
"""`format` in the warcinfo record of our files, beside `conformsTo`."""

_NAMESPACE = UUID("b1d3a8ce-5d0f-5f7e-8a54-0f6f3f0e7a92")
_LISTINGS = frozenset(("feed", "sitemap", "homepage"))
_PROFILES = {
    True: "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
    False: "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
}
_HTTP = "application/http; msgtype="


@dataclass(frozen=True, slots=True)
class Place:
    """Where a retrieval stands.

    Attributes:
        file: name within the archive's folder, as it is once closed.
        offset: of the record with its answer; None where it has none.
        metadata_offset: of its metadata record.
    """

    file: str
    offset: int | None
    metadata_offset: int


class ArchiveWriter:
    """Writes retrievals to WARC files in one folder; one writer, any number per folder.

    Use it as a context manager. What `sync` has returned for survives a loss of power.

    Args:
        folder: made if it is missing.
        max_bytes: size at which a file is closed and the next one begun.
        max_seconds: age at which it is.
        clock: seconds, never going back.
    """

    def __init__(
        self,
        folder: Path,
        *,
        max_bytes: int = 256 << 20,
        max_seconds: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._clock = clock
        self._file: BinaryIO | None = None
        self._name = ""
        self._size = 0
        self._begun = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, retrieval: Retrieval, *, is_listing: bool | None = None) -> Place:
        """Append a retrieval.

        Args:
            retrieval: with its exchanges.
            is_listing: whether it is a source's own document rather than an article; by default
                where it was found in nothing and via a feed, sitemap or home page.

        Raises:
            OSError: the disk is full or gone; the file is cut back to its last whole group.
        """
        request = retrieval.request
        if is_listing is None:
            is_listing = request.found_in is None and request.via in _LISTINGS
        file = self._current()
        begin = self._size
        parts, answer = _group(retrieval, is_listing)
        offsets = [begin]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        try:
            file.write(b"".join(parts))
            file.flush()
        except OSError:
            file.truncate(begin)
            file.seek(begin)
            raise
        self._size = offsets[-1]
        return Place(self._name, None if answer is None else offsets[answer], offsets[-2])

    def sync(self) -> None:
        """Put on disk what was written; closes the file if it is large or old enough."""
        if self._file is None:
            return
        os.fsync(self._file.fileno())
        if self._size >= self._max_bytes or self._clock() - self._begun >= self._max_seconds:
            self.close()

    def close(self) -> str | None:
        """Close the file under its final name.

        Returns:
            The name, None where no file was open.
        """
        if self._file is None:
            return None
        os.fsync(self._file.fileno())
        opened = self._folder / (self._name + OPEN)
        opened.rename(self._folder / self._name)
        self._file.close()  # gives the lock back, after the rename
        self._file = None
        sync_folder(self._folder)
        return self._name

    def _current(self) -> BinaryIO:
        if self._file is not None and (
            self._size >= self._max_bytes or self._clock() - self._begun >= self._max_seconds
        ):
            self.close()
        if self._file is None:
            now = datetime.now(UTC)
            self._name = f"{NAME}-{now:%Y%m%dT%H%M%S%f}-{uuid4().hex[:12]}{SUFFIX}"
            opened = (self._folder / (self._name + OPEN)).open("xb")
            fcntl.flock(opened, fcntl.LOCK_EX)
            head = _warcinfo(self._name, now)
            opened.write(head)
            opened.flush()
            sync_folder(self._folder)
            self._file, self._size, self._begun = opened, len(head), self._clock()
        return self._file


def sync_folder(folder: Path) -> None:
    """Put a folder's list of names on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _group(retrieval: Retrieval, is_listing: bool) -> tuple[list[bytes], int | None]:
    """The records of a retrieval, compressed, and which of them is its answer."""
    identity = (
        retrieval.request.source,
        retrieval.request.url,
        retrieval.fetched_at.astimezone(UTC).isoformat(),
    )
    parts: list[bytes] = []
    answer: int | None = None
    answer_id: str | None = None
    last = len(retrieval.exchanges) - 1
    for number, exchange in enumerate(retrieval.exchanges):
        headers = {
            "WARC-Target-URI": _uri(exchange.url),
            "WARC-Date": _date(exchange.started_at),
        }
        answered = {}
        if exchange.status is not None:
            response_id = _record_id("response", *identity, number)
            answered = {"WARC-Concurrent-To": response_id}
            is_answer = number == last and retrieval.status is not None
            unchanged = is_answer and retrieval.ending == "not_modified"
            if is_answer:
                answer, answer_id = len(parts), response_id
            parts.append(_response(exchange, response_id, headers, unchanged))
        parts.append(
            _record(
                "request",
                _record_id("request", *identity, number),
                headers | answered,
                f"{_HTTP}request",
                _request_block(exchange),
            )
        )
    told = json.dumps(_told(retrieval, is_listing, answer_id), ensure_ascii=False, sort_keys=True)
    headers = {
        "WARC-Target-URI": _uri(retrieval.request.url),
        "WARC-Date": _date(retrieval.fetched_at),
    }
    if answer_id is not None:
        headers["WARC-Concurrent-To"] = answer_id
    parts.append(
        _record(
            "metadata",
            _record_id("metadata", *identity),
            headers,
            "application/json",
            told.encode("utf-8", "backslashreplace"),
        )
    )
    return parts, answer


def _told(retrieval: Retrieval, is_listing: bool, answer_id: str | None) -> dict[str, object]:
    """What the metadata record says."""
    request = retrieval.request
    hints: dict[str, object] = dict(request.hints)
    if "published_at" in request.hints:
        hints["published_at"] = request.hints["published_at"].isoformat()
    return {
        "source": request.source,
        "via": request.via,
        "found_in": request.found_in,
        "hints": hints,
        "asked_etag": request.etag,
        "asked_last_modified": request.last_modified,
        "asked_body_digest": request.body_digest,
        "url": request.url,
        "final_url": retrieval.url,
        "listing": is_listing,
        "ending": retrieval.ending,
        "message": retrieval.message,
        "fetched_at": retrieval.fetched_at.astimezone(UTC).isoformat(),
        "seconds": round(retrieval.seconds, 6),
        "status": retrieval.status,
        "media_type": retrieval.media_type,
        "charset": retrieval.charset,
        "size": len(retrieval.body),
        "body_digest": retrieval.body_digest,
        "etag": retrieval.etag,
        "last_modified": retrieval.last_modified,
        "retry_after": retrieval.retry_after,
        "answer": answer_id,
    }


def _response(
    exchange: Exchange, record_id: str, headers: dict[str, str], unchanged: bool
) -> bytes:
    headers = dict(headers)
    if exchange.body or not unchanged:
        headers["WARC-Payload-Digest"] = _digest(exchange.body)
    if exchange.truncated:
        headers["WARC-Truncated"] = exchange.truncated
    block = _response_head(exchange)
    if unchanged:
        headers["WARC-Profile"] = _PROFILES[exchange.status == 304]
    else:
        block += exchange.body
    kind = "revisit" if unchanged else "response"
    return _record(kind, record_id, headers, f"{_HTTP}response", block)


def _response_head(exchange: Exchange) -> bytes:
    """Status line and headers as sent, save that the body is stored without its chunks."""
    lines = [f"HTTP/1.1 {exchange.status} {exchange.reason}".rstrip()]
    for name, value in exchange.headers:
        if name.lower() == "transfer-encoding":
            name = f"X-Archive-Orig-{name}"
        lines.append(f"{name}: {value}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _request_block(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"GET {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in exchange.request_headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _record(
    kind: str, record_id: str, headers: dict[str, str], content_type: str, block: bytes
) -> bytes:
    """One record as a gzip member of its own."""
    # Written as it is: warcio's writer would parse the block, write its headers in another form,
    # and leave the block of a revisit out.
    named = StatusAndHeaders(
        "",
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", record_id),
            *headers.items(),
            ("WARC-Block-Digest", _digest(block)),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ],
        protocol="WARC/1.1",
    )
    plain = named.to_bytes(encoding="utf-8") + block + b"\r\n\r\n"
    engine = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return engine.compress(plain) + engine.flush()


def _warcinfo(name: str, now: datetime) -> bytes:
    fields = {
        "software": NAME,
        "format": FORMAT,
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "robots": "obey unless a source says otherwise",
    }
    block = "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode()
    headers = {"WARC-Date": _date(now), "WARC-Filename": name}
    return _record(
        "warcinfo", _record_id("warcinfo", name), headers, "application/warc-fields", block
    )


def _record_id(*parts: object) -> str:
    return f"<urn:uuid:{uuid5(_NAMESPACE, chr(10).join(map(str, parts)))}>"


def _digest(payload: bytes) -> str:
    """As tools for WARC write and check it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(payload).digest()).decode()}"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _uri(url: str) -> str:
    """An address that cannot break its header line; one that is fine stays as it is."""
    return quote(url, safe="%!#$&'()*+,/:;=?@[]~-._", errors="replace") or "unknown:"
