"""The monitor as the tests run it: round by round, with a clock of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.live import LiveOrder, RoundReport, Session, round_of
from warehouse import Warehouse


class Clock:
    """A present that only moves when told."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def later(self, **span: float) -> None:
        self.at += timedelta(**span)


class Monitor:
    """Runs rounds, each in a session of its own, as a scheduler would."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.ledger = folder / "n.duckdb"
        self.clock = Clock()

    def round(self, **order: bool) -> RoundReport:
        with Session(self.path, self.ledger, now=self.clock) as session:
            return round_of(session, LiveOrder(self.path, self.ledger, **order))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return list(Warehouse(self.ledger).query(sql).rows)


def grant(amount: str, note: str = "") -> tuple[str, ...]:
    return (
        f"The Ministry of Industry granted {amount} to Norcell, a maker of batteries.",
        "The factory in Porto is to open next spring, said Ana Prado, who runs the company.",
        *([note] if note else []),
    )
