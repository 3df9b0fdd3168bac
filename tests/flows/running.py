"""How the tests run a command."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., tuple[int, str, str]]
"""Arguments of newsledger -> exit code, output, error output."""
