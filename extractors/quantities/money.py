"""Amounts of money: a currency before or after a numeral."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from extractors.quantities.locale import Locale
from extractors.quantities.numerals import ONE, Numeral
from extractors.quantities.tables import Currency
from extractors.quantities.tokens import LATIN, LETTER, Draft, past_space

_LAST = re.compile(r"[.!?;)]?(?:\s*$|\s*\n)|[.!?] ")
_CUT = re.compile(r"\.[ \t]*(?:[\r\n]|$)")
_CENTS = frozenset(("USD", "EUR", "CAD", "AUD", "HKD", "SGD", "NZD", "TWD", "CHF", "BRL", "MXN"))


def _parts_of(whole: Currency, part: Currency) -> bool:
    """Whether a small unit divides a currency: yen and sen, any dollar and cents."""
    return whole.code == part.code or (whole.code in _CENTS and part.code in _CENTS)


@dataclass(slots=True)
class Money:
    """Reads amounts of money in one text; `low` is the folded text."""

    locale: Locale
    text: str
    low: str
    twins: dict[str, bool] = field(default_factory=dict)

    def prefixed(self, numeral: Numeral, currency: Currency) -> Draft | None:
        """Read a numeral after a currency: US$2.9bn."""
        low, locale = self.low, self.locale
        value, quantum, end = numeral.value, numeral.quantum, numeral.end
        factor = ONE
        if not numeral.scaled:
            hit = locale.scales_money.at(low, end)
            if hit:
                factor, end = hit
        elif LATIN.match(low, end) and low[end - 1].isdigit():
            return None
        factor *= currency.scale
        code, confidence = currency.code, currency.confidence
        named = locale.currency_after.at(low, past_space(low, end))
        if named and not LETTER.search(low[end : named[1]]):
            named = None  # the symbol of the next amount
        if named and self._capitals(named[0], past_space(low, end), named[1]):
            after = named[0]
            if after.code == code or confidence < 1:
                code, confidence, end = after.code, max(confidence, after.confidence), named[1]
        if self._cut_off(numeral):
            confidence = min(confidence, 0.3)
            if self._twin(numeral):
                return None
        return Draft("money", value * factor, quantum * factor, end, "money.prefix",
                     currency=code, confidence=confidence, factor=factor)  # fmt: skip

    def suffixed(self, numeral: Numeral, at: int) -> Draft | None:
        """Read a numeral with the currency at `at`: 5 million dollars."""
        low, locale = self.low, self.locale
        factor = ONE
        hit = locale.currency_after.at(low, at)
        if not hit and at <= numeral.end + 1 and not numeral.scaled:
            scale = locale.scales_money.at(low, at)
            if scale:
                hit = locale.currency_after.at(low, past_space(low, scale[1]))
                factor, at = (scale[0], past_space(low, scale[1])) if hit else (ONE, at)
        if hit and not self._capitals(hit[0], at, hit[1]):
            hit = None
        elif hit and at > numeral.end and self._opens_next(hit[0], at, hit[1]):
            hit = None  # 3 [USD50] cards
        if not hit:
            small = locale.minor.at(low, at)
            if not small or LETTER.match(low[at : at + 1]) is None:
                return None
            cent = small[0]
            return Draft("money", numeral.value * cent.scale, numeral.quantum * cent.scale,
                         small[1], "money.minor", currency=cent.code, factor=cent.scale,
                         confidence=cent.confidence)  # fmt: skip
        currency, end = hit
        factor *= currency.scale
        if not numeral.scaled and locale.spaced and factor == 1:
            named = locale.scale_words.at(low, past_space(low, end))
            if named and past_space(low, end) > end:
                factor, end = named
        value, quantum = numeral.value * factor, numeral.quantum * factor
        band = locale.bands.at(low, end)
        if band:
            end = band[1]
            return Draft("money", value, quantum, end, "money.band", currency=currency.code,
                         confidence=currency.confidence, factor=factor, band=True)  # fmt: skip
        cents = self._cents(numeral, currency, end)
        if cents:
            part, quantum, end = cents
            value += part
        return Draft("money", value, quantum, end, "money.suffix", currency=currency.code,
                     confidence=currency.confidence, factor=factor)  # fmt: skip

    def _cents(
        self, numeral: Numeral, currency: Currency, end: int
    ) -> tuple[Decimal, Decimal, int] | None:
        """Read the small units after an amount: 5 euros [and 20 cents], zwei Euro [fünfzig]."""
        low, locale = self.low, self.locale
        for link in locale.minor_links:
            part = (
                locale.numerals.number(low, end + len(link)) if low.startswith(link, end) else None
            )
            if not part:
                continue
            small = locale.minor.at(low, past_space(low, part.end))
            if small and _parts_of(currency, small[0]):
                return part.value * small[0].scale, small[0].scale, small[1]
            bare = not small and currency.code in _CENTS and not numeral.scaled
            if bare and part.quantum == 1 and part.value < 100 and _LAST.match(low, part.end):
                return part.value / 100, ONE / 100, part.end
        return None

    def _cut_off(self, numeral: Numeral) -> bool:
        """Whether the amount may be cut in its middle: "invest $2." at the end of a line."""
        whole = numeral.plain and numeral.end - numeral.start <= 3
        return whole and _CUT.match(self.low, numeral.end) is not None

    def _twin(self, numeral: Numeral) -> bool:
        """Whether the text has the same amount uncut: what the teaser was cut from."""
        stem = self.low[max(0, numeral.start - 8) : numeral.end] + "."
        if stem not in self.twins:
            self.twins[stem] = re.search(re.escape(stem) + r"\d", self.low) is not None
        return self.twins[stem]

    def _capitals(self, currency: Currency, start: int, end: int) -> bool:
        return not currency.capitals or self.text[start:end].isupper()

    def _opens_next(self, currency: Currency, start: int, end: int) -> bool:
        """Whether a code stands directly before the next figure."""
        return self.text[start:end] == currency.code and self.low[end : end + 1].isdigit()
