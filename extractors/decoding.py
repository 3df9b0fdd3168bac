"""From bytes to text: the character set by evidence, best evidence first."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors import language
from extractors.rulebook import load_yaml

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})"""
    rb"""|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_HEAD = 8192  # bytes in which a declaration is looked for
_SAMPLE = 65536  # bytes that detection looks at
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1b\x00") + b"\x7f"
_MAX_CONTROLS = 0.005  # share of control characters in something that is still text
_MAX_BROKEN = 0.01  # share of broken sequences among foreign characters in text with slips
_FEW_BROKEN = 4  # broken sequences that are slips in a text of any length
_READS = 0.12  # share of frequent characters from which text reads like its language
_READS_WELL = 0.25  # the same to overrule what is declared
_FLUENT = -7.0  # fluency from which words are words of some language
_CLEARLY = 0.4  # by how much more fluent a decoding must be to overrule what is declared
_FEW_FOREIGN = 12  # bytes beyond ASCII up to which a declaration cannot be checked
_FEW_WORDS = 5  # words with such bytes from which one of a single-byte set can be


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of some bytes; `problem` says why there is none, "" if there is.

    Attributes:
        text: "" where not decodable.
        charset: name of the codec in Python's spelling.
        basis: "bom", "header", "declared", "utf-8" or "detected".
        problem: what the bytes look like and the remedy.
    """

    text: str
    charset: str
    basis: str
    problem: str = ""


def _unreadable(what: str) -> Decoded:
    return Decoded("", "", "", what)


@cache
def _table() -> Any:
    return load_yaml("charsets.yaml")


def _codec(name: str) -> str | None:
    """Python codec that web browsers would use for a declared name."""
    alias = _table()["aliases"].get(name.strip().strip("\"'").lower())
    try:
        return codecs.lookup(alias or name.strip()).name
    except (LookupError, ValueError):
        return None


