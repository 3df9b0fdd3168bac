"""The warehouse: the one write path, and read-only queries on the published replica."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import UUID

import duckdb

from extractors import embedders, embedding
from extractors.embedding import Lead, Model, Vector
from extractors.records import Article
from warehouse import (
    alerts,
    briefing,
    embeddings,
    export,
    matches,
    memory,
    outbox,
    replica,
    reports,
    rereading,
    rows,
    schema,
    stories,
    timeline,
    upkeep,
)
from warehouse import captures as captured
from warehouse import discoveries as discovered
from warehouse.alerts import Decide, TakeBack, WatchState
from warehouse.briefing import Briefing
from warehouse.captures import Ladder
from warehouse.connection import gave_up, locked, reader, writer
from warehouse.errors import LockTimeout, QueryError, WarehouseError
from warehouse.load import load
from warehouse.matches import Match, Told, Wanted
from warehouse.memory import LineMemory
from warehouse.overrides import Override
from warehouse.records import (
    Agreement,
    ArchiveFile,
    Backup,
    Capture,
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
)
from warehouse.timeline import Claim, FactRow, Telling

Result = TypeVar("Result")
Parameters = Sequence[Any] | Mapping[str, Any]

_EMBEDDED_AT_ONCE = 64
"""Leads whose vectors are kept together, so that little is lost if that is cut off."""


class Warehouse:
    """A ledger of articles, facts and verdicts in one DuckDB file.

    Args:
        path: the file; made at the first load, with `<path>.lock` and the replica
            `<stem>.read.duckdb` beside it.
        lock_timeout: seconds to wait for another process's load to end.
        model: of embeddings, for a ledger that links stories with one which is not among those of
            `extractors.embedders`.
    """

    def __init__(
        self, path: Path, *, lock_timeout: float = 30.0, model: Model | None = None
    ) -> None:
        self.path = Path(path)
        self.lock_timeout = lock_timeout
        self._given = model

    @property
    def replica(self) -> Path:
        """The published copy that every reader opens."""
        return replica.replica_path(self.path)

    def load(
        self, articles: Sequence[Article], run: Run, *, announce: bool | None = None
    ) -> LoadReport:
        """Add a batch of articles, compare its facts, and publish the replica.

        What is known already is left alone, so loading a batch again adds no row.

        Args:
            articles: the batch.
            run: whose batch it is.
            announce: whether events tell what changed; by default those of live runs do
                (monitor, process, recheck), those of replays and rereadings do not.

        Raises:
            LockTimeout: another process was writing for too long.
            MigrationError: the file does not fit this version of the package.
            WarehouseCorrupt: the file cannot be read.
            WarehouseError: DuckDB refused the batch; nothing of it was stored.
        """
        return self._linking(lambda connection: load(connection, articles, run, announce=announce))

    def load_captures(
        self,
        articles: Sequence[Article],
        capture_ids: Sequence[UUID],
        run: Run,
        *,
        announce: bool | None = None,
        publish: bool = True,
    ) -> LoadReport:
        """Add what was read from captures, and how each of these ended, in one transaction.

        Args:
            articles: read from the captures' bytes, each with its `fetched_at`.
            capture_ids: the capture of each article, in the same order.
            run: that read them.
            announce: as for `load`.
            publish: whether the replica is published at once; else `publish` does it later.

        Raises:
            ValueError: there are more of the one than of the other.
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        if len(articles) != len(capture_ids):
            raise ValueError(
                f"{len(articles)} articles come with {len(capture_ids)} capture ids; give one each"
            )
        return self._linking(
            lambda connection: load(
                connection, articles, run, captures=capture_ids, announce=announce
            ),
            publish=publish,
        )

    def land(
        self,
        captures: Sequence[Capture],
        polls: Sequence[Poll],
        archives: Sequence[ArchiveFile],
        run: Run,
        discoveries: Sequence[Discovery] = (),
    ) -> LandReport:
        """Index what was retrieved, in one transaction; the replica is not published.

        What is on record already is left alone, so landing a batch again adds nothing. A capture
        that needs no reading has its outcome at once; the others are `pending`. Events of the
        batch, and of sources that begin to fail or recover, are written to ops.outbox with it.

        Args:
            captures: retrievals.
            polls: of sources, with what was decided after each.
            archives: closed files, all of whose captures are landed with this or were before.
            run: whose round it is.
            discoveries: addresses that the polls brought; those captured by nobody wait.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """

        def land(connection: duckdb.DuckDBPyConnection) -> LandReport:
            report = captured.land(connection, captures, polls, archives, run)
            discovered.record(connection, discoveries, run)
            return report

        return self._write(land, publish=False)

    def unnamed(self, named: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
        """Which canonical URLs a source has not named before, by the name of the source.

        Args:
            named: the URLs that each source names now.
        """
        return self._write(lambda connection: discovered.unnamed(connection, named), publish=False)

    def waiting(self, most: int, share: int) -> list[Discovery]:
        """Addresses that were named and never captured, the oldest first.

        Args:
            most: how many at most.
            share: how many of one source at most.
        """
        return self._write(
            lambda connection: discovered.waiting(connection, most, share), publish=False
        )

    def waiting_count(self) -> int:
        """How many addresses were named and never captured."""
        return self._write(discovered.waiting_count, publish=False)

    def poll_states(self, at: datetime | None = None) -> dict[str, Poll]:
        """The newest poll of each source, by its name: the source's state.

        This and the questions below are put to the ledger itself, under its lock.

        Args:
            at: zone-aware present; polls of more than an hour later, of a clock that was ahead,
                are left aside, so that no source waits until that time has come.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(lambda connection: captured.poll_states(connection, at), publish=False)

    def pending(self, limit: int) -> list[Capture]:
        """Captures that wait to be read, the oldest first.

        Args:
            limit: how many at most.
        """
        return self._write(lambda connection: captured.pending(connection, limit), publish=False)

    def pending_count(self) -> int:
        """How many captures wait to be read."""
        return self._write(captured.pending_count, publish=False)

    def landed_archives(self) -> dict[str, int]:
        """Size of each file of the archive that is landed, by its name."""
        return self._write(captured.landed_archives, publish=False)

    def rechecks(
        self,
        at: datetime,
        ladder: Ladder = (),
        *,
        without: Collection[str] = (),
        limit: int | None = None,
    ) -> list[Recheck]:
        """Articles at which it is time to look again, the longest overdue first.

        An article that waits to be read is left out, and one that is not to be looked at again
        (robots, refused, too_large).

        Args:
            at: the moment, zone-aware.
            ladder: how often by time since the last change, in rising order; beyond its last
                step never; empty lists all articles.
            without: sources whose articles are left alone once an answer has come.
            limit: how many at most.
        """
        return self._write(
            lambda connection: captured.rechecks(connection, at, ladder, without, limit),
            publish=False,
        )

    def intake(self, at: datetime) -> dict[str, Intake]:
        """What each source that has been polled has brought up to a moment, by its name."""
        return self._write(lambda connection: captured.intake(connection, at), publish=False)

    def tell(self, events: Sequence[Event], run: Run) -> list[Event]:
        """Write events to the outbox, but for those that are there already.

        Args:
            events: see `warehouse.event`.
            run: whose they are; it is put on record.

        Returns:
            Those written.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """

        def tell(connection: duckdb.DuckDBPyConnection) -> list[Event]:
            captured.record_run(connection, run)
            return outbox.append(connection, events)

        return self._write(tell, publish=False)

    @contextmanager
    def announcing(self, what: str = "announce") -> Iterator[None]:
        """Be the one who delivers, so that what is found `sending` was cut off by a crash.

        Args:
            what: alerts or events, each of which has one who delivers it.

        Raises:
            LockTimeout: somebody else delivers, and was not done within `lock_timeout`.
        """
        with self.alone(what, self.lock_timeout):
            yield

    @contextmanager
    def alone(self, what: str, patience: float) -> Iterator[None]:
        """Be the one process that does some work on this ledger; loads go on meanwhile.

        Args:
            what: the work, in one word.
            patience: seconds to wait while another process does it.

        Raises:
            LockTimeout: it was not done within that time.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            try:
                held.enter_context(
                    locked(self.path.with_name(f"{self.path.name}.{what}"), patience)
                )
            except LockTimeout:
                raise LockTimeout(
                    f"Another process is at work ({what}) on {self.path}, and was not done within "
                    f"{patience:g} s. What it leaves is done the next time; try again."
                ) from None
            yield

    def undelivered(
        self,
        at: datetime,
        *channels: str,
        without: Collection[str] = (),
        since: datetime | None = None,
        most: int = 1000,
    ) -> list[Delivery]:
        """Events that are to be delivered now, the oldest first.

        Args:
            at: the moment, zone-aware; what failed waits for its time.
            channels: every event goes over the first of these, unless one of them has had it;
                with none named the alerts come, each for every channel that it names.
            without: channels that are left alone.
            since: only events that occurred then or later; None for all.
            most: how many at most.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(
            lambda connection: outbox.undelivered(connection, at, channels, without, since, most),
            publish=False,
        )

    def begin_delivery(self, deliveries: Sequence[Delivery], at: datetime) -> list[Delivery]:
        """Put on record that these are about to be sent; in a transaction of its own.

        Returns:
            The same, each with its attempt.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(
            lambda connection: outbox.begin(connection, deliveries, at), publish=False
        )

    def end_delivery(
        self,
        deliveries: Sequence[Delivery],
        state: Literal["sent", "failed", "dead"],
        at: datetime,
        message: str = "",
        next_at: datetime | None = None,
    ) -> None:
        """Put on record how an attempt ended; in a transaction of its own.

        Args:
            deliveries: as `begin_delivery` gave them.
            state: how it ended.
            at: when, zone-aware.
            message: why it failed, without secrets.
            next_at: when to try again, where it failed.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        self._write(
            lambda connection: outbox.end(connection, deliveries, state, at, message, next_at),
            publish=False,
        )

    def resend(self, at: datetime, event: str | None = None) -> int:
        """Have deliveries sent again, under the keys that they had.

        Args:
            at: the moment, zone-aware.
            event: beginning of an event's id, for that event on every channel that it was sent
                over; None for all that were given up.

        Returns:
            How many deliveries.

        Raises:
            QueryError: no event begins so, or several.
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(lambda connection: outbox.resend(connection, event, at), publish=False)

    def publish(self) -> None:
        """Publish the replica, after landings, which do not.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        self._write(lambda connection: None)

    def back_up(self, folder: Path, at: datetime) -> Backup:
        """Write a dated backup in Parquet, and see that it restores; loads wait for a copy only.

        Args:
            folder: of all backups, made if it is missing.
            at: zone-aware; the backup is named after it.

        Raises:
            BackupError: what was restored is not what was saved; no backup was made.
            LockTimeout, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return upkeep.back_up(self.path, folder, at, self.lock_timeout)

    def restore(self, backup: Path) -> Mapping[str, int]:
        """Make this warehouse, which must not be there yet, and its replica from a backup.

        Returns:
            Rows of each table.

        Raises:
            BackupError: the file is there, or the backup is not whole.
            MigrationError: the backup does not fit this version of the package.
        """
        return upkeep.restore(backup, self.path, self.lock_timeout)

    def drop_backups(self, folder: Path, at: datetime, keep: timedelta) -> list[Path]:
        """Remove the backups of a folder that are older than `keep`, but never the newest one."""
        return upkeep.drop_old(folder, at, keep)

    def space(self) -> Space:
        """How large the file is, and how much of it holds nothing."""
        return self._write(upkeep.space, publish=False)

    def prune(self, before: datetime, files: Collection[str], run: Run) -> list[Pruned]:
        """Put on record which files of the archive may leave it.

        Those are landed whole, every capture in them has its outcome, and none was made after
        `before`. What an earlier call put on record is given again while its file is there.

        Args:
            before: zone-aware.
            files: names of the files that are there.
            run: that prunes.
        """
        return self._write(
            lambda connection: upkeep.prune(connection, before, files, run), publish=False
        )

    def forget_events(self, before: datetime, hints: Sequence[str]) -> int:
        """Remove old events and what became of them, but for those that are owed to somebody.

        What waits, failed, was given up or was cut off stays, and so does what told of a verdict
        that still holds: it may have to be taken back. What watches were told stays on record.

        Args:
            before: only events that occurred earlier, zone-aware.
            hints: channels of programs, to whom an old event is of no use.

        Returns:
            How many events.
        """
        return self._write(
            lambda connection: outbox.forget(connection, before, hints), publish=False
        )

    def watch_states(
        self, names: Collection[str], begun_at: datetime, now: datetime
    ) -> dict[str, WatchState]:
        """What is on record of watches, by name; those that were never looked for begin.

        Args:
            names: of the watches.
            begun_at: what is detected from then on is told to those that begin.
            now: the moment, zone-aware.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(
            lambda connection: alerts.begin(connection, names, begun_at, now), publish=False
        )

    def alert(
        self, found: Mapping[str, Sequence[Match]], decide: Decide, run: Run, now: datetime
    ) -> list[Event]:
        """Write the alerts that are due and the events that tell them, in one transaction.

        What was told before, or holds no longer, is not handed to `decide`.

        Args:
            found: matches by name of the watch, for `watch_states` to have begun.
            decide: says what is told now.
            run: that tells it.
            now: the moment, zone-aware.

        Returns:
            The events that are new in the outbox.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(
            lambda connection: alerts.record(connection, found, decide, run, now), publish=False
        )

    def take_back(
        self, names: Collection[str], decide: TakeBack, run: Run, now: datetime
    ) -> list[Event]:
        """Write the events that take back verdicts which watches were told and that hold no more.

        Each is taken back once. A replay or rereading that was not asked to tell takes nothing
        back.

        Args:
            names: of watches.
            decide: says what an event says, or that it waits.
            run: that takes them back.
            now: the moment, zone-aware.

        Returns:
            The events.
        """
        return self._write(
            lambda connection: alerts.take_back(connection, names, decide, run, now), publish=False
        )

    def correct(self, corrections: Sequence[Override], run: Run) -> LoadReport:
        """Lay a user's corrections over what was read, in the place of all those before.

        Facts keep their ids; what the reading gave is kept, and every change is a row of
        mart.overrides. Verdicts are worked out anew where a change reaches. An entry that is no
        longer given is taken back. Loads apply those on record to what they bring.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._linking(lambda connection: load(connection, [], run, corrections))

    def upgrade(self) -> None:
        """Bring a file of an older version to this one's schema, and publish it; else do nothing.

        Every load does so, too.

        Raises:
            QueryError: nothing has been loaded yet.
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        ((applied,),) = self.query("SELECT count(*) FROM main.migrations").rows
        if applied < len(schema.bundled()):
            self._write(lambda connection: None)

    def rereadable(
        self, *, since: date | None = None, source: str | None = None, document: str | None = None
    ) -> list[tuple[UUID, int]]:
        """Versions that have a text to read again, the earliest first, with its length in bytes.

        Args:
            since: only those published (or else found) on this day (UTC) or after it.
            source: only those of this source.
            document: only those of documents whose name begins so.

        Raises:
            QueryError, LockTimeout, WarehouseCorrupt: as in `query`.
        """
        return rereading.wanted(self.query, since, source, document)

    def kept(self, versions: Sequence[UUID]) -> list[KeptVersion]:
        """What is kept of versions, for `extractors.reread`, in their order.

        Raises:
            QueryError, LockTimeout, WarehouseCorrupt: as in `query`.
        """
        return rereading.kept(self.query, versions)

    def reread(self, read: Mapping[UUID, Article], run: Run) -> RereadReport:
        """Put new readings of stored versions in the place of those before.

        What is found as before is left alone, so doing it again adds no row. Facts that change
        or go stay on record (mart.fact_history); corrections hold on; copies, verdicts and
        claims are worked out anew where a change reaches.

        Args:
            read: the new readings, by version.
            run: that read them.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        staged = rows.readings(read, run)
        return self._linking(lambda connection: rereading.reread(connection, staged, read, run))

    def link_stories(self, model: Model | None, run: Run) -> bool:
        """Link the stories anew, with a model of embeddings from now on, or without one.

        The ledger remembers which: every later load embeds what it brings, and fails where the
        model is not at hand. Vectors of texts are made once and kept.

        Args:
            model: see `extractors.embedding.known`; None for none.
            run: on record as what changed the stories.

        Returns:
            Whether anything was to be done; False where the ledger is linked so already.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        self._given = model or self._given

        def link(connection: duckdb.DuckDBPyConnection) -> bool:
            if not embeddings.choose(connection, model, run):
                return False
            captured.record_run(connection, run)
            stories.link_anew(connection, run)
            return True

        return self._linking(link)

    def corrections(self) -> list[dict[str, Any]]:
        """Rows of mart.overrides: what each correction changed; one that fits nothing has none.

        Raises:
            QueryError, LockTimeout, WarehouseCorrupt: as in `query`.
        """
        return self.query(
            "FROM mart.overrides ORDER BY dated, entry_id, document, fact_id, changed"
        ).dicts()

    def learn_lines(self, run: Run, *, days: int = 60) -> str:
        """Learn which lines each site repeats, from what was read; a snapshot of its own.

        Args:
            run: on record as what learned it.
            days: only documents of so many days before the newest one.

        Returns:
            Id of the snapshot.

        Raises:
            LockTimeout, MigrationError, WarehouseCorrupt, WarehouseError: as in `load`.
        """
        return self._write(lambda connection: memory.learn(connection, run, days))

    def line_memory(self, snapshot: str | None = None) -> LineMemory | None:
        """The lines that sites repeat, None if nothing has been learned yet.

        Args:
            snapshot: id of a snapshot, the newest by default.

        Raises:
            QueryError, LockTimeout, WarehouseCorrupt: as in `query`.
        """
        return memory.recall(self.query, snapshot)

    def _linking(
        self, change: Callable[[duckdb.DuckDBPyConnection], Result], *, publish: bool = True
    ) -> Result:
        """Do what links stories; what a model has to embed first is embedded outside the lock."""
        while True:
            try:
                return self._write(change, publish=publish)
            except embeddings.Wanting as found:
                model = self._model(found.model, found.revision)
                for first in range(0, len(found.leads), _EMBEDDED_AT_ONCE):
                    self._keep(model, found.leads[first : first + _EMBEDDED_AT_ONCE])

    def _keep(self, model: Model, leads: Sequence[Lead]) -> None:
        vectors: dict[Lead, Vector | None] = dict(zip(leads, model.vectors(leads), strict=True))
        self._write(lambda connection: embeddings.keep(connection, model, vectors), publish=False)

    def _model(self, name: str, revision: str) -> Model:
        """The model that the ledger is linked with."""
        given = self._given
        if given is None:
            embedder = embedders.installed(name)
            given = embedding.known(embedder) if embedder else None
        if given is None or (given.name, given.revision) != (name, revision):
            raise WarehouseError(
                f"The stories of {self.path} are linked with the model {name} {revision}, which is "
                f"not installed here. Install newsledger[embeddings], or link them without it: "
                f"newsledger stories --model none."
            )
        return given

    def _write(
        self, change: Callable[[duckdb.DuckDBPyConnection], Result], *, publish: bool = True
    ) -> Result:
        """Do one thing in a transaction under the lock, and publish the replica."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self.path, self.lock_timeout):
            with writer(self.path, self.lock_timeout) as connection:
                connection.begin()
                try:
                    schema.apply(connection)
                    result = change(connection)
                    connection.commit()
                except duckdb.TransactionException as error:  # it was rolled back
                    raise WarehouseError(
                        f"Nothing was stored: {error}. The warehouse is as it was before; see to "
                        f"the disk, which needs three times the file's size, and try again."
                    ) from error
                except duckdb.Error as error:
                    if gave_up(error):
                        raise
                    connection.rollback()
                    raise WarehouseError(
                        f"Nothing was stored: {error}. The warehouse is as it was before; "
                        f"try again, and report this if it repeats."
                    ) from error
                except BaseException:
                    connection.rollback()
                    raise
                connection.execute("CHECKPOINT")
            if publish:
                try:
                    replica.publish(self.path, self.lock_timeout)
                except OSError as error:
                    raise WarehouseError(
                        f"{self.path} is up to date, its replica is not: {error}. See to the disk, "
                        f"which needs three times the file's size; the next load publishes it."
                    ) from error
        return result

    def query(self, sql: str, params: Parameters = ()) -> Table:
        """Run SQL on the published replica; nothing can be changed through it.

        Raises:
            QueryError: the SQL is wrong, or nothing has been loaded yet.
            WarehouseCorrupt: the replica cannot be read.
        """
        if not self.replica.exists():
            raise QueryError(
                f"There is no {self.replica} yet. Load or replay something first, or name the "
                f"right warehouse."
            )
        with reader(self.replica) as connection:
            try:
                result = connection.execute(sql, params or None)
                if result is None:
                    raise QueryError("There is no statement in this SQL; write one.")
                columns = tuple(column[0] for column in result.description or ())
                return Table(columns, tuple(result.fetchall()) if columns else ())
            except duckdb.Error as error:
                raise QueryError(
                    f"{str(error).strip()}\nTables are in the schemas mart, news and ops; "
                    f'"SHOW ALL TABLES" lists them.'
                ) from error

    def export(
        self,
        folder: Path,
        tables: Sequence[str] = (),
        form: export.Format = "parquet",
        since: date | None = None,
    ) -> list[export.Exported]:
        """Write tables of the mart to a folder of files; see `warehouse.export.export`.

        Raises:
            ExportError: the folder is something else, or cannot be written.
            QueryError: nothing has been loaded yet, or there is no such table.
        """
        return export.export(self.replica, folder, tables, form, since)

    def summaries(self, run_id: str | None = None) -> list[DocumentSummary]:
        """One row a document of a run, by name; all documents if no run is named.

        Raises:
            QueryError, LockTimeout, WarehouseCorrupt: as in `query`.
        """
        return reports.summaries(self.query, run_id)

    def agreements(self, run_id: str | None = None, *, least: int = 2) -> list[Agreement]:
        """Figures that several reports state and none disputes, the best supported first.

        Args:
            run_id: only claims in which a document of this run has a part.
            least: number of reports from which a claim is listed.
        """
        return reports.agreements(self.query, run_id, least)

    def disagreements(
        self,
        documents: Sequence[str] | None = None,
        *,
        run_id: str | None = None,
        verdicts: Sequence[str] = (),
        since: date | None = None,
        actor: str | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of mart.disagreements, most severe first.

        Args:
            documents: only those in which the later or earlier fact stands.
            run_id: only those in which a document of this run has a part.
            verdicts: only these verdicts.
            since: only those whose later report was published (or else found) on this day (UTC)
                or after it.
            actor: only those in which this one, or its group, acts; in any case.
        """
        return reports.disagreements(self.query, documents, run_id, verdicts, since, actor)

    def claims(self, wanted: str) -> list[Claim]:
        """Claims by id, by the beginning of an id, or by words; the best reported first.

        Args:
            wanted: a claim id or four or more characters of one, or words that each begin a word
                of the claim ("microsoft invest").
        """
        return timeline.claims(self.query, wanted)

    def timeline(self, claim_id: UUID) -> list[Telling]:
        """Every report's statement of a claim, in the order of publication."""
        return timeline.tellings(self.query, claim_id)

    def briefing(self, since: date | None = None, story: str | None = None) -> Briefing:
        """What differs, story by story, and how the sources do.

        Args:
            since: first day (UTC) of what is told, None for all.
            story: beginning of a story id, None for all stories.
        """
        return briefing.briefing(self.query, since, story)

    def facts(
        self,
        document: str | None = None,
        *,
        actor: str | None = None,
        predicate: str | None = None,
        since: date | None = None,
    ) -> list[FactRow]:
        """Facts with all who act, newest report first, within it in the order of the text.

        Args:
            document: beginning of a document's name.
            actor: name of one who acts or of the group it belongs to, in any case.
            predicate: as in `mart.facts`.
            since: first day of publication (UTC).
        """
        return timeline.facts(self.query, document, actor, predicate, since)

    def matches(
        self,
        wanted: Wanted,
        since: datetime | None = None,
        *,
        runs: Sequence[str] | None = None,
        live: bool = False,
    ) -> list[Match]:
        """Verdicts and new facts that fit, the gravest first.

        Args:
            wanted: what is watched for.
            since: only what runs found that began then or later, zone-aware.
            runs: only what these found.
            live: only what runs found of which somebody waits to hear.
        """
        return matches.find(self.query, wanted, since, runs, live)

    def told(self, pairs: Sequence[tuple[UUID, UUID | None, str]]) -> list[Told]:
        """Both sides of matches, in their order; those whose facts are no more are left out.

        Args:
            pairs: fact, earlier fact (None of a new one) and verdict of each.
        """
        return matches.told(self.query, pairs)

    def why(self, fact_id: str) -> Explanation:
        """Everything known about one fact.

        Args:
            fact_id: its id, or the beginning that no other fact shares (4 characters or more).

        Raises:
            NoSuchFact: there is no such fact, or more than one.
        """
        return reports.why(self.query, fact_id)

    def doctor(self) -> Health:
        """Check the warehouse without changing it."""
        return reports.doctor(self.path, self.replica, self.query)
