"""A figure in the unit of its claim; where that is another currency, by the dated table."""

from __future__ import annotations


def joins(fact: str, unit: str) -> str:
    """SQL after a FROM: what takes the reading of a fact to a unit, as `k.rate`.

    Args:
        fact: alias of a row of mart.facts.
        unit: expression of the unit of its claim, a currency for money.
    """
    return f"""
LEFT JOIN news.fx x ON x.currency = {fact}.currency
    AND x.month = date_trunc('month', {fact}.published_at)::DATE
LEFT JOIN news.fx y ON y.currency = {unit}
    AND y.month = date_trunc('month', {fact}.published_at)::DATE
CROSS JOIN LATERAL (SELECT CASE
    WHEN {fact}.currency IS NULL
        THEN 1.0 / mart.unit_factor({{'kind': {fact}.kind, 'unit': {unit}}})
    WHEN {fact}.currency = {unit} THEN 1.0
    ELSE y.per_usd / x.per_usd END::DOUBLE AS rate) k
"""


def figures(fact: str, value: str, low: str, high: str) -> str:
    """SQL of three columns: the value of a fact and the ends of what it can mean.

    Args:
        fact: alias of a row with `r`, its reading.
        value, low, high: names of the columns.
    """
    return f"""{fact}.r.v::DOUBLE * k.rate AS {value},
       CASE WHEN {fact}.r.exact THEN {fact}.r.v ELSE {fact}.r.low END::DOUBLE * k.rate AS {low},
       CASE WHEN {fact}.r.exact THEN {fact}.r.v ELSE {fact}.r.high END::DOUBLE * k.rate AS {high}"""
