"""What bytes read like: evidence for a character set in the text that it makes of them."""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Any

from extractors import language
from extractors.rulebook import load_yaml

SAMPLE = 65536  # bytes that detection looks at
MAX_CONTROLS = 0.005  # share of control characters in something that is still text
MAX_BROKEN = 0.01  # share of broken sequences among foreign characters in text with slips
FEW_BROKEN = 4  # broken sequences that are slips in a text of any length
_READS = 0.12  # share of frequent characters from which text reads like its language
_READS_WELL = 0.25  # the same to overrule what is declared
_FLUENT = -7.0  # fluency from which words are words of some language
_CLEARLY = 0.4  # by how much more fluent a decoding must be to overrule what is declared
_FEW_FOREIGN = 12  # bytes beyond ASCII up to which a declaration cannot be checked
_FEW_WORDS = 5  # words with such bytes from which one of a single-byte set can be


_WORD = re.compile(r"[^\W\d_]*[\u0080-\uffff][^\s\d]*")


@cache
def table() -> Any:
    """The table ``charsets.yaml``."""
    return load_yaml("charsets.yaml")


def codec_of(name: str) -> str | None:
    """Python codec that web browsers would use for a declared name."""
    alias = table()["aliases"].get(name.strip().strip("\"'").lower())
    try:
        return codecs.lookup(alias or name.strip()).name
    except (LookupError, ValueError):
        return None


def strict(body: bytes, codec: str) -> str | None:
    """Text of bytes that are all valid in a set, None otherwise."""
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def textual(text: str) -> bool:
    """Whether decoded characters can be text: hardly any controls or unassigned ones."""
    sample = text[:SAMPLE]
    odd = sum(
        (ord(ch) < 32 and ch not in "\t\n\r\f\x00") or "\x7f" <= ch <= "\x9f" for ch in sample
    )
    return odd <= max(2, MAX_CONTROLS * len(sample))


def _frequent_share(text: str, frequent: frozenset[str]) -> float:
    """Share of non-ASCII characters that are among the most frequent of a language."""
    foreign = [ch for ch in text[:20000] if ord(ch) > 127]
    return sum(ch in frequent for ch in foreign) / len(foreign) if foreign else 0.0


def _cut(sample: bytes, codec: str) -> str | None:
    """Strict decoding of a sample that may end inside a character."""
    for drop in range(4):
        text = strict(sample[: len(sample) - drop] if drop else sample, codec)
        if text is not None:
            return text
    return None


def tolerant(body: bytes, codec: str) -> str | None:
    """Text of bytes with a few slips in them, None where they are too many or no text."""
    text = body.decode(codec, "replace")
    broken = text.count("\ufffd")
    if broken:
        foreign = sum(ch > "\x7f" for ch in text) - broken
        if broken > max(min(FEW_BROKEN, foreign / 10), MAX_BROKEN * foreign):
            return None
    return text if textual(text) else None


def wide(body: bytes) -> str | None:
    """UTF-16 without a byte-order mark.

    Alphabets have one or two values in the high bytes, zero among them; East Asian text has
    few zeros, but reads like its language in the right byte order.
    """
    sample = body[: 4096 - len(body[:4096]) % 2]
    half = len(sample) // 2
    if half < 4 or 0 not in sample:
        return None
    for codec, high, low in (
        ("utf-16-le", sample[1::2], sample[0::2]),
        ("utf-16-be", sample[0::2], sample[1::2]),
    ):
        zeros = high.count(0)
        others = max((high.count(value) for value in set(high) - {0}), default=0)
        if zeros > 0.04 * half and zeros + others > 0.9 * half and low.count(0) < 0.05 * half:
            return codec
    frequent = frozenset("".join(table()["east_asian"].values()))
    for codec in ("utf-16-le", "utf-16-be"):
        text = _cut(sample, codec)
        if text is not None and _frequent_share(text, frequent) >= _READS_WELL:
            return codec
    return None


def _reading(body: bytes, codec: str) -> float:
    """How much a sample reads like the language of an East Asian set: share of its characters."""
    sample = body[:SAMPLE]
    text = _cut(sample, codec) or tolerant(sample, codec)
    if text is None or not textual(text):
        return 0.0
    return _frequent_share(text, frozenset(table()["east_asian"][codec]))


def _multibyte(body: bytes) -> tuple[float, str] | None:
    """East Asian set in which the text reads best and how well, None if in none."""
    floors = table()["floors"]
    scored = ((_reading(body, codec), codec) for codec in table()["east_asian"])
    likely = [(score, codec) for score, codec in scored if score >= floors.get(codec, _READS)]
    return max(likely, default=None)


def _foreign(body: bytes) -> bytes:
    """Bytes beyond ASCII of a sample."""
    return body[:SAMPLE].translate(None, bytes(range(128)))


def _foreign_words(body: bytes, codec: str) -> list[str] | None:
    """Words with a non-ASCII character in a decoding of `body`; None if it is no text."""
    text = tolerant(body[:SAMPLE], codec)
    if text is None:
        return None
    return _WORD.findall(text)[:400]


def fluency(body: bytes, codec: str) -> float | None:
    """Fluency of the words that differ between single-byte sets, None if it is no text."""
    words = _foreign_words(body, codec)
    return None if words is None else language.fluency(words)


def _single_byte(body: bytes) -> tuple[float, str] | None:
    """Single-byte set in which the words are most like words of a language."""
    names = list(table()["single_byte"])
    scored = [
        (score, -order, name)
        for order, name in enumerate(names)
        if (score := fluency(body, name)) is not None
    ]
    return (max(scored)[0], max(scored)[2]) if scored else None


def detect(body: bytes) -> tuple[str, str] | None:
    """Text and codec by content alone."""
    best = _multibyte(body) or _single_byte(body)
    return (body.decode(best[1], "replace"), best[1]) if best else None


def believed(body: bytes, codec: str) -> bool:
    """Whether a declared set stands: nothing else fits the bytes clearly better."""
    if codec in table()["east_asian"]:
        if _reading(body, codec) >= _READS or len(_foreign(body)) < _FEW_FOREIGN:
            return True
        rival = _multibyte(body) or _single_byte(body)
        return rival is None or (rival[1] not in table()["east_asian"] and rival[0] < _FLUENT)
    words = _foreign_words(body, codec)
    few = words is None or (len(words) < _FEW_WORDS and len(_foreign(body)) < 8 * _FEW_WORDS)
    if words is None or few or codec not in table()["single_byte"]:
        return True
    stated = language.fluency(words)
    asian = _multibyte(body) if stated < _FLUENT else None
    if asian is not None and asian[0] >= _READS_WELL:
        return False
    rival = _single_byte(body)
    return rival is None or rival[0] < max(_FLUENT, stated + _CLEARLY)


def written_twice(text: str) -> str | None:
    """Text that was encoded as UTF-8 twice, once mended; None if it was not.

    Only where every foreign character is part of such a sequence, so that nothing else is lost.
    """
    if text.isascii():
        return None
    try:
        once = text.encode("latin-1")  # stops at the first character that it cannot have been
    except UnicodeEncodeError:
        return None
    return strict(once, "utf-8")
