"""The pytest plugin, run on small suites of its own."""

from __future__ import annotations

import pytest

REACHING = """
import asyncio, socket, threading, urllib.request
import pytest

ADDRESS = ("192.0.2.1", 80)  # TEST-NET-1, RFC 5737; the guard raises before any packet leaves

def test_connection():
    socket.create_connection(ADDRESS, timeout=1)

def test_lookup():
    socket.getaddrinfo("news.example", 443)

def test_old_lookup():
    socket.gethostbyname("news.example")

def test_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ADDRESS)

def test_library():
    urllib.request.urlopen("http://news.example/")

def test_asyncio():
    async def go(): await asyncio.open_connection("news.example", 80)
    asyncio.run(go())

def test_swallowed():
    try:
        socket.create_connection(ADDRESS)
    except Exception:
        pass

def test_thread():
    def look():
        try:
            socket.getaddrinfo("news.example", 80)
        except RuntimeError:
            pass
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

@pytest.fixture
def page():
    socket.getaddrinfo("news.example", 80)

def test_fixture(page):
    pass
"""

LOCAL = """
import socket
import pytest
from flows import testing

def test_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()

def test_pair():
    a, b = socket.socketpair()
    a.sendmsg([b"x"])
    a.close()
    b.close()

def test_local_path():
    with socket.socket(socket.AF_UNIX) as s, pytest.raises(FileNotFoundError):
        s.connect("/nowhere/at/all")

def test_guarded():
    assert testing._guard.on

@pytest.mark.network
def test_marked():
    assert not testing._guard.on
"""


def run(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(body)
    return pytester.runpytest("-p", "no:cacheprovider", *options)


def test_reaching_for_the_network_fails_a_test(pytester: pytest.Pytester) -> None:
    result = run(pytester, REACHING)
    result.assert_outcomes(failed=8, errors=1)
    said = result.stdout.str()
    for test, what in {
        "test_connection": "192.0.2.1 port 80 (getaddrinfo)",
        "test_lookup": "news.example port 443 (getaddrinfo)",
        "test_old_lookup": "news.example (gethostbyname)",
        "test_datagram": "192.0.2.1 port 80 (sendto)",
        "test_library": "news.example port 80 (getaddrinfo)",
        "test_asyncio": "news.example port 80 (getaddrinfo)",
        "test_swallowed": "192.0.2.1 port 80 (getaddrinfo)",
        "test_thread": "news.example port 80 (getaddrinfo)",
        "test_fixture": "news.example port 80 (getaddrinfo)",
    }.items():
        assert f"::{test} reached for the network: {what}." in said


def test_loopback_local_sockets_and_the_marker_pass(pytester: pytest.Pytester) -> None:
    run(pytester, LOCAL).assert_outcomes(passed=5)


def test_the_option_lets_a_suite_through(pytester: pytest.Pytester) -> None:
    body = "from flows import testing\ndef test_it(): assert not testing._guard.on"
    run(pytester, body, "-o", "newsledger_network=allow").assert_outcomes(passed=1)


def test_a_mistyped_option_is_a_usage_error(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(): pass", "-o", "newsledger_network=alow")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*newsledger_network is 'alow'*"])


def test_the_fixtures_are_documented(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--fixtures")
    result.stdout.fnmatch_lines_random(
        ["*The warehouse of the five packaged seed reports.", "*Replay a path into a fresh ledger."]
    )
