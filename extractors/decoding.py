"""From bytes to text: the character set by evidence, best evidence first."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from extractors import charsets

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
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1b\x00") + b"\x7f"


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


def _looks_like(body: bytes) -> str | None:
    """What a binary format's first bytes say."""
    for start, what in charsets.table()["magic"].items():
        if body.startswith(bytes.fromhex(start)):
            return str(what)
    if body[4:8] == b"ftyp":
        return "an MP4 or HEIF media file"
    return None


def _claims(body: bytes, header: str | None, markup: bool) -> list[tuple[str, str]]:
    """Declared codecs with their basis, the likelier first.

    A header of ISO 8859-1 is the default of old servers, so that a page that says otherwise is
    believed first; between two single-byte sets the more fluent one is.
    """
    stated = [(header, "header")] if header else []
    found = _DECLARED.search(body[:_HEAD]) if markup else None
    if found:
        stated.append(((found[1] or found[2]).decode("ascii"), "declared"))
    claims = [
        (codec, basis) for name, basis in stated if (codec := charsets.codec_of(name)) is not None
    ]
    claims = [claim for claim in claims if not claim[0].startswith(("utf-16", "utf-32"))]
    if len(claims) == 2 and claims[0][0] != claims[1][0]:
        single = charsets.table()["single_byte"]
        if claims[0][0] == "cp1252":
            claims.reverse()
        if all(codec in single for codec, _ in claims):
            scores = [charsets.fluency(body, codec) or -99.0 for codec, _ in claims]
            if scores[1] > scores[0]:
                claims.reverse()
    return claims


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
            if charsets.textual(text):
                return Decoded(text, name, "bom")
    wide = charsets.wide(body)
    if wide is not None:
        text = body.decode(wide, "replace")
        if charsets.textual(text):
            return Decoded(text, wide, "detected")
    if b"\x1b$" in body[: charsets.SAMPLE]:
        text_jp = body.decode("iso2022_jp_2", "replace")
        if text_jp.count("\ufffd") <= max(charsets.FEW_BROKEN, charsets.MAX_BROKEN * len(text_jp)):
            return Decoded(text_jp, "iso2022_jp_2", "detected")
    sample = body[: charsets.SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    nuls = sample.count(0)
    if controls > max(2, charsets.MAX_CONTROLS * len(sample)) or nuls > max(8, 0.05 * len(sample)):
        return _unreadable(
            "looks like binary data: too many control characters for text; "
            "check the download, or convert the file to text"
        )
    claims = _claims(body, header, markup)
    utf8 = charsets.strict(body, "utf-8")
    if utf8 is not None:
        mended = charsets.written_twice(utf8)
        if mended is not None:
            return Decoded(mended, "utf-8", "detected")
        if not body.isascii() or any(codec == "utf-8" for codec, _ in claims) or not claims:
            basis = next((basis for codec, basis in claims if codec == "utf-8"), "utf-8")
            return Decoded(utf8, "utf-8", basis)
    for codec, basis in claims:
        whole = charsets.tolerant(body, codec)
        fits = utf8 is not None or codec == "utf-8" or charsets.believed(body, codec)
        if whole is not None and fits:
            return Decoded(whole, codec, basis)
    slipped = charsets.tolerant(body, "utf-8")
    if slipped is not None:
        return Decoded(slipped, "utf-8", "detected")
    detected = charsets.detect(body)
    if detected is not None and charsets.textual(detected[0]):
        return Decoded(*detected, "detected")
    return _unreadable(
        "is in no character set that we know; convert it to UTF-8, or state its charset"
    )
