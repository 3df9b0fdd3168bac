"""A user's corrections, laid over what was read: repeatable, on record, and taken back at will.

An entry corrects the binding of a fact (or drops it), names who a name stands for, or gives the
verdict on two facts. `news.facts` holds the facts as corrected; what the reading gave is kept in
`news.original_facts`, and every change in `news.overridden` (`mart.overrides`). Applying works
from the originals each time, so the result depends on the entries alone.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

import duckdb

from extractors.entities import family
from warehouse import past
from warehouse.identity import key
from warehouse.records import Run
from warehouse.rows import SCHEMAS

Row = dict[str, Any]
Participants = list[tuple[str, str, str]]
"""(role, entity, family) in order."""

SETTABLE = (
    "predicate", "verb", "slot", "role_in_statement", "distributive", "per", "scope", "phase",
    "direction", "measurer", "population", "target", "place", "period_months",
    "event_date_start", "event_date_end", "as_of", "attribution",
)  # fmt: skip
"""Columns of news.facts that an entry may set, besides `actor`; the figure itself stays."""


@dataclass(frozen=True, slots=True)
class Override:
    """One entry.

    Attributes:
        kind: what it corrects.
        content: of a `fact`: `fact` (id or its beginning), or `document` and `surface`; and
            `drop`, or `set` (column of `SETTABLE` or `actor` -> value). Of an `alias`: `name`,
            `entity`. Of a `verdict`: `facts` (two ids), `verdict`.
        reason: why, in the user's words.
        dated: when the user said so.
    """

    kind: Literal["fact", "alias", "verdict"]
    content: Mapping[str, Any]
    reason: str
    dated: date

    @property
    def entry_id(self) -> UUID:
        """Follows from all that it says."""
        return key("override", self.kind, self.text, self.reason, self.dated)

    @property
    def text(self) -> str:
        """The content as JSON with sorted keys."""
        return json.dumps(self.content, ensure_ascii=False, sort_keys=True, default=str)


def apply(
    connection: duckdb.DuckDBPyConnection, run: Run, entries: Sequence[Override] | None
) -> None:
    """Bring the facts to what the entries say; before the comparison.

    Adds the versions whose facts changed to the temporary table met_versions, so that their
    verdicts are worked out anew.

    Args:
        connection: in the transaction of a load.
        run: whose change it is.
        entries: all that hold from now on, None for those on record.
    """
    if entries is not None:
        _touch_pairs(connection, _record_entries(connection, run, entries))
    held = current(connection)
    changed_before = connection.execute("SELECT count(*) FROM news.original_facts").fetchall()
    if not held and changed_before == [(0,)]:
        return
    facts = [entry for entry in held if entry.kind == "fact"]
    aliases = {_folded(e.content["name"]): e for e in held if e.kind == "alias"}
    wanted = _matches(connection, facts)
    concerned = set(wanted) | _named(connection, aliases) | _originals(connection)
    before = _read(connection, concerned, "")
    originals = _read(connection, concerned, "original_")
    after: dict[UUID, tuple[Row, Participants] | None] = {}
    changes: list[tuple[UUID, UUID, str, str | None, str | None]] = []
    for fact_id in sorted(concerned):
        base = originals.get(fact_id) or before[fact_id]
        row, names, told = _corrected(fact_id, base, wanted.get(fact_id, ()), aliases)
        after[fact_id] = None if row is None else (row, names)
        changes += told
    _store(connection, run, before, originals, after, {fact for _, fact, *_ in changes})
    _record_changes(connection, run, changes)


def current(connection: duckdb.DuckDBPyConnection) -> list[Override]:
    """The entries that hold, in the order of their ids."""
    rows = connection.execute(
        "SELECT kind, content, reason, dated FROM news.overrides WHERE recorded_to IS NULL "
        "ORDER BY dated, entry_id"
    ).fetchall()
    return [Override(kind, json.loads(text), reason, dated) for kind, text, reason, dated in rows]


def _record_entries(
    connection: duckdb.DuckDBPyConnection, run: Run, entries: Iterable[Override]
) -> list[Override]:
    """Close the entries that are gone and add the new ones; returns both."""
    given = {entry.entry_id: entry for entry in entries}
    known = {entry.entry_id: entry for entry in current(connection)}
    gone = [known[entry_id] for entry_id in sorted(set(known) - set(given))]
    new = [given[entry_id] for entry_id in sorted(set(given) - set(known))]
    for entry in gone:
        connection.execute(
            "UPDATE news.overrides SET recorded_to = ? WHERE entry_id = ? AND recorded_to IS NULL",
            [run.started_at, entry.entry_id],
        )
    for entry in new:
        connection.execute(
            "INSERT INTO news.overrides VALUES (?, ?, ?, ?, ?, ?, NULL, ?)",
            [entry.entry_id, entry.kind, entry.text, entry.reason, entry.dated, run.started_at,
             run.run_id],
        )  # fmt: skip
    return gone + new


def _touch_pairs(connection: duckdb.DuckDBPyConnection, entries: Iterable[Override]) -> None:
    """Judge anew the versions of the facts on which verdicts are given or taken back."""
    for entry in entries:
        for fact in entry.content.get("facts", ()):
            connection.execute(
                "INSERT INTO met_versions SELECT version_id FROM news.facts "
                "WHERE starts_with(fact_id::VARCHAR, ?) AND version_id NOT IN (FROM met_versions)",
                [fact],
            )


def _matches(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[Override]
) -> dict[UUID, list[Override]]:
    """The facts that each entry means, as read or as corrected before; later entries last."""
    found: dict[UUID, list[Override]] = {}
    for entry in entries:
        said = entry.content
        if "fact" in said:
            sql = (
                "SELECT fact_id FROM (SELECT fact_id FROM news.facts UNION "
                "SELECT fact_id FROM news.original_facts) WHERE starts_with(fact_id::VARCHAR, ?)"
            )
            rows = connection.execute(sql, [said["fact"]]).fetchall()
            rows = rows if len(rows) == 1 else []  # a beginning that several share means none
        else:
            sql = (
                "SELECT DISTINCT f.fact_id FROM (SELECT fact_id, version_id, surface "
                "FROM news.facts UNION SELECT fact_id, version_id, surface "
                "FROM news.original_facts) f JOIN news.documents d USING (version_id) "
                "WHERE d.document = ? AND regexp_replace(f.surface, '\\s+', ' ', 'g') = ?"
            )
            surface = " ".join(said["surface"].split())
            rows = connection.execute(sql, [said["document"], surface]).fetchall()
        for (fact_id,) in rows:
            found.setdefault(fact_id, []).append(entry)
    return found


def _named(connection: duckdb.DuckDBPyConnection, aliases: Mapping[str, Override]) -> set[UUID]:
    """Facts in which a name takes part that an alias renames."""
    if not aliases:
        return set()
    entities = [
        name
        for (name,) in connection.execute(
            "SELECT DISTINCT entity FROM news.participants"
        ).fetchall()
        if _folded(name) in aliases
    ]
    return {
        fact_id
        for (fact_id,) in connection.execute(
            "SELECT DISTINCT fact_id FROM news.participants WHERE list_contains(?, entity)",
            [entities],
        ).fetchall()
    }


def _originals(connection: duckdb.DuckDBPyConnection) -> set[UUID]:
    return {
        row[0] for row in connection.execute("SELECT fact_id FROM news.original_facts").fetchall()
    }


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _read(
    connection: duckdb.DuckDBPyConnection, facts: Iterable[UUID], prefix: str
) -> dict[UUID, tuple[Row, Participants]]:
    """Facts with their participants, of the tables whose names begin with the prefix."""
    ids = sorted(facts)
    columns = list(SCHEMAS["facts"].names)
    rows = connection.execute(
        f"SELECT {', '.join(columns)} FROM news.{prefix}facts "
        "WHERE fact_id IN (SELECT unnest(?::UUID[]))",
        [ids],
    ).fetchall()
    names: dict[UUID, Participants] = {}
    for fact_id, *participant in connection.execute(
        f"SELECT fact_id, role, entity, family FROM news.{prefix}participants "
        "WHERE fact_id IN (SELECT unnest(?::UUID[])) ORDER BY fact_id, position",
        [ids],
    ).fetchall():
        role, entity, root = participant
        names.setdefault(fact_id, []).append((role, entity, root))
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return {row["fact_id"]: (row, names.get(row["fact_id"], [])) for row in found}


def _corrected(
    fact_id: UUID,
    base: tuple[Row, Participants],
    entries: Sequence[Override],
    aliases: Mapping[str, Override],
) -> tuple[Row | None, Participants, list[tuple[UUID, UUID, str, str | None, str | None]]]:
    """A fact as the entries have it (None if dropped), and what they changed.

    Args:
        fact_id: the fact.
        base: as the reading gave it.
        entries: that mean it, the later ones last.
        aliases: folded name -> entry.
    """
    row, names = dict(base[0]), list(base[1])
    told: list[tuple[UUID, UUID, str, str | None, str | None]] = []
    for place, (role, entity, _) in enumerate(names):
        alias = aliases.get(_folded(entity))
        if alias is not None and alias.content["entity"] != entity:
            meant = alias.content["entity"]
            names[place] = (role, meant, family(meant))
            told.append((alias.entry_id, fact_id, role, entity, meant))
    if told:
        names = list(dict.fromkeys(names))
        row["rule"] = f"{row['rule']}+alias"
    for entry in entries:
        if entry.content.get("drop"):
            told.append((entry.entry_id, fact_id, "fact", row["surface"], None))
            return None, [], told
        for column, value in sorted(entry.content["set"].items()):
            if column == "actor":
                actors = [value] if isinstance(value, str) else list(value)
                old = [entity for role, entity, _ in names if role == "actor"]
                others = [name for name in names if name[0] != "actor"]
                names = [("actor", actor, family(actor)) for actor in actors] + others
                told.append((entry.entry_id, fact_id, column, ", ".join(old), ", ".join(actors)))
            else:
                old_value = None if row[column] is None else str(row[column])
                row[column] = date.fromisoformat(value) if _is_day(column) else value
                told.append((entry.entry_id, fact_id, column, old_value, str(value)))
        told.append((entry.entry_id, fact_id, "rule", row["rule"], f"override: {entry.reason}"))
        row["rule"], row["confidence"] = f"override: {entry.reason}", 1.0
    return row, names, told


def _is_day(column: str) -> bool:
    return column in ("event_date_start", "event_date_end", "as_of")


def _store(
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    before: Mapping[UUID, tuple[Row, Participants]],
    originals: Mapping[UUID, tuple[Row, Participants]],
    after: Mapping[UUID, tuple[Row, Participants] | None],
    overridden: set[UUID],
) -> None:
    """Write the facts that are not as they should be, and keep or give back their originals."""
    moved = [
        fact_id
        for fact_id, fact in after.items()
        if _content(before.get(fact_id)) != _content(fact)
    ]
    past.moved(connection, moved)
    past.end_facts(connection, run.started_at)
    for fact_id in moved:
        fact = after[fact_id]
        if fact is not None:
            _insert(connection, ({**fact[0], "run_id": run.run_id}, fact[1]), "")
    past.close_gone(connection, run.started_at)
    for fact_id in sorted(overridden - set(originals)):
        _insert(connection, before[fact_id], "original_")
    for fact_id in sorted(set(originals) - overridden):
        _delete(connection, fact_id, "original_")


def _content(fact: tuple[Row, Participants] | None) -> tuple[Row, Participants] | None:
    """A fact without the run that made it."""
    return fact and ({**fact[0], "run_id": None}, fact[1])


def _delete(connection: duckdb.DuckDBPyConnection, fact_id: UUID, prefix: str) -> None:
    for table in ("facts", "participants"):
        connection.execute(f"DELETE FROM news.{prefix}{table} WHERE fact_id = ?", [fact_id])


def _insert(
    connection: duckdb.DuckDBPyConnection, fact: tuple[Row, Participants], prefix: str
) -> None:
    row, names = fact
    columns = list(SCHEMAS["facts"].names)
    connection.execute(
        f"INSERT INTO news.{prefix}facts ({', '.join(columns)}) "
        f"VALUES ({', '.join('?' * len(columns))})",
        [row[column] for column in columns],
    )
    for position, (role, entity, root) in enumerate(names):
        connection.execute(
            f"INSERT INTO news.{prefix}participants VALUES (?, ?, ?, ?, ?)",
            [row["fact_id"], role, position, entity, root],
        )


def _record_changes(
    connection: duckdb.DuckDBPyConnection,
    run: Run,
    changes: Iterable[tuple[UUID, UUID, str, str | None, str | None]],
) -> None:
    """Close the changes to facts that no longer hold, and add the new ones."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE change AS "
        "SELECT entry_id, fact_id, changed, original, given FROM news.overridden LIMIT 0"
    )
    for change in changes:
        connection.execute("INSERT INTO change VALUES (?, ?, ?, ?, ?)", list(change))
    connection.execute(
        """
        UPDATE news.overridden o SET recorded_to = ?
        WHERE recorded_to IS NULL AND earlier_fact_id IS NULL AND NOT EXISTS (
            FROM change c WHERE c.entry_id = o.entry_id AND c.fact_id = o.fact_id
                AND c.changed = o.changed AND c.original IS NOT DISTINCT FROM o.original
                AND c.given IS NOT DISTINCT FROM o.given)
        """,
        [run.started_at],
    )
    connection.execute(
        """
        INSERT INTO news.overridden
        SELECT c.entry_id, c.fact_id, NULL, c.changed, c.original, c.given, ?, NULL, ?::UUID
        FROM change c
        WHERE NOT EXISTS (FROM news.overridden o
                          WHERE o.recorded_to IS NULL AND o.entry_id = c.entry_id
                            AND o.fact_id = c.fact_id AND o.changed = c.changed)
        """,
        [run.started_at, run.run_id],
    )


