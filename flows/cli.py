"""The command line `newsledger`. Heavy modules are imported by the commands that need them.

Exit codes: 0 all done, 1 failure, 2 wrong usage, 3 partial (some document could not be read).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import asking, commands, exporting, telling, upkeeping, watching
from flows.options import (
    DEFAULT_LEDGER,
    DEFAULT_WATCHES,
    FAILURE,
    PARTIAL,
    USAGE,
    Entities,
    Json,
    Ledger,
    Overrides,
    Since,
    Watches,
    Workers,
    day,
)

if TYPE_CHECKING:
    from flows.steps import Order, Replay

app = typer.Typer(
    name="newsledger",
    help="A ledger of what the news said: figures as typed facts, compared across reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(commands.sources)
app.add_typer(watching.watch)
for command in (
    commands.monitor, commands.recheck, commands.process, telling.announce, upkeeping.upkeep,
    upkeeping.restore, upkeeping.stories, exporting.export,
    asking.facts, asking.timeline, asking.disagreements, asking.why, asking.report,
):  # fmt: skip
    app.command()(command)


@app.command()
def replay(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A folder, a .txt or .html file, or a .jsonl of articles."
        ),
    ],
    warehouse: Ledger = DEFAULT_LEDGER,
    source: Annotated[
        str | None,
        typer.Option(help="Name of the replayed set; by default that of the folder or file."),
    ] = None,
    workers: Workers = 0,
    learned: Annotated[
        bool, typer.Option("--learned", help="Leave out lines that the ledger has learned.")
    ] = False,
    overrides: Overrides = None,
    entities: Entities = None,
    announce: Annotated[
        bool, typer.Option("--announce", help="Tell of what it changes; else nobody is told.")
    ] = False,
    watches: Watches = DEFAULT_WATCHES,
    json: Json = False,
) -> None:
    """Read documents into the ledger and say what differs from earlier reports."""
    run = _under_prefect if commands.tracked() else _in_process
    from flows import screen
    from flows.steps import Order

    result = run(Order(path, warehouse, source, workers, learned, overrides, entities, announce))
    if announce:
        from flows import announcing

        announcing.after_round(warehouse, watches, lambda words: print(words, file=sys.stderr))

    if json:
        screen.put_json(screen.replay_data(result))
    else:
        screen.show_replay(screen.console(), result)
    if result.failed:
        raise typer.Exit(PARTIAL)


@app.command()
def reread(
    warehouse: Ledger = DEFAULT_LEDGER,
    since: Since = None,
    source: Annotated[str | None, typer.Option(help="Only what came from this source.")] = None,
    document: Annotated[
        str | None, typer.Option(help="Only documents whose name begins so.")
    ] = None,
    workers: Workers = 0,
    entities: Entities = None,
    json: Json = False,
) -> None:
    """Read stored texts again, by the rules of this version, and say what is other than before."""
    from flows import rereading, screen

    first = day(since)
    with _progress() as (started, tick):
        result = rereading.reread(
            warehouse, first, source, document, workers, entities, started=started, tick=tick
        )
    if json:
        screen.put_json(result)
    else:
        screen.show_reread(screen.console(), result)
    if result.failed:
        raise typer.Exit(PARTIAL)


@app.command()
def correct(
    warehouse: Ledger = DEFAULT_LEDGER, overrides: Overrides = None, json: Json = False
) -> None:
    """Lay the corrections of overrides.toml over the ledger, and show what each changed."""
    from flows import explaining, screen, steps
    from warehouse import Warehouse

    found = steps.correct(warehouse, overrides)
    rows = Warehouse(warehouse).corrections()
    if json:
        screen.put_json(rows)
    else:
        explaining.show_corrections(screen.console(), rows, found)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(metavar="SQL", help='Such as "from mart.disagreements".')],
    warehouse: Ledger = DEFAULT_LEDGER,
    limit: Annotated[int, typer.Option(min=0, help="Most rows to print; 0 for all.")] = 100,
    json: Json = False,
) -> None:
    """Run SQL on the published replica, which never blocks a load."""
    from flows import screen
    from warehouse import Warehouse

    table = Warehouse(warehouse).query(query)
    if json:
        screen.put_json(table.dicts())
    else:
        screen.show_table(screen.console(), table, limit)


@app.command()
def learn(
    warehouse: Ledger = DEFAULT_LEDGER,
    days: Annotated[
        int, typer.Option(min=2, help="Learn from so many days before the newest document.")
    ] = 60,
    json: Json = False,
) -> None:
    """Learn which lines each site repeats, for "replay --learned"."""
    from flows import screen, steps

    memory = steps.learn(warehouse, days)
    if json:
        screen.put_json(memory)
    else:
        screen.show_memory(screen.console(), memory)


@app.command()
def doctor(warehouse: Ledger = DEFAULT_LEDGER, json: Json = False) -> None:
    """Check versions, paths, lock and counts; say what is wrong and the remedy."""
    from dataclasses import replace
    from importlib.metadata import version

    from flows import screen
    from warehouse import Warehouse

    health = Warehouse(warehouse).doctor()
    versions = {name: version(name) for name in ("newsledger", "duckdb", "prefect")}
    versions["python"] = sys.version.split()[0]
    address = os.environ.get("PREFECT_API_URL")
    engine = f"under Prefect at {address}" if address else "in process (PREFECT_API_URL is not set)"
    silence = commands.prefect_silence()
    if silence:
        health = replace(health, problems=(*health.problems, silence))
    if json:
        screen.put_json({"versions": versions, "replays": engine, "warehouse": health})
    else:
        screen.show_health(screen.console(), health, versions, engine)
    if health.problems:
        raise typer.Exit(FAILURE)


def main() -> None:
    """Entry point: run a command, and turn every error into one clear paragraph."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal of few characters shows the rest
    try:
        app(prog_name="newsledger")
    except Exception as error:
        if os.environ.get("NEWSLEDGER_DEBUG"):
            raise
        message, code = _explained(error)
        print(f"newsledger: {message}", file=sys.stderr)
        sys.exit(code)


