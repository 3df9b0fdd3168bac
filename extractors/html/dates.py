"""Times as pages write them: machine formats, and dates of all languages in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from extractors import urls
from extractors.html import words
from extractors.html.words import ROLES, Role
from extractors.records import DateBasis
from extractors.rulebook import load_yaml

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Stamp:
    """A point in time that a page states.

    Attributes:
        when: zone-aware; without a time of day midnight UTC of that day.
        basis: "stated" with a zone, "inferred" without one.
        timed: whether a time of day is given.
    """

    when: datetime
    basis: DateBasis
    timed: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a page that helps to read its dates.

    Attributes:
        lang: BCP-47 tag that the page declares, "" if none.
        territory: ISO 3166-1 code of its outlet, "" if not known.
        fetched: when the page was fetched, zone-aware, None if not known.
    """

    lang: str = ""
    territory: str = ""
    fetched: datetime | None = None

    @property
    def zone(self) -> tzinfo:
        """Zone for clock times without one: of the territory or language if it has just one."""
        return _zone(self.lang.split("-")[0], self.territory)

    def plausible(self, when: datetime) -> bool:
        """Whether a page can have been published then: not before the web, not after today."""
        latest = self.fetched + timedelta(days=1) if self.fetched else None
        return _FIRST_YEAR <= when.year < _LAST_YEAR and (latest is None or when <= latest)


