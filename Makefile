# `make replay` and `make test` need Python >= 3.11, make and git; the rest is installed here.
.DEFAULT_GOAL := help
.PHONY: help replay test lint types bench bench-reading bench-facts bench-compare bench-warehouse bench-stories bench-fetch bench-events soak test-faults lock clean serve down

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,$(if \
    $(shell $(p) -c 'import sys; print(sys.version_info >= (3, 11) or "")' 2>/dev/null),$(p))))
BIN := .venv/bin
INSTALLED := .venv/installed
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1  \2/p' Makefile

$(INSTALLED): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "newsledger needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Installing into .venv from requirements.lock (once; takes a minute or two) ..." >&2
	@$(PYTHON) -m venv --clear .venv
	@{ $(BIN)/python -m pip install -q -r requirements.lock && \
	   $(BIN)/python -m pip install -q --no-deps --no-build-isolation -e . ; } > .venv/install.log 2>&1 \
	  || { tail -n 20 .venv/install.log >&2; echo "The installation failed; all of its output is in .venv/install.log" >&2; exit 1; }
	@touch $@

replay: $(INSTALLED)  ## the main job: read and compare the five seed reports into newsledger.duckdb
	@$(BIN)/newsledger replay seeds

serve: $(INSTALLED)  ## Prefect server, worker and deployments on this machine; says where the UI is
	@$(BIN)/python -m flows.serving up

down: $(INSTALLED)  ## end all that `make serve` has started
	@$(BIN)/python -m flows.serving down

test: lint types $(INSTALLED)  ## everything CI checks: ruff, mypy, import contracts, pytest
	@$(BIN)/python -m pytest

lint: $(INSTALLED)  ## style and import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "run: .venv/bin/ruff format" >&2; exit 1; }
	@$(BIN)/lint-imports --no-cache > .venv/imports.log 2>&1 || { cat .venv/imports.log >&2; exit 1; }

types: $(INSTALLED)  ## mypy --strict
	@$(BIN)/mypy --no-error-summary

bench: $(INSTALLED)  ## time and memory of the seeds' replay, as ratios against a peer
	@$(BIN)/python -m bench.replay

bench-reading: $(INSTALLED)  ## quality and speed of reading beside six peers, which are installed first
	@$(BIN)/python -m pip install -q -r bench/requirements.txt
	@$(BIN)/python -m bench.reading

bench-facts: $(INSTALLED)  ## quantities beside two peers, which are installed first; facts and verdicts on real stories
	@$(BIN)/python -m pip install -q -r bench/requirements-facts.txt \
	  || echo "The peers cannot be installed here; they are reported as absent." >&2
	@$(BIN)/python -m bench.quantities
	@$(BIN)/python -m bench.stories

bench-compare: $(INSTALLED)  ## what comparing 500 facts costs as the ledger grows (some minutes), drawn if matplotlib is there
	@$(BIN)/python -m bench.compare

bench-warehouse: $(INSTALLED)  ## load, search, views, readers as the ledger grows (hours; ARTICLES="10000 100000")
	@$(BIN)/python -m bench.warehouse $(ARTICLES)

bench-stories: $(INSTALLED)  ## story linking: pairs across languages, partitions, round-ups
	@$(BIN)/python -m bench.story_links

bench-fetch: $(INSTALLED)  ## fetching and archiving beside a plain loop and a crawler, which is installed first
	@$(BIN)/python -m pip install -q -r bench/requirements-fetch.txt \
	  || echo "The crawler cannot be installed here; it is reported as absent." >&2
	@$(BIN)/python -m bench.fetch

bench-events: $(INSTALLED)  ## seconds from landing to the alert, and cost, on a Prefect server (half an hour)
	@$(BIN)/python -m bench.events

test-faults: $(INSTALLED)  ## 200 kills of flows, worker and server at random (an hour or two; DATABASE=URL for PostgreSQL)
	@$(BIN)/python -m bench.faults $(if $(DATABASE),--database $(DATABASE))

soak: $(INSTALLED)  ## the monitor under faults and kills: 200 sources, 20,000 articles (two hours or more)
	@$(BIN)/python -m bench.soak

lock:  ## resolve requirements.lock anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --upgrade --extra dev --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --upgrade -c requirements.lock \
	  --no-emit-index-url --custom-compile-command "make lock" bench/requirements.in -o bench/requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --upgrade -c requirements.lock \
	  --no-emit-index-url --custom-compile-command "make lock" bench/requirements-facts.in -o bench/requirements-facts.txt
	uv pip compile --quiet --universal --python-version 3.11 --upgrade -c requirements.lock \
	  --no-emit-index-url --custom-compile-command "make lock" bench/requirements-fetch.in -o bench/requirements-fetch.txt

clean:  ## remove .venv, caches and the ledger made by `make replay`
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	rm -f newsledger.duckdb newsledger.duckdb.* newsledger.read.duckdb*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
