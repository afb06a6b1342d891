# Everything a person does with the checkout. `make help` lists it.
# Nothing needs to be installed beforehand but python3 (3.11 or newer) and make.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
UV ?= uv
TESTS ?= tests
# 2 processes: the suite is bound by the processor, and the smallest machine it must pass on has 2 cores
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run setup setup-dev assets test test-postgres lint types bench peak eval lock audit clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: setup ## Set everything up and start the portal with a demo ward (HOST=, PORT=)
	@.venv/bin/python manage.py prepare --demo --address $(HOST):$(PORT)
	@exec .venv/bin/python manage.py portal --host $(HOST) --port $(PORT)

setup: ## Environment, packages, front-end files, secret
	@$(PYTHON) bootstrap.py

setup-dev:
	@$(PYTHON) bootstrap.py --dev

assets: setup ## Front-end files, document fonts, catalogues, collected static files
	@.venv/bin/python manage.py prepare --assets

test: setup-dev ## Every test, on SQLite and then on PostgreSQL and Redis (TESTS=path, JOBS=n)
	@.venv/bin/python manage.py prepare --assets
	@.venv/bin/python -m pytest $(PYTEST_OPTIONS) $(TESTS)
	@$(MAKE) --no-print-directory test-postgres

# Only what asks a database (tests/conftest.py), and no browser: a story of each profile runs in the first part.
test-postgres:
	@if profile="$$(.venv/bin/python -m tests.services)"; then \
	    echo "Again on PostgreSQL and Redis:"; \
	    env $$profile .venv/bin/python -m pytest $(PYTEST_OPTIONS) -m "not faults and not browser" $(TESTS); \
	else \
	    echo "Not run again on PostgreSQL and Redis (see above)."; test "$$PORTAL_TEST_EVERYTHING" != 1; \
	fi

# in the order of the folders: the long browser stories, few tests a file, would else all come last
PYTEST_OPTIONS = --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder --quiet --durations 15

lint: setup-dev ## Style, import contracts, templates, unused dependencies
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports
	@.venv/bin/djlint --lint --quiet templates
	@.venv/bin/deptry . 2>&1

types: setup-dev ## Types of rules, verbs and services
	@.venv/bin/mypy .

bench: setup-dev ## Measure each job beside its floor (BENCH="NAME --check --write")
	@.venv/bin/python -m benchmarks $(BENCH)

peak: setup-dev ## The evening of a deadline on a portal that runs: uploads, pages, five times as many (3 min)
	@.venv/bin/python -m benchmarks.peak

eval: setup-dev ## How well the reader reads papers: precision and recall per field (EVAL="held_out --faults")
	@.venv/bin/python -m tests.directives.reader.evaluation $(EVAL)

lock: ## Resolve the dependencies anew into the lock files (needs uv)
	$(UV) pip compile $(LOCK_OPTIONS) requirements-dev.in -o requirements-dev.txt
	$(UV) pip compile $(LOCK_OPTIONS) -c requirements-dev.txt requirements.in -o requirements.txt
	$(UV) pip compile $(LOCK_OPTIONS) requirements-node.in -o requirements-node.txt
	npm install --package-lock-only

# The extras stay in the lock: pip 23 refuses "coverage[toml]" against a bare "coverage==…" as soon as a newer one is out.
LOCK_OPTIONS = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-strip-extras

audit: setup-dev ## Ask the registries for known vulnerabilities (needs the internet; never a gate)
	-@.venv/bin/python -m pip install --quiet pip-audit && .venv/bin/python -m pip_audit -r requirements.txt
	-@npm audit

clean: ## Remove what can be made again; keeps var/ (data) and .env
	rm -rf .venv node_modules build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage var/static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
