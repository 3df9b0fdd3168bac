"""Names of authors as pages give them: cleaned of labels, addresses and the site's own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from lxml import etree

from extractors.html import words
from extractors.html.align import letters
from extractors.html.bylines import hint, marks
from extractors.html.linked import Item, Linked, plain
from extractors.rulebook import load_yaml

_LONGEST = 60  # characters of a name
_MOST = 12  # authors of one page
_MAIL = re.compile(r"[(<\[]?\s*[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\s*[)>\]]?")
_ADDRESS = re.compile(r"^(?:https?:)?//|^www\.|^@?[\w-]+\.(?:com|net|org|co|io)\b", re.IGNORECASE)
_JOINTS = re.compile(
    r"\s*(?:[,;|/·•、，\n]|\s(?:and|und|et|y|e|og|och|en|with|et)\s|\s?&\s|\sand$)\s*"
)
_PROFILES = etree.XPath("//*[contains(concat(' ', @rel, ' '), ' author ')]")
_BYLINES = etree.XPath(
    "//body//*[contains(@class, 'author') or contains(@class, 'byline') or "
    "contains(@class, 'Author') or contains(@class, 'Byline') or contains(@class, 'writer') or "
    "contains(@class, 'reporter') or contains(@class, 'journalist')]"
)


@cache
def _labels() -> re.Pattern[str]:
    known = {w for lang in words.languages() for w in words.table(lang)["byline"]["words"]}
    return re.compile(rf"^\W*(?:{words.one_of(known)})(?=\W|$)[\s:：/／|]*", re.IGNORECASE)


@cache
def _suffixes() -> re.Pattern[str]:
    known = {w for lang in words.languages() for w in words.table(lang)["author_marks"]}
    longest_first = sorted(map(re.escape, known), key=lambda w: (-len(w), w))
    return re.compile(rf"\s?(?:{'|'.join(longest_first)})$")


def _names(text: str, keys: frozenset[str], *, shown: bool = False) -> Iterator[str]:
    """Names inside one statement of authors.

    Args:
        text: the statement.
        keys: letters of what is no author.
        shown: whether it is a text of the page, which may be anything, rather than a field.
    """
    text = _MAIL.sub(" ", text)
    if _ADDRESS.search(text.strip()):
        return
    labelled = False
    for _ in range(2):
        bare = _labels().sub("", text, count=1)
        labelled, text = labelled or bare != text, bare
    for part in _JOINTS.split(text)[: 2 * _MOST]:
        for _ in range(2):
            bare = _suffixes().sub("", _labels().sub("", part.strip(_EDGES)))
            labelled, part = labelled or bare != part.strip(_EDGES), bare
        key = letters(part)
        if (
            len(key) < 2
            or key in keys
            or len(part) > _LONGEST
            or len(part.split()) > 6
            or sum(ch.isdigit() for ch in part) > 2 * (not shown)
            or _ADDRESS.search(part)
        ):
            continue
        if shown and not _like_a_name(part, labelled):
            return
        yield part


_EDGES = " \t.:：-–—|()[]*\"'"


def _like_a_name(text: str, labelled: bool) -> bool:
    """Whether a text of the page can be a name: capitals, two words unless labelled as one."""
    parts = [word for word in text.split() if word[:1].isalpha()]
    if any(ch in text for ch in "?!:@#") or words.labels().search(text.casefold()):
        return False
    cased = [word for word in parts if word[0].lower() != word[0].upper()]
    capitals = sum(word[0].isupper() for word in cased)
    return bool(parts) and capitals * 2 >= len(cased) and (labelled or 2 <= len(parts) <= 5)


def _people(value: Any, depth: int = 0) -> Iterator[str]:
    """Names in a property of structured data: texts, objects or lists of them."""
    if depth > 4:
        return
    if isinstance(value, list):
        for entry in value[:_MOST]:
            yield from _people(entry, depth + 1)
    elif isinstance(value, Mapping):
        yield from _people(value.get("name"), depth + 1)
    elif plain(value):
        yield plain(value)


def _stated(items: Sequence[Item], metas: Mapping[str, str]) -> Iterator[list[str]]:
    """Statements of authors in structured data and meta tags, best first."""
    for key in ("author", "creator"):
        for item in items:
            yield list(_people(item.get(key)))
    for name in load_yaml("html/fields.yaml")["metas"]["author"]:
        yield [metas[name]] if name in metas else []


def _shown(tree: Any) -> Iterator[list[str]]:
    """Statements of authors that the page shows."""
    yield [plain(n.text_content()) for n in _PROFILES(tree)[:3] if n.tag == "a"]
    for node in _BYLINES(tree)[:40]:
        names = marks(node)
        if hint("foreign").search(names) or len(node) > 12:
            continue
        text = plain("".join(node.itertext()))
        if 1 < len(text) <= 2 * _LONGEST:
            yield [text]


def authors(tree: Any, data: Linked, own: Sequence[Item], sites: Iterable[str]) -> tuple[str, ...]:
    """Names of the authors of a page, each once, in the order given.

    Args:
        tree: the parsed page, not changed.
        data: its structured data.
        own: the objects for the article itself.
        sites: names of the site, which are no authors.
    """
    keys = frozenset(letters(name) for name in sites if name)
    for shown, statements in ((False, _stated(own, data.metas)), (True, _shown(tree))):
        for statement in statements:
            found: dict[str, str] = {}
            for text in statement:
                for name in _names(text, keys, shown=shown):
                    found.setdefault(letters(name), name)
            if found:
                return tuple(found.values())[:_MOST]
    return ()
