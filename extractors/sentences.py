"""Sentence boundaries inside a line.

Terminators of all writing systems; a full stop is weighed against decimals, initials,
abbreviations (data of ``rules/<lang>.yaml``) and a lower-case continuation. Quotations in
corner brackets are never split.
"""

from __future__ import annotations

import re
from functools import cache

from extractors.rulebook import rule_languages, rules

_CLOSERS = "\"'”’»›)]）］〉》」』】"
_CANDIDATE = re.compile(rf"[.!?…‥。！？．｡؟।॥]+[{re.escape(_CLOSERS)}]*")
_FULL_WIDTH = frozenset("。！？．｡।॥")
_BRACKETS = {"「": "」", "『": "』"}
_LAST_WORD = re.compile(r"[^\s(（\[\"“‘'«]+$")
_HANGUL_OR_CJK = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@cache
def _abbreviations(lang: str) -> frozenset[str]:
    """Abbreviations of a language; of all languages where there is no table for it."""
    known = rules(lang).get("abbreviations")
    tables = [known] if known else [rules(x).get("abbreviations", ()) for x in rule_languages()]
    shared = rules("any").get("abbreviations", ())
    return frozenset(word.casefold() for table in [*tables, shared] for word in table)


def _quoted(text: str) -> list[tuple[int, int]]:
    """Outermost spans of corner brackets that are closed within the text."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for i, ch in enumerate(text):
        if ch in _BRACKETS:
            stack.append((_BRACKETS[ch], i))
        elif stack and ch == stack[-1][0]:
            _, start = stack.pop()
            spans = [s for s in spans if s[0] < start]
            spans.append((start, i))
    return spans


def _ends(text: str, match: re.Match[str], abbreviations: frozenset[str], ordinals: bool) -> bool:
    """Whether the terminator found ends a sentence."""
    mark, end = match.group(), match.end()
    rest = text[end:]
    if not rest.strip():
        return True
    if any(ch in _FULL_WIDTH for ch in mark):
        return True
    spaced = rest[0].isspace()
    before = text[match.start() - 1 : match.start()]
    if not spaced:
        return bool(_HANGUL_OR_CJK.match(before) and _HANGUL_OR_CJK.match(rest)) and len(mark) == 1
    following = rest.lstrip().lstrip("\"'“‘«(")[:1]
    if following.islower():
        return False
    if mark[0] != "." or mark.startswith(".."):
        return True
    word_match = _LAST_WORD.search(text, 0, match.start())
    word = word_match.group() if word_match else ""
    if len(mark) > 1:  # a closing quote or bracket after the stop
        return True
    if len(word) == 1 and word.isalpha() and word.isupper():
        return False
    if ordinals and word.isdigit() and len(word) <= 2:
        return False
    if (word + ".").casefold() in abbreviations:
        return False
    return not (
        word.count(".")
        and all(len(p) == 1 for p in word.split("."))
        and following.isupper()
        and (word + ".").casefold() in abbreviations
    )


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of one line.

    Args:
        text: a line or paragraph.
        lang: BCP 47 tag; unknown ones use the abbreviations of all languages.

    Returns:
        Half-open spans in order, without surrounding white space; they cover everything else.
    """
    abbreviations = _abbreviations(lang)
    ordinals = bool(rules(lang).get("ordinal_stop", False))
    quoted = _quoted(text)
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _CANDIDATE.finditer(text):
        last = match.start()
        if any(a < last < b for a, b in quoted):
            continue
        if _ends(text, match, abbreviations, ordinals):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for a, b in spans:
        piece = text[a:b]
        left = a + len(piece) - len(piece.lstrip())
        right = a + len(piece.rstrip())
        if right > left:
            trimmed.append((left, right))
    return trimmed
