"""Boilerplate in plain text: our cleaning beside rules that others use, on whole pages as lines."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import mean

from bench.data import SHARED, article_pages, on_shared_data, rows
from bench.score import line_f1
from bench.table import Rows, show
from extractors.cleaning import clean
from extractors.cleaning.window import article_window, tokens
from extractors.html import extract
from extractors.html.align import letters

_FEWEST = 3  # pages from which a language has a column of its own
Lines = Sequence[tuple[str, int]]
_END = re.compile(r"[.!?。！？…‥．؟।]['\"”’»›)\]）」』】]*$")


def _ours(lines: Sequence[str]) -> Sequence[int]:
    return clean(lines).kept


def _all(lines: Sequence[str]) -> Sequence[int]:
    return range(len(lines))


def _terminated(lines: Sequence[str]) -> Sequence[int]:
    return [i for i, line in enumerate(lines) if _END.search(line)]


def _long_and_terminated(lines: Sequence[str]) -> Sequence[int]:
    return [i for i, x in enumerate(lines) if tokens(x) >= 10 and _END.search(x)]


def _window(lines: Sequence[str]) -> Sequence[int]:
    return article_window(lines) or ()


METHODS: dict[str, Callable[[Sequence[str]], Sequence[int]]] = {
    "newsledger": _ours,
    "keep all": _all,
    "terminal punctuation": _terminated,
    "length and terminator": _long_and_terminated,
    "max-sum window": _window,
}


def _pages() -> list[tuple[str, Lines]]:
    """Language and labelled lines of each page."""
    if on_shared_data():
        return [
            (row["lang"], [(text, label) for text, label in row["lines"]])
            for row in rows(SHARED / "lines" / "dev.jsonl.gz")
        ]
    pages = []
    for page in article_pages():
        gold = {letters(line) for line in page.text.split("\n")}
        shown = extract(page.body.decode("utf-8", "replace"))
        labels = [
            (line, 2 if i == shown.headline else int(letters(line) in gold))
            for i, line in enumerate(shown.text.split("\n"))
        ]
        pages.append((page.lang, labels))
    return pages


def measure() -> Rows:
    """One row a method: F of words over all pages, CJK and languages, ms a page."""
    pages = _pages()
    clean([text for text, _ in pages[0][1]])  # tables are loaded once
    found = []
    for name, method in METHODS.items():
        scores: dict[str, list[float]] = defaultdict(list)
        seconds = 0.0
        for lang, lines in pages:
            texts = [text for text, _ in lines]
            began = time.perf_counter()
            kept = method(texts)
            seconds += time.perf_counter() - began
            score = line_f1(lines, kept)
            for group in ("all", lang, *(("CJK",) if lang in ("ja", "ko", "zh") else ())):
                scores[group].append(score)
        shown = [
            "all",
            "CJK",
            *sorted(k for k, v in scores.items() if k not in ("all", "CJK") and len(v) >= 3),
        ]
        found.append(
            {
                "method": name,
                **{f"{g} ({len(scores[g])})": mean(scores[g]) for g in shown},
                "ms a page": 1000 * seconds / len(pages),
            }
        )
    return found


def main() -> None:
    """Print the table."""
    show("Article lines of whole pages as text (F of words)", measure())


if __name__ == "__main__":
    main()
