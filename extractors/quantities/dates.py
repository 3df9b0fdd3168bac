"""Dates: what a matched pattern or relative word means, given a reference time."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from extractors.quantities.locale import Locale
from extractors.quantities.tables import Relative


@dataclass(frozen=True, slots=True)
class Span:
    """A resolved date: ISO 8601 text, first and last day; `sure` is below 1 if chosen."""

    timex: str
    start: date
    end: date
    sure: float = 1.0


def month_span(year: int, month: int, sure: float = 1.0) -> Span:
    """Return a whole month."""
    last = calendar.monthrange(year, month)[1]
    return Span(f"{year:04}-{month:02}", date(year, month, 1), date(year, month, last), sure)


def year_span(year: int) -> Span:
    """Return a whole year."""
    return Span(f"{year:04}", date(year, 1, 1), date(year, 12, 31))


def relative_span(spec: Relative, reference: datetime) -> Span:
    """Return what a relative word means at `reference`."""
    today = reference.date()
    if spec.unit == "day":
        day = today + timedelta(days=spec.offset)
        return Span(day.isoformat(), day, day)
    if spec.unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=spec.offset)
        iso = monday.isocalendar()
        return Span(f"{iso.year:04}-W{iso.week:02}", monday, monday + timedelta(days=6))
    if spec.unit == "year":
        year = today.year + spec.offset
        return month_span(year, spec.month) if spec.month else year_span(year)
    step = 3 if spec.unit == "quarter" else 1
    index = today.year * 12 + today.month - 1
    index = (index // step + spec.offset) * step
    year, month = divmod(index, 12)
    if step == 1:
        return month_span(year, month + 1)
    last = month_span(year, month + 3).end
    return Span(f"{year:04}-Q{month // 3 + 1}", date(year, month + 1, 1), last)


def weekday_span(weekday: int, shift: str | None, reference: datetime) -> Span:
    """Return the day that a weekday's name means.

    Args:
        weekday: ISO number, Monday 1.
        shift: None or "near" for the last such day up to today (reports look back), "last",
            "next", or "week+N" for the day of that week.
        reference: when it was written.
    """
    today = reference.date()
    back = (today.isoweekday() - weekday) % 7
    sure = 1.0
    if shift and shift.startswith("week"):
        day = today + timedelta(days=weekday - today.isoweekday(), weeks=int(shift[4:]))
    elif shift == "next":
        day = today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)
    elif shift == "last":
        day = today - timedelta(days=back or 7)
    else:
        day, sure = today - timedelta(days=back), 0.8
    return Span(day.isoformat(), day, day, sure)


def _real(year: int, month: int, day: int) -> date | None:
    """Return the date if it exists."""
    if 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return date(year, month, day)
    return None


def _nearest(
    month: int, day: int | None, weekday: int | None, reference: datetime
) -> tuple[int, float] | None:
    """Return the year in which month and day lie nearest to the reference.

    A stated weekday must hold; if it holds in no year near, none is returned.
    """
    today = reference.date()
    found: list[tuple[int, int]] = []
    for year in (today.year, today.year - 1, today.year + 1):
        when = _real(year, month, day or 15)
        if when and (weekday is None or when.isoweekday() == weekday):
            found.append((abs((when - today).days), year))
    return (min(found)[1], 1.0 if weekday else 0.9) if found else None


def _nearest_month(day: int, reference: datetime) -> tuple[int, int]:
    """Return year and month in which a lone day of the month lies nearest to the reference."""
    today = reference.date()
    months = [(today.year, today.month)]
    months.append((today.year - (today.month == 1), (today.month - 2) % 12 + 1))
    months.append((today.year + (today.month == 12), today.month % 12 + 1))
    found = [
        (abs((when - today).days), rank, month)
        for rank, month in enumerate(months)
        if (when := _real(*month, day)) is not None
    ]
    return min(found)[2] if found else months[0]


def _quarter(quarter: int, year: int | None, reference: datetime | None) -> Span | None:
    """Return a calendar quarter; without a year the last one that has begun by the reference."""
    sure = 0.8
    if year is None:
        if reference is None:
            return None
        year = reference.year - (quarter * 3 - 2 > reference.month)
        sure = 0.6
    if not 1 <= year <= 9999:
        return None
    first = date(year, quarter * 3 - 2, 1)
    return Span(f"{year:04}-Q{quarter}", first, month_span(year, quarter * 3).end, sure)


@dataclass(frozen=True, slots=True)
class Parts:
    """Fields of a matched date pattern before they are resolved."""

    year: int | None
    month: int | None
    day: int | None
    weekday: int | None
    time: str | None
    quarter: int | None = None

    @property
    def is_year(self) -> bool:
        """Whether only a year is stated."""
        return self.month is None and self.day is None and self.quarter is None


def _count(written: str, locale: Locale) -> int:
    """Return a year, month or day in digits, spelled (十二) or digit by digit (二〇二四)."""
    if written.isdigit() and written.isascii():
        return int(written)
    if written in locale.spelled:
        return locale.spelled[written]
    return int("".join(str(locale.figures.get(c, c)) for c in written))


def parts(match: re.Match[str], locale: Locale) -> Parts:
    """Read the fields of a matched date pattern."""
    got = match.groupdict()
    year = None
    written = got.get("y") or got.get("ey")
    if written:
        year = 1 if written == "元" else _count(written, locale)
        if got.get("era"):
            year += locale.eras[got["era"]]
        elif len(written) == 2:
            year += 2000 if year < 70 else 1900
    month = got.get("m")
    number = None
    if month:
        number = locale.months[month] if month in locale.months else _count(month, locale)
    hour = got.get("H")
    return Parts(
        year,
        number,
        _count(got["d"], locale) if got.get("d") else None,
        locale.weekdays[got["w"]] if got.get("w") else None,
        f"T{int(hour):02}:{got['M']}" if hour else None,
        locale.quarters[got["q"]] if got.get("q") else None,
    )


def resolve(
    fields: Parts, reference: datetime | None, context: tuple[int, int] | None
) -> Span | None:
    """Return what the fields mean, None if the reference is needed and missing.

    Args:
        fields: what is stated.
        reference: when the text was written.
        context: year and month of the date before, which a lone day inherits.
    """
    year, month, sure = fields.year, fields.month, 1.0
    if fields.is_year:
        return year_span(year) if year and 1 <= year <= 9999 else None
    if fields.quarter is not None:
        return _quarter(fields.quarter, year, reference)
    if month is None:
        if context is not None:
            year, month = context
        elif reference is not None:
            if fields.day is None:
                return None
            year, month, sure = *_nearest_month(fields.day, reference), 0.8
        else:
            return None
    elif year is None:
        if reference is None:
            return None
        near = _nearest(month, fields.day, fields.weekday, reference)
        if near is None:
            return None
        year, sure = near
    if year is None or not 1 <= year <= 9999:
        return None
    if fields.day is None:
        return month_span(year, month, sure)
    day = _real(year, month, fields.day)
    if day is None:
        return None
    zone = ""
    if fields.time and reference is not None and (offset := reference.utcoffset()) is not None:
        minutes = int(offset.total_seconds()) // 60
        zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    return Span(day.isoformat() + (fields.time + zone if fields.time else ""), day, day, sure)
