"""Words by which pages label dates, names and their own state, of all languages together.

A page's declared language is often wrong and its labels often English, so that the tables of
`words/` are used as one; months alone prefer the declared language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from babel import Locale, UnknownLocaleError

from extractors.rulebook import load_yaml

Role = Literal["first", "published", "updated", "other"]
ROLES: Final[tuple[Role, ...]] = ("first", "other", "updated", "published")

_FOLDER = Path(__file__).parent / "words"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern by which a page says what it is.

    Attributes:
        id, kind: name of the rule and the page kind that it speaks for.
        where: "title", "text" or "any".
        pattern: searched for in one line, case ignored.
    """

    id: str
    kind: str
    where: str
    pattern: re.Pattern[str]


@cache
def languages() -> tuple[str, ...]:
    """Languages with a table, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def table(lang: str) -> Any:
    """The table of a language, an empty one if there is none."""
    return load_yaml(f"html/words/{lang}.yaml") if lang in languages() else {}


def one_of(words: Iterable[str]) -> str:
    """Pattern for whole words, longest first; scripts without spaces need no boundary."""
    parts: list[str] = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        escaped = re.escape(word.casefold())
        spaced = ord(word[0]) < 0x1100
        parts.append(rf"(?<!\w){escaped}(?!\w)" if spaced else escaped)
    return "|".join(parts)


@cache
def labels() -> re.Pattern[str]:
    """Pattern of all date labels; the group that matched is the role."""
    tables = [table(lang) for lang in languages()]
    groups = [
        f"(?P<{role}>{one_of(w for t in tables for w in t.get(role, {}).get('words', ()))})"
        for role in ROLES
    ]
    return re.compile("|".join(groups))


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases of all languages."""
    return tuple(
        Phrase(p["id"], p["kind"], p["where"], re.compile(p["pattern"], re.IGNORECASE))
        for lang in languages()
        for p in table(lang)["phrases"]
    )


@cache
def _locale(lang: str) -> Locale | None:
    try:
        return Locale.parse(lang.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None


def _month_names(lang: str) -> dict[str, int]:
    locale = _locale(lang)
    found: dict[str, int] = {}
    if locale is not None:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[form][width].items():
                    key = name.casefold().strip(". ")
                    if len(key) > 1 and not key[0].isdigit():
                        found.setdefault(key, number)
    return found


@cache
def months(lang: str) -> dict[str, int]:
    """Names of months (CLDR) to their numbers: of `lang`, then of all tables where they agree.

    Args:
        lang: BCP-47 tag, "" if not known.
    """
    merged: dict[str, int] = {}
    clashing: set[str] = set()
    for other in languages():
        for name, number in _month_names(other).items():
            if merged.setdefault(name, number) != number:
                clashing.add(name)
    found = {name: number for name, number in merged.items() if name not in clashing}
    found |= {"sept": 9, **_month_names("en"), **_month_names(lang)}
    return found


@cache
def halves() -> dict[str, int]:
    """Words for the halves of a day (CLDR) to the hours that they add: am 0, pm 12."""
    found: dict[str, int] = {}
    for lang in languages():
        locale = _locale(lang)
        for width in ("abbreviated", "wide", "narrow") if locale is not None else ():
            names = locale.day_periods["format"].get(width, {}) if locale is not None else {}
            for half, hours in (("am", 0), ("pm", 12)):
                name = str(names.get(half, "")).casefold().replace(".", "").replace("\xa0", " ")
                if len(name) > 1:
                    found.setdefault(name, hours)
    return found


@cache
def weekdays() -> dict[str, frozenset[int]]:
    """Names of days of the week (CLDR) to their ISO numbers; short ones may mean several."""
    found: dict[str, set[int]] = {}
    for lang in languages():
        locale = _locale(lang)
        for form in ("format", "stand-alone") if locale is not None else ():
            for width in ("wide", "abbreviated"):
                names = locale.days[form][width] if locale is not None else {}
                for number, name in names.items():
                    found.setdefault(name.casefold().strip("."), set()).add(number + 1)
    return {name: frozenset(numbers) for name, numbers in found.items()}


@cache
def date_order(lang: str, territory: str) -> str:
    """Order of day, month and year in short dates there (CLDR): "dmy", "mdy" or "ymd".

    Args:
        lang: BCP-47 tag, "" if not known.
        territory: ISO 3166-1 code, "" if not known.
    """
    base = lang.split("-")[0] or "en"
    locale = _locale(f"{base}-{territory}") if territory else _locale(lang or "en")
    locale = locale or _locale(base) or _locale("en")
    pattern = str(locale.date_formats["short"].pattern) if locale is not None else "M/d"
    return "".join(sorted("dmy", key=lambda part: pattern.lower().find(part)))
