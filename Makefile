# Every target sets itself up: Python 3.11+ and make are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo format lint types test quick fuzz bench chaos e2e docs check clean
.DEFAULT_GOAL := help

help:
	@echo "make demo | test | check | bench | chaos | e2e | fuzz | format | lint | types | docs | clean"

install: $(STAMP)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $(STAMP)

demo: install
	$(BIN)/headroom demo

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix --exit-zero .

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install
	$(BIN)/mypy

test: install
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

quick: install
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -q -n 2 -m "not slow"

fuzz: install
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q -n 2 --dist worksteal

bench: install
	$(BIN)/python -m benchmarks.run --readme README.md
	$(BIN)/python -m benchmarks.proxy_latency
	$(BIN)/python -m benchmarks.sessions

chaos: install
	$(BIN)/python -m benchmarks.chaos

e2e: install
	$(BIN)/python -m benchmarks.e2e $(AGENTS)
	$(if $(AGENTS),,$(BIN)/python -m benchmarks.e2e.together claude)

docs: install
	$(BIN)/python -m pytest -q tests/docs

# Types take one core for ten seconds, which tests make up for.
check: lint
	$(MAKE) --no-print-directory -j2 types test

clean:
	rm -rf $(VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache
