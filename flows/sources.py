"""`sources.toml`: where documents come from, and how politely they are fetched.

    [fetching]
    contact = "https://example.org/our-crawler"   # for the User-Agent: a page or an address of mail

    [[source]]
    name = "example-world"
    kind = "feed"
    url = "https://www.example.org/world/rss.xml"
    lang = "en"
    timezone = "Europe/London"
    interval = "adaptive"
    exclude = ["*/sport/*"]
    expect = { articles_per_day = 5, newest_within = "12h", failed_share_below = 0.2 }

Every key with its meaning and default is in docs/sources.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from extractors.urls import canonical
from flows import values
from flows.declared import Form, FormatError, Lines, Reader, Span, read_table, unknown
from flows.fetching.records import Via
from flows.fetching.settings import Limits, Manners, Settings
from flows.inputs import InputError
from flows.metadata import hint

NAME = "sources.toml"

Kind = Literal["feed", "sitemap", "pages", "homepage", "folder", "warc"]

ADDRESS: dict[Kind, tuple[str, str]] = {
    "feed": ("url", '"https://..."'),
    "sitemap": ("url", '"https://..."'),
    "pages": ("urls", '["https://..."]'),
    "homepage": ("url", '"https://..."'),
    "folder": ("path", '"pages"'),
    "warc": ("path", '"crawl.warc.gz"'),
}
"""The key that says where a source of a kind is, with an example."""

_VIA: dict[Kind, Via] = {
    "feed": "feed",
    "sitemap": "sitemap",
    "pages": "page list",
    "homepage": "homepage",
    "folder": "folder",
    "warc": "archive",
}
_TABLES = ("fetching", "source")
LOCAL = ("folder", "warc")
"""Kinds that no server is asked for."""

_MOST_PARALLEL = 16  # requests to one host at a time that a file may ask for
_MOST_ARTICLES = 100_000  # a day
_POLITENESS: dict[str, Reader] = {
    "delay": partial(values.duration, least=timedelta()),
    "concurrency": partial(values.whole, most=_MOST_PARALLEL),
    "obey_crawl_delay": values.yes_or_no,
}


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold of a source; a breach is told as `source.failing`.

    Attributes:
        articles_per_day: at least so many new articles a day, on an average.
        newest_within: its newest article is no older than this.
        failed_share_below: of its retrievals less than this share fail, above 0 to 1.
    """

    articles_per_day: int | None = None
    newest_within: timedelta | None = None
    failed_share_below: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One source of documents.

    Attributes:
        name: unique in the file.
        kind: what it is.
        url: of a feed, sitemap or home page, "" for other kinds.
        urls: of a page list.
        path: of a folder or WARC file (or folder of such), None for other kinds.
        lang: BCP-47 tag, a hint for every article; None where not known.
        timezone: zone of times that are stated without one; None goes by language and address.
        outlet, place: who publishes it, and in which country (ISO 3166-1 alpha-2).
        tags: free words of the user.
        interval: time between two polls, None where it is adaptive.
        min_interval, max_interval: range of an adaptive interval.
        delay: time between the beginnings of two requests to one host.
        concurrency: requests to one host at a time.
        obey_crawl_delay: whether a longer Crawl-delay of robots.txt holds.
        include, exclude: patterns of addresses that are taken or left; see `takes`.
        proxy: name of one of `Fetching.proxies`, None to go without.
        verify_tls: whether certificates are checked.
        verify_tls_reason: why they are not, "" where they are.
        active: whether it is polled.
        recheck: whether its articles are looked at again.
        expect: what must hold of it.
    """

    name: str
    kind: Kind
    url: str = ""
    urls: tuple[str, ...] = ()
    path: Path | None = None
    lang: str | None = None
    timezone: ZoneInfo | None = None
    outlet: str | None = None
    place: str | None = None
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None
    min_interval: timedelta = timedelta(minutes=10)
    max_interval: timedelta = timedelta(days=1)
    delay: timedelta = timedelta(seconds=5)
    concurrency: int = 2
    obey_crawl_delay: bool = True
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    proxy: str | None = None
    verify_tls: bool = True
    verify_tls_reason: str = ""
    active: bool = True
    recheck: bool = True
    expect: Expect = field(default_factory=Expect)

    @property
    def via(self) -> Via:
        """How the addresses that it names are found."""
        return _VIA[self.kind]

    @property
    def manners(self) -> Manners:
        """How politely its hosts are treated."""
        return Manners(
            delay_seconds=self.delay.total_seconds(),
            parallel=self.concurrency,
            obey_crawl_delay=self.obey_crawl_delay,
        )

    def takes(self, url: str) -> bool:
        """Whether an article is taken: it fits one of `include`, if any, and none of `exclude`.

        In a pattern `*` stands for any characters, all else for itself; the whole canonical
        address is compared, capitals and all.

        Args:
            url: address of the article, in any form.
        """
        key = canonical(url)
        wanted = not self.include or any(values.fits(key, pattern) for pattern in self.include)
        return wanted and not any(values.fits(key, pattern) for pattern in self.exclude)


@dataclass(frozen=True, slots=True)
class Fetching:
    """How sources are fetched.

    Attributes:
        contact: page or mail address of whoever runs this, for the User-Agent.
        archive: folder of the WARC files, relative to the file's own folder.
        delay, concurrency, obey_crawl_delay: of sources that do not state their own.
        max_size: bytes of one body after decompression; more is `too_large`.
        connect_timeout, read_timeout: to a connection, and between two bytes.
        total_timeout: of one retrieval, redirects included.
        allow_private_hosts: names or addresses of hosts (or `*.` and a domain) that may be in
            a private network.
        proxies: name to address; never shown, since an address may hold a password.
    """

    contact: str = ""
    archive: Path = Path("archive")
    delay: timedelta = timedelta(seconds=5)
    concurrency: int = 2
    obey_crawl_delay: bool = True
    max_size: int = 50_000_000
    connect_timeout: timedelta = timedelta(seconds=10)
    read_timeout: timedelta = timedelta(seconds=30)
    total_timeout: timedelta = timedelta(minutes=2)
    allow_private_hosts: tuple[str, ...] = ()
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def limits(self) -> Limits:
        """What one retrieval may cost."""
        return Limits(
            body_bytes=self.max_size,
            connect_seconds=self.connect_timeout.total_seconds(),
            read_seconds=self.read_timeout.total_seconds(),
            total_seconds=self.total_timeout.total_seconds(),
        )

    def settings(self, proxy: str | None = None, *, verify_tls: bool = True) -> Settings:
        """What holds for every request of the fetcher that goes through a proxy, or through none.

        Args:
            proxy: its name, one of `proxies`; None for none.
            verify_tls: whether certificates are checked.
        """
        address = None if proxy is None else self.proxies[proxy]
        password = urlsplit(address).password if address else None
        return Settings(
            self.contact,
            self.allow_private_hosts,
            address,
            verify_tls=verify_tls,
            secrets=(password,) if password else (),
        )


@dataclass(frozen=True, slots=True)
class Sources:
    """What a `sources.toml` says.

    Attributes:
        fetching: how sources are fetched.
        sources: in the order of the file.
    """

    fetching: Fetching
    sources: tuple[Source, ...]


def read(path: Path, environ: Mapping[str, str] = os.environ) -> Sources:
    """The sources of a file.

    Args:
        path: a TOML file as in the text above.
        environ: where addresses of proxies are looked up that stand in the environment.

    Raises:
        InputError: it cannot be read or breaks its form; with file, line and remedy, one
            sentence for each thing that is wrong.
    """
    try:
        tables, text = read_table(path, str(path))
    except FormatError as problem:
        raise InputError(str(problem)) from None
    form = _Form(Lines(str(path), text), path.parent, environ)
    found = form.read(tables)
    if form.problems:
        raise InputError("\n".join(form.problems))
    return found


class _Form(Form):
    """Reads the tables of one file and collects all that is wrong with them.

    Args:
        lines: says where a key stands.
        folder: to which paths are relative.
        environ: where addresses of proxies are looked up.
    """

    def __init__(self, lines: Lines, folder: Path, environ: Mapping[str, str]) -> None:
        super().__init__(lines)
        self.folder = folder
        self.environ = environ

    def read(self, tables: Mapping[str, object]) -> Sources:
        for key in tables:
            if key not in _TABLES:
                self.tell(unknown(key, _TABLES), key, self.lines.entry(key, 0))
        settings = tables.get("fetching", {})
        fetching = self._fetching(settings)
        given = tables.get("source", [])
        if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
            said = "write [[source]], in two brackets, for each source"
            self.tell(said, "source", self.lines.entry("source", 0))
            given = []
        spans = [self.lines.entry("source", number) for number in range(len(given))]
        sources = [
            self._source(entry, span, fetching) for entry, span in zip(given, spans, strict=True)
        ]
        self._doubles("name", given, spans)
        for key in ("url", "path"):
            self._doubles(key, given, spans)
        if not _contactless(sources) and isinstance(settings, dict) and "contact" not in settings:
            self.tell(
                "contact is missing in [fetching]; say where those whose servers are asked can "
                'reach you, as contact = "https://example.org/our-crawler"',
                None,
                self.lines.entry("fetching", 0),
            )
        return Sources(fetching, tuple(source for source in sources if source))

    def _fetching(self, given: object) -> Fetching:
        span = self.lines.entry("fetching", 0)
        if not isinstance(given, dict):
            self.tell("write [fetching] as a table, in one pair of brackets", "fetching", span)
            return Fetching()
        readers: dict[str, Reader] = {
            "contact": values.contact,
            "archive": self._path,
            "max_size": values.size,
            "connect_timeout": values.duration,
            "read_timeout": values.duration,
            "total_timeout": values.duration,
            "allow_private_hosts": partial(values.each, read=values.host),
            "proxies": self._proxies,
            **_POLITENESS,
        }
        found = {"archive": self.folder / Fetching().archive}
        return Fetching(**found | self.values(given, readers, span))

    def _source(
        self, entry: Mapping[str, Any], span: Span | None, common: Fetching
    ) -> Source | None:
        """The source of an entry, None where it breaks its form."""
        before = len(self.problems)
        readers: dict[str, Reader] = {
            "name": values.name,
            "kind": partial(values.choice, choices=get_args(Kind)),
            "url": values.address,
            "urls": partial(values.each, read=values.address),
            "path": self._path,
            "lang": hint,
            "timezone": values.zone,
            "outlet": hint,
            "place": hint,
            "tags": partial(values.each, read=values.text),
            "interval": _interval,
            "min_interval": values.duration,
            "max_interval": values.duration,
            "include": partial(values.each, read=values.pattern),
            "exclude": partial(values.each, read=values.pattern),
            "proxy": partial(values.choice, choices=tuple(common.proxies)),
            "verify_tls": values.yes_or_no,
            "verify_tls_reason": values.text,
            "active": values.yes_or_no,
            "recheck": values.yes_or_no,
            "expect": partial(self._expect, span=span),
            **_POLITENESS,
        }
        found = self.values(entry, readers, span)
        for key in ("name", "kind"):
            if key not in entry:
                self.tell(f"{key} is missing in [[source]]; each has name and kind", None, span)
        if "kind" in found:
            self._check_address(found["kind"], entry, span)
        if len(self.problems) == before:
            shared = {key: getattr(common, key) for key in _POLITENESS}
            source = Source(**shared | found)
            self._check_together(source, entry, span)
        return source if len(self.problems) == before else None

    def _check_address(self, kind: Kind, entry: Mapping[str, Any], span: Span | None) -> None:
        """A source says where it is with the key of its kind, and with no other."""
        needed, example = ADDRESS[kind]
        if needed not in entry:
            self.tell(f"{needed} is missing; a {kind} needs {needed} = {example}", None, span)
        for key in ("url", "urls", "path"):
            if key in entry and key != needed:
                self.tell(f"a {kind} has no {key}; write {needed} = {example}", key, span)
        for key in (*_POLITENESS, "proxy", "verify_tls") if kind in LOCAL else ():
            if key in entry:
                self.tell(f"{key} means nothing for a {kind}; take it out", key, span)

    def _check_together(self, source: Source, entry: Mapping[str, Any], span: Span | None) -> None:
        """Keys that have a meaning only beside others."""
        for key in ("min_interval", "max_interval"):
            if key in entry and source.interval is not None:
                self.tell(f'{key} needs interval = "adaptive"; take one of them out', key, span)
        if source.min_interval > source.max_interval:
            key = "min_interval" if "min_interval" in entry else "max_interval"
            self.tell("min_interval is longer than max_interval; change one of them", key, span)
        if not source.verify_tls and not source.verify_tls_reason:
            said = 'verify_tls = false needs verify_tls_reason = "why", so that it can be undone'
            self.tell(said, "verify_tls", span)
        if source.verify_tls and source.verify_tls_reason:
            said = "verify_tls_reason stands without verify_tls = false; take it out"
            self.tell(said, "verify_tls_reason", span)

    def _doubles(self, key: str, given: list[dict[str, Any]], spans: list[Span | None]) -> None:
        """No two sources have one name, feed or folder."""
        seen: dict[object, str] = {}
        for entry, span in zip(given, spans, strict=True):
            value = entry.get(key)
            if not isinstance(value, str):
                continue
            what = value if key == "name" else (entry.get("kind"), value)
            if what in seen:
                said = f"{key} {value!r} is that of the source in {seen[what]} already"
                self.tell(f"{said}; change one, or take one source out", key, span)
            else:
                seen[what] = self.lines.key(key, span)

    def _path(self, key: str, value: object) -> Path:
        """A path, relative to the file's own folder."""
        return self.folder / Path(values.text(key, value)).expanduser()

    def _expect(self, key: str, value: object, span: Span | None) -> Expect:
        if not isinstance(value, dict):
            raise ValueError(f"{key} is {value!r}; write {key} = {{ articles_per_day = 5 }}")
        readers: dict[str, Reader] = {
            "articles_per_day": partial(values.whole, most=_MOST_ARTICLES),
            "newest_within": values.duration,
            "failed_share_below": values.share,
        }
        return Expect(**self.values(value, readers, span))

    def _proxies(self, key: str, value: object) -> Mapping[str, str]:
        """Addresses of proxies by name, those of the environment looked up."""
        example = f'[fetching.{key}] abroad = {{ env = "NEWSLEDGER_PROXY" }}'
        if not isinstance(value, dict):
            raise ValueError(f"{key} is {value!r}; write {example}")
        found: dict[str, str] = {}
        for name, given in value.items():
            if isinstance(given, dict) and list(given) == ["env"] and isinstance(given["env"], str):
                if not (address := self.environ.get(given["env"])):
                    raise ValueError(
                        f"the environment has no {given['env']} for the proxy {name!r}; "
                        f"set {given['env']} to its address"
                    )
                found[name] = values.proxy(name, address, from_environment=True)
            elif isinstance(given, str):
                found[name] = values.proxy(name, given)
            else:
                raise ValueError(f"the proxy {name!r} has no address; write {example}")
        return found


def _interval(key: str, value: object) -> timedelta | None:
    return None if value == "adaptive" else values.duration(key, value)


def _contactless(sources: Iterable[Source | None]) -> bool:
    """Whether no source needs another's server."""
    return all(source is None or source.kind in LOCAL for source in sources)
