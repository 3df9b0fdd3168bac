"""What the files of `locales/` hold: reading them, and the short notations of their entries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

import yaml

Raw = dict[str, Any]
ONE = Decimal(1)
_FOLDER = resources.files("extractors.quantities") / "locales"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency word: ISO 4217 code, how sure, what it multiplies; `code` needs capitals."""

    code: str
    confidence: float = 1.0
    scale: Decimal = ONE
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit word: canonical unit and the factor to it."""

    name: str
    factor: Decimal = ONE


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative date: so many `unit`s from the reference; `month` narrows a year."""

    unit: str
    offset: int
    month: int | None = None


def read(name: str) -> Raw:
    """Return the raw table of one locale file; every scalar is a string."""
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    table: Raw = yaml.load(text, Loader=yaml.BaseLoader)
    return table


def languages() -> tuple[str, ...]:
    """Return the languages that have a table."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(n[:-5] for n in names if n.endswith(".yaml") and n != "common.yaml"))


def flat(table: Any) -> list[tuple[str, str]]:
    """Return (phrase, sense) of a section of the form {sense: [phrases]}."""
    return [(p, sense) for sense, phrases in (table or {}).items() for p in phrases]


def given(table: Mapping[str, str] | None) -> dict[str, str]:
    """Return the entries that are not struck out by null."""
    return {k: v for k, v in (table or {}).items() if v not in ("null", None)}


def currency(spec: str) -> Currency:
    """Return the currency of "CODE" or "CODE confidence"."""
    code, *rest = spec.split()
    return Currency(code, float(rest[0]) if rest else 1.0)


def unit(spec: str) -> Unit:
    """Return the unit of "name" or "name factor"."""
    name, _, factor = spec.rpartition(" ")
    return Unit(name, Decimal(factor)) if name else Unit(spec)


def spelled(figures: Mapping[str, Decimal], small: Mapping[str, Decimal]) -> dict[str, int]:
    """Return the numbers from 1 to 99 as days and months are spelled: 十二, 이십삼."""
    ones: dict[int, str] = {}
    for word, value in figures.items():
        ones.setdefault(int(value), word)
    ten = next(word for word, value in small.items() if value == 10)
    words: dict[str, int] = {}
    for number in range(1, 100):
        tens, one = divmod(number, 10)
        head = "" if tens == 0 else ten if tens == 1 else ones[tens] + ten
        words[head + (ones[one] if one else "")] = number
    return words


def relative(spec: str) -> Relative:
    """Return the date of "day-1" or "year+1/04"."""
    match = re.fullmatch(r"(day|week|month|quarter|year)([+-]\d+)(?:/(\d\d))?", spec)
    if not match:
        raise ValueError(f"relative date {spec!r} is not of the form unit+N or year+N/MM")
    return Relative(match[1], int(match[2]), int(match[3]) if match[3] else None)


def compounds(words: Mapping[str, Decimal], link: str) -> dict[str, Decimal]:
    """Return the numbers up to 99 written as unit, link, ten in one word: dreiundzwanzig."""
    units = {w: v for w, v in words.items() if 0 < v < 10 and v == int(v)}
    tens = {w: v for w, v in words.items() if 20 <= v < 100 and not v % 10}
    return {u + link + t: units[u] + tens[t] for u in units for t in tens}
