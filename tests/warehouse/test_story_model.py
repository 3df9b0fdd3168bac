"""Stories linked with a model of embeddings: turned on and off, explained, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from made_articles import run

from extractors import read
from extractors.embedding import Model, Thresholds
from extractors.records import Article, Document
from warehouse import Warehouse, WarehouseError

DAY = datetime(2031, 5, 5, 9, tzinfo=UTC)
TOPICS = ("ferry", "rain")


class Topics:
    """A model that knows two topics, and nothing of what is said on them."""

    name, dim = "topics", 3

    def __init__(self, revision: str = "1") -> None:
        self.revision = revision
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.seen += texts
        rows = [[float(word in text.lower()) for word in TOPICS] for text in texts]
        return np.array([[*row, float(not any(row))] for row in rows], np.float32)


def model(revision: str = "1") -> Model:
    asked = Thresholds(floor=0.5, weight=8, agrees=0.9, link=5.0, candidate=4.0, least=1.0)
    return Model(Topics(revision), asked, {})


def told(name: str, text: str, hours: float = 0.0) -> Article:
    return read(Document(
        f"https://{name}.example.org/", text.encode(), name=name, source="test",
        hints={"title": text.partition("\n")[0], "lang": "en", "outlet": name,
               "published_at": DAY + timedelta(hours=hours)},
    ))  # fmt: skip


# The first two share little more than a place and a name; the third shares it, too, on another
# matter; the last is on a ferry, too, and shares nothing.
NEWS = [
    told("one", "Ferry aground\nA ferry ran aground near Bergen, said Zoran Petkovic of the port."),
    told("two", "Petkovic: ferry is afloat again\nThe ferry left Bergen under its own power.", 5),
    told("three", "More rain to come\nThe rain goes on in Bergen, Petkovic of the port said.", 6),
    told("four", "A ferry for sale\nWhoever wants an old ferry finds one in Talinn these days.", 7),
]
MEMBERS = "SELECT * EXCLUDE recorded_from FROM mart.story_members ORDER BY ALL"


def stories(warehouse: Warehouse) -> set[tuple[str, ...]]:
    return {
        tuple(documents)
        for (documents,) in warehouse.query(
            "SELECT list(document ORDER BY document) FROM mart.story_members "
            "WHERE role = 'primary' GROUP BY story_id"
        ).rows
    }


def test_a_model_links_and_parts(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run())
    by_words = stories(warehouse)
    assert warehouse.link_stories(model(), run(2))
    assert stories(warehouse) == {("one", "two"), ("three",), ("four",)}
    assert stories(warehouse) != by_words


def test_links_show_the_embedding(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run())
    warehouse.link_stories(model(), run(2))
    rows = warehouse.query(
        "SELECT document, other_document, kind_group, value, weight, surface, start_char, "
        "score > weight FROM mart.story_links WHERE kind = 'embedding' AND relation = 'link'"
    ).rows
    assert rows == (
        ("two", "one", "wording", "1.0", 4.0, "Petkovic: ferry is afloat again", -1, True),
    )
    kinds = {kind for (kind,) in warehouse.query("SELECT kind_group FROM mart.story_links").rows}
    assert {"name", "wording"} <= kinds


def test_without_a_model_again_all_is_as_before(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run())
    before = warehouse.query(MEMBERS).rows
    scores = warehouse.query("FROM news.story_pairs ORDER BY ALL").rows
    assert not warehouse.link_stories(None, run(2))
    assert warehouse.link_stories(model(), run(3))
    assert not warehouse.link_stories(model(), run(4))
    assert warehouse.query(MEMBERS).rows != before
    assert warehouse.link_stories(None, run(5))
    assert warehouse.query(MEMBERS).rows == before
    assert warehouse.query("FROM news.story_pairs ORDER BY ALL").rows == scores
    assert not warehouse.query("FROM mart.story_links WHERE kind = 'embedding'").rows


def test_order_and_batches_do_not_matter(tmp_path: Path) -> None:
    found = []
    for number, batches in enumerate(([NEWS], [[one] for one in reversed(NEWS)])):
        warehouse = Warehouse(tmp_path / f"{number}.duckdb", model=model())
        warehouse.link_stories(model(), run(0))
        for batch in batches:
            warehouse.load(batch, run(1))
        found.append(warehouse.query(MEMBERS).rows)
    late = Warehouse(tmp_path / "late.duckdb")
    late.load(NEWS, run(1))
    late.link_stories(model(), run(2))
    assert found[0] == found[1] == late.query(MEMBERS).rows


def test_a_text_is_embedded_once(warehouse: Warehouse) -> None:
    chosen = model()
    topics = chosen.embedder
    assert isinstance(topics, Topics)
    warehouse.link_stories(chosen, run(1))
    warehouse.load(NEWS[:2], run(2))
    warehouse.load(NEWS, run(3))
    warehouse.link_stories(None, run(4))
    warehouse.link_stories(chosen, run(5))
    assert len(topics.seen) == len(set(topics.seen)) == 4
    assert warehouse.query(
        "SELECT DISTINCT model, revision, len(vector) FROM news.embeddings"
    ).rows == (("topics", "1", 3),)


def test_a_ledger_whose_model_is_missing_takes_nothing(warehouse: Warehouse) -> None:
    warehouse.load(NEWS[:1], run(1))
    warehouse.link_stories(model(), run(2))
    other = Warehouse(warehouse.path)
    with pytest.raises(WarehouseError, match=r"topics 1, which is not installed.*--model none"):
        other.load(NEWS, run(3))
    assert other.query("SELECT count(*) FROM mart.documents").rows == ((1,),)
    other.load(NEWS[:1], run(4))  # known already
    other.link_stories(None, run(5))
    other.load(NEWS, run(6))
    assert other.query("SELECT count(*) FROM mart.documents").rows == ((4,),)


def test_vectors_of_two_revisions_never_meet(warehouse: Warehouse) -> None:
    warehouse.load(NEWS, run(1))
    warehouse.link_stories(model("1"), run(2))
    assert warehouse.link_stories(model("2"), run(3))
    rows = warehouse.query("SELECT revision, count(*) FROM news.embeddings GROUP BY ALL ORDER BY 1")
    assert rows.rows == (("1", 4), ("2", 4))
    assert warehouse.query("SELECT count(*) FROM news.story_vectors").rows == ((4,),)
