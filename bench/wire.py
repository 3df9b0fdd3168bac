"""A news site on loopback that goes on printing, and a desk that takes the alerts.

Report 2n and 2n + 1 state another figure for the same plan, on two hosts.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.soak_site import syllables

HOSTS = ("a.localhost", "b.localhost")
_LISTED = 400
"""Reports that a feed names, the newest first."""

WATCHES = """
[[watch]]
name = "plans"
verdicts = ["new", "conflicts", "differs", "supersedes"]
kinds = ["money"]
channels = ["desk"]

[channel.desk]
kind = "webhook"
url = "{desk}"
timeout = "10s"
"""


class _Server(ThreadingHTTPServer):
    """Says nothing of those who were killed before they had their answer."""

    def handle_error(self, *_: object) -> None:
        """Leave it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the site."""

    number: int
    company: str
    figure: int
    printed_at: datetime

    @property
    def host(self) -> str:
        """Where it stands."""
        return HOSTS[self.number % 2]


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the desk took."""

    key: str
    at: float
    body: dict[str, object]


class Wire:
    """Site and desk; a context manager.

    Attributes:
        reports: by number.
        taken: messages, in the order in which they came.
        asked: called with a path before an article is given out.
        came: called before a message is acknowledged, when it has been taken.
    """

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.taken: list[Taken] = []
        self.asked: Callable[[str], object] = lambda path: None
        self.came: Callable[[], object] = lambda: None

    def __enter__(self) -> Wire:
        wire = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"].partition(":")[0]
                if self.path == "/feed":
                    body, kind = wire._feed(host), "application/rss+xml"
                elif self.path.startswith("/report/"):
                    wire.asked(self.path)
                    body, kind = wire._page(int(self.path.rpartition("/")[2])), "text/html"
                else:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                taken = Taken(self.headers["Idempotency-Key"], time.time(), json.loads(body))
                wire.taken.append(taken)
                wire.came()
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def print_next(self) -> Report:
        """Have one more report."""
        number = len(self.reports)
        draw = random.Random(number // 2)
        company = syllables(draw, 4) + syllables(draw, 2).lower()
        figure = draw.randint(11, 99) * (1 + 3 * (number % 2))
        report = Report(number, company, figure, datetime.now(UTC))
        self.reports.append(report)
        return report

    def url(self, report: Report) -> str:
        """Address of a report."""
        return f"http://{report.host}:{self.port}/report/{report.number}"

    def lay_plan(self, folder: Path, interval: str = "5s") -> dict[str, str]:
        """Write sources.toml and watches.toml; the environment that names them and a ledger.

        Args:
            folder: where to.
            interval: between two polls of a feed.
        """
        sources = (
            '[fetching]\ncontact = "bench@example.org"\ndelay = "0s"\nconcurrency = 8\n'
            'allow_private_hosts = ["*.localhost"]\n'
        ) + "".join(
            f'[[source]]\nname = "{host[0]}"\nkind = "feed"\nurl = "http://{host}:{self.port}/feed"'
            f'\ninterval = "{interval}"\n'
            for host in HOSTS
        )
        (folder / "sources.toml").write_text(sources, "utf-8")
        desk = f"http://127.0.0.1:{self.port}/desk"
        (folder / "watches.toml").write_text(WATCHES.format(desk=desk), "utf-8")
        return {
            "NEWSLEDGER_SOURCES": str(folder / "sources.toml"),
            "NEWSLEDGER_WATCHES": str(folder / "watches.toml"),
            "NEWSLEDGER_WAREHOUSE": str(folder / "n.duckdb"),
        }

    def keys_of(self) -> dict[tuple[str, str, str], set[str]]:
        """Under which keys each match was taken: fact, earlier fact and verdict -> keys."""
        found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for one in list(self.taken):
            for match in one.body["data"]["matches"]:  # type: ignore[index]
                earlier = match["earlier"]["fact_id"] if match["earlier"] else ""
                found[match["fact"]["fact_id"], earlier, match["verdict"]].add(one.key)
        return found

    def _feed(self, host: str) -> bytes:
        here = [report for report in list(self.reports) if report.host == host][-_LISTED:]
        items = "".join(
            f"<item><title>{report.company}</title><link>{self.url(report)}</link>"
            f"<pubDate>{format_datetime(report.printed_at)}</pubDate></item>"
            for report in reversed(here)
        )
        return (
            '<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>'
            f"<link>http://{host}</link><description>d</description>{items}</channel></rss>"
        ).encode()

    def _page(self, number: int) -> bytes:
        report = self.reports[number]
        draw = random.Random(f"page {number}")
        person = f"{draw.choice(('Ana', 'Jonas', 'Marta', 'Piet'))} {syllables(draw, 3)}"
        lines = [
            f"{report.company} will invest ${report.figure} million in the harbour of Porto, "
            f"{person} said on Monday.",
            f"People of {syllables(draw, 3)} and {syllables(draw, 3)} had asked "
            f"{syllables(draw, 3)} for the bridge of {syllables(draw, 3)} to be painted again.",
        ]
        text = "".join(f"<p>{escape(line)}</p>" for line in lines)
        return (
            f'<!doctype html><html lang="en"><head><title>{report.company} plans</title>'
            f'<meta property="article:published_time" content="{report.printed_at.isoformat()}">'
            f"</head><body><main><article><h1>{report.company} plans</h1>{text}</article></main>"
            "</body></html>"
        ).encode()
