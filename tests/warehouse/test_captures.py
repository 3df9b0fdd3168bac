"""Captures: landing, what waits, what is known, how each ends, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from made_articles import START, run
from made_captures import URL, capture, captured, minutes, page, poll

from warehouse import ArchiveFile, Discovery, Warehouse, capture_id

BODY = "\n".join((
    "The city of Portmouth will invest $2.9 billion in its harbour over the next two years.",
    "Mayor Ann Lee said on Tuesday that work on the quays begins in spring.",
    "The council approved the plan after a debate of nine hours, and the opposition walked out.",
    "Fishermen, who have moored there for generations, fear for their berths.",
))  # fmt: skip


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse.path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_batch_lands_once(warehouse: Warehouse) -> None:
    batch = (
        [capture(), capture(URL + "2", minutes(1), ending="gone", message="404", status=404)],
        [poll()],
        [ArchiveFile("a.warc.gz", 4711)],
    )
    first = warehouse.land(*batch, run(1))
    assert (first.captures, first.polls, first.archives, first.waiting) == (2, 1, 1, 1)
    assert first.outcomes == {"gone": 1}
    assert first.events == (("newsledger.batch.landed", "test"),)
    again = warehouse.land(*batch, run(2))
    assert (again.captures, again.polls, again.archives, again.waiting) == (0, 0, 0, 0)
    assert again.events == ()
    assert warehouse.landed_archives() == {"a.warc.gz": 4711}
    assert not warehouse.replica.exists()


def test_what_lands_comes_back_as_it_was(warehouse: Warehouse) -> None:
    one = capture(hints={"title": "見出し", "published_at": "2024-04-10T09:00:00+00:00"})
    warehouse.land([one], [poll()], [], run())
    assert warehouse.pending(10) == [one]
    assert warehouse.poll_states() == {"feed": poll()}


def test_an_id_follows_from_source_address_and_moment() -> None:
    assert capture_id("a", URL, START) == capture_id("a", URL, START.astimezone())
    assert len({
        capture_id("a", URL, START),
        capture_id("b", URL, START),
        capture_id("a", URL + "?x=1", START),
        capture_id("a", URL, START + timedelta(microseconds=1)),
    }) == 4  # fmt: skip


def test_the_newest_poll_is_the_state(warehouse: Warehouse) -> None:
    warehouse.land([], [poll(minutes(60), failures=1.5), poll()], [], run(1))
    warehouse.land([], [poll(minutes(30))], [], run(2))
    assert warehouse.poll_states()["feed"].failures == 1.5


def test_a_poll_of_a_clock_that_was_ahead_is_no_state(warehouse: Warehouse) -> None:
    year = 365 * 24 * 60
    warehouse.land([], [poll(), poll(minutes(year), failures=3.0)], [], run(1))
    assert warehouse.poll_states(minutes(5))["feed"] == poll()
    warehouse.land([], [poll(minutes(10), failures=1.0)], [], run(2))
    assert warehouse.poll_states(minutes(11))["feed"].failures == 1.0


def test_the_oldest_waits_first_and_no_longer_once_read(warehouse: Warehouse) -> None:
    late, early = capture(at=minutes(5)), capture(URL + "2", START)
    warehouse.land([late, early], [], [], run(1))
    assert warehouse.pending(1) == [early]
    assert warehouse.pending_count() == 2
    warehouse.load_captures([captured(page(BODY), START, URL + "2")], [early.capture_id], run(2))
    assert warehouse.pending(10) == [late]
    assert warehouse.pending_count() == 1


def test_a_listing_is_polled_or_no_feed(warehouse: Warehouse) -> None:
    good, bad, third = (capture(f"https://news.example/feed{n}", is_listing=True) for n in range(3))
    polls = [
        poll(source="good", capture_id=good.capture_id),
        poll(source="bad", capture_id=bad.capture_id, ending="not_a_feed", message="a web page"),
    ]
    report = warehouse.land([good, bad, third], polls, [], run())
    assert report.outcomes == {"not_a_feed": 1, "polled": 2}
    assert warehouse.pending_count() == 0


def test_articles_and_captures_must_pair(warehouse: Warehouse) -> None:
    with pytest.raises(ValueError, match="one each"):
        warehouse.load_captures([captured(page(BODY), START)], [], run())


def read_all(warehouse: Warehouse, *pages: bytes, step: float = 30) -> list[str]:
    """Capture one address again and again; the outcomes."""
    out: list[str] = []
    for number, body in enumerate(pages):
        one = capture(at=minutes(number * step))
        warehouse.land([one], [], [], run(number * 2))
        warehouse.load_captures([captured(body, one.fetched_at)], [one.capture_id], run(number))
        out += ask(
            warehouse,
            f"SELECT outcome FROM ops.capture_outcomes WHERE capture_id = '{one.capture_id}'",
        )[0]
    return out


def test_what_stands_around_a_text_makes_no_version(warehouse: Warehouse) -> None:
    found = read_all(
        warehouse,
        page(BODY),
        page(BODY, around="<aside><p>Read 1,204 times</p></aside>"),
        page(BODY.replace("2.9", "29")),
        page(BODY, around="<footer>Advertisement</footer>"),
        page(BODY, title="Harbour to cost $29 billion"),
    )
    assert found == ["loaded", "unchanged", "revision", "unchanged", "revision"]
    assert ask(warehouse, "SELECT count(*) FROM news.versions") == [(3,)]
    assert ask(warehouse, "SELECT count(*) FROM news.documents") == [(3,)]


def test_a_copy_and_a_failure_have_their_outcomes(warehouse: Warehouse) -> None:
    first, second, third = (capture(f"{URL}{n}", minutes(n)) for n in range(3))
    long = (
        BODY
        + "\n"
        + "\n".join(
            f"Quay number {n} is to be closed for repairs from week {n} of the coming year on."
            for n in ("three", "four", "five", "six", "seven", "eight", "nine")
        )
    )
    warehouse.land([first, second, third], [], [], run(1))
    warehouse.load_captures(
        [captured(page(long), START, first.url), captured(page(long), minutes(1), second.url),
         captured(b"", minutes(2), third.url)],
        [first.capture_id, second.capture_id, third.capture_id],
        run(2),
    )  # fmt: skip
    found = ask(
        warehouse,
        "SELECT outcome FROM ops.capture_outcomes JOIN ops.captures USING (capture_id) "
        "ORDER BY fetched_at",
    )
    assert found == [("loaded",), ("copy",), ("empty",)]


def test_reading_again_leaves_outcomes_alone(warehouse: Warehouse) -> None:
    one = capture()
    warehouse.land([one], [], [], run(1))
    article = captured(page(BODY), START)
    warehouse.load_captures([article], [one.capture_id], run(2))
    again = warehouse.load_captures([article], [one.capture_id], run(3))
    assert again.rows_added == 0
    assert ask(warehouse, "SELECT outcome FROM ops.capture_outcomes") == [("loaded",)]


def test_a_source_that_begins_to_fail_or_recovers_is_told_of_once(warehouse: Warehouse) -> None:
    stages = ["", "no article for 3 days", "no article for 3 days", ""]
    polls = [poll(minutes(60 * n), failing=words) for n, words in enumerate(stages)]
    warehouse.land([], polls[:2], [], run(1))
    warehouse.land([], polls[1:], [], run(2))
    events = ask(
        warehouse, "SELECT name, subject, payload, occurred_at FROM ops.outbox ORDER BY ALL"
    )
    assert [(name, subject, json.loads(payload), at) for name, subject, payload, at in events] == [
        ("newsledger.source.failing", "feed", {"reason": stages[1]}, minutes(60)),
        ("newsledger.source.recovered", "feed", {"reason": stages[1]}, minutes(180)),
    ]


def test_every_capture_has_exactly_one_outcome_with_words(warehouse: Warehouse) -> None:
    feed = capture("https://news.example/feed.xml", is_listing=True, ending="not_modified")
    endings = ("robots", "refused", "blocked", "gone", "rate_limited", "too_large",
               "unreachable", "failed")  # fmt: skip
    lost = [capture(URL + name, minutes(2), ending=name) for name in endings]
    first, again, waiting = (capture(at=minutes(n)) for n in (0, 15, 30))
    warehouse.land([feed, *lost, first, again, waiting], [], [], run(1))
    warehouse.load_captures(
        [captured(page(BODY), START), captured(page(BODY), minutes(15))],
        [first.capture_id, again.capture_id],
        run(2),
    )
    warehouse.load([replace(captured(page(BODY), START), fetched_at=None, source="saved")], run(3))
    found = warehouse.query(
        "SELECT outcome, words, capture_id FROM mart.outcomes ORDER BY outcome"
    ).rows
    assert sorted(outcome for outcome, _, _ in found) == sorted(
        [*endings, "unchanged", "loaded", "unchanged", "pending", "loaded"]
    )
    assert all(words and words != outcome for outcome, words, _ in found)
    with_capture = [key for _, _, key in found if key]
    assert len(with_capture) == len(set(with_capture)) == 12
    assert warehouse.query(
        "SELECT count(*), count(DISTINCT capture_id) FROM mart.captures"
    ).rows == ((12, 12),)


def test_health_of_a_source(warehouse: Warehouse) -> None:
    polls = [
        poll(minutes(0), entries=10, entries_new=10, seconds=1.0),
        poll(minutes(60), entries=10, entries_new=2, seconds=3.0),
        poll(minutes(120), ending="failed", message="status 503", entries=0, entries_new=0,
             failures=0.5, seconds=2.0),
        poll(minutes(30), source="other"),
    ]  # fmt: skip
    one, old = capture(at=minutes(1)), capture(URL + "2", minutes(60 - 24 * 60 * 2))
    warehouse.land([one, old], polls, [], run(1))
    warehouse.load_captures(
        [
            captured(page(BODY), minutes(1)),
            captured(page(BODY + "\nMore."), old.fetched_at, URL + "2"),
        ],
        [one.capture_id, old.capture_id],
        run(2),
    )
    health = {row["source"]: row for row in warehouse.query("FROM mart.source_health").dicts()}
    feed = health["feed"]
    assert feed["last_error"] == "the host failed, or sent a broken answer: status 503"
    assert feed["silent_since"] == minutes(60)
    assert round(feed["success_share"], 3) == 0.667
    assert feed["median_seconds"] == 2.0
    assert (feed["entries_new"], feed["entries_known"]) == (12, 8)
    assert (feed["articles_day"], feed["articles_week"]) == (1, 2)
    assert feed["freshness_hours"] == 2.0  # the page says START, the newest poll is 2 hours later
    assert feed["as_of"] == minutes(120)
    assert health["other"]["silent_since"] is None
    assert health["other"]["freshness_hours"] is None


def test_a_document_shows_the_version_captured_last(warehouse: Warehouse) -> None:
    pages = [(0, BODY), (15, BODY.replace("2.9", "29")), (30, BODY)]
    articles = [captured(page(body), minutes(at)) for at, body in pages]
    warehouse.load(articles[:2], run(1))
    shown = "SELECT count(*), any_value(v.body LIKE '%$29 billion%') FROM mart.documents d " \
            "JOIN news.versions v USING (version_id)"  # fmt: skip
    assert warehouse.query(shown).rows == ((1, True),)
    warehouse.load(articles[2:], run(1))  # the edit is taken back, in one and the same run
    assert warehouse.query(shown).rows == ((1, False),)
    assert len(warehouse.summaries(run(1).run_id)) == 1


def test_what_never_answered_is_asked_again_even_where_the_rest_is_left_alone(
    warehouse: Warehouse,
) -> None:
    unanswered, answered, late = (URL + end for end in ("-never", "-gone", "-late"))
    warehouse.land([
        capture(unanswered, minutes(0), ending="unreachable"),
        capture(unanswered, minutes(30), ending="failed"),
        capture(answered, minutes(0), ending="gone"),
        capture(late, minutes(0), ending="failed"),
        capture(late, minutes(30), ending="gone"),
    ], [], [], run())  # fmt: skip
    rows = warehouse.rechecks(minutes(60), without=["feed"])
    assert [(row.url, row.failures) for row in rows] == [(unanswered, 2)]


def test_addresses_that_a_source_has_not_named_before(warehouse: Warehouse) -> None:
    def named(source: str, url: str) -> Discovery:
        return Discovery(source, "feed", None, url, url, {}, START)

    warehouse.land([], [], [], run(), [named("a", URL), named("b", URL + "2")])
    asked = {"a": {URL, URL + "2"}, "b": [URL + "2"], "c": []}
    assert warehouse.unnamed(asked) == {"a": {URL + "2"}, "b": set(), "c": set()}


def test_loading_captures_may_leave_the_replica_for_later(warehouse: Warehouse) -> None:
    one = capture()
    warehouse.land([one], [], [], run(1))
    articles = [captured(page(BODY), START)]
    warehouse.load_captures(articles, [one.capture_id], run(2), publish=False)
    assert not warehouse.replica.exists()
    warehouse.publish()
    assert warehouse.query("SELECT count(*) FROM news.versions").rows == ((1,),)


def test_articles_to_look_at_again(warehouse: Warehouse) -> None:
    other = URL + "-other"
    first = capture(at=minutes(0), hints={"title": "First"}, etag='"a"', body_digest="aa")
    again = capture(at=minutes(60), via="recheck", ending="not_modified", etag='"b"',
                    body_digest="", hints={})  # fmt: skip
    lost = [capture(other, minutes(n), ending="failed", etag=None, body_digest="")
            for n in (0, 60, 120)]  # fmt: skip
    barred = capture(URL + "-barred", ending="robots")
    waiting = capture(URL + "-waiting")
    foreign = capture(URL + "-foreign", source="left alone", ending="gone")
    warehouse.land([first, again, *lost, barred, waiting, foreign], [], [], run(1))
    warehouse.load_captures([captured(page(BODY), START)], [first.capture_id], run(2))
    at = minutes(180)
    rows = {row.url: row for row in warehouse.rechecks(at, without=["left alone"])}
    assert set(rows) == {URL, other}
    row = rows[URL]
    assert (row.first_seen, row.last_checked, row.last_changed) == (START, minutes(60), START)
    assert (row.etag, row.body_digest, row.hints) == ('"b"', "aa", {"title": "First"})
    assert (row.ending, row.failures) == ("not_modified", 0)
    assert (rows[other].ending, rows[other].failures) == ("failed", 3)
    quarter, hour = timedelta(minutes=15), timedelta(hours=1)
    ladder = [(timedelta(hours=3), quarter), (timedelta(days=1), hour)]
    due = warehouse.rechecks(at, ladder)
    assert [row.url for row in due] == [URL + "-foreign", URL, other]  # 3, 2, 1 hours since
    assert warehouse.rechecks(at, ladder, limit=1) == due[:1]
    assert warehouse.rechecks(at + timedelta(days=2), ladder) == []
    early = warehouse.rechecks(minutes(70), ladder)
    assert [row.url for row in early] == [URL + "-foreign"]  # the others 10 minutes before


def test_what_a_source_has_brought(warehouse: Warehouse) -> None:
    read, gone = capture(at=minutes(10)), capture(URL + "2", minutes(20), ending="gone")
    before = capture(URL + "3", minutes(-60 * 48), ending="failed")
    warehouse.land([read, gone, before], [poll(), poll(minutes(30))], [], run(1))
    warehouse.load_captures([captured(page(BODY), minutes(10))], [read.capture_id], run(2))
    found = warehouse.intake(minutes(60))["feed"]
    assert (found.since, found.newest) == (START, START)
    assert (found.articles_day, found.read_day, found.failed_day) == (1, 2, 1)
