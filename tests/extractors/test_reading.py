"""Whole documents: the seeds, every outcome, and offsets that hold on hostile text."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import facts
from extractors.reading import Limits, prepare, read
from extractors.records import Article, Document, Hints

SEEDS = Path(__file__).parents[2] / "seeds"
NAMES = sorted(p.name for p in SEEDS.glob("*.txt"))
SENTENCES = (
    "The ministry said on Friday that output rose 4.2 percent in March from a year before.\n"
    "Analysts had expected a smaller rise after two months of falling orders.\n"
)


def seed(name: str) -> Article:
    return prepare(Document(url=name, body=(SEEDS / name).read_bytes()))


@pytest.mark.parametrize("name", NAMES)
def test_seed_offsets_and_bookkeeping(name: str) -> None:
    article = seed(name)
    assert article.outcome == "loaded"
    assert article.original == (SEEDS / name).read_bytes().decode()
    assert all(article.original[x.start : x.end] == x.text for x in article.lines)
    removed = {r.line for r in article.removals}
    filled = {i for i, line in enumerate(article.lines) if line.text.strip()}
    assert removed | set(article.kept) == filled
    assert article.passages[0].first_line == 0
    assert article.passages[-1].last_line == len(article.lines) - 1
    assert len(article.markers) == len(article.passages)
    assert (article.document, article.url) == (name, None)


def test_bilingual_seed_is_one_text_and_its_translation() -> None:
    article = seed(NAMES[0])
    assert article.languages == ("ko", "ja")
    assert [p.translation_of for p in article.passages] == [None, 0]


def test_titles() -> None:
    assert [seed(name).title for name in NAMES] == [
        "마이크로소프트, 일본서 AI/클라우드 기반 증강에 4400억엔 투자 / 4/10(수) / ZDNET Japan",
        "Microsoft et le Japon Renforcent leur Coopération en IA et Cloud Computing",
        "Japan: Microsoft will invest nearly $3 billion to boost artificial intelligence",
        "Microsoft Invests $2.9 Billion to Enhance Cloud, AI Infrastructure in Japan",
        "미국 빅테크 기업들 일본에 대규모 투자‥일본 AI 분야 한국 앞서가나",
    ]


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        (b"", "empty", "no text"),
        (b" \n\t\r\n", "empty", "no text"),
        (b"\xef\xbb\xbf\n", "empty", "no text"),
        (random.Random(7).randbytes(4000), "unreadable", "binary"),
        (b"%PDF-1.7 \xe2\xe3\xcf\xd3", "unreadable", "PDF"),
        (b"a" * 20_000_000, "too_large", "16.0 MiB"),
        (b"word " * 60_000, "too_large", "one line"),
        (b"x\n" * 120_000, "too_large", "120,000 lines"),
        ("메뉴 건너뛰기\n로그인\n회원가입\n뉴스 홈\n연예 스포츠\n".encode(), "no_article", "menus"),
        (b"<html><body><ul><li>Home</li><li>News</li></ul></body></html>", "no_article", "menus"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_outcomes(body: bytes, outcome: str, words: str) -> None:
    article = read(Document(url="x", body=body, media_type=""))
    assert article.outcome == outcome
    assert words in article.message
    assert article.facts == ()
    assert article.kept == ()
    if outcome == "no_article":
        filled = sum(bool(line.text.strip()) for line in article.lines)
        assert len(article.removals) == filled > 0


def test_limits_are_the_callers() -> None:
    document = Document(url="x", body=SENTENCES.encode())
    assert prepare(document, limits=Limits(document_bytes=10)).outcome == "too_large"
    assert prepare(document, limits=Limits(line_characters=20)).outcome == "too_large"
    assert prepare(document, limits=Limits(lines=1)).outcome == "too_large"
    assert prepare(document).outcome == "loaded"


def test_korean_without_declaration() -> None:
    text = "\n".join((SEEDS / NAMES[4]).read_text(encoding="utf-8").split("\n")[:46])
    article = prepare(Document(url="k.txt", body=text.encode("cp949")))
    assert (article.charset, article.charset_basis) == ("cp949", "detected")
    assert article.original == text
    assert article.languages == ("ko",)


def test_media_type_is_sniffed_only_where_none_is_given() -> None:
    page = f"<!DOCTYPE html><html><body><article><p>{SENTENCES * 3}</p></article></body></html>"
    body = page.encode()
    assert prepare(Document(url="x", body=body, media_type="")).media_type == "text/html"
    assert prepare(Document(url="x", body=body, media_type="text/html")).original[:3] == "The"
    assert prepare(Document(url="x", body=body, media_type="text/plain")).original == page


def test_hints_come_first() -> None:
    when = datetime(2024, 4, 10, 3, 0, tzinfo=UTC)
    hints = Hints(title="Output rises", outlet="The Post", published_at=when, date_basis="guessed")
    article = prepare(
        Document(
            url="https://www.post.example/a?utm_source=x", body=SENTENCES.encode(), hints=hints
        )
    )
    assert (article.title, article.outlet) == ("Output rises", "The Post")
    assert (article.published_at, article.date_basis) == (when, "guessed")
    assert article.url == "https://post.example/a"


def test_address_of_the_page_counts_on_its_own_site_only() -> None:
    page = '<html><head><link rel="canonical" href="{}"></head><body><p>{}</p></body></html>'
    for canonical, expected in [
        ("https://post.example/story/1", "https://post.example/story/1"),
        ("https://evil.example/story/1", "https://post.example/s"),
    ]:
        body = page.format(canonical, SENTENCES * 3).encode()
        document = Document(url="https://m.post.example/s", body=body, media_type="text/html")
        assert prepare(document).url == expected


def test_our_own_failure_becomes_an_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken table")

    monkeypatch.setattr(facts, "bind", fail)
    article = read(Document(url="x", body=SENTENCES.encode()))
    assert article.outcome == "error"
    assert "broken table" in article.message


def test_punctuation_and_case_do_not_make_another_text() -> None:
    first = prepare(Document(url="a", body=SENTENCES.encode()))
    second = prepare(Document(url="b", body=SENTENCES.upper().replace(",", "").encode("utf-16")))
    assert first.content_hash == second.content_hash
    other = prepare(Document(url="c", body=SENTENCES.replace("4.2", "42").encode()))
    assert other.content_hash != first.content_hash


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("\x00", "\u200b", "\u202e", "\ufeff", "\n", "\r", " ", "1", "$2.", "|"),
                *("가", "日本", "the", "é", "\U0001f600", "…", "https://x.y/", "2024.04.20"),
                *("Name *", *SENTENCES.split("\n")),
            ]
        ),
        max_size=30,
    )
)
def test_offsets_hold_on_any_text(pieces: list[str]) -> None:
    article = prepare(Document(url="x", body=" ".join(pieces).encode()))
    assert article.outcome in ("loaded", "empty", "no_article", "unreadable")
    assert all(article.original[x.start : x.end] == x.text for x in article.lines)
    removed = [r.line for r in article.removals]
    assert len(removed) == len(set(removed))
    assert set(removed).isdisjoint(article.kept)


def test_a_line_in_two_languages_is_read_as_a_line_in_each() -> None:
    english = "Microsoft said on Wednesday that it would invest 2.9 billion dollars in Japan."
    korean = "마이크로소프트는 일본에 29억 달러를 투자한다고 10일 발표했다."
    text = f"Microsoft expands in Asia\n\n{english} {korean}\nThe plan covers two years.\n"
    article = read(Document("two.txt", text.encode()))
    bodies = [article.lines[i].text for i in article.kept]
    assert bodies[1:3] == [f"{english} ", korean]
    assert article.original == text
    assert all(text[x.start : x.end] == x.text for x in article.lines)
    assert [p.lang for p in article.passages] == ["en", "ko", "en"]
    amounts = [f.quantity for f in article.facts if f.quantity.kind == "money"]
    assert [(q.value, q.surface) for q in amounts] == [
        (Decimal(2_900_000_000), "2.9 billion dollars"),
        (Decimal(2_900_000_000), "29억 달러"),
    ]


def test_figures_of_a_headline_are_read_though_it_is_no_part_of_the_text() -> None:
    body = "".join(f"<p>{line}</p>" for line in HARBOUR)
    page = (
        "<html><head><title>Rotterdam to spend $2.9 billion on cranes | Port News</title></head>"
        f"<body><main><h1>Rotterdam to spend $2.9 billion on cranes</h1>{body}</main></body></html>"
    )
    article = read(Document("https://portnews.example/1", page.encode(), media_type="text/html"))
    assert article.title == "Rotterdam to spend $2.9 billion on cranes"
    assert article.text == "\n".join(HARBOUR)
    values = {f.quantity.surface: f.quantity.value for f in article.facts}
    assert values["$2.9 billion"] == Decimal(2_900_000_000)
    assert all(
        article.original[f.quantity.start : f.quantity.end] == f.quantity.surface
        for f in article.facts
    )


HARBOUR = (
    "The port authority of Rotterdam said on Tuesday that it would buy new cranes for the "
    "terminals on the north bank of the river, where the largest ships are unloaded.",
    "The first of them will be built in a yard near Dordrecht, and the last should arrive "
    "before the deep channel opens, according to the plan that the council approved.",
    "Residents had asked for quieter machines, because the old ones can be heard across the "
    "water at night, and the authority promised that the new ones would be electric.",
)
