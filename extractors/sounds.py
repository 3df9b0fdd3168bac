"""Names by the consonants that survive transliteration: Trump, トランプ and 트럼프.

That variants of a name share a consonant skeleton is from Steinberger, Pouliquen and Ignat,
"Navigating multilingual news collections using automatically extracted information" (2005).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from extractors.rulebook import load_yaml

_KATAKANA = re.compile(r"[ァ-ヴー]{3,}")
_HANGUL = re.compile(r"[가-힣]{2,}")
_SILENT = re.compile(r"[^bcdfgjklmnpqrstvxz]")
_TWICE = re.compile(r"(.)\1+")
_SYLLABLES, _VOWELS, _FINALS = 0xAC00, 21, 28


class Spoken(NamedTuple):
    """A word that is written as it sounds.

    Attributes:
        start: where it begins.
        word: of a Korean one the stem.
        script: "katakana" or "hangul".
        sound: its consonants, "" where too few are left.
    """

    start: int
    word: str
    script: str
    sound: str


def spoken(text: str) -> Iterator[Spoken]:
    """The words of a text in katakana, then those in Hangul, without their particles."""
    for match in _KATAKANA.finditer(text):
        yield Spoken(match.start(), match.group(), "katakana", katakana_sound(match.group()))
    for match in _HANGUL.finditer(text):
        stem = without_particles(match.group())
        yield Spoken(match.start(), stem, "hangul", hangul_sound(stem))


@cache
def _spelling() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = load_yaml("evidence.yaml")["latin"]
    return tuple((re.compile(row["spelled"]), row["sounds"].upper()) for row in rows)


def _skeleton(letters: str) -> str:
    """Consonants folded, each once in a row; "" where too few are left."""
    table = load_yaml("evidence.yaml")
    folded = "".join(table["folded"].get(ch, ch) for ch in _SILENT.sub("", letters))
    sound = _TWICE.sub(r"\1", folded.replace("mp", "np"))
    return sound if len(sound) >= table["consonants"] else ""


@lru_cache(maxsize=65536)
def latin_sounds(word: str) -> tuple[str, ...]:
    """Consonants of a Latin word in lower case; two spellings where an r may be silent."""
    silent = re.sub(load_yaml("evidence.yaml")["silent"]["spelled"], "", word)
    sounds = []
    for spelled in (word, silent):
        for pattern, sound in _spelling():
            spelled = pattern.sub(sound, spelled)
        sounds.append(_skeleton(unicodedata.normalize("NFD", spelled.lower())))
    return tuple(sorted({sound for sound in sounds if sound}))


@cache
def _kana() -> dict[str, str]:
    rows = load_yaml("evidence.yaml")["katakana"]["rows"]
    return {kana: sound for sound, column in rows.items() for kana in column}


@lru_cache(maxsize=65536)
def katakana_sound(word: str) -> str:
    """Consonants of a word in katakana, "" where too few are left."""
    kana = _kana()
    return _skeleton("".join(kana.get(ch, "") for ch in word))


@lru_cache(maxsize=65536)
def hangul_sound(word: str) -> str:
    """Consonants of a word in Hangul, "" where too few are left."""
    table = load_yaml("evidence.yaml")["hangul"]
    out = []
    for ch in word:
        index = ord(ch) - _SYLLABLES
        out.append(table["initials"][index // (_VOWELS * _FINALS)])
        out.append(table["finals"][index % _FINALS])
    return _skeleton("".join(out))


@cache
def _particles() -> tuple[str, ...]:
    return tuple(sorted(load_yaml("evidence.yaml")["particles"], key=lambda p: (-len(p), p)))


@lru_cache(maxsize=65536)
def without_particles(word: str) -> str:
    """A Korean word without up to two particles, two syllables at least."""
    for _ in range(2):
        particle = next(
            (p for p in _particles() if word.endswith(p) and len(word) - len(p) >= 2), None
        )
        if particle is None:
            break
        word = word.removesuffix(particle)
    return word
