"""Trains the models that tell the lines of a page's article (`extractors.html.judge`).

    python -m bench.train_blocks [--folds 5] [--write]

Needs scikit-learn beside the project's own packages. A line of a page is labelled as content
where at least 60 % of its 4-word shingles are in the gold text, a short one where it is a whole
line of it. With `--folds` the F1 of the pages is reported by cross-validation over registered
domains, never on a page of a site that the model has seen.
"""

from __future__ import annotations

import argparse
import gzip
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from bench import tree_export
from bench.data import SHARED, rows
from bench.score import text_f1, words
from extractors.decoding import decode
from extractors.html import judge
from extractors.html.features import matrix
from extractors.html.metadata import metadata
from extractors.html.page import peer_lines
from extractors.html.tree import page_text, parse

TARGET = Path(__file__).resolve().parent.parent / "extractors"
_SHORT = 6  # words below which a line must be a whole line of the gold
_SAME = 0.6  # share of a line's shingles in the gold that makes it content
_FAR = 12  # lines from what trafilatura kept, beyond which short lines are thinned out
_THINNED = 0.2  # share of those that is trained on, at the weight of all
_SETTINGS = {
    "max_iter": 130,
    "learning_rate": 0.1,
    "max_leaf_nodes": 20,
    "max_depth": 6,
    "max_features": 0.25,
    "min_samples_leaf": 50,
    "l2_regularization": 10.0,
    "max_bins": 63,
    "early_stopping": False,
    "random_state": 0,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A page as the model sees it, with the label of each line."""

    row: dict[str, Any]
    title: str
    kept: set[int]
    lines: tuple[str, ...]
    keys: list[str]
    values: NDArray[np.float64]
    names: tuple[str, ...]
    labels: NDArray[np.float64]


def _shingles(tokens: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[i : i + 4]) for i in range(max(1, len(tokens) - 3)))


def labels(lines: Sequence[str], gold: str) -> NDArray[np.float64]:
    """1 for lines that are in the gold text."""
    known = _shingles(words(gold))
    whole = {" ".join(words(line)) for line in gold.split("\n")}
    out = []
    for line in lines:
        tokens = words(line)
        if len(tokens) < _SHORT:
            out.append(bool(tokens) and " ".join(tokens) in whole)
        else:
            own = _shingles(tokens)
            out.append((own & known).total() >= _SAME * own.total())
    return np.array(out, dtype=np.float64)


def samples() -> list[Sample]:
    """All development pages that have any text."""
    out = []
    folder = SHARED / "extraction"
    for row in rows(folder / "gold.jsonl.gz"):
        body = gzip.decompress((folder / row["html_path"]).read_bytes())
        tree = parse(decode(body, header=None, markup=True).text)
        page = page_text(tree)
        if not page.blocks:
            continue
        said = metadata(tree, url=row["url"] or "")
        lines = tuple(block.text for block in page.blocks)
        kept = peer_lines(tree, page)
        values, names = matrix(page, kept, said)
        gold = labels(lines, row["text"])
        out.append(Sample(row, said.title, kept, lines, page.keys, values, names, gold))
    return out


def _thinned(sample: Sample) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Lines to train on and their weights: menus far from the article are much alike."""
    column = {name: sample.values[:, i] for i, name in enumerate(sample.names)}
    far = np.minimum(column["since_kept"], column["until_kept"]) > _FAR
    easy = far & (column["kept"] == 0) & (column["tokens"] < 8) & (sample.labels == 0)
    order = np.arange(len(easy))
    chosen = ~easy | (order % round(1 / _THINNED) == 0)
    return chosen, np.where(easy, 1 / _THINNED, 1.0)[chosen]


def fit(pages: Sequence[Sample], columns: Sequence[int]) -> HistGradientBoostingClassifier:
    """The model of some pages that sees some columns."""
    parts = [_thinned(page) for page in pages]
    values = np.vstack([p.values[chosen] for p, (chosen, _) in zip(pages, parts, strict=True)])
    target = np.concatenate([p.labels[c] for p, (c, _) in zip(pages, parts, strict=True)])
    weights = np.concatenate([weight for _, weight in parts])
    model = HistGradientBoostingClassifier(**_SETTINGS)
    return model.fit(values[:, columns].astype(np.float32), target, sample_weight=weights)


def _of_models(names: Sequence[str]) -> dict[str, list[int]]:
    """Columns of each model, by its file."""
    return {
        judge.WITH_PEER: list(range(len(names))),
        judge.ALONE: [i for i, name in enumerate(names) if not judge.knows_peer(name)],
    }


def cross_validated(pages: Sequence[Sample], folds: int) -> None:
    """Print the mean F1 of pages by type and language, each judged by a model of other sites."""
    fold = [zlib.crc32(page.row["domain"].encode()) % folds for page in pages]
    both, alone = _of_models(pages[0].names).values()
    scores: dict[str, list[float]] = {}
    for k in range(folds):
        others = [page for page, f in zip(pages, fold, strict=True) if f != k]
        first, second = fit(others, both), fit(others, alone)
        for page in (page for page, f in zip(pages, fold, strict=True) if f == k):
            values = page.values.astype(np.float32)
            likely = (1.0 - judge.SAY) * first.predict_proba(values[:, both])[:, 1]
            likely += judge.SAY * second.predict_proba(values[:, alone])[:, 1]
            chosen = judge.choose(page.lines, page.keys, likely, page.kept, page.title)
            score = text_f1(page.row["text"], "\n".join(page.lines[i] for i in sorted(chosen)))
            kind = page.row["page_type"]
            for key in [kind] + [page.row["lang"]] * (kind == "article"):
                scores.setdefault(key, []).append(score)
    for key, found in sorted(scores.items(), key=lambda item: -len(item[1])):
        print(f"{key:14} {mean(found):.4f}  pages={len(found)}")


def main() -> None:
    """Cross-validate, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=0, help="cross-validate with so many parts")
    parser.add_argument("--write", action="store_true", help="train on all pages, write")
    chosen = parser.parse_args()
    pages = samples()
    if chosen.folds:
        cross_validated(pages, chosen.folds)
    if chosen.write:
        names = pages[0].names
        for name, columns in _of_models(names).items():
            model = tree_export.model(fit(pages, columns), [names[i] for i in columns])
            tree_export.write(TARGET / name, model)


if __name__ == "__main__":
    main()
