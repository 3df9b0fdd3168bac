"""Reading WARC files: our own give back captures, those of other tools their pages.

In a file of ours the metadata records tell the captures; an answer whose metadata record is
missing was being written when the machine stopped. A file of another tool has a capture for each
`response`, `revisit`, `resource` and `conversion` record, under the source that the caller names.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from extractors.records import Document, Hints
from flows.fetching.archive import FORMAT, OPEN, sync_folder
from flows.fetching.decoding import BrokenBodyError, LargeBodyError, decompress
from flows.fetching.exchanges import ending_of, media_type
from flows.fetching.records import Request, Retrieval

_BODY_LIMIT = 64 << 20
_ANY_RATIO = 1 << 30
_PIECE = 1 << 20
_PAGES = frozenset(("", "text/html", "application/xhtml+xml", "text/plain"))
_BROKEN = (
    ArchiveLoadFailed, StatusAndHeadersParserException, zlib.error, EOFError, OSError, ValueError,
    KeyError, AttributeError, TypeError, AssertionError,
)  # fmt: skip
"""What the reader of records raises on damaged files."""

Note = Callable[[str], None]
"""Takes a sentence about what was passed over."""


@dataclass(frozen=True, slots=True)
class Captured:
    """One capture as an archive tells it.

    Attributes:
        retrieval: without its exchanges; the body is b"" where it was not asked for, or where
            nothing had changed.
        archive: name of the file, as it is once closed.
        offset: of the record with the answer, None where there is none.
        is_listing: a source's own document (feed, sitemap, home page) rather than an article.
        ours: whether the file is one of ours.
        payload: digest of the body as its record states it; what a `revisit` refers to.
        revisit: the body stands in another record with the same `payload`.
    """

    retrieval: Retrieval
    archive: str
    offset: int | None
    is_listing: bool = False
    ours: bool = True
    payload: str = ""
    revisit: bool = False

    @property
    def passed_over(self) -> str:
        """Why this is no article to read, in a few words; "" where it is one."""
        retrieval = self.retrieval
        if self.is_listing:
            return "listing (feed, sitemap, home page)"
        if not self.ours and self.revisit:
            return ""
        if retrieval.ending != "fetched":
            return retrieval.ending.replace("_", " ")
        if not self.ours and retrieval.url.partition("?")[0].endswith("/robots.txt"):
            return "robots.txt"
        if not self.ours and retrieval.media_type not in _PAGES:
            return retrieval.media_type[:60]
        return ""

    def document(self) -> Document:
        """The document to read; only where nothing is `passed_over`."""
        retrieval = self.retrieval
        hints: Hints = {**retrieval.request.hints}
        if retrieval.charset:
            hints["charset"] = retrieval.charset
        return Document(
            url=retrieval.url,
            body=retrieval.body,
            media_type=retrieval.media_type,
            fetched_at=retrieval.fetched_at,
            hints=hints,
            name=retrieval.request.url,
            source=retrieval.request.source,
        )


def read_archive(
    path: Path, source: str = "archive", *, bodies: bool = True, note: Note = lambda words: None
) -> Iterator[Captured]:
    """Every capture of a WARC file, in the order of the file.

    Args:
        path: `.warc`, `.warc.gz`, or one of ours that is still open or was left so.
        source: of the captures of other tools.
        bodies: whether bodies are read too.
        note: told what was passed over, such as a tail that broke off.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as file:
        yield from _Reader(path, source, bodies, note).captures(file)


def read_capture(path: Path, offset: int, source: str = "archive") -> Captured | None:
    """The capture whose answer stands at an offset of a file; None where there is none.

    Args:
        path: the file; where it was closed in the meantime, or not yet, it is found all the same.
        offset: as `Place.offset` or `Captured.offset` say.
        source: of a capture of another tool.

    Raises:
        OSError: the file cannot be opened.
    """
    path = _present(path)
    with path.open("rb") as file:
        reader = _Reader(path, source, True, lambda words: None)
        reader.ours = is_ours(path)
        file.seek(offset)
        return next(reader.captures(file), None)


def is_ours(path: Path) -> bool:
    """Whether a file begins with a warcinfo record of ours."""
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                return _is_our_head(record)
    except _BROKEN:
        pass
    return False


