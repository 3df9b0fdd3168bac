"""Rows of a user's own extend the gazetteer and overrule it; a model of names only proposes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from extractors import Document, entities, read
from extractors.entities import Entity, Row
from extractors.naming import CEILING, Proposal
from extractors.records import Fact


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    yield
    entities.use(())


def row(name: str, kind: str = "", parent: str = "", country: str = "", *aliases: str) -> Row:
    return Row(Entity(name, kind, parent, country), aliases)


def test_a_row_of_a_known_name_adds_and_overrules() -> None:
    entities.use([row("GitHub", "", "", "DE", "Octo Works")])
    found = entities.known("Octo Works")
    assert found == Entity("GitHub", "company", "Microsoft", "DE")
    assert entities.known("깃허브") == found
    assert entities.family("GitHub") == "Microsoft"


def test_an_alias_moves_and_comes_back() -> None:
    entities.use([row("MS Steel", "company", "", "IN", "MS")])
    assert entities.known("MS") == Entity("MS Steel", "company", "", "IN")
    entities.use(())
    assert entities.known("MS") == entities.gazetteer()["Microsoft"]
    assert entities.known("MS Steel") is None


def test_a_subsidiary_is_of_its_parent_s_family() -> None:
    entities.use(
        [row("Hoshino", "company", "", "JP"), row("Hoshino Energy", "company", "Hoshino", "JP")]
    )
    assert entities.family("Hoshino Energy") == "Hoshino"


def test_a_government_of_one_s_own_does_not_replace_that_of_the_country() -> None:
    before = entities.government("JP")
    entities.use([row("Hoshino Town Hall", "government", "", "JP")])
    assert entities.government("JP") == before


def test_equal_rows_have_equal_digests() -> None:
    assert entities.digest() is None
    entities.use([row("Hoshino", "company")])
    first = entities.digest()
    entities.use([row("Hoshino", "agency")])
    assert entities.digest() != first
    entities.use([row("Hoshino", "company")])
    assert entities.digest() == first


class Fake:
    """Says that certain words are names, and whatever else it is told to say."""

    def __init__(self, words: dict[str, tuple[str, float]], *more: Proposal) -> None:
        self.words, self.more = words, more

    def names(self, text: str, lang: str) -> Sequence[Proposal]:
        found = [
            Proposal(text.find(word), text.find(word) + len(word), kind, score)
            for word, (kind, score) in self.words.items()
            if word in text
        ]
        return [*self.more, *found]


TEXT = "Officials were silent. The dockhands' pact will invest $40 million in the old quay."


def money(text: str, model: Fake | None) -> Fact:
    article = read(Document(url="a", body=text.encode(), media_type="text/plain"), model=model)
    assert article.outcome == "loaded", article.message
    (fact,) = [fact for fact in article.facts if fact.quantity.kind == "money"]
    surface = article.original[fact.quantity.start : fact.quantity.end]
    assert surface == fact.quantity.surface
    return fact


def acting(fact: Fact) -> list[str]:
    return [p.entity for p in fact.participants if p.role == "actor"]


def test_a_model_names_who_acts_where_nothing_else_does() -> None:
    assert acting(money(TEXT, None)) == []
    model = Fake({"dockhands' pact": ("organisation", 0.9)})
    fact = money(TEXT, model)
    assert acting(fact) == ["dockhands' pact"]
    assert fact.confidence < CEILING
    assert money(TEXT, model) == fact
    assert fact.quantity == money(TEXT, None).quantity


def test_the_surer_of_two_that_overlap_is_taken() -> None:
    model = Fake({"dockhands": ("person", 0.4), "dockhands' pact": ("organisation", 0.9)})
    assert acting(money(TEXT, model)) == ["dockhands' pact"]


def test_a_model_never_overrules_table_or_rules() -> None:
    text = "Microsoft Japan will invest $40 million in Kyoto with Umber Holdings Inc."
    model = Fake({"Microsoft": ("person", 1.0), "Japan will": ("company", 1.0)})
    assert money(text, model) == money(text, None)


@pytest.mark.parametrize(
    "odd",
    [
        Proposal(-3, 4, "company", 0.9),
        Proposal(5, 5, "company", 0.9),
        Proposal(9, 3, "company", 0.9),
        Proposal(0, 10_000, "company", 0.9),
        Proposal(0, 4, "company", 7.0),
        Proposal(0, 4, "company", 0.0),
    ],
)
def test_what_is_no_proposal_is_passed_over(odd: Proposal) -> None:
    assert money(TEXT, Fake({}, odd)) == money(TEXT, None)
