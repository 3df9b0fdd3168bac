"""The bare dollar is the local one where the outlet's country is known."""

from __future__ import annotations

import pytest

from extractors.quantities import find


@pytest.mark.parametrize(
    ("text", "place", "currency"),
    [
        ("It cost $5 million.", None, "USD"),
        ("It cost $5 million.", "US", "USD"),
        ("It cost $5 million.", "CA", "CAD"),
        ("It cost $5 million.", "AU", "AUD"),
        ("It cost $5 million.", "JP", "USD"),  # the yen is no dollar
        ("It cost US$5 million.", "CA", "USD"),  # not ambiguous
        ("It cost $5 million.", "XX", "USD"),
        ("It cost ¥5 million.", "CN", "CNY"),
        ("It cost ¥5 million.", "JP", "JPY"),
    ],
)
def test_an_ambiguous_currency_is_read_by_the_outlets_country(
    text: str, place: str | None, currency: str
) -> None:
    (quantity,) = find(text, "en", place=place)
    assert quantity.currency == currency
    assert place is None or quantity.confidence < 1 or "US$" in text
