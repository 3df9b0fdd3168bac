"""The languages of one text, best first, or one label for it."""

from __future__ import annotations

from extractors.language.addresses import strip_addresses
from extractors.language.opinion import Odds, probabilities
from extractors.language.tables import NO_LANGUAGE, UNDETERMINED

Ranking = list[tuple[str, float]]

_DECLARED_ODDS = 4.0  # a declared language is that much likelier
_CLAIMED = 0.5  # probability from which a label is given
_SHORT = 12  # letters without diacritics below which two words are a name


def leaning(odds: Odds, declared: str | None) -> Odds:
    """Probabilities after the declared language, if any, has been given its prior odds."""
    if not declared:
        return odds
    base = declared.split("-")[0].lower()
    variant = base + "-"
    leant = {
        lang: p * _DECLARED_ODDS if lang == base or lang.startswith(variant) else p
        for lang, p in odds.items()
    }
    total = sum(leant.values()) or 1.0
    return {lang: p / total for lang, p in leant.items()}


def rank(text: str) -> Ranking:
    """Languages of `text`, best first, with their probabilities.

    Args:
        text: any length; web and mail addresses do not count.

    Returns:
        Pairs of a BCP 47 tag (``zh-Hans``, ``zh-Hant``, ``nb``, ``fil`` ...) and a probability.
        ``[("zxx", 1.0)]`` if there is no letter, ``[("und", 1.0)]`` below two letters or where
        nothing can be told.
    """
    text = strip_addresses(text)
    odds = probabilities(text)
    if not odds:
        letters = any(map(str.isalpha, text))
        return [(UNDETERMINED if letters else NO_LANGUAGE, 1.0)]
    return sorted(odds.items(), key=lambda item: (-item[1], item[0]))


def label(text: str) -> tuple[str, float]:
    """One label for `text`: its best language, or ``und``/``zxx`` where none can be claimed.

    Short Latin text without diacritics (AI, MBC) and anything below probability .5 is ``und``.
    """
    best, p = rank(text)[0]
    if best in (NO_LANGUAGE, UNDETERMINED):
        return best, p
    text = strip_addresses(text)
    plain = len(text.split()) < 3 and sum(map(str.isalpha, text)) < _SHORT
    if p < _CLAIMED or (plain and all(ch.isascii() for ch in text if ch.isalpha())):
        return UNDETERMINED, p
    return best, p
