"""From a path to documents: a folder, a single file, a `.jsonl` of articles, or web archives.

Folder: every `.txt`, `.html` and `.htm` below it, in the order of their relative paths, which
are also their names. Hidden files and folders are passed over; symbolic links to files are read
as the files they name, those to folders are not followed. What is known of `NAME.txt` may stand
beside it in `NAME.json`, `NAME.toml`, `NAME.txt.json` or `NAME.txt.toml`, or for all in one
`seeds.toml` at the top of the folder; the sidecar wins. See `flows.metadata` for the keys.

`.jsonl`: one article a line, `{"id", "text" or "html"}` and any of the metadata keys; the id is
the name.

`.warc`, `.warc.gz` or a folder that holds them and no documents: the pages that our monitor or
another tool retrieved, in order of time; those of our monitor with what it knew of them.

What breaks its format becomes an article with the outcome `invalid` and a message that names
file, line, key and remedy; everything else goes on.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.reading import unread
from extractors.records import Article, Document, Hints, Outcome
from flows.archives import find_archives, is_archive, open_archives
from flows.declared import FormatError
from flows.metadata import (
    KEYS,
    Metadata,
    is_writable,
    parse,
    read_index,
    read_row,
    read_sidecar,
)

MEDIA_TYPES = {".txt": "text/plain", ".html": "text/html", ".htm": "text/html"}
INDEX = "seeds.toml"
PRUNED = "pruned.jsonl"
"""Beside our archive's files: what has left it by policy."""
READ_LIMIT = 64 << 20
"""Bytes read of one file, above any budget of the reader, which then says `too_large`."""

_ROW_KEYS = ("id", "text", "html", *KEYS)
_SIDECARS = (".json", ".toml")

Found = Document | Article
"""A document to read, or an article that already ended because its format is broken."""


class InputError(Exception):
    """A path that gives no documents at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The documents that a path holds; iterating reads them one by one, in a fixed order.

    Attributes:
        source: name of the replayed set.
        total: how many documents there are.
        passed_over: files of a folder that are neither documents nor sidecars; of an archive
            what is no page, in words.
    """

    source: str
    total: int
    passed_over: tuple[str, ...]
    _iterate: Callable[[], Iterator[Found]]

    def __iter__(self) -> Iterator[Found]:
        return self._iterate()


def open_inputs(path: Path, source: str | None = None) -> Inputs:
    """List the documents of a path without reading them yet.

    Args:
        path: folder, file, `.jsonl` or WARC.
        source: name of the set; by default that of the folder, or of the file without suffix.
            The pages that our own monitor archived keep the source they came from.

    Raises:
        InputError: if there is nothing to read, or an index that cannot be read.
    """
    resolved = Path(os.path.abspath(path))
    if resolved.is_dir():
        return _folder(resolved, source or resolved.name or "replay")
    if not resolved.exists():
        raise InputError(f"{path} does not exist; name a folder, a text or HTML file, or a .jsonl")
    if not resolved.is_file():
        raise InputError(f"{path} is not a regular file; name a folder, a file or a .jsonl")
    if is_archive(resolved):
        return _archives([resolved], source or resolved.name.partition(".warc")[0], path)
    source = source or resolved.stem
    if resolved.suffix.lower() == ".jsonl":
        return _rows(resolved, source)
    if resolved.suffix.lower() in _SIDECARS:
        raise InputError(
            f"{path} describes a document and is none; name the document, or put articles into "
            'a .jsonl, one {"id": ..., "text": ...} a line'
        )
    name = _name(resolved.name)
    index = _index(resolved.parent)
    return Inputs(source, 1, (), lambda: iter([_read_file(resolved, name, source, index)]))


def refuse(name: str, source: str, message: str, outcome: Outcome = "invalid") -> Article:
    """An article for a document that is not read at all; `message` says why, and the remedy."""
    document = Document(url=name, body=b"", media_type="", name=name, source=source)
    return unread(document, outcome, message)


