"""A list of subscriptions in OPML as the text of a `sources.toml`.

OPML 1.0 and 2.0, http://opml.org/spec2.opml. Each outline with the address of a feed becomes a
source; the outlines around it and its categories become tags.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from lxml import etree

from extractors.decoding import decode
from flows import values
from flows.declared import FormatError
from flows.metadata import hint

PLACEHOLDER = "https://example.org/who-runs-this"
"""Stands for the contact until the user writes one."""

_MOST = 20_000  # outlines of one file
_LONGEST_NAME = 80
_NO_NAME = re.compile(r"[^\w.]+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed that an OPML file names.

    Attributes:
        title: as stated there, "" where not.
        url: absolute address of the feed.
        lang: language tag, None where not stated or none.
        tags: the folders that it stands in, outermost first, then its categories.
    """

    title: str
    url: str
    lang: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """What an OPML file holds.

    Attributes:
        found: each address once, in the order of the file.
        passed_over: outlines that cannot become a source, with the reason.
    """

    found: tuple[Subscription, ...]
    passed_over: tuple[str, ...]


def parse(body: bytes, name: str) -> Subscriptions:
    """The feeds of an OPML file; XML that is broken is read as far as it goes.

    Args:
        body: the file's bytes.
        name: how messages call it.

    Raises:
        FormatError: it is no OPML at all; with the remedy.
    """
    remedy = "export the subscriptions of your feed reader as OPML and name that file"
    decoded = decode(body, markup=True) if body.strip() else None
    if decoded is None or decoded.problem:
        said = "is empty" if decoded is None else decoded.problem
        raise FormatError(f"{name}: {said}; {remedy}")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    text = _DECLARATION.sub("", decoded.text)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None or _tag(root) != "opml":
        what = "no XML" if root is None else f"<{_tag(root)}>"
        raise FormatError(f"{name} holds {what}, not <opml>; {remedy}")
    found: dict[str, Subscription] = {}
    passed_over: list[str] = []
    folders: list[tuple[int, str]] = []
    for number, (outline, depth) in enumerate(_outlines(root)):
        if number == _MOST:
            passed_over.append(f"all outlines after the first {_MOST}; split the file")
            break
        while folders and folders[-1][0] >= depth:
            folders.pop()
        stated = {key.lower(): value.strip() for key, value in outline.attrib.items()}
        title = _plain(stated.get("title") or stated.get("text") or "")
        url = stated.get("xmlurl", "")
        if not url:
            folders.append((depth, title))
            continue
        try:
            url = values.address("xmlUrl", _web(url))
        except ValueError as problem:
            passed_over.append(f"{title or 'an outline'}: {problem}")
            continue
        if url in found:
            passed_over.append(f"{title or 'an outline'}: {url} stands in the file already")
            continue
        tags = [folder for _, folder in folders] + _categories(stated.get("category", ""))
        found[url] = Subscription(
            title, url, _lang(stated.get("language", "")), tuple(dict.fromkeys(filter(None, tags)))
        )
    return Subscriptions(tuple(found.values()), tuple(passed_over))


def to_toml(subscriptions: Iterable[Subscription], contact: str = PLACEHOLDER) -> str:
    """Subscriptions as the text of a `sources.toml`, each with a name of its own.

    Args:
        subscriptions: what to write.
        contact: page or mail address for the User-Agent.
    """
    blocks = [
        "# Made from a list of subscriptions in OPML. Write your own contact, and say of each\n"
        "# source what is known: timezone, outlet, place. Keys: docs/sources.md\n\n"
        f"[fetching]\ncontact = {_quoted(contact)}\n"
    ]
    names: set[str] = set()
    for subscription in subscriptions:
        name = _unused(_name(subscription), names)
        names.add(name)
        lines = [f"name = {_quoted(name)}", 'kind = "feed"', f"url = {_quoted(subscription.url)}"]
        if subscription.lang:
            lines.append(f"lang = {_quoted(subscription.lang)}")
        if subscription.title:
            lines.append(f"outlet = {_quoted(subscription.title)}")
        if subscription.tags:
            lines.append(f"tags = [{', '.join(map(_quoted, subscription.tags))}]")
        blocks.append("\n".join(["[[source]]", *lines, ""]))
    return "\n".join(blocks)


def _outlines(root: etree._Element) -> Iterable[tuple[etree._Element, int]]:
    """Outlines in the order of the document, each with its depth."""
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if event == "start" and _tag(element) == "outline":
            yield element, depth


def _tag(element: etree._Element) -> str:
    """Local name in lower case, "" for comments and the like."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def _web(url: str) -> str:
    """An address with the scheme of the web for that of feed readers: feed://, feed:https://."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[len("feed:") :]
    return f"http:{rest}" if rest.startswith("//") else rest


def _categories(stated: str) -> list[str]:
    """Categories such as "/Boston/Weather,/Tourism" as words."""
    return [_plain(word) for path in stated.split(",") for word in path.split("/")]


def _lang(stated: str) -> str | None:
    try:
        return hint("lang", stated.replace("_", "-"))
    except ValueError:
        return None


def _plain(text: str) -> str:
    """A text in one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _name(subscription: Subscription) -> str:
    """A name from the title, else from the host."""
    host = urlsplit(subscription.url).hostname or ""
    for text in (subscription.title, host):
        word = _NO_NAME.sub("-", unicodedata.normalize("NFKC", text).lower()).strip("-.")
        if word:
            return word[:_LONGEST_NAME]
    return "feed"


def _unused(name: str, used: set[str]) -> str:
    numbered = (f"{name}-{number}" for number in count(2))
    return name if name not in used else next(n for n in numbered if n not in used)


def _quoted(text: str) -> str:
    """A TOML string; that of JSON is one, once control characters are out."""
    return json.dumps(text, ensure_ascii=False)
