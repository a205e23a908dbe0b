PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
ACME := examples/acme/acme.score examples/acme/leads.csv --events examples/acme/events.csv --as-of 2026-06-30
ACME_LEAD := 17

# How many inputs `make fuzz` tries; `make fuzz SEED=…` has an earlier run again.
N := 100000
SEED :=

# What benchmarks write their tables into, and where the other engines are that they measure.
PERFORMANCE := docs/performance.md
PEERS := build/peers

# What the tests of the extension for VS Code need, where there is npm; without it they are skipped, and say why.
CLIENT := editors/vscode/node_modules/.package-lock.json

.PHONY: test coverage lint demo docs mutants fuzz differential bench bench-lead bench-peers bench-start \
	bench-growth bench-plan bench-spark bench-sets bench-sets-large

test: lint $(if $(shell command -v npm),$(CLIENT))
	$(BIN)/python -m pytest -n auto

$(CLIENT): editors/vscode/package-lock.json
	-cd editors/vscode && npm ci --silent --fetch-retries 1 --fetch-timeout 60000

# Prints the share of lines and branches that the tests reach, after the files that lack some; fails below 95 %.
coverage: $(INSTALLED)
	mkdir -p build/coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto -q
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/link_tree.py
	$(BIN)/mypy --strict -p scorelang
	PYTHONPATH=build/tree $(BIN)/lint-imports --no-cache

demo: $(INSTALLED)
	$(BIN)/scorelang score $(ACME) --top 15
	$(BIN)/scorelang explain $(ACME) --id $(ACME_LEAD)

# The documentation as a site of its own, to be opened from build/site/index.html.
docs: $(INSTALLED)
	$(BIN)/python scripts/make_site.py

fuzz: $(INSTALLED)
	$(BIN)/python scripts/fuzz.py --number $(N) $(if $(SEED),--seed $(SEED))

# Every engine, sessions and proofs against the interpreter: N times the examples that `make test` tries (20 unless N is
# given). What is not installed, as Spark or PostgreSQL, is skipped. The seed is printed first; `make differential SEED=…`
# has a run again.
DIFFERENTIAL := $(wildcard tests/test_*_differential.py) tests/test_sql_postgres.py tests/test_sql_spark.py

differential: TIMES = $(if $(filter command line,$(origin N)),$(N),20)
differential: $(INSTALLED)
	@seed=$(or $(SEED),$$(date +%s)); echo "seed $$seed"; SCORELANG_HYPOTHESIS=$(TIMES) $(BIN)/python -m pytest \
		$(DIFFERENTIAL) -n auto --hypothesis-seed=$$seed

# All benchmarks, some twenty minutes on a quiet machine with two cores; each part has a target of its own. They write
# their tables into docs/performance.md and benchmarks/one_record.md; AIMS then reads those tables.
bench: bench-lead bench-peers bench-start bench-plan bench-growth bench-sets

AIMS = $(BIN)/python benchmarks/aims.py --page $(PERFORMANCE) > /dev/null

bench-lead: $(INSTALLED)
	$(BIN)/python benchmarks/one_record.py --page benchmarks/one_record.md
	$(AIMS)

bench-start: $(INSTALLED)
	$(BIN)/python benchmarks/startup.py --page $(PERFORMANCE)

bench-plan: $(INSTALLED)
	$(BIN)/python benchmarks/planning.py --page $(PERFORMANCE)
	$(AIMS)

bench-growth: $(INSTALLED)
	$(BIN)/python benchmarks/growth.py --page $(PERFORMANCE)
	$(AIMS)

# Spark's figures take pyspark and Java: $(BIN)/pip install -e '.[spark]'.
bench-spark: $(INSTALLED)
	$(BIN)/python benchmarks/growth.py --axis spark --rounds 1 --page $(PERFORMANCE)

bench-peers: $(PEERS)/installed
	$(PEERS)/bin/python scripts/link_tree.py
	PYTHONPATH=build/tree $(PEERS)/bin/python benchmarks/peers.py --page $(PERFORMANCE)
	$(AIMS)

bench-sets: $(PEERS)/installed
	$(PEERS)/bin/python scripts/link_tree.py
	PYTHONPATH=build/tree $(PEERS)/bin/python benchmarks/sets_peers.py --rounds 2 --page $(PERFORMANCE)
	$(AIMS)

# The large sets take some minutes for each number of rules: `make bench-sets-large RULES="10 60 200"`.
bench-sets-large: RULES := 60
bench-sets-large: $(PEERS)/installed
	$(PEERS)/bin/python scripts/link_tree.py
	PYTHONPATH=build/tree $(PEERS)/bin/python benchmarks/sets_peers.py --leads 5000000 --events 50000000 --rules $(RULES) \
		--rounds 1 --page $(PERFORMANCE) --mark sets-large
	$(AIMS)

# What scorelang is measured against, in an environment of its own.
$(PEERS)/installed: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@

# Which changes of the example models their own tests notice: docs/testing.md has the numbers. Takes a minute.
mutants: $(INSTALLED)
	$(BIN)/scorelang test examples --mutate

$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/pip || { $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "scorelang needs Python 3.11 or newer, and $(PYTHON) is not: make PYTHON=python3.12 (or the like)" >&2; exit 1; \
	} && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
