"""Kills on a real server in a short form; `make test-faults` runs the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.faults import run
from bench.killing import Order


@pytest.mark.slow
def test_nothing_is_lost_or_told_twice_under_kills(tmp_path: Path) -> None:
    order = Order(kills=3, between=1.0, rate=0.5, limit=40.0, settle=600.0)
    kinds = (("flow", "writing"), ("flow", "delivering"), ("server", "at random"))
    outcome = run(order, tmp_path, kinds)
    assert outcome.broken == []
    assert outcome.figures["kills"] > 0
    assert outcome.figures["alerts"] > 0
