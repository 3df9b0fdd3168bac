"""Embeddings of leads: which model a ledger's stories are linked with, and its vectors.

The ledger says by itself which model and revision it is linked with, and with what thresholds, so
that all who write to it do the same; vectors of another model or revision are never met. To embed
takes far longer than all else, so it is not done in a transaction: linking stops with `Wanting`,
what it names is embedded and kept, and it begins again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple

import duckdb
import pyarrow as pa

from extractors import embedding
from extractors.embedding import Lead, Model, Vector
from warehouse.candidates import stage
from warehouse.records import Run

_LEADS = """
SELECT e.number, v.title, v.body, coalesce(p.lang, '')
FROM story_entering e JOIN news.versions_of('story_entering') v USING (version_id)
LEFT JOIN (SELECT version_id, arg_min(lang, passage) AS lang FROM news.passages
           WHERE version_id IN (SELECT version_id FROM story_entering) GROUP BY version_id) p
    USING (version_id)
ORDER BY e.number
"""

_WANTING = """
SELECT DISTINCT lead FROM story_leads_now
WHERE lead NOT IN (SELECT e.lead FROM news.embeddings e
                   JOIN news.story_model m ON m.model = e.model AND m.revision = e.revision)
ORDER BY lead
"""


class Wanting(Exception):
    """Leads whose vectors the ledger has to have before it can go on.

    Attributes:
        model, revision: that the ledger is linked with.
        leads: each once.
    """

    def __init__(self, model: str, revision: str, leads: Sequence[Lead]) -> None:
        super().__init__(f"{len(leads)} leads have no vectors of {model} {revision} yet")
        self.model = model
        self.revision = revision
        self.leads = leads


def choose(connection: duckdb.DuckDBPyConnection, model: Model | None, run: Run) -> bool:
    """Have the stories linked with a model from now on, or without one.

    Returns:
        Whether that is other than before, so that they are to be linked anew.
    """
    row = None if model is None else (model.name, model.revision, *astuple(model.thresholds))
    before = connection.execute(
        "SELECT * EXCLUDE (recorded_from, run_id) FROM news.story_model"
    ).fetchall()
    if before == ([] if row is None else [row]):
        return False
    connection.execute("DELETE FROM news.story_model")
    if row is not None:
        connection.execute(
            f"INSERT INTO news.story_model VALUES ({', '.join('?' * (len(row) + 2))})",
            [*row, run.started_at, run.run_id],
        )
    return True


def enter(connection: duckdb.DuckDBPyConnection) -> None:
    """Work out the leads of the entering versions, into the temporary table story_leads_now.

    Empty where the ledger is linked without a model.

    Raises:
        Wanting: some have no vectors yet.
    """
    chosen = connection.execute("SELECT model, revision FROM news.story_model").fetchall()
    rows = connection.execute(_LEADS).fetchall() if chosen else []
    leads = {number: embedding.lead(*row) for number, *row in rows}
    marks = {lead.mark: lead for lead in leads.values()}
    stage(connection, "story_leads_now", {
        "number": pa.array(list(leads), pa.int32()),
        "lead": pa.array([lead.mark for lead in leads.values()], pa.uint64()),
    })  # fmt: skip
    wanting = [marks[mark] for (mark,) in connection.execute(_WANTING).fetchall()]
    if wanting:
        ((model, revision),) = chosen
        raise Wanting(model, revision, wanting)


def keep(
    connection: duckdb.DuckDBPyConnection, model: Model, vectors: Mapping[Lead, Vector | None]
) -> None:
    """Add vectors of a model."""
    found: list[Vector | list[int]] = [
        [] if vector is None else vector for vector in vectors.values()
    ]
    stage(connection, "embedded", {
        "lead": pa.array([lead.mark for lead in vectors], pa.uint64()),
        "vector": pa.array(found, pa.list_(pa.int16())),
    })  # fmt: skip
    connection.execute(
        "INSERT INTO news.embeddings BY NAME "
        "SELECT lead, $model AS model, $revision AS revision, vector FROM embedded "
        "WHERE lead NOT IN (SELECT lead FROM news.embeddings "
        "                   WHERE model = $model AND revision = $revision)",
        {"model": model.name, "revision": model.revision},
    )
