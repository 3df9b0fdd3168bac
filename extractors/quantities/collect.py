"""Quantities found so far, and how a new one is joined to the one before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from extractors.quantities.interval import BOUNDS, interval
from extractors.quantities.locale import Locale
from extractors.quantities.lookback import Lookback
from extractors.quantities.tokens import CONJUNCTIONS, past_space
from extractors.records import Quantity


@dataclass(slots=True)
class Collected:
    """The quantities of one text in order."""

    locale: Locale
    text: str
    low: str
    lookback: Lookback
    found: list[Quantity] = field(default_factory=list)

    @property
    def last(self) -> Quantity | None:
        """The quantity found last."""
        return self.found[-1] if self.found else None

    def add(self, quantity: Quantity) -> None:
        """Append a quantity, joined to the one before where they belong together."""
        last = self.last
        if last is None or quantity.start < last.end:
            if last is None:
                self.found.append(quantity)
            return
        gap = self.low[last.end : quantity.start]
        if last.kind == quantity.kind == "money":
            if last.currency == quantity.currency and self._joins(last, quantity, gap):
                self.found[-1] = replace(
                    quantity, value=None, low=last.value, high=quantity.value, bound="~",
                    hedge="range", start=last.start,
                    surface=self.text[last.start : quantity.end], rule="money.range",
                )  # fmt: skip
                return
            if last.currency != quantity.currency and self._converts(gap):
                quantity = replace(quantity, converted=True, distributive=last.distributive)
                self._hedge_native(last, quantity.end)
        elif quantity.kind == "percent":
            self._share_unit(quantity)
        self.found.append(quantity)

    def _converts(self, gap: str) -> bool:
        """Whether what stands between two amounts marks the second as a conversion."""
        return len(gap) < 24 and self.locale.conversion.fullmatch(gap) is not None

    def _hedge_native(self, native: Quantity, end: int) -> None:
        """Give the amount before a bracket the hedge after it: 80億ドル(約1兆円)以上."""
        if native.hedge or native.value is None or self.low[end : end + 1] not in (")", "]"):
            return
        hit = self.locale.hedges_after.at(self.low, past_space(self.low, end + 1))
        if hit and native.quantum is not None:
            low, high = interval(native.value, native.quantum, hit[0], exact=False)
            self.found[-1] = replace(
                native, hedge=hit[0], bound=BOUNDS[hit[0]], low=plain(low), high=plain(high)
            )

    def _share_unit(self, quantity: Quantity) -> None:
        """Give bare numbers listed before a percentage its unit: 0.25→0.5%, 2.5, 1.9 and 2%."""
        end = quantity.start
        for index in range(len(self.found) - 1, -1, -1):
            number = self.found[index]
            if number.kind != "number" or self.low[number.end : end] not in self.locale.list_words:
                return
            self.found[index] = replace(
                number, kind="percent", unit=quantity.unit, rule="percent.listed", confidence=0.8
            )
            end = number.start

    def _joins(self, last: Quantity, quantity: Quantity, gap: str) -> bool:
        """Whether two amounts are the ends of a range: 10億円から15億円."""
        if last.value is None or quantity.value is None or not last.value < quantity.value:
            return False
        if self.lookback.moved(last.start) or self.low.startswith(
            self.locale.moves_after, quantity.end
        ):
            return False
        return gap in self.locale.range_words and gap.strip() not in CONJUNCTIONS


def plain(value: Decimal | None) -> Decimal | None:
    """Return `value` without exponent and trailing zeros."""
    if value is None:
        return None
    whole = int(value)
    return Decimal(whole) if whole == value else value.normalize()
