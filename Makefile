# Everything that one does with a checkout. Needs only Python 3.11 or newer and make.
.PHONY: install install-dev demo test check lint types contracts screenshots clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

install: $(VENV)/.installed

# The program itself, with the locked versions of what it needs.
$(VENV)/.installed: requirements/run.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --require-hashes -r requirements/run.lock
	$(PIP) install --no-deps --require-hashes -r requirements/build.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

install-dev: $(VENV)/.installed-dev

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.lock
	$(PIP) install --no-deps --require-hashes -r requirements/dev.lock
	touch $@

# Load the example spaces and serve them at http://127.0.0.1:8000.
demo: install
	HUTONG_LOG_LEVEL=$${HUTONG_LOG_LEVEL:-warning} $(BIN)/hutong demo

test: install-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy

contracts: install-dev
	$(BIN)/lint-imports

check: lint types contracts test

coverage: install-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term-missing:skip-covered

clean:
	rm -rf data $(VENV)/.installed $(VENV)/.installed-dev
