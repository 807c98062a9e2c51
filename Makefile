# OpenZone. `make help` lists the targets. Needs git, make and Python 3.11 or newer.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# What each target installs: extras of pyproject.toml. Spark joins the tests where its Java is.
JAVA := $(shell java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
SPARK := $(shell test "0$(JAVA)" -ge 17 -a "0$(JAVA)" -le 23 && echo spark)
EXTRAS_run := table,chart,serve
EXTRAS_test := table,chart,serve,postgres,test
EXTRAS_spark := table,chart,serve,postgres,test,spark
EXTRAS_check := table,chart,serve,postgres,test,check
EXTRAS_all := table,chart,serve,postgres,test,check$(SPARK:%=,%)
EXTRAS_bench := table,chart,serve,postgres,bench
TESTED := $(VENV)/.ready-$(or $(SPARK),test)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test check lint types imports tidy audit bench soak clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | \
		while IFS='|' read -r name does; do printf '%-12s %s\n' "$$name" "$$does"; done

setup: $(VENV)/.ready-all ## install what tests and checks need
	@touch $(TESTED) $(VENV)/.ready-check
	@echo "openzone: ready; the program is $(BIN)/openzone"

run: $(VENV)/.ready-run ## start the service on this machine (ARGS="--port 9000" and others)
	@exec $(BIN)/openzone serve $(ARGS)

test: $(TESTED) ## run the tests (ARGS="-k name" to choose)
	@echo "openzone: testing$(if $(SPARK),, without Spark (no Java 17 to 23 found))"
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/.ready-check ## lint, types, import direction, tidiness, known faults
	@$(MAKE) --no-print-directory types & types=$$!; \
		$(MAKE) --no-print-directory --keep-going lint imports tidy audit; rest=$$?; \
		wait $$types && exit $$rest

lint: $(VENV)/.ready-check
	@echo "openzone: hadolint"
	@$(BIN)/hadolint Containerfile
	@echo "openzone: ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || \
		{ echo "openzone: to format: $(BIN)/ruff format ." >&2; exit 1; }

types: $(VENV)/.ready-check
	@echo "openzone: mypy"
	@$(BIN)/mypy $(wildcard openzone tests benchmarks)

imports: $(VENV)/.ready-check
	@echo "openzone: import direction"
	@$(BIN)/lint-imports

tidy: $(VENV)/.ready-check
	@echo "openzone: tidiness"
	@$(BIN)/python -m pytest -q -n auto tests/tidy

audit: $(VENV)/.ready-check
	@echo "openzone: bandit"
	@$(BIN)/bandit -q -r openzone -c pyproject.toml
	@echo "openzone: pip-audit"
	@$(BIN)/python .ci/audit.py

bench: $(VENV)/.ready-bench ## measure, beside peers, on this machine
	@echo "openzone: measuring"
	@$(BIN)/python -m benchmarks $(ARGS)

soak: $(TESTED) ## run the tests with far more drawn cases (long)
	@echo "openzone: soaking$(if $(SPARK),, without Spark (no Java 17 to 23 found))"
	@OPENZONE_SOAK=full $(BIN)/python -m pytest --timeout=0 $(ARGS)

clean: ## remove caches and build products; keeps .venv
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is older than pyproject.toml when the dependencies may have changed.
$(VENV)/.ready-%: pyproject.toml | $(BIN)/python
	@echo "openzone: installing $(EXTRAS_$*) into $(VENV) (minutes the first time)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--editable '.[$(EXTRAS_$*)]'
	@touch $@

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		version=$$($$python -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' \
			2>/dev/null) || continue; \
		found="$$found $$python is $$version;"; \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || \
			{ found="$$found (but without its venv module)"; continue; }; \
		echo "openzone: making $(VENV) with $$python ($$version)"; \
		$$python -m venv --clear $(VENV); exit $$?; \
	done; \
	echo "openzone: needs Python 3.11 or newer with its venv module" >&2; \
	echo "openzone: found:$${found:- no Python}" >&2; \
	echo "openzone: on Debian or Ubuntu: apt-get install python3-venv;" \
		"elsewhere: make PYTHON=/path/to/python3.11 ..." >&2; \
	exit 1
