"""What a page says of itself: title, dates, outlet, address, language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from extractors import urls
from extractors.html.align import letters
from extractors.html.tree import SPACE
from extractors.records import DateBasis


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself.

    Attributes:
        title: without the site's suffix, "" if unknown.
        published_at, modified_at: zone-aware.
        date_basis: of `published_at`: "stated" with a zone, "inferred" where it is missing.
        authors: names in the order given.
        outlet: name of the site as the page gives it.
        canonical_url: as the page gives it.
        lang: as the page declares it, a hint only.
        bodies: texts of the article that the page's JSON-LD embeds, a block a line.
    """

    title: str = ""
    published_at: datetime | None = None
    date_basis: DateBasis | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    outlet: str | None = None
    canonical_url: str | None = None
    lang: str | None = None
    bodies: tuple[tuple[str, ...], ...] = ()


_ARTICLE_TYPES = re.compile(
    r"(?:News|Blog|Reportage|Opinion|Analysis|Live)?(?:Article|Posting|BlogPosting)$"
)


def _objects(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """All objects inside parsed JSON-LD, outermost first."""
    if depth > 12:
        return
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value[:500]:
            yield from _objects(item, depth + 1)


def _linked_data(tree: Any) -> list[Mapping[str, Any]]:
    """Article objects of the page's JSON-LD."""
    found: list[Mapping[str, Any]] = []
    for node in tree.iter("script"):
        if "ld+json" not in (node.get("type") or "") or not node.text:
            continue
        try:
            parsed = json.loads(node.text.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(parsed):
            kind = item.get("@type")
            kinds = kind if isinstance(kind, list) else [kind]
            if any(isinstance(k, str) and _ARTICLE_TYPES.search(k) for k in kinds):
                found.append(item)
    return found


def _string(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@value") or ""
    if isinstance(value, list):
        value = value[0] if value else ""
        return _string(value)
    return SPACE.sub(" ", value).strip() if isinstance(value, str) else ""


def _metas(tree: Any) -> dict[str, str]:
    """Content of meta tags by name, property or itemprop; the first of each."""
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        content = SPACE.sub(" ", node.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


_ISO = re.compile(
    r"^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?$"
)


def parse_time(text: str) -> tuple[datetime, DateBasis] | None:
    """A W3C or ISO 8601 time; without a zone it is read as UTC and called inferred."""
    match = _ISO.match(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    stamp = f"{year}-{month}-{day}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    if zone and zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        stamp += f"{zone[0]}{digits[:2]}:{digits[2:]}"
    try:
        parsed = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    if parsed.year < 1990:
        return None
    if parsed.tzinfo is not None:
        return parsed, "stated"
    return parsed.replace(tzinfo=UTC), "stated" if zone else "inferred"


_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
)


def _published(
    tree: Any, data: Sequence[Mapping[str, Any]], metas: Mapping[str, str]
) -> tuple[datetime | None, DateBasis | None]:
    """When the page says it was published, most explicit statement first."""
    stated = [_string(item.get("datePublished")) for item in data]
    stated += [metas[name] for name in _DATE_METAS if name in metas]
    for node in tree.iter("time"):
        if node.get("pubdate") is not None or "datePublished" in (node.get("itemprop") or ""):
            stated.append(node.get("datetime") or "")
    times = [found for found in map(parse_time, stated) if found]
    for found in times:
        if found[1] == "stated":
            return found
    return times[0] if times else (None, None)


_SEPARATOR = re.compile(r"\s+[|\-–—:·•»«/]+\s+|\s*[|｜]\s*|\s*[：]\s+")


def _without_site(title: str, names: Sequence[str], heading: str) -> str:
    """Title without the name of the site at its end or beginning."""
    title = SPACE.sub(" ", unescape(title)).strip()
    if heading and len(letters(heading)) >= 8 and letters(title).startswith(letters(heading)):
        return heading
    keys = {letters(name) for name in names if name}
    parts = _SEPARATOR.split(title)
    cuts = list(_SEPARATOR.finditer(title))
    while cuts and letters(parts[-1]) in keys:
        title = title[: cuts[-1].start()]
        parts.pop()
        cuts.pop()
    if cuts and letters(parts[0]) in keys:
        title = title[cuts[0].end() :]
    return title.strip()


def _title(candidates: Sequence[str], headings: Sequence[str], names: Sequence[str]) -> str:
    """The first title given, without the name of the site."""
    for candidate in candidates:
        if candidate:
            start = letters(candidate)
            matching = next((h for h in headings if h and start.startswith(letters(h))), "")
            return _without_site(candidate, names, matching)
    return ""


def _canonical(tree: Any, metas: Mapping[str, str]) -> str | None:
    """Address that the page gives as its own, if it is an absolute one."""
    links = (
        n.get("href") for n in tree.iter("link") if (n.get("rel") or "").lower() == "canonical"
    )
    address = next(links, None) or metas.get("og:url")
    return address if address and urls.site(address) else None


def _string_block(value: Any) -> list[str]:
    """Lines of a JSON-LD article body, markup removed."""
    if not isinstance(value, str):
        return []
    if "<" in value and ">" in value:
        value = re.sub(r"<(?:br|/p|/div|/h\d)[^>]{0,50}>", "\n", value)
        value = re.sub(r"<[^<>]{1,500}>", " ", value)
    return [line for raw in value.split("\n") if (line := SPACE.sub(" ", raw).strip())]


def metadata(tree: Any, *, url: str = "") -> Metadata:
    """Read what the page says of itself.

    Args:
        tree: the parsed page, not changed.
        url: its address, for the name of the site.
    """
    data = _linked_data(tree)
    metas = _metas(tree)
    published, basis = _published(tree, data, metas)
    site = urls.site(url)
    publishers = [_string(item.get("publisher")) for item in data]
    names = [site, metas.get("og:site_name", ""), metas.get("application-name", ""), *publishers]
    names += [site.split(".")[0]] if site else []
    headings = [SPACE.sub(" ", h.text_content()).strip() for h in tree.iter("h1")]
    candidates = [_string(item.get("headline")) for item in data]
    candidates += [metas.get("og:title", ""), metas.get("twitter:title", "")]
    candidates += [next((_string(t.text or "") for t in tree.iter("title")), ""), *headings]
    return Metadata(
        title=_title(candidates, headings, names),
        published_at=published,
        date_basis=basis,
        outlet=metas.get("og:site_name") or next((name for name in publishers if name), None),
        canonical_url=_canonical(tree, metas),
        lang=tree.get("lang"),
        bodies=tuple(
            tuple(lines) for item in data if (lines := _string_block(item.get("articleBody")))
        ),
    )
