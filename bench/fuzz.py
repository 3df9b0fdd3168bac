"""Coverage-guided fuzzing of `read`: bytes from outside must never break it or stall it.

Needs atheris beside the project's own dependencies: python -m bench.fuzz FOLDER [INPUTS [SEED]].
Inputs are mutated by libFuzzer and, every other time, by whole tokens of markup and text spliced
from the corpus. An input that breaks an invariant or takes long is written to FOLDER and the run
goes on; the counts are in FOLDER/report.json.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

import atheris
import trafilatura.external

with atheris.instrument_imports(include=["extractors"]):
    from extractors import Document, read

from bench.data import FIXTURES, ROOT
from bench.invariants import faults

_LONGEST = 1536  # bytes of an input
_SLOW = 2.0  # seconds of processor time from which an input is reported
_PATIENCE = 120  # seconds after which libFuzzer gives up: wall time, so that a busy machine is none
_KINDS = ("text/html", "text/plain", "", "application/xhtml+xml")
_TOKEN = re.compile(rb"<[^<>]{0,200}>|[\w]+|\s+|.", re.DOTALL)
_BAIT = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\r"),
    *(b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xc2\xad", b"&#0;", b"&#xd800;", b"&#x110000;", b"&lt;"),
    *(b"<![CDATA[", b"<!--", b"-->", b"<?xml", b"<svg>", b"<template>", b"<script>", b"</script>"),
    *(b"<h1>", b"<time datetime='2024-02-30'>", b"<frameset>", b"<noscript>", b"<pre>", b"</p>"),
    *(b"$1.2", b" billion", b"1e999", b"99999999999999999999", b"0/0", b"30 February 2024"),
    *("二〇二四年", "四千億円", "29억 달러", "４月３１日", "٣٫٥", "١٬٠٠٠", "½", "Ⅻ"),
    *(" per cent", " from 5 to 3", "1,2,3.4,5", "nearly ", "1990s", "24:61", "Feb 29, 2023"),
)
BAIT = tuple(x.encode() if isinstance(x, str) else x for x in _BAIT)


def corpus() -> list[bytes]:
    """Inputs to begin with: fixture pages and seeds, whole where small, else in pieces."""
    found = []
    for path in sorted([*FIXTURES.rglob("*.html"), *(ROOT / "seeds").glob("*.txt")]):
        kind = 0 if path.suffix == ".html" else 1
        body = path.read_bytes()
        for start in range(0, len(body), _LONGEST - 1):
            found.append(bytes([kind]) + body[start : start + _LONGEST - 1])
    return found


class Run:
    """One run of the fuzzer: what it tries and what it found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = corpus()
        self.tokens = [_TOKEN.findall(body[1:]) for body in self.corpus]
        self.outcomes: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.facts = 0
        self.slowest = (0.0, "")
        self.began = time.process_time()

    def mutate(self, data: bytes, max_size: int, seed: int) -> bytes:
        """The next input from an earlier one."""
        chosen = random.Random(seed)
        if chosen.random() < 0.5 or len(data) < 2:
            return bytes(atheris.Mutate(data, max_size))
        tokens = _TOKEN.findall(data[1:])
        for _ in range(chosen.randint(1, 6)):
            at = chosen.randrange(len(tokens) + 1)
            other = chosen.choice(self.tokens)
            start = chosen.randrange(len(other))
            length = chosen.choice((0, 1, 2, 8, 40))
            piece = chosen.choice((other[start : start + length], [chosen.choice(BAIT)]))
            tokens[at : at + chosen.choice((0, 0, 1, 3, 20))] = piece * chosen.choice((1, 1, 1, 9))
        return (bytes([data[0]]) + b"".join(tokens))[:max_size]

    def one(self, data: bytes) -> None:
        """Read one input and take down what is wrong with the result."""
        if not data:
            return
        began = time.process_time()
        document = Document("fuzz", data[1:], media_type=_KINDS[data[0] % len(_KINDS)])
        try:
            article = read(document)
            wrong = faults(article)
        except Exception as error:
            wrong = [f"raised {type(error).__name__}: {error}"]
        else:
            self.outcomes[article.outcome] += 1
            self.facts += len(article.facts)
        taken = time.process_time() - began
        name = hashlib.sha256(data).hexdigest()[:12]
        if taken > self.slowest[0]:
            self.slowest = (round(taken, 2), name)
        if taken > _SLOW:
            wrong.append("slow")
        for what in wrong:
            kind = what[:60]
            self.found[kind] += 1
            if self.found[kind] <= 5:
                (self.folder / name).write_bytes(data)
                (self.folder / f"{name}.txt").write_text(what + "\n", "utf-8", "backslashreplace")
        if sum(self.outcomes.values()) % 500 == 0:
            self.report()

    def report(self) -> None:
        """Write the counts."""
        counts = {
            "inputs": sum(self.outcomes.values()),
            "seconds": round(time.process_time() - self.began),
            "outcomes": dict(self.outcomes.most_common()),
            "facts": self.facts,
            "slowest": self.slowest,
            "found": dict(self.found.most_common()),
        }
        (self.folder / "report.json").write_text(json.dumps(counts, indent=1))


def main() -> None:
    """Fuzz until the wanted number of inputs is read."""
    folder, inputs, seed = Path(sys.argv[1]), *(*map(int, sys.argv[2:4]), 100_000, 20)[:2]
    start = folder / "corpus"
    start.mkdir(parents=True, exist_ok=True)
    run = Run(folder)
    # The stop words of all languages, lowered anew for each page, are most of a small page's time.
    trafilatura.external.JT_STOPLIST = ("a", "and", "in", "of", "the", "to")
    for body in run.corpus:  # read once, because what is loaded on first use is no slow input
        read(Document("warm", body[1:], media_type=_KINDS[body[0]]))
        (start / hashlib.sha256(body).hexdigest()[:12]).write_bytes(body)
    options = (f"-runs={inputs}", f"-seed={seed}", f"-max_len={_LONGEST}", "-len_control=0")
    limits = (f"-timeout={_PATIENCE}", "-rss_limit_mb=4096", f"-artifact_prefix={folder}/")
    atheris.Setup([sys.argv[0], *options, *limits, str(start)], run.one, custom_mutator=run.mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
