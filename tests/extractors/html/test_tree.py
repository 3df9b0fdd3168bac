"""From markup to lines: what is shown, what is not, and what each line keeps of its place."""

from __future__ import annotations

import pytest

from extractors.html import tree
from extractors.html.tree import Text, families, mark_names, page_text, parse
from extractors.rulebook import load_yaml


def text_of(markup: str) -> Text:
    parsed = parse(f"<html><body>{markup}</body></html>")
    assert parsed is not None
    return page_text(parsed)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>One<br>two<br/>three</p>", ["One", "two", "three"]),
        ("<div>before<p>inside</p>after</div>", ["before", "inside", "after"]),
        ("<p>a <b>bold</b>\n  word</p>", ["a bold word"]),
        ("<p>Donau&shy;dampf&shy;schiff</p>", ["Donaudampfschiff"]),
        ("<dl><dt>Cost</dt><dd>$3</dd></dl>", ["Cost", "$3"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<pre>1  2\n3  4</pre>", ["1 2", "3 4"]),
        ("<p><ruby>艤装<rp>(</rp><rt>ぎそう</rt><rp>)</rp></ruby>岸壁</p>", ["艤装岸壁"]),
        ("<p>shown</p><script>var a = 'not';</script><style>p{}</style>", ["shown"]),
        ("<p>text</p><noscript><p>Turn on scripts</p></noscript>", ["text"]),
        ("<p>text <button>Share</button> goes on</p>", ["text", "Share", "goes on"]),
        ("<amp-ad><p>Buy</p></amp-ad><amp-list><p>kept</p></amp-list>", ["kept"]),
        ("<!-- no --><p>a<!-- no -->b</p><?php no ?>", ["ab"]),
    ],
)
def test_lines(markup: str, lines: list[str]) -> None:
    assert [block.text for block in text_of(markup).blocks] == lines


def test_figures_in_neighbouring_cells_do_not_run_together() -> None:
    found = text_of(
        "<table><tr><td>Beans</td><td>1</td><td>212</td></tr><tr><td></td></tr></table>"
    )
    assert [block.text for block in found.blocks] == ["Beans\t1\t212"]


def test_page_of_nothing_but_noscript() -> None:
    parsed = parse("<html><body><noscript><p>Plain text</p></noscript></body></html>")
    assert parsed is not None
    assert not page_text(parsed).blocks
    assert [b.text for b in page_text(parsed, without_scripts=True).blocks] == ["Plain text"]


def test_place_of_a_line() -> None:
    found = text_of(
        '<main><div class="related-posts"><ul><li><a href="/">A <i>link</i></a></li></ul></div>'
        "</main>"
        '<div style="display: none"><p>Unseen</p></div>'
    )
    link, unseen = found.blocks
    marks = dict(zip(mark_names(), link.marks, strict=True))
    assert (link.tag, link.linked, link.slanted) == ("li", 6, 4)
    assert marks["related"] >= 0 and marks["main"] >= 0 and marks["li"] >= 0
    assert marks["concealed"] == -1
    assert dict(zip(mark_names(), unseen.marks, strict=True))["concealed"] >= 0
    parent = found.parents[link.holders[0]]
    assert (link.holders[1], link.holders[2]) == (parent, found.parents[parent])


def test_deep_and_broken_markup_is_read_in_one_pass() -> None:
    deep = text_of("<div>" * 600 + "end" + "</div>" * 10)
    assert [b.text for b in deep.blocks] == ["end"]
    assert deep.deepest > 600
    assert [b.text for b in text_of("<p>a<div></p>b</span><p>c").blocks] == ["a", "b", "c"]


@pytest.mark.parametrize("family", sorted(load_yaml("html/marks.yaml")))
def test_names_of_elements(family: str) -> None:
    entry = load_yaml("html/marks.yaml")[family]
    column = mark_names().index(family)
    assert column in families(entry["example"])
    assert column not in families(entry["counter_example"])


def test_table_of_marks_is_well_formed() -> None:
    for family, entry in load_yaml("html/marks.yaml").items():
        assert set(entry) == {"words", "example", "counter_example"}, family
        assert len(set(entry["words"])) == len(entry["words"]), family
    assert len(set(mark_names())) == len(mark_names())
    assert set(tree.TAG_MARKS).isdisjoint(load_yaml("html/marks.yaml"))
