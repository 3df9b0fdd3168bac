"""The language of one text: headlines, paragraphs, short texts, texts without a language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.language import fluency, label, rank, strip_addresses

TEXTS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "texts.yaml").read_text(encoding="utf-8")
)
CASED = [lang for lang, entry in TEXTS.items() if entry["headline"].upper().isupper()]


@pytest.mark.parametrize("lang", TEXTS)
def test_a_headline_and_a_paragraph_in_each_language(lang: str) -> None:
    assert rank(TEXTS[lang]["headline"])[0][0] == lang
    best, p = rank(TEXTS[lang]["paragraph"])[0]
    assert best == lang
    assert p > 0.9 or TEXTS[lang].get("tier") == "ext"


@pytest.mark.parametrize("lang", [x for x in CASED if TEXTS[x].get("tier") != "ext"])
def test_headlines_in_capitals(lang: str) -> None:
    assert rank(TEXTS[lang]["headline"].upper())[0][0] == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Microsoft investit 2,9 milliards de dollars au Japon", "fr"),
        ("Microsoft to invest $2.9 billion in Japan", "en"),
        ("MICROSOFT TO INVEST $2.9 BILLION IN JAPAN OVER TWO YEARS", "en"),
        ("Microsoft、日本に4400億円投資", "ja"),
        ("岸田首相が国賓待遇で訪米", "ja"),
        ("東京都知事選、現職が出馬表明", "ja"),
        ("마이크로소프트, 일본에 29억 달러 투자", "ko"),
        ("微软宣布未来两年在日本投资29亿美元", "zh-Hans"),
        ("微軟宣布未來兩年在日本投資29億美元", "zh-Hant"),
        ("行政院長：明年起調高基本工資", "zh-Hant"),
        ("Regjeringen vil bruke milliarder på datasentre", "nb"),
        ("Tölvufyrirtækið ætlar að fjárfesta fyrir milljarða í þessu landi", "is"),
        ("Shares fall after profit warning", "en"),
        ("Accord trouvé sur le budget", "fr"),
        ("Zinsen bleiben unverändert", "de"),
        ("Alckmin (Brasil): a inflação não vai voltar", "pt"),
    ],
)
def test_short_texts(text: str, lang: str) -> None:
    ranked = rank(text)
    assert ranked[0][0] == lang
    assert sum(p for _, p in ranked) == pytest.approx(1.0, abs=1e-3)
    assert [p for _, p in ranked] == sorted((p for _, p in ranked), reverse=True)


def test_names_in_latin_letters_do_not_make_a_text_latin() -> None:
    assert rank("Kim Min-jun(John Smith) 대표는 Acme Robotics의 새 공장을 열었다")[0][0] == "ko"
    assert rank("董事長 Robert Chen 宣布 Acme Robotics 將在臺灣設廠")[0][0] == "zh-Hant"


def test_text_without_a_language() -> None:
    assert rank("12,345 — 67 % …") == [("zxx", 1.0)]
    assert rank("https://example.com/the-quick-brown-fox") == [("zxx", 1.0)]
    assert rank("") == [("zxx", 1.0)]
    assert rank("x") == [("und", 1.0)]
    assert rank("ሀ") == [("und", 1.0)]
    for name in ("MBC", "AI", "Sony", "G7 EU"):
        assert label(name)[0] == "und"


def test_composed_and_decomposed_letters_are_the_same() -> None:
    from unicodedata import normalize

    for lang in ("vi", "fr", "ko"):
        text = TEXTS[lang]["headline"]
        assert rank(normalize("NFD", text)) == rank(normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("see https://example.com/a?b=c for more", "see                           for more"),
        ("記事はhttps://example.jp/newsを参照", "記事は                       を参照"),
        ("mail a.b@example.org now", "mail                 now"),
        ("by @news_desk today", "by            today"),
        ("it costs 5 @ 3 each", "it costs 5 @ 3 each"),
        ("no address", "no address"),
    ],
)
def test_addresses_are_blanked_in_place(text: str, bare: str) -> None:
    assert strip_addresses(text) == bare


def test_right_decoding_is_more_fluent_than_wrong_ones() -> None:
    words = ["größten", "Häfen", "Länder", "schließlich", "über"]
    wrong = [word.encode("latin-1").decode("iso8859-5") for word in words]
    assert fluency(words) > fluency(wrong)
    assert fluency([]) == pytest.approx(-10.41, abs=0.01)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_a_ranking_that_sums_to_one(text: str) -> None:
    ranked = rank(text)
    assert ranked
    assert sum(p for _, p in ranked) == pytest.approx(1.0, abs=1e-3)
    assert ranked == rank(text)


@pytest.mark.parametrize(
    "text", ["\ud800\udc00 hello there", "a\x00b" * 20, "@" * 5000, "“" * 5000]
)
def test_hostile_text_has_a_ranking(text: str) -> None:
    assert rank(text)[0][1] > 0
