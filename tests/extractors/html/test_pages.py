"""Article text of pages written in the markup of real systems, with gold by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.reading import prepare
from extractors.records import Document

PAGES = Path(__file__).parent / "pages"
METHODS = {"en_nextjs": "script-data"}


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.txt")))
def test_article_of_page_in_real_markup(name: str) -> None:
    body = (PAGES / f"{name}.html").read_bytes()
    found = prepare(Document(f"https://example.org/{name}", body, "text/html"))
    gold = (PAGES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert found.text.split("\n") == gold
    assert found.extraction == METHODS.get(name, "trafilatura+lines")
