"""Documents out of web archives (WARC), in order of time, however many there are.

A first pass notes where each page stands, a second one reads them one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.reading import unread
from extractors.records import Article, Document

if TYPE_CHECKING:
    from flows.fetching.archived import Captured

SUFFIXES = (".warc", ".warc.gz", ".warc.gz.open")
"""The last is one of ours that is still being written, or was when the machine stopped."""


@dataclass(frozen=True, slots=True)
class Archives:
    """The pages of some WARC files; iterating reads them in the order of their retrieval.

    Attributes:
        total: how many there are.
        passed_over: what is no page or cannot be read, in words, and how often.
    """

    total: int
    passed_over: tuple[str, ...]
    _pages: tuple[_Page, ...]
    _files: tuple[Path, ...]
    _source: str

    def __iter__(self) -> Iterator[Document | Article]:
        from flows.fetching.archived import read_capture  # imports an HTTP client: half a second

        for page in self._pages:
            captured = read_capture(self._files[page.file], page.offset, self._source)
            if captured is None or captured.retrieval.ending != "fetched":
                yield self._damaged(page)
            else:
                yield _document(captured, page)

    def _damaged(self, page: _Page) -> Article:
        """An article that says which page of which file cannot be had."""
        document = Document(page.name, b"", "", page.moment, name=page.name, source=self._source)
        where = f"{self._files[page.file].name} is damaged at {page.offset}"
        return unread(document, "unreadable", f"{where}; restore the file, or fetch the page again")


@dataclass(frozen=True, slots=True)
class _Page:
    """Where a page stands: number of the file, and offset in it; small, there may be a million.

    `name` and `moment` are those of the revisit where another record holds its body.
    """

    moment: datetime
    name: str
    file: int
    offset: int
    is_revisit: bool = False


def is_archive(path: Path) -> bool:
    """Whether a file is a WARC file by its name."""
    return path.name.lower().endswith(SUFFIXES)


def find_archives(folder: Path) -> list[Path]:
    """The WARC files below a folder, in the order of their relative paths."""
    return sorted(
        path
        for path in folder.rglob("*")
        if is_archive(path)
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def open_archives(files: Iterable[Path], source: str) -> Archives:
    """Note where the pages of some WARC files stand.

    Args:
        files: of any tools.
        source: of the pages that other tools captured; ours know their own.

    Raises:
        OSError: a file cannot be opened.
    """
    from flows.fetching.archived import read_archive  # imports an HTTP client: half a second

    paths = tuple(files)
    pages: list[_Page] = []
    bodies: dict[str, tuple[int, int]] = {}  # where the body with a digest stands
    revisits: list[tuple[str, _Page]] = []
    passed_over: Counter[str] = Counter()
    notes: list[str] = []
    for number, path in enumerate(paths):
        # Bodies of our own need not be read to list them; those of other tools may be damaged.
        for captured in read_archive(path, source, bodies=False, note=notes.append):
            retrieval = captured.retrieval
            why = captured.passed_over
            if why or captured.offset is None:
                passed_over[why] += 1
                continue
            page = _Page(retrieval.fetched_at, retrieval.request.url, number, captured.offset)
            if captured.revisit:
                revisits.append((captured.payload, replace(page, is_revisit=True)))
                continue
            pages.append(page)
            if captured.payload:
                bodies.setdefault(captured.payload, (number, captured.offset))
    for payload, page in revisits:
        if payload in bodies:
            number, offset = bodies[payload]
            pages.append(replace(page, file=number, offset=offset))
        else:
            passed_over["revisit of a page that is not in the archive"] += 1
    pages.sort(key=lambda page: (page.moment, page.name, page.file, page.offset))
    words = [f"{count} x {why}" for why, count in sorted(passed_over.items())]
    return Archives(len(pages), (*words, *notes), tuple(pages), paths, source)


def _document(captured: Captured, page: _Page) -> Document:
    document = captured.document()
    if page.is_revisit:
        return replace(document, url=page.name, name=page.name, fetched_at=page.moment)
    return document
