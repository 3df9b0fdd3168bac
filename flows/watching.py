"""Commands of the watches: watch check, watch list, watch test."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from flows.options import DEFAULT_LEDGER, DEFAULT_WATCHES, PARTIAL, Json, Ledger, Watches, day

watch = typer.Typer(
    name="watch", help="Watches: check them, list them, see what they tell.", no_args_is_help=True
)


@watch.command()
def check(watches: Watches = DEFAULT_WATCHES, json: Json = False) -> None:
    """Validate watches.toml.

    Exit code 3 where a channel needs a variable that the environment lacks.
    """
    from flows import screen
    from flows import watches as declared
    from flows.channels import Secret

    found = declared.read(watches)
    missing = [
        {"channel": channel.name, "variable": secret.env}
        for channel in found.channels.values()
        for secret in (channel.url, channel.secret)
        if isinstance(secret, Secret) and not os.environ.get(secret.env, "").strip()
    ]
    if json:
        names = [one.name for one in found.watches]
        screen.put_json({"watches": names, "channels": list(found.channels), "missing": missing})
    else:
        out = screen.console()
        out.print(f"Watches: {len(found.watches)}, channels: {len(found.channels)}")
        for one in missing:
            said = f"set {one['variable']}, which the channel {one['channel']} needs"
            out.print(f"The environment lacks a variable: {said}")
    if missing:
        raise typer.Exit(PARTIAL)


@watch.command(name="list")
def list_(watches: Watches = DEFAULT_WATCHES, json: Json = False) -> None:
    """Say what each watch asks for, and where its alerts go."""
    from flows import messages, screen
    from flows import watches as declared

    found = declared.read(watches)
    if json:
        screen.put_json(
            [
                {"name": one.name, "asks": messages.asked(one), "channels": one.channels}
                for one in found.watches
            ]
        )
        return
    out = screen.console()
    for one in found.watches:
        out.print(f"{one.name} -> {', '.join(one.channels) or 'events only'}")
        for reason in messages.asked(one):
            out.print(f"   {screen.clean(reason)}")


@watch.command()
def test(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the watch.")],
    watches: Watches = DEFAULT_WATCHES,
    warehouse: Ledger = DEFAULT_LEDGER,
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE|DAYS",
            help="What was detected from this day on: 2024-04-10, or 30d for 30 days ago.",
        ),
    ] = "30d",
    json: Json = False,
) -> None:
    """Show what a watch would have sent; nothing is sent, and nothing is stored.

    Replayed documents count here, though nobody is told of them otherwise.
    """
    from flows import alerting, alerts, gazetteer, messages, screen
    from flows import watches as declared
    from warehouse import Warehouse

    gazetteer.use(warehouse)
    one = declared.read(watches).named(name)
    ledger = Warehouse(warehouse)
    now = datetime.now(UTC)
    first = day(since)
    begin = datetime.combine(first, time(), UTC) if first else None
    sent, waiting = alerting.rehearse(one, ledger.matches(one.wanted, begin), now)
    told = [
        (alert.at, messages.alert(ledger, alerts.payload(one, alert.matches))) for alert in sent
    ]
    if json:
        rows = [{"at": at, "subject": m.subject, "text": m.text, "data": m.data} for at, m in told]
        screen.put_json({"sent": rows, "waiting": len(waiting)})
        return
    out = screen.console()
    for at, message in told:
        local = at.astimezone(one.timezone)
        out.print(f"{local:%Y-%m-%d %H:%M %Z}: {message.subject}", style="bold", soft_wrap=True)
        out.print(message.text, soft_wrap=True)
    waits = f"; matches that would still wait: {len(waiting)}" if waiting else ""
    out.print(f"{screen.counted(len(told), 'message')}{waits}", style="dim")
