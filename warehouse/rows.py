"""Articles as rows: one Arrow schema per table, and the rows of a batch."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import pyarrow as pa

from extractors.entities import family
from extractors.records import Article, Fact
from warehouse import identity
from warehouse.records import Run
from warehouse.text import clean
from warehouse.versions import Settled

Row = dict[str, Any]

_TEXT, _INT, _FLOAT, _BOOL = pa.string(), pa.int32(), pa.float64(), pa.bool_()
_DAY, _TIME = pa.date32(), pa.timestamp("us", tz="UTC")
_AMOUNT = pa.decimal128(28, 6)
_STEP = Decimal("0.000001")
_LIMIT = Decimal(10) ** 22


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema(list(columns.items()))


SCHEMAS: dict[str, pa.Schema] = {
    "articles": _schema(article_id=_TEXT, url=_TEXT, source=_TEXT, run_id=_TEXT),
    "versions": _schema(
        version_id=_TEXT, article_id=_TEXT, outcome=_TEXT, message=_TEXT, title=_TEXT,
        original=_TEXT, body=_TEXT, content_hash=_TEXT, charset=_TEXT, charset_basis=_TEXT,
        media_type=_TEXT, languages=pa.list_(_TEXT), kept_lines=_INT,
        removed_lines=_INT, found_at=_TIME, run_id=_TEXT,
    ),
    "documents": _schema(
        document_id=_TEXT, version_id=_TEXT, article_id=_TEXT, source=_TEXT, document=_TEXT,
        url=_TEXT, outlet=_TEXT, published_at=_TIME, date_basis=_TEXT, fetched_at=_TIME,
        found_at=_TIME, run_id=_TEXT, modified_at=_TIME, authors=pa.list_(_TEXT),
        declared_lang=_TEXT, extraction=_TEXT, headline=_TEXT, place=_TEXT,
        published_offset=_INT,
    ),
    "removals": _schema(
        version_id=_TEXT, line=_INT, start_char=_INT, end_char=_INT, rule=_TEXT, reason=_TEXT,
        text=_TEXT,
    ),
    "passages": _schema(
        version_id=_TEXT, passage=_INT, lang=_TEXT, confidence=_FLOAT, first_line=_INT,
        last_line=_INT, start_char=_INT, end_char=_INT, translation_of=_INT,
        markers=pa.list_(_TEXT),
    ),
    "facts": _schema(
        fact_id=_TEXT, version_id=_TEXT, statement_id=_TEXT, role_in_statement=_TEXT,
        passage=_INT, kind=_TEXT, predicate=_TEXT, verb=_TEXT, slot=_TEXT, value=_AMOUNT,
        value_low=_AMOUNT, value_high=_AMOUNT, quantum=_AMOUNT, value_text=_TEXT, bound=_TEXT,
        hedge=_TEXT, unit=_TEXT, currency=_TEXT, timex=_TEXT, date_start=_DAY, date_end=_DAY,
        anchor=_TEXT, distributive=_TEXT, per=_TEXT, scope=_TEXT, phase=_TEXT, direction=_TEXT,
        measurer=_TEXT, population=_TEXT, target=_TEXT, place=_TEXT, period_months=_INT,
        event_date_start=_DAY, event_date_end=_DAY, as_of=_DAY, attribution=_TEXT,
        correction=_BOOL, implied_rate=_AMOUNT, sentence=_TEXT, sentence_start=_INT,
        sentence_end=_INT, surface=_TEXT, start_char=_INT, end_char=_INT, confidence=_FLOAT,
        rule=_TEXT, quantity_confidence=_FLOAT, quantity_rule=_TEXT, run_id=_TEXT,
    ),
    "participants": _schema(
        fact_id=_TEXT, role=_TEXT, position=_INT, entity=_TEXT, family=_TEXT
    ),
    "outcomes": _schema(
        run_id=_TEXT, document_id=_TEXT, version_id=_TEXT, source=_TEXT, document=_TEXT,
        outcome=_TEXT, message=_TEXT, fetched_at=_TIME,
    ),
}  # fmt: skip
"""Columns of each table that a batch fills, in the order of the migration."""


def amount(value: Decimal | None) -> Decimal | None:
    """A value as the ledger's DECIMAL(28,6), or None where it does not fit."""
    if value is None:
        return None
    try:
        rounded = value.quantize(_STEP, rounding=ROUND_HALF_EVEN)
    except InvalidOperation:
        return None
    return rounded if abs(rounded) < _LIMIT else None