def recover(folder: Path, note: Note = lambda words: None) -> list[Path]:
    """Close what a stopped process left open: cut a broken tail off, give the final name.

    Files that another process is writing are left alone, which their lock tells.

    Args:
        folder: of the archive.
        note: told what was cut off.

    Returns:
        The closed files, in the order of their names.
    """
    closed: list[Path] = []
    for opened in sorted(folder.glob(f"*{OPEN}")):
        with opened.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if not opened.exists():  # closed between the listing and the lock
                continue
            end = _end_of_groups(opened)
            size = file.seek(0, os.SEEK_END)
            if end < size:
                note(f"{opened.name} broke off; its last {size - end} bytes, no whole capture, cut")
                file.truncate(end)
            os.fsync(file.fileno())
            final = opened.with_name(opened.name.removesuffix(OPEN))
            opened.rename(final)
            closed.append(final)
    sync_folder(folder)
    return closed


@dataclass(slots=True)
class _Answer:
    """A response record of ours, until its metadata record comes."""

    offset: int
    coding: str
    body: bytes


class _Reader:
    """Goes through the records of one file."""

    def __init__(self, path: Path, source: str, bodies: bool, note: Note) -> None:
        self.ours = False
        self._file = path.name.removesuffix(OPEN)
        self._source = source
        self._bodies = bodies
        self._note = note
        self._answers: dict[str, _Answer] = {}

    def captures(self, file: BinaryIO) -> Iterator[Captured]:
        """The captures from where the file stands."""
        records = ArchiveIterator(file)
        offset = records.offset
        try:
            for record in records:
                offset = records.offset
                captured = self._take(record, offset)
                if not _is_whole(record):
                    raise EOFError("the record breaks off")
                if captured is not None:
                    yield captured
        except _BROKEN as problem:
            words = str(problem).strip().splitlines() or [type(problem).__name__]
            self._note(f"{self._file} is damaged at {offset}: {words[0][:200]}")
        else:
            end = os.fstat(file.fileno()).st_size
            if records.offset < end:
                rest = end - records.offset
                self._note(f"{self._file} breaks off; its last {rest} bytes are no whole record")
        self._leave()

    def _take(self, record: Any, offset: int) -> Captured | None:
        kind = record.rec_type
        if kind == "warcinfo":
            self._leave()
            self.ours = _is_our_head(record)
        elif not self.ours:
            return self._foreign(record, offset)
        elif kind in ("response", "revisit"):
            headers = record.http_headers
            body = record.raw_stream.read() if self._bodies and kind == "response" else b""
            coding = headers.get_header("Content-Encoding") or "" if headers else ""
            record_id = record.rec_headers.get_header("WARC-Record-ID") or ""
            self._answers[record_id] = _Answer(offset, coding, body)
        elif kind == "metadata":
            return self._told(json.loads(record.raw_stream.read()))
        return None

    def _leave(self) -> None:
        if self._answers:
            self._note(
                f"{self._file}: {len(self._answers)} answers without a metadata record are passed "
                "over; they were being written when the machine stopped"
            )
        self._answers = {}

    def _told(self, told: dict[str, Any]) -> Captured:
        """A capture of ours, from its metadata record and the answers before it."""
        answer = self._answers.get(told["answer"] or "")
        self._answers = {}
        hints = dict(told["hints"])
        if "published_at" in hints:
            hints["published_at"] = datetime.fromisoformat(hints["published_at"])
        retrieval = Retrieval(
            request=Request(
                url=told["url"],
                source=told["source"],
                via=told["via"],
                found_in=told["found_in"],
                hints=cast(Hints, hints),
                etag=told["asked_etag"],
                last_modified=told["asked_last_modified"],
                body_digest=told["asked_body_digest"],
            ),
            ending=told["ending"],
            message=told["message"],
            fetched_at=datetime.fromisoformat(told["fetched_at"]),
            seconds=told["seconds"],
            url=told["final_url"],
            status=told["status"],
            media_type=told["media_type"],
            charset=told["charset"],
            body_digest=told["body_digest"],
            etag=told["etag"],
            last_modified=told["last_modified"],
            retry_after=told["retry_after"],
        )
        if self._bodies and answer is not None and told["ending"] == "fetched":
            retrieval = _with_body(retrieval, answer, told["size"])
        return Captured(
            retrieval,
            self._file,
            None if answer is None else answer.offset,
            is_listing=told["listing"],
        )

    def _foreign(self, record: Any, offset: int) -> Captured | None:
        """A capture that another tool made, None for records that are none."""
        kind = record.rec_type
        headers = record.rec_headers
        url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
        if kind not in ("response", "revisit", "resource", "conversion") or not url.startswith(
            ("http://", "https://")
        ):
            return None
        http = record.http_headers
        status = _status(http) if kind in ("response", "revisit") else 200
        content_type = headers.get_header("Content-Type")
        if kind in ("response", "revisit"):
            content_type = http.get_header("Content-Type") if http else None
        body, fault = self._foreign_body(record, http) if self._bodies else (b"", "")
        kind_of_media, charset = media_type(content_type)
        ending = ending_of(status)
        retrieval = Retrieval(
            request=Request(url, self._source, "archive"),
            ending="failed" if fault else ending,
            message=fault or ("" if ending == "fetched" else f"{url} answered {status}"),
            fetched_at=_moment(headers.get_header("WARC-Date")),
            seconds=0.0,
            url=url,
            status=status,
            media_type=kind_of_media,
            charset=charset,
            body=body,
            body_digest=hashlib.sha256(body).hexdigest() if body else "",
            etag=http.get_header("ETag") if http else None,
            last_modified=http.get_header("Last-Modified") if http else None,
        )
        payload = headers.get_header("WARC-Payload-Digest") or ""
        return Captured(
            retrieval, self._file, offset, ours=False, payload=payload, revisit=kind == "revisit"
        )

    def _foreign_body(self, record: Any, http: Any) -> tuple[bytes, str]:
        """The body without chunks and compression, or why it cannot be had."""
        stream = record.raw_stream
        coding = ""
        if http is not None:
            coding = http.get_header("Content-Encoding") or ""
            if "chunked" in (http.get_header("Transfer-Encoding") or "").lower():
                stream = ChunkedDataReader(stream)  # passes on what has no chunks any more
        body = _read(stream)
        if len(body) > _BODY_LIMIT:
            return b"", f"its body is larger than {_BODY_LIMIT} bytes"
        try:
            return decompress(body, coding, _BODY_LIMIT, _ANY_RATIO), ""
        except LargeBodyError as problem:
            return b"", str(problem)
        except BrokenBodyError as problem:
            # Some tools store what they decompressed under the headers as sent.
            if body.lstrip()[:1] == b"<":
                return body, ""
            return b"", str(problem)


