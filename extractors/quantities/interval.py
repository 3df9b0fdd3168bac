"""Intervals of stated values, by section 3 of the rules of claims."""

from __future__ import annotations

from decimal import Decimal

from extractors.records import Bound, Hedge

ABOUT = Decimal("0.05")
NEARLY = Decimal("0.9")

BOUNDS: dict[Hedge | None, Bound] = {
    None: "=",
    "about": "~",
    "nearly": "~",
    "range": "~",
    "over": ">",
    "at_least": ">=",
    "under": "<",
    "up_to": "<=",
}


def interval(
    value: Decimal, quantum: Decimal, hedge: Hedge | None, *, exact: bool
) -> tuple[Decimal | None, Decimal | None]:
    """Return the ends of what `value` means, None where open.

    Args:
        value: the stated value.
        quantum: unit of its last written digit.
        hedge: sense of the hedging word.
        exact: the kind is never rounded (years, ordinals, ages).
    """
    if hedge in ("over", "at_least"):
        return value, None
    if hedge in ("under", "up_to"):
        return None, value
    if hedge == "nearly":
        low, high = sorted((value * NEARLY, value))
        return low, high
    half = Decimal(0) if exact else quantum / 2
    if hedge == "about":
        half = max(half, abs(value) * ABOUT)
    return value - half, value + half