def search_text(*texts: str) -> str:
    """The form in which names and words are compared: NFC, lower case."""
    return unicodedata.normalize("NFC", "\n".join(texts)).lower()


def _day(moment: date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment


def _offset(moment: datetime | None) -> int | None:
    """Seconds that a moment's clock is ahead of UTC."""
    ahead = moment.utcoffset() if moment else None
    return None if ahead is None else int(ahead.total_seconds())


def canonical_order(settled: Settled) -> tuple[float, bool, float, str, str]:
    """Sort key by which a batch is taken: time of capture (what has none first), then name.

    What has none goes by publication.
    """
    article = settled.article
    moment = article.published_at
    return (
        article.fetched_at.timestamp() if article.fetched_at else float("-inf"),
        moment is None,
        moment.timestamp() if moment else 0.0,
        article.document,
        article.source,
    )


def batch(settled: Sequence[Settled], run: Run) -> dict[str, pa.Table]:
    """The rows of a batch, each key once, as one Arrow table a ledger table.

    Where two documents of the batch are one version, the earlier one's reading is taken.
    """
    rows: dict[str, dict[Any, Row]] = {name: {} for name in SCHEMAS}
    for one in sorted(settled, key=canonical_order):
        if str(one.version_id) not in rows["versions"]:
            _add_version(rows, one.article, one.version_id, run)
        _add_document(rows, one, run)
    return {
        name: pa.Table.from_pylist(list(table.values()), schema=SCHEMAS[name])
        for name, table in rows.items()
    }


def readings(read: Mapping[UUID, Article], run: Run) -> dict[str, pa.Table]:
    """The rows of versions that were read again, one Arrow table a ledger table.

    Args:
        read: the articles that their readings made.
        run: that read them.
    """
    rows: dict[str, dict[Any, Row]] = {name: {} for name in SCHEMAS}
    for version, article in read.items():
        _add_version(rows, article, version, run)
    return {
        name: pa.Table.from_pylist(list(rows[name].values()), schema=SCHEMAS[name])
        for name in ("versions", "removals", "passages", "facts", "participants")
    }


def _add_document(rows: dict[str, dict[Any, Row]], settled: Settled, run: Run) -> None:
    article, document = settled.article, str(settled.document_id)
    version = str(settled.version_id)
    rows["documents"].setdefault(document, {
        "document_id": document,
        "version_id": version,
        "article_id": str(identity.article_id(article)),
        "source": clean(article.source),
        "document": clean(article.document),
        "url": article.url,
        "outlet": article.outlet,
        "published_at": article.published_at,
        "date_basis": article.date_basis,
        "fetched_at": article.fetched_at,
        "found_at": run.started_at,
        "run_id": run.run_id,
        "modified_at": article.modified_at,
        "authors": [clean(name) for name in article.authors],
        "declared_lang": article.declared_lang,
        "extraction": article.extraction,
        "headline": clean(article.headline),
        "place": article.place,
        "published_offset": _offset(article.published_at),
    })  # fmt: skip
    outcome = rows["outcomes"].setdefault(document, {
        "run_id": run.run_id,
        "document_id": document,
        "version_id": version,
        "source": clean(article.source),
        "document": clean(article.document),
        "outcome": article.outcome,
        "message": clean(article.message),
    })  # fmt: skip
    outcome["fetched_at"] = article.fetched_at  # the last one, in the order of capture


def _add_version(
    rows: dict[str, dict[Any, Row]], article: Article, version: UUID, run: Run
) -> None:
    key = str(version)
    article_key = str(identity.article_id(article))
    body = clean(article.text)
    title = clean(article.title)
    rows["articles"].setdefault(article_key, {
        "article_id": article_key,
        "url": article.url,
        "source": clean(article.source),
        "run_id": run.run_id,
    })  # fmt: skip
    rows["versions"][key] = {
        "version_id": key,
        "article_id": article_key,
        "outcome": article.outcome,
        "message": clean(article.message),
        "title": title,
        "original": clean(article.original),
        "body": body,
        "content_hash": article.content_hash,
        "charset": article.charset,
        "charset_basis": article.charset_basis,
        "media_type": article.media_type,
        "languages": list(article.languages),
        "kept_lines": len(article.kept),
        "removed_lines": len({removal.line for removal in article.removals}),
        "found_at": run.started_at,
        "run_id": run.run_id,
    }
    for removal in article.removals:
        line = article.lines[removal.line]
        rows["removals"][key, removal.line, removal.rule] = {
            "version_id": key,
            "line": removal.line,
            "start_char": line.start,
            "end_char": line.end,
            "rule": removal.rule,
            "reason": removal.reason,
            "text": clean(line.text),
        }
    for index, passage in enumerate(article.passages):
        rows["passages"][key, index] = {
            "version_id": key,
            "passage": index,
            "lang": passage.lang,
            "confidence": passage.confidence,
            "first_line": passage.first_line,
            "last_line": passage.last_line,
            "start_char": article.lines[passage.first_line].start,
            "end_char": article.lines[passage.last_line].end,
            "translation_of": passage.translation_of,
            "markers": list(article.markers[index]) if index < len(article.markers) else [],
        }
    ids = identity.fact_ids(version, article.facts)
    statements = identity.statement_ids(article.facts, ids)
    for fact, fact_id in zip(article.facts, ids, strict=True):
        rows["facts"][fact_id] = _fact_row(article, fact, fact_id, key, run) | {
            "statement_id": str(statements[fact.statement])
        }
        rows["participants"].update(_participant_rows(fact, fact_id))


def _participant_rows(fact: Fact, fact_id: UUID) -> Iterable[tuple[Any, Row]]:
    for position, participant in enumerate(fact.participants):
        yield (
            (fact_id, position),
            {
                "fact_id": str(fact_id),
                "role": participant.role,
                "position": position,
                "entity": clean(participant.entity),
                "family": clean(family(participant.entity)),
            },
        )


def _fact_row(article: Article, fact: Fact, fact_id: UUID, version: str, run: Run) -> Row:
    quantity = fact.quantity
    value = amount(quantity.value)
    exact = quantity.value is None or value == quantity.value
    return {
        "fact_id": str(fact_id),
        "version_id": version,
        "role_in_statement": fact.role,
        "passage": fact.passage,
        "kind": quantity.kind,
        "predicate": fact.predicate,
        "verb": fact.verb,
        "slot": fact.slot,
        "value": value,
        "value_low": amount(quantity.low),
        "value_high": amount(quantity.high),
        "quantum": amount(quantity.quantum),
        "value_text": None if exact else str(quantity.value),
        "bound": quantity.bound,
        "hedge": quantity.hedge,
        "unit": quantity.unit,
        "currency": quantity.currency,
        "timex": quantity.timex,
        "date_start": _day(quantity.date_start),
        "date_end": _day(quantity.date_end),
        "anchor": quantity.anchor,
        "distributive": quantity.distributive,
        "per": quantity.per,
        "scope": fact.scope,
        "phase": fact.phase,
        "direction": fact.direction,
        "measurer": fact.measurer,
        "population": fact.population,
        "target": fact.target,
        "place": fact.place,
        "period_months": fact.period_months,
        "event_date_start": _day(fact.event_date_start),
        "event_date_end": _day(fact.event_date_end),
        "as_of": _day(fact.as_of),
        "attribution": fact.attribution,
        "correction": fact.correction,
        "implied_rate": amount(fact.implied_rate),
        "sentence": clean(article.original[fact.sentence_start : fact.sentence_end]),
        "sentence_start": fact.sentence_start,
        "sentence_end": fact.sentence_end,
        "surface": clean(quantity.surface),
        "start_char": quantity.start,
        "end_char": quantity.end,
        "confidence": fact.confidence,
        "rule": fact.rule,
        "quantity_confidence": quantity.confidence,
        "quantity_rule": quantity.rule,
        "run_id": run.run_id,
    }
