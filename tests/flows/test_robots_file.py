"""robots.txt from one process to the next: asked for once a day, delays known from the start."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback import Loopback, Reply, robots

from flows.fetching.client import Fetcher
from flows.fetching.records import Ending, Request
from flows.fetching.robots import Answer
from flows.fetching.robots_file import RobotsFile
from flows.fetching.settings import Limits, Manners, Settings

SETTINGS = Settings(contact="tests@example.org", allow_private_hosts=("*.localhost",))
RULES = "User-agent: *\nDisallow: /private\nCrawl-delay: 3\n"
HOUR = 3600.0


class Clock:
    """Seconds since 1970 that go on when told to."""

    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        running.set("a.localhost", "/robots.txt", robots(RULES))
        running.set("a.localhost", "*", Reply(b"<p>Oracle invests $8bn in Japan.</p>"))
        yield running


def process(server: Loopback, file: RobotsFile, *paths: str) -> tuple[list[Ending], list[float]]:
    """What a process gets that knows no more than the file, and for how long it waits."""
    waits: list[float] = []
    elapsed = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal elapsed
        waits.append(seconds)
        elapsed += seconds

    async def main() -> list[Ending]:
        manners = Manners(delay_seconds=0.0, retry_seconds=0.0)
        clock = lambda: elapsed  # noqa: E731
        async with Fetcher(
            SETTINGS, Limits(), manners, clock=clock, sleep=sleep, robots=file
        ) as fetcher:
            urls = [server.url("a.localhost", path) for path in paths]
            return [(await fetcher.fetch(Request(url, "s", "feed"))).ending for url in urls]

    return asyncio.run(main()), waits


def test_a_later_process_knows_rules_and_delay_without_asking(
    server: Loopback, tmp_path: Path
) -> None:
    clock = Clock()
    path = tmp_path / "robots"
    assert process(server, RobotsFile(path, clock), "/1") == (["fetched"], [3.0])
    clock.seconds += 23 * HOUR
    endings, waits = process(server, RobotsFile(path, clock), "/private", "/2", "/3")
    assert (endings, waits) == (["robots", "fetched", "fetched"], [3.0])
    assert server.asked() == ["/robots.txt", "/1", "/2", "/3"]


def test_rules_are_asked_for_again_after_a_day(server: Loopback, tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "robots"
    process(server, RobotsFile(path, clock), "/1")
    clock.seconds += 24 * HOUR
    server.set("a.localhost", "/robots.txt", robots("User-agent: *\nDisallow: /"))
    assert process(server, RobotsFile(path, clock), "/2")[0] == ["robots"]
    clock.seconds += HOUR
    assert process(server, RobotsFile(path, clock), "/2")[0] == ["robots"]
    assert server.asked() == ["/robots.txt", "/1", "/robots.txt"]


def test_a_failure_is_kept_for_ten_minutes(server: Loopback, tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "robots"
    server.set("a.localhost", "/robots.txt", [Reply(b"x", 500), robots(RULES)])
    assert process(server, RobotsFile(path, clock), "/1")[0] == ["robots"]
    clock.seconds += 590
    assert process(server, RobotsFile(path, clock), "/1")[0] == ["robots"]
    clock.seconds += 10
    assert process(server, RobotsFile(path, clock), "/1")[0] == ["fetched"]


def test_what_a_killed_process_left_half_written_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "robots"
    file = RobotsFile(path)
    file.add("http://a.example", Answer(200, b"User-agent: *\nDisallow: /\n"))
    with path.open("ab") as open_file:
        open_file.write(b'\n{"origin": "http://b.exa')
    file.add("http://c.example", Answer(404, b""))
    found = RobotsFile(path).read()
    assert {origin: noted.answer.status for origin, noted in found.items()} == {
        "http://a.example": 200,
        "http://c.example": 404,
    }
    assert found["http://a.example"].answer.body == b"User-agent: *\nDisallow: /\n"


def test_what_a_clock_put_back_makes_of_the_future_does_not_hold(tmp_path: Path) -> None:
    clock = Clock()
    file = RobotsFile(tmp_path / "robots", clock)
    file.add("http://a.example", Answer(200, b""))
    clock.seconds -= 1
    assert file.read() == {}


def test_outdated_lines_are_dropped_by_and_by(tmp_path: Path) -> None:
    clock = Clock()
    path = tmp_path / "robots"
    file = RobotsFile(path, clock)
    for number in range(1100):
        clock.seconds += 1
        file.add("http://a.example", Answer(200, str(number).encode()))
    assert file.read()["http://a.example"].answer.body == b"1099"
    assert path.read_bytes().count(b"origin") == 1
    file.add("http://b.example", Answer(404, b""))
    assert sorted(file.read()) == ["http://a.example", "http://b.example"]
