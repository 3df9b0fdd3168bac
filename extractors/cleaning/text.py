"""How cleaning sees a line: normal form, keys, and marks that several detectors look at."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)

TERMINATED = re.compile(r"[.!?。！？…‥．؟।:：]['\"”’»›)\]）」』】]*$")
QUANTITY = re.compile(
    r"[$€£¥₩₹]\s?\d|\d[\d.,]*\s?(?:%|[$€£¥₩]|[a-zà-ÿ]{2,}|[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3])",
    re.IGNORECASE,
)


def normalise(line: str) -> str:
    """A line as the rules see it: NFKC, without invisible characters, spaces collapsed."""
    level = line if line.isascii() else unicodedata.normalize("NFKC", line)
    if not level.isprintable():
        level = _INVISIBLE.sub("", level)
    return " ".join(level.split())


_LEVELLED = bytes(
    ord("0") if chr(code).isdigit() else code if chr(code).isalpha() else ord(" ")
    for code in range(128)
) + bytes(128)


def line_key(line: str) -> str:
    """Key under which repeated lines of a site are counted: case, marks and digits levelled."""
    folded = normalise(line).casefold()
    if folded.isascii():  # the same, several times as fast
        return b" ".join(folded.encode().translate(_LEVELLED).split()).decode()
    return re.sub(r"[\W_]+", " ", re.sub(r"\d", "0", folded)).strip()


def is_wide(ch: str) -> bool:
    """Whether a character belongs to a CJK script."""
    return "\u3041" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7a3"
