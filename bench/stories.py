"""Facts and verdicts on real events as several outlets reported them, scored against the marks.

    python -m bench.stories [FOLDER]

Needs the development data beside the project (`../shared/data/realstories`), whose scorer is run.
The articles are replayed as they came, boilerplate included; a pair of facts counts as compared
where `mart.pairs()` has it. FOLDER keeps the predictions.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.data import SHARED
from flows.steps import replay
from warehouse import Warehouse

GOLD = SHARED / "realstories"

_FACTS = """
SELECT document AS article, start_char AS "start", end_char AS "end", kind,
       CASE WHEN kind = 'date' THEN timex ELSE value::DOUBLE::VARCHAR END AS value,
       value_low::DOUBLE AS value_low, value_high::DOUBLE AS value_high, currency, unit, actor,
       predicate, slot, place, period_months, role_in_statement, hedge = 'range' AS is_range
FROM mart.facts ORDER BY ALL
"""

_PAIRS = """
SELECT p.earlier_document AS earlier_article, e.start_char AS earlier_start,
       e.end_char AS earlier_end, p.document AS later_article, f.start_char AS later_start,
       f.end_char AS later_end, p.verdict, p.reason
FROM mart.pairs() p
JOIN mart.facts f ON f.fact_id = p.fact_id
JOIN mart.facts e ON e.fact_id = p.earlier_fact_id
ORDER BY ALL
"""

_KEPT = ("id", "url", "title", "text", "published_at", "lang")


def main(folder: Path) -> int:
    """Replay the stories into FOLDER, write what was found, and run the scorer on it."""
    folder.mkdir(parents=True, exist_ok=True)
    articles = [json.loads(line) for line in (GOLD / "articles.jsonl").open(encoding="utf-8")]
    _write(folder / "stories.jsonl", (
        {name: row[name] for name in _KEPT} | {"outlet": row["outlet_like"]} for row in articles
    ))  # fmt: skip
    path = folder / "stories.duckdb"
    for old in folder.glob("stories*.duckdb*"):
        old.unlink()
    replay(folder / "stories.jsonl", path)
    warehouse = Warehouse(path)
    _write(folder / "facts.jsonl", map(_stated, warehouse.query(_FACTS).dicts()))
    _write(folder / "comparisons.jsonl", warehouse.query(_PAIRS).dicts())
    scorer = GOLD / "score_realstories.py"
    return subprocess.run([sys.executable, scorer, GOLD, folder], check=False).returncode


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    """A fact for the scorer, which takes the ends of stated ranges only."""
    fact = dict(row)
    if not fact.pop("is_range"):
        del fact["value_low"], fact["value_high"]
    if fact["kind"] != "date" and fact["value"] is not None:
        fact["value"] = float(fact["value"])
    return fact


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)


if __name__ == "__main__":
    if not GOLD.is_dir():
        print(f"{GOLD} is not there; the stories are scored on it alone")
        sys.exit(0)
    if len(sys.argv) > 1:
        sys.exit(main(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as made:
        sys.exit(main(Path(made)))
