"""Deterministic keys: the same document gives the same ids in any process and order.

All are UUIDv5 under one namespace, over a type tag and the parts joined by line feeds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from extractors.records import Article, Fact

NAMESPACE = UUID("6f0b2b1e-8a1d-5e0a-9c55-2f7d6f0e3c11")


def key(kind: str, *parts: object) -> UUID:
    """UUIDv5 of a type tag and its identifying parts."""
    return uuid5(NAMESPACE, "\n".join((kind, *(str(part) for part in parts))))


def article_id(article: Article) -> UUID:
    """An article is its canonical URL, or its name within its source."""
    if article.url:
        return url_id(article.url)
    return key("article", "name", article.source, article.document)


def version_id(article: Article) -> UUID:
    """A version is the article with one original text; a failed reading is one of its own.

    Whether its text is an article is for a reading to say, and the next may say otherwise.
    """
    digest = hashlib.sha256(article.original.encode("utf-8", "surrogatepass")).hexdigest()
    read = article.outcome in ("loaded", "no_article") and article.original
    outcome = "" if read else article.outcome
    return key("version", article_id(article), outcome, digest)


def document_id(article: Article, version: UUID) -> UUID:
    """A document is a version under one name in one source, with what is known of it.

    Corrected metadata make a new document of the same version, which takes the place of the old.

    Args:
        article: what was read.
        version: the version that it was found to be.
    """
    known: tuple[object, ...] = (article.outlet, article.published_at, article.date_basis)
    of_page = (article.modified_at, article.authors, article.declared_lang, article.extraction)
    if any(of_page):  # documents that say nothing of the kind keep the keys of older ledgers
        known += of_page
    return key("document", version, article.source, article.document, *known)


def capture_id(source: str, url: str, fetched_at: datetime) -> UUID:
    """A capture is one address, as found, retrieved for one source at one moment.

    Args:
        source: name of the source.
        url: as found, before redirects.
        fetched_at: zone-aware; counts to the microsecond.
    """
    return key(
        "capture", source, url, fetched_at.astimezone(UTC).isoformat(timespec="microseconds")
    )


def url_id(article_url: str) -> UUID:
    """Id of the article at a canonical URL, as `article_id` gives it."""
    return key("article", "url", article_url)


def fact_ids(version: UUID, facts: Sequence[Fact]) -> list[UUID]:
    """Ids of a version's facts: span and kind, and an ordinal where several share them."""
    seen: dict[tuple[int, int, str], int] = {}
    ids = []
    for fact in facts:
        span = (fact.quantity.start, fact.quantity.end, fact.quantity.kind)
        ordinal = seen.get(span, 0)
        seen[span] = ordinal + 1
        ids.append(key("fact", version, *span, ordinal))
    return ids


def statement_ids(facts: Sequence[Fact], ids: Sequence[UUID]) -> dict[int, UUID]:
    """Id of each statement: that of its first native fact, else of its first mention.

    Args:
        facts: the facts of one version.
        ids: their ids, in the same order.

    Returns:
        statement ordinal -> id.
    """
    heads: dict[int, tuple[tuple[bool, int, int], UUID]] = {}
    for position, (fact, fact_id) in enumerate(zip(facts, ids, strict=True)):
        rank = (fact.role != "native", fact.quantity.start, position)
        if fact.statement not in heads or rank < heads[fact.statement][0]:
            heads[fact.statement] = (rank, fact_id)
    return {ordinal: key("statement", head) for ordinal, (_, head) in heads.items()}
