"""`overrides.toml`: a user's corrections, declared and dated.

    [[fact]]                                  # how a figure is bound, or that it is no fact
    fact = "804f8f31"                         # an id of mart.facts or its beginning; or
    document = "news.txt"                     # ... every mention of these words in a document
    surface = "$2.9 billion"
    actor = "Oracle"                          # what is to hold: any of the keys below
    place = "JP"
    date = 2024-05-01                         # when you say so, and why: in every entry
    reason = "the sentence is about Oracle"

    [[fact]]
    fact = "9fc222a6"
    drop = true
    date = 2024-05-01
    reason = "the year of a film title"

    [[alias]]                                 # whom a name means, wherever it takes part
    name = "MSKK"
    entity = "Microsoft Japan"
    date = 2024-05-01
    reason = "its short name"

    [[verdict]]                               # the verdict on a pair of mart.disagreements
    facts = ["804f8f31", "48d9179f"]
    verdict = "not_comparable"
    date = 2024-05-01
    reason = "two different plans"

The figure itself cannot be corrected, only dropped. Keys that an entry may set are `KEYS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from extractors.records import Direction, Distributive, Phase, Predicate, Scope, Slot, StatementRole
from flows import values
from flows.declared import FormatError, Lines, read_table, unknown
from flows.inputs import InputError
from flows.phrases import phrases
from warehouse import SETTABLE, Override

NAME = "overrides.toml"
KEYS = ("actor", *SETTABLE)

_ALWAYS = ("date", "reason")
_MEANT: dict[str, tuple[str, ...]] = {
    "fact": ("fact", "document", "surface", "drop", *KEYS, *_ALWAYS),
    "alias": ("name", "entity", *_ALWAYS),
    "verdict": ("facts", "verdict", *_ALWAYS),
}
_NEEDED = {"alias": ("name", "entity"), "verdict": ("facts", "verdict")}
_CHOICES: dict[str, tuple[str, ...]] = {
    "predicate": get_args(Predicate),
    "slot": get_args(Slot),
    "role_in_statement": get_args(StatementRole),
    "distributive": get_args(Distributive),
    "scope": get_args(Scope),
    "phase": get_args(Phase),
    "direction": get_args(Direction),
}
_DAYS = ("event_date_start", "event_date_end", "as_of")
_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
_LONGEST = 12_000  # months of a period


def read(path: Path) -> list[Override]:
    """The corrections of a file.

    Args:
        path: a TOML file as in the text above.

    Raises:
        InputError: it cannot be read, or an entry breaks its form; with file, line and remedy,
            one sentence for each thing that is wrong.
    """
    try:
        tables, text = read_table(path, str(path))
    except FormatError as problem:
        raise InputError(str(problem)) from None
    problems: list[str] = []
    entries: list[Override] = []
    lines = Lines(str(path), text)
    for kind, given in tables.items():
        if kind not in _MEANT:
            problems.append(f"{lines.at(lines.entry(kind, 0))}: {unknown(kind, _MEANT)}")
        elif not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            first = lines.at(lines.entry(kind, 0))
            problems.append(f"{first}: write [[{kind}]], in two brackets, for each entry")
        else:
            for number, entry in enumerate(given):
                span = lines.entry(kind, number)
                found = _problems(kind, entry, partial(lines.key, span=span), lines.at(span))
                problems += found
                if not found:
                    entries.append(_entry(kind, entry))
    if problems:
        raise InputError("\n".join(problems))
    return entries


def beside(ledger: Path) -> Path | None:
    """The file beside a ledger that holds where none is named, None if there is none."""
    path = ledger.with_name(NAME)
    return path if path.exists() else None


def _entry(kind: str, entry: Mapping[str, Any]) -> Override:
    content: dict[str, Any] = {
        key: value for key, value in entry.items() if key not in (*_ALWAYS, *KEYS)
    }
    settings = {
        key: str(value) if key in _DAYS else value for key, value in entry.items() if key in KEYS
    }
    if kind == "fact" and not content.get("drop"):
        content["set"] = settings
    named: Literal["fact", "alias", "verdict"] = kind  # type: ignore[assignment]
    return Override(named, content, entry["reason"].strip(), entry["date"])


def _problems(
    kind: str, entry: Mapping[str, Any], where: Callable[[str], str], top: str
) -> list[str]:
    """What is wrong with an entry, each with its line and the remedy."""
    found = [
        f"{where(key)}: {unknown(key, _MEANT[kind])}" for key in entry if key not in _MEANT[kind]
    ]
    found += [
        f"{top}: {key!r} is missing; write {remedy}"
        for key, remedy in (
            ("date", "when you say so, as date = 2024-05-01"),
            ("reason", 'why, as reason = "the sentence is about Oracle"'),
        )
        if key not in entry
    ]
    needed = _NEEDED.get(kind, ())
    found += [f"{top}: {key!r} is missing in [[{kind}]]" for key in needed
              if key not in entry]  # fmt: skip
    found += [
        f"{where(key)}: {said}"
        for key, value in entry.items()
        if key in _MEANT[kind] and (said := _wrong(key, value))
    ]
    if kind == "fact":
        if ("fact" in entry) == ("document" in entry) or ("document" in entry) != (
            "surface" in entry
        ):
            found.append(f"{top}: name the fact by 'fact', or by 'document' and 'surface'")
        first, last = entry.get("event_date_start"), entry.get("event_date_end")
        if type(first) is type(last) is date and first > last:
            found.append(f"{where('event_date_end')}: event_date_end is before event_date_start")
        settings = [key for key in entry if key in KEYS]
        if bool(entry.get("drop")) == bool(settings):
            found.append(f"{top}: say either drop = true or what is to hold, "
                         f"such as actor = \"Oracle\"; keys are {', '.join(KEYS)}")  # fmt: skip
    return found


def _wrong(key: str, value: object) -> str:
    """What is wrong with a value, "" for nothing."""
    if key == "date" or key in _DAYS:
        is_day = isinstance(value, date) and not isinstance(value, datetime)
        return "" if is_day else f"{key} is no day; write it bare, as {key} = 2024-05-01"
    if key == "drop":
        return "" if value is True else "write drop = true, or leave it out"
    if key == "period_months":
        good = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LONGEST
        return "" if good else f"period_months is a whole number of months, 1 to {_LONGEST}"
    if key == "facts":
        ids = value if isinstance(value, list) else []
        is_pair = len(ids) == 2 and ids[0] != ids[1]
        if not is_pair or not all(isinstance(x, str) and _ID.fullmatch(x) for x in ids):
            return "facts are two different ids of mart.disagreements, of 8 characters or more"
        return ""
    if key == "actor" and isinstance(value, list):
        good = bool(value) and all(isinstance(x, str) and x.strip() for x in value)
        return "" if good else "actor is a name, or a list of names"
    if not isinstance(value, str) or not value.strip():
        return f"{key} is a text in quotation marks, and not empty"
    choices = tuple(phrases().verdicts) if key == "verdict" else _CHOICES.get(key)
    if choices and value not in choices:
        return unknown(value, choices)
    if key == "fact" and not _ID.fullmatch(value):
        return "fact is an id of mart.facts, or 8 characters or more of its beginning"
    if key == "place" and not values.PLACE.fullmatch(value):
        return 'place is an ISO 3166 code, as "JP", or with a city, "JP-Tokyo"'
    return ""
