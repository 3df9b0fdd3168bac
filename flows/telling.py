"""The command announce: deliver what is due, show what would be, send again what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import DEFAULT_LEDGER, DEFAULT_WATCHES, PARTIAL, Json, Ledger, Watches

if TYPE_CHECKING:
    from rich.console import Console

    from flows.announcing import Announced, Attempt


def announce(
    warehouse: Ledger = DEFAULT_LEDGER,
    watches: Watches = DEFAULT_WATCHES,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")
    ] = False,
    resend: Annotated[
        str | None,
        typer.Option(
            metavar="EVENT", help="First have this event sent again; an id of mart.events."
        ),
    ] = None,
    resend_dead: Annotated[
        bool, typer.Option("--resend-dead", help="First have all sent again that was given up.")
    ] = False,
    json: Json = False,
) -> None:
    """Deliver the alerts that are due, over the channels of watches.toml.

    Safe to call at any time: what was sent is not sent again, and what may have been sent before
    a crash goes out under the same key. Exit code 3 where a channel did not take something.
    """
    from flows import announcing, gazetteer, screen
    from flows.inputs import InputError
    from warehouse import Warehouse

    gazetteer.use(warehouse)
    if not warehouse.exists():
        raise InputError(f"There is no {warehouse}; name the right one with --warehouse")

    if dry_run + resend_dead + (resend is not None) > 1:
        raise typer.BadParameter("give one of --dry-run, --resend and --resend-dead")
    ledger = Warehouse(warehouse)
    if dry_run:
        would = announcing.rehearse(ledger, tell=announcing.worded)
        if json:
            screen.put_json(would)
        else:
            show_rehearsal(screen.console(), would)
        return
    if resend_dead or resend is not None:
        ledger.resend(datetime.now(UTC), resend)
    done = announcing.announce_watched(warehouse, watches)
    if json:
        screen.put_json(done)
    else:
        show_announced(screen.console(), done)
    if done.failed or done.published.problem:
        raise typer.Exit(PARTIAL)


def show_announced(out: Console, done: Announced) -> None:
    """A line for each attempt, and what was published."""
    from flows.screen import clean, counted

    for one in done.attempts:
        said = f": {clean(one.message)}" if one.message else ""
        style = "" if one.state == "sent" else "red"
        out.print(
            f"{one.state}  {clean(one.subject)} over {clean(one.channel)}{said}  "
            f"(event {one.event_id})",
            soft_wrap=True, style=style,
        )  # fmt: skip
    if done.published.events:
        out.print(f"Published {counted(done.published.events, 'event')}")
    if done.published.problem:
        out.print(clean(done.published.problem), soft_wrap=True, style="red")
    if not done.attempts and not done.published.events:
        out.print("Nothing is due")


def show_rehearsal(out: Console, would: Sequence[Attempt]) -> None:
    """Each alert that would be sent now, with its text."""
    from flows.screen import clean

    for one in would:
        again = "" if one.state == "waiting" else f" ({one.state} before)"
        out.print(f"over {clean(one.channel)}{again}  (event {one.event_id})", style="bold")
        for line in one.message.splitlines():
            out.print(f"  {clean(line)}", soft_wrap=True)
    if not would:
        out.print("Nothing is due")
