"""From a captured document to an article: the one way through this room."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors import facts, html, language, markers, sketch, translation, urls
from extractors.cleaning import Cleaned, clean
from extractors.decoding import Decoded, decode
from extractors.html.kinds import PageKind
from extractors.limits import Limits, bytes_over, kept_over, markup_over, text_over
from extractors.naming import NameModel
from extractors.plaintext import split_lines
from extractors.records import (
    READ,
    Article,
    Document,
    Hints,
    Line,
    Outcome,
    Passage,
    Removal,
    Stored,
)

_HTML = re.compile(
    r"\s*(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body|\?xml|article|meta|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A decoded document before cleaning, whichever way it came."""

    original: str
    lines: tuple[Line, ...]
    left_out: frozenset[int]
    said: html.Metadata
    extraction: str = ""
    kind: PageKind = "article"


def _is_html(document: Document, text: str) -> bool:
    declared = document.media_type.split(";")[0].strip().lower()
    if declared in ("text/html", "application/xhtml+xml"):
        return True
    return declared != "text/plain" and bool(_HTML.match(text[:2000]))


def unread(
    document: Document, outcome: Outcome, message: str, decoded: Decoded | None = None
) -> Article:
    """Article of a document that was not read; nothing but identity and outcome.

    Args:
        document: what is known of it.
        outcome: how it ended.
        message: what went wrong, and the remedy.
        decoded: its text, where the reading came that far.
    """
    hints = document.hints
    published = hints.get("published_at")
    return Article(
        document=document.name or document.url,
        source=document.source,
        url=_address(document, None),
        outlet=hints.get("outlet"),
        title=hints.get("title", ""),
        original="",
        lines=(),
        removals=(),
        passages=(),
        published_at=published,
        date_basis=hints.get("date_basis", "stated") if published else None,
        fetched_at=document.fetched_at,
        media_type=document.media_type,
        charset=decoded.charset if decoded else "",
        charset_basis=decoded.basis if decoded else "",
        content_hash="",
        markers=(),
        facts=(),
        outcome=outcome,
        message=message,
        headline=hints.get("title", ""),
        place=hints.get("place"),
    )


def _address(document: Document, from_page: str | None) -> str | None:
    """Canonical URL: of the document; what its page says of itself only on the same site."""
    own = urls.canonical(document.url)
    if not urls.site(own):
        return urls.canonical(from_page) if from_page else None
    if from_page and urls.site(from_page) == urls.site(own):
        return urls.canonical(from_page)
    return own


def _translations(parts: Sequence[Passage], marks: Sequence[tuple[str, ...]]) -> list[Passage]:
    """Passages with `translation_of` set where one renders an earlier one."""
    out: list[Passage] = []
    for i, part in enumerate(parts):
        origin = next(
            (
                j
                for j in range(i)
                if parts[j].lang != part.lang
                and out[j].translation_of is None
                and translation.is_translation(marks[j], marks[i])
            ),
            None,
        )
        out.append(replace(part, translation_of=origin))
    return out


def _plain_page(text: str) -> _Page:
    return _Page(text, split_lines(text), frozenset(), html.Metadata())


def _html_page(document: Document, text: str) -> _Page:
    page = html.extract(text, url=document.url, fetched=document.fetched_at)
    lines = split_lines(page.text)
    left_out = _with_blanks(lines, page.left_out)
    return _Page(page.text, lines, left_out, page.said, page.method, page.kind)


def _stored_page(stored: Stored) -> _Page:
    lines = split_lines(stored.original)
    found = {i for i, line in enumerate(lines) if line.start in stored.left_out}
    said = html.Metadata(
        published_at=stored.published_at,
        date_basis=stored.date_basis,
        modified_at=stored.modified_at,
        authors=stored.authors,
        outlet=stored.outlet,
        lang=stored.declared_lang,
    )
    kind: PageKind = "article"
    if stored.outcome in _OTHER_PAGES:
        kind = stored.outcome
    return _Page(stored.original, lines, _with_blanks(lines, found), said, stored.extraction, kind)


def _with_blanks(lines: Sequence[Line], left_out: Collection[int]) -> frozenset[int]:
    """What was left out of a page, and all blank lines: of those nothing is on record."""
    blank = {i for i, line in enumerate(lines) if not line.text.strip()}
    return frozenset() if blank.issuperset(left_out) else frozenset(blank.union(left_out))


_OTHER_PAGES: dict[PageKind, str] = {
    "paywalled": "only the beginning is open to everyone; the rest is behind a paywall",
    "live": "a live ticker; its entries are read as one report of the time of the last change",
    "listing": "a page of links to articles; give the addresses of the articles",
    "forum": "posts of several people, no report; give the address of a report",
    "blocked": "a question of consent or a test for robots stands in place of the page; "
    "fetch it again with the site's consent",
    "gone": "the site says that the page does not exist (any more); see whether it has moved",
}
_NO_ARTICLE = "no running text, only menus, listings or forms; give the address of an article"


