"""URL identity: which addresses name the same article.

Conservative: whatever may be an id in a query is kept, because two articles under one key are
worse than one article under two keys, which the content hash repairs.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from extractors.rulebook import load_yaml

_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_AMP_CACHE = re.compile(r"^/(?:amp|c|v|i|r)?/?s/(?P<rest>.+)$")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


def _tracking() -> re.Pattern[str]:
    table = load_yaml("tracking.yaml")
    return re.compile("|".join(f"(?:{p})" for p in table["parameters"]), re.IGNORECASE)


def _unescape(match: re.Match[str]) -> str:
    ch = chr(int(match.group()[1:], 16))
    return ch if ch in _UNRESERVED else match.group().upper()


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


def _host(host: str) -> str:
    """Host without the labels of mobile and AMP editions (m., mobile., amp., www.)."""
    labels = host.rstrip(".").lower().split(".")
    dropped = set(load_yaml("tracking.yaml")["host_labels"])
    while len(labels) > 2 and labels[0] in dropped:
        labels = labels[1:]
    if len(labels) > 3 and labels[1] in {"m", "mobile"}:  # n.m.example.com
        labels = [labels[0], *labels[2:]]
    return ".".join(labels)


def canonical(url: str) -> str:
    """The key under which addresses of one article meet.

    Drops fragment, default port, credentials, `www`, mobile and AMP markers and tracking
    parameters; resolves dots; sorts the query; writes http as https. Ids in the query stay.
    What is no web address (a file name, a row id) comes back unchanged.

    Args:
        url: absolute address.

    Returns:
        The canonical form, itself canonical again.
    """
    previous, current = "", url.strip()
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
            return f"https://{inner['rest']}"
    path = _dots(_ESCAPE.sub(_unescape, parts.path))
    path = re.sub(r"^/amp(?=/)|/amp/?$|\.amp(?=\.html?$)|\.amp$", "", path) or "/"
    if len(path) > 1:
        path = path.rstrip("/")
    tracking = _tracking()
    query = [
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True)
        if not tracking.fullmatch(k)
    ]
    netloc = _host(host)
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    return urlunsplit(("https", netloc, path, urlencode(sorted(query)), ""))


def site(url: str) -> str:
    """Host of `url` without edition labels, "" for what is no web address."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return _host(host) if host else ""
