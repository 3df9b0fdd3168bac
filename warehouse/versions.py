"""Which version of its article each captured text is.

A capture whose headline and cleaned text the article has already, under the same outcome, is no
new version, whatever counters, advertisements or links stood around it: it is that version, and
adds no row. What a folder or file holds (no time of capture) is told by its whole original, so
that loads of it give the same ids in any order; captures are settled in the order of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import duckdb

from extractors.records import READ, Article
from extractors.sketch import content_hash
from warehouse import identity
from warehouse.text import clean

Content = tuple[UUID, str, str, str]
"""Article, outcome, hash of the cleaned text, hash of the headline."""

Name = tuple[UUID, str, str]
"""Version, source, document."""

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Settled:
    """An article with the version that it is.

    Attributes:
        novelty: "new" where nothing of its article had been read, "revision" where another
            version had been, "unchanged" where this one had.
    """

    article: Article
    version_id: UUID
    document_id: UUID
    novelty: Literal["new", "revision", "unchanged"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger has of the articles of a batch.

    Attributes:
        versions: their ids.
        contents: the first version of each content.
        names: the last document of each version under each name.
        read: articles of which a version was read for facts.
    """

    versions: set[UUID] = field(default_factory=set)
    contents: dict[Content, UUID] = field(default_factory=dict)
    names: dict[Name, UUID] = field(default_factory=dict)
    read: set[UUID] = field(default_factory=set)


def known(connection: duckdb.DuckDBPyConnection, articles: Sequence[Article]) -> Known:
    """Look up what the ledger has of the captured articles of a batch."""
    found = Known()
    wanted = sorted({identity.article_id(article) for article in articles if article.fetched_at})
    if not wanted:
        return found
    for version, article, outcome, text, title in connection.execute(
        "SELECT version_id, article_id, outcome, content_hash, title FROM news.versions "
        "WHERE article_id IN (SELECT unnest(?::UUID[])) ORDER BY found_at, version_id",
        [wanted],
    ).fetchall():
        found.versions.add(version)
        found.contents.setdefault(_content(article, outcome, text, title), version)
        if outcome in READ:
            found.read.add(article)
    for document, version, source, name in connection.execute(
        "SELECT document_id, version_id, source, document FROM news.documents "
        "WHERE article_id IN (SELECT unnest(?::UUID[])) ORDER BY found_at, document_id DESC",
        [wanted],
    ).fetchall():
        found.names[version, source, name] = document
    return found


def settle(articles: Sequence[Article], had: Known) -> list[Settled]:
    """The version of each article, in the order given.

    Args:
        articles: of one batch.
        had: what the ledger has of them; brought up to date with the batch.
    """
    own = [identity.version_id(article) for article in articles]
    out: dict[int, Settled] = {}
    for place in sorted(range(len(articles)), key=lambda i: _order(articles[i], own[i])):
        out[place] = _settle(articles[place], own[place], had)
    return [out[place] for place in range(len(articles))]


def _order(article: Article, version: UUID) -> tuple[datetime, str, str, str]:
    """By time of capture, what has none first."""
    return (article.fetched_at or _EPOCH, article.document, article.source, str(version))


def _settle(article: Article, own: UUID, had: Known) -> Settled:
    about = identity.article_id(article)
    content = _content(about, article.outcome, article.content_hash, clean(article.title))
    version = own
    if article.fetched_at and own not in had.versions:
        version = had.contents.get(content, own)
    novelty: Literal["new", "revision", "unchanged"] = "new"
    if version in had.versions:
        novelty = "unchanged"
    elif about in had.read:
        novelty = "revision"
    name = (version, clean(article.source), clean(article.document))
    document = identity.document_id(article, version)
    if article.fetched_at:  # a page that says another time of change is no other document
        document = had.names.get(name, document)
    had.versions.add(version)
    had.contents.setdefault(content, version)
    had.names.setdefault(name, document)
    if article.outcome in READ:
        had.read.add(about)
    return Settled(article, version, document, novelty)


def _content(article: UUID, outcome: str, text: str, title: str) -> Content:
    """What two captures must share; the headline counts where the article was read."""
    return (article, outcome, text, content_hash(title) if outcome in READ else "")


def outcomes(settled: Sequence[Settled], copies: Mapping[UUID, str]) -> list[str]:
    """How the capture of each article ended.

    Args:
        settled: the articles.
        copies: versions that repeat another article, with the kind of copy.
    """
    return [_outcome(one, copies) for one in settled]


def _outcome(one: Settled, copies: Mapping[UUID, str]) -> str:
    if one.article.outcome not in READ:
        return one.article.outcome
    if one.novelty != "new":
        return one.novelty
    return "copy" if one.version_id in copies else one.article.outcome
