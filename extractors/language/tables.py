"""What is known of writing systems and languages beforehand: `languages.yaml`, typed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors.rulebook import load_yaml

UNDETERMINED = "und"  # there are letters, and nothing can be told from them
NO_LANGUAGE = "zxx"  # no letters: figures, marks, addresses
SEVERAL = "mul"  # a document whose parts are in several languages


@dataclass(frozen=True, slots=True)
class Marker:
    """Letters that only these languages of a script use, the likeliest first.

    `letters` holds one string a letter that must occur: all letters in both cases, or, where
    they must occur together, one string each.
    """

    letters: tuple[str, ...]
    langs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HanSet:
    """A character set of one way of writing Han characters.

    Attributes:
        lang: tag of the language.
        codec: Python's name of the set.
        rare: code from which on the set's characters are seldom used.
        prior: probability before any evidence.
        decay: the prior shrinks by this factor with each Han character, because running text
            would show other letters too.
    """

    lang: str
    codec: str
    rare: int
    prior: float
    decay: float


@dataclass(frozen=True, slots=True)
class Tables:
    """`languages.yaml`; see there for the meaning of each part.

    Attributes:
        ranges: (first, last, script) code points.
        weights: what a letter of a script counts for.
        unspaced: scripts that put no space between words.
        sole: language of the scripts that have one.
        profiled: langdetect's names of the languages of a script.
        priors: log-odds of those languages before any evidence, in the same order.
        markers: telling letters of a script.
        relatives: languages without a profile, by the tag of the profiled one they pass for,
            each with words that tell it from that one.
        han: character sets that tell Chinese and Japanese apart.
        codes: BCP 47 tag by the peers' own codes, where they differ.
    """

    ranges: tuple[tuple[int, int, str], ...]
    weights: Mapping[str, float]
    unspaced: frozenset[str]
    sole: Mapping[str, str]
    profiled: Mapping[str, tuple[str, ...]]
    priors: Mapping[str, tuple[float, ...]]
    markers: Mapping[str, tuple[Marker, ...]]
    relatives: Mapping[str, Mapping[str, frozenset[str]]]
    han: tuple[HanSet, ...]
    codes: Mapping[str, str]

    def tag(self, code: str) -> str:
        """BCP 47 tag of a peer's code."""
        return self.codes.get(code, code)


def _marker(entry: Mapping[str, Any]) -> Marker:
    letters: str = entry["letters"]
    groups = list(letters) if entry.get("together") else [letters]
    cases = tuple("".join(sorted({*g.lower(), *g.upper()})) for g in groups)
    return Marker(cases, tuple(entry["langs"]))


@cache
def tables() -> Tables:
    """The table, read once."""
    raw: dict[str, Any] = load_yaml("languages.yaml")
    scripts: dict[str, dict[str, Any]] = raw["scripts"]
    codes: dict[str, str] = raw["codes"]
    rare = frozenset(raw["rare"]["langs"])
    odds = math.log(raw["rare"]["odds"])
    profiled = {script: tuple(langs) for script, langs in raw["profiled"].items()}
    relatives: dict[str, dict[str, frozenset[str]]] = {}
    for entry in raw["relatives"]:
        for lang in entry["mistaken_for"]:
            words = frozenset(entry["words"].split())
            relatives.setdefault(codes.get(lang, lang), {})[entry["lang"]] = words
    return Tables(
        ranges=tuple(
            (int(str(first), 16), int(str(last), 16), name)
            for name, entry in scripts.items()
            for first, last in entry["ranges"]
        ),
        weights={name: float(e.get("letters_weight", 1.0)) for name, e in scripts.items()},
        unspaced=frozenset(name for name, e in scripts.items() if not e.get("spaced", True)),
        sole={name: str(e["lang"]) for name, e in scripts.items() if "lang" in e},
        profiled=profiled,
        priors={
            script: tuple(odds if lang in rare else 0.0 for lang in langs)
            for script, langs in profiled.items()
        },
        markers={
            script: tuple(map(_marker, entries)) for script, entries in raw["markers"].items()
        },
        relatives=relatives,
        han=tuple(
            HanSet(e["lang"], e["codec"], int(str(e["rare"]), 16), e["prior"], e["decay"])
            for e in raw["han"]
        ),
        codes=codes,
    )
