"""The grammar: one pass over a text that turns numerals and words into quantities.

A scanner finds what can open a quantity (a digit, a numeral character, a word of the
locale). From a numeral the parser looks back over the words it has just passed (hedge,
anchor, currency, ...) and forward for a unit. Each step looks at a bounded stretch, so the
whole is linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from extractors.quantities.collect import Collected
from extractors.quantities.dated import Dated
from extractors.quantities.emission import Emission
from extractors.quantities.lasting import duration_timex
from extractors.quantities.locale import Locale, Senses
from extractors.quantities.lookback import Lookback
from extractors.quantities.myriad import Myriad
from extractors.quantities.numerals import ONE, Numeral
from extractors.quantities.tokens import (
    CONJUNCTIONS,
    LATIN,
    Before,
    Draft,
    Token,
    fold,
    past_space,
)
from extractors.quantities.units import Units
from extractors.records import Quantity

_SHORT = re.compile(r"\d{1,4}(?!\d)")


@dataclass(slots=True)
class Parser:
    """One pass over one text."""

    locale: Locale
    text: str
    reference: datetime | None
    low: str = field(init=False)
    units: Units = field(init=False)
    lookback: Lookback = field(init=False)
    collected: Collected = field(init=False)
    dated: Dated = field(init=False)
    emission: Emission = field(init=False)

    def __post_init__(self) -> None:
        """Fold the text and blank out the stretches that hold no quantity."""
        self.low = fold(self.text)
        for blank in self.locale.blanks:
            self.low = blank.out(self.low)
        self.units = Units(self.locale, self.text, self.low)
        self.lookback = Lookback(self.locale, self.text, self.low)
        self.collected = Collected(self.locale, self.text, self.low, self.lookback)
        self.dated = Dated(
            self.locale, self.text, self.low, self.reference, self.lookback, self.collected
        )
        self.emission = Emission(self.locale, self.text, self.low, self.lookback, self.collected)

    def run(self) -> list[Quantity]:
        """Return the quantities of the text in order."""
        search, passive = self.locale.scanner.search, self.locale.passive
        pos = 0
        while match := search(self.low, pos):
            start = match.start()
            if match.lastgroup == "word" and match[0] in passive:
                pos = match.end()
                self.lookback.trail.append(Token(start, pos, self.locale.senses[match[0]]))
            elif match.lastgroup == "word":
                pos = self._word(start, match.end())
            elif match.lastgroup == "sound":
                pos = self._sound(start, match.end())
            elif match.lastgroup == "glued":
                pos = self._glued(start) or match.end()
            else:
                pos = self._numeral(start, match.lastgroup == "fig")
        return self.collected.found

    # -- words ---------------------------------------------------------------------------

    def _word(self, start: int, end: int) -> int:
        """Read what a word opens; return where to go on."""
        senses = self.locale.senses[self.low[start:end]]
        if "decoys" in senses:
            return end
        cased = not self.locale.cased_dates or self.text[start].isupper()
        if "quarter" in senses or (cased and senses.keys() & _DATED):
            after = self.dated.pattern(start)
            if after:
                return after
        if "vague" in senses:
            after = self._vague(start, end, senses["vague"])
            if after:
                return after
        if self.low[start] in self.locale.characters:
            numeral = self.locale.numerals.number(self.low, start)
            ranked = self.low[end : end + 1] in self.locale.ranks
            if numeral and (numeral.end > end or ranked or senses.keys() == {"quarter"}):
                after = self._amount(numeral, self.lookback.before(start), spelled=True)
                if after or senses.keys() == {"quarter"}:
                    return after or numeral.end
        if "words" in senses or "indefinite" in senses or "native" in senses:
            after = self._spelled(start, end, senses)
            if after:
                return after
        token = Token(start, end, senses)
        self.lookback.trail.append(token)
        after = self._standing(token, cased)
        return after or end

    def _standing(self, token: Token, cased: bool) -> int | None:
        """Read a word that is a quantity by itself."""
        senses, start, end = token.senses, token.start, token.end
        if "duration_words" in senses:
            count, unit, *rest = senses["duration_words"]
            timex = next((word for word in rest if word.startswith("P")), None)
            anchor = next((word for word in rest if not word.startswith("P")), None)
            draft = Draft("duration", count, ONE if count < 20 else Decimal(10), end,
                          "duration.word", unit=unit, anchor=anchor,
                          timex=timex or duration_timex([(count, unit)]))  # fmt: skip
            return self.emission.emit(draft, self.lookback.before(start))
        if "duration_nouns" in senses:
            before = self.lookback.before(start)
            if before.anchor in ("next", "past"):
                count, unit = senses["duration_nouns"]
                draft = Draft("duration", count, max(ONE, count / 10), end, "duration.noun",
                              unit=unit, timex=duration_timex([(count, unit)]))  # fmt: skip
                return self.emission.emit(draft, before)
        if "ratio_words" in senses:
            draft = Draft("ratio", senses["ratio_words"], ONE, end, "ratio.word", unit="x")
            return self.emission.emit(draft, self.lookback.before(start))
        if "number_words" in senses:
            value = senses["number_words"]
            draft = Draft("number", value, min(ONE, value), end, "number.word", confidence=0.5)
            return self.emission.emit(draft, self.lookback.before(start))
        if "percent_words" in senses:
            draft = Draft("percent", senses["percent_words"], ONE, end, "percent.word", unit="%")
            return self.emission.emit(draft, self.lookback.before(start))
        if "ordinal_words" in senses:
            series = self.locale.ordinal_at(self.low, start) if self.locale.spaced else None
            value, end = series or (senses["ordinal_words"], end)
            draft = Draft("ordinal", value, ONE, end, "ordinal.word", exact=True)
            return self.emission.emit(draft, Before(start, start))
        if "relative" in senses:
            return self.dated.relative(token)
        if "superlatives" in senses and not self._digit_near(end):
            self.collected.add(Quantity("superlative", None, None, None, "=", None, None,
                               self.text[start:end], start, end, rule="superlative"))  # fmt: skip
            return end
        if "bare_weekday" in senses and cased:
            return self.dated.weekday(token)
        if "bare_month" in senses and cased:
            before = self.lookback.before(start)
            if before.lead is not None or "range_before" in before.flags:
                return self.dated.bare_month(token)
        return None

    def _digit_near(self, pos: int) -> bool:
        """Whether a numeral follows, so that the word before is its hedge."""
        match = self.locale.scanner.match(self.low, past_space(self.low, pos))
        if not match:
            return False
        if match.lastgroup == "num":
            return True
        senses = self.locale.senses.get(match.group(), {})
        return bool(senses.keys() & {"hedge", "currency", "words"})

    def _glued(self, start: int) -> int | None:
        """Read a number or ordinal in one word: dreihundertzwei, zwanzigste."""
        ordinal = self.locale.ordinal_at(self.low, start)
        if ordinal:
            draft = Draft("ordinal", ordinal[0], ONE, ordinal[1], "ordinal.word", exact=True)
            return self.emission.emit(draft, Before(start, start))
        numeral = self.locale.numerals.number(self.low, start)
        return self._amount(numeral, self.lookback.before(start), spelled=True) if numeral else None

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
        if "words" in senses:
            words = locale.numerals.number(self.low, start)
            if words and (numeral is None or words.end > numeral.end):
                numeral = words
        if numeral is None and "native" in senses:
            numeral = Numeral(senses["native"], ONE, start, end, False, False, False)
        if numeral is None:
            return None
        return self._amount(numeral, self.lookback.before(start), spelled=True)

    def _vague(self, start: int, end: int, span: tuple[Decimal, Decimal]) -> int | None:
        """Read an amount known by its order only: hundreds of, 数千, 수십억."""
        scale, after = self._scale_after(end)
        factor = scale or ONE
        numeral = Numeral(span[1] * factor, factor, start, after if scale else end,
                          False, True, False)  # fmt: skip
        before = self.lookback.before(start)
        draft = self.units.read(numeral, before, spelled=True)
        if draft is None or draft.kind in ("number", "year", "ordinal"):
            return None
        return self.emission.emit(draft, before, other=span[0] * factor * draft.factor, vague=True)

    def _scale_after(self, pos: int) -> tuple[Decimal | None, int]:
        at = past_space(self.low, pos)
        for table in (self.locale.scale_words, self.locale.multiplier_words):
            hit = table.at(self.low, at) or table.at(self.low, pos)
            if hit:
                return hit
        return None, pos

    # -- numerals ------------------------------------------------------------------------

    def _numeral(self, start: int, figure: bool) -> int:
        """Read a numeral in digits or numeral characters; return where to go on."""
        low = self.low
        numeral = self.locale.numerals.number(low, start)
        if numeral is None:
            return self._past(start + 1)
        start = numeral.start
        before = self.lookback.before(start)
        left = low[before.start - 1] if before.start else " "
        if start == before.start and (LATIN.match(left) or self._hyphenated(start)):
            return self._past(numeral.end)  # G7, a19cf, COVID-19
        spelled = figure and self.locale.spelled_date.match(low, start)
        if spelled or _SHORT.match(low, start) or "eras" in before.flags:
            after = self.dated.pattern(start)
            if after:
                return after
        after = self._amount(numeral, before, spelled=figure)
        return after or self._past(numeral.end)

    def _sound(self, start: int, end: int) -> int:
        """Read a numeral written by its sound; return where to go on."""
        numerals = self.locale.numerals
        if isinstance(numerals, Myriad):
            numeral = numerals.syllables(self.low, start, end, self.locale.sounds)
            if numeral:
                after = self._amount(numeral, self.lookback.before(start), spelled=True)
                return after or end
        return end

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

    def _amount(self, numeral: Numeral, before: Before, *, spelled: bool) -> int | None:
        """Read a numeral with what stands around it; return the end, None if it is nothing."""
        if numeral.whole and before.anchor in ("next", "past"):
            numeral = numeral.whole  # the past three quarters
        ranged = self._range(numeral, before)
        if ranged:
            draft = self.units.read(ranged[1], before, spelled)
            if (
                draft
                and draft.kind not in ("number", "year")
                and not self.low.startswith(self.locale.moves_after, draft.end)
            ):
                return self.emission.emit(draft, before, other=ranged[0] * draft.factor)
        draft = self.units.read(numeral, before, spelled)
        if draft is None:
            return None
        if numeral.least is not None:
            if draft.kind == "number":
                return None
            return self.emission.emit(draft, before, other=numeral.least * draft.factor)
        if self._noise(numeral, before, draft) or self._points_back(numeral, before, draft):
            return self._past(numeral.end)
        return self.emission.emit(draft, before)

    def _points_back(self, numeral: Numeral, before: Before, draft: Draft) -> bool:
        """Whether it only points at things: the two nations, or une visite."""
        if draft.kind != "count" or numeral.digits or numeral.value > 10:
            return False
        ends = (numeral.end, draft.end)
        article = any(self.low[numeral.start : e] in self.locale.weak_words for e in ends)
        return article or ("definite" in before.flags and before.hedge is None)

    def _noise(self, numeral: Numeral, before: Before, draft: Draft) -> bool:
        """Whether it numbers or meters something of the page: page 3, 4 reads."""
        if "noise_before" in before.flags and draft.kind in ("count", "number"):
            return True
        if draft.kind == "ordinal":
            return False
        hit = self.locale.noise_after.at(self.low, past_space(self.low, numeral.end))
        return hit is not None and hit[1] >= draft.end

    def _range(self, first: Numeral, before: Before) -> tuple[Decimal, Numeral] | None:
        """Read a second numeral joined to `first`; return the low end and the second numeral.

        Two whole amounts after a word of movement are no range: rose from $2 to $3.
        """
        low = self.low
        if not low.startswith(self.locale.range_words, first.end):
            return None
        moves = self.lookback.moved(before.start) or "moves_before" in before.flags
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


_DATED = frozenset(("month", "weekday", "eras"))


def parse(text: str, locale: Locale, reference: datetime | None) -> list[Quantity]:
    """Return the quantities of `text` in order."""
    return Parser(locale, text, reference).run()
