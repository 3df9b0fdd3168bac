"""Which version repeats which: stars round canonical versions, decided without a database.

Versions are taken in canonical order (publication, then name). Each attaches to the canonical
version of its best earlier match, checked against that one directly, never transitively. A
version that contains a much shorter earlier one (a flash) is no copy of it: it stands for
itself, and the shorter one becomes an excerpt of it. The result is a function of the versions
and their likenesses, so it does not depend on the order of loading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extractors.sketch import Likeness

ACCEPT = 0.65  # containment of the best match
RECHECK = 0.8 * ACCEPT  # containment of the canonical version it leads to
NEAR = 0.5  # Jaccard similarity from which a copy is no excerpt

Pair = tuple[int, int]
_SAME = Likeness(1.0, 1.0)
_NONE = Likeness(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Text:
    """A version as far as copies are concerned.

    Attributes:
        size: number of distinct shingles.
        matches: earlier versions that it may repeat.
        originals: earlier versions that it translates.
    """

    version: int
    article: int
    content_hash: str
    size: int
    matches: tuple[int, ...] = ()
    originals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Star:
    """A version that repeats a canonical one: `relation` is article, text or translation."""

    canonical: int
    relation: str


@dataclass(slots=True)
class Likenesses:
    """Likeness of versions by pair; pairs that were asked for in vain are noted."""

    known: dict[Pair, Likeness]
    missing: set[Pair] = field(default_factory=set)

    def of(self, a: Text, b: Text) -> Likeness:
        """Likeness of two versions, none where it has not been measured."""
        if a.content_hash == b.content_hash:
            return _SAME
        first, second = a.version, b.version
        pair = (first, second) if first < second else (second, first)
        found = self.known.get(pair)
        if found is None:
            self.missing.add(pair)
        return found or _NONE


def assign(texts: Sequence[Text], likenesses: Likenesses) -> dict[int, Star]:
    """Attach each version to its canonical one.

    Args:
        texts: in canonical order.
        likenesses: of each version with its matches, and of further pairs; where `missing` is
            not empty afterwards, the answer stands only once those are measured.

    Returns:
        Version -> star, without the canonical versions.
    """
    by_id = {text.version: text for text in texts}
    first_of: dict[int, int] = {}
    stars: dict[int, Star] = {}
    fuller: dict[int, int] = {}
    for text in texts:
        first = first_of.setdefault(text.article, text.version)
        if first != text.version:
            stars[text.version] = Star(_root(first, stars), "article")
            continue
        root = _match(text, by_id, stars, likenesses)
        if root is not None and _is_fuller(text, by_id[root], likenesses.of(text, by_id[root])):
            fuller.setdefault(root, text.version)
        elif root is not None:
            stars[text.version] = Star(root, "text")
    out = _resolve(by_id, stars, fuller, likenesses)
    for text in texts:
        if text.version not in out and text.originals:
            origin = _root(_root(text.originals[0], out), out)
            if origin != text.version:
                out[text.version] = Star(origin, "translation")
    return out


def _root(version: int, stars: Mapping[int, Star]) -> int:
    return stars[version].canonical if version in stars else version


def _is_fuller(a: Text, b: Text, likeness: Likeness) -> bool:
    """Whether `a` says a good deal more than what it shares with `b`."""
    return a.size > b.size and likeness.jaccard < NEAR


def _match(
    text: Text, by_id: Mapping[int, Text], stars: Mapping[int, Star], likenesses: Likenesses
) -> int | None:
    """Canonical version that the best match of `text` leads to, None if there is none."""
    if not text.matches:
        return None
    order = {version: place for place, version in enumerate(text.matches)}
    best = min(
        (
            (_is_fuller(text, by_id[other], found), -found.containment, order[other], other)
            for other in text.matches
            if (found := likenesses.of(text, by_id[other])).containment >= ACCEPT
        ),
        default=None,
    )
    if best is None:
        return None
    root = _root(best[3], stars)
    return root if likenesses.of(text, by_id[root]).containment >= RECHECK else None


def _resolve(
    by_id: Mapping[int, Text],
    stars: Mapping[int, Star],
    fuller: Mapping[int, int],
    likenesses: Likenesses,
) -> dict[int, Star]:
    """Turn the stars whose centre lies inside a fuller version towards that one."""
    out: dict[int, Star] = {}
    for version, text in by_id.items():
        star = stars.get(version) or Star(version, "text")
        centre = star.canonical
        while centre in fuller:
            centre = fuller[centre]
        if centre == version:
            continue
        stays = centre == star.canonical or star.relation == "article"
        if stays or likenesses.of(text, by_id[centre]).containment >= RECHECK:
            out[version] = Star(centre, star.relation)
    return out
