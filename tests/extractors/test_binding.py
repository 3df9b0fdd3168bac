"""Every example of every binding lexicon, and the grammar that binds beyond them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors import facts, lexicon
from extractors.records import Fact, Line, LineRole, Passage

PUBLISHED = datetime(2024, 8, 2, 9, 0, tzinfo=UTC)


def bound(lang: str, *texts: str, roles: dict[int, LineRole] | None = None) -> tuple[Fact, ...]:
    """Facts of an article of one passage whose lines are `texts`."""
    lines, at = [], 0
    for i, text in enumerate(texts):
        lines.append(Line(at, at + len(text), text, (roles or {}).get(i, "body")))
        at += len(text) + 1
    passage = Passage(lang, 1.0, 0, len(lines) - 1)
    return facts.bind(
        lines,
        range(len(lines)),
        [passage],
        published_at=PUBLISHED,
    )


def fact_of(found: tuple[Fact, ...], surface: str) -> Fact:
    """The fact whose surface is, or contains, the given words."""
    return next(f for f in found if surface in f.quantity.surface or f.quantity.surface in surface)


EXAMPLES = [(lang, example) for lang in lexicon.languages() for example in lexicon.examples(lang)]


@pytest.mark.parametrize(
    ("lang", "example"), EXAMPLES, ids=lambda v: v if isinstance(v, str) else v["surface"]
)
def test_every_example_of_the_lexicon(lang: str, example: dict[str, str]) -> None:
    fact = fact_of(bound(lang, example["text"]), example["surface"])
    assert fact.predicate == example["predicate"]
    if "actor" in example:
        assert fact.actor == example["actor"]
    if "beneficiary" in example:
        assert example["beneficiary"] in [
            p.entity for p in fact.participants if p.role == "beneficiary"
        ]
    for name in ("phase", "place", "scope", "population", "slot"):
        if name in example:
            assert getattr(fact, name) == example[name]


def test_two_actors_in_one_sentence_keep_their_own_amounts() -> None:
    found = bound(
        "ko",
        "이달 초 마이크로소프트사가 일본에 4조 원을 투자한다고 밝힌 데 이어서, "
        "오라클도 11조 원을 투자하겠다고 발표했는데요.",
    )
    assert fact_of(found, "4조 원").actor == "Microsoft"
    assert fact_of(found, "11조 원").actor == "Oracle"


def test_a_sentence_without_subject_follows_the_topic_before_it() -> None:
    found = bound(
        "ko",
        "미국 오라클도 일본 투자에 나섰습니다.",
        "올해부터 10년간 80억 달러를 도쿄와 오사카의 데이터센터에 쏟아 붇습니다.",
    )
    fact = fact_of(found, "80억 달러")
    assert (fact.actor, fact.predicate, fact.place) == ("Oracle", "invest", "JP")
    assert fact.period_months == 120
    assert fact.confidence < 0.8


def test_the_company_is_the_one_named_last() -> None:
    found = bound(
        "en",
        "Intel reported results on Thursday.",
        "The company said it would cut 15,000 jobs.",
    )
    assert fact_of(found, "15,000 jobs").actor == "Intel"


def test_joint_funders_are_all_actors() -> None:
    found = bound(
        "en",
        "These partnerships will be supported to the tune of $110 million by private companies, "
        "including Microsoft, Nvidia and Amazon, as well as the Japanese SoftBank Group and its "
        "British subsidiary Arm.",
    )
    fact = fact_of(found, "$110 million")
    actors = [p.entity for p in fact.participants if p.role == "actor"]
    assert actors == ["Microsoft", "Nvidia", "Amazon", "SoftBank Group", "Arm"]
    assert (fact.predicate, fact.scope) == ("fund", "inclusive")


def test_additional_money_is_told_from_inclusive() -> None:
    found = bound(
        "fr",
        "Nvidia, Amazon et d’autres entreprises soutiendront ces partenariats avec un financement "
        "supplémentaire de 110 millions de dollars.",
    )
    fact = fact_of(found, "110 millions de dollars")
    assert [p.entity for p in fact.participants if p.role == "actor"] == ["Nvidia", "Amazon"]
    assert fact.scope == "additional"


def test_a_conversion_belongs_to_its_native_amount() -> None:
    found = bound(
        "ja", "マイクロソフトは今後2年間に29億ドル(約4400億円)の投資を行うことを明らかにした。"
    )
    native, conversion = fact_of(found, "29億ドル"), fact_of(found, "約4400億円")
    assert (native.role, conversion.role) == ("native", "conversion")
    assert native.statement == conversion.statement
    assert conversion.implied_rate is not None
    assert 151 < conversion.implied_rate < 152


def test_a_rounded_headline_is_an_echo_of_the_body() -> None:
    found = bound(
        "en",
        "Microsoft will invest nearly $3 billion in Japan",
        "Microsoft announced Tuesday that it would invest $2.9 billion in Japan.",
        roles={0: "title"},
    )
    assert fact_of(found, "nearly $3 billion").role == "echo"
    assert fact_of(found, "$2.9 billion").role == "native"
    assert len({f.statement for f in found if f.quantity.kind == "money"}) == 1


def test_a_toll_is_caused_by_the_disaster_not_by_who_reports_it() -> None:
    found = bound(
        "en",
        "The earthquake that struck the Noto Peninsula killed 72 people.",
        "In Ishikawa, 33,446 people had been evacuated, the government of Japan said.",
    )
    assert fact_of(found, "72 people").actor == "Noto earthquake"
    assert fact_of(found, "72 people").predicate == "kill"
    assert fact_of(found, "33,446 people").actor == "Noto earthquake"
    assert fact_of(found, "33,446 people").predicate == "displace"


def test_who_is_counted_is_kept_apart() -> None:
    workers = bound("en", "Microsoft will train three million Japanese workers.")
    people = bound("en", "Microsoft will train over three million people.")
    travailleurs = bound(
        "fr", "Microsoft s’est engagé à former 3 millions de travailleurs japonais."
    )
    assert fact_of(workers, "three million").population == "worker JP"
    assert fact_of(people, "three million").population is None
    assert fact_of(travailleurs, "3 millions").population == "worker JP"


def test_an_acknowledged_correction_is_marked() -> None:
    found = bound(
        "en",
        "Correction: Microsoft will invest $2.9 billion in Japan, not $29 billion as stated.",
    )
    assert fact_of(found, "$2.9 billion").correction


def test_a_language_without_a_lexicon_yields_no_facts() -> None:
    assert bound("xx", "Microsoft 2.9 billion dollars") == ()


def test_who_is_fined_is_not_who_fines() -> None:
    found = bound(
        "fr",
        "La Commission européenne a rendu sa décision lundi.",
        "Meta devra payer 798 millions d’euros d’amende.",
    )
    assert fact_of(found, "798 millions").actor == "European Commission"
    headline = bound(
        "ja",
        "グーグルに20億円の課徴金",
        "公正取引委員会が5日、発表した。",
        roles={0: "title"},
    )
    assert fact_of(headline, "20億円").actor != "Google"


def test_a_country_s_rate_is_set_by_its_central_bank() -> None:
    fact = fact_of(bound("ko", "호주 기준금리 4.1%로 인하"), "4.1%")
    assert (fact.actor, fact.predicate) == ("Reserve Bank of Australia", "set_rate")
    assert fact.place == "AU"


def test_tolls_are_counted_by_town() -> None:
    found = bound(
        "ja",
        "台湾東部の花蓮で地震があり、死者18人、行方不明3人となった。",
        "台北市は5人、宜蘭県で2人だった。",
    )
    dead, lost = fact_of(found, "18人"), fact_of(found, "3人")
    assert (dead.predicate, lost.predicate) == ("kill", "missing")
    assert dead.actor == "Hualien earthquake"
    town = bound("en", "The earthquake in Turkey killed 812 people.", "Istanbul reports 40 deaths.")
    assert fact_of(town, "812 people").place == "TR"
    assert fact_of(town, "40 deaths").place == "TR-Istanbul"


def test_a_magnitude_is_a_reading_on_a_scale() -> None:
    found = bound("en", "A 7.4-magnitude earthquake struck Taiwan on Wednesday.")
    fact = fact_of(found, "7.4")
    assert (fact.predicate, fact.quantity.unit) == ("measure", "magnitude")


def test_a_year_may_begin_or_end_what_is_told() -> None:
    found = bound("en", "Siemens will invest 500 million euros in Poland by 2027.")
    assert fact_of(found, "2027").slot == "end"
    found = bound("ko", "현대자동차는 2028년까지 미국에 210억 달러를 투자한다.")
    assert fact_of(found, "2028").slot == "end"


def test_the_place_of_a_plan_carries_over_for_its_actor_only() -> None:
    found = bound(
        "en",
        "Nissan will build a plant in Mexico, the company said.",
        "Nissan will invest $700 million in Mexico over five years.",
        "Nissan invested $200 million last year.",
        "Honda invested $300 million last year.",
    )
    assert fact_of(found, "$200 million").place == "MX"
    assert fact_of(found, "$300 million").place is None


def test_a_takeover_is_where_its_target_is() -> None:
    fact = fact_of(bound("en", "Nippon Steel acquired U.S. Steel for $14.9 billion."), "$14.9")
    assert (fact.actor, fact.place) == ("Nippon Steel", "US")


def test_a_name_that_no_table_lists_acts_at_low_confidence() -> None:
    found = bound("en", "Quantrex will cut 300 jobs this year.")
    fact = fact_of(found, "300 jobs")
    assert (fact.actor, fact.predicate) == ("Quantrex", "cut_jobs")
    assert fact.confidence < 0.9
    found = bound("ko", "한빛솔라사는 공장에 500억 원을 투자한다고 밝혔다.")
    assert fact_of(found, "500억 원").actor == "한빛솔라"


def test_an_erratum_is_about_its_article() -> None:
    found = bound(
        "en",
        "Toyota to invest $1.4 billion in Indiana",
        "Honda announced a plan of $2 billion earlier.",
        "Correction: an earlier version of this story gave the amount as $14 billion.",
        roles={0: "title"},
    )
    fact = fact_of(found, "$14 billion")
    assert (fact.actor, fact.correction) == ("Toyota", True)


def test_two_results_in_one_sentence_keep_their_own_names() -> None:
    found = bound("ko", "삼성전자는 1분기 매출 71조9156억원, 영업이익 6조6060억원을 기록했다.")
    assert fact_of(found, "71조9156억원").predicate == "earn"
    assert fact_of(found, "6조6060억원").predicate == "profit"
    found = bound("ja", "トヨタ自動車の売上高が45兆953億円、純利益が4兆9449億円だった。")
    assert fact_of(found, "45兆953億円").predicate == "earn"
    assert fact_of(found, "4兆9449億円").predicate == "profit"


def test_injured_and_dead_are_not_mixed() -> None:
    found = bound("ko", "부상자는 300명을 넘었고 사망자는 62명이다.")
    assert fact_of(found, "300명").predicate == "injure"
    assert fact_of(found, "62명").predicate == "kill"


def test_a_plan_is_no_deed_and_a_denial_no_plan() -> None:
    assert fact_of(bound("en", "Intel plans to cut 15,000 jobs."), "15,000 jobs").phase == "planned"
    denied = bound("en", "The company said: Intel did not cut 15,000 jobs.")
    assert fact_of(denied, "15,000 jobs").phase == "denied"


def test_a_measurement_is_its_agencys() -> None:
    found = bound("en", "Inflation rose to 3.4% in May, according to INSEE.")
    assert fact_of(found, "3.4%").measurer == "INSEE"
    found = bound("en", "Inflation rose to 3.4% in May, according to Brad Smith.")
    assert fact_of(found, "3.4%").measurer is None


def test_a_weekday_dates_what_stands_beside_it_and_an_event_only() -> None:
    found = bound("en", "Revenue rose 5% on Thursday.", "Ford announced on Thursday 300 job cuts.")
    thursdays = [f for f in found if f.quantity.surface.endswith("Thursday")]
    assert [f.predicate for f in thursdays] == ["announce"]


def test_an_ordinal_that_nothing_governs_is_no_fact() -> None:
    assert bound("en", "The first approach was friendly.") == ()


def test_a_record_is_told_once() -> None:
    found = bound(
        "en", "The Bank of Japan raised its policy rate to 0.5%, the highest in 17 years."
    )
    assert [(f.quantity.kind, f.slot) for f in found] == [
        ("percent", "level"),
        ("duration", "rank"),
    ]


@pytest.mark.parametrize(
    ("lang", "text", "surface", "verb"),
    [
        ("en", "Toyota is recalling about 1.2 million vehicles.", "1.2 million", "recalling"),
        ("ja", "トヨタは米国で120万台をリコールする。", "120万台", "リコール"),
        ("ko", "현대차는 미국에서 120만대를 리콜한다고 밝혔다.", "120만대", "리콜"),
        ("zh", "丰田在美国召回120万辆汽车。", "120万辆", "召回"),
        ("de", "Toyota ruft in den USA 1,2 Millionen Fahrzeuge zurück.", "1,2 Millionen", "ruft"),
    ],
)
def test_what_the_vocabulary_lacks_keeps_its_verb(
    lang: str, text: str, surface: str, verb: str
) -> None:
    fact = fact_of(bound(lang, text), surface)
    assert (fact.predicate, fact.verb) == ("other", verb)


def test_a_seat_of_government_acts_for_it() -> None:
    fact = fact_of(bound("en", "Brussels fined Meta €798 million."), "€798 million")
    assert (fact.actor, fact.place) == ("European Commission", "EU")


def test_bare_government_is_the_one_of_the_language_or_of_the_country_named() -> None:
    ours = bound("ko", "정부는 피해 지역에 1200억 원을 지원한다.")
    theirs = bound("ko", "프랑스 정부는 피해 지역에 1200만 유로를 지원한다.")
    assert ours[0].actor == "Government of South Korea"
    assert theirs[0].actor == "Government of France"


def test_a_share_of_sales_belongs_to_what_was_told_before() -> None:
    found = bound(
        "en",
        "The European Commission fined Apple €1.8 billion.",
        "That is 0.5% of its global revenue.",
    )
    share = fact_of(found, "0.5%")
    assert (share.predicate, share.slot) == ("fine", "share")


def test_cuts_to_a_number_tell_who_stays() -> None:
    found = bound("en", "Intel cut its workforce to 75,000 people.")
    assert (found[0].predicate, found[0].actor) == ("employ", "Intel")


def test_votes_go_to_the_candidate_beside_them() -> None:
    found = bound("en", "Trump won 312 electoral votes and 226 went to Harris in the election.")
    assert fact_of(found, "312").actor == "Donald Trump"
    assert fact_of(found, "226").actor == "Kamala Harris"


def test_amounts_of_one_event_share_its_period() -> None:
    found = bound(
        "en",
        "Oracle to invest $8 billion in Japan",
        "Oracle will invest the money over the next 10 years.",
        roles={0: "title"},
    )
    assert fact_of(found, "$8 billion").period_months == 120


def test_a_company_described_by_its_nation_is_the_one_named_last_of_it() -> None:
    found = bound(
        "en",
        "Alimentation Couche-Tard withdrew its bid for Seven & i Holdings.",
        "Shares in the Japanese company fell 9%.",
    )
    assert fact_of(found, "9%").actor == "Seven & i Holdings"


def test_who_is_granted_money_is_the_beneficiary_of_the_authority_that_the_text_names() -> None:
    found = bound(
        "en",
        "TSMC wins $6.6 billion US grant for Arizona plant",
        "The Commerce Department said the money is for three plants.",
        roles={0: "title"},
    )
    fact = fact_of(found, "$6.6 billion")
    assert fact.actor == "US Department of Commerce"
    assert "TSMC" in [p.entity for p in fact.participants if p.role == "beneficiary"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [  # from_before, to_after
        ("en", "The Riksbank cut its policy rate from 2.25% to 2%."),
        ("de", "Die EZB senkt den Leitzins von 2,25 % auf 2 %."),
        ("fr", "La BCE abaisse son taux directeur de 2,25 % à 2 %."),
        ("es", "El BCE baja su tipo de interés del 2,25 % al 2 %."),
        ("pt", "O BCE reduziu a taxa de juros de 2,25% para 2%."),
        ("zh", "欧洲央行将政策利率从2.25%下调至2%。"),
    ],
)
def test_what_a_rate_left_is_its_previous_level(lang: str, text: str) -> None:
    found = bound(lang, text)
    slots = {float(f.quantity.value or 0): f.slot for f in found if f.quantity.kind == "percent"}
    assert slots == {2.25: "previous", 2.0: "level"}


@pytest.mark.parametrize(
    ("lang", "text"),
    [  # span_link
        ("en", "Toyota will invest $8 billion in Ohio from 2026 to 2030."),
        ("de", "Toyota investiert zwischen 2026 und 2030 8 Milliarden Dollar in Ohio."),
        ("fr", "Toyota investira 8 milliards de dollars dans l’Ohio entre 2026 et 2030."),
        ("es", "Toyota invertirá 8.000 millones de dólares en Ohio entre 2026 y 2030."),
        ("pt", "A Toyota investirá 8 bilhões de dólares em Ohio entre 2026 e 2030."),
        ("ja", "トヨタは2026年から2030年にオハイオ州で80億ドルを投資する。"),
        ("ko", "도요타는 2026년부터 2030년까지 오하이오에 80억 달러를 투자한다."),
        ("zh", "丰田将从2026年至2030年在俄亥俄州投资80亿美元。"),
    ],
)
def test_linked_years_are_the_ends_of_one_span(lang: str, text: str) -> None:
    found = bound(lang, text)
    years = {f.quantity.date_start.year: f.slot for f in found if f.quantity.date_start}
    assert years == {2026: "start", 2030: "end"}
    assert [f.period_months for f in found if f.quantity.kind == "money"] == [60]


def test_two_years_in_a_list_are_no_span() -> None:
    found = bound("en", "Toyota opened plants in 2019 and 2023.")
    assert {f.slot for f in found if f.quantity.kind == "year"} == {"event_date"}


@pytest.mark.parametrize(
    ("lang", "text", "surface"),
    [  # growth
        ("en", "Consumer prices rose 2.7% in June from a year earlier.", "2.7%"),
        ("de", "Die Verbraucherpreise stiegen im Juni um 2,7 %.", "2,7 %"),
        ("fr", "Les prix à la consommation ont augmenté de 2,7 % en juin.", "2,7 %"),
        ("es", "Los precios al consumo subieron un 2,7 % en junio.", "2,7 %"),
        ("pt", "Os preços ao consumidor subiram 2,7% em junho.", "2,7%"),
        ("ja", "6月の消費者物価は前年同月比2.7%上昇した。", "2.7%"),
        ("ko", "6월 소비자물가는 전년 동월 대비 2.7% 상승했다.", "2.7%"),
        ("zh", "6月消费者物价同比上涨2.7%。", "2.7%"),
    ],
)
def test_prices_that_rise_are_inflation_of_that_level(lang: str, text: str, surface: str) -> None:
    fact = fact_of(bound(lang, text), surface)
    assert (fact.predicate, fact.slot, fact.target) == ("measure", "level", "inflation")


def test_an_unemployment_figure_that_rises_is_a_change() -> None:
    fact = fact_of(bound("en", "The number of unemployed rose 2.7% in June."), "2.7%")
    assert fact.slot == "change_rel"


@pytest.mark.parametrize(
    ("lang", "text", "surface", "indicator"),
    [  # indicators
        ("en", "Inflation was 3.1% and unemployment 4.2% in May.", "3.1%", "inflation"),
        ("en", "Inflation was 3.1% and unemployment 4.2% in May.", "4.2%", "unemployment"),
        ("de", "Die Arbeitslosenquote lag im Mai bei 6,3 %.", "6,3 %", "unemployment"),
        ("fr", "Le taux de chômage s’établit à 7,4 % en mai.", "7,4 %", "unemployment"),
        ("es", "El PIB creció un 0,8 % en el segundo trimestre.", "0,8 %", "economic growth"),
        ("pt", "A taxa de desemprego foi de 6,9% em maio.", "6,9%", "unemployment"),
        ("ja", "5月の完全失業率は2.6%だった。", "2.6%", "unemployment"),
        ("ko", "5월 실업률은 2.8%를 기록했다.", "2.8%", "unemployment"),
        ("zh", "5月城镇失业率为5.1%。", "5.1%", "unemployment"),
    ],
)
def test_a_measured_figure_is_of_the_indicator_beside_it(
    lang: str, text: str, surface: str, indicator: str
) -> None:
    fact = fact_of(bound(lang, text), surface)
    assert (fact.predicate, fact.target) == ("measure", indicator)


@pytest.mark.parametrize(
    ("lang", "text"),
    [  # bank
        ("en", "Swedish central bank cuts its key rate to 2%."),
        ("en", "The Swedish central bank cut its key rate to 2%."),
        ("de", "Die schwedische Notenbank senkt den Leitzins auf 2 %."),
        ("fr", "La banque centrale suédoise abaisse son taux directeur à 2 %."),
        ("es", "El banco central de Suecia baja su tipo de interés al 2 %."),
        ("pt", "O banco central da Suécia reduziu a taxa de juros para 2%."),
        ("ja", "スウェーデン中央銀行は政策金利を2%に引き下げた。"),
        ("ko", "스웨덴 중앙은행은 기준금리를 2%로 인하했다."),
        ("zh", "瑞典央行将政策利率下调至2%。"),
    ],
)
def test_a_central_bank_may_be_named_by_its_nation(lang: str, text: str) -> None:
    fact = next(f for f in bound(lang, text) if f.quantity.kind == "percent")
    assert (fact.predicate, fact.actor) == ("set_rate", "Riksbank")


@pytest.mark.parametrize(
    ("lang", "text", "surface"),
    [  # part_before
        ("en", "Ford will cut 4,000 jobs, including 2,900 jobs in Germany.", "2,900 jobs"),
        ("de", "Ford streicht 4.000 Stellen, davon 2.900 Stellen in Deutschland.", "2.900 Stellen"),
        ("fr", "Ford supprime 4 000 emplois, dont 2 900 postes en Allemagne.", "2 900 postes"),
        ("es", "Ford recorta 4.000 empleos, de ellos 2.900 empleos en Alemania.", "2.900 empleos"),
        ("pt", "A Ford corta 4.000 empregos, sendo 2.900 empregos na Alemanha.", "2.900 empregos"),
        ("ja", "フォードは4000人を削減し、うち2900人がドイツだ。", "2900人"),
        ("ko", "포드는 4000명을 감원하며 이 중 2900명은 독일이다.", "2900명"),
        ("zh", "福特将裁员4000人,其中2900人在德国。", "2900人"),
    ],
)
def test_a_part_of_a_figure_says_so(lang: str, text: str, surface: str) -> None:
    fact = fact_of(bound(lang, text), surface)
    assert (fact.predicate, fact.actor, fact.scope) == ("cut_jobs", "Ford", "part_of")


def test_one_figure_after_another_is_no_part_of_it() -> None:
    found = bound("en", "Ford will cut 4,000 jobs in Germany, then 2,900 jobs in Britain.")
    assert fact_of(found, "2,900 jobs").scope is None


@pytest.mark.parametrize(
    ("lang", "text"),
    [  # risen_before: a bare number far behind the word for the dead
        (
            "en",
            "The death toll from the earthquake that shook the coast of the Noto Peninsula on "
            "Monday has risen to 94.",
        ),
        (
            "de",
            "Die Zahl der Toten nach dem schweren Erdbeben an der Küste der Halbinsel Noto in "
            "Japan ist auf 94 gestiegen.",
        ),
        (
            "fr",
            "Le nombre de morts après le violent séisme qui a secoué la péninsule de Noto au "
            "Japon est passé à 94.",
        ),
    ],
)
def test_what_a_toll_has_risen_to_counts_people(lang: str, text: str) -> None:
    tolls = [f for f in bound(lang, text) if f.predicate == "kill"]
    assert [(f.quantity.value, f.quantity.unit) for f in tolls] == [(Decimal(94), "person")]


def test_a_bare_number_far_from_the_toll_counts_nobody() -> None:
    found = bound(
        "en",
        "The death toll from the earthquake that shook the coast of the Noto Peninsula is told on "
        "page 94.",
    )
    assert found == ()


@pytest.mark.parametrize(
    ("lang", "text"),
    [  # peak: a short time is a record only with a word for the extreme
        ("ja", "失業率は2.9%となり、8カ月ぶりの高水準だった。"),
        ("ko", "실업률은 2.9%로 8개월 만에 최고를 기록했다."),
    ],
)
def test_a_short_time_makes_a_record_beside_an_extreme(lang: str, text: str) -> None:
    found = bound(lang, text)
    assert [f.slot for f in found if f.quantity.kind == "duration"] == ["rank"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ja", "日銀は8カ月ぶりに政策金利を0.5%に引き上げた。"),
        ("ko", "한국은행은 8개월 만에 기준금리를 2.5%로 인하했다."),
    ],
)
def test_what_merely_happens_again_is_no_record(lang: str, text: str) -> None:
    assert "rank" not in [f.slot for f in bound(lang, text)]


@pytest.mark.parametrize(
    ("lang", "text", "day"),
    [
        ("en", "Regulators opened an investigation into Meta on 4 May 2023.", "4 May 2023"),
        ("fr", "L'enquête, ouverte en juin 2021, vise Meta.", "juin 2021"),
        ("de", "Die EU leitete ein Verfahren im Mai 2023 gegen Meta ein.", "Mai 2023"),
        ("es", "La fiscalía abrió una investigación el 4 de mayo de 2023.", "4 de mayo de 2023"),
        ("ja", "公取委は2023年5月に調査を開始した。", "2023年5月"),
        ("ko", "공정위는 2023년 5월 조사를 시작했다.", "2023년 5월"),
    ],
)
def test_an_inquiry_is_opened_as_no_plant_is(lang: str, text: str, day: str) -> None:
    assert fact_of(bound(lang, text), day).predicate != "open"


def test_a_press_conference_is_an_announcement() -> None:
    found = bound("ko", "오라클은 지난 19일 도쿄에서 기자회견을 열고 시설을 키우겠다고 했다.")
    assert fact_of(found, "19일").predicate == "announce"


def test_amounts_without_a_word_for_it_go_on_with_what_all_money_was_for() -> None:
    found = bound(
        "de",
        "Oracle investiert bis 2026 zwei Milliarden Euro in Rechenzentren für Kunden wie Bayer "
        "und RWE.",
        "Mit umgerechnet 2,2 Milliarden Dollar liegt Deutschland damit vor Spanien.",
    )
    fact = fact_of(found, "2,2 Milliarden Dollar")
    assert (fact.predicate, fact.actor) == ("invest", "Oracle")


def test_who_owns_the_shares_is_told_right_beside_them() -> None:
    found = bound(
        "ja", "クシュタールが提案を撤回すると発表したのを受け、トヨタの株価は2007円で取引を終えた。"
    )
    assert fact_of(found, "2007円").actor == "Toyota"


def test_a_duration_goes_with_money_that_is_put_into_something() -> None:
    found = bound(
        "de",
        "Rund 3,2 Milliarden Euro will Microsoft in den kommenden zwei Jahren ausgeben, um seine "
        "Rechenzentren auszubauen.",
    )
    assert fact_of(found, "Milliarden Euro").predicate == "invest"
    assert fact_of(found, "zwei Jahren").predicate == "invest"


def test_what_runs_until_one_year_covers_what_is_told_of_that_year() -> None:
    found = bound(
        "ja",
        "オラクルは2027年までにおよそ2兆円を投資する計画を公表した。",
        "オラクルは2023年から2027年までの5年間で149億ドルを投じるという。",
        "オラクルの2022年までの10年余りの投資額は1兆5100億円だった。",
    )
    assert fact_of(found, "2兆円").period_months == 60
    assert fact_of(found, "1兆5100億円").period_months == 120


@pytest.mark.parametrize(
    ("lang", "text", "surface"),
    [
        ("en", "Toyota said 15,000 people would leave the company.", "15,000"),
        ("fr", "Environ 15 000 salariés de Toyota seront touchés par les suppressions.", "15 000"),
        ("de", "Bei Toyota müssen 15.000 Mitarbeiter gehen.", "15.000"),
        ("de", "15.000 Mitarbeiter verlieren bei Toyota ihren Job.", "15.000"),
        ("de", "Toyota will die Zahl der Beschäftigten um 15 Prozent senken.", "15 Prozent"),
    ],
)
def test_staff_who_have_to_go_are_not_employed(lang: str, text: str, surface: str) -> None:
    assert fact_of(bound(lang, text), surface).predicate == "cut_jobs"


def test_votes_by_which_something_passes_are_no_change() -> None:
    assert fact_of(bound("en", "The bill passed by 218 votes to 210."), "218").slot == "count"


def test_a_forecast_that_is_revised_corrects_nothing() -> None:
    found = bound("ja", "トヨタは通期の営業利益予想を2兆円に上方修正した。")
    assert not any(fact.correction for fact in found)
    assert all(f.correction for f in bound("ja", "記事中の営業利益は2兆円に修正しました。"))


def test_a_ministry_is_named_by_what_it_is_for() -> None:
    found = bound("en", "The Ministry of Industry granted $2.9 billion to the plant.")
    fact = fact_of(found, "$2.9 billion")
    assert (fact.predicate, fact.actor) == ("fund", "Ministry of Industry")
