# Two commands on a fresh machine: `make run` and `make test`. Each does its own set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8001
# The day that `make run` audits: the one that the demonstration ledger tells of.
# An office with a ledger of its own says `make run AS_OF=$$(date +%F)`.
AS_OF ?= 2021-06-30

# One more than there are processors: some tests wait for servers.
WORKERS := $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)")

# With bytecode, whatever the environment says: the tests start about a hundred processes, and each
# would compile the program anew.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

PO := registry/locale/zh/LC_MESSAGES/registry.po
SOURCES := pyproject.toml hatch_build.py $(wildcard registry/locale/*/LC_MESSAGES/*.po) \
	$(wildcard registry/audit/rules/*.sql)

.PHONY: run test test-all lint types tests tests-all seconds coverage machine bench bundle windows sign lock docs docs-site \
	pictures messages clean

run: $(VENV)/.run
	test -f registry.db || { $(BIN)/registry build --demo && $(BIN)/registry demo load; }
	$(BIN)/registry audit --as-of $(AS_OF) || test $$? -eq 1
	$(BIN)/registry serve --demo --as-of $(AS_OF) --port $(PORT)

# Everything that must pass. Types are checked beside the tests, which leave a processor free at
# their end.
test: lint machine
	+$(MAKE) --no-print-directory --jobs=2 types tests

# The same with more examples, and with what takes long: fuzzing, soaking, the offline bundle.
test-all: lint machine
	+$(MAKE) --no-print-directory --jobs=2 types tests-all

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { apt-get update && apt-get install -y python3-venv && $(PYTHON) -m venv $(VENV); }

$(VENV)/.run: $(SOURCES) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.dev: $(SOURCES) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.run

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

tests: $(VENV)/.dev
	$(PYTEST) -n $(WORKERS)

tests-all: $(VENV)/.dev
	REGISTRY_TESTS=all $(PYTEST) -n $(WORKERS)

# How long each test takes, for `make test` to draw by: tests/seconds.txt, on an idle machine.
seconds: $(VENV)/.dev
	REGISTRY_TESTS=every $(PYTEST) -n $(WORKERS)

# Which lines and branches of registry/ the tests of test-all reach: half as long again.
coverage: $(VENV)/.dev
	REGISTRY_TESTS=all $(PYTEST) -n $(WORKERS) --cov --cov-report=term:skip-covered

# Chromium, Chinese fonts, nginx and ssh-keygen, where apt can bring them; without, the tests that
# need them are skipped, but under CI they fail.
machine:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
	  || { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-cjk; } \
	  || echo 'No Chromium, and apt cannot bring it: the browser tests will be skipped.'
	@command -v nginx >/dev/null || test -x /usr/sbin/nginx \
	  || { apt-get update -qq && apt-get install -y -qq nginx; } \
	  || echo 'No nginx, and apt cannot bring it: the tests behind nginx will be skipped.'
	@command -v ssh-keygen >/dev/null \
	  || { apt-get update -qq && apt-get install -y -qq openssh-client; } \
	  || echo 'No ssh-keygen, and apt cannot bring it: a test of signatures will be skipped.'

bench: $(VENV)/.dev
	$(BIN)/python -m bench

# All that a machine without internet needs, in dist/. It must have the same system and the same
# Python (3.x): `make bundle PYTHON=python3.10`, on a system as old as that machine's. Elsewhere:
# `python3 -m bundle.make --glibc 2.17 --python 3.10`.
bundle: docs-site
	$(PYTHON) -m bundle.make --site build/docs-site

# A ZIP for Windows, with a Python of its own. EMBED=FILE names Python's “embeddable package” where
# python.org can't be reached from here.
windows: docs-site
	$(PYTHON) -m bundle.windows --site build/docs-site $(if $(EMBED),--embed "$(EMBED)")

# Sums of the archives in dist/, signed beside them: `make sign KEY=~/.ssh/id_ed25519`.
sign:
	$(PYTHON) -m bundle.sign --key "$(KEY)"

# The releases that bundles carry, with the sums of their files, for every system and Python.
lock: $(VENV)/.dev
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.10 --extra pdf \
	  --no-header --no-annotate --no-emit-index-url -o bundle/requirements.lock \
	  pyproject.toml bundle/requirements.in

# What docs take from the program, and the docs as a site.
docs: $(VENV)/.dev
	$(BIN)/python docs/update.py
	+$(MAKE) --no-print-directory docs-site

docs-site: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The READMEs' pictures, as Chromium shows the pages now.
pictures: $(VENV)/.dev
	$(BIN)/python docs/update.py --pictures

# Bring the catalogue up to date with the texts in the code; then translate what is new in it.
messages: $(VENV)/.dev
	$(BIN)/pybabel -q extract -F babel.cfg -k _ -k N_ -k NN_:1,2 --no-location --sort-output \
	  -o $(PO).pot registry
	sed '/^$$/q' $(PO) > $(PO).new  # the header as it is: Babel writes another, or none
	$(BIN)/pybabel -q update -N --omit-header --ignore-obsolete --no-wrap -D registry \
	  -i $(PO).pot -d registry/locale
	cat $(PO) >> $(PO).new
	mv $(PO).new $(PO)
	rm $(PO).pot

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis bench/work
	find . -name __pycache__ -prune -exec rm -rf {} +
