"""Which network addresses we go to: public ones, and private ones of hosts allowed by name.

A page that we read may link, redirect or resolve to the machine that we run on, to its network
or to a cloud's metadata service (server-side request forgery). Names are therefore resolved by
us, each address is checked, and the connection goes to a checked address.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to addresses as text, best first; raises OSError where there are none."""

_LOOKUP_THREADS = 16

# IANA special-purpose registries; written out, because what `ipaddress` calls global differs
# between versions of Python.
_KINDS_4 = (
    ("this host's network", "0.0.0.0/8"),
    ("a private", "10.0.0.0/8"),
    ("a carrier's shared", "100.64.0.0/10"),
    ("a loopback", "127.0.0.0/8"),
    ("a metadata service's", "169.254.169.254/32"),
    ("a link-local", "169.254.0.0/16"),
    ("a private", "172.16.0.0/12"),
    ("a reserved", "192.0.0.0/24"),
    ("a reserved", "192.0.2.0/24"),
    ("a reserved", "192.88.99.0/24"),
    ("a private", "192.168.0.0/16"),
    ("a reserved", "198.18.0.0/15"),
    ("a reserved", "198.51.100.0/24"),
    ("a reserved", "203.0.113.0/24"),
    ("a multicast", "224.0.0.0/4"),
    ("a reserved", "240.0.0.0/4"),
)
_KINDS_6 = (
    ("an unspecified", "::/128"),
    ("a loopback", "::1/128"),
    ("a metadata service's", "fd00:ec2::254/128"),
    ("a private", "fc00::/7"),
    ("a link-local", "fe80::/10"),
    ("a private", "fec0::/10"),
    ("a multicast", "ff00::/8"),
    ("a reserved", "2001::/23"),
    ("a reserved", "2001:db8::/32"),
    ("a reserved", "3fff::/20"),
)
_NETWORKS = tuple(
    (words, ipaddress.ip_network(network)) for words, network in (*_KINDS_4, *_KINDS_6)
)
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class RefusedAddressError(Exception):
    """An address that we do not go to; the message names it and the remedy."""


def parse_address(text: str) -> Address | None:
    """An address written as text, None for a name; a zone (`%eth0`) is left out."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def why_private(address: Address) -> str | None:
    """What keeps an address from being a public one, in words ("a loopback"), or None."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return why_private(inner)
    for words, network in _NETWORKS:
        if address.version == network.version and address in network:
            return words
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_6:
        return "a reserved"
    return None


class Guard:
    """Resolves hosts to the addresses that we may connect to.

    Args:
        allowed: names whose private addresses are allowed; `*.example` is every name below it.
        resolve: looks a name up; by default the system does, in threads of its own.
    """

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve | None = None) -> None:
        names = [name.lower().rstrip(".") for name in allowed]
        self._exact = frozenset(name for name in names if not name.startswith("*."))
        self._suffixes = tuple(name[1:] for name in names if name.startswith("*."))
        self._threads: ThreadPoolExecutor | None = None
        self._resolve = resolve or self._look_up

    def allows_private(self, host: str) -> bool:
        """Whether private addresses are allowed to this name."""
        host = host.lower().rstrip(".").strip("[]")
        return host in self._exact or host.endswith(self._suffixes)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Addresses of a host that we may connect to, best first.

        Raises:
            RefusedAddressError: it has private ones only and is not allowed by name.
            OSError: it has none.
        """
        literal = parse_address(host)
        if literal is not None:
            found = [str(literal)]
        elif _is_localhost(host):
            found = ["127.0.0.1"]  # RFC 6761, section 6.3: without asking anyone
        else:
            found = await self._resolve(host, port)
        if self.allows_private(host):
            return found
        refused: str | None = None
        public: list[str] = []
        for text in found:
            address = parse_address(text)
            words = why_private(address) if address is not None else "no"
            if words is None:
                public.append(text)
            else:
                refused = refused or f"{words} address ({text})"
        if public:
            return public
        if refused is None:
            raise OSError(f"{host} has no address")
        raise RefusedAddressError(
            f"{host} is at {refused}, where we do not go; if it is yours, name it in "
            "allow_private_hosts"
        )

    def close(self) -> None:
        """Give the look-up threads back; one that hangs is not waited for."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def _look_up(self, host: str, port: int) -> list[str]:
        if self._threads is None:
            # Not the loop's own few threads: look-ups of dead names take half a minute each.
            self._threads = ThreadPoolExecutor(_LOOKUP_THREADS, "look-up")
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(self._threads, _getaddrinfo, host, port)
        return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _getaddrinfo(host: str, port: int) -> list[tuple[object, object, int, str, tuple[object, ...]]]:
    try:
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except UnicodeError:  # a label that is empty or too long for the name system
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is no name") from None


def _is_localhost(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost")
