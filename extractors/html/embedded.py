"""Article text that a page carries as data for its scripts instead of showing it.

Pages built by scripts ship their content as JSON: Next.js in ``__NEXT_DATA__`` or in pieces
pushed to ``self.__next_f``, others in ``window.__PRELOADED_STATE__``, ``__INITIAL_STATE__``,
``__APOLLO_STATE__``, ``__NUXT__`` and the like. Whatever its layout, the article is the run of
strings with the most prose in it, or one long string of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from lxml import etree

from extractors.cleaning.window import article_window, is_prose, tokens
from extractors.html.tree import SPACE

_MOST = 8_000_000  # characters of scripts that are looked through
_STRINGS = 50_000  # strings that are looked through
_FAILURES = 50  # pieces of broken data after which a page is not believed to hold any
_SCRIPTS = etree.XPath("//script[not(@src)]/text()", smart_strings=False)
_PUSHED = re.compile(r"self\.__next_f\.push\(\s*(?=\[)")
_STATE = re.compile(r"(?:window|self|globalThis)(?:\.\w+|\[\"\w+\"\]){1,3}\s*=\s*(?=[{\[])")
_ROW = re.compile(r"^[0-9a-f]+:(?:[A-Z]+(?=[\[{\"]))?(?=[\[{\"])", re.MULTILINE)
_TEXT_ROW = re.compile(r"(?:^|\n|(?<=[\]}\"]))[0-9a-f]+:T([0-9a-f]+),")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr|/blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]{1,2000}>")
_WORDS = re.compile(r"\w\s+\w|[\u3041-\u9fff\uac00-\ud7a3]{4}")
_SOLID = re.compile(r"^[^\s\u3041-\u9fff\uac00-\ud7a3]+$|^(?:https?:)?//|^[.#]?[\w-]+\s*\{")
_DECODER = json.JSONDecoder(strict=False)


def text_lines(value: str) -> list[str]:
    """Lines of a text that may be written in markup."""
    if "<" in value and ">" in value:
        value = _MARKUP.sub("", _BREAK.sub("\n", value))
    return [line for raw in unescape(value).split("\n") if (line := SPACE.sub(" ", raw).strip())]


class _Reader:
    """Reads JSON values out of scripts until too many of them turn out to be broken."""

    def __init__(self) -> None:
        self._failures = 0

    def at(self, text: str, place: int) -> Any:
        """The value that begins at a place of the text, None if there is none."""
        if self._failures >= _FAILURES:
            return None
        try:
            return _DECODER.raw_decode(text, place)[0]
        except (ValueError, RecursionError):
            self._failures += 1
            return None


def _values(scripts: Sequence[str]) -> Iterator[Any]:
    """Data in the scripts of a page, and texts that are pushed as they are."""
    pushed: list[str] = []
    reader = _Reader()
    for script in scripts:
        bare = script.lstrip()
        if bare[:1] in ("{", "["):
            yield reader.at(bare, 0)
            continue
        for match in _PUSHED.finditer(script):
            piece = reader.at(script, match.end())
            if isinstance(piece, list) and len(piece) > 1 and isinstance(piece[1], str):
                pushed.append(piece[1])
        for match in _STATE.finditer(script):
            yield reader.at(script, match.end())
    stream = "".join(pushed)
    for match in _TEXT_ROW.finditer(stream):
        size = int(match[1][:7], 16)  # in bytes of UTF-8
        piece = stream[match.end() : match.end() + size].encode("utf-8", "replace")[:size]
        yield piece.decode("utf-8", "ignore")
    for match in _ROW.finditer(stream):
        yield reader.at(stream, match.end())


def _strings(values: Iterator[Any]) -> Iterator[str]:
    """Strings with words in them, in order, each once."""
    met: set[str] = set()
    for value in values:
        waiting = [value]
        while waiting:
            item = waiting.pop()
            if isinstance(item, str):
                if item not in met and _WORDS.search(item) and not _SOLID.match(item):
                    met.add(item)
                    yield item
            elif isinstance(item, dict):
                waiting += reversed(item.values())
            elif isinstance(item, list):
                waiting += reversed(item)
            if len(met) > _STRINGS:
                return


def embedded(tree: Any) -> list[str]:
    """Lines of the article in the data of a page's scripts, none if there is no prose.

    Args:
        tree: the parsed page, not changed.
    """
    scripts: list[str] = []
    size = 0
    for script in _SCRIPTS(tree):
        size += len(script)
        if size > _MOST:
            break
        scripts.append(script)
    texts = [lines for text in _strings(_values(scripts)) if (lines := text_lines(text))]
    longest = max(texts, key=_prose, default=[])
    flat = list(dict.fromkeys(line for lines in texts for line in lines))
    window = article_window(flat)
    run = (
        [flat[i] for i in window if is_prose(flat[i]) or _is_short_text(flat[i])] if window else []
    )
    return longest if _prose(longest) > 0.7 * _prose(run) else run


def _is_short_text(line: str) -> bool:
    """Whether a short string can be a subheading and no name of a style."""
    return line[0].isupper() or not line.isascii()


def _prose(lines: Sequence[str]) -> float:
    return sum(tokens(line) for line in lines if is_prose(line))
