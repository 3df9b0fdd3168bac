"""Two languages in one line: a sentence and its translation, or two scripts side by side.

Conservative: names, product names, quotations, bracketed originals and addresses never cut a
line. A line is cut only between sentences or where the writing system changes, and only if
each part is several words long, in a language that is clear, and not the other's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extractors import sentences
from extractors.language.addresses import strip_addresses
from extractors.language.opinion import Odds, first_opinion, probabilities
from extractors.language.ranking import label, leaning
from extractors.language.scripts import Codes, code_points, scripts
from extractors.language.sequence import Evidence, most_probable, weigh
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
    whole = [0, *sorted(bounds), len(line)]
    for start, end in pairwise(whole):
        bounds.update(start + at for at in _script_changes(text[start:end]))
    ordered = [0, *sorted(bounds), len(line)]
    return list(pairwise(ordered))


def _best(text: str) -> str:
    odds = first_opinion(strip_addresses(text))
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
    agreed = first_opinion(outside).get(_best(whole), 0.0) >= _AGREED
    return whole if agreed else outside


def _one_language(text: str, first: str, last: str) -> bool:
    """Whether a line begins and ends in one language and has one script: it is not cut."""
    counts = np.bincount(scripts().groups(code_points(text)))[1:]
    return bool(counts.max() >= _ONE_SCRIPT * counts.sum()) and _best(first) == _best(last)


def _parts(line: str, text: str, pieces: Sequence[Piece], declared: str | None) -> list[Span]:
    """Consecutive pieces of one language, if each such part is clear; none otherwise."""
    if _one_language(text, _voice(line, text, pieces[0]), _voice(line, text, pieces[-1])):
        return []
    voices = [_voice(line, text, piece) for piece in pieces]
    evidence: list[Evidence] = [weigh(voice, declared, second=False) for voice in voices]
    langs = most_probable(evidence, _CHANGE)
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


def parts(line: str, declared: str | None = None) -> list[Span]:
    """The parts of a line that holds several languages; none for nearly every line.

    Args:
        line: one line; offsets count its characters.
        declared: language that the source claims, a soft prior.

    Returns:
        Parts that cover the line without gaps, white space between them belonging to the left
        one, or an empty list.
    """
    if len(line) < 2 * _SHORTEST:
        return []
    quotations = _quotations(line)
    text = _outside(line, quotations)
    if scripts().weigh(scripts().count(code_points(text))) < 2 * _LEAST_WEIGHT:
        return []
    pieces = _pieces(line, text, quotations)
    return _parts(line, text, pieces, declared) if len(pieces) > 1 else []


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
