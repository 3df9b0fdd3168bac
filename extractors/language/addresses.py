"""Web and mail addresses and account names: they are in no language."""

from __future__ import annotations

import re

_SIGNS = ("://", "www.", "@")
# An address ends at white space, or where a script begins that needs no spaces.
_END = r"[^\s<>\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]"
_ADDRESS = re.compile(
    rf"https?://{_END}+|www\.{_END}+"
    r"|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
    r"|(?<![\w@])@[A-Za-z0-9_.]{2,64}"
)


def strip_addresses(text: str) -> str:
    """`text` with each address and account name blanked; its length stays the same."""
    if not any(sign in text for sign in _SIGNS):
        return text
    return _ADDRESS.sub(lambda found: " " * len(found.group()), text)
