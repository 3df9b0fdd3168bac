"""What must be right on the five seed documents, against gold made by hand from them.

`tests/gold/seed_mentions.jsonl` lists 124 mentions, `seed_traps.jsonl` 55 strings that look
like quantities and must not become facts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.entities import family
from extractors.records import Article, Fact

GOLD = Path(__file__).parents[1] / "gold"
FLOOR = {  # at least this many of each kind must be found
    "money": 31, "percent": 2, "count": 13, "duration": 24, "date+year": 29,
    "ordinal+superlative+ratio+age": 20,
}  # fmt: skip
TOTAL = {"date+year": 31, "ordinal+superlative+ratio+age": 23}
UNITS = {"person (Japanese workers)": "person", "person (Japanese citizens)": "person"}
# One name for the actors that the gold names otherwise than the gazetteer.
SAME = {"METI (Japan)": "METI", "Microsoft Japan": "Microsoft"}


def rows(name: str) -> list[dict[str, Any]]:
    with (GOLD / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


MENTIONS = rows("seed_mentions.jsonl")
TRAPS = rows("seed_traps.jsonl")


def group(kind: str) -> str:
    return next((name for name in FLOOR if kind in name.split("+")), kind)


def is_found(gold: dict[str, Any], fact: Fact) -> bool:
    q = fact.quantity
    if q.kind != gold["kind"] or not (q.start < gold["end"] and gold["start"] < q.end):
        return False
    if q.kind == "date":
        return q.timex == gold["value"]
    if q.kind == "superlative":
        return q.value is None
    if q.value is None or q.value != Decimal(str(gold["value"])):
        return False
    unit = UNITS.get(gold["unit"], gold["unit"])
    return q.currency == gold["currency"] and (
        q.unit == unit or q.kind in {"money", "ordinal", "year"}
    )


BOUNDS = {None: "=", "about": "~", "nearly": "~", "over": ">", "at_least": ">="}


def is_bounded(gold: dict[str, Any], fact: Fact) -> bool:
    q = fact.quantity
    return q.hedge == gold["approx"] and q.bound == BOUNDS[gold["approx"]]


def matches(seed_articles: dict[str, Article]) -> list[tuple[dict[str, Any], Fact | None]]:
    return [
        (gold, next((f for f in seed_articles[gold["doc"]].facts if is_found(gold, f)), None))
        for gold in MENTIONS
    ]


def test_every_offset_gives_back_its_surface(seed_articles: dict[str, Article]) -> None:
    for article in seed_articles.values():
        for fact in article.facts:
            q = fact.quantity
            assert article.original[q.start : q.end] == q.surface
            assert fact.sentence_start <= q.start < q.end <= fact.sentence_end


@pytest.mark.parametrize("name", FLOOR)
def test_mentions_are_found_with_value_bound_and_unit(
    name: str, seed_articles: dict[str, Article]
) -> None:
    found = [
        gold
        for gold, fact in matches(seed_articles)
        if group(gold["kind"]) == name and fact is not None and is_bounded(gold, fact)
    ]
    assert len(found) >= FLOOR[name], f"{name}: {len(found)} of {TOTAL.get(name, FLOOR[name])}"


def test_no_trap_becomes_a_fact(seed_articles: dict[str, Article]) -> None:
    expected = defaultdict(list)
    for gold in MENTIONS:
        expected[gold["doc"]].append((gold["start"], gold["end"]))
    hits = [
        (trap["doc"], trap["surface"], fact.quantity.surface)
        for trap in TRAPS
        for fact in seed_articles[trap["doc"]].facts
        if fact.quantity.start < trap["end"]
        and trap["start"] < fact.quantity.end
        and not any(
            s < fact.quantity.end and fact.quantity.start < e for s, e in expected[trap["doc"]]
        )
    ]
    assert hits == []


def test_actor_and_predicate_of_money_and_counts(seed_articles: dict[str, Article]) -> None:
    wrong = []
    total = 0
    for gold, fact in matches(seed_articles):
        if gold["kind"] not in {"money", "count"}:
            continue
        total += 1
        wanted = {SAME.get(a.strip(), a.strip()) for a in gold["actor"].split(";")}
        actors = (
            {SAME.get(p.entity, p.entity) for p in fact.participants if p.role == "actor"}
            if fact
            else set()
        )
        if fact is None or not wanted & actors or fact.predicate != gold["predicate_std"]:
            wrong.append((gold["id"], gold["surface"], sorted(actors), fact and fact.predicate))
    assert len(wrong) <= total * 0.05, wrong


def test_amounts_of_the_four_spenders_of_seed_004_never_mix(
    seed_articles: dict[str, Article],
) -> None:
    spenders = defaultdict(set)
    for fact in seed_articles["004_94afcb18646f9d8a.txt"].facts:
        if fact.quantity.kind == "money":
            spenders[fact.actor].add(fact.quantity.surface)
    assert dict(spenders) == {
        "Microsoft": {"4조 원", "29억 달러", "4조 원이 넘는"},
        "Oracle": {"11조 원", "80억 달러"},
        "Amazon": {"22조 원"},
        "METI": {"7천억 원"},
    }


def test_native_values_conversions_and_echoes(seed_articles: dict[str, Article]) -> None:
    for gold, fact in matches(seed_articles):
        if gold["kind"] == "money":
            assert fact is not None
            assert fact.role == gold["role_in_statement"], gold["id"]


def test_the_two_halves_of_seed_000_state_the_same_things(
    seed_articles: dict[str, Article],
) -> None:
    article = seed_articles["000_08bb8a22441c2c28.txt"]
    by_statement: dict[int, Counter[int]] = defaultdict(Counter)
    for fact in article.facts:
        if fact.quantity.kind == "money":
            by_statement[fact.statement][fact.passage] += 1
    assert all(set(passages) == {0, 1} for passages in by_statement.values())
    assert {family(f.actor or "") for f in article.facts if f.quantity.kind == "money"} == {
        "Microsoft"
    }