def _folder(root: Path, source: str) -> Inputs:
    """Every document below a folder."""
    index = _index(root)
    found: list[tuple[str, Path]] = []
    others: dict[str, Path] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for file in files:
            path = Path(folder, file)
            if not file.startswith(".") and (path.is_file() or path.is_symlink()):
                name = _name(str(path.relative_to(root)))
                if path.suffix.lower() in MEDIA_TYPES:
                    found.append((name, path))
                else:
                    others[name] = path
    paths: dict[str, Path] = {}
    twins: dict[str, Path] = {}  # other bytes, the same name once normalised
    for name, path in sorted(found, key=lambda item: (item[0], os.fsencode(item[1]))):
        if name in paths:
            twins[f"{name} ({len(twins) + 2})"] = path
        else:
            paths[name] = path
    described = {side for path in paths.values() for side in _sidecar_paths(path)}
    passed_over = tuple(
        sorted(
            name
            for name, path in others.items()
            if path not in described and not (path.parent == root and path.name == INDEX)
        )
    )
    names = sorted(paths | twins | {name: root for name in index})
    if not names and (archives := find_archives(root)):
        held = _archives(archives, source, root)
        return replace(held, passed_over=(*held.passed_over, *_pruned(root)))
    if not names:
        rest = f" (passed over: {', '.join(passed_over[:5])})" if passed_over else ""
        raise InputError(
            f"{root} holds no .txt, .html, .htm or .warc{rest}; a .jsonl is named by itself, "
            "not by its folder"
        )

    def iterate() -> Iterator[Found]:
        for name in names:
            if name in paths:
                yield _read_file(paths[name], name, source, index)
            elif name in twins:
                yield refuse(
                    name,
                    source,
                    "another file has the same name, written with other bytes for the same "
                    "characters; rename one of them",
                )
            else:
                yield refuse(
                    name,
                    source,
                    f"{INDEX} describes {name}, which is not in the folder; add the file, "
                    "or take its table out",
                )

    return Inputs(source, len(names), passed_over, iterate)


def _pruned(root: Path) -> list[str]:
    """What has left an archive of ours by policy, in words."""
    try:
        rows = [json.loads(line) for line in (root / PRUNED).read_text("utf-8").splitlines()]
        count = sum(row["captures"] for row in rows)
        newest = max((row["newest"] or "" for row in rows), default="")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as problem:
        return [f"{PRUNED}, which says what has left the archive, cannot be read ({problem})"]
    return [f"{count} captures up to {newest[:10]} in {len(rows)} files, pruned (see {PRUNED})"]


def _archives(files: list[Path], source: str, named: Path) -> Inputs:
    """The pages of web archives."""
    try:
        archives = open_archives(files, source)
    except OSError as problem:
        raise InputError(f"{named} cannot be opened ({problem.strerror})") from None
    if not archives.total:
        rest = f" (passed over: {'; '.join(archives.passed_over[:5])})"
        raise InputError(
            f"{named} holds no pages{rest if archives.passed_over else ''}; name an archive with "
            "responses in HTML or text"
        )
    return Inputs(source, archives.total, archives.passed_over, lambda: iter(archives))


def _index(folder: Path) -> dict[str, Metadata | FormatError]:
    path = folder / INDEX
    try:
        return read_index(path) if path.is_file() else {}
    except FormatError as problem:
        # Not one document is read: without their times they would be compared wrongly.
        raise InputError(f"{problem}. Nothing was loaded") from None


def _sidecar_paths(path: Path) -> list[Path]:
    names = dict.fromkeys(stem + suffix for suffix in _SIDECARS for stem in (path.stem, path.name))
    return [path.with_name(name) for name in names if name != INDEX]


def _read_file(
    path: Path, name: str, source: str, index: dict[str, Metadata | FormatError]
) -> Found:
    """One file with what its sidecar and the index say of it."""
    try:
        metadata = _describe(path, name, index)
        if path.exists() and not path.is_file():
            return refuse(name, source, f"{name} is no regular file; save its text", "unreadable")
        with path.open("rb") as file:
            body = file.read(READ_LIMIT)
    except FormatError as problem:
        return refuse(name, source, str(problem))
    except OSError as problem:
        reason = f"{name} cannot be opened ({problem.strerror}); see to its permissions or link"
        return refuse(name, source, reason, "unreadable")
    return Document(
        url=metadata.url or name,
        body=body,
        media_type=MEDIA_TYPES.get(path.suffix.lower(), ""),
        hints=metadata.hints,
        name=name,
        source=source,
    )


