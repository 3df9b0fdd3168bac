"""Trains the model of the line vote (`extractors.cleaning.vote`) and reports their quality.

    python -m bench.train_lines DEV_JSONL_GZ [--write]

The data are pages as lines with labels (1 article, 0 boilerplate, 2 title). The report is
cross-validated by domain: no page is judged by a model that saw a page of its domain. With
``--write`` a model of all pages goes to ``extractors/cleaning/``. Needs numpy, scikit-learn
and lightgbm (4.7) besides the dependencies of this package; one thread, fixed seeds.

Besides the pages themselves the model sees two variants of each, so that clean articles stay
whole: its article lines alone, and those with the first lines of what follows them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from bench.tree_export import model_of_booster, write
from extractors.cleaning.features import features
from extractors.cleaning.measure import Lines
from extractors.cleaning.text import normalise
from extractors.cleaning.vote import KEEP, MODEL, looks_whole

_TREES = 120
_SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 20,
    "max_depth": 6,
    "learning_rate": 0.1,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "min_data_in_leaf": 40,
    "max_bin": 63,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "verbose": -1,
}
_SHORT = 6  # tokens under which boilerplate lines are so many that a part of them is enough
_PART = 0.35
_FOLDS = 5
_WIDE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_WIDE}]|[^\W{_WIDE}]+")


@dataclass
class Case:
    """Lines with labels, and what training needs of them.

    Attributes:
        page: number of the page that the lines come from.
        weight: of all lines together.
    """

    page: int
    lines: list[str]
    labels: NDArray[np.int64]
    weight: float

    def __post_init__(self) -> None:
        measured = Lines(self.lines)
        self.names, self.own = features(measured)
        self.tokens = np.array([max(1, len(_TOKEN.findall(x))) for x in self.lines], dtype=float)


def load(path: Path) -> tuple[list[dict[str, Any]], list[Case]]:
    """Pages of the data file, and the cases to train on: three a page, the page itself first."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    random = np.random.default_rng(5)
    cases: list[Case] = []
    for number, page in enumerate(pages):
        both = [(normalise(text), label) for text, label in page["lines"]]
        filled = [(text, label) for text, label in both if text]
        lines, labels = [text for text, _ in filled], np.array([label for _, label in filled])
        inside = np.flatnonzero(labels == 1)
        after = int(inside[-1]) + 1
        tail = range(after, min(len(lines), after + int(random.integers(1, 12))))
        cases.append(Case(number, lines, labels, 1.0))
        for chosen, weight in ((list(inside), 0.3), ([*inside, *tail], 0.2)):
            cases.append(Case(number, [lines[i] for i in chosen], labels[chosen], weight))
    return pages, cases


def train(cases: Sequence[Case]) -> Any:
    """The model; every page weighs the same, a line by its tokens."""
    labels = np.concatenate([case.labels for case in cases])
    tokens = np.concatenate([case.tokens for case in cases])
    weights = np.concatenate([c.weight * c.tokens / c.tokens.sum() for c in cases])
    random = np.random.default_rng(0).random(len(labels))
    long = (tokens >= _SHORT) | (labels == 1)
    used = (long | (random < _PART)) & (labels != 2)
    weights = np.where(long, weights, weights / _PART)
    data = lightgbm.Dataset(
        np.vstack([case.own for case in cases])[used],
        labels[used],
        weight=weights[used] / weights[used].mean(),
    )
    return lightgbm.train(_SETTINGS, data, _TREES)


def score(keep: NDArray[np.bool_], case: Case) -> float:
    """Token-weighted F of one page; titles count neither way."""
    inside = case.labels == 1
    hit = case.tokens[keep & inside].sum()
    false = case.tokens[keep & (case.labels == 0)].sum()
    lost = case.tokens[~keep & inside].sum()
    return float(2 * hit / (2 * hit + false + lost)) if hit + false + lost else 1.0


def main() -> None:
    """Cross-validate, print, and write the models if told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--out", type=Path, help="where to keep cross-validated probabilities")
    options = parser.parse_args()
    pages, cases = load(options.data)
    domains = [page["domain"] for page in pages]
    judged: dict[int, NDArray[np.float64]] = {}
    for seen, unseen in GroupKFold(_FOLDS).split(pages, groups=domains):
        booster = train([c for c in cases if c.page in set(seen.tolist())])
        judged.update(
            (k, booster.predict(c.own))
            for k, c in enumerate(cases)
            if c.page in set(unseen.tolist())
        )
    values = {k: score(judged[k] > KEEP, cases[k]) for k in range(0, len(cases), 3)}
    for name, languages in (
        ("all", ()),
        ("cjk", ("ja", "ko", "zh")),
        ("en", ("en",)),
        ("de", ("de",)),
    ):
        of = [
            f
            for k, f in values.items()
            if not languages or pages[cases[k].page]["lang"] in languages
        ]
        print(f"{name:4} F {np.mean(of):.4f}  pages {len(of)}")
    alone = [judged[k] for k in range(1, len(cases), 3)]
    print(f"articles alone that look like pages: {sum(looks_whole(p) for p in alone)}")
    if options.out:
        rows = [
            {"id": pages[cases[k].page]["id"], "p": judged[k].round(4).tolist()}
            for k in range(0, len(cases), 3)
        ]
        options.out.write_text(json.dumps(rows), encoding="utf-8")
    if options.write:
        target = Path(__file__).parents[1] / "extractors" / MODEL
        write(target, model_of_booster(train(cases), cases[0].names))


if __name__ == "__main__":
    main()
