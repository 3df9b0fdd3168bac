"""Archives: what is written is read back, by us and by others, and after every kind of crash."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loopback import Loopback, Reply, redirect, robots
from running import Run
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.records import Article, Document, Hints
from flows.fetching.archive import ArchiveWriter, Place
from flows.fetching.archived import Captured, read_archive, read_capture, recover
from flows.fetching.client import Fetcher
from flows.fetching.records import Ending, Exchange, Request, Retrieval
from flows.fetching.settings import Limits, Manners, Settings
from flows.inputs import InputError, open_inputs

NOON = datetime(2024, 4, 10, 3, 0, 0, 123456, UTC)
HTML = "<html><body><p>オラクルは日本に80億ドルを投資する。</p></body></html>".encode()
HINTS = Hints(title="投資", lang="ja", published_at=NOON - timedelta(hours=1), date_basis="stated")


def made(
    number: int = 0,
    ending: Ending = "fetched",
    body: bytes = HTML,
    *,
    via: str = "feed",
    found_in: str | None = "https://news.example/feed",
    status: int | None = 200,
    gzipped: bool = False,
    url: str | None = None,
) -> Retrieval:
    url = url or f"https://news.example/{number}"
    moment = NOON + timedelta(seconds=number)
    headers = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
    if gzipped:
        headers = (*headers, ("Content-Encoding", "gzip"))
    wire = gzip.compress(body, mtime=0) if gzipped else body
    exchange = Exchange(url, moment, (("Host", "news.example"),), status, "OK", headers, wire)
    return Retrieval(
        request=Request(url, "example", via, found_in, HINTS),  # type: ignore[arg-type]
        ending=ending,
        message="" if ending == "fetched" else "words",
        fetched_at=moment,
        seconds=0.25,
        url=url + "?final",
        status=status,
        media_type="text/html",
        charset="utf-8",
        body=body,
        body_digest=hashlib.sha256(body).hexdigest() if body else "",
        etag='"1"',
        exchanges=() if status is None else (exchange,),
    )


def write(folder: Path, *retrievals: Retrieval) -> list[Place]:
    with ArchiveWriter(folder) as writer:
        return [writer.write(retrieval) for retrieval in retrievals]


def all_of(folder: Path) -> list[Captured]:
    return [c for path in sorted(folder.iterdir()) for c in read_archive(path)]


def bare(retrieval: Retrieval) -> Retrieval:
    """As an archive gives it back."""
    body = retrieval.body if retrieval.ending == "fetched" else b""
    return replace(retrieval, exchanges=(), body=body)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    retrievals = [
        made(0, gzipped=True),
        made(1, "not_modified", status=304, body=b""),
        made(2, "not_modified"),
        made(3, "robots", status=None, body=b""),
        made(4, "gone", status=404, body=b""),
        made(5, via="feed", found_in=None),
    ]
    places = write(tmp_path, *retrievals)
    read = all_of(tmp_path)
    assert [c.retrieval for c in read] == [bare(r) for r in retrievals]
    assert [c.offset for c in read] == [p.offset for p in places]
    assert (
        {c.archive for c in read}
        == {p.file for p in places}
        == {f.name for f in tmp_path.iterdir()}
    )
    assert [c.is_listing for c in read] == [False] * 5 + [True]
    assert places[3].offset is None
    for place, captured in zip(places, read, strict=True):
        if place.offset is not None:
            assert read_capture(tmp_path / place.file, place.offset) == captured


def test_other_tools_read_our_records(tmp_path: Path) -> None:
    write(tmp_path, made(0, gzipped=True), made(1, "not_modified", status=304, body=b""))
    [path] = tmp_path.iterdir()
    kinds, bodies, ids = [], [], []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            kinds.append(record.rec_type)
            ids.append(record.rec_headers.get_header("WARC-Record-ID"))
            assert record.rec_headers.protocol == "WARC/1.1"
            body = record.content_stream().read()
            if record.rec_type == "response":
                bodies.append(body)
                assert record.rec_headers.get_header("WARC-Date") == "2024-04-10T03:00:00.123456Z"
    assert kinds == [
        "warcinfo",
        "response",
        "request",
        "metadata",
        "revisit",
        "request",
        "metadata",
    ]
    assert bodies == [HTML]
    assert len(set(ids)) == len(ids)
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout) == (0, "")
    # A gzip member per record: every record can be read from its own offset.
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        offsets = [records.offset for _ in records]
    with path.open("rb") as file:
        for offset, kind in zip(offsets, kinds, strict=True):
            file.seek(offset)
            assert next(iter(ArchiveIterator(file))).rec_type == kind


def test_records_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, made(0), made(1))
    one, two = (
        [c for p in sorted((tmp_path / name).iterdir()) for c in _records(p)] for name in "ab"
    )
    assert one == two


def _records(path: Path) -> list[tuple[str, bytes]]:
    with path.open("rb") as file:
        return [
            (record.rec_headers.get_header("WARC-Record-ID"), record.raw_stream.read())
            for record in ArchiveIterator(file)
            if record.rec_type != "warcinfo"
        ]


def test_a_file_is_open_until_it_is_closed_and_rotated_by_size_and_age(tmp_path: Path) -> None:
    now = 0.0
    writer = ArchiveWriter(tmp_path, max_bytes=1, max_seconds=60, clock=lambda: now)
    first = writer.write(made(0))
    assert [p.name for p in tmp_path.iterdir()] == [f"{first.file}.open"]
    assert first.offset is not None
    found = read_capture(tmp_path / first.file, first.offset)  # while it is open
    assert found is not None and found.retrieval.body == HTML
    second = writer.write(made(1))
    assert first.file != second.file
    writer.sync()
    assert all(p.name.endswith(".warc.gz") for p in tmp_path.iterdir())
    aged = ArchiveWriter(tmp_path, max_seconds=60, clock=lambda: now)
    third = aged.write(made(2))
    assert aged.write(made(3)).file == third.file
    now = 61.0
    assert aged.write(made(4)).file != third.file
    assert aged.close() and aged.close() is None


def test_a_live_file_is_left_alone_by_recovery(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path)
    writer.write(made(0))
    assert recover(tmp_path) == []
    writer.write(made(1))
    writer.close()
    assert len(all_of(tmp_path)) == 2


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[int]]:
    """A file of three captures, and where each of them ends."""
    folder = tmp_path_factory.mktemp("whole")
    places = write(folder, made(0), made(1, gzipped=True), made(2))
    [path] = folder.iterdir()
    data = path.read_bytes()
    starts = [place.offset for place in places if place.offset is not None]
    return data, [*starts[1:], len(data)]


@settings(deadline=None, max_examples=60)
@given(share=st.floats(0, 1), tail=st.sampled_from([b"", b"\0" * 512, b"garbage", b"\x1f\x8b\x08"]))
def test_a_crash_at_any_byte(
    whole: tuple[bytes, list[int]],
    tmp_path_factory: pytest.TempPathFactory,
    share: float,
    tail: bytes,
) -> None:
    data, ends = whole
    cut = int(share * len(data))
    folder = tmp_path_factory.mktemp("crash")
    opened = folder / "x.warc.gz.open"
    opened.write_bytes(data[:cut] + tail)
    kept = opened.read_bytes()
    expected = sum(kept.startswith(data[:end]) for end in ends)
    before = list(read_archive(opened))
    assert len(before) in (expected, expected + 1)  # + 1: all of it but the trailer of the gzip
    [closed] = recover(folder)
    after = list(read_archive(closed))
    assert len(after) == expected
    assert [c.retrieval.body for c in after] == [HTML] * expected
    gzip.decompress(closed.read_bytes())
    assert before[:expected] == after


def test_notes_say_what_was_passed_over(tmp_path: Path, whole: tuple[bytes, list[int]]) -> None:
    data, ends = whole
    opened = tmp_path / "x.warc.gz.open"
    opened.write_bytes(data[: ends[1] + 40])
    notes: list[str] = []
    assert len(list(read_archive(opened, note=notes.append))) == 2
    assert notes and "x.warc.gz" in notes[0]
    told: list[str] = []
    recover(tmp_path, told.append)
    assert "last 40 bytes" in told[0]


def test_killed_in_mid_write(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal\nfrom pathlib import Path\n"
        f"sys.path[:0] = {[str(Path(__file__).parent)]!r}\n"
        "from test_archive import made\nfrom flows.fetching.archive import ArchiveWriter\n"
        "writer = ArchiveWriter(Path(sys.argv[1]))\n"
        "for n in range(5):\n    writer.write(made(n))\n"
        "writer.sync()\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True)
    assert done.returncode == -9, done.stderr
    [closed] = recover(tmp_path)
    assert [c.retrieval for c in read_archive(closed)] == [bare(made(n)) for n in range(5)]
    assert recover(tmp_path) == []


def test_a_full_disk_leaves_whole_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = ArchiveWriter(tmp_path)
    writer.write(made(0))
    file = writer._file
    assert file is not None

    class Full(io.BytesIO):
        def __init__(self) -> None:
            super().__init__()

        def write(self, data: object) -> int:
            assert isinstance(data, bytes)
            file.write(data[:50])
            raise OSError(28, "No space left on device")

        def truncate(self, size: int | None = None) -> int:
            file.flush()
            return file.truncate(size)

        def seek(self, offset: int, whence: int = 0) -> int:
            return file.seek(offset, whence)

    monkeypatch.setattr(writer, "_file", Full())
    with pytest.raises(OSError, match="No space"):
        writer.write(made(1))
    monkeypatch.setattr(writer, "_file", file)
    writer.write(made(2))
    writer.close()
    assert [c.retrieval.request.url[-1] for c in all_of(tmp_path)] == ["0", "2"]


def test_a_damaged_body_is_never_taken_for_the_page(tmp_path: Path) -> None:
    lying = replace(made(0), body_digest="0" * 64)
    write(tmp_path, lying, made(1))
    first, second = all_of(tmp_path)
    assert (first.retrieval.ending, first.retrieval.body) == ("failed", b"")
    assert "damaged" in first.retrieval.message
    assert second.retrieval.body == HTML
    lost, read = open_inputs(tmp_path)
    assert isinstance(lost, Article) and lost.outcome == "unreadable"
    assert (lost.document, "damaged" in lost.message) == (lying.request.url, True)
    assert isinstance(read, Document) and read.body == HTML


@pytest.mark.parametrize("url", ["javascript:alert(1)\r\nWARC-Type: response", "", "http://a/ü \n"])
def test_no_address_breaks_a_record(tmp_path: Path, url: str) -> None:
    bad = replace(made(0, "refused", status=None, body=b""), url=url)
    bad = replace(bad, request=replace(bad.request, url=url))
    write(tmp_path, bad, made(1))
    assert [c.retrieval.request.url for c in all_of(tmp_path)] == [url, made(1).request.url]


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def test_the_archive_alone_tells_every_capture(server: Loopback, tmp_path: Path) -> None:
    big = bytes(200_000)
    pages = {
        "/ok": Reply(HTML, chunked=True),
        "/gz": Reply(gzip.compress(HTML), headers=(("Content-Encoding", "gzip"),)),
        "/moved": redirect("/ok"),
        "/gone": Reply(b"x", 404),
        "/cut": Reply(HTML, length=9999),
        "/slow": Reply(silent=True),
        "/big": Reply(big),
        "/private": redirect("http://10.0.0.1/"),
        "/no": Reply(HTML),
        "/same": Reply(HTML),
    }
    for path, page in pages.items():
        server.set("a.localhost", path, page)
    server.set("a.localhost", "/robots.txt", robots("User-agent: *\nDisallow: /no"))
    limits = Limits(read_seconds=0.3, wire_bytes=100_000)

    async def main() -> list[Retrieval]:
        who = Settings("x", ("*.localhost",))
        manners = Manners(delay_seconds=0, retry_seconds=0)
        async with Fetcher(who, limits, manners) as fetcher:
            requests = [
                Request(
                    server.url("a.localhost", path),
                    "s",
                    "feed",
                    "http://a.localhost/feed",
                    HINTS,
                    body_digest=hashlib.sha256(HTML).hexdigest() if path == "/same" else None,
                )
                for path in pages
            ]
            return [await fetcher.fetch(request) for request in requests]

    retrievals = asyncio.run(main())
    assert [r.ending for r in retrievals] == [
        "fetched", "fetched", "fetched", "gone", "failed", "unreachable", "too_large", "refused",
        "robots", "not_modified",
    ]  # fmt: skip
    write(tmp_path, *retrievals)
    read = all_of(tmp_path)
    assert [replace(c.retrieval, seconds=0) for c in read] == [
        replace(bare(r), seconds=0) for r in retrievals
    ]
    [path] = tmp_path.iterdir()
    with path.open("rb") as file:
        urls = [
            record.rec_headers.get_header("WARC-Target-URI")
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "response"
        ]
    assert urls[0].endswith("/robots.txt")
    # ... and so do its documents, in order of time.
    inputs = open_inputs(tmp_path)
    assert inputs.total == 3
    documents = [found for found in inputs if isinstance(found, Document)]
    assert [d.body for d in documents] == [HTML] * 3
    first = documents[0]
    assert (first.name, first.source) == (server.url("a.localhost", "/ok"), "s")
    assert first.fetched_at == retrievals[0].fetched_at
    assert first.hints == {**HINTS, "charset": "utf-8"}
    assert documents[2].url == server.url("a.localhost", "/ok")
    assert documents[2].name == server.url("a.localhost", "/moved")
    assert "1 x robots" in inputs.passed_over and "1 x not modified" in inputs.passed_over


def test_documents_of_several_files_come_in_order_of_time(tmp_path: Path) -> None:
    write(tmp_path, made(5), made(1))
    write(tmp_path, made(3), made(2), made(9, via="feed", found_in=None))
    write(tmp_path / "below", made(4))
    inputs = open_inputs(tmp_path)
    assert [d.name[-1] for d in inputs if isinstance(d, Document)] == ["1", "2", "3", "4", "5"]
    assert (inputs.total, inputs.source) == (5, tmp_path.name)
    assert inputs.passed_over == ("1 x listing (feed, sitemap, home page)",)


def foreign(path: Path, *, gz: bool = True) -> None:
    """An archive as other tools write it, with what they leave in it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gz)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "crawler/1"}))

        def add(
            url: str,
            body: bytes,
            *headers: tuple[str, str],
            kind: str = "response",
            status: str = "200 OK",
            second: int = 0,
        ) -> None:
            http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1")
            record = writer.create_warc_record(
                url,
                kind,
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=None if kind in ("resource", "conversion") else http,
                warc_content_type="text/html" if kind == "resource" else "",
                warc_headers_dict={"WARC-Date": f"2024-01-01T00:00:{second:02}Z"},
            )
            writer.write_record(record)

        html = ("Content-Type", "text/html; charset=EUC-KR")
        chunks = b"10\r\n" + HTML[:16] + b"\r\n" + b"%x\r\n" % len(HTML[16:]) + HTML[16:]
        add("dns:news.example", b"1.2.3.4", kind="resource")
        add("http://news.example/robots.txt", b"User-agent: *", ("Content-Type", "text/plain"))
        add("http://news.example/plain", HTML, html, second=9)
        add("http://news.example/chunked", chunks + b"\r\n0\r\n\r\n", html,
            ("Transfer-Encoding", "chunked"), second=8)  # fmt: skip
        add("http://news.example/unchunked", HTML, html, ("Transfer-Encoding", "chunked"), second=7)
        add("http://news.example/gzip", gzip.compress(HTML), html, ("Content-Encoding", "gzip"),
            second=6)  # fmt: skip
        add("http://news.example/ungzipped", HTML, html, ("Content-Encoding", "br"), second=5)
        add("http://news.example/resource", HTML, kind="resource", second=4)
        add("http://news.example/logo.png", b"\x89PNG", ("Content-Type", "image/png"))
        add("http://news.example/gone", b"x", html, status="404 Not Found")
        add("http://news.example/moved", b"", ("Location", "/"), status="301 Moved")
        for name in ("plain", "unknown"):
            digest = f"sha1:{'A' * 32}"
            if name == "plain":
                with_digest = writer.create_warc_record(
                    "x", "response", payload=io.BytesIO(HTML), length=len(HTML),
                    http_headers=StatusAndHeaders("200 OK", [], protocol="HTTP/1.1"),
                )  # fmt: skip
                digest = with_digest.rec_headers.get_header("WARC-Payload-Digest")
            revisit = writer.create_revisit_record(
                f"http://news.example/again-{name}", digest, "http://news.example/plain",
                "2024-01-01T00:00:09Z",
                http_headers=StatusAndHeaders("200 OK", [html], protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": "2024-01-02T00:00:00Z"},
            )  # fmt: skip
            writer.write_record(revisit)


@pytest.mark.parametrize("name", ["crawl.warc.gz", "crawl.warc"])
def test_archives_of_other_tools(tmp_path: Path, name: str) -> None:
    foreign(tmp_path / name, gz=name.endswith(".gz"))
    inputs = open_inputs(tmp_path / name)
    assert inputs.source == "crawl"
    documents = [found for found in inputs if isinstance(found, Document)]
    assert [d.name.rpartition("/")[2] for d in documents] == [
        "resource", "ungzipped", "gzip", "unchunked", "chunked", "plain", "again-plain",
    ]  # fmt: skip
    assert {d.body for d in documents} == {HTML}
    assert {d.source for d in documents} == {"crawl"}
    assert documents[1].hints == {"charset": "EUC-KR"}
    assert documents[1].fetched_at == datetime(2024, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert documents[-1].fetched_at == datetime(2024, 1, 2, tzinfo=UTC)
    assert len(documents) == inputs.total
    assert set(inputs.passed_over) == {
        "1 x robots.txt", "1 x image/png", "1 x gone", "1 x failed",
        "1 x revisit of a page that is not in the archive",
    }  # fmt: skip
    assert {d.source for d in open_inputs(tmp_path / name, "given") if isinstance(d, Document)} == {
        "given"
    }


def test_a_crawl_that_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    foreign(path)
    path.write_bytes(path.read_bytes()[:-500])
    inputs = open_inputs(path)
    assert inputs.total >= 6
    assert len(list(inputs)) == inputs.total


@pytest.mark.parametrize("data", [b"", b"no archive at all", b"\x1f\x8b\x08garbage", bytes(100)])
def test_what_is_no_archive_is_an_input_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(data)
    with pytest.raises(InputError, match="holds no pages"):
        open_inputs(path)


def test_a_folder_with_documents_is_a_folder_of_documents(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Oracle invests $8bn.")
    write(tmp_path, made(0))
    inputs = open_inputs(tmp_path)
    assert inputs.total == 1
    assert len(inputs.passed_over) == 1


def test_the_command_line_replays_an_archive(newsledger: Run, tmp_path: Path) -> None:
    text = "<p>Oracle said on Thursday it will invest $8 billion in Japan over ten years.</p>" * 3
    pages = [made(n, body=f"<html><body>{text}<p>Report {n}.</p>".encode()) for n in range(3)]
    write(tmp_path / "archive", *pages, made(9, found_in=None))
    code, out, _ = newsledger("replay", tmp_path / "archive", "--json")
    replayed = json.loads(out)
    assert code in (0, 1)
    assert [row["document"] for row in replayed["documents"]] == [p.request.url for p in pages]
    assert replayed["rows_added"] > 0
    assert replayed["passed_over"] == ["1 x listing (feed, sitemap, home page)"]
    again = json.loads(newsledger("replay", tmp_path / "archive", "--json")[1])
    assert again["rows_added"] == 0