def _describe(path: Path, name: str, index: dict[str, Metadata | FormatError]) -> Metadata:
    """What is known of a file; raises FormatError where that cannot be read."""
    listed = index.get(name, Metadata())
    if isinstance(listed, FormatError):
        raise listed
    sidecars = [side for side in _sidecar_paths(path) if side.is_file()]
    if not sidecars:
        return listed
    if len(sidecars) > 1:
        names = " and ".join(side.name for side in sidecars)
        raise FormatError(f"{name} is described twice, in {names}; keep one of them")
    return read_sidecar(sidecars[0], sidecars[0].name).over(listed)


def _rows(path: Path, source: str) -> Inputs:
    """The articles of a `.jsonl`."""

    def lines() -> Iterator[tuple[int, bytes]]:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line

    def iterate() -> Iterator[Found]:
        seen: dict[str, int] = {}
        for number, line in lines():
            where = f"{path.name}, line {number}"
            name = f"{path.name}:{number}"
            try:
                row = read_row(line, where)
                name = _row_name(row.get("id"), where, seen, number) or name
                yield _row(row, where, name, source)
            except FormatError as problem:
                yield refuse(name, source, str(problem))

    try:
        total = sum(1 for _ in lines())
    except OSError as problem:
        raise InputError(f"{path} cannot be opened ({problem.strerror})") from None
    if not total:
        raise InputError(f'{path} is empty; write one {{"id": ..., "text": ...}} a line')
    return Inputs(source, total, (), iterate)


def _row_name(value: object, where: str, seen: dict[str, int], number: int) -> str:
    """The id of a row, unique in its file; raises FormatError otherwise."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise FormatError(f"{where}: id is {value!r}; give every row an id of its own, as text")
    if not is_writable(value):
        raise FormatError(f"{where}: id holds half a surrogate pair; write the character whole")
    name = _name(value.strip())
    if name in seen:
        raise FormatError(
            f"{where}: id {name!r} stands on line {seen[name]} already; give this row its own"
        )
    seen[name] = number
    return name


def _row(row: dict[str, object], where: str, name: str, source: str) -> Document:
    """The document of one row; raises FormatError if a value is not as it should be."""
    metadata = parse(row, lambda key: where, _ROW_KEYS, foreign_keys=True)
    given = {key: row[key] for key in ("text", "html") if row.get(key) is not None}
    if len(given) != 1:
        problem = "both text and html" if given else "neither text nor html"
        raise FormatError(f"{where}: {name} has {problem}; give one of them")
    [(key, content)] = given.items()
    if not isinstance(content, str):
        raise FormatError(f"{where}: {key} is {type(content).__name__}; write it as text")
    hints: Hints = {**metadata.hints, "charset": "utf-8"}
    if key == "text":
        content = _with_title(content, hints.get("title"))
    try:
        body = content.encode("utf-8")
    except UnicodeEncodeError as problem:
        raise FormatError(
            f"{where}: {key} holds half a surrogate pair at character {problem.start}; "
            "write the character whole"
        ) from None
    return Document(
        url=metadata.url or name,
        body=body,
        media_type="text/plain" if key == "text" else "text/html",
        hints=hints,
        name=name,
        source=source,
    )


def _with_title(text: str, title: str | None) -> str:
    """The text, with the title on top unless its head has it already."""
    if not title or not text.strip():
        return text
    wanted = _folded(title)
    return text if wanted in _folded(text[: 500 + 2 * len(title)]) else f"{title}\n\n{text}"


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _name(text: str) -> str:
    """A name that is the same on every system: slashes, NFC, and no undecodable bytes."""
    text = text.replace(os.sep, "/").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", text)
