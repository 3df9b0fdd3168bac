"""Evidence on which reports meet: keys, places, sounds, and the tables' own examples."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import evidence, read
from extractors.evidence import Evidence, Span, _in_small, _small, find
from extractors.lexicon import lexicon
from extractors.records import Document
from extractors.rulebook import load_yaml
from extractors.sounds import hangul_sound, katakana_sound, latin_sounds, without_particles

TABLE = load_yaml("evidence.yaml")


def told(text: str, lang: str, title: str = "") -> dict[tuple[str, str], Evidence]:
    article = read(
        Document(
            url="https://example.org/a",
            body=text.encode(),
            hints={
                "title": title,
                "lang": lang,
                "published_at": datetime(2031, 5, 6, 9, tzinfo=UTC),
            },
        )
    )
    return {(one.kind, one.value): one for one in evidence.of(article)}


EN = (
    "Toyota will spend $4.5 billion on a battery plant in Morocco and hire 1,250 workers there, "
    "Zoran Petković, who runs its business in Africa, said on 5 May 2031."
)
JA = (
    "トヨタ自動車はモロッコの電池工場に45億ドルを投資し、1250人を雇用する。"
    "アフリカ事業を率いるゾラン・ペトコビッチ氏が2031年5月5日に明らかにした。"
)
KO = (
    "도요타자동차가 모로코 배터리 공장에 45억 달러를 투자하고 1250명을 고용한다고 "
    "아프리카 사업을 이끄는 조란 페트코비치가 2031년 5월 5일 밝혔다."
)
FR = (
    "Toyota va investir 4,5 milliards de dollars dans une usine de batteries au Maroc et embaucher "
    "1 250 personnes, a annoncé le 5 mai 2031 Zoran Petković, qui dirige ses activités en Afrique."
)


@pytest.mark.parametrize(
    ("text", "lang"), [(JA, "ja"), (KO, "ko"), (FR, "fr")], ids=["ja", "ko", "fr"]
)
def test_reports_of_one_event_share_their_keys(text: str, lang: str) -> None:
    english, other = told(EN, "en"), told(text, lang)
    shared = english.keys() & other.keys()
    assert {
        ("amount", "4.5E+9 USD"), ("name", "Toyota"), ("place", "MA"), ("number", "1.2E+3"),
        ("date", "2031-05-05"),
    } <= shared  # fmt: skip
    assert {kind for kind, _ in shared} >= {"event"}


@pytest.mark.parametrize(("text", "lang"), [(JA, "ja"), (KO, "ko")], ids=["ja", "ko"])
def test_a_name_that_no_table_has_meets_by_its_sound(text: str, lang: str) -> None:
    sounds = {value for kind, value in told(EN, "en").keys() & told(text, lang).keys()
              if kind == "sound"}  # fmt: skip
    assert "srn" in sounds  # Zoran
    assert any(sound.startswith("ptk") for sound in sounds)  # Petković


def test_another_event_shares_the_day_at_most() -> None:
    other = told("Honda opened a school in Peru for 80 pupils, it said on Monday.", "en")
    assert told(JA, "ja").keys() & other.keys() == {("date", "2031-05-05")}


def test_words_are_where_the_offsets_say() -> None:
    article = read(Document(url="x", body=JA.encode(), hints={"lang": "ja", "title": "電池に投資"}))
    found = evidence.of(article)
    assert found
    for one in found:
        if one.start >= 0:
            assert article.original[one.start : one.start + len(one.surface)] == one.surface
        else:
            assert one.surface in article.title


def test_what_was_removed_is_no_evidence() -> None:
    text = "Nissan opened.\nAds by Contoso\nIt was late."
    start = text.index("Ads")
    blanked = evidence.blank(text, [(start, start + len("Ads by Contoso"))])
    assert len(blanked) == len(text)
    values = {one.value for one in find("", blanked, [Span("en", 0, len(text))], [])}
    assert "Nissan" in values
    assert "contoso" not in values


def test_headline_and_lead_weigh_more_than_the_rest() -> None:
    filler = "The council met and talked at length about the weather of the week. " * 8
    text = f"Nissan came first. {filler}Honda came last."
    found = {one.value: one for one in find("Mazda", text, [Span("en", 0, len(text))], [])}
    later = TABLE["places"]["later"]
    assert [found[name].weight for name in ("Mazda", "Nissan", "Honda")] == [1.0, 1.0, later]
    assert found["Mazda"].start == -1
    cut = "x " * 4000 + "Toyota"
    assert not [one for one in find("", cut, [Span("en", 0, len(cut))], []) if one.kind == "name"]


def test_media_and_the_calendar_say_nothing() -> None:
    found = told("The New York Times wrote on Monday, in May, that rain fell.", "en")
    assert ("name", "The New York Times") not in found
    assert not {("word", "monday"), ("word", "may")} & found.keys()


def test_small_numbers_say_nothing_and_years_are_years() -> None:
    found = told("Of 12 boats 7 sank in 1987, and 640 people swam.", "en")
    assert ("year", "1987") in found
    assert ("number", "6.4E+2") in found
    assert not {("number", "1.2E+1"), ("number", "7.0E+0"), ("number", "2.0E+3")} & found.keys()


@pytest.mark.parametrize("row", [*TABLE["latin"], TABLE["silent"]], ids=lambda row: row["example"])
def test_latin_spelling(row: dict[str, str]) -> None:
    assert row["is"] in latin_sounds(row["example"].casefold())


@pytest.mark.parametrize("row", TABLE["apart"], ids=lambda row: row[0])
def test_names_that_sound_apart(row: list[str]) -> None:
    first, second = row
    assert not set(latin_sounds(first.casefold())) & set(latin_sounds(second.casefold()))


@pytest.mark.parametrize(("word", "sound"), sorted(TABLE["katakana"]["examples"].items()))
def test_katakana(word: str, sound: str) -> None:
    assert katakana_sound(word) == sound


@pytest.mark.parametrize(("word", "sound"), sorted(TABLE["hangul"]["examples"].items()))
def test_hangul(word: str, sound: str) -> None:
    assert hangul_sound(word) == sound


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("페트코비치에게는", "페트코비치"),
        ("모로코의", "모로코"),
        ("회의", "회의"),
        ("로마", "로마"),
    ],
)
def test_korean_particles_go(word: str, stem: str) -> None:
    assert without_particles(word) == stem


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_has_evidence_in_order_once(text: str, title: str) -> None:
    found = find(title, text, [Span("en", 0, len(text))] if text else [], [])
    keys = [(one.kind, one.value, one.script) for one in found]
    assert keys == sorted(set(keys))
    assert found == find(title, text, [Span("en", 0, len(text))] if text else [], [])


SHOUTED = [
    (
        "en",
        "MICROSOFT WILL INVEST $3 Billion; Siemens Cuts JOBS and Acquires a Rival after the FIRE",
    ),
    (
        "fr",
        "SÉISME : 14 Morts. Renault SUPPRIME des Emplois et Rachète un rival; l'Inflation RECULE",
    ),
    ("de", "ERDBEBEN in Chile. Bosch STREICHT Stellen, Übernahme für 3 Millionen; ÜBERSCHWEMMUNG"),
    ("es", "TERREMOTO en Chile: 14 MUERTOS. Repsol INVERTIRÁ y Despide; la Inflación BAJÓ"),
    ("ja", "トヨタがモロッコの電池工場に投資、地震で31人死亡、AI企業を買収"),
    ("ko", "도요타, 모로코 공장에 투자… 지진으로 31명 사망, AI 기업 인수"),
]


@pytest.mark.parametrize(("lang", "text"), SHOUTED)
def test_case_is_left_out_by_writing_small(lang: str, text: str) -> None:
    words = lexicon(lang)
    assert words is not None
    patterns = [*words.cues.values(), *words.disasters.values()]
    found = [(match and match.span()) for match in (one.search(text) for one in patterns)]
    small = [_in_small(one).search(_small(text)) for one in patterns]
    assert [(match and match.span()) for match in small] == found
    assert sum(match is not None for match in found) >= 3


def test_small_letters_keep_the_offsets() -> None:
    assert _small("İzmir AND ISTANBUL") == "İzmir and istanbul"
