"""Lines whose form alone says that they are no prose: marks, counters, addresses, credits."""

from __future__ import annotations

import re

from extractors.cleaning.sheet import Sheet
from extractors.cleaning.tables import words
from extractors.cleaning.text import QUANTITY, TERMINATED
from extractors.cleaning.window import tokens

_URL_LINE = re.compile(r"(?:\S{1,12}\s?[:：]\s?)?(?:https?://|www\.)\S+$", re.IGNORECASE)
_MAIL_LINE = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|\[email(?:\s| )protected\]$", re.IGNORECASE)
_NUMBER_LINE = re.compile(r"[(\[]?\d{1,7}(?:[.,]\d{3})*(?:\s?[/|·-]\s?\d{1,7})?[)\]]?$")
_LISTED = 3
_BULLET = re.compile(r"^[▷▶►☎☏✆✉■□※◎○●◆◇▲△•·*‣]\s*")
_CONTACT = re.compile(
    r"\d{2,4}-\d{3,4}-?\d{0,4}|[\w.+-]+@[\w-]+\.\w|@\w{2,}|\[email.protected\]|https?://|www\.",
    re.IGNORECASE,
)
_CREDIT_PART = re.compile(
    r"^(?P<role>[^\s:：\d][^:：\d]{0,20}?)\s?[:：]\s?(?P<name>[^:：\d]{2,40})$"
)


def cut_shapes(sheet: Sheet) -> None:
    """Lines whose form alone says that they are no prose."""
    addresses: list[int] = []
    for i in sheet.filled:
        line = sheet.lines[i]
        if not any(ch.isalnum() for ch in line):
            sheet.cut(i, "shape.marks", "only marks, no letter or digit")
        elif _NUMBER_LINE.match(line):
            sheet.cut(i, "shape.number", "bare number or counter")
        elif _is_address(line):
            addresses.append(i)
        elif _is_contact(line):
            sheet.cut(i, "shape.contact", "contact details")
        elif _is_credit(line):
            sheet.cut(i, "shape.credits", "who filmed, edited or wrote")
    listed = [i for i in addresses if i in sheet.sure]
    for i in addresses:
        # An article that lists addresses has several; a lone one is where the text comes from.
        if len(listed) < _LISTED or i not in sheet.sure:
            sheet.cut(i, "shape.address", "only a web or mail address")


def _is_address(line: str) -> bool:
    if "://" not in line and "." not in line and "[" not in line:
        return False
    return bool(_URL_LINE.match(line) or _MAIL_LINE.match(line))


def _is_contact(line: str) -> bool:
    """A bullet or label of a contact channel with its number, address or account."""
    if len(line) > 60 or not _CONTACT.search(line):
        return False
    bare = _BULLET.sub("", line)
    label = re.split(r"[\s:：]", bare, maxsplit=1)[0].casefold()
    return label in words("contact_labels") and not TERMINATED.search(line)


def _is_credit(line: str) -> bool:
    """``role : name`` parts, the roles from the tables, at most one unknown among several."""
    if len(line) > 160 or ":" not in line:
        return False
    parts = [
        _CREDIT_PART.match(p.strip()) for p in re.split(r"\s?[/|,·;]\s?(?=[^/|,·;]*[:：])", line)
    ]
    if not all(parts):
        return False
    known = sum(
        p is not None and p["role"].strip().casefold() in words("credit_roles") for p in parts
    )
    return known >= 1 and known >= len(parts) - 1


def cut_islands(sheet: Sheet) -> None:
    """A word or two left standing in the midst of a removed block."""
    filled = sheet.filled
    left = [p for p, i in enumerate(filled) if i not in sheet.cuts]
    for k, position in enumerate(left):
        before = position - (left[k - 1] if k else -1) - 1
        after = (left[k + 1] if k + 1 < len(left) else len(filled)) - position - 1
        line = sheet.lines[filled[position]]
        if min(before, after) >= 3 and tokens(line) <= 3 and not QUANTITY.search(line):
            sheet.cut(filled[position], "shape.island", "a word between removed lines")
