"""Translations: what survives a change of language, and what only looks like it."""
# ruff: noqa: E501 - texts have one paragraph a line

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from extractors.markers import keys, markers, outline, paragraphs, segments
from extractors.rulebook import load_yaml
from extractors.translation import is_translation

SEEDS = Path(__file__).parents[2] / "seeds"


def seed(number: str) -> str:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["29억 달러", "29億ドル", "$2.9 billion", "2,9 milliards de dollars", "2.9bn", "２９億ドル"],
)
def test_one_amount_in_all_languages(text: str) -> None:
    assert markers(text) == ("2900000000",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1조 2000억 원", ("1200000000000",)),
        ("1,234,567 people", ("1234567",)),
        ("300万人 in 2024", ("3000000", "2024")),
        ("Brad Smith met Kishida", ("brad", "smith", "kishida")),
        ("The deal. A deal the size of the sea", ()),
    ],
)
def test_markers(text: str, expected: tuple[str, ...]) -> None:
    assert markers(text) == expected


def halves() -> tuple[str, str]:
    lines = seed("000").split("\n")
    return "\n".join(lines[:22]), "\n".join(lines[22:])


def test_halves_of_the_bilingual_seed_translate_each_other() -> None:
    korean, japanese = (outline(*half) for half in zip(halves(), ("ko", "ja"), strict=True))
    assert len(set(keys(korean)) & set(keys(japanese))) >= 2
    assert is_translation(korean, japanese)
    assert is_translation(japanese, korean)


def test_reports_of_one_event_do_not() -> None:
    texts = [*halves(), *map(seed, ("001", "002", "003", "004"))]
    outlines = [outline(text, "und") for text in texts]
    pairs = [pair for pair in combinations(range(len(texts)), 2) if pair != (0, 1)]
    assert [p for p in pairs if is_translation(outlines[p[0]], outlines[p[1]])] == []


ENGLISH = """Council sells old tram depot to theatre group
The council of Malmo voted on Tuesday to sell the tram depot to the theatre group Nordlys.
"We have waited eleven years for this," its director Eva Holm said.
The price is 3.4 million euros, which is less than the depot cost when it was built.
Work on the roof, which has leaked since the storms of 2019, is to begin in the autumn and will take about 14 months, according to the plans that were put before the council.
Who pays if it takes longer?
Neighbours fear noise.
The theatre now plays in a former school with 120 seats and has had to turn people away on most evenings of the past two winters.
A café is planned as well."""
FRENCH = """La ville vend l'ancien dépôt de tramways à une troupe de théâtre
Le conseil municipal de Malmo a décidé mardi de vendre le dépôt de tramways à la troupe Nordlys.
« Nous attendions cela depuis onze ans », a dit sa directrice, Eva Holm.
Le prix est de 3,4 millions d'euros, soit moins que ce que le dépôt avait coûté à sa construction.
Les travaux du toit, qui fuit depuis les tempêtes de 2019, doivent commencer à l'automne et dureront environ 14 mois, d'après les plans qui ont été soumis au conseil municipal.
Qui paiera s'ils durent plus longtemps ?
Les voisins craignent le bruit.
La troupe joue aujourd'hui dans une ancienne école de 120 places et a dû refuser du monde presque tous les soirs des deux derniers hivers.
Un café est prévu aussi."""
JAPANESE = """市議会、旧路面電車車庫を劇団に売却
マルメ市議会は火曜日、路面電車の車庫を劇団ノルドリスに売却することを決めた。
「この日を11年間待っていた」と団長のエバ・ホルム氏は話した。
価格は340万ユーロで、車庫の建設にかかった費用を下回る。
2019年の嵐以来雨漏りが続く屋根の工事は秋に始まる予定で、市議会に示された計画によると約14カ月かかる見通しだ。
長引いた場合は誰が負担するのか?
近隣住民は騒音を心配している。
劇団は現在120席の元学校の建物で公演しており、この二度の冬はほとんどの晩に客を断らざるを得なかった。
カフェも設けられる。"""
RIVAL = """Le théâtre Nordlys achète un dépôt
Eva Holm n'y croyait plus : après onze années de démarches, la troupe de 120 places va enfin quitter son école.
Il aura fallu quatre heures de débat.
La toiture coûtera cher, et le chantier prendra 14 mois au moins, prévient l'architecte de la ville.
« C'est une folie », dit un voisin.
Le dépôt, bâti au siècle dernier, est vide depuis que les tempêtes de 2019 ont emporté une partie des tuiles ; la mairie n'a jamais trouvé l'argent pour les remplacer, et les tramways sont partis ailleurs.
Le conseil de Malmo a voté mardi.
La vente rapporte 3,4 millions d'euros."""


@pytest.mark.parametrize(
    ("text", "other", "lang", "expected"),
    [
        (ENGLISH, FRENCH, "fr", True),
        (ENGLISH, JAPANESE, "ja", True),
        (ENGLISH, RIVAL, "fr", False),
        (ENGLISH, "\n".join(reversed(FRENCH.split("\n"))), "fr", False),
        (ENGLISH, FRENCH.replace("\n", " "), "fr", True),  # in one paragraph
        (ENGLISH, "\n".join(FRENCH.split("\n")[:3]), "fr", False),
        (ENGLISH, "", "fr", False),
    ],
)
def test_sentences_in_one_order(text: str, other: str, lang: str, expected: bool) -> None:
    assert is_translation(outline(text, "en"), outline(other, lang)) is expected
    assert is_translation(outline(other, lang), outline(text, "en")) is expected


def test_too_little_evidence_is_none() -> None:
    few = outline("Microsoft invests $2.9 billion in Tokyo by 2025.", "en")
    assert not is_translation(few, few)


def test_keys_meet_where_names_stand_between_figures() -> None:
    english = markers("In 2018 Ann Lee counted 384 dead, 540 hurt; Bob Ray saw 17,000 flee.")
    japanese = markers("2018年、死者384人、負傷者540人、避難17000人。")
    assert len(set(keys(english)) & set(keys(japanese))) >= 2
    assert keys(()) == ()


def test_keys_do_not_depend_on_the_order_of_figures() -> None:
    first, second = (markers(text) for text in ("384 and 540, Lee", "Lee: 540 (of 384)"))
    assert len(set(keys(first)) & set(keys(second))) >= 2
    assert set(keys(outline(ENGLISH, "en"))) > set(keys(markers(ENGLISH)))


def test_an_outline_has_lengths_and_signs() -> None:
    found = segments(outline("Is 5% of 2.9 billion enough?\nNo.\n29億ドルで十分か。", "und"))
    assert [(one.size, one.figures, one.signs) for one in found] == [
        (20.0, {"5", "2900000000"}, {"percent", "question"}),
        (2 + 3 * 3 + 4 * 1.5, {"2900000000"}, set()),
    ]


SIGNS = {
    "quote": ("« Oui »", "l'été"),
    "bracket": ("AI(人工知能)", "[AI]"),
    "question": ("Qui ?", "Qui."),
    "percent": ("5 パーセント", "5 cents"),
}


@pytest.mark.parametrize("name", load_yaml("markers.yaml")["signs"])
def test_signs(name: str) -> None:
    has, lacks = (paragraphs([text])[0].signs for text in SIGNS[name])
    assert name in has
    assert name not in lacks
