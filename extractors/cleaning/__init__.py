"""Takes menus, listings, forms, counters and sign-offs out of the lines of an article."""

from extractors.cleaning.lines import Cleaned, clean
from extractors.cleaning.phrases import PhraseRule, phrase_rules
from extractors.cleaning.text import line_key, normalise

__all__ = ["Cleaned", "PhraseRule", "clean", "line_key", "normalise", "phrase_rules"]
