"""The words of which numerals are made in one language, compiled from its table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Any

from extractors.quantities.trie import LETTER, Lexicon, pattern

ZERO, ONE, TEN, HUNDRED = Decimal(0), Decimal(1), Decimal(10), Decimal(100)
_GAP = re.compile(" {1,3}|-|")
_NEXT = re.compile(" ?" + LETTER)
_PLAIN = str.maketrans("áéíóúâêô", "aeiouaeo")
_LINKS = (" - ", " ", "-")


@dataclass(frozen=True, slots=True)
class Denominator:
    """A word that divides: by what, and whether it can mean nothing else.

    `sure` words are plurals and names of fractions; the others are ordinals as well.
    `proper` words have another meaning with other numerators (four quarters).
    """

    value: Decimal
    sure: bool
    proper: bool = False

    def takes(self, top: Decimal) -> bool:
        """Whether it fits under the numerator `top`."""
        if not self.proper or top != top.to_integral():
            return True
        return top < self.value and gcd(int(top), int(self.value)) == 1


def spaced(phrases: Iterable[str]) -> str:
    """Return the pattern of any of `phrases`, in which a space stands for one to three."""
    return "|".join(
        re.escape(p).replace(r"\ ", " {1,3}") for p in sorted(phrases, key=len, reverse=True)
    )


class Spelling:
    """Number words by what they do; phrases are in lower case.

    Sections of a locale (all optional but `words`):
        words: numbers that add; grains: below what the next must lie after one (80: 20 for
        quatre-vingt-dix); articles: a, an; multipliers: "hundred"; hundreds_below: what they
        multiply; scales: thousand and up; openers: scales that need no number before them.
        joiners: what may stand between words; glued: numbers are written in one word, with
        one of these between ("", und); glue_words: words found there only.
        halves, half_of: fractions without numerator, the latter of something;
        fractions: denominators by name; over_links: between the terms of a fraction, single_links:
        those of them that only one takes (1 in 5);
        fraction_plurals: endings that make an ordinal a denominator; part_marks: what makes
        a number a denominator (onze avos); mixed_links: between a number and its fraction;
        decimal_words: the decimal mark in words.
        ordinal_words, ordinal_ends: ordinals alone and at the end of a number (null: not
        there); ordinal_stems, ordinal_endings: the same by inflection; ordinal_glue: endings
        that make a number in one word an ordinal; ordinal_series: every part of the number
        is an ordinal (vigésimo primero).
    """

    def __init__(self, table: Mapping[str, Any], words: Mapping[str, Decimal]) -> None:
        """Compile the sections of a locale's table.

        Args:
            table: the table.
            words: its section `words` with compounds.
        """
        articles, multipliers = _decimals(table, "articles"), _decimals(table, "multipliers")
        openers = {**_decimals(table, "scales"), **multipliers}
        scales = {w: v for w, v in openers.items() if w not in multipliers}
        self.hundreds = Decimal(table.get("hundreds_below", "100"))
        self.coins = not multipliers.keys().isdisjoint(table.get("minor") or {})
        self.series = table.get("ordinal_series") == "true"
        self.articles = Lexicon(articles, spaced=True)
        roles: dict[str, tuple[Decimal, str]] = {
            **{w: (v, "article") for w, v in articles.items()},
            **{w: (v, "unit") for w, v in words.items()},
            **{w: (v, "scale") for w, v in scales.items()},
            **{w: (v, "hundred") for w, v in multipliers.items()},
        }
        self.outer = Lexicon(roles, spaced=True)
        halves = {**_decimals(table, "halves"), **_decimals(table, "half_of")}
        self.halves = Lexicon(halves, spaced=True)
        self._scales = Lexicon(openers, spaced=True)
        self._grains = {Decimal(k): Decimal(v) for k, v in table.get("grains", {}).items()}
        self._openers = {openers[w] for w in (*multipliers, *table.get("openers", ()))}
        self._joiner = re.compile(spaced(table.get("joiners", ())) or "(?!)")
        self.mixed = re.compile(spaced(table.get("mixed_links", ())) or "(?!)")
        self.single = frozenset(table.get("single_links", ()))
        self.over = re.compile(spaced(f" {w} " for w in table.get("over_links", ())) or "(?!)")
        marks = spaced(f" {w} " for w in table.get("decimal_words", ()))
        self.point = re.compile(marks or "(?!)")
        self.part_mark = Lexicon(dict.fromkeys(table.get("part_marks", ()), True), spaced=True)
        self._ordinals(table)
        self._glue(table, roles)
        phrases = (*roles, *self._parts.phrases(), *self.part_mark.phrases(), *halves)
        joined = "|".join(r.pattern for r in (self.mixed, self.over, self.point))
        self._more = re.compile(rf"(?: {{1,3}}| - |-|)(?:{pattern(phrases)})|{joined}")

    def _ordinals(self, table: Mapping[str, Any]) -> None:
        """Compile ordinals and the denominators made of them."""
        alone, given = ordinal_words(table), _decimals(table, "ordinal_ends")
        struck = {w for w, v in (table.get("ordinal_ends") or {}).items() if v == "null"}
        ends = {w: v for w, v in {**alone, **given}.items() if w not in struck}
        self._ends = Lexicon(ends, spaced=True)
        self._firsts = Lexicon({**given, **alone} if self.series else alone, spaced=True)
        glue = {**dict.fromkeys(table.get("ordinal_glue", ()), ZERO), **ends}
        self._glued_ends = Lexicon(glue, spaced=True)
        durations = table.get("durations") or {}
        parts = {
            w: Denominator(v, sure=True, proper=w in durations)
            for w, v in _decimals(table, "fractions").items()
        }
        lasts: dict[str, Denominator] = {}
        for word, value in {**alone, **ends}.items():
            if " " not in word:
                within = parts if value >= 3 else lasts
                within.setdefault(word, Denominator(value, sure=False))
                for ending in table.get("fraction_plurals", ()):
                    within.setdefault(word + ending, Denominator(value, sure=True))
        self._parts = Lexicon(parts, spaced=True)
        self._lasts = Lexicon({**lasts, **parts}, spaced=True)
        follow = [*table.get("stopwords", ()), *(table.get("percents") or {})]
        follow += [link.strip() for link in table.get("share_links", ())]
        self._follow = Lexicon(dict.fromkeys(follow, True), spaced=True)

    def _glue(self, table: Mapping[str, Any], roles: dict[str, tuple[Decimal, str]]) -> None:
        """Compile numbers written in one word."""
        self.glued = ""
        if "glued" not in table:
            return
        extra = {w: (v, "unit") for w, v in _decimals(table, "glue_words").items()}
        words = {w: r for w, r in {**roles, **extra}.items() if w.isalpha() and r[0]}
        tails = (*table.get("ordinal_glue", ()), *table.get("part_marks", ()),
                 *(w for w in self._glued_ends.phrases() if w.isalpha()))  # fmt: skip
        body, joint = pattern(words), pattern(w for w in table["glued"] if w)
        # Possessive, so that a long word is split in one way only.
        tail = rf"(?:{pattern(tails)})(?!{LETTER})"
        self.glued = rf"(?:{body})(?:(?!{tail})(?:{joint})?(?:{body}))*+(?:{tail}|(?!{LETTER}))"
        self._compound, self._joint = re.compile(self.glued), re.compile(joint)
        after = rf"(?={tail}|(?:{joint})?(?:{body})|(?!{LETTER}))"
        self._inner = words
        self._pieces = re.compile(rf"(?:{body}){after}|{body}")  # treint[avos], not treinta[vos]

    # -- words of a cardinal -----------------------------------------------------------------

    def compound(self, low: str, at: int) -> int:
        """Return the end of the number in one word at `at`, 0 if there is none."""
        if not self.glued:
            return 0
        match = self._compound.match(low, at)
        return match.end() if match else 0

    def inner(self, low: str, at: int) -> tuple[tuple[Decimal, str], int] | None:
        """Read a piece of a number in one word: value and role, end."""
        match = None if self._glued_ends.at(low, at) else self._pieces.match(low, at)
        return (self._inner[match[0]], match.end()) if match else None

    def grain(self, value: Decimal) -> Decimal:
        """Return below what a number must lie that is added to `value`."""
        if value in self._grains:
            return self._grains[value]
        if value < 20 or value % 10:
            return ONE
        return TEN if value % 100 else HUNDRED

    def skip(self, low: str, pos: int, *, figures: bool = False) -> int:
        """Return where the next word may start after `pos`, a word or figures."""
        match = (_GAP if figures else self._joiner).match(low, pos)
        return match.end() if match else pos

    def skip_inner(self, low: str, pos: int) -> int:
        """Return where the next piece of a number in one word starts."""
        match = self._joint.match(low, pos)
        return match.end() if match and self._pieces.match(low, match.end()) else pos

    def opens(self, scale: Decimal) -> bool:
        """Whether a numeral may begin with the scale: mil, hundred."""
        return scale in self._openers

    def may_go_on(self, low: str, pos: int) -> bool:
        """Whether what follows a number can belong to it, tested by its beginning."""
        return self._more.match(low, pos) is not None

    def goes_on(self, low: str, pos: int) -> bool:
        """Whether another number word follows."""
        at = self.skip(low, pos)
        return at > pos and (self.outer.at(low, at) is not None or low[at : at + 1].isdigit())

    def scale(self, low: str, pos: int) -> tuple[Decimal, int] | None:
        """Read the scale after a number that ends at `pos`: value and end."""
        match = _GAP.match(low, pos)
        return self._scales.at(low, match.end()) if match else None

    # -- fractions and ordinals ----------------------------------------------------------------

    def links(self, low: str, pos: int, *, joined: bool = True) -> list[int]:
        """Return where what belongs to a number that ends at `pos` may start.

        Args:
            low: the folded text.
            pos: end of the number.
            joined: also after "and".
        """
        if low[pos : pos + 1] not in (" ", "-"):
            return [pos]
        places = [pos + len(link) for link in _LINKS if low.startswith(link, pos)]
        at = self.skip(low, pos)
        return [*places, at] if joined and at not in places else places

    def denominator(
        self, low: str, pos: int, top: Decimal, *, last: bool = False
    ) -> tuple[Decimal, int] | None:
        """Read a word that divides `top`: by what and its end.

        Args:
            low: the folded text.
            pos: where the word starts.
            top: the numerator.
            last: it ends a larger denominator, which a first or second divides as well.
        """
        hit = (self._lasts if last else self._parts).at(low, pos)
        if not hit or not hit[0].takes(top):
            return None
        end = hit[1]
        if low[end : end + 1] == "-" and low[end + 1 : end + 2].isalpha():
            return None
        return (hit[0].value, end) if hit[0].sure or self.closed(low, end) else None

    def _followed(self, low: str, end: int) -> bool:
        """Whether no noun follows that an ordinal would count."""
        return low[end : end + 1] == " " and self._follow.at(low, end + 1) is not None

    def closed(self, low: str, end: int) -> bool:
        """Whether no noun follows at `end`."""
        return not _NEXT.match(low, end) or self._followed(low, end)

    def ordinal(self, low: str, pos: int, *, bare: bool) -> tuple[Decimal, int] | None:
        """Read an ordinal word at `pos`, alone or at the end of a number."""
        if bare:
            return self._firsts.at(low, pos)
        inside = self.glued and low[pos - 1].isalpha()
        return (self._glued_ends if inside else self._ends).at(low, pos)


def ordinal_words(table: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return the ordinals of a table that stand alone, inflected."""
    words: dict[str, Decimal] = {}
    for stem, value in _decimals(table, "ordinal_stems").items():
        for form in {stem, _unaccented(stem)}:
            words.update({form + ending: value for ending in table["ordinal_endings"]})
    struck = {w for w, v in (table.get("ordinal_words") or {}).items() if v == "null"}
    return {w: v for w, v in words.items() if w not in struck} | _decimals(table, "ordinal_words")


def _unaccented(word: str) -> str:
    """Return a word of the Romance languages as it is written without accents."""
    return word.translate(_PLAIN)


def _decimals(table: Mapping[str, Any], section: str) -> dict[str, Decimal]:
    entries = (table.get(section) or {}).items()
    return {k: Decimal(v) for k, v in entries if v not in ("null", None)}
