"""From documents to alerts: raised once, and messages that read well and cannot do harm."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from running import Run as Command

from extractors import Document, read
from extractors.records import Article, Hints
from flows import alerts, messages, steps
from flows.watches import Quiet, Watch, Watches
from warehouse import Match, Run, Wanted, Warehouse

MINUTE = timedelta(minutes=1)
FIRST = "Microsoft said it will invest $2.9 billion in Japan to expand its cloud business."
HOSTILE = (
    "Microsoft will invest $3.5 billion in Japan <script>alert('x')</script> & more, "
    "it said.\x1b[31m"
)


def page(outlet: str, text: str, day: int, url: str = "") -> Article:
    return read(
        Document(
            url=url or f"https://{outlet.lower()}.example/news/1",
            body=f"Harbour news\n\n{text}\n".encode(),
            hints=Hints(
                outlet=outlet, published_at=datetime(2024, 4, day, 9, tzinfo=UTC), lang="en"
            ),
        )
    )


def run(kind: str = "monitor") -> Run:
    return steps.new_run(kind, "test")


def payload(watch: Watch, matches: Sequence[Match]) -> dict[str, Any]:
    """As it comes out of the outbox."""
    made: dict[str, Any] = json.loads(json.dumps(alerts.payload(watch, matches)))
    return made


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two reports that conflict, one of them hostile."""
    warehouse = Warehouse(tmp_path_factory.mktemp("alerts") / "ledger.duckdb")
    warehouse.load([page("Alpha", FIRST, 9), page("B<b>eta", HOSTILE, 10)], run())
    return warehouse


def test_a_note_says_who_what_before_and_why(ledger: Warehouse) -> None:
    watch = Watch("ms", Wanted(actors=("Microsoft",), verdicts=("conflicts",)), channels=("log",))
    told = payload(watch, ledger.matches(watch.wanted))
    (named,) = told["matches"]
    assert set(named) == {"fact_id", "earlier_fact_id", "verdict"}
    assert (told["watch"], told["total"], told["channels"]) == ("ms", 1, ["log"])
    assert told["severity"] > 0
    message = messages.alert(ledger, told)
    assert message.subject == (
        "ms: Microsoft: invest, amount in USD, JP: B<b>eta reports $3.5 billion, which "
        "contradicts $2.9 billion, as Alpha reported."
    )
    lines = message.text.splitlines()
    assert lines[:4] == [
        "Microsoft: invest, amount in USD, JP",
        "B<b>eta reports $3.5 billion, which contradicts $2.9 billion, as Alpha reported. "
        "Both cannot be right, and nothing explains the difference.",
        "",
        "Now: Microsoft plans to invest 3.5 billion USD, in Japan.",
    ]
    assert "Before: Microsoft plans to invest 2.9 billion USD, in Japan." in lines
    assert "10 April 2024: “Microsoft will invest «$3.5 billion» in Japan" in message.text
    assert "9 April 2024: “Microsoft said it will invest «$2.9 billion» in Japan" in message.text
    assert "   https://alpha.example/news/1" in lines
    assert "The rule: what the two figures can mean does not meet, and time does" in message.text
    assert lines[-1] == (
        "You get this since the watch “ms” asks that it is about Microsoft; the verdict is "
        "conflicts."
    )
    (data,) = message.data["matches"]
    assert (data["verdict"], data["fact"]["surface"]) == ("conflicts", "$3.5 billion")
    assert data["earlier"]["published_at"] == "2024-04-09T09:00:00+00:00"
    assert json.loads(json.dumps(message.data)) == message.data


