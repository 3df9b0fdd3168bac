"""Which lines of a page are its article: a learned judgement over markup, text and trafilatura.

Boosted trees, trained offline by ``bench/train_blocks.py``, see of every line where it stood in
the markup and how it reads; one of the two models knows what trafilatura made of it and of its
surroundings as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from extractors.html.align import letters
from extractors.html.features import matrix
from extractors.html.metadata import Metadata
from extractors.html.tree import Text
from extractors.trees import Trees

WITH_PEER: Final = "html/lines.json"
ALONE: Final = "html/markup.json"
LIKELY: Final = 0.5
SAY: Final = 0.3  # of the model that does not know what trafilatura kept
_FAR: Final = 12  # lines from what trafilatura kept, beyond which short lines are not looked at
_SHORT: Final = 8  # tokens
_ROW: Final = 0.2  # probability from which a row of a table is kept as trafilatura kept it
_REPEATED: Final = 30  # letters from which a line stands only once in an article


def knows_peer(name: str) -> bool:
    """Whether a column tells what trafilatura kept."""
    return "kept" in name or name in ("after_first", "before_last")


def probability(page: Text, kept: Collection[int], said: Metadata) -> NDArray[np.float64]:
    """Of each line to belong to the article.

    Args:
        page: at least one line.
        kept: lines that trafilatura took for the article; where there are none the markup
            and the text decide alone.
        said: what the page says of itself.
    """
    values, names = matrix(page, kept, said)
    place = {name: i for i, name in enumerate(names)}
    alone, both = Trees.load(ALONE), Trees.load(WITH_PEER)
    if not kept:
        return alone.probability(values[:, [place[name] for name in alone.features]])
    distance = np.minimum(values[:, place["since_kept"]], values[:, place["until_kept"]])
    near = (distance <= _FAR) | (values[:, place["tokens"]] >= _SHORT)
    chosen = values[near]
    out = np.zeros(len(values))
    out[near] = SAY * alone.probability(chosen[:, [place[name] for name in alone.features]])
    out[near] += (1.0 - SAY) * both.probability(chosen[:, [place[name] for name in both.features]])
    return out


def article_lines(page: Text, kept: Collection[int], said: Metadata) -> set[int]:
    """Lines of a page that are its article, without its title.

    Args:
        page: the page's text.
        kept: lines that trafilatura took for the article, none if it found none.
        said: what the page says of itself.
    """
    if not page.blocks:
        return set()
    likely = probability(page, kept, said)
    return choose([block.text for block in page.blocks], page.keys, likely, kept, said.title)


def choose(
    lines: Sequence[str],
    keys: Sequence[str],
    likely: NDArray[np.float64],
    kept: Collection[int],
    title: str,
) -> set[int]:
    """The likely lines, of a repeated one the likeliest only, and without the title.

    Of a table's rows that trafilatura kept, fewer are doubted: short and without a sentence,
    they look like menus to the models, but hold the figures of an article.
    """
    likely = likely.copy()
    for i in kept:
        if "\t" in lines[i] and likely[i] >= _ROW:
            likely[i] = max(likely[i], LIKELY)
    heading = letters(title)
    chosen: set[int] = set()
    best: dict[str, int] = {}
    for i in np.flatnonzero(likely >= LIKELY).tolist():
        key = keys[i]
        if key == heading:
            continue
        if len(key) >= _REPEATED:
            other = best.setdefault(key, i)
            if other != i and likely[i] <= likely[other]:
                continue
            chosen.discard(other)
            best[key] = i
        chosen.add(i)
    return chosen
