"""Where on a page the article lies: the run of lines with the most prose.

Maximum-sum window: lines of prose weigh by their length, others count against, and the best
contiguous run is the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CJK = re.compile(
    r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)
_TOKEN = re.compile(
    r"[^\W\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+"
)
_END = re.compile(r"[.!?。！？…‥．؟।]['\"”’»›)\]）」』】]*$")
_LONG = 40
_PROSE = 10


_WORDS = bytes(code if chr(code).isalnum() or code == ord("_") else 32 for code in range(128))
_WORDS += bytes(128)


def tokens(line: str) -> float:
    """Words of a line; a CJK character counts as 1/2.2 of one."""
    if line.isascii():  # the same, several times as fast
        return float(len(line.encode().translate(_WORDS).split()))
    return len(_TOKEN.findall(line)) + len(_CJK.findall(line)) / 2.2


def is_prose(line: str) -> bool:
    """Whether a line is running text: ten words and a full stop, or forty words."""
    count = tokens(line)
    return count > _LONG or (count >= _PROSE and bool(_END.search(line)))


def article_window(lines: Sequence[str]) -> range | None:
    """Positions of the article, or None if there is no prose or too little else to judge by."""
    weights = [
        tokens(line) if is_prose(line) else -min(6.0, 3.0 + 0.3 * tokens(line)) for line in lines
    ]
    best = total = 0.0
    begin = 0
    window: range | None = None
    for i, weight in enumerate(weights):
        if total <= 0.0:
            begin, total = i, 0.0
        total += weight
        if total > best:
            best, window = total, range(begin, i + 1)
    return window
