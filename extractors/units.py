"""Text as an array of hashed units, many texts at once: the ground of sketches and hashes.

Units follow the writing system: a character of a script written without spaces (Han, kana,
Hangul syllables, Thai, Lao, Khmer, Burmese) is one unit, and so is any other run of letters and
digits. Upper case, compatibility forms, punctuation, white space and invisible marks make no
difference, nor does a comma between thousands. Strings are hashed numerically (Carter and
Wegman, "Universal classes of hash functions", 1979), so that whole batches are a few array
operations.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_UNKNOWN, _BREAK, _LETTER, _DIGIT, _SINGLE, _DROP, _MARK, _SIGN, _MINUS, _LONGER = range(10)
_MARKS = frozenset(".,:/-\u2010\u2011\u2012\u2013~\u301c")  # inside numbers
_MINUSES = frozenset("-\u2212\u2013\u25b2\u25b3")  # before numbers
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3041, 0x30FF),
    (0x3131, 0x318E), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA960, 0xA97F),
    (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip
_VOICED = frozenset("\uff9e\uff9f")  # half-width marks that join the kana before them
_NEWLINE = 0x0A
_RUN = 256  # characters of a unit after which the weights repeat: as many as a byte counts


def _folded(char: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())


def _class(char: str) -> int:
    """Class of a folded character."""
    category = unicodedata.category(char)
    if category == "Nd":
        return _DIGIT
    if category[0] in "LMN":
        return _SINGLE if any(a <= ord(char) <= b for a, b in _UNSPACED) else _LETTER
    if category == "Cf":
        return _DROP
    if category == "Sc" or char in "%\u2030":
        return _SIGN
    if char in _MINUSES:
        return _MINUS
    return _MARK if char in _MARKS else _BREAK


def mix(values: Hashes) -> Hashes:
    """Finaliser of SplitMix64 (Steele, Lea and Flood, 2014): every bit depends on every bit."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def weights(count: int, seed: int) -> Hashes:
    """Fixed odd multipliers, the same in every process."""
    steps = np.arange(1, count + 1, dtype=np.uint64) + np.uint64(seed << 20)
    return mix(steps * np.uint64(0x9E3779B97F4A7C15)) | np.uint64(1)


_WEIGHTS = weights(_RUN, 1)
# What is known of each character, filled in as characters are met.
_CLASSES = np.zeros(0x110000, np.uint8)
_FOLDS = np.zeros(0x110000, np.uint32)


def _learn(codes: NDArray[np.uint32]) -> None:
    """Enter characters that were not met before into the tables."""
    for code in np.unique(codes).tolist():
        folded = _folded(chr(code))
        kinds = {_class(char) for char in folded}
        if len(folded) == 1 or kinds <= {_BREAK, _MARK}:  # an ellipsis is three full stops
            _FOLDS[code] = ord(folded[:1] or " ")
            kind = kinds.pop() if len(folded) == 1 else _BREAK
        else:
            kind = _LONGER
        _CLASSES[code] = _LONGER if chr(code) in _VOICED else kind


def _codes(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    places = codes.astype(np.intp)  # take() without its checks is twice as fast as an index
    classes = _CLASSES.take(places, mode="clip")
    if len(codes) and not classes.min():
        _learn(codes[classes == _UNKNOWN])
        classes = _CLASSES.take(places, mode="clip")
    return codes, classes


def _characters(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int64]]:
    """Folded characters of all texts with their classes, and where each text ends."""
    parts = [text if text.isascii() else unicodedata.normalize("NFC", text) for text in texts]
    codes, classes = _codes("\n".join([*parts, ""]))
    if len(codes) and classes.max() == _LONGER:
        longer = {chr(code) for code in np.unique(codes[classes == _LONGER]).tolist()}
        if longer & _VOICED:
            parts = [_folded(text) for text in parts]
        else:
            for char in sorted(longer):
                parts = [text.replace(char, _folded(char)) for text in parts]
        codes, classes = _codes("\n".join([*parts, ""]))
    ends = np.cumsum([len(text) + 1 for text in parts], dtype=np.int64)
    codes = _FOLDS.take(codes, mode="clip")
    drop = classes == _DROP
    if drop.any():
        codes, classes, ends = _without(drop, codes, classes, ends)
    grouping = _grouping(codes, classes)
    if grouping.any():
        codes, classes, ends = _without(grouping, codes, classes, ends)
    return codes, classes, ends


