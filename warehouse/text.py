"""Text as the ledger takes it."""

from __future__ import annotations


def clean(text: str) -> str:
    """Text as Arrow takes it: lone surrogates become the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
