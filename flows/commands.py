"""Commands of the live pipeline: monitor, recheck, process, sources check, import, health."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.options import DEFAULT_LEDGER, DEFAULT_WATCHES, PARTIAL, Entities, Json, Ledger, Watches

if TYPE_CHECKING:
    from flows.live import LiveOrder, RoundReport

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
    read: Annotated[
        bool, typer.Option(help="Read what has landed; else newsledger process does.")
    ] = True,
    workers: Workers = 1,
    watches: Watches = DEFAULT_WATCHES,
    entities: Entities = None,
    json: Json = False,
) -> None:
    """Poll the sources that are due, retrieve what they name, read it and compare it.

    One round; a scheduler calls it every few minutes, or --forever goes on by itself, in this
    process. With PREFECT_API_URL set, one round is a tracked flow run.
    """
    from flows import announcing, channels, live

    if watches.exists():
        channels.read(watches)  # what is wrong is said now, not after a round
    order = live.LiveOrder(
        sources, warehouse, workers, recheck=recheck, read=read, entities=entities
    )
    if not forever:
        _run(order, "monitor", json, watches)
        return
    show, say = _screen(json)

    def rest(seconds: float) -> None:
        announcing.after_round(warehouse, watches, say)
        time.sleep(seconds)

    with live.Session(sources, warehouse, entities=entities) as session:
        live.keep_on(session, order, show, say, rest)


def recheck(
    sources: SourcesFile = DEFAULT_SOURCES,
    warehouse: Ledger = DEFAULT_LEDGER,
    watches: Watches = DEFAULT_WATCHES,
    json: Json = False,
) -> None:
    """Look again at articles read before, for corrections; "newsledger process" reads what came."""
    from flows import live

    _run(live.LiveOrder(sources, warehouse, poll=False, read=False), "recheck", json, watches)


def process(
    sources: SourcesFile = DEFAULT_SOURCES,
    warehouse: Ledger = DEFAULT_LEDGER,
    workers: Workers = 1,
    watches: Watches = DEFAULT_WATCHES,
    entities: Entities = None,
    json: Json = False,
) -> None:
    """Read every capture that waits, and compare its facts."""
    from flows import live

    order = live.LiveOrder(
        sources, warehouse, workers, poll=False, recheck=False, entities=entities
    )
    _run(order, "process", json, watches)


def _run(order: LiveOrder, flow: str, json: bool, watches: Path) -> None:
    """Do one round in this process, or as a run of a flow that the Prefect server tracks."""
    from flows import announcing, live

    show, say = _screen(json)
    if tracked():
        from flows import monitor, process, recheck

        known = {"monitor": monitor, "process": process, "recheck": recheck}
        show(known[flow].run_tracked(order))
        return
    with live.Session(order.sources, order.ledger, entities=order.entities) as session:
        show(live.round_of(session, order, say))
    announcing.after_round(order.ledger, watches, say)


def tracked() -> bool:
    """Whether the server of PREFECT_API_URL is to track what is run.

    Raises:
        ReplayError: it does not answer.
    """
    from flows.steps import ReplayError

    silence = prefect_silence()
    if silence:  # asked before Prefect is imported, and before it tries again and again
        raise ReplayError(silence)
    return bool(os.environ.get("PREFECT_API_URL"))


def prefect_silence() -> str | None:
    """What is wrong where the server of PREFECT_API_URL does not answer, with the remedy."""
    from flows.fetching import unanswered

    address = os.environ.get("PREFECT_API_URL")
    silence = unanswered(address) if address else None
    return silence and (
        f"The Prefect server at {address} does not answer ({silence}). Start it with make serve, "
        "or unset PREFECT_API_URL to run in this process."
    )


def _screen(json: bool) -> tuple[Callable[[RoundReport], None], Callable[[str], None]]:
    """What shows a report, and what says how it goes."""
    from flows import screen
    from flows.live import showing

    out, err = screen.console(), screen.console(sys.stderr)

    def show(report: RoundReport) -> None:
        if json:
            screen.put_json(report)
        else:
            showing.show_round(out, report)

    return show, lambda words: err.print(words, soft_wrap=True)


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
