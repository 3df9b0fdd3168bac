"""Rounds of the monitor where servers misbehave, lie, fall silent or have too much to say."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopback import Loopback, Reply, redirect
from monitoring import Monitor, grant
from news_site import article, feed, sources

from flows import polling
from flows.fetching.records import Request
from flows.live import Session, pages


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def outcomes(monitor: Monitor) -> list[tuple[object, ...]]:
    """Of the articles, in the order of their captures."""
    return monitor.rows(
        "SELECT url, outcome FROM mart.captures WHERE NOT is_listing ORDER BY fetched_at, url"
    )


def test_a_feed_of_ten_thousand_entries_is_taken_by_and_by(
    server: Loopback, tmp_path: Path
) -> None:
    server.set("a.localhost", "*", Reply(status=410))
    server.set("a.localhost", "/robots.txt", Reply(status=404))
    named = [(server.url("a.localhost", f"/2026/{n}"), str(n)) for n in range(10_000)]
    server.set("a.localhost", "/feed", feed(named))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    report = monitor.round(recheck=False)
    assert [(poll.entries, poll.entries_new) for poll in report.polled] == [(10_000, 10_000)]
    assert report.retrieved == {"gone": pages.SHARE}
    assert report.waiting == 10_000 - pages.SHARE
    assert monitor.round(recheck=False).waiting == 10_000 - 2 * pages.SHARE


def test_a_feed_that_asks_us_to_wait_is_left_alone_with_its_whole_host(
    server: Loopback, tmp_path: Path
) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    right = feed([(one, "Grant")])
    slow_down = Reply(b"slow down", 429, (("Retry-After", "7200"),))
    server.set("a.localhost", "/feed", [right, slow_down, right])
    path = sources(tmp_path, server, "a.localhost")
    monitor = Monitor(path, tmp_path)
    monitor.round()
    monitor.clock.later(minutes=30)
    [poll] = monitor.round(recheck=False).polled
    assert poll.ending == "rate_limited"
    assert poll.next_at - poll.polled_at >= timedelta(hours=2)
    asked = server.asked("a.localhost")
    assert monitor.round().retrieved == {"rate_limited": 1}  # by a process that did not ask
    assert server.asked("a.localhost") == asked
    assert monitor.rows("SELECT count(*) FROM news.documents") == [(1,)]


def test_what_a_feed_hides_behind_its_etag_is_found(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "REFRESH_EVERY", 2)
    one, two = (
        server.set("a.localhost", f"/2026/{n}", article("Grant", *grant(f"${n} billion")))
        for n in (3, 4)
    )
    lying = replace(feed([(two, "Two"), (one, "One")], etag='"1"'), lying=True)
    server.set("a.localhost", "/feed", [feed([(one, "One")], etag='"1"'), lying])
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    seen = []
    for _ in range(4):
        [poll] = monitor.round(recheck=False).polled
        seen.append((poll.ending, poll.entries_new))
        monitor.clock.later(minutes=30)
    assert seen == [("polled", 1), ("not_modified", 0), ("not_modified", 0), ("polled", 1)]
    assert [url for url, _ in outcomes(monitor)] == [one, two]


def test_a_date_in_the_future_is_no_date(server: Loopback, tmp_path: Path) -> None:
    page = article("Grant", *grant("$2.9 billion"), day=datetime(2999, 1, 1, tzinfo=UTC))
    one = server.set("a.localhost", "/2026/norcell", page)
    ahead = feed([(one, "Grant")])
    server.set(
        "a.localhost", "/feed", replace(ahead, body=ahead.body.replace(b" 2026 ", b" 2999 "))
    )
    monitor = Monitor(
        sources(tmp_path, server, "a.localhost", expect='{ newest_within = "1h" }'), tmp_path
    )
    assert monitor.round().read == {"loaded": 1}
    [(published, hints)] = monitor.rows(
        "SELECT published_at, hints FROM news.documents, ops.captures WHERE NOT is_listing"
    )
    assert published is None
    assert "2999" not in str(hints)


def test_a_host_that_falls_silent_is_told_and_so_is_its_return(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "DISABLE_AT", 1.0)
    right = feed([(server.url("a.localhost", "/2026/none"), "None")])
    silence = Reply(silent=True)
    server.set("a.localhost", "/feed", [right, silence, silence, right])
    path = sources(tmp_path, server, "a.localhost", more='read_timeout = "1s"')
    monitor = Monitor(path, tmp_path)
    seen = []
    for _ in range(4):
        [poll] = monitor.round(recheck=False).polled
        seen.append((poll.ending, poll.state))
        monitor.clock.later(days=2)
    assert seen == [
        ("polled", "active"), ("unreachable", "active"), ("unreachable", "disabled"),
        ("not_modified", "active"),
    ]  # fmt: skip
    told = monitor.rows(
        "SELECT name, subject, payload FROM ops.outbox WHERE name LIKE '%.source.%' "
        "ORDER BY occurred_at"
    )
    assert [(name, subject) for name, subject, _ in told] == [
        ("newsledger.source.failing", "a"), ("newsledger.source.recovered", "a"),
    ]  # fmt: skip
    assert "no answer" in str(told[0][2])


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_no_redirect_leads_into_a_private_network(
    server: Loopback, tmp_path: Path, host: str
) -> None:
    secret = f"http://{host}:{server.port}/secret"
    one = server.set("a.localhost", "/2026/norcell", redirect(secret))
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    assert monitor.round().retrieved == {"refused": 1}
    assert "/secret" not in server.asked()
    assert outcomes(monitor) == [(one, "refused")]


def test_a_folder_and_an_archive_are_sources(server: Loopback, tmp_path: Path) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    first = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    first.round()
    other = tmp_path / "other"
    (other / "pages").mkdir(parents=True)
    shutil.copytree(tmp_path / "archive", other / "crawl")
    text = "Nortel granted $7 million to a school in Graz, its mayor said on Monday.\n" * 2
    (other / "pages" / "a.txt").write_text(text, "utf-8")
    path = other / "sources.toml"
    path.write_text(
        '[[source]]\nname = "shelf"\nkind = "folder"\npath = "pages"\n'
        '[[source]]\nname = "crawl"\nkind = "warc"\npath = "crawl"\n',
        "utf-8",
    )
    second = Monitor(path, other)

    def polled() -> list[tuple[object, ...]]:
        return [(p.source, p.ending, p.entries, p.entries_new) for p in second.round().polled]

    assert polled() == [("crawl", "polled", 1, 1), ("shelf", "polled", 1, 1)]
    second.clock.later(days=2)
    assert {ending for _, ending, _, _ in polled()} == {"not_modified"}
    (other / "pages" / "b.txt").write_text(text.replace("7", "8"), "utf-8")
    second.clock.later(days=2)
    assert ("shelf", "polled", 2, 1) in polled()
    texts = "SELECT content_hash FROM news.versions v JOIN news.documents d USING (version_id) {}"
    assert second.rows(texts.format("WHERE source = 'a'")) == first.rows(texts.format(""))


def test_pages_wait_while_reading_is_behind(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_UNREAD", 3)
    named = [
        (server.set("a.localhost", f"/2026/{n}", article("Grant", *grant(f"${n} billion"))), "")
        for n in range(2, 7)
    ]
    server.set("a.localhost", "/feed", feed(named))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    first = monitor.round(read=False)
    assert (first.retrieved, first.waiting, first.unread) == ({"fetched": 3}, 2, 3)
    monitor.clock.later(minutes=30)
    second = monitor.round(read=False)
    assert (len(second.polled), second.retrieved, second.waiting) == (1, {}, 2)
    assert monitor.round().read == {"loaded": 3}
    third = monitor.round(recheck=False)
    assert (third.retrieved, third.waiting, third.unread) == ({"fetched": 2}, 0, 0)


def test_an_article_corrected_in_steps(server: Loopback, tmp_path: Path) -> None:
    note = "Correction: an earlier version of this report said $29 billion."
    steps = [grant("$2.9 billion"), grant("$29 billion"), grant("$2.7 billion", note)]
    one = server.set("a.localhost", "/2026/norcell", [article("Grant", *text) for text in steps])
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    for _ in steps:
        monitor.round()
        monitor.clock.later(minutes=20)
    assert [outcome for _, outcome in outcomes(monitor)] == ["loaded", "revision", "revision"]
    reasons = monitor.rows(
        "SELECT reason, count(*) FROM mart.verdicts WHERE verdict = 'supersedes' GROUP BY 1 "
        "ORDER BY 1"
    )
    assert {reason for reason, _ in reasons} == {"correction", "silent_edit"}


def test_a_failed_page_is_asked_for_again_though_its_source_is_not_looked_at_again(
    server: Loopback, tmp_path: Path
) -> None:
    page = article("Grant", *grant("$2.9 billion"))
    one = server.set("a.localhost", "/2026/norcell", [Reply(status=500), page])
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost", recheck="false"), tmp_path)
    assert monitor.round().retrieved == {"failed": 1}
    for expected in ({"fetched": 1}, {}):
        monitor.clock.later(minutes=20)
        assert monitor.round().retrieved == expected


def test_a_process_begins_with_the_delays_of_the_one_that_was_killed(
    server: Loopback, tmp_path: Path
) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    path = sources(tmp_path, server, "a.localhost", delay='"0.5s"')
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / ".asking.lock").write_text("of one that wrote nothing yet", "utf-8")
    request = Request(one, "a", "feed")
    begun = time.time()
    with Session(path, tmp_path / "n.duckdb") as session, session.asking():
        session.run(session.fetch(request))
    assert server.starts("a.localhost")[0] - begun >= 0.49
