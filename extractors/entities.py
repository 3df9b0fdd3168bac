"""Who and where a text names: a gazetteer of aliases, and organisations told by their form.

The table `entities.csv` (name, kind, parent, country, aliases) is matched longest first by
Aho-Corasick; CLDR adds the names of all territories. Boundaries follow the script of the
alias: Latin and katakana aliases are whole words, a Hangul alias may carry particles.
Rows of a user's own (`use`) extend the table and overrule it.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import ahocorasick
from babel import Locale

CLDR_LANGUAGES = ("en", "fr", "ja", "ko", "zh", "zh_Hant", "de", "es", "pt")
COLUMNS = ("name", "kind", "parent", "country", "aliases")
PLACES = frozenset({"country", "region", "city"})
AUTHORITIES = frozenset({"agency", "central_bank", "court", "government", "ministry"})
ORGANISATIONS = frozenset(
    {
        "agency",
        "central_bank",
        "company",
        "court",
        "government",
        "media",
        "ministry",
        "organisation",
        "programme",
        "university",
    }
)
KINDS = ORGANISATIONS | PLACES | {"person"}

# Kinds of disaster that strike more than a town, and what those are called of a country.
WIDE_DISASTERS: Mapping[str, str] = {
    "earthquake": "earthquake",
    "eruption": "eruption",
    "flood": "storm",
    "storm": "storm",
    "typhoon": "storm",
}

# Territory names that are everyday words of the language they are matched in.
AMBIGUOUS_NAMES = frozenset(
    {"오만", "수단", "가나", "말리", "통가", "Chad", "Mali", "Niger", "Tonga", "Jersey"}
)


@dataclass(frozen=True, slots=True)
class Entity:
    """A row of the gazetteer; `country` is an ISO 3166-1 alpha-2 code or empty."""

    name: str
    kind: str
    parent: str
    country: str

    @property
    def place(self) -> str | None:
        """The place code of a country ("JP"), region or city ("JP-Tokyo"), else None."""
        if self.kind == "country":
            return self.country
        return f"{self.country}-{self.name}" if self.kind in PLACES else None

    @property
    def area(self) -> str | None:
        """The place code by which statistics count: of a landscape, the province around it."""
        around = gazetteer().get(self.parent) if self.kind == "region" else None
        return around.place if around is not None else self.place


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity named in a text at [start, end); `known` if the gazetteer has it.

    `score` (0..1) is how sure a model is that it is a name; 1 where tables or rules found it.
    """

    start: int
    end: int
    entity: Entity
    known: bool = True
    score: float = 1.0

    @property
    def name(self) -> str:
        """Canonical name of the entity."""
        return self.entity.name


@dataclass(frozen=True, slots=True)
class Row:
    """An entity with its aliases; of a user's own, empty fields are as the table has them."""

    entity: Entity
    aliases: tuple[str, ...]


