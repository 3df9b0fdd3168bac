"""Web pages: pages written in the markup of real systems, with gold by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from extractors.html import Page, extract, parse_time

PARAGRAPHS = [
    "The port of Rotterdam handled 13.4 million containers last year, 2 percent more than in "
    "the year before, the harbour authority said on Tuesday.",
    "Exports to Asia fell for the third year in a row, while traffic to the Baltic recovered "
    "after the sanctions of 2022 had brought it to a standstill.",
    "The authority plans to spend €1.2 billion on shore power until 2030, so that ships can "
    "switch off their engines while they are being unloaded.",
    "Residents of the old town had complained about the smoke for decades, and won a case "
    "against the city in the district court last spring.",
]

LINKED = """
<script type="application/ld+json">
{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Harbour Post"},
{"@type":"NewsArticle","headline":"Rotterdam handles more containers",
"datePublished":"2024-04-09T22:15:00+02:00",
"publisher":{"@type":"Organization","name":"Harbour Post"}}]}
</script>"""


def page(*, head: str = LINKED, body: list[str] | None = None) -> str:
    paragraphs = "".join(f"<p>{p}</p>\n" for p in body or PARAGRAPHS)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>Rotterdam handles more containers | Harbour Post</title>
<link rel="canonical" href="https://www.harbourpost.example/port/rotterdam-containers">{head}</head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<main><article><h1>Rotterdam handles more containers</h1>
{paragraphs}</article></main>
<aside><h3>Most read</h3><ul>
<li><a href="/1">Storm closes two motorways near Delft</a></li></ul></aside>
<footer><p>© 2024 Harbour Post</p><script>var p = "not text";</script></footer></body></html>"""


def kept(result: Page) -> list[str]:
    return [x for i, x in enumerate(result.text.split("\n")) if i not in result.left_out]


def test_article_lines_are_kept_in_order_and_the_rest_is_left_out() -> None:
    result = extract(page(), url="https://www.harbourpost.example/port/rotterdam-containers")
    assert kept(result) == ["Rotterdam handles more containers", *PARAGRAPHS]
    left = {result.text.split("\n")[i] for i in result.left_out}
    assert left == {
        "Home",
        "World",
        "Most read",
        "Storm closes two motorways near Delft",
        "© 2024 Harbour Post",
    }
    assert "not text" not in result.text


def test_what_the_page_says_of_itself() -> None:
    result = extract(page())
    assert result.said.title == "Rotterdam handles more containers"
    assert result.said.published_at == datetime(
        2024, 4, 9, 22, 15, tzinfo=timezone(timedelta(hours=2))
    )
    assert result.said.date_basis == "stated"
    assert result.said.outlet == "Harbour Post"
    assert result.said.canonical_url == "https://www.harbourpost.example/port/rotterdam-containers"
    assert result.said.lang == "en"


def test_meta_tags_where_there_is_no_linked_data() -> None:
    head = (
        '<meta property="og:title" content="Rotterdam handles more containers - Harbour Post">'
        '<meta property="og:site_name" content="Harbour Post">'
        '<meta property="article:published_time" content="2024-04-09T20:15:00Z">'
    )
    result = extract(page(head=head))
    assert result.said.title == "Rotterdam handles more containers"
    assert result.said.published_at == datetime(2024, 4, 9, 20, 15, tzinfo=UTC)
    assert result.said.outlet == "Harbour Post"


def test_teaser_above_the_article_is_not_taken_for_it() -> None:
    text = page().replace("<main>", f'<div class="teaser"><p>{PARAGRAPHS[0]}</p></div><main>')
    result = extract(text)
    assert kept(result) == ["Rotterdam handles more containers", *PARAGRAPHS]


def test_article_embedded_in_linked_data_only() -> None:
    body = "\\n".join(PARAGRAPHS)
    head = (
        f'<script type="application/ld+json">{{"@type":"Article","articleBody":"{body}"}}</script>'
    )
    text = f"<html><head><title>Containers</title>{head}</head><body><div></div></body></html>"
    result = extract(text)
    assert kept(result) == ["Containers", *PARAGRAPHS]


@pytest.mark.parametrize(
    "bad",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", </script>',
        '<script type="application/ld+json">' + "[" * 5000 + "</script>",
        '<script type="application/ld+json">[1, null, "x", {"@type": 3}]</script>',
        '<meta property="article:published_time" content="yesterday">',
    ],
)
def test_broken_metadata_costs_no_text(bad: str) -> None:
    assert kept(extract(page(head=bad)))[-4:] == PARAGRAPHS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<",
        "<!DOCTYPE html>",
        "<html></html>",
        "<p>\x00\x01</p>",
        "<?xml version='1.0'?>",
        "]]>",
    ],
)
def test_pages_without_text(text: str) -> None:
    assert extract(text).text.strip("\x00\x01 <]>�") == ""


def test_deep_nesting_is_read_without_recursion() -> None:
    deep = "<div>" * 10_000 + f"<p>{PARAGRAPHS[0]}</p>" + "</div>" * 10_000
    assert PARAGRAPHS[0] in extract(f"<html><body>{deep}</body></html>").text


def test_same_page_same_reading() -> None:
    assert extract(page()) == extract(page())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-04-09T22:15:00+02:00", ("2024-04-09T20:15:00+00:00", "stated")),
        ("2024-04-09T22:15:00.123Z", ("2024-04-09T22:15:00+00:00", "stated")),
        ("2024-04-09T22:15:00+0900", ("2024-04-09T13:15:00+00:00", "stated")),
        ("2024-04-09 22:15", ("2024-04-09T22:15:00+00:00", "inferred")),
        ("2024-04-09", ("2024-04-09T00:00:00+00:00", "inferred")),
        ("20240409", ("2024-04-09T00:00:00+00:00", "inferred")),
    ],
)
def test_times(text: str, expected: tuple[str, str]) -> None:
    found = parse_time(text)
    assert found is not None
    assert (found[0].astimezone(UTC).isoformat(), found[1]) == expected


@pytest.mark.parametrize(
    "text", ["", "9 April 2024", "2024-13-01", "0001-01-01", "2024-04-09T25:00"]
)
def test_no_times(text: str) -> None:
    assert parse_time(text) is None
