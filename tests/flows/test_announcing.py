"""From the outbox to a receiving web server, which counts: once a key, and again where it must."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from loopback import Loopback
from news_site import feed, sources
from receiver import Post, Receiver, statuses
from running import Run as Command

from extractors import read
from extractors.records import Document
from flows import announcing, bus
from flows.announcing import MOST_ATTEMPTS, announce, pause
from warehouse import Event, Run, Warehouse, WarehouseError, event

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture(autouse=True)
def _without_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_API_KEY"):
        monkeypatch.delenv(name, raising=False)


class Desk:
    """A ledger, its watches.toml and the receiver of its channel `desk`."""

    def __init__(self, folder: Path, server: Receiver) -> None:
        self.server = server
        self.ledger = folder / "n.duckdb"
        self.watches = folder / "watches.toml"
        self.warehouse = Warehouse(self.ledger)
        self.clock = Clock()
        self.log = folder / "alerts.jsonl"
        self.warehouse.publish()
        self.channel("desk", server.url + "/desk")

    def channel(self, name: str, url: str) -> None:
        old = self.watches.read_text("utf-8") if self.watches.exists() else (
            '[channel.log]\nkind = "file"\npath = "alerts.jsonl"\n'
        )  # fmt: skip
        self.watches.write_text(
            f'{old}[channel.{name}]\nkind = "webhook"\nurl = "{url}"\ntimeout = "5s"\n', "utf-8"
        )

    def alert(self, *numbers: int, channels: Sequence[str] = ("desk",)) -> list[Event]:
        run = Run(str(uuid4()), "announce", "watches", self.clock())
        return self.warehouse.tell(
            [
                event(
                    "newsledger.watch.matched", f"watch {n}", self.clock() + timedelta(seconds=n),
                    {"watch": f"watch {n}", "severity": 1, "channels": list(channels),
                     "matches": [{"fact_id": f"f{n}", "verdict": "conflicts"}]},
                    run, [str(n)],
                )
                for n in numbers
            ],
            run,
        )  # fmt: skip

    def announce(self) -> list[tuple[str, str, str]]:
        done = announce(self.ledger, self.watches, now=self.clock)
        return [(one.subject, one.channel, one.state) for one in done.attempts]

    def states(self) -> list[tuple[Any, ...]]:
        self.warehouse.publish()
        return list(
            self.warehouse.query(
                "SELECT subject, channel, state, attempts FROM mart.deliveries "
                "WHERE name = 'newsledger.watch.matched' ORDER BY occurred_at, channel"
            ).rows
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Receiver() as server:
        yield Desk(tmp_path, server)


def test_each_alert_is_received_once_a_channel(desk: Desk) -> None:
    desk.alert(1, 2, channels=("desk", "log"))
    assert desk.announce() == [
        ("watch 1", "desk", "sent"), ("watch 1", "log", "sent"),
        ("watch 2", "desk", "sent"), ("watch 2", "log", "sent"),
    ]  # fmt: skip
    assert desk.announce() == []
    assert list(desk.server.keys().values()) == [1, 1]
    logged = [json.loads(line) for line in desk.log.read_text("utf-8").splitlines()]
    assert [line["subject"] for line in logged] == ["watch 1: 1 match", "watch 2: 1 match"]
    assert not {line["key"] for line in logged} & set(desk.server.keys())
    assert [json.loads(post.body)["data"]["watch"] for post in desk.server.posts] == [
        "watch 1", "watch 2"
    ]  # fmt: skip


def test_two_who_announce_at_once_send_nothing_twice(desk: Desk) -> None:
    desk.alert(*range(5))
    threads = [threading.Thread(target=desk.announce) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(desk.server.keys().values()) == [1] * 5


KILLED = """
import os, signal, sys
from pathlib import Path
from flows.announcing import announce
from warehouse import Warehouse
step = getattr(Warehouse, sys.argv[3])
def die(*arguments, **named):
    if sys.argv[4] == "after":
        step(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(Warehouse, sys.argv[3], die)
announce(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("step", "when", "state", "received"),
    [("begin_delivery", "before", "waiting", 0), ("begin_delivery", "after", "unknown", 0),
     ("end_delivery", "before", "unknown", 1), ("end_delivery", "after", "sent", 1)],
)  # fmt: skip
def test_killed_anywhere_it_is_received_under_one_key(
    desk: Desk, step: str, when: str, state: str, received: int
) -> None:
    desk.alert(1)
    arguments = [str(desk.ledger), str(desk.watches), step, when]
    died = subprocess.run([sys.executable, "-c", KILLED, *arguments], cwd=ROOT, timeout=120)
    assert died.returncode == -signal.SIGKILL
    assert [row[2] for row in desk.states()] == [state]
    assert len(desk.server.posts) == received
    problems = desk.warehouse.doctor().problems
    assert bool(problems) == (state == "unknown"), problems
    desk.announce()
    assert [row[2] for row in desk.states()] == ["sent"]
    [count] = desk.server.keys().values()  # one key
    assert count == (2 if (state, received) == ("unknown", 1) else 1)


def test_a_receiver_that_is_down_gets_it_later_with_growing_pauses(desk: Desk) -> None:
    desk.server.answer = statuses(503, 503, 204)
    desk.alert(1)
    assert desk.announce() == [("watch 1", "desk", "failed")]
    desk.clock.later(seconds=29)
    assert desk.announce() == []
    desk.clock.later(seconds=1)
    assert desk.announce() == [("watch 1", "desk", "failed")]
    desk.clock.later(seconds=59)
    assert desk.announce() == []
    desk.clock.later(seconds=1)
    assert desk.announce() == [("watch 1", "desk", "sent")]
    assert list(desk.server.keys().values()) == [3]


def test_what_is_given_up_is_sent_when_asked_for(desk: Desk, newsledger: Command) -> None:
    desk.server.answer = statuses(500)
    desk.alert(1)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        state = "dead" if attempt == MOST_ATTEMPTS else "failed"
        assert desk.announce() == [("watch 1", "desk", state)]
        desk.clock.later(hours=3)
    assert desk.announce() == []
    ledger = ("--warehouse", desk.ledger)
    code, said, _ = newsledger("doctor", *ledger)
    assert code == 1 and "--resend-dead" in said and "answers 500" in said.replace("\n", " ")
    desk.server.answer = statuses(204)
    named = (*ledger, "--watches", desk.watches)
    code, said, _ = newsledger("announce", *named, "--resend-dead", "--json")
    [attempt] = json.loads(said)["attempts"]
    assert (code, attempt["state"], attempt["attempt"]) == (0, "sent", 1)
    assert list(desk.server.keys().values()) == [MOST_ATTEMPTS + 1]
    assert newsledger("doctor", *ledger)[0] == 0
    code, said, _ = newsledger("announce", *named, "--resend", attempt["event_id"][:8])
    assert (code, said.split()[0]) == (0, "sent")
    assert list(desk.server.keys().values()) == [MOST_ATTEMPTS + 2]


def test_a_refusal_is_given_up_at_once_and_holds_nobody_up(desk: Desk) -> None:
    desk.alert(1, 2)

    def answer(post: Post, number: int) -> tuple[int, dict[str, str]]:
        return (422 if b"watch 1" in post.body else 204), {}

    desk.server.answer = answer
    assert desk.announce() == [("watch 1", "desk", "dead"), ("watch 2", "desk", "sent")]


def test_a_channel_that_fails_rests_and_the_others_go_on(desk: Desk) -> None:
    desk.server.answer = statuses(503, retry_after="600")
    desk.alert(1, 2, channels=("desk", "log", "nowhere"))
    first = desk.announce()
    assert sorted(first) == [
        ("watch 1", "desk", "failed"), ("watch 1", "log", "sent"),
        ("watch 1", "nowhere", "failed"), ("watch 2", "log", "sent"),
    ]  # fmt: skip
    assert len(desk.server.posts) == 1
    desk.server.answer = statuses(204)
    desk.clock.later(minutes=5)  # asked to wait for ten
    assert ("watch 1", "desk", "sent") not in desk.announce()
    desk.clock.later(minutes=6)
    desk.channel("nowhere", desk.server.url + "/nowhere")
    desk.announce()
    desk.clock.later(hours=1)
    desk.announce()
    assert {row[2] for row in desk.states()} == {"sent"}
    assert set(desk.server.keys("/nowhere").values()) == {1}


def test_an_alert_that_cannot_be_put_into_words_holds_nobody_up(desk: Desk) -> None:
    desk.alert(1, 2)

    def tell(warehouse: Warehouse, event: Event) -> announcing.Plain:
        if event.subject == "watch 1":
            raise KeyError("T0KEN")
        return announcing.plain(warehouse, event)

    for _ in range(2):
        done = announce(desk.ledger, desk.watches, tell=tell, now=desk.clock)
        desk.clock.later(seconds=5)
    assert [row[2] for row in desk.states()] == ["failed", "sent"]
    assert "T0KEN" not in str(done)


def test_pauses_grow_and_end() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3, 9, 100)] == [30, 60, 120, 7200, 7200]
    assert pause(1, 45).total_seconds() == 45
    assert pause(1, 1e9).total_seconds() == 7200


