"""Quantities beside Recognizers-Text and Duckling: F1 by language and kind, speed, linearity.

    python -m bench.quantities [--quick]

The development data is scored with its own scorer. A peer that cannot be imported is reported as
absent, and a cell is empty where it found nothing at all. Speed is processor time on the seeds'
texts, linearity is on 1 KB to 10 MB of varied text and of text made to be hard to read.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.data import ROOT, SHARED
from bench.plot import draw
from bench.quantity_peers import Reader, duckling, recognizers
from bench.table import show
from extractors import Document, facts
from extractors.quantities import find, languages
from extractors.reading import prepare
from extractors.records import Quantity

FACTS = SHARED / "facts"
KINDS = ("money", "percent", "number", "ordinal", "age", "duration")
NUMBERS = frozenset(("number", "count", "money", "percent", "ratio", "duration", "age"))
SECONDS = {
    "year": 365 * 86400, "month": 30 * 86400, "week": 7 * 86400, "day": 86400, "hour": 3600,
    "minute": 60, "second": 1,
}  # fmt: skip
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
_RUNS = 7  # the best counts
_PATIENCE = 30  # seconds
BAIT = {
    "varied text": "",
    "1,1,1,1": "1,1,1,1,",
    "one and one": "one and one and ",
    "1.1.1.1": "1.1.1.1",
    "$$$ 1 1": "$ $ $ 1 1 ",
    "hundred hundred": "hundred hundred ",
    "digits": "1234567890",
}
Row = dict[str, str | float | int | None]


def ours(text: str, lang: str, kind: str) -> list[dict[str, Any]]:
    """Return what `find` reads of one kind, in the scorer's form."""
    return [_row(q, kind) for q in find(text, lang) if _of(q, kind)]


def _of(quantity: Quantity, kind: str) -> bool:
    return quantity.kind in NUMBERS if kind == "number" else quantity.kind == kind


def _row(quantity: Quantity, kind: str) -> dict[str, Any]:
    value = None if quantity.value is None else float(quantity.value)
    if value is not None and quantity.rule == "money.minor":
        value = round(value * 100, 6)  # we say 3.22 EUR of 322 cents, the marks count the cents
    row: dict[str, Any] = {
        "start": quantity.start, "end": quantity.end, "value": value, "unit": quantity.unit,
        "currency": quantity.currency, "timex": quantity.timex,
    }  # fmt: skip
    if quantity.hedge == "range":
        row["value_min"] = None if quantity.low is None else float(quantity.low)
        row["value_max"] = None if quantity.high is None else float(quantity.high)
    if kind == "duration" and value is not None and quantity.unit in SECONDS:
        row["seconds"] = value * SECONDS[quantity.unit]
    if kind == "age" and quantity.unit == "year old":
        row["unit"] = "year"
    return row


