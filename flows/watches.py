"""`watches.toml`: of what somebody wants to be told, when, and over which channels.

    [[watch]]
    name = "chip-plants"
    actors = ["TSMC", "삼성전자"]
    predicates = ["invest", "build"]
    currencies = ["USD"]
    at_least = 1_000_000_000
    verdicts = ["new", "conflicts", "supersedes"]
    timezone = "Asia/Tokyo"
    quiet_hours = "22:00-07:00"
    debounce = "6h"
    channels = ["desk"]

    [channel.desk]
    kind = "file"
    path = "alerts.jsonl"

Every key with its meaning and default is in docs/watches.md. Channels are read by
`flows.channels`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, time, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from extractors import entities
from extractors.records import Kind, Predicate
from flows import values
from flows.channels import Channel, declared
from flows.declared import Form, FormatError, Lines, Reader, Span, read_table, unknown
from flows.inputs import InputError
from flows.metadata import hint
from flows.phrases import phrases
from warehouse import DISPUTES, NEW, Wanted

NAME = "watches.toml"

Often = Literal["hourly", "daily"]

_TABLES = ("watch", "channel")
_ABOUT = {item.name for item in fields(Wanted)}
_KINDS = tuple(kind for kind in get_args(Kind) if kind != "number")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_STORY = re.compile(r"[0-9a-fA-F]{4,8}(-[0-9a-fA-F-]{0,27})?")
_MOST = 10**21  # what a column of the ledger holds


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which nothing is sent; they may go over midnight.

    Attributes:
        start: the first moment of quiet.
        end: the first moment after it.
    """

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Digest:
    """When what has come together is sent.

    Attributes:
        often: every hour, or every day.
        at: time of the day; of an hourly digest midnight, which says nothing.
    """

    often: Often
    at: time = time()


@dataclass(frozen=True, slots=True)
class Watch:
    """What somebody wants to be told. A key that is empty asks for nothing.

    Attributes:
        name: unique in the file.
        about: what is looked for, as it is written; actors may be aliases in any language.
        timezone: of quiet hours and digests.
        quiet_hours: when nothing is sent.
        debounce: least time between two alerts on one claim.
        digest: when alerts are sent together, None for at once.
        channels: names of channels over which alerts go.
    """

    name: str
    about: Wanted = field(default_factory=Wanted)
    timezone: tzinfo = UTC
    quiet_hours: Quiet | None = None
    debounce: timedelta = timedelta()
    digest: Digest | None = None
    channels: tuple[str, ...] = ()

    @property
    def wanted(self) -> Wanted:
        """What is looked for in the ledger: aliases of actors as the names they stand for."""
        actors = tuple(dict.fromkeys(map(_canonical, self.about.actors)))
        return replace(self.about, actors=actors)


@dataclass(frozen=True, slots=True)
class Watches:
    """What a `watches.toml` says.

    Attributes:
        watches: in the order of the file.
        channels: by name.
    """

    watches: tuple[Watch, ...] = ()
    channels: Mapping[str, Channel] = field(default_factory=dict)

    def named(self, name: str) -> Watch:
        """The watch of that name.

        Raises:
            InputError: there is none.
        """
        for watch in self.watches:
            if watch.name == name:
                return watch
        raise InputError(unknown(name, [watch.name for watch in self.watches], "is no watch"))


def read(path: Path) -> Watches:
    """The watches and channels of a file.

    Args:
        path: a TOML file as in the text above.

    Raises:
        InputError: it cannot be read or breaks its form; with file, line and remedy, one
            sentence for each thing that is wrong.
    """
    try:
        tables, text = read_table(path, str(path))
    except FormatError as problem:
        raise InputError(str(problem)) from None
    form = _Form(Lines(str(path), text))
    found = form.read(tables, path.parent)
    if form.problems:
        raise InputError("\n".join(form.problems))
    return found


