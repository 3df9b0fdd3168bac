"""Readings of a numeral with the unit that follows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from extractors.quantities.locale import Locale
from extractors.quantities.money import Money
from extractors.quantities.nouns import Nouns
from extractors.quantities.numerals import ONE, Numeral
from extractors.quantities.tokens import LATIN, LETTER, Before, Draft, past_space
from extractors.records import Hedge

_NAME = re.compile(r"([^\W\d_][\w&.'-]*)[ -]$")
_LOOKBACK = 48
_HUNDRED = Decimal(100)
_DESIGNATORS = {"year": "Y", "month": "M", "week": "W", "day": "D"}
_TIMES = {"hour": "H", "minute": "M", "second": "S"}
_PARTS = {
    ("year", "month"): 12, ("month", "day"): 30, ("week", "day"): 7, ("day", "hour"): 24,
    ("hour", "minute"): 60, ("minute", "second"): 60,
}  # fmt: skip


def duration_timex(parts: list[tuple[Decimal, str]]) -> str | None:
    """Return the ISO 8601 form of a duration given as amounts and units, largest first."""
    day = clock = ""
    for value, unit in parts:
        amount = format(value.normalize(), "f")
        if unit in _DESIGNATORS:
            day += amount + _DESIGNATORS[unit]
        elif unit in _TIMES:
            clock += amount + _TIMES[unit]
    return "P" + day + ("T" + clock if clock else "") if day or clock else None


@dataclass(slots=True)
class Units:
    """Reads units in one text; `low` is the folded text."""

    locale: Locale
    text: str
    low: str
    money: Money = field(init=False)
    nouns: Nouns = field(init=False)

    def __post_init__(self) -> None:
        """Set up the readers of money and of counted nouns."""
        self.money = Money(self.locale, self.text, self.low)
        self.nouns = Nouns(self.locale, self.low)

    def read(self, numeral: Numeral, before: Before, spelled: bool) -> Draft | None:
        """Return the best reading of a numeral with the unit at its end."""
        if before.currency:
            return self.money.prefixed(numeral, before.currency)
        if "ages_before" in before.flags and numeral.value <= 130:
            return self._age(numeral, numeral.end) or Draft(
                "age", numeral.value, numeral.quantum, numeral.end, "age.before",
                unit="year old", exact=True,
            )  # fmt: skip
        fraction = self._fraction(numeral)
        if fraction:
            return fraction
        hedge: Hedge | None = None
        pos = numeral.end
        draft = self._unit(numeral, pos, before)
        if draft is None:
            hit = self.locale.hedges_after.at(self.low, pos)
            if hit:
                hedge, pos = hit
                for link in ("", *self.locale.adnominal):
                    if self.low.startswith(link, pos):
                        draft = draft or self._unit(numeral, pos + len(link), before)
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
        for mark in locale.fraction_marks:
            if low.startswith(mark, end) and numeral.value:
                top = locale.numerals.number(low, past_space(self.low, end + len(mark)))
                if top:
                    share, end = top.value / numeral.value, top.end
                    break
        if share is None and low[end : end + 1] in (" ", "-"):
            hit = locale.fractions.at(low, end + 1)
            if hit and (not numeral.digits or numeral.value < hit[0]):
                share, end = numeral.value / hit[0], hit[1]
        if share is None:
            return None
        if share < 1 and any(low.startswith(link, end) for link in locale.share_links):
            value = (share * _HUNDRED).quantize(Decimal("0.01"))
            return Draft("percent", value, ONE, end, "percent.fraction", unit="%", confidence=0.8)
        return Draft("number", share, ONE / 100, end, "number.fraction", confidence=0.5)

    def _syllable(self, numeral: Numeral, draft: Draft) -> bool:
        """Whether numeral characters are syllables of a word rather: 사장, 공공기관."""
        native = self.low[numeral.start : numeral.end] in self.locale.native
        return not (native or numeral.scaled or draft.kind == "percent")

    def _unitless(
        self, numeral: Numeral, before: Before, spelled: bool, hedge: Hedge | None, pos: int
    ) -> Draft | None:
        locale, low = self.locale, self.low
        if LATIN.match(low, numeral.end):
            if low.startswith("k", numeral.end) and not LETTER.match(low, numeral.end + 1):
                return Draft("number", numeral.value * 1000, numeral.quantum * 1000,
                             numeral.end + 1, "number", confidence=0.5)  # fmt: skip
            return None  # 5G, 4K
        if "percents_before" in before.flags:
            return Draft("percent", numeral.value, numeral.quantum, pos, "percent.before", unit="%")
        if "ordinals_before" in before.flags:
            tail = locale.ordinal_tail.at(low, past_space(self.low, numeral.end))
            if numeral.value == numeral.value.to_integral():
                return Draft("ordinal", numeral.value, ONE, tail[1] if tail else numeral.end,
                             "ordinal.before", exact=True)  # fmt: skip
        if "ratio_before" in before.flags:
            return Draft("ratio", numeral.value, numeral.quantum, pos, "ratio.before", unit="x")
        if locale.spaced and numeral.plain and numeral.end - numeral.start == 4:
            year = self._year(numeral, before)
            if year:
                return year
        if spelled and not locale.spaced and not self._alone(numeral):
            return None
        if locale.spaced:
            noun = self.nouns.noun(numeral)
            if noun:
                return noun
            if not numeral.digits and numeral.value < 2:
                return None
        end = pos if hedge else numeral.end
        return Draft("number", numeral.value, numeral.quantum, end, "number", hedge=hedge,
                     confidence=0.5)  # fmt: skip

    def _alone(self, numeral: Numeral) -> bool:
        """Whether numeral characters stand by themselves, long enough to be no word."""
        around = self.low[max(0, numeral.start - 1) : numeral.start]
        around += self.low[numeral.end : numeral.end + 1]
        long = numeral.end - numeral.start >= 2
        return long and not any(LETTER.match(c) and c not in "はがをのにとでも" for c in around)

    def _year(self, numeral: Numeral, before: Before) -> Draft | None:
        if not 1500 <= numeral.value <= 2199:
            return None
        confidence = 1.0
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

    def _unit(self, numeral: Numeral, pos: int, before: Before) -> Draft | None:
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
                None if linked else self._duration(numeral, at, before),
                None if linked else self.nouns.counter(numeral, at),
            ):
                if draft and (best is None or draft.end > best.end):
                    best = draft
        if best is None and low.startswith(" ", pos) and locale.anchors_mid:
            hit = locale.anchors_mid.at(low, pos + 1)
            if hit:
                draft = self._duration(numeral, past_space(self.low, hit[1]), before)
                if draft:
                    draft.anchor = hit[0]
                    return draft
        return best

    def _percent(self, numeral: Numeral, at: int) -> Draft | None:
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
        if not hit:
            return None
        phrase = self.low[at : hit[1]]
        tail = None
        for word in range(len(phrase)):
            tail = tail or self.locale.hedges_after.at(self.low, at + word + 1)
        inner = tail[0] if tail and tail[1] == hit[1] else None
        return Draft("age", numeral.value, numeral.quantum, hit[1], "age", unit=hit[0],
                     exact=True, hedge=inner)  # fmt: skip

    def _ratio(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.ratios_after.at(self.low, at)
        if not hit:
            return None
        return Draft("ratio", numeral.value * hit[0], numeral.quantum * hit[0], hit[1], "ratio",
                     unit="x", factor=hit[0])  # fmt: skip

    def _ordinal(self, numeral: Numeral, at: int) -> Draft | None:
        composed = self._composed(numeral, at) if not numeral.digits else None
        if composed:
            return composed
        hit = self.locale.ordinals_after.at(self.low, at)
        if not hit or numeral.value != numeral.value.to_integral() or numeral.quantum < 1:
            return None
        if self.locale.spaced and at > numeral.end:
            return None
        return Draft("ordinal", numeral.value, ONE, hit[1], "ordinal", exact=True)

    def _composed(self, numeral: Numeral, at: int) -> Draft | None:
        """Read an ordinal of several words: twenty-first, vingt et unième, two hundredth."""
        for link in ("", *self.locale.ordinal_links):
            hit = self.locale.ordinal_ends.at(self.low, at + len(link))
            if not hit or not self.low.startswith(link, at):
                continue
            last = hit[0]
            if last >= 100:
                value = numeral.value * last
            elif numeral.value >= 20 and not numeral.value % (10 if last < 10 else 100):
                value = numeral.value + last
            else:
                continue
            return Draft("ordinal", value, ONE, hit[1], "ordinal.words", exact=True)
        return None

    def _duration(self, numeral: Numeral, at: int, before: Before) -> Draft | None:
        low, locale = self.low, self.locale
        hit = locale.durations.at(low, at)
        if not hit:
            return None
        unit, end = hit
        needs = locale.duration_needs.get(low[at:end])
        if needs and "max" in needs and numeral.value > int(needs["max"]):
            return None
        if needs and "unless" in needs and low.startswith(needs["unless"], end):
            return None
        value, quantum = numeral.value * unit.factor, numeral.quantum * unit.factor
        if locale.half and low.startswith(locale.half, end):
            value, quantum, end = value + unit.factor / 2, unit.factor / 2, end + len(locale.half)
        if locale.spaced and locale.ages_after.at(low, at):
            return None
        parts = [(value, unit.name)]
        name = unit.name
        while more := self._smaller(name, end):
            step, part, name, end = more
            value, quantum = value * step + part, ONE
            parts.append((part, name))
        draft = Draft("duration", value, quantum, end, "duration", unit=name,
                      factor=unit.factor, timex=duration_timex(parts))  # fmt: skip
        for place in (end, past_space(self.low, end)):
            after = locale.anchors_after.at(low, place)
            if after:
                draft.anchor, draft.end = after
                break
        return draft

    def _smaller(self, unit: str, end: int) -> tuple[int, Decimal, str, int] | None:
        """Read the next smaller part of a duration: 1年[2カ月], two hours [and 30 minutes]."""
        for link in ("", " ", *self.locale.duration_links):
            if self.low.startswith(link, end):
                part = self.locale.numerals.number(self.low, end + len(link))
                hit = (
                    self.locale.durations.at(self.low, past_space(self.low, part.end))
                    if part
                    else None
                )
                step = _PARTS.get((unit, hit[0].name)) if hit else None
                if part and hit and step and hit[0].factor == 1 and part.value < step:
                    return step, part.value, hit[0].name, hit[1]
        return None
