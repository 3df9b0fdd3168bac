"""Everything that can go wrong in the warehouse, each with its remedy in the message.

WarehouseError
├── LockTimeout        another process holds the warehouse for too long
├── QueryError         the SQL of a reader is wrong, or the replica is missing
│   └── NoSuchFact     what was asked for is no fact's id, or the beginning of several
├── BackupError        a backup is not whole, or its target is there already
├── ExportError        the folder of an export is something else, or cannot be written
├── MigrationError     the file's schema does not fit this version of the package
└── WarehouseCorrupt   DuckDB cannot read the file
"""


class WarehouseError(Exception):
    """Base of all errors of this package."""


class LockTimeout(WarehouseError):
    """The lock on the warehouse was not free in time."""


class QueryError(WarehouseError):
    """A query could not be run."""


class NoSuchFact(QueryError):
    """What was asked for is no fact's id, or the beginning of several."""


class BackupError(WarehouseError):
    """A backup could not be made or restored."""


class ExportError(WarehouseError):
    """An export could not be written."""


class MigrationError(WarehouseError):
    """A migration is missing, changed or does not apply."""


class WarehouseCorrupt(WarehouseError):
    """The file is damaged or no DuckDB database."""
