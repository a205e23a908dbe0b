PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
ACME := examples/acme/acme.score examples/acme/leads.csv --events examples/acme/events.csv --as-of 2026-06-30
ACME_LEAD := 17

.PHONY: test lint demo

test: lint
	$(BIN)/python -m pytest -n auto

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/link_tree.py
	$(BIN)/mypy --strict -p scorelang
	PYTHONPATH=build/tree $(BIN)/lint-imports --no-cache

demo: $(INSTALLED)
	$(BIN)/scorelang score $(ACME) --top 15
	$(BIN)/scorelang explain $(ACME) --id $(ACME_LEAD)

$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/pip || { $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "scorelang needs Python 3.11 or newer, and $(PYTHON) is not: make PYTHON=python3.12 (or the like)" >&2; exit 1; \
	} && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
