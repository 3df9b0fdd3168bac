"""Articles with facts, made for tests of the warehouse."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from extractors.markers import outline
from extractors.records import Article, Fact, Line, Participant, Passage, Quantity
from extractors.sketch import content_hash
from warehouse import Run

START = datetime(2024, 4, 10, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """A figure to be put into an article: its words, its value, and what it is bound to."""

    surface: str
    value: Decimal | None
    quantity: dict[str, Any] = field(default_factory=dict)
    fact: dict[str, Any] = field(default_factory=dict)
    actors: tuple[str, ...] = ("Microsoft",)
    statement: int = -1


def money(surface: str, value: float | str, quantum: float | str, **about: Any) -> Said:
    return said(surface, value, quantum, kind="money", **{"currency": "USD", **about})


def count(surface: str, value: float | str, quantum: float | str = 1, **about: Any) -> Said:
    return said(surface, value, quantum, kind="count", **{"unit": "person", **about})


def said(
    surface: str, value: float | str | None, quantum: float | str | None, **about: Any
) -> Said:
    """A figure; keywords are fields of Quantity or Fact, `actors`, or `statement`."""
    in_quantity = {
        "kind", "low", "high", "bound", "unit", "currency", "hedge", "distributive", "per",
        "timex", "date_start", "date_end", "anchor", "converted",
    }  # fmt: skip
    actors = about.pop("actors", ("Microsoft",))
    statement = about.pop("statement", -1)
    quantity = {key: value for key, value in about.items() if key in in_quantity}
    fact = {key: value for key, value in about.items() if key not in in_quantity}
    quantity["quantum"] = None if quantum is None else Decimal(str(quantum))
    return Said(
        surface,
        None if value is None else Decimal(str(value)),
        quantity,
        fact,
        tuple(actors),
        statement,
    )


def day(surface: str, first: str, last: str | None = None, **about: Any) -> Said:
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else start
    return said(
        surface, None, None,
        **{"kind": "date", "timex": first, "date_start": start, "date_end": end,
           "predicate": "announce", "slot": "event_date", **about},
    )  # fmt: skip


def article(
    name: str,
    *figures: Said,
    at: datetime | None = START,
    url: str | None = None,
    outlet: str | None = None,
    lang: str = "en",
    passages: Sequence[tuple[int, str, int | None]] = (),
    text: str = "",
    **fields: Any,
) -> Article:
    """An article that states each figure in a line of its own.

    Args:
        passages: (first line, language, translation of) where there are several.
        text: further lines before the figures.
    """
    stated = [f"{name} reports {figure.surface}, says {name}." for figure in figures]
    texts = [*text.splitlines(), *stated]
    lines: list[Line] = []
    position = 0
    for content in texts:
        lines.append(Line(position, position + len(content), content))
        position += len(content) + 1
    original = "\n".join(texts)
    starts = list(passages) or [(0, lang, None)]
    ends = [first - 1 for first, _, _ in starts[1:]] + [len(lines) - 1]
    spans = tuple(
        Passage(tag, 1.0, first, last, source)
        for (first, tag, source), last in zip(starts, ends, strict=True)
    )
    facts = []
    for index, figure in enumerate(figures):
        line = lines[len(lines) - len(figures) + index]
        number = len(lines) - len(figures) + index
        start = line.start + line.text.index(figure.surface)
        defaults: dict[str, Any] = {"kind": "money", "low": None, "high": None, "bound": "=",
                                    "unit": None, "currency": None}  # fmt: skip
        quantity = Quantity(
            value=figure.value, surface=figure.surface, start=start,
            end=start + len(figure.surface), **(defaults | figure.quantity),
        )  # fmt: skip
        facts.append(Fact(
            quantity=quantity,
            passage=next(i for i, p in enumerate(spans) if p.first_line <= number <= p.last_line),
            sentence_start=line.start,
            sentence_end=line.end,
            participants=tuple(Participant("actor", actor) for actor in figure.actors),
            statement=index if figure.statement < 0 else figure.statement,
            **({"predicate": "invest", "slot": "level"} | figure.fact),
        ))  # fmt: skip
    made = Article(
        document=name, source="test", url=url, outlet=outlet or f"Outlet {name}", title=name,
        original=original, lines=tuple(lines), removals=(), passages=spans if lines else (),
        published_at=at, date_basis="stated" if at else None, fetched_at=None,
        media_type="text/plain", charset="utf-8", charset_basis="utf-8",
        content_hash=content_hash(original),
        markers=tuple(
            outline("\n".join(line.text for line in lines[p.first_line : p.last_line + 1]), p.lang)
            for p in spans
        ),
        facts=tuple(facts), outcome="loaded",
    )  # fmt: skip
    return replace(made, **fields)


def later(hours: float = 24.0) -> datetime:
    """A time after START."""
    return START + timedelta(hours=hours)


def run(number: int = 1) -> Run:
    """A run whose id and time follow from its number."""
    return Run(
        str(uuid.UUID(hashlib.md5(str(number).encode()).hexdigest())),
        "replay",
        "test",
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        {"newsledger": "test"},
    )
