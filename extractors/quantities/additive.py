"""Numerals in words, alone or with figures, of languages that add and multiply.

Two hundred and fifty thousand; quatre-vingt-dix-sept; dreihundertfünfzigtausend; 4 thousand 3
hundred and 21; five point zero three; three and two thirds; tres mil quinientos millones.
The words are terms on a stack. A small number joins if it fits below the last term, a scale
multiplies the terms below it, and what then does not fit begins another numeral.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from extractors.quantities.numerals import FRACTION_QUANTUM, ONE, Figure, Numeral, Numerals
from extractors.quantities.spelling import Spelling
from extractors.quantities.terms import HUNDRED, THOUSAND, ZERO, Term, Terms, total

_PARTS = 20  # the largest denominator after figures
_OVER = 1000  # the largest number over or under another
_SYMBOLS = ("$", "$ ", "€", "€ ", "£", "£ ")
_PLACES = 12  # spoken decimals


class Additive:
    """Reads the numerals of one language."""

    def __init__(self, digits: Numerals, spelling: Spelling) -> None:
        """Take the reader of figures and the words of the language."""
        self._digits, self._words = digits, spelling
        self._terms = Terms(digits, spelling)

    def number(self, low: str, pos: int) -> Numeral | None:
        """Read the longest numeral that starts at `pos` of the lower-cased text."""
        figure = self._digits.full(low, pos)
        article: tuple[Decimal, int] | None = None
        if figure is None:
            share = self._leading_share(low, pos)
            if share:
                return share
            article = self._words.articles.at(low, pos)
            if article and not self._words.may_go_on(low, article[1]):
                return None
        stack = self._terms.read(low, pos, figure)
        if not stack:
            return None
        numeral = self._numeral(stack, pos, figure)
        bare = article is not None and article[1] == numeral.end
        if not figure and (ordinal := self._ordinal(low, stack)):
            numeral = replace(numeral, ordinal=ordinal)
        whole = None if bare or self._inside(low, numeral.end) else numeral
        if (figure and figure.fraction) or not self._words.may_go_on(low, numeral.end):
            return whole
        shared = (
            self._share(low, numeral, stack)
            or self._mixed(low, numeral, stack)
            or self._over(low, numeral)
        )
        if shared:
            return replace(shared, whole=whole)
        if whole and (not figure or numeral.plain):
            return self._point(low, numeral)
        return whole

    def _inside(self, low: str, end: int) -> bool:
        """Whether a numeral ends inside a word, before the ending of an ordinal."""
        return low[end - 1].isalpha() and low[end : end + 1].isalpha()

    def ordinal(self, low: str, pos: int) -> tuple[Decimal, int] | None:
        """Read an ordinal that starts at `pos`: value and end."""
        stack = self._terms.read(low, pos, None)
        return self._ordinal(low, stack, pos)

    def _numeral(self, stack: list[Term], pos: int, figure: Figure | None) -> Numeral:
        """Return the numeral of the terms."""
        last = stack[-1]
        value = total(stack)
        plain = figure is not None and figure.plain and len(stack) == 1 and not last.scaled
        scaled = any(t.scaled for t in stack)
        scale = last.grain if last.scaled else ONE
        if figure and len(stack) == 1 and last.scaled:
            scale = last.value / figure.value if figure.value else ONE
        start = figure.start if figure else pos
        fraction = figure is not None and figure.fraction
        return Numeral(value, last.quantum, start, last.end, figure is not None, scaled, plain,
                       scale, fraction=fraction)  # fmt: skip

    # -- what follows ----------------------------------------------------------------------

    def _point(self, low: str, numeral: Numeral) -> Numeral:
        """Add decimals in words: two hundred [point zero three], coma veintidós."""
        mark = self._words.point.match(low, numeral.end)
        if not mark or numeral.scale >= THOUSAND:
            return numeral
        places, end = "", mark.end()
        if low[end : end + 1].isdigit():
            if not numeral.digits:
                return numeral
            figure = self._digits.full(low, end)
            if figure is None or not figure.plain:
                return numeral
            places, end = low[end : figure.end], figure.end
        else:
            at = end
            while len(places) < _PLACES:
                part = self._terms.read(low, at, None)
                if not part or (places and total(part) > 9):
                    break
                places, end = places + format(total(part), "f"), part[-1].end
                at = self._words.skip(low, end)
        if not places or not places.isdigit():
            return numeral
        value = numeral.value + Decimal("0." + places)
        quantum = ONE.scaleb(-len(places))
        after = self._words.scale(low, end)
        scale, end = after or (ONE, end)
        return replace(numeral, value=value * scale, quantum=quantum * scale, end=end, plain=False,
                       scaled=numeral.scaled or scale > 1, scale=scale)  # fmt: skip

    def _leading_share(self, low: str, pos: int) -> Numeral | None:
        """Read a fraction without a number before it: half, half a million, demi-douzaine."""
        hit = self._words.halves.at(low, pos)
        if not hit:
            return None
        value, end = hit
        after = self._words.scale(low, end)
        if after is None:
            return Numeral(value, FRACTION_QUANTUM, pos, end, False, False, False, fraction=True)
        scale, end = after
        return Numeral(value * scale, scale * min(ONE, value), pos, end, False, True, False, scale,
                       fraction=scale < HUNDRED)  # fmt: skip

    def _share(self, low: str, numeral: Numeral, stack: list[Term]) -> Numeral | None:
        """Read numerator and denominator: two thirds, fünf Achtel, three twenty-firsts."""
        words = self._words
        if numeral.quantum < 1 or (numeral.ordinal and numeral.value != 1):
            return None
        if self._inside(low, numeral.end):
            return self._part(low, numeral, stack)
        rest = ZERO
        if len(stack) > 1 and stack[-2].scaled and stack[-2].grain >= THOUSAND:
            rest = numeral.value - stack[-1].value  # nine million [and five ninths]
        for at in words.links(low, numeral.end, joined=False):
            hit = words.denominator(low, at, numeral.value) or self._below(low, at, numeral)
            if hit is None or (numeral.digits and not numeral.value < hit[0] <= _PARTS):
                continue
            bottom, end = hit
            top = numeral.value
            if len(stack) > 1 and stack[-1].grain == 10 and bottom < 10 and not stack[-1].scaled:
                bottom, top = bottom + stack[-1].value, top - stack[-1].value
            value = rest + (top - rest) / bottom * (stack[-2].grain if rest else ONE)
            after = words.scale(low, end)
            if after and after[0] >= THOUSAND:
                return Numeral(value * after[0], after[0] * FRACTION_QUANTUM, numeral.start,
                               after[1], numeral.digits, True, False, after[0])  # fmt: skip
            return Numeral(value, FRACTION_QUANTUM, numeral.start, end, numeral.digits, False,
                           False, fraction=True)  # fmt: skip
        return None

    def _part(self, low: str, numeral: Numeral, stack: list[Term]) -> Numeral | None:
        """Read a fraction whose denominator is one word: tres veintiunavos."""
        mark = self._words.part_mark.at(low, numeral.end)
        top = [t for t in stack if t.word != stack[-1].word]
        if not mark or not top:
            return None
        bottom = numeral.value - total(top)
        return Numeral(total(top) / bottom, FRACTION_QUANTUM, numeral.start, mark[1], False, False,
                       False, fraction=True)  # fmt: skip

    def _below(self, low: str, at: int, numeral: Numeral) -> tuple[Decimal, int] | None:
        """Read a denominator of several words: three [twenty-firsts], dois [onze avos]."""
        stack = [] if low[at : at + 1].isdigit() else self._terms.read(low, at, None)
        if not stack:
            return None
        value = total(stack)
        end = stack[-1].end
        for place in self._words.links(low, end):
            hit = self._words.part_mark.at(low, place)
            if hit:
                return value, hit[1]
            part = self._words.denominator(low, place, value, last=True)
            if part and stack[-1].grain == 10 and part[0] < 10:
                return value + part[0], part[1]
        return None

    def _over(self, low: str, numeral: Numeral) -> Numeral | None:
        """Read two numbers of which one divides the other, with nothing counted: 1 in 20."""
        link = self._words.over.match(low, numeral.end)
        if not link or numeral.scaled or numeral.quantum < 1 or numeral.value > _OVER:
            return None
        if low[max(0, numeral.start - 2) : numeral.start].endswith(_SYMBOLS):
            return None  # $5 over 20
        if numeral.value != 1 and link[0].strip() in self._words.single:
            return None
        stack = self._terms.read(low, link.end(), self._digits.full(low, link.end()))
        bottom = total(stack)
        if not numeral.value < bottom <= _OVER or not self._words.closed(low, stack[-1].end):
            return None
        return Numeral(numeral.value / bottom, FRACTION_QUANTUM, numeral.start, stack[-1].end,
                       numeral.digits, False, False, fraction=True)  # fmt: skip

    def _mixed(self, low: str, numeral: Numeral, stack: list[Term]) -> Numeral | None:
        """Read a fraction joined on: one [and a half], 3 millions [et demi], 103 [and two thirds].

        After a scale it is a part of that scale: 3 million and a half is 3.5 million.
        """
        if numeral.quantum < 1 or numeral.fraction or (numeral.plain and numeral.value >= THOUSAND):
            return None
        joint = self._words.mixed.match(low, numeral.end)
        if not joint:
            return None
        at = joint.end()
        part = self._leading_share(low, at)
        if part is None:
            article = self._words.articles.at(low, at)
            top = Numeral(ONE, ONE, at, article[1], False, False, False) if article else None
            spelled = top is None and not low[at : at + 1].isdigit()
            inner = self._terms.read(low, at, None) if spelled else []
            if inner:
                top = self._numeral(inner, at, None)
            part = self._share(low, top, inner) if top else None
        if part is None:
            return None
        if part.scaled:
            if part.scale >= stack[-1].grain or not stack[-1].scaled:
                return None
            return replace(numeral, value=numeral.value + part.value, quantum=part.quantum,
                           end=part.end, scaled=True, scale=part.scale)  # fmt: skip
        if part.value >= 1:
            return None
        scale = numeral.scale if numeral.scaled else ONE
        value, end = numeral.value + part.value * scale, part.end
        after = self._words.scale(low, end) if scale == 1 else None
        if after:
            scale, end = after
            value *= scale
        return replace(numeral, value=value, quantum=scale * FRACTION_QUANTUM * 10, end=end,
                       plain=False, scaled=scale > 1, scale=scale, fraction=True)  # fmt: skip

    def _ordinal(
        self, low: str, stack: list[Term], pos: int | None = None
    ) -> tuple[Decimal, int] | None:
        """Read the ordinal words at the end of the terms: twenty-first, décimo octavo."""
        words = self._words
        stack = list(stack)
        if stack:
            places, bare = words.links(low, stack[-1].end), False
        else:
            places, bare = [pos or 0], True
        found = False
        while True:
            hit = next((h for p in places if (h := words.ordinal(low, p, bare=bare))), None)
            if hit is None:
                break
            value, end = hit
            if words.series and not found and stack and 0 < value < THOUSAND:
                break
            if value >= HUNDRED and value == _power(value) and stack:
                taken: list[Term] = []
                while stack and stack[-1].value < value:
                    taken.insert(0, stack.pop())
                count = total(taken) or ONE
                if stack and count * value >= stack[-1].grain:
                    return None
                stack.append(Term(count * value, value, ONE, end))
            elif not stack or value < stack[-1].grain:
                stack.append(Term(value, words.grain(value), ONE, end))
            else:
                break
            found = True
            if not words.series:
                break
            places, bare = [words.skip(low, end), end], False
        return (total(stack), stack[-1].end) if found else None


def _power(value: Decimal) -> Decimal:
    """Return the power of ten at or below `value`."""
    return ONE.scaleb(value.adjusted())
