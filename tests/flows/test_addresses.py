"""Which addresses we go to, and whose turn it is."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fetching.addresses import Guard, RefusedAddressError, parse_address, why_private
from flows.fetching.politeness import Politeness, StayAwayError
from flows.fetching.settings import Manners
from flows.fetching.transport import GuardedBackend


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("127.0.0.1", "a loopback"), ("127.255.3.4", "a loopback"), ("0.0.0.0", "this host's"),
        ("10.1.2.3", "a private"), ("172.16.0.1", "a private"), ("172.31.255.255", "a private"),
        ("192.168.1.1", "a private"), ("169.254.169.254", "a metadata"),
        ("169.254.0.1", "a link-local"), ("100.64.0.1", "a carrier"), ("224.0.0.1", "a multicast"),
        ("255.255.255.255", "a reserved"), ("198.18.0.1", "a reserved"),
        ("::", "an unspecified"), ("::1", "a loopback"), ("fd00:ec2::254", "a metadata"),
        ("fc00::1", "a private"), ("fe80::1", "a link-local"), ("ff02::1", "a multicast"),
        ("::ffff:127.0.0.1", "a loopback"), ("::ffff:a9fe:a9fe", "a metadata"),
        ("2002:7f00:1::", "a loopback"), ("2002:c0a8:101::1", "a private"),
        ("64:ff9b::10.0.0.1", "a private"), ("64:ff9b:1::1", "a reserved"),
        ("::127.0.0.1", "a reserved"), ("2001:0:4136:e378::1", "a reserved"),
        ("2001:db8::1", "a reserved"), ("fe80::1%eth0", "a link-local"), ("100::1", "a reserved"),
    ],
)  # fmt: skip
def test_private_addresses_in_every_dress(text: str, words: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert (why_private(address) or "public").startswith(words)


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111",
     "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::8.8.8.8", "2a00:1450::1"],
)  # fmt: skip
def test_public_addresses(text: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert why_private(address) is None


@given(st.integers(0, 2**32 - 1))
def test_a_form_of_an_address_is_judged_as_the_address(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    sixtofour = ipaddress.IPv6Address((0x2002 << 112) | (number << 80))
    words = {why_private(address) for address in (plain, mapped, nat64, sixtofour)}
    assert len(words) == 1
    if plain.is_private or plain.is_multicast or plain.is_link_local:
        exceptions = ("192.0.0.9", "192.0.0.10")
        assert words != {None} or str(plain) in exceptions


class Names:
    """A name system that gives one answer after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        return self.answers.pop(0)


