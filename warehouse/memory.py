"""What sites repeat from page to page: lines learned from the ledger, for later readings.

A line counts once per report (a version with its copies and translations) and day, because
wire copy repeats true sentences and a front page stays for hours. A snapshot is a function of
the documents that it was learned from, so its id follows from its content.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import duckdb
import pyarrow as pa

from extractors.cleaning import line_key
from extractors.cleaning.window import tokens
from extractors.records import READ
from extractors.urls import site
from warehouse.identity import key
from warehouse.records import Run, Table

_REPORTS = 3  # reports of one site that repeat a line, over ...
_DAYS = 2  # ... so many days, before it counts as the site's
_SITES = 2  # sites that repeat it, before it counts for every site
_SHORT = 12  # words below which a line can be learned for every site
_EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class LineMemory:
    """A snapshot of the lines that sites repeat.

    Attributes:
        snapshot: its id, to be named by what is read with it.
        sites: site, or name of the source where documents have no address, to line keys.
    """

    snapshot: str
    sites: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, url: str, source: str) -> frozenset[str]:
        """Keys of the lines that the site of `url`, or else the source, repeats."""
        own = self.sites.get(site(url) or source, frozenset())
        return own | self.sites.get(_EVERYWHERE, frozenset())


def learn(connection: duckdb.DuckDBPyConnection, run: Run, days: int) -> str:
    """Learn anew from the documents of the last `days` days and keep it as a snapshot.

    Args:
        connection: open for writing, in a transaction of the caller.
        run: on record as what learned it.
        days: length of the window, counted back from the newest document.

    Returns:
        Id of the snapshot; the same documents give the same.
    """
    documents = connection.execute(
        """
        WITH dated AS (
            SELECT d.url, d.source, v.original, r.report_id,
                   coalesce(d.published_at, d.fetched_at)::DATE AS day
            FROM news.version_documents d
            JOIN news.versions v USING (version_id)
            JOIN news.reports r USING (version_id)
            WHERE list_contains(?, v.outcome) AND coalesce(d.published_at, d.fetched_at) NOT NULL
        )
        FROM dated WHERE date_diff('day', day, (SELECT max(day) FROM dated)) < ?
        """,
        [sorted(READ), days],
    ).fetchall()
    seen: dict[str, list[object]] = {"site": [], "line_key": [], "report": [], "day": []}
    for url, source, original, report, day in documents:
        where = site(url or "") or source
        for line in {line_key(text) for text in original.split("\n")} - {""}:
            for name, value in zip(seen, (where, line, str(report), day), strict=True):
                seen[name].append(value)
    types = (pa.string(), pa.string(), pa.string(), pa.date32())
    table = pa.table(seen, pa.schema(list(zip(seen, types, strict=True))))
    connection.register("seen_lines", table)
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE learned AS
        WITH own AS (
            SELECT site, line_key, count(DISTINCT report) AS reports, count(DISTINCT day) AS days
            FROM seen_lines GROUP BY ALL
            HAVING reports >= $reports AND days >= $days
        )
        FROM own UNION ALL
        SELECT $everywhere, line_key, sum(reports), max(days) FROM own
        GROUP BY line_key HAVING count(*) >= $sites
        """,
        {"reports": _REPORTS, "days": _DAYS, "sites": _SITES, "everywhere": _EVERYWHERE},
    )
    connection.unregister("seen_lines")
    rows = [
        row
        for row in connection.execute("FROM learned ORDER BY ALL").fetchall()
        if row[0] != _EVERYWHERE or tokens(row[1]) < _SHORT
    ]
    snapshot = key("lines", *rows)
    if not connection.execute(
        "FROM news.line_snapshots WHERE snapshot_id = ?", [snapshot]
    ).fetchall():
        _keep(connection, snapshot, rows, len(documents), run)
    return str(snapshot)


def _keep(
    connection: duckdb.DuckDBPyConnection,
    snapshot: UUID,
    rows: list[tuple[str, str, int, int]],
    documents: int,
    run: Run,
) -> None:
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            "INSERT INTO news.frequent_lines SELECT ?::UUID, unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[]), unnest(?::INTEGER[]), unnest(?::INTEGER[])",
            [snapshot, *columns],
        )
    connection.execute(
        "INSERT INTO news.line_snapshots VALUES (?, ?, ?, ?::UUID)",
        [snapshot, run.started_at, documents, run.run_id],
    )


def recall(query: Callable[..., Table], snapshot: str | None) -> LineMemory | None:
    """A snapshot from the replica, the newest if none is named; None where there is none.

    Args:
        query: runs SQL on the replica.
        snapshot: id of the snapshot.
    """
    found = query(
        "SELECT snapshot_id FROM news.line_snapshots WHERE ? IS NULL OR snapshot_id = ?::UUID "
        "ORDER BY learned_at DESC, snapshot_id LIMIT 1",
        [snapshot, snapshot],
    ).rows
    if not found:
        return None
    sites: dict[str, set[str]] = {}
    for where, line in query(
        "SELECT site, line_key FROM news.frequent_lines WHERE snapshot_id = ?", [found[0][0]]
    ).rows:
        sites.setdefault(where, set()).add(line)
    return LineMemory(str(found[0][0]), {name: frozenset(keys) for name, keys in sites.items()})
