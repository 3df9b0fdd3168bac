"""Article text of web pages: quality and time beside trafilatura, readability and resiliparse.

All tools read the same pages in turn in one process, so that their seconds can be compared;
peak memory is taken in a process of its own for each.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from html import unescape
from statistics import mean

import trafilatura
from lxml import etree

from bench.data import GoldPage, article_pages
from bench.score import text_f1
from bench.table import Rows, show
from extractors.reading import prepare
from extractors.records import Document

OURS = "newsledger"
PEER = "trafilatura"
_FEWEST = 5  # pages from which a language has a column of its own


def _ours(page: GoldPage) -> str:
    return prepare(Document(page.url or page.name, page.body, media_type="text/html")).text


def _trafilatura(page: GoldPage) -> str:
    found = trafilatura.bare_extraction(page.body, include_comments=False, with_metadata=True)
    return (found.text if found is not None else "") or ""


def _readability(page: GoldPage) -> str:
    from readability import Document as Readable

    tree = etree.fromstring(Readable(page.body).summary(), etree.HTMLParser())
    return "\n".join(tree.itertext()) if tree is not None else ""


def _resiliparse(page: GoldPage) -> str:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(page.body, detect_encoding(page.body))
    return unescape(extract_plain_text(tree, main_content=True))


TOOLS: dict[str, Callable[[GoldPage], str]] = {
    OURS: _ours,
    PEER: _trafilatura,
    "readability-lxml": _readability,
    "resiliparse": _resiliparse,
}


def _read(tool: Callable[[GoldPage], str], page: GoldPage) -> tuple[float, float]:
    """Score and seconds of one page; a tool that fails has read nothing."""
    began = time.perf_counter()
    try:
        text = tool(page)
    except Exception:  # what a peer raises is its own affair
        text = ""
    taken = time.perf_counter() - began
    return text_f1(page.text, text), taken


def measure() -> Rows:
    """One row a tool: docF1 over all pages and by language, ms a page, ratio, peak memory."""
    peaks = {name: _peak(name) for name in TOOLS}  # first: a child counts its parent's memory
    pages = article_pages()
    for tool in TOOLS.values():
        _read(tool, pages[0])  # tables are loaded once
    scores: dict[str, list[float]] = defaultdict(list)
    seconds: dict[str, float] = defaultdict(float)
    for page in pages:
        for name, tool in TOOLS.items():
            score, taken = _read(tool, page)
            scores[name].append(score)
            seconds[name] += taken
    by_lang: dict[str, list[int]] = defaultdict(list)
    for i, page in enumerate(pages):
        by_lang[page.lang].append(i)
    shown = sorted(lang for lang, found in by_lang.items() if len(found) >= _FEWEST)
    shown += [lang for lang in ("es", "fr", "ko", "zh") if lang in by_lang and lang not in shown]
    return [
        {
            "tool": name,
            "docF1": mean(scores[name]),
            "F1 < .1": sum(score < 0.1 for score in scores[name]),
            **{
                f"{lang} ({len(by_lang[lang])})": mean(scores[name][i] for i in by_lang[lang])
                for lang in shown
            },
            "ms a page": 1000 * seconds[name] / len(pages),
            "x trafilatura": seconds[name] / seconds[PEER],
            "peak MiB": peaks[name],
        }
        for name in TOOLS
    ]


def _peak(name: str) -> float:
    code = f"from bench.pages import peak; peak({name!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def peak(name: str) -> None:
    """Read every tenth page with one tool and print the peak memory of this process (MiB)."""
    import resource

    for page in article_pages()[::10]:
        _read(TOOLS[name], page)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit))


if __name__ == "__main__":
    show("Article text of web pages", measure())
