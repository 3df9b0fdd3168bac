"""Sitemaps: news sitemaps, lists, indexes, gzip, text; and what only looks like one."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.fetching.listings import NotAFeed
from flows.fetching.records import Entry, Listing
from flows.fetching.sitemaps import MOST_CHILDREN, parse_sitemap

URL = "https://a.example/sitemaps/news.xml"
NOW = datetime(2024, 5, 2, 12, tzinfo=UTC)
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {SPACES}>
<url><loc> https://a.example/1 </loc><lastmod>2024-05-02</lastmod>
 <news:news><news:publication><news:name>The A</news:name><news:language>pt-br</news:language>
 </news:publication><news:publication_date>2024-05-01T15:10:00</news:publication_date>
 <news:title>Juros &amp; preços</news:title></news:news>
 <image:image><image:loc>https://a.example/1.jpg</image:loc></image:image></url>
<url><loc>https://a.example/2</loc><lastmod>2024-05-02</lastmod></url>
<url><image:image><image:loc>https://a.example/3.jpg</image:loc></image:image></url>
</urlset>"""


def sitemap(body: str | bytes, zone: str | None = None) -> Listing:
    data = body.encode() if isinstance(body, str) else body
    return parse_sitemap(
        data, URL, "application/xml", "", NOW, ZoneInfo(zone) if zone else None, "pt"
    )


@pytest.mark.parametrize("packed", [False, True])
def test_a_news_sitemap(packed: bool) -> None:
    body = gzip.compress(NEWS.encode()) if packed else NEWS.encode()
    assert sitemap(body, "America/Sao_Paulo") == Listing(
        "sitemap",
        entries=(
            Entry(
                "https://a.example/1",
                "Juros & preços",
                datetime(2024, 5, 1, 18, 10, tzinfo=UTC),
                "pt-br",
            ),
            Entry("https://a.example/2"),
        ),
        passed_over=("1 entry without an address",),
    )


def test_an_index_names_its_sitemaps_newest_first() -> None:
    found = sitemap(
        f"<sitemapindex {SPACES}>"
        "<sitemap><loc>https://a.example/undated.xml</loc></sitemap>"
        "<sitemap><loc>/old.xml</loc><lastmod>2023-05-01</lastmod></sitemap>"
        "<sitemap><loc>https://a.example/new.xml.gz</loc><lastmod>2024-05-01T10:00:00+00:00"
        "</lastmod></sitemap>"
        f"<sitemap><loc>{URL}</loc></sitemap><sitemap><loc>/old.xml</loc></sitemap>"
        "<sitemap><loc>file:///etc/passwd</loc></sitemap></sitemapindex>"
    )
    assert (found.kind, found.entries) == ("sitemap index", ())
    assert found.children == (
        "https://a.example/new.xml.gz",
        "https://a.example/old.xml",
        "https://a.example/undated.xml",
    )
    assert found.warnings == (
        "a sitemap named more than once",
        "a sitemap with an address that is not of the web",
    )


def test_an_index_of_very_many() -> None:
    many = "".join(f"<sitemap><loc>/{n}.xml</loc></sitemap>" for n in range(MOST_CHILDREN + 5))
    found = sitemap(f"<sitemapindex>{many}</sitemapindex>")
    assert len(found.children) == MOST_CHILDREN
    assert "1005 sitemaps, of which the newest 1000 are named" in found.warnings


def test_a_text_with_addresses() -> None:
    found = sitemap("\ufeffhttps://a.example/1\r\n\r\nhttps://a.example/2\nno address\x07\n")
    assert [entry.url for entry in found.entries][:2] == [
        "https://a.example/1",
        "https://a.example/2",
    ]


def test_one_that_is_cut_off() -> None:
    found = sitemap(NEWS[: NEWS.index("<url><image")])
    assert len(found.entries) == 2
    assert found.warnings[0].startswith("its XML is broken")
    packed = gzip.compress(NEWS.encode() * 20)
    assert sitemap(packed[: len(packed) // 2]).entries


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an empty document"),
        (gzip.compress(b""), "an empty document"),
        (b"\x1f\x8b\x08nonsense", "broken gzip"),
        (gzip.compress(bytes(60 << 20)), "unpacks to more than 50 MiB; name one of its parts"),
        (gzip.compress(gzip.compress(NEWS.encode())), "looks like"),
        (b"<rss version='2.0'><channel/></rss>", 'it is a feed: write kind = "feed"'),
        (b"<!doctype html><title>404</title>", "a web page"),
        (b"Not found", "text without markup; check the address"),
    ],
)
def test_what_is_no_sitemap_is_named_with_the_remedy(body: bytes, said: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        sitemap(body)
    assert said in str(caught.value)


def test_no_entity_is_resolved() -> None:
    found = sitemap(
        '<!DOCTYPE urlset [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url>'
        "<loc>https://a.example/&f;/1</loc></url></urlset>"
    )
    assert [entry.url for entry in found.entries] == ["https://a.example/&f;/1"]


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=100), st.lists(st.sampled_from([
    "<urlset>", "<url>", "<loc>", "</loc>", "/1", "</url>", "<sitemapindex>", "<sitemap>", "&x;",
    "<lastmod>2024-13-45", "<news:news>", "\x00", "https://a.example/ ", "\n", "<!DOCTYPE",
]), max_size=20).map(lambda parts: "".join(parts).encode())))  # fmt: skip
def test_any_bytes_end_in_a_listing_or_the_error(body: bytes) -> None:
    try:
        assert isinstance(sitemap(body), Listing)
    except NotAFeed as problem:
        assert str(problem)
