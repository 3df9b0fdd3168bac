"""Durations: a numeral with units of time, and parts of one unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.locale import Locale
from extractors.quantities.numerals import ONE, Numeral
from extractors.quantities.tokens import LETTER, Draft, past_space

_DESIGNATORS = {"year": "Y", "month": "M", "week": "W", "day": "D"}
_TIMES = {"hour": "H", "minute": "M", "second": "S"}
_PLACES = re.compile(r"(\d{1,3})(?!\d)")  # of seconds: 9秒58
_PARTS = {
    ("year", "month"): 12, ("year", "day"): 365, ("month", "day"): 30, ("week", "day"): 7,
    ("day", "hour"): 24, ("hour", "minute"): 60, ("minute", "second"): 60,
}  # fmt: skip


def duration_timex(parts: list[tuple[Decimal, str]]) -> str | None:
    """Return the ISO 8601 form of a duration given as amounts and units, largest first."""
    day = clock = ""
    for value, unit in parts:
        # Seconds keep the places they are stated with: 9秒80.
        amount = format(value if unit == "second" else value.normalize(), "f")
        if unit in _DESIGNATORS:
            day += amount + _DESIGNATORS[unit]
        elif unit in _TIMES:
            clock += amount + _TIMES[unit]
    return "P" + day + ("T" + clock if clock else "") if day or clock else None


def _half(word: str, low: str, pos: int) -> int | None:
    """Return the end of the word for a half at `pos`, after a space only if no word goes on."""
    if low.startswith(word, pos):
        return pos + len(word)
    spaced = low.startswith(" " + word, pos)
    end = pos + 1 + len(word)
    return end if spaced and not LETTER.match(low[end : end + 1]) else None


@dataclass(slots=True)
class Lasting:
    """Reads the durations of one text; `low` is the folded text."""

    locale: Locale
    low: str

    def read(self, numeral: Numeral, at: int) -> Draft | None:
        """Read the units of time at `at`: 2 years, 1年2カ月, two hours and 30 minutes ago."""
        low, locale = self.low, self.locale
        hit = locale.durations.at(low, at)
        if not hit:
            hit = locale.duration_parts.at(low, at)
            if not hit or not (
                low.startswith(locale.half, hit[1])
                or locale.hedges_after.at(low, hit[1])
                or locale.anchors_after.at(low, hit[1])
            ):
                return None
        unit, end = hit
        needs = locale.duration_needs.get(low[at:end])
        if needs and "max" in needs and numeral.value > int(needs["max"]):
            return None
        if needs and "unless" in needs and low.startswith(needs["unless"], end):
            return None
        value, quantum = numeral.value * unit.factor, numeral.quantum * unit.factor
        half = _half(locale.half, low, end) if locale.half else None
        if half:
            value, quantum, end = value + unit.factor / 2, unit.factor / 2, half
        aged = locale.ages_after.at(low, at) if locale.spaced else None
        if aged and not locale.lasting_after.match(low, aged[1]):
            return None
        name = unit.name
        if name == "second" and not locale.spaced:
            places = _PLACES.match(low, end)
            if places and not (locale.durations.at(low, places.end()) or
                               locale.nouns.at(low, places.end())):  # fmt: skip
                value += Decimal("0." + places[1])
                quantum, end = ONE.scaleb(-len(places[1])), places.end()
        parts = [(value, name)]
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

    def part(self, share: Decimal, end: int) -> Draft | None:
        """Read a part of one unit of time: three quarters [of an hour], tres cuartos [de hora]."""
        for link in self.locale.part_links:
            if self.low.startswith(link, end):
                hit = self.locale.durations.at(self.low, end + len(link))
                if hit:
                    unit, end = hit
                    value = share * unit.factor
                    timex = duration_timex([(value, unit.name)])
                    return Draft("duration", value, value / 100, end, "duration.part",
                                 unit=unit.name, timex=timex)  # fmt: skip
        return None

    def _smaller(self, unit: str, end: int) -> tuple[int, Decimal, str, int] | None:
        """Read the next smaller part of a duration: 1年[2カ月], two hours [and 30 minutes]."""
        for link in ("", " ", *self.locale.duration_links):
            if self.low.startswith(link, end):
                part = self.locale.numerals.number(self.low, end + len(link))
                at = past_space(self.low, part.end) if part else 0
                hit = self.locale.durations.at(self.low, at) or self.locale.duration_parts.at(
                    self.low, at
                )
                step = _PARTS.get((unit, hit[0].name)) if hit else None
                if part and hit and step and hit[0].factor == 1 and part.value < step:
                    return step, part.value, hit[0].name, hit[1]
        return None
