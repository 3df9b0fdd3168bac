"""Counted nouns and counters after a numeral."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.quantities.locale import Locale
from extractors.quantities.numerals import Numeral
from extractors.quantities.tokens import Draft, past_space

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*\.?")


@dataclass(slots=True)
class Nouns:
    """Reads what is counted in one text; `low` is the folded text."""

    locale: Locale
    low: str

    def counter(self, numeral: Numeral, at: int) -> Draft | None:
        """Read a counter or a known noun directly at the numeral."""
        low, locale = self.low, self.locale
        pack = locale.packs.at(low, at)
        if pack and not low.startswith(locale.pack_breakers, pack[1]):
            return Draft("count", numeral.value * pack[0], numeral.quantum * pack[0], pack[1],
                         "count.pack", unit="item", factor=pack[0])  # fmt: skip
        hit = locale.nouns.at(low, at)
        if not hit:
            return None
        unit, end = hit
        if low[at:end] in locale.generic_units and not locale.spaced:
            place = end
            hedge = locale.hedges_after.at(low, place)
            place = hedge[1] if hedge else place
            for link in locale.adnominal:
                if low.startswith(link, place):
                    noun = locale.nouns.at(low, place + len(link))
                    if noun:
                        draft = Draft("count", numeral.value, numeral.quantum, noun[1],
                                      "count.noun", unit=noun[0])  # fmt: skip
                        draft.hedge = hedge[0] if hedge else None
                        return draft
        return Draft("count", numeral.value, numeral.quantum, end, "count.counter", unit=unit)

    def noun(self, numeral: Numeral) -> Draft | None:
        """Read the counted noun after a numeral in a language with spaces."""
        low, locale = self.low, self.locale
        pos = numeral.end
        for link in locale.links:
            if len(link.strip()) and low.startswith(link, pos):
                pos += len(link) - 1 if link.endswith(" ") else len(link)
                break
        words: list[tuple[str, int]] = []
        while len(words) < locale.noun_window:
            at = past_space(low, pos)
            hit = locale.nouns.at(low, at)
            if hit:
                sure = 1.0 if numeral.digits or numeral.value > 10 else 0.9
                return Draft("count", numeral.value, numeral.quantum, hit[1], "count.noun",
                             unit=hit[0], confidence=sure)  # fmt: skip
            match = _WORD.match(low, at)
            if not match or (at == numeral.end and not low.startswith("-", pos)):
                break
            word = match[0].rstrip(".")
            if word in locale.stopwords:
                break
            words.append((word, at + len(word)))
            pos = at + len(word)
            if match[0].endswith("."):
                break
        return self._unknown(numeral, words)

    def _unknown(self, numeral: Numeral, words: list[tuple[str, int]]) -> Draft | None:
        for index, (word, end) in enumerate(words):
            if word in self.locale.not_nouns:
                continue
            if not self.locale.noun_last and index:
                break
            for suffix, stem in self.locale.plurals:
                if word.endswith(suffix) and len(word) > 3:
                    if stem == "null":
                        break
                    unit = word[: len(word) - len(suffix)] + stem
                    return Draft("count", numeral.value, numeral.quantum, end, "count.unknown",
                                 unit=unit, confidence=0.7)  # fmt: skip
        return None
