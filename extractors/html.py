"""From a web page to lines: which of them are the article, its title, date and outlet.

The page is parsed once. Its visible text in document order is the original that offsets refer
to; trafilatura says which of its lines are the article, and the other ones are removals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from trafilatura import bare_extraction

from extractors import urls
from extractors.records import DateBasis, Removal
from extractors.window import tokens

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup",
    "option", "p", "pre", "section", "select", "summary", "table", "tbody", "tfoot",
    "thead", "title", "tr", "ul",
))
_CELLS = frozenset(("td", "th"))
_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed",
    "canvas", "audio", "video", "head", "textarea", "map",
))
# fmt: on
_SPACE = re.compile(r"[\s\u00a0]+")
_DEEPEST = 400  # nesting beyond which only the text is taken, without trafilatura
_MOST_NODES = 200_000
_SHORT = 60  # tokens below which an extraction is doubted
_SHARE = 0.3  # share of the page's embedded article text below which it is doubted


@dataclass(frozen=True, slots=True)
class Page:
    """A page as text.

    Attributes:
        text: the visible text, a block a line; the original for all offsets.
        left_out: indexes of the lines that are not of the article.
        title: without the site's suffix, "" if unknown.
        published_at: zone-aware.
        date_basis: "stated" with a zone, "inferred" where the zone is missing.
        outlet: name of the site as the page gives it.
        canonical_url: as the page gives it.
        lang: as the page declares it, a hint only.
        method: which extraction won.
    """

    text: str
    left_out: frozenset[int]
    title: str
    published_at: datetime | None
    date_basis: DateBasis | None
    outlet: str | None
    canonical_url: str | None
    lang: str | None
    method: str


def left_out(line: int) -> Removal:
    """Removal of a line that the extraction did not take for the article."""
    return Removal(line, "extractor", "outside the article on the page")


def _parse(text: str) -> Any | None:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
    try:
        tree = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return tree


_NO_TEXT = re.compile(r"<(script|style|template|svg)\b.*?(?:</\1|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def _bare_lines(text: str) -> list[str]:
    """Text between the tags of a page that the parser refuses (too deep, too broken)."""
    pieces = _TAG.split(_NO_TEXT.sub(" ", text))
    return [line for piece in pieces if (line := _SPACE.sub(" ", unescape(piece)).strip())]


def _depth_and_size(tree: Any) -> tuple[int, int]:
    depth = deepest = count = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            depth += 1
            count += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest, count


def _page_lines(tree: Any) -> list[str]:
    """Visible text of the page, one block a line, white space collapsed, no blank lines."""
    lines: list[str] = []
    buffer: list[str] = []

    def flush() -> None:
        line = _SPACE.sub(" ", "".join(buffer)).strip()
        buffer.clear()
        if line:
            lines.append(line)

    skipped = 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        hidden = tag in _SKIPPED or tag == ""
        if event == "start":
            if hidden:
                skipped += 1
            if skipped:
                continue
            if tag in _BLOCKS:
                flush()
            elif tag in _CELLS:
                buffer.append(" ")
            if node.text:
                buffer.append(node.text)
            continue
        if hidden:
            skipped -= 1
        elif not skipped:
            if tag in _BLOCKS:
                flush()
            elif tag in _CELLS:
                buffer.append(" ")
        if node.tail and not skipped:
            buffer.append(node.tail)
    flush()
    return lines


def _key(text: str) -> str:
    """Letters and digits only, so that quotes, bullets and white space do not matter."""
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def _align(lines: Sequence[str], blocks: Sequence[str]) -> set[int]:
    """Lines of the page that the extracted blocks consist of.

    Each line is looked up in the extracted text; among all places found, the heaviest chain in
    the order of the page wins, so that a teaser far from the article does not match its copy.
    """
    exact: dict[str, list[int]] = {}
    joined: list[str] = []
    total = 0
    for block in blocks:
        key = _key(block)
        if key:
            exact.setdefault(key, []).append(total)
            joined.append(key)
            total += len(key)
    whole = "".join(joined)
    keys = [_key(line) for line in lines]
    pairs: list[tuple[int, int]] = []  # line, place in the extracted text
    for i, key in enumerate(keys):
        if not key:
            continue
        places = list(exact.get(key, ()))
        if not places and len(key) >= _FINDABLE:
            place = whole.find(key)
            while place >= 0 and len(places) < 5:
                places.append(place)
                place = whole.find(key, place + 1)
        if not places and len(key) >= 4 * _FINDABLE:
            place = whole.find(key[: 3 * _FINDABLE])
            places = [place] if place >= 0 else []
        pairs += [(i, place) for place in sorted(places, reverse=True)[:8]]
    placed = _chain(pairs, [len(key) for key in keys])
    _fill_in(placed, keys, whole)
    return set(placed)


_FINDABLE = 10  # letters from which a line can be looked up inside a block


def _chain(pairs: Sequence[tuple[int, int]], weights: Sequence[int]) -> dict[int, int]:
    """Line to place for the heaviest subsequence in which the places increase.

    Dynamic programming with a Fenwick tree over the places.
    """
    ranks = {place: r for r, place in enumerate(sorted({p for _, p in pairs}), start=1)}
    tree: list[tuple[int, int]] = [(0, -1)] * (len(ranks) + 1)
    score: list[int] = []
    back: list[int] = []
    for index, (line, place) in enumerate(pairs):
        node, best = ranks[place] - 1, (0, -1)
        while node > 0:
            best = max(best, tree[node])
            node -= node & -node
        score.append(best[0] + weights[line])
        back.append(best[1])
        node = ranks[place]
        while node < len(tree):
            tree[node] = max(tree[node], (score[index], index))
            node += node & -node
    chain: dict[int, int] = {}
    index = max(range(len(pairs)), key=lambda i: score[i], default=-1)
    while index >= 0:
        line, place = pairs[index]
        chain[line] = place
        index = back[index]
    return chain


def _fill_in(placed: dict[int, int], keys: Sequence[str], whole: str) -> None:
    """Add short lines that stand in the extracted text right beside a line already placed."""
    for step in (1, -1):
        order = range(len(keys)) if step == 1 else range(len(keys) - 1, -1, -1)
        for i in order:
            near = i - step
            if i in placed or not keys[i] or near not in placed:
                continue
            place = placed[near] + (len(keys[near]) if step == 1 else -len(keys[i]))
            if place >= 0 and whole.startswith(keys[i], place):
                placed[i] = place


# --- what the page says of itself ---------------------------------------------------------

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
    return _SPACE.sub(" ", value).strip() if isinstance(value, str) else ""


def _metas(tree: Any) -> dict[str, str]:
    """Content of meta tags by name, property or itemprop; the first of each."""
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").lower()
        content = _SPACE.sub(" ", node.get("content") or "").strip()
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
    title = _SPACE.sub(" ", unescape(title)).strip()
    if heading and len(_key(heading)) >= 8 and _key(title).startswith(_key(heading)):
        return heading
    keys = {_key(name) for name in names if name}
    parts = _SEPARATOR.split(title)
    cuts = list(_SEPARATOR.finditer(title))
    while cuts and _key(parts[-1]) in keys:
        title = title[: cuts[-1].start()]
        parts.pop()
        cuts.pop()
    if cuts and _key(parts[0]) in keys:
        title = title[cuts[0].end() :]
    return title.strip()


def _title(candidates: Sequence[str], headings: Sequence[str], names: Sequence[str]) -> str:
    """The first title given, without the name of the site."""
    for candidate in candidates:
        if candidate:
            key = _key(candidate)
            matching = next((h for h in headings if h and key.startswith(_key(h))), "")
            return _without_site(candidate, names, matching)
    return ""


def _canonical(tree: Any, metas: Mapping[str, str]) -> str | None:
    """Address that the page gives as its own, if it is an absolute one."""
    links = (
        n.get("href") for n in tree.iter("link") if (n.get("rel") or "").lower() == "canonical"
    )
    address = next(links, None) or metas.get("og:url")
    return address if address and urls.site(address) else None


# --- extraction ---------------------------------------------------------------------------


def _run(tree: Any, *, recall: bool, dated: bool) -> tuple[list[str], Any]:
    """Blocks of trafilatura's text and its document; it changes the tree.

    Its costly search of the text for a date is only made where the page states none; the
    latest date is fixed, because it would otherwise be today's.
    """
    found: Any
    try:
        found = bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            favor_recall=recall,
            date_extraction_params={
                "original_date": True,
                "extensive_search": not dated,
                "max_date": "2100-01-01",
            },
        )
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        found = None
    if found is None:
        return [], None
    return [block for block in (found.text or "").split("\n") if block.strip()], found


def _weight(blocks: Sequence[str]) -> float:
    return sum(map(tokens, blocks))


def extract(text: str, *, url: str = "") -> Page:
    """Read a decoded web page.

    Args:
        text: the page's markup.
        url: its address, for the name of the site.

    Returns:
        Its text with the lines that are the article, and what it says of itself. Without a
        single element the text is empty.
    """
    tree = _parse(text)
    if tree is None:
        return Page(
            "\n".join(_bare_lines(text)), frozenset(), "", None, None, None, None, None, "none"
        )
    deepest, size = _depth_and_size(tree)
    lines = _page_lines(tree) or _bare_lines(text)
    data = _linked_data(tree)
    metas = _metas(tree)
    published, basis = _published(tree, data, metas)
    canonical = _canonical(tree, metas)
    site = urls.site(url)
    body = max((_string_block(item.get("articleBody")) for item in data), key=_weight, default=[])
    headings = [_SPACE.sub(" ", h.text_content()).strip() for h in tree.iter("h1")]
    page_title = next((_string(t.text or "") for t in tree.iter("title")), "")
    lang = tree.get("lang")
    blocks: list[str] = []
    found: Any = None
    method = "none"
    if deepest <= _DEEPEST and size <= _MOST_NODES:
        method = "trafilatura"
        blocks, found = _run(tree, recall=False, dated=published is not None)
        if _weight(blocks) < max(_SHORT, _SHARE * _weight(body)):
            blocks, method = _fallback(blocks, body, text)
    kept = _align(lines, blocks) if blocks else set(range(len(lines)))
    if _weight([lines[i] for i in kept]) < 0.5 * _weight(blocks):
        if _weight(body) > 0.8 * _weight(blocks):
            blocks = body  # the text was embedded, not visible; here it has its line breaks
        known = {_key(line) for line in lines}
        start = len(lines)
        lines += [block for block in blocks if _key(block) not in known]
        kept |= set(range(start, len(lines)))
    if published is None and getattr(found, "date", None):
        published, basis = parse_time(found.date) or (None, None)
    names = [site, metas.get("og:site_name", ""), metas.get("application-name", "")]
    names += [_string(item.get("publisher")) for item in data]
    names += [site.split(".")[0]] if site else []
    candidates = [_string(item.get("headline")) for item in data]
    candidates += [metas.get("og:title", ""), metas.get("twitter:title", "")]
    candidates += [getattr(found, "title", None) or "", page_title, *headings]
    title = _title(candidates, headings, names)
    kept |= _heading_lines(lines, title, kept)
    return Page(
        text="\n".join(lines),
        left_out=frozenset(range(len(lines))) - kept,
        title=title,
        published_at=published,
        date_basis=basis,
        outlet=metas.get("og:site_name")
        or next((name for item in data if (name := _string(item.get("publisher")))), None),
        canonical_url=canonical,
        lang=lang,
        method=method,
    )


def _heading_lines(lines: Sequence[str], title: str, kept: set[int]) -> set[int]:
    """The last line before the article that is the title, which extraction often drops."""
    wanted = _key(title)
    first = min(kept, default=0)
    return set([i for i in range(first) if wanted and _key(lines[i]) == wanted][-1:])


def _string_block(value: Any) -> list[str]:
    """Lines of a JSON-LD article body, markup removed."""
    if not isinstance(value, str):
        return []
    if "<" in value and ">" in value:
        value = re.sub(r"<(?:br|/p|/div|/h\d)[^>]{0,50}>", "\n", value)
        value = re.sub(r"<[^<>]{1,500}>", " ", value)
    return [line for raw in value.split("\n") if (line := _SPACE.sub(" ", raw).strip())]


def _fallback(blocks: list[str], body: list[str], text: str) -> tuple[list[str], str]:
    """A second run for recall, then the article text embedded in the page."""
    best, method = blocks, "trafilatura"
    tree = _parse(text)
    again = _run(tree, recall=True, dated=True)[0] if tree is not None else []
    if _weight(again) > 1.5 * _weight(blocks):
        best, method = again, "trafilatura-recall"
    if _weight(body) > 1.5 * _weight(best):
        best, method = body, "json-ld"
    return best, method
