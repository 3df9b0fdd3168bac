"""What hosts' robots.txt said, from one process to the next.

Scheduled runs are short: without it each would ask every host for its robots.txt again, and before
that know no crawl-delay. A line an answer; the last of an origin holds.
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.fetching.robots import KEEP_SECONDS, Answer

_SPARE_LINES = 1000  # outdated ones, from which the file is written anew


@dataclass(frozen=True, slots=True)
class Noted:
    """An answer of an earlier process, `age` seconds old."""

    answer: Answer
    age: float


class RobotsFile:
    """Answers in a file; one process at a time has it.

    Args:
        path: made when the first answer is noted.
        now: seconds since 1970.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now

    def read(self) -> dict[str, Noted]:
        """The answers that still hold, by origin; a half-written one is none."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        found: dict[str, Noted] = {}
        rows: dict[str, bytes] = {}
        for line in lines:
            for origin, noted in self._parsed(line):
                found[origin], rows[origin] = noted, line
        if len(lines) > len(rows) + _SPARE_LINES:
            draft = self._path.with_name(f"{self._path.name}.new")
            draft.write_bytes(b"".join(b"\n" + line for line in rows.values()))
            os.replace(draft, self._path)
        return found

    def add(self, origin: str, answer: Answer) -> None:
        """Note an answer that was given now."""
        row = {
            "origin": origin,
            "at": self._now(),
            "status": answer.status,
            "body": base64.b64encode(answer.body).decode(),
            "message": answer.message,
        }
        # Begun with the end of a line: the one before may have none.
        with self._path.open("ab") as file:
            file.write(b"\n" + json.dumps(row, sort_keys=True).encode())

    def _parsed(self, line: bytes) -> list[tuple[str, Noted]]:
        try:
            row: Mapping[str, Any] = json.loads(line)
            age = self._now() - row["at"]
            answer = Answer(row["status"], base64.b64decode(row["body"]), row["message"])
            origin: str = row["origin"]
        except (ValueError, KeyError, TypeError):
            return []
        # One of the future was noted under a clock that has been put back since.
        return [(origin, Noted(answer, age))] if 0 <= age < KEEP_SECONDS else []
