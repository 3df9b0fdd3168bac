"""Takes menus, listings, forms, counters and sign-offs out of the lines of an article."""

from extractors.cleaning.lines import Cleaned, PhraseRule, clean, line_key, normalise, phrase_rules

__all__ = ["Cleaned", "PhraseRule", "clean", "line_key", "normalise", "phrase_rules"]
