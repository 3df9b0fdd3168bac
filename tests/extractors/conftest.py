"""The seed documents as the reader sees them."""

from __future__ import annotations

import pytest

from extractors import read
from extractors.records import Article, Document
from flows.inputs import open_inputs
from flows.testing import SEEDS


@pytest.fixture(scope="session")
def seed_articles() -> dict[str, Article]:
    """The five seed articles by file name, with what `seeds.toml` states of them."""
    return {found.name: read(found) for found in open_inputs(SEEDS) if isinstance(found, Document)}
