# The verbs of the project. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
READY := .venv/.ready
ASSETS := hub/core/static/vendor/.ready
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help demo test zones coverage check format bench load capacity drill fuzz db docs lock clean

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed (or: make PYTHON=/path/to/python3.11)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@echo "Creating the environment (about a minute)…"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/pip install --quiet --no-deps --editable .
	@echo "Compiling the search (about a minute, once)…"
	@$(BIN)/python -m tourism.index
	@touch $@

$(ASSETS): package.json package-lock.json hub/core/assets.py $(READY)
	@echo "Fetching fonts and htmx…"
	@$(BIN)/npm ci --silent --no-fund --no-audit
	@$(BIN)/python -m hub.core.assets
	@touch $@

demo: $(READY) $(ASSETS) ## the national demonstration: everything, in the foreground
	@$(BIN)/hub demo

SUITE := tests/unit tests/properties tests/db tests/api tests/faults
PYTEST := $(BIN)/python -m pytest -n 2

test: $(READY) $(ASSETS) ## the whole suite, browser included
	@.ci/browser
	@$(BIN)/python -m tourism.index
	@$(PYTEST) --dist loadgroup $(SUITE)
	@$(PYTEST) --dist loadfile tests/browser

ZONES := America/New_York Europe/Paris Pacific/Noumea

zones: $(READY) $(ASSETS) ## the whole suite once in each of three time zones (some 70 minutes)
	@.ci/browser
	@$(BIN)/python -m tourism.index
	@set -e; for zone in $(ZONES); do \
	  echo "TZ=$$zone"; \
	  TZ=$$zone $(PYTEST) --dist loadgroup $(SUITE); \
	  TZ=$$zone $(PYTEST) --dist loadfile tests/browser; \
	done

coverage: $(READY) $(ASSETS) ## the same with the lines that it runs (half as long again)
	@.ci/browser
	@$(PYTEST) --dist loadgroup --cov --cov-report= $(SUITE)
	@$(PYTEST) --dist loadfile --cov --cov-append --cov-report=term:skip-covered --cov-fail-under=85 tests/browser

check: $(READY) ## format, lint, types, import contracts, sizes
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/basedpyright --level error
	@$(BIN)/python -m tests.sizes

format: $(READY) ## put the code in its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) ## measured claims, one JSON line a figure (only=NAME for one)
	@$(BIN)/python -m loadtests.bench $(only)

load: $(READY) ## the seasonal peaks against a local server, with reports (scenario=L5 scale=1)
	@$(BIN)/python -m loadtests.load $(only) $(scenario) $(foreach n,scale seconds seed,$(if $($(n)),$(n)=$($(n))))

capacity: $(READY) ## what each step costs, and docs/capacity.md from it
	@$(BIN)/python -m loadtests.peaks.capacity

drill: $(READY) ## last rooms, crashes, faults, clocks: one JSON line a drill (docs/drills.md; only=NAME)
	@$(BIN)/python -m loadtests.drill $(only)

fuzz: $(READY) ## the API's description against the API, bounded
	@$(BIN)/python -m loadtests.fuzz

db: $(READY) ## psql on the demo's database, also while it runs
	@$(BIN)/hub psql

docs: ## where to read
	@ls docs

lock: ## lock the dependencies again (needs pip-tools)
	pip-compile --quiet --upgrade --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-header --no-strip-extras --allow-unsafe --output-file requirements.lock pyproject.toml

clean: ## remove the environment and the demonstration's data
	rm -rf .venv .hub reports node_modules hub/core/static/vendor
