"""A web server on loopback that keeps what is posted to it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Post:
    """What was posted; headers in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Post, int], tuple[int, dict[str, str]]]
"""A request and its number at the path, from 1 -> status and headers."""


def welcome(post: Post, number: int) -> tuple[int, dict[str, str]]:
    return 204, {}


@dataclass
class Receiver:
    """The server; a context manager."""

    answer: Answer = welcome
    posts: list[Post] = field(default_factory=list)

    def __enter__(self) -> Receiver:
        receiver, counts = self, Counter[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                post = Post(self.path, headers, self.rfile.read(length))
                counts[self.path] += 1
                receiver.posts.append(post)
                status, more = receiver.answer(post, counts[self.path])
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def keys(self, path: str | None = None) -> Counter[str]:
        """How often each key was received."""
        return Counter(
            post.headers["idempotency-key"] for post in self.posts if path in (None, post.path)
        )


def statuses(*codes: int, **headers: str) -> Answer:
    """Answers one after the other, the last one for good."""

    def answer(post: Post, number: int) -> tuple[int, dict[str, str]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return codes[min(number, len(codes)) - 1], named

    return answer
