"""The one place that speaks HTTP."""

from flows.fetching.health import unanswered

__all__ = ["unanswered"]
