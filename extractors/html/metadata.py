"""What a page says of itself: title, dates, authors, outlet, address, language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from extractors import urls
from extractors.html import bylines, dates, names, titles
from extractors.html.align import letters
from extractors.html.dates import Setting, Stamp, parse_time
from extractors.html.linked import Item, Linked, linked, plain, types_of, values
from extractors.html.tree import SPACE
from extractors.records import DateBasis
from extractors.rulebook import load_yaml

__all__ = ["Metadata", "metadata", "parse_time"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself.

    Attributes:
        title: the headline, without the name of the site, "" if unknown.
        published_at, modified_at: zone-aware.
        date_basis: of `published_at`: "stated" with a zone; "inferred" where the zone, or a
            label, is missing; "guessed" where the page tells only of a change, which is then
            the latest time at which it can have been published.
        authors: names in the order given.
        outlet: name of the site as the page gives it.
        canonical_url: as the page gives it.
        lang: BCP-47 tag that the page declares, a hint only.
        bodies: texts of the article that the page's JSON-LD embeds, a block a line.
        description: the standfirst or summary that the page states, "" if none.
        paywalled: whether it says that its text is not free to all.
        types: names of the schema.org types that it gives itself, and its Open Graph type
            as ``og:article``.
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
    description: str = ""
    paywalled: bool = False
    types: frozenset[str] = frozenset()


_ORGANISATIONS = frozenset((
    "WebSite", "Organization", "NewsMediaOrganization", "Corporation", "Periodical", "Newspaper",
))  # fmt: skip
_LOCKED = frozenset(("locked", "metered", "paid", "premium", "subscription", "subscriber"))
_DAY = timedelta(days=1)


def _metas(data: Linked, name: str) -> list[str]:
    """Contents of the meta tags for one field, best first."""
    wanted = load_yaml("html/fields.yaml")["metas"][name]
    return [data.metas[key] for key in wanted if key in data.metas]


def _canonical(tree: Any, metas: Mapping[str, str]) -> str | None:
    """Address that the page gives as its own, if it is an absolute one."""
    links = (
        n.get("href") for n in tree.iter("link") if (n.get("rel") or "").lower() == "canonical"
    )
    for address in (*links, metas.get("og:url")):
        if address and urls.site(address.strip()):
            return str(address.strip())
    return None


_TAG = re.compile(
    r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@].*)?$", re.IGNORECASE
)


def _tag(text: str) -> str | None:
    """A language tag in BCP-47 form, None for what is none."""
    match = _TAG.match(re.split(r"[,;\s]", text.strip())[0])
    if not match:
        return None
    lang, script, region = match.groups()
    parts = [lang.lower(), (script or "").title(), (region or "").upper()]
    return "-".join(part for part in parts if part)


def _language(tree: Any, data: Linked, own: Sequence[Item]) -> str | None:
    """Language that the page declares."""
    attributes = (tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    stated = [*attributes, tree.get("xml:lang"), *_metas(data, "lang"), *values(own, "inLanguage")]
    return next((tag for text in stated if text and (tag := _tag(text))), None)


def _own(data: Linked, title: str, address: str) -> list[Item]:
    """Objects for the article itself before those that may be for related ones."""

    def foreign(item: Item) -> bool:
        headline = plain(item.get("headline") or item.get("name"))
        page = plain(item.get("url")) or plain(item.get("mainEntityOfPage"))
        if address and page and urls.canonical(page) == urls.canonical(address):
            return False
        return bool(headline and title) and titles.akin(headline, title) < 0.3

    return sorted(data.articles, key=foreign)


def _agreed(first: Stamp, stamps: Sequence[Stamp]) -> Stamp:
    """The same time as `first` with more detail, where another statement gives it."""
    for other in stamps:
        if not first.timed:
            if other.timed and other.when.date() == first.when.date():
                return other
        elif other.basis == "stated":
            if first.basis == "inferred":
                apart = other.when.replace(tzinfo=None) - first.when.replace(tzinfo=None)
            else:
                apart = other.when - first.when
            local = not first.when.utcoffset() and other.when.utcoffset()
            if abs(apart) < timedelta(minutes=1) and (first.basis == "inferred" or local):
                return other
    return first


def _dates(
    tree: Any, data: Linked, own: Sequence[Item], title: str, url: str, where: Setting
) -> tuple[Stamp | None, DateBasis | None, datetime | None]:
    """When the page was published, on what basis, and when it was last changed."""

    def parsed(stated: Sequence[str]) -> list[Stamp]:
        return [stamp for text in stated if (stamp := dates.parse(text, where))]

    changed = parsed(values(own, "dateModified") + _metas(data, "updated"))
    clocks = {stamp.when.replace(tzinfo=None) for stamp in changed if stamp.timed}
    stated = parsed(values(own, "datePublished") + _metas(data, "published"))
    dated = parsed(_metas(data, "dated"))
    stated += [stamp for stamp in dated if stamp.when.replace(tzinfo=None) not in clocks]
    stated += bylines.own_times(tree, where)
    stated += parsed(values(own, "dateCreated", "uploadDate"))
    published: Stamp | None
    if stated:
        published = _agreed(stated[0], [*stated[1:], *bylines.times(tree, where)])
    else:
        shown = bylines.shown(tree, title, where)
        published = shown.published or dates.in_path(url, where)
        changed += [shown.updated] if shown.updated else []
    modified = changed[0].when if changed else None
    if published is None:
        guess: DateBasis = "guessed"
        return (changed[0], guess, modified) if changed else (None, None, None)
    if modified is not None and modified < published.when - _DAY:
        modified = None
    return published, published.basis, modified


def _locked(own: Sequence[Item], data: Linked) -> bool:
    """Whether the page says that its text is not free to all."""

    def closed(item: Any) -> bool:
        return isinstance(item, Mapping) and str(
            item.get("isAccessibleForFree", "")
        ).lower().endswith("false")

    for item in own:
        parts = item.get("hasPart")
        parts = parts if isinstance(parts, list) else [parts]
        if closed(item) or any(map(closed, parts)):
            return True
    return any(tier.lower() in _LOCKED for tier in _metas(data, "tier"))


def _string_block(value: Any) -> list[str]:
    """Lines of a JSON-LD article body, markup removed."""
    if not isinstance(value, str):
        return []
    if "<" in value and ">" in value:
        value = re.sub(r"<(?:br|/p|/div|/h\d)[^>]{0,50}>", "\n", value)
        value = re.sub(r"<[^<>]{1,500}>", " ", value)
    return [line for raw in value.split("\n") if (line := SPACE.sub(" ", raw).strip())]


def _site_names(data: Linked, url: str) -> list[str]:
    """Names of the site: as the page gives them, its host, the first label of its host."""
    site = urls.site(url)
    given = values([i for i in data.items if _ORGANISATIONS & set(types_of(i))], "name")
    given += values(data.articles, "publisher") + _metas(data, "site")
    labels = site.split(".")
    hosts = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    return [*given, *hosts, *labels[:-1], "www." + site] if site else given


def metadata(tree: Any, *, url: str = "", fetched: datetime | None = None) -> Metadata:
    """Read what the page says of itself.

    Args:
        tree: the parsed page, not changed.
        url: its address, for the name of the site and the day in its path.
        fetched: when it was fetched (zone-aware), for dates without a year and against dates
            in the future; None if not known.
    """
    data = linked(tree)
    address = url if urls.site(url) else _canonical(tree, data.metas) or ""
    sites = _site_names(data, address)
    headlines = values(data.articles, "headline")
    document = plain(next((t.text or "" for t in tree.iter("title")), "")[:2000])
    below = titles.headings(tree, "h2", "h3")
    stated = _metas(data, "title")
    title = titles.choose(headlines, stated, document, titles.headings(tree), below, sites)
    own = _own(data, title, address)
    lang = _language(tree, data, own)
    where = dates.setting(lang or "", address, fetched)
    published, basis, modified = _dates(tree, data, own, title, address, where)
    publishers = values(data.articles, "publisher")
    kind = data.metas.get("og:type")
    outlets = [*_metas(data, "site")[:1], *publishers]
    return Metadata(
        title=title,
        published_at=published.when if published else None,
        date_basis=basis,
        modified_at=modified,
        authors=names.authors(tree, data, own, sites),
        outlet=next((name for name in outlets if letters(name)), None),
        canonical_url=_canonical(tree, data.metas),
        lang=lang,
        bodies=tuple(
            tuple(lines) for item in own if (lines := _string_block(item.get("articleBody")))
        ),
        description=next(iter(values(own, "description") + _metas(data, "description")), ""),
        paywalled=_locked(own, data),
        types=data.types | ({f"og:{kind.lower()}"} if kind else frozenset()),
    )