def parse_rows(text: str) -> tuple[Row, ...]:
    """The rows of a table in CSV, with the columns COLUMNS; aliases are parted by semicolons."""
    return tuple(
        Row(
            Entity(*(row[column].strip() for column in COLUMNS[:4])),
            tuple(alias for part in row["aliases"].split(";") if (alias := part.strip())),
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def shipped() -> tuple[Row, ...]:
    """The rows of the table that comes with the package."""
    return parse_rows((files("extractors") / "entities.csv").read_text(encoding="utf-8"))


_own: tuple[Row, ...] = ()


def own() -> tuple[Row, ...]:
    """The rows of a user's own that are in use."""
    return _own


def digest() -> str | None:
    """Names the rows of a user's own that are in use: equal for equal rows; None for none."""
    return hashlib.sha256(repr(_own).encode()).hexdigest()[:16] if _own else None


def use(rows: Sequence[Row]) -> None:
    """Read with these rows beside those of the table, in this process, from now on.

    A row whose name the table has, too, overrules its kind, parent and country where it gives
    them, and adds its aliases; an alias that belongs to somebody else in the table moves.

    Args:
        rows: all of them; none takes those in use before away. Parents must not go in circles.
    """
    global _own
    if tuple(rows) == _own:
        return
    _own = tuple(rows)
    for table in (
        _rows, gazetteer, family, employer, _by_country, _countries, _aliases, _automaton
    ):  # fmt: skip
        table.cache_clear()


@cache
def _rows() -> tuple[Row, ...]:
    """The user's rows, which come first, and those of the table that they do not replace."""
    table = {row.entity.name: row for row in shipped()}
    merged = []
    for row in _own:
        known, given = table.pop(row.entity.name, row), row.entity
        entity = Entity(
            given.name,
            given.kind or known.entity.kind,
            given.parent or known.entity.parent,
            given.country or known.entity.country,
        )
        merged.append(Row(entity, (*row.aliases, *known.aliases)))
    return (*merged, *table.values())


@cache
def gazetteer() -> Mapping[str, Entity]:
    """All known entities by canonical name."""
    return {row.entity.name: row.entity for row in _rows()}


def known(name: str) -> Entity | None:
    """The entity of a canonical name or alias, countries that only CLDR lists included."""
    return _aliases().get(name)


@cache
def family(name: str) -> str:
    """Root of the ownership chain of an entity: "Microsoft" for "Microsoft Research Asia".

    A government is the root of its country, ministries and agencies, an earthquake or storm
    that of its country. Unknown names, and people (who belong to an organisation but are not
    part of it), are their own family.
    """
    entity = gazetteer().get(name)
    if entity is None:
        return _disaster(name) or _ruled(name) or name
    if entity.kind == "country":
        return _ruled(name) or name
    if entity.kind == "person" or not entity.parent:
        return name
    return family(entity.parent)


def _ruled(name: str) -> str | None:
    """The government that acts for a country, or None for what is no country."""
    land = known(name)
    ruler = government(land.country) if land is not None and land.kind == "country" else None
    return ruler.name if ruler is not None else None


def _disaster(name: str) -> str | None:
    """Root of a disaster that reaches beyond a town: its kind and country, or None.

    Reports name it by a landscape, a province or the country, and a storm also by the
    floods it brought; where and when tells two of one country apart.
    """
    place, _, noun = name.rpartition(" ")
    struck = known(place) if noun in WIDE_DISASTERS else None
    around = country(struck.country) if struck is not None and struck.kind in PLACES else None
    return f"{around.name} {WIDE_DISASTERS[noun]}" if around is not None else None


@cache
def employer(name: str) -> str | None:
    """The organisation a known person speaks for, or None."""
    entity = gazetteer().get(name)
    return entity.parent or None if entity is not None and entity.kind == "person" else None


@cache
def _by_country(kind: str) -> Mapping[str, Entity]:
    table: dict[str, Entity] = {}
    for row in (*shipped(), *_own):  # a user's town hall does not take the place of a government
        entity = gazetteer()[row.entity.name]
        if entity.kind == kind:
            table.setdefault(entity.country, entity)
    return table


def central_bank(country: str) -> Entity | None:
    """The central bank of a country by its code, or None where the gazetteer has none."""
    return _by_country("central_bank").get(country)


def government(country: str) -> Entity | None:
    """The national government of a country by its code, or None if not in the gazetteer."""
    return _by_country("government").get(country)


def country(code: str) -> Entity | None:
    """The country of a code, or None for codes of no country."""
    return _countries().get(code)


@cache
def _countries() -> Mapping[str, Entity]:
    return {e.country: e for e in _aliases().values() if e.kind == "country"}


@cache
def _aliases() -> dict[str, Entity]:
    table: dict[str, Entity] = {}
    countries: dict[str, Entity] = {}
    for row in _rows():
        for alias in (row.entity.name, *row.aliases):
            table.setdefault(alias, row.entity)
        if row.entity.kind == "country":
            countries.setdefault(row.entity.country, row.entity)
    english = Locale.parse("en").territories
    for language in CLDR_LANGUAGES:
        for code, name in sorted(Locale.parse(language).territories.items()):
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "EZ", "UN", "XA"}:
                country = countries.setdefault(code, Entity(english[code], "country", "", code))
                if name not in AMBIGUOUS_NAMES and len(name) > 1:
                    table.setdefault(name, country)
    return table


@cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for alias, entity in sorted(_aliases().items()):
        automaton.add_word(alias, (alias, entity))
    automaton.make_automaton()
    return automaton


@cache
def _script(char: str) -> str:
    """Coarse script of a character: latin, hangul, katakana, hiragana, han or other."""
    name = unicodedata.name(char, "")
    if char == "ー" or name.startswith("KATAKANA LETTER"):
        return "katakana"
    for script, prefix in (
        ("hangul", "HANGUL"), ("han", "CJK UNIFIED"), ("hiragana", "HIRAGANA")
    ):  # fmt: skip
        if name.startswith(prefix):
            return script
    return "latin" if char.isalnum() else "other"


def _bounded(text: str, start: int, end: int, particles: re.Pattern[str]) -> bool:
    """Whether text[start:end] stands as a word of its own script."""
    first, last = _script(text[start]), _script(text[end - 1])
    before = _script(text[start - 1]) if start else "other"
    after = _script(text[end]) if end < len(text) else "other"
    if first in {"latin", "katakana", "hangul"} and before == first:
        return False
    if last in {"latin", "katakana"} and after == last:
        return False
    if last == "hangul" and after == "hangul":
        return particles.match(text, end) is not None
    return True


def find(text: str, particles: re.Pattern[str]) -> list[Mention]:
    """Known entities in a text, longest first, in order of position.

    Args:
        text: any text.
        particles: what may follow a Hangul name without a blank.

    Returns:
        Mentions that do not overlap; offsets in `text`.
    """
    hits = []
    for last, (alias, entity) in _automaton().iter(text):
        start, end = last - len(alias) + 1, last + 1
        if _bounded(text, start, end, particles):
            hits.append((start, -end, entity))
    found: list[Mention] = []
    for start, negative_end, entity in sorted(hits, key=lambda hit: hit[:2]):
        if not found or start >= found[-1].end:
            found.append(Mention(start, -negative_end, entity))
    return found


def unknown(
    text: str, pattern: re.Pattern[str], taken: list[Mention], kind: str = "company"
) -> list[Mention]:
    """Names that no table lists, told by their form (suffix, capitals) or their position.

    Args:
        text: any text.
        pattern: the language's form of such names; group "name" is the name.
        taken: known mentions; what overlaps them is left alone.
        kind: kind of the entities: "company", or "name" for whoever acts.

    Returns:
        Mentions with `known` False whose entity is the name as written.
    """
    spans = [(m.start, m.end) for m in taken]
    found = []
    for hit in pattern.finditer(text):
        start, end = hit.span("name")
        if start < end and not any(start < e and s < end for s, e in spans):
            entity = Entity(hit["name"], kind, "", "")
            found.append(Mention(start, end, entity, known=False))
    return found