def _outcome(page: _Page, kept: bool) -> tuple[Outcome, str]:
    """How the reading of a page ended, and why it is no whole article."""
    if page.kind != "article":
        return page.kind, _OTHER_PAGES[page.kind]
    return ("loaded", "") if kept else ("no_article", _NO_ARTICLE)


def prepare(
    document: Document, memory: Collection[str] | None = None, limits: Limits | None = None
) -> Article:
    """Read a document as far as facts: text, lines, removals, passages and dates.

    Args:
        document: what was captured.
        memory: line keys that the site repeats (`cleaning.line_key`), None if not known.
        limits: budget, the default one if None.

    Returns:
        Article without facts, or with the outcome that says why there is none.
    """
    limits = limits or Limits()
    body = document.body
    problem = bytes_over(body, limits)
    if problem:
        return unread(document, "too_large", problem)
    if not body.strip():
        return unread(document, "empty", "no text; fetch or save the document again")
    markup = "html" in document.media_type or body.lstrip()[:1] == b"<"
    decoded = decode(body, header=document.hints.get("charset"), markup=markup)
    if decoded.problem:
        return unread(document, "unreadable", decoded.problem, decoded)
    if not decoded.text.strip("\ufeff\x00 \t\r\n"):
        return unread(document, "empty", "no text; fetch or save the document again")
    as_html = _is_html(document, decoded.text)
    problem = markup_over(decoded.text, limits) if as_html else ""
    if problem:
        return unread(document, "too_large", problem, decoded)
    page = _html_page(document, decoded.text) if as_html else _plain_page(decoded.text)
    media_type = "text/html" if as_html else "text/plain"
    return _finish(document, page, decoded, media_type, memory, limits)


def _finish(
    document: Document,
    page: _Page,
    decoded: Decoded,
    media_type: str,
    memory: Collection[str] | None,
    limits: Limits,
) -> Article:
    """Clean the text of a document and cut it into passages, within the budget."""
    problem = text_over(page.original, limits)
    if problem:
        return unread(document, "too_large", problem, decoded)
    headline = document.hints.get("title", "") or page.said.title
    declared = document.hints.get("lang") or page.said.lang
    cleaned = _clean(page, headline, declared, memory)
    problem = kept_over([page.lines[i].text for i in cleaned.kept], limits)
    if problem:
        return unread(document, "too_large", problem, decoded)
    return _assemble(document, page, decoded, cleaned, media_type)


def _assemble(
    document: Document,
    page: _Page,
    decoded: Decoded,
    cleaned: Cleaned,
    media_type: str,
) -> Article:
    """Cut into passages what cleaning kept, and sum up."""
    hints = document.hints
    said = page.said
    headline = hints.get("title", "") or said.title
    declared = hints.get("lang") or said.lang
    lines, cleaned = _by_language(page.lines, cleaned, declared)
    kept = set(cleaned.kept)
    lines = tuple(
        replace(line, role=cleaned.roles[i]) if i in cleaned.roles else line
        for i, line in enumerate(lines)
    )
    texts = [line.text if i in kept else "" for i, line in enumerate(lines)]
    parts = language.passages(texts, declared) if kept else []
    marks = tuple(
        markers.outline("\n".join(texts[p.first_line : p.last_line + 1]), p.lang) for p in parts
    )
    title = headline or cleaned.page_title
    if not title and cleaned.title is not None:
        title = lines[cleaned.title].text.strip()
    published = hints.get("published_at") or said.published_at
    outcome, message = _outcome(page, bool(kept))
    basis = hints.get("date_basis", "stated") if hints.get("published_at") else said.date_basis
    article = Article(
        document=document.name or document.url,
        source=document.source,
        url=_address(document, said.canonical_url),
        outlet=hints.get("outlet") or said.outlet,
        title=title,
        original=page.original,
        lines=lines,
        removals=cleaned.removals,
        passages=tuple(_translations(parts, marks)),
        published_at=published,
        date_basis=basis if published else None,
        fetched_at=document.fetched_at,
        media_type=media_type,
        charset=decoded.charset,
        charset_basis=decoded.basis,
        content_hash="",
        markers=marks,
        facts=(),
        outcome=outcome,
        message=message,
        modified_at=said.modified_at,
        authors=said.authors,
        declared_lang=declared,
        extraction=page.extraction,
        headline=headline,
        place=hints.get("place"),
    )
    if not kept:
        return article
    return replace(article, content_hash=sketch.content_hash(article.text))


