"""The second opinion: py3langid, for languages that langdetect cannot name and for doubt."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from extractors.language.tables import tables

_LONGEST = 300  # characters that it is shown; its time grows with them
_LEAST = 1e-3  # probability that is passed on
_lock = threading.Lock()


@cache
def _load() -> Any:
    from py3langid.langid import (  # type: ignore[import-untyped]
        MODEL_FILE,
        LanguageIdentifier,
    )

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def second_opinion(text: str) -> dict[str, float]:
    """py3langid's leading probabilities by BCP 47 tag; its model is loaded at the first call."""
    with _lock:
        identifier = _load()
    tag = tables().tag
    merged: dict[str, float] = {}
    for code, p in identifier.rank(text[:_LONGEST]):
        if p < _LEAST:
            break
        lang = tag(code)
        merged[lang] = merged.get(lang, 0.0) + float(p)
    return merged