_NAMED_PAIRS = """
CREATE OR REPLACE TEMP TABLE named_pair AS
SELECT o.entry_id, o.reason, o.dated, o.content->>'$.verdict' AS verdict, x.fact_id AS x,
       y.fact_id AS y
FROM news.overrides o
JOIN news.facts x ON starts_with(x.fact_id::VARCHAR, o.content->>'$.facts[0]')
JOIN news.facts y ON starts_with(y.fact_id::VARCHAR, o.content->>'$.facts[1]')
WHERE o.recorded_to IS NULL AND o.kind = 'verdict' AND x.fact_id <> y.fact_id
QUALIFY count(*) OVER (PARTITION BY o.entry_id) = 1
"""

_NAMED_VERSIONS = """
CREATE OR REPLACE TEMP TABLE named_version AS
SELECT DISTINCT version_id FROM news.facts
WHERE fact_id IN (SELECT x FROM named_pair UNION SELECT y FROM named_pair)
"""

_NAMED_FACTS = "CREATE OR REPLACE TEMP TABLE named_fact AS FROM news.facts_of('named_version')"

_RULED = """
CREATE OR REPLACE TEMP TABLE ruled AS
WITH placed AS MATERIALIZED (
    FROM news.sides_of('named_fact')
), ordered AS MATERIALIZED (
    SELECT p.entry_id, p.reason, p.dated, p.verdict,
           CASE WHEN s.position > t.position THEN s ELSE t END AS a,
           CASE WHEN s.position > t.position THEN t ELSE s END AS b
    FROM named_pair p JOIN placed s ON s.fact_id = p.x JOIN placed t ON t.fact_id = p.y
), related AS MATERIALIZED (
    SELECT *, mart.full_relation(a, b, mart.relate(a.r, b.r)) AS m FROM ordered
)
SELECT entry_id, a.fact_id AS fact_id, b.fact_id AS earlier_fact_id, verdict,
       'override' AS reason, 'override: ' || reason AS rule, m.difference AS relative_difference,
       news.dependence(a, b) AS dependence, m.relation AS relation
FROM related
QUALIFY row_number() OVER (PARTITION BY a.fact_id, b.fact_id
                           ORDER BY dated DESC, entry_id DESC) = 1
"""

