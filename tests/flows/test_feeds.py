"""Feeds: bytes become entries, whatever is wrong with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.fetching.feeds import parse_feed
from flows.fetching.listings import MOST_ENTRIES, NotAFeed
from flows.fetching.records import Entry, Listing

URL = "https://a.example/news/feed.xml"
NOW = datetime(2024, 5, 2, 12, tzinfo=UTC)
ITEM = "<item><title>T</title><link>https://a.example/1</link></item>"


def feed(
    body: str | bytes, zone: str | None = None, lang: str | None = None, **more: str
) -> Listing:
    data = body.encode() if isinstance(body, str) else body
    where = ZoneInfo(zone) if zone else None
    return parse_feed(
        data, URL, more.get("media_type", ""), more.get("charset", ""), NOW, where, lang
    )


def rss(*items: str, channel: str = "", attributes: str = 'version="2.0"') -> str:
    return f"<rss {attributes}><channel><title>C</title>{channel}{''.join(items)}</channel></rss>"


def dated(text: str) -> str:
    return rss(f"<item><link>https://a.example/1</link><pubDate>{text}</pubDate></item>")


def test_rss() -> None:
    found = feed(
        '<?xml version="1.0" encoding="UTF-8"?>'
        + rss(
            "<item><title>Prices &amp; <![CDATA[<b>rates</b> rise]]></title><link> /1?a=1&amp;b=2 "
            '</link><guid isPermaLink="false">id-1</guid><description>'
            + "x"
            * 99
            + "</description>"
            "<pubDate>Wed, 01 May 2024 09:00:00 +0900</pubDate></item>",
            "<item><title>Second</title><link>https://b.example/2</link></item>",
            channel="<link>https://a.example/</link><language>en-gb</language><ttl>15</ttl>",
        )
    )
    assert found == Listing(
        "rss",
        "C",
        "en-gb",
        (
            Entry(
                "https://a.example/1?a=1&b=2",
                "Prices & rates rise",
                datetime(2024, 5, 1, tzinfo=UTC),
                None,
                "id-1",
            ),
            Entry("https://b.example/2", "Second", None, None, ""),
        ),
        (),
        900.0,
    )


def test_rdf() -> None:
    found = feed(
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xml:lang="ja" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel '
        'rdf:about="https://a.example/"><title>新聞</title><link>https://a.example/</link>'
        "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
        '</channel><item rdf:about="https://a.example/1"><title>株価が上昇</title><link>'
        "https://a.example/1</link><dc:date>2024-05-01T09:00:00+09:00</dc:date></item></rdf:RDF>"
    )
    assert (found.kind, found.title, found.lang, found.floor_seconds) == ("rdf", "新聞", "ja", 1800)
    (entry,) = found.entries
    assert entry.title == "株価が上昇"
    assert entry.published_at == datetime(2024, 5, 1, tzinfo=UTC)


def test_atom_with_bases() -> None:
    found = feed(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/" xml:lang="fr">'
        '<title type="text">Une</title><entry xml:base="y/"><title type="html">L&amp;#233;gende'
        '</title><link rel="self" href="z"/><link href="1.html"/><id>tag:b.example,2024:1</id>'
        "<updated>2024-05-01T10:00:00Z</updated><published>2024-05-01T08:00:00Z</published>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></content>'
        '</entry><entry><title>2</title><link href="2"/><updated>2024-05-01T10:00:00Z</updated>'
        "</entry></feed>"
    )
    assert (found.kind, found.title, found.lang) == ("atom", "Une", "fr")
    first, second = found.entries
    assert (first.url, first.title, first.lang) == (
        "https://b.example/x/y/1.html",
        "Légende",
        "fr",
    )
    assert first.published_at == datetime(2024, 5, 1, 8, tzinfo=UTC)
    assert (second.url, second.published_at) == (
        "https://b.example/x/2",
        datetime(2024, 5, 1, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_old_rss_with_a_doctype_and_names_of_html(version: str) -> None:
    found = feed(
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.com/publish/formats/rss-0.91.dtd">'
        + rss(
            "<item><title>Preços&nbsp;em S&atilde;o Paulo</title><link>https://a.example/?a&b=1"
            "</link></item>",
            attributes=f'version="{version}"',
        )
    )
    assert found.entries[0].title == "Preços em São Paulo"
    assert found.entries[0].url == "https://a.example/?a&b=1"
    assert found.warnings == ()


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_json_feed(version: str) -> None:
    found = feed(
        json.dumps({
            "version": f"https://jsonfeed.org/version/{version}",
            "title": "J",
            "language": "de",
            "items": [
                {"id": 7, "url": "/1", "title": "Eins", "date_published": "2024-05-01T10:00:00Z"},
                {"id": "https://a.example/2", "content_text": "ohne Titel", "language": "en"},
                {"id": "3", "external_url": "https://b.example/3"},
                {"id": "4"},
                "no object",
            ],
        })
    )  # fmt: skip
    assert (found.kind, found.title, found.lang) == ("json feed", "J", "de")
    assert found.entries == (
        Entry("https://a.example/1", "Eins", datetime(2024, 5, 1, 10, tzinfo=UTC), None, "7"),
        Entry("https://a.example/2", "", None, "en", "https://a.example/2"),
        Entry("https://b.example/3", "", None, None, "3"),
    )
    assert found.passed_over == ("2 entries without an address",)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("text", "zone", "lang", "when"),
    [
        ("Mon, May 25 2020", None, "en", "2020-05-25T00:00Z"),
        ("Mon, May 25 2020 10:00:00 GMT", None, "en", "2020-05-25T10:00Z"),
        ("dom, 02 ott 2022 18:30:00 +0200", None, "it", "2022-10-02T16:30Z"),
        ("dom, 02 ott 2022", None, "it", "2022-10-02T00:00Z"),
        ("2024년 5월 1일 오후 3:10", "Asia/Seoul", "ko", "2024-05-01T06:10Z"),
        ("2024.05.01 15:10", "Asia/Seoul", "ko", "2024-05-01T06:10Z"),
        ("2024年5月1日 9時05分", "Asia/Tokyo", "ja", "2024-05-01T00:05Z"),
        ("2024-05-01 15:10:00", "America/New_York", "en", "2024-05-01T19:10Z"),
        ("2024-01-15 15:10:00", "America/New_York", "en", "2024-01-15T20:10Z"),
        ("2024-05-01T15:10:00", "Europe/Berlin", "de", "2024-05-01T13:10Z"),
        ("2024-05-01T15:10:00+09:00", "Europe/Berlin", "de", "2024-05-01T06:10Z"),
        ("Wed, 01 May 2024 15:10:00 EST", None, "en", "2024-05-01T20:10Z"),
        ("Wed, 01 May 24 15:10:00 +0100", None, "en", "2024-05-01T14:10Z"),
        ("Wed, 01 May 24 15:10:00", "Europe/Paris", "en", "2024-05-01T13:10Z"),
        ("1 de mayo de 2024 15:10", "Europe/Madrid", "es", "2024-05-01T13:10Z"),
        ("yesterday", None, "en", None),
        ("Wed, 31 Feb 2024 10:00:00 GMT", None, "en", None),
        ("0000-00-00 00:00:00", None, "en", None),
    ],
)
def test_times(text: str, zone: str | None, lang: str, when: str | None) -> None:
    found = feed(dated(text), zone, lang)
    expected = datetime.fromisoformat(when) if when else None
    assert found.entries[0].published_at == expected
    assert bool(found.warnings) is (when is None)


def test_a_time_after_the_retrieval_is_dropped() -> None:
    late = (NOW + timedelta(days=1, minutes=1)).isoformat()
    found = feed(dated(late))
    assert found.entries[0].published_at is None
    assert found.warnings == ("1 entry dated later than the retrieval; taken without the time",)
    near = NOW + timedelta(hours=23)
    assert feed(dated(near.isoformat())).entries[0].published_at == near
    zoned = near.astimezone(timezone(timedelta(hours=9)))
    assert feed(dated(zoned.isoformat())).entries[0].published_at == near


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ('<guid isPermaLink="true"><![CDATA[https://a.example/?p=1&q=2]]></guid>',
         "https://a.example/?p=1&q=2"),
        ("<guid>https://a.example/?p=1&amp;q=2</guid>", "https://a.example/?p=1&q=2"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', None),
        ("<guid>4711</guid>", None),
        ("<link></link>", None),
        ("<link>mailto:desk@a.example</link>", None),
        ("<link>https://u:p@a.example/1</link>", None),
        (f"<link>https://a.example/{'x' * 3000}</link>", None),
        ("<link>https://[broken/1</link>", None),
        ("<link>https://t.example/r?u=9</link><feedburner:origLink>https://a.example/1"
         "</feedburner:origLink>", "https://a.example/1"),
    ],
)  # fmt: skip
def test_addresses(item: str, url: str | None) -> None:
    burner = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    found = feed(rss(f"<item><title>T</title>{item}</item>", attributes=f'version="2.0" {burner}'))
    assert [entry.url for entry in found.entries] == ([url] if url else [])
    assert len(found.passed_over) == (0 if url else 1)


def test_an_address_counts_once() -> None:
    again = ITEM.replace("/1", "/1?utm_source=rss")
    found = feed(rss(ITEM, again))
    assert [entry.url for entry in found.entries] == ["https://a.example/1"]
    assert found.warnings == ("1 entry named more than once",)


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>2</ttl>", 120.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>999999</ttl>", 86_400.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86_400.0),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>24</sy:updateFrequency>",
         3600.0),
        ("<sy:updatePeriod>yearly</sy:updatePeriod><ttl>1</ttl>", 86_400.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
         3600.0),
    ],
)  # fmt: skip
def test_what_the_publisher_asks_for(channel: str, seconds: float | None) -> None:
    attributes = 'version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    assert feed(rss(ITEM, channel=channel, attributes=attributes)).floor_seconds == seconds


@pytest.mark.parametrize(
    "broken",
    [
        rss(ITEM)[: -len("</channel></rss>")],
        rss(ITEM, "<item><title>A & B < C</title>"),
        rss(ITEM).replace("<title>C", "<title>\x0b\x1f C"),
        "\n\n  " + rss(ITEM),
        "Warning: cache is full on line 3<br/>\n" + rss(ITEM),
        rss(ITEM, "<dc:date>2024-05-01</dc:date>"),
        rss(ITEM, "<item><title>unclosed</b></title></item>"),
    ],
)
def test_broken_xml(broken: str) -> None:
    found = feed(broken)
    assert found.entries[0] == Entry("https://a.example/1", "T", None, None, "")


def test_broken_xml_is_told() -> None:
    (said,) = feed(rss(ITEM, "<item>")).warnings
    assert said.startswith("its XML is broken, and was read all the same: ")


@pytest.mark.parametrize(
    ("declared", "header", "codec"),
    [
        ("utf-8", "", "euc-kr"),
        ("euc-kr", "", "euc-kr"),
        ("iso-8859-1", "iso-8859-1", "utf-8"),
        ("utf-16", "", "utf-8"),
        ("utf-16", "", "utf-16"),
        ("", "euc-kr", "euc-kr"),
    ],
)
def test_encodings(declared: str, header: str, codec: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    title = "서울시는 올해 예산을 늘리기로 했다고 밝혔다"
    found = feed(
        (declaration + rss(ITEM.replace(">T<", f">{title}<"))).encode(codec), charset=header
    )
    assert found.entries[0].title == title


def test_ten_thousand_entries() -> None:
    items = [f"<item><title>{n}</title><link>/{n}</link></item>" for n in range(10_000)]
    assert len(feed(rss(*items)).entries) == 10_000


def test_no_more_entries_than_the_limit() -> None:
    items = [{"url": f"/{n}"} for n in range(MOST_ENTRIES + 3)]
    found = feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}))
    assert len(found.entries) == MOST_ENTRIES
    assert found.passed_over == (f"3 entries after the first {MOST_ENTRIES}",)


PAGE = "<!DOCTYPE html><html><head>{}</head><body><p>News</p></body></html>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not a feed but an empty document; check the address"),
        (b" \n", "empty document"),
        (PAGE.format(""), "not a feed but a web page; it is a web page: look there for the addre"),
        (PAGE.format('<link rel="alternate" type="application/rss+xml" href="/rss">'),
         "a web page; the page announces https://a.example/rss, use this address"),
        ("<urlset><url><loc>x</loc></url></urlset>", 'write kind = "sitemap"'),
        ("<opml><body/></opml>", "it is a list of subscriptions"),
        ("<error>no such feed</error>", "not a feed but <error>; check the address"),
        ("Service unavailable", "not a feed but text without markup"),
        ('{"error": 404}', "other JSON: it has no list of items"),
        ('{"items": [', "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a feed: it looks like"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_named_with_the_remedy(body: str | bytes, said: str) -> None:
    with pytest.raises(NotAFeed) as caught:
        feed(body)
    assert said in str(caught.value)


def test_an_empty_feed_is_a_feed() -> None:
    assert feed(rss()).entries == ()
    assert feed('<feed xmlns="http://www.w3.org/2005/Atom"/>').kind == "atom"


def test_no_file_and_no_entity_is_opened() -> None:
    with pytest.raises(NotAFeed):
        feed(b"/etc/passwd")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    found = feed(
        f'<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
        + rss(ITEM.replace(">T<", ">&f;&e11;<"))
    )
    assert found.entries[0].title == "&f;&e11;"


@pytest.mark.parametrize(
    "hostile",
    [
        "<rss version='2.0'><channel><item>" + "<a>" * 100_000,
        "<rss version='2.0'><channel>" + "<item>" * 50_000,
        "<feed xmlns='http://www.w3.org/2005/Atom'>" + "<entry xml:base='x/'>" * 20_000,
        "<rss><channel><" * 40_000,
        "<rss version='2.0'><channel><item>" + "<guid>x</guid>" * 100_000,
        "<rss version='2.0'><channel><item><title>" + "<![CDATA[" * 50_000,
        "<rss version='2.0'><channel><item><title>" + "&" * 300_000,
        "<rss version='2.0'><channel><item><title>&#1114112;&#x0;&#55296;",
        "<rss version='2.0'><channel>" + "<!--" * 50_000,
    ],
)
def test_hostile_feeds_end(hostile: str) -> None:
    try:
        assert isinstance(feed(hostile), Listing)
    except NotAFeed as problem:
        assert str(problem)


@settings(max_examples=150, deadline=None)
@given(st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from([
        "<rss version='2.0'>", "<channel>", "<item>", "</item>", "<link>", "</link>", "/1", "&amp;",
        "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "<link href='", "'/>", "<title>",
        "<![CDATA[", "]]>", "&#0;", "&x", "\x00", "<guid>", "<rdf:RDF>", "<dc:date>", "2024", "é",
        "<?xml version='1.0' encoding='utf-16'?>", "<!DOCTYPE x [", "{", '"items": [', "]}",
        " xml:base='//['", "<a:b xmlns:a=''>", " type='base64'>", "<pubDate>", "99999999999999",
    ]), max_size=25).map(lambda parts: "".join(parts).encode()),
))  # fmt: skip
def test_any_bytes_end_in_a_listing_or_the_error(body: bytes) -> None:
    try:
        found = parse_feed(body, URL, "", "", NOW)
    except NotAFeed:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in found.entries)
