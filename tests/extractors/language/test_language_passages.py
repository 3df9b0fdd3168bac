"""Lines cut into passages: the seeds, mixed documents, declared languages, one tag for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.language import document_label, passages
from extractors.language.sequence import weigh
from extractors.records import Passage

SEEDS = Path(__file__).parents[3] / "seeds"


def seed(number: str) -> list[str]:
    return next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize(
    ("number", "lang"), [("001", "fr"), ("002", "en"), ("003", "en"), ("004", "ko")]
)
def test_seeds_of_one_language(number: str, lang: str) -> None:
    lines = seed(number)
    found = passages(lines)
    assert [(p.lang, p.first_line, p.last_line) for p in found] == [(lang, 0, len(lines) - 1)]
    assert found[0].confidence > 0.95


def test_bilingual_seed_changes_at_the_address_line() -> None:
    lines = seed("000")
    found = passages(lines)
    assert [(p.lang, p.first_line, p.last_line) for p in found] == [("ko", 0, 21), ("ja", 22, 49)]
    assert lines[22].startswith("https://")
    assert sum(len(line) + 1 for line in lines[:22]) == 4391


def test_names_in_another_script_change_nothing() -> None:
    lines = [
        "오늘 열린 회의에서 정부는 새로운 정책을 발표했다고 밝혔다.",
        "Generative AI Accelerator Challenge",
        "기업들은 이 정책이 산업 전반에 큰 도움이 될 것이라고 기대했다.",
    ]
    assert [p.lang for p in passages(lines)] == ["ko"]


def test_passages_cover_all_lines_and_blank_ones_belong_to_the_next() -> None:
    english = "The minister said on Tuesday that the new law would take effect next year."
    german = "Der Minister sagte am Dienstag, das neue Gesetz werde im nächsten Jahr gelten."
    found = passages(["", english, english, "", "", german, german, ""])
    assert [(p.lang, p.first_line, p.last_line) for p in found] == [("en", 0, 2), ("de", 3, 7)]


def test_lines_without_letters() -> None:
    assert passages([]) == []
    assert passages(["", "1", "|"]) == [Passage("zxx", 1.0, 0, 2)]
    assert [p.lang for p in passages(["x"])] == ["und"]
    figures = ["12.4 %", "The central bank left its rates unchanged on Thursday.", "3.5", "1,204"]
    assert [(p.lang, p.first_line, p.last_line) for p in passages(figures)] == [("en", 0, 3)]


def test_a_declared_language_leans_on_thin_evidence_only() -> None:
    short = "Nissan posts loss"
    assert [p.lang for p in passages([short], "en")] == ["en"]
    undecided = dict((p.lang, p.confidence) for p in passages([short]))
    assert undecided.get("en", 0.0) < passages([short], "en")[0].confidence
    clear = "Le gouvernement japonais a annoncé mardi une aide de dix milliards d’euros."
    assert [p.lang for p in passages([clear], "en")] == ["fr"]


def test_one_tag_for_a_document() -> None:
    def parts(*langs: str) -> list[Passage]:
        return [Passage(lang, 1.0, i, i) for i, lang in enumerate(langs)]

    assert document_label(parts("ko", "ja", "ko")) == "mul"
    assert document_label(parts("ko")) == "ko"
    assert document_label(parts("ko", "und", "zxx")) == "ko"
    assert document_label(parts("zxx", "und")) == "und"
    assert document_label([]) == "zxx"


def test_what_a_line_says_does_not_depend_on_the_lines_beside_it() -> None:
    lines = [*seed("000"), *seed("001"), "", "AI", "МОСКВА"]
    together = weigh(lines, "fr")
    assert together == [weigh([line], "fr")[0] for line in lines]
