"""The soak in a short form; `make soak` runs the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak import Order, run


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_under_faults_and_kills(tmp_path: Path) -> None:
    order = Order(sources=6, articles=120, delay=0.05, rare=2.0, faults=0.08, between=4, kills=3,
                  batch=20, limit=600, workers=1, lying=False)  # fmt: skip
    outcome = run(order, tmp_path)
    assert outcome.broken == []
    assert outcome.figures["kills"] > 0
    assert outcome.figures["answers that are no success"] > 0
