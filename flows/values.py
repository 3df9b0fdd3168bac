"""Values in files that users write: each reader takes a key and its value and says the remedy.

All of them raise ValueError where the value is not of their form.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flows.declared import meant, unknown

T = TypeVar("T")

PLACE = re.compile(r"[A-Z]{2}(-\S.*)?")
"""A country by its ISO 3166 code, or a place in it."""

_NAME = re.compile(r"\w[\w.-]{0,99}")
_HOST = re.compile(r"(?:\*\.)?[\w.:-]{1,253}")
_CONTACT = re.compile(r"https?://[^\s/]+\S*|[^\s@]+@[^\s@]+\.[^\s@]+")
_PROXY = ("http", "https")
_PARTS = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6}(?:\.\d{1,3})?)s)?")
_SIZE = re.compile(r"(\d{1,6}) ?(kB|MB|GB)")
_BYTES = {"kB": 10**3, "MB": 10**6, "GB": 10**9}


def text(key: str, value: object) -> str:
    """A text that is not empty, without the space around it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} is {value!r}; write it as text, in quotation marks, not empty")
    return value.strip()


def yes_or_no(key: str, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{key} is {value!r}; write {key} = true or {key} = false")
    return value


def share(key: str, value: object) -> float:
    """A share above 0, up to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(f"{key} is {value!r}; write a number above 0 and up to 1, such as 0.2")
    return float(value)


def whole(key: str, value: object, most: int) -> int:
    """A whole number from 1 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{key} is {value!r}; write a whole number from 1 to {most}")
    return value


def choice(key: str, value: object, choices: tuple[str, ...]) -> str:
    """One of some words."""
    if not choices:
        raise ValueError(f"{key} is {value!r}, but none is set up; add it to the table of its kind")
    word = text(key, value)
    if word not in choices:
        raise ValueError(f"{key} is {unknown(word, choices)}")
    return word


def each(key: str, value: object, read: Callable[[str, object], T]) -> tuple[T, ...]:
    """A list of values of one form, each once."""
    if not isinstance(value, list) or not value:
        raise ValueError(f'{key} is {value!r}; write a list, such as {key} = ["..."]')
    return tuple(dict.fromkeys(read(key, item) for item in value))


def name(key: str, value: object) -> str:
    """A name that can stand on a command line: letters, digits, dots, dashes, underscores."""
    word = text(key, value)
    if not _NAME.fullmatch(word):
        raise ValueError(
            f"{key} is {word!r}; write up to 100 letters, digits, '.', '-' and '_', without blanks"
        )
    return word


def address(key: str, value: object) -> str:
    """An absolute web address without credentials."""
    word = text(key, value)
    try:
        parts = urlsplit(word)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"\s", word):
        raise ValueError(f"{key} is {word!r}; write a whole address, beginning with https://")
    if "@" in parts.netloc:
        raise ValueError(f"{key} holds a user name or password; write the address without them")
    return word


def host(key: str, value: object) -> str:
    """A host name or address, or `*.` and a domain."""
    word = text(key, value).lower()
    if not _HOST.fullmatch(word):
        raise ValueError(f'{key} holds {word!r}; write a host, as "10.0.0.7" or "*.intranet"')
    return word


def proxy(key: str, value: str, *, from_environment: bool = False) -> str:
    """Address of a proxy; a password may stand in the environment only."""
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in _PROXY and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError(
            f"the address of the proxy {key!r} is none; write it as http://proxy.example:3128"
        )
    if "@" in parts.netloc and not from_environment:
        raise ValueError(
            f"the proxy {key!r} has a password in this file; put the address into the "
            f'environment and write {key} = {{ env = "NAME_OF_THE_VARIABLE" }}'
        )
    return value.strip()


def contact(key: str, value: object) -> str:
    """A web page or mail address."""
    word = text(key, value)
    if not _CONTACT.fullmatch(word) or not word.isascii():
        raise ValueError(f"{key} is {word!r}; write the address of a page, or one of mail")
    return word


def zone(key: str, value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    word = text(key, value)
    try:
        return ZoneInfo(word)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = meant(word, sorted(available_timezones()))
        raise ValueError(
            f'{key} is {word!r}; {near}Write an IANA name, such as "Asia/Tokyo" or "UTC"'
        ) from None


def pattern(key: str, value: object) -> str:
    """A pattern for canonical addresses, see `fits`."""
    word = text(key, value)
    if word.startswith("http://") or "://www." in word:
        raise ValueError(
            f"{key} holds {word!r}, which fits nothing: patterns are held against canonical "
            "addresses, which begin with https:// and have no www.; change its beginning"
        )
    return word


def fits(url: str, pattern: str) -> bool:
    """Whether a whole address fits a pattern, in which `*` stands for any characters.

    All else stands for itself, question marks and brackets too. Linear in both.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return url == pattern
    *middle, last = rest
    if not url.startswith(first) or not url.endswith(last):
        return False
    at, end = len(first), len(url) - len(last)
    for part in middle:
        found = url.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def duration(key: str, value: object, least: timedelta = timedelta(seconds=1)) -> timedelta:
    """A length of time, written as days, hours, minutes and seconds: "1d", "1h30m", "0.5s"."""
    found = _PARTS.fullmatch(value.strip()) if isinstance(value, str) and value.strip() else None
    if found is None:
        raise ValueError(f'{key} is {value!r}; write a length of time, such as "30m" or "1h30m"')
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length < least:
        raise ValueError(f"{key} is {value!r}; write at least {least.total_seconds():g}s")
    return length


def size(key: str, value: object) -> int:
    """A number of bytes, written as "500 kB", "10 MB" or "1 GB" (powers of ten)."""
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise ValueError(f'{key} is {value!r}; write a size, such as "500 kB" or "10 MB"')
    return int(found[1]) * _BYTES[found[2]]
