"""Which currency of a family is meant where: a dollar in Canada, a peso in Chile."""

from __future__ import annotations

from functools import cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

# Families whose bare name or sign is used for several currencies.
FAMILIES = frozenset({"Dollar", "Peso", "Franc", "Krone", "Krona", "Pound", "Rupee", "Yen", "Yuan"})
SIGNS = {"Krona": "Krone", "Yuan": "Yen"}  # written alike


@cache
def local_currency(currency: str, place: str) -> str:
    """The place's currency if it is of the same family as `currency`, else `currency`.

    Args:
        currency: ISO 4217 code.
        place: ISO 3166-1 alpha-2 code; an unknown one changes nothing.
    """
    if place not in get_global("territory_currencies"):
        return currency
    family = _family(currency)
    local = [code for code in get_territory_currencies(place) if _family(code) == family]
    return local[-1] if family and local else currency


def _family(currency: str) -> str | None:
    name = get_currency_name(currency, locale="en").split()[-1]
    return SIGNS.get(name, name) if name in FAMILIES else None
