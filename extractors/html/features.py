"""What can be told of a page's lines without reading them: the columns of the line model.

Everything here is independent of language: structure of the markup, names of elements, links,
length and punctuation, place on the page, and what trafilatura kept, of the line and round it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from extractors.html.align import affordable_searches, letters
from extractors.html.metadata import Metadata
from extractors.html.tree import Block, Text, mark_names
from extractors.html.wording import Column, best_run, shared

_NONE = 99.0  # distance of a mark that is not there
_TAGS = (
    ("p",), ("h1",), ("h2",), ("h3",), ("h4", "h5", "h6"), ("li",), ("td", "th", "tr", "caption"),
    ("figcaption",), ("blockquote",), ("dd", "dt"), ("div",), ("pre",),
    ("button", "label", "option", "legend", "summary"),
)  # fmt: skip
_TAG_COLUMN = {tag: float(i) for i, tags in enumerate(_TAGS) for tag in tags}
_BUTTON = 0.6  # share of a line that words of furniture cover, from which it is furniture
_WIDE = 6  # lines before and after that are summed up


def _overlap(key: str, known: str) -> float:
    """1 for a line that is the known text, 2 for a part of it, 3 for one that holds it."""
    if not key or not known:
        return 0.0
    if key == known:
        return 1.0
    if len(key) >= 12 and key in known:
        return 2.0
    return 3.0 * (len(known) >= 12 and known in key)


def _embedded(keys: Sequence[str], bodies: Sequence[Sequence[str]]) -> Column:
    """0 where the page embeds no article text, 2 for lines that are part of it, 1 for others."""
    known = "".join(letters(line) for body in bodies for line in body)
    if not known:
        return np.zeros(len(keys))
    searches = affordable_searches(known)
    return np.array(
        [2.0 if len(k) > 5 and i < searches and k in known else 1.0 for i, k in enumerate(keys)]
    )


def _near(values: Column, step: int, edge: float) -> Column:
    """The value `step` lines on, `edge` beyond the ends."""
    out = np.full_like(values, edge)
    if step > 0:
        out[:-step] = values[step:]
    else:
        out[-step:] = values[:step]
    return out


def _sums(values: Column, reach: int) -> Column:
    """Sum over the lines up to `reach` before and after."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(len(values))
    return np.asarray(
        total[np.minimum(places + reach + 1, len(values))] - total[np.maximum(places - reach, 0)]
    )


def _share(part: Column, whole: Column) -> Column:
    return np.asarray(part / np.maximum(whole, 1e-9))


def _prose(columns: Mapping[str, Column]) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """Lines of running text, and the run of lines with the most of it."""
    count = columns["tokens"]
    prose = ((count >= 10) & (columns["end"] == 2.0)) | (count > 40)
    return prose, best_run(np.where(prose, count, -np.minimum(6.0, 3.0 + 0.3 * count)))


def share_of_core(page: Text, kept: Collection[int]) -> float:
    """Share of the words in the page's longest run of prose that are in some lines."""
    columns = page.measures
    prose, (begin, end) = _prose(columns)
    mass = columns["tokens"] * prose
    inside = sum(float(mass[i]) for i in sorted(kept) if begin <= i < end)
    return inside / max(float(mass[begin:end].sum()), 1.0)


