"""The `[channel.NAME]` tables of watches.toml.

[channel.desk]
kind = "webhook"
url = "https://desk.example/alerts"     # or { env = "DESK_URL" }, where it is secret itself
secret = { env = "DESK_SECRET" }        # signs every message; leave it out for no signature
timeout = "10s"

[channel.phone]
kind = "apprise"                        # Slack, Teams, Telegram, e-mail, desktop ...
url = { env = "PHONE_URL" }             # such as tgram://TOKEN/CHAT or mailtos://USER:PASS@HOST

[channel.log]
kind = "file"
path = "alerts.jsonl"                   # beside watches.toml

[channel.pager]
kind = "command"
command = ["/usr/local/bin/page", "--now"]
form = "json"                           # on its standard input; "text" by default
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, get_args

from flows import values
from flows.channels.records import Channel, Form, Kind, Secret
from flows.declared import FormatError, Lines, read_table, unknown
from flows.inputs import InputError

Reader = Callable[[str, object], object]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DESKTOP = ("dbus", "glib", "gnome", "kde", "macosx", "qt", "windows")
"""Schemes of apprise whose addresses hold no secret."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "webhook": ("url", "secret", "timeout"),
    "apprise": ("url", "timeout"),
    "file": ("path",),
    "command": ("command", "form", "timeout"),
}
_NEEDED = {
    "webhook": 'url = "https://..."',
    "apprise": 'url = { env = "NAME_OF_THE_VARIABLE" }',
    "file": 'path = "alerts.jsonl"',
    "command": 'command = ["/path/to/program"]',
}


def read(path: Path) -> dict[str, Channel]:
    """The channels of a watches.toml, by name; its other tables are left alone.

    Args:
        path: the file.

    Raises:
        InputError: it cannot be read or a channel breaks its form; with line and remedy.
    """
    try:
        tables, text = read_table(path, str(path))
    except FormatError as problem:
        raise InputError(str(problem)) from None
    found, problems = declared(tables.get("channel", {}), Lines(str(path), text), path.parent)
    if problems:
        raise InputError("\n".join(problems))
    return found


def declared(given: object, lines: Lines, folder: Path) -> tuple[dict[str, Channel], list[str]]:
    """The channels that a file declares, by name, and what is wrong with them.

    Args:
        given: the table `channel` of the file.
        lines: says where a key stands.
        folder: to which paths are relative.

    Returns:
        Channels that are right, and one sentence for each thing that is wrong.
    """
    if not isinstance(given, dict):
        return {}, [f"{lines.key('channel')}: write each channel as [channel.NAME]"]
    found: dict[str, Channel] = {}
    problems: list[str] = []
    for name, table in given.items():
        span = lines.entry(f"channel.{name}", 0)
        try:
            values.name("channel", name)
            if not isinstance(table, dict):
                raise _WrongKey("channel", f"write it as [channel.{name}]")
            found[name] = _channel(name, table, folder)
        except _WrongKey as problem:
            problems.append(f"{lines.key(problem.key, span)}: {problem}")
        except ValueError as problem:
            problems.append(f"{lines.at(span)}: {problem}")
    return found, problems


class _WrongKey(ValueError):
    def __init__(self, key: str, said: str) -> None:
        super().__init__(said)
        self.key = key


def _channel(name: str, table: Mapping[str, Any], folder: Path) -> Channel:
    kind = _value("kind", table.get("kind"), partial(values.choice, choices=get_args(Kind)))
    readers: dict[str, Reader] = {
        "url": _service if kind == "apprise" else _address,
        "secret": _secret,
        "path": lambda key, value: folder / values.text(key, value),
        "command": _command,
        "form": partial(values.choice, choices=get_args(Form)),
        "timeout": lambda key, value: values.duration(key, value).total_seconds(),
    }
    keys = _KEYS[kind]
    if keys[0] not in table:
        raise _WrongKey("kind", f"{keys[0]} is missing; a {kind} needs {_NEEDED[kind]}")
    read: dict[str, Any] = {}
    for key, value in table.items():
        if key == "kind":
            continue
        if key not in keys:
            said = unknown(key, ("kind", *keys), f"is no key of a {kind}")
            raise _WrongKey(key, said)
        read[key] = _value(key, value, readers[key])
    return Channel(name=name, kind=kind, **read)


def _value(key: str, value: object, reader: Callable[[str, object], Any]) -> Any:
    try:
        return reader(key, value)
    except ValueError as problem:
        raise _WrongKey(key, str(problem)) from None


def _secret(key: str, value: object) -> Secret:
    """The name of an environment variable, written as a table."""
    name = value.get("env") if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        raise ValueError(
            f"{key} is secret; put it into the environment and write {key} = "
            '{ env = "NAME_OF_THE_VARIABLE" }'
        )
    return Secret(name)


def _address(key: str, value: object) -> str | Secret:
    return _secret(key, value) if isinstance(value, dict) else values.address(key, value)


def _service(key: str, value: object) -> str | Secret:
    if isinstance(value, str) and value.strip().partition("://")[0].lower() in _DESKTOP:
        return value.strip()
    return _secret(key, value)


def _command(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(x, str) for x in value):
        raise ValueError(f'{key} is {value!r}; write a list, such as {key} = ["/path/to/program"]')
    if not value[0].strip() or any("\0" in part for part in value):
        raise ValueError(f"{key} names no program; write its path first")
    return tuple(value)
