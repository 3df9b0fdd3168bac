"""Each kind of channel against something real: a web server, files, programs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from receiver import Receiver, statuses

from flows import channels
from flows.channels import Channel, ChannelError, Secret
from flows.inputs import InputError

KEY = UUID("0b0c0d0e-0000-5000-8000-000000000001")


@dataclass(frozen=True)
class Said:
    subject: str = "Grant: $2.9 billion, and $3.5 billion before"
    text: str = "The Gazette says $2.9 billion.\nノルセルに29億ドル"
    html: str = "<p>The Gazette says <b>$2.9 billion</b>.</p>"
    data: Mapping[str, Any] = field(default_factory=lambda: {"watch": "grants", "matches": [1]})


def failure(channel: Channel, said: Said | None = None) -> ChannelError:
    with pytest.raises(ChannelError) as failed:
        channels.send(channel, said or Said(), KEY)
    return failed.value


# ---------------------------------------------------------------- webhook


def test_a_webhook_gets_signed_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SECRET", "whsec_" + base64.b64encode(b"a secret of ours").decode())
    with Receiver() as server:
        desk = Channel("desk", "webhook", f"{server.url}/in", Secret("DESK_SECRET"))
        channels.send(desk, Said(), KEY)
    [post] = server.posts
    assert json.loads(post.body) == {
        "key": str(KEY), "subject": Said().subject, "text": Said().text,
        "data": {"watch": "grants", "matches": [1]},
    }  # fmt: skip
    assert post.headers["idempotency-key"] == post.headers["webhook-id"] == str(KEY)
    moment = post.headers["webhook-timestamp"]
    assert abs(int(moment) - time.time()) < 600
    signed = f"{KEY}.{moment}.".encode() + post.body
    digest = hmac.new(b"a secret of ours", signed, hashlib.sha256).digest()
    assert post.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def test_the_signature_is_that_of_the_specification() -> None:
    # the example of standardwebhooks.com
    from flows.channels.webhook import signature

    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert (
        signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (410, True), (301, True),
     (408, False), (425, False), (429, False), (500, False), (503, False)],
)  # fmt: skip
def test_an_answer_says_whether_to_try_again(status: int, permanent: bool) -> None:
    with Receiver(statuses(status, retry_after="120", location="http://127.0.0.1:9/")) as server:
        problem = failure(Channel("desk", "webhook", f"{server.url}/T0KEN"))
    assert (problem.permanent, str(status) in str(problem)) == (permanent, True)
    assert problem.after == (0.0 if status == 301 else 120.0)
    assert "T0KEN" not in str(problem)
    assert len(server.posts) == 1


def test_nobody_there_is_to_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as server:
        url = f"{server.url}/T0KEN"
    for address in (url, "T0KEN", "ftp://T0KEN/", "http://"):
        monkeypatch.setenv("DESK_URL", address)
        problem = failure(Channel("desk", "webhook", Secret("DESK_URL"), timeout=2))
        assert not problem.permanent
        assert "T0KEN" not in str(problem)


def test_addresses_of_webhooks_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Receiver() as server:
        channels.send(Channel("desk", "webhook", f"{server.url}/T0KEN"), Said(), KEY)
    assert server.posts[0].path == "/T0KEN"
    assert "T0KEN" not in caplog.text


def test_a_server_that_never_answers_is_left_in_time() -> None:
    def sleep(*_: object) -> tuple[int, dict[str, str]]:
        time.sleep(1.5)
        return 204, {}

    with Receiver(sleep) as server:
        problem = failure(Channel("desk", "webhook", server.url, timeout=0.2))
    assert "0.2 s" in str(problem) and not problem.permanent


def test_a_secret_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_URL", raising=False)
    problem = failure(Channel("desk", "webhook", Secret("DESK_URL")))
    assert "DESK_URL" in str(problem) and not problem.permanent


# ---------------------------------------------------------------- apprise


def test_apprise_hands_subject_and_text_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with Receiver() as server:
        monkeypatch.setenv("PHONE_URL", server.url.replace("http", "json") + "/T0KEN")
        channels.send(Channel("phone", "apprise", Secret("PHONE_URL")), Said(), KEY)
    [post] = server.posts
    content = json.loads(post.body)
    assert content["title"] == Said().subject
    assert content["message"].startswith(Said().text)
    assert content["message"].endswith(str(KEY))


@pytest.mark.parametrize(("status", "permanent"), [(401, True), (429, False), (503, False)])
def test_apprise_tells_neither_tokens_nor_logs_them(
    status: int, permanent: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Receiver(statuses(status)) as server:
        monkeypatch.setenv("PHONE_URL", server.url.replace("http", "json") + "/T0KEN")
        problem = failure(Channel("phone", "apprise", Secret("PHONE_URL")))
    assert (problem.permanent, str(status) in str(problem)) == (permanent, True)
    assert "T0KEN" not in str(problem) + caplog.text
    assert logging.getLogger("apprise").propagate


@pytest.mark.parametrize("address", ["nonsense://T0KEN", "T0KEN", "slack://T0KEN"])
def test_an_address_that_apprise_does_not_know(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PHONE_URL", address)
    problem = failure(Channel("phone", "apprise", Secret("PHONE_URL")))
    assert problem.permanent and "PHONE_URL" in str(problem)
    assert "T0KEN" not in str(problem) + caplog.text


# ---------------------------------------------------------------- file


def test_a_file_gets_a_line_for_each_message(tmp_path: Path) -> None:
    log = Channel("log", "file", path=tmp_path / "of" / "alerts.jsonl")
    for _ in range(2):
        channels.send(log, Said(text="with\nbreaks \ud800"), KEY)
    assert log.path is not None
    lines = log.path.read_text("utf-8").splitlines()
    assert [json.loads(line)["key"] for line in lines] == [str(KEY)] * 2


def test_a_line_that_was_cut_off_does_not_swallow_the_next(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    path.write_bytes(b'{"key": "cut o')
    channels.send(Channel("log", "file", path=path), Said(), KEY)
    first, second = path.read_text("utf-8").splitlines()
    assert (first, json.loads(second)["key"]) == ('{"key": "cut o', str(KEY))


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    problem = failure(Channel("log", "file", path=tmp_path))
    assert not problem.permanent and str(tmp_path) in str(problem)


# ---------------------------------------------------------------- command

COPY = (
    "import os, sys; open(sys.argv[1], 'w', encoding='utf-8').write("
    "'|'.join([sys.argv[2], os.environ['NEWSLEDGER_KEY'], os.environ['NEWSLEDGER_SUBJECT'], "
    "sys.stdin.buffer.read().decode()]))"
)


def test_a_command_gets_its_arguments_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "out"
    hostile = "$(touch x); `id` && *"
    command = (sys.executable, "-c", COPY, str(out), hostile)
    channels.send(Channel("pager", "command", command=command), Said(), KEY)
    argument, key, subject, given = out.read_text("utf-8").split("|")
    assert (argument, key, subject) == (hostile, str(KEY), Said().subject)
    assert given == f"{Said().subject}\n\n{Said().text}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    channels.send(Channel("pager", "command", command=command, form="json"), Said(), KEY)
    assert json.loads(out.read_text("utf-8").split("|")[3])["data"]["watch"] == "grants"


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import time; time.sleep(2); open({str(mark)!r}, 'w')"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    pager = Channel("pager", "command", command=(sys.executable, "-c", parent), timeout=1.0)
    problem = failure(pager)
    assert "1 s" in str(problem) and not problem.permanent
    time.sleep(2.5)
    assert not mark.exists()


def test_a_command_that_fails_and_one_that_is_not_there() -> None:
    failing = (sys.executable, "-c", "import sys; sys.exit('T0KEN')")
    problem = failure(Channel("pager", "command", command=failing))
    assert "ended with 1" in str(problem) and "T0KEN" not in str(problem)
    assert not problem.permanent
    assert failure(Channel("pager", "command", command=("/no/such",))).permanent


def test_a_command_that_does_not_read_has_had_its_message() -> None:
    quick = Channel("pager", "command", command=(sys.executable, "-c", ""))
    channels.send(quick, Said(text="long " * 100_000), KEY)


# ---------------------------------------------------------------- watches.toml

GOOD = """
[channel.desk]
kind = "webhook"
url = "https://desk.example/alerts"
secret = { env = "DESK_SECRET" }
timeout = "10s"

