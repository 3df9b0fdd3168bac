"""Optional embeddings of leads: what a model has to be, and vectors that can be compared.

None comes with the package and none is needed. A multilingual model puts the languages apart from
one another; `Model` takes out by how much, as measured on texts that say the same in each, so that
a cosine means the same for any two languages. What is made of cosines, the warehouse decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import xxhash

from extractors.evidence import is_dense
from extractors.rulebook import load_yaml

NORM = 2000
"""Length of a stored vector, whose entries are whole numbers, so that products are exact."""

_LETTERS = 600  # of a lead
_OFFSETS = Path(__file__).with_name("embedding_offsets.json")
_FINE = 10_000  # offsets are stored in parts of this

Vector = npt.NDArray[np.int16]


class Embedder(Protocol):
    """Turns texts into vectors; the same for the same text, whatever it was asked before."""

    @property
    def name(self) -> str:
        """Which model it is."""

    @property
    def revision(self) -> str:
        """Changes with anything that changes a vector."""

    @property
    def dim(self) -> int:
        """Numbers of a vector."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One row of `dim` numbers a text.

        Args:
            texts: in any language, without NUL and lone surrogates.
        """


class Lead(NamedTuple):
    """What of a report is embedded, and its language."""

    text: str
    lang: str

    @property
    def mark(self) -> int:
        """Hash by which its vector is kept, of 63 bits."""
        return xxhash.xxh3_64_intdigest(f"{self.lang}|{self.text}".encode()) >> 1


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What cosines of a revision of a model mean.

    Attributes:
        floor: the cosine of any two reports; one above adds to a score, one below takes away,
        weight: times the distance.
        agrees: the cosine from which it is a kind of evidence.
        link, candidate: scores that make reports one story, or a candidate.
        least: what the rest of the evidence must score by itself.
    """

    floor: float
    weight: float
    agrees: float
    link: float
    candidate: float
    least: float


class UnknownModel(ValueError):
    """There are no thresholds for a revision of a model."""


@dataclass(frozen=True)
class Model:
    """An embedder with what is known of its vectors.

    Attributes:
        offsets: by language, what the language adds to the vector of any text.
    """

    embedder: Embedder
    thresholds: Thresholds
    offsets: Mapping[str, npt.NDArray[np.float64]]

    @property
    def name(self) -> str:
        """Of the embedder."""
        return self.embedder.name

    @property
    def revision(self) -> str:
        """Of the embedder."""
        return self.embedder.revision

    def vectors(self, leads: Sequence[Lead]) -> list[Vector | None]:
        """The vectors of leads, of length `NORM`; None where there is nothing to compare.

        A language whose offset is not known has none taken out.
        """
        if not leads:
            return []
        raw = np.asarray(self.embedder.embed([lead.text for lead in leads]), np.float64)
        return [
            self._vector(row, lead.lang) if lead.text else None
            for row, lead in zip(raw, leads, strict=True)
        ]

    def _vector(self, row: npt.NDArray[np.float64], lang: str) -> Vector | None:
        offset = self.offsets.get(lang, 0.0)
        length = float(np.linalg.norm(row))
        moved = row / length - offset if length > 0 and np.isfinite(length) else row * 0
        length = float(np.linalg.norm(moved))
        if not length > 0:
            return None
        return np.rint(moved * (NORM / length)).astype(np.int16)


def known(embedder: Embedder) -> Model:
    """An embedder with its thresholds and offsets from the package's tables.

    Raises:
        UnknownModel: they have none for this revision; make a `Model` with your own.
    """
    table = load_yaml("embedding.yaml")["models"].get(embedder.name, {}).get(embedder.revision)
    if table is None:
        raise UnknownModel(
            f"There are no thresholds for {embedder.name} {embedder.revision}; those of another "
            f"model or revision do not hold for it."
        )
    offsets = _offsets().get(embedder.name, {}).get(embedder.revision, {})
    return Model(
        embedder,
        Thresholds(**table),
        {lang: np.array(row, np.float64) / _FINE for lang, row in offsets.items()},
    )


def offsets(rows: Mapping[str, npt.NDArray[np.float32]]) -> dict[str, list[int]]:
    """How far each language lies from the middle of all, as `embedding_offsets.json` has it.

    Args:
        rows: by language, the vectors of texts that say the same in all, of length 1.
    """
    means = {lang: found.astype(np.float64).mean(axis=0) for lang, found in rows.items()}
    middle = np.mean([means[lang] for lang in sorted(means)], axis=0)
    return {
        lang: np.rint((mean - middle) * _FINE).astype(int).tolist()
        for lang, mean in sorted(means.items())
    }


def lead(title: str, body: str, lang: str) -> Lead:
    """Headline and beginning of a report.

    Args:
        title: "" if there is none.
        body: its text, with or without the headline as the first line.
        lang: BCP 47 tag of the beginning.

    Returns:
        600 letters of an alphabet, or half as many characters of ja, ko and zh.
    """
    first, _, _ = body.lstrip().partition("\n")
    text = body if not title or first.strip() == title.strip() else f"{title}\n{body}"
    text = " ".join(text[: 4 * _LETTERS].replace("\0", " ").split())
    text = text[: _LETTERS // 2 if is_dense(text[:_LETTERS]) else _LETTERS]
    return Lead(text.encode("utf-8", "replace").decode(), lang.split("-")[0])


@cache
def _offsets() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_OFFSETS.read_text(encoding="utf-8"))
    return found
