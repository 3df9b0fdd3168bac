"""What the benches of reading run on: the development data where it is, else our own fixtures."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
FIXTURES = ROOT / "tests" / "extractors" / "html" / "pages"


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A web page with the text that its article consists of."""

    name: str
    lang: str
    url: str
    body: bytes
    text: str


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def on_shared_data() -> bool:
    """Whether the development data is beside the project."""
    return SHARED.is_dir()


def article_pages() -> list[GoldPage]:
    """Pages that hold one article each."""
    if not on_shared_data():
        return [_fixture(gold) for gold in sorted(FIXTURES.glob("*.txt"))]
    folder = SHARED / "extraction"
    return [
        GoldPage(
            row["id"],
            row["lang"],
            row["url"] or "",
            gzip.decompress((folder / row["html_path"]).read_bytes()),
            row["text"],
        )
        for row in rows(folder / "gold.jsonl.gz")
        if row["page_type"] == "article"
    ]


def _fixture(gold: Path) -> GoldPage:
    page = gold.with_suffix(".html").read_bytes()
    return GoldPage(gold.stem, gold.stem.split("_")[0], "", page, gold.read_text("utf-8"))
