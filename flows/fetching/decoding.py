"""Decompressing a body within bounds (RFC 9110, section 8.4.1)."""

from __future__ import annotations

import zlib

ACCEPTED = "gzip, deflate"

_PIECE = 64 << 10
_RATIO_FROM = 1 << 20


class BrokenBodyError(ValueError):
    """A body that is not what its Content-Encoding says, or broke off."""


class LargeBodyError(ValueError):
    """A body that unfolds to more than is allowed."""


def decompress(body: bytes, coding: str, most: int, ratio: int) -> bytes:
    """Undo the codings of a body.

    Args:
        body: bytes as sent.
        coding: value of Content-Encoding; codings are undone from the last to the first.
        most: bytes that the result may have.
        ratio: times that a result over a mebibyte may be larger than `body`.

    Raises:
        BrokenBodyError: an unknown coding, wrong data, or data that breaks off.
        LargeBodyError: the result would be too large.
    """
    for name in reversed([part.strip().lower() for part in coding.split(",")]):
        if name in ("", "identity", "none", "utf-8"):  # the last two are slips of real servers
            continue
        if name not in ("gzip", "x-gzip", "deflate"):
            raise BrokenBodyError(f"its Content-Encoding {name!r} was not asked for")
        if not body:
            continue
        bound = min(most, max(_RATIO_FROM, ratio * len(body)))
        body = _deflated(body, bound) if name == "deflate" else _gzipped(body, bound)
    if len(body) > most:
        raise LargeBodyError(f"it is larger than {most} bytes")
    return body


def _gzipped(body: bytes, most: int) -> bytes:
    """One or more gzip members; zero bytes after them are padding (RFC 1952, gzip(1))."""
    parts: list[bytes] = []
    left = most
    while body:
        part, body = _inflated(body, 16 + zlib.MAX_WBITS, left)
        parts.append(part)
        left -= len(part)
        if not body.startswith(b"\x1f\x8b"):
            break
    return b"".join(parts)


def _deflated(body: bytes, most: int) -> bytes:
    """As zlib data, as the standard says, or as the bare deflate that some servers send."""
    zlib_header = len(body) > 1 and body[0] & 0x0F == 8 and not (body[0] << 8 | body[1]) % 31
    return _inflated(body, zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS, most)[0]


def _inflated(body: bytes, window: int, most: int) -> tuple[bytes, bytes]:
    """The data of one stream and what follows it."""
    engine = zlib.decompressobj(window)
    parts: list[bytes] = []
    size = 0
    rest = body
    try:
        while not engine.eof:
            part = engine.decompress(rest, min(_PIECE, most - size + 1))
            parts.append(part)
            size += len(part)
            if size > most:
                raise LargeBodyError(f"{len(body)} bytes unfold to more than {most}")
            rest = engine.unconsumed_tail
            if not part and not rest and not engine.eof:
                raise BrokenBodyError(f"its compressed data break off after {size} bytes")
    except zlib.error as problem:
        raise BrokenBodyError(f"its compressed data are damaged ({problem})") from None
    return b"".join(parts), engine.unused_data
