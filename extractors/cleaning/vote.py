"""The learned vote: which lines of a whole page belong to its article.

Boosted trees judge every line by itself and by its neighbourhood. They were trained offline on
labelled pages (``bench/train_lines.py``); their probabilities are the weak evidence of cleaning,
and never enough to cut a figure stated in the running text of the article.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from extractors.cleaning.arrays import Flags, Floats
from extractors.cleaning.features import BUTTON, features
from extractors.cleaning.measure import Lines
from extractors.trees import Trees

MODEL: Final = "cleaning/vote.json"
KEEP: Final = 0.45  # probability over which a line stays; best in cross-validation
SURE: Final = 0.8  # over which weaker signs of form leave a line be
_NEVER: Final = 0.05  # under it a line is no part of any article
_NEVERS: Final = 6  # as many such lines has only a whole page,
_NEVER_SHARE: Final = 0.1  # and as large a share; long lists in an article have some as well
_SHORT: Final = 100  # lines of a page too short for the models to be as certain of its menus
_UNLIKELY: Final = 0.2  # under it a line at an end of a short page is likely one of its menus
_EITHER_END: Final = 2  # as many such lines has a page at both ends; a list stands at one
_UNLIKELY_SHARE: Final = 0.25  # and as large a share of it are they together


@dataclass(frozen=True, slots=True)
class Vote:
    """What the models say of the lines of a page.

    Attributes:
        probability: of each line to belong to the article.
        prose: whether each line is running text.
        tokens: words of each line.
        buttons: whether each line is made of words of page furniture.
        ahead: share of each line's telling words that the 25 lines after it take up.
    """

    probability: Floats
    prose: Flags
    tokens: Floats
    buttons: Flags
    ahead: Floats


def vote(page: Lines) -> Vote:
    """Judge the lines of a page.

    Args:
        page: lines in normal form (`text.normalise`), none of them blank.
    """
    names, own = features(page)
    column = {name: own[:, k] for k, name in enumerate(names)}
    return Vote(
        Trees.load(MODEL).probability(own),
        page.prose,
        page.tokens,
        column["furniture"] > BUTTON,
        column["far_ahead"],
    )


def looks_whole(probability: Floats) -> bool:
    """Whether there are menus and links enough for a whole page, or this is an article alone.

    Args:
        probability: of each line to belong to the article.
    """
    never = int((probability < _NEVER).sum())
    if never >= max(_NEVERS, _NEVER_SHARE * len(probability)):
        return True
    sure = np.flatnonzero(probability > SURE)
    if len(probability) > _SHORT or not len(sure):
        return False
    above = int((probability[: sure[0]] < _UNLIKELY).sum())
    below = int((probability[sure[-1] :] < _UNLIKELY).sum())
    enough = max(_NEVERS, _UNLIKELY_SHARE * len(probability))
    return min(above, below) >= _EITHER_END and above + below >= enough
