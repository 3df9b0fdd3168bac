"""English for what the ledger holds: figures, facts, bindings and verdicts as sentences.

The words stand in `phrases.yaml`; here is only how they are put together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_LONGEST = 6  # digits and point of a number before its scale word
_PLURALS = {"person": "people", "%": "%", "x": "times", "percentage point": "percentage points"}
_PLAIN = 10_000  # below, a number is written without separators of thousands
_OBJECT = re.compile(r"(?: (?:for|at|of))? \{\}")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The tables of `phrases.yaml`; see the comments there."""

    predicates: Mapping[str, Sequence[str]]
    slots: Mapping[str, str]
    directions: Mapping[str, str]
    phases: Mapping[str, Sequence[str]]
    hedges: Mapping[str, str]
    roles: Mapping[str, str]
    scopes: Mapping[str, str]
    bindings: Mapping[str, str]
    same_figure: str
    reasons: Mapping[str, Mapping[str, str]]
    verdicts: Mapping[str, str]
    rules: Mapping[str, str]
    alerts: Mapping[str, str]
    asked: Mapping[str, str]


@cache
def phrases() -> Phrases:
    """The tables, read once."""
    tables = yaml.safe_load((files("flows") / "phrases.yaml").read_text("utf-8"))
    forms = {name: line.split(" | ") for name, line in tables.pop("predicates").items()}
    return Phrases(predicates=forms, **tables)


def judgement(verdict: str, reason: str) -> str:
    """A verdict and its reason as a sentence.

    Args:
        verdict: see `mart.verdicts`.
        reason: see there; one that a user gave is quoted as it is.
    """
    known = phrases().reasons.get(verdict, {}).get(reason)
    return known or phrases().verdicts.get(verdict) or f"{verdict}: {reason}."


def ground(rule: str) -> str:
    """What the rule that decided says, "" for one that has no words.

    Args:
        rule: as in `mart.verdicts`; after a blank or colon stands what it was applied with.
    """
    name, _, rest = rule.partition(" ")
    if name == "override:":
        return f"{phrases().rules['override']}: {rest}"
    words = phrases().rules.get(name, "")
    return f"{words}, {rest}" if words and rest else words


def number(value: Decimal) -> str:
    """A number as a reader takes it in: "2.9 billion", "15,000", "0.25"."""
    for scale, word in _SCALES:
        scaled = f"{(value / scale).normalize():f}"
        if abs(value) >= scale and len(scaled) <= _LONGEST:
            return f"{scaled} {word}"
    plain = f"{value.normalize():f}"
    return plain if abs(value) < _PLAIN else f"{Decimal(plain):,f}"


def measured(value: Decimal, unit: str | None) -> str:
    """A number with its unit or currency: "3 million people", "30 %", "2.9 billion USD"."""
    said = number(value)
    if not unit:
        return said
    if unit in _PLURALS:
        one = value == 1 and unit != "x"
        return f"{said} {unit if one else _PLURALS[unit]}"
    if unit.endswith(" old"):
        return f"{said} {unit.removesuffix(' old')}s old"
    return f"{said} {unit if value == 1 else _plural(unit)}"


def figure(fact: Mapping[str, Any]) -> str:
    """The figure of a fact in one normal form, with its hedge.

    Args:
        fact: a row of `mart.facts`.
    """
    unit = fact["currency"] or fact["unit"]
    if fact["kind"] in ("date", "year"):
        return days(fact["date_start"], fact["date_end"])[1] or str(fact["surface"])
    if fact["value"] is None and fact["value_low"] is None:
        return f"“{' '.join(fact['surface'].split())}”"
    if fact["kind"] == "ordinal":
        return f"number {number(fact['value'])}"
    low, high = fact["value_low"], fact["value_high"]
    if fact["hedge"] == "range" and low is not None and high is not None:
        said = f"{number(low)} to {measured(high, unit)}"
    elif fact["value"] is None:
        return f"“{' '.join(fact['surface'].split())}”"
    else:
        hedge = phrases().hedges.get(fact["hedge"] or "", "{}")
        said = hedge.format(measured(fact["value"], unit))
    each = {"each": " each", "total": " in total"}.get(fact["distributive"] or "", "")
    return said + each + (f" per {fact['per']}" if fact["per"] else "")


def sentence(fact: Mapping[str, Any], actors: Sequence[str]) -> str:
    """A fact as an English sentence: who does what, how much, where, when, who says so.

    Args:
        fact: a row of `mart.facts`.
        actors: canonical names of all who act.
    """
    said = _stated(fact, actors)
    if fact["place"] and fact["kind"] not in ("date", "year"):
        said += f", in {place(fact['place'])}"
    if fact["period_months"] and fact["slot"] not in ("period", "rank"):
        years, rest = divmod(fact["period_months"], 12)
        amount, unit = (years, "year") if not rest else (fact["period_months"], "month")
        said += f", over {measured(Decimal(amount), unit)}"
    day = fact["as_of"] or fact["event_date"]
    if day and fact["kind"] not in ("date", "year"):
        said += f", {'as of' if fact['as_of'] else 'on'} {days(day, day)[1]}"
    if fact["scope"]:
        said += f", {phrases().scopes[fact['scope']]}"
    if fact["population"]:
        said += f", counting {_population(fact['population'])}"
    said = said[0].upper() + said[1:]
    return f"{said}, says {fact['attribution']}." if fact["attribution"] else f"{said}."


