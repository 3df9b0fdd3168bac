"""Lines and their offsets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.plaintext import measure, split_lines


def test_all_kinds_of_breaks() -> None:
    text = "one\r\ntwo\rthree\n\nfive\u2028six"
    assert [line.text for line in split_lines(text)] == ["one", "two", "three", "", "five", "six"]


def test_final_break_opens_no_line() -> None:
    assert [(x.start, x.end) for x in split_lines("ab\ncd\n")] == [(0, 2), (3, 5)]


def test_empty() -> None:
    assert split_lines("") == ()


@given(st.text(alphabet="ab\n\r\u2028\x00\u200b\u202e한日", max_size=60))
def test_offsets_give_back_the_text(text: str) -> None:
    lines = split_lines(text)
    assert all(text[x.start : x.end] == x.text for x in lines)
    covered = {i for x in lines for i in range(x.start, x.end)}
    assert all(text[i] in "\n\r\u2028" for i in range(len(text)) if i not in covered)


def test_lines_are_measured_as_they_are_split() -> None:
    for text in ("", "abc", "abc\n" + "x" * 50 + "\r\nd", "a\n\n", "abc\u2028" + "x" * 51):
        lines = split_lines(text)
        assert measure(text) == (len(lines), max((len(x.text) for x in lines), default=0))
