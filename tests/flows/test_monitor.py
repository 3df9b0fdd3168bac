"""Rounds of the monitor against real servers on loopback: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Loopback, Reply, robots
from monitoring import Monitor, grant
from news_site import article, feed, sources

from flows import steps
from warehouse import Warehouse

NEWS = "SELECT COLUMNS(lambda c: c NOT IN ('run_id', 'found_at')) FROM news.{} ORDER BY ALL"
TABLES = ("articles", "versions", "documents", "removals", "passages", "facts", "participants")


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def test_a_round_takes_what_a_feed_names(server: Loopback, tmp_path: Path) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    gone = server.url("a.localhost", "/2026/lost")
    server.set("a.localhost", "/feed", feed([(one, "Grant"), (gone, "Lost")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    report = monitor.round()
    assert [(poll.source, poll.ending, poll.entries, poll.entries_new) for poll in report.polled] \
        == [("a", "polled", 2, 2)]  # fmt: skip
    assert report.retrieved == {"fetched": 1, "gone": 1}
    assert report.read == {"loaded": 1}
    assert monitor.rows("SELECT outcome, count(*) FROM ops.capture_outcomes GROUP BY 1 ORDER BY 1")\
        == [("gone", 1), ("loaded", 1), ("polled", 1)]  # fmt: skip
    [(value, document)] = monitor.rows(
        "SELECT value, document FROM mart.facts WHERE kind = 'money'"
    )
    assert (float(str(value)), document) == (2.9e9, one)


def test_nothing_is_due_until_its_time_and_nothing_is_taken_twice(
    server: Loopback, tmp_path: Path
) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    server.set("a.localhost", "/feed", feed([(one, "Grant")], etag='"1"'))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    monitor.round(recheck=False)
    idle = monitor.round(recheck=False)
    assert (idle.polled, idle.retrieved) == ((), {})
    monitor.clock.later(minutes=30)
    [again] = monitor.round(recheck=False).polled
    assert (again.ending, again.entries_new) == ("not_modified", 0)
    assert server.asked("a.localhost").count("/2026/norcell") == 1


def test_a_clock_set_back_by_a_year_keeps_no_source_waiting(
    server: Loopback, tmp_path: Path
) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    server.set("a.localhost", "/feed", feed([(one, "Grant")], etag='"1"'))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    monitor.round(recheck=False)
    monitor.clock.later(days=-365)
    [again] = monitor.round(recheck=False).polled
    assert again.ending == "polled"


def test_an_article_that_changes_is_found_by_looking_again(
    server: Loopback, tmp_path: Path
) -> None:
    pages = [
        article("Grant", *grant("$2.9 billion"), aside="Ten recipes"),
        article("Grant", *grant("$2.9 billion"), aside="Eleven recipes"),
        article("Grant", *grant("$29 billion"), aside="Twelve recipes"),
    ]
    one = server.set("a.localhost", "/2026/norcell", pages)
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    monitor.round()
    seen = []
    for _ in range(2):
        monitor.clock.later(minutes=20)
        report = monitor.round()
        assert report.rechecked == 1
        seen.append(monitor.rows("SELECT count(*) FROM news.versions")[0][0])
    assert seen == [1, 2]
    outcomes = monitor.rows(
        "SELECT o.outcome FROM ops.captures c JOIN ops.capture_outcomes o USING (capture_id) "
        "WHERE NOT is_listing ORDER BY fetched_at"
    )
    assert [outcome for (outcome,) in outcomes] == ["loaded", "unchanged", "revision"]
    assert monitor.rows(
        "SELECT verdict, reason FROM mart.verdicts WHERE verdict = 'supersedes'"
    ) == [("supersedes", "silent_edit")]


def test_the_archive_replayed_gives_the_rows_of_the_live_run(
    server: Loopback, tmp_path: Path
) -> None:
    first = server.set("a.localhost", "/2026/norcell", [
        article("Grant", *grant("$2.9 billion")),
        article("Grant", *grant("$2.7 billion", "Correction: an earlier version of this report "
                                                "said $2.9 billion.")),
    ])  # fmt: skip
    second = server.set("b.localhost", "/news/18234", article("Help", *grant("$3.1 billion")))
    server.set("a.localhost", "/feed", feed([(first, "Grant")]))
    server.set("b.localhost", "/feed", feed([(second, "Help"), (first, "Grant")]))
    path = sources(tmp_path, server, "a.localhost", "b.localhost", lang='"en"', place='"PT"')
    monitor = Monitor(path, tmp_path)
    monitor.round()
    monitor.clock.later(minutes=20)
    monitor.round()
    replayed = tmp_path / "replayed.duckdb"
    steps.replay(tmp_path / "archive", replayed)
    for table in TABLES:
        again = Warehouse(replayed).query(NEWS.format(table)).rows
        assert list(again) == monitor.rows(NEWS.format(table)), table
    assert len(monitor.rows("FROM news.versions")) == 3


def test_what_a_killed_run_left_in_the_archive_is_landed_and_read(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = server.set("a.localhost", "/2026/norcell", article("Grant", *grant("$2.9 billion")))
    server.set("a.localhost", "/feed", feed([(one, "Grant")], etag='"1"'))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    for step in ("land", "unnamed"):  # before the feed is landed
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(Warehouse, step, die)
            monitor.round()
    report = monitor.round()
    assert report.recovered >= 1
    assert report.read == {"loaded": 1}
    assert server.asked("a.localhost").count("/2026/norcell") == 1


def test_robots_are_obeyed_and_it_is_said(server: Loopback, tmp_path: Path) -> None:
    one = server.set("a.localhost", "/private/1", article("Grant", *grant("$2.9 billion")))
    server.set("a.localhost", "/robots.txt", robots("User-agent: *\nDisallow: /private"))
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    assert monitor.round().retrieved == {"robots": 1}
    assert "/private/1" not in server.asked("a.localhost")
    [(outcome, message)] = monitor.rows(
        "SELECT outcome, message FROM mart.captures WHERE NOT is_listing"
    )
    assert outcome == "robots"
    assert "robots.txt" in str(message)


def test_a_page_in_place_of_the_feed_is_told_with_a_remedy(
    server: Loopback, tmp_path: Path
) -> None:
    server.set("a.localhost", "/feed", Reply(b"<!doctype html><html><body>Moved</body></html>"))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    [poll] = monitor.round().polled
    assert poll.ending == "not_a_feed"
    assert 'kind = "homepage"' in poll.message


def test_addresses_left_out_are_on_record_and_never_asked_for(
    server: Loopback, tmp_path: Path
) -> None:
    sport = server.set("a.localhost", "/sport/1", article("Match", "It ended 3-1."))
    server.set("a.localhost", "/feed", feed([(sport, "Match")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost", exclude='["*/sport/*"]'), tmp_path)
    assert monitor.round().retrieved == {}
    assert monitor.rows("SELECT skipped <> '' FROM ops.discoveries") == [(True,)]


def test_a_page_that_fails_is_asked_for_again(server: Loopback, tmp_path: Path) -> None:
    page = article("Grant", *grant("$2.9 billion"))
    one = server.set("a.localhost", "/2026/norcell", [Reply(status=500), page])
    server.set("a.localhost", "/feed", feed([(one, "Grant")]))
    monitor = Monitor(sources(tmp_path, server, "a.localhost"), tmp_path)
    assert monitor.round().retrieved == {"failed": 1}
    monitor.clock.later(minutes=20)
    report = monitor.round()
    assert (report.retrieved, report.read) == ({"fetched": 1}, {"loaded": 1})
