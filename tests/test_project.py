"""The shell of the project: the lock, what is declared and what is imported, the seeds."""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BENCH_REQUIREMENTS = ("requirements.in", "training.in")
ROOMS = ("extractors", "warehouse", "flows")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

# Declared for what other packages need, never imported here by name.
UNSEEN = {"fastapi", "pytz", "sqlalchemy"}
TOOLS = {"import-linter", "mypy", "ruff", "setuptools", "types-pyyaml"}

# What only benches import: peers to measure against, what fits the models, the fuzzer.
PEERS = {
    "atheris": "atheris",
    "datasketch": "datasketch",
    "lightgbm": "lightgbm",
    "readability": "readability-lxml",
    "resiliparse": "resiliparse",
    "sklearn": "scikit-learn",
}

DIGESTS = {
    "000": "d7294aacbcb60033",
    "001": "87e0b60fb6daf5e2",
    "002": "cb34ab7e4d94d063",
    "003": "483409b03fe05a89",
    "004": "53eeede55acab2b9",
}


def declared(*extras: str) -> dict[str, Requirement]:
    texts = list(PROJECT["dependencies"])
    for extra in extras:
        texts += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(r.name): r for r in map(Requirement, texts)}


def locked() -> dict[str, Requirement]:
    lines = [line for line in LOCK.splitlines() if line and not line.lstrip().startswith("#")]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def imported(*folders: str) -> set[str]:
    """Distributions that the modules of these folders import."""
    names = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    names.add(node.module.split(".")[0])
    owners = {name: [peer] for name, peer in PEERS.items()} | dict(packages_distributions())
    ours = {*ROOMS, "tests", "bench", *(path.stem for path in (ROOT / "tests").rglob("*.py"))}
    ours |= sys.stdlib_module_names
    return {canonicalize_name(owners[name][0]) for name in names - ours}


def test_the_lock_is_exact_and_says_no_address() -> None:
    for requirement in locked().values():
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert requirement.url is None
    assert "://" not in LOCK
    assert not re.search(r"^\s*-", LOCK, re.MULTILINE), "an option of one machine"


def test_the_lock_holds_what_is_declared() -> None:
    for name, requirement in declared("dev").items():
        assert name in locked(), f"{name} is not locked; run make lock"
        version = str(locked()[name].specifier).removeprefix("==")
        assert requirement.specifier.contains(version), f"{name} {version}; run make lock"


def test_pins_with_which_prefect_works() -> None:
    pins = {name: str(requirement.specifier) for name, requirement in declared().items()}
    assert pins["prefect"] == "<3.9,>=3.8.8"
    assert pins["fastapi"] == "<0.142,>=0.139"
    assert pins["sqlalchemy"] == "<2.1,>=2.0"
    assert pins["duckdb"] == "<2,>=1.5.6"


def test_every_import_is_declared_and_every_declaration_used() -> None:
    runtime = imported(*ROOMS) - {"pytest"}  # the plugin is imported by pytest itself
    assert runtime == set(declared()) - UNSEEN
    assert imported("tests", "bench") <= (set(declared("dev")) - TOOLS) | set(PEERS.values())
    needed = [(ROOT / "bench" / name).read_text("utf-8") for name in BENCH_REQUIREMENTS]
    named = {line.split("==")[0] for text in needed for line in text.splitlines()}
    assert set(PEERS.values()) <= named


def test_the_seeds_are_untouched() -> None:
    digests = {
        path.name[:3]: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in (ROOT / "seeds").glob("*.txt")
    }
    assert digests == DIGESTS


def test_no_machine_is_named() -> None:
    shell = [*ROOT.glob("*.toml"), *ROOT.glob("*.yaml"), ROOT / "Makefile", ROOT / ".ci" / "run"]
    for path in shell:
        text = path.read_text("utf-8")
        assert not re.search(r"/(home|root|work|tmp|Users)/|index-url\s*=", text), path


def test_every_package_is_shipped_with_its_data() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }
    assert set(setup["packages"]) == found | {"seeds"}
    shipped = {pattern.rpartition(".")[2] for pattern in setup["package-data"]["*"]}
    data = {
        path.suffix.removeprefix(".")
        for room in (*ROOMS, "seeds")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert data <= shipped | {"py", "typed"}
