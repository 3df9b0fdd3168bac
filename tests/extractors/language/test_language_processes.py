"""The same answers in every process, with any hash seed, and at first use by eight threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from extractors.language import rank

ROOT = Path(__file__).parents[3]

THREADS = """
import json, sys, threading
from extractors.language import passages, rank, split
texts = json.loads(sys.stdin.read())
barrier, out = threading.Barrier(8), [None] * 8
def work(i):
    barrier.wait()
    out[i] = [rank(t) for t in texts], [p.lang for p in passages(texts)], [
        [(s.start, s.end, s.lang, s.confidence) for s in split(t)] for t in texts]
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert all(o == out[0] for o in out), out
print(json.dumps(out[0]))
"""


def test_eight_threads_at_first_use_and_any_hash_seed_agree() -> None:
    table = yaml.safe_load((Path(__file__).parent / "texts.yaml").read_text(encoding="utf-8"))
    texts = [entry[kind] for entry in table.values() for kind in ("headline", "paragraph")]
    texts += [f"{a} {b}" for a, b in zip(texts[1::6], texts[3::6], strict=False)]
    answers = []
    for hash_seed in ("0", "1", "4711"):
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
    assert len(set(answers)) == 1
    here = [[list(pair) for pair in rank(t)] for t in texts]
    assert json.loads(answers[0])[0] == here


def test_the_second_opinion_is_loaded_when_it_is_needed() -> None:
    code = (
        "from extractors.language import rank, second\n"
        "rank('한국어 문장은 문자만으로 알 수 있다')\n"
        "rank('The ministry said on Tuesday that the new law would take effect next year.')\n"
        "assert second._load.cache_info().currsize == 0\n"
        "rank('Vulkan spyer aske over byen')\n"
        "assert second._load.cache_info().currsize == 1\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
