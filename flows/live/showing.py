"""What the commands of the monitor print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as Grid

from flows.live.checking import Checked
from flows.live.rounds import RoundReport
from flows.screen import clean, show_differences

_MOST_DIFFERENCES = 10


def show_round(out: Console, report: RoundReport) -> None:
    """A row for each source polled, then what was retrieved and read."""
    if report.polled:
        grid = _grid("source", "ending", "entries", "new", "next poll", "what is wrong")
        for poll in report.polled:
            grid.add_row(
                clean(poll.source), clean(poll.ending), str(poll.entries), str(poll.entries_new),
                _moment(poll.next_at), clean("; ".join(filter(None, (poll.message, poll.failing)))),
            )  # fmt: skip
        out.print(grid)
    for note in report.notes:
        out.print(clean(note), soft_wrap=True)
    if report.recovered:
        out.print(f"{report.recovered} captures that a stopped run had left were landed")
    if report.retrieved:
        again = f", {report.rechecked} of them looked at again" if report.rechecked else ""
        out.print(f"Retrieved: {_counts(report.retrieved)}{again}")
    if report.read:
        out.print(f"Read: {_counts(report.read)}")
    if report.differs:
        out.print()
        show_differences(out, report.differs, _MOST_DIFFERENCES)
    if report.waiting or report.unread:
        out.print(
            f"Waiting: {report.waiting} to be retrieved, {report.unread} to be read", soft_wrap=True
        )
    if not (report.polled or report.retrieved or report.read or report.recovered):
        out.print("Nothing was due")
    if report.next_at is not None:
        out.print(f"Next poll: {_moment(report.next_at)}")


def show_checked(out: Console, found: Sequence[Checked]) -> None:
    """What each source gave, and what would be taken from it."""
    for one in found:
        out.print(
            f"{clean(one.source)} ({one.kind}) {clean(one.url)}", soft_wrap=True, style="bold"
        )
        if not one.asked:
            out.print("  not asked")
        elif one.ending == "polled":
            newest = f", the newest of {_moment(one.newest)}" if one.newest else ""
            title = f' "{clean(one.title)}"' if one.title else ""
            out.print(
                f"  {one.format}{title}: {one.taken} of {one.entries} addresses would be taken"
                f"{newest}",
                soft_wrap=True,
            )
        if one.problem:
            out.print(f"  {one.ending}: {clean(one.problem)}", soft_wrap=True, style="red")
        for url, title in one.first:
            out.print(f"  - {clean(url)}  {clean(title)}", no_wrap=True, overflow="ellipsis")
        for warning in one.warnings:
            out.print(f"  ! {clean(warning)}", soft_wrap=True)


def show_health(out: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """A row a source, those that fail first."""
    grid = _grid("source", "state", "last poll", "newest article", "24 h", "7 days", "success",
                 "latency", "what is wrong")  # fmt: skip
    for row in rows:
        success = row["success_share"]
        latency = row["median_seconds"]
        grid.add_row(
            clean(row["source"]), clean(row["state"]), _moment(row["last_poll"]),
            _moment(row["newest_article_at"]), str(row["articles_day"]), str(row["articles_week"]),
            "" if success is None else f"{success:.0%}",
            "" if latency is None else f"{latency:.1f} s",
            clean(row["failing"] or row["last_error"] or ""),
        )  # fmt: skip
    out.print(grid if rows else "No source has been polled yet")


def _grid(*columns: str) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        grid.add_column(column)
    return grid


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {clean(what).replace('_', ' ')}" for what, count in counts.items())


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
