"""Article text in the data of a page's scripts."""

from __future__ import annotations

import json

import pytest
from html_samples import PARAGRAPHS

from extractors.html.embedded import embedded, text_lines
from extractors.html.tree import parse


def found(script: str, kind: str = "") -> list[str]:
    tree = parse(f"<html><body><p>x</p><script{kind}>{script}</script></body></html>")
    assert tree is not None
    return embedded(tree)


ARTICLE = {
    "id": 7,
    "slug": "rotterdam-handles-more-containers",
    "blocks": [{"type": "paragraph", "class": "c-p c-p--wide", "text": p} for p in PARAGRAPHS],
    "more": [{"url": "https://www.harbourpost.example/1", "title": "Storm near Delft"}],
}


@pytest.mark.parametrize(
    "script",
    [
        "window.__PRELOADED_STATE__ = " + json.dumps({"article": ARTICLE}) + ";",
        'window["__INITIAL_STATE__"]=' + json.dumps([ARTICLE]),
        "window.__APOLLO_STATE__=" + json.dumps({"Article:7": ARTICLE}) + ";(function(){}())",
    ],
)
def test_state_of_a_script(script: str) -> None:
    assert [line for line in found(script) if line in PARAGRAPHS] == PARAGRAPHS
    assert all(line in [*PARAGRAPHS, "Storm near Delft"] for line in found(script))


def test_next_data_with_markup() -> None:
    body = "".join(f"<p class='a'>{p}</p>" for p in PARAGRAPHS)
    script = json.dumps({"props": {"pageProps": {"post": {"html": body}}}}).replace("<", "\\u003c")
    assert found(script, ' id="__NEXT_DATA__" type="application/json"') == PARAGRAPHS


def test_pushed_pieces_are_joined_before_they_are_read() -> None:
    text = "\n".join(PARAGRAPHS)
    stream = f'1:"$Sreact"\n6:T{len(text.encode()):x},{text}7:["$","p",null,{{}}]\n'
    pieces = [stream[:90], stream[90:200], stream[200:]]
    script = "".join(f"self.__next_f.push([1,{json.dumps(piece)}])\n" for piece in pieces)
    assert found(script) == PARAGRAPHS


@pytest.mark.parametrize(
    "script",
    [
        "",
        "window.a = {",
        "window.a = " + "[" * 100_000,
        'self.__next_f.push([1,"' + "5:" * 1000,
        'var a = {"text": "no state"};',
        'window.config = {"title": "A name", "colour": "dark green"};',
        "window.x." + "y." * 5000 + "z",
    ],
)
def test_scripts_without_an_article(script: str) -> None:
    assert found(script) == []


def test_lines_of_text_in_markup() -> None:
    assert text_lines("<p>One &amp; two</p><ul><li>3</li></ul>four<br/>five") == [
        "One & two",
        "3",
        "four",
        "five",
    ]
    assert text_lines("a < b\nand  c") == ["a < b", "and c"]
