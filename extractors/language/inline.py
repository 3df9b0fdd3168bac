"""Two languages in one line: a sentence and its translation, or two scripts side by side.

Conservative: names, product names, quotations, bracketed originals and addresses never cut a
line. A line is cut only between sentences or where the writing system changes, and only if
each part is several words long, in a language that is clear, and not the other's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extractors import sentences
from extractors.language.addresses import strip_addresses
from extractors.language.opinion import Odds, first_opinion, first_opinions, probabilities
from extractors.language.ranking import label, leaning
from extractors.language.scripts import Codes, code_points, scripts
from extractors.language.sequence import most_probable, weigh
from extractors.language.tables import UNDETERMINED, tables

_LEAST_WEIGHT = 25.0  # weighted letters of a part outside quotations
_LEAST_UNSPACED = 40.0  # the same in a script without spaces, where words cannot be counted
_SHORTEST = 8  # characters in which so many can stand
_LONGEST_WORD = 30  # characters of a name that goes with the particle after it
_LEAST_WORDS = 4  # of a part in a script with spaces
_CHANGE = -3.0  # log-odds of a change of language; what it proposes is looked at again
_SURE = 0.9  # probability of a part's language
_OTHERS = 0.06  # probability that a part may have of being in its neighbour's language
_ONE_SCRIPT = 0.9  # share of letters from which the others are names
_NO_DOUBT = 0.995  # probability from which a line of one script is in one language
_AGREED = 0.5  # probability, by the words around it, of the language of a quotation
_QUOTED = 400  # characters of the longest quotation or bracket
_PAIRS = {"(": ")", "[": "]", "（": "）", "「": "」", "『": "』", "《": "》", "“": "”", "«": "»",
          "„": "“", '"': '"'}  # fmt: skip


_OPENER = re.compile(f"[{re.escape(''.join(_PAIRS))}]")
_DIVIDER = re.compile(r"\s[/|｜]\s+|\t+|\s{3,}")


Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line in one language; `start` and `end` are characters of the line."""

    start: int
    end: int
    lang: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Cut:
    """A line, with quotations and addresses blanked in `text`, and its pieces."""

    line: str
    text: str
    pieces: list[Piece]


def _quotations(line: str) -> list[Piece]:
    """Outermost quotations and brackets that are closed within the line, in order."""
    found: list[Piece] = []
    i = 0
    while (opener := _OPENER.search(line, i)) is not None:
        start = opener.start()
        end = line.find(_PAIRS[opener.group()], start + 1, start + _QUOTED) + 1
        if end:
            found.append((start, end))
        i = end or start + 1
    return found


def _outside(line: str, quotations: Sequence[Piece]) -> str:
    """`line` with addresses, quotations and brackets blanked; its length stays the same."""
    line = strip_addresses(line)
    kept: list[str] = []
    done = 0
    for start, end in quotations:
        kept += line[done:start], " " * (end - start)
        done = end
    return "".join((*kept, line[done:]))


def _enough(text: str, codes: Codes) -> bool:
    """Whether a part says enough to stand alone."""
    writing = scripts()
    counts = writing.count(codes)
    weight = writing.weigh(counts)
    if 2 * sum(n for name, n in counts.items() if name in tables().unspaced) > sum(counts.values()):
        return weight >= _LEAST_UNSPACED
    return weight >= _LEAST_WEIGHT and len(text.split()) >= _LEAST_WORDS


def _several_scripts(text: str) -> bool:
    found = np.bincount(scripts().groups(code_points(text)))[1:]
    return int(np.count_nonzero(found)) > 1


def _script_changes(text: str) -> list[int]:
    """Where a run of one writing system ends and another begins, both of them long enough.

    Short runs in between, such as names, are passed over.
    """
    writing = scripts()
    codes = code_points(text)
    groups = writing.groups(codes)
    letters = np.flatnonzero(groups)
    if not len(letters):
        return []
    found = groups[letters]
    starts = np.flatnonzero(np.concatenate([[True], found[1:] != found[:-1]]))
    if len(starts) < 2:
        return []
    runs: list[tuple[int, int]] = []  # group, first character
    begins = letters[starts].tolist()
    ends = [*begins[1:], len(text)]
    for start, end in zip(begins, ends, strict=True):
        if end - start < _SHORTEST or not _enough(text[start:end], codes[start:end]):
            continue
        group = int(groups[start])
        if not runs or runs[-1][0] != group:
            space = text.rfind(" ", max(0, start - _LONGEST_WORD), start)
            runs.append((group, space + 1 or start))
    return [start for _, start in runs[1:]]


def _pieces(line: str, text: str, quotations: Sequence[Piece]) -> list[Piece]:
    """Sentences, cut where the writing system changes; they cover the line without gaps."""
    bounds = {start for start, _ in sentences.split(line, UNDETERMINED)}
    bounds.update(found.end() for found in _DIVIDER.finditer(line))
    bounds -= {0, len(line)}
    ends = [end for _, end in quotations]
    for at in list(bounds):
        i = bisect_right(ends, at)
        if i < len(ends) and quotations[i][0] < at:
            bounds.discard(at)
    if _several_scripts(text):
        whole = [0, *sorted(bounds), len(line)]
        for start, end in pairwise(whole):
            bounds.update(start + at for at in _script_changes(text[start:end]))
    ordered = [0, *sorted(bounds), len(line)]
    return list(pairwise(ordered))


