"""The learned judgement of a page's lines."""

from __future__ import annotations

import numpy as np
import pytest
from html_samples import PARAGRAPHS, page

from extractors.html import judge
from extractors.html.align import letters
from extractors.html.features import matrix
from extractors.html.metadata import Metadata
from extractors.html.tree import Text, page_text, parse
from extractors.trees import Trees


def page_of(markup: str) -> Text:
    tree = parse(markup)
    assert tree is not None
    return page_text(tree)


def keys_of(lines: list[str]) -> list[str]:
    return [letters(line) for line in lines]


@pytest.mark.parametrize("model", [judge.WITH_PEER, judge.ALONE])
def test_models_know_the_columns_that_are_computed(model: str) -> None:
    found = page_of(page())
    _, names = matrix(found, {3}, Metadata())
    assert len(set(names)) == len(names)
    assert set(Trees.load(model).features) <= set(names)


def test_one_model_knows_nothing_of_the_other_extractor() -> None:
    assert not any(judge.knows_peer(name) for name in Trees.load(judge.ALONE).features)
    assert any(judge.knows_peer(name) for name in Trees.load(judge.WITH_PEER).features)


def test_markup_and_text_decide_where_the_other_extractor_found_nothing() -> None:
    found = page_of(page())
    chosen = judge.article_lines(found, set(), Metadata(title="Rotterdam handles more containers"))
    assert [found.blocks[i].text for i in sorted(chosen)] == PARAGRAPHS


def test_every_line_has_a_probability() -> None:
    found = page_of(page())
    likely = judge.probability(found, {3, 4}, Metadata(title="Rotterdam"))
    assert likely.shape == (len(found.blocks),)
    assert np.all((likely >= 0.0) & (likely <= 1.0))


def test_a_single_line_is_judged() -> None:
    assert judge.article_lines(page_of("<p>x</p>"), {0}, Metadata()) in (set(), {0})
    assert judge.article_lines(page_of("<p></p>"), set(), Metadata()) == set()


def test_title_and_repetitions_are_not_chosen() -> None:
    lines = ["The title", PARAGRAPHS[0], "again", PARAGRAPHS[0], "again", PARAGRAPHS[1]]
    likely = np.array([0.9, 0.6, 0.8, 0.9, 0.8, 0.1])
    assert judge.choose(lines, keys_of(lines), likely, set(), "The Title.") == {2, 3, 4}


def test_rows_of_a_table_that_the_other_extractor_kept_are_doubted_less() -> None:
    lines = ["Beans\t212", "Menu entry", "Tomatoes\t610"]
    likely = np.array([0.3, 0.3, 0.3])
    assert judge.choose(lines, keys_of(lines), likely, {0, 1}, "") == {0}
