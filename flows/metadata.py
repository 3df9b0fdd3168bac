"""What is said of a document from outside: sidecars, `seeds.toml` and rows of a `.jsonl`.

The keys are those of `KEYS`, and all are optional. A sidecar is written for us, so a key that is
not known is an error there. A row of a `.jsonl` often carries other people's keys, which are left
alone, but not a slip of the pen (`published` for `published_at`).
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import get_args

from extractors.records import DateBasis, Hints
from flows.declared import FormatError, Lines, read_table, unknown

KEYS = ("url", "title", "outlet", "lang", "place", "published_at", "date_basis", "charset")

_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLACE = re.compile(r"[A-Z]{2}")
_URL = re.compile(r"https?://[^\s/]+\S*")

Locate = Callable[[str], str]
"""From a key to the words that say where it stands: `article.json, line 3`."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """URL and hints of one document, as far as stated."""

    url: str | None = None
    hints: Hints = field(default_factory=Hints)

    def over(self, other: Metadata) -> Metadata:
        """Both together; where both state a key, this one's holds."""
        merged: Hints = {**other.hints, **self.hints}
        if "published_at" in self.hints:
            merged["date_basis"] = self.hints["date_basis"]
        return Metadata(self.url or other.url, merged)


def parse(
    table: Mapping[str, object],
    locate: Locate,
    known: tuple[str, ...] = KEYS,
    *,
    foreign_keys: bool = False,
) -> Metadata:
    """Check the values of one sidecar, table or row.

    Args:
        table: key to value, as read from JSON or TOML; null and "" count as not stated.
        locate: says where a key stands.
        known: every key that has a meaning; those outside `KEYS` are left to the caller.
        foreign_keys: whether other keys may stand beside them, unless they look like a slip.

    Returns:
        The metadata; `date_basis` is `stated` where a time is given without one.

    Raises:
        FormatError: with one sentence for each thing that is wrong.
    """
    problems: list[str] = []
    hints = Hints()
    url: str | None = None
    for key, value in table.items():
        if key not in known:
            if foreign_keys and not _slip(key, known, table):
                continue
            problems.append(f"{locate(key)}: {unknown(key, known, 'is not a known key')}")
        elif key in KEYS and value is not None and value != "":
            try:
                if key == "published_at":
                    hints["published_at"] = moment(value)
                elif key == "url":
                    url = hint(key, value)
                else:
                    hints[key] = hint(key, value)  # type: ignore[literal-required]
            except ValueError as problem:
                problems.append(f"{locate(key)}: {problem}")
    if "published_at" in hints:
        hints.setdefault("date_basis", "stated")
    elif "date_basis" in hints and not problems:
        problems.append(
            f"{locate('date_basis')}: date_basis stands without published_at; "
            "add the time or take the basis out"
        )
    if problems:
        raise FormatError(". ".join(problems))
    return Metadata(url, hints)


def moment(value: object) -> datetime:
    """A publication time as a zone-aware datetime.

    A day without a time is that day at 00:00 UTC; a time without a zone is read as UTC. State
    the zone where it is known, since the local day decides what "today" in the text means.

    Args:
        value: ISO 8601 text, or a date or time as TOML has them.

    Raises:
        ValueError: naming the remedy, if it is neither.
    """
    remedy = 'write published_at in ISO 8601, such as "2024-04-10T03:00+09:00" or "2024-04-10"'
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"{value!r} is not a time; {remedy}") from None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise ValueError(f"{value!r} is not a time; {remedy}")
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    if not 1 < value.year < 9999:  # the ends of the calendar leave no room for zones
        raise ValueError(f"the year {value.year} is out of range; {remedy}")
    return value


def read_sidecar(path: Path, name: str) -> Metadata:
    """Metadata of one `NAME.json` or `NAME.toml`.

    Args:
        path: the sidecar.
        name: how messages call it.

    Raises:
        FormatError: if it cannot be read or breaks the format.
    """
    table, text = read_table(path, name)
    return parse(table, Lines(name, text).key)


def read_index(path: Path) -> dict[str, Metadata | FormatError]:
    """Metadata of every document of a `seeds.toml`, by file name; one table a file.

    A table that breaks the format stands as its error, so that the others remain of use.

    Raises:
        FormatError: if the file as a whole cannot be read.
    """
    tables, text = read_table(path, path.name)
    lines = Lines(path.name, text)
    index: dict[str, Metadata | FormatError] = {}
    for name, table in tables.items():
        header = re.search(rf"""^\s*\[\s*["']?{re.escape(name)}["']?\s*\]""", text, re.MULTILINE)
        locate = partial(lines.key, span=(header.end(), len(text)) if header else None)
        try:
            if not isinstance(table, dict):
                raise FormatError(
                    f"{locate(name)}: {name} is a key outside any table; open one for each "
                    'document, such as ["article.txt"]'
                )
            index[name] = parse(table, locate)
        except FormatError as problem:
            index[name] = problem
    return index


def read_row(line: bytes, where: str) -> dict[str, object]:
    """One row of a `.jsonl` as a table.

    Args:
        line: the bytes of the row.
        where: how messages call the place.

    Raises:
        FormatError: if it is not a JSON object in UTF-8.
    """
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FormatError(f"{where}: not UTF-8; save the file as UTF-8") from None
    except json.JSONDecodeError as problem:
        raise FormatError(
            f"{where}, column {problem.colno}: not JSON ({problem.msg}); "
            "each line holds one complete JSON object"
        ) from None
    except (ValueError, RecursionError):
        raise FormatError(f"{where}: not JSON that can be read; rewrite this row") from None
    if not isinstance(row, dict):
        raise FormatError(f'{where}: not an object; write {{"id": "...", "text": "..."}}')
    return row


def _slip(key: str, known: tuple[str, ...], table: Mapping[str, object]) -> bool:
    """Whether a key is most likely meant to be a known one that the table lacks."""
    missing = [name for name in known if name not in table]
    return bool(difflib.get_close_matches(key.lower(), missing, n=1, cutoff=0.8))


def is_writable(text: str) -> bool:
    """Whether a text can be written as UTF-8; half a surrogate pair in JSON cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def hint(key: str, value: object) -> str:
    """The value of a textual key, checked.

    Raises:
        ValueError: with the remedy, if it is not of the form that the key asks for.
    """
    if not isinstance(value, str):
        raise ValueError(f"{key} is {value!r}; write it as text, in quotation marks")
    value = value.strip()
    if not is_writable(value):
        raise ValueError(f"{key} holds half a surrogate pair; write the character whole")
    if key == "lang" and not _LANG.fullmatch(value):
        raise ValueError(f'lang is {value!r}; write a language tag such as "ko" or "zh-Hant"')
    if key == "place" and not _PLACE.fullmatch(value):
        raise ValueError(f'place is {value!r}; write the two-letter country code, such as "JP"')
    if key == "url" and not _URL.fullmatch(value):
        raise ValueError(f"url is {value!r}; write it whole, beginning with https://")
    if key == "date_basis" and value not in get_args(DateBasis):
        raise ValueError(f"date_basis is {value!r}; use one of {', '.join(get_args(DateBasis))}")
    return value
