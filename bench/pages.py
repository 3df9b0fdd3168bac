"""Article text of web pages: quality and time beside trafilatura, readability and resiliparse.

All tools read the same pages in turn in one process, so that their seconds of processor time can
be compared; peak memory is taken in a process of its own for each. A second table tells what the
stages of our own reading cost.
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
from typing import TypeVar

import trafilatura
from lxml import etree

from bench.data import GoldPage, article_pages
from bench.score import text_f1
from bench.table import Rows, show
from extractors import facts, language, sketch
from extractors.cleaning import clean
from extractors.decoding import decode
from extractors.html.judge import article_lines
from extractors.html.kinds import Signs, kind, signs
from extractors.html.metadata import metadata
from extractors.html.page import peer_lines
from extractors.html.tree import page_text, parse
from extractors.reading import prepare
from extractors.records import Document

T = TypeVar("T")

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
    began = time.process_time()
    try:
        text = tool(page)
    except Exception:  # what a peer raises is its own affair
        text = ""
    taken = time.process_time() - began
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


class _Clock:
    """Processor time of named stages, and that of trafilatura alone on the same pages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def time(self, stage: str, step: Callable[[], T]) -> T:
        """What a step returns, its time added to a stage."""
        began = time.process_time()
        done = step()
        self.seconds[stage] += time.process_time() - began
        return done


def _stages(page: GoldPage, clock: _Clock) -> None:
    """Read a page stage by stage, the same functions in the same order as `extractors.reading`."""
    text = clock.time("decode", lambda: decode(page.body, markup=True).text)
    tree = clock.time("parse", lambda: parse(text))
    shown = clock.time("walk", lambda: page_text(tree))
    said = clock.time("metadata and signs", lambda: metadata(tree, url=page.url))
    clock.time("metadata and signs", lambda: signs(tree))
    kept = clock.time("trafilatura's text, align", lambda: peer_lines(tree, shown))
    chosen = clock.time("judge", lambda: article_lines(shown, kept, said))
    clock.time("kind", lambda: kind(Signs(), said, [b.text for b in shown.blocks], chosen))
    lines = [shown.blocks[i].text for i in sorted(chosen)]
    cleaned = clock.time(
        "clean", lambda: clean(lines, lang=said.lang, title=said.title, whole_page=False)
    )
    left = [lines[i] for i in cleaned.kept]
    clock.time("language", lambda: language.parts_of(left, said.lang))
    clock.time("language", lambda: language.passages(left, said.lang))
    whole = "\n".join(left)
    clock.time("content hash", lambda: sketch.content_hash(whole))
    article = prepare(Document(page.url or page.name, page.body, media_type="text/html"))
    clock.time(
        "facts",
        lambda: facts.bind(
            article.lines, article.kept, article.passages, published_at=article.published_at
        ),
    )
    clock.time(PEER, lambda: _trafilatura(page))


def stages() -> Rows:
    """One row a stage of the reading: ms a page, and as a share of trafilatura alone."""
    pages = article_pages()[::4]
    _stages(pages[0], _Clock())  # tables are loaded once
    clock = _Clock()
    for page in pages:
        _stages(page, clock)
    return [
        {"stage": name, "ms a page": 1000 * taken / len(pages), "x": taken / clock.seconds[PEER]}
        for name, taken in clock.seconds.items()
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


def main() -> None:
    """Print the tables."""
    show("Article text of web pages", measure())
    show("Stages of the reading of a page", stages())


if __name__ == "__main__":
    main()
