"""Recognises that one text translates another: sentence by sentence, in order."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.alignment import aligned
from extractors.markers import segments

VERSION = 4
"""Raised whenever markers or keys change; those of two versions do not meet."""

_SCORE = 6.0  # of the alignment; two reports of one event reached 4.9 at most
_SHARE = 0.6  # of both texts that has a counterpart


def is_translation(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether texts in two languages render one another.

    Reports of one event share its names and figures, and even their order, but not the lengths
    of their sentences, and what they share stands elsewhere in them.

    Args:
        a, b: what `markers.outline` returned for each.
    """
    found = aligned(segments(a), segments(b), whole=True)
    return found.score >= _SCORE and found.share >= _SHARE