def _strict(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _looks_like(body: bytes) -> str | None:
    """What a binary format's first bytes say."""
    for start, what in _table()["magic"].items():
        if body.startswith(bytes.fromhex(start)):
            return what
    if body[4:8] == b"ftyp":
        return "an MP4 or HEIF media file"
    return None


def _wide(body: bytes) -> str | None:
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
    frequent = frozenset("".join(_table()["east_asian"].values()))
    for codec in ("utf-16-le", "utf-16-be"):
        text = _cut(sample, codec)
        if text is not None and _frequent_share(text, frequent) >= _READS_WELL:
            return codec
    return None


def _textual(text: str) -> bool:
    """Whether decoded characters can be text: hardly any controls or unassigned ones."""
    sample = text[:_SAMPLE]
    odd = sum(
        (ord(ch) < 32 and ch not in "\t\n\r\f\x00") or "\x7f" <= ch <= "\x9f" for ch in sample
    )
    return odd <= max(2, _MAX_CONTROLS * len(sample))


def _frequent_share(text: str, frequent: frozenset[str]) -> float:
    """Share of non-ASCII characters that are among the most frequent of a language."""
    foreign = [ch for ch in text[:20000] if ord(ch) > 127]
    return sum(ch in frequent for ch in foreign) / len(foreign) if foreign else 0.0


def _cut(sample: bytes, codec: str) -> str | None:
    """Strict decoding of a sample that may end inside a character."""
    for drop in range(4):
        text = _strict(sample[: len(sample) - drop] if drop else sample, codec)
        if text is not None:
            return text
    return None


def _tolerant(body: bytes, codec: str) -> str | None:
    """Text of bytes with a few slips in them, None where they are too many or no text."""
    text = body.decode(codec, "replace")
    broken = text.count("\ufffd")
    if broken:
        foreign = sum(ch > "\x7f" for ch in text) - broken
        if broken > max(min(_FEW_BROKEN, foreign / 10), _MAX_BROKEN * foreign):
            return None
    return text if _textual(text) else None


def _reading(body: bytes, codec: str) -> float:
    """How much a sample reads like the language of an East Asian set: share of its characters."""
    sample = body[:_SAMPLE]
    text = _cut(sample, codec) or _tolerant(sample, codec)
    if text is None or not _textual(text):
        return 0.0
    return _frequent_share(text, frozenset(_table()["east_asian"][codec]))


def _multibyte(body: bytes) -> tuple[float, str] | None:
    """East Asian set in which the text reads best and how well, None if in none."""
    floors = _table()["floors"]
    scored = ((_reading(body, codec), codec) for codec in _table()["east_asian"])
    likely = [(score, codec) for score, codec in scored if score >= floors.get(codec, _READS)]
    return max(likely, default=None)


def _fluency(body: bytes, codec: str) -> float | None:
    """Fluency of the words that differ between single-byte sets, None if it is no text."""
    words = _foreign_words(body, codec)
    return None if words is None else language.fluency(words)


def _single_byte(body: bytes) -> tuple[float, str] | None:
    """Single-byte set in which the words are most like words of a language."""
    names = list(_table()["single_byte"])
    scored = [
        (score, -order, name)
        for order, name in enumerate(names)
        if (score := _fluency(body, name)) is not None
    ]
    return (max(scored)[0], max(scored)[2]) if scored else None


def _detect(body: bytes) -> tuple[str, str] | None:
    """Text and codec by content alone."""
    best = _multibyte(body) or _single_byte(body)
    return (body.decode(best[1], "replace"), best[1]) if best else None


def _believed(body: bytes, codec: str) -> bool:
    """Whether a declared set stands: nothing else fits the bytes clearly better."""
    if codec in _table()["east_asian"]:
        if _reading(body, codec) >= _READS or len(_foreign(body)) < _FEW_FOREIGN:
            return True
        rival = _multibyte(body) or _single_byte(body)
        return rival is None or (rival[1] not in _table()["east_asian"] and rival[0] < _FLUENT)
    words = _foreign_words(body, codec)
    few = words is None or (len(words) < _FEW_WORDS and len(_foreign(body)) < 8 * _FEW_WORDS)
    if words is None or few or codec not in _table()["single_byte"]:
        return True
    stated = language.fluency(words)
    asian = _multibyte(body) if stated < _FLUENT else None
    if asian is not None and asian[0] >= _READS_WELL:
        return False
    rival = _single_byte(body)
    return rival is None or rival[0] < max(_FLUENT, stated + _CLEARLY)


def _claims(body: bytes, header: str | None, markup: bool) -> list[tuple[str, str]]:
    """Declared codecs with their basis, the likelier first.

    A header of ISO 8859-1 is the default of old servers, so that a page that says otherwise is
    believed first; between two single-byte sets the more fluent one is.
    """
    stated = [(header, "header")] if header else []
    found = _DECLARED.search(body[:_HEAD]) if markup else None
    if found:
        stated.append(((found[1] or found[2]).decode("ascii"), "declared"))
    claims = [(codec, basis) for name, basis in stated if (codec := _codec(name)) is not None]
    claims = [claim for claim in claims if not claim[0].startswith(("utf-16", "utf-32"))]
    if len(claims) == 2 and claims[0][0] != claims[1][0]:
        single = _table()["single_byte"]
        if claims[0][0] == "cp1252":
            claims.reverse()
        if all(codec in single for codec, _ in claims):
            scores = [_fluency(body, codec) or -99.0 for codec, _ in claims]
            if scores[1] > scores[0]:
                claims.reverse()
    return claims


def _written_twice(text: str) -> str | None:
    """Text that was encoded as UTF-8 twice, once mended; None if it was not.

    Only where every foreign character is part of such a sequence, so that nothing else is lost.
    """
    if text.isascii() or max(text) > "\xff":
        return None
    mended = _strict(text.encode("latin-1"), "utf-8")
    return mended if mended is not None and not mended.isascii() else None


_WORD = re.compile(r"[^\W\d_]*[\u0080-\uffff][^\s\d]*")


def _foreign(body: bytes) -> bytes:
    """Bytes beyond ASCII of a sample."""
    return body[:_SAMPLE].translate(None, bytes(range(128)))


def _foreign_words(body: bytes, codec: str) -> list[str] | None:
    """Words with a non-ASCII character in a decoding of `body`; None if it is no text."""
    text = _tolerant(body[:_SAMPLE], codec)
    if text is None:
        return None
    return _WORD.findall(text)[:400]


def decode(body: bytes, *, header: str | None = None, markup: bool = False) -> Decoded:
    """Decode bytes of unknown origin.

    Evidence in this order: byte-order mark, valid UTF-8, HTTP header, declaration in the
    document, detection. A declaration is passed over where the bytes contradict it, or where
    the text reads like no language in it and like one in another set. A few broken bytes
    cost no more than themselves; text that was encoded as UTF-8 twice is mended.

    Args:
        body: at least one byte.
        header: charset from the HTTP header.
        markup: whether to look for an XML or meta declaration.

    Returns:
        Text with its charset, or a problem for images, archives, random bytes.
    """
    what = _looks_like(body)
    if what is not None:
        return _unreadable(f"looks like {what}, not text; hand in its text instead")
    for bom, codec, name in _BOMS:
        if body.startswith(bom):
            text = body.decode(codec, "replace")
            if _textual(text):
                return Decoded(text, name, "bom")
    wide = _wide(body)
    if wide is not None:
        text = body.decode(wide, "replace")
        if _textual(text):
            return Decoded(text, wide, "detected")
    if b"\x1b$" in body[:_SAMPLE]:
        text_jp = body.decode("iso2022_jp_2", "replace")
        if text_jp.count("\ufffd") <= max(_FEW_BROKEN, _MAX_BROKEN * len(text_jp)):
            return Decoded(text_jp, "iso2022_jp_2", "detected")
    sample = body[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    nuls = sample.count(0)
    if controls > max(2, _MAX_CONTROLS * len(sample)) or nuls > max(8, 0.05 * len(sample)):
        return _unreadable(
            "looks like binary data: too many control characters for text; "
            "check the download, or convert the file to text"
        )
    claims = _claims(body, header, markup)
    utf8 = _strict(body, "utf-8")
    if utf8 is not None:
        mended = _written_twice(utf8)
        if mended is not None:
            return Decoded(mended, "utf-8", "detected")
        if not body.isascii() or any(codec == "utf-8" for codec, _ in claims) or not claims:
            basis = next((basis for codec, basis in claims if codec == "utf-8"), "utf-8")
            return Decoded(utf8, "utf-8", basis)
    for codec, basis in claims:
        text = _tolerant(body, codec)
        if text is not None and (utf8 is not None or codec == "utf-8" or _believed(body, codec)):
            return Decoded(text, codec, basis)
    slipped = _tolerant(body, "utf-8")
    if slipped is not None:
        return Decoded(slipped, "utf-8", "detected")
    detected = _detect(body)
    if detected is not None and _textual(detected[0]):
        return Decoded(*detected, "detected")
    return _unreadable(
        "is in no character set that we know; convert it to UTF-8, or state its charset"
    )
