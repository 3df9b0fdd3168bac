"""Every row of the case table of CLAIMS (section 5), and of the seed comparison, as verdicts.

All cases share one warehouse; each has an actor of its own, so that they never meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from made_articles import START, Said, article, count, day, later, money, run, said

from warehouse import Warehouse


@dataclass(frozen=True)
class Case:
    """Two reports, and what the later one is to the earlier one (None: not compared)."""

    name: str
    earlier: tuple[Said, ...]
    later: tuple[Said, ...]
    expected: tuple[str, ...] | None
    hours: float = 24.0
    same_url: bool = False


def one(
    name: str,
    earlier: Said | tuple[Said, ...],
    then: Said | tuple[Said, ...],
    expected: str,
    hours: float = 24.0,
    same_url: bool = False,
) -> Case:
    """A case; `expected` is "verdict reason", or "" for no verdict at all."""
    return Case(
        name,
        earlier if isinstance(earlier, tuple) else (earlier,),
        then if isinstance(then, tuple) else (then,),
        tuple(expected.split()) or None,
        hours,
        same_url,
    )


def on(iso: str) -> dict[str, Any]:
    """The day of the event."""
    when = day("x", iso).quantity["date_start"]
    return {"event_date_start": when, "event_date_end": when}


def as_of(iso: str) -> dict[str, Any]:
    """The day for which a moving figure stands."""
    return {"as_of": day("x", iso).quantity["date_start"]}


def dead(surface: str, value: int, **about: Any) -> Said:
    return count(surface, value, **{"predicate": "kill", "slot": "count", "phase": "done", **about})


def away(surface: str, value: int, **about: Any) -> Said:
    return count(surface, value, **{"predicate": "displace", "slot": "count", **about})


def percent(surface: str, value: float, quantum: float, **about: Any) -> Said:
    return said(surface, value, quantum, kind="percent", unit="%", **about)


def poll(surface: str, value: float, **about: Any) -> Said:
    return percent(surface, value, 1, **{"predicate": "poll", "slot": "share", **about})


def quake(surface: str, value: float, measurer: str) -> Said:
    return said(surface, value, 0.1, kind="count", unit="magnitude", predicate="measure",
                measurer=measurer or None)  # fmt: skip


def jobs(surface: str, value: int, phase: str) -> Said:
    return count(surface, value, predicate="cut_jobs", slot="count", phase=phase)


def yen(surface: str, value: float, quantum: float, **about: Any) -> Said:
    return money(surface, value, quantum, currency="JPY", **about)


def bid(surface: str, value: float, **about: Any) -> Said:
    return yen(surface, value, 1e11, predicate="acquire", phase="proposed", **about)


def span(surface: str, value: float, unit: str, **about: Any) -> Said:
    return said(surface, value, 1, kind="duration", unit=unit, **{"slot": "period", **about})


USD_2_9 = money("$2.9 billion", 2.9e9, 1e8)
USD_29 = money("$29 billion", 29e9, 1e9)
EACH = money("$10 million each", 1e7, 1e6, distributive="each")
UP_TO = money("up to $10 billion", 1e10, 1e9, bound="<=", hedge="up_to")
CORRECTED = money("$2.9 billion", 2.9e9, 1e8, correction=True, statement=0)
NOT_29 = money("not $29 billion", 29e9, 1e9, correction=True, role="quoted_old", statement=0)
YEN_2_26 = yen("2.26 trillion yen", 2.26e12, 1e10)
OVER_200 = count("over 200", 200, unit="quake", bound=">", hedge="over", predicate="other",
                 verb="hit")  # fmt: skip
ON_1 = as_of("2024-01-01")
SINCE = said("since 1978", 1978, 1, kind="year", unit="year", anchor="since", predicate="found",
             slot="start")  # fmt: skip


def year(surface: str, value: int) -> Said:
    """The end of a plan."""
    return said(surface, value, 1, kind="year", slot="end",
                date_start=date(value, 1, 1), date_end=date(value, 12, 31))  # fmt: skip


THREE = "", "Acme Bank", "Zeta Motors"
TWO = "", "Acme Bank"

CASES = (
    # 29억 달러 / $2.9 billion / 2,9 milliards
    one("equal in two languages", money("29억 달러", 2.9e9, 1e8), USD_2_9, "agrees equal"),
    one("equal, written out", money("$2,900,000,000", 2.9e9, 1), USD_2_9, "agrees equal"),
    # nearly $3 billion / $2.9 billion across reports; plain 3 bn
    one("nearly 3 bn, hedged", USD_2_9,
        money("nearly $3 billion", 3e9, 1e9, bound="~", hedge="nearly"), "agrees rounded"),
    one("3 bn, plain and later", USD_2_9, money("$3 billion", 3e9, 1e9), "coarsens rounded"),
    one("3 bn, plain and earlier", money("$3 billion", 3e9, 1e9), USD_2_9, "refines rounded"),
    one("2.9 and 2.8 bn", USD_2_9, money("$2.8 billion", 2.8e9, 1e8), "conflicts disjoint"),
    one("10 m and 14 m", money("$10 million", 1e7, 1e6), money("$14 million", 1.4e7, 1e6),
        "conflicts disjoint"),
    # 2.26 trillion yen / およそ2兆円; / 2兆円
    one("about 2 trillion", YEN_2_26,
        yen("およそ2兆円", 2e12, 1e12, bound="~", hedge="about"), "agrees rounded"),
    one("plain 2 trillion", YEN_2_26, yen("2兆円", 2e12, 1e12), "coarsens rounded"),
    # 33,446 evacuated on Monday / about 33,000 on Tuesday
    one("time before rounding", away("33,446", 33446, **ON_1),
        away("about 33,000", 33000, bound="~", hedge="about", **as_of("2024-01-02")),
        "supersedes update"),
    one("rounding of the same day", away("33,446", 33446, **ON_1),
        away("about 33,000", 33000, bound="~", hedge="about", **ON_1), "agrees rounded"),
    # 6.4 bn / 64 bn a week later, same plan
    one("magnitude", money("$6.4 billion", 6.4e9, 1e8, phase="planned"),
        money("$64 billion", 64e9, 1e9, phase="planned"), "conflicts magnitude", 168),
    # $8 bn over 10 years / $10 bn over 10 years, same announcement
    one("same announcement", money("$8 billion", 8e9, 1e9, period_months=120, **on("2024-04-18")),
        money("$10 billion", 10e9, 1e9, period_months=120, **on("2024-04-18")),
        "conflicts disjoint"),
    # $10 m each / $10 m (not said); in total
    one("each, not said", EACH, money("$10 million", 1e7, 1e6), "differs not_stated"),
    one("each, in total", EACH, money("$10 million in total", 1e7, 1e6, distributive="total"),
        "differs distributive"),
    one("each, another sum", EACH, money("$30 million", 3e7, 1e6), "differs not_stated"),
    # $110 m including Microsoft / additional $110 m
    one("inclusive, additional", money("$110 million", 1.1e8, 1e6, scope="inclusive"),
        money("110 millions", 1.1e8, 1e6, scope="additional"), "differs scope"),
    one("who pays", money("$110 million", 1.1e8, 1e6, actors=THREE, scope="inclusive"),
        money("110 millions", 1.1e8, 1e6, actors=TWO, scope="additional"), "differs who_pays"),
    # 48 dead in the morning / 50 at night; 50 then 48 of the morning; 50 then 48, no cue
    one("tally grows", dead("48", 48), dead("50", 50), "supersedes update", 10),
    one("tally of an earlier day", dead("50", 50, **as_of("2024-04-10")),
        dead("48", 48, **as_of("2024-04-09")), "stale older_as_of"),
    one("tally shrinks", dead("50", 50), dead("48", 48), "conflicts disjoint"),
    one("tallies are exact", dead("560", 560), dead("565", 565), "conflicts disjoint", 0),
    # 39 dead in Wajima / 72 in the prefecture; 90 in Wajima
    one("part of", dead("39", 39, place="JP-Ishikawa-Wajima"),
        dead("72", 72, place="JP-Ishikawa"), "not_comparable part_of"),
    one("part larger than its whole", dead("72", 72, place="JP-Ishikawa"),
        dead("90", 90, place="JP-Ishikawa-Wajima"), "conflicts disjoint", 0),
    # magnitude 7.5 (USGS) / 7.6 (JMA)
    one("measurers", quake("7.5", 7.5, "USGS"), quake("7.6", 7.6, "JMA"),
        "not_comparable measurer"),
    # 41 % / 44 % by two pollsters; same pollster, next week
    one("pollsters", poll("41 %", 41, measurer="Gallup"), poll("44 %", 44, measurer="Ipsos"),
        "not_comparable measurer"),
    one("same pollster", poll("41 %", 41, measurer="Gallup", **as_of("2024-04-03")),
        poll("44 %", 44, measurer="Gallup", **as_of("2024-04-10")), "follows later_decision"),
    # rate raised to 0.5 %; earlier report 0.25 %
    one("another decision",
        percent("0.25 %", 0.25, 0.01, predicate="set_rate", phase="done", **on("2024-07-31")),
        percent("0.5 %", 0.5, 0.1, predicate="set_rate", phase="done", **on("2025-01-24")),
        "follows later_decision", 4000),
    # up to 10 bn / 8 bn; / exactly 10 bn
    one("up to, less", UP_TO, money("$8 billion", 8e9, 1e9), "agrees bound"),
    one("up to, all of it", UP_TO, money("$10 billion", 1e10, 1e9), "refines bound"),
    one("over, equal",
        count("over 3 million", 3e6, 1e6, bound=">", hedge="over", predicate="train"),
        count("3 million", 3e6, 1e6, predicate="train"), "agrees bound"),
    one("over 200, 479",
        OVER_200,
        count("479", 479, unit="quake", predicate="other", verb="hit"), "conflicts disjoint"),
    one("over 200, 240",
        OVER_200,
        count("240", 240, unit="quake", predicate="other", verb="hit"), "agrees bound"),
    one("another verb",
        count("240", 240, unit="quake", predicate="other", verb="hit"),
        count("240", 240, unit="quake", predicate="other", verb="miss"), ""),
    # 4 bn a year / 20 bn over five years
    one("multiplied", money("$4 billion a year", 4e9, 1e9, per="year"),
        money("$20 billion", 2e10, 1e9, period_months=60), "agrees derived"),
    one("not multiplied", money("$4 billion a year", 4e9, 1e9, per="year"),
        money("$23 billion", 2.3e10, 1e9, period_months=60), "differs not_stated"),
    # plans to cut 15,000 / has cut 15,000; company denies
    one("fulfils", jobs("15,000", 15000, "planned"), jobs("15,000", 15000, "done"),
        "fulfils planned_done", 4000),
    one("denied", jobs("15,000", 15000, "planned"), jobs("15,000", 15000, "denied"),
        "differs denied"),
    # "raised its offer from 7 trillion to 7.3 trillion" against an earlier 7.0
    one("raised offer", bid("7 trillion yen", 7e12),
        (bid("from 7 trillion", 7e12, role="quoted_old", statement=0),
         bid("7.3 trillion", 7.3e12, statement=0)), "supersedes update"),
    # corrected: 2.9 bn, not 29 bn; same URL, no notice
    one("correction", USD_29, CORRECTED, "supersedes correction"),
    one("correction naming the old value", USD_29, (NOT_29, CORRECTED), "supersedes correction"),
    one("correction of another value", money("$35 billion", 35e9, 1e9), (NOT_29, CORRECTED),
        "conflicts disjoint"),
    one("silent edit", USD_29, USD_2_9, "supersedes silent_edit", same_url=True),
    one("acknowledged at the same URL", USD_29, CORRECTED, "supersedes correction",
        same_url=True),
    one("updated tally at the same URL", dead("48", 48), dead("50", 50), "supersedes revision",
        same_url=True),
    # Microsoft Japan 2024 $2.9 bn / Microsoft Japan 2026 $10 bn
    one("two announcements", money("$2.9 billion", 2.9e9, 1e8, place="JP", **on("2024-04-09")),
        money("$10 billion", 1e10, 1e9, place="JP", **on("2026-04-03")),
        "follows later_decision", 17000),
    one("two announcements, dates not said", USD_2_9, money("$10 billion", 1e10, 1e9),
        "follows later_decision", 17000),
    # natives in two currencies: rate from the dated table, from the text, or none
    one("natives, dated table", USD_2_9, yen("4400億円", 4.4e11, 1e8), "restates converted"),
    one("natives, stated rate",
        (money("$2 billion", 2e9, 1e9, statement=0),
         yen("3400億円", 3.4e11, 1e8, role="conversion", implied_rate=Decimal(170), statement=0)),
        yen("3410億円", 3.41e11, 1e8), "restates converted"),
    one("natives, far apart", USD_2_9, yen("8800億円", 8.8e11, 1e8), "conflicts disjoint"),
    # magnitudes without their agency; tallies of tremors; offers without their stage
    one("magnitudes, no agency", quake("7.5", 7.5, ""), quake("7.6", 7.6, ""),
        "not_comparable measurer"),
    one("more tremors", count("479", 479, unit="quake", predicate="measure", slot="count"),
        count("1,248", 1248, unit="quake", predicate="measure", slot="count"),
        "supersedes update", hours=72),
    one("an offer raised, stage not said", money("$38.5 billion", 38.5e9, 1e8, predicate="acquire"),
        money("$47 billion", 47e9, 1e9, predicate="acquire"), "supersedes update", hours=1200),
    one("millions for billions of one offer",
        money("$58 billion", 5.8e10, 1e9, predicate="acquire", place="JP"),
        money("64 million Canadian dollars", 6.4e7, 1e6, currency="CAD", predicate="acquire",
              place="JP"), "conflicts magnitude"),
    # one quarter's loss, told by the end of the quarter and by the day of the results
    one("loss of a quarter", money("$1.61 billion", 1.61e9, 1e7, predicate="lose",
                                   **on("2024-06-30")),
        money("$1.6 billion", 1.6e9, 1e8, predicate="lose", **on("2024-08-01")),
        "coarsens rounded"),
    # a toll for the country, later and higher; for the region, later and lower
    one("toll of the country", dead("48", 48, place="JP-Ishikawa"), dead("168", 168, place="JP"),
        "supersedes update"),
    one("missing in the country", count("242", 242, predicate="missing", slot="count",
                                        place="JP-Ishikawa"),
        count("323", 323, predicate="missing", slot="count", place="JP"), "supersedes update"),
    one("toll of a region", dead("168", 168, place="JP"), dead("48", 48, place="JP-Ishikawa"),
        "not_comparable part_of"),
    one("a rate implied by a wrong figure", (USD_2_9,), (
        yen("440 billion yen", 4.4e11, 1e9),
        money("$10 billion", 1e10, 1e9, actors=("Other Oracle",), statement=7),
        yen("1.2 trillion yen", 1.2e12, 1e11, role="conversion", statement=7,
            implied_rate=Decimal(120), actors=("Other Oracle",))), "restates converted"),
    one("two words for what one plan is for",
        money("$8 billion", 8e9, 1e9, target="cloud services", period_months=120),
        money("$10 billion", 1e10, 1e9, target="data centres", period_months=120),
        "conflicts disjoint"),
    one("natives, no rate", USD_2_9, money("SEK 31 billion", 31e9, 1e9, currency="SEK"),
        "not_comparable no_rate"),
    # since 1978 = 46 years; about half a century; the day in two time zones; contained dates
    one("founded", SINCE, span("46 years", 46, "year", predicate="found"), "agrees derived"),
    one("half a century", SINCE,
        span("about half a century", 50, "year", bound="~", hedge="about", predicate="found"),
        "agrees rounded"),
    one("founded otherwise", SINCE, span("30 years", 30, "year", predicate="found"),
        "conflicts disjoint"),
    one("time zones", day("Tuesday", "2024-04-09"), day("4月10日", "2024-04-10"), "agrees equal"),
    one("this week", day("Wednesday", "2024-04-10"),
        day("cette semaine", "2024-04-08", "2024-04-14"), "agrees rounded"),
    one("early this month", day("Tuesday", "2024-04-09"),
        day("이달 초", "2024-04-01", "2024-04-30"), "agrees rounded"),
    one("the year only", day("24 October", "2008-10-24"), day("2008", "2008-01-01", "2008-12-31"),
        "coarsens rounded"),
    # population; direction; units of time; superlatives; participants; what is never compared
    one("population", count("3 million", 3e6, 1e6, predicate="train", population="workers"),
        count("3 million", 3e6, 1e6, predicate="train", population="citizens"),
        "differs population"),
    one("population not said", count("3 million", 3e6, 1e6, predicate="train"),
        count("3 million", 3e6, 1e6, predicate="train", population="workers"), "agrees equal"),
    one("direction",
        percent("5 %", 5, 1, predicate="earn", slot="change_rel", direction="up"),
        percent("5 %", 5, 1, predicate="earn", slot="change_rel", direction="down"),
        "conflicts direction"),
    one("24 months", span("2 years", 2, "year"), span("24 months", 24, "month"), "agrees equal"),
    one("largest", said("최대", None, None, kind="superlative", unit="largest", slot="rank"),
        said("largest", None, None, kind="superlative", unit="largest", slot="rank"),
        "agrees equal"),
    one("part of the actors", money("$2 billion", 2e9, 1e9, actors=TWO),
        money("$5 billion", 5e9, 1e9, actors=THREE), "not_comparable part_of"),
    one("another target",
        money("$2.9 billion", 2.9e9, 1e8, target="cloud infrastructure"),
        money("$5 billion", 5e9, 1e8, target="video games"), ""),
    one("a plan and another outcome", money("$10 billion", 1e10, 1e9, phase="planned"),
        money("$7 billion", 7e9, 1e9, phase="done"), "not_comparable phase"),
    one("per share", money("$18.19", 18.19, 0.01, per="share", predicate="acquire"),
        money("$47 billion", 4.7e10, 1e9, predicate="acquire"), "not_comparable per"),
    one("another slot", USD_2_9, money("$2.9 billion", 2.9e9, 1e8, slot="change_abs"), ""),
    one("another place", money("$2.9 billion", 2.9e9, 1e8, place="JP"),
        money("$3.7 billion", 3.7e9, 1e8, place="KR"), ""),
)  # fmt: skip


def _own(figures: tuple[Said, ...], number: int) -> list[Said]:
    """The figures of a case with an actor that no other case has."""
    return [
        replace(figure, actors=tuple(
            f"Firm {number}" if name in ("", "Microsoft") else f"{name} {number}"
            for name in figure.actors
        ))
        for figure in figures
    ]  # fmt: skip


SETS = (
    # reports months apart on one plan, known by the year until which it runs
    one("until one year",
        (money("$13.0 billion", 1.3e10, 1e8, place="JP"), year("2027", 2027)),
        (money("$14.9 billion", 1.49e10, 1e8, place="JP"), year("2027", 2027)),
        "conflicts disjoint, agrees equal", 2400),
    one("until another year",
        (money("$13.0 billion", 1.3e10, 1e8, place="JP"), year("2027", 2027)),
        (money("$14.9 billion", 1.49e10, 1e8, place="JP"), year("2031", 2031)),
        "follows later_decision, conflicts disjoint", 2400),
    # an amount in dollars that fits does not tell two close amounts in euros apart
    one("close in one currency",
        money("€3.2 billion", 3.2e9, 1e8, currency="EUR"),
        (money("almost €3.3 billion", 3.3e9, 1e8, currency="EUR"),
         money("$3.5 billion", 3.5e9, 1e8)),
        "conflicts disjoint, restates converted"),
)  # fmt: skip


@pytest.mark.parametrize("case", SETS, ids=lambda case: case.name)
def test_what_the_other_figures_of_both_reports_say(case: Case, tmp_path: Path) -> None:
    ledger = Warehouse(tmp_path / "ledger.duckdb")
    ledger.load(
        [article("a", *case.earlier, at=START), article("b", *case.later, at=later(case.hours))],
        run(),
    )
    expected = {
        tuple(words.split()) for words in " ".join(case.expected or ()).split(",") if words.strip()
    }
    told = "SELECT verdict, reason FROM {} WHERE dependence = 'independent'"
    assert set(ledger.query(told.format("news.verdicts")).rows) == expected
    assert set(ledger.query(told.format("mart.pairs()")).rows) == expected


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[tuple[str, ...]]]:
    articles = []
    for number, case in enumerate(CASES):
        url = f"https://example.org/{number}" if case.same_url else None
        articles += [
            article(f"case{number}a", *_own(case.earlier, number), at=START, url=url),
            article(f"case{number}b", *_own(case.later, number), at=later(case.hours), url=url),
        ]
    ledger = Warehouse(tmp_path_factory.mktemp("claims") / "ledger.duckdb")
    ledger.load(articles, run())
    found: dict[str, set[tuple[str, ...]]] = {case.name: set() for case in CASES}
    for document, *answer in ledger.query(
        """
        SELECT a.document, v.verdict, v.reason
        FROM mart.verdicts v
        JOIN mart.facts a ON a.fact_id = v.fact_id
        JOIN mart.facts b ON b.fact_id = v.earlier_fact_id
        WHERE a.version_id <> b.version_id
          AND a.role_in_statement = 'native' AND b.role_in_statement = 'native'
        """
    ).rows:
        found[CASES[int(document[4:-1])].name].add(tuple(answer))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, verdicts: Mapping[str, set[tuple[str, ...]]]) -> None:
    assert verdicts[case.name] == ({case.expected} if case.expected else set())


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
