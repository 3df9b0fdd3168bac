"""Stretches of a text that hold no quantity though they look like one: addresses, idioms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_LEAD = re.compile(r"\\b([^\W\d_](?:[^\W_]| (?!\?))*)(?![?*+{])")
"""The literal that a pattern begins with; what a quantifier follows is no part of it."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A pattern that is tried where its `lead` stands, or anywhere if one of `needs` occurs."""

    regex: re.Pattern[str]
    lead: str
    needs: tuple[str, ...]

    def out(self, low: str) -> str:
        """Return `low` with every match replaced by as many NUL characters."""
        if self.lead:
            return self._led(low)
        if self.needs and not any(literal in low for literal in self.needs):
            return low
        return self.regex.sub(_nul, low)

    def _led(self, low: str) -> str:
        parts: list[str] = []
        done = 0
        at = low.find(self.lead)
        while at >= 0:
            match = self.regex.match(low, at)
            if match:
                parts += (low[done:at], _nul(match))
                done = match.end()
            at = low.find(self.lead, max(done, at + 1))
        return "".join(parts) + low[done:] if parts else low


def _nul(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def compile_blanks(entries: Iterable[str | Mapping[str, Any]]) -> tuple[Blank, ...]:
    r"""Return the patterns of the section `skip` of a table.

    Args:
        entries: patterns; one that begins with `\b` and a literal is tried at that literal only.
            As a mapping, `stretch` is a pattern that needs one of the literals `needs`.
    """
    return tuple(
        _led(entry)
        if isinstance(entry, str)
        else Blank(re.compile(entry["stretch"]), "", tuple(entry["needs"]))
        for entry in entries
    )


def _led(source: str) -> Blank:
    lead = _LEAD.match(source)
    return Blank(re.compile(source), lead[1] if lead else "", ())
