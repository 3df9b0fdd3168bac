"""The English of the reports: complete for every rule, and right for every kind of figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, get_args

import pytest

from extractors.cases import Case
from extractors.records import Hedge, Phase, Predicate, Scope, Slot, StatementRole
from flows import phrases
from warehouse import Warehouse

RULES = (files("warehouse") / "rules.sql").read_text("utf-8")


def macro(name: str) -> str:
    """Text of a macro of the rules."""
    return RULES.split(f"MACRO mart.{name}(", 1)[1].split("CREATE OR REPLACE", 1)[0]


def results(name: str) -> set[str]:
    """Words that a macro of CASE arms can give."""
    return set(re.findall(r"(?:THEN|ELSE)\s+'(\w+)'", macro(name)))


def relations() -> dict[str, set[str]]:
    """relation -> notes, of every value relation that the rules can give."""
    found: dict[str, set[str]] = {}
    text = re.sub(r"CASE WHEN split_part.*?END", "'unit'", RULES, flags=re.DOTALL)
    for relation, note in re.findall(r"'relation': '(\w+)',\s+'note': ('\w+'|rate\.basis)", text):
        notes = {"stated_rate", "table_rate"} if note == "rate.basis" else {note.strip("'")}
        found.setdefault(relation, set()).update(notes)
    found["incomparable"].add("kind")  # the other arm of the CASE that was cut out
    return found


def structs() -> Iterator[tuple[str, str, str]]:
    """Verdict, reason and rule of every verdict that rules.sql writes, as they stand there."""
    text = re.sub(r"--.*", "", RULES)
    for body in re.findall(r"\{'verdict': (.*?)\}", text, re.DOTALL):
        verdict, rest = body.split("'reason':", 1)
        reason, rule = rest.split("'rule':", 1)
        yield verdict, reason, rule


def options(expression: str) -> list[str]:
    """All values of an SQL expression of literals, CASE, || and what the rules hand on."""
    notes = relations()
    known = {
        "g.excluded": results("excluded") | notes["incomparable"],
        "g.attribute": results("attribute_difference"),
        "g.at_most": results("at_most_differs"),
        "m.relation": {"equal", "derived", "bound", "rounded"},
        "mart.motion(a)": results("motion_of"),
        "m.note": set().union(*(notes[x] for x in notes if x != "incomparable")),
    }
    expression = expression.strip().rstrip(",").strip()
    if expression.startswith("CASE"):
        arms = re.findall(r"(?:THEN|ELSE)\s+('\w+'|[\w.]+)", expression)
        return [value for arm in arms for value in options(arm)]
    if "'4.converted.stated_beside'" in expression:  # with the rate after a blank
        return ["4.converted.stated_beside"]
    values = [""]
    for part in (part.strip() for part in expression.split("||")):
        if part.startswith("'"):
            values = [value + part.strip("'") for value in values]
        else:
            values = [value + word for value in values for word in sorted(known[part])]
    return values


def possible() -> Iterator[tuple[str, str]]:
    """Every pair of verdict and reason, wider where the two depend on each other."""
    for verdict, reason, _ in structs():
        yield from ((v, r) for v in options(verdict) for r in options(reason))


# What the arms above have taken already, or their conditions exclude.
NEVER = {
    (verdict, reason) for verdict in ("refines", "coarsens") for reason in ("equal", "derived")
}
NEVER_RULES = {"2.moved.event", "2.moved.offer", "2.moved.series", "5.stale.series"}


def test_the_rules_are_understood() -> None:
    verdicts = {verdict for verdict, _ in possible()}
    assert verdicts == set(phrases.phrases().verdicts)
    assert len(list(structs())) > 20
    assert relations()["converted"] == {"stated_rate", "table_rate"}


def test_every_reason_has_words() -> None:
    table = phrases.phrases().reasons
    missing = {(v, r) for v, r in possible() if r not in table.get(v, {})}
    assert missing == NEVER


def test_every_rule_has_words() -> None:
    table = phrases.phrases().rules
    impossible = {
        # relations that do not meet the arm: their notes belong to other relations
        rule
        for relation in ("equal", "derived", "bound", "rounded", "disjoint", "converted")
        for note in options("m.note")
        if note not in relations()[relation]
        for rule in (f"4.{relation}.{note}", f"6.{relation}.{note}")
    }
    missing = {rule for _, _, expression in structs() for rule in options(expression)} - impossible
    assert missing - set(table) == NEVER_RULES


def test_no_words_are_left_over() -> None:
    told = {rule for _, _, expression in structs() for rule in options(expression)}
    assert set(phrases.phrases().rules) - told - {"override"} == set()
    reasons = {(v, r) for v, rs in phrases.phrases().reasons.items() for r in rs}
    assert reasons <= set(possible())


def test_the_vocabulary_has_words() -> None:
    table = phrases.phrases()
    assert set(table.predicates) == set(get_args(Predicate)) - {"other"}
    assert all(len(forms) == 4 and all("{}" in f for f in forms) for forms in
               table.predicates.values())  # fmt: skip
    assert set(table.slots) == set(get_args(Slot)) - {"level", "count", "share"}
    assert set(table.phases) == set(get_args(Phase)) - {"done"}
    assert set(table.hedges) == set(get_args(Hedge)) - {"range"}
    assert set(table.roles) == set(get_args(StatementRole))
    assert set(table.scopes) == set(get_args(Scope))
    assert set(get_args(Case)) | {"reference", "none", "nearby"} <= set(table.bindings)


def test_every_binding_of_the_seeds_has_words(seed_warehouse: Warehouse) -> None:
    rows = seed_warehouse.query("SELECT DISTINCT rule FROM mart.facts").rows
    said = {rule: phrases.binding(rule, ["X"]) for (rule,) in rows}
    assert rows
    assert not [rule for rule, words in said.items() if words.startswith("by rule")]


def fact(**changes: Any) -> dict[str, Any]:
    names = (
        "hedge unit currency timex date_start date_end distributive per scope phase direction "
        "population place period_months event_date as_of attribution verb value_low value_high"
    )
    return dict.fromkeys(names.split()) | {
        "kind": "money",
        "predicate": "invest",
        "slot": "level",
        "value": Decimal("2900000000"),
        "currency": "USD",
        "surface": "$2.9 billion",
    } | changes  # fmt: skip


DAY = date(2024, 4, 9)


@pytest.mark.parametrize(
    ("row", "actors", "words"),
    [
        (fact(phase="planned", place="JP", period_months=24), ["Microsoft"],
         "Microsoft plans to invest 2.9 billion USD, in Japan, over 2 years."),
        (fact(hedge="nearly", value=Decimal(3_000_000_000)), ["Microsoft", "Nvidia"],
         "Microsoft and Nvidia invest nearly 3 billion USD."),
        (fact(phase="denied"), ["Oracle"], "Oracle denies investing 2.9 billion USD."),
        (fact(predicate="kill", kind="count", slot="count", currency=None, unit="person",
              value=Decimal(48), as_of=DAY), [], "48 people killed, as of 9 April 2024."),
        (fact(predicate="cut_jobs", kind="count", slot="count", currency=None, unit="person",
              value=Decimal(15_000), attribution="Reuters"), ["Intel"],
         "Intel cuts the jobs of 15,000 people, says Reuters."),
        (fact(predicate="profit", kind="percent", slot="change_rel", currency=None, unit="%",
              value=Decimal("25.5"), direction="up"), ["Samsung"],
         "Samsung makes a profit, up by 25.5 %."),
        (fact(predicate="open", kind="date", slot="event_date", currency=None, value=None,
              date_start=date(2024, 3, 1), date_end=date(2024, 3, 31)), ["Google"],
         "Google opens in March 2024."),
        (fact(predicate="fund", scope="additional", distributive="each",
              value=Decimal(10_000_000)), ["Nvidia"],
         "Nvidia grants 10 million USD each, on top of what was there."),
        (fact(predicate="trade_at", hedge="range", value=None, value_low=Decimal(150),
              value_high=Decimal("151.5")), ["Apple"], "Apple trades at 150 to 151.5 USD."),
        (fact(predicate="other", verb="개최", kind="superlative", slot="rank", value=None,
              currency=None, surface="최대"), ["KAIST"], "KAIST: “개최” “최대”."),
        (fact(population="worker JP", place="JP-Tokyo", event_date=DAY), [],
         "2.9 billion USD invested, in Tokyo, Japan, on 9 April 2024, counting workers of Japan."),
    ],
)  # fmt: skip
def test_facts_read_as_sentences(row: dict[str, Any], actors: list[str], words: str) -> None:
    assert phrases.sentence(row, actors) == words


@pytest.mark.parametrize(
    ("low", "high", "value", "unit", "words"),
    [
        (2.85e9, 2.95e9, 2.9e9, "USD", "2.85 to 2.95 billion USD"),
        (950e6, 1.05e9, 1e9, "USD", "950 million to 1.05 billion USD"),
        (48.0, 48.0, 48.0, "person", "48 people"),
        (200.0, None, 200.0, "person", "200 people or more"),
        (None, 10e9, 10e9, "EUR", "10 billion EUR or less"),
        (15_453_100_000.0, 15_453_200_000.0, 15.45e9, "USD", "15.45 billion USD"),
        (None, None, 1.0, "year", "1 year"),
        (None, None, None, None, ""),
    ],
)
def test_what_a_figure_can_mean(
    low: float | None, high: float | None, value: float | None, unit: str | None, words: str
) -> None:
    assert phrases.meaning(low, high, value, unit) == words


def test_a_rule_with_its_rate_is_said() -> None:
    assert phrases.ground("4.converted.stated_beside at 151.7 JPY/USD") == (
        "stated side by side in one text, at 151.7 JPY/USD"
    )
    assert phrases.ground("override: it is another lab") == (
        "a user's correction: it is another lab"
    )
    assert phrases.ground("9.unknown") == ""
