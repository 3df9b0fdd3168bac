"""Invented events as two or three outlets tell them: the verdicts, and above all no false ones.

Every verdict is given by hand from the texts. All stories lie in one ledger, so that those which
have nothing to do with each other must not meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from made_articles import run

from extractors import read
from extractors.records import Document, Hints
from warehouse import Warehouse

START = datetime(2024, 5, 13, 6, 0, tzinfo=UTC)
ALARMS = {"conflicts", "differs", "supersedes", "stale", "mistranslated"}


@dataclass(frozen=True)
class Report:
    """One report: hours after the start, language, and the text with its headline first."""

    hours: float
    lang: str
    text: str


@dataclass(frozen=True)
class Story:
    """Reports of one event, in order, and what is to be found between them.

    `expected` holds (later report, its figure, earlier report, its figure, verdict); no other
    alarm may stand between the reports.
    """

    name: str
    reports: tuple[Report, ...]
    expected: frozenset[tuple[int, str, int, str, str]]


def story(name: str, *parts: Report | tuple[int, str, int, str, str]) -> Story:
    reports = tuple(part for part in parts if isinstance(part, Report))
    return Story(name, reports, frozenset(p for p in parts if not isinstance(p, Report)))


STORIES = (
    story(
        "a round-up lists other deals beside the one",
        Report(0, "en", "Siemens to invest $3 billion in Vietnam\n\nSiemens said on Monday it "
               "would invest $3 billion in Vietnam over the next five years."),
        Report(30, "en", "Foreign groups pour money into Vietnam\n\nSiemens plans to invest "
               "$3 billion in Vietnam. Toyota will invest $700 million in Vietnam, and Nestle "
               "announced an investment of $450 million in Vietnam."),
        (1, "$3 billion", 0, "$3 billion", "agrees"),
    ),
    story(
        "what was spent before is no other figure of the plan",
        Report(0, "en", "Nestle to invest 1.2 billion euros in Brazil\n\nNestle will invest "
               "1.2 billion euros in Brazil by 2028."),
        Report(10, "fr", "Nestlé investira 1,2 milliard d'euros au Brésil\n\nNestlé va investir "
               "1,2 milliard d'euros au Brésil. Le groupe y avait déjà investi 800 millions "
               "d'euros depuis 2019."),
        (1, "1,2 milliard", 0, "1.2 billion", "agrees"),
    ),
    story(
        "a total in yen and the same in dollars",
        Report(0, "ja", "ファイザー、日本に3000億円投資\n\nファイザーは13日、"
               "日本に3000億円(約20億ドル)を投資すると発表した。"),
        Report(8, "en", "Pfizer to invest $2 billion in Japan\n\nPfizer said it would invest "
               "$2 billion in Japan."),
        (1, "$2 billion", 0, "3000億円", "restates"),
    ),
    story(
        "a digit lost on the way is a conflict, and a slip",
        Report(0, "de", "Volkswagen investiert 2,4 Milliarden Euro in Spanien\n\nVolkswagen will "
               "2,4 Milliarden Euro in Spanien investieren."),
        Report(12, "es", "Volkswagen invertirá 24.000 millones de euros en España\n\nVolkswagen "
               "invertirá 24.000 millones de euros en España."),
        (1, "24.000 millones", 0, "2,4 Milliarden", "conflicts"),
    ),
    story(
        "a wrong figure among right ones",
        Report(0, "ko", "도요타, 태국에 15억달러 투자\n\n"
               "도요타는 13일 태국에 15억달러를 투자한다고 발표했다."),
        Report(9, "en", "Toyota to invest $1.8 billion in Thailand\n\nToyota said it would invest "
               "$1.8 billion in Thailand."),
        (1, "$1.8 billion", 0, "15억달러", "conflicts"),
    ),
    story(
        "a correction quotes the figure that was wrong",
        Report(0, "en", "Novartis to invest $6 billion in Canada\n\nNovartis said on Monday it "
               "would invest $6 billion in Canada."),
        Report(20, "en", "Novartis to invest $4 billion in Canada (Corrected)\n\nNovartis said on "
               "Monday it would invest $4 billion in Canada.\n\nCorrection: an earlier version of "
               "this story gave the amount as $6 billion."),
        (1, "$4 billion", 0, "$6 billion", "supersedes"),
    ),
    story(
        "an offer is raised",
        Report(0, "en", "Carlsberg bids $4 billion for Unilever unit\n\nCarlsberg offered to buy "
               "Unilever for $4 billion."),
        Report(700, "en", "Carlsberg raises its offer\n\nCarlsberg raised its offer for Unilever "
               "from $4 billion to $4.6 billion."),
        (1, "$4.6 billion", 0, "$4 billion", "supersedes"),
    ),
    story(
        "a toll grows, and an old one is told again",
        Report(0, "es", "Terremoto en Chile: 14 muertos\n\nEl terremoto de Chile dejó 14 "
               "muertos, informaron las autoridades."),
        Report(12, "en", "Chile earthquake kills 23\n\nThe earthquake in Chile has killed 23 "
               "people, officials said."),
        Report(15, "de", "Erdbeben in Chile: 14 Tote\n\nBei dem Erdbeben in Chile kamen 14 "
               "Menschen ums Leben."),
        (1, "23", 0, "14", "supersedes"),
        (2, "14", 0, "14", "agrees"),
        (2, "14", 1, "23", "stale"),
    ),
    story(
        "the dead of an older disaster are not those of today",
        Report(0, "en", "Flood in Kenya kills 41\n\nThe flood in Kenya has killed 41 people, the "
               "government said."),
        Report(6, "en", "Kenya flood: 41 dead\n\nThe flood in Kenya has killed 41 people. A flood "
               "in 2018 killed 186 people there."),
        (1, "41", 0, "41", "agrees"),
    ),
    story(
        "a part of the cuts and the whole",
        Report(0, "de", "Bosch streicht 7.000 Stellen\n\nBosch streicht 7.000 Stellen, davon 1.900 "
               "in Deutschland."),
        Report(5, "fr", "Bosch supprime 7 000 emplois\n\nBosch va supprimer 7 000 emplois dans le "
               "monde."),
        (1, "7 000", 0, "7.000", "agrees"),
    ),
    story(
        "two central banks' decisions and two meetings of one",
        Report(0, "en", "Bank of England cuts rate to 4.5%\n\nThe Bank of England cut its interest "
               "rate to 4.5% on Monday."),
        Report(1200, "en", "Bank of England cuts rate to 4.25%\n\nThe Bank of England cut its "
               "interest rate to 4.25% on Tuesday."),
        Report(3, "en", "Sveriges Riksbank holds its rate at 3.75%\n\nThe Riksbank left its "
               "interest rate at 3.75% on Monday."),
        (1, "4.25%", 0, "4.5%", "follows"),
    ),
    story(
        "a price for a share and a price for the company",
        Report(0, "en", "Heineken to buy Danone for $52 billion\n\nHeineken will buy Danone for "
               "$52 billion."),
        Report(3, "en", "Heineken to buy Danone\n\nHeineken will buy Danone and pay $81.50."),
    ),
    story(
        "thousands, and then a number",
        Report(0, "en", "Ericsson to cut thousands of jobs\n\nEricsson plans to cut thousands of "
               "jobs, sources said."),
        Report(30, "en", "Ericsson to cut 8,500 jobs\n\nEricsson will cut 8,500 jobs."),
    ),
    story(
        "a round headline and the exact figure",
        Report(0, "pt", "Petrobras lucra R$ 23,7 bilhões\n\nA Petrobras lucrou R$ 23,7 bilhões no "
               "primeiro trimestre."),
        Report(4, "en", "Petrobras earns nearly 24 billion reais\n\nPetrobras made a profit of "
               "nearly 24 billion reais in the first quarter."),
    ),
    story(
        "different indicators of one economy",
        Report(0, "en", "Inflation in Poland slows to 2.4%\n\nInflation in Poland slowed to 2.4% "
               "in April."),
        Report(2, "en", "Economy of Poland grows 3.1%\n\nEconomic growth in Poland was 3.1% in "
               "the first quarter."),
    ),
    story(
        "a plan far from another of the same firm",
        Report(0, "zh", "比亚迪将在匈牙利投资40亿欧元\n\n比亚迪宣布将在匈牙利投资40亿欧元。"),
        Report(2400, "en", "BYD to invest 5.5 billion euros in Hungary\n\nBYD will invest "
               "5.5 billion euros in Hungary."),
        (1, "5.5 billion euros", 0, "40亿欧元", "follows"),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sequence[tuple[str, ...]]:
    articles = []
    for number, told in enumerate(STORIES):
        for at, report in enumerate(told.reports):
            name = f"{number}-{at}"
            when = START + timedelta(days=number % 3, hours=report.hours)
            title, _, _ = report.text.partition("\n")
            articles.append(read(Document(
                url=f"https://example.org/{name}",
                body=report.text.encode(),
                hints=Hints(lang=report.lang, published_at=when, title=title),
                name=name,
            )))  # fmt: skip
    ledger = Warehouse(tmp_path_factory.mktemp("stories") / "ledger.duckdb")
    ledger.load(articles, run())
    return ledger.query(
        "SELECT document, surface, earlier_document, earlier_surface, verdict, reason "
        "FROM mart.pairs() WHERE document <> earlier_document ORDER BY ALL"
    ).rows


@pytest.mark.parametrize("number", range(len(STORIES)), ids=lambda n: STORIES[n].name)
def test_story(number: int, found: Sequence[tuple[str, ...]]) -> None:
    told = STORIES[number]
    rows = [
        (int(later.split("-")[1]), surface, int(earlier.split("-")[1]), old, verdict)
        for later, surface, earlier, old, verdict, _ in found
        if later.split("-")[0] == earlier.split("-")[0] == str(number)
    ]

    def is_meant(row: tuple[int, str, int, str, str], e: tuple[int, str, int, str, str]) -> bool:
        return (row[0], row[2], row[4]) == (e[0], e[2], e[4]) and e[1] in row[1] and e[3] in row[3]

    assert [e for e in sorted(told.expected) if not any(is_meant(row, e) for row in rows)] == []
    alarms = [row for row in rows if row[4] in ALARMS]
    assert [row for row in alarms if not any(is_meant(row, e) for e in told.expected)] == []


def test_stories_that_have_nothing_in_common_do_not_meet(found: Sequence[tuple[str, ...]]) -> None:
    assert [
        row for row in found
        if row[0].split("-")[0] != row[2].split("-")[0] and row[4] in ALARMS
    ] == []  # fmt: skip
