"""Words and patterns of the rule tables, of all languages together.

Pages mix the language of the site and of the text, so that no table is ever left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from extractors.rulebook import rule_languages, rules


@cache
def words(key: str) -> frozenset[str]:
    """Words of one kind from the tables of all languages, case folded."""
    return frozenset(
        str(word).casefold() for lang in rule_languages() for word in rules(lang).get(key, ())
    )


@cache
def patterns(key: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The patterns of one kind from the tables of all languages, as a `screen`."""
    return screen([str(x) for lang in rule_languages() for x in rules(lang).get(key, ())])


def screen(texts: Sequence[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Many patterns as two: one to be matched at the start of a line, one to be searched in it.

    Both are for lines in lower case.
    """
    bound = [text for text in texts if starts_line(text)]
    free = [text for text in texts if not starts_line(text)]
    return either(bound), either(free)


def either(texts: Sequence[str]) -> re.Pattern[str]:
    """A pattern for lines in lower case: where one of `texts` matches; nowhere if there is none."""
    return re.compile("|".join(f"(?:{lowered(text)})" for text in texts) or r"(?!)")


def lowered(pattern: str) -> str:
    """A pattern that finds in lower case what `pattern` finds ignoring case, several times as fast.

    Its letters are lowered, its escapes (``\\W``) stay.
    """
    return re.sub(r"\\.|[^\\]+", lambda m: m[0] if m[0][0] == "\\" else m[0].lower(), pattern)


def starts_line(pattern: str) -> bool:
    """Whether every alternative of a pattern is bound to the start of the line."""
    depth = 0
    bare = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    starts = [bare.startswith("^")]
    for place, mark in enumerate(bare):
        depth += (mark == "(") - (mark == ")")
        if mark == "|" and depth == 0:
            starts.append(bare.startswith("^", place + 1))
    return all(starts)
