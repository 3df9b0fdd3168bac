"""`newsledger report`: one page that an analyst reads, self-contained and safe to open."""

from __future__ import annotations

import os
from pathlib import Path

from flows.reporting.page import page

__all__ = ["page", "write"]


def write(html: str, out: Path) -> None:
    """Write a page, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    draft = out.with_name(f"{out.name}.new")
    draft.write_text(html, "utf-8")
    os.replace(draft, out)
