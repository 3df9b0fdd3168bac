"""Words and patterns of the rule tables, of all languages together.

Pages mix the language of the site and of the text, so that no table is ever left out.
"""

from __future__ import annotations

import re
from functools import cache

from extractors.rulebook import rule_languages, rules


@cache
def words(key: str) -> frozenset[str]:
    """Words of one kind from the tables of all languages, case folded."""
    return frozenset(
        str(word).casefold() for lang in rule_languages() for word in rules(lang).get(key, ())
    )


@cache
def patterns(key: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of one kind from the tables of all languages."""
    return tuple(
        re.compile(str(pattern), re.IGNORECASE)
        for lang in rule_languages()
        for pattern in rules(lang).get(key, ())
    )