def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", FACTS / "score_quantities.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def quality(readers: dict[str, Reader]) -> None:
    """Print F1 of value and unit or currency for every reader."""
    if not FACTS.is_dir():
        print("No development data: quality is not measured.")
        return
    scorer = _scorer()
    with gzip.open(FACTS / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        gold = [json.loads(line) for line in lines]
    tally: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    reads: set[tuple[str, str, str]] = set()
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in gold:
        lang, kind = row["lang"], row["kind"]
        if lang not in languages():
            continue
        counts[lang, kind] += 1
        for name, reader in readers.items():
            found = reader(row["text"], lang, kind)
            if found:
                reads.add((lang, kind, name))
            got = scorer.count(row, found or [], False)
            for index in range(3):
                tally[lang, kind, name][index] += got[index]
    rows: list[Row] = []
    for lang, kind in sorted(counts, key=lambda cell: (KINDS.index(cell[1]), cell[0])):
        cells = {n: (lang, kind, n) for n in readers}
        figures = {n: _f1(*tally[c]) if c in reads else None for n, c in cells.items()}
        rows.append({"kind": kind, "lang": lang, "texts": counts[lang, kind], **figures})
    show("Quantities, F1 of value and unit or currency", rows)


def _f1(tp: int, fp: int, fn: int) -> float:
    return 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else 1.0


def _seed_texts() -> dict[str, str]:
    texts = sorted((ROOT / "seeds").glob("*.txt"))
    joined = {path.name[:3]: path.read_text(encoding="utf-8") for path in texts}
    turn = joined["000"].index("マイクロソフト、")  # Korean before, Japanese after
    return {
        "en": joined["002"] + joined["003"], "fr": joined["001"],
        "ko": joined["000"][:turn], "ja": joined["000"][turn:],
    }  # fmt: skip


def speed(readers: dict[str, Reader]) -> None:
    """Print megabytes of text a second, all kinds for us, one (money) for a peer."""
    rows: list[Row] = []
    for lang, text in _seed_texts().items():
        row: Row = {"lang": lang, "bytes": len(text.encode())}
        for name, reader in readers.items():
            cell = f"{name}, MB/s"
            row[cell] = None
            if reader(text, lang, "money"):
                best = min(_seconds(partial(reader, text, lang, "money")) for _ in range(_RUNS))
                row[cell] = len(text.encode()) / best / 1e6
        rows.append(row)
    show("Speed on one core", rows)


def whole_facts() -> None:
    """Print milliseconds an article for all facts of the seeds, and the quantities' share."""
    rows: list[Row] = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        article = prepare(Document(path.name, path.read_bytes(), media_type="text/plain"))
        run = partial(facts.bind, article.lines, article.kept, article.passages,
                      published_at=article.published_at)  # fmt: skip
        best = min(_seconds(run) for _ in range(_RUNS))
        rows.append({"article": path.name[:3], "characters": len(article.text),
                     "facts": len(run()), "ms": 1000 * best})  # fmt: skip
    show("Whole facts (binding included), an article", rows)


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def linearity(largest: int) -> dict[str, list[tuple[int, float]]]:
    """Print and return processor seconds over length for varied and for hostile text.

    A text that is nothing but quantities ends where the next length would take over half a
    minute, and gigabytes for what is found.

    Args:
        largest: characters of the longest text.
    """
    seeds = _seed_texts()["en"]
    found: dict[str, list[tuple[int, float]]] = {}
    rows: list[Row] = []
    for name, unit in BAIT.items():
        row: Row = {"text": name}
        for size in (s for s in SIZES if s <= largest):
            text = ((unit or seeds) * (size // len(unit or seeds) + 1))[:size]
            points = found.setdefault(name, [])
            if points and points[-1][1] * size / points[-1][0] > _PATIENCE:
                break
            runs = 5 if size < 100_000 else 1
            taken = min(_seconds(partial(find, text, "en")) for _ in range(runs))
            points.append((size, taken))
            row[f"{size:,}"] = taken / size * 1e6
        rows.append(row)
    show("Microseconds a character, by length", rows)
    return found


def memory() -> None:
    """Print the peak of what Python holds while 1 MB of text is read."""
    text = (_seed_texts()["en"] * 1000)[:1_000_000]
    tracemalloc.start()
    count = len(find(text, "en"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"Peak memory on 1 MB of text: {peak / 1e6:.1f} MB, its {count:,} quantities included.")


def plot(found: dict[str, list[tuple[int, float]]], path: Path) -> None:
    """Draw seconds over length."""
    sizes = [size for size, _ in found["varied text"]]
    draw(
        path, found, {"1 MB/s": [(size, size / 1e6) for size in sizes]},
        xscale="log", yscale="log", xlabel="characters of text", ylabel="seconds of one core",
        title="Time of quantities.find by length of the text",
    )  # fmt: skip


def main() -> None:
    """Print all tables; `--quick` stops at 100,000 characters and draws nothing."""
    largest = 100_000 if "--quick" in sys.argv else SIZES[-1]
    readers: dict[str, Reader] = {"newsledger": ours}
    for name, load in (("Recognizers-Text", recognizers), ("Duckling", duckling)):
        reader = load()
        if reader is None:
            print(f"{name}: absent")
        else:
            readers[name] = reader
    quality(readers)
    speed(readers)
    whole_facts()
    memory()
    found = linearity(largest)
    if largest == SIZES[-1]:
        plot(found, ROOT / "docs" / "quantities-linearity.png")


if __name__ == "__main__":
    main()
