"""From bytes to text: the character set by evidence, best evidence first."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

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
_MAX_BROKEN = 0.002  # share of broken sequences in UTF-8 with a slip


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
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = load_yaml("charsets.yaml")
    return table


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

    Western text has its zero bytes on one side only; East Asian text has few, but reads like
    its language in the right byte order.
    """
    sample = body[: 4096 - len(body[:4096]) % 2]
    half = len(sample) // 2
    if half < 4 or 0 not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    frequent = frozenset("".join(_table()["east_asian"].values()))
    for codec in ("utf-16-le", "utf-16-be"):
        text = _cut(sample, codec)
        if text is not None and _frequent_share(text, frequent) >= 0.25:
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


def _multibyte(body: bytes) -> str | None:
    """East Asian character set whose decoding reads like its language, None if none does."""
    sample = body[:_SAMPLE]
    scored: list[tuple[float, str]] = []
    for codec, frequent in _table()["east_asian"].items():
        text = _cut(sample, codec)
        if text is not None and _textual(text):
            scored.append((_frequent_share(text, frozenset(frequent)), codec))
    if not scored:
        return None
    score, codec = max(scored)
    return codec if score >= 0.12 else None


def _detect(body: bytes) -> tuple[str, str] | None:
    """Text and codec by content alone."""
    codec = _multibyte(body)
    if codec is not None:
        text = _strict(body, codec)
        return (text, codec) if text is not None else (body.decode(codec, "replace"), codec)
    best = max(
        (
            (language.fluency(words), -order, name)
            for order, name in enumerate(_table()["single_byte"])
            if (words := _foreign_words(body, name)) is not None
        ),
        default=None,
    )
    return (body.decode(best[2], "replace"), best[2]) if best else None


_WORD = re.compile(r"[^\W\d_]*[\u0080-\uffff][^\s\d]*")


def _foreign_words(body: bytes, codec: str) -> list[str] | None:
    """Words with a non-ASCII character in a decoding of `body`; None if it is no text."""
    text = _strict(body[:_SAMPLE], codec)
    if text is None or not _textual(text):
        return None
    return _WORD.findall(text)[:400]


def _slipped_utf8(body: bytes) -> str | None:
    """UTF-8 with a few broken sequences, as cut or patched files have."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(ord(ch) > 127 for ch in text) - broken
    return text if whole > 10 * broken and broken <= max(1, _MAX_BROKEN * len(text)) else None


def decode(body: bytes, *, header: str | None = None, markup: bool = False) -> Decoded:
    """Decode bytes of unknown origin.

    Evidence in this order: byte-order mark, HTTP header, declaration in the document, valid
    UTF-8, detection. A declaration that the bytes contradict is passed over; so is one of a
    single-byte set (in which anything decodes) when the bytes are valid non-ASCII UTF-8.

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
        text_jp = _strict(body, "iso2022_jp_2")
        if text_jp is not None:
            return Decoded(text_jp, "iso2022_jp_2", "detected")
    sample = body[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    nuls = sample.count(0)
    if controls > max(2, _MAX_CONTROLS * len(sample)) or nuls > max(8, 0.05 * len(sample)):
        return _unreadable(
            "looks like binary data: too many control characters for text; "
            "check the download, or convert the file to text"
        )
    utf8 = _strict(body, "utf-8")
    claims = [(header, "header")] if header else []
    if markup:
        found = _DECLARED.search(body[:_HEAD])
        if found:
            claims.append(((found[1] or found[2]).decode("ascii"), "declared"))
    for claimed, basis in claims:
        codec_name = _codec(claimed)
        if codec_name is None or codec_name.startswith(("utf-16", "utf-32")):
            continue
        if utf8 is not None and (codec_name == "utf-8" or not body.isascii()):
            return Decoded(utf8, "utf-8", basis if codec_name == "utf-8" else "utf-8")
        claim_text = _strict(body, codec_name)
        if claim_text is not None and _textual(claim_text):
            return Decoded(claim_text, codec_name, basis)
    if utf8 is not None:
        return Decoded(utf8, "utf-8", "utf-8")
    slipped = _slipped_utf8(body)
    if slipped is not None:
        return Decoded(slipped, "utf-8", "detected")
    detected = _detect(body)
    if detected is not None and _textual(detected[0]):
        return Decoded(*detected, "detected")
    return _unreadable(
        "is in no character set that we know; convert it to UTF-8, or state its charset"
    )
