"""Cleaning: the seeds line by line, families of page furniture, and what must never go."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.cleaning import PhraseRule, clean, line_key, normalise, phrase_rules
from extractors.rulebook import rule_languages, rules

SEEDS = Path(__file__).parents[3] / "seeds"


def seed(number: str) -> list[str]:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8").split("\n")


# Line numbers (from 1) that are no part of the article, read off the documents by hand.
NO_ARTICLE = {
    "000": {1, 23, 26, 27, 28, 50},
    "001": set(),
    "002": {1, 5, 7, 27, 28, 29, 30, 31, 32},
    "003": {17, 18},
    "004": {1, 48, 50, 52, 53, 54, 56, 58, *range(59, 79)},
}


@pytest.mark.parametrize("number", sorted(NO_ARTICLE))
def test_seed_loses_exactly_what_is_no_article(number: str) -> None:
    lines = seed(number)
    cleaned = clean(lines)
    assert {r.line + 1 for r in cleaned.removals} == NO_ARTICLE[number]
    filled = {i for i, line in enumerate(lines) if line.strip()}
    assert set(cleaned.kept) | {r.line for r in cleaned.removals} == filled
    assert all(r.rule and r.reason for r in cleaned.removals)


def test_seed_roles() -> None:
    korean = clean(seed("004")).roles
    assert {i + 1: role for i, role in korean.items()} == {
        3: "section",
        4: "section",
        16: "section",
        20: "speaker",
        31: "speaker",
    }
    bilingual = clean(seed("000")).roles
    assert bilingual[1] == "title"
    assert bilingual[24] == "dateline"
    assert bilingual[28] == "caption"


def test_title_is_the_first_headline_or_the_current_row_of_the_board() -> None:
    assert clean(seed("001")).title == 0
    assert clean(seed("002")).title == 2
    cleaned = clean(seed("004"))
    assert cleaned.title is None
    assert cleaned.page_title == (
        "미국 빅테크 기업들 일본에 대규모 투자‥일본 AI 분야 한국 앞서가나"
    )


def all_phrase_cases(key: str) -> list[tuple[str, str]]:
    return [
        (entry["id"], entry[key])
        for lang in rule_languages()
        for entry in rules(lang).get("phrases", ())
    ]


def rule_named(name: str) -> PhraseRule:
    return next(r for r in phrase_rules() if r.id == name)


@pytest.mark.parametrize(("name", "example"), all_phrase_cases("example"))
def test_phrase_rule_takes_out_its_example(name: str, example: str) -> None:
    rule = rule_named(name)
    line = normalise(example)
    assert rule.pattern.search(line)
    assert len(line) <= rule.max_len


@pytest.mark.parametrize(("name", "counter"), all_phrase_cases("counterexample"))
def test_phrase_rule_leaves_its_counterexample(name: str, counter: str) -> None:
    rule = rule_named(name)
    line = normalise(counter)
    assert not rule.pattern.search(line) or len(line) > rule.max_len
    assert len({r.id for r in phrase_rules()}) == len(phrase_rules())


BODY = [
    "Steel output rose 4.2 percent in March, the national statistics office said on Friday.",
    "Analysts had expected a smaller rise after two months of falling orders from carmakers.",
    "The figures were released as ministers met in Geneva to discuss new tariffs on imports.",
]


def kept_texts(lines: list[str]) -> list[str]:
    return [lines[i] for i in clean(lines).kept]


@pytest.mark.parametrize(
    "furniture",
    [
        # gnuboard, XE and phpBB lists
        [
            "번호 제목 글쓴이 날짜 조회수",
            "공지 게시판 이용 안내 운영자 2023-01-05 9120",
            "512 오늘 점심 메뉴 추천 받습니다 김철수 2023-04-02 31",
            "511 자전거 도난 주의하세요 이영희 2023-04-01 77",
            "510 중고 책상 팝니다 박민수 2023-04-01 12",
        ],
        ["No. Title Author Date", "31 Hello there anna 12.03.2022", "30 Test two bob 11.03.2022",
         "29 Old thread carl 10.03.2022"],
        # WordPress and Disqus forms
        ["Leave a Reply", "Your email address will not be published.", "Name *", "Email *",
         "Website", "Save my name, email, and website in this browser."],
        ["Laisser un commentaire", "Votre nom", "Votre adresse e-mail ne sera pas publiée."],
        # sign-offs
        ["취재 : 홍길동 / 편집 : 김영희", "▶ 제보는 카카오톡 @newsroom"],
        ["홍길동 기자 hong@example.com", "댓글 쓰기", "많이 본 뉴스"],
        ["取材・文:山田太郎", "関連記事", "無断転載を禁じます。"],
        ["Share on Facebook", "1,204 views", "https://example.com/news/1", "[email protected]"],
        ["Sur le même sujet", "La suite après cette publicité", "12 commentaires"],
    ],
)  # fmt: skip
def test_furniture_of_other_sites_goes_and_the_article_stays(furniture: list[str]) -> None:
    assert kept_texts([*BODY, *furniture]) == BODY


LOOK_ALIKES = [
    "The hotline, 02-784-4000, received 312 calls in its first week, the ministry said.",
    "Reporting by phone from Kyiv, a resident said the blast shook the whole district.",
    "2024.04.20 was the day the contract ended, and 1,200 workers were told to go home.",
    "“Share the burden,” the prime minister told Facebook and other platforms on Monday.",
    "경찰은 시민의 제보로 용의자를 붙잡았다고 20일 밝혔다.",
    "コメント欄には300件を超える書き込みがあったという。",
    "Le site compte 12 millions de lecteurs, selon le groupe, qui publie aussi un magazine.",
    "The subscriber count reached 3 million, and the newsletter now has a team of twelve.",
]


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_sentences_that_look_like_furniture_stay(line: str) -> None:
    assert kept_texts([BODY[0], line, BODY[1]]) == [BODY[0], line, BODY[1]]


def test_table_of_the_article_stays() -> None:
    table = [
        "1 Kyle Busch 5040 5 1 17",
        "2 Martin Truex 5035 7 0 15",
        "3 Kevin Harvick 5033 4 6 15",
        "4 Denny Hamlin 5027 6 3 19",
    ]
    assert kept_texts([BODY[0], *table, BODY[1]]) == [BODY[0], *table, BODY[1]]


def test_chronology_of_the_article_stays() -> None:
    events = [
        "2023-11-02 Talks begin in Vienna",
        "2023-12-14 First draft is leaked",
        "2024-01-09 Parliament votes it down",
    ]
    assert kept_texts([BODY[0], *events, BODY[1]]) == [BODY[0], *events, BODY[1]]


@pytest.mark.parametrize(
    ("teaser", "full"),
    [
        ("The bank said it would lend $1.", "The bank said it would lend $1.5 billion to Kenya."),
        ("Rescuers pulled the last min…", "Rescuers pulled the last miners out of the shaft."),
        ("Le groupe va investir 2,", "Le groupe va investir 2,9 milliards de dollars au Japon."),
    ],
)
def test_broken_off_teaser_goes(teaser: str, full: str) -> None:
    removals = clean([teaser, full, *BODY]).removals
    assert [(r.line, r.rule) for r in removals] == [(0, "teaser.truncated")]


def test_deck_that_opens_the_body_stays() -> None:
    deck = "The bank will lend Kenya money."
    lines = [deck, deck + " It named no sum, but said the first part would be paid in May.", *BODY]
    assert kept_texts(lines) == lines


def test_known_title_is_protected_even_if_it_reads_like_furniture() -> None:
    lines = ["You May Also Like", *BODY]
    assert 0 not in clean(lines).kept
    assert clean(lines, title="You may also like").title == 0
    assert clean(lines, title="You may also like").kept == (0, 1, 2, 3)


def test_memory_cuts_repeated_lines_but_no_figures() -> None:
    lines = ["Our correspondents cover the region", "Shares closed at $12", *BODY]
    memory = {line_key(line) for line in lines[:2]}
    cleaned = clean(["A quiet week on the markets of Asia", *lines], memory=memory)
    assert [(r.line, r.rule) for r in cleaned.removals] == [(1, "memory.frequent")]


def test_menu_only_keeps_nothing_and_says_so() -> None:
    lines = ["Home", "World news", "Sport and leisure today", "Contact us", "Log in"]
    cleaned = clean(lines)
    assert cleaned.kept == ()
    assert {r.line for r in cleaned.removals} == set(range(5))


def test_invisible_characters_do_not_hide_furniture() -> None:
    lines = ["Post a\u200b Comment\u202e", "\u200b\u200e", *BODY]
    assert kept_texts(lines) == BODY


def test_flash_of_one_line_stays() -> None:
    flash = "속보: 마이크로소프트 일본에 2년간 29억 달러 투자"
    assert kept_texts([flash]) == [flash]
