"""Kinds of pages: pages in the markup of real systems, with gold by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from html_samples import PARAGRAPHS, page

from extractors.html import extract, words
from extractors.html.kinds import Signs, kind, signs
from extractors.html.metadata import Metadata
from extractors.html.tree import parse

PAGES = Path(__file__).parent / "pages" / "kinds"
GOLD = yaml.safe_load((PAGES / "gold.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(GOLD))
def test_kind_and_metadata_of_pages_in_real_markup(name: str) -> None:
    gold = GOLD[name]
    found = extract((PAGES / name).read_text(encoding="utf-8"))
    said = found.said
    assert found.kind == gold["kind"]
    stated = {
        "title": said.title,
        "published": said.published_at.isoformat() if said.published_at else None,
        "modified": said.modified_at.isoformat() if said.modified_at else None,
        "basis": said.date_basis,
        "lang": said.lang,
        "outlet": said.outlet,
        "authors": list(said.authors),
    }
    asked = {key: value for key, value in gold.items() if key != "kind"}
    assert {key: stated[key] for key in asked} == asked


def test_every_page_has_gold() -> None:
    assert {path.name for path in PAGES.glob("*.html")} == set(GOLD)


PHRASES = [(p, lang) for lang in words.languages() for p in words.table(lang)["phrases"]]


@pytest.mark.parametrize(("phrase", "lang"), PHRASES, ids=[p["id"] for p, _ in PHRASES])
def test_phrases_match_their_example_and_not_their_counterexample(
    phrase: dict[str, str], lang: str
) -> None:
    found = next(p for p in words.phrases() if p.id == phrase["id"])
    assert found.pattern.search(phrase["example"])
    rivals = [p for p in words.phrases() if p.kind == found.kind]
    assert not [p.id for p in rivals if p.pattern.search(phrase["counterexample"])]
    assert phrase["id"].startswith(f"{lang}.")


def test_an_article_is_none_of_the_others() -> None:
    assert extract(page()).kind == "article"


@pytest.mark.parametrize(
    "extra",
    [
        '<div class="cmp"><p>We use cookies and similar techniques.</p><p>Accept all</p></div>',
        "<p>Subscribe to continue reading</p>",
        "<p>Sorry, the page you were looking for could not be found.</p>",
        "<ul>"
        + "<li><h3><a href='/x'>Storm closes two motorways in Delft</a></h3></li>" * 30
        + "</ul>",
        '<div class="comment-list">' + '<div class="comment">I agree.</div>' * 20 + "</div>",
        '<script src="https://www.google.com/recaptcha/api.js"></script>',
        '<ul class="liveticker-entry">19:31 Uhr</ul>' * 5,
    ],
)
def test_what_stands_around_an_article_does_not_change_its_kind(extra: str) -> None:
    assert extract(page().replace("</main>", f"</main>{extra}")).kind == "article"


BRIEF = "Two ships collided off the port of Rotterdam on Tuesday; nobody was hurt, police said."


@pytest.mark.parametrize(
    "extra",
    [
        '<div class="comment">This comment has been removed.</div>',
        '<div class="cmp"><p>We value your privacy</p><button>Accept all</button></div>',
        "<p>Already a subscriber? Sign in</p>",
        '<script src="https://www.google.com/recaptcha/api.js"></script>',
        '<table class="bd_lst"><tr><td>Storm closes motorways</td></tr></table>',
    ],
)
def test_a_brief_of_one_sentence_is_an_article(extra: str) -> None:
    body = f"<div>{extra}</div>" + "<p>Home</p>" * 8 + f"<h1>Ships collide</h1><p>{BRIEF * 2}</p>"
    text = f'<html><head><meta property="og:type" content="article"></head><body>{body}</body>'
    assert extract(text).kind == "article"


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Pardon Our Interruption", "<p>Something about your browser made us think you were a bot."
         "</p><p>You have disabled JavaScript.</p>", "blocked"),
        ("Before you continue", "<p>We use cookies and data</p><button>Accept all</button>",
         "blocked"),
        ("site.example", '<p>Please enable JS and disable any ad blocker</p><script '
         'src="https://ct.captcha-delivery.com/c.js"></script>', "blocked"),
        ("アクセスが拒否されました", "<p>アクセスが拒否されました。</p>", "blocked"),
        ("404 Not Found", "<h1>404 Not Found</h1><hr>nginx", "gone"),
        ("Harbour Post", "<h1>We lost it</h1><p>The page you requested could not be found. It may "
         "have been moved or deleted.</p>", "gone"),
        ("海洋新報", "<p>お探しのページは見つかりませんでした。</p>", "gone"),
        ("海洋新報", "<p>指定された記事は掲載期間が終了したか、存在しません。</p>", "gone"),
        ("Page introuvable", "<p>La page que vous recherchez n'existe plus.</p>", "gone"),
        ("出错了", "<p>抱歉，您访问的页面不存在或已被删除</p>", "gone"),
        ("Port grows", "<h1>Port grows</h1><p>The port authority said on Tuesday that it would "
         "spend 1.2 billion euros.</p><p>Subscribe to continue reading</p>", "paywalled"),
        ("검색결과", "<h1>검색결과</h1>" + "<h3><a href='/x'>항만공사 컨테이너 처리량 늘어</a></h3>"
         * 14, "listing"),
        ("No, you are not a robot", "<h1>No, you are not a robot</h1><p>" + "Verify you are human,"
         " the screen says, and millions obey every day. " * 8 + "</p>", "article"),
    ],
)  # fmt: skip
def test_small_pages(title: str, body: str, expected: str) -> None:
    text = f"<html><head><title>{title}</title></head><body><main>{body}</main></body></html>"
    assert extract(text).kind == expected


def test_a_live_blog_by_its_structured_data() -> None:
    head = '<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"x"}</script>'
    assert extract(page(head=head)).kind == "live"


def test_a_declared_paywall_with_its_whole_text_is_an_article() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}'
        "</script>"
    )
    body = [f"{p} That was part {part} of four." for part in range(4) for p in PARAGRAPHS]
    whole = extract(page(head=head, body=body))
    stub = extract(page(head=head, body=PARAGRAPHS[:1]))
    assert (whole.said.paywalled, whole.kind) == (True, "article")
    assert (stub.said.paywalled, stub.kind) == (True, "paywalled")


def test_a_frequently_asked_question_is_no_forum() -> None:
    head = (
        '<script type="application/ld+json">{"@type":"FAQPage","mainEntity":[{"@type":"Question",'
        '"name":"When?","acceptedAnswer":{"@type":"Answer","text":"Now."}}]}</script>'
    )
    assert extract(page(head=head)).kind == "article"


@pytest.mark.parametrize("text", ["", "<", "<p></p>", "<html><body>x</body></html>"])
def test_hardly_a_page(text: str) -> None:
    assert extract(text).kind == "article"


def test_lines_beyond_the_page_are_not_asked_for() -> None:
    assert kind(Signs(), Metadata(), [], {5}) == "article"


def test_signs_count_what_the_markup_holds() -> None:
    tree = parse('<body><div class="A message--post"></div><div class="message--post x"></div>')
    assert signs(tree).posts == 2
