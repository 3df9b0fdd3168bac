"""Every locale file carries its own examples; they are executed here."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from extractors.quantities import find, languages
from extractors.quantities.tables import read

REFERENCE = datetime(2024, 4, 19, 20)
FACTUAL = {"money", "percent", "count", "ratio", "duration", "date", "year", "ordinal", "age"}
LANGUAGES = languages()


def cases(section: str) -> list[tuple[str, str, Any]]:
    """Return (language, text, expectation) of a section over all locales."""
    found: list[tuple[str, str, Any]] = []
    for lang in LANGUAGES:
        for entry in read(lang)[section]:
            if isinstance(entry, str):
                found.append((lang, entry, []))
            else:
                found.extend((lang, text, wanted) for text, wanted in entry.items())
    return found


@pytest.mark.parametrize(("lang", "text", "wanted"), cases("examples"))
def test_example(lang: str, text: str, wanted: list[dict[str, str]]) -> None:
    """The quantities of an example are those listed, in order, with the fields listed."""
    found = [q for q in find(text, lang, reference=REFERENCE) if q.kind != "number"]
    assert [q.kind for q in found] == [w["kind"] for w in wanted]
    for quantity, fields in zip(found, wanted, strict=True):
        for name, value in fields.items():
            got = getattr(quantity, name)
            if isinstance(got, Decimal):
                assert got == Decimal(value), name
            elif got is None:
                assert value == "null", name
            else:
                assert str(got) == value, name


@pytest.mark.parametrize(("lang", "text", "_"), cases("counterexamples"))
def test_counterexample(lang: str, text: str, _: object) -> None:
    """A counter-example holds no quantity that could become a fact."""
    assert [q for q in find(text, lang, reference=REFERENCE) if q.kind in FACTUAL] == []
