"""The keys on which reports of one story meet across languages.

Amounts, counts, shares, dates and places are the same in every language once normalised; names of
the gazetteer go by their canonical name, others by their spelling (Latin words, katakana, Hangul)
and across scripts by their consonants. That variants of a name share a consonant skeleton is from
Steinberger, Pouliquen and Ignat, "Navigating multilingual news collections using automatically
extracted information" (2005). What the keys weigh, and what is one story, the warehouse decides.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Literal, NamedTuple

import xxhash
from babel import Locale

from extractors import entities, markers
from extractors.lexicon import lexicon, particles
from extractors.records import Article, Fact
from extractors.rulebook import load_yaml
from extractors.sounds import latin_sounds, spoken

VERSION = 1
"""Raised whenever the keys change; those of two versions do not meet."""

EvidenceKind = Literal[
    "amount", "percent", "count", "number", "year", "date", "event", "name", "place", "word",
    "sound",
]  # fmt: skip

_DENSE = re.compile(r"[\u3040-\u9fff\uac00-\ud7a3]")
_HAN = re.compile(r"[\u4e00-\u9fff々]{2,}")
_PLAIN = ("count", "ratio", "number")


class Span(NamedTuple):
    """Characters [start, end) of a text, in one language."""

    lang: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What a fact states, as far as other languages share it.

    Attributes:
        unit: currency or unit.
        start, end: offsets in the text.
        event: predicate of the fact.
        days: first and last day that are stated, or on which it happened.
    """

    kind: str
    value: Decimal | None
    unit: str | None
    start: int
    end: int
    event: str
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A key of a report.

    Attributes:
        kind: what it is; a `sound` is the consonants of a name, and meets other scripts only.
        value: normalised, the same in every language.
        script: that a sound is written in ("latin", "katakana", "hangul"), else "".
        surface: the words.
        start: offset of the words in the text, -1 in a headline that stands apart.
        weight: by place: 1 in headline and lead, less further down.
    """

    kind: EvidenceKind
    value: str
    script: str
    surface: str
    start: int
    weight: float


class _Hit(NamedTuple):
    kind: EvidenceKind
    value: str
    script: str
    start: int
    end: int


def of(article: Article) -> tuple[Evidence, ...]:
    """The evidence of a read article; see `find`."""
    removed = [article.lines[removal.line] for removal in article.removals]
    return find(
        article.title,
        blank(article.original, [(line.start, line.end) for line in removed]),
        [
            Span(p.lang, article.lines[p.first_line].start, article.lines[p.last_line].end)
            for p in article.passages
        ],
        [_figure(fact) for fact in article.facts],
    )


def _figure(fact: Fact) -> Figure:
    q = fact.quantity
    return Figure(
        q.kind,
        q.value,
        q.currency or q.unit,
        q.start,
        q.end,
        fact.predicate,
        (q.date_start, q.date_end) if q.date_start and q.date_end else None,
    )


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in the place of these spans, so that offsets stay."""
    parts, last = [], 0
    for start, end in sorted(spans):
        if end > last:
            parts += [text[last : max(start, last)], " " * (end - max(start, last))]
            last = end
    return "".join([*parts, text[last:]])


def key(found: Evidence) -> int:
    """Hash of what meets: equal kinds and values."""
    return xxhash.xxh3_64_intdigest(f"{found.kind}|{found.value}".encode())


def find(
    headline: str, text: str, passages: Sequence[Span], figures: Sequence[Figure]
) -> tuple[Evidence, ...]:
    """The keys of a report.

    Args:
        headline: "" if there is none.
        text: the original, with blanks for what was removed.
        passages: of the text, in order.
        figures: of its facts, with offsets in the text.

    Returns:
        Each key once, where it weighs most; in order of kind, value and script.
    """
    shift = len(headline) + 1
    whole = f"{headline}\n{text}"
    folded = _folded(whole)
    spans = [Span(p.lang, p.start + shift, p.end + shift) for p in passages]
    if headline and spans:
        spans.insert(0, Span(spans[0].lang, 0, len(headline)))
    place = _Places(folded, len(headline))
    found: dict[tuple[str, str, str], Evidence] = {}
    stated = [
        _Hit(hit.kind, hit.value, "", hit.start + shift, hit.end + shift)
        for figure in figures
        for hit in _figures(figure)
    ]
    stated += _names(folded, spans)
    known = {hit.value for hit in stated if hit.kind == "event" and place.weight(hit.start) == 1}
    events = _events(folded, spans, place, known)
    taken = bytearray(len(folded))
    for hit in stated:
        taken[hit.start : hit.end] = bytes([1]) * (hit.end - hit.start)
    for hit in chain(stated, events, _numbers_and_latin(folded, spans, taken),
                     _scripts(folded, spans, taken)):  # fmt: skip
        weight = place.weight(hit.start)
        if not weight:
            continue
        key = (hit.kind, hit.value, hit.script)
        if key not in found or weight > found[key].weight:
            start = max(-1, hit.start - shift)
            found[key] = Evidence(*key, whole[hit.start : hit.end], start, weight)
    return tuple(found[key] for key in sorted(found))


