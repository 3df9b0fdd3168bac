"""What the command line shows: tables, quotations and JSON."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, NoReturn
from uuid import UUID

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from extractors.records import READ
from flows.options import UNREAD
from flows.rereading import Reread
from flows.steps import Replay
from flows.words import Difference, Quotation, differences
from warehouse import Agreement, DocumentSummary, Health, LineMemory, Table

PIPE_WIDTH = 120
"""Columns where the output is no terminal and COLUMNS is not set."""

_MOST_DOCUMENTS = 50
_MOST_DIFFERENCES = 25
_MOST_AGREEMENTS = 10
_MOST_VOICES = 6
_COLUMN = 14  # columns that a cell needs to be of use


def console(file: IO[str] | None = None) -> Console:
    """A console of the terminal's width; plain text where there is no terminal."""
    stream = file or sys.stdout
    columns = os.environ.get("COLUMNS", "")
    fixed = None if stream.isatty() or columns.isdecimal() else PIPE_WIDTH
    if columns.isdecimal() and int(columns) == 0:  # of a shell that does not know its width
        fixed = shutil.get_terminal_size((PIPE_WIDTH, 0)).columns
    return _Screen(file=stream, width=fixed, highlight=False, markup=False, emoji=False)


class _Screen(Console):
    """A console that ends the command where nobody reads on, as in `newsledger facts | head`."""

    def on_broken_pipe(self) -> None:
        """Called by rich."""
        _end_unread()


def _end_unread() -> NoReturn:
    """End quietly, with the exit code of a program that a closed pipe has ended."""
    # The interpreter writes out what is left at its end, and would complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(UNREAD)


def put_json(value: object) -> None:
    """Print a value as JSON."""
    try:
        print(as_json(value), flush=True)
    except BrokenPipeError:
        _end_unread()


def clean(value: object) -> str:
    """A value as one line of text without control characters, which could steer a terminal."""
    return "".join(
        " " if c in "\n\r\t" else "\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c
        for c in value_text(value)
    )


