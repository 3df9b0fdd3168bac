"""Commands that ask the ledger: facts, timeline, disagreements, why, report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.options import DEFAULT_LEDGER, USAGE, Actor, Json, Ledger, Since, day

Limit = Annotated[int, typer.Option(min=0, help="Most to print; 0 for all.")]
Document = typer.Option(help="Only those of this document; may be repeated.")


def facts(
    warehouse: Ledger = DEFAULT_LEDGER,
    document: Annotated[
        str | None, typer.Option(help="Only of documents whose name begins so.")
    ] = None,
    actor: Actor = None,
    predicate: Annotated[
        str | None, typer.Option(help="Only of this kind, such as invest or cut_jobs.")
    ] = None,
    since: Since = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """Say in words what documents state, the newest report first."""
    from flows import explaining, screen
    from warehouse import Warehouse

    found = Warehouse(warehouse).facts(document, actor=actor, predicate=predicate, since=day(since))
    shown = found[:limit] if limit else found
    if json:
        screen.put_json([explaining.fact_data(row) for row in shown])
    else:
        explaining.show_facts(screen.console(), shown, len(found))


def timeline(
    claim: Annotated[
        str,
        typer.Argument(
            metavar="CLAIM",
            help='A claim_id of mart.claims or its beginning, or words: "microsoft invest amount".',
        ),
    ],
    warehouse: Ledger = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Show who reported a claim when, with which figure, and how each fits those before."""
    from flows import explaining, screen
    from warehouse import Warehouse

    ledger = Warehouse(warehouse)
    found = ledger.claims(claim)
    if len(found) != 1:
        if json:
            screen.put_json({"choices": found})
        else:
            explaining.show_choices(screen.console(sys.stderr), claim, found)
        raise typer.Exit(USAGE)
    tellings = ledger.timeline(found[0].claim_id)
    if json:
        screen.put_json({"claim": found[0], "reports": tellings})
    else:
        explaining.show_timeline(screen.console(), found[0], tellings)


def disagreements(
    warehouse: Ledger = DEFAULT_LEDGER,
    document: Annotated[list[str] | None, Document] = None,
    verdict: Annotated[
        list[str] | None,
        typer.Option(help="Only this verdict, such as conflicts; may be repeated."),
    ] = None,
    since: Since = None,
    actor: Actor = None,
    min_severity: Annotated[
        float, typer.Option(min=0.0, help="Only from this severity on (mart.verdicts).")
    ] = 0.0,
    limit: Limit = 25,
    json: Json = False,
) -> None:
    """Say in words what reports disagree on, the gravest first."""
    from flows import explaining, phrases, screen
    from warehouse import Warehouse

    for word in verdict or ():
        if word not in phrases.phrases().verdicts:
            known = ", ".join(phrases.phrases().verdicts)
            raise typer.BadParameter(f"{word!r} is no verdict. Verdicts are {known}.")
    rows = Warehouse(warehouse).disagreements(
        document, verdicts=verdict or (), since=day(since), actor=actor
    )
    grave = [row for row in rows if (row["severity"] or 0.0) >= min_severity]
    if json:
        screen.put_json(grave)
    else:
        explaining.show_disagreements(screen.console(), grave, len(rows), limit)


def why(
    fact: Annotated[
        str, typer.Argument(metavar="FACT_ID", help="A fact_id of mart.facts, or its beginning.")
    ],
    warehouse: Ledger = DEFAULT_LEDGER,
    json: Json = False,
) -> None:
    """Explain one fact: its sentence, how it was read and bound, every comparison."""
    from flows import explaining, screen
    from warehouse import Warehouse

    explanation = Warehouse(warehouse).why(fact)
    if json:
        screen.put_json(explanation)
    else:
        explaining.show_explanation(screen.console(), explanation)


def report(
    warehouse: Ledger = DEFAULT_LEDGER,
    since: Since = None,
    story: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this story: a story_id or its beginning.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The HTML file to write.", show_default=True)] = Path(
        "newsledger-report.html"
    ),
    json: Json = False,
) -> None:
    """Write one page of what differs, story by story; it opens without a network."""
    from flows import reporting, screen
    from warehouse import Warehouse

    first = day(since)
    found = Warehouse(warehouse).briefing(first, story)
    if story and not found.stories:
        raise typer.BadParameter(f"No story begins with {story!r}; ask mart.stories for its id.")
    reporting.write(reporting.page(found, first), out)
    if json:
        data = {"out": out, "differences": found.n_differences, "stories": found.n_stories}
        screen.put_json(data)
        return
    shown = f"{found.n_stories} {'story' if found.n_stories == 1 else 'stories'}"
    counted = f"{screen.counted(found.n_differences, 'difference')}, {shown}"
    screen.console().print(f"{out}: {counted}")
