"""Reading a kept text once more: with the rules as they were, it is the article that it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import read, reread
from extractors.cleaning import line_key
from extractors.records import Article, Document, Hints, Stored

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
PAGES = sorted((Path(__file__).parent / "html" / "pages").glob("*.html"))
HINTS = Hints(
    title="Budget talks end",
    outlet="The Harbour Post",
    lang="en",
    place="CA",
    published_at=datetime(2024, 5, 2, 8, 30, tzinfo=UTC),
)
NOTHING = Hints()


def kept(article: Article) -> Stored:
    """What the ledger keeps of an article."""
    return Stored(
        document=article.document,
        source=article.source,
        url=article.url,
        outlet=article.outlet,
        original=article.original,
        left_out=frozenset(
            article.lines[r.line].start for r in article.removals if r.rule == "extractor"
        ),
        headline=article.headline,
        declared_lang=article.declared_lang,
        place=article.place,
        published_at=article.published_at,
        date_basis=article.date_basis,
        modified_at=article.modified_at,
        fetched_at=article.fetched_at,
        authors=article.authors,
        media_type=article.media_type,
        charset=article.charset,
        charset_basis=article.charset_basis,
        extraction=article.extraction,
        outcome=article.outcome,
    )


@pytest.mark.parametrize("path", [*SEEDS, *PAGES], ids=lambda path: path.name)
@pytest.mark.parametrize("hints", [NOTHING, HINTS], ids=["bare", "described"])
def test_what_is_read_again_is_the_same(path: Path, hints: Hints) -> None:
    kind = "text/html" if path.suffix == ".html" else "text/plain"
    article = read(Document(path.name, path.read_bytes(), kind, hints=hints))
    assert article.original
    assert reread(kept(article)) == article


def test_the_site_s_lines_are_left_out_again() -> None:
    article = read(Document("a.txt", SEEDS[2].read_bytes()))
    key = line_key(article.lines[article.kept[-1]].text)
    shorter = read(Document("a.txt", SEEDS[2].read_bytes()), {key})
    assert len(shorter.kept) < len(article.kept)
    assert reread(kept(shorter), {key}) == shorter
    assert reread(kept(shorter)) == article


def test_a_corrected_day_moves_what_is_said_relative_to_it() -> None:
    body = b"The port said on Friday that it would invest $40 million in two new ferries.\n"
    told = Hints(published_at=datetime(2024, 5, 4, tzinfo=UTC))
    article = read(Document("a.txt", body, hints=told))
    moved = replace(kept(article), published_at=datetime(2024, 5, 11, tzinfo=UTC))
    days = [
        next(f.quantity.timex for f in found.facts if f.quantity.kind == "date")
        for found in (article, reread(moved))
    ]
    assert days == ["2024-05-03", "2024-05-10"]


_LINE = st.sampled_from([
    "", " ", "\u200b", "Home | News | Sport", "Share this article", "Read more",
    "The ministry said on Friday that it had spent $4.2 million on ferries since March.",
    "政府は10日、港の整備に3億円を投じると発表した。",
    "정부는 항만에 29억 달러를 투자한다고 밝혔다.",
    "Le port a investi 2,9 millions d'euros. The port invested 2.9 million euros.",
    "<p>Output rose 4.2 percent.</p>", "a\u2028b", "x\r", "Budget talks end",
])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINE, max_size=14), st.booleans(), st.sampled_from([NOTHING, HINTS]))
def test_any_text_is_read_again_alike(lines: list[str], markup: bool, hints: Hints) -> None:
    body = "\n".join(lines)
    if markup:
        body = "<html><body><article>" + "".join(f"<p>{x}</p>" for x in lines) + "</article>"
    kind = "text/html" if markup else "text/plain"
    article = read(Document("a", body.encode(), kind, hints=hints))
    if article.original:
        assert reread(kept(article)) == article
