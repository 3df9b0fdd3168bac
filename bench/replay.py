"""Time and peak memory of the seeds' replay, each in a cold process, as ratios to a peer.

The peer is the usual pair for reading alone: trafilatura extracts the same five texts, put into
bare HTML pages, and langdetect names the language of each; no facts, no database, no
comparison. `import prefect` is what the command line saves when no Prefect server is configured.
Seconds vary with the machine; the ratios much less.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
ROUNDS = 5

_MEASURED = """
import json, resource, sys, time
from pathlib import Path
seeds, folder = Path(sys.argv[1]), Path(sys.argv[2])
began = time.perf_counter()
{imports}
imported = time.perf_counter()
{work}
done = time.perf_counter()
unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, KiB elsewhere
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(json.dumps([imported - began, done - imported, peak]))
"""

PEER = "peer: trafilatura and langdetect"
CASES = {
    PEER: (
        "import html, langdetect, trafilatura",
        "for path in sorted(seeds.glob('*.txt')):\n"
        "    lines = path.read_text('utf-8').splitlines()\n"
        "    body = ''.join(f'<p>{html.escape(line)}</p>' for line in lines)\n"
        "    page = f'<html><body><article>{body}</article></body></html>'\n"
        "    langdetect.detect(trafilatura.extract(page))",
    ),
    "read the seeds to facts": (
        "from flows.inputs import open_inputs\nfrom flows.steps import extract",
        "extract(list(open_inputs(seeds)))",
    ),
    "replay the seeds into a new ledger": (
        "from flows.steps import replay",
        "replay(seeds, folder / 'newsledger.duckdb')",
    ),
    "replay them again: nothing new": (
        "from flows.steps import replay",
        "replay(seeds, folder / 'newsledger.duckdb')",
    ),
    "import prefect": ("import prefect", ""),
}


def measure(imports: str, work: str, folder: Path) -> tuple[float, float, float]:
    """Seconds of the imports, seconds of the work, peak MiB; in a process of its own."""
    code = _MEASURED.format(imports=imports, work=work)
    done = subprocess.run(
        [sys.executable, "-c", code, SEEDS, folder], capture_output=True, text=True, check=True
    )
    imported, worked, peak = json.loads(done.stdout)
    return imported, worked, peak


def main() -> None:
    """Measure every case in turn, several rounds, and print the medians."""
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            for name, (imports, work) in CASES.items():
                figures[name].append(measure(imports, work, Path(folder)))
    medians = {
        name: [statistics.median(f) for f in zip(*rows, strict=True)]
        for name, rows in figures.items()
    }
    peer = medians[PEER][1]
    table = Table(
        title=f"Five seed reports, cold process, median of {ROUNDS}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
    )
    table.add_column("what")
    for heading in ("imports s", "work s", "work / peer", "peak MiB"):
        table.add_column(heading, justify="right")
    for name, (imported, worked, peak) in medians.items():
        ratio = f"{worked / peer:.1f}" if CASES[name][1] else ""
        table.add_row(name, f"{imported:.2f}", f"{worked:.2f}", ratio, f"{peak:.0f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
