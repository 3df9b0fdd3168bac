"""How fetching may behave: who we say we are, how much we take, how polite we are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

NAME = "newsledger"
"""The product token: first word of our User-Agent, and the name that robots.txt may address."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every request of a fetcher.

    Attributes:
        contact: address or mail of whoever runs this, for the User-Agent.
        allow_private_hosts: names whose private addresses are allowed; `*.localhost` is every
            name under `localhost`.
        proxy: "http://host:port" of a proxy; None goes there directly, whatever the environment
            says.
        ca_file: certificates in PEM to trust beside the usual ones.
        verify_tls: whether certificates are checked.
        secrets: texts such as tokens that are masked wherever an address or message is recorded.
    """

    contact: str
    allow_private_hosts: tuple[str, ...] = ()
    proxy: str | None = None
    ca_file: Path | None = None
    verify_tls: bool = True
    secrets: tuple[str, ...] = ()

    @property
    def user_agent(self) -> str:
        """Name, version and contact."""
        return f"{NAME}/{version(NAME)} (+{self.contact})"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one retrieval may cost.

    Attributes:
        wire_bytes: most bytes of one body as sent.
        body_bytes: most bytes of one body once decompressed.
        ratio: most bytes that one byte of a body over a mebibyte may unfold to.
        connect_seconds, read_seconds: for a connection, and between two pieces of an answer.
        total_seconds: for one exchange from its first byte to its last.
        redirects: most of them in a row.
        connections: exchanges at the same time, over all hosts.
    """

    wire_bytes: int = 16 << 20
    body_bytes: int = 50 << 20
    ratio: int = 200
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    total_seconds: float = 120.0
    redirects: int = 10
    connections: int = 64


@dataclass(frozen=True, slots=True)
class Manners:
    """How politely a host is treated.

    Attributes:
        delay_seconds: least time between the starts of two requests to a host; a longer
            crawl-delay or Retry-After wins.
        parallel: most requests to a host at the same time.
        obey_robots: whether robots.txt is asked.
        obey_crawl_delay: whether a longer delay that it asks for is kept.
        patience_seconds: a request gives up as `rate_limited` where its host has asked us to
            stay away for longer.
        retry_seconds: wait before the one retry of a passing fault.
        dead_seconds: how long a host that cannot be reached is left alone.
    """

    delay_seconds: float = 5.0
    parallel: int = 2
    obey_robots: bool = True
    obey_crawl_delay: bool = True
    patience_seconds: float = 120.0
    retry_seconds: float = 1.0
    dead_seconds: float = 600.0
