"""`entities.csv`: the companies, people and places of a user's own, beside those of the package.

    name,kind,parent,country,aliases
    Hoshino Robotics,company,,JP,星野ロボティクス;호시노 로보틱스
    Hoshino Energy,company,Hoshino Robotics,JP,星野エネルギー
    Microsoft,,,,MSFT

The columns are those of the table that comes with the package: `kind` is one of KINDS, `parent`
the name of whom it belongs to, `country` an ISO 3166 code, `aliases` its other names in any
language, parted by semicolons. A row with a name of the package's table adds its aliases there,
and overrules what it gives. The file stands beside the ledger, or is named by `--entities` or
NEWSLEDGER_ENTITIES. Runs that read with it have its digest in `ops.runs`; after a change,
`newsledger reread` takes it to what was read before.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from pathlib import Path

from extractors import entities
from extractors.entities import COLUMNS, KINDS, Row
from flows.declared import unknown
from flows.inputs import InputError

NAME = "entities.csv"
_COUNTRY = re.compile(r"[A-Z]{2}")
_SHORTEST = 2
"""Characters of a name; shorter ones stand in every other line."""


def use(ledger: Path, path: Path | None = None) -> None:
    """Read with the user's own entities from now on, or without any where there is no file.

    Args:
        ledger: DuckDB file.
        path: the table; by default that of NEWSLEDGER_ENTITIES, else entities.csv beside the
            ledger, if there is one.

    Raises:
        InputError: it cannot be read or breaks its form; see `read`.
    """
    named = path or _from_environment()
    beside = ledger.with_name(NAME)
    found = named or (beside if beside.exists() else None)
    entities.use(read(found) if found else ())


def _from_environment() -> Path | None:
    given = os.environ.get("NEWSLEDGER_ENTITIES")
    return Path(given) if given else None


def read(path: Path) -> tuple[Row, ...]:
    """The rows of a table.

    Args:
        path: a CSV file as in the text above.

    Raises:
        InputError: it cannot be read, or rows break its form; with file, line and remedy, one
            sentence for each thing that is wrong.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; save the file as UTF-8") from None
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}; check the path") from None
    written = [(number, cells) for number, cells in _lines(text) if any(map(str.strip, cells))]
    header = tuple(cell.strip() for cell in written[0][1]) if written else ()
    if header != COLUMNS:
        raise InputError(f"{path}, line 1: write {','.join(COLUMNS)} as the first line")
    problems: list[str] = []
    rows: dict[str, tuple[int, Row]] = {}
    known = {row.entity.name: row for row in entities.shipped()}
    for number, cells in written[1:]:
        row = _row(cells)
        said = _problem(cells, row, known)
        first = rows.get(row.entity.name)
        if first is not None and not said:
            said = f"{row.entity.name!r} stands in line {first[0]}, too; make one row of both"
        if said:
            problems.append(f"{path}, line {number}: {said}")
        else:
            rows[row.entity.name] = number, row
    problems += [f"{path}, line {number}: {said}" for number, said in _together(rows, known)]
    if problems:
        raise InputError("\n".join(problems))
    return tuple(row for _, row in rows.values())


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the line on which each begins; no cell may hold a line break."""
    return [(n, next(csv.reader([line]), [])) for n, line in enumerate(text.splitlines(), 1)]


def _row(cells: list[str]) -> Row:
    cells = [cell.strip() for cell in (*cells, *COLUMNS)[: len(COLUMNS)]]
    return Row(
        entities.Entity(*cells[:4]),
        tuple(alias for part in cells[4].split(";") if (alias := part.strip())),
    )


def _problem(cells: list[str], row: Row, known: Mapping[str, Row]) -> str:
    """What is wrong with a row by itself, "" for nothing."""
    if len(cells) != len(COLUMNS):
        return (
            f"{len(cells)} cells in place of {len(COLUMNS)}; write {','.join(COLUMNS)}, "
            'a name with a comma in "quotation marks"'
        )
    entity = row.entity
    for name in (entity.name, *row.aliases):
        if len(name) < _SHORTEST or not any(map(str.isalpha, name)):
            return f"{name!r} is no name; write one of {_SHORTEST} letters or more"
    if not entity.kind and entity.name not in known:
        return f"the kind of {entity.name!r} is missing; write one of {', '.join(sorted(KINDS))}"
    if entity.kind and entity.kind not in KINDS:
        return f"kind {unknown(entity.kind, sorted(KINDS))}"
    if entity.country and not _COUNTRY.fullmatch(entity.country):
        return f"country {entity.country!r} is no ISO 3166 code; write it as JP"
    place = entity.kind in entities.PLACES and entity.name not in known
    if place and not entity.country:
        return f"the country of the place {entity.name!r} is missing; write it as JP"
    return ""


def _together(
    rows: Mapping[str, tuple[int, Row]], known: Mapping[str, Row]
) -> list[tuple[int, str]]:
    """What is wrong with rows beside one another: parents and aliases; each with its line."""
    found: list[tuple[int, str]] = []
    parents = {name: row.entity.parent for name, row in known.items()}
    parents |= {name: row.entity.parent for name, (_, row) in rows.items() if row.entity.parent}
    parents |= {name: "" for name in rows if name not in parents}
    owners: dict[str, str] = {}
    for name, (number, row) in rows.items():
        if row.entity.parent and row.entity.parent not in parents:
            said = f"parent {row.entity.parent!r} is no name here; add a row for it, or mend it"
            found.append((number, said))
        if row.entity.parent and _circles(name, parents):
            found.append((number, f"{name!r} is its own parent in the end; take a parent out"))
        for alias in (name, *row.aliases):
            owner = owners.setdefault(alias, name)
            if owner != name:
                said = f"{alias!r} is a name of {owner!r}, too; take it out of one row"
                found.append((number, said))
    return found


def _circles(name: str, parents: Mapping[str, str]) -> bool:
    """Whether the parents of an entity lead back to one of them."""
    chain = [name]
    while parents.get(chain[-1]):
        chain.append(parents[chain[-1]])
        if chain[-1] in chain[:-1]:
            return True
    return False
