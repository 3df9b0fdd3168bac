"""Names in running text: longest alias, script boundaries, families."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest

from extractors import entities
from extractors.lexicon import lexicon


def names(lang: str, text: str) -> list[str]:
    words = lexicon(lang)
    assert words is not None
    return [m.name for m in entities.find(text, words.particles)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("ko", "마이크로소프트사가 오라클도", ["Microsoft", "Oracle"]),
        ("ko", "일본 마이크로소프트의 쓰자카 씨는", ["Microsoft Japan", "Miki Tsusaka"]),
        (
            "ja",
            "マイクロソフトリサーチアジアと東京大学が",
            ["Microsoft Research Asia", "University of Tokyo"],
        ),
        ("ja", "日本マイクロソフトは", ["Microsoft Japan"]),
        (
            "en",
            "The University of Tokyo and Microsoft's rival",
            ["University of Tokyo", "Microsoft"],
        ),
        (
            "fr",
            "l’Université Keio et l’Université Carnegie Mellon",
            ["Keio University", "Carnegie Mellon University"],
        ),
        ("en", "Ministry of Economy, Trade and Industry", ["METI"]),
    ],
)
def test_the_longest_alias_wins(lang: str, text: str, expected: list[str]) -> None:
    assert names(lang, text) == expected


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "an armed group and a metallic sound, pineapple"),
        ("ja", "デルタ"),  # not Dell
        ("ko", "공연구"),  # 연구 is no name, and no alias inside a word
        ("ko", "수단과 방법"),  # means, not Sudan
    ],
)
def test_a_name_is_a_whole_word_of_its_script(lang: str, text: str) -> None:
    assert names(lang, text) == []


def test_offsets_give_back_the_name() -> None:
    words = lexicon("ko")
    assert words is not None
    text = "미국 아마존이 일본에"
    found = entities.find(text, words.particles)
    assert [text[m.start : m.end] for m in found] == ["미국", "아마존", "일본"]


def test_subsidiaries_and_agencies_belong_to_a_family_and_people_do_not() -> None:
    assert entities.family("Microsoft Research Asia") == "Microsoft"
    assert entities.family("METI") == "Government of Japan"
    assert entities.family("Brad Smith") == "Brad Smith"
    assert entities.employer("Brad Smith") == "Microsoft"
    assert entities.family("Nobody Has Heard Of It Inc") == "Nobody Has Heard Of It Inc"


def test_every_parent_in_the_table_is_in_the_table_or_a_name_of_its_own() -> None:
    table = entities.gazetteer()
    for entity in table.values():
        if entity.parent:
            assert entities.family(entity.name) or entity.kind == "person"
        assert entity.kind == entity.kind.strip().lower()


def test_no_alias_stands_for_two_entities_and_every_parent_exists() -> None:
    owner: dict[str, str] = {}
    text = (files("extractors") / "entities.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    known = {row["name"] for row in rows}
    assert len(known) == len(rows)
    for row in rows:
        assert not row["parent"] or row["parent"] in known, row
        for alias in [row["name"], *filter(None, row["aliases"].split(";"))]:
            assert owner.setdefault(alias, row["name"]) == row["name"], alias


def test_g20_countries_have_a_government_and_a_central_bank() -> None:
    governments = {e.country for e in entities.gazetteer().values() if e.kind == "government"}
    banks = {
        entity.country for entity in entities.gazetteer().values() if entity.kind == "central_bank"
    }
    assert len(banks) >= 30
    assert {"AR", "BR", "CN", "DE", "FR", "IN", "IT", "JP", "KR", "SA", "US", "ZA"} <= governments
    for code in (
        "AR",
        "AU",
        "BR",
        "CA",
        "CN",
        "EU",
        "GB",
        "ID",
        "IN",
        "JP",
        "KR",
        "MX",
        "TR",
        "US",
    ):
        assert code in banks
        assert entities.central_bank(code) is not None


def test_unknown_organisations_are_told_by_their_form() -> None:
    words = lexicon("en")
    assert words is not None
    found = entities.unknown("Acme Robotics Corp said it", words.organisation, [])
    assert [m.name for m in found] == ["Acme Robotics Corp"]
    assert not found[0].known


def test_no_particles_means_no_hangul_tail() -> None:
    assert entities.find("오라클도", re.compile(r"(?!)")) == []