[channel.phone]
kind = "apprise"
url = { env = "PHONE_URL" }

[channel.screen]
kind = "apprise"
url = "dbus://"

[channel.log]
kind = "file"
path = "alerts.jsonl"

[channel.pager]
kind = "command"
command = ["/usr/bin/page", "--now"]
form = "json"

[[watch]]
name = "left alone"
"""


def test_channels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "watches.toml"
    path.write_text(GOOD, "utf-8")
    found = channels.read(path)
    assert list(found) == ["desk", "phone", "screen", "log", "pager"]
    assert found["desk"] == Channel(
        "desk", "webhook", "https://desk.example/alerts", Secret("DESK_SECRET"), timeout=10.0
    )
    assert found["log"].path == tmp_path / "alerts.jsonl"
    assert found["pager"].command == ("/usr/bin/page", "--now")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[channel.x]\nkind = "webhok"', "line 2: kind is 'webhok'"),
        ('[channel.x]\nurl = "https://x.example"', "line 1: kind is None"),
        ('[channel.x]\nkind = "webhook"', "line 2: url is missing"),
        ('[channel.x]\nkind = "file"\npath = "a"\nurl = "https://x.example"', "line 4"),
        ('[channel.x]\nkind = "webhook"\nurl = "https://me:T0KEN@x.example"', "without them"),
        ('[channel.x]\nkind = "webhook"\nurl = "https://x"\nsecret = "T0KEN"', "environment"),
        ('[channel.x]\nkind = "apprise"\nurl = "tgram://T0KEN/1"', "environment"),
        ('[channel.x]\nkind = "apprise"\nurl = { env = "not a name" }', "environment"),
        ('[channel.x]\nkind = "command"\ncommand = "rm -rf"', "write a list"),
        ('[channel.x]\nkind = "command"\ncommand = [""]', "names no program"),
        ('[channel.x]\nkind = "webhook"\nurl = "https://x"\ntimeout = "long"', "length of time"),
        ('channel = "x"', "[channel.NAME]"),
        ('[channel]\nx = 1', "[channel.x]"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_channel_is_said_with_line_and_remedy(
    text: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "watches.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as problem:
        channels.read(path)
    assert said in str(problem.value)
    assert "T0KEN" not in str(problem.value)
