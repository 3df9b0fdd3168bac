"""The ledger in DuckDB: all SQL, and the only write path.

``Warehouse(path).load(articles, run)`` adds a batch, compares its facts with everything known,
and publishes the replica; ``query``, ``summaries``, ``agreements``, ``disagreements``, ``claims``,
``timeline``, ``facts``, ``why`` and ``doctor`` read the replica and never block a load.
"""

from warehouse.errors import (
    LockTimeout,
    MigrationError,
    QueryError,
    WarehouseCorrupt,
    WarehouseError,
)
from warehouse.ledger import Warehouse
from warehouse.memory import LineMemory
from warehouse.overrides import SETTABLE, Override
from warehouse.records import (
    Agreement,
    Comparison,
    DocumentSummary,
    Explanation,
    Health,
    LoadReport,
    Run,
    Table,
)
from warehouse.timeline import Claim, FactRow, Telling

__all__ = [
    "SETTABLE",
    "Agreement",
    "Claim",
    "Comparison",
    "DocumentSummary",
    "Explanation",
    "FactRow",
    "Health",
    "LineMemory",
    "LoadReport",
    "LockTimeout",
    "MigrationError",
    "Override",
    "QueryError",
    "Run",
    "Table",
    "Telling",
    "Warehouse",
    "WarehouseCorrupt",
    "WarehouseError",
]
