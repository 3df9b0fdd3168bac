"""From a reading with its surroundings to a quantity: hedges, intervals, signs, what follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities import dates
from extractors.quantities.collect import Collected, plain
from extractors.quantities.interval import BOUNDS, interval
from extractors.quantities.locale import Locale
from extractors.quantities.lookback import Lookback
from extractors.quantities.tokens import LETTER, Before, Draft, past_space
from extractors.records import Distributive, Hedge, Quantity

_RATE = re.compile(r"\s?=\s?")
_SIGNED = frozenset(("money", "percent", "number"))


@dataclass(slots=True)
class Emission:
    """Makes the quantities of one text; `low` is the folded text.

    `rate` is where an amount after "1 dollar =" starts, and what it is the price of.
    """

    locale: Locale
    text: str
    low: str
    lookback: Lookback
    collected: Collected
    rate: tuple[int, str] | None = None

    def emit(
        self, draft: Draft, before: Before, *, other: Decimal | None = None, vague: bool = False
    ) -> int:
        """Turn a draft into a quantity; return where to go on.

        Args:
            draft: the reading.
            before: what stands before it.
            other: low end of a range, of which the draft is the high end.
            vague: the range is an order of magnitude (hundreds), not a stated one.
        """
        if draft.kind == "money" and draft.value == 1 and other is None:
            equals = _RATE.match(self.low, draft.end)
            if equals and draft.currency:
                self.rate = (equals.end(), draft.currency)
                return equals.end()
        if draft.kind == "duration" and before.spans and before.anchor is None:
            self._span(before)
        hedge, per, distributive, end = self._after(draft, before)
        pointed = draft.kind in ("duration", "year")
        stated = draft.value
        low: Decimal | None
        high: Decimal | None
        if other is not None:
            low, high = sorted((other, draft.value))
            hedge = "about" if vague else "range"
        elif draft.band:
            low, high, hedge = draft.value, draft.value + _round_unit(draft.value), "about"
        else:
            if draft.kind in _SIGNED and before.negative:
                stated = -stated
            elif draft.kind in _SIGNED and self._minus(before.start):
                stated, before.core = -stated, before.start - 1
            low, high = interval(stated, draft.quantum, hedge, exact=draft.exact)
        year = dates.year_span(int(draft.value)) if draft.kind == "year" else None
        begin = before.start if pointed and (before.anchor or before.lead) else before.core
        start = max(begin, last.end if (last := self.collected.last) else 0)
        quantity = Quantity(
            draft.kind, plain(stated) if other is None else None, plain(low), plain(high),
            BOUNDS[hedge], draft.unit,
            draft.currency, self.text[start:end], start, end, quantum=plain(draft.quantum),
            hedge=hedge, distributive=distributive, per=per,
            timex=year.timex if year else draft.timex if other is None else None,
            date_start=year.start if year else None, date_end=year.end if year else None,
            anchor=(draft.anchor or before.anchor) if pointed else None,
            confidence=draft.confidence, rule=draft.rule,
        )  # fmt: skip
        self.collected.add(quantity)
        return end

    def _minus(self, start: int) -> bool:
        """Whether a minus stands before `start`, not a dash after another quantity."""
        last = self.collected.last
        return self.lookback.negative(start) and (last is None or last.end < start - 1)

    def _span(self, before: Before) -> None:
        """Read "over" before a duration as "during", unless something has or lasts that long."""
        word = self.low[max(0, before.start - 20) : before.start].rstrip().rpartition(" ")[2]
        if word not in self.locale.lasting_words:
            before.anchor, before.hedge = "over", None

    def _after(
        self, draft: Draft, before: Before
    ) -> tuple[Hedge | None, str | None, Distributive | None, int]:
        """Read what follows a unit: hedge, per-unit, each; return them and the end."""
        locale, low, end = self.locale, self.low, draft.end
        hedge = draft.hedge
        if hedge is None:
            for at in (end, past_space(self.low, end)):
                hit = locale.hedges_after.at(low, at)
                if (
                    hit
                    and not (locale.spaced and at == end and LETTER.match(low, at))
                    and not low.startswith(locale.hedge_breakers, hit[1])
                ):
                    hedge, end = hit
                    break
        per = before.per if draft.kind in ("money", "count", "number") else None
        if self.rate and draft.kind == "money" and self.rate[0] == before.start:
            per = self.rate[1]
        each: Distributive | None = "each" if "each_before" in before.flags else None
        if draft.kind in ("money", "count"):
            tail = locale.per_after.at(low, past_space(self.low, end)) or locale.per_after.at(
                low, end
            )
            if tail and not locale.anchors_after.at(low, past_space(self.low, tail[1])):
                per, end = tail  # but not "a year" of "a year earlier"
            every = locale.each_after.at(low, past_space(self.low, end))
            if every:
                each, end = "each", every[1]
        return hedge or before.hedge, per, each, end


def _round_unit(value: Decimal) -> Decimal:
    """Return the place of the last digit that is not zero: 150 -> 10, 2000 -> 1000."""
    return Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))