def test_a_clock_that_was_ahead_keeps_nothing_back(desk: Desk) -> None:
    desk.server.answer = statuses(503, 204)
    desk.clock.later(days=400)
    desk.alert(1)
    desk.announce()
    desk.clock.later(days=-400)
    assert desk.announce() == [("watch 1", "desk", "sent")]


def test_a_dry_run_shows_and_sends_nothing(desk: Desk, newsledger: Command) -> None:
    desk.alert(1)
    named = ("--warehouse", desk.ledger, "--watches", desk.watches)
    code, said, _ = newsledger("announce", *named, "--dry-run")
    assert code == 0 and "watch 1: " in said and "over desk" in said
    assert desk.states() == [("watch 1", "desk", "waiting", 0)]
    assert desk.server.posts == []
    assert newsledger("announce", *named, "--dry-run", "--resend-dead")[0] == 2
    code, said, _ = newsledger("announce", *named)
    assert (code, said.split()[0]) == (0, "sent")
    assert newsledger("announce", *named)[1] == "Nothing is due\n"


def test_a_failure_is_an_exit_code(desk: Desk, newsledger: Command) -> None:
    desk.server.answer = statuses(403)
    desk.alert(1)
    code, said, _ = newsledger("announce", "--warehouse", desk.ledger, "--watches", desk.watches)
    assert code == 3 and "dead  watch 1 over desk: the server answers 403" in said
    assert newsledger("announce", "--warehouse", desk.ledger, "--resend", "ffffffff")[0] != 0


