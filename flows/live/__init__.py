"""The live monitor in plain functions: poll, retrieve, archive, land, read. No Prefect."""

from flows.live.rounds import LiveOrder, RoundReport, keep_on, round_of
from flows.live.session import Session

__all__ = ["LiveOrder", "RoundReport", "Session", "keep_on", "round_of"]