def _clean(page: _Page, title: str, lang: str | None, memory: Collection[str] | None) -> Cleaned:
    """Clean the lines that the extraction kept; what it left out is a removal of its own."""
    inside = [i for i in range(len(page.lines)) if i not in page.left_out]
    texts = [page.lines[i].text for i in inside]
    cleaned = clean(texts, lang=lang, memory=memory, title=title, whole_page=not page.left_out)
    removals = [replace(r, line=inside[r.line]) for r in cleaned.removals]
    seen = {*cleaned.kept, *(r.line for r in cleaned.removals)}
    removals += [
        Removal(inside[i], "unseen", "no visible character")
        for i, text in enumerate(texts)
        if i not in seen and text.strip()
    ]
    removals += [html.left_out(i) for i in page.left_out if page.lines[i].text.strip()]
    return Cleaned(
        kept=tuple(inside[i] for i in cleaned.kept),
        removals=tuple(sorted(removals, key=lambda r: r.line)),
        roles={inside[i]: role for i, role in cleaned.roles.items()},
        title=inside[cleaned.title] if cleaned.title is not None else None,
        page_title=cleaned.page_title,
    )


def _by_language(
    lines: Sequence[Line], cleaned: Cleaned, declared: str | None
) -> tuple[tuple[Line, ...], Cleaned]:
    """Kept lines that hold two languages become a line for each; all else keeps its order."""
    whole = [i for i in cleaned.kept if i not in cleaned.roles]
    found = language.parts_of([lines[i].text for i in whole], declared)
    cuts = {
        whole[k]: [lines[whole[k]].start + part.start for part in parts[1:]]
        for k, parts in found.items()
    }
    if not cuts:
        return tuple(lines), cleaned
    out: list[Line] = []
    places: list[range] = []
    for i, line in enumerate(lines):
        bounds = [line.start, *cuts.get(i, ()), line.end]
        places.append(range(len(out), len(out) + len(bounds) - 1))
        out += [
            Line(start, end, line.text[start - line.start : end - line.start])
            for start, end in pairwise(bounds)
        ]
    moved = Cleaned(
        kept=tuple(place for i in cleaned.kept for place in places[i]),
        removals=tuple(replace(r, line=places[r.line][0]) for r in cleaned.removals),
        roles={places[i][0]: role for i, role in cleaned.roles.items()},
        title=None if cleaned.title is None else places[cleaned.title][0],
        page_title=cleaned.page_title,
    )
    return tuple(out), moved


def read(
    document: Document,
    memory: Collection[str] | None = None,
    limits: Limits | None = None,
    model: NameModel | None = None,
) -> Article:
    """Read a document into an article with its facts; the one door of this room.

    Args:
        document: what was captured, with what is known of it from outside.
        memory: line keys that the site repeats, from the warehouse; None in a replay.
        limits: budget for size and lines, the default one if None.
        model: proposes names where tables and rules have none; see `extractors.naming`.

    Returns:
        An article with exactly one outcome. Never raises: a failure of our own becomes the
        outcome "error" with its message.
    """
    try:
        return _with_facts(prepare(document, memory, limits), model)
    except Exception as error:  # the door promises an outcome for every document
        return unread(document, "error", _fault(error))


def reread(
    stored: Stored, memory: Collection[str] | None = None, limits: Limits | None = None
) -> Article:
    """Read a text that is kept once more, as `read` does from the decoded text on.

    What told the article from the rest of its page, and what the page said of itself, stand as
    they were found in its markup. With rules that are as before, the article is so, too.

    Args:
        stored: the text, with what is known of it.
        memory: line keys that the site repeats, as in the reading before.
        limits: budget for size and lines, the default one if None.

    Returns:
        An article with exactly one outcome. Never raises: see `read`.
    """
    document = Document(
        url=stored.url or stored.document,
        body=b"",
        media_type=stored.media_type,
        fetched_at=stored.fetched_at,
        hints=Hints(title=stored.headline),
        name=stored.document,
        source=stored.source,
    )
    if stored.place:
        document.hints["place"] = stored.place
    try:
        decoded = Decoded(stored.original, stored.charset, stored.charset_basis)
        page = _stored_page(stored)
        article = _finish(document, page, decoded, stored.media_type, memory, limits or Limits())
        return _with_facts(replace(article, url=stored.url))
    except Exception as error:
        return unread(document, "error", _fault(error))


def _with_facts(article: Article, model: NameModel | None = None) -> Article:
    if article.outcome not in READ:
        return article
    found = facts.bind(
        article.lines,
        article.kept,
        article.passages,
        published_at=article.published_at,
        outlet_place=article.place,
        model=model,
    )
    return replace(article, facts=found)


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {error}; please report this document"