def _with_body(retrieval: Retrieval, answer: _Answer, size: int) -> Retrieval:
    try:
        body = decompress(answer.body, answer.coding, size, _ANY_RATIO)
    except (BrokenBodyError, LargeBodyError):
        body = b""
    if hashlib.sha256(body).hexdigest() == retrieval.body_digest:
        return replace(retrieval, body=body)
    message = "its archived body is damaged; fetch it again, or restore the archive's file"
    return replace(retrieval, ending="failed", message=message)


def _read(stream: Any) -> bytes:
    """A body up to just over the limit; the rest is left to `_is_whole`."""
    parts: list[bytes] = []
    size = 0
    while size <= _BODY_LIMIT:
        part = stream.read(_PIECE)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _is_whole(record: Any) -> bool:
    """Whether a record is as long as it says; reads the rest of it."""
    while record.raw_stream.read(_PIECE):
        pass
    return record.length is not None and record.raw_stream.limit == 0


def _is_our_head(record: Any) -> bool:
    if record.rec_type != "warcinfo":
        return False
    return f"format: {FORMAT}\r\n".encode() in record.raw_stream.read(_PIECE)


def _status(http: Any) -> int | None:
    code = http.get_statuscode() if http else ""
    return int(code) if code.isascii() and code.isdigit() else None


def _moment(text: str | None) -> datetime:
    """WARC-Date; the beginning of the epoch where it states none."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _present(path: Path) -> Path:
    """The file under its final name, or the one it bears while it is open."""
    final = path.with_name(path.name.removesuffix(OPEN))
    return final if final.exists() else final.with_name(final.name + OPEN)


def _end_of_groups(path: Path) -> int:
    """Bytes of a file of ours up to the end of its last whole group of records."""
    end = 0
    with path.open("rb") as file:
        engine, head, position = zlib.decompressobj(16 + zlib.MAX_WBITS), b"", 0
        while piece := file.read(_PIECE):
            position += len(piece)
            while piece:
                try:
                    unfolded = engine.decompress(piece)
                except zlib.error:
                    return end
                head = head or unfolded[:200]
                piece = engine.unused_data
                if not engine.eof:
                    break
                if b"WARC-Type: metadata\r\n" in head or b"WARC-Type: warcinfo\r\n" in head:
                    end = position - len(piece)
                engine, head = zlib.decompressobj(16 + zlib.MAX_WBITS), b""
    return end
