"""A Prefect server that answers, one that does not, and what doctor says of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from flows.fetching import unanswered


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()
        self.wfile.write(b"true")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """A real HTTP server on loopback."""
    http = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    http.server_close()


def test_a_healthy_server_is_no_problem(server: str) -> None:
    assert unanswered(f"{server}/api") is None
    assert unanswered(f"{server}/api/") is None


def test_another_server_is_told_by_its_answer(server: str) -> None:
    assert unanswered(f"{server}/elsewhere") == "it answers 404"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api", "not a url", "http://[::1"])
def test_no_server_gives_a_reason_and_no_exception(url: str) -> None:
    assert unanswered(url)
