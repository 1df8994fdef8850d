# make help says what there is. Only python3 (with venv), make and a package index are needed.
SHELL := /bin/sh
.DEFAULT_GOAL := help
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := $(UV) run --frozen
# Python keeps what it has compiled: each process starts in half the time.
unexport PYTHONDONTWRITEBYTECODE

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

.tools/bin/uv:
	@python3 -c 'import venv, ensurepip' 2>/dev/null || { echo "python3 with venv is missing: on Debian, apt-get install python3-venv"; exit 1; }
	@python3 -m venv .tools && .tools/bin/pip install --quiet uv || { echo "uv can't be installed: is a package index reachable?"; exit 1; }

.venv: pyproject.toml uv.lock | $(if $(findstring .tools,$(UV)),.tools/bin/uv)
	@$(UV) sync --frozen --quiet && touch .venv

demo: .venv ## everything on this machine with sample data, on http://127.0.0.1:5000 (or PORT)
	@$(RUN) portal demo

test: .venv ## the whole suite, on SQLite and PostgreSQL, with a browser
	@$(RUN) pytest -n $${TEST_PROCESSES:-auto} --dist worksteal

cover: .venv ## how much of the code the tests reach, each on its other database, without the browser; 95 % is the floor
	@$(RUN) pytest -q -n $${TEST_PROCESSES:-auto} --database others --ignore tests/journeys --ignore tests/proofs --cov --cov-report=term-missing:skip-covered

check: .venv ## format, lint, types, import contracts
	@$(RUN) ruff format --check . && $(RUN) ruff check . && $(RUN) mypy && $(RUN) lint-imports

format: .venv ## put the code into its format
	@$(RUN) ruff format . && $(RUN) ruff check --fix .

bench: .venv ## timings, each with its limit in the same run
	@$(RUN) python -m tests.bench && $(RUN) python -m tests.bench_door && $(RUN) python -m tests.bench_till

prove: .venv ## the heavy proofs in full, with their figures
	@PROOFS=full $(RUN) pytest tests/proofs tests/journeys -s --database both -p no:cacheprovider --timeout=3000
	@PROOFS=full $(RUN) pytest -n $${TEST_PROCESSES:-auto} --dist worksteal --database both --ignore tests/proofs --ignore tests/journeys --timeout=1000

promises: .venv ## how many promises of docs/promises.csv are kept
	@$(RUN) python -m tests.guards.promises

.PHONY: help demo test cover check format bench prove promises
