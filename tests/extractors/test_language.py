"""Languages: the seeds, short and mixed texts, and the same answer everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.language import label, passages, rank

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


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


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Microsoft investit 2,9 milliards de dollars au Japon", "fr"),
        ("Microsoft to invest $2.9 billion in Japan", "en"),
        ("MICROSOFT TO INVEST $2.9 BILLION IN JAPAN OVER TWO YEARS", "en"),
        ("Microsoft、日本に4400億円投資", "ja"),
        ("岸田首相が国賓待遇で訪米", "ja"),
        ("마이크로소프트, 일본에 29억 달러 투자", "ko"),
        ("微软宣布未来两年在日本投资29亿美元", "zh-Hans"),
        ("微軟宣布未來兩年在日本投資29億美元", "zh-Hant"),
        ("Der Konzern investiert Milliarden in Rechenzentren", "de"),
        ("La empresa invertirá millones de dólares en centros de datos", "es"),
        ("Компания вложит миллиарды в центры обработки данных", "ru"),
        ("Компанія вкладе мільярди в центри обробки даних", "uk"),
        ("Regjeringen vil bruke milliarder på datasentre", "nb"),
        ("บริษัทจะลงทุนหลายพันล้านดอลลาร์", "th"),
        ("החברה תשקיע מיליארדי דולרים", "he"),
        ("Tölvufyrirtækið ætlar að fjárfesta fyrir milljarða í þessu landi", "is"),
    ],
)
def test_headlines(text: str, lang: str) -> None:
    ranked = rank(text)
    assert ranked[0][0] == lang
    assert sum(p for _, p in ranked) == pytest.approx(1.0, abs=1e-3)
    assert [p for _, p in ranked] == sorted((p for _, p in ranked), reverse=True)


def test_text_without_a_language() -> None:
    assert rank("12,345 — 67 % …") == [("zxx", 1.0)]
    assert rank("https://example.com/the-quick-brown-fox") == [("zxx", 1.0)]
    assert rank("x") == [("und", 1.0)]
    assert label("MBC")[0] == "und"
    assert label("AI")[0] == "und"
    assert passages(["", "1", "|"])[0].lang == "zxx"
    assert passages([]) == []


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


THREADS = """
import json, sys, threading
from extractors.language import passages, rank
texts = json.loads(sys.stdin.read())
barrier, out = threading.Barrier(8), [None] * 8
def work(i):
    barrier.wait()
    out[i] = [rank(t)[:3] for t in texts] + [[p.lang for p in passages(texts)]]
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert all(o == out[0] for o in out), out
print(json.dumps(out[0]))
"""


def test_eight_threads_at_first_use_and_any_hash_seed_agree() -> None:
    texts = [line for n in ("000", "001", "003") for line in seed(n) if line.strip()][::6]
    answers = []
    for hash_seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", THREADS],
            input=json.dumps(texts),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
        )
        answers.append(done.stdout)
    assert answers[0] == answers[1]
    here = [[list(pair) for pair in rank(t)[:3]] for t in texts]
    assert json.loads(answers[0])[:-1] == here


def test_a_declared_language_leans_on_thin_evidence_only() -> None:
    short = "Nissan posts loss"
    assert [p.lang for p in passages([short])] != ["en"]
    assert [p.lang for p in passages([short], "en")] == ["en"]
    clear = "Le gouvernement japonais a annoncé mardi une aide de dix milliards d’euros."
    assert [p.lang for p in passages([clear], "en")] == ["fr"]
