"""Lists of subscriptions in OPML become a sources.toml that is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import opml, sources
from flows.declared import FormatError

NESTED = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>mine</title></head><body>
 <outline text="World">
  <outline text="Asia &amp; Pacific">
   <outline text="연합뉴스" title="연합뉴스" type="rss" xmlUrl="https://a.example/rss?a=1&amp;b=2"
     language="ko"/>
  </outline>
  <outline text="Le &quot;Monde&quot;" xmlurl="http://b.example/une.xml" language="fr_FR"
     category="/Presse/Une,Presse"/>
 </outline>
 <outline text="Le &quot;Monde&quot;" XMLURL="feed://c.example/"/>
 <outline title="" xmlUrl="feed:https://d.example/x" language="unknown"/>
</body></opml>"""


def test_nested_outlines() -> None:
    found = opml.parse(NESTED.encode(), "mine.opml")
    assert found.passed_over == ()
    assert found.found == (
        opml.Subscription(
            "연합뉴스", "https://a.example/rss?a=1&b=2", "ko", ("World", "Asia & Pacific")
        ),
        opml.Subscription(
            'Le "Monde"', "http://b.example/une.xml", "fr-FR", ("World", "Presse", "Une")
        ),
        opml.Subscription('Le "Monde"', "http://c.example/"),
        opml.Subscription("", "https://d.example/x"),
    )


def test_round_trip(tmp_path: Path) -> None:
    found = opml.parse(NESTED.encode("utf-16"), "mine.opml").found
    path = tmp_path / "sources.toml"
    path.write_text(opml.to_toml(found, "desk@example.org"), "utf-8")
    read = sources.read(path, {})
    assert read.fetching.contact == "desk@example.org"
    assert [source.name for source in read.sources] == [
        "연합뉴스",
        "le-monde",
        "le-monde-2",
        "d.example",
    ]
    assert [
        opml.Subscription(source.outlet or "", source.url, source.lang, source.tags)
        for source in read.sources
    ] == list(found)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ('<opml version="1.0"><body><outline xmlUrl="https://a.example/"/></body></opml>', 1),
        ('<OPML><BODY><outline xmlUrl="https://a.example/">', 1),
        ('<opml><body><outline text="A & B" xmlUrl="https://a.example/"/><outline', 1),
        ('<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;" '
         'xmlUrl="https://a.example/"/></opml>', 1),
        ("<opml/>", 0),
    ],
)  # fmt: skip
def test_old_and_broken_files(text: str, urls: int) -> None:
    found = opml.parse(text.encode(), "x").found
    assert len(found) == urls
    assert not any("root:" in entry.title for entry in found)


def test_what_cannot_become_a_source_is_told() -> None:
    text = (
        '<opml><outline text="Mail" xmlUrl="mailto:x@y.z"/><outline text="A" '
        'xmlUrl="https://a.example/"/><outline text="B" xmlUrl="https://a.example/"/></opml>'
    )
    found = opml.parse(text.encode(), "x")
    assert [entry.title for entry in found.found] == ["A"]
    assert found.passed_over == (
        "Mail: xmlUrl is 'mailto:x@y.z'; write a whole address, beginning with https://",
        "B: https://a.example/ stands in the file already",
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "x.opml: is empty; export the subscriptions"),
        (b"<rss><channel/></rss>", "x.opml holds <rss>, not <opml>; export"),
        (b"no markup", "x.opml holds no XML, not <opml>; export"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "not text"),
    ],
)
def test_files_that_are_none(body: bytes, said: str) -> None:
    with pytest.raises(FormatError) as caught:
        opml.parse(body, "x.opml")
    assert said in str(caught.value)


@settings(deadline=None)
def words(most: int) -> st.SearchStrategy[str]:
    """Any characters but controls: a short file with several of them is taken for no text."""
    return st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=most)


@given(words(30), words(30), words(10))
def test_any_title_and_tag_can_be_written(
    tmp_path_factory: pytest.TempPathFactory, title: str, tag: str, lang: str
) -> None:
    attributes = {"text": title, "category": tag, "language": lang, "xmlUrl": "https://a.example/"}
    element = opml.etree.Element("outline")
    for key, value in attributes.items():
        try:
            element.set(key, value)
        except ValueError:  # XML holds no control characters
            return
    body = b"<opml>" + opml.etree.tostring(element, encoding="utf-8") + b"</opml>"
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(opml.to_toml(opml.parse(body, "x").found), "utf-8")
    assert len(sources.read(path, {}).sources) == 1
