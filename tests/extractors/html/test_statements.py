"""What pages say of themselves: structured data in all its shapes, headlines, names, dates."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.html import words
from extractors.html.linked import parse_json
from extractors.html.metadata import Metadata, metadata
from extractors.html.titles import choose, without_site
from extractors.html.tree import parse


def said(
    head: str = "", body: str = "<h1>Port grows</h1>", *, lang: str = "en", url: str = ""
) -> Metadata:
    text = f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'
    return metadata(parse(text), url=url)


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Port grows",
    "datePublished": "2024-04-09T22:15:00+02:00",
    "author": {"@type": "Person", "name": "Jane Miller"},
}
TEXT = json.dumps(ARTICLE)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"[{TEXT}]",
        f'{{"@context":"https://schema.org","@graph":[{{"@type":"WebSite"}},{TEXT}]}}',
        f'{{"@type":"WebPage","mainEntity":{TEXT}}}',
        TEXT.replace('"NewsArticle"', '["NewsArticle","Article"]'),
        TEXT.replace('"NewsArticle"', '"http://schema.org/NewsArticle"'),
        TEXT[:-1] + ",}",
        TEXT.replace("Port grows", "Port\ngrows"),
        TEXT + ";",
        f"<!-- {TEXT} -->",
        f"//<![CDATA[\n{TEXT}\n//]]>",
        f"/* <![CDATA[ */ {TEXT} /* ]]> */",
        TEXT.replace('"', "&quot;"),
        '{"@type":"BreadcrumbList"}' + TEXT,
    ],
)
def test_shapes_of_linked_data(text: str) -> None:
    found = said(script(text))
    assert found.published_at == datetime(2024, 4, 9, 20, 15, tzinfo=UTC)
    assert (found.date_basis, found.authors) == ("stated", ("Jane Miller",))


def test_commas_in_strings_are_no_trailing_ones() -> None:
    assert parse_json('{"a": "one, }", "b": [1, 2, ], }') == [{"a": "one, }", "b": [1, 2]}]


@given(st.text(max_size=200))
def test_any_script_is_read_without_fault(text: str) -> None:
    assert isinstance(parse_json(text), list)


def test_an_article_among_related_ones_is_told_by_its_headline() -> None:
    other = dict(ARTICLE, headline="Storm closes motorways", datePublished="2023-01-01")
    assert said(script(json.dumps([other, ARTICLE]))).published_at == datetime(
        2024, 4, 9, 20, 15, tzinfo=UTC
    )
    listed = {"@type": "ItemList", "itemListElement": [other]}
    assert said(script(json.dumps(listed))).published_at is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "@type", "@value", "url", "hasPart"]), inner)
    ),
    max_leaves=8,
)
KEYS = [
    "headline",
    "datePublished",
    "dateModified",
    "author",
    "publisher",
    "inLanguage",
    "isAccessibleForFree",
    "hasPart",
    "articleBody",
    "description",
    "mainEntityOfPage",
]


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_values_are_read_without_fault(item: dict[str, object]) -> None:
    text = json.dumps({"@type": "NewsArticle", **item}).replace("<", "")
    assert isinstance(said(script(text), url="https://post.example/a"), Metadata)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_are_read_without_fault(one: str, other: str) -> None:
    head = f"<title>{one}</title><meta name=author content='{other}'><h1>{other}</h1>"
    body = f"<p class=byline>{one}</p><time datetime='{one}'>{other}</time>"
    tree = parse(f"<html>{head}{body}</html>")
    if tree is not None:
        assert isinstance(metadata(tree), Metadata)


def test_microdata() -> None:
    found = said(
        body='<div itemscope itemtype="https://schema.org/NewsArticle">'
        '<h1 itemprop="headline">Port grows</h1>'
        '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
        '<span itemprop="name">Jane Miller</span></span>'
        '<meta itemprop="datePublished" content="2024-04-09T20:15:00Z">'
        '<meta itemprop="dateModified" content="2024-04-10T08:00:00Z"></div>'
    )
    assert found.title == "Port grows"
    assert found.authors == ("Jane Miller",)
    assert found.published_at == datetime(2024, 4, 9, 20, 15, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 4, 10, 8, 0, tzinfo=UTC)


def test_only_a_change_is_known() -> None:
    found = said('<meta property="article:modified_time" content="2024-04-10T08:00:00Z">')
    assert found.modified_at == datetime(2024, 4, 10, 8, 0, tzinfo=UTC)
    assert (found.published_at, found.date_basis) == (found.modified_at, "guessed")


def test_a_change_is_never_the_publication() -> None:
    body = "<h1>Port grows</h1><p>Updated 10 April 2024</p><p>Published 9 April 2024</p>"
    found = said(body=body)
    assert found.published_at == datetime(2024, 4, 9, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 4, 10, tzinfo=UTC)
    assert found.date_basis == "inferred"


def test_the_outlet_s_own_zone_is_kept() -> None:
    head = script(TEXT.replace("22:15:00+02:00", "20:15:00Z"))
    body = '<h1>Port grows</h1><time datetime="2024-04-09T22:15:00+02:00">22:15</time>'
    found = said(head, body).published_at
    assert found is not None
    assert found.isoformat() == "2024-04-09T22:15:00+02:00"


def test_a_day_gets_its_time_from_another_statement() -> None:
    head = script(TEXT.replace("T22:15:00+02:00", ""))
    body = '<h1>Port grows</h1><time datetime="2024-04-09T22:15:00+02:00">22:15</time>'
    found = said(head, body)
    assert (found.published_at, found.date_basis) == (
        datetime(2024, 4, 9, 20, 15, tzinfo=UTC),
        "stated",
    )


@pytest.mark.parametrize(
    "body",
    [
        "<p>The treaty of 9 April 1998 was signed in the old town hall, in the presence of all "
        "twelve ministers and of the mayor of the city.</p>",
        '<div class="comments"><div class="comment"><span class="date">9 April 2024</span> '
        "I agree</div></div>",
        '<aside class="related"><a href="/x">Storm</a> <time datetime="2024-04-09">9 April 2024'
        "</time></aside>",
        "<footer>Last visit 9 April 2024</footer>",
    ],
)
def test_dates_that_are_not_the_page_s_own(body: str) -> None:
    assert said(body=f"<h1>Port grows</h1><p>{'Text. ' * 40}</p>{body}").published_at is None


def test_a_date_of_no_said_meaning_is_no_publication_where_it_is_the_change() -> None:
    loose = '<meta name="DC.date" content="2024-07-05T14:20:08Z">'
    changed = '<meta property="og:updated_time" content="2024-07-05T14:20:08-04:00">'
    body = '<h1>Port grows</h1><p class="date">March 1, 2024</p>'
    assert said(loose, body).published_at == datetime(2024, 7, 5, 14, 20, 8, tzinfo=UTC)
    found = said(loose + changed, body)
    assert found.published_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 7, 5, 18, 20, 8, tzinfo=UTC)


def test_the_time_of_a_comment_is_not_the_page_s_own() -> None:
    own = "<h1>Port grows</h1><p>Published: May 25, 2025</p>"
    time = '<time itemprop="datePublished" datetime="2022-07-11T18:56:58+00:00">July 11</time>'
    comment = f'<ol class="comment-list"><li><div class="comment-body">{time}</div></li></ol>'
    assert said(body=own + comment).published_at == datetime(2025, 5, 25, tzinfo=UTC)
    assert said(body=own + f"<div>{time}</div>").published_at == datetime(
        2022, 7, 11, 18, 56, 58, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("03-16-2014, 07:25 PM", "2014-03-16T19:25:01-05:00"),
        ("17 March 2014 05:55", "2014-03-17T05:55:01+05:30"),
        # Already there, no whole quarter, too far away, with a zone of its own, no clock.
        ("17 March 2014 00:25", "2014-03-17T00:25:01+00:00"),
        ("17 March 2014 03:11", "2014-03-17T00:25:01+00:00"),
        ("17 March 2014 19:25", "2014-03-17T00:25:01+00:00"),
        ("17 March 2014 01:25 CET", "2014-03-17T00:25:01+00:00"),
        ("17 March 2014", "2014-03-17T00:25:01+00:00"),
    ],
)
def test_the_clock_that_a_page_shows_tells_its_zone(shown: str, expected: str) -> None:
    head = script(TEXT.replace("2024-04-09T22:15:00+02:00", "2014-03-17T00:25:01Z"))
    body = f'<h1>Port grows</h1><time datetime="2014-03-17T00:25:01Z">{shown}</time>'
    found = said(head, body, lang="en-US").published_at
    assert found is not None
    assert found.isoformat() == expected


def test_a_sentence_on_the_first_publication_wins_over_the_date_shown() -> None:
    body = (
        '<h1>Port grows</h1><p class="date">30 Sep 2022, 11:07am</p><p>This article was originally '
        "published on 26 Sep 2019 at 4:12pm but has been regularly updated to keep the information "
        "current and complete.</p>"
    )
    found = said(body=body).published_at
    assert found is not None
    assert found.date().isoformat() == "2019-09-26"
    other = body.replace("This article was originally published", "The charter was signed")
    found = said(body=other).published_at
    assert found is not None
    assert found.date().isoformat() == "2022-09-30"


def test_the_day_in_the_address_is_the_last_resort() -> None:
    url = "https://post.example/2024/04/09/port"
    assert said(url=url).published_at == datetime(2024, 4, 9, tzinfo=UTC)
    assert said(url=url).date_basis == "inferred"
    body = "<h1>Port grows</h1><p>Published 8 April 2024</p>"
    assert said(body=body, url=url).published_at == datetime(2024, 4, 8, tzinfo=UTC)


def test_a_future_time_is_passed_over() -> None:
    # fmt: off
    tree = parse(f"<html><head>{script(TEXT)}</head><body><h1>Port grows</h1></body></html>")
    fetched = datetime(2024, 1, 1, tzinfo=UTC)
    assert metadata(tree, fetched=fetched).published_at is None


@pytest.mark.parametrize(
    ("headlines", "stated", "document", "shown", "expected"),
    [
        (["Port grows fast"], ["Port grows fast | Post"], "Port grows fast | Post", [],
         "Port grows fast"),
        (["Port: SEO words"], ["Port grows - Harbour Post"], "Port grows - Harbour Post",
         ["Port grows"], "Port grows"),
        # A teaser for social networks loses to what the page shows.
        ([], ["You will not believe how the port grows"], "Port grows by two percent",
         ["Port grows by two percent"], "Port grows by two percent"),
        # A slogan or section that nothing else repeats loses to what the others say.
        (["Port grows by two percent"], ["Port grows by two percent"],
         "Port grows by two percent", ["Article details"], "Port grows by two percent"),
        ([], [], "Harbour Post", ["Port grows"], "Port grows"),
        ([], [], "", [], ""),
    ],
)  # fmt: skip
def test_choice_of_the_headline(
    headlines: list[str], stated: list[str], document: str, shown: list[str], expected: str
) -> None:
    assert choose(headlines, stated, document, shown, [], ["Post", "Harbour Post"]) == expected


SEARCHED = "Port of Millbrook 2024: growth, figures and outlook"


@pytest.mark.parametrize(
    ("stated", "document", "shown", "below", "expected"),
    [
        # A lower heading and the page's meta tags agree: the first level is for search engines.
        (["Why the cranes never rest"], f"{SEARCHED} - Harbour Post", [SEARCHED],
         ["Why the cranes never rest", "Subscribe"], "Why the cranes never rest"),
        (["Why the cranes never rest"], f"{SEARCHED} - Harbour Post", [SEARCHED],
         ["Night shift: Why the cranes never rest"], "Why the cranes never rest"),
        # A short word below may be a section, and one that only the meta tags have is a teaser.
        (["Cranes"], SEARCHED, [SEARCHED], ["Cranes"], SEARCHED),
        (["Why the cranes never rest"], SEARCHED, [SEARCHED], ["Night shift"], SEARCHED),
        # A call to action that shares a little with a title on which the others agree.
        (["How to open a shop in Millbrook"], "How to open a shop in Millbrook",
         ["Your Millbrook company, today"], [], "How to open a shop in Millbrook"),
        (["Millbrook port grows: what it means"], "Millbrook port grows: what it means",
         ["Millbrook port grows by two percent"], [], "Millbrook port grows by two percent"),
        # Capitals are how the page sets its headline, not how it is written.
        (["Port of Millbrook grows again"], "Port of Millbrook grows again | Post",
         ["PORT OF MILLBROOK GROWS AGAIN!"], [], "Port of Millbrook grows again"),
        (["The port grows, the town pays"], "The port grows, the town pays", ["NATO WARNS UN"],
         [], "The port grows, the town pays"),
        (["NATO meets in June"], "NATO", ["NATO"], [], "NATO"),
        # A book or forum shows its own name first, and the chapter or thread below.
        ([], "Tides and Ships - The Harbour Handbook", ["The Harbour Handbook"],
         ["Tides and Ships"], "Tides and Ships"),
        ([], "Harbour Post - ships, tides and trade", [], ["Harbour Post"],
         "ships, tides and trade"),
    ],
)  # fmt: skip
def test_choice_between_headings(
    stated: list[str], document: str, shown: list[str], below: list[str], expected: str
) -> None:
    assert choose([], stated, document, shown, below, ["Post", "Harbour Post"]) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Port grows | Harbour Post", "Port grows"),
        ("Port grows - World - Harbour Post", "Port grows - World"),
        ("Harbour Post: Port grows", "Harbour Post: Port grows"),
        ("Harbour Post – Port grows", "Port grows"),
        ("港が成長｜海洋新報", "港が成長"),
        ("Port grows | Harbour Post Economy", "Port grows"),
        (
            "Port grows | How the Harbour Post counted all the ships",
            "Port grows | How the Harbour Post counted all the ships",
        ),
        ("Port - a history", "Port - a history"),
    ],
)
def test_names_of_sites_leave_titles(title: str, expected: str) -> None:
    assert without_site(title, ["Harbour Post", "海洋新報"]) == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('<meta name="author" content="By Jane Miller and Tom Reed">', "",
         ("Jane Miller", "Tom Reed")),
        ('<meta name="byl" content="By JANE MILLER">', "", ("JANE MILLER",)),
        ('<meta name="author" content="https://social.example/jane">', "", ()),
        ('<meta name="author" content="Harbour Post">'
         '<meta property="og:site_name" content="Harbour Post">', "", ()),
        ('<meta name="author" content="홍길동 기자 (hong@post.example)">', "", ("홍길동",)),
        ('<meta name="author" content="山田太郎記者">', "", ("山田太郎",)),
        ("", '<a rel="author" href="/jane">Jane Miller</a>', ("Jane Miller",)),
        ("", '<p class="byline">Von Erika Muster, 9. April 2024</p>', ("Erika Muster",)),
        ("", '<p class="byline">Par Jeanne Martin et Luc Petit</p>',
         ("Jeanne Martin", "Luc Petit")),
        ("", '<div class="author-box">Follow us for more stories like this one</div>', ()),
        (script('{"@type":"Article","author":["Jane Miller",{"name":["Tom Reed"]}]}'), "",
         ("Jane Miller", "Tom Reed")),
        (script('{"@type":"Article","author":[[[[[[["x"]]]]]]]}'), "", ()),
    ],
)  # fmt: skip
def test_authors(head: str, body: str, expected: tuple[str, ...]) -> None:
    assert said(head, f"<h1>Port grows</h1>{body}").authors == expected


BYLINES = [(lang, words.table(lang)["byline"]) for lang in words.languages()]


@pytest.mark.parametrize(("lang", "entry"), BYLINES, ids=[lang for lang, _ in BYLINES])
def test_byline_words_of_each_language(lang: str, entry: dict[str, str]) -> None:
    body = f'<h1>Port grows</h1><p class="byline">{entry["example"]}</p>'
    (name,) = said(body=body, lang=lang).authors
    assert entry["example"].endswith(name) and len(name) < len(entry["example"])
    assert said(body=body.replace(entry["example"], entry["counterexample"])).authors in (
        (),
        (entry["counterexample"],),
    )


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "en"), ("en_US", "en-US"), ("KO-kr", "ko-KR"), ("zh-hant-tw", "zh-Hant-TW"),
        ("pt-BR, en", "pt-BR"), ("english", None), ("", None),
    ],
)  # fmt: skip
def test_declared_language(lang: str, expected: str | None) -> None:
    assert said(lang=lang).lang == expected


def test_language_of_a_page_that_declares_none() -> None:
    assert said('<meta property="og:locale" content="fr_FR">', lang="").lang == "fr-FR"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (script('{"@type":"NewsArticle","isAccessibleForFree":false}'), True),
        (script('{"@type":"NewsArticle","isAccessibleForFree":"False"}'), True),
        (script('{"@type":"NewsArticle","isAccessibleForFree":"http://schema.org/False"}'), True),
        (script('{"@type":"NewsArticle","hasPart":{"isAccessibleForFree":false,'
                '"cssSelector":".paid"}}'), True),
        (script('{"@type":"NewsArticle","isAccessibleForFree":true}'), False),
        ('<meta property="article:content_tier" content="metered">', True),
        ('<meta property="article:content_tier" content="free">', False),
    ],
)  # fmt: skip
def test_stated_paywalls(head: str, expected: bool) -> None:
    assert said(head).paywalled is expected


def test_description_and_outlet() -> None:
    found = said(
        '<meta property="og:description" content="More boxes &amp;amp; fewer ships">'
        '<meta property="og:site_name" content="Harbour Post">'
    )
    assert (found.description, found.outlet) == ("More boxes & fewer ships", "Harbour Post")


def test_canonical_address_must_be_absolute() -> None:
    assert said('<link rel="canonical" href="/port">').canonical_url is None
    head = '<link rel="canonical" href="/x"><meta property="og:url" content="https://p.example/x">'
    assert said(head).canonical_url == "https://p.example/x"
