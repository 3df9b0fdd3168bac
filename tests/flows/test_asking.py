"""Commands that ask: facts, timeline, disagreements, why."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from running import Run

from flows import cli, options
from warehouse import Warehouse

Seeds = tuple[str, Path]


def folded(text: str) -> str:
    return " ".join(text.split())


def test_facts_in_words(newsledger: Run, seeds: Seeds) -> None:
    code, out, _ = newsledger("facts", *seeds, "--document", "004", "--predicate", "invest")
    assert code == 0
    assert "004_94afcb18646f9d8a.txt (MBC, 2024-04-19)" in out
    said = folded(out)
    assert "Oracle plans to invest 8 billion USD, in Japan, over 10 years. «80억 달러»" in said
    assert "Kishida" not in said
    code, out, _ = newsledger("facts", *seeds, "--actor", "microsoft", "--limit", "2")
    assert out.count("«") == 2
    assert "more are left out, --limit 0 shows all" in out
    assert newsledger("facts", *seeds, "--since", "2024-05-01")[1] == "0 facts\n"
    rows = json.loads(newsledger("facts", *seeds, "--actor", "Nvidia", "--json")[1])
    assert {"words", "actors", "fact"} == set(rows[0])
    assert all("Nvidia" in row["actors"] for row in rows)


def test_a_timeline_of_the_seeds(newsledger: Run, seeds: Seeds) -> None:
    code, out, err = newsledger("timeline", "microsoft invest amount", *seeds)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Microsoft: invest, amount in USD, JP"
    told = [line.split() for line in lines if line.startswith(" 2024-")]
    assert [row[0] for row in told] == [
        "2024-04-09", "2024-04-10?", "2024-04-10?", "2024-04-12?", "2024-04-19",
    ]  # fmt: skip
    assert told[0][-1] == "new"
    assert "2.85 to 2.95 billion USD" in lines[-15]
    (axis,) = [line for line in lines if " 2.9 billion+" in line]
    assert axis.count("o") - "billion".count("o") == 5
    assert lines[-1] == "5 reports, 1 distinct figure"


def test_a_timeline_in_a_narrow_window(
    newsledger: Run, seeds: Seeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _, out, _ = newsledger("timeline", "microsoft invest amount", *seeds)
    assert "2024-04-19 MBC: 29억 달러\n   2.85 to 2.95 billion USD; agrees (equal)" in out
    assert all(len(line.rstrip()) <= 60 for line in out.splitlines())
    monkeypatch.setenv("COLUMNS", "28")
    assert "+--" not in newsledger("timeline", "microsoft invest amount", *seeds)[1]
    monkeypatch.setenv("COLUMNS", "0")  # of a shell that does not know its width
    assert "distinct figure" in newsledger("timeline", "microsoft invest amount", *seeds)[1]


def test_a_claim_of_one_report_has_no_plot(newsledger: Run, seeds: Seeds) -> None:
    code, out, _ = newsledger("timeline", "oracle invest amount", *seeds)
    assert code == 0
    assert "80억 달러" in out
    assert "+--" not in out
    assert out.splitlines()[-1] == "1 report, 1 distinct figure"


def test_several_claims_are_a_choice(
    newsledger: Run, seeds: Seeds, seed_warehouse: Warehouse
) -> None:
    code, out, err = newsledger("timeline", "Microsoft invest", *seeds)
    assert (code, out) == (cli.USAGE, "")
    assert "claims are meant by 'Microsoft invest'; name one by its id:" in err
    chosen = next(line for line in err.splitlines() if "amount in USD" in line).split()[0]
    assert newsledger("timeline", chosen, *seeds)[0] == 0
    data = json.loads(newsledger("timeline", chosen, *seeds, "--json")[1])
    assert data["claim"]["claim_id"].startswith(chosen)
    assert [report["value"] for report in data["reports"]] == [2_900_000_000] * 5
    code, _, err = newsledger("timeline", "no such claim", *seeds)
    assert code == cli.USAGE
    assert "No claim is meant by 'no such claim'" in err
    choices = json.loads(newsledger("timeline", "Microsoft invest", *seeds, "--json")[1])
    assert len(choices["choices"]) > 2


def test_disagreements(newsledger: Run, seeds: Seeds) -> None:
    code, out, _ = newsledger("disagreements", *seeds)
    assert code == 0
    assert "1. " in out
    assert "000_08bb8a22441c2c28.txt (ZDNET Japan (Yahoo! News)): “" in out
    _, out, _ = newsledger("disagreements", *seeds, "--verdict", "conflicts")
    assert "What differs: nothing" in out  # no pair of the seeds conflicts
    rows = json.loads(newsledger("disagreements", *seeds, "--json")[1])
    assert {row["verdict"] for row in rows} == {"differs"}


def test_disagreements_can_be_narrowed(newsledger: Run, seeds: Seeds) -> None:
    rows = json.loads(newsledger("disagreements", *seeds, "--json")[1])
    weights = [row["severity"] for row in rows]
    assert weights == sorted(weights, reverse=True)
    bar = weights[0]
    graver = sum(weight >= bar for weight in weights)
    _, out, _ = newsledger("disagreements", *seeds, "--min-severity", str(bar))
    assert f"{len(rows) - graver} pairs of lower severity left out" in folded(out) or (
        f"{len(rows) - graver} pair of lower severity left out" in folded(out)
    )
    _, out, _ = newsledger("disagreements", *seeds, "--min-severity", "99")
    assert out == f"Nothing is as grave as that. {len(rows)} pairs of lower severity left out.\n"
    _, out, _ = newsledger("disagreements", *seeds, "--limit", "1")
    assert "2. " not in out
    assert "more: newsledger disagreements --limit 0" in out
    assert "110 million" in newsledger("disagreements", *seeds, "--actor", "nvidia")[1]
    assert newsledger("disagreements", *seeds, "--actor", "Toyota")[1].startswith("What differs: n")
    assert (
        json.loads(newsledger("disagreements", *seeds, "--since", "2024-04-13", "--json")[1]) == []
    )


def test_a_verdict_that_there_is_not(newsledger: Run, seeds: Seeds) -> None:
    code, _, err = newsledger("disagreements", *seeds, "--verdict", "conflict")
    assert code == 2
    assert "'conflict' is no verdict. Verdicts are agrees," in folded(err)
    assert newsledger("disagreements", *seeds, "--verdict", "conflicts")[0] == 0


def test_days(newsledger: Run, seeds: Seeds) -> None:
    now = datetime(2024, 5, 10, 3, tzinfo=UTC)
    assert str(options.day("30d", now)) == "2024-04-10"
    assert str(options.day("2024-04-09")) == "2024-04-09"
    assert options.day(None) is None
    with pytest.raises(typer.BadParameter):
        options.day("9999999d", now)
    code, _, err = newsledger("facts", *seeds, "--since", "last week")
    assert code == cli.USAGE
    assert "is no day" in err


def test_why(newsledger: Run, seeds: Seeds, seed_warehouse: Warehouse) -> None:
    [(fact_id,)] = seed_warehouse.query(
        "SELECT fact_id FROM mart.facts "
        "WHERE document LIKE '002%' AND surface LIKE '%$2.9 billion%'"
    ).rows
    code, out, _ = newsledger("why", str(fact_id), *seeds)
    assert code == 0
    said = folded(out)
    assert said.startswith("Microsoft plans to invest 2.9 billion USD, in Japan, over 2 years")
    assert "Microsoft announced Tuesday that it would invest «$2.9 billion» over the next" in said
    assert "“$2.9 billion” reads as 2.9 billion USD, which can mean 2.85 to 2.95 billion" in said
    assert "It is bound to Microsoft, the subject of the sentence (rule en.invest.subject" in said
    assert "agrees. Both give the same figure. Rule 4.equal.value: the same number in" in said
    assert "value 2900000000" in said
    assert "actor Microsoft" in said
    assert "predicate invest" in said
    assert "29억" in out
    explanation = json.loads(newsledger("why", str(fact_id), *seeds, "--json")[1])
    assert explanation["fact"]["value"] == 2_900_000_000
    assert len(explanation["comparisons"]) >= 4
    code, _, err = newsledger("why", "nonsense", *seeds)
    assert code == options.USAGE
    assert "nonsense" in err


def test_output_that_nobody_reads_ends_quietly(seeds: Seeds) -> None:
    for arguments in (["facts", "--limit", "0"], ["facts", "--limit", "0", "--json"]):
        command = [sys.executable, "-m", "flows.cli", *arguments, *map(str, seeds)]
        root = Path(__file__).parents[2]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            said = process.stderr.read()
        assert (process.returncode, said) == (141, b"")


def test_what_is_no_fact_is_wrong_usage(newsledger: Run, seeds: Seeds) -> None:
    code, _, err = newsledger("why", "zz", *seeds)
    assert code == 2
    assert '"newsledger facts" shows them' in err
    assert newsledger("why", "ffffffffffff", *seeds)[0] == 2
