"""URL identity: which addresses name the same article.

Conservative: whatever may be an id in a query is kept, because two articles under one key are
worse than one article under two keys, which the content hash repairs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from extractors.rulebook import load_yaml

_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_AMP_CACHE = re.compile(r"^/(?:amp|c|v|i|r)?/?s/(?P<rest>.+)$")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_ROUTE = re.compile(r"^!?/[^#]*$")  # a fragment by which a page of scripts names its content
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Table:
    """What tracking.yaml says.

    Attributes:
        tracking: names of parameters that never tell articles apart.
        editions: name and value of parameters that ask for another edition of a page.
        labels: leading host labels of other editions.
        suffixes: second-level labels under which countries register names.
        path: parts of a path that mark another edition.
    """

    tracking: re.Pattern[str]
    editions: re.Pattern[str]
    labels: frozenset[str]
    suffixes: frozenset[str]
    path: re.Pattern[str]


@cache
def _table() -> _Table:
    table = load_yaml("tracking.yaml")

    def joined(patterns: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE)

    return _Table(
        tracking=joined(table["parameters"]),
        editions=joined(table["editions"]),
        labels=frozenset(table["host_labels"]),
        suffixes=frozenset(table["suffixes"]),
        path=joined(table["path_editions"]),
    )


def _unescape(match: re.Match[str]) -> str:
    ch = chr(int(match.group()[1:], 16))
    return ch if ch in _UNRESERVED else match.group().upper()


def _quoted(text: str) -> str:
    """`text` with escapes in one form: unreserved characters bare, others in UTF-8."""
    return quote(_ESCAPE.sub(_unescape, text), safe="%/:@!$&'()*+,;=~-._")


def _dots(path: str) -> str:
    """Remove dot segments (RFC 3986, 5.2.4) and empty segments."""
    out: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if out:
                out.pop()
        elif segment not in ("", "."):
            out.append(segment)
    slash = "/" if segments[-1] in ("", ".", "..") and out else ""
    return "/" + "/".join(out) + slash


def _ascii(host: str) -> str:
    """Host in lower case, and in the ASCII form of international names."""
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _host(host: str) -> str:
    """Host without the labels of mobile and AMP editions (m., mobile., amp., www.)."""
    labels = _ascii(host).split(".")
    while len(labels) > 2 and labels[0] in _table().labels:
        if len(labels) == 3 and labels[1] in _table().suffixes:  # m.co.uk is a site
            break
        labels = labels[1:]
    if len(labels) > 3 and labels[1] in {"m", "mobile", "amp"}:  # n.m.example.com
        labels = [labels[0], *labels[2:]]
    return ".".join(labels)


def _path(path: str) -> str:
    path = _dots(_quoted(_PATH_SESSION.sub("", path)))
    path = _INDEX.sub("/", _table().path.sub("", path)) or "/"
    return path.rstrip("/") or "/"


def _query(query: str) -> str:
    table = _table()
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not table.tracking.fullmatch(name) and not table.editions.fullmatch(f"{name}={value}")
    ]
    return urlencode(sorted(kept))


def canonical(url: str) -> str:
    """The key under which addresses of one article meet.

    Drops fragment (unless it is a route, as in #!/story/1), default port, credentials, `www`,
    mobile, AMP and print markers, session ids, tracking parameters and index files; resolves
    dots; sorts the query; writes hosts and escapes in one form and http as https. Ids in the
    query stay.
    What is no web address (a file name, a row id) comes back unchanged.

    Args:
        url: absolute address.

    Returns:
        The canonical form, itself canonical again.
    """
    previous, current = "", _CONTROL.sub("", url.strip()) if "://" in url else url.strip()
    for _ in range(4):  # an AMP cache address unfolds into another address
        if current == previous:
            break
        previous, current = current, _once(current)
    return current


def _once(url: str) -> str:
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        return url
    if host.endswith(".cdn.ampproject.org") or (
        host.split(".")[-2:-1] == ["google"] and parts.path.startswith("/amp/")
    ):
        inner = _AMP_CACHE.match(parts.path)
        if inner:
            return f"https://{unquote(inner['rest'])}"
    netloc = _host(host)
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    fragment = _quoted(parts.fragment) if _ROUTE.match(parts.fragment) else ""
    return urlunsplit(("https", netloc, _path(parts.path), _query(parts.query), fragment))


def site(url: str) -> str:
    """Host of `url` without edition labels, "" for what is no web address."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return _host(host) if host else ""
