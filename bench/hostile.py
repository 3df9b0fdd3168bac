"""Time and peak memory of documents made to hurt, each read to facts in a process of its own.

The peer is a plain page of the same size as the largest page that is read at all.
"""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable

from bench.table import Rows, show

_MIB = 1 << 20
_PATIENCE = 120  # seconds
_PROSE = (
    "The harbour authority of Rotterdam said on Tuesday that it would spend 1.2 billion euros on "
    "shore power until 2030, 20 percent more than planned."
)
_KOREAN = "마이크로소프트가 투자한다고 밝혔다."


def _page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>".encode()


def _noise(size: int, alphabet: str) -> str:
    chosen = random.Random(20)
    return "".join(chosen.choices(alphabet, k=size))


CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "plain page of 15 MiB": ("text/html", lambda: _page(f"<p>{_PROSE}</p>\n" * (15 * _MIB // 152))),
    "page of 200 MB": ("text/html", lambda: _page("<p>x</p>" * 25_000_000)),
    "10,000 elements deep": (
        "text/html",
        lambda: _page("<div>" * 10_000 + f"<p>{_PROSE}</p>" * 20 + "</div>" * 10_000),
    ),
    "a million tags never closed": ("text/html", lambda: _page("<b><i" * 1_000_000)),
    "scripts never closed": ("text/html", lambda: _page("<script " * 500_000)),
    "comments never closed": ("text/html", lambda: _page("<!-- " * 500_000)),
    "100,000 attributes": (
        "text/html",
        lambda: _page("<p " + " ".join(f"a{i}=1" for i in range(100_000)) + f">{_PROSE}</p>"),
    ),
    "table of 100,000 rows": (
        "text/html",
        lambda: _page(
            "<table>" + "<tr><td>Row</td><td>12</td><td>3.4 %</td></tr>" * 100_000 + "</table>"
        ),
    ),
    "list of 100,000 links": (
        "text/html",
        lambda: _page("<ul>" + "<li><a href='/x'>Port news 12</a></li>" * 100_000 + "</ul>"),
    ),
    "JSON-LD 50,000 deep": (
        "text/html",
        lambda: _page(
            '<script type="application/ld+json">' + "[" * 50_000 + f"</script><p>{_PROSE}</p>" * 9
        ),
    ),
    "20,000 JSON-LD articles": (
        "text/html",
        lambda: _page(
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"H",'
            '"datePublished":"2024-04-09"}</script>' * 20_000 + f"<p>{_PROSE}</p>" * 9
        ),
    ),
    "20,000 headings and times": (
        "text/html",
        lambda: _page(
            "<h1>Head</h1><time datetime='2024-04-09'>9 April 2024</time>" * 20_000
            + f"<p>{_PROSE}</p>" * 9
        ),
    ),
    "entities that expand": (
        "text/html",
        lambda: (
            b'<!DOCTYPE html [<!ENTITY a "ha">'
            + b"".join(
                f'<!ENTITY {b} "{f"&{a};" * 10}">'.encode()
                for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
            )
            + b"]><html><body><p>&k;</p></body></html>"
        ),
    ),
    "99,000 lines of prose": ("text/plain", lambda: (_PROSE + "\n").encode() * 99_000),
    "100,000 rows of a board": (
        "text/plain",
        lambda: "".join(
            f"{i} Port of Rotterdam news admin 2024.04.{i % 28 + 1:02d} {i % 97}\n"
            for i in range(99_000)
        ).encode(),
    ),
    "one line of digits": ("text/plain", lambda: b"1" * (_MIB - 1)),
    "one line of amounts": ("text/plain", lambda: b"$1,1 " * (_MIB // 5 - 1)),
    "one line of marks": ("text/plain", lambda: _noise(_MIB - 1, "([{<.,:;-%$ ").encode()),
    "one line of figures and marks": (
        "text/plain",
        lambda: _noise(_MIB - 1, "0123456789.,%-/ $").encode(),
    ),
    "one line of Han numerals": (
        "text/plain",
        lambda: _noise(_MIB // 3 - 1, "一二三百千万億兆年月日人円").encode(),
    ),
    "one line of white space": ("text/plain", lambda: b"a" + b" \t" * (_MIB // 2 - 2) + b"b"),
    "bidi marks and zero width": (
        "text/plain",
        lambda: _noise(300_000, "\u200b\u202e\u2066a1 \u00ad").encode(),
    ),
    "a full page of prose": (
        "text/html",
        lambda: _page(f"<p>{_PROSE}</p>\n" * 3_200),
    ),
    "a full text of prose": ("text/plain", lambda: (_PROSE + "\n").encode() * 2_700),
    "a full page of links": (
        "text/html",
        lambda: _page("<ul>" + "<li><a href='/x'>Port news 12</a></li>" * 19_000 + "</ul>"),
    ),
    "a full page of inline tags": (
        "text/html",
        lambda: _page(f"<p>{'<b>ab </b>' * 900}</p>" * 100),
    ),
    "a full line of amounts": ("text/plain", lambda: b"$1,1 costs " * 18_000),
    "a full line of Han numerals": (
        "text/plain",
        lambda: _noise(199_000, "一二三百千万億兆年月日人円").encode(),
    ),
    "a full line of prose without stops": (
        "text/plain",
        lambda: (_PROSE[:-1] + ", ").encode() * 1_300,
    ),
    "a letter with a million accents": ("text/plain", lambda: ("a" + "\u0301" * _MIB).encode()),
    "9,000 attributes": (
        "text/html",
        lambda: _page("<p " + " ".join(f"a{i}=1" for i in range(9_000)) + f">{_PROSE}</p>" * 9),
    ),
    "JSON of 15 MiB in a script": (
        "text/html",
        lambda: _page(
            "<script>window.__STATE__={'a':["
            + '{"b":"<p>x</p>"},' * 900_000
            + f"]}}</script>{f'<p>{_PROSE}</p>' * 9}"
        ),
    ),
    "brackets never closed in a script": (
        "text/html",
        lambda: _page(
            '<script id="__NEXT_DATA__">' + '{"a":[' * 1_000_000 + f"</script><p>{_PROSE}</p>" * 9
        ),
    ),
    "a gzip bomb": ("text/html", lambda: gzip.compress(b"<p>x</p>" * 25_000_000)),
    "NULs in prose": ("text/plain", lambda: ("\x00".join(_PROSE) + "\n").encode() * 2_000),
    "random bytes": ("text/plain", lambda: random.Random(4).randbytes(4 * _MIB)),
    "20,000 lines of changing language": (
        "text/plain",
        lambda: (f"{_PROSE}\n日本政府は四千億円を投資する。\n{_KOREAN}\n" * 6_600).encode(),
    ),
}


def case(name: str) -> None:
    """Read one document and print outcome, seconds and peak MiB as JSON."""
    import resource

    from extractors import Document, read

    media_type, make = CASES[name]
    body = make()
    read(Document("warm", _PROSE.encode()))
    began = time.perf_counter()
    article = read(Document(name, body, media_type=media_type))
    taken = time.perf_counter() - began
    unit = _MIB if sys.platform == "darwin" else 1 << 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps([len(body) / _MIB, article.outcome, len(article.facts), taken, peak]))


def measure() -> Rows:
    """One row a document."""
    found = []
    for name in CASES:
        code = f"from bench.hostile import case; case({name!r})"
        try:
            done = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, timeout=_PATIENCE
            )
        except subprocess.TimeoutExpired:
            found.append({"document": name, "outcome": f"not done in {_PATIENCE} s"})
            continue
        if done.returncode:
            found.append({"document": name, "outcome": f"died with {done.returncode}"})
            continue
        size, outcome, facts, seconds, peak = json.loads(done.stdout)
        found.append({
            "document": name, "MiB": size, "outcome": outcome, "facts": facts,
            "seconds": seconds, "peak MiB": peak,
        })  # fmt: skip
    return found


def main() -> None:
    """Print the table."""
    show("Documents made to hurt", measure())


if __name__ == "__main__":
    main()