def _explained(error: Exception) -> tuple[str, int]:
    """Message and exit code of an error."""
    if isinstance(error, ImportError):
        return f"{error}. The installation is not whole; install newsledger anew", FAILURE
    from flows.inputs import InputError
    from flows.steps import ReplayError
    from warehouse import NoSuchFact, WarehouseError

    if isinstance(error, InputError | NoSuchFact):
        return str(error), USAGE
    if isinstance(error, ReplayError | WarehouseError):
        return str(error), FAILURE
    if isinstance(error, OSError):
        return f"{error}. See to the path, its permissions and the disk", FAILURE
    return (
        f"{type(error).__name__}: {error}. This is a fault of newsledger; NEWSLEDGER_DEBUG=1 shows "
        "where. Please report it",
        FAILURE,
    )


def _in_process(order: Order) -> Replay:
    """The steps as plain functions, with a progress bar."""
    from flows import steps

    def announce(total: int) -> None:
        print(
            "Running in this process. To run it as a tracked flow: make serve, "
            "then PREFECT_API_URL=http://127.0.0.1:4200/api newsledger replay ...",
            file=sys.stderr,
        )
        started(total)

    with _progress() as (started, tick):
        return steps.replay(
            order.path,
            order.ledger,
            order.source,
            order.workers,
            learned=order.learned,
            corrections=order.corrections,
            entities=order.entities,
            announce=order.announce,
            started=announce,
            tick=tick,
        )


def _under_prefect(order: Order) -> Replay:
    """The steps as a flow run that the Prefect server tracks."""
    from flows.replay import run_tracked

    return run_tracked(order)


@contextmanager
def _progress() -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """A progress bar on a terminal's standard error, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield (lambda total: None), (lambda name: None)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from flows import screen

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen.console(sys.stderr), transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def started(total: int) -> None:
            bar.update(task, total=total)

        def tick(name: str) -> None:
            bar.advance(task)
            if bar.tasks[0].finished:
                bar.update(task, description="Comparing")

        yield started, tick


if __name__ == "__main__":
    main()
