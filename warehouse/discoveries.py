"""What sources name: addresses on record from the moment they are read off a feed.

A feed that has been read may answer "not modified" ever after, so what it named must not be lost
when the machine stops before the pages are retrieved: an address waits here until it has a capture.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from warehouse import identity
from warehouse.captures import ask_for
from warehouse.records import Discovery, Run
from warehouse.staging import append
from warehouse.text import clean

_TEXT = pa.string()
_SCHEMA = pa.schema([
    ("discovery_id", _TEXT), ("article_id", _TEXT), ("source", _TEXT), ("via", _TEXT),
    ("found_in", _TEXT), ("url", _TEXT), ("article_url", _TEXT), ("hints", _TEXT),
    ("skipped", _TEXT), ("found_at", pa.timestamp("us", tz="UTC")), ("run_id", _TEXT),
])  # fmt: skip

# Of an address that several sources name the first found counts; of each source the oldest come
# first, and no more than its share, so that a long sitemap keeps no feed waiting.
_WAITING = """
WITH waiting AS (
    SELECT discovery_id, source, found_at FROM ops.discoveries
    WHERE skipped = ''
      AND article_id NOT IN (SELECT article_id FROM ops.captures WHERE NOT is_listing)
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY found_at, source) = 1
), chosen AS (
    FROM waiting
    QUALIFY row_number() OVER (PARTITION BY source ORDER BY found_at, discovery_id) <= $share
    ORDER BY found_at, discovery_id LIMIT $most
)
SELECT d.source, d.via, d.found_in, d.url, d.article_url, d.hints, d.skipped, d.found_at
FROM ops.discoveries d SEMI JOIN chosen USING (discovery_id)
ORDER BY d.found_at, d.discovery_id
"""

_COUNT = """
SELECT count(DISTINCT article_id) FROM ops.discoveries
WHERE skipped = ''
  AND article_id NOT IN (SELECT article_id FROM ops.captures WHERE NOT is_listing)
"""


def record(connection: duckdb.DuckDBPyConnection, found: Iterable[Discovery], run: Run) -> int:
    """Add the addresses that their source has not named before.

    Args:
        connection: with the schema applied, in the transaction that lands their polls.
        found: addresses, in any order.
        run: that found them.

    Returns:
        How many were added.
    """
    rows: dict[UUID, dict[str, Any]] = {}
    for one in sorted(found, key=lambda one: (one.found_at, one.url)):
        key = _key(one.source, one.article_url)
        rows.setdefault(key, {
            "discovery_id": str(key),
            "article_id": str(identity.url_id(one.article_url)),
            "source": clean(one.source),
            "via": one.via,
            "found_in": one.found_in and clean(one.found_in),
            "url": clean(one.url),
            "article_url": clean(one.article_url),
            "hints": clean(json.dumps(dict(one.hints), ensure_ascii=False, sort_keys=True)),
            "skipped": one.skipped,
            "found_at": one.found_at,
            "run_id": run.run_id,
        })  # fmt: skip
    had = _had(connection, rows)
    fresh = [row for key, row in rows.items() if key not in had]
    append(connection, "ops.discoveries", _SCHEMA, fresh)
    return len(fresh)


def unnamed(
    connection: duckdb.DuckDBPyConnection, named: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """See `Warehouse.unnamed`."""
    by_key = {_key(source, url): (source, url) for source, urls in named.items() for url in urls}
    had = _had(connection, by_key)
    new: dict[str, set[str]] = {source: set() for source in named}
    for key, (source, url) in by_key.items():
        if key not in had:
            new[source].add(url)
    return new


def waiting(connection: duckdb.DuckDBPyConnection, most: int, share: int) -> list[Discovery]:
    """See `Warehouse.waiting`."""
    rows = connection.execute(_WAITING, {"most": most, "share": share}).fetchall()
    return [
        Discovery(source, via, found_in, url, article_url, json.loads(hints), found_at, skipped)
        for source, via, found_in, url, article_url, hints, skipped, found_at in rows
    ]


def waiting_count(connection: duckdb.DuckDBPyConnection) -> int:
    """See `Warehouse.waiting_count`."""
    found = connection.execute(_COUNT).fetchall()
    return int(found[0][0])


def _key(source: str, article_url: str) -> UUID:
    return identity.key("discovery", source, article_url)


def _had(connection: duckdb.DuckDBPyConnection, keys: Collection[UUID]) -> set[UUID]:
    ask_for(connection, keys)
    return {
        found
        for (found,) in connection.execute(
            "SELECT discovery_id FROM ops.discoveries WHERE discovery_id IN (FROM asked_for)"
        ).fetchall()
    }
