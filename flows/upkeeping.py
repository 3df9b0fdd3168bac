"""Commands that keep the ledger: upkeep, restore, stories."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.commands import DEFAULT_SOURCES, SourcesFile, tracked
from flows.options import DEFAULT_LEDGER, Json, Ledger


def upkeep(
    warehouse: Ledger = DEFAULT_LEDGER,
    backups: Annotated[
        Path | None, typer.Option(help="Folder of the backups; by default beside the warehouse.")
    ] = None,
    keep_days: Annotated[
        float, typer.Option(min=0, help="How long a backup is kept; the newest always is.")
    ] = 14.0,
    prune_days: Annotated[
        float | None,
        typer.Option(min=0, help="Remove files of the archive that are older, once they are read."),
    ] = None,
    event_days: Annotated[
        float | None,
        typer.Option(min=0, help="Remove events that were delivered and are older; 2 at least."),
    ] = None,
    sources: SourcesFile = DEFAULT_SOURCES,
    json: Json = False,
) -> None:
    """Publish, back up, see that the backup restores, and prune the archive if asked to."""
    from flows import keeping, screen

    plan = sources if prune_days is not None else None
    order = keeping.UpkeepOrder(warehouse, backups, keep_days, prune_days, plan, event_days)
    out, err = screen.console(), screen.console(sys.stderr)
    if tracked():
        from flows.upkeep import run_tracked

        report = run_tracked(order)
    else:
        report = keeping.keep(order, lambda words: err.print(words, soft_wrap=True))
    if json:
        screen.put_json(report)
        return
    backup = report.backup
    out.print(
        f"Backup {backup.path}: {backup.rows} rows of {backup.tables} tables in {backup.size} "
        f"bytes; it restores",
        soft_wrap=True,
    )
    for path in report.removed:
        out.print(f"Removed {path}", soft_wrap=True)
    for one in report.pruned:
        out.print(f"Pruned {one.file}: {one.captures} captures, {one.size} bytes", soft_wrap=True)
    if report.forgotten:
        out.print(f"Removed {screen.counted(report.forgotten, 'event')} from the outbox")
    for note in report.notes:
        out.print(note, soft_wrap=True)


def restore(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="Its folder, ledger-...")],
    warehouse: Ledger = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Make a warehouse, which must not be there yet, from a backup."""
    from flows import screen
    from warehouse import Warehouse

    rows = Warehouse(warehouse).restore(backup)
    if json:
        screen.put_json(rows)
    else:
        screen.console().print(f"Restored {sum(rows.values())} rows to {warehouse}", soft_wrap=True)


def stories(
    model: Annotated[
        str, typer.Option(help='Link with this model of embeddings from now on; "none" for none.')
    ],
    warehouse: Ledger = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Link all stories anew, with an optional model of embeddings or without one."""
    from extractors import embedders, embedding
    from flows import screen, steps
    from warehouse import Warehouse

    chosen = None
    if model != "none":
        if model not in embedders.NAMES:
            raise typer.BadParameter(f"Name one of: none, {', '.join(embedders.NAMES)}.")
        embedder = embedders.installed(model)
        if embedder is None:
            raise typer.BadParameter(
                f"{model} is not installed here, or does not run: pip install "
                f'"newsledger[embeddings]".'
            )
        try:
            chosen = embedding.known(embedder)
        except embedding.UnknownModel as problem:
            raise typer.BadParameter(str(problem)) from None
    if not warehouse.exists():
        raise typer.BadParameter(f"There is no {warehouse} yet; replay something first.")
    changed = Warehouse(warehouse).link_stories(chosen, steps.new_run("stories", model))
    if json:
        screen.put_json({"model": model, "changed": changed})
    else:
        told = "linked anew" if changed else "as they were: they are linked so already"
        screen.console().print(f"Stories of {warehouse} are {told}", soft_wrap=True)
