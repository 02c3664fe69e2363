# Each target sets up what it needs in .venv once; afterwards it is quick.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := pyproject.toml constraints.txt

.PHONY: demo test test-all check bench docs lab clean

demo: .venv/installed  ## The main job on a sample company: documents in, cited answers, the rung that is enough
	@$(BIN)/sartor demo

test: .venv/developed  ## Everything that must hold, in a few minutes
	@scripts/test
	@$(MAKE) --no-print-directory check

test-all: .venv/developed  ## The long proofs too: crashes, power cuts, kills
	@scripts/test -m "slow or not slow"
	@$(MAKE) --no-print-directory check

check: .venv/developed  ## Style, types and the floors of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: .venv/developed  ## What can be measured on embedded data; see benchmarks/README.md for the rest
	@$(BIN)/python benchmarks/start.py

docs: .venv/developed  ## Every block of the README and the docs pages, executed
	@$(BIN)/python -m pytest -q tests/test_docs.py

lab: .venv/developed  ## The lab model anew: about 150 minutes of one core, then its card
	@OMP_NUM_THREADS=1 $(BIN)/python -m sartor.lab.train --out build/lab
	@OMP_NUM_THREADS=1 $(BIN)/python -m sartor.lab.publish build/lab --to src/sartor/lab/model

clean:
	rm -rf .venv demo .mypy_cache .ruff_cache .hypothesis build dist

.venv/installed: $(SOURCES)
	@PYTHON=$(PYTHON) scripts/setup run

.venv/developed: $(SOURCES)
	@PYTHON=$(PYTHON) scripts/setup dev
