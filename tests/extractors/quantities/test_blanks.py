"""Stretches that hold no quantity are blanked out, in place, wherever they stand."""

import pytest

from extractors.quantities import find
from extractors.quantities.blanks import compile_blanks


@pytest.mark.parametrize(
    ("entry", "low", "out"),
    [
        (
            r"\bat first\b",
            "at first, and at first sight",
            "\0" * 8 + ", and " + "\0" * 8 + " sight",
        ),
        (r"\bat first\b", "that first, at firsts", "that first, at firsts"),
        (r"\bpremi(?:er|ère) dame\b", "la première dame", "la " + "\0" * 13),
        (r"\bdreiste[nrsm]?\b", "dreiste dreister", "\0" * 7 + " " + "\0" * 8),
        (r"#(?<!\w#)\d+", "a#1 #22", "a#1 \0\0\0"),
        ({"needs": [" half"], "stretch": r"\b(?:first|other) half\b"}, "other half", "\0" * 10),
        ({"needs": ["x"], "stretch": r"\d+ ?x"}, "12 y", "12 y"),
    ],
)
def test_matches_become_as_many_nuls(entry, low, out):
    (blank,) = compile_blanks([entry])
    assert blank.out(low) == out


@pytest.mark.parametrize(
    "text",
    [
        "Tel: +86 138-2010-2015", "call 555-123-4567", "version 3.11.7 of it", "v2.5 is out",
        "open 24/7", "issue #12", "mail a.b12@c3.org", "see www.a.org/7?b=12", "at 7:30 p.m.",
        "a 1920 x 1080 screen", "the second half", "24 hours a day",
    ],
)  # fmt: skip
def test_addresses_versions_and_idioms_are_no_quantities(text):
    assert find(text, "en") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234.567 euros", 1234567), ("12.500.000 euros", 12500000), ("2.5 euros", 2.5)],
)
def test_grouped_thousands_are_no_version(text, value):
    assert [float(q.value) for q in find(text, "es")] == [value]
