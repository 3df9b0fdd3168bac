"""What all files that users write for us have in common: reading them, and saying what is wrong.

Used for sidecars and indexes (`flows.metadata`), corrections (`flows.overrides`), sources
(`flows.sources`) and watches (`flows.watches`). A message names the file, the line and the remedy.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

_HEADER = re.compile(r"^[ \t]*\[{1,2}[ \t]*([\w.-]+)[ \t]*\]", re.MULTILINE)

Span = tuple[int, int]
"""Where an entry begins and ends, as offsets into the file's text."""

Reader = Callable[[str, object], Any]
"""From a key and its value in the file to the value that is kept; ValueError says the remedy."""


class FormatError(ValueError):
    """A file or row that breaks its format; the message names place, key and remedy."""


def read_table(path: Path, name: str) -> tuple[dict[str, object], str]:
    """The table that a JSON or TOML file holds, and its text.

    Args:
        path: the file; `.toml` is TOML, all else JSON.
        name: how messages call it.

    Raises:
        FormatError: it cannot be read, or is not what its suffix says.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FormatError(f"{name}: not UTF-8; save the file as UTF-8") from None
    except OSError as problem:
        raise FormatError(f"{name} cannot be read: {problem.strerror}; check the path") from None
    try:
        table = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except json.JSONDecodeError as problem:
        raise FormatError(
            f"{name}, line {problem.lineno}: not JSON ({problem.msg}); mend the line"
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise FormatError(f"{name}: not TOML ({problem}). Correct the TOML") from None
    except (ValueError, RecursionError):
        raise FormatError(f"{name}: cannot be read; rewrite the file") from None
    if not isinstance(table, dict):
        raise FormatError(f'{name}: not an object; write {{"title": "..."}}')
    return table, text


class Lines:
    """Says on which line of a file an entry or a key of it stands.

    Args:
        name: how messages call the file.
        text: what it holds.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        headers = [(match[1], match.start()) for match in _HEADER.finditer(text)]
        self._entries: dict[str, list[Span]] = {}
        for number, (header, start) in enumerate(headers):
            after = number + 1
            while after < len(headers) and headers[after][0].startswith(f"{header}."):
                after += 1
            end = headers[after][1] if after < len(headers) else len(text)
            self._entries.setdefault(header, []).append((start, end))

    def entry(self, table: str, place: int) -> Span | None:
        """Where the entry of that place among `[[table]]` stands, with tables inside it.

        A table that is written in another way has no place, so that None comes back.
        """
        return next(iter(self._entries.get(table, [])[place : place + 1]), None)

    def key(self, key: str, span: Span | None = None) -> str:
        """Place of a key, in a span or in the whole file; of the span if it is not there."""
        begin, end = span or (0, len(self.text))
        word = re.escape(key)
        written = rf"""(?:^|[{{,.])[ \t]*["']?{word}["']?\s*[:=]|\.{word}[ \t]*\]"""
        found = re.compile(written, re.MULTILINE).search(self.text, begin, end)
        if found is None and span is None:
            return self.name
        return self._at(found.end() - 1 if found else begin)

    def at(self, span: Span | None) -> str:
        """Place where a span begins; the file where there is none."""
        return self._at(span[0]) if span else self.name

    def _at(self, offset: int) -> str:
        return f"{self.name}, line {bisect_left(self._newlines, offset) + 1}"


class Form:
    """Reads the tables of one file, and collects in `problems` all that is wrong with them.

    Args:
        lines: says where a key stands.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.problems: list[str] = []

    def values(
        self, given: Mapping[str, Any], readers: Mapping[str, Reader], span: Span | None
    ) -> dict[str, Any]:
        """The values of a table that are right; what is wrong becomes a problem."""
        found: dict[str, Any] = {}
        for key, value in given.items():
            if key not in readers:
                self.tell(unknown(key, readers, "is not a known key"), key, span)
                continue
            try:
                found[key] = readers[key](key, value)
            except ValueError as problem:
                self.tell(str(problem), key, span)
        return found

    def tell(self, said: str, key: str | None, span: Span | None) -> None:
        """Add a problem, of a key or, with None, of a whole table."""
        at = self.lines.at(span) if key is None else self.lines.key(key, span)
        self.problems.append(f"{at}: {said}")


def unknown(word: str, known: Iterable[str], said: str = "is not known here") -> str:
    """That a word is none of those known, with the one that it may be meant for.

    Args:
        word: as written.
        known: what may stand there; all are listed.
        said: what is wrong with the word.
    """
    known = tuple(known)
    return f"{word!r} {said}; {meant(word, known)}Known are {', '.join(known)}"


def meant(word: str, known: Iterable[str]) -> str:
    """The known word that is nearest, as a question with a blank after it; "" if none is near."""
    near = difflib.get_close_matches(word.lower(), tuple(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}? " if near else ""