class _Places:
    """How much a place in a text weighs; `lead` is where the lead ends."""

    def __init__(self, text: str, headline: int) -> None:
        self._table = load_yaml("evidence.yaml")["places"]
        self._headline = headline
        self._starts: list[int] = []
        self._before: list[float] = []
        self._wide: list[float] = []
        start, read = 0, 0.0
        for line in text.split("\n"):
            wide = self._table["dense"] if is_dense(line) else 1.0
            self._starts.append(start)
            self._before.append(read)
            self._wide.append(wide)
            start += len(line) + 1
            if start > headline + 1:
                read += wide * len(line.strip())
        at = bisect_right(self._before, self._table["lead"]) - 1
        rest = (self._table["lead"] - self._before[at]) / self._wide[at]
        self.lead = min(len(text), self._starts[at] + round(rest))

    def weight(self, start: int) -> float:
        """1 in headline and lead, less further down, 0 beyond what is read."""
        if start < self._headline:
            return 1.0
        i = bisect_right(self._starts, start) - 1
        read = self._before[i] + self._wide[i] * (start - self._starts[i])
        if read < self._table["lead"]:
            return 1.0
        return float(self._table["later"]) if read < self._table["end"] else 0.0


def is_dense(text: str) -> bool:
    """Whether most characters are kana, Hangul or Han, each of which says what two letters do."""
    return not text.isascii() and 2 * len(_DENSE.findall(text)) > len(text)


def _folded(text: str) -> str:
    """NFKC as far as the offsets stay."""
    if unicodedata.is_normalized("NFKC", text):
        return text
    return "".join(_folded_character(ch) for ch in text)


@lru_cache(maxsize=4096)
def _folded_character(ch: str) -> str:
    folded = unicodedata.normalize("NFKC", ch)
    return folded if len(folded) == 1 else ch


def _rounded(value: Decimal) -> str:
    """A value with the significant digits that languages share: 2,932 is 2.9E+3."""
    digits = load_yaml("evidence.yaml")["digits"]
    return f"{value:.{digits - 1}E}"


def _figures(figure: Figure) -> Iterator[_Hit]:
    at = figure.start, figure.end
    if figure.event not in load_yaml("evidence.yaml")["vague"]:
        yield _Hit("event", figure.event, "", *at)
    if figure.days is not None and figure.days[0] == figure.days[1]:
        yield _Hit("date", figure.days[0].isoformat(), "", *at)
    if figure.value is None:
        return
    value = abs(figure.value)
    if figure.kind == "money":
        yield _Hit("amount", f"{_rounded(value)} {figure.unit}", "", *at)
        yield _Hit("number", _rounded(value), "", *at)
    elif figure.kind == "percent":
        yield _Hit("percent", f"{value.normalize():f}", "", *at)
    elif figure.kind in _PLAIN and value >= load_yaml("evidence.yaml")["least"]:
        yield _Hit("number", _rounded(value), "", *at)
        if figure.unit:
            yield _Hit("count", f"{_rounded(value)} {figure.unit}", "", *at)


def _numbers_and_latin(text: str, spans: Sequence[Span], taken: bytearray) -> Iterator[_Hit]:
    """Bare numbers, years, and capitalised Latin words with their sound, where nothing is taken."""
    table = load_yaml("evidence.yaml")
    first_year, last_year = table["years"]
    common = _calendar_words()
    for start, end, marker in markers.placed(text):
        if taken.find(1, start, end) >= 0 or not _is_inside(spans, start):
            continue
        if not marker[0].isdigit():
            if marker in common:
                continue
            yield _Hit("word", marker, "", start, end)
            for sound in latin_sounds(marker):
                yield _Hit("sound", sound, "latin", start, end)
            continue
        value = Decimal(marker)
        if first_year <= value < last_year and value == int(value) and end - start == 4:
            yield _Hit("year", marker, "", start, end)
        elif value >= table["least"]:
            yield _Hit("number", _rounded(value), "", start, end)


