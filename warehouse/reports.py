"""Ready-made reports, so that nothing outside this package needs SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import connection as access
from warehouse import outbox, schema
from warehouse.errors import LockTimeout, NoSuchFact, WarehouseError
from warehouse.records import (
    Agreement,
    Comparison,
    DocumentSummary,
    Explanation,
    Health,
    Table,
    Undelivered,
)

Query = Callable[..., Table]
_ID = re.compile(r"[0-9a-f][0-9a-f-]{3,35}")
_CONTEXT = 200  # characters of the original on either side of the sentence


def summaries(query: Query, run_id: str | None) -> list[DocumentSummary]:
    """See `Warehouse.summaries`."""
    table = query(
        """
        WITH stated AS (
            SELECT version_id, count(*) AS facts, count(DISTINCT statement_id) AS statements
            FROM mart.facts GROUP BY version_id
        ), translated AS (
            SELECT version_id, count(*) AS passages FROM mart.passages
            WHERE translation_of IS NOT NULL GROUP BY version_id
        ), judged AS (
            SELECT version_id, map(list(verdict), list(n)) AS verdicts FROM (
                SELECT a.version_id, v.verdict, count(*) AS n
                FROM mart.verdicts v
                JOIN mart.facts a ON a.fact_id = v.fact_id
                JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
                WHERE a.version_id <> b.version_id
                GROUP BY ALL ORDER BY ALL)
            GROUP BY version_id
        ), copied AS (
            SELECT c.version_id, o.document AS canonical, c.kind
            FROM news.copies c
            JOIN news.version_documents o ON o.version_id = c.canonical_id
            WHERE c.recorded_to IS NULL
        )
        SELECT d.document, coalesce(u.outcome, d.outcome) AS outcome,
               coalesce(u.message, d.message) AS message,
               d.languages, d.kept_lines, d.removed_lines,
               c.canonical, c.kind, coalesce(t.passages, 0) AS translations,
               coalesce(s.facts, 0) AS facts, coalesce(s.statements, 0) AS statements,
               coalesce(j.verdicts, map()) AS verdicts
        FROM mart.documents d
        LEFT JOIN stated s USING (version_id)
        LEFT JOIN translated t USING (version_id)
        LEFT JOIN judged j USING (version_id)
        LEFT JOIN copied c USING (version_id)
        LEFT JOIN ops.outcomes u
            ON u.run_id = $run::UUID AND u.source = d.source AND u.document = d.document
        WHERE $run::UUID IS NULL OR u.run_id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY d.document, d.source
                                   ORDER BY u.version_id = d.version_id DESC) = 1
        ORDER BY d.document, d.source
        """,
        {"run": run_id},
    )
    return [
        DocumentSummary(
            document=row["document"],
            outcome=row["outcome"],
            message=row["message"],
            languages=tuple(row["languages"]),
            kept_lines=row["kept_lines"],
            removed_lines=row["removed_lines"],
            copy_of=row["canonical"],
            copy_kind=row["kind"],
            translations=row["translations"],
            facts=row["facts"],
            statements=row["statements"],
            verdicts=dict(row["verdicts"]),
        )
        for row in table.dicts()
    ]


def disagreements(
    query: Query,
    documents: Sequence[str] | None,
    run_id: str | None,
    verdicts: Sequence[str],
    since: date | None,
    actor: str | None,
) -> list[dict[str, Any]]:
    """See `Warehouse.disagreements`."""
    table = query(
        """
        FROM mart.disagreements
        WHERE ($run::UUID IS NULL OR EXISTS (
            FROM news.facts f JOIN ops.outcomes o USING (version_id)
            WHERE o.run_id = $run::UUID AND f.fact_id IN (disagreements.fact_id,
                                                          disagreements.earlier_fact_id)))
          AND ($names IS NULL OR list_contains($names::VARCHAR[], document)
               OR list_contains($names::VARCHAR[], earlier_document))
          AND (len($verdicts::VARCHAR[]) = 0 OR list_contains($verdicts::VARCHAR[], verdict))
          AND ($since::DATE IS NULL OR coalesce(published_at, detected_at) >= $since::DATE)
          AND ($actor IS NULL OR EXISTS (
            FROM mart.fact_participants p
            WHERE p.fact_id IN (disagreements.fact_id, disagreements.earlier_fact_id)
              AND p.role = 'actor' AND lower($actor) IN (lower(p.entity), lower(p.family))))
        ORDER BY severity DESC NULLS LAST, claim, document, earlier_document, fact_id,
                 earlier_fact_id
        """,
        {
            "names": None if documents is None else list(documents),
            "run": run_id,
            "verdicts": list(verdicts),
            "since": since,
            "actor": actor,
        },
    )
    return table.dicts()


def agreements(query: Query, run_id: str | None, least: int) -> list[Agreement]:
    """See `Warehouse.agreements`."""
    table = query(
        """
        WITH disputed AS (
            SELECT claim_id FROM mart.verdicts
            WHERE verdict IN ('differs', 'conflicts', 'supersedes', 'stale', 'mistranslated')
        ), said AS (
            SELECT claim_id, version_id, kind, document, surface
            FROM mart.facts WHERE role_in_statement = 'native'
            QUALIFY row_number() OVER (PARTITION BY claim_id, report_id
                                       ORDER BY published_at NULLS LAST, document, start_char) = 1
        )
        SELECT c.claim, c.n_reports, c.n_voices,
               list({'document': s.document, 'surface': s.surface} ORDER BY s.document) AS said
        FROM mart.claims c JOIN said s USING (claim_id)
        WHERE c.n_reports >= $least AND c.claim_id NOT IN (FROM disputed)
          AND c.slot IN ('level', 'count', 'share', 'change_abs', 'change_rel', 'multiple')
        GROUP BY c.claim_id, c.claim, c.n_reports, c.n_voices
        HAVING $run::UUID IS NULL OR bool_or(EXISTS (
            FROM ops.outcomes o WHERE o.run_id = $run::UUID AND o.version_id = s.version_id))
        ORDER BY c.n_voices DESC, c.n_reports DESC, c.claim, c.claim_id
        """,
        {"run": run_id, "least": least},
    )
    return [
        Agreement(
            claim=row["claim"],
            n_reports=row["n_reports"],
            n_voices=row["n_voices"],
            said=tuple((entry["document"], entry["surface"]) for entry in row["said"]),
        )
        for row in table.dicts()
    ]


def why(query: Query, fact_id: str) -> Explanation:
    """See `Warehouse.why`."""
    prefix = fact_id.strip().lower()
    if not _ID.fullmatch(prefix):
        raise NoSuchFact(
            f"{fact_id!r} is no fact id. Give an id, or the first four characters of one or "
            f'more; "newsledger facts" shows them, and mart.facts has them in fact_id.'
        )
    found = query(
        "FROM mart.facts WHERE starts_with(fact_id::VARCHAR, ?) ORDER BY fact_id LIMIT 2", [prefix]
    ).dicts()
    if len(found) != 1:
        many = "More than one fact begins" if found else "No fact of this warehouse begins"
        raise NoSuchFact(
            f"{many} with {prefix}. Look it up in mart.facts, and check that this is the right "
            f"warehouse."
        )
    fact = found[0]
    wanted = str(fact["fact_id"])
    participants = query(
        "SELECT role, entity FROM mart.fact_participants WHERE fact_id = ?::UUID ORDER BY position",
        [wanted],
    ).rows
    start, end = fact["sentence_start"], fact["sentence_end"]
    ((before, after),) = query(
        "SELECT substr(original, greatest(1, ? + 1 - ?), least(?, ?)), substr(original, ? + 1, ?) "
        "FROM news.versions WHERE version_id = ?",
        [start, _CONTEXT, start, _CONTEXT, end, _CONTEXT, fact["version_id"]],
    ).rows
    return Explanation(
        fact=fact,
        participants=tuple((role, entity) for role, entity in participants),
        before=before,
        after=after,
        comparisons=_comparisons(query, fact),
    )


def _comparisons(query: Query, fact: Mapping[str, Any]) -> tuple[Comparison, ...]:
    """Pairs with other reports, and the mentions of its own statement."""
    table = query(
        """
        WITH compared AS (
            SELECT fact_id, earlier_fact_id, verdict, reason, rule, relative_difference, dependence
            FROM mart.pairs($claim)
            WHERE $fact::UUID IN (fact_id, earlier_fact_id)
            UNION ALL
            SELECT v.fact_id, v.earlier_fact_id, v.verdict, v.reason, v.rule,
                   v.relative_difference, v.dependence
            FROM mart.verdicts v
            JOIN news.facts a ON a.fact_id = v.fact_id
            JOIN news.facts b ON b.fact_id = v.earlier_fact_id AND b.version_id = a.version_id
            WHERE $fact::UUID IN (v.fact_id, v.earlier_fact_id)
        )
        SELECT o.fact_id AS other_fact_id, c.fact_id = $fact::UUID AS later, c.verdict, c.reason,
               c.rule, c.relative_difference, v.severity, c.dependence, o.document, o.outlet,
               o.surface, o.sentence
        FROM compared c
        JOIN mart.facts o
            ON o.fact_id = CASE WHEN c.fact_id = $fact::UUID THEN c.earlier_fact_id
                                ELSE c.fact_id END
        LEFT JOIN mart.verdicts v
            ON v.fact_id = c.fact_id AND v.earlier_fact_id = c.earlier_fact_id
        ORDER BY later DESC, o.published_at DESC NULLS LAST, o.document, o.start_char, o.fact_id
        """,
        {"fact": str(fact["fact_id"]), "claim": fact["claim_id"] and str(fact["claim_id"])},
    )
    return tuple(Comparison(**row) for row in table.dicts())


def doctor(path: Path, replica: Path, query: Query) -> Health:
    """See `Warehouse.doctor`."""
    problems: list[str] = []
    is_busy = access.is_locked(path)
    counts: dict[str, int] = {}
    runs, last_run, current = 0, None, None
    migration: int | None = None
    if not path.exists():
        problems.append(f"{path} does not exist. Load or replay something to make it.")
    if not replica.exists():
        if path.exists():
            problems.append(f"{replica} is missing. Load or replay anything to publish it.")
    else:
        try:
            for schema_name, name in query(
                "SELECT schema_name, table_name FROM duckdb_tables() "
                "WHERE database_name = 'newsledger' AND schema_name IN ('mart', 'news', 'ops') "
                "ORDER BY ALL"
            ).rows:
                ((count,),) = query(f"SELECT count(*) FROM {schema_name}.{name}").rows
                counts[f"{schema_name}.{name}"] = count
            ((runs, last_run),) = query("SELECT count(*), max(started_at) FROM ops.runs").rows
            ((migration,),) = query("SELECT max(number) FROM main.migrations").rows
        except WarehouseError as error:
            problems.append(str(error))
    newest = max(int(name.split("_", 1)[0]) for name, _ in schema.bundled())
    if migration is not None and migration != newest:
        problems.append(
            f"The schema is at migration {migration}, this package brings {newest}. Load "
            f"anything to bring the file up to date, or upgrade the package."
        )
    if path.exists() and not is_busy:
        try:
            state, undelivered = _state_of(path)
            current = state == (runs, last_run) if migration is not None else None
            problems += _undelivered(undelivered)
            if current is False:
                problems.append(
                    f"{replica} lags behind {path}. Load or replay anything to publish it anew."
                )
        except WarehouseError as error:
            problems.append(str(error))
    return Health(
        path=path,
        replica=replica,
        duckdb=duckdb.__version__,
        migration=migration,
        locked=is_busy,
        counts=counts,
        runs=runs,
        last_run=last_run,
        replica_current=current,
        problems=tuple(problems),
    )


def _undelivered(troubles: Sequence[Undelivered]) -> list[str]:
    """Problems with deliveries, one a state and channel, each with the remedy."""
    groups: dict[tuple[str, str], list[Undelivered]] = {}
    for one in troubles:
        groups.setdefault((one.state, one.channel), []).append(one)
    problems = []
    for (state, channel), rows in sorted(groups.items()):
        last = rows[-1]
        which = f"{last.name} of {last.subject} (event {last.event_id})"
        if state == "dead":
            problems.append(
                f"{len(rows)} given up on the channel {channel}, the last {which} after "
                f"{last.attempts} attempts: {last.message}. See to the channel, then run "
                f"newsledger announce --resend-dead, or --resend EVENT for one."
            )
        else:
            problems.append(
                f"{len(rows)} unknown on the channel {channel}, the last {which}: it is being "
                f"sent, or was cut off, and may have arrived. newsledger announce sends it again "
                f"under the same key."
            )
    return problems


def _state_of(path: Path) -> tuple[tuple[int, datetime | None], list[Undelivered]]:
    """Number and newest start of the runs in the main file, and its deliveries in trouble."""
    try:
        with (
            access.locked(path, 1.0),
            access.reader(path, access.WAREHOUSE_REMEDY) as connection,
        ):
            ((count, newest),) = connection.execute(
                "SELECT count(*), max(started_at) FROM ops.runs"
            ).fetchall()
            has_deliveries = connection.execute(
                "FROM duckdb_tables() WHERE database_name = 'newsledger' "
                "AND schema_name = 'ops' AND table_name = 'deliveries'"
            ).fetchall()
            return (count, newest), outbox.troubles(connection) if has_deliveries else []
    except duckdb.Error as error:
        raise LockTimeout(
            f"{path} cannot be looked into: {str(error).splitlines()[0]}. Close other programs "
            f"that have it open."
        ) from error
