"""Made-up news sites for the soak: what each address gives, and what must become of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


_BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_PLACES = _words(
    "Porto, Lyon, Graz, Turku, Bergen, Leeds, Gdansk, Seville, Ghent, Bari, Cork, Malmo, Brno, "
    "Split, Varna, Nantes, Bilbao, Kiel, Parma, Tartu"
)
_NOUNS = _words(
    "harbour, bridge, library, hospital, tramway, orchard, museum, stadium, reservoir, brewery, "
    "theatre, airport, market, quarry, lighthouse, school, vineyard, foundry, archive, observatory"
)
_ADJECTIVES = _words(
    "old, northern, wooden, flooded, royal, narrow, private, famous, unfinished, abandoned, "
    "municipal, crowded, coastal, hidden, modern, rural, silent, leaking, profitable, ancient"
)
_VERBS = _words(
    "closed, reopened, surveyed, praised, sold, repaired, visited, described, inspected, "
    "photographed, restored, defended, crossed, painted, measured"
)
_WHEN = _words(
    "after a long winter, before the council met, while the rain went on, in spite of protests, "
    "on the advice of engineers, during the summer fair, against the wishes of neighbours, "
    "without saying a word, under a treaty from the last century, for the first time in decades, "
    "to the surprise of many visitors, with money from a lottery, at the request of the owners"
)
_SYLLABLES = _words("nor, cel, bra, vi, tan, qui, lo, mer, stad, ru, fen, zo, pal, dir, ges, hum")
_GIVEN = _words("Ana, Jonas, Marta, Piet, Elif, Tomas, Ingrid, Luca, Nadia, Olga, Henrik, Rosa")

_SLOW_HOSTS = 20
"""Every so many hosts one is asked rarely, so that a start soon after a kill would show."""

_FEW = 5  # articles of sources that are asked rarely, or looked at again and again


def syllables(draw: random.Random, count: int) -> str:
    """A name that nobody bears.

    Args:
        draw: what is drawn from.
        count: of syllables.
    """
    return "".join(draw.choices(_SYLLABLES, k=count)).title()


@dataclass(frozen=True, slots=True)
class Truth:
    """What must be in the ledger in the end.

    Attributes:
        outcomes: address -> the ending or outcome of its last capture; "read" for any of an
            article that was read.
        revised: address -> a figure that only its second version has.
        delays: host -> least seconds between two requests.
        parallel: most requests to one host at a time.
    """

    outcomes: dict[str, str] = field(default_factory=dict)
    revised: dict[str, str] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    parallel: int = 2

    def to_json(self) -> str:
        """As a file holds it."""
        return json.dumps([self.outcomes, self.revised, self.delays, self.parallel])


@dataclass(frozen=True, slots=True)
class Sites:
    """A plan for the loopback server, the sources.toml for it, and the truth of both."""

    plan: dict[str, Any]
    toml: str
    truth: Truth


def build(
    sources: int,
    articles: int,
    delays: tuple[float, float],
    faults: float,
    port: int,
    *,
    lying: bool = True,
) -> Sites:
    """Make up sites.

    Of every ten sources eight are feeds, one is a sitemap and one a page list; every fifth one
    shares its host with the one before; some hosts want to be asked rarely. Of the articles some
    are gone, forbidden, disallowed by robots.txt, redirected, named by two sources, or change
    their figure when they are looked at again.

    Args:
        sources: how many.
        articles: over all sources.
        delays: seconds between two requests to a host: most hosts, and those asked rarely.
        faults: share of requests that fail.
        port: of the server.
        lying: whether a quarter of the feeds and half of the changed articles keep their ETag and
            say that nothing has changed.
    """
    draw = random.Random(7)
    truth = Truth()
    delay, rare = delays
    sites: dict[str, dict[str, Any]] = {}
    toml = [
        f'[fetching]\ncontact = "soak@example.org"\ndelay = "{delay:g}s"\nconcurrency = 2\n'
        'allow_private_hosts = ["*.localhost"]\nread_timeout = "10s"\n'
    ]
    before: list[str] = []
    for number in range(sources):
        host = f"h{number - (number % 5 == 4)}.localhost"
        site = sites.setdefault(host, {"/robots.txt": _robots(host)})
        slow = number % _SLOW_HOSTS == 2
        truth.delays[host] = rare if slow else delay
        if number % _SLOW_HOSTS == 12:
            site["/robots.txt"] = _robots(host, rare)
            truth.delays[host] = rare
        base = f"http://{host}:{port}"
        rechecked = number % 25 == 1
        share = articles // sources
        count = min(share, _FEW) if truth.delays[host] > delay or rechecked else share
        urls = [
            _article(site, truth, base, f"{number}-{place}", draw, rechecked, lying)
            for place in range(count)
        ]
        kind = "sitemap" if number % 10 == 8 else "pages" if number % 10 == 9 else "feed"
        named = urls + before[:2]  # of another source
        toml.append(f'[[source]]\nname = "s{number}"\nkind = "{kind}"\ninterval = "10m"\n'
                    f"recheck = {str(rechecked).lower()}\n")  # fmt: skip
        if slow:
            toml.append(f'delay = "{rare:g}s"\n')
        if kind == "pages":
            toml.append(f"urls = {json.dumps(named)}\n")
        else:
            path = f"/{number}/{kind}"
            toml.append(f'url = "{base}{path}"\n')
            write = _sitemap if kind == "sitemap" else _feed
            half = write(named[: len(named) // 2])
            whole = write(named)
            if number % 4 == 0 and lying:
                site[path] = [half, half, whole | {"lying": True}]
            else:
                site[path] = whole
        # A page keeps the delay of the source that names it first, so only of hosts like this.
        before = [] if truth.delays[host] > delay else urls
    plan = {
        "sites": sites,
        "faults": {
            "share": faults,
            "kinds": ["503", "429", "reset", "cut", "slow", "gzip"],
            "seed": 7,
            "storm": [60, 6] if faults else [1, 0],
        },
    }
    return Sites(plan, "\n".join(toml), truth)


def _article(
    site: dict[str, Any],
    truth: Truth,
    base: str,
    name: str,
    draw: random.Random,
    rechecked: bool,
    lying: bool,
) -> str:
    """Program an article and note what must become of it; its address."""
    path = f"/2026/{name}"
    kind = draw.random()
    figure = draw.randint(11, 99)
    if kind < 0.02:
        path = f"/private/{name}"
    url = base + path
    truth.outcomes[url] = "read"
    page = _page(name, figure, draw)
    site[path] = page
    if kind < 0.02:
        truth.outcomes[url] = "robots"
    elif kind < 0.04:
        site[path] = {"status": 410, "body": "gone"}
        truth.outcomes[url] = "gone"
    elif kind < 0.05:
        site[path] = {"status": 403, "body": "no"}
        truth.outcomes[url] = "blocked"
    elif kind < 0.07:
        site[path + "-moved"] = page
        site[path] = {"status": 302, "headers": [["Location", path + "-moved"]]}
    elif kind < 0.5 and rechecked:
        truth.revised[url] = str(figure * 10)
        later = _page(name, figure * 10, random.Random(name), lying=lying and kind < 0.25)
        first = _page(name, figure, random.Random(name))
        site[path] = [first, first, later]
    return url


def _page(name: str, figure: int, draw: random.Random, *, lying: bool = False) -> dict[str, Any]:
    company = syllables(draw, 4)
    person = f"{draw.choice(_GIVEN)} {syllables(draw, 3)}"
    lines = [
        f"{company} will invest ${figure} million in the {draw.choice(_ADJECTIVES)} "
        f"{draw.choice(_NOUNS)} of {draw.choice(_PLACES)}, {person} said on Monday."
    ]
    for _ in range(draw.randint(4, 8)):
        lines.append(
            f"People who {draw.choice(_VERBS)} the {draw.choice(_ADJECTIVES)} "
            f"{draw.choice(_NOUNS)} of {draw.choice(_PLACES)} also {draw.choice(_VERBS)} the "
            f"{draw.choice(_NOUNS)} near {draw.choice(_PLACES)} {draw.choice(_WHEN)}, and "
            f"{draw.choice(_GIVEN)} {syllables(draw, 3)} "
            f"{draw.choice(_VERBS)} its {draw.choice(_ADJECTIVES)} {draw.choice(_NOUNS)}."
        )
    title = f"{company} looks at {lines[1].split(' the ', 1)[1][:40]}"
    day = _BEGAN + timedelta(minutes=draw.randint(0, 60 * 24 * 20))
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    body = (
        f'<!doctype html><html lang="en"><head><title>{escape(title)}</title>'
        f'<meta property="article:published_time" content="{day.isoformat()}"></head><body>'
        '<nav><a href="/">Home</a> <a href="/world">World</a></nav>'
        f"<main><article><h1>{escape(title)}</h1>{text}</article></main>"
        "<footer>Contact | Imprint | About us</footer></body></html>"
    )
    return {"body": body, "etag": f'"{name}"' if lying else f'"{name}-{figure}"', "lying": lying}


def _feed(urls: Iterable[str]) -> dict[str, Any]:
    items = "".join(
        f"<item><title>{n}</title><link>{url}</link>"
        f"<pubDate>{format_datetime(_BEGAN - timedelta(minutes=n))}</pubDate></item>"
        for n, url in enumerate(urls)
    )
    body = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Soak</title>'
        f"<link>http://x</link><description>d</description>{items}</channel></rss>"
    )
    return {"body": body, "etag": '"feed"', "media_type": "application/rss+xml; charset=utf-8"}


def _sitemap(urls: Iterable[str]) -> dict[str, Any]:
    places = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    )
    return {"body": body, "etag": '"map"', "media_type": "application/xml"}


def _robots(host: str, crawl_delay: float = 0.0) -> dict[str, Any]:
    rules = "User-agent: *\nDisallow: /private/\n"
    if crawl_delay:
        rules += f"Crawl-delay: {crawl_delay:g}\n"
    return {"body": rules, "media_type": "text/plain"}
