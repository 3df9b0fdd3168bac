"""watches.toml: read, checked and documented."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import channels, messages, watches
from flows.inputs import InputError
from flows.watches import Digest, Quiet, Watch
from warehouse import Wanted

DOCS = Path(__file__).parents[2] / "docs"
ONE = '[[watch]]\nname = "a"\n'


def parsed(folder: Path, text: str) -> watches.Watches:
    path = folder / "watches.toml"
    path.write_text(text, "utf-8")
    return watches.read(path)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        parsed(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_watch_with_every_key(tmp_path: Path) -> None:
    found = parsed(
        tmp_path,
        """
[[watch]]
name = "chips"
actors = ["삼성전자", "TSMC"]
predicates = ["invest"]
places = ["JP", "JP-Tokyo"]
topics = ["半導体", "chip plant"]
kinds = ["money"]
currencies = ["USD"]
units = ["person"]
at_least = 1_000_000
at_most = 2.5e9
change_at_least = 0.1
verdicts = ["conflicts", "new"]
sources = ["nhk-主要"]
languages = ["zh-Hant"]
outlets = ["NHK"]
min_severity = 0.2
timezone = "Asia/Tokyo"
quiet_hours = "22:00-7:30"
debounce = "1h30m"
digest = "daily 07:30"
stories = ["52c261b2"]
channels = ["log"]

[[watch]]
name = "b"
digest = "hourly"

