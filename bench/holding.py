"""What must hold after a soak, whoever was killed in it, and how that is reported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from bench.table import show
from flows import steps
from warehouse import Warehouse

_TABLES = {
    "articles": "", "versions": "", "documents": "", "removals": "", "passages": "", "facts": "",
    "participants": "",
    "copies": "WHERE recorded_to IS NULL", "claim_members": "WHERE recorded_to IS NULL",
    "verdicts": "WHERE recorded_to IS NULL",
}  # fmt: skip
_RUN_COLUMNS = ["run_id", "found_at", "recorded_from", "recorded_to"]


@dataclass(slots=True)
class Outcome:
    """What a soak found.

    Attributes:
        broken: what did not hold, in words; empty where all did.
        figures: name -> value.
    """

    broken: list[str] = field(default_factory=list)
    figures: dict[str, float | int] = field(default_factory=dict)

    def hold(self, what: str, wrong: Sequence[object]) -> None:
        """Note whether something holds: where nothing is wrong with it."""
        self.figures[what] = len(wrong)
        if wrong:
            shown = "; ".join(str(one)[:200] for one in wrong[:3])
            self.broken.append(f"{what}: {len(wrong)}, such as {shown}")


def captures_kept(ledger: Warehouse, outcome: Outcome) -> None:
    """Note whether each capture is in the ledger once, with one outcome.

    Args:
        ledger: that was filled under faults.
        outcome: in which it is noted.
    """
    outcome.hold("captures without exactly one outcome", ledger.query(
        "SELECT capture_id FROM ops.captures LEFT JOIN ops.capture_outcomes o USING (capture_id) "
        "GROUP BY 1 HAVING count(o.outcome) <> 1"
    ).rows)  # fmt: skip
    outcome.hold("captures doubled", ledger.query(
        "SELECT source, url, fetched_at FROM ops.captures GROUP BY ALL HAVING count(*) > 1"
    ).rows)  # fmt: skip


def replays_alike(
    archive: Path, live: Warehouse, path: Path, outcome: Outcome, workers: int = 1
) -> None:
    """Note whether a replay of the archive gives the news that the ledger has.

    Args:
        archive: its folder.
        live: the ledger.
        path: where a ledger of the replay is made.
        outcome: in which it is noted.
        workers: processes of the replay.
    """
    steps.replay(archive, path, workers=workers)
    again = Warehouse(path)
    for table, where in _TABLES.items():
        sql = (
            f"SELECT COLUMNS(lambda c: c NOT IN {tuple(_RUN_COLUMNS)}) FROM news.{table} {where} "
            "ORDER BY ALL"
        )
        one, other = (warehouse.query(sql).rows for warehouse in (live, again))
        different = [] if one == other else list(set(map(str, one)) ^ set(map(str, other)))
        outcome.hold(f"rows of {table} that a replay gives otherwise", different)


def conclude(title: str, outcome: Outcome) -> NoReturn:
    """Print what was found and end, with code 1 where something does not hold."""
    show(title, [{"what": what, "figure": figure} for what, figure in outcome.figures.items()])
    for words in outcome.broken:
        print(words, file=sys.stderr)
    sys.exit(bool(outcome.broken))
