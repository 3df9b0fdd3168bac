"""News sites on the loopback server: feeds, articles and a sources.toml that names them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from loopback import Loopback, Reply

BEGAN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def article(title: str, *paragraphs: str, aside: str = "", day: datetime = BEGAN) -> Reply:
    """A page with an article, menus, and an aside that changes."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return Reply(
        f"""<!doctype html><html lang="en"><head><title>{escape(title)} - Gazette</title>
<meta property="article:published_time" content="{day.isoformat()}"></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/sport">Sport</a></nav>
<main><article><h1>{escape(title)}</h1>{body}</article></main>
<aside><h4>Most read</h4><ul><li><a href="/x">{escape(aside or "Ten recipes")}</a></li></ul></aside>
<footer>Contact | Imprint | About us</footer></body></html>""".encode()
    )


def feed(links: Sequence[tuple[str, str]], etag: str | None = None) -> Reply:
    """An RSS feed of (address, title), an hour apart, the first the newest."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(url)}</link><pubDate>"
        f"{format_datetime(BEGAN - timedelta(hours=n))}</pubDate></item>"
        for n, (url, title) in enumerate(links)
    )
    return Reply(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>'
        f"<link>http://x</link><description>d</description>{items}</channel></rss>".encode(),
        media_type="application/rss+xml; charset=utf-8",
        etag=etag,
    )


def sources(folder: Path, server: Loopback, *hosts: str, more: str = "", **keys: str) -> Path:
    """A sources.toml with a feed for each host, polled without delay."""
    settings = {"interval": '"10m"', **keys}
    entries = "".join(
        f'[[source]]\nname = "{host.split(".")[0]}"\nkind = "feed"\n'
        f'url = "{server.url(host, "/feed")}"\n'
        + "".join(f"{key} = {value}\n" for key, value in settings.items())
        for host in hosts
    )
    path = folder / "sources.toml"
    path.write_text(
        '[fetching]\ncontact = "tests@example.org"\ndelay = "0s"\n'
        f'allow_private_hosts = ["*.localhost"]\n{more}\n{entries}',
        "utf-8",
    )
    return path
