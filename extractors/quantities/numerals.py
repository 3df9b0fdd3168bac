"""Numerals in figures, read into exact decimals; what every way of counting builds on.

`additive` has numerals in words of most languages, `myriad` those of Chinese, Japanese and
Korean.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from extractors.records import Hedge

ONE = Decimal(1)
VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
FRACTION_QUANTUM = Decimal("0.01")
_LONGEST = 40  # characters; longer runs of digits are no amounts
_LARGEST = Decimal(10) ** 18  # what a power may come to
_SHARES = {c: Fraction(unicodedata.numeric(c)).limit_denominator(10) for c in VULGAR}
_VULGAR = re.compile(
    rf" ?(?:(?P<sign>[{VULGAR}])|(?P<top>\d{{1,3}})/(?P<bottom>1000|[1-9]\d{{0,2}})(?!/|[.,]\d))"
    r"(?![^\W_])"
)
_POWER = re.compile(
    r"(?P<e>e[+-]?\d{1,2})(?![^\W_])"
    r"|(?:\^(?P<power>-?\d{1,2})| ?[x×] ?10\^(?P<ten>-?\d{1,2}))(?![a-z\d])"
)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral: its value, the unit of its last digit, its place, and how it is written.

    Attributes:
        digits: it begins with digits (not spelled out).
        scaled: a scale word multiplies it.
        plain: digits only, without grouping, decimals or scale (can be a year or a day).
        scale: what multiplies its last figure (3 to [5 million]: a million for both).
        least: the low end where it names two neighbours (二三十: 20 to 30).
        hedge: a blur inside it (500余万).
        fraction: it is or ends with a fraction (two thirds, 2 1/2).
        ordinal: value and end of the ordinal that it begins (two hundred and [fifth]).
        whole: the numeral without its fraction ([three] quarters).
    """

    value: Decimal
    quantum: Decimal
    start: int
    end: int
    digits: bool
    scaled: bool
    plain: bool
    scale: Decimal = ONE
    least: Decimal | None = None
    hedge: Hedge | None = None
    fraction: bool = False
    ordinal: tuple[Decimal, int] | None = None
    whole: Numeral | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in digits; `plain` has neither mark, grouping, power nor fraction."""

    value: Decimal
    quantum: Decimal
    start: int
    end: int
    plain: bool
    grouped: bool
    fraction: bool = False


class Numerals:
    """Reads the figures of one language."""

    def __init__(self, *, decimal: str, group: str) -> None:
        """Compile the marks of a locale.

        Args:
            decimal: decimal marks, the usual first.
            group: characters that group thousands.
        """
        self._marks = decimal
        mark, groups = f"[{re.escape(decimal)}]", "[" + re.escape(group) + "]"
        # A foreign mark is a decimal mark where it cannot group: French 2.9, English 2,90.
        foreign = r"|\.\d++(?!\.\d)" if decimal[0] == "," else r"|(?<!,\d\d),\d\d(?![.,]?\d)"
        other = r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?![.,]?\d)|" if decimal[0] == "." else ""
        self._digits = re.compile(
            rf"(?P<foreign>{other}(?!))"
            rf"|(?P<grouped>\d{{1,3}}(?P<sep>{groups})\d{{3}}(?:(?P=sep)\d{{3}})*(?!\d)"
            rf"|\d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d))(?P<gfrac>{mark}\d+)?"
            rf"|(?P<plain>\d+)(?P<frac>{mark}\d+{foreign})?"
        )
        self._group = re.compile(r"\D")

    def figure(self, low: str, pos: int) -> tuple[Decimal, Decimal, int, bool] | None:
        """Read digits at `pos`: value, unit of the last digit, end, without mark or grouping."""
        match = self._digits.match(low, pos)
        if not match or match.end() - pos > _LONGEST:
            return None
        whole, frac = match["grouped"], match["gfrac"]
        if match["foreign"]:
            whole, _, frac = match["foreign"].partition(",")
            frac = "," + frac
        elif whole is None:
            whole, frac = match["plain"], match["frac"]
        digits = whole if whole.isdigit() else self._group.sub("", whole)
        places = frac[1:] if frac else ""
        value = Decimal(digits + ("." + places if places else ""))
        return value, ONE.scaleb(-len(places)), match.end(), match["plain"] is not None and not frac

    def full(self, low: str, pos: int) -> Figure | None:
        """Read digits at `pos` with a power or fraction: 1e10, 3/4, 2 1/4, ½."""
        share = _VULGAR.match(low, pos)
        if share and low[pos] != " ":
            return Figure(_share(share), FRACTION_QUANTUM, pos, share.end(), False, False, True)
        figure = self.powered(low, pos)
        if figure is None or not figure.plain:
            return figure
        after = low[figure.end : figure.end + 1]
        if after and (after == " " or after in VULGAR):
            at = figure.end + 1 if low.startswith("  ", figure.end) else figure.end
            share = _VULGAR.match(low, at)
            if share and (part := _share(share)) < 1:
                value = figure.value + part
                return Figure(value, FRACTION_QUANTUM, pos, share.end(), False, False, True)
        return figure

    def powered(self, low: str, pos: int) -> Figure | None:
        """Read digits at `pos` with what raises them or leads to them: 1e10, 2.5^-1, .08."""
        read = self.figure(low, pos)
        if read is None:
            return None
        value, quantum, end, plain = read
        grouped = not plain and quantum == 1
        if plain and self._leads(low, pos):
            places = end - pos
            return Figure(value.scaleb(-places), ONE.scaleb(-places), pos - 1, end, False, False)
        after = low[end : end + 1]
        if after in "e^ x×" and after:
            power = _POWER.match(low, end)
            raised = _raise(value, quantum, power) if power else None
            if power and raised:
                return Figure(*raised, pos, power.end(), False, False)
        return Figure(value, quantum, pos, end, plain, grouped)

    def _leads(self, low: str, pos: int) -> bool:
        """Whether a decimal mark stands before `pos` with nothing before it: .08."""
        if pos == 0 or low[pos - 1] not in self._marks:
            return False
        return pos == 1 or low[pos - 2] in " \n\t(+-$€£¥~"


def _share(match: re.Match[str]) -> Decimal:
    """Return the value of a fraction in figures."""
    if match["sign"]:
        share = _SHARES[match["sign"]]
        return Decimal(share.numerator) / share.denominator
    return Decimal(match["top"]) / Decimal(match["bottom"])


def _raise(
    value: Decimal, quantum: Decimal, match: re.Match[str]
) -> tuple[Decimal, Decimal] | None:
    """Return value and quantum with a power of ten or to a power, None if out of bounds."""
    if match["power"]:
        exponent = int(match["power"])
        if not value or abs(exponent) * value.adjusted() > 18 or abs(exponent) > 18:
            return None
        raised = value**exponent
        return raised, raised * FRACTION_QUANTUM
    shift = int(match["ten"] or match["e"][1:])
    if abs(shift) > 18 or value.scaleb(shift) > _LARGEST:
        return None
    return value.scaleb(shift), quantum.scaleb(shift)
