"""What goes into the warehouse and what comes out, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a flow; the warehouse has no clock of its own.

    Attributes:
        run_id: a UUID in text.
        kind: "replay", "monitor", "reread" ...
        source: what was read: a folder, a source's name.
        started_at: zone-aware; it becomes `found_at` of everything new.
        versions: name -> version of what made the rows.
    """

    run_id: str
    kind: str
    source: str
    started_at: datetime
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load added.

    Attributes:
        added: rows added per table of schema `news`, derived ones included.
        outcomes: documents by how their reading ended.
        new, new_version, unchanged: documents whose article was unknown; whose article was
            known with another text; whose text was known.
    """

    added: Mapping[str, int]
    outcomes: Mapping[str, int]
    new: int
    new_version: int
    unchanged: int

    @property
    def rows_added(self) -> int:
        """Rows added to schema `news` in all."""
        return sum(self.added.values())


@dataclass(frozen=True, slots=True)
class Table:
    """Result of a query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as dictionaries by column name."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A figure that several reports state alike.

    Attributes:
        claim: what it is about, in words.
        n_reports, n_voices: reports that state it, and independent origins among them.
        said: document and words of the figure, one a report, by document.
    """

    claim: str
    n_reports: int
    n_voices: int
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """One row of the table that a replay prints.

    Attributes:
        copy_of, copy_kind: canonical document and kind where it is a copy or translation.
        translations: number of passages that render another passage of the same document.
        facts: mentions; `statements`: distinct statements.
        verdicts: number of comparisons with earlier documents, by verdict.
    """

    document: str
    outcome: str
    message: str
    languages: tuple[str, ...]
    kept_lines: int
    removed_lines: int
    copy_of: str | None
    copy_kind: str | None
    translations: int
    facts: int
    statements: int
    verdicts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a fact, seen from that fact.

    Attributes:
        later: whether the explained fact is the later of the two.
        severity: None where the pair is not in mart.verdicts: it is judged, but the first report
            of the other value stands for it there.
    """

    other_fact_id: UUID
    later: bool
    verdict: str
    reason: str
    rule: str
    relative_difference: float | None
    severity: float | None
    dependence: str
    document: str
    outlet: str | None
    surface: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known about one fact.

    Attributes:
        fact: the row of mart.facts.
        participants: (role, entity) in order.
        before, after: text of the original around the sentence, up to 200 characters each.
        comparisons: with other facts, nearest in time first.
    """

    fact: Mapping[str, Any]
    participants: tuple[tuple[str, str], ...]
    before: str
    after: str
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """What a check-up of the warehouse found.

    Attributes:
        path, replica: the two files.
        duckdb: version of the library.
        migration: newest migration applied, None if the file is missing.
        locked: whether a load is running.
        counts: rows per table of the replica.
        runs: number of runs; last_run: when the newest began.
        replica_current: whether the replica holds the newest run; None if not known.
        problems: each with its remedy; empty when all is well.
    """

    path: Path
    replica: Path
    duckdb: str
    migration: int | None
    locked: bool
    counts: Mapping[str, int]
    runs: int
    last_run: datetime | None
    replica_current: bool | None
    problems: tuple[str, ...]
