"""Commands of the live monitor: monitor, sources check, sources import, sources health."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import DEFAULT_LEDGER, PARTIAL, Json, Ledger

if TYPE_CHECKING:
    from flows.live import RoundReport

DEFAULT_SOURCES = Path("sources.toml")

SourcesFile = Annotated[
    Path,
    typer.Option(
        "--sources", envvar="NEWSLEDGER_SOURCES", help="What is polled.", show_default=True
    ),
]
Workers = Annotated[int, typer.Option(min=1, help="Reading processes.")]

sources = typer.Typer(
    name="sources", help="Sources: check them, import them, see how they do.", no_args_is_help=True
)


def monitor(
    sources: SourcesFile = DEFAULT_SOURCES,
    warehouse: Ledger = DEFAULT_LEDGER,
    forever: Annotated[
        bool, typer.Option("--forever", help="Go on, round after round, until interrupted.")
    ] = False,
    recheck: Annotated[
        bool, typer.Option(help="Look again at articles read before, for corrections.")
    ] = True,
    workers: Workers = 1,
    json: Json = False,
) -> None:
    """Poll the sources that are due, retrieve what they name, read it and compare it.

    One round; a scheduler calls it every few minutes, or --forever goes on by itself.
    """
    from flows import live, screen
    from flows.live import showing

    order = live.LiveOrder(sources, warehouse, workers, recheck)
    out, err = screen.console(), screen.console(sys.stderr)

    def show(report: RoundReport) -> None:
        if json:
            screen.put_json(report)
        else:
            showing.show_round(out, report)

    def say(words: str) -> None:
        err.print(words, soft_wrap=True)

    with live.Session(sources, warehouse) as session:
        live.keep_on(session, order, show, say) if forever else show(
            live.round_of(session, order, say)
        )


@sources.command()
def check(
    sources: SourcesFile = DEFAULT_SOURCES,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Name of a source; may be repeated.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Read the file only; ask no server.")
    ] = False,
    json: Json = False,
) -> None:
    """Validate sources.toml, ask each source once, and show what would be taken.

    Nothing is stored. Exit code 3 where a source gives nothing to take.
    """
    from flows import screen
    from flows.live import checking, showing

    found = checking.check(sources, tuple(only or ()), ask=not offline)
    if json:
        screen.put_json(found)
    else:
        showing.show_checked(screen.console(), found)
    if any(one.problem for one in found):
        raise typer.Exit(PARTIAL)


@sources.command(name="import")
def import_(
    opml: Annotated[Path, typer.Argument(metavar="FILE", help="Subscriptions in OPML.")],
    out: Annotated[
        Path | None, typer.Option(help="Write it there; by default it is printed.")
    ] = None,
) -> None:
    """Turn subscriptions in OPML into a sources.toml."""
    from flows import opml as subscriptions
    from flows.declared import FormatError
    from flows.inputs import InputError

    try:
        named = subscriptions.parse(opml.read_bytes(), opml.name)
    except FormatError as problem:
        raise InputError(str(problem)) from None
    for passed_over in named.passed_over:
        print(f"passed over: {passed_over}", file=sys.stderr)
    text = subscriptions.to_toml(named.found)
    if out is None:
        print(text, end="")
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{out} is there already; name another file, or move it away") from None
    print(f"Wrote {out}; fill in contact, then run newsledger sources check --sources {out}")


@sources.command()
def health(warehouse: Ledger = DEFAULT_LEDGER, json: Json = False) -> None:
    """Say how each source does: freshness, success, latency, what it brings, what is wrong."""
    from flows import screen
    from flows.live import showing
    from warehouse import Warehouse

    rows = Warehouse(warehouse).query("FROM mart.source_health ORDER BY failing = '', source")
    if json:
        screen.put_json(rows.dicts())
    else:
        showing.show_health(screen.console(), rows.dicts())
