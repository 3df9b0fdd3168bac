"""What kind of page it is: an article, or one of the things that are served in its place.

A real article must never be called anything else, so that every other kind needs evidence of
its own: structured data, the markup of known systems, or phrases of `words/` on a page that
has little running text. Markup is data in `kinds.yaml`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Literal

from lxml import etree

from extractors.cleaning.window import is_prose, tokens
from extractors.html import words
from extractors.html.metadata import Metadata
from extractors.rulebook import load_yaml

PageKind = Literal["article", "listing", "forum", "live", "paywalled", "blocked", "gone"]

_STUB = 220  # words of running text below which a page with a paywall shows only a beginning
_PITCHED = 90  # the same where the page does not state the paywall but pitches a subscription
_NOTICE = 60  # words of running text that a consent wall, robot test or error page has at most
_POST = 80  # words in a row from which a single post is a report
_TEASERS = 8  # linked headings from which a page without running text is a listing
_RUN = 120  # words in a row that teasers do not reach
_SHARE = 0.25  # of the running text in its longest stretch, from which it is one text
_REST = 20  # words of running text that may stand on a page besides such a notice
_BESIDE = 4  # lines that belong to a phrase on either side of it
_ENTRIES = 4  # entries from which a page is a ticker
_REPLIES = 4  # lines of forum talk from which an address of a thread is believed
_LINE = 240  # characters of a line in which phrases are looked for
_LINES = 1000  # lines of a page in which they are
_HEADINGS = 500  # headings of a page that are looked at

_CLASSES = etree.XPath("//@class", smart_strings=False)
_IDS = etree.XPath("//@id", smart_strings=False)
_SOURCES = etree.XPath(
    "//script/@src | //iframe/@src | //form/@action | //form/@id", smart_strings=False
)
_HEADLINES = etree.XPath("count(//a[@href][string-length(normalize-space(.)) > 24])")
_BLOCKS = etree.XPath("count(//article)")
_ENTRY_TIME = re.compile(
    r"\W{0,2}[0-2]?\d\s?(?:[:.h時시]\s?[0-5]\d|[hH]\b)(?:\s?(?:[ap]\.?m|uhr))?"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the markup of a page tells of its kind, taken before an extraction changes it.

    Attributes:
        posts: posts of a thread, by the markup of known systems.
        topics: rows of a board's list of topics.
        board, board_post: whether there is a board's list, and a view of one of its posts.
        entries: entries of a live ticker.
        teasers: headings that are links, or blocks of articles.
        headlines: links as long as a headline.
        challenge, consent: whether it holds the parts of a test for robots, of a consent wall.
    """

    posts: int = 0
    topics: int = 0
    board: bool = False
    board_post: bool = False
    entries: int = 0
    teasers: int = 0
    headlines: int = 0
    challenge: bool = False
    consent: bool = False


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Pattern for a text in lower case: one that ignores case takes many times as long."""
    return re.compile(load_yaml("html/kinds.yaml")[name])


def _linked(heading: Any) -> bool:
    """Whether a heading is a link or holds one."""
    inside = heading.find(".//a") is not None
    return inside or next(heading.iterancestors("a"), None) is not None


def signs(tree: Any) -> Signs:
    """Read the signs of a parsed page, which is not changed."""
    table = load_yaml("html/kinds.yaml")
    counts: Counter[str] = Counter()
    for value, times in Counter(_CLASSES(tree)).items():
        for name in set(value.lower().split()):
            counts[name] += times
    names = set(counts) | {value.lower() for value in _IDS(tree)}
    markup = " ".join(sorted(names)) + " " + " ".join(_SOURCES(tree)).lower()
    return Signs(
        posts=max(counts[row["class"]] for row in table["posts"]),
        topics=max(counts[row["class"]] for row in table["topics"]),
        board=not names.isdisjoint(table["boards"]),
        board_post=not names.isdisjoint(table["board_posts"]),
        entries=max(
            (n for name, n in counts.items() if n > 1 and _pattern("ticker").match(name)),
            default=0,
        ),
        teasers=max(
            sum(map(_linked, islice(tree.iter("h2", "h3", "h4"), _HEADINGS))), int(_BLOCKS(tree))
        ),
        headlines=int(_HEADLINES(tree)),
        challenge=bool(_pattern("challenge").search(markup)),
        consent=bool(_pattern("consent").search(markup)),
    )


def _places(kind: str, lines: Iterable[str]) -> list[int]:
    """Indexes of the lines that hold a phrase of pages of a kind."""
    rules = [p.pattern for p in words.phrases() if p.kind == kind and p.where != "title"]
    return [
        i
        for i, line in enumerate(islice(lines, _LINES))
        if len(line) <= _LINE and any(rule.search(line) for rule in rules)
    ]


def _titled(kind: str, said: Metadata) -> bool:
    """Whether the title holds a phrase of pages of a kind."""
    title = said.title[:_LINE]
    rules = (p for p in words.phrases() if p.kind == kind and p.where != "text")
    return any(p.pattern.search(title) for p in rules)


def _running(lines: Sequence[str], kept: Collection[int]) -> tuple[float, float]:
    """Words of running text, and those of its longest unbroken stretch."""
    total = longest = stretch = 0.0
    for i, line in enumerate(lines):
        if i in kept and is_prose(line):
            count = tokens(line)
            stretch += count
            total += count
            longest = max(longest, stretch)
        else:
            stretch = 0.0
    return total, longest


def _types(name: str, said: Metadata) -> frozenset[str]:
    return said.types & frozenset(load_yaml("html/kinds.yaml")["types"][name])


def kind(found: Signs, said: Metadata, lines: Sequence[str], kept: Collection[int]) -> PageKind:
    """Tell the kind of a page.

    Args:
        found: signs in its markup.
        said: what it says of itself.
        lines: its visible lines.
        kept: indexes of the lines that the extraction took for the article.
    """
    total, stretch = _running(lines, kept)
    whole = sum(tokens(lines[i]) for i in sorted(kept) if i < len(lines))
    if total <= _NOTICE:
        notice = _notice(found, said, lines, kept)
        if notice:
            return notice
    if _live(found, said, lines, kept):
        return "live"
    if _forum(found, said, lines, stretch):
        return "forum"
    if _paywalled(said, lines, kept, whole):
        return "paywalled"
    if _listing(found, said, total, stretch):
        return "listing"
    return "article"


def _besides(lines: Sequence[str], kept: Collection[int], places: Sequence[int]) -> float:
    """Words of running text that do not stand beside one of some lines."""
    near = {i + step for i in places for step in range(-_BESIDE, _BESIDE + 1)}
    return _running(lines, set(kept) - near)[0]


def _notice(
    found: Signs, said: Metadata, lines: Sequence[str], kept: Collection[int]
) -> PageKind | None:
    """An error page, a test for robots or a consent wall, None for anything else.

    A short report can have a comment that was removed, or a cookie banner: the notice must be
    all that the page has to say.
    """
    if _types("article", said):
        return None
    gone = _places("gone", lines)
    if _titled("gone", said) or (gone and _besides(lines, kept, gone) <= _REST):
        return "gone"
    asked = _places("blocked", lines)
    unsigned = said.published_at is None and not said.authors
    if _titled("blocked", said) and (asked or found.challenge or found.consent or unsigned):
        return "blocked"
    if _besides(lines, kept, asked) > _REST:
        return None
    if not asked:
        return "blocked" if found.challenge and sum(map(tokens, lines)) <= _NOTICE else None
    certain = found.challenge or found.consent or len(asked) >= 2
    return "blocked" if certain or sum(map(tokens, lines)) <= 2 * _NOTICE else None


def _live(found: Signs, said: Metadata, lines: Sequence[str], kept: Collection[int]) -> bool:
    """Whether entries of different times make up the page."""
    if _types("live", said):
        return True
    if not _titled("live", said):
        return False
    timed = sum(bool(_ENTRY_TIME.match(lines[i])) for i in sorted(kept) if i < len(lines))
    return max(found.entries, timed) >= _ENTRIES


def _forum(found: Signs, said: Metadata, lines: Sequence[str], stretch: float) -> bool:
    """Whether it is a thread of several posts or a board's list of topics.

    A single post that is one running text is an article: boards re-post reports.
    """
    if _types("article", said) and found.posts < 2:
        return False
    if found.posts >= 2 or (found.posts and stretch < _POST):
        return True
    if _types("thread", said) and "FAQPage" not in said.types:
        return bool(_types("replies", said)) or "QAPage" in said.types or stretch < _POST
    least = _POST / 3 if "og:article" in said.types else _POST
    if found.board_post:
        return stretch < least and found.board
    if (found.topics >= _TEASERS or found.board) and stretch < least:
        return True
    if not _pattern("addresses").search((said.canonical_url or "").lower()):
        return False
    return len(_places("forum", lines)) >= _REPLIES


def _paywalled(
    said: Metadata, lines: Sequence[str], kept: Collection[int], words_kept: float
) -> bool:
    """Whether the page holds back the text: it says so, or pitches where the text breaks off."""
    if words_kept >= _STUB or max((sum(map(tokens, b)) for b in said.bodies), default=0) >= _STUB:
        return False
    if said.paywalled or not kept:
        return said.paywalled
    prose = [i for i in sorted(kept) if i < len(lines) and is_prose(lines[i])]
    if words_kept >= _PITCHED or not prose:
        return False
    after = range(prose[0], prose[-1] + 2 * _BESIDE + 1)
    return any(i in after for i in _places("paywalled", lines))


def _listing(found: Signs, said: Metadata, total: float, stretch: float) -> bool:
    """Whether it consists of teasers of other pages."""
    if _types("article", said) or "og:article" in said.types or said.authors:
        return False
    if stretch >= _RUN or stretch >= max(_NOTICE, _SHARE * total):
        return False
    titled = _titled("listing", said) or bool(_types("listing", said))
    if titled and found.teasers >= _TEASERS // 2:
        return True
    if said.published_at is not None and said.date_basis == "stated":
        return False
    if total < _NOTICE / 2 and found.headlines >= 2 * _TEASERS:
        return True
    return found.teasers >= _TEASERS