def _without(
    gone: NDArray[np.bool_],
    codes: NDArray[np.uint32],
    classes: NDArray[np.uint8],
    ends: NDArray[np.int64],
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int64]]:
    kept = ~gone
    return codes[kept], classes[kept], ends - np.searchsorted(np.flatnonzero(gone), ends)


def _grouping(codes: NDArray[np.uint32], classes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which characters are commas between thousands."""
    found = np.zeros(len(codes), bool)
    commas = np.flatnonzero(codes == ord(","))
    commas = commas[(commas > 0) & (commas < len(codes) - 4)]
    if len(commas):
        is_digit = classes == _DIGIT
        found[commas] = (
            is_digit[commas - 1] & is_digit[commas + 1] & is_digit[commas + 2]
            & is_digit[commas + 3] & ~is_digit[commas + 4]
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Units:
    """Units of several texts, one after the other.

    Attributes:
        hashes: of every unit, marks inside and before numbers included.
        is_mark: which units are such marks; words and numbers are the others.
        is_number: which units hold a digit.
        lines: line of each unit, counted through all texts.
        bounds: text i has the units bounds[i] to bounds[i + 1].
    """

    hashes: Hashes
    is_mark: NDArray[np.bool_]
    is_number: NDArray[np.bool_]
    lines: NDArray[np.int64]
    bounds: NDArray[np.int64]

    def words(self) -> Units:
        """The same without the marks."""
        kept = ~self.is_mark
        before = np.concatenate(([0], np.cumsum(kept)))
        return Units(
            self.hashes[kept],
            self.is_mark[kept],
            self.is_number[kept],
            self.lines[kept],
            before[self.bounds],
        )


def hash_units(texts: Sequence[str]) -> Units:
    """Units of `texts`, in order."""
    codes, classes, ends = _characters(texts)
    is_digit = classes == _DIGIT
    in_word = is_digit | (classes == _LETTER)
    before, after, joined = (np.zeros_like(is_digit) for _ in range(3))
    before[1:], after[:-1] = is_digit[:-1], is_digit[1:]
    joined[1:] = in_word[:-1] | (classes[:-1] == _SINGLE)
    punctuation = (classes == _MARK) | (classes == _MINUS)
    mark = (
        (punctuation & before & after)
        | ((classes == _SIGN) & (before | after))
        | ((classes == _MINUS) & ~joined & after)
    )
    begins = (classes == _SINGLE) | mark
    begins[1:] |= in_word[1:] & ~in_word[:-1]
    begins[:1] |= in_word[:1]
    part = in_word | begins
    places = np.flatnonzero(part)
    firsts = np.flatnonzero(begins[places])
    if not len(firsts):
        none = np.zeros(0, bool)
        return Units(
            np.zeros(0, np.uint64),
            none,
            none,
            none.astype(np.int64),
            np.zeros(len(texts) + 1, np.int64),
        )
    lengths = np.diff(np.append(firsts, len(places)))
    # positions in units wrap at 256 with the type, as the weights do
    position = np.arange(len(places)).astype(np.uint8)
    position -= np.repeat(firsts.astype(np.uint8), lengths)
    weighted = _WEIGHTS.take(position, mode="clip")
    weighted *= codes.take(places, mode="clip")
    starts = places[firsts]
    is_number = np.zeros(len(starts), bool)
    is_number[np.searchsorted(starts, np.flatnonzero(is_digit), "right") - 1] = True
    breaks = np.searchsorted(starts, np.flatnonzero(codes == _NEWLINE))
    return Units(
        hashes=mix(np.add.reduceat(weighted, firsts) + lengths.astype(np.uint64)),
        is_mark=mark[starts],
        is_number=is_number,
        lines=np.cumsum(np.bincount(breaks, minlength=len(starts) + 1)[: len(starts)]),
        bounds=np.concatenate(([0], np.searchsorted(starts, ends))).astype(np.int64),
    )