def _likeliest(odds: Odds) -> str:
    return max(odds, key=odds.__getitem__, default=UNDETERMINED)


def _voice(line: str, text: str, piece: Piece) -> str:
    """The part of a piece that tells its language.

    That is what stands outside of quotations; where that is little, but in the language of the
    quotation (``"...", he said``), it is all of the piece.
    """
    outside = text[piece[0] : piece[1]]
    whole = line[piece[0] : piece[1]]
    if outside.isspace() or whole == outside or _enough(outside, code_points(outside)):
        return outside
    agreed = (
        first_opinion(outside).get(_likeliest(first_opinion(strip_addresses(whole))), 0.0)
        >= _AGREED
    )
    return whole if agreed else outside


def _parts(cut: _Cut, declared: str | None) -> list[Span]:
    """Consecutive pieces of one language, if each such part is clear; none otherwise."""
    pieces = cut.pieces
    voices = [_voice(cut.line, cut.text, piece) for piece in pieces]
    langs = most_probable(weigh(voices, declared, second=False), _CHANGE)
    if len(set(langs)) < 2:
        return []
    found: list[Span] = []
    odds: list[Odds] = []
    first = 0
    for i in range(1, len(pieces) + 1):
        if i < len(pieces) and langs[i] == langs[first]:
            continue
        inside = strip_addresses("".join(voices[first:i]))
        if not _enough(inside, code_points(inside)):
            return []
        told = leaning(probabilities(inside), declared)
        best = max(told, key=told.__getitem__, default=UNDETERMINED)
        found.append(Span(pieces[first][0], pieces[i - 1][1], best, round(told.get(best, 0.0), 4)))
        odds.append(told)
        first = i
    clear = all(part.confidence >= _SURE for part in found)
    apart = all(
        odds[i].get(found[j].lang, 0.0) <= _OTHERS
        for i in range(len(found))
        for j in (i - 1, i + 1)
        if 0 <= j < len(found)
    )
    return found if clear and apart else []


def _cut(line: str) -> _Cut | None:
    """The pieces of a line that says enough to hold two languages, None of any other."""
    if len(line) < 2 * _SHORTEST:
        return None
    quotations = _quotations(line)
    text = _outside(line, quotations)
    if scripts().weigh(scripts().count(code_points(text))) < 2 * _LEAST_WEIGHT:
        return None
    pieces = _pieces(line, text, quotations)
    return _Cut(line, text, pieces) if len(pieces) > 1 else None


def _one_script(text: str) -> bool:
    counts = np.bincount(scripts().groups(code_points(text)))[1:]
    return bool(counts.max() >= _ONE_SCRIPT * counts.sum())


def _parts_of(lines: Mapping[int, str], declared: str | None) -> dict[int, list[Span]]:
    """Parts of the lines that hold several languages.

    A line that begins and ends in one language and has one script is not cut.
    """
    cuts = {i: cut for i, line in lines.items() if (cut := _cut(line)) is not None}
    ends: list[str] = []
    for cut in cuts.values():
        for piece in (cut.pieces[0], cut.pieces[-1]):
            ends.append(strip_addresses(_voice(cut.line, cut.text, piece)))
    best = [_likeliest(odds) for odds in first_opinions(ends)]
    return {
        i: found
        for (i, cut), first, last in zip(cuts.items(), best[::2], best[1::2], strict=True)
        if (first != last or not _one_script(cut.text)) and (found := _parts(cut, declared))
    }


def parts(line: str, declared: str | None = None) -> list[Span]:
    """The parts of a line that holds several languages; none for nearly every line.

    Args:
        line: one line; offsets count its characters.
        declared: language that the source claims, a soft prior.

    Returns:
        Parts that cover the line without gaps, white space between them belonging to the left
        one, or an empty list.
    """
    return _parts_of({0: line}, declared).get(0, [])


def parts_of(lines: Sequence[str], declared: str | None = None) -> dict[int, list[Span]]:
    """The parts of those lines of a document that hold several languages.

    Lines in one script and clearly in one language are passed over without a closer look.

    Args:
        lines: lines of a document.
        declared: language that the source claims, a soft prior.

    Returns:
        Place of each such line and its `parts`; places of nearly all lines are missing.
    """
    long = [i for i, line in enumerate(lines) if len(line) >= 2 * _SHORTEST]
    texts = [strip_addresses(lines[i]) for i in long]
    odds = first_opinions(texts)
    counted = scripts().count_each([code_points(text) for text in texts])
    doubtful = {
        i: lines[i]
        for i, told, counts in zip(long, odds, counted, strict=True)
        if not _is_plain(told, counts)
    }
    return _parts_of(doubtful, declared)


def _is_plain(odds: Odds, counts: Mapping[str, int]) -> bool:
    """Whether a line is all in one script and clearly in one language."""
    if not counts:
        return True
    script, most = max(counts.items(), key=lambda item: item[1])
    alone = script not in ("kana", "han") and most >= _ONE_SCRIPT * sum(counts.values())
    return alone and max(odds.values(), default=0.0) >= _NO_DOUBT


def split(line: str, declared: str | None = None) -> list[Span]:
    """Cut a line by language.

    Args:
        line: one line; offsets count its characters.
        declared: language that the source claims, a soft prior.

    Returns:
        Its `parts`, or the line as one part, of which the language may be ``und`` or ``zxx``.
    """
    found = parts(line, declared)
    if found:
        return found
    lang, p = label(line)
    return [Span(0, len(line), lang, round(p, 4))]
