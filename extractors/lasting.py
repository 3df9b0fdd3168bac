"""What else of a text survives a change of language: sounds of names, countries, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from babel import Locale

from extractors import entities
from extractors.lexicon import particles
from extractors.sounds import latin_sounds, spoken

SOUND, PLACE, DATE = "~", "@", "#"
"""Each begins the entries of its kind."""

_MOST = 2000  # entries of a text
_NUMBERED_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])\s?[月월]")
_CJK = frozenset({"ja", "ko", "zh"})


def entries(text: str, lang: str, names: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sounds, places and dates of a text, each with where it begins.

    A sound is of a script ("l" Latin, "k" katakana, "h" Hangul) and tells between two only; a
    place is a country; a date a month or a day of the week, as "#m9" and "#wmon".

    Args:
        text: in NFKC.
        lang: BCP 47 tag.
        names: its capitalised Latin words, with where they begin.
    """
    found = [*_sounds(text, names), *_places(text, lang), *_dates(text, lang.split("-")[0])]
    return sorted(found)[:_MOST]


def _sounds(text: str, names: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for start, name in names:
        for sound in latin_sounds(name):
            yield start, f"{SOUND}l{sound}"
    if text.isascii():
        return
    for word in spoken(text):
        if word.sound:
            yield word.start, f"{SOUND}{word.script[0]}{word.sound}"


def _places(text: str, lang: str) -> Iterator[tuple[int, str]]:
    for mention in entities.find(text, particles(lang)):
        if mention.entity.place is not None:
            yield mention.start, f"{PLACE}{mention.entity.country}"


def _dates(text: str, lang: str) -> Iterator[tuple[int, str]]:
    if lang not in _languages():
        return
    pattern, meant = _calendar(lang)
    for match in pattern.finditer(text):
        yield match.start(), f"{DATE}{meant[match.group().casefold()]}"
    if lang in _CJK:
        for match in _NUMBERED_MONTH.finditer(text):
            yield match.start(), f"{DATE}m{match[1]}"


@cache
def _languages() -> frozenset[str]:
    return frozenset(language.split("_")[0] for language in entities.CLDR_LANGUAGES)


@cache
def _calendar(lang: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Names of days and months in a language, and what they mean; full ones only in CJK."""
    locale: Any = Locale.parse(lang)
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    names = {}
    for form in ("format", "stand-alone"):
        for width in ("wide",) if lang in _CJK else ("wide", "abbreviated"):
            for number, name in locale.days[form].get(width, {}).items():
                names[name.casefold().strip(".")] = f"w{days[number]}"
            for number, name in () if lang in _CJK else locale.months[form][width].items():
                names[name.casefold().strip(".")] = f"m{number}"
    names = {name: meant for name, meant in names.items() if len(name) >= 3}
    any_of = "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))
    edges = any_of if lang in _CJK else rf"\b(?:{any_of})\b"
    return re.compile(edges, re.IGNORECASE), names