def _is_inside(spans: Sequence[Span], place: int) -> bool:
    return any(span.start <= place < span.end for span in spans)


def _names(text: str, spans: Sequence[Span]) -> Iterator[_Hit]:
    """Entities of the gazetteer that do not just report, and countries."""
    reporting = load_yaml("evidence.yaml")["reporting"]
    for span in spans:
        for mention in entities.find(text[span.start : span.end], particles(span.lang)):
            entity = mention.entity
            at = span.start + mention.start, span.start + mention.end
            if entity.place is not None:
                yield _Hit("place", entity.country, "", *at)
                if entity.place != entity.country:
                    yield _Hit("place", entity.place, "", *at)
            elif entity.kind not in reporting:
                yield _Hit("name", entity.name, "", *at)


def _events(text: str, spans: Sequence[Span], place: _Places, known: set[str]) -> Iterator[_Hit]:
    """What happened, by the words for it: anything in headline and lead, disasters anywhere.

    Of each the first, which weighs most; none of those that are known to weigh as much.
    """
    vague = load_yaml("evidence.yaml")["vague"]
    seen = {*known, *vague}
    struck = set(known)
    small = _small(text)
    for span in spans:
        words = _words(span.lang)
        if words is None:
            continue
        part = small[span.start : span.end]
        if words.any_disaster.search(part):
            for noun, pattern in words.disasters:
                match = pattern.search(part) if noun not in struck else None
                if match is not None:
                    struck.add(noun)
                    at = span.start + match.start(), span.start + match.end()
                    yield _Hit("event", noun, "", *at)
        lead = small[span.start : min(span.end, place.lead)]
        for predicate, pattern in words.cues:
            cue = pattern.search(lead) if predicate not in seen else None
            if cue is not None:
                seen.add(predicate)
                at = span.start + cue.start(), span.start + cue.end()
                yield _Hit("event", predicate, "", *at)


class _Words(NamedTuple):
    """Words for what happened, for a text in lower case: three times faster than without regard
    to case, since a search skips most of them by their first letters.
    """

    cues: list[tuple[str, re.Pattern[str]]]
    disasters: list[tuple[str, re.Pattern[str]]]
    any_disaster: re.Pattern[str]


@cache
def _words(lang: str) -> _Words | None:
    words = lexicon(lang)
    if words is None:
        return None
    disasters = [(noun, _in_small(pattern)) for noun, pattern in words.disasters.items()]
    any_of = "|".join(f"(?:{pattern.pattern})" for _, pattern in disasters)
    return _Words(
        [(predicate, _in_small(pattern)) for predicate, pattern in words.cues.items()],
        disasters,
        re.compile(any_of or r"(?!)"),
    )


def _in_small(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """A pattern without regard to case, for a text in lower case; escapes stay."""
    small = re.sub(
        r"\\.|[^\\]+", lambda m: m[0] if m[0][0] == "\\" else _small(m[0]), pattern.pattern
    )
    return re.compile(small, pattern.flags & ~re.IGNORECASE)


def _small(text: str) -> str:
    """A text in lower case, as far as the offsets stay."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(ch.lower() if len(ch.lower()) == 1 else ch for ch in text)


def _scripts(text: str, spans: Sequence[Span], taken: bytearray) -> Iterator[_Hit]:
    """Words in katakana, Hangul and Han where nothing is taken: as written, and by their sound."""
    if text.isascii():
        return
    for span in spans:
        part = text[span.start : span.end]
        for word in spoken(part):
            at = span.start + word.start, span.start + word.start + len(word.word)
            if taken.find(1, *at) >= 0:
                continue
            yield _Hit("word", word.word, "", *at)
            if word.sound:
                yield _Hit("sound", word.sound, word.script, *at)
        for match in _HAN.finditer(part):
            at = span.start + match.start(), span.start + match.end()
            if taken.find(1, *at) >= 0:
                continue
            yield _Hit("word", match.group(), "", *at)


@cache
def _calendar_words() -> frozenset[str]:
    """Names of months and days in the languages of the gazetteer: no evidence by themselves."""
    words: set[str] = set()
    for language in entities.CLDR_LANGUAGES:
        locale: Any = Locale.parse(language)
        for names in (locale.months, locale.days):
            for width in ("wide", "abbreviated"):
                words.update(name.casefold().strip(".") for name in names["format"][width].values())
    return frozenset(words)
