"""The words of a numeral as terms: small numbers join, scales multiply what lies below them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extractors.quantities.numerals import ONE, Figure, Numerals
from extractors.quantities.spelling import Spelling

HUNDRED, THOUSAND = Decimal(100), Decimal(1000)
ZERO = Decimal(0)
_LIMIT = 40  # words of a numeral


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its value, below what the next must lie, unit of its last digit, where it ends."""

    value: Decimal
    grain: Decimal
    quantum: Decimal
    end: int
    scaled: bool = False
    figure: bool = False
    word: int = -1  # where the written word starts that it is a piece of


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a numeral: its value, what it does, where it ends."""

    value: Decimal
    role: str  # unit, scale, hundred, figure, ordinal
    end: int
    figure: Figure | None = None
    word: int = -1


class Terms:
    """Reads the terms of the numerals of one language."""

    def __init__(self, digits: Numerals, spelling: Spelling) -> None:
        """Take the reader of figures and the words of the language."""
        self._digits, self._words = digits, spelling

    def read(self, low: str, pos: int, figure: Figure | None) -> list[Term]:
        """Return the terms of the numeral at `pos`, none if there is no numeral."""
        stack: list[Term] = []
        if figure and not self._words.scale(low, figure.end):
            return [_figure_term(figure)]
        for word in self._tokens(low, pos, figure):
            if word.figure:
                if stack and not self._fits(low, stack, word.figure):
                    break
                stack.append(_figure_term(word.figure))
            elif word.role in ("unit", "article"):
                if word.role == "article" and stack and not self._words.scale(low, word.end):
                    break
                if stack and not (ZERO < word.value < stack[-1].grain):
                    break
                if stack and stack[-1].figure and not stack[-1].scaled:
                    break
                grain = self._words.grain(word.value)
                quantum = ONE if word.value == word.value.to_integral() else word.value
                stack.append(Term(word.value, grain, quantum, word.end, word=word.word))
            elif not self._scale(low, stack, word):
                break
        return _settled(stack)

    def _tokens(self, low: str, pos: int, figure: Figure | None) -> Iterator[_Word]:
        """Yield the words that may belong to a numeral at `pos`."""
        words = self._words
        at, begin, inner = pos, pos, 0
        if figure:
            yield _Word(figure.value, "figure", figure.end, figure)
            at = words.skip(low, figure.end, figures=True)
        for _ in range(_LIMIT):
            hit = None
            if at >= inner:
                begin, hit = at, words.outer.at(low, at)
                inner = hit[1] if hit else words.compound(low, at)
            if hit is None and at < inner:
                hit = words.inner(low, at)
            if hit:
                (value, role), end = hit
                yield _Word(value, role, end, word=begin)
            elif low[at : at + 1].isdigit() and at > pos:
                found = self._digits.full(low, at)
                if found is None:
                    return
                end = found.end
                yield _Word(found.value, "figure", end, found)
            else:
                return
            at = words.skip_inner(low, end) if end < inner else words.skip(low, end)

    def _scale(self, low: str, stack: list[Term], word: _Word) -> bool:
        """Multiply the last terms by a scale; say whether the numeral can go on."""
        scale = word.value
        if not stack:
            if not self._words.opens(scale):
                return False
            stack.append(Term(scale, scale, scale, word.end, scaled=True, word=word.word))
            return True
        limit = self._words.hundreds if word.role == "hundred" else max(scale, HUNDRED)
        taken: list[Term] = []
        while stack and _below(stack[-1], limit):
            taken.insert(0, stack.pop())
        count = total(taken)
        coins = word.role == "hundred" and self._words.coins and taken and taken[0].figure
        if (
            not count
            or (count >= limit and not taken[0].figure)
            or (coins and not (stack or (count < 10 and self._goes_on(low, word))))
        ):
            stack.extend(taken)
            return False
        if stack and count * scale >= stack[-1].grain:
            if not stack[-1].scaled:
                stack.extend(taken)
            return False  # the terms taken begin another numeral
        grain = scale if scale >= HUNDRED else ONE
        quantum = scale * min(taken[-1].quantum, ONE)
        begun = taken[0]
        stack.append(Term(count * scale, grain, quantum, word.end, True, begun.figure, begun.word))
        return True

    def _goes_on(self, low: str, word: _Word) -> bool:
        """Whether another number follows: 3 cent [un], but 50 cents."""
        return self._words.goes_on(low, word.end)

    def _fits(self, low: str, stack: list[Term], figure: Figure) -> bool:
        """Whether figures go on a numeral: 4 thousand [3 hundred], 3 hundred and [21]."""
        last = stack[-1]
        if not last.scaled or not 0 < figure.value < last.grain or figure.quantum < 1:
            return False
        if last.grain == HUNDRED or (figure.grouped and last.grain > THOUSAND):
            return True
        after = self._words.scale(low, figure.end)
        return after is not None and figure.value * after[0] < last.grain


def _below(term: Term, limit: Decimal) -> bool:
    """Whether a scale multiplies the term; it does any figures directly before it."""
    return term.value < limit or (term.figure and not term.scaled)


def _figure_term(figure: Figure) -> Term:
    return Term(figure.value, ONE, figure.quantum, figure.end, figure=True)


def _settled(stack: list[Term]) -> list[Term]:
    """Drop last words of no scale that do not go with figures: 5 million [two] weeks ago."""
    while len(stack) > 1 and stack[0].figure and not (stack[-1].scaled or stack[-1].figure):
        if any(t.grain == HUNDRED and t.scaled for t in stack):
            break  # 3 hundred and one
        stack = stack[:-1]
    return stack


def total(terms: list[Term]) -> Decimal:
    """Return the value of terms."""
    return sum((t.value for t in terms), ZERO)
