"""Boilerplate phrases, which are data: ``phrases`` of ``rules/<lang>.yaml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from extractors.cleaning.sheet import Sheet, edge
from extractors.cleaning.tables import either, lowered, starts_line
from extractors.cleaning.text import QUANTITY, TERMINATED
from extractors.rulebook import rule_languages, rules

Where = Literal["any", "head", "tail"]

_LENGTHS = (0, 40, 80, 120, 160, 300, 600)  # of lines, for each of which rules are gathered


@dataclass(frozen=True, slots=True)
class PhraseRule:
    """A boilerplate phrase: data of ``rules/*.yaml``.

    Attributes:
        id: name under which removals are recorded.
        pattern: searched in the normalised line.
        lowered: the same for the line in lower case.
        where: in which part of the text it holds.
        max_len: longest line (characters) that it may remove.
        reason: in words, for people.
        form: whether the line belongs to a comment or login form.
        weak: whether a line that the learned vote places in the article stays.
        needs: text without which the pattern cannot match, in lower case; spares most tries.
        bound: whether the pattern holds at the start of a line only.
    """

    id: str
    pattern: re.Pattern[str]
    lowered: re.Pattern[str]
    where: Where
    max_len: int
    reason: str
    form: bool
    weak: bool
    needs: str
    bound: bool


@cache
def phrase_rules(lang: str | None = None) -> tuple[PhraseRule, ...]:
    """Phrase rules of all languages, those of `lang` first, then those of every language."""
    first = ((lang or "").split("-")[0], "any")
    order = sorted(rule_languages(), key=lambda x: (x != first[0], x != first[1], x))
    return tuple(
        PhraseRule(
            entry["id"],
            re.compile(entry["pattern"], re.IGNORECASE),
            re.compile(lowered(entry["pattern"])),
            entry.get("where", "any"),
            int(entry.get("max_len", 120)),
            entry["reason"],
            bool(entry.get("form", False)),
            bool(entry.get("weak", False)),
            str(entry.get("needs", "")),
            starts_line(entry["pattern"]),
        )
        for table in order
        for entry in rules(table).get("phrases", ())
    )


@cache
def _screen(length: int) -> re.Pattern[str]:
    """All rules bound to the start of lines over `length`, as one: most lines are hit by none."""
    texts = [r.pattern.pattern for r in phrase_rules() if r.bound and r.max_len > length]
    return either(texts)


def cut_phrases(sheet: Sheet, lang: str | None) -> None:
    """Cut boilerplate phrases, and a comment form as one block.

    Args:
        sheet: the lines.
        lang: language whose rules are tried first, None if not known.
    """
    left = sheet.left()
    every = phrase_rules(lang)
    free = [rule for rule in every if not rule.bound]
    forms: list[int] = []
    for position, i in enumerate(left):
        line = sheet.lines[i]
        lower = line.lower()
        head, tail = edge(position, len(left))
        here = every if _screen(max(x for x in _LENGTHS if x < len(line))).match(lower) else free
        for rule in here:
            if len(line) > rule.max_len or rule.needs not in lower:
                continue
            if rule.weak and i in sheet.sure:
                continue
            if (rule.where == "head" and not head) or (rule.where == "tail" and not tail):
                continue
            if rule.lowered.search(lower):
                if rule.form:
                    forms.append(position)
                sheet.cut(i, rule.id, rule.reason)
                break
    _cut_form_block(sheet, left, forms)


def _cut_form_block(sheet: Sheet, left: Sequence[int], forms: Sequence[int]) -> None:
    """Lines between the labels of one form (three or more, close together)."""
    start = 0
    for k in range(1, len(forms) + 1):
        if k < len(forms) and forms[k] - forms[k - 1] <= 3:
            continue
        if k - start >= 3:
            for position in range(forms[start], forms[k - 1] + 1):
                line = sheet.lines[left[position]]
                if not (TERMINATED.search(line) and QUANTITY.search(line)):
                    sheet.cut(left[position], "shape.form", "part of a form")
        start = k
