"""The pytest plugin that comes with newsledger: replayed ledgers as fixtures, and a network guard.

Fixtures:
    seed_warehouse: the warehouse of the five packaged seed reports, replayed once a session.
    replay_folder: a function; `replay_folder(path)` replays a folder, file or `.jsonl` into a
        fresh ledger and returns a `Replayed`.

Guard: a test that reaches for the network fails, even where the code under test swallows the
error. Loopback and local sockets are allowed. `@pytest.mark.network` lets one test through, the
ini option `newsledger_network = allow` a whole suite. The guard listens to Python's audit events,
so it sees every use of `socket` in this process; it does not see other processes.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flows.steps import Replay
    from warehouse import Warehouse

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
"""Folder of the five seed reports."""

_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_TRANSFERS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class NetworkBlocked(RuntimeError):
    """Raised in place of a look-up or connection beyond this machine."""


@dataclass(slots=True)
class _Guard:
    """Blocks and remembers attempts while it is on; one for the process."""

    on: bool = False
    attempts: list[str] = field(default_factory=list)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on or not event.startswith("socket."):
            return
        if event in _LOOKUPS:
            address: object = arguments[:2]  # of getaddrinfo: host and port
        elif event in _TRANSFERS:
            address = arguments[1]
        else:
            return
        if not isinstance(address, tuple) or not address:
            return  # a local socket, or one that is connected already
        host = address[0]
        if isinstance(host, bytes):
            host = host.decode("utf-8", "replace")
        if not isinstance(host, str) or _is_loopback(host):
            return
        port = f" port {address[1]}" if len(address) > 1 else ""
        attempt = f"{host}{port} ({event.removeprefix('socket.')})"
        self.attempts.append(attempt)
        raise NetworkBlocked(f"network use in a test: {attempt}")


_guard = _Guard()
_hooked = False


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost") or host.endswith(".localhost"):
        return True
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return ip.is_loopback or ip.is_unspecified


@dataclass(frozen=True, slots=True)
class Replayed:
    """A ledger made by `replay_folder`.

    Attributes:
        warehouse: the ledger, to be queried.
        replay: what the replay reported.
    """

    warehouse: Warehouse
    replay: Replay


@pytest.fixture(scope="session")
def seed_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse of the five packaged seed reports."""
    return _replay(SEEDS, tmp_path_factory.mktemp("seeds")).warehouse


@pytest.fixture(scope="session")
def replay_folder(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str | Path], Replayed]:
    """Replay a path into a fresh ledger."""

    def replay_path(path: str | Path) -> Replayed:
        return _replay(Path(path), tmp_path_factory.mktemp("replay"))

    return replay_path


def _replay(path: Path, folder: Path) -> Replayed:
    # Imported here, so that a test run that uses neither fixture does not pay for it.
    from flows.steps import replay
    from warehouse import Warehouse

    ledger = folder / "newsledger.duckdb"
    return Replayed(replay=replay(path, ledger), warehouse=Warehouse(ledger))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option of the guard."""
    parser.addini(
        "newsledger_network", "'block' (default) or 'allow' use of the network in tests", "string"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and listen."""
    global _hooked
    config.addinivalue_line("markers", "network: this test may reach beyond the machine")
    choice = config.getini("newsledger_network") or "block"
    if choice not in ("block", "allow"):
        raise pytest.UsageError(f"newsledger_network is {choice!r}; write block or allow")
    if choice == "block" and not _hooked:
        sys.addaudithook(_guard)  # cannot be taken away again, only switched off
        _hooked = True


@contextmanager
def _watched(item: pytest.Item) -> Iterator[None]:
    """Fail the test of this phase if it reached for the network."""
    guarded = item.config.getini("newsledger_network") != "allow"
    before = _guard.on, _guard.attempts
    _guard.on = guarded and item.get_closest_marker("network") is None
    attempts: list[str] = []
    _guard.attempts = attempts
    try:
        yield
    finally:
        _guard.on, _guard.attempts = before
        if attempts:
            pytest.fail(
                f"{item.nodeid} reached for the network: {'; '.join(dict.fromkeys(attempts))}.\n"
                "Hand the code what it would fetch, or mark the test with @pytest.mark.network.",
                pytrace=False,
            )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Guard the fixtures."""
    with _watched(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Guard the test."""
    with _watched(item):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Guard the finalisers."""
    with _watched(item):
        yield
