"""Translations: pairs of texts in two languages, told apart from reports of one event.

In `stories` every document stands in four languages, once as it is and once with its lines
joined into other paragraphs in each language; in `realstories` no report translates another.
"""

from __future__ import annotations

import json
import random
from itertools import combinations
from typing import Any

from bench.data import SHARED, rows
from bench.table import Rows
from extractors.markers import keys, outline
from extractors.translation import is_translation

_SHARED_KEYS = 2  # as the warehouse asks of candidates


def _joined(text: str, chance: random.Random) -> str:
    """The lines of a text in paragraphs of one to four."""
    lines, out = text.split("\n"), []
    while lines:
        count = chance.randint(1, 4)
        out.append(" ".join(lines[:count]))
        lines = lines[count:]
    return "\n".join(out)


def _pairs(name: str, found: list[dict[str, Any]]) -> dict[str, str | float | int | None]:
    outlines = [outline(row["text"], row["lang"]) for row in found]
    keyed = [frozenset(keys(one)) for one in outlines]
    total = right = met = false = others = 0
    for i, j in combinations(range(len(found)), 2):
        if found[i]["lang"] == found[j]["lang"]:
            continue
        same = found[i].get("doc", i) == found[j].get("doc", j)
        total, others = total + same, others + (not same)
        if is_translation(outlines[i], outlines[j]):
            near = len(keyed[i] & keyed[j]) >= _SHARED_KEYS
            right, met, false = right + same, met + (same and near), false + (not same)
    return {
        "texts": name, "translations": total, "recall": right / total if total else None,
        "recall of the ledger": met / total if total else None,
        "other pairs": others, "false": false,
    }  # fmt: skip


def translations() -> Rows:
    """Recall of translations and false ones, of all pairs and of those that the ledger compares."""
    stories = list(rows(SHARED / "stories" / "dev.jsonl.gz"))
    chance = random.Random(1)
    joined = [row | {"text": _joined(row["text"], chance)} for row in stories]
    with (SHARED / "realstories" / "articles.jsonl").open(encoding="utf-8") as lines:
        real = [json.loads(line) for line in lines]
    return [
        _pairs("stories", stories),
        _pairs("stories, other paragraphs", joined),
        _pairs("realstories", real),
    ]
