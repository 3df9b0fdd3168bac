"""The grammar: one pass over a text that turns numerals and words into quantities.

A scanner finds what can open a quantity (a digit, a numeral character, a word of the
locale). From a numeral the parser looks back over the words it has just passed (hedge,
anchor, currency, ...) and forward for a unit. Each step looks at a bounded stretch, so the
whole is linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from extractors.quantities import dates
from extractors.quantities.interval import BOUNDS, interval
from extractors.quantities.locale import Currency, Locale, Senses
from extractors.quantities.numerals import ONE, Numeral
from extractors.records import Distributive, Hedge, Kind, Quantity

_SAME = {
    **{0xFF01 + i: 0x21 + i for i in range(94)},  # full-width forms
    **dict.fromkeys((0x00A0, 0x202F, 0x2009, 0x3000, 0x2007), " "),
    0x2212: "-", 0x2010: "-", 0x2011: "-", 0xFFE5: "¥", 0xFFE6: "₩", 0x2019: "'", 0x00B4: "'",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*\.?")
_LATIN = re.compile(r"[a-zà-ɏ_]")
_LETTER = re.compile(r"[^\W\d_]")
_NAME = re.compile(r"([^\W\d_][\w&.'-]*)[ -]$")
_CONTEXT = 300  # characters over which a lone day inherits month and year
_LOOKBACK = 48
_SHORT = re.compile(r"\d{1,4}(?!\d)")
_CUT = re.compile(r"\.[ \t]*(?:[\r\n]|$)")


@dataclass(slots=True)
class Token:
    """A word passed by the scanner."""

    start: int
    end: int
    senses: Senses


@dataclass(slots=True)
class Before:
    """What stands before a numeral, collected backwards."""

    start: int
    hedge: Hedge | None = None
    currency: Currency | None = None
    anchor: str | None = None
    lead: str | None = None
    per: str | None = None
    flags: frozenset[str] = frozenset()


@dataclass(slots=True)
class Draft:
    """A reading of a numeral with its unit."""

    kind: Kind
    value: Decimal
    quantum: Decimal
    end: int
    rule: str
    unit: str | None = None
    currency: str | None = None
    factor: Decimal = ONE
    confidence: float = 1.0
    hedge: Hedge | None = None
    anchor: str | None = None
    exact: bool = False


def fold(text: str) -> str:
    """Return `text` in lower case with typographic variants unified, character by character."""
    low = text.translate(_SAME)
    lowered = low.lower()
    if len(lowered) != len(low):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in low)
    return lowered


@dataclass(slots=True)
class Parser:
    """One pass over one text."""

    locale: Locale
    text: str
    reference: datetime | None
    low: str = ""
    found: list[Quantity] = field(default_factory=list)
    trail: list[Token] = field(default_factory=list)
    context: tuple[int, int] | None = None
    context_end: int = 0

    def run(self) -> list[Quantity]:
        """Return the quantities of the text in order."""
        self.low = self.locale.skip.sub(lambda m: "\0" * len(m[0]), fold(self.text))
        search = self.locale.scanner.search
        pos = 0
        while match := search(self.low, pos):
            start = match.start()
            if match.lastgroup == "word":
                pos = self._word(start, match.end())
            else:
                pos = self._numeral(start, match.lastgroup == "fig")
        return self.found

    # -- words ---------------------------------------------------------------------------

    def _word(self, start: int, end: int) -> int:
        """Read what a word opens; return where to go on."""
        senses = self.locale.senses[self.low[start:end]]
        if "decoys" in senses:
            return end
        cased = not self.locale.cased_dates or self.text[start].isupper()
        if ("month" in senses or "weekday" in senses or "eras" in senses) and cased:
            after = self._date(start)
            if after:
                return after
        if "words" in senses or "indefinite" in senses or "native" in senses:
            after = self._spelled(start, end, senses)
            if after:
                return after
        token = Token(start, end, senses)
        self.trail.append(token)
        del self.trail[:-8]
        after = self._standing(token, cased)
        return after or end

    def _standing(self, token: Token, cased: bool) -> int | None:
        """Read a word that is a quantity by itself."""
        senses, start, end = token.senses, token.start, token.end
        if "duration_words" in senses:
            count, unit = senses["duration_words"]
            draft = Draft("duration", count, ONE if count < 20 else Decimal(10), end,
                          "duration.word", unit=unit)  # fmt: skip
            return self._emit(draft, self._before(start))
        if "ratio_words" in senses:
            draft = Draft("ratio", senses["ratio_words"], ONE, end, "ratio.word", unit="x")
            return self._emit(draft, self._before(start))
        if "ordinal_words" in senses:
            draft = Draft("ordinal", senses["ordinal_words"], ONE, end, "ordinal.word", exact=True)
            return self._emit(draft, Before(start))
        if "relative" in senses:
            return self._relative(token)
        if "superlatives" in senses and not self._digit_near(end):
            self._add(Quantity("superlative", None, None, None, "=", None, None,
                               self.text[start:end], start, end, rule="superlative"))  # fmt: skip
            return end
        if "bare_weekday" in senses and cased:
            return self._weekday(token)
        if "bare_month" in senses and cased:
            before = self._before(start)
            if before.lead is not None or "range_before" in before.flags:
                return self._bare_month(token, before)
        return None

    def _digit_near(self, pos: int) -> bool:
        """Whether a numeral follows, so that the word before is its hedge."""
        match = self.locale.scanner.match(self.low, self._gap(pos))
        if not match:
            return False
        if match.lastgroup == "num":
            return True
        senses = self.locale.senses.get(match.group(), {})
        return bool(senses.keys() & {"hedge", "currency", "words"})

    def _spelled(self, start: int, end: int, senses: Senses) -> int | None:
        """Read a numeral that begins with a word."""
        locale = self.locale
        numeral: Numeral | None = None
        if "indefinite" in senses:
            scale, after = self._scale_after(end)
            value = senses["indefinite"]
            if scale is not None:
                numeral = Numeral(value * scale, scale * min(ONE, value), start, after,
                                  False, True, False)  # fmt: skip
            elif value >= 6:
                numeral = Numeral(value, value, start, end, False, True, False)
        if numeral is None and "words" in senses:
            numeral = locale.numerals.number(self.low, start)
        if numeral is None and "native" in senses:
            numeral = Numeral(senses["native"], ONE, start, end, False, False, False)
        if numeral is None:
            return None
        return self._amount(numeral, self._before(start), spelled=True)

    def _scale_after(self, pos: int) -> tuple[Decimal | None, int]:
        at = self._gap(pos)
        for table in (self.locale.scales, self.locale.multipliers):
            for word in sorted(table, key=len, reverse=True):
                if self.low.startswith(word, at) and not _LETTER.match(self.low, at + len(word)):
                    return table[word], at + len(word)
        return None, pos

    # -- dates ---------------------------------------------------------------------------

    def _date(self, start: int) -> int | None:
        """Read a date pattern at `start`."""
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
        before = self._before(start)
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
        self._add(
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
        last = self.found[-1] if self.found else None
        if (
            last is not None
            and last.rule == "date.relative"
            and last.date_start is not None
            and self.low[last.end : start] in ("", " ", "の")
        ):
            spec = self.locale.relative.get(self.low[last.start : last.end])
            if spec and spec.unit == "year" and fields.month is not None:
                self.found.pop()
                return replace(fields, year=last.date_start.year), last.start, end
            if spec and spec.unit == "month" and fields.month is None:
                self.found.pop()
                when = last.date_start
                return replace(fields, year=when.year, month=when.month), last.start, end
        if self.locale.spaced and fields.month is not None and fields.weekday is None:
            hit = self.locale.relative.at(self.low, end + 1) if self._gap(end) > end else None
            if hit and hit[0].unit == "year" and hit[0].month is None:
                year = self.reference.year + hit[0].offset
                return replace(fields, year=year), start, hit[1]
        return fields, start, end

    def _relative(self, token: Token) -> int:
        spec = token.senses["relative"]
        start, end = token.start, token.end
        span = dates.relative_span(spec, self.reference) if self.reference else None
        kind: Kind = "year" if spec.unit == "year" and spec.month is None else "date"
        value = Decimal(span.start.year) if span and kind == "year" else None
        before = self._before(start)
        anchor = before.lead
        if before.lead:
            start = before.start
        tail = self.locale.year_tails.at(self.low, end) if kind == "year" else None
        if tail and tail[0]:
            anchor, end = tail
        if span and kind == "date" and spec.unit == "month":
            self.context, self.context_end = (span.start.year, span.start.month), end
        self._add(
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

    def _weekday(self, token: Token) -> int:
        shift, start, end = None, token.start, token.end
        prior = self.trail[-2] if len(self.trail) > 1 else None
        last = self.found[-1] if self.found else None
        if prior and "weekday_before" in prior.senses and not self.low[prior.end : start].strip():
            shift, start = prior.senses["weekday_before"], prior.start
            if last and last.start == start:
                self.found.pop()
        elif self._gap(end) > end and (hit := self.locale.weekday_after.at(self.low, end + 1)):
            shift, end = hit
        elif (
            last and last.rule == "date.relative" and self.low[last.end : start] in (" ", "の", "")
        ):
            spec = self.locale.relative.get(self.low[last.start : last.end])
            if spec and spec.unit == "week":
                self.found.pop()
                shift, start = f"week{spec.offset:+}", last.start
        weekday = token.senses["weekday"]
        span = dates.weekday_span(weekday, shift, self.reference) if self.reference else None
        self._add(
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

    def _bare_month(self, token: Token, before: Before) -> int | None:
        month = token.senses["month"]
        return self._dated(token.start, token.end, dates.Parts(None, month, None, None, None))

    # -- numerals ------------------------------------------------------------------------

    def _numeral(self, start: int, figure: bool) -> int:
        """Read a numeral in digits or numeral characters; return where to go on."""
        low = self.low
        numeral = self.locale.numerals.number(low, start)
        if numeral is None:
            return start + 1
        before = self._before(start)
        left = low[before.start - 1] if before.start else " "
        if start == before.start and (_LATIN.match(left) or self._hyphenated(start)):
            return self._past(numeral.end)  # G7, a19cf, COVID-19
        if _SHORT.match(low, start) or "eras" in before.flags:
            after = self._date(start)
            if after:
                return after
        after = self._amount(numeral, before, spelled=figure)
        return after or self._past(numeral.end)

    def _hyphenated(self, start: int) -> bool:
        return (
            start > 1
            and self.low[start - 1] in "-/"
            and _LATIN.match(self.low[start - 2]) is not None
        )

    def _past(self, end: int) -> int:
        """Return the end of the run of digits and Latin letters that holds `end`."""
        while end < len(self.low) and (self.low[end].isdigit() or _LATIN.match(self.low, end)):
            end += 1
        return end

    def _gap(self, pos: int) -> int:
        """Return `pos` past one space."""
        return pos + 1 if self.low[pos : pos + 1] == " " else pos

    def _before(self, start: int) -> Before:
        """Collect the words that stand directly before `start`."""
        before = Before(start)
        flags: set[str] = set()
        for token in reversed(self.trail):
            gap = self.low[token.end : before.start]
            if token.end > before.start:
                continue
            if len(gap) > 2 or gap.strip(" "):
                break
            senses = token.senses
            if before.start == start and "currency" in senses and self._is_currency(token):
                before.currency = senses["currency"]
            elif before.currency and "currency" in senses and not gap and self._is_currency(token):
                before.currency = replace(senses["currency"], capitals=False)
            elif "hedge" in senses and before.hedge is None:
                before.hedge = senses["hedge"]
            elif "anchor" in senses and before.anchor is None:
                before.anchor = senses["anchor"]
                before.lead = senses.get("lead")
            elif "lead" in senses and before.lead is None:
                before.lead = senses["lead"]
            elif "per" in senses and before.per is None:
                before.per = senses["per"]
            else:
                roles = senses.keys() & _FLAGS
                flags |= roles
                if "lead" in senses and before.lead is None:
                    before.lead = senses["lead"]
                if not roles or roles & _OUTSIDE:
                    break
            if "definite" in senses or "range_before" in senses:
                flags |= senses.keys() & _FLAGS
            before.start = token.start
        before.flags = frozenset(flags)
        return before

    def _is_currency(self, token: Token) -> bool:
        """Whether a code is written in capitals (or is no code)."""
        currency: Currency = token.senses["currency"]
        written = self.text[token.start : token.end]
        return (
            not currency.capitals or written.isupper() or self.low[token.end : token.end + 1] == "$"
        )

    def _amount(self, numeral: Numeral, before: Before, *, spelled: bool) -> int | None:
        """Read a numeral with what stands around it; return the end, None if it is nothing."""
        ranged = self._range(numeral, before)
        if ranged:
            draft = self._reading(ranged[1], before, spelled)
            if draft and draft.kind not in ("number", "year"):
                self._emit(draft, before, other=ranged[0] * draft.factor)
                return self.found[-1].end
        draft = self._reading(numeral, before, spelled)
        if draft is None:
            return None
        if self._noise(numeral, before, draft) or self._points_back(numeral, before, draft):
            return self._past(numeral.end)
        return self._emit(draft, before)

    def _points_back(self, numeral: Numeral, before: Before, draft: Draft) -> bool:
        """Whether it only points back at known things: the two nations."""
        small = draft.kind == "count" and not numeral.digits and numeral.value <= 10
        return small and "definite" in before.flags and before.hedge is None

    def _noise(self, numeral: Numeral, before: Before, draft: Draft) -> bool:
        """Whether it numbers or meters something of the page: page 3, 4 reads."""
        if "noise_before" in before.flags and draft.kind in ("count", "number"):
            return True
        hit = self.locale.noise_after.at(self.low, self._gap(numeral.end))
        return hit is not None and hit[1] >= draft.end

    def _range(self, first: Numeral, before: Before) -> tuple[Decimal, Numeral] | None:
        """Read a second numeral joined to `first`; return the low end and the second numeral."""
        low = self.low
        for word in self.locale.range_words:
            if not low.startswith(word, first.end):
                continue
            if word.strip() in _AND and "range_before" not in before.flags:
                continue
            at = first.end + len(word)
            if at < len(low) and low[at] == " ":
                at += 1
            for symbol in ("$", "€", "£", "¥"):
                if before.currency and low.startswith(symbol, at):
                    at += 1
            second = self.locale.numerals.number(low, at)
            if second is None:
                continue
            lower = first.value
            if second.scaled and not first.scaled:
                scale = second.quantum * (10 ** max(0, -int(second.quantum.adjusted())))
                mantissa = self._mantissa(second)
                scale = second.value / mantissa if mantissa else scale
                lower = first.value * scale
            if lower < second.value and not (first.plain and 1900 <= first.value <= 2100):
                return lower, second
        return None

    def _mantissa(self, numeral: Numeral) -> Decimal:
        """Return the figure before the scale word."""
        figure = re.match(r"[\d.,]+", self.low[numeral.start : numeral.end])
        if not figure:
            return numeral.value if numeral.value < 1000 else ONE
        point = "," if self.locale.numerals.comma else "."
        group = "." if point == "," else ","
        digits = figure[0].rstrip(".,").replace(group, "").replace(point, ".")
        return Decimal(digits)

    # -- units ---------------------------------------------------------------------------

    def _reading(self, numeral: Numeral, before: Before, spelled: bool) -> Draft | None:
        """Return the best reading of a numeral with the unit at its end."""
        if before.currency:
            return self._money_prefixed(numeral, before.currency)
        if "ages_before" in before.flags and numeral.value <= 130:
            return self._age(numeral, numeral.end) or Draft(
                "age", numeral.value, numeral.quantum, numeral.end, "age.before",
                unit="year old", exact=True,
            )  # fmt: skip
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

    def _syllable(self, numeral: Numeral, draft: Draft) -> bool:
        """Whether numeral characters are syllables of a word rather: 사장, 공공기관."""
        native = self.low[numeral.start : numeral.end] in self.locale.native
        return not (native or numeral.scaled or draft.kind == "percent")

    def _unitless(
        self, numeral: Numeral, before: Before, spelled: bool, hedge: Hedge | None, pos: int
    ) -> Draft | None:
        locale, low = self.locale, self.low
        following = low[numeral.end : numeral.end + 1]
        if _LATIN.match(following):
            return None  # 5G, 4K
        if "percents_before" in before.flags:
            return Draft("percent", numeral.value, numeral.quantum, pos, "percent.before", unit="%")
        if "ordinals_before" in before.flags:
            tail = locale.ordinal_tail.at(low, self._gap(numeral.end))
            if numeral.value == numeral.value.to_integral():
                return Draft("ordinal", numeral.value, ONE, tail[1] if tail else numeral.end,
                             "ordinal.before", exact=True)  # fmt: skip
        if "ratio_before" in before.flags:
            return Draft("ratio", numeral.value, numeral.quantum, pos, "ratio.before", unit="x")
        if locale.spaced and numeral.plain and numeral.end - numeral.start == 4:
            year = self._year(numeral, before)
            if year:
                return year
        if spelled and not locale.spaced:
            return None
        if locale.spaced:
            noun = self._noun(numeral)
            if noun:
                return noun
            if not numeral.digits and numeral.value < 2:
                return None
        end = pos if hedge else numeral.end
        return Draft("number", numeral.value, numeral.quantum, end, "number", hedge=hedge,
                     confidence=0.5)  # fmt: skip

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
                places.append((pos + len(link), _LETTER.search(link) is not None))
        return places

    def _unit(self, numeral: Numeral, pos: int, before: Before) -> Draft | None:
        """Read the unit at `pos`, the longest match over all kinds."""
        locale, low = self.locale, self.low
        best: Draft | None = None
        for at, linked in self._positions(pos):
            for draft in (
                self._percent(numeral, at),
                self._money(numeral, at),
                None if linked else self._age(numeral, at),
                None if linked else self._ratio(numeral, at),
                None if linked or at > pos + 1 else self._ordinal(numeral, at),
                None if linked else self._duration(numeral, at, before),
                None if linked else self._counter(numeral, at),
            ):
                if draft and (best is None or draft.end > best.end):
                    best = draft
        if best is None and low.startswith(" ", pos) and locale.anchors_mid:
            hit = locale.anchors_mid.at(low, pos + 1)
            if hit:
                draft = self._duration(numeral, self._gap(hit[1]), before)
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
        minor = self.locale.percents_minor.get(self.low[at:end])
        while minor:
            part = self.locale.numerals.number(self.low, end)
            name = minor.at(self.low, part.end) if part else None
            if not part or not name:
                break
            value, quantum, end = value + part.value * name[0], name[0], name[1]
        return Draft("percent", value, quantum, end, "percent", unit=unit.name, factor=unit.factor)

    def _money_prefixed(self, numeral: Numeral, currency: Currency) -> Draft | None:
        low, locale = self.low, self.locale
        value, quantum, end = numeral.value, numeral.quantum, numeral.end
        factor = ONE
        if not numeral.scaled:
            hit = locale.scales_money.at(low, end)
            if hit:
                factor, end = hit
        elif _LATIN.match(low, end) and low[end - 1].isdigit():
            return None
        code, confidence = currency.code, currency.confidence
        named = locale.currency_after.at(low, self._gap(end))
        if named and self._capitals(named[0], self._gap(end), named[1]):
            after = named[0]
            if after.code == code or confidence < 1:
                code, confidence, end = after.code, max(confidence, after.confidence), named[1]
        if self._cut_off(numeral):
            confidence = min(confidence, 0.3)
            if self._twin(numeral):
                return None
        return Draft("money", value * factor, quantum * factor, end, "money.prefix",
                     currency=code, confidence=confidence, factor=factor)  # fmt: skip

    def _cut_off(self, numeral: Numeral) -> bool:
        """Whether the amount may be cut in its middle: "invest $2." at the end of a line."""
        whole = numeral.plain and numeral.end - numeral.start <= 3
        return whole and _CUT.match(self.low, numeral.end) is not None

    def _twin(self, numeral: Numeral) -> bool:
        """Whether the text has the same amount uncut: what the teaser was cut from."""
        stem = self.low[max(0, numeral.start - 8) : numeral.end] + "."
        at = self.low.find(stem)
        while at >= 0:
            if self.low[at + len(stem) : at + len(stem) + 1].isdigit():
                return True
            at = self.low.find(stem, at + 1)
        return False

    def _capitals(self, currency: Currency, start: int, end: int) -> bool:
        return not currency.capitals or self.text[start:end].isupper()

    def _money(self, numeral: Numeral, at: int) -> Draft | None:
        low, locale = self.low, self.locale
        factor = ONE
        hit = locale.currency_after.at(low, at)
        if not hit and at <= numeral.end + 1 and not numeral.scaled:
            scale = locale.scales_money.at(low, at)
            if scale:
                hit = locale.currency_after.at(low, self._gap(scale[1]))
                factor, at = (scale[0], self._gap(scale[1])) if hit else (ONE, at)
        if hit and not self._capitals(hit[0], at, hit[1]):
            hit = None
        if not hit:
            small = locale.minor.at(low, at)
            if not small or _LETTER.match(low[at : at + 1]) is None:
                return None
            cent = small[0]
            return Draft("money", numeral.value * cent.scale, numeral.quantum * cent.scale,
                         small[1], "money.minor", currency=cent.code, factor=cent.scale,
                         confidence=cent.confidence)  # fmt: skip
        currency, end = hit
        factor *= currency.scale
        value, quantum = numeral.value * factor, numeral.quantum * factor
        for link in locale.minor_links:
            part = (
                locale.numerals.number(low, end + len(link)) if low.startswith(link, end) else None
            )
            small = locale.minor.at(low, self._gap(part.end)) if part else None
            if part and small and _parts_of(currency, small[0]):
                value += part.value * small[0].scale
                quantum, end = small[0].scale, small[1]
                break
        return Draft("money", value, quantum, end, "money.suffix", currency=currency.code,
                     confidence=currency.confidence, factor=factor)  # fmt: skip

    def _age(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.ages_after.at(self.low, at)
        if not hit or numeral.value > 130:
            return None
        phrase = self.low[at : hit[1]]
        tail = None
        for word in range(len(phrase)):
            tail = tail or self.locale.hedges_after.at(self.low, at + word + 1)
        inner = tail[0] if tail and tail[1] == hit[1] else None
        return Draft("age", numeral.value, numeral.quantum, hit[1], "age", unit="year old",
                     exact=True, hedge=inner)  # fmt: skip

    def _ratio(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.ratios_after.at(self.low, at)
        if not hit:
            return None
        return Draft("ratio", numeral.value * hit[0], numeral.quantum * hit[0], hit[1], "ratio",
                     unit="x", factor=hit[0])  # fmt: skip

    def _ordinal(self, numeral: Numeral, at: int) -> Draft | None:
        hit = self.locale.ordinals_after.at(self.low, at)
        if not hit or numeral.value != numeral.value.to_integral() or numeral.quantum < 1:
            return None
        if self.locale.spaced and at > numeral.end:
            return None
        return Draft("ordinal", numeral.value, ONE, hit[1], "ordinal", exact=True)

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
        draft = Draft("duration", value, quantum, end, "duration", unit=unit.name,
                      factor=unit.factor)  # fmt: skip
        for place in (end, self._gap(end)):
            after = locale.anchors_after.at(low, place)
            if after:
                draft.anchor, draft.end = after
                break
        return draft

    def _counter(self, numeral: Numeral, at: int) -> Draft | None:
        """Read a counter or a known noun directly at the numeral."""
        low, locale = self.low, self.locale
        if numeral.quantum < 1 and not numeral.scaled and not locale.nouns.at(low, at):
            return None
        hit = locale.nouns.at(low, at)
        if not hit:
            return None
        unit, end = hit
        if low[at:end] in locale.generic_units and not locale.spaced:
            place = end
            hedge = locale.hedges_after.at(low, place)
            place = hedge[1] if hedge else place
            for link in locale.adnominal:
                if low.startswith(link, place):
                    noun = locale.nouns.at(low, place + len(link))
                    if noun:
                        draft = Draft("count", numeral.value, numeral.quantum, noun[1],
                                      "count.noun", unit=noun[0])  # fmt: skip
                        draft.hedge = hedge[0] if hedge else None
                        return draft
        return Draft("count", numeral.value, numeral.quantum, end, "count.counter", unit=unit)

    def _noun(self, numeral: Numeral) -> Draft | None:
        """Read the counted noun after a numeral in a language with spaces."""
        low, locale = self.low, self.locale
        pos = numeral.end
        for link in locale.links:
            if len(link.strip()) and low.startswith(link, pos):
                pos += len(link) - 1 if link.endswith(" ") else len(link)
                break
        words: list[tuple[str, int]] = []
        while len(words) < locale.noun_window:
            at = self._gap(pos)
            hit = locale.nouns.at(low, at)
            if hit:
                sure = 1.0 if numeral.digits or numeral.value > 10 else 0.9
                return Draft("count", numeral.value, numeral.quantum, hit[1], "count.noun",
                             unit=hit[0], confidence=sure)  # fmt: skip
            match = _WORD.match(low, at)
            if not match or (at == numeral.end and not low.startswith("-", pos)):
                break
            word = match[0].rstrip(".")
            if word in locale.stopwords:
                if not (words and locale.noun_last is False):
                    break
                break
            words.append((word, at + len(word)))
            pos = at + len(word)
            if match[0].endswith("."):
                break
        return self._unknown_noun(numeral, words)

    def _unknown_noun(self, numeral: Numeral, words: list[tuple[str, int]]) -> Draft | None:
        for index, (word, end) in enumerate(words):
            if word in self.locale.not_nouns:
                continue
            if not self.locale.noun_last and index:
                break
            for suffix, stem in self.locale.plurals:
                if word.endswith(suffix) and len(word) > 3:
                    if stem == "null":
                        break
                    unit = word[: len(word) - len(suffix)] + stem
                    return Draft("count", numeral.value, numeral.quantum, end, "count.unknown",
                                 unit=unit, confidence=0.7)  # fmt: skip
        return None

    # -- emission ------------------------------------------------------------------------

    def _emit(self, draft: Draft, before: Before, *, other: Decimal | None = None) -> int:
        """Turn a draft into a quantity; return its end."""
        locale, low = self.locale, self.low
        end, hedge = draft.end, draft.hedge
        if hedge is None:
            for at in (end, self._gap(end)):
                hit = locale.hedges_after.at(low, at)
                if hit and not (locale.spaced and at == end and _LETTER.match(low, at)):
                    hedge, end = hit
                    break
        hedge = hedge or before.hedge
        per = before.per if draft.kind in ("money", "count", "number") else None
        distributive: Distributive | None = "each" if "each_before" in before.flags else None
        if draft.kind in ("money", "count"):
            tail = locale.per_after.at(low, self._gap(end)) or locale.per_after.at(low, end)
            if tail:
                per, end = tail
            hit_each = locale.each_after.at(low, self._gap(end))
            if hit_each:
                distributive = "each"
                end = hit_each[1]
        value: Decimal | None = draft.value
        if other is not None:
            lows = sorted((other, draft.value))
            bottom, top = lows[0], lows[1]
            value, hedge = None, "range"
        else:
            bottom, top = interval(draft.value, draft.quantum, hedge, exact=draft.exact)  # type: ignore[assignment]
        timex, first, last = None, None, None
        if draft.kind == "year":
            span = dates.year_span(int(draft.value))
            timex, first, last = span.timex, span.start, span.end
        if draft.kind == "duration":
            timex = _duration_timex(draft)
        anchor = draft.anchor or before.anchor
        if draft.kind not in ("duration", "year", "date"):
            anchor = None
        start = before.start
        quantity = Quantity(
            draft.kind, value, bottom, top, BOUNDS[hedge], draft.unit, draft.currency,
            self.text[start:end], start, end, quantum=draft.quantum, hedge=hedge,
            distributive=distributive, per=per, timex=timex, date_start=first, date_end=last,
            anchor=anchor, confidence=draft.confidence, rule=draft.rule,
        )  # fmt: skip
        self._add(quantity)
        return self.found[-1].end if self.found else end

    def _add(self, quantity: Quantity) -> None:
        """Append a quantity, joined to the one before where they belong together."""
        last = self.found[-1] if self.found else None
        if last is not None and quantity.start < last.end:
            return
        if last is not None and last.kind == quantity.kind == "money":
            gap = self.low[last.end : quantity.start]
            if last.currency == quantity.currency and self._joins(last, quantity, gap):
                self.found[-1] = replace(
                    quantity, value=None, low=last.value, high=quantity.value, bound="~",
                    hedge="range", start=last.start,
                    surface=self.text[last.start : quantity.end], rule="money.range",
                )  # fmt: skip
                return
            if last.currency != quantity.currency and len(gap) < 24:
                match = self.locale.conversion.fullmatch(gap)
                if match:
                    quantity = replace(quantity, converted=True, distributive=last.distributive)
        self.found.append(quantity)

    def _joins(self, last: Quantity, quantity: Quantity, gap: str) -> bool:
        """Whether two amounts are the ends of a range: 10億円から15億円."""
        if last.value is None or quantity.value is None or not last.value < quantity.value:
            return False
        return gap in self.locale.range_words and gap.strip() not in _AND


_FLAGS = frozenset(
    ("each_before", "definite", "noise_before", "ages_before", "ordinals_before",
     "percents_before", "range_before", "ratio_before", "eras")
)  # fmt: skip
_OUTSIDE = frozenset(("each_before", "definite", "noise_before"))
_AND = frozenset(("and", "et", "und", "y", "e"))
_CENTS = frozenset(("USD", "EUR", "CAD", "AUD", "HKD", "SGD", "NZD", "TWD", "CHF", "BRL", "MXN"))


def _parts_of(whole: Currency, part: Currency) -> bool:
    """Whether a small unit divides a currency: yen and sen, any dollar and cents."""
    return whole.code == part.code or (whole.code in _CENTS and part.code in _CENTS)


_DESIGNATORS = {"year": "Y", "month": "M", "week": "W", "day": "D"}
_TIMES = {"hour": "H", "minute": "M", "second": "S"}


def _duration_timex(draft: Draft) -> str | None:
    """Return the ISO 8601 form of a duration."""
    amount = format(draft.value.normalize(), "f")
    if draft.unit in _DESIGNATORS:
        return f"P{amount}{_DESIGNATORS[draft.unit]}"
    return f"PT{amount}{_TIMES[draft.unit]}" if draft.unit in _TIMES else None


def parse(text: str, locale: Locale, reference: datetime | None) -> list[Quantity]:
    """Return the quantities of `text` in order."""
    return Parser(locale, text, reference).run()
