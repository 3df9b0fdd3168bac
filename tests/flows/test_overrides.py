"""overrides.toml: read and checked, applied by replay and by newsledger correct, taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Run

from flows import cli, overrides
from flows.inputs import InputError
from flows.testing import SEEDS
from warehouse import SETTABLE, Warehouse

GOOD = "002_3246ae01c6ab132f.txt"
ALWAYS = 'date = 2024-05-01\nreason = "I looked"\n'


def parsed(tmp_path: Path, text: str) -> list[overrides.Override]:
    path = tmp_path / "overrides.toml"
    path.write_text(text, "utf-8")
    return overrides.read(path)


def test_the_example_of_the_module_is_read(tmp_path: Path) -> None:
    text = "\n".join(
        line.strip()
        for line in (overrides.__doc__ or "").splitlines()
        if line.startswith("    ") and not line.strip().startswith('fact = "804f8f31" ')
    )
    found = parsed(tmp_path, text)
    assert [entry.kind for entry in found] == ["fact", "fact", "alias", "verdict"]
    assert found[0].content == {
        "document": "news.txt",
        "surface": "$2.9 billion",
        "set": {"actor": "Oracle", "place": "JP"},
    }  # fmt: skip
    assert found[1].content == {"fact": "9fc222a6", "drop": True}
    assert str(found[3].dated) == "2024-05-01"
    assert parsed(tmp_path, "") == []
    assert set(overrides.KEYS) == {"actor", *SETTABLE}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[facts]]\n", "line 1: 'facts' is not known here; did you mean 'fact'?"),
        ("\n[fact]\nx = 1\n", "line 2: write [[fact]], in two brackets"),
        (f'[[fact]]\nfact = "804f8f31"\nplce = "JP"\n{ALWAYS}',
         "line 3: 'plce' is not known here; did you mean 'place'?"),
        (f'[[fact]]\nfact = "804f8f31"\nplace = "Japan"\n{ALWAYS}', "line 3: place is an ISO"),
        (f'[[fact]]\nfact = "804f8f31"\nphase = "plan"\n{ALWAYS}', "did you mean 'planned'?"),
        ('[[fact]]\nfact = "804f8f31"\ndrop = true\n', "line 1: 'date' is missing; write when"),
        (f'[[fact]]\nfact = "804f8f31"\n{ALWAYS}', "line 1: say either drop = true or what is"),
        (f'[[fact]]\nfact = "804f8f31"\ndrop = true\nactor = "A"\n{ALWAYS}', "say either drop"),
        (f'[[fact]]\ndocument = "a"\ndrop = true\n{ALWAYS}', "line 1: name the fact by 'fact'"),
        (f'[[fact]]\nfact = "80"\ndrop = true\n{ALWAYS}', "line 2: fact is an id"),
        (f'[[fact]]\nfact = "804f8f31"\nas_of = "May"\n{ALWAYS}', "line 3: as_of is no day"),
        (f'[[fact]]\nfact = "804f8f31"\nperiod_months = 0\n{ALWAYS}', "whole number of months"),
        (f'[[fact]]\nfact = "804f8f31"\nperiod_months = 99999999999\n{ALWAYS}', "1 to 12000"),
        (f'[[fact]]\nfact = "804f8f31"\nevent_date_start = 2024-05-02\n'
         f"event_date_end = 2024-05-01\n{ALWAYS}", "line 4: event_date_end is before"),
        (f'[[fact]]\nfact = "804f8f31"\nactor = []\n{ALWAYS}', "line 3: actor is a name, or"),
        (f'[[alias]]\nname = "X"\n{ALWAYS}', "'entity' is missing in [[alias]]"),
        (f'[[alias]]\nname = ""\nentity = "Y"\n{ALWAYS}', "line 2: name is a text"),
        (f'[[verdict]]\nfacts = ["804f8f31"]\nverdict = "agrees"\n{ALWAYS}', "two different ids"),
        (f'[[verdict]]\nfacts = ["804f8f31", "48d9179f"]\nverdict = "agree"\n{ALWAYS}',
         "line 3: 'agree' is not known here; did you mean 'agrees'?"),
        ("[[fact]\n", "Correct the TOML"),
        (f'[[alias]]\nname = "X"\nentity = "Y"\n{ALWAYS}\n[[alias]]\nname = "Z"\n\nentity = 7\n'
         f"{ALWAYS}", "line 10: entity is a text in quotation marks"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed(tmp_path, text)
    assert said in str(caught.value)
    assert str(tmp_path / "overrides.toml") in str(caught.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        overrides.read(tmp_path / "nowhere.toml")


def test_corrections_beside_the_ledger_hold_and_are_taken_back(
    newsledger: Run, tmp_path: Path
) -> None:
    assert newsledger("replay", SEEDS / GOOD)[0] == 0
    ledger = Warehouse(Path("newsledger.duckdb"))
    sql = "SELECT actor, rule FROM mart.facts WHERE surface = '$2.9 billion'"
    (before,) = ledger.query(sql).rows
    file = tmp_path / "overrides.toml"
    file.write_text(
        f'[[fact]]\ndocument = "{GOOD}"\nsurface = "$2.9 billion"\nactor = "Oracle"\n{ALWAYS}\n'
        f'[[fact]]\nfact = "00000000"\ndrop = true\n{ALWAYS}',
        "utf-8",
    )
    code, out, err = newsledger("correct")
    assert (code, err) == (0, "")
    assert "actor Microsoft -> Oracle" in out
    assert "fits nothing that was read" in out
    assert out.splitlines()[-1] == "2 corrections, 2 changes, 1 without effect"
    assert ledger.query(sql).rows == (("Oracle", "override: I looked"),)
    (row,) = ledger.query("SELECT fact_id FROM mart.facts WHERE surface = '$2.9 billion'").rows
    said = newsledger("why", str(row[0]))[1]
    assert "It is bound to a user's correction: I looked" in " ".join(said.split())
    assert len(json.loads(newsledger("correct", "--json")[1])) == 3

    assert newsledger("replay", SEEDS / GOOD)[1].splitlines()[-1].startswith("nothing new: 0 rows")
    assert ledger.query(sql).rows == (("Oracle", "override: I looked"),)
    assert ledger.query("SELECT count(*) FROM ops.runs WHERE kind = 'correct'").rows == ((1,),)

    file.unlink()
    assert "those on record hold" in newsledger("correct")[1]
    assert ledger.query(sql).rows == (("Oracle", "override: I looked"),)
    (tmp_path / "none.toml").write_text("", "utf-8")
    assert newsledger("correct", "--overrides", "none.toml")[1] == "0 corrections, 0 changes\n"
    assert ledger.query(sql).rows == (before,)


def test_a_replay_into_a_new_ledger_is_corrected(newsledger: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        f'[[alias]]\nname = "Microsoft"\nentity = "OpenAI"\n{ALWAYS}', "utf-8"
    )
    assert newsledger("replay", SEEDS / GOOD, "--overrides", "mine.toml")[0] == 0
    actors = Warehouse(Path("newsledger.duckdb")).query("SELECT DISTINCT actor FROM mart.facts")
    assert ("OpenAI",) in actors.rows
    assert ("Microsoft",) not in actors.rows


def test_a_broken_file_stops_before_anything_is_read(newsledger: Run, tmp_path: Path) -> None:
    (tmp_path / "overrides.toml").write_text("[[fact]]\ndrop = 1\n", "utf-8")
    code, _, err = newsledger("replay", SEEDS / GOOD)
    assert code == cli.USAGE
    assert "overrides.toml, line 2: write drop = true" in err
    assert not (tmp_path / "newsledger.duckdb").exists()
