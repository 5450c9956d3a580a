# devrequest: `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PIP := --quiet --disable-pip-version-check
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench chaos docs format lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 12

setup: $(STAMP)  ## a virtual environment with everything, pinned and hashed

# uv takes seconds where pip takes a minute; pip knows package indexes that are set up for it alone.
$(STAMP): requirements-uv.txt requirements-dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install $(PIP) --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt \
		|| $(BIN)/python -m pip install $(PIP) --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install $(PIP) --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: setup  ## sandbox and bot on this machine, in a browser, no account needed
	@$(BIN)/devrequest demo

test: setup  ## all tests
	@$(BIN)/python -m pytest -q -n auto --dist worksteal

CHECKS := types tests format lint imports dockerfile templates
.PHONY: $(CHECKS:%=check-%)

check: $(CHECKS:%=check-%)  ## formatter, linters, types, import contracts, Dockerfile; all tests can be imported

check-types: setup
	$(BIN)/mypy

check-tests: setup  # here, so that it is compiled once and not by each worker of `make test`
	@$(BIN)/python -m pytest -qqq --collect-only >$(VENV)/.tests || { cat $(VENV)/.tests; exit 1; }

check-format: setup
	$(BIN)/ruff format --check .

check-lint: setup
	$(BIN)/ruff check .

check-imports: setup
	$(BIN)/lint-imports

check-dockerfile: setup
	$(BIN)/hadolint Dockerfile

check-templates: setup
	$(BIN)/devrequest check templates

bench: setup  ## measure side by side, write bench/RESULTS.md
	@$(BIN)/python -m bench

chaos: setup  ## the long kill -9 runs, and each property with twenty times the examples
	@DEVREQUEST_CHAOS_LONG=1 $(BIN)/python -m pytest tests/chaos -s
	@DEVREQUEST_CHAOS_LONG=1 $(BIN)/python -m pytest -q -n auto --timeout 1800 -m hypothesis

docs: setup  ## write the pages that are made from the code
	@$(BIN)/python -m docs.generate
	@$(BIN)/devrequest check --write-schema templates

format: setup  ## apply the formatter and the safe fixes
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

lock: setup  ## resolve pyproject.toml into the pinned, hashed files
	@$(BIN)/$(COMPILE) pyproject.toml -o requirements.txt
	@$(BIN)/$(COMPILE) pyproject.toml --group dev -o requirements-dev.txt
	@echo uv | $(BIN)/$(COMPILE) --constraint requirements-dev.txt --no-annotate - -o requirements-uv.txt

clean:  ## remove what the other targets made
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
