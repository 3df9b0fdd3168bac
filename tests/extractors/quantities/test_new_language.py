"""A new language is one file: Italian is known to its table and to no code."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from extractors import quantities
from extractors.quantities import tables
from extractors.quantities.locale import Locale
from extractors.quantities.tables import read

ROOT = Path(quantities.__file__).parent


def test_italian_is_one_file() -> None:
    """No module of the room names Italian, and nothing but the table makes its locale."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("*.py"))]
    assert not any('"it"' in source or "italian" in source.lower() for source in sources)
    assert [path.stem for path in ROOT.rglob("it.*")] == ["it"]
    assert Locale("it", read("common"), read("it")).numerals.number("duecentotré", 0) is not None


def test_a_table_alone_makes_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its file Italian is read, without it nothing is."""
    text = "quasi tre miliardi e mezzo di euro"
    folder = resources.files("extractors.quantities") / "locales"
    for name in ("common.yaml", "it.yaml"):
        (tmp_path / name).write_text((folder / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(tables, "_FOLDER", tmp_path)
    assert tables.languages() == ("it",)
    compiled = Locale("it", read("common"), read("it"))
    assert [str(q.value) for q in quantities.parse(text, compiled, None)] == ["3500000000"]
    (tmp_path / "it.yaml").unlink()
    assert tables.languages() == ()
