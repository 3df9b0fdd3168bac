"""Dates, years, weekdays and months in a text, with what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from extractors.quantities import dates
from extractors.quantities.collect import Collected
from extractors.quantities.locale import Locale
from extractors.quantities.lookback import Lookback
from extractors.quantities.numerals import ONE
from extractors.quantities.tokens import Token, past_space
from extractors.records import Kind, Quantity

_CONTEXT = 300  # characters over which a lone day inherits month and year


@dataclass(slots=True)
class Dated:
    """Reads the dates of one text and adds them to what is collected."""

    locale: Locale
    text: str
    low: str
    reference: datetime | None
    lookback: Lookback
    collected: Collected
    context: tuple[int, int] | None = None
    context_end: int = 0

    def pattern(self, start: int) -> int | None:
        """Read a date pattern at `start`."""
        if not self.locale.any_date.match(self.low, start):
            return None
        for regex in self.locale.date_patterns:
            match = regex.match(self.low, start)
            if match:
                fields = dates.parts(match, self.locale)
                after = self._dated(start, match.end(), fields)
                if after:
                    return after
        return None

    def _dated(self, start: int, end: int, fields: dates.Parts) -> int | None:
        """Emit a date with what stands around it."""
        before = self.lookback.before(start)
        start = before.start if before.lead else start
        anchor = before.lead or None
        fields, start, end = self._merged(fields, start, end)
        near = self.context if start - self.context_end < _CONTEXT else None
        span = dates.resolve(fields, self.reference, near)
        if span is None and fields.weekday and fields.year is None and self.reference:
            return None
        tail = self.locale.year_tails.at(self.low, end)
        if tail:
            anchor, end = tail[0] or anchor, tail[1]
        kind: Kind = "year" if fields.is_year else "date"
        year = Decimal(fields.year) if fields.is_year and fields.year else None
        if kind == "year" and span is None:
            return None
        if span and kind == "date":
            self.context, self.context_end = (span.start.year, span.start.month), end
        self.collected.add(
            Quantity(
                kind, year, year, year, "=", None, None, self.text[start:end], start, end,
                quantum=ONE if year else None,
                timex=span.timex if span else None,
                date_start=span.start if span else None,
                date_end=span.end if span else None,
                anchor=anchor or None,
                confidence=span.sure if span else 0.5,
                rule="date.pattern" if kind == "date" else "year.marked",
            )
        )  # fmt: skip
        return end

    def _merged(self, fields: dates.Parts, start: int, end: int) -> tuple[dates.Parts, int, int]:
        """Join a relative year or month beside the date: 昨年12月, in May last year."""
        if self.reference is None or fields.year is not None:
            return fields, start, end
        last = self.collected.last
        if (
            last is not None
            and last.rule == "date.relative"
            and last.date_start is not None
            and self.low[last.end : start] in ("", " ", "の")
        ):
            spec = self.locale.relative.get(self.low[last.start : last.end])
            if spec and spec.unit == "year" and fields.month is not None:
                self.collected.found.pop()
                return replace(fields, year=last.date_start.year), last.start, end
            if spec and spec.unit == "month" and fields.month is None:
                self.collected.found.pop()
                when = last.date_start
                return replace(fields, year=when.year, month=when.month), last.start, end
        if self.locale.spaced and fields.month is not None and fields.weekday is None:
            hit = (
                self.locale.relative.at(self.low, end + 1)
                if past_space(self.low, end) > end
                else None
            )
            if hit and hit[0].unit == "year" and hit[0].month is None:
                year = self.reference.year + hit[0].offset
                return replace(fields, year=year), start, hit[1]
        return fields, start, end

    def relative(self, token: Token) -> int:
        """Read a relative date: yesterday, last year, 昨年."""
        spec = token.senses["relative"]
        start, end = token.start, token.end
        span = dates.relative_span(spec, self.reference) if self.reference else None
        kind: Kind = "year" if spec.unit == "year" and spec.month is None else "date"
        value = Decimal(span.start.year) if span and kind == "year" else None
        before = self.lookback.before(start)
        anchor = before.lead
        if before.lead:
            start = before.start
        tail = self.locale.year_tails.at(self.low, end) if kind == "year" else None
        if tail and tail[0]:
            anchor, end = tail
        if span and kind == "date" and spec.unit == "month":
            self.context, self.context_end = (span.start.year, span.start.month), end
        self.collected.add(
            Quantity(
                kind, value, value, value, "=", None, None, self.text[start:end], start, end,
                quantum=ONE if value else None,
                timex=span.timex if span else None,
                date_start=span.start if span else None,
                date_end=span.end if span else None,
                anchor=anchor or None,
                confidence=0.9 if span else 0.5,
                rule="date.relative",
            )
        )  # fmt: skip
        return end

    def weekday(self, token: Token) -> int:
        """Read the name of a weekday and which one is meant."""
        shift, start, end = None, token.start, token.end
        prior = self.lookback.trail[-2] if len(self.lookback.trail) > 1 else None
        last = self.collected.last
        near = prior is not None and start - prior.end <= 1
        if prior and near and "weekday_before" in prior.senses:
            shift, start = prior.senses["weekday_before"], prior.start
            if last and last.start == start:
                self.collected.found.pop()
        elif past_space(self.low, end) > end and (
            hit := self.locale.weekday_after.at(self.low, end + 1)
        ):
            shift, end = hit
        elif (
            last and last.rule == "date.relative" and self.low[last.end : start] in (" ", "の", "")
        ):
            spec = self.locale.relative.get(self.low[last.start : last.end])
            if spec and spec.unit == "week":
                self.collected.found.pop()
                shift, start = f"week{spec.offset:+}", last.start
        weekday = token.senses["weekday"]
        span = dates.weekday_span(weekday, shift, self.reference) if self.reference else None
        self.collected.add(
            Quantity(
                "date", None, None, None, "=", None, None, self.text[start:end], start, end,
                timex=span.timex if span else None,
                date_start=span.start if span else None,
                date_end=span.end if span else None,
                confidence=span.sure if span else 0.5,
                rule="date.weekday",
            )
        )  # fmt: skip
        return end

    def bare_month(self, token: Token) -> int | None:
        """Read a month without day or year: in May."""
        month = token.senses["month"]
        return self._dated(token.start, token.end, dates.Parts(None, month, None, None, None))
