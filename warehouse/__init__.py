"""The ledger in DuckDB: all SQL, and the only write path.

``Warehouse(path).load(articles, run)`` adds a batch, compares its facts with everything known,
and publishes the replica; ``query``, ``summaries``, ``agreements``, ``disagreements``, ``claims``,
``timeline``, ``facts``, ``why`` and ``doctor`` read the replica and never block a load.
"""

from warehouse.alerts import Alert, WatchState, Withdrawn
from warehouse.briefing import Briefing, ClaimLine, Member, Statement, Story
from warehouse.errors import (
    BackupError,
    ExportError,
    LockTimeout,
    MigrationError,
    NoSuchFact,
    QueryError,
    WarehouseCorrupt,
    WarehouseError,
)
from warehouse.export import Exported, Format
from warehouse.identity import capture_id
from warehouse.ledger import Warehouse
from warehouse.matches import DISPUTES, NEW, Match, Told, Wanted
from warehouse.memory import LineMemory
from warehouse.outbox import event
from warehouse.overrides import SETTABLE, Override
from warehouse.records import (
    Agreement,
    AlteredVersion,
    ArchiveFile,
    Backup,
    Capture,
    Comparison,
    Delivery,
    Discovery,
    DocumentSummary,
    Event,
    Explanation,
    Health,
    Intake,
    KeptVersion,
    LandReport,
    LoadReport,
    Poll,
    Pruned,
    Recheck,
    RereadReport,
    Run,
    Space,
    Table,
    Undelivered,
)
from warehouse.timeline import Claim, FactRow, Telling

__all__ = [
    "DISPUTES",
    "NEW",
    "SETTABLE",
    "Agreement",
    "Alert",
    "AlteredVersion",
    "ArchiveFile",
    "Backup",
    "BackupError",
    "Briefing",
    "Capture",
    "Claim",
    "ClaimLine",
    "Comparison",
    "Delivery",
    "Discovery",
    "DocumentSummary",
    "Event",
    "Explanation",
    "ExportError",
    "Exported",
    "FactRow",
    "Format",
    "Health",
    "Intake",
    "KeptVersion",
    "LandReport",
    "LineMemory",
    "LoadReport",
    "LockTimeout",
    "Match",
    "Member",
    "MigrationError",
    "NoSuchFact",
    "Override",
    "Poll",
    "Pruned",
    "QueryError",
    "Recheck",
    "RereadReport",
    "Run",
    "Space",
    "Statement",
    "Story",
    "Table",
    "Telling",
    "Told",
    "Undelivered",
    "Wanted",
    "Warehouse",
    "WarehouseCorrupt",
    "WarehouseError",
    "WatchState",
    "Withdrawn",
    "capture_id",
    "event",
]
