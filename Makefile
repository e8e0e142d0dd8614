# Everything a developer runs. A fresh clone needs Python 3.11 or newer with venv, nothing else.

PYTHON ?= python3
VENV ?= .venv
LONG ?= tests
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help install demo test test-long test-faults lint types layers pytest format lock bench docs clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make $(VENV): the locked tools, and caseflow as editable

$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "caseflow needs Python 3.11 or newer; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

demo: $(INSTALLED) ## A county works off 350 matters in ninety days of virtual time
	$(BIN)/python -m examples.demo

test: lint types layers pytest ## Every check of every day, in one command

test-long: $(INSTALLED) ## The tests that take too long for every day
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto -m 'long and not faults' $(LONG)

test-faults: $(INSTALLED) ## What must be survived: kills, restarts, races; CASEFLOW_FAULTS=full
	$(BIN)/python -m pytest -n 0 -m faults tests/faults

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(INSTALLED)
	$(BIN)/mypy

layers: $(INSTALLED)
	$(BIN)/lint-imports --no-logo

pytest: $(INSTALLED)
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto -m 'not long and not faults'
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

format: $(INSTALLED) ## Sort the imports and format the code
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

lock: $(BIN)/python ## Choose the newest versions anew and write requirements.lock
	$(PIP) install 'uv>=0.9'
	@{ echo '# Made by `make lock` from pyproject.toml: all extras and the dev group, with hashes.'; \
	  $(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --upgrade \
	    --python-version 3.11 --generate-hashes --no-header --no-config --quiet; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

bench: $(INSTALLED) ## Measure; see bench/README.md
	@for script in bench/bench_*.py; do echo "$$script"; $(BIN)/python "$$script" || exit 1; done

docs: $(INSTALLED) ## Check the links and run the code of the documentation
	$(BIN)/python -m pytest tests/architecture/test_docs.py tests/architecture/test_docs_run.py

clean: ## Remove what was made, $(VENV) too
	rm -rf $(VENV) .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
