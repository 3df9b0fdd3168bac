"""Disagreements in words: quotations that fit, and one sentence for each difference."""

from __future__ import annotations

from io import StringIO
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from flows import screen
from flows.phrases import judgement
from flows.words import differences, shortened, width
from warehouse import Table

SENTENCE = (
    "Microsoft will also provide $10 million in resource grants over five years to the "
    "University of Tokyo and the Partnership on Artificial Intelligence Research between "
    "Carnegie Mellon University and Keio University."
)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "claim_id": 1,
        "claim": "Microsoft fund (level, USD)",
        "verdict": "differs",
        "reason": "not_stated",
        "document": "003.txt",
        "outlet": None,
        "surface": "$10 million",
        "sentence": SENTENCE,
        "earlier_document": "000.txt",
        "earlier_outlet": "ZDNET Japan",
        "earlier_surface": "1000万ドル",
        "earlier_sentence": "それぞれ1000万ドル\n(約15億円)分のリソースを提供する。",
        **changes,
    }


def test_a_short_sentence_is_quoted_whole() -> None:
    assert shortened("それぞれ1000万ドル\n分。", "1000万ドル") == (
        "それぞれ",
        "1000万ドル",
        " 分。",
    )


def test_a_long_sentence_is_cut_around_its_figure() -> None:
    before, figure, after = shortened(SENTENCE, "$10 million", 60)
    assert (before, figure) == ("… will also provide ", "$10 million")
    assert after == " in resource grants …"
    before, figure, after = shortened(SENTENCE, "Keio University", 60)
    assert before.startswith("…")
    assert SENTENCE.endswith(before[1:] + figure + after)


def test_words_that_are_not_in_the_sentence_are_not_marked() -> None:
    assert shortened("No such words.", "$1") == ("No such words.", "", "")


def test_width_counts_terminal_columns() -> None:
    assert [width(text) for text in ("abc", "29億ドル", "29억", "é", "e\u0301")] == [3, 8, 4, 1, 1]


@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=300))
def test_a_quotation_fits_and_keeps_its_figure(before: str, figure: str, after: str) -> None:
    figure = " ".join(figure.split())
    sentence = f"{before} {figure} {after}"
    parts = shortened(sentence, figure, 100)
    if figure:
        assert parts[1] == figure
    assert width("".join(parts)) <= max(100, width(figure) + 33) + 2


def test_one_sentence_for_each_claim_and_kind_of_difference() -> None:
    rows = [row(), row(document="001.txt"), row(reason="who_pays"), row(claim_id=2)]
    found = differences(rows)
    assert [difference.others for difference in found] == [1, 0, 0]
    assert found[0].later.document == "003.txt"
    assert found[0].earlier.outlet == "ZDNET Japan"
    assert found[0].earlier.figure == "1000万ドル"
    assert found[0].judgement.startswith("The figures fit together, but only one says")
    assert found[1].judgement == judgement("differs", "who_pays")


def test_an_unknown_reason_is_still_said() -> None:
    assert judgement("conflicts", "new_reason") == "They conflict."
    assert judgement("new_verdict", "why") == "new_verdict: why."


def test_a_grid_of_wide_characters_is_aligned() -> None:
    out = screen.console(StringIO())
    screen.show_table(out, Table(("文書", "n"), (("日本の記事", 1), ("a", 22))), 0)
    lines = [line for line in out.file.getvalue().splitlines() if line.strip()][:-1]  # type: ignore[attr-defined]
    assert len({width(line.rstrip()) for line in lines if "─" not in line}) == 1


def test_values_are_written_as_readers_write_them() -> None:
    from datetime import UTC, datetime
    from decimal import Decimal

    assert screen.value_text(Decimal("2900000000.000000")) == "2900000000"
    assert screen.value_text(Decimal("99.500000")) == "99.5"
    assert screen.value_text(datetime(2024, 4, 10, tzinfo=UTC)) == "2024-04-10 00:00:00+00:00"
    assert screen.value_text({"agrees": 2, "differs": 1}) == "agrees 2, differs 1"
    assert screen.clean("a\x1b[2Jb\u202ec\nd") == "a\ufffd[2Jb\ufffdc d"
