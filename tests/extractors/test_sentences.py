"""Sentence boundaries, with the offsets that facts are quoted by."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.sentences import split


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("en", ["Mr. Smith spent $2.9 billion in the U.S. last year.", "He left."]),
        ("en", ["“Why now?” he asked.", "Nobody knew."]),
        ("en", ["It has grown [...].", "We see it, J. R. Tolkien Jr. said.", "Really!"]),
        ("en", ["“We build a robust AI economy.”", "Part of it is a lab."]),
        ("en", ["The No. 2 maker sold 3.5 million cars.", "Shares fell."]),
        ("fr", ["M. Kishida a rencontré Mme. Dupont.", "Il a promis 2,9 milliards."]),
        ("ja", ["首相は、「重要だ。感謝する。」と述べた。", "計画は29億ドル。"]),
        ("ja", ["本当か？", "そうだ！", "以上。"]),
        ("ko", ["29억 달러(약 4.4조 원)를 투자한다.", "이는 3.5배다.", "그렇죠?"]),
        ("zh-Hans", ["微软投资29亿美元。", "这是最大的一笔！"]),
    ],
)
def test_split(lang: str, sentences: list[str]) -> None:
    for glue in (" ", "  ") if lang in ("en", "fr", "ko") else ("",):
        text = glue.join(sentences)
        assert [text[a:b] for a, b in split(text, lang)] == sentences


def test_missing_space_after_a_korean_stop() -> None:
    text = "기회를 제공.또 여성을 위한 프로그램을 실시한다."
    assert [text[a:b] for a, b in split(text, "ko")] == [
        "기회를 제공.",
        "또 여성을 위한 프로그램을 실시한다.",
    ]


def test_an_unclosed_bracket_does_not_swallow_the_rest() -> None:
    text = "首相は「重要だ。感謝する。次の文。"
    assert len(split(text, "ja")) == 3


@given(st.text(alphabet="aB1 .!?。「」』“”\n한", max_size=50))
def test_spans_are_ordered_and_cover_everything(text: str) -> None:
    spans = split(text, "en")
    assert all(a < b for a, b in spans)
    assert all(x[1] <= y[0] for x, y in pairwise(spans))
    inside = {i for a, b in spans for i in range(a, b)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in inside)


@pytest.mark.parametrize(("unit", "count"), [("costs $5, ", 1000), ("一億円", 2000), ("1", 5000)])
def test_what_is_too_long_for_a_sentence_is_cut_at_a_gap(unit: str, count: int) -> None:
    text = unit * count
    spans = split(text, "ja")
    assert max(b - a for a, b in spans) <= 1500
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    if " " in unit:
        assert all(text[a:b].endswith((",", "costs")) for a, b in spans)
