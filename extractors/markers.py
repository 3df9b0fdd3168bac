"""What of a text survives a change of language: numbers, names, dates, lengths of sentences."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import accumulate, combinations, pairwise

import xxhash

from extractors import lasting, sentences
from extractors.lasting import DATE, PLACE, SOUND
from extractors.rulebook import load_yaml

_MAX_MARKERS = 1000
_MAX_SEGMENTS = 150
_MAX_DIGITS = 24
_LEAST = 8.0  # letters of a segment; what is shorter is a caption or a byline
_KEYS = 64
_KEY_FIGURES = 8
_KEY_NAMES = 4
_KEY_PLACES = 4
_KEY_LETTERS = 5  # consonants of a sound that is rare enough
_KEYS_HERE = 8  # of a segment that are paired
_KEYS_NEXT = 4  # of a segment that are paired with those of the next one

_LATIN = r"[A-Za-z\u00c0-\u024f]"
_WORD = re.compile(rf"{_LATIN}[A-Za-z\u00c0-\u024f'’\-]*{_LATIN}")
_NUMBER = r"\d+(?:[.,]\d+)*"
_LETTER = re.compile(r"[^\W_]")
_HEAD = "\u00b6"  # begins the entry of a segment among markers


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or paragraph as far as other languages share it.

    Attributes:
        size: length in letters of an alphabet; characters that stand for several count more.
        figures: its numbers.
        names: its capitalised Latin words.
        signs: what else a translation keeps (a quotation, a question).
        sounds: of its names, each behind a letter for its script; see `lasting.entries`.
        places: the countries that it names, or in which the towns that it names lie.
        dates: months and days of the week.
    """

    size: float
    figures: frozenset[str]
    names: frozenset[str]
    signs: frozenset[str]
    sounds: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Table:
    marker: re.Pattern[str]
    stacking: dict[str, int]
    words: dict[str, int]
    sizes: tuple[tuple[re.Pattern[str], float], ...]
    signs: dict[str, re.Pattern[str]]


@cache
def _table() -> _Table:
    table = load_yaml("markers.yaml")
    stacking: dict[str, int] = table["stacking"]
    words: dict[str, int] = table["words"]
    scale = "[" + "".join(stacking) + "]"
    long = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    number = (
        rf"(?P<stack>{_NUMBER}\s?{scale}+(?:\s?{_NUMBER}\s?{scale}+)*(?:\s?{_NUMBER})?)"
        rf"|(?P<number>{_NUMBER})(?:[\s\u00a0]?(?P<word>{long})(?![a-z\u00c0-\u024f]))?"
    )
    return _Table(
        re.compile(f"{number}|(?P<latin>{_WORD.pattern})", re.IGNORECASE),
        stacking,
        words,
        tuple((re.compile(f"[{row['characters']}]"), row["letters"]) for row in table["sizes"]),
        {name: re.compile("|".join(map(re.escape, any_of)), re.IGNORECASE)
         for name, any_of in table["signs"].items()},
    )  # fmt: skip


def _decimal(digits: str) -> Decimal:
    """Value of digits with marks: three digits after each comma group them, else decimals."""
    groups = re.split(r"[.,]", digits)
    marks = {ch for ch in digits if ch in ".,"}
    grouped = all(len(g) == 3 for g in groups[1:])
    if len(groups) == 1 or (grouped and (len(groups) > 2 or marks == {","})):
        return Decimal("".join(groups))
    return Decimal("".join(groups[:-1]) + "." + groups[-1])


