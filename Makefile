# `make` lists the targets. Each sets up what it needs; nothing has to be done by hand before.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: help install demo test check bench browser clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-9s %s\n", $$1, $$2}'

install: .venv/.installed ## Make .venv with Shoal and its tools in it

# Plain venv and pip; on a Debian without ensurepip the system package that brings it is installed first.
.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Shoal needs Python 3.11 or later."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || ./install-venv.sh
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . --group test --group lint
	@touch $@

demo: install ## Start Shoal with 10,000 realistic issues and change them all (ARGS=--once to end after that)
	$(BIN)/shoal demo --walk $(ARGS)

test: install ## Run every test (ARGS go to pytest)
	$(BIN)/python -m pytest $(ARGS)

check: install ## Lint, types and unit tests, in under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/unit $(ARGS)

bench: install ## Measure Shoal against the hand-written statement (ARGS="1000 10000" for other sizes)
	$(BIN)/python -m bench $(ARGS)

browser: install ## Drive the web pages with a real browser
	@echo "There are no web pages yet; see the open issues."

clean: ## Remove what install made
	rm -rf .venv
