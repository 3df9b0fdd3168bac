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
from extractors.quantities.tokens import (
    CONJUNCTIONS,
    LATIN,
    LETTER,
    Before,
    Draft,
    Token,
    fold,
)
from extractors.quantities.units import Units, duration_timex
from extractors.records import Distributive, Hedge, Kind, Quantity

_CONTEXT = 300  # characters over which a lone day inherits month and year
_SHORT = re.compile(r"\d{1,4}(?!\d)")
_RATE = re.compile(r"\s?=\s?")


@dataclass(slots=True)
class Parser:
    """One pass over one text."""

    locale: Locale
    text: str
    reference: datetime | None
    low: str = field(init=False)
    units: Units = field(init=False)
    found: list[Quantity] = field(default_factory=list)
    trail: list[Token] = field(default_factory=list)
    context: tuple[int, int] | None = None
    context_end: int = 0
    rate: tuple[int, str] | None = None

    def __post_init__(self) -> None:
        """Fold the text and blank out the stretches that hold no quantity."""
        self.low = self.locale.skip.sub(lambda m: "\0" * len(m[0]), fold(self.text))
        self.units = Units(self.locale, self.text, self.low)

    def run(self) -> list[Quantity]:
        """Return the quantities of the text in order."""
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
        if "quarter" in senses or (cased and senses.keys() & _DATED):
            after = self._date(start)
            if after:
                return after
        if "vague" in senses:
            after = self._vague(start, end, senses["vague"])
            if after:
                return after
        if self.low[start] in self.locale.characters:
            numeral = self.locale.numerals.number(self.low, start)
            if numeral and numeral.end > end:
                after = self._amount(numeral, self._before(start), spelled=True)
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
            count, unit, *anchor = senses["duration_words"]
            draft = Draft("duration", count, ONE if count < 20 else Decimal(10), end,
                          "duration.word", unit=unit, anchor=anchor[0] if anchor else None,
                          timex=duration_timex([(count, unit)]))  # fmt: skip
            return self._emit(draft, self._before(start))
        if "duration_nouns" in senses:
            before = self._before(start)
            if before.anchor in ("next", "past"):
                count, unit = senses["duration_nouns"]
                draft = Draft("duration", count, max(ONE, count / 10), end, "duration.noun",
                              unit=unit, timex=duration_timex([(count, unit)]))  # fmt: skip
                return self._emit(draft, before)
        if "ratio_words" in senses:
            draft = Draft("ratio", senses["ratio_words"], ONE, end, "ratio.word", unit="x")
            return self._emit(draft, self._before(start))
        if "ordinal_words" in senses:
            draft = Draft("ordinal", senses["ordinal_words"], ONE, end, "ordinal.word", exact=True)
            return self._emit(draft, Before(start, start))
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
        match = self.locale.scanner.match(self.low, self.units.gap(pos))
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

    def _vague(self, start: int, end: int, span: tuple[Decimal, Decimal]) -> int | None:
        """Read an amount known by its order only: hundreds of, 数千, 수십억."""
        scale, after = self._scale_after(end)
        factor = scale or ONE
        numeral = Numeral(span[1] * factor, factor, start, after if scale else end,
                          False, True, False)  # fmt: skip
        before = self._before(start)
        draft = self.units.read(numeral, before, spelled=True)
        if draft is None or draft.kind in ("number", "year", "ordinal"):
            return None
        return self._emit(draft, before, other=span[0] * factor * draft.factor, vague=True)

    def _scale_after(self, pos: int) -> tuple[Decimal | None, int]:
        at = self.units.gap(pos)
        for table in (self.locale.scale_words, self.locale.multiplier_words):
            hit = table.at(self.low, at) or table.at(self.low, pos)
            if hit:
                return hit
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
            hit = self.locale.relative.at(self.low, end + 1) if self.units.gap(end) > end else None
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
        near = prior is not None and start - prior.end <= 1
        if prior and near and "weekday_before" in prior.senses:
            shift, start = prior.senses["weekday_before"], prior.start
            if last and last.start == start:
                self.found.pop()
        elif self.units.gap(end) > end and (hit := self.locale.weekday_after.at(self.low, end + 1)):
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
            return self._past(start + 1)
        before = self._before(start)
        left = low[before.start - 1] if before.start else " "
        if start == before.start and (LATIN.match(left) or self._hyphenated(start)):
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
            and LATIN.match(self.low[start - 2]) is not None
        )

    def _past(self, end: int) -> int:
        """Return the end of the run of digits and Latin letters that holds `end`."""
        while end < len(self.low) and (self.low[end].isdigit() or LATIN.match(self.low, end)):
            end += 1
        return end

    def _before(self, start: int) -> Before:
        """Collect the words that stand directly before `start`."""
        before = Before(start, start)
        flags: set[str] = set()
        for token in reversed(self.trail):
            if token.end > before.start:
                continue
            if before.start - token.end > 2:
                break
            gap = self.low[token.end : before.start]
            if gap.strip(" "):
                break
            senses = token.senses
            core = token.start
            if before.start == start and "currency" in senses and self._is_currency(token):
                before.currency = senses["currency"]
            elif before.currency and "currency" in senses and not gap and self._is_currency(token):
                before.currency = replace(senses["currency"], capitals=False)
            elif "hedge" in senses and before.hedge is None:
                before.hedge = senses["hedge"]
                before.spans = "anchor" in senses
            elif "anchor" in senses and before.anchor is None:
                before.anchor = senses["anchor"]
                before.lead = senses.get("lead")
                core = before.core
            elif "lead" in senses and before.lead is None:
                before.lead = senses["lead"]
                core = before.core
            elif "per" in senses and before.per is None:
                before.per = senses["per"]
            else:
                roles = senses.keys() & _FLAGS
                flags |= roles
                if "moves_before" in roles:
                    core = before.core
                if "lead" in senses and before.lead is None:
                    before.lead = senses["lead"]
                if not roles or roles & _OUTSIDE:
                    break
            if "definite" in senses or "range_before" in senses:
                flags |= senses.keys() & _FLAGS
            before.start, before.core = token.start, core
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
            draft = self.units.read(ranged[1], before, spelled)
            if (
                draft
                and draft.kind not in ("number", "year")
                and not self.low.startswith(self.locale.moves_after, draft.end)
            ):
                return self._emit(draft, before, other=ranged[0] * draft.factor)
        draft = self.units.read(numeral, before, spelled)
        if draft is None:
            return None
        if self._noise(numeral, before, draft) or self._points_back(numeral, before, draft):
            return self._past(numeral.end)
        return self._emit(draft, before)

    def _points_back(self, numeral: Numeral, before: Before, draft: Draft) -> bool:
        """Whether it only points at things: the two nations, or une visite."""
        if draft.kind != "count" or numeral.digits or numeral.value > 10:
            return False
        article = self.low[numeral.start : numeral.end] in self.locale.weak_words
        return article or ("definite" in before.flags and before.hedge is None)

    def _noise(self, numeral: Numeral, before: Before, draft: Draft) -> bool:
        """Whether it numbers or meters something of the page: page 3, 4 reads."""
        if "noise_before" in before.flags and draft.kind in ("count", "number"):
            return True
        hit = self.locale.noise_after.at(self.low, self.units.gap(numeral.end))
        return hit is not None and hit[1] >= draft.end

    def _range(self, first: Numeral, before: Before) -> tuple[Decimal, Numeral] | None:
        """Read a second numeral joined to `first`; return the low end and the second numeral.

        Two whole amounts after a word of movement are no range: rose from $2 to $3.
        """
        low = self.low
        moves = self._moved(before.start) or "moves_before" in before.flags
        for word in self.locale.range_words:
            if not low.startswith(word, first.end):
                continue
            if word.strip() in CONJUNCTIONS and "range_before" not in before.flags:
                continue
            at = first.end + len(word)
            if at < len(low) and low[at] == " ":
                at += 1
            for symbol in ("$", "€", "£", "¥"):
                if before.currency and low.startswith(symbol, at):
                    at += 1
            second = self.locale.numerals.number(low, at)
            if second is None or (moves and (first.scaled or not second.scaled)):
                continue
            lower = first.value
            if second.scaled and not first.scaled:
                lower *= second.scale
            if lower < second.value and not (first.plain and 1900 <= first.value <= 2100):
                return lower, second
        return None

    def _moved(self, start: int) -> bool:
        """Whether a word of movement stands directly before `start`."""
        stretch = self.low[max(0, start - 24) : start].rstrip()
        return stretch.endswith(self.locale.moves_before)

    # -- emission ------------------------------------------------------------------------

    def _emit(
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
            if draft.kind in _SIGNED and self._negative(before.start):
                stated, before.core = -stated, before.start - 1
            low, high = interval(stated, draft.quantum, hedge, exact=draft.exact)
        year = dates.year_span(int(draft.value)) if draft.kind == "year" else None
        begin = before.start if pointed and (before.anchor or before.lead) else before.core
        start = max(begin, self.found[-1].end if self.found else 0)
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
        self._add(quantity)
        return end

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
            for at in (end, self.units.gap(end)):
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
            tail = locale.per_after.at(low, self.units.gap(end)) or locale.per_after.at(low, end)
            if tail and not locale.anchors_after.at(low, self.units.gap(tail[1])):
                per, end = tail  # but not "a year" of "a year earlier"
            every = locale.each_after.at(low, self.units.gap(end))
            if every:
                each, end = "each", every[1]
        return hedge or before.hedge, per, each, end

    def _negative(self, start: int) -> bool:
        """Whether a minus sign stands directly before `start`, itself after a space."""
        if start == 0 or self.low[start - 1] not in _SIGNS:
            return False
        if self.low[start - 1] != "-":
            return True  # ▲ and △ join nothing
        return start == 1 or self.low[start - 2] in " (\n\t　"

    def _add(self, quantity: Quantity) -> None:
        """Append a quantity, joined to the one before where they belong together."""
        last = self.found[-1] if self.found else None
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
        hit = self.locale.hedges_after.at(self.low, self.units.gap(end + 1))
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
        if self._moved(last.start) or self.low.startswith(self.locale.moves_after, quantity.end):
            return False
        return gap in self.locale.range_words and gap.strip() not in CONJUNCTIONS


_FLAGS = frozenset(
    ("each_before", "definite", "noise_before", "ages_before", "ordinals_before",
     "percents_before", "range_before", "moves_before", "ratio_before", "eras")
)  # fmt: skip
_OUTSIDE = frozenset(("each_before", "definite", "noise_before"))
_SIGNS = frozenset("-▲△")
_DATED = frozenset(("month", "weekday", "eras"))
_SIGNED = frozenset(("money", "percent", "number"))


def plain(value: Decimal | None) -> Decimal | None:
    """Return `value` without exponent and trailing zeros."""
    if value is None:
        return None
    return Decimal(format(value.normalize(), "f"))


def _round_unit(value: Decimal) -> Decimal:
    """Return the place of the last digit that is not zero: 150 -> 10, 2000 -> 1000."""
    return Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))


def parse(text: str, locale: Locale, reference: datetime | None) -> list[Quantity]:
    """Return the quantities of `text` in order."""
    return Parser(locale, text, reference).run()