def value_text(value: object) -> str:
    """A value of the ledger as a reader writes it: no trailing zeros, "" for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {value_text(entry)}" for key, entry in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(value_text, value))
    return str(value)


def as_json(value: object) -> str:
    """Records, rows and values of the ledger as JSON; whole decimals as integers."""
    return json.dumps(_plain(value), ensure_ascii=False, indent=2)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON knows neither NaN nor infinity
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, UUID | Path | timedelta):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def replay_data(replay: Replay) -> dict[str, object]:
    """A replay as data: what `show_replay` shows, and the rows behind it."""
    return {
        "source": replay.source,
        "warehouse": replay.ledger,
        "run_id": replay.run_id,
        "outcome": "partial" if replay.failed else "complete",
        "rows_added": replay.rows_added,
        "added": replay.added,
        "documents": replay.documents,
        "agreements": replay.agreements,
        "differences": differences(replay.disagreements),
        "disagreements": replay.disagreements,
        "passed_over": replay.passed_over,
    }


def show_replay(out: Console, replay: Replay) -> None:
    """One row a document, what went wrong, what differs, and what was added."""
    shown = _most_telling(replay.documents)
    out.print(_documents(shown, out.width))
    if len(shown) < len(replay.documents):
        rest = len(replay.documents) - len(shown)
        out.print(f'... and {rest} more: newsledger sql "from mart.documents"', style="dim")
    for row in [row for row in shown if row.message]:
        out.print(
            Text.assemble((clean(row.document), "bold"), f" {row.outcome}: {clean(row.message)}")
        )
    if replay.passed_over:
        names = ", ".join(map(clean, replay.passed_over[:5]))
        more = ", ..." if len(replay.passed_over) > 5 else ""
        out.print(f"Passed over, no document to read: {names}{more}", style="dim")
    out.print()
    show_agreements(out, replay.agreements)
    show_differences(out, replay.disagreements)
    if replay.rows_added:
        facts = replay.added.get("facts", 0)
        verdicts = replay.added.get("verdicts", 0)
        out.print(
            f"{replay.rows_added} rows added to {replay.ledger}, "
            f"{counted(facts, 'fact')} and {counted(verdicts, 'verdict')} among them"
        )
    else:
        out.print(f"nothing new: 0 rows added to {replay.ledger}")


def show_agreements(out: Console, agreements: Sequence[Agreement]) -> None:
    """Undisputed figures of several reports, each in the words of all of them."""
    if not agreements:
        return
    out.print("What reports agree on", style="bold")
    for number, agreement in enumerate(agreements[:_MOST_AGREEMENTS], 1):
        voices = f"{agreement.n_voices} independent voices in " if agreement.n_voices > 1 else ""
        out.print(
            f"{number}. {clean(agreement.claim)}: {voices}{agreement.n_reports} reports.",
        )
        said = Text(", ").join(
            Text.assemble(figure(surface), f" ({clean(document)})")
            for document, surface in agreement.said[:_MOST_VOICES]
        )
        out.print(Padding(said, (0, 0, 0, 3)))
    if len(agreements) > _MOST_AGREEMENTS:
        rest = len(agreements) - _MOST_AGREEMENTS
        out.print(f'... and {rest} more: newsledger sql "from mart.claims"', style="dim")
    out.print()


def show_differences(
    out: Console, rows: Sequence[Mapping[str, Any]], most: int = _MOST_DIFFERENCES
) -> None:
    """Disagreements in sentences, with both quotations.

    Args:
        out: where to.
        rows: of `mart.disagreements`, the gravest first.
        most: number of sentences, 0 for all.
    """
    found = differences(rows)
    if not found:
        out.print("What differs: nothing; no two reports disagree on a figure.\n")
        return
    out.print("What differs", style="bold")
    shown = found[:most] if most else found
    for number, difference in enumerate(shown, 1):
        _show_difference(out, number, difference)
    if len(found) > len(shown):
        rest = len(found) - len(shown)
        out.print(f"... and {rest} more: newsledger disagreements --limit 0\n", style="dim")


def show_table(out: Console, table: Table, limit: int) -> None:
    """Rows of a query: a grid where it fits, else one block a row."""
    rows = table.rows[:limit] if limit else table.rows
    if len(table.columns) * _COLUMN <= out.width:
        grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
        for position, name in enumerate(table.columns):
            numbers = all(isinstance(row[position], int | float | Decimal) for row in rows)
            grid.add_column(clean(name), justify="right" if rows and numbers else "left")
        for row in rows:
            grid.add_row(*(Text(clean(value)) for value in row))
        out.print(grid)
    else:
        label = max(map(len, table.columns))
        for number, row in enumerate(rows, 1):
            out.print(f"row {number}", style="bold")
            for name, value in zip(table.columns, row, strict=True):
                if value is not None:
                    out.print(labelled(name, value, label))
            out.print()
    more = f", {len(rows)} shown; --limit 0 shows all" if len(rows) < len(table.rows) else ""
    out.print(f"{counted(len(table.rows), 'row')}{more}", style="dim")


def show_health(out: Console, health: Health, versions: Mapping[str, str], engine: str) -> None:
    """Versions, paths, locks and counts; what is wrong, and the remedy."""
    for name, text in versions.items():
        out.print(labelled(name, text, 12))
    out.print(labelled("warehouse", health.path.absolute(), 12))
    out.print(labelled("replica", health.replica.absolute(), 12))
    out.print(labelled("schema", f"migration {health.migration or 'none'}", 12))
    out.print(labelled("lock", "held: a load is running" if health.locked else "free", 12))
    last = f", the last began {value_text(health.last_run)}" if health.last_run else ""
    out.print(labelled("runs", f"{health.runs}{last}", 12))
    out.print(labelled("replays run", engine, 12))
    counts = {name: n for name, n in health.counts.items() if name.startswith(("news.", "ops."))}
    out.print(labelled("rows", counts or "none", 12))
    out.print()
    for problem in health.problems:
        out.print(Text.assemble(("Wrong: ", "bold red"), clean(problem)))
    if not health.problems:
        out.print("All is well.")


def show_reread(out: Console, result: Reread) -> None:
    """Which documents read otherwise now, and what follows from it."""
    for name, message in result.failed[:_MOST_DOCUMENTS]:
        out.print(f"{clean(name)}: not read again, and as before: {clean(message)}")
    for version in result.altered[:_MOST_DOCUMENTS]:
        facts = _changes(version.added, version.changed, version.gone)
        said = f"facts {facts}" if facts else "other lines or languages, the same facts"
        out.print(Text.assemble((clean(version.document), "bold"), f": {said}"))
    rest = len(result.altered) - _MOST_DOCUMENTS
    if rest > 0:
        out.print(f"... and {rest} more: --json lists all", style="dim")
    out.print(
        f"{result.versions} version{'' if result.versions == 1 else 's'} read again, "
        f"{len(result.altered)} changed"
    )
    facts = _changes(result.facts_added, result.facts_changed, result.facts_gone)
    verdicts = _changes(result.verdicts_added, result.verdicts_changed, result.verdicts_gone)
    out.print(f"Facts: {facts or 'as before'}. Verdicts: {verdicts or 'as before'}.")


def _changes(added: int, changed: int, gone: int) -> str:
    counts = {"added": added, "changed": changed, "gone": gone}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def show_memory(out: Console, memory: LineMemory) -> None:
    """How many lines were learned of which site."""
    for name, lines in sorted(memory.sites.items(), key=lambda item: (-len(item[1]), item[0])):
        count = counted(len(lines), "line")
        out.print(f"{'every site' if name == '*' else clean(name)}: {count}")
    if memory.sites:
        out.print(f"Snapshot {memory.snapshot}; use it with: newsledger replay --learned PATH")
    else:
        out.print("No line is repeated by three reports of one site on two days.")


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 fact", "2 facts"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def spaced(word: str) -> str:
    """A word of a vocabulary as a reader writes it: "not comparable"."""
    return word.replace("_", " ")


def _most_telling(rows: Sequence[DocumentSummary]) -> list[DocumentSummary]:
    """The rows that fit: those that failed before those that were loaded, then by name."""
    chosen = sorted(rows, key=lambda row: row.outcome in READ)[:_MOST_DOCUMENTS]
    return [row for row in rows if row in chosen]


def _documents(rows: Iterable[DocumentSummary], width: int) -> Grid:
    longest = max(14, min(40, width - 69))  # columns for the name of a document
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    grid.add_column("document", no_wrap=True, max_width=longest)
    grid.add_column("lang", no_wrap=True)
    grid.add_column("kept/\nremoved", justify="right", no_wrap=True)
    grid.add_column("copy or\ntranslation", min_width=11)
    grid.add_column("facts", justify="right", no_wrap=True)
    grid.add_column("against earlier\nreports", min_width=16)
    grid.add_column("outcome", no_wrap=True)
    for row in rows:
        repeats = f"{row.copy_kind} of {row.copy_of}" if row.copy_of else ""
        inner = (
            f"{row.translations} passage{'s' if row.translations > 1 else ''}"
            if row.translations
            else ""
        )
        grid.add_row(
            Text(clean(row.document)),
            Text(clean(row.languages)),
            f"{row.kept_lines}/{row.removed_lines}" if row.outcome in READ else "",
            Text(clean("; ".join(filter(None, (repeats, inner))))),
            str(row.facts) if row.outcome in READ else "",
            Text(clean(row.verdicts).replace("_", " ") or ("all new" if row.facts else "")),
            Text(row.outcome, style="" if row.outcome in READ else "bold red"),
        )
    return grid


def _show_difference(out: Console, number: int, difference: Difference) -> None:
    more = ""
    if difference.others:
        pairs = "pair of reports differs" if difference.others == 1 else "pairs of reports differ"
        more = f" {difference.others} more {pairs} alike."
    out.print(
        Text.assemble(
            f"{number}. {clean(difference.claim)}: ",
            (difference.verdict, "bold"),
            f". {difference.judgement}{more}",
        )
    )
    out.print(quoted(difference.earlier))
    out.print(quoted(difference.later))
    out.print()


def quoted(quotation: Quotation) -> Padding:
    """A quotation with its source, indented."""
    words = Text.assemble(
        source(quotation.document, quotation.outlet),
        ": “",
        clean(quotation.before),
        figure(quotation.figure),
        clean(quotation.after),
        "”",
    )
    return Padding(words, (0, 0, 0, 3), expand=False)


def figure(surface: str) -> tuple[str, str] | str:
    """The figure, marked so that it stands out without colour too."""
    return (f"«{clean(surface)}»", "bold") if surface else ""


def source(document: str, outlet: str | None, published: object = None) -> Text:
    """The name of a document, and what is known of it in brackets."""
    details = ", ".join(filter(None, (clean(outlet), clean(published))))
    return Text.assemble((clean(document), "bold"), f" ({details})" if details else "")


def labelled(name: str, value: object, width: int) -> Text:
    """A line of a table of names and values, with so many columns for the names."""
    return Text.assemble((f"  {name:<{width}}  ", "dim"), clean(value))