def _stated(fact: Mapping[str, Any], actors: Sequence[str]) -> str:
    table = phrases()
    said = figure(fact)
    forms = table.predicates.get(fact["predicate"])
    who = enumerated(actors)
    after = table.slots.get(fact["slot"])
    if fact["slot"].startswith("change"):
        after = table.directions.get(fact["direction"] or "", after)
    if fact["slot"] == "event_date" and fact["kind"] in ("date", "year"):
        said = " ".join(filter(None, days(fact["date_start"], fact["date_end"]))) or said
    elif fact["slot"] == "rank" and fact["kind"] == "duration":
        said = f"a record in {said}"
    if forms is None:  # the lemma of a verb that no table has, in its own language
        verb = f"“{fact['verb']}”" if fact["verb"] else ""
        return " ".join(filter(None, (f"{who}:" if who else "", verb, said)))
    if not who and not after:
        return forms[3].format(said)
    between, form = "", forms[0] if len(actors) < 2 else forms[1]
    if fact["phase"] in table.phases:
        one, several, kind = table.phases[fact["phase"]]
        between = one if len(actors) < 2 else several
        form = forms[1] if kind == "infinitive" else forms[2]
    done = _OBJECT.sub("", form) + after.format(said) if after else form.format(said)
    return " ".join(filter(None, (who or "somebody", between, done)))


def enumerated(names: Sequence[str]) -> str:
    """Names as a list in a sentence: "A, B and C"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def binding(rule: str, actors: Sequence[str]) -> str:
    """The rule that found who acts, in words.

    Args:
        rule: as in `mart.facts`: language, predicate, binding, and what was done after.
        actors: canonical names of all who act.
    """
    if rule.startswith("override:"):
        return f"a user's correction{rule.removeprefix('override')}"
    grammar, *after = rule.split("+")
    words = phrases().bindings.get(grammar.rsplit(".", 1)[-1])
    if words is None:
        return f"by rule {rule}"
    said = words.format(actor=enumerated(actors) or "nobody")
    return f"{said} ({phrases().same_figure})" if "same_figure" in after else said


def place(code: str) -> str:
    """The name of a place: "Japan" for JP, "Tokyo, Japan" for JP-Tokyo."""
    country, _, city = code.partition("-")
    name = _territories().get(country, country)
    return f"{city}, {name}" if city else name


@cache
def language(code: str) -> str:
    """The name of a language: "Korean" for ko; the code where it has none."""
    from babel import Locale  # see below

    return str(Locale.parse("en").languages.get(code.replace("-", "_"), code))


@cache
def _territories() -> Mapping[str, str]:
    from babel import Locale  # tables of a territory's name in every language: not for each start

    names: Mapping[str, str] = Locale.parse("en").territories
    return names


def _population(code: str) -> str:
    """Whom a figure counts: "worker JP" is workers of Japan."""
    noun, _, country = code.rpartition(" ")
    if noun and country in _territories():
        return f"{_plural(noun)} of {place(country)}"
    return _plural(code)


def _plural(noun: str) -> str:
    """An English noun of the tables in the plural; others as they are."""
    return f"{noun}s" if noun.isascii() and noun.islower() and not noun.endswith("s") else noun


def days(start: date | None, end: date | None) -> tuple[str, str]:
    """A day, month, year or span as a reader writes it, and the preposition before it."""
    first, last = start or end, end or start
    if first is None or last is None:
        return "", ""
    if first == last:
        return "on", f"{first.day} {first:%B %Y}"
    if (first.year, first.month, first.day, last.month, last.day) == (last.year, 1, 1, 12, 31):
        return "in", str(first.year)
    is_month = first.day == 1 and (last + timedelta(days=1)).day == 1
    if is_month and (first.year, first.month) == (last.year, last.month):
        return "in", f"{first:%B %Y}"
    return "between", f"{first.day} {first:%B %Y} and {last.day} {last:%B %Y}"


def rounded(value: float) -> str:
    """A number to four digits: "2.95 billion"."""
    return number(Decimal(f"{value:.4g}"))


def meaning(low: float | None, high: float | None, value: float | None, unit: str | None) -> str:
    """What a figure can mean, in words: "2.85 to 2.95 billion USD", "200 people or more".

    Args:
        low, high: ends of the interval, None where it is open.
        value: the stated value, None where a text gives none.
        unit: unit or currency, None for none.
    """
    if value is None and low is None and high is None:
        return ""
    if low is not None and high is not None and low < high:
        first, last = rounded(low), rounded(high)
        said = measured(Decimal(f"{high:.4g}"), unit)
        if first == last:
            return said
        scale = last.partition(" ")[2]  # said once: "2.85 to 2.95 billion"
        return f"{first.removesuffix(f' {scale}') if scale else first} to {said}"
    if low is not None and high is None:
        return f"{measured(Decimal(f'{low:.4g}'), unit)} or more"
    if high is not None and low is None:
        return f"{measured(Decimal(f'{high:.4g}'), unit)} or less"
    exact = value if value is not None else low
    return measured(Decimal(f"{exact:.12g}"), unit) if exact is not None else ""
