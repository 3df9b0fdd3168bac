"""What the asking commands show: facts, claims over time, disagreements and reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from flows import phrases, plots
from flows.screen import (
    clean,
    counted,
    figure,
    labelled,
    quoted,
    show_differences,
    source,
    spaced,
    value_text,
)
from flows.words import differences, quotation, shortened
from warehouse import Claim, Comparison, Explanation, FactRow, Telling

_GRID = 96  # columns from which a timeline is a grid
_PLOT = 96  # most columns of a plot
_CHOICES = 20
_MARKS = {
    "conflicts": "x", "mistranslated": "x", "differs": "x", "stale": "x", "supersedes": "^",
}  # fmt: skip


def fact_data(row: FactRow) -> dict[str, object]:
    """A fact as data: the row of mart.facts, all who act, and the sentence in words."""
    return {
        "words": phrases.sentence(row.fact, row.actors),
        "actors": row.actors,
        "fact": row.fact,
    }


def show_facts(out: Console, rows: Sequence[FactRow], total: int) -> None:
    """Facts in words, under the documents that state them."""
    document = None
    for row in rows:
        if row.fact["document"] != document:
            document = row.fact["document"]
            out.print(source(document, row.fact["outlet"], _day(row.fact["published_at"])))
        words = Text.assemble(
            (f"{str(row.fact['fact_id'])[:8]} ", "dim"),
            clean(phrases.sentence(row.fact, row.actors)),
            " ",
            figure(" ".join(row.fact["surface"].split())),
        )
        out.print(Padding(words, (0, 0, 0, 3), expand=False))
    more = f"; {total - len(rows)} more are left out, --limit 0 shows all"
    out.print(f"{counted(total, 'fact')}{more if total > len(rows) else ''}", style="dim")


def show_choices(out: Console, wanted: str, found: Sequence[Claim]) -> None:
    """The claims among which to choose, or that there is none."""
    if not found:
        out.print(
            f"No claim is meant by {clean(wanted)!r}. Try fewer words, or: newsledger sql "
            '"SELECT claim_id, claim FROM mart.claims"'
        )
        return
    out.print(f"{len(found)} claims are meant by {clean(wanted)!r}; name one by its id:")
    for claim in found[:_CHOICES]:
        counts = f"{counted(claim.n_reports, 'report')}, {counted(claim.n_values, 'figure')}"
        out.print(f"  {str(claim.claim_id)[:8]}  {clean(claim.claim)} ({counts})")
    if len(found) > _CHOICES:
        out.print(f"  ... and {len(found) - _CHOICES} more; add a word to say which")


def show_timeline(out: Console, claim: Claim, tellings: Sequence[Telling]) -> None:
    """A line a report in time order, and the values against time."""
    out.print(Text(clean(claim.claim), style="bold"))
    if out.width >= _GRID:
        grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("when", "who", "states", "which can mean", "against earlier reports"):
            grid.add_column(name, no_wrap=name == "when")
        for told in tellings:
            grid.add_row(*map(Text, _cells(claim, told)))
        out.print(grid)
    else:
        out.print()
        for told in tellings:
            when, who, stated, meant, against = _cells(claim, told)
            out.print(Text.assemble((when, "bold"), f" {who}: {stated}"))
            rest = "; ".join(filter(None, (meant, against)))
            out.print(Padding(Text(rest), (0, 0, 0, 3), expand=False))
        out.print()
    if any(told.date_basis == "guessed" for told in tellings):
        out.print("? the date is a guess", style="dim")
    points = [_point(told) for told in tellings]
    known = [point for point in points if point is not None]
    drawn = plots.plot(known, min(out.width, _PLOT))
    for line in drawn:
        out.print(Text(line), no_wrap=True, crop=False)
    if drawn and len(known) < len(points):
        out.print(f"Not plotted: {counted(len(points) - len(known), 'report')} without date or "
                  "value.", style="dim")  # fmt: skip
    reports = counted(claim.n_reports, "report")
    out.print(f"{reports}, {counted(claim.n_values, 'distinct figure')}", style="dim")


def _cells(claim: Claim, told: Telling) -> tuple[str, str, str, str, str]:
    who = told.outlet or told.document
    if told.attribution:
        who += f", after {told.attribution}"
    if told.date_start:
        meant = phrases.days(told.date_start, told.date_end)[1]
    else:
        meant = phrases.meaning(told.low, told.high, told.value, claim.unit)
    if told.is_converted and meant:
        meant += " by the month's rate"
    return (
        _day(told.published_at) + ("?" if told.date_basis == "guessed" else "") or "no date",
        clean(who),
        clean(told.surface),
        meant,
        _against(told),
    )


def _against(told: Telling) -> str:
    """The verdict against the report before, and how often others came out."""
    if told.repeats:
        said = f"{told.repeats} of another report"
    elif told.verdict == "new":
        return "new"
    else:
        reason = "" if told.reason in (None, told.verdict) else f" ({spaced(told.reason)})"
        said = f"{spaced(told.verdict)}{reason}"
    others = [
        f"{spaced(verdict)} {n}" for verdict, n in told.verdicts.items() if verdict != told.verdict
    ]
    return f"{said}; {', '.join(others)}" if others else said


def _point(told: Telling) -> plots.Point | None:
    if told.published_at is None or told.value is None:
        return None
    mark = "=" if told.repeats else _MARKS.get(told.verdict, "o")
    return plots.Point(told.published_at, told.value, told.low, told.high, mark)


def show_disagreements(
    out: Console, rows: Sequence[Mapping[str, Any]], asked: int, most: int
) -> None:
    """Disagreements in sentences, the gravest first, and how many were left out.

    Args:
        out: where to.
        rows: of `mart.disagreements`, as grave as was asked for.
        asked: how many there are of any severity.
        most: number of sentences, 0 for all.
    """
    if rows:
        show_differences(out, rows, most)
    elif not asked:
        out.print("What differs: nothing, as far as was asked.")
    if len(rows) < asked:
        light = counted(asked - len(rows), "pair")
        none = "" if rows else "Nothing is as grave as that. "
        out.print(f"{none}{light} of lower severity left out.", style="dim")
    if rows:
        sentences = counted(len(differences(rows)), "disagreement")
        out.print(f"{sentences} in {counted(len(rows), 'pair')} of figures.", style="dim")


def show_corrections(out: Console, rows: Sequence[Mapping[str, Any]], has_file: bool) -> None:
    """What each correction changed, entry by entry, and which fit nothing."""
    if not has_file:
        out.print("There is no overrides.toml beside the warehouse; those on record hold.")
    entry = None
    for row in rows:
        if row["entry_id"] != entry:
            entry = row["entry_id"]
            dated = f"{row['kind']}, {value_text(row['dated'])}: "
            out.print(Text.assemble((dated, "bold"), clean(row["reason"])))
        if row["fact_id"] is None:
            said = f"fits nothing that was read: {clean(row['content'])}"
        else:
            change = f"{row['changed']} {row['original'] or 'none'} -> {row['given'] or 'dropped'}"
            where = f"{row['document']} “{row['surface']}” ({str(row['fact_id'])[:8]})"
            said = clean(f"{where}: {change}")
        out.print(Padding(Text(said), (0, 0, 0, 3), expand=False))
    idle = sum(row["fact_id"] is None for row in rows)
    entries = len({row["entry_id"] for row in rows})
    said = f"{counted(entries, 'correction')}, {counted(len(rows) - idle, 'change')}"
    out.print(f"{said}{f', {idle} without effect' if idle else ''}", style="dim")


def show_explanation(out: Console, why: Explanation) -> None:
    """One fact: what it says, the sentence in context, how it was read and bound, comparisons."""
    fact = why.fact
    actors = [entity for role, entity in why.participants if role == "actor"]
    out.print(Text(clean(phrases.sentence(fact, actors)), style="bold"))
    out.print(
        Text.assemble(
            "So it is stated by ",
            source(fact["document"], fact["outlet"], _day(fact["published_at"])),
            f", characters {fact['start_char']} to {fact['end_char']}:",
        )
    )
    sentence = " ".join(fact["sentence"].split())
    before, surface, after = shortened(sentence, fact["surface"], columns=10_000)
    context = Text("…" + clean(why.before).lstrip() + " ", style="dim")
    marked = Text.assemble(clean(before), figure(surface), clean(after))
    following = Text(" " + clean(why.after).rstrip() + "…", style="dim")
    out.print(Padding(Text.assemble(context, marked, following), (1, 0, 1, 3), expand=False))
    out.print(_read(fact))
    out.print(_bound(fact, actors))
    sections = {
        "Read as": (
            "kind", "value", "value_low", "value_high", "bound", "hedge", "quantum", "unit",
            "currency", "timex", "date_start", "date_end", "quantity_rule", "quantity_confidence",
        ),
        "Bound to": (
            "predicate", "verb", "slot", "target", "place", "period_months", "phase", "scope",
            "distributive", "per", "direction", "population", "measurer", "event_date",
            "event_date_end", "as_of", "attribution", "role_in_statement", "implied_rate",
            "rule", "confidence",
        ),
        "Stands at": (
            "start_char", "end_char", "passage", "lang", "url", "fact_id", "statement_id",
            "claim_id",
        ),
    }  # fmt: skip
    for heading, names in sections.items():
        out.print(f"\n{heading}", style="bold")
        if heading == "Bound to":
            for role, entity in why.participants:
                out.print(labelled(role, entity, 20))
        for name in names:
            if fact.get(name) is not None:
                out.print(labelled(name, fact[name], 20))
    compared = len(why.comparisons)
    out.print(f"\nCompared with {counted(compared, 'other fact')}", style="bold")
    for other in why.comparisons:
        out.print(_compared(other))
        out.print(quoted(quotation(other.document, other.outlet, other.sentence, other.surface)))


def _read(fact: Mapping[str, Any]) -> str:
    """How the words became a value."""
    words = " ".join(fact["surface"].split())
    said = f"“{clean(words)}” reads as {clean(phrases.figure(fact))}"
    low, high = (fact[name] and float(fact[name]) for name in ("value_low", "value_high"))
    if fact["value"] is not None and (low, high) != (fact["value"], fact["value"]):
        unit = fact["currency"] or fact["unit"]
        meant = phrases.meaning(low, high, float(fact["value"]), unit)
        said += f", which can mean {clean(meant)}"
    role = phrases.phrases().roles[fact["role_in_statement"]]
    return (
        f"{said} (rule {fact['quantity_rule']}{_sure(fact['quantity_confidence'])}). It is {role}."
    )


def _bound(fact: Mapping[str, Any], actors: Sequence[str]) -> str:
    """Which rule found who acts."""
    words = clean(phrases.binding(fact["rule"], actors))
    return f"It is bound to {words} (rule {clean(fact['rule'])}{_sure(fact['confidence'])})."


def _sure(confidence: float) -> str:
    return f", confidence {confidence:.2f}"


def _compared(other: Comparison) -> Text:
    """One comparison: which way, the verdict, why, and by which rule."""
    relation = "Against an earlier" if other.later else "Against a later"
    ground = phrases.ground(other.rule)
    rule = f"Rule {other.rule}: {ground}." if ground else f"Rule {other.rule}."
    apart = ""
    if other.relative_difference:
        apart = f" They are {other.relative_difference:.1%} apart."
    voice = {"independent": "", "same_document": " Both stand in one document."}.get(
        other.dependence, f" The two are no independent voices ({other.dependence})."
    )
    return Text.assemble(
        f"  {relation} fact, {str(other.other_fact_id)[:8]}: ",
        (spaced(other.verdict), "bold"),
        f". {phrases.judgement(other.verdict, other.reason)}{apart}{voice} {clean(rule)}",
    )


def _day(moment: Any) -> str:
    return value_text(moment)[:10]