def test_a_ledger_that_is_not_there_is_not_made(tmp_path: Path, newsledger: Command) -> None:
    missing = tmp_path / "none.duckdb"
    code, _, said = newsledger("announce", "--warehouse", missing)
    assert code == 2 and "none.duckdb" in said
    assert announce(missing, tmp_path / "watches.toml").attempts == ()
    assert list(tmp_path.iterdir()) == []


TEXT = "The Ministry of Industry granted {} to Norcell, a maker of batteries."


def read_in(desk: Desk, name: str, amount: str, day: int, kind: str = "process") -> None:
    """Load a report as a run of some kind would."""
    document = Document(
        url=f"https://{name}.example/norcell", body=TEXT.format(amount).encode(),
        media_type="text/plain", name=name, source="test",
        hints={"published_at": datetime(2026, 3, day, tzinfo=UTC), "date_basis": "stated"},
    )  # fmt: skip
    run = Run(str(uuid4()), kind, "test", desk.clock())
    desk.warehouse.load([read(document)], run)


def test_from_facts_to_the_receiver_and_back(desk: Desk) -> None:
    done: set[str] = set()

    def gather(warehouse: Warehouse) -> None:
        """A watch on everything that conflicts, or is taken back."""
        rows = warehouse.query(
            "SELECT event_id::VARCHAR, name, payload FROM mart.events "
            "WHERE name IN ('newsledger.fact.conflicts', 'newsledger.fact.retracted')"
        ).rows
        for key, name, payload in rows:
            if key in done:
                continue
            done.add(key)
            run = Run(str(uuid4()), "announce", "watches", desk.clock())
            told = {"watch": name, "matches": json.loads(payload)["pairs"], "channels": ["desk"]}
            warehouse.tell([event("newsledger.watch.matched", name, run.started_at, told, run,
                                  [key])], run)  # fmt: skip

    def round_of() -> list[str]:
        desk.clock.later(minutes=1)
        found = announce(desk.ledger, desk.watches, gather=gather, now=desk.clock)
        return [f"{one.subject.rpartition('.')[2]} {one.state}" for one in found.attempts]

    read_in(desk, "a", "$2.9 billion", 5)
    assert round_of() == []
    read_in(desk, "b", "$3.5 billion", 6)
    assert round_of() == ["conflicts sent"]
    read_in(desk, "c", "$3.9 billion", 7, kind="replay")
    assert round_of() == []  # nobody waits to hear of a replay
    read_in(desk, "0", "$2.9 billion", 4)
    assert "retracted sent" in round_of()
    assert set(desk.server.keys().values()) == {1}


