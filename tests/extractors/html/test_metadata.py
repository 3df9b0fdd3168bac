"""What a page says of itself: title, dates, outlet, address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from html_samples import PARAGRAPHS, kept, page

from extractors.html import extract, parse_time


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
