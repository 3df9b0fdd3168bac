"""The report in a real browser: search, details, and that hostile text does not run.

Needs Chromium and its driver, as in Debian's packages `chromium` and `chromium-driver`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import reporting
from warehouse import Warehouse

_BROWSER, _DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    _BROWSER is None or _DRIVER is None, reason="needs chromium and chromedriver"
)

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(_BROWSER)
    profile = tmp_path_factory.mktemp("profile")
    for option in (*OPTIONS, f"--user-data-dir={profile}", "--window-size=1100,900"):
        options.add_argument(option)
    driver = webdriver.Chrome(options=options, service=Service(_DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture(scope="module")
def page(seed_warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "page.html"
    reporting.write(reporting.page(seed_warehouse.briefing()), path)
    return path.as_uri()


def shown(browser: Any, selector: str) -> list[str]:
    found = browser.find_elements("css selector", selector)
    return [one.text for one in found if one.is_displayed()]


def test_search_shows_only_what_has_the_words(browser: Any, page: str) -> None:
    browser.get(page)
    assert len(shown(browser, "article.card")) == 3
    box = browser.find_element("id", "words")
    box.send_keys("travailleurs CITIZENS")
    [card] = shown(browser, "article.card")
    assert card.startswith("Microsoft: train, number of people, JP")
    assert shown(browser, "output") == ["2 of 4 entries"]  # the story has them too
    box.clear()
    box.send_keys("만달러")
    assert all("만달러" in text for text in shown(browser, "article.card"))


def test_a_click_opens_the_statements_of_a_claim(browser: Any, page: str) -> None:
    browser.get(page)
    agreed = next(
        one
        for one in browser.find_elements("css selector", "section.claim")
        if "Microsoft: invest, amount in USD" in one.text
    )
    assert "2,9 milliards de dollars" not in agreed.text
    summary = agreed.find_element("tag name", "summary")
    browser.execute_script("arguments[0].scrollIntoView({behavior: 'instant'})", summary)
    summary.click()
    assert "2,9 milliards de dollars" in agreed.text
    assert "29억달러" in agreed.text


def test_the_chart_fits_the_screen(browser: Any, page: str) -> None:
    for width, kind in ((1100, "wide"), (420, "narrow")):
        browser.set_window_size(width, 900)
        browser.get(page)
        charts = browser.find_elements("css selector", ".timeline svg")
        visible = [one for one in charts if one.is_displayed()]
        assert len(visible) == 3
        assert all(one.find_element("xpath", "..").get_attribute("class") == kind
                   for one in visible)  # fmt: skip
        across = browser.execute_script("return document.documentElement.scrollWidth")
        assert across <= browser.execute_script("return window.innerWidth")


def test_nothing_is_reported_as_wrong(browser: Any, page: str) -> None:
    browser.get(page)
    assert [row["message"] for row in browser.get_log("browser")] == []


def test_hostile_text_does_not_run(browser: Any, tmp_path: Path) -> None:
    from test_report import hostile

    path = tmp_path / "page.html"
    reporting.write(reporting.page(hostile(tmp_path).briefing()), path)
    browser.get(path.as_uri())
    assert browser.title == "What reports say"
    assert shown(browser, "img") == []
    assert "<script>" in browser.find_element("tag name", "main").text