def setting(lang: str, url: str, fetched: datetime | None) -> Setting:
    """What language, address and fetch say for the reading of dates."""
    region = next((part for part in lang.split("-")[1:] if len(part) == 2), "").upper()
    ending = urls.site(url).rsplit(".", 1)[-1].upper()
    ending = "GB" if ending == "UK" else ending
    if not region and len(ending) == 2 and ending in _zones():
        region = ending
    return Setting(lang, region, fetched)


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Territory to its time zones (CLDR)."""
    found: dict[str, list[str]] = {}
    for name, territory in sorted(get_global("zone_territories").items()):
        found.setdefault(territory, []).append(name)
    return {territory: tuple(names) for territory, names in found.items()}


def _named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _zone(lang: str, territory: str) -> tzinfo:
    names = _zones().get(territory, ())
    spoken = words.table(lang).get("zone") if not territory else None
    name = names[0] if len(names) == 1 else spoken
    return (_named(name) if name else None) or UTC


@cache
def _abbreviation(name: str) -> tzinfo | None:
    meant = load_yaml("html/fields.yaml")["zones"].get(name)
    if meant is None:
        return None
    return _offset(meant) or _named(meant)


def _offset(text: str) -> tzinfo | None:
    """A zone given as +09:00, +0900, +9 or GMT+9."""
    match = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d\d))?", text)
    if not match:
        return None
    shift = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if shift > timedelta(hours=14):
        return None
    return timezone(-shift if match[1] == "-" else shift)


_ISO = re.compile(
    r"^(\d{4})-?(\d\d)-?(\d\d)(?:[T ]*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,:]\d+)?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?(?:\s*\[[\w/]+\])?$"
)
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?(?:\.\d+)?$")


def _machine(text: str, zone: tzinfo) -> Stamp | None:
    """A W3C or ISO 8601 time, or seconds or milliseconds since 1970."""
    match = _ISO.match(text)
    if not match:
        if not _EPOCH.match(text):
            return None
        seconds = int(text[:10])
        return Stamp(datetime.fromtimestamp(seconds, UTC), "stated", True)
    year, month, day, hour, minute, second, shift = match.groups()
    own = None
    if shift:
        own = UTC if shift in ("Z", "UTC", "GMT") else _offset(shift)
    return _stamp(
        (int(year), int(month), int(day)),
        (int(hour), int(minute), int(second or 0)) if hour else None,
        own,
        zone,
    )


def _stamp(
    day: tuple[int, int, int],
    clock: tuple[int, int, int] | None,
    own: tzinfo | None,
    zone: tzinfo,
) -> Stamp | None:
    """A stamp from its parts, None for what is in no calendar."""
    hour, minute, second = clock or (0, 0, 0)
    try:
        naive = datetime(*day, hour, minute, min(second, 59))
        if not _FIRST_YEAR <= naive.year < _LAST_YEAR:
            return None
        if clock is None:
            return Stamp(naive.replace(tzinfo=UTC), "inferred", False)
        fixed = naive.replace(tzinfo=own or zone)
        return Stamp(
            fixed.replace(tzinfo=timezone(fixed.utcoffset() or timedelta())),
            "stated" if own else "inferred",
            True,
        )
    except (ValueError, OverflowError):
        return None


def parse_time(text: str) -> tuple[datetime, DateBasis] | None:
    """A W3C or ISO 8601 time; without a zone it is read as UTC and called inferred."""
    found = _machine(text.strip(), UTC)
    return (found.when, found.basis) if found else None


def parse(text: str, where: Setting | None = None) -> Stamp | None:
    """A time in a machine format or written out, as attributes and meta tags give it.

    Args:
        text: the value.
        where: language, place and time of the page.

    Returns:
        The time, or None where the text is no time or an implausible one.
    """
    where = where or Setting()
    text = text.strip()[:80]
    found = _machine(text, where.zone)
    if found is None:
        written = next(find(text, where), None)
        found = written.stamp if written else None
    return found if found and where.plausible(found.when) else None


@dataclass(frozen=True, slots=True)
class Written:
    """A date in running text: its time, its span, what its label calls it, and how sure."""

    stamp: Stamp
    start: int
    end: int
    role: Role | None
    sure: bool


_DATE = re.compile(
    r"(?<!\d)(?P<y1>(?:19|20)\d\d)\s?(?:[-/.]|년|年)\s?(?P<m1>\d{1,2})\s?(?:[-/.]|월|月)\s?"
    r"(?P<d1>\d{1,2})(?!\d)\s?(?:일|日)?\.?"
    r"|(?<!\d)(?P<d2>\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?[\s-]*(?:(?:de|of|do) |d[’'])?"
    r"(?P<w2>[^\W\d_]{3,14})\.?,?[\s-]{0,3}(?:(?:de|del|of|do) )?(?P<y2>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\w)(?P<w3>[^\W\d_]{3,14})\.?\s{1,3}(?P<d3>\d{1,2})(?:st|nd|rd|th)?[.,]?\s{1,3}"
    r"(?P<y3>(?:19|20)\d\d)(?!\d)"
    r"|(?<![\d.])(?P<a4>\d{1,2})(?P<s4>[./-])\s?(?P<b4>\d{1,2})(?P=s4)\s?"
    r"(?P<y4>(?:19|20)\d\d|\d\d)(?!\d|[./-]\d)"
    r"|(?<!\d)(?P<m5>\d{1,2})(?:/|月|월 ?)(?P<d5>\d{1,2})(?:日|일)?\s?[(（]"
    r"(?P<w5>[^\W\d_]{1,10})[)）]",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<gap>[^\d\n]{0,16}?)(?<!\d)(?P<h>\d{1,2})\s?(?::|h|時|시|点|點|(?<=\d)\.(?=\d\d))\s?"
    r"(?:(?P<m>\d\d)(?:[:분分]\s?(?P<s>\d\d)?)?)?(?![./\d-]\d|\d)\s?(?:분|分|uhr)?"
    r"\s?(?P<half>[ap]\.?\s?m\b\.?)?"
    r"\s?[(（]?(?P<zone>(?:GMT|UTC)?[+-]\d{1,2}(?::?\d\d)?(?!\d)|[A-Z]{1,4}\b)?",
    re.IGNORECASE,
)
_EARLIER_CLOCK = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})[:.h](?P<m>\d\d)\s?(?:uhr)?\s?(?P<half>[ap]\.?m\b\.?)?"
    r"\s?(?P<zone>[A-Z]{2,4})?\s?(?:,|\||-|–|•|·|on)?\s?$",
    re.IGNORECASE,
)


def find(text: str, where: Setting) -> Iterator[Written]:
    """Dates in a short text, with the times of day and labels beside them.

    Args:
        text: a line or less.
        where: language, place and time of the page.
    """
    previous = 0
    for match in _DATE.finditer(text):
        day, sure = _day(match, where)
        if day is None:
            continue
        clock, own, end = _clock(text, previous, match.start(), match.end())
        stamp = _stamp(day, clock, own, where.zone)
        if stamp is None:
            continue
        role = _role(text[previous : match.start()], text[end : end + 16])
        yield Written(stamp, match.start(), end, role, sure)
        previous = end


def _day(match: re.Match[str], where: Setting) -> tuple[tuple[int, int, int] | None, bool]:
    """Year, month and day of a match, and whether its form leaves no doubt."""
    if match["y1"]:
        return (int(match["y1"]), int(match["m1"]), int(match["d1"])), True
    for n in ("2", "3"):
        if match["y" + n]:
            month = words.months(where.lang).get(match["w" + n].casefold())
            return (int(match["y" + n]), month, int(match["d" + n])) if month else None, True
    if match["y4"]:
        a, b, year = int(match["a4"]), int(match["b4"]), int(match["y4"])
        order = words.date_order(where.lang, where.territory)
        if len(match["y4"]) == 2:
            if order == "ymd":
                return (a + 2000, b, year), False
            year += 2000
        first = a > 12 or (b <= 12 and (match["s4"] == "." or order != "mdy"))
        return (year, *((b, a) if first else (a, b))), len(match["y4"]) == 4
    return _yearless(int(match["m5"]), int(match["d5"]), match["w5"], where), True


def _yearless(month: int, day: int, weekday: str, where: Setting) -> tuple[int, int, int] | None:
    """The last such day up to the fetch on which its weekday is right, None if there is none."""
    meant = words.weekdays().get(weekday.casefold())
    if where.fetched is None or not meant:
        return None
    latest = where.fetched.astimezone(where.zone)
    for year in range(latest.year, latest.year - 8, -1):
        try:
            when = datetime(year, month, day, tzinfo=where.zone)
        except ValueError:
            continue
        if when <= latest and when.isoweekday() in meant:
            return year, month, day
    return None


def _clock(
    text: str, floor: int, start: int, end: int
) -> tuple[tuple[int, int, int] | None, tzinfo | None, int]:
    """Time of day and zone beside a date, and where it all ends."""
    after = _CLOCK.match(text, end, min(len(text), end + 48))
    if after and not words.labels().search(after["gap"].casefold()):
        clock = _hours(after["h"], after["m"], after["s"], after["gap"], after["half"])
        if clock:
            zone = (after["zone"] or "").upper()
            own = _offset(zone) or _abbreviation(zone)
            return clock, own, after.end() if own else after.start("zone") if zone else after.end()
    before = _EARLIER_CLOCK.search(text, max(floor, start - 24), start)
    if before:
        clock = _hours(before["h"], before["m"], None, "", before["half"])
        if clock:
            return clock, _abbreviation((before["zone"] or "").upper()), end
    return None, None, end


def _hours(
    hour: str, minute: str | None, second: str | None, gap: str, half: str | None
) -> tuple[int, int, int] | None:
    """A time of day with its half resolved, None if it is none."""
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    said = re.sub(r"[.\s]", "", half or "").casefold() or gap.casefold().strip(" ,·|:-")
    added = next((n for word, n in words.halves().items() if word and word in said), None)
    if added is not None and 1 <= h <= 12:
        h = h % 12 + added
    return (h, m, s) if h < 24 and m < 60 and s < 60 else None


def _role(before: str, after: str) -> Role | None:
    """What the label beside a date calls it: the last one before it, or one right after it."""
    tail = before[-48:].casefold()
    last = next(iter(list(words.labels().finditer(tail))[-1:]), None)
    following = None
    if last is None:
        following = words.labels().match(after.casefold().lstrip(" "))
        if following and not re.match(r"\s*[:：]?\s*\d", after.lstrip()[following.end() :]):
            last = following
    if last is None:
        return None
    if last["other"] and any(map(str.isalpha, tail[last.end() :])) and last is not following:
        return None
    return next(role for role in ROLES if last[role])


_PATH_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([/-])([01]\d)\2([0-3]\d)(?!\d)"
    r"|(?<!\d)((?:19|20)\d\d)/([01]\d)([0-3]\d)(?=/)"
    r"|(?<!\d)(20[0-4]\d)([01]\d)([0-3]\d)(?=\d{0,9}(?!\d))"
)


def in_path(url: str, where: Setting) -> Stamp | None:
    """The day that the path of an address names, None if it names none."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0]
    for match in _PATH_DATE.finditer("/" + path):
        parts = [int(g) for g in match.groups() if g and g.isdigit()]
        stamp = _stamp((parts[0], parts[1], parts[2]), None, None, UTC)
        if stamp and where.plausible(stamp.when):
            return stamp
    return None
