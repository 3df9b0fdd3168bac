"""What kind of page it is: an article, or one of the things that are served in its place.

A real article must never be called anything else, so that every other kind needs evidence of
its own: structured data, the markup of known systems, or phrases of `words/` on a page that
has little other text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from extractors.html.metadata import Metadata

PageKind = Literal["article", "listing", "forum", "live", "paywalled", "blocked", "gone"]


@dataclass(frozen=True, slots=True)
class Signs:
    """What the markup of a page tells of its kind, taken before an extraction changes it."""

    links: int = 0


def signs(tree: Any) -> Signs:
    """Read the signs of a parsed page, which is not changed."""
    return Signs(links=sum(1 for _ in tree.iter("a")))


def kind(found: Signs, said: Metadata, lines: Sequence[str], kept: Collection[int]) -> PageKind:
    """Tell the kind of a page.

    Args:
        found: signs in its markup.
        said: what it says of itself.
        lines: its visible lines.
        kept: indexes of the lines that the extraction took for the article.
    """
    if "LiveBlogPosting" in said.types:
        return "live"
    return "article"
