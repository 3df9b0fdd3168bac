"""Loads the tables that hold this room's knowledge of languages and of web pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def load_yaml(name: str) -> Any:
    """Content of a YAML table of this package; shared, so never to be changed.

    Args:
        name: path below ``extractors/``, with forward slashes.
    """
    text = (_HERE / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)


@cache
def rule_languages() -> tuple[str, ...]:
    """Languages with a table in ``rules/``, ``any`` among them, sorted."""
    return tuple(sorted(path.stem for path in (_HERE / "rules").glob("*.yaml")))


@cache
def rules(lang: str) -> Any:
    """The table ``rules/<lang>.yaml``, or an empty one; `lang` may carry a script or region."""
    for tag in (lang, lang.split("-")[0]):
        if tag in rule_languages():
            return load_yaml(f"rules/{tag}.yaml") or {}
    return {}
