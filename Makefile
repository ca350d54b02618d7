# Everything here sets itself up first: python3.11 or newer with pip is all that must be there.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2
EXAMPLE ?= examples/first-encounter.json
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

# The environment is made from the lock and from nothing else, and again when either file changes.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Hangtime needs Python 3.11 or newer; name one: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "setting up $(VENV) from requirements.lock (once, about a minute)" >&2
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "this Python cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.PHONY: help setup run demo test check format bench docs prove lock clean

help: ## say what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

setup: $(READY) ## make .venv from requirements.lock

run: $(READY) ## code the example: lines with their reasons
	@$(BIN)/hangtime code $(EXAMPLE)

demo: $(READY) ## a simulated site in a browser, new each time
	@rm -f $(VENV)/demo.db $(VENV)/demo.db-*
	@HANGTIME_SEALING_KEY=$(VENV)/demo-sealing.key $(BIN)/hangtime serve --demo --database sqlite:///$(VENV)/demo.db $(ARGS)

test: $(READY) ## the whole suite, less the long proofs
	@$(BIN)/python -m pytest --quiet --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: $(READY) ## format, lint, types, layers
	@$(BIN)/ruff format --check --output-format concise . >.venv/.layout || \
	  { cat .venv/.layout; echo "make format mends the layout"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

format: $(READY) ## lay out the code, and mend what lint can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix --quiet . || true

bench: $(READY) ## speed and memory beside the limit, peers and clusters; ROWS=100000000 for more
	@$(BIN)/python benchmarks/run.py $(ARGS)

docs: $(READY) ## the manual as a site that needs no network, in site/
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --clean

prove: $(READY) ## the long proofs: soaks, big runs, deep property search
	@HYPOTHESIS_PROFILE=prove $(BIN)/python -m pytest -m "slow or hypothesis" --durations 10 $(ARGS)

lock: $(READY) ## resolve requirements.lock anew: digests, and no address
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --group docs --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --no-emit-find-links --quiet --upgrade --output-file requirements.lock

clean: ## remove what was made, the environment too
	@rm -rf $(VENV) site build dist out .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@rm -rf docs/reference/*.md docs/reference/speed.svg docs/reference/rules docs/reference/spec docs/reference/record
	@find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
