"""Documents made to hurt, or broken on the way: each ends with a clear outcome."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from itertools import pairwise

import pytest

from bench.invariants import faults
from extractors import Document, read
from extractors.limits import Limits
from extractors.records import Article, Hints, Outcome

SENTENCE = (
    "The harbour authority of Rotterdam said on Tuesday that it would spend 1.2 billion euros on "
    "shore power until 2030, 20 percent more than planned."
)
STORY = "".join(
    f"<p>{SENTENCE} {extra}</p>"
    for extra in (
        "The council of the city approved the plan after a long debate about noise.",
        "Residents had asked for quieter ships, because the engines can be heard at night.",
        "The first berths are to be connected in the spring, the last when the quay is ready.",
    )
)
SMALL = Limits(
    document_bytes=60_000,
    elements=500,
    attributes=1500,
    characters=8000,
    line_characters=1000,
    lines=200,
    kept_characters=4000,
)


def _page(body: str) -> bytes:
    head = "<!DOCTYPE html><html><head><title>Port</title></head>"
    return f"{head}<body>{body}</body></html>".encode()


def _read(body: bytes, media_type: str, limits: Limits | None = None) -> Article:
    article = read(Document("x", body, media_type=media_type), limits=limits)
    assert faults(article) == []
    return article


@pytest.mark.parametrize(
    ("body", "media_type", "message"),
    [
        (_page("<p>x</p>" * 10_000), "text/html", "bytes"),
        (_page("<b><i>" * 600), "text/html", "elements"),
        (_page("<p " + " ".join(f"a{i}=1" for i in range(1600)) + ">x"), "text/html", "attributes"),
        (_page("<p " + " ".join(f"a{i}" for i in range(1600)) + ">x"), "text/html", "attributes"),
        (_page("<p " + "/".join(f"a{i}='>'" for i in range(1600)) + ">"), "text/html", "attribut"),
        (_page("<p>" + "word " * 2000 + "</p>"), "text/html", "characters of text"),
        (_page("<p>" + "word " * 500 + "</p>"), "text/html", "one line"),
        (_page("a<br>" * 300), "text/html", "lines"),
        (
            _page("".join(f"<p>{SENTENCE} Berth {i} is next.</p>" for i in range(40))),
            "text/html",
            "characters of article",
        ),
        (b"a\n" * 300, "text/plain", "300 lines"),
        (b"a\r" * 300, "text/plain", "300 lines"),
        ("a\u2028".encode() * 300, "text/plain", "300 lines"),
        (b"word " * 500, "text/plain", "2,500 characters in one line"),
        (("a" + "\u0301" * 2000).encode(), "text/plain", "2,001 characters in one line"),
        (f"{SENTENCE}\n".encode() * 40, "text/plain", "characters of article"),
    ],
)
def test_what_is_over_the_budget_is_not_read(body: bytes, media_type: str, message: str) -> None:
    article = _read(body, media_type, SMALL)
    assert article.outcome == "too_large"
    assert message in article.message
    assert "over the limit of" in article.message
    assert ";" in article.message  # and what to do
    assert (article.original, article.facts) == ("", ())


def test_a_full_page_is_within_the_budget() -> None:
    inside = STORY + "<!-- " + "<b>" * 5000 + "-->" + "<script>" + "if(a<b){c='x y z'};" * 500
    article = _read(_page(inside), "text/html", SMALL)
    assert article.outcome == "loaded"
    assert [f.quantity.surface for f in article.facts if f.quantity.kind == "money"] == [
        "1.2 billion euros"
    ] * 3


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 3000 + STORY + "</div>" * 3000,
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script>" + STORY,
        "<script type='application/ld+json'>" + '{"a":' * 5000 + "</script>" + STORY,
        "<script>a={" + "{" * 5000 + "</script>" + STORY,
        STORY + "<!-- " * 5000,
        STORY + "<script " * 5000,
        STORY + "&" * 5000 + "&#x;" * 500 + "&#99999999999;" * 500,
        STORY.replace("harbour", "har\x00bour").replace("<p>", "<\x00p><p\x00>"),
        "<time datetime='9999-99-99'>" * 400 + STORY + "<h1>Port</h1>" * 400,
        "<meta property='article:published_time' content='" + "2024-" * 900 + "'>" + STORY,
        "<base href='http://[::1'><link rel=canonical href='http://[bad'>" + STORY,
    ],
    ids=range(11),
)
def test_a_story_is_found_in_markup_made_to_hurt(body: str) -> None:
    article = _read(_page(body), "text/html")
    assert article.outcome == "loaded"
    assert article.text.count("shore power until 2030") == 3
    assert [str(f.quantity.value) for f in article.facts if f.quantity.kind == "percent"] == [
        "20"
    ] * 3


def test_entities_of_a_document_type_are_not_expanded() -> None:
    names = "abcdefghij"
    declared = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    kind = f'<!DOCTYPE html [<!ENTITY a "ha">{declared}]>'
    bomb = f"{kind}<html><body>{STORY}<p>&j;</p></body></html>"
    for media_type in ("text/html", "application/xhtml+xml", ""):
        article = _read(bomb.encode(), media_type)
        assert article.outcome == "loaded"
        assert len(article.original) < 2 * len(bomb)


def _zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.html", _page("a" * 1_000_000))
    return held.getvalue()


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", ""])
@pytest.mark.parametrize(
    ("body", "looks_like"),
    [
        (gzip.compress(_page("a" * 10_000_000)), "gzip"),
        (_zipped(), "ZIP"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj", "PDF"),
        (PNG, "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)), "JPEG"),
        (zlib.compress(_page(STORY)), "binary data"),
        (bytes(range(256)) * 40, "binary data"),
    ],
)
def test_what_is_no_text_is_named(body: bytes, looks_like: str, media_type: str) -> None:
    article = _read(body, media_type)
    assert article.outcome == "unreadable"
    assert looks_like in article.message
    assert ";" in article.message


@pytest.mark.parametrize(
    ("body", "media_type", "outcome"),
    [
        (b"", "text/html", "empty"),
        (b"\x00" * 8, "text/plain", "empty"),
        (b"\xef\xbb\xbf", "text/html", "empty"),
        ("\ufeff\ufeff \n".encode(), "text/plain", "empty"),
        (b"<html></html>", "text/html", "no_article"),
        (b"<", "text/html", "no_article"),
        (b"<!---->", "text/html", "no_article"),
        (b"<script>var a = 1;</script>", "text/html", "no_article"),
        (
            b"<html><frameset cols='20%,80%'><frame src=a><frame src=b></frameset></html>",
            "text/html",
            "no_article",
        ),
    ],
)
def test_markup_without_text(body: bytes, media_type: str, outcome: Outcome) -> None:
    article = _read(body, media_type)
    assert article.outcome == outcome
    assert article.message


PROSE = SENTENCE + "\n" + SENTENCE.replace("Rotterdam", "Antwerp").replace("1.2", "3.4")


@pytest.mark.parametrize(
    "text",
    [
        PROSE.replace("\n", "\r"),
        PROSE.replace("\n", "\u2028"),
        PROSE.replace("\n", "\x85"),
        "\ufeff" + PROSE.replace("\n", "\n\ufeff"),
        PROSE.replace("harbour", "har\u00adbour").replace("said", "\u200bsaid\u200b"),
        PROSE.replace("The", "\u202eThe\u202c\u2066\u2069"),
        PROSE.replace("harbour", "ha\x00rbour"),
        PROSE + "\n" + "a" + "\u0301" * 5000,
        PROSE + "\nقالت الحكومة يوم الثلاثاء إنها ستنفق ١٢ مليون دولار على الميناء.",
        PROSE + "\n" + "\U000e0041" * 300 + "\U0010ffff",
    ],
    ids=range(10),
)
def test_prose_is_read_through_unseen_characters(text: str) -> None:
    article = _read(text.encode(), "text/plain")
    assert article.outcome == "loaded"
    amounts = [f.quantity for f in article.facts if f.quantity.kind == "money"]
    values = [str(q.value) for q in amounts if q.currency == "EUR"]
    assert values == ["1200000000", "3400000000"]


@pytest.mark.parametrize("mark", list("\x00\u200b\u202e\u2066\u00ad\ufeff\u0301"))
def test_marks_inside_figures_break_nothing(mark: str) -> None:
    for text in (SENTENCE.replace("1.2", f"1{mark}.{mark}2"), mark.join(SENTENCE)):
        for body, media_type in ((text.encode(), "text/plain"), (_page(text), "text/html")):
            assert _read(body * 3, media_type).outcome in ("loaded", "no_article", "unreadable")


@pytest.mark.parametrize(
    ("body", "hints"),
    [
        (b"<meta charset=utf-16>", Hints()),
        (b"<meta charset=utf-7>", Hints()),
        (b"<meta charset=no-such-set>", Hints()),
        (b"<meta charset=shift_jis>", Hints(charset="euc-kr")),
        (b"<meta charset='\x00'>", Hints(charset="")),
        (b"<?xml version='1.0' encoding='ebcdic-cp-be'?>", Hints(charset="utf-8; x=\xff")),
    ],
)
def test_a_false_declaration_does_not_spoil_a_page(body: bytes, hints: Hints) -> None:
    page = b"<html><head>" + body + b"</head>" + STORY.replace("noise", "bruit é").encode()
    article = read(Document("x", page, media_type="text/html", hints=hints))
    assert faults(article) == []
    assert article.outcome == "loaded"
    assert "bruit é" in article.text


def test_bytes_that_break_off_inside_a_character() -> None:
    korean = "마이크로소프트는 일본에 29억 달러를 투자한다고 10일 발표했다. " * 8
    for encoding in ("utf-8", "euc-kr", "utf-16"):
        for cut in (1, 2, 3):
            article = _read(korean.encode(encoding)[:-cut], "text/plain")
            assert article.outcome == "loaded"
            assert "투자한다고" in article.text


@pytest.mark.parametrize("body", [b"\xed\xa0\x80", b"&#xD800;", b"\xff\xfe\x00\xd8"])
def test_lone_surrogates_do_not_reach_the_text(body: bytes) -> None:
    whole = body + SENTENCE.encode("utf-16-le") if body[:1] == b"\xff" else body + STORY.encode()
    article = _read(whole, "text/html")
    article.original.encode("utf-8")
    assert article.outcome in ("loaded", "no_article")


def test_utf_7_is_text_and_never_markup() -> None:
    article = _read(SENTENCE.encode() + b"\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "")
    assert article.media_type == "text/plain"
    assert "+ADw-" in article.original


@pytest.mark.parametrize("media_type", ["text/html", "application/xhtml+xml"])
def test_plain_text_declared_as_a_page_is_read(media_type: str) -> None:
    article = _read("\n".join([SENTENCE] * 3).encode(), media_type)
    assert article.outcome == "loaded"
    assert {f.quantity.surface for f in article.facts} >= {"1.2 billion euros", "20 percent"}


def test_text_that_looks_like_markup_is_read_as_declared() -> None:
    text = f"<p> is how a paragraph begins.\n{SENTENCE}\n"
    assert _read(text.encode(), "text/plain").original == text


def test_a_feed_declared_as_a_page_ends_clearly() -> None:
    items = "".join(
        f"<item><title>Report {i}</title><link>https://a.example/{i}</link>"
        f"<description>{SENTENCE}</description></item>"
        for i in range(20)
    )
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>"
    for media_type in ("text/html", "", "application/rss+xml"):
        assert _read(feed.encode(), media_type).outcome in ("loaded", "listing")


def test_a_line_without_a_visible_character_is_no_line_of_the_text() -> None:
    article = _read(f"\x01\n{SENTENCE}\n\u200b\n".encode(), "text/plain")
    assert article.text == SENTENCE
    assert [(r.line, r.rule) for r in article.removals] == [(0, "unseen"), (2, "unseen")]
    assert _read(b"\x01", "text/html").outcome == "no_article"
