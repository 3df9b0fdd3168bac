"""What fetching and archiving an article costs, beside a plain httpx loop and beside Scrapy.

    python -m bench.fetch [--articles 2000] [--rounds 3] [--long 20000]

One server on loopback, as a process of its own, serves every contestant the same pages; each runs
in a process of its own, in turn, several rounds, with 16 requests at a time. Ours asks robots.txt,
checks every address, keeps turns per host (without delay here) and has each answer on disk in a
WARC file; the loop of httpx does none of that, Scrapy asks robots.txt and keeps nothing. Processor
time per article is the figure to compare: at full speed the server's own work sets the pace. Last,
our memory over a long run. A contestant that is not installed is reported as absent.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.table import show

_ROOT = Path(__file__).resolve().parent.parent
_SERVER = _ROOT / "tests" / "flows" / "loopback.py"
_AT_ONCE = 16

_MEASURED = """
import json, resource, sys, time
folder, port, count, at_once = sys.argv[1], *map(int, sys.argv[2:5])
urls = [f"http://127.0.0.1:{{port}}/{{n}}" for n in range(count)]
sizes = []
def note():
    pages = int(open("/proc/self/statm").read().split()[1])
    sizes.append(pages * resource.getpagesize() >> 20)
{before}
wall, used = time.perf_counter(), time.process_time()
{work}
print(json.dumps([time.perf_counter() - wall, time.process_time() - used, got, sizes]))
"""

_OURS = (
    """
from pathlib import Path
from flows.fetching.records import Request
from flows.live.pages import MOST, retrieve
from flows.live.session import Session
plan = Path(folder, "sources.toml")
plan.write_text(
    '[fetching]\\ncontact = "bench@example.org"\\ndelay = "0s"\\nconcurrency = 16\\n'
    'allow_private_hosts = ["127.0.0.1"]\\n[[source]]\\nname = "s"\\nkind = "pages"\\n'
    'urls = ["http://127.0.0.1/"]\\n'
)
got = 0
def land(captures):
    global got
    got += sum(capture.ending == "fetched" for capture in captures)
""",
    """
with Session(plan, Path(folder, "none.duckdb"), archive=Path(folder, "archive")) as session:
    for start in range(0, count, MOST):
        requests = [Request(url, "s", "page list") for url in urls[start:start + MOST]]
        retrieve(session, requests, land)
        note()
""",
)
_HTTPX = (
    "import asyncio, httpx",
    """
async def main():
    turns = asyncio.Semaphore(at_once)
    limits = httpx.Limits(max_connections=at_once)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        async def one(url):
            async with turns:
                return len((await client.get(url)).content) > 0
        return sum(await asyncio.gather(*(one(url) for url in urls)))
got = asyncio.run(main())
""",
)
_SCRAPY = (
    """
import scrapy
from scrapy.crawler import CrawlerProcess
got = 0
class Spider(scrapy.Spider):
    name = "bench"
    start_urls = urls
    async def start(self):
        for url in urls:
            yield scrapy.Request(url, dont_filter=True)
    def parse(self, response):
        global got
        got += len(response.body) > 0
""",
    """
process = CrawlerProcess({
    "CONCURRENT_REQUESTS": at_once, "CONCURRENT_REQUESTS_PER_DOMAIN": at_once, "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": True, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
})
process.crawl(Spider)
process.start()
""",
)
CASES = {
    "httpx loop, nothing kept": ("httpx", _HTTPX),
    "Scrapy, nothing kept": ("scrapy", _SCRAPY),
    "newsledger, archived": ("httpx", _OURS),
}


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """A server that gives one page of 30 kB at every address; its port."""
    paragraphs = "".join(
        f"<p>Paragraph {n} of a page that is as long as pages of newspapers are, {n * 7919}.</p>"
        for n in range(330)
    )
    page = {"body": f"<!doctype html><html><body><h1>Page</h1>{paragraphs}</body></html>"}
    rules = {"body": "User-agent: *\nDisallow: /private\n", "media_type": "text/plain"}
    sites = {"127.0.0.1": {"*": page, "/robots.txt": rules}}
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"sites": sites}), "utf-8")
    command = [sys.executable, str(_SERVER), "--plan", str(plan)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.kill()


def measure(code: tuple[str, str], port: int, count: int) -> tuple[float, float, int, list[int]]:
    """Seconds, processor seconds, pages that came, MiB held at each step; in its own process."""
    program = _MEASURED.format(before=code[0], work=code[1])
    with tempfile.TemporaryDirectory() as folder:
        arguments = [folder, *map(str, (port, count, _AT_ONCE))]
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True, text=True, check=False, cwd=_ROOT,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"a contestant failed: {done.stderr.strip().splitlines()[-1:]}")
    seconds, used, got, sizes = json.loads(done.stdout)
    return seconds, used, got, sizes


def main() -> None:
    """Measure every contestant in turn and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--long", type=int, default=20_000)
    given = parser.parse_args()
    figures: dict[str, list[tuple[float, float, int]]] = {
        name: [] for name, (module, _) in CASES.items() if importlib.util.find_spec(module)
    }
    with tempfile.TemporaryDirectory() as made, _server(Path(made)) as port:
        for _ in range(given.rounds):
            for name in figures:
                figures[name].append(measure(CASES[name][1], port, given.articles)[:3])
        sizes = measure(_OURS, port, given.long)[3] if given.long else []
    rows: list[dict[str, str | float | int | None]] = []
    medians = {
        name: [statistics.median(values) for values in zip(*runs, strict=True)]
        for name, runs in figures.items()
    }
    peer = medians["httpx loop, nothing kept"]
    for name in CASES:
        if name not in medians:
            rows.append({"what": f"{name}: absent"})
            continue
        seconds, used, got = medians[name]
        rows.append({
            "what": name, "fetched": int(got), "articles/s": given.articles / seconds,
            "ms of processor each": 1000 * used / given.articles,
            "processor / httpx": used / peer[1],
        })  # fmt: skip
    show(f"{given.articles} pages of 30 kB from loopback, median of {given.rounds}", rows)
    if sizes:
        step = given.long // len(sizes)
        show("Memory of newsledger over a long run", [
            {"fetched": step * (n + 1), "MiB": size} for n, size in enumerate(sizes)
        ])  # fmt: skip


if __name__ == "__main__":
    main()