def test_the_monitor_announces_after_its_round(
    desk: Desk, tmp_path: Path, newsledger: Command
) -> None:
    desk.alert(1)
    with Loopback() as site:
        site.set("a.localhost", "/feed", feed([]))
        named = ("--sources", sources(tmp_path, site, "a.localhost"), "--warehouse", desk.ledger)
        assert newsledger("monitor", *named, "--watches", desk.watches)[0] == 0
        assert list(desk.server.keys().values()) == [1]
        desk.channel("desk2", "nonsense")
        code, _, said = newsledger("monitor", *named, "--watches", desk.watches)
    assert code == 2 and "url is 'nonsense'" in said


def test_a_replay_tells_watches_when_it_is_asked_to(desk: Desk, newsledger: Command) -> None:
    folder = desk.ledger.parent / "held"
    folder.mkdir()
    named = ("--warehouse", desk.ledger, "--watches", desk.watches, "--json")
    with desk.watches.open("a", encoding="utf-8") as file:
        file.write('[[watch]]\nname = "grants"\nchannels = ["desk"]\n')
    (folder / "one.txt").write_text(TEXT.format("$2.9 billion"), "utf-8")
    assert newsledger("replay", folder, *named)[0] == 0
    assert newsledger("announce", *named)[0] == 0
    assert desk.server.posts == []
    (folder / "two.txt").write_text(TEXT.format("$3.5 billion"), "utf-8")
    assert newsledger("replay", folder, *named, "--announce")[0] == 0
    [post] = desk.server.posts
    assert "$3.5 billion" in json.loads(post.body)["text"]
    assert newsledger("replay", folder, *named, "--announce")[0] == 0
    assert len(desk.server.posts) == 1


def test_digests_are_left_to_the_flow_of_that_name(desk: Desk) -> None:
    desk.watches.write_text(
        desk.watches.read_text("utf-8")
        + '[[watch]]\nname = "soon"\nchannels = ["desk"]\n'
        + '[[watch]]\nname = "hourly"\ndigest = "hourly"\nchannels = ["desk"]\n',
        "utf-8",
    )

    def told(digests: bool | None) -> list[str]:
        done = announcing.announce_watched(
            desk.ledger, desk.watches, digests=digests, now=desk.clock
        )
        return sorted(one.subject for one in done.attempts)

    read_in(desk, "a", "$2.9 billion", 5)
    assert told(True) == []  # it is not due yet
    assert told(False) == ["soon"]
    desk.clock.later(hours=1)
    assert told(False) == []
    assert told(True) == ["hourly"]
    assert told(None) == []
    assert len(desk.server.posts) == 2


def test_old_events_go_but_not_what_is_owed(desk: Desk, newsledger: Command) -> None:
    read_in(desk, "a", "$2.9 billion", 5)
    read_in(desk, "b", "$3.5 billion", 6)  # the verdict holds: it may have to be taken back
    for number in (1, 2, 3):
        desk.alert(number)
        desk.server.answer = statuses({1: 204, 2: 422, 3: 503}[number])
        desk.announce()
    desk.alert(4)
    landed(desk, 1)

    def names() -> list[str]:
        desk.warehouse.publish()
        rows = desk.warehouse.query("SELECT name, subject FROM ops.outbox ORDER BY ALL").rows
        return [f"{name.removeprefix('newsledger.')} {subject}" for name, subject in rows]

    assert len(names()) == 9
    hints = (bus.SERVER, bus.PROCESS)
    assert desk.warehouse.forget_events(desk.clock() - timedelta(days=1), hints) == 0
    assert desk.warehouse.forget_events(desk.clock() + timedelta(days=1), hints) == 5
    assert names() == [
        "fact.conflicts test", "watch.matched watch 2", "watch.matched watch 3",
        "watch.matched watch 4",
    ]  # fmt: skip
    ledger = ("--warehouse", desk.ledger)
    assert newsledger("doctor", *ledger)[0] == 1  # it still tells of the one that was given up
    code, said, _ = newsledger("upkeep", *ledger, "--event-days", "30", "--json")
    assert (code, json.loads(said)["forgotten"]) == (0, 0)


# ---------------------------------------------------------------- the bus


def landed(desk: Desk, *numbers: int, name: str = "newsledger.batch.landed") -> list[Event]:
    run = Run(str(uuid4()), "monitor", "sources.toml", desk.clock())
    return desk.warehouse.tell(
        [event(name, "sources.toml", desk.clock(), {"waiting": n}, run, [str(n)]) for n in numbers],
        run,
    )


