"""What stands before a numeral: the words just passed, read backwards."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace

from extractors.quantities.locale import FLAGS, Locale
from extractors.quantities.tables import Currency
from extractors.quantities.tokens import LATIN, LETTER, Before, Token

_KEPT = 8  # words
_FLAGS = FLAGS | {"eras"}
_OUTSIDE = frozenset(("each_before", "definite", "noise_before"))
_SIGNS = frozenset("-▲△")
_SYMBOL = re.compile(r"[$€£¥]")


@dataclass(slots=True)
class Lookback:
    """The words of one text that the scanner has passed, the last few of them."""

    locale: Locale
    text: str
    low: str
    trail: deque[Token] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def before(self, start: int) -> Before:
        """Collect the words that stand directly before `start`."""
        before = Before(start, start)
        flags: set[str] = set()
        for token in reversed(self.trail):
            if token.end > before.start:
                continue
            if before.start - token.end > 2:
                break
            gap = self.low[token.end : before.start]
            senses = token.senses
            if gap == "-" and start == before.start and _SYMBOL.match(self.text, token.start):
                flags.add("negatives")  # $-5
            elif gap.strip(" "):
                break
            core = token.start
            if before.start == start and "currency" in senses and self._is_currency(token):
                before.currency = senses["currency"]
            elif before.currency and "currency" in senses and not gap and self._is_currency(token):
                before.currency = replace(senses["currency"], capitals=False)
            elif "hedge" in senses and before.hedge is None:
                before.hedge = senses["hedge"]
                before.hedged_lead = senses.get("lead")
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
            elif "named" in senses and before.start == start:
                before.named = senses["named"]
                break
            else:
                roles = senses.keys() & _FLAGS
                flags |= roles
                before.percent = senses.get("percents_before", before.percent)
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

    def moved(self, start: int) -> bool:
        """Whether a word of movement stands directly before `start`."""
        stretch = self.low[max(0, start - 24) : start].rstrip()
        return stretch.endswith(self.locale.moves_before)

    def negative(self, start: int) -> bool:
        """Whether a minus sign stands directly before `start`, itself after a space."""
        if start == 0 or self.low[start - 1] not in _SIGNS:
            return False
        if self.low[start - 1] != "-":
            return True  # ▲ and △ join nothing
        left = self.low[start - 2] if start > 1 else " "
        if not self.locale.spaced and LETTER.match(left) and not LATIN.match(left):
            return True  # 答えは-5, where no space stands between words
        return left in " (\n\t　"
