"""The names of currencies in a language, by CLDR."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import babel

from extractors.quantities.tables import Currency

_UNIONS = frozenset(("XAF", "XCD", "XOF", "XPF"))


def cldr_currencies(
    lang: str, head: str | None, endings: Mapping[str, Iterable[str]]
) -> dict[str, Currency]:
    """Return the currency names of CLDR in one language, in lower case.

    Args:
        lang: the language.
        head: "first" or "last" where that word of a name ("Costa Rican colón") is its noun;
            it stands for the currency by itself if no other shares it.
        endings: what the ending of an adjective before the noun is inflected to.
    """
    names: dict[str, Currency] = {}
    heads: dict[str, set[str]] = {}
    data = babel.Locale.parse(lang)._data
    for code, name in sorted(data.get("currency_names", {}).items()):
        if code.startswith("X") and code not in _UNIONS:
            continue  # metals, funds, tests
        plural = data.get("currency_names_plural", {}).get(code, {})
        for form in {name, *plural.values()}:
            form = form.lower()
            if re.search(r"[\d()（）–]", form) or len(form) < 2:
                continue
            for written in (form, *_inflected(form, endings)):
                names.setdefault(written, Currency(code))
            words = form.split()
            if head and len(words) > 1:
                noun = words[0 if head == "first" else -1]
                heads.setdefault(noun, set()).add(code)
    for noun, codes in heads.items():
        if len(codes) == 1 and len(noun) > 1:
            names.setdefault(noun, Currency(min(codes), 0.8))
    return names


def _inflected(name: str, endings: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the forms of a name of adjective and noun: kanadischer, kanadischen Dollar."""
    adjective, _, noun = name.partition(" ")
    if not noun:
        return []
    return [
        f"{adjective[: -len(ending)]}{other} {noun}"
        for ending, others in endings.items()
        if adjective.endswith(ending)
        for other in others
    ]