class _Form(Form):
    """Reads the tables of one file."""

    def read(self, tables: Mapping[str, Any], folder: Path) -> Watches:
        for key in tables:
            if key not in _TABLES:
                self.tell(unknown(key, _TABLES), key, self.lines.entry(key, 0))
        channels, problems = declared(tables.get("channel", {}), self.lines, folder)
        self.problems += problems
        given = tables.get("watch", [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            said = "write [[watch]], in two brackets, for each watch"
            self.tell(said, "watch", self.lines.entry("watch", 0))
            given = []
        named = tables.get("channel", {})
        known = tuple(named) if isinstance(named, dict) else ()
        spans = [self.lines.entry("watch", number) for number in range(len(given))]
        watches = [
            self._watch(entry, span, known) for entry, span in zip(given, spans, strict=True)
        ]
        seen: dict[object, str] = {}
        for entry, span in zip(given, spans, strict=True):
            name = entry.get("name")
            if isinstance(name, str) and name in seen:
                said = f"name {name!r} is that of the watch in {seen[name]} already; change one"
                self.tell(said, "name", span)
            elif isinstance(name, str):
                seen[name] = self.lines.key("name", span)
        return Watches(tuple(watch for watch in watches if watch), channels)

    def _watch(
        self, entry: Mapping[str, Any], span: Span | None, channels: tuple[str, ...]
    ) -> Watch | None:
        """The watch of an entry, None where it breaks its form."""
        before = len(self.problems)
        verdicts = (NEW, *phrases().verdicts)
        readers: dict[str, Reader] = {
            "name": values.name,
            "actors": partial(values.each, read=values.text),
            "predicates": _choices(get_args(Predicate)),
            "places": partial(values.each, read=_place),
            "topics": partial(values.each, read=_topic),
            "kinds": _choices(_KINDS),
            "currencies": partial(values.each, read=_currency),
            "units": partial(values.each, read=values.text),
            "at_least": _number,
            "at_most": _number,
            "change_at_least": _share,
            "verdicts": _choices(verdicts),
            "sources": partial(values.each, read=values.name),
            "languages": partial(values.each, read=_language),
            "outlets": partial(values.each, read=values.text),
            "stories": partial(values.each, read=_story),
            "min_severity": lambda key, value: float(_number(key, value)),
            "timezone": values.zone,
            "quiet_hours": _quiet,
            "debounce": values.duration,
            "digest": _digest,
            "channels": _choices(channels),
        }
        found = self.values(entry, readers, span)
        if "name" not in entry:
            self.tell("name is missing in [[watch]]; each has one", None, span)
        if len(self.problems) > before:
            return None
        about = Wanted(**{key: found.pop(key) for key in _ABOUT & found.keys()})
        self._check_together(about, span)
        return Watch(about=about, **found) if len(self.problems) == before else None

    def _check_together(self, about: Wanted, span: Span | None) -> None:
        """Keys that have a meaning only beside others."""
        bounds = [key for key in ("at_least", "at_most") if getattr(about, key) is not None]
        if bounds and not (about.currencies or about.units or about.kinds):
            said = 'needs currencies, units or kinds beside it, such as currencies = ["USD"]'
            self.tell(f"{bounds[0]} {said}", bounds[0], span)
        least, most = about.at_least, about.at_most
        if least is not None and most is not None and least > most:
            self.tell("at_least is more than at_most; change one", "at_least", span)
        if about.change_at_least is not None and about.verdicts == (NEW,):
            said = 'change_at_least needs an earlier figure; take verdicts = ["new"] out'
            self.tell(said, "change_at_least", span)
        if about.min_severity and not set(about.verdicts) & set(DISPUTES):
            said = "min_severity needs a verdict that has one, such as conflicts; take one out"
            self.tell(said, "min_severity", span)


def _canonical(name: str) -> str:
    entity = entities.known(name)
    return entity.name if entity else name


def _choices(choices: tuple[str, ...]) -> Reader:
    """A reader of a list of some words."""
    return partial(values.each, read=partial(values.choice, choices=choices))


def _place(key: str, value: object) -> str:
    word = values.text(key, value)
    if not values.PLACE.fullmatch(word):
        raise ValueError(f'{key} holds {word!r}; write an ISO 3166 code, as "JP" or "JP-Tokyo"')
    return word


def _story(key: str, value: object) -> str:
    word = values.text(key, value)
    if not _STORY.fullmatch(word):
        raise ValueError(
            f"{key} holds {word!r}; write a story_id of mart.stories, or how it begins"
        )
    return word


def _topic(key: str, value: object) -> str:
    word = values.text(key, value)
    if not any(character.isalnum() for character in word):
        raise ValueError(f"{key} holds {word!r}, which has no letter; write a word or phrase")
    return word


def _currency(key: str, value: object) -> str:
    word = values.text(key, value)
    if not _CURRENCY.fullmatch(word):
        raise ValueError(f'{key} holds {word!r}; write an ISO 4217 code, as "USD"')
    return word


def _language(key: str, value: object) -> str:
    tag: str = hint("lang", value)
    return tag


def _number(key: str, value: object) -> Decimal:
    """A number from 0 on, as bare TOML."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        raise ValueError(f"{key} is {value!r}; write a number from 0 on, such as 1_000_000")
    return Decimal(str(value))


def _share(key: str, value: object) -> float:
    """A relative change: above 0; 1 stands for twice as much."""
    number = float(_number(key, value))
    if not number:
        raise ValueError(f"{key} is 0; write a number above 0, such as 0.1 for a tenth")
    return number


def _time(text: str) -> time | None:
    found = _CLOCK.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found else None


def _quiet(key: str, value: object) -> Quiet:
    first, _, last = value.partition("-") if isinstance(value, str) else ("", "", "")
    start, end = _time(first), _time(last)
    if start is None or end is None or start == end:
        raise ValueError(f'{key} is {value!r}; write two times of day, as "22:00-07:00"')
    return Quiet(start, end)


def _digest(key: str, value: object) -> Digest | None:
    if value == "none":
        return None
    if value == "hourly":
        return Digest("hourly")
    word, _, clock = value.partition(" ") if isinstance(value, str) else ("", "", "")
    at = _time(clock)
    if word != "daily" or at is None:
        raise ValueError(f'{key} is {value!r}; write "hourly", "daily 07:30" or "none"')
    return Digest("daily", at)