def test_the_server_gets_each_event_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", desk.server.url + "/api")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "admin:secret")
    told = landed(desk, *range(60))
    assert bus.publish(desk.warehouse, now=desk.clock).events == 60
    assert bus.publish(desk.warehouse, now=desk.clock).events == 0
    posted = [one for post in desk.server.posts for one in json.loads(post.body)]
    assert {one["id"] for one in posted} == {str(one.event_id) for one in told}
    assert len(posted) == 60 and len(desk.server.posts) == 2
    assert {post.path for post in desk.server.posts} == {"/api/events"}
    assert desk.server.posts[0].headers["authorization"] == "Basic YWRtaW46c2VjcmV0"
    one = posted[0]
    assert one["resource"]["prefect.resource.id"] == f"newsledger.batch.{one['id']}"
    assert [row["prefect.resource.role"] for row in one["related"]] == ["run", "subject"]


def test_events_fit_the_model_of_the_server(desk: Desk) -> None:
    from prefect.events import Event as PrefectEvent

    [one] = landed(desk, 1, name="newsledger.fact.conflicts")
    there = PrefectEvent.model_validate(bus.as_prefect(one))
    assert (there.id, there.event) == (one.event_id, "newsledger.fact.conflicts")
    assert there.resource.id == f"newsledger.fact.{one.event_id}"
    failing = replace(one, name="newsledger.source.failing", subject="gazette")
    assert PrefectEvent.model_validate(bus.as_prefect(failing)).resource.id == (
        "newsledger.source.gazette"
    )


def test_a_server_that_is_down_gets_them_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", desk.server.url + "/api")
    desk.server.answer = lambda post, number: (503 if number == 1 else 204, {})
    landed(desk, 1)
    desk.alert(1, channels=["log"])
    done = announce(desk.ledger, desk.watches, now=desk.clock)
    assert "answers 503" in done.published.problem
    # alerts do not wait for it
    assert [one.state for one in done.attempts] == ["sent"]
    desk.clock.later(seconds=31)
    assert bus.publish(desk.warehouse, now=desk.clock).events == 2  # the alert is an event too


def test_hints_of_the_day_before_are_not_given(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    landed(desk, 1)
    desk.clock.later(hours=25)
    landed(desk, 2)
    monkeypatch.setenv("PREFECT_API_URL", desk.server.url + "/api")
    assert bus.publish(desk.warehouse, now=desk.clock).events == 1
    assert bus.publish(desk.warehouse, now=desk.clock) == bus.Published(0)


def test_without_a_server_functions_are_called(desk: Desk) -> None:
    landed(desk, 1, 2)
    landed(desk, 3, name="newsledger.fact.new")
    seen: list[list[str]] = []
    handlers = {"newsledger.batch.landed": lambda events: seen.append([one.name for one in events])}
    assert bus.publish(desk.warehouse, handlers, desk.clock).events == 2
    assert bus.publish(desk.warehouse, handlers, desk.clock).events == 0
    assert seen == [["newsledger.batch.landed"] * 2]
    assert bus.publish(desk.warehouse, {"newsledger.": seen.append}, desk.clock).events == 1


def test_a_function_that_fails_is_called_again(desk: Desk) -> None:
    landed(desk, 1)

    def fail(events: Sequence[Event]) -> None:
        raise WarehouseError("disk full")

    with pytest.raises(WarehouseError):
        bus.publish(desk.warehouse, {"newsledger.batch.": fail}, desk.clock)
    seen: list[Sequence[Event]] = []
    assert bus.publish(desk.warehouse, {"newsledger.batch.": seen.append}, desk.clock).events == 0
    desk.clock.later(seconds=30)
    assert bus.publish(desk.warehouse, {"newsledger.batch.": seen.append}, desk.clock).events == 1
    assert len(seen) == 1


def test_nothing_of_the_environment_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_URL", desk.server.url + "/T0KEN")
    monkeypatch.setenv("DESK_SECRET", "S3CRET")
    desk.server.answer = statuses(403)
    desk.watches.write_text(
        '[channel.desk]\nkind = "webhook"\nurl = { env = "DESK_URL" }\n'
        'secret = { env = "DESK_SECRET" }\n',
        "utf-8",
    )
    desk.alert(1)
    assert desk.announce() == [("watch 1", "desk", "dead")]
    assert desk.server.posts[0].path == "/T0KEN"
    rows = desk.warehouse.query("FROM ops.deliveries").rows
    assert "T0KEN" not in str(rows) and "S3CRET" not in str(rows)
    files = [path for path in desk.ledger.parent.iterdir() if path.is_file()]
    for path in files:
        content = path.read_bytes()
        assert b"T0KEN" not in content and b"S3CRET" not in content, path
