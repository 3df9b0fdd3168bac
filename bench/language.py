"""Languages told: quality, speed and memory beside langdetect and py3langid, in the same run.

The texts are those of the development data where it is there, else the fixtures of the tests.
Each peer runs in a cold process of its own, in one thread. Texts are distinct, so that nothing
is remembered. The peers name the language of a mixed document line by line; ours cuts it into
passages.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "langid" / "dev.jsonl.gz"
FIXTURES = ROOT / "tests" / "extractors" / "language" / "texts.yaml"

Answer = tuple[str, float]
Segment = tuple[int, int, str]
"""First and last line, inclusive, and language."""

_SAME = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr", "iw": "he", "tl": "fil", "zh-cn": "zh"}
_NEAR = 5  # characters by which a boundary may be off
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one language, or several lines in several (`segments`, in characters)."""

    text: str
    lang: str
    kind: str  # "headline", "paragraph" or "mixed"
    tier: str  # "core", or "ext" for languages that langdetect has no profile of
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one peer; shares are 0 to 1, None where there are no such texts.

    Attributes:
        headlines, paragraphs: share right of the languages that all peers know.
        other_headlines, other_paragraphs: the same of those without a langdetect profile.
        capitals: share right of the headlines of cased scripts in capitals.
        hant_as_korean: Traditional Chinese texts taken for Korean.
        sure_right: share right of the answers with a probability of .9 or more.
        calibration_error: expected difference between probability and share right, ten bins.
        boundaries: F1 of the changes of language in mixed documents, within 5 characters.
        load_seconds: import and first answer. run_seconds: all texts once, in that process.
        warm_ms: milliseconds a text when all is loaded.
        cold_speed, warm_speed: times as fast as langdetect with and without loading.
        peak_mib: of the process after these texts.
    """

    name: str
    texts: int
    headlines: float | None
    paragraphs: float | None
    other_headlines: float | None
    other_paragraphs: float | None
    capitals: float | None
    hant_as_korean: int
    sure_right: float | None
    calibration_error: float | None
    boundaries: float | None
    load_seconds: float
    run_seconds: float
    warm_ms: float
    peak_mib: float
    cold_speed: float = 1.0
    warm_speed: float = 1.0


def canonical(tag: str) -> str:
    """A tag without script and region, languages that the peers do not tell apart as one."""
    tag = tag.lower()
    return _SAME.get(tag, _SAME.get(tag.split("-")[0], tag.split("-")[0]))


def load_texts() -> list[Text]:
    """The development data if it is there, else the fixtures of the tests."""
    if DATA.exists():
        with gzip.open(DATA, "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file if line.strip()]
        return [
            Text(
                row["text"],
                row["lang"],
                row["kind"],
                row.get("tier", "core"),
                tuple((s["start"], s["end"], s["lang"]) for s in row.get("segments", ())),
            )
            for row in rows
        ]
    table: dict[str, Any] = yaml.safe_load(FIXTURES.read_text(encoding="utf-8"))
    texts: list[Text] = []
    before: tuple[str, str] | None = None
    for lang, entry in table.items():
        for kind in ("headline", "paragraph"):
            texts.append(Text(entry[kind], lang, kind, entry.get("tier", "core")))
        here = entry["paragraph"]
        if before:
            middle = len(before[1])
            segments = ((0, middle, before[0]), (middle + 1, middle + 1 + len(here), lang))
            texts.append(Text(f"{before[1]}\n{here}", "mul", "mixed", "core", segments))
        before = lang, here
    return texts


def _ours() -> tuple[Callable[[str], Answer], Callable[[list[str]], list[Segment]]]:
    from extractors.language import passages, rank

    def cut(lines: list[str]) -> list[Segment]:
        return [(p.first_line, p.last_line, p.lang) for p in passages(lines)]

    return lambda text: rank(text)[0], cut


def _line_by_line(tell: Callable[[str], Answer]) -> Callable[[list[str]], list[Segment]]:
    def cut(lines: list[str]) -> list[Segment]:
        return [(i, i, tell(line)[0]) for i, line in enumerate(lines) if line.strip()]

    return cut


def _langdetect() -> tuple[Callable[[str], Answer], Callable[[list[str]], list[Segment]]]:
    import langdetect

    langdetect.DetectorFactory.seed = 0

    def tell(text: str) -> Answer:
        try:
            best = langdetect.detect_langs(text)[0]
        except langdetect.LangDetectException:
            return "und", 1.0
        return best.lang, best.prob

    return tell, _line_by_line(tell)


def _py3langid() -> tuple[Callable[[str], Answer], Callable[[list[str]], list[Segment]]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def tell(text: str) -> Answer:
        lang, p = identifier.classify(text)
        return lang, float(p)

    return tell, _line_by_line(tell)


PEERS = {"langdetect": _langdetect, "py3langid": _py3langid, "newsledger": _ours}


def _share(right: Iterable[bool]) -> float | None:
    found = list(right)
    return sum(found) / len(found) if found else None


def _calibration(answers: list[tuple[float, bool]]) -> float | None:
    bins: dict[int, list[float]] = {}
    for p, right in answers:
        bins.setdefault(min(9, int(p * 10)), []).append(p - right)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(answers) if answers else None


def _gaps(segments: Iterable[Segment]) -> list[tuple[int, int]]:
    """Where the language changes: from the end of one part to the start of the next."""
    merged: list[Segment] = []
    for start, end, lang in segments:
        if merged and merged[-1][2] == canonical(lang):
            merged[-1] = (merged[-1][0], end, merged[-1][2])
        elif end > start:
            merged.append((start, end, canonical(lang)))
    return [(merged[i][1], merged[i + 1][0]) for i in range(len(merged) - 1)]


def _boundaries(texts: Iterable[Text], cut: Callable[[list[str]], list[Segment]]) -> float | None:
    matched = told = gold = documents = 0
    for text in texts:
        documents += 1
        lines = text.text.split("\n")
        at = [0]
        for line in lines:
            at.append(at[-1] + len(line) + 1)
        ours = _gaps((at[first], at[last + 1] - 1, lang) for first, last, lang in cut(lines))
        left = _gaps(text.segments)
        told, gold = told + len(ours), gold + len(left)
        for start, end in ours:
            near = [gap for gap in left if start <= gap[1] + _NEAR and end >= gap[0] - _NEAR]
            if near:
                matched += 1
                left.remove(near[0])
    return 2 * matched / (told + gold) if documents and told + gold else None


def _run(name: str) -> Row:
    """Measure one peer in this process."""
    texts = load_texts()
    single = {text.text: text for text in texts if text.kind != "mixed"}
    began = time.process_time()
    tell, cut = PEERS[name]()
    tell("The minister said so on Tuesday.")
    loaded = time.process_time()
    answers = [tell(text) for text in single]
    done = time.process_time()
    for text in single:
        tell(text)
    warm = time.process_time() - done
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, KiB elsewhere
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    judged = [
        (text, p, lang, canonical(lang) == canonical(text.lang))
        for text, (lang, p) in zip(single.values(), answers, strict=True)
    ]

    def right(kind: str, tier: str) -> float | None:
        return _share(ok for text, _, _, ok in judged if (text.kind, text.tier) == (kind, tier))

    cased = [
        text
        for text in single.values()
        if text.kind == "headline" and text.tier == "core" and text.text.upper() != text.text
        and 2 * sum(map(str.isupper, text.text.upper())) > sum(map(str.isalpha, text.text))
    ]  # fmt: skip
    return Row(
        name=name,
        texts=len(single),
        headlines=right("headline", "core"),
        paragraphs=right("paragraph", "core"),
        other_headlines=right("headline", "ext"),
        other_paragraphs=right("paragraph", "ext"),
        capitals=_share(canonical(tell(t.text.upper())[0]) == canonical(t.lang) for t in cased),
        hant_as_korean=sum(text.lang == "zh-Hant" and lang == "ko" for text, _, lang, _ in judged),
        sure_right=_share(ok for _, p, _, ok in judged if p >= _SURE),
        calibration_error=_calibration([(p, ok) for _, p, _, ok in judged]),
        boundaries=_boundaries((text for text in texts if text.kind == "mixed"), cut),
        load_seconds=loaded - began,
        run_seconds=done - loaded,
        warm_ms=warm / len(single) * 1000,
        peak_mib=peak,
    )


def measure() -> list[Row]:
    """Figures of langdetect, py3langid and ours, each from a cold process with one thread."""
    rows: list[Row] = []
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    for name in PEERS:
        done = subprocess.run(
            [sys.executable, "-m", "bench.language", name],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | one,
        )
        row = json.loads(done.stdout)
        stock = rows[0] if rows else Row(**row)
        cold = (stock.load_seconds + stock.run_seconds) / (row["load_seconds"] + row["run_seconds"])
        row |= {"cold_speed": cold, "warm_speed": stock.warm_ms / row["warm_ms"]}
        rows.append(Row(**row))
    return rows


def _shown(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def main() -> None:
    """Measure and print; with the name of a peer as argument, its figures alone as JSON."""
    if len(sys.argv) > 1:
        print(json.dumps(asdict(_run(sys.argv[1]))))
        return
    rows = measure()
    table = Table(
        title=f"Languages of {rows[0].texts} distinct texts",
        box=box.SIMPLE_HEAD,
        title_justify="left",
    )
    table.add_column("")
    for row in rows:
        table.add_column(row.name, justify="right")
    for heading, field, form in (
        ("headlines right", "headlines", ".4f"),
        ("paragraphs right", "paragraphs", ".4f"),
        ("headlines, no langdetect profile", "other_headlines", ".4f"),
        ("paragraphs, no langdetect profile", "other_paragraphs", ".4f"),
        ("headlines in capitals", "capitals", ".4f"),
        ("Traditional Chinese taken for Korean", "hant_as_korean", "d"),
        ("right where p >= .9", "sure_right", ".4f"),
        ("calibration error", "calibration_error", ".4f"),
        ("mixed documents, boundary F1", "boundaries", ".4f"),
        ("load s", "load_seconds", ".2f"),
        ("first pass s", "run_seconds", ".2f"),
        ("warm ms/text", "warm_ms", ".3f"),
        ("times langdetect's speed, cold", "cold_speed", ".1f"),
        ("times langdetect's speed, warm", "warm_speed", ".1f"),
        ("peak MiB", "peak_mib", ".0f"),
    ):
        table.add_row(heading, *(_shown(getattr(row, field), form) for row in rows))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
