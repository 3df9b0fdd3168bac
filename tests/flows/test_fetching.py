"""Retrievals from a real server on loopback: every ending, and what goes over the wire."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest
from loopback import Loopback, Reply, Seen, redirect, robots

from flows.fetching.addresses import Resolve
from flows.fetching.client import Fetcher
from flows.fetching.records import Ending, Request, Retrieval
from flows.fetching.settings import Limits, Manners, Settings

SETTINGS = Settings(contact="tests@example.org", allow_private_hosts=("*.localhost",))
QUICK = Manners(delay_seconds=0.0, parallel=8, retry_seconds=0.0)
PATIENT = Limits()
SHORT = Limits(read_seconds=0.4, connect_seconds=2.0, total_seconds=1.5)
PAGE = b"<html><body><p>Oracle invests $8bn in Japan.</body></html>"
TLS = Path(__file__).with_name("loopback.pem")


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def run(
    *requests: Request,
    settings: Settings = SETTINGS,
    limits: Limits = PATIENT,
    manners: Manners = QUICK,
    together: bool = False,
    resolve: Resolve | None = None,
) -> list[Retrieval]:
    async def main() -> list[Retrieval]:
        async with Fetcher(settings, limits, manners, resolve=resolve) as fetcher:
            if together:
                return list(await asyncio.gather(*(fetcher.fetch(r) for r in requests)))
            return [await fetcher.fetch(r) for r in requests]

    return asyncio.run(main())


def get(url: str, limits: Limits = PATIENT, **known: str | None) -> Retrieval:
    [retrieval] = run(Request(url, "source", "feed", **known), limits=limits)  # type: ignore[arg-type]
    return retrieval


def page(url: str) -> Request:
    return Request(url, "source", "feed")


def test_a_page_with_what_its_answer_says(server: Loopback) -> None:
    body = "<p>株価は4400億円".encode("shift_jis")
    url = server.set(
        "a.localhost",
        "/x?id=1",
        Reply(body, media_type="Text/HTML; Charset='Shift_JIS'", etag='"v1"', last_modified="x"),
    )
    got = get(url + "#part")
    assert (got.ending, got.message, got.status) == ("fetched", "", 200)
    assert (got.body, got.body_digest) == (body, hashlib.sha256(body).hexdigest())
    assert (got.media_type, got.charset) == ("text/html", "Shift_JIS")
    assert (got.etag, got.last_modified, got.url) == ('"v1"', "x", url)
    assert got.request.url == url + "#part"
    assert server.asked() == ["/robots.txt", "/x?id=1"]
    assert [e.url for e in got.exchanges] == [server.url("a.localhost", "/robots.txt"), url]
    assert got.fetched_at == got.exchanges[-1].started_at
    assert 0 < got.seconds < 5


def test_who_we_say_we_are(server: Loopback) -> None:
    seen: list[Seen] = []

    def look(asked: Seen) -> Reply:
        seen.append(asked)
        return Reply(PAGE)

    get(server.set("a.localhost", "/", look))
    headers = seen[0].headers
    assert headers["user-agent"].startswith("newsledger/")
    assert headers["user-agent"].endswith(" (+tests@example.org)")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["host"] == f"a.localhost:{server.port}"


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        (401, "blocked"), (402, "blocked"), (403, "blocked"), (451, "blocked"),
        (404, "gone"), (410, "gone"), (429, "rate_limited"),
        (500, "failed"), (503, "failed"), (418, "failed"), (206, "failed"), (304, "failed"),
    ],
)  # fmt: skip
def test_endings_of_statuses(server: Loopback, status: int, ending: Ending) -> None:
    got = get(server.set("a.localhost", "/x", Reply(PAGE, status)))
    assert (got.ending, got.status) == (ending, status)
    assert str(status) in got.message and "/x" in got.message
    assert got.body == b""


def test_right_and_lying_validators(server: Loopback) -> None:
    right = [Reply(PAGE, etag='"1"'), Reply(PAGE + b"!", etag='"2"')]
    first = get(server.set("a.localhost", "/right", right[0]))
    same = get(server.url("a.localhost", "/right"), etag=first.etag)
    assert (same.ending, same.status, same.etag, same.body) == ("not_modified", 304, '"1"', b"")
    server.set("a.localhost", "/right", right[1])
    changed = get(server.url("a.localhost", "/right"), etag=first.etag)
    assert (changed.ending, changed.etag) == ("fetched", '"2"')
    # A stale 304 is only found out by asking without a condition.
    server.set("a.localhost", "/lie", Reply(PAGE + b"!", etag='"1"', lying=True))
    assert get(server.url("a.localhost", "/lie"), etag='"0"').ending == "not_modified"
    assert get(server.url("a.localhost", "/lie"), body_digest="0").ending == "fetched"


def test_the_same_bytes_are_not_modified(server: Loopback) -> None:
    day = "Mon, 01 Jan 2024 00:00:00 GMT"
    url = server.set("a.localhost", "/x", Reply(PAGE, last_modified=day))
    digest = hashlib.sha256(PAGE).hexdigest()
    got = get(url, body_digest=digest)
    assert (got.ending, got.status, got.body_digest) == ("not_modified", 200, digest)
    assert get(url, last_modified=day).status == 304


def test_an_article_corrected_in_steps(server: Loopback) -> None:
    texts = [b"<p>invests $2.9bn", b"<p>invests $2.9bn", b"<p>invests $29bn"]
    url = server.set("a.localhost", "/x", [Reply(text) for text in texts])
    digest = None
    endings = []
    for _ in texts:
        got = get(url, body_digest=digest)
        digest = got.body_digest
        endings.append(got.ending)
    assert endings == ["fetched", "not_modified", "fetched"]


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda data: ("gzip", gzip.compress(data)), id="gzip"),
        pytest.param(lambda data: ("x-gzip", gzip.compress(data[:9]) + gzip.compress(data[9:])),
                     id="two members"),
        pytest.param(lambda data: ("gzip", gzip.compress(data) + b"\0" * 40), id="padding"),
        pytest.param(lambda data: ("deflate", zlib.compress(data)), id="zlib"),
        pytest.param(lambda data: ("deflate", zlib.compress(data)[2:-4]), id="bare deflate"),
        pytest.param(lambda data: ("gzip, deflate", zlib.compress(gzip.compress(data))), id="both"),
        pytest.param(lambda data: ("identity", data), id="identity"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("chunked", [True, False])
def test_compressed_bodies(
    server: Loopback, encode: Callable[[bytes], tuple[str, bytes]], chunked: bool
) -> None:
    data = PAGE * 3000
    coding, body = encode(data)
    reply = Reply(body, headers=(("Content-Encoding", coding),), chunked=chunked)
    got = get(server.set("a.localhost", "/x", reply))
    assert (got.ending, got.body) == ("fetched", data)
    assert got.exchanges[-1].body == body


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        ("gzip", gzip.compress(PAGE * 99)[:-30], "break off"),
        ("gzip", gzip.compress(PAGE)[:-4], "break off"),
        ("gzip", PAGE, "damaged"),
        ("deflate", zlib.compress(PAGE)[:-4], "break off"),
        ("br", b"\x0b\x02\x80", "'br' was not asked for"),
    ],
)
def test_broken_compression_fails_in_words(
    server: Loopback, coding: str, body: bytes, words: str
) -> None:
    reply = Reply(body, headers=(("Content-Encoding", coding),))
    got = get(server.set("a.localhost", "/x", reply))
    assert got.ending == "failed"
    assert words in got.message
    assert got.exchanges[-1].body == body  # for the archive


def test_bombs_and_large_bodies_are_too_large(server: Loopback) -> None:
    bomb = gzip.compress(bytes(60 << 20))
    coding = (("Content-Encoding", "gzip"),)
    nested = gzip.compress(bomb)
    url = server.set("a.localhost", "/bomb", Reply(bomb, headers=coding))
    assert get(url).ending == "too_large"
    double = Reply(nested, headers=(("Content-Encoding", "gzip, gzip"),))
    assert get(server.set("a.localhost", "/double", double)).ending == "too_large"
    limits = Limits(wire_bytes=100_000)
    announced = server.set("a.localhost", "/announced", Reply(bytes(100_001)))
    unannounced = server.set("a.localhost", "/unannounced", Reply(bytes(300_000), chunked=True))
    exact = server.set("a.localhost", "/exact", Reply(b"x" * 100_000))
    got = run(page(announced), page(unannounced), page(exact), limits=limits)
    assert [r.ending for r in got] == ["too_large", "too_large", "fetched"]
    assert [r.exchanges[-1].truncated for r in got] == ["length", "length", ""]
    assert len(got[1].exchanges[-1].body) == 100_000


@pytest.mark.parametrize(
    ("reply", "ending", "words"),
    [
        (Reply(PAGE, length=5000), "failed", "broke off after"),
        (Reply(PAGE, chunked=True, cut=20), "failed", "broke off after"),
        (Reply(PAGE * 20, piece=1, pause=0.05), "failed", "did not end within 1.5 s"),
        (Reply(PAGE * 2, piece=60, pause=5.0), "failed", "fell silent"),
        (Reply(silent=True), "unreachable", "no answer within 0.4 s"),
        (Reply(reset=True), "unreachable", "broke before an answer"),
        (Reply(raw=b"220 mail.example ESMTP\r\n"), "unreachable", "broke before an answer"),
        (Reply(b""), "failed", "nothing in it"),
    ],
)
def test_broken_answers(server: Loopback, reply: Reply, ending: Ending, words: str) -> None:
    slow = reply.silent or reply.pause
    got = get(server.set("a.localhost", "/x", reply), SHORT if slow else PATIENT)
    assert got.ending == ending
    assert words in got.message, got.message


def test_a_claimed_length_that_is_too_short_cuts_the_body(server: Loopback) -> None:
    got = get(server.set("a.localhost", "/x", Reply(PAGE, length=10)))
    assert (got.ending, got.body) == ("fetched", PAGE[:10])


def test_two_hundred_headers(server: Loopback) -> None:
    headers = tuple((f"X-Header-{n}", "v" * 100) for n in range(200))
    got = get(server.set("a.localhost", "/x", Reply(PAGE, headers=headers)))
    assert got.ending == "fetched"
    assert len(got.exchanges[-1].headers) >= 200


def test_html_in_place_of_a_feed_is_fetched_as_what_it_is(server: Loopback) -> None:
    got = get(server.set("a.localhost", "/feed.xml", Reply(PAGE)))
    assert (got.ending, got.media_type) == ("fetched", "text/html")


@pytest.mark.parametrize("failing", [Reply(b"", 503), Reply(b"", 502), Reply(reset=True)])
def test_a_passing_fault_is_tried_once_more(server: Loopback, failing: Reply) -> None:
    once = get(server.set("a.localhost", "/once", [failing, Reply(PAGE)]))
    assert once.ending == "fetched"
    assert server.asked().count("/once") == 2
    assert len(once.exchanges) == 3  # robots.txt, the fault, the answer
    always = get(server.set("a.localhost", "/always", failing))
    assert always.ending in ("failed", "unreachable")
    assert server.asked().count("/always") == 2


def test_retry_after_in_seconds_and_as_a_date(server: Loopback) -> None:
    def answer(status: int, value: str) -> float | None:
        reply = Reply(b"", status, (("Retry-After", value),))
        return get(server.set("a.localhost", "/x", reply)).retry_after

    later = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    assert answer(429, "120") == 120
    assert answer(503, "999999999999") == 86400
    assert answer(503, "-5") is None
    assert answer(429, "soon") is None
    assert answer(200, "120") is None
    assert answer(429, "Mon, 01 Jan 2024 00:00:00 GMT") == 0
    in_two_hours = answer(503, later)
    assert in_two_hours is not None and 7100 < in_two_hours <= 7200
    assert server.asked().count("/x") == 7  # no retry where a time is given


def test_a_host_that_asks_us_to_stay_away_is_left_alone(server: Loopback) -> None:
    slow = server.set("a.localhost", "/slow", Reply(b"", 429, (("Retry-After", "3600"),)))
    other = server.set("a.localhost", "/other", Reply(PAGE))
    elsewhere = server.set("b.localhost", "/", Reply(PAGE))
    got = run(page(slow), page(other), page(elsewhere))
    assert [r.ending for r in got] == ["rate_limited", "rate_limited", "fetched"]
    assert got[1].status is None
    assert 3500 < (got[1].retry_after or 0) <= 3600
    assert "stay away" in got[1].message
    assert "/other" not in server.asked()


def test_redirects_are_followed_and_recorded(server: Loopback) -> None:
    end = server.set("b.localhost", "/ende/für", Reply(PAGE))
    server.sites["b.localhost"]["/ende/f%C3%BCr"] = Reply(PAGE)
    server.set("a.localhost", "/2", redirect(f"//b.localhost:{server.port}/ende/f%C3%BCr#x", 308))
    got = get(server.set("a.localhost", "/1", redirect("2", 301)))
    assert got.ending == "fetched"
    assert got.url == end.replace("ü", "%C3%BC")
    assert [e.status for e in got.exchanges] == [404, 301, 308, 404, 200]
    assert got.request.url.endswith("/1")


def test_redirects_without_end(server: Loopback) -> None:
    server.set("a.localhost", "/one", redirect("/two"))
    server.set("a.localhost", "/two", redirect("/one"))
    loop = get(server.url("a.localhost", "/one"))
    assert loop.ending == "failed"
    assert "circle" in loop.message
    assert loop.message.count("/one") == 2 and loop.message.count("/two") == 1
    for number in range(30):
        server.set("a.localhost", f"/n{number}", redirect(f"/n{number + 1}"))
    chain = get(server.url("a.localhost", "/n0"))
    assert (chain.ending, chain.url.rpartition("/")[2]) == ("failed", "n10")
    assert "more than 10 redirects" in chain.message
    nowhere = get(server.set("a.localhost", "/x", redirect("http://[")))
    assert (nowhere.ending, "no http or https address" in nowhere.message) == ("refused", True)


@pytest.mark.parametrize(
    "to",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:{port}/", "http://[::1]:{port}/",
     "http://[::ffff:127.0.0.1]:{port}/", "http://10.0.0.7/", "http://2130706433:{port}/",
     "http://0x7f.1:{port}/", "file:///etc/passwd", "ftp://a.localhost/", "javascript:alert(1)",
     "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/"],
)  # fmt: skip
def test_redirects_to_private_addresses_are_refused(server: Loopback, to: str) -> None:
    server.sites["127.0.0.1"] = {"*": Reply(b"secret")}

    async def numeric(host: str, port: int) -> list[str]:
        return [socket.inet_ntoa(socket.inet_aton(host))]  # as the system's look-up does

    start = server.set("a.localhost", "/x", redirect(to.format(port=server.port)))
    [got] = run(page(start), resolve=numeric)
    assert got.ending == "refused", got.message
    assert got.body == b""
    assert {access.host for access in server.log} == {"a.localhost"}


def test_only_hosts_that_are_allowed_by_name(server: Loopback) -> None:
    settings = Settings("x", allow_private_hosts=("a.localhost",))
    a = server.set("a.localhost", "/", Reply(PAGE))
    b = server.set("b.localhost", "/", Reply(PAGE))
    got = run(page(a), page(b), settings=settings)
    assert [r.ending for r in got] == ["fetched", "refused"]
    assert "allow_private_hosts" in got[1].message


@pytest.mark.parametrize("url", ["", "x", "http://", "mailto:a@b.c", "http://a b/", "//a.b/", "\n"])
def test_addresses_that_are_none(url: str) -> None:
    got = get(url)
    assert (got.ending, got.status, got.exchanges) == ("refused", None, ())
    assert "no http or https address" in got.message


def test_no_name_and_no_port() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    urls = ("http://gone.example/", "http://gone.example/2", "http://a.localhost:1/")
    got = run(*map(page, urls), resolve=resolve)
    assert [r.ending for r in got] == ["unreachable"] * 3
    assert "Name or service not known" in got[0].message
    assert "left alone for another 600 s" in got[1].message
    assert got[1].exchanges == ()
    assert "no connection" in got[2].message


def test_robots_are_obeyed_and_archived(server: Loopback) -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: newsledger\nDisallow: /private\n"
    server.set("a.localhost", "/robots.txt", robots(text))
    server.set("a.localhost", "/private", Reply(PAGE))
    server.set("a.localhost", "/open", Reply(PAGE))
    urls = [server.url("a.localhost", path) for path in ("/private", "/open", "/private/2")]
    got = run(*map(page, urls))
    assert [r.ending for r in got] == ["robots", "fetched", "robots"]
    assert (got[0].status, got[0].body) == (None, b"")
    assert [e.body for e in got[0].exchanges] == [text.encode()]
    assert "/robots.txt asks newsledger to stay away" in got[0].message
    assert server.asked() == ["/robots.txt", "/open"]


def test_robots_of_the_host_redirected_to(server: Loopback) -> None:
    server.set("b.localhost", "/robots.txt", robots("User-agent: *\nDisallow: /"))
    url = server.set("a.localhost", "/x", redirect(server.url("b.localhost", "/y")))
    got = get(url)
    assert (got.ending, got.status) == ("robots", None)
    assert server.asked("b.localhost") == ["/robots.txt"]


@pytest.mark.parametrize(
    ("reply", "ending"),
    [
        (Reply(b"x", 404), "fetched"),
        (Reply(b"x", 403), "fetched"),
        (Reply(b"x", 500), "robots"),
        (Reply(b"x", 503), "robots"),
        (Reply(b"x", 429), "robots"),
        (Reply(silent=True), "unreachable"),
        (Reply(reset=True), "unreachable"),
        (Reply(b"<html>\xff\xfe no robots at all"), "fetched"),
        (redirect("/robots.txt"), "fetched"),
        (Reply(b"User-agent: *\nAllow: /\n" + b"#\n" * 900_000 + b"Disallow: /\n"), "fetched"),
    ],
)
def test_answers_in_place_of_robots(server: Loopback, reply: Reply, ending: Ending) -> None:
    server.set("a.localhost", "/robots.txt", reply)
    server.set("a.localhost", "/x", Reply(PAGE))
    manners = Manners(delay_seconds=0, retry_seconds=0, patience_seconds=0)
    limits = SHORT if reply.silent else PATIENT
    [got] = run(page(server.url("a.localhost", "/x")), manners=manners, limits=limits)
    assert got.ending == ending, got.message


def test_robots_are_asked_once_by_many(server: Loopback) -> None:
    server.set("a.localhost", "*", Reply(PAGE))
    server.set("a.localhost", "/robots.txt", Reply(b"", 404, wait=0.1))
    run(*(page(server.url("a.localhost", f"/{n}")) for n in range(20)), together=True)
    assert server.asked().count("/robots.txt") == 1


def test_delay_and_parallel_requests(server: Loopback) -> None:
    manners = Manners(delay_seconds=0.1, parallel=2)
    server.set("a.localhost", "*", Reply(PAGE, wait=0.25))
    server.set("b.localhost", "*", Reply(PAGE))
    urls = [server.url("a.localhost", f"/{n}") for n in range(5)]
    other = page(server.url("b.localhost", "/"))
    got = run(*map(page, urls), other, manners=manners, together=True)
    starts = sorted(r.fetched_at for r in got[:5])
    assert all(b - a > timedelta(seconds=0.05) for a, b in pairwise(starts))
    assert len(server.starts("a.localhost")) == 6
    assert server.most_open["a.localhost"] == 2
    assert got[5].fetched_at < starts[3]


def test_a_crawl_delay_wins_over_a_shorter_one(server: Loopback) -> None:
    text = "User-agent: *\nCrawl-delay: 0.3\n"
    server.set("a.localhost", "/robots.txt", robots(text))
    server.set("a.localhost", "*", Reply(PAGE))
    urls = [server.url("a.localhost", f"/{n}") for n in range(3)]
    starts = sorted(r.fetched_at for r in run(*map(page, urls), together=True))
    assert all(b - a > timedelta(seconds=0.2) for a, b in pairwise(starts))


def test_a_host_that_falls_silent_is_left_alone(server: Loopback) -> None:
    server.set("a.localhost", "*", Reply(silent=True))
    server.set("a.localhost", "/robots.txt", robots(""))
    got = run(*(page(server.url("a.localhost", f"/{n}")) for n in range(5)), limits=SHORT)
    assert {r.ending for r in got} == {"unreachable"}
    assert server.asked() == ["/robots.txt", "/0", "/1"]
    assert "left alone" in got[-1].message


def test_nothing_secret_is_sent_twice_or_recorded(server: Loopback) -> None:
    seen: list[dict[str, str]] = []

    def look(asked: Seen) -> Reply:
        seen.append(asked.headers)
        cookies = (("Set-Cookie", "session=hidden"), ("X-Echo", asked.target))
        return Reply(b"", 503, cookies)

    server.set("a.localhost", "/feed", look)
    server.set("a.localhost", "/robots.txt", look)
    server.sites["a.localhost"]["/robots.txt"] = Reply(
        b"", 404, (("Set-Cookie", "session=hidden"),)
    )
    url = f"http://user:hidden@a.localhost:{server.port}/feed?token=t0ken&x=1"
    settings = Settings("x", ("*.localhost",), secrets=("t0ken",))
    got = run(page(url), page(url), settings=settings)
    assert "authorization" in seen[0]
    assert not any("cookie" in headers for headers in seen)
    for retrieval in got:
        assert retrieval.request.url == f"http://a.localhost:{server.port}/feed?token=***&x=1"
        assert "***" in retrieval.message
        assert "hidden" not in repr(retrieval) and "t0ken" not in repr(retrieval)
        assert "Authorization" not in repr(retrieval)


def test_tls_is_verified_for_the_name_although_we_connect_to_an_address() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS)
    names: list[str | None] = []
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    with Loopback(context=context) as server:
        right = page(server.set("a.localhost", "/", Reply(PAGE)))
        wrong = page(server.set("b.localhost", "/", Reply(PAGE)))
        trusting = Settings("x", ("*.localhost",), ca_file=TLS)
        got = run(right, wrong, settings=trusting)
        assert [r.ending for r in got] == ["fetched", "unreachable"]
        assert "certificate" in got[1].message.lower()
        assert names[:1] == ["a.localhost"]
        [distrusted] = run(right)
        assert distrusted.ending == "unreachable"


def test_a_proxy_only_when_it_is_configured(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    url = server.set("a.localhost", "/x", Reply(PAGE))
    assert get(url).ending == "fetched"
    with Loopback() as proxy:
        settings = Settings("x", ("*.localhost",), proxy=f"http://127.0.0.1:{proxy.port}")
        proxy.sites["a.localhost"] = {url: Reply(b"from the proxy")}
        private = page("http://10.1.2.3/")
        got = run(page(url), private, settings=settings)
    assert got[0].body == b"from the proxy"
    assert got[1].ending == "refused"
    assert proxy.asked() == [url.replace("/x", "/robots.txt"), url]