def _normal(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _stacked(surface: str, stacking: dict[str, int]) -> str:
    total = Decimal(0)
    for digits, scale in re.findall(rf"({_NUMBER})\s?([{''.join(stacking)}]*)", surface):
        part = _decimal(digits)
        for ch in scale:
            part *= 10 ** stacking[ch]
        total += part
    return _normal(total)


def placed(text: str) -> list[tuple[int, int, str]]:
    """Markers of a text in NFKC, each with its offsets: (start, end, marker)."""
    table = _table()
    lower = {w for w in _WORD.findall(text) if w[0].islower()}
    found: list[tuple[int, int, str]] = []
    for match in table.marker.finditer(text):
        surface = match.group()
        if len(found) >= _MAX_MARKERS:
            break
        if match["latin"]:
            if surface[0].isupper() and surface[0].lower() + surface[1:] not in lower:
                found.append((*match.span(), surface.casefold()))
            continue
        if len(surface) > _MAX_DIGITS:
            continue
        try:
            if match["stack"]:
                value = _stacked(surface, table.stacking)
            else:
                scale = table.words[match["word"].lower()] if match["word"] else 0
                value = _normal(_decimal(match["number"]) * 10**scale)
        except (InvalidOperation, ValueError):  # digits of other scripts mixed with marks
            continue
        found.append((*match.span(), value))
    return found


def markers(text: str) -> tuple[str, ...]:
    """Numbers and Latin names of `text` in order, in a form that languages share.

    29억, 29億, 2.9 billion and 2,9 milliards are all ``2900000000``. Capitalised Latin words
    count, case folded, unless the text also writes them in lower case.

    Returns:
        At most 1,000 markers.
    """
    return tuple(marker for _, _, marker in placed(unicodedata.normalize("NFKC", text)))


def _size(text: str) -> float:
    """Length of a text in letters of an alphabet; white space and punctuation do not count."""
    count = float(len(_LETTER.findall(text)))
    if not text.isascii():
        count += sum((letters - 1) * len(kind.findall(text)) for kind, letters in _table().sizes)
    return count


def _head(text: str, size: float) -> str:
    signs = [name for name, pattern in _table().signs.items() if pattern.search(text)]
    return _HEAD + " ".join([f"{size:.1f}", *signs])


def outline(text: str, lang: str) -> tuple[str, ...]:
    """The markers of `text`, those of each sentence behind an entry on its length and signs.

    Among them stand sounds, places and dates (`lasting.entries`). Sentences of under eight letters
    have no entry.

    Args:
        text: one paragraph or line each line.
        lang: BCP 47 tag; unknown ones are cut by the abbreviations of all languages.

    Returns:
        What `segments` and `keys` take; at most 150 sentences and 1,000 markers.
    """
    text = unicodedata.normalize("NFKC", text)
    heads: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        for first, last in sentences.split(line, lang):
            size = _size(part := line[first:last])
            if size >= _LEAST and len(heads) < _MAX_SEGMENTS:
                heads.append((start + first, _head(part, size)))
        start += len(line) + 1
    found = [(first, marker) for first, _, marker in placed(text)]
    names = [(first, marker) for first, marker in found if not marker[0].isdigit()]
    found += lasting.entries(text, lang, names)
    entries = sorted([*heads, *found], key=lambda entry: entry[0])
    return tuple(entry for _, entry in entries)


def paragraphs(texts: Sequence[str]) -> list[Segment]:
    """Each of `texts` as one segment."""
    parts = [unicodedata.normalize("NFKC", text) for text in texts]
    found = [[_head(part, _size(part))] for part in parts]
    starts = [0, *accumulate(len(part) + 1 for part in parts)]
    for place, _, marker in placed("\n".join(parts)):
        found[bisect_right(starts, place) - 1].append(marker)
    return [_segment(entries[0], entries[1:]) for entries in found]


def segments(found: Sequence[str]) -> list[Segment]:
    """The sentences that an `outline` lists."""
    places = [i for i, entry in enumerate(found) if entry.startswith(_HEAD)]
    return [
        _segment(found[first], found[first + 1 : last])
        for first, last in pairwise([*places, len(found)])
    ]


def _segment(head: str, found: Sequence[str]) -> Segment:
    size, *signs = head[1:].split(" ")
    kinds: dict[str, set[str]] = {SOUND: set(), PLACE: set(), DATE: set()}
    figures, names = set(), set()
    for marker in found:
        if marker[0].isdigit():
            figures.add(marker)
        elif marker[0] in kinds:
            kinds[marker[0]].add(marker[1:])
        else:
            names.add(marker)
    return Segment(
        float(size), frozenset(figures), frozenset(names), frozenset(signs),
        *(frozenset(kind) for kind in kinds.values()),
    )  # fmt: skip


def keys(found: Sequence[str]) -> tuple[int, ...]:
    """Hashes by which translations find each other.

    What follows what among the markers: pairs of figures that stand next but one at most, of
    which one at least is no small number or year, and runs of three markers. And which stand in
    one text: pairs of a few figures and names, chosen by their hashes. Of an outline also which
    figures, places, dates and sounds stand in one sentence, or in two that follow one another.

    Args:
        found: what `outline` or `markers` returned.

    Returns:
        The 64 smallest distinct hashes of 63 bits of each sort, ascending.
    """
    near = _near(segments(found))
    found = [entry for entry in found if entry[0] not in (_HEAD, SOUND, PLACE, DATE)]
    figures = [marker for marker in found if marker[0].isdigit()]
    runs: set[tuple[str, ...]] = {
        (first, second)
        for step in (1, 2)
        for first, second in zip(figures, figures[step:], strict=False)
        if first != second and (_tells(first) or _tells(second))
    }
    runs |= set(zip(found, found[1:], found[2:], strict=False))
    names = {marker for marker in found if not marker[0].isdigit() and len(marker) > 2}
    chosen = [
        *sorted({one for one in figures if len(one) > 1}, key=_hash)[:_KEY_FIGURES],
        *sorted(names, key=_hash)[:_KEY_NAMES],
    ]
    pairs = {_hash("\x1e".join(sorted(pair))) for pair in combinations(chosen, 2)}
    hashes = {_hash("\x1f".join(run)) for run in runs}
    return tuple(sorted({*sorted(hashes)[:_KEYS], *pairs, *near}))


def _near(text: Sequence[Segment]) -> list[int]:
    """Keys of what stands together, whatever the script; the 64 smallest of each sort."""
    telling = [
        sorted(
            {
                *(figure for figure in segment.figures if len(figure) > 1),
                *(PLACE + place for place in segment.places),
                *(DATE + date for date in segment.dates),
                *(SOUND + one[1:] for one in segment.sounds if len(one) > _KEY_LETTERS),
            },
            key=_hash,
        )
        for segment in text
    ]
    here = {tuple(sorted(pair)) for one in telling for pair in combinations(one[:_KEYS_HERE], 2)}
    following = {
        (first, "", second)
        for one, other in pairwise(telling)
        for first in one[:_KEYS_NEXT]
        for second in other[:_KEYS_NEXT]
    }
    places = sorted({PLACE + place for segment in text for place in segment.places}, key=_hash)
    figures = {figure for segment in text for figure in segment.figures if len(figure) > 1}
    anywhere = {
        (place, "", "", figure)
        for place in places[:_KEY_PLACES]
        for figure in sorted(figures, key=_hash)[:_KEY_FIGURES]
    }
    return [
        key
        for sort in (here, following, anywhere)
        for key in sorted(_hash("\x1d".join(pair)) for pair in sort)[:_KEYS]
    ]


def _hash(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode()) >> 1


def _tells(figure: str) -> bool:
    """Whether a figure is neither a small number nor a year."""
    return "." in figure or not (len(figure) <= 2 or re.fullmatch(r"(?:19|20)[0-9]{2}", figure))