class Tags(HTMLParser):
    """What a mail program would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_text_of_an_article_injects_nothing(ledger: Warehouse) -> None:
    watch = Watch("ms", Wanted(verdicts=("conflicts",)))
    message = messages.alert(ledger, payload(watch, ledger.matches(watch.wanted)))
    seen = Tags(message.html)
    assert seen.tags == {"h3", "p", "b", "blockquote", "mark", "br", "a", "code"}
    assert all(link.startswith("https://") for link in seen.links)
    assert "<script>alert('x')</script> & more" in "".join(seen.texts)
    assert message.html.count("<mark>$3.5 billion</mark>") == 1
    for text in (message.subject, message.text, message.html):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    assert "\n" not in message.subject


def test_an_address_that_is_none_of_the_web_is_no_link(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "ledger.duckdb")
    warehouse.load([page("Alpha", FIRST, 9, url="javascript:alert(1)//x")], run())
    watch = Watch("ms")
    message = messages.alert(warehouse, payload(watch, warehouse.matches(watch.wanted)))
    assert Tags(message.html).links == []


def test_many_matches_are_grouped_and_the_rest_is_counted(seed_warehouse: Warehouse) -> None:
    watch = Watch("all")
    matches = seed_warehouse.matches(watch.wanted)
    assert len(matches) > 2 * messages.MOST
    message = messages.alert(seed_warehouse, payload(watch, matches))
    notes = [line for line in message.text.splitlines() if line.startswith("More: ")]
    assert len(notes) == messages.MOST == message.html.count("<h3>")
    alike = [int(n) for n in re.findall(r"^(\d+) more (?:is|are) alike", message.text, re.M)]
    (left,) = map(int, re.findall(r"^(\d+) more matches are not shown", message.text, re.M))
    assert messages.MOST + sum(alike) + left == len(matches)
    assert len(message.subject) <= 150
    assert re.search(r"… \(\+\d+\)$", message.subject)


def test_every_quotation_of_the_seeds_stands_in_its_article(seed_warehouse: Warehouse) -> None:
    watch = Watch("all", Wanted(verdicts=("differs", "agrees")))
    matches = seed_warehouse.matches(watch.wanted)
    message = messages.alert(seed_warehouse, payload(watch, matches))
    rows = seed_warehouse.query(
        "SELECT document, original FROM news.versions v "
        "JOIN news.version_documents d USING (version_id)"
    ).rows
    texts = {document: " ".join(original.split()) for document, original in rows}
    quoted = re.findall(r"^   .*?(\S+\.txt), .*?: “(.*)”$", message.text, re.M)
    assert len(quoted) > messages.MOST
    for document, words in quoted:
        inner = words.replace("«", "").replace("»", "").strip("…").strip()
        assert inner in texts[document], words


def test_facts_that_are_gone_are_said_to_be(ledger: Warehouse) -> None:
    told = {
        "watch": "ms\r\nBcc: x",
        "matches": [
            {"fact_id": "00000000-0000-5000-8000-000000000001", "earlier_fact_id": None,
             "verdict": "new"},
            {"fact_id": "f1", "verdict": "new"},
        ],
    }  # fmt: skip
    message = messages.alert(ledger, told)
    assert message.subject == "ms  Bcc: x: 2 are no longer in the ledger."
    assert message.data["matches"] == []


def test_every_verdict_has_its_first_line() -> None:
    from flows.phrases import phrases

    assert set(phrases().alerts) == {"new", *phrases().verdicts}
    for verdict, line in phrases().alerts.items():
        names = {"{who}", "{figure}"} | (set() if verdict == "new" else {"{other}", "{before}"})
        assert names == set(re.findall(r"\{\w+\}", line)), verdict
    assert set(phrases().asked) == set(Wanted.__dataclass_fields__)


# ---------------------------------------------------------------- raising


def outbox(warehouse: Warehouse) -> list[tuple[str, dict[str, Any]]]:
    with duckdb.connect(str(warehouse.path)) as connection:
        rows = connection.execute(
            "SELECT subject, payload FROM ops.outbox WHERE name = 'newsledger.watch.matched' "
            "ORDER BY occurred_at, subject"
        ).fetchall()
    return [(subject, json.loads(text)) for subject, text in rows]


def test_alerts_are_raised_once_and_wait_for_their_time(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "ledger.duckdb")
    watches = Watches((
        Watch("now", Wanted(verdicts=("conflicts",)), channels=("log",)),
        Watch("seldom", Wanted(verdicts=("new", "conflicts")), debounce=timedelta(hours=6)),
        Watch("elsewhere", Wanted(places=("FR",))),
    ))  # fmt: skip
    warehouse.load([page("Alpha", FIRST, 9)], run())
    now = datetime.now(UTC)
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), now) == 1
    warehouse.load([page("Beta", HOSTILE, 10)], run())
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), now + MINUTE) == 1
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), now + 2 * MINUTE) == 0
    assert [(name, told["total"]) for name, told in outbox(warehouse)] == [
        ("seldom", 1),
        ("now", 1),
    ]
    later = now + timedelta(hours=6)
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), later) == 1
    name, told = outbox(warehouse)[-1]
    assert (name, told["matches"][0]["verdict"]) == ("seldom", "conflicts")
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), later + MINUTE) == 0
    assert alerts.raise_alerts(warehouse.path, Watches(), run("announce"), later) == 0


def test_replays_and_what_was_before_the_watch_alert_nobody(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "ledger.duckdb")
    watches = Watches((Watch("all"),))
    warehouse.load([page("Alpha", FIRST, 9)], run("replay"))
    assert alerts.raise_alerts(warehouse.path, watches, run(), datetime.now(UTC)) == 0
    warehouse.load([page("Beta", HOSTILE, 10)], run())
    late = Watches((Watch("late"),))
    next_day = datetime.now(UTC) + timedelta(days=1)
    assert alerts.raise_alerts(warehouse.path, late, run(), next_day) == 0
    assert alerts.raise_alerts(warehouse.path, watches, run(), next_day) == 1


def retracted(warehouse: Warehouse) -> list[dict[str, Any]]:
    with duckdb.connect(str(warehouse.path)) as connection:
        rows = connection.execute(
            "SELECT payload FROM ops.outbox WHERE name = 'newsledger.watch.retracted' "
            "ORDER BY occurred_at"
        ).fetchall()
    return [json.loads(text) for (text,) in rows]


def test_what_was_told_and_holds_no_more_is_taken_back_once(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "ledger.duckdb")
    night = Quiet(time(0), time(23, 59))
    watches = Watches((
        Watch("now", Wanted(verdicts=("conflicts",)), channels=("log",)),
        Watch("elsewhere", Wanted(places=("FR",), verdicts=("conflicts",))),
    ))  # fmt: skip
    now = datetime.now(UTC)

    def look(minutes: int, watches: Watches = watches) -> int:
        at = now + minutes * MINUTE
        return alerts.raise_alerts(warehouse.path, watches, run("announce"), at)

    warehouse.load([page("Alpha", FIRST, 9)], run())
    warehouse.load([page("Beta", HOSTILE, 10)], run())
    assert look(0) == 1
    (told,) = (told for name, told in outbox(warehouse))
    (pair,) = told["matches"]
    assert look(1) == 0
    muted = tmp_path / "overrides.toml"
    muted.write_text(
        f'[[verdict]]\nfacts = ["{pair["fact_id"]}", "{pair["earlier_fact_id"]}"]\n'
        f'verdict = "not_comparable"\nreason = "another plan"\ndate = 2024-05-01\n', "utf-8"
    )  # fmt: skip
    steps.correct(warehouse.path, muted)
    asleep = Watches((replace(watches.watches[0], quiet_hours=night),))
    assert look(2, asleep) == 0  # nobody is woken for it
    assert look(3) == 1
    assert look(4) == 0
    (taken,) = retracted(warehouse)
    assert (taken["watch"], taken["channels"], taken["total"]) == ("now", ["log"], 1)
    assert {name: taken["matches"][0][name] for name in pair} == pair
    warehouse.publish()
    message = messages.retraction(warehouse, taken)
    assert message.subject.startswith("now: taken back: Beta reports $3.5 billion, which contr")
    assert "Told before: Beta reports" in message.text
    assert "«$2.9 billion»" in message.text
    assert message.data["retracted"] is True
    muted.write_text("", "utf-8")  # the user takes the correction back: it holds again
    steps.correct(warehouse.path, muted)
    again = len(outbox(warehouse))
    look(5)
    assert len(outbox(warehouse)) - again in (0, 1)
    assert len(retracted(warehouse)) == 1


def test_a_rereading_takes_nothing_back_unless_asked(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "ledger.duckdb")
    watches = Watches((Watch("now", Wanted(verdicts=("conflicts",))),))
    now = datetime.now(UTC)
    warehouse.load([page("Alpha", FIRST, 9)], run())
    warehouse.load([page("Beta", HOSTILE, 10)], run())
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), now) == 1
    with duckdb.connect(str(warehouse.path)) as connection:
        silent = run("reread")
        connection.execute(
            "INSERT INTO ops.runs SELECT ?::UUID, kind, source, ?, versions FROM "
            "(SELECT 'reread' AS kind, source, versions FROM ops.runs LIMIT 1)",
            [silent.run_id, silent.started_at],
        )
        connection.execute(
            "UPDATE news.verdicts SET recorded_to = ? WHERE recorded_to IS NULL",
            [silent.started_at],
        )
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), now + MINUTE) == 0
    assert retracted(warehouse) == []


def test_a_watch_for_a_story_fits_its_figures(seed_warehouse: Warehouse) -> None:
    [(story,)] = seed_warehouse.query(
        "SELECT story_id FROM mart.story_members WHERE document LIKE '001%' AND role = 'primary'"
    ).rows
    asked = Watch("w", Wanted(verdicts=("differs",))).wanted
    found = seed_warehouse.matches(replace(asked, stories=(str(story)[:8].upper(),)))
    assert found and found == seed_warehouse.matches(asked)
    assert not seed_warehouse.matches(replace(asked, stories=("0000",)))


def test_a_clock_that_was_ahead_keeps_no_alert_back(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "ledger.duckdb")
    watches = Watches((Watch("now", Wanted(verdicts=("conflicts",))),))
    now = datetime.now(UTC)
    ahead = now + timedelta(days=400)
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), ahead) == 0
    warehouse.load([page("Alpha", FIRST, 9)], run())
    warehouse.load([page("Beta", HOSTILE, 10)], run())
    assert alerts.raise_alerts(warehouse.path, watches, run("announce"), now + MINUTE) == 1


# ---------------------------------------------------------------- commands

FILE = """
[[watch]]
name = "ms"
actors = ["마이크로소프트"]
verdicts = ["differs"]
channels = ["desk"]
[channel.desk]
kind = "webhook"
url = { env = "NEWSLEDGER_TEST_DESK" }
"""


def test_watch_check(newsledger: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, error = newsledger("watch", "check")
    assert code == 2
    assert "watches.toml cannot be read" in error
    (tmp_path / "watches.toml").write_text(FILE, "utf-8")
    code, said, _ = newsledger("watch", "check")
    assert code == 3
    assert "set NEWSLEDGER_TEST_DESK, which the channel desk needs" in said
    monkeypatch.setenv("NEWSLEDGER_TEST_DESK", "https://desk.example/secret")
    code, said, _ = newsledger("watch", "check")
    assert (code, said) == (0, "Watches: 1, channels: 1\n")
    code, said, _ = newsledger("watch", "check", "--json")
    assert json.loads(said) == {"watches": ["ms"], "channels": ["desk"], "missing": []}
    (tmp_path / "watches.toml").write_text(FILE + "kinds = 1\n", "utf-8")
    code, _, error = newsledger("watch", "check")
    assert code == 2
    assert "watches.toml, line 10" in error


def test_watch_list(newsledger: Command, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(FILE, "utf-8")
    code, said, _ = newsledger("watch", "list", "--watches", "my.toml")
    assert (code, said.splitlines()) == (
        0,
        ["ms -> desk", "   it is about 마이크로소프트", "   the verdict is differs"],
    )


def test_watch_test(
    newsledger: Command, tmp_path: Path, seeds: tuple[str, Path], seed_warehouse: Warehouse
) -> None:
    (tmp_path / "watches.toml").write_text(FILE, "utf-8")
    code, said, _ = newsledger("watch", "test", "ms", *seeds)
    assert code == 0
    assert "unnamed English trade site reports 3 million Japanese citizens" in said
    assert said.splitlines()[-1] == "1 message"
    code, said, _ = newsledger("watch", "test", "ms", "--json", "--since", "2024-01-01", *seeds)
    (sent,) = json.loads(said)["sent"]
    found = seed_warehouse.matches(Wanted(actors=("Microsoft",), verdicts=("differs",)))
    assert len(sent["data"]["matches"]) == len(found) == 5
    code, said, _ = newsledger("watch", "test", "ms", "--since", "2100-01-01", *seeds)
    assert (code, said) == (0, "0 messages\n")
    code, _, error = newsledger("watch", "test", "mss", *seeds)
    assert code == 2
    assert "did you mean 'ms'?" in error
    code, _, error = newsledger("watch", "test", "ms", "--warehouse", "nothing.duckdb")
    assert code == 1
    assert "There is no nothing.read.duckdb yet" in error