def wait(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def test_a_host_with_a_public_address_among_others() -> None:
    names = Names(["10.0.0.1", "93.184.216.34", "::1"])
    assert wait(Guard((), names).addresses("news.example", 443)) == ["93.184.216.34"]


def test_a_host_with_private_addresses_only() -> None:
    with pytest.raises(RefusedAddressError, match=r"a private address \(10\.0\.0\.1\).*name it"):
        wait(Guard((), Names(["10.0.0.1", "::1"])).addresses("news.example", 443))
    allowed = Guard(("News.Example",), Names(["10.0.0.1"]))
    assert wait(allowed.addresses("news.example.", 443)) == ["10.0.0.1"]


def test_allowed_names_are_whole_names() -> None:
    guard = Guard(("example.org", "*.localhost"))
    names = (
        "example.org",
        "a.example.org",
        "xexample.org",
        "a.localhost",
        "localhost",
        "xlocalhost",
    )
    assert [n for n in names if guard.allows_private(n)] == ["example.org", "a.localhost"]


def test_localhost_names_are_never_looked_up() -> None:
    names = Names()
    guard = Guard(("*.localhost",), names)
    assert wait(guard.addresses("a.localhost", 80)) == ["127.0.0.1"]
    with pytest.raises(RefusedAddressError):
        wait(Guard((), names).addresses("localhost", 80))
    assert names.asked == []


class Sockets(httpcore.AsyncNetworkBackend):
    """Notes where connections go; those to a dead address fail."""

    def __init__(self, dead: tuple[str, ...] = ()) -> None:
        self.dead = dead
        self.went: list[str] = []

    async def connect_tcp(self, host: str, *_: object, **__: object) -> Any:
        self.went.append(host)
        if host in self.dead:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncMockStream([])


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    # The second answer is what a rebinding name server would say to the connection.
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    sockets = Sockets()
    backend = GuardedBackend(Guard((), names), sockets)
    wait(backend.connect_tcp("evil.example", 443))
    assert sockets.went == ["93.184.216.34"]
    assert names.asked == ["evil.example"]
    with pytest.raises(RefusedAddressError):
        wait(backend.connect_tcp("evil.example", 443))
    assert sockets.went == ["93.184.216.34"]


def test_the_next_address_is_tried() -> None:
    sockets = Sockets(dead=("2606:4700::1",))
    backend = GuardedBackend(Guard((), Names(["2606:4700::1", "93.184.216.34"])), sockets)
    wait(backend.connect_tcp("news.example", 443, timeout=10))
    assert sockets.went == ["2606:4700::1", "93.184.216.34"]


class Time:
    """A clock that goes on only while all wait."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            await asyncio.sleep(0)
            self.now = min(end, self.now + 0.5)


def starts(plan: list[tuple[str, float]], manners: Manners, connections: int = 64) -> list[Any]:
    """Start every request at once; (host, seconds it takes) -> (host, when it began)."""
    time = Time()
    begun: list[tuple[str, float]] = []

    async def main() -> None:
        politeness = Politeness(connections, time, time.sleep)

        async def one(host: str, seconds: float) -> None:
            async with politeness.turn(host, manners):
                begun.append((host, time.now - 1000.0))
                await time.sleep(seconds)

        await asyncio.gather(*(one(host, seconds) for host, seconds in plan))

    asyncio.run(main())
    return begun


def test_starts_at_a_host_are_apart() -> None:
    begun = starts([("a", 0.5)] * 4, Manners(delay_seconds=5, parallel=2))
    times = [at for _, at in begun]
    assert all(later - earlier >= 5 for earlier, later in pairwise(times))
    assert times[-1] < 17


def test_one_slow_host_keeps_none_from_another() -> None:
    plan = [("slow", 50.0)] * 40 + [("b", 0.5), ("c", 0.5)]
    begun = dict(starts(plan, Manners(delay_seconds=0, parallel=2), connections=3))
    assert begun["b"] < 5 and begun["c"] < 5
    assert begun["slow"] > 400


def test_patience_with_a_host_that_asks_us_to_stay_away() -> None:
    time = Time()
    manners = Manners(delay_seconds=0, patience_seconds=60)

    async def main() -> None:
        politeness = Politeness(1, time, time.sleep)
        politeness.stay_away("a", manners, 30)
        politeness.stay_away("a", manners, 10)  # the longer one holds
        async with politeness.turn("a", manners):
            assert time.now >= 1030
        politeness.stay_away("a", manners, 300)
        with pytest.raises(StayAwayError) as error:
            async with politeness.turn("a", manners):
                pass
        assert 290 < error.value.seconds <= 300
        async with politeness.turn("b", manners):  # the place was given back
            pass

    asyncio.run(main())


def test_a_dead_host_comes_back() -> None:
    time = Time()
    manners = Manners(dead_seconds=600)
    politeness = Politeness(1, time)
    politeness.unreachable("a", manners, "a: no name")
    politeness.unreachable("slow", manners, "slow: silent", silent=True)
    assert "a: no name; left alone for another 600 s" in (politeness.why_dead("a") or "")
    assert politeness.why_dead("slow") is None
    politeness.unreachable("slow", manners, "slow: silent", silent=True)
    assert politeness.why_dead("slow")
    time.now += 601
    assert politeness.why_dead("a") is None
    politeness.answered("slow", manners)
    politeness.unreachable("slow", manners, "slow: silent", silent=True)
    assert politeness.why_dead("slow") is None
