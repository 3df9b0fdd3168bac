"""Whatever the bytes: one outcome, the same each time, and offsets that hold."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.invariants import faults
from extractors import Document, read

PAGES = Path(__file__).parent / "html" / "pages"
SEEDS = Path(__file__).parents[2] / "seeds"
CORPUS = [
    path.read_bytes()[:6000]
    for path in sorted([*PAGES.rglob("*.html"), *SEEDS.glob("*.txt"), *PAGES.glob("*.txt")])
]
TOKEN = re.compile(rb"<[^<>]{0,200}>|\w+|\s+|.", re.DOTALL)
TOKENS = [TOKEN.findall(body) for body in CORPUS]

media_types = st.sampled_from(["text/html", "text/plain", "", "application/xhtml+xml", "x/y"])
slow_enough = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def _holds(body: bytes, media_type: str) -> None:
    document = Document("x", body, media_type=media_type)
    article = read(document)
    assert faults(article) == []
    assert read(document) == article


@slow_enough
@given(st.binary(max_size=400), media_types)
def test_any_bytes(body: bytes, media_type: str) -> None:
    _holds(body, media_type)


words = st.one_of(
    st.text(max_size=20),
    st.sampled_from([
        *("The port of Rotterdam spent $1.2 billion in 2024.", "20 percent", "29억 달러", "&#0;"),
        *("四千億円", "nearly 3 million people", "9 April 2024", "\u202e1.5\u200b%", "&lt;b"),
        *("from 5 to 3", "١٢ مليون", "99999999999999999999999", "½", "30 February", "Feb 2024"),
    ]),
)  # fmt: skip
attributes = st.sampled_from([
    *("", " class=article", " class='comments ad'", " id=x hidden", " itemprop=articleBody"),
    *(" datetime=2024-02-30", " href='http://[', style='display:none'", " content=2024", ' a="'),
    *(" property=article:published_time content=2024-04-09T25:00", " type=application/ld+json"),
])  # fmt: skip
tags = st.sampled_from([
    *("p", "div", "h1", "a", "b", "i", "article", "main", "table", "tr", "td", "li", "ul", "time"),
    *("meta", "script", "style", "pre", "br", "head", "body", "html", "title", "noscript", "rt"),
    *("template", "svg", "math", "form", "select", "option", "frameset", "ruby", "blockquote"),
])  # fmt: skip


def _element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def built(tag: str, attribute: str, content: list[str], ends: bool) -> str:
        return f"<{tag}{attribute}>{''.join(content)}" + (f"</{tag}>" if ends else "")

    return st.builds(built, tags, attributes, st.lists(inside, max_size=4), st.booleans())


@slow_enough
@given(st.recursive(words, _element, max_leaves=30), media_types)
def test_any_nesting_of_tags(markup: str, media_type: str) -> None:
    _holds(markup.encode("utf-8", "replace"), media_type)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    """A page or text with stretches taken out, doubled, or put in from another."""
    tokens = list(draw(st.sampled_from(TOKENS)))
    for _ in range(draw(st.integers(1, 5))):
        other = draw(st.sampled_from(TOKENS))
        start = draw(st.integers(0, len(other)))
        piece = other[start : start + draw(st.integers(0, 60))]
        at = draw(st.integers(0, len(tokens)))
        tokens[at : at + draw(st.integers(0, 60))] = piece * draw(st.integers(0, 3))
    body = bytearray(b"".join(tokens)[:6000])
    for _ in range(draw(st.integers(0, 4)) if body else 0):
        body[draw(st.integers(0, len(body) - 1))] = draw(st.integers(0, 255))
    return bytes(body)


@slow_enough
@given(mutants(), media_types)
def test_changed_pages_and_texts(body: bytes, media_type: str) -> None:
    _holds(body, media_type)
