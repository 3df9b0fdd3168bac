"""Properties of the rule macros: symmetric relations, declared inverses, scale invariance."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COLUMNS = {
    "kind": "VARCHAR", "predicate": "VARCHAR", "slot": "VARCHAR", "unit": "VARCHAR",
    "currency": "VARCHAR", "value": "DECIMAL(28,6)", "value_low": "DECIMAL(28,6)",
    "value_high": "DECIMAL(28,6)", "quantum": "DECIMAL(28,6)", "bound": "VARCHAR",
    "hedge": "VARCHAR", "date_start": "DATE", "date_end": "DATE", "published_at": "TIMESTAMPTZ",
}  # fmt: skip
SWAPPED = {"a": "b", "b": "a", None: None}

hedges = st.sampled_from([
    (None, "="), (None, "="), ("about", "~"), ("nearly", "~"), ("over", ">"),
    ("at_least", ">="), ("under", "<"), ("up_to", "<="),
])  # fmt: skip


@st.composite
def amounts(draw: st.DrawFn) -> dict[str, Any]:
    """A money amount or a tally with at most three significant digits."""
    power = draw(st.integers(0, 9))
    value = Decimal(draw(st.integers(1, 999)) * 10**power)
    hedge, bound = draw(hedges)
    tally = draw(st.booleans())
    return {
        "kind": "count" if tally else "money",
        "unit": "person" if tally else None,
        "currency": None if tally else "USD",
        "predicate": draw(st.sampled_from(["kill", "invest"])),
        "value": value,
        "quantum": Decimal(10 ** draw(st.integers(0, power))),
        "hedge": hedge,
        "bound": bound,
    }


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two amounts, mostly of one kind and close together."""
    first, second = draw(amounts()), draw(amounts())
    if draw(st.booleans()):
        second = {**second, **{key: first[key] for key in ("kind", "unit", "currency")}}
        second["value"] = first["value"] + draw(st.integers(-20, 20)) * first["quantum"]
    return first, second


@pytest.fixture(scope="module")
def rules() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE SCHEMA mart")
    connection.execute((files("warehouse") / "rules.sql").read_text("utf-8"))
    return connection


def relations(
    rules: duckdb.DuckDBPyConnection, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The value relation of each pair."""
    for name, side in (("x", 0), ("y", 1)):
        columns = ", ".join(f"unnest(?::{kind}[]) AS {key}" for key, kind in COLUMNS.items())
        rules.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS "
            f"SELECT mart.reading(f) AS r, row_number() OVER () AS n FROM (SELECT {columns}) f",
            [[pair[side].get(key) for pair in pairs] for key in COLUMNS],
        )
    return [
        row[0]
        for row in rules.execute(
            "SELECT mart.relate(x.r, y.r) FROM x JOIN y ON x.n = y.n ORDER BY x.n"
        ).fetchall()
    ]


many = settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@many
@given(st.lists(neighbours(), min_size=20, max_size=100))
def test_relation_is_symmetric_and_its_direction_inverse(
    rules: duckdb.DuckDBPyConnection, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    there = relations(rules, pairs)
    back = relations(rules, [(second, first) for first, second in pairs])
    for one, other in zip(there, back, strict=True):
        assert one["relation"] == other["relation"]
        assert one["finer"] == SWAPPED[other["finer"]]
        assert one["difference"] == other["difference"]
        assert (one["magnitude"], one["hedged"]) == (other["magnitude"], other["hedged"])


@many
@given(st.lists(amounts(), min_size=20, max_size=100))
def test_every_value_equals_itself(
    rules: duckdb.DuckDBPyConnection, values: list[dict[str, Any]]
) -> None:
    assert {r["relation"] for r in relations(rules, [(v, v) for v in values])} == {"equal"}


@many
@given(st.lists(neighbours(), min_size=20, max_size=100))
def test_relation_does_not_depend_on_scale(
    rules: duckdb.DuckDBPyConnection, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    # from a quantum of 1000 a figure counts as written with a scale word, so both are scaled
    scaled = [
        tuple({**v, "value": v["value"] * 1000, "quantum": v["quantum"] * 1000} for v in pair)
        for pair in pairs
    ]
    larger = [
        tuple({**v, "value": v["value"] * 10, "quantum": v["quantum"] * 10} for v in pair)
        for pair in scaled
    ]
    assert [(r["relation"], r["finer"]) for r in relations(rules, scaled)] == [
        (r["relation"], r["finer"]) for r in relations(rules, larger)
    ]


@many
@given(st.lists(neighbours(), min_size=20, max_size=100))
def test_agreeing_values_are_close(
    rules: duckdb.DuckDBPyConnection, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    for found in relations(rules, pairs):
        if found["relation"] == "rounded":
            assert found["difference"] <= 0.15
        if found["relation"] == "disjoint":
            assert found["difference"] > 0


@pytest.mark.parametrize(
    ("first", "second", "slip"),
    [("2.9", "29", True), ("2.9", "290", True), ("2.95", "29", True), ("2.9", "32", False)],
)
def test_slips_of_a_power_of_ten(
    rules: duckdb.DuckDBPyConnection, first: str, second: str, slip: bool
) -> None:
    sql = "SELECT mart.is_slip(?::DECIMAL(28,6), ?::DECIMAL(28,6))"
    assert rules.execute(sql, [first, second]).fetchall() == [(slip,)]
    assert rules.execute(sql, [second, first]).fetchall() == [(slip,)]


@pytest.mark.parametrize(("value", "step"), [("33000", 1000), ("200", 100), ("7", 1), ("2.5", 0)])
def test_last_stated_digit(rules: duckdb.DuckDBPyConnection, value: str, step: int) -> None:
    found = rules.execute("SELECT mart.last_digit(?::DECIMAL(28,6))", [value]).fetchall()
    assert found == [(step,)]
