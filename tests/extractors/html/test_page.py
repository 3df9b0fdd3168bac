"""Web pages: which lines are the article."""

from __future__ import annotations

import pytest
from html_samples import PARAGRAPHS, kept, page

from extractors.html import extract


def test_article_lines_are_kept_in_order_and_the_rest_is_left_out() -> None:
    result = extract(page(), url="https://www.harbourpost.example/port/rotterdam-containers")
    assert kept(result) == PARAGRAPHS
    assert result.headline is not None
    assert result.text.split("\n")[result.headline] == "Rotterdam handles more containers"
    assert result.headline not in result.left_out
    left = {result.text.split("\n")[i] for i in result.left_out}
    assert left == {
        "Home",
        "World",
        "Most read",
        "Storm closes two motorways near Delft",
        "© 2024 Harbour Post",
    }
    assert "not text" not in result.text


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("<h2>Harbour <span>Rotterdam handles more containers</span></h2>",
         "Harbour Rotterdam handles more containers"),
        ("<h3>Rotterdam</h3><div>handles more containers</div>", "handles more containers"),
        ("<div>containers</div>", None),
    ],
)  # fmt: skip
def test_headline_with_a_kicker_in_its_line_or_above_it(heading: str, line: str | None) -> None:
    result = extract(page().replace("<h1>Rotterdam handles more containers</h1>", heading))
    assert result.said.title == "Rotterdam handles more containers"
    found = None if result.headline is None else result.text.split("\n")[result.headline]
    assert found == line


def test_teaser_above_the_article_is_not_taken_for_it() -> None:
    text = page().replace("<main>", f'<div class="teaser"><p>{PARAGRAPHS[0]}</p></div><main>')
    result = extract(text)
    assert kept(result) == PARAGRAPHS


def test_article_embedded_in_linked_data_only() -> None:
    body = "\\n".join(PARAGRAPHS)
    head = (
        f'<script type="application/ld+json">{{"@type":"Article","articleBody":"{body}"}}</script>'
    )
    text = f"<html><head><title>Containers</title>{head}</head><body><div></div></body></html>"
    result = extract(text)
    assert kept(result) == PARAGRAPHS


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


def test_page_without_any_chosen_line_is_left_to_the_cleaning() -> None:
    deep = "<div>" * 1000 + "".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "</div>" * 1000
    assert kept(extract(f"<html><body>{deep}</body></html>")) == PARAGRAPHS
    menu = extract("<html><body><ul><li>Home</li><li>World</li></ul></body></html>")
    assert kept(menu) == ["Home", "World"]


def test_no_date_is_guessed_from_the_text_of_an_article() -> None:
    story = ["The yard will deliver the ship in 2031, © 2012 notwithstanding.", *PARAGRAPHS]
    result = extract(page(head="", body=story))
    assert result.said.published_at is None
    assert result.said.date_basis is None
