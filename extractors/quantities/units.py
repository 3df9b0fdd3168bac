"""Readings of a numeral with the unit that follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from extractors.quantities.fractions import Fractions
from extractors.quantities.lasting import Lasting
from extractors.quantities.locale import Locale
from extractors.quantities.money import Money
from extractors.quantities.nouns import Nouns
from extractors.quantities.numerals import ONE, Numeral
from extractors.quantities.tokens import LATIN, LETTER, Before, Draft, past_space
from extractors.records import Hedge

_NAME = re.compile(r"([^\W\d_][\w&.'-]*)[ -]$")
_LOOKBACK = 48
_AMOUNT = 10_000  # from here a number after the name of a currency is an amount
_MULTIPLES = {"k": Decimal(1000), "K": Decimal(1000), "M": Decimal(10**6), "G": Decimal(10**9)}
_LETTER_SCALE = re.compile(r" ?([kKMG])(?![^\W_])")
_HUNDRED = Decimal(100)
_LETTERED = re.compile(r"([kK]| ?M)(?![A-Za-z0-9])")
_LETTERS = {"k": Decimal(1000), "K": Decimal(1000), "M": Decimal(10**6), " M": Decimal(10**6)}


@dataclass(slots=True)
class Units:
    """Reads units in one text; `low` is the folded text."""

    locale: Locale
    text: str
    low: str
    money: Money = field(init=False)
    nouns: Nouns = field(init=False)
    fractions: Fractions = field(init=False)
    lasting: Lasting = field(init=False)

    def __post_init__(self) -> None:
        """Set up the readers of the kinds of units."""
        self.money = Money(self.locale, self.text, self.low)
        self.nouns = Nouns(self.locale, self.low)
        self.fractions = Fractions(self.locale, self.low)
        self.lasting = Lasting(self.locale, self.low)

    def read(self, numeral: Numeral, before: Before, spelled: bool) -> Draft | None:
        """Return the best reading of a numeral with the unit at its end."""
        draft = self._read(numeral, before, spelled)
        if draft and draft.hedge is None:
            draft.hedge = numeral.hedge
        return draft

    def _read(self, numeral: Numeral, before: Before, spelled: bool) -> Draft | None:
        if before.currency:
            return self.money.prefixed(numeral, before.currency)
        if "ages_before" in before.flags and numeral.value <= 130:
            return self._age(numeral, numeral.end) or self._lived(numeral) or Draft(
                "age", numeral.value, numeral.quantum, numeral.end, "age.before",
                unit="year old", exact=True,
            )  # fmt: skip
        if not self.locale.spaced:
            numeral = self._lettered(numeral)
        if "ages_weak" in before.flags and numeral.value <= 130:
            lived = self._lived(numeral)
            if lived:
                return lived
        fraction = self._fraction(numeral)
        if fraction:
            return fraction
        if before.percent is not None:
            return Draft("percent", numeral.value * before.percent,
                         numeral.quantum * before.percent, numeral.end, "percent.before",
                         unit="%", factor=before.percent)  # fmt: skip
        if "ordinals_before" in before.flags and numeral.value == numeral.value.to_integral():
            tail = self.locale.ordinal_tail.at(self.low, past_space(self.low, numeral.end))
            return Draft("ordinal", numeral.value, ONE, tail[1] if tail else numeral.end,
                         "ordinal.before", exact=True)  # fmt: skip
        hedge: Hedge | None = None
        pos = numeral.end
        draft = self._unit(numeral, pos)
        if draft is None:
            hit = self.locale.hedges_after.at(self.low, pos)
            if hit:
                hedge, pos = hit
                for link in ("", *self.locale.adnominal):
                    if self.low.startswith(link, pos):
                        draft = draft or self._unit(numeral, pos + len(link))
        if draft is not None:
            if spelled and self.locale.hangul and self._syllable(numeral, draft):
                return None
            if hedge:
                draft.hedge = hedge
            return draft
        return self._unitless(numeral, before, spelled, hedge, pos)

    def _fraction(self, numeral: Numeral) -> Draft | None:
        """Read 三分の一, two thirds; a share of something is given in percent."""
        low, locale = self.low, self.locale
        end = numeral.end
        share: Decimal | None = None
        marked = self.fractions.read(numeral)
        if marked:
            share, end = marked
        elif numeral.fraction and numeral.value < 1:
            lasting = self.lasting.part(numeral.value, end)
            if lasting:
                return lasting
            half = low[numeral.start : end] in locale.halves
            if not half and low.startswith(locale.share_links, end):
                share = numeral.value
        if share is None:
            return None
        part = not marked or locale.fraction_mark.match(low, numeral.end)
        spoken = locale.hangul and not numeral.digits  # reports write shares in digits
        if (
            0 < share < 1
            and part
            and not spoken
            and any(low.startswith(link, end) for link in locale.share_links)
        ):
            value = (share * _HUNDRED).quantize(Decimal("0.01"))
            return Draft("percent", value, ONE, end, "percent.fraction", unit="%", confidence=0.8)
        return Draft("number", share, ONE / 100, end, "number.fraction", confidence=0.5)

    def _syllable(self, numeral: Numeral, draft: Draft) -> bool:
        """Whether numeral characters are syllables of a word rather: 사장, 공공기관."""
        native = self.low[numeral.start : numeral.end] in self.locale.native
        ranked = (
            draft.kind == "ordinal" and self.low[numeral.end : numeral.end + 1] in self.locale.ranks
        )
        return not (native or numeral.scaled or ranked or draft.kind == "percent")

    def _lettered(self, numeral: Numeral) -> Numeral:
        """Return a numeral with the letter of thousands or millions after it: 15k, 2.5 M."""
        match = _LETTERED.match(self.text, numeral.end)
        if not match or not numeral.digits or numeral.scaled:
            return numeral
        scale = _LETTERS[match[1]]
        return replace(numeral, value=numeral.value * scale, quantum=numeral.quantum * scale,
                       end=match.end(), scaled=True, plain=False, scale=scale)  # fmt: skip

    def _unitless(
        self, numeral: Numeral, before: Before, spelled: bool, hedge: Hedge | None, pos: int
    ) -> Draft | None:
        locale, low = self.locale, self.low
        if LATIN.match(low, numeral.end):
            return self._letter_scale(numeral)
        if "percent_labels" in before.flags:
            return Draft("percent", numeral.value, numeral.quantum, pos, "percent.before", unit="%")
        if "ratio_before" in before.flags:
            return Draft("ratio", numeral.value, numeral.quantum, pos, "ratio.before", unit="x")
        if locale.spaced and numeral.plain and numeral.end - numeral.start == 4:
            year = self._year(numeral, before)
            if year:
                return year
        if spelled and not locale.spaced and not self._alone(numeral, before):
            return None
        if locale.spaced:
            lettered = self._letter_scale(numeral)
            if lettered:
                return lettered
            part = numeral.fraction and numeral.value < 1
            half = part and low[numeral.start : numeral.end] in locale.lone_halves
            if half and not locale.spelling.closed(low, numeral.end):
                return None  # medio ambiente
            noun = None if part else self.nouns.noun(numeral)
            if noun:
                return noun
            if before.named and (numeral.scaled or numeral.value >= _AMOUNT):
                code = before.named
                return Draft("money", numeral.value, numeral.quantum, numeral.end, "money.named",
                             currency=code.code, confidence=code.confidence)  # fmt: skip
            article = not numeral.digits and numeral.value in (0, 1)
            if article and not before.negative:
                return None
        end = pos if hedge else numeral.end
        return Draft("number", numeral.value, numeral.quantum, end, "number", hedge=hedge,
                     confidence=0.5)  # fmt: skip

    def _letter_scale(self, numeral: Numeral) -> Draft | None:
        """Read a letter for a multiple: 10k, 2.33 M; but 5G is no number."""
        match = _LETTER_SCALE.match(self.text, numeral.end)
        if not match or numeral.scaled or (match[1] == "G" and numeral.value < 10):
            return None
        factor = _MULTIPLES[match[1]]
        return Draft("number", numeral.value * factor, numeral.quantum * factor, match.end(),
                     "number.letter", confidence=0.5, factor=factor)  # fmt: skip

    def _alone(self, numeral: Numeral, before: Before) -> bool:
        """Whether numeral characters stand by themselves, not as a part of a word."""
        locale, low = self.locale, self.low
        size = numeral.end - numeral.start
        if locale.hangul:
            large = numeral.scale >= 1000 or low[numeral.end - 1] == "천"
            native = low[numeral.start : numeral.end] in locale.native and size >= 3
            short = not numeral.scaled or size < 2 or (size == 2 and large)
            if short and not (native or before.negative):
                return False  # 오이, 이사, 구조, 이천
        right = low[numeral.end : numeral.end + 1]
        ends = not LETTER.match(right) or low.startswith(locale.particles, numeral.end)
        counted = not locale.hangul and numeral.scaled and low[numeral.start] in locale.figures
        if counted and (ends or size >= 3):
            return True
        left = low[before.start - 1] if before.start else " "
        free = not LETTER.match(left) or left in locale.particles or before.negative
        return free and ends

    def _year(self, numeral: Numeral, before: Before) -> Draft | None:
        if not 1500 <= numeral.value <= 2199:
            return None
        confidence = 1.0
        if before.lead is None and before.hedged_lead and 1900 <= numeral.value <= 2100:
            before.lead, before.hedge = before.hedged_lead, None  # hasta 2030: until
        if before.lead is None:
            ahead = self.text[max(0, numeral.start - _LOOKBACK) : numeral.start]
            name = _NAME.search(ahead)
            if before.hedge or not 1900 <= numeral.value <= 2100:
                return None
            if name and name[1][:1].isupper():
                return None
            confidence = 0.7
        return Draft("year", numeral.value, ONE, numeral.end, "year.bare", exact=True,
                     confidence=confidence, anchor=before.lead or None)  # fmt: skip

    def _positions(self, pos: int) -> list[tuple[int, bool]]:
        """Return where a unit may start after a numeral, and whether past a link word."""
        places = [(pos, False)]
        for link in self.locale.links:
            if self.low.startswith(link, pos):
                places.append((pos + len(link), LETTER.search(link) is not None))
        return places

    def _unit(self, numeral: Numeral, pos: int) -> Draft | None:
        """Read the unit at `pos`, the longest match over all kinds."""
        locale, low = self.locale, self.low
        best: Draft | None = None
        for at, linked in self._positions(pos):
            for draft in (
                self._percent(numeral, at),
                self.money.suffixed(numeral, at),
                None if linked else self._age(numeral, at),
                None if linked else self._ratio(numeral, at),
                None if linked or at > pos + 1 else self._ordinal(numeral, at),
                None if linked else self.lasting.read(numeral, at),
                None if linked else self.nouns.counter(numeral, at),
            ):
                if draft and (best is None or draft.end > best.end):
                    best = draft
        if best is None and low.startswith(" ", pos) and locale.anchors_mid:
            hit = locale.anchors_mid.at(low, pos + 1)
            if hit:
                draft = self.lasting.read(numeral, past_space(low, hit[1]))
                if draft:
                    draft.anchor = hit[0]
                    return draft
        return best

    def _percent(self, numeral: Numeral, at: int) -> Draft | None:
        return self._discount(numeral, at) or self._share(numeral, at)

    def _discount(self, numeral: Numeral, at: int) -> Draft | None:
        """Read a price cut as it is stated: 8折 is 80 % of the price, 2割引 is 20 % off it."""
        hit = self.locale.discounts.at(self.low, at)
        if not hit:
            return None
        factor, end = hit
        value = numeral.value * factor
        if value > _HUNDRED:  # 75折
            value, factor = numeral.value, ONE
        if not 0 < value < _HUNDRED:
            return None
        return Draft("percent", value, numeral.quantum * factor, end, "percent.discount",
                     unit="%", confidence=0.9)  # fmt: skip

    def _share(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.percents.at(self.low, at)
        if not hit:
            return None
        unit, end = hit
        value, quantum = numeral.value * unit.factor, numeral.quantum * unit.factor
        half = self.locale.half
        if half and unit.factor == 10 and self.low.startswith(half, end):
            value, quantum, end = value + 5, Decimal(5), end + len(half)
        minor = self.locale.percents_minor.get(self.low[at:end])
        while minor:
            part = self.locale.numerals.number(self.low, end)
            name = minor.at(self.low, part.end) if part else None
            if not part or not name:
                break
            value, quantum, end = value + part.value * name[0], name[0], name[1]
        return Draft("percent", value, quantum, end, "percent", unit=unit.name, factor=unit.factor)

    def _age(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.ages_after.at(self.low, at)
        if not hit or self.locale.lasting_after.match(self.low, hit[1]):
            return None  # "40-jährige Firmengeschichte"
        phrase = self.low[at : hit[1]]
        tail = None
        for word in range(len(phrase)):
            tail = tail or self.locale.hedges_after.at(self.low, at + word + 1)
        inner = tail[0] if tail and tail[1] == hit[1] else None
        return Draft("age", numeral.value, numeral.quantum, hit[1], "age", unit=hit[0],
                     exact=True, hedge=inner)  # fmt: skip

    def _lived(self, numeral: Numeral) -> Draft | None:
        """Read a duration as an age, unless it is one of something: tiene 5 años."""
        locale = self.locale
        hit = locale.durations.at(self.low, past_space(self.low, numeral.end))
        if not hit or self.low.startswith(locale.share_links, hit[1]):
            return None
        unit = "year old" if hit[0].name == "year" else hit[0].name
        return Draft("age", numeral.value * hit[0].factor, numeral.quantum * hit[0].factor, hit[1],
                     "age.lived", unit=unit, exact=True)  # fmt: skip

    def _ratio(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.ratios_after.at(self.low, at)
        if not hit:
            return None
        return Draft("ratio", numeral.value * hit[0], numeral.quantum * hit[0], hit[1], "ratio",
                     unit="x", factor=hit[0])  # fmt: skip

    def _ordinal(self, numeral: Numeral, at: int) -> Draft | None:
        if numeral.ordinal and at == numeral.end:
            value, end = numeral.ordinal
            return Draft("ordinal", value, ONE, end, "ordinal.words", exact=True)
        hit = self.locale.ordinals_after.at(self.low, at)
        if not hit or numeral.value != numeral.value.to_integral() or numeral.quantum < 1:
            return None
        if self.locale.spaced and at > numeral.end:
            return None
        return Draft("ordinal", numeral.value, ONE, hit[1], "ordinal", exact=True)
