"""Clean articles with content that looks like page furniture must lose nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.cleaning import clean, line_key
from extractors.cleaning.vote import looks_whole

ARTICLES = {
    "fixtures": [
        "Four tests in five weeks: the summer programme",
        "The board published the fixtures for the summer on Tuesday, with no test before June.",
        "June 4, Leeds, 11.00",
        "June 12, Cardiff, 11.00",
        "June 20, London, 10.30",
        "July 2, Leeds, 11.00",
        "Tickets cost from $25 and go on sale on Monday, the board said.",
    ],
    "recipe": [
        "How a village bakes its bread",
        "The women of the village have shared one oven for 200 years, and one recipe.",
        "Ingredients",
        "500 g flour",
        "10 g salt",
        "7 g yeast",
        "1 egg",
        "Mix, wait an hour, and bake for 40 minutes at 220 degrees.",
        "“Nobody has ever written it down,” said Ana Silva, 81.",
    ],
    "interview": [
        "“We paid too much for the port”",
        "The minister talks about debt, trade and the $3 billion loan from China.",
        "Q: Why did you sign?",
        "A: Because nobody else offered us money at that time.",
        "Q: And now?",
        "A: We will pay back 40 percent by 2030.",
        "Q: Is that all?",
        "A: Yes.",
    ],
    "ranking": [
        "The ten largest banks lost ground last year, but the order at the top is the same.",
        "1. First National, $412 billion",
        "2. Harbour Trust, $398 billion",
        "3. Union Credit, $310 billion",
        "4. Old Colony, $204 billion",
        "The figures were compiled by the central bank and published on Friday.",
    ],
    "help": [
        "Thousands asked for help after the flood, and the lines were busy all day.",
        "The hotline is open from 8:00 to 20:00 under 02-784-4000, the city said.",
        "Help is also given at the town hall and at the school in Mill Street.",
    ],
    "korean": [
        "반도체 수출 두 달째 늘어",
        "산업통상자원부는 1일 4월 반도체 수출이 99억 6천만 달러로 56.1% 늘었다고 밝혔다.",
        "품목별로는 다음과 같다.",
        "- 반도체 99억 6천만 달러",
        "- 자동차 67억 9천만 달러",
        "- 선박 17억 달러",
        "장관은 “하반기에도 흐름이 이어질 것”이라고 말했다.",
    ],
    "japanese": [
        "新型ロケット、3度目の打ち上げへ",
        "宇宙航空研究開発機構は20日、新型ロケットを6月30日に打ち上げると発表した。",
        "これまでの経過",
        "2023年3月7日 1号機が失敗",
        "2024年2月17日 2号機が成功",
        "費用は1回約50億円で、これまでの半分になる見込みだ。",
        "担当者は「準備は順調だ」と話した。",
    ],
    "german": [
        "Drei Länder, drei Antworten auf die Dürre",
        "Die Pegel der Flüsse sinken seit Mai, und jedes Land geht anders damit um.",
        "Spanien",
        "Dort sind 40 Prozent der Felder ohne Wasser, wie das Ministerium mitteilte.",
        "Italien",
        "Im Norden wurde für 125 Gemeinden der Notstand ausgerufen.",
        "Frankreich",
        "Das Waschen von Autos ist dort in 60 Bezirken verboten.",
    ],
    "long list": [
        "Here are the winners of the film prizes in full, as announced in Cannes on Sunday night.",
        *(f"Best {kind}: {name}" for kind, name in zip(
            ("film", "director", "actor", "actress", "script", "short", "debut", "score"),
            ("Dry River", "Ana Ruiz", "Tom Berg", "Lea Blanc", "Low Tide", "Salt", "Noon", "Ida"),
            strict=True,
        )),
        "The prizes, worth 100,000 euros in all, are paid for by the city.",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(ARTICLES))
def test_article_alone_loses_nothing(name: str) -> None:
    lines = ARTICLES[name]
    assert [lines[r.line] for r in clean(lines).removals] == []


def test_addresses_that_an_article_lists_stay() -> None:
    lines = [
        "The library has put four collections of maps online, free for everyone to use.",
        "The oldest sheets are from 1570, and the last were drawn in 1931, the library said.",
        "Readers find the collections under these addresses:",
        "https://maps.example.org/coast",
        "https://maps.example.org/rivers",
        "https://maps.example.org/towns",
        "Another 2,000 sheets will be added in the spring, when the rooms are open again.",
    ]
    assert [lines[r.line] for r in clean(lines).removals] == []


def test_lone_address_goes() -> None:
    lines = [*ARTICLES["help"], "https://news.example.org/articles/2024/flood"]
    assert [r.rule for r in clean(lines).removals] == ["shape.address"]


MENU = [
    "Skip to content", "Menu", "Home", "World", "Business", "Sport", "Opinion", "Podcasts",
    "Videos", "Newsletters", "Search", "Log in", "Subscribe", "Contact us", "About us",
]  # fmt: skip
TAIL = [
    "Share on Facebook", "Share on Twitter", "Related articles", "Most read", "More from World",
    "Leave a comment", "Privacy policy", "Terms of use", "Cookie settings", "Contact us",
    "Advertise with us", "Jobs", "© 2024 Example Media. All rights reserved.",
]  # fmt: skip


@pytest.mark.parametrize("name", ["german", "japanese", "korean"])
def test_menus_around_an_article_go_and_its_figures_stay(name: str) -> None:
    article = ARTICLES[name]
    lines = [*MENU, *article, *TAIL]
    kept = [lines[i] for i in clean(lines).kept]
    assert not set(kept) & set(MENU + TAIL)
    sentences = [x for x in article if len(x) > 30 and x.endswith((".", "。", "다.", "た。"))]
    assert [x for x in kept if x in sentences] == sentences


SHORT_PAGES = {
    "japanese": (
        [
            "深海探査船、三度目の調査へ出発",
            "海洋研究機構は20日、深海探査船「しおさい」が三度目の調査のため横須賀港を出発したと"
            "発表した。調査は6月30日まで続き、乗組員42人が参加する。",
            "今回は水深6500メートルの海底で泥や岩を採取し、地震の起きる仕組みを調べる。機構に"
            "よると、費用は約50億円で、これまでの半分になる見込みだ。",
            "調査の責任者は会見で「準備は順調に進んでいる。若い研究者にも海の現場を見てもらい"
            "たい」と話した。結果は来年の春に公表される予定だ。",
        ],
        ["海洋新報", "トップ", "速報", "地域", "経済", "動画", "ランキング"],
        ["【関連記事】", "深海探査船、来月帰港へ", "気象衛星の画像を公開", "アクセスランキング",
         "県立図書館に新しい閲覧室", "市電の終電、30分繰り上げ", "コメント 12件",
         "利用規約", "プライバシーポリシー"],
    ),
    "korean": (
        [
            "반도체 수출 두 달째 늘어",
            "산업통상자원부는 1일 4월 반도체 수출이 99억 6천만 달러로 지난해 같은 달보다 56.1% "
            "늘었다고 밝혔다. 반도체 수출이 두 달 연속 늘어난 것은 2년 만이다.",
            "자동차 수출은 67억 9천만 달러로 10.3% 늘었고 선박 수출도 17억 달러를 기록했다. "
            "중국으로 가는 수출은 105억 달러로 다시 100억 달러를 넘었다.",
            "장관은 이날 울산의 조선소를 찾아 “하반기에도 흐름이 이어질 것으로 본다”며 수출 "
            "기업에 대한 지원을 늘리겠다고 말했다.",
        ],
        ["본문 바로가기", "해양일보", "정치", "경제", "사회", "국제", "구독"],
        ["관련 뉴스", "섬 마을 학교 다시 문 연다", "도심 하천에 수달 돌아와", "댓글 12",
         "많이 본 뉴스", "지하철 막차 30분 늦춘다", "이용약관", "개인정보처리방침",
         "© 해양일보"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SHORT_PAGES))
def test_few_menus_around_an_article_are_enough(name: str) -> None:
    article, above, below = SHORT_PAGES[name]
    lines = [*above, *article, *below]
    assert [lines[i] for i in clean(lines).kept] == article


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        # Menus at both ends of a short page, though none that is beyond doubt.
        ([0.15] * 3 + [0.95] * 5 + [0.15] * 4, True),
        # A list at the end of an article, and one with a section's name above it.
        ([0.95] * 9 + [0.1] * 20, False),
        ([0.1] + [0.95] * 9 + [0.1] * 20, False),
        # Too few of so many lines; and nothing that is surely an article.
        ([0.15] * 3 + [0.95] * 30 + [0.15] * 4, False),
        ([0.15] * 12, False),
        # Many lines that are beyond doubt, at one end only.
        ([0.95] * 9 + [0.01] * 6, True),
        ([0.15] * 30 + [0.95] * 50 + [0.15] * 30, False),
    ],
)
def test_whole_pages_are_told_by_their_ends(probability: list[float], expected: bool) -> None:
    assert looks_whole(np.array(probability)) is expected


def test_the_vote_names_itself() -> None:
    lines = [*MENU, *ARTICLES["german"], *TAIL]
    removals = clean(lines).removals
    assert {r.rule for r in removals if r.line < len(MENU)} <= {"vote.outside", "en.subscribe"}
    assert all(r.reason for r in removals)


def test_lines_that_an_extraction_chose_are_not_voted_on() -> None:
    lines = [*MENU, *ARTICLES["german"]]
    assert not {r.rule for r in clean(lines, whole_page=False).removals} & {
        "vote.outside",
        "vote.inside",
    }


def test_declared_language_names_the_removal_and_changes_nothing_else() -> None:
    body = ARTICLES["help"]
    # "Newsletter" is a menu item in English and in German.
    lines = [*body, "Newsletter", "Kontakt"]
    german, english = clean(lines, lang="de"), clean(lines, lang="en")
    assert german.kept == english.kept == (0, 1, 2)
    assert [r.rule for r in german.removals] == ["de.menu", "de.menu"]


@settings(deadline=None)  # the first call reads the tables
@given(
    st.lists(
        st.one_of(
            st.sampled_from([x for lines in ARTICLES.values() for x in lines] + MENU + TAIL),
            st.text(max_size=80),
        ),
        max_size=60,
    )
)
def test_every_line_is_kept_or_removed_once_and_always_alike(lines: list[str]) -> None:
    cleaned = clean(lines)
    removed = [r.line for r in cleaned.removals]
    assert not set(removed) & set(cleaned.kept)
    assert removed == sorted(set(removed))
    assert set(cleaned.roles) <= set(cleaned.kept)
    assert clean(lines) == cleaned


def test_memory_never_takes_a_figure() -> None:
    for lines in ARTICLES.values():
        lost = {lines[r.line] for r in clean(lines, memory={line_key(x) for x in lines}).removals}
        assert not any("billion" in x or "Prozent" in x or "달러" in x for x in lost)
