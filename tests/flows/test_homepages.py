"""Home pages: feeds that they announce and links that look like articles."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.fetching.homepages import announced, is_article, parse_homepage, table
from flows.fetching.listings import NotAFeed
from flows.fetching.records import Entry, Listing

URL = "https://www.a.example/"
NOW = datetime(2024, 5, 2, 12, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html lang="ko"><head><title>A 뉴스</title>
<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/rss.xml">
<link rel="ALTERNATE home" type="application/atom+xml" href="https://b.example/atom">
<link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" href="/s.css">
<base href="https://www.a.example/news/"></head><body>
<a href="/">Home</a> <a href="/tag/bank-of-japan-rates">Bank of Japan</a>
<a href="view/20240501123"><img src="/i.jpg"></a>
<a href="view/20240501123?utm_source=top">금리 인상  <b>결정</b></a>
<a href="https://m.a.example/2024/05/01/prices">물가</a>
<a href="https://b.example/2024/05/01/else">Elsewhere</a>
<a href="javascript:void(0)">x</a><a>no address</a><a href="#top">Top</a>
</body></html>"""


def test_links_to_articles() -> None:
    assert parse_homepage(PAGE.encode(), URL, "text/html", "", NOW) == Listing(
        "page",
        "A 뉴스",
        "ko",
        (
            Entry("https://www.a.example/news/view/20240501123", "금리 인상 결정"),
            Entry("https://m.a.example/2024/05/01/prices", "물가"),
        ),
    )


def test_feeds_that_a_page_announces() -> None:
    assert announced(PAGE, URL) == ("https://www.a.example/rss.xml", "https://b.example/atom")
    assert announced("", URL) == ()


@pytest.mark.parametrize(
    ("url", "article"),
    [
        ("https://a.example/2024/05/01/prices", True),
        ("https://a.example/2024/5/1/prices", True),
        ("https://a.example/20240501/prices.html", True),
        ("https://a.example/world/2024-05-01-prices", True),
        ("https://a.example/news/articles/c3g7xk8n1zpo", True),
        ("https://a.example/view/AKR20240501012300001", True),
        ("https://a.example/news/html/20240501/k10014437951000.html", True),
        ("https://a.example/read.nhn?oid=001&aid=0014668", True),
        ("https://a.example/economia/el-banco-central-sube-los-tipos.html", True),
        ("https://news.a.example/wirtschaft/zinsen-steigen-im-mai-100.html", True),
        ("https://a.example/" + quote("금리-인상-결정-속"), True),
        ("https://a.example/", False),
        ("https://a.example/world", False),
        ("https://a.example/world/middle-east", False),
        ("https://a.example/page/2", False),
        ("https://a.example/2024", False),
        ("https://a.example/?page=3", False),
        ("https://a.example/author/jane-mary-doe-smith", False),
        ("https://a.example/2024/05/01/prices.pdf", False),
        ("https://a.example/newsletter/the-week-in-world-news", False),
        ("https://b.example/2024/05/01/prices", False),
        ("https://nota.example/2024/05/01/prices", False),
    ],
)  # fmt: skip
def test_the_shape_of_articles(url: str, article: bool) -> None:
    assert is_article(url, URL) is article


@pytest.mark.parametrize("name", ["sections", "endings"])
def test_the_examples_of_the_table(name: str) -> None:
    entry = table()[name]
    assert not is_article(entry["example"], URL)
    assert is_article(entry["counterexample"], URL)
    assert all(isinstance(word, str) and word == word.lower() for word in entry["words"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not a web page but an empty document"),
        (b"<rss version='2.0'><channel/></rss>", 'it is a feed: write kind = "feed"'),
        (b"only text", "not a web page with links"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 9, "not a web page: it"),
    ],
)
def test_what_is_no_page_is_named(body: bytes, said: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        parse_homepage(body, URL, "text/html", "", NOW)
    assert said in str(caught.value)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=100), st.lists(st.sampled_from([
    "<a href='", "/1234567", "'>", "</a>", "<html>", "<base href='//['>", "\x00", "&#0;", "<title>",
    "http://[", "<link rel=alternate type=application/rss+xml href=", ">", "%ff", "?x=12345",
]), max_size=20).map(lambda parts: "".join(parts).encode())))  # fmt: skip
def test_any_bytes_end_in_a_listing_or_the_error(body: bytes) -> None:
    try:
        assert isinstance(parse_homepage(body, URL, "", "", NOW), Listing)
    except NotAFeed as problem:
        assert str(problem)


def test_deep_nesting_ends() -> None:
    body = b"<div>" * 100_000 + b"<a href='/2024/05/01/x'>x</a>"
    try:
        assert isinstance(parse_homepage(body, URL, "", "", NOW), Listing)
    except NotAFeed as problem:
        assert str(problem)