_PAIR_CHANGES = """
CREATE OR REPLACE TEMP TABLE pair_change AS
SELECT r.entry_id, r.fact_id, r.earlier_fact_id, r.verdict AS given,
       j.verdict || ', ' || j.reason AS original
FROM ruled r LEFT JOIN judged j USING (fact_id, earlier_fact_id)
"""


def judge(connection: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Put the verdicts that entries give in the place of those in the temporary table judged."""
    connection.execute(_NAMED_PAIRS)
    pairs = connection.execute("SELECT count(*) FROM named_pair").fetchall()
    if pairs == [(0,)]:
        connection.execute(
            "UPDATE news.overridden SET recorded_to = ? "
            "WHERE recorded_to IS NULL AND earlier_fact_id IS NOT NULL",
            [run.started_at],
        )
        return
    for sql in (_NAMED_VERSIONS, _NAMED_FACTS, _RULED, _PAIR_CHANGES):
        connection.execute(sql)
    connection.execute(
        "DELETE FROM judged j WHERE EXISTS (FROM ruled r WHERE r.fact_id = j.fact_id "
        "AND r.earlier_fact_id = j.earlier_fact_id)"
    )
    connection.execute("INSERT INTO judged BY NAME SELECT * EXCLUDE (entry_id) FROM ruled")
    connection.execute(
        "UPDATE news.overridden SET recorded_to = ? WHERE recorded_to IS NULL "
        "AND earlier_fact_id IS NOT NULL AND entry_id NOT IN (SELECT entry_id FROM pair_change)",
        [run.started_at],
    )
    connection.execute(
        "INSERT INTO news.overridden SELECT entry_id, fact_id, earlier_fact_id, 'verdict', "
        "original, given, ?, NULL, ?::UUID FROM pair_change WHERE entry_id NOT IN (SELECT "
        "entry_id FROM news.overridden WHERE recorded_to IS NULL)",
        [run.started_at, run.run_id],
    )
