"""The report: what the page of the seeds says, and that nothing read anywhere can act in it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_articles import run
from running import Run

from extractors import read
from extractors.records import Document, Hints
from flows import reporting
from warehouse import Warehouse

Seeds = tuple[str, Path]

HOSTILE = '<script>document.title="taken"</script><img src=x onerror="document.title=1">'
VOID = {"meta", "input", "br", "link", "img", "path", "use", "rect"}


class Page(HTMLParser):
    """Texts of the elements of a page by tag and class, and what it refers to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        self.links += [named[key] or "" for key in ("href", "src", "xlink:href") if key in named]
        self.handlers += [key for key, _ in attrs if key.startswith("on")]
        if tag not in VOID:
            self.open.append(f"{tag} {named.get('class') or ''}".strip())
            for name in {tag, self.open[-1]}:
                self.texts.setdefault(name, []).append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().split()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for name in {part for one in self.open for part in (one, one.split()[0])}:
            self.texts[name][-1] += data

    def text(self, name: str) -> list[str]:
        return [" ".join(text.split()) for text in self.texts.get(name, [])]


@pytest.fixture(scope="module")
def html(seed_warehouse: Warehouse) -> str:
    return reporting.page(seed_warehouse.briefing())


def test_what_differs_comes_first_with_both_quotations(html: str) -> None:
    page = Page(html)
    cards = page.text("article card entry apart")
    assert len(cards) == 3
    [people] = [text for text in cards if "Microsoft: train" in text]
    assert "they are about different groups of people" in people
    assert "to train 3 million people, in Japan, over 3 years, counting workers" in people
    marked = page.text("mark")
    assert marked[:2] == ["3 million Japanese citizens", "3 millions de travailleurs"]
    assert "1000만달러" in marked[2:6]
    assert html.index('id="differences"') < html.index('id="stories"') < html.index('id="sources"')


def test_the_story_of_the_seeds(html: str) -> None:
    page = Page(html)
    [story] = page.text("article story entry")
    assert "5 reports of 5 outlets, in English, French, Japanese, Korean" in story
    assert "9 April 2024 to 19 April 2024" in story
    assert "Microsoft: invest, amount in USD, JP agreed" in story
    for figure in ("29억달러", "$2.9 billion", "2,9 milliards de dollars", "29억 달러"):
        assert figure in page.text("mark")
    assert "5 documents, and why they are one story" in page.text("summary")
    [sources] = page.text("ul sources")
    assert "amount “$2.9 billion” = “29억달러”" in sources
    assert page.text("section")[-1].endswith("what was read came from files.")


def test_each_quotation_is_in_its_language(html: str) -> None:
    quoted = re.findall(r'<blockquote lang="(\w+)"[^>]*>“([^<]*)<mark>', html)
    assert {lang for lang, _ in quoted} == {"en", "fr", "ko"}
    assert all(re.search("[가-힣]", words) for lang, words in quoted if lang == "ko")


def test_charts_name_each_language_and_take_the_colours_of_the_page(html: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(charts) == 6  # three claims, in a wide and a narrow shape
    for chart in charts:
        assert {"en", "fr"} <= set(re.findall(r">(\w\w)</text>", chart))
        assert "var(--ink)" in chart and "var(--apart)" in chart
        assert not re.search(r"#0000\d", chart)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_page_needs_nothing_else_and_is_the_same_twice(
    seed_warehouse: Warehouse, html: str
) -> None:
    page = Page(html)
    assert page.tags.count("script") == 1
    assert not {"link", "img", "iframe", "object", "base"} & set(page.tags)
    assert all(link.startswith(("#", "https://")) for link in page.links)
    assert "@import" not in html and "url(http" not in html
    assert "default-src &#39;none&#39;" in html
    assert reporting.page(seed_warehouse.briefing()) == html


def test_hostile_text_is_text(tmp_path: Path) -> None:
    html = reporting.page(hostile(tmp_path).briefing())
    page = Page(html)
    assert page.tags.count("script") == 1 and "img" not in page.tags
    assert page.handlers == []
    assert not [link for link in page.links if not link.startswith(("#", "https://good"))]
    assert any("<script>" in text for text in page.text("h3"))
    assert any("<img src=x" in text for text in page.text("blockquote"))


def hostile(folder: Path) -> Warehouse:
    """Two reports that contradict each other, whose every field wants to be markup."""
    body = (
        f"{HOSTILE} Oracle\n\nOracle will invest $8 billion in Japan {HOSTILE}, it said.\n\n"
        "The company said it would invest over ten years and hire engineers in Tokyo.\n"
    )
    told = datetime(2024, 4, 18, 8, tzinfo=UTC)
    hints = Hints(
        title=f"Oracle {HOSTILE}", outlet=f"One {HOSTILE}", lang="en", published_at=told,
        date_basis="stated",
    )  # fmt: skip
    first = Document("https://good.example/a", body.encode(), hints=hints, name="a.txt")
    second = Document(
        "javascript:alert(1)",
        body.replace("$8 billion", "$9 billion").replace("ten years", "nine").encode(),
        hints={**hints, "outlet": "Two", "published_at": told + timedelta(hours=4)},
        name="b.txt",
    )
    ledger = Warehouse(folder / "hostile.duckdb")
    ledger.load([read(first), read(second)], run())
    return ledger


def test_the_command_writes_a_file(newsledger: Run, seeds: Seeds, tmp_path: Path) -> None:
    code, out, err = newsledger("report", *seeds, "--out", "page.html")
    assert (code, err) == (0, "")
    assert out == "page.html: 5 differences, 1 story\n"
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_one_story_and_none(newsledger: Run, seeds: Seeds, seed_warehouse: Warehouse) -> None:
    [(story_id,)] = seed_warehouse.query("SELECT story_id FROM mart.stories").rows
    assert newsledger("report", *seeds, "--story", str(story_id)[:8], "--json")[0] == 0
    code, _, err = newsledger("report", *seeds, "--story", "nothing")
    assert code == 2
    assert "No story begins with 'nothing'" in err


def test_since_leaves_out_what_was_known_before(seed_warehouse: Warehouse) -> None:
    found = seed_warehouse.briefing(since=date(2124, 1, 1))
    assert (found.n_differences, found.n_stories) == (0, 0)
    html = reporting.page(found, date(2124, 1, 1))
    assert "What reports say since 1 January 2124" in html
    assert "Nothing that reports state differs." in html
