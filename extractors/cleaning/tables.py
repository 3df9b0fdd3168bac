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
def pattern(key: str) -> re.Pattern[str]:
    """The patterns of one kind from the tables of all languages, as one."""
    texts = [str(x) for lang in rule_languages() for x in rules(lang).get(key, ())]
    return either(texts)


def either(texts: Sequence[str]) -> re.Pattern[str]:
    """A pattern that matches where one of `texts` does; nowhere if there is none."""
    return re.compile("|".join(f"(?:{text})" for text in texts) or r"(?!)", re.IGNORECASE)