[channel.log]
kind = "file"
path = "alerts.jsonl"
""",
    )
    first, second = found.watches
    assert first == Watch(
        name="chips",
        about=Wanted(
            actors=("삼성전자", "TSMC"),
            predicates=("invest",),
            places=("JP", "JP-Tokyo"),
            topics=("半導体", "chip plant"),
            kinds=("money",),
            currencies=("USD",),
            units=("person",),
            at_least=Decimal(1_000_000),
            at_most=Decimal(2_500_000_000),
            change_at_least=0.1,
            verdicts=("conflicts", "new"),
            sources=("nhk-主要",),
            languages=("zh-Hant",),
            outlets=("NHK",),
            min_severity=0.2,
            stories=("52c261b2",),
        ),
        timezone=ZoneInfo("Asia/Tokyo"),
        quiet_hours=Quiet(time(22), time(7, 30)),
        debounce=timedelta(minutes=90),
        digest=Digest("daily", time(7, 30)),
        channels=("log",),
    )
    assert first.wanted.actors == ("Samsung Electronics", "TSMC")
    assert (second.digest, second.timezone, second.channels) == (Digest("hourly"), UTC, ())
    assert found.channels["log"].path == tmp_path / "alerts.jsonl"
    assert found.named("b") is second
    with pytest.raises(InputError, match="'chip' is no watch; did you mean 'chips'"):
        found.named("chip")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[watches]]\n", "watches.toml, line 1: 'watches' is not known here; did you mean"),
        ("[watch]\nname = 'a'\n", "line 1: write [[watch]], in two brackets"),
        ("[[watch]]\n", "line 1: name is missing in [[watch]]"),
        ("[[watch]]\nname = 'a b'\n", "line 2: name is 'a b'; write up to 100 letters"),
        (f"{ONE}actor = ['x']\n", "line 3: 'actor' is not a known key; did you mean 'actors'?"),
        (f"{ONE}actors = 'x'\n", "line 3: actors is 'x'; write a list"),
        (f"{ONE}predicates = ['invests']\n", "line 3: predicates is 'invests' is not known here"),
        (f"{ONE}places = ['Japan']\n", "line 3: places holds 'Japan'; write an ISO 3166 code"),
        (f"{ONE}topics = ['!']\n", "line 3: topics holds '!', which has no letter"),
        (f"{ONE}stories = ['Norcell']\n", "line 3: stories holds 'Norcell'; write a story_id"),
        (f"{ONE}kinds = ['number']\n", "line 3: kinds is 'number' is not known here"),
        (f"{ONE}currencies = ['$']\n", "line 3: currencies holds '$'; write an ISO 4217 code"),
        (f"{ONE}kinds = ['money']\nat_least = '1m'\n", "line 4: at_least is '1m'; write a number"),
        (f"{ONE}kinds = ['money']\nat_least = nan\n", "line 4: at_least is nan; write a number"),
        (f"{ONE}kinds = ['money']\nat_most = -1\n", "line 4: at_most is -1; write a number"),
        (f"{ONE}at_least = 5\n", "line 3: at_least needs currencies, units or kinds beside it"),
        (f"{ONE}units = ['%']\nat_least = 5\nat_most = 4\n", "line 4: at_least is more than at_m"),
        (f"{ONE}change_at_least = 0\n", "line 3: change_at_least is 0; write a number above 0"),
        (f"{ONE}change_at_least = 1\nverdicts = ['new']\n", "line 3: change_at_least needs an ea"),
        (f"{ONE}verdicts = ['conflict']\n", "did you mean 'conflicts'?"),
        (f"{ONE}verdicts = ['agrees']\nmin_severity = 1\n", "line 4: min_severity needs a verdict"),
        (f"{ONE}languages = ['Korean!']\n", "line 3: lang is 'Korean!'; write a language tag"),
        (f"{ONE}timezone = 'Tokyo'\n", "line 3: timezone is 'Tokyo'; "),
        (f"{ONE}quiet_hours = '22-7'\n", "line 3: quiet_hours is '22-7'; write two times of day"),
        (f"{ONE}quiet_hours = '24:00-07:00'\n", "line 3: quiet_hours is '24:00-07:00'"),
        (f"{ONE}quiet_hours = '7:00-07:00'\n", "line 3: quiet_hours is '7:00-07:00'"),
        (f"{ONE}debounce = 5\n", "line 3: debounce is 5; write a length of time"),
        (f"{ONE}digest = 'daily'\n", 'line 3: digest is \'daily\'; write "hourly", "daily 07:30"'),
        (f"{ONE}digest = 'weekly 07:30'\n", "line 3: digest is 'weekly 07:30'"),
        (f"{ONE}channels = ['desk']\n", "line 3: channels is 'desk', but none is set up"),
        (f"{ONE}{ONE}", "line 4: name 'a' is that of the watch in watches.toml, line 2 already"),
        ("[channel.x]\nkind = 'fax'\n", "watches.toml, line 2: kind is 'fax' is not known here"),
        ("[[watch]\n", "watches.toml: not TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_all_that_is_wrong_is_listed_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, f"{ONE}kind = 1\ndigest = 2\n[[watch]]\n[channel.x]\nkind = 'fax'\n")
    lines = sorted(line.partition(": ")[0] for line in said.splitlines())
    assert lines == [f"watches.toml, line {number}" for number in (3, 4, 5, 7)]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    try:
        path.write_text(text, "utf-8", errors="replace")
        watches.read(path)
    except InputError as problem:
        assert "any.toml" in str(problem)


def tables() -> dict[str, dict[str, str]]:
    """Tables of docs/watches.md: heading -> first cell -> second."""
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"^## ", (DOCS / "watches.md").read_text("utf-8"), flags=re.MULTILINE):
        rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\| \S.* \|$", part, re.MULTILINE)
        found[part.splitlines()[0].strip("`")] = dict(rows)
    return found


def test_the_docs_have_every_key_with_its_default(tmp_path: Path) -> None:
    def keys(watch: Watch) -> dict[str, Any]:
        own = {item.name: getattr(watch, item.name) for item in fields(Watch)}
        about = own.pop("about")
        return own | {item.name: getattr(about, item.name) for item in fields(Wanted)}

    documented = tables()["[[watch]]"]
    made = keys(Watch("a"))
    assert set(documented) == set(made)
    assert documented.pop("name") == ""
    for key, default in documented.items():
        if default in ("any", "none"):
            assert not made[key], key
        else:
            (read,) = parsed(tmp_path, f"{ONE}{key} = {default.strip('`')}\n").watches
            value = keys(read)[key]
            assert value == made[key] or str(value) == str(made[key]), key


def test_the_docs_have_every_kind_of_channel() -> None:
    assert set(tables()["[channel.NAME]"]) == set(get_args(channels.records.Kind))


@pytest.mark.parametrize("name", ["watches.example.toml", "watches.md", "the module"])
def test_the_examples_are_read(tmp_path: Path, name: str) -> None:
    if name == "the module":
        lines = (watches.__doc__ or "").splitlines()
        text = "\n".join(line.strip() for line in lines if line.startswith("    "))
    else:
        text = (DOCS / name).read_text("utf-8")
        if name.endswith(".md"):
            text = "\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
    found = parsed(tmp_path, text)
    assert found.watches
    assert all(set(one.channels) <= set(found.channels) and one.channels for one in found.watches)
    assert all(messages.asked(one) for one in found.watches)
