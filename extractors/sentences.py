"""Sentence boundaries inside a line.

Terminators of all writing systems; a full stop is weighed against decimals, initials,
abbreviations (data of ``rules/<lang>.yaml``) and a lower-case continuation. Quotations in
corner brackets are never split.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import cache

from extractors.rulebook import rule_languages, rules

_CLOSERS = "\"'”’»›)]）］〉》」』】"
_CANDIDATE = re.compile(rf"[.!?…‥。！？．｡؟।॥]+[{re.escape(_CLOSERS)}]*")
_FULL_WIDTH = frozenset("。！？．｡।॥")
_BRACKETS = {"「": "」", "『": "』"}
_LAST_WORD = re.compile(r"[^\s(（\[\"“‘'«]+$")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]")
_LONGEST_WORD = 30  # characters before a stop in which an abbreviation is looked for
_LONGEST = 1500  # characters of a sentence; what is longer is no prose, and is cut at a gap
_GAP = re.compile(r"[\s,;，、；]")
_NEXT = re.compile(r"(\s*)[\"'“‘«(]*(.?)")
_WIDE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@cache
def _abbreviations(lang: str) -> frozenset[str]:
    """Abbreviations of a language; of all languages where there is no table for it."""
    known = rules(lang).get("abbreviations")
    tables = [known] if known else [rules(x).get("abbreviations", ()) for x in rule_languages()]
    shared = rules("any").get("abbreviations", ())
    return frozenset(word.casefold() for table in [*tables, shared] for word in table)


def _quoted(text: str) -> list[tuple[int, int]]:
    """Outermost spans of corner brackets that are closed within the text, in order."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for i, ch in enumerate(text):
        if ch in _BRACKETS:
            stack.append((_BRACKETS[ch], i))
        elif stack and ch == stack[-1][0]:
            _, start = stack.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, i))
    return spans


def _ends(text: str, match: re.Match[str], abbreviations: frozenset[str], ordinals: bool) -> bool:
    """Whether the terminator found ends a sentence."""
    mark, start, end = match.group(), match.start(), match.end()
    if any(ch in _FULL_WIDTH for ch in mark):
        return True
    follows = _NEXT.match(text, end)
    if not follows or not follows[2]:
        return True
    if not follows[1]:  # no space: between letters of scripts that need none
        adjacent = text[max(0, start - 1) : start] + text[end]
        return len(mark) == 1 and len(_WIDE.findall(adjacent)) == 2
    if follows[2].islower():
        return False
    if len(mark) > 1 or mark != ".":  # a closing quote or bracket after the stop, or no stop
        return True
    found = _LAST_WORD.search(text[max(0, start - _LONGEST_WORD) : start])
    word = found.group() if found else ""
    if len(word) == 1 and word.isalpha() and word.isupper():
        return False
    if _INITIALS.fullmatch(word):  # "U.S. Steel"
        return False
    if ordinals and word.isdigit() and len(word) <= 2:
        return False
    return (word + ".").casefold() not in abbreviations


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in pieces of bounded length, because the parts of each are compared in pairs."""
    while end - start > _LONGEST:
        tail = text[start + _LONGEST // 2 : start + _LONGEST]
        gap = _GAP.search(tail[::-1])
        cut = start + _LONGEST - (gap.start() if gap else 0)
        yield start, cut
        start = cut
    yield start, end


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of one line.

    Args:
        text: a line or paragraph.
        lang: BCP 47 tag; unknown ones use the abbreviations of all languages.

    Returns:
        Half-open spans in order, without surrounding white space; they cover everything else.
        None is longer than 1,500 characters.
    """
    abbreviations = _abbreviations(lang)
    ordinals = bool(rules(lang).get("ordinal_stop", False))
    quoted = deque(_quoted(text))
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _CANDIDATE.finditer(text):
        while quoted and quoted[0][1] < match.start():
            quoted.popleft()
        if quoted and quoted[0][0] < match.start():
            continue
        if _ends(text, match, abbreviations, ordinals):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for a, b in (piece for span in spans for piece in _pieces(text, *span)):
        piece = text[a:b]
        left = a + len(piece) - len(piece.lstrip())
        right = a + len(piece.rstrip())
        if right > left:
            trimmed.append((left, right))
    return trimmed