def matrix(
    page: Text, kept: Collection[int], said: Metadata
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """The columns of the line model for a page, and their names.

    Args:
        page: at least one line.
        kept: indexes of the lines that trafilatura took for the article.
        said: what the page says of itself.
    """
    blocks, parents = page.blocks, page.parents
    size = len(blocks)
    columns = dict(page.measures)
    keys = page.keys
    counts = Counter(keys)
    met: set[str] = set()
    again = np.zeros(size)
    for i, key in enumerate(keys):
        again[i] = key in met
        met.add(key)
    columns["copies"] = np.array([float(counts[key]) for key in keys])
    columns["again"] = again
    columns["letters"] = _share(np.array([float(len(key)) for key in keys]), columns["chars"])
    title_key, description_key = letters(said.title), letters(said.description)
    columns["title"] = np.array([_overlap(key, title_key) for key in keys])
    columns["description"] = np.array([_overlap(key, description_key) for key in keys])
    columns["embedded"] = _embedded(keys, said.bodies)

    count, chars = columns["tokens"], columns["chars"]
    is_kept = np.zeros(size)
    is_kept[list(kept)] = 1.0
    columns["kept"] = is_kept
    columns["tag"] = np.array([_TAG_COLUMN.get(b.tag, -1.0) for b in blocks])
    depth = np.array([float(b.depth) for b in blocks])
    columns["depth"] = depth
    linked = np.minimum(1.0, _share(np.array([float(b.linked) for b in blocks]), chars))
    columns["linked"] = linked
    columns["stressed"] = _share(np.array([float(b.stressed) for b in blocks]), chars)
    columns["slanted"] = _share(np.array([float(b.slanted) for b in blocks]), chars)
    marks = np.array([b.marks for b in blocks], dtype=np.float64)
    distance = np.where(marks < 0, _NONE, depth[:, None] - marks)
    for i, name in enumerate(mark_names()):
        columns[f"in_{name}"] = distance[:, i]

    prose, core = _prose(columns)
    prose_tokens = count * prose
    kept_tokens = count * is_kept
    _holder_columns(columns, blocks, kept_tokens, prose_tokens, linked)
    _place_columns(columns, is_kept, kept_tokens, prose_tokens, linked)
    _core_columns(columns, [b.text for b in blocks], prose, core)
    holders = [b.holders[0] for b in blocks]
    holding = _holding(holders, parents)
    for name, mass in (("kept", kept_tokens), ("prose", prose_tokens)):
        _centre_columns(columns, name, holders, holding, mass)
    return np.column_stack(list(columns.values())), tuple(columns)


def _holder_columns(
    columns: dict[str, Column],
    blocks: Sequence[Block],
    kept_tokens: Column,
    prose_tokens: Column,
    linked: Column,
) -> None:
    """Sums over the lines of one element, its parent and grandparent."""
    count = columns["tokens"]
    groups: tuple[tuple[str, list[object]], ...] = (
        ("own", [b.holders[0] for b in blocks]),
        ("parent", [b.holders[1] for b in blocks]),
        ("grand", [b.holders[2] for b in blocks]),
        ("path", [b.path for b in blocks]),
    )
    for name, group_keys in groups:
        known: dict[object, int] = {}
        group = np.array([known.setdefault(key, len(known)) for key in group_keys])
        total = np.bincount(group, count)[group]
        lines = np.bincount(group)[group].astype(np.float64)
        columns[f"{name}_tokens"] = total
        columns[f"{name}_lines"] = lines
        columns[f"{name}_kept"] = _share(np.bincount(group, kept_tokens)[group], total)
        columns[f"{name}_prose"] = _share(np.bincount(group, prose_tokens)[group], total)
        columns[f"{name}_linked"] = _share(np.bincount(group, count * linked)[group], total)
        order = np.arange(len(count), dtype=np.float64)
        first = np.full(group.max() + 1, np.inf)
        np.minimum.at(first, group, order)
        columns[f"{name}_since"] = order - first[group]


def _holding(holders: Sequence[int], parents: Mapping[int, int]) -> dict[int, int]:
    """Those of the block elements that hold text, in document order, with their parents."""
    found: set[int] = {-1}
    for element in holders:
        while element not in found:
            found.add(element)
            element = parents[element]
    return {element: parents[element] for element in sorted(found - {-1})}


def _centre_columns(
    columns: dict[str, Column],
    name: str,
    holders: Sequence[int],
    parents: Mapping[int, int],
    mass: Column,
) -> None:
    """How far a line is from the smallest elements that hold nine and six tenths of the mass."""
    sums = dict.fromkeys(parents, 0.0)
    sums[-1] = 0.0
    for holder, value in zip(holders, mass.tolist(), strict=True):
        sums[holder] += value
    for element in reversed(parents):
        sums[parents[element]] += sums[element]
    for share in (0.9, 0.6):
        wanted = share * sums[-1]
        centre = max((e for e in parents if sums[e] >= wanted), default=-1) if wanted else -1
        above = {centre: 0.0}  # the centre and what holds it, by levels up
        while centre != -1:
            level = above[centre] + 1.0
            centre = parents[centre]
            above[centre] = level
        up, down = {-1: above.get(-1, 0.0)}, {-1: 0.0}
        for element, parent in parents.items():
            if element in above:
                up[element], down[element] = above[element], 0.0
            else:
                up[element], down[element] = up[parent], down[parent] + 1.0
        columns[f"{name}{share}_up"] = np.array([up[holder] for holder in holders])
        columns[f"{name}{share}_down"] = np.array([down[holder] for holder in holders])


def _place_columns(
    columns: dict[str, Column],
    is_kept: Column,
    kept_tokens: Column,
    prose_tokens: Column,
    linked: Column,
) -> None:
    """Where a line stands on the page, and what stands round it."""
    count = columns["tokens"]
    size = len(count)
    order = np.arange(size, dtype=np.float64)
    for step in (-2, -1, 1, 2):
        columns[f"tokens{step:+d}"] = _near(count, step, -1.0)
        columns[f"opening{step:+d}"] = _near(columns["opening"], step, -1.0)
        columns[f"linked{step:+d}"] = _near(linked, step, -1.0)
        columns[f"tag{step:+d}"] = _near(columns["tag"], step, -2.0)
    wide = _sums(count, _WIDE)
    columns["wide_kept"] = _share(_sums(kept_tokens, _WIDE), wide)
    columns["wide_prose"] = _share(_sums(prose_tokens, _WIDE), wide)
    columns["wide_linked"] = _share(_sums(count * linked, _WIDE), wide)
    places = np.flatnonzero(is_kept)
    first, last = (places[0], places[-1]) if len(places) else (size, -1)
    columns["after_first"] = order - first
    columns["before_last"] = last - order
    before = np.maximum.accumulate(np.where(is_kept > 0, order, -_NONE))
    after = np.minimum.accumulate(np.where(is_kept > 0, order, size + _NONE)[::-1])[::-1]
    columns["since_kept"] = np.minimum(order - before, _NONE)
    columns["until_kept"] = np.minimum(after - order, _NONE)
    begin, end = best_run(np.where(is_kept > 0, count, -np.minimum(12.0, count)))
    columns["in_kept_run"] = ((order >= begin) & (order < end)).astype(np.float64)
    total, all_kept = count.sum(), kept_tokens.sum()
    columns["place"] = order / size
    columns["token_place"] = np.cumsum(count) / max(total, 1e-9)
    columns["kept_place"] = np.cumsum(kept_tokens) / max(all_kept, 1e-9)
    for name, value in (
        ("page_lines", size),
        ("page_tokens", total),
        ("page_kept", all_kept / max(total, 1e-9)),
        ("page_kept_tokens", all_kept),
        ("page_prose", prose_tokens.sum() / max(total, 1e-9)),
    ):
        columns[name] = np.full(size, float(value))


def _core_columns(
    columns: dict[str, Column],
    lines: Sequence[str],
    prose: NDArray[np.bool_],
    core: tuple[int, int],
) -> None:
    """Where a line stands to the run of lines with the most prose, and what they share."""
    count = columns["tokens"]
    size = len(count)
    order = np.arange(size, dtype=np.float64)
    begin, end = core
    inside = (order >= begin) & (order < end)
    columns["in_prose_run"] = inside.astype(np.float64)
    words = shared(lines, prose, core)
    for i, name in enumerate(("shared", "rare", "common")):
        columns[name] = words[:, i]
    columns["wide_common"] = _share(_sums(words[:, 2] * count, _WIDE), _sums(count, _WIDE))
    short = (count < 10) & (columns["end"] != 2.0)
    columns["wide_furniture"] = _sums(columns["furniture"] * count, _WIDE)
    columns["furniture-1"] = _near(columns["furniture"], -1, -1.0)
    columns["furniture+1"] = _near(columns["furniture"], 1, -1.0)
    columns["wide_short"] = _sums(short.astype(np.float64), _WIDE)
    columns["from_begin"] = np.sign(order - begin) * np.log1p(np.abs(order - begin))
    columns["from_end"] = np.sign(order - end) * np.log1p(np.abs(order - end))
    mass = np.where(prose, count, 0.0)
    columns["mass_before"] = (np.cumsum(mass) - mass) / max(mass.sum(), 1.0)
    typical = count[inside & prose]
    columns["to_core"] = np.log1p(count) - np.log1p(typical.mean() if len(typical) else 0.0)
    for name, value in (
        ("page_furniture", (columns["furniture"] > _BUTTON).mean()),
        ("page_short", short.mean()),
        ("page_short_outside", np.log1p((short & ~inside).sum())),
        ("core_share", count[inside].sum() / max(count.sum(), 1.0)),
        ("core_tokens", np.log1p(count[inside].sum())),
        ("core_lines", np.log1p(end - begin)),
    ):
        columns[name] = np.full(size, float(value))
