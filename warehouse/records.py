"""What goes into the warehouse and what comes out, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from extractors.records import Stored


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
        events: name and subject of each event written.
    """

    added: Mapping[str, int]
    outcomes: Mapping[str, int]
    new: int
    new_version: int
    unchanged: int
    events: tuple[tuple[str, str], ...] = ()

    @property
    def rows_added(self) -> int:
        """Rows added to schema `news` in all."""
        return sum(self.added.values())


@dataclass(frozen=True, slots=True)
class Capture:
    """One retrieval of one address.

    Attributes:
        capture_id: `warehouse.capture_id` of source, url and fetched_at.
        source: in whose service it was retrieved.
        via: how the address was found ("feed", "sitemap", "recheck" ...).
        found_in: address of what named it, None for a source's own document.
        url: as found; final_url: after redirects; article_url: `extractors.urls.canonical`.
        fetched_at: zone-aware.
        seconds: how long it took.
        status: of the last answer, None where there was none.
        media_type, charset: of the last answer, "" where not stated.
        size: bytes of the decoded body.
        body_digest: SHA-256 of the decoded body in hex, "" where there is none.
        etag, last_modified: validators for the next request.
        ending: how the retrieval ended; a source's own document may say "polled" or "not_a_feed"
            in place of "fetched".
        message: in words with the remedy, "" where fetched.
        hints: what is known of the article from outside; times as ISO 8601 text.
        archive: file that holds it, relative to the archive's folder, None where nothing is kept.
        offset: of its response record in that file.
        is_listing: whether it is a source's own document.
    """

    capture_id: UUID
    source: str
    via: str
    found_in: str | None
    url: str
    final_url: str
    article_url: str
    fetched_at: datetime
    seconds: float
    status: int | None
    media_type: str
    charset: str
    size: int
    body_digest: str
    etag: str | None
    last_modified: str | None
    ending: str
    message: str = ""
    hints: Mapping[str, Any] = field(default_factory=dict)
    archive: str | None = None
    offset: int | None = None
    is_listing: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll of a source, and what was decided after it; the newest is the source's state.

    Attributes:
        source: its name.
        polled_at: zone-aware.
        capture_id: of the source's own document, None where nothing was asked for.
        ending, message: how it ended; "polled", "not_a_feed", "not_modified", "failed" ...
        seconds: how long the answer took.
        entries, entries_new: named by it, and not captured before.
        interval_seconds: what polling settles at while all goes well.
        next_at: when to poll next.
        failures: weighted count of failures in a row; 0 after a success.
        state: "active" or "disabled" (tried once a day).
        etag, last_modified, body_digest: of the last whole answer.
        since_refresh: conditional polls since the last unconditional one.
        last_new_at: the last poll that named something new, None if none has.
        answered: polls that have been answered so far.
        failing: which assertions on it do not hold, in words; "" while all do.
    """

    source: str
    polled_at: datetime
    capture_id: UUID | None
    ending: str
    message: str
    seconds: float
    entries: int
    entries_new: int
    interval_seconds: float
    next_at: datetime
    failures: float = 0.0
    state: Literal["active", "disabled"] = "active"
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    since_refresh: int = 0
    last_new_at: datetime | None = None
    answered: int = 0
    failing: str = ""


@dataclass(frozen=True, slots=True)
class Discovery:
    """An address that a source named.

    Attributes:
        source: its name.
        via: how the address was found ("feed", "sitemap" ...).
        found_in: address of what named it, None for a page list.
        url: as named; article_url: `extractors.urls.canonical`.
        hints: what is known of the article from there; times as ISO 8601 text.
        found_at: zone-aware.
        skipped: why it is not retrieved, "" where it is.
    """

    source: str
    via: str
    found_in: str | None
    url: str
    article_url: str
    hints: Mapping[str, Any]
    found_at: datetime
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A closed file of the archive, all of whose captures are landed: name and size in bytes."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class LandReport:
    """What one landing added.

    Attributes:
        captures, polls, archives: rows added.
        outcomes: captures added that need no reading, by outcome.
        waiting: captures added that wait to be read.
        events: names of the events written, each with its subject.
    """

    captures: int
    polls: int
    archives: int
    outcomes: Mapping[str, int]
    waiting: int
    events: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, to be told.

    Attributes:
        event_id: follows from what it tells, so that one thing is one event.
        name: such as "newsledger.fact.conflicts".
        subject: what it happened to: a plan, a source, a watch.
        payload: what JSON can say of it, a few kB at most.
        occurred_at: zone-aware.
        run_id: of the run that found it.
    """

    event_id: UUID
    name: str
    subject: str
    payload: Mapping[str, Any]
    occurred_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way over one channel.

    Attributes:
        event: what is told.
        channel: name of the channel.
        key: shown to the receiver, the same in every attempt.
        attempt: attempts so far, this one among them once it has begun; counted anew after
            somebody asked to send it again.
        state: "waiting", "failed" (and due again), "unknown" (begun, and no end on record) or
            "sending".
    """

    event: Event
    channel: str
    key: UUID
    attempt: int
    state: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A delivery that somebody should see to.

    Attributes:
        event_id, name, subject: of its event.
        channel: name of the channel.
        state: "dead" (given up) or "unknown" (begun, and no end on record).
        attempts: how often it was tried.
        message: why the last attempt failed.
    """

    event_id: UUID
    name: str
    subject: str
    channel: str
    state: str
    attempts: int
    message: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the ledger knows of an article for which it may be time to look again.

    Attributes:
        url: as found first; article_url: its key.
        source, found_in, hints: of its first capture.
        first_seen, last_checked: first and last capture.
        last_changed: last capture whose text was new, the first capture where none was.
        ending: of the last capture.
        failures: captures at the end of which there was no answer, since the last with one.
        etag, last_modified, body_digest: of the last whole answer.
    """

    url: str
    article_url: str
    source: str
    found_in: str | None
    hints: Mapping[str, Any]
    first_seen: datetime
    last_checked: datetime
    last_changed: datetime
    ending: str
    failures: int
    etag: str | None
    last_modified: str | None
    body_digest: str | None


@dataclass(frozen=True, slots=True)
class Intake:
    """What a source has brought, as of the moment asked for.

    Attributes:
        source: its name.
        since: its first poll.
        articles_day: articles first captured and read in the last 24 hours.
        newest: publication time of its newest article, else when that was captured first; None
            where it has brought none.
        read_day, failed_day: captures of its articles in the last 24 hours that ended, and those
            of them that gave no article to read.
    """

    source: str
    since: datetime
    articles_day: int
    newest: datetime | None
    read_day: int
    failed_day: int


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version with all that reading it again takes.

    Attributes:
        version_id: its id.
        stored: for `extractors.reread`.
        made_by: name -> version of what read it first (`Run.versions`).
    """

    version_id: UUID
    stored: Stored
    made_by: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlteredVersion:
    """A version that another reading made something else of: facts added, changed and gone."""

    document: str
    added: int
    changed: int
    gone: int


@dataclass(frozen=True, slots=True)
class RereadReport:
    """What new readings made other than before.

    Attributes:
        versions: number of versions read again.
        altered: those whose title, lines, passages or facts are others.
        verdicts_added, verdicts_changed, verdicts_gone: pairs of facts.
    """

    versions: int
    altered: tuple[AlteredVersion, ...]
    verdicts_added: int
    verdicts_changed: int
    verdicts_gone: int


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


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and seen to restore.

    Attributes:
        path: its folder.
        made_at: zone-aware.
        rows, tables: what it holds.
        size: bytes of its files.
    """

    path: Path
    made_at: datetime
    rows: int
    tables: int
    size: int


@dataclass(frozen=True, slots=True)
class Pruned:
    """A file of the archive that has left it, or may now.

    Attributes:
        file, size: its name and bytes.
        captures: how many it held, all of them read; made from `oldest` to `newest`.
        pruned_at: when that was decided.
    """

    file: str
    size: int
    captures: int
    oldest: datetime | None
    newest: datetime | None
    pruned_at: datetime


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of the warehouse's file, and those of them that hold nothing."""

    size: int
    free: int
