"""Two languages in one line, and the many lines that look like it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.language import parts, parts_of, split

EN = "The ministry said on Tuesday that exports had fallen for the third month in a row."
FR = "Le ministère a indiqué mardi que les exportations avaient baissé pour le troisième mois."
KO = "산업부는 화요일 수출이 석 달 연속 감소했다고 밝혔다."
JA = "経済産業省は火曜日、輸出が3か月連続で減少したと発表した。"
RU = "Министерство сообщило во вторник, что экспорт снижается третий месяц подряд."


@pytest.mark.parametrize(
    ("left", "right", "langs"),
    [
        (EN + " ", FR, ["en", "fr"]),
        (FR + " ", EN, ["fr", "en"]),
        (EN + " ", KO, ["en", "ko"]),
        (KO + "\u3000", JA, ["ko", "ja"]),
        (JA, RU, ["ja", "ru"]),
        (EN[:-1] + " / ", FR, ["en", "fr"]),
        ("Exports have now fallen for three months in a row ", KO, ["en", "ko"]),
        (EN + " ", "Acme Robotics는 수출이 석 달 연속 감소했다고 밝혔다.", ["en", "ko"]),
        ("“Exports fell again,” said the trade minister of the country. ", FR, ["en", "fr"]),
    ],
)
def test_a_line_in_two_languages_is_cut_between_them(
    left: str, right: str, langs: list[str]
) -> None:
    found = split(left + right)
    assert [part.lang for part in found] == langs
    assert [(part.start, part.end) for part in found] == [
        (0, len(left)),
        (len(left), len(left) + len(right)),
    ]
    assert all(part.confidence >= 0.9 for part in found)


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        (f"{EN} Analysts had expected a small rise.", "en"),
        (f'The spokesman read one sentence: "{FR}" Then he left the room without a word.', None),
        (
            "기시다 후미오(Kishida Fumio, Prime Minister of Japan since 2021)가 회견을 열었다. "
            + KO,
            "ko",
        ),
        (
            "岸田氏は「We are all global partners for the future」と演説した。会場は拍手。",
            "ja",
        ),
        ("La película El laberinto del fauno was shown again. It was very well received.", "en"),
        ("Les ingénieurs utilisent Microsoft Azure OpenAI Service. Le projet avance vite.", "fr"),
        ("Selon le Wall Street Journal et le New York Times, rien n'est décidé. On verra.", "fr"),
        ("삼성전자는 Galaxy Z Fold Special Edition 신제품을 공개했다. 가격은 미정이다.", "ko"),
        (
            "See https://example.com/le-ministere-a-indique-mardi-que for more. It is in French.",
            "en",
        ),
        ("Merci beaucoup. Thank you very much.", None),
        ("12.5 % | 3.4 % | 7.7 %", "zxx"),
        ("", "zxx"),
    ],
)
def test_names_quotations_brackets_and_addresses_cut_nothing(line: str, lang: str | None) -> None:
    found = split(line)
    assert [(part.start, part.end) for part in found] == [(0, len(line))]
    assert lang is None or found[0].lang == lang


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from([EN, FR, KO, JA, RU, "(", "“", "»", "a", " ", "\n", "1"])))
def test_parts_cover_the_line_without_gaps(pieces: list[str]) -> None:
    line = " ".join(pieces)
    found = split(line)
    assert found[0].start == 0
    assert found[-1].end == len(line)
    assert all(a.end == b.start and a.lang != b.lang for a, b in zip(found, found[1:]))  # noqa: B905, RUF007


def test_lines_of_a_document_are_cut_as_they_would_be_alone() -> None:
    lines = [EN, "", EN + " " + KO, "2024", JA, FR + " " + EN, KO + "\u3000" + JA, "Exports fell."]
    found = parts_of(lines, "en")
    assert found == {i: whole for i, line in enumerate(lines) if (whole := parts(line, "en"))}
    assert sorted(found) == [2, 5, 6]
    assert [part.lang for part in found[5]] == ["fr", "en"]
