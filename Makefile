# Everything a contributor types. `make help` lists it. Nothing outside this checkout is written.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PYTHONPYCACHEPREFIX = $(CURDIR)/$(VENV)/pycache
# Bytecode is kept there whatever the caller's shell says: half of the start of a test run is what it saves.
export PYTHONDONTWRITEBYTECODE =
# Else pip keeps what it downloads in the home directory.
export PIP_CACHE_DIR = $(CURDIR)/$(VENV)/pip

.DEFAULT_GOAL := help
# mkdocs-material announces its successor at every build.
export NO_MKDOCS_2_WARNING = 1
.PHONY: help install demo bench test check docs reference lint types contracts format lock fuzz crash floors contract-real e2e mutants package man formula schemas pictures clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP)  ## make .venv with the locked packages and dvm itself

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "DVM needs Python 3.11 or later; name one with: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "$(PYTHON) can't make a virtual environment; on Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)  ## plan, apply, plan on examples/, on the built-in simulator
	$(BIN)/dvm demo

# A worker waits for processes a quarter of its time: three keep two processors busy.
test: $(STAMP)  ## run the tests
	$(BIN)/python -m pytest -q -n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) * 3 // 2)') --dist worksteal

check: lint types contracts test  ## all that CI runs

docs: $(STAMP)  ## build the documentation into build/site; a warning is an error
	$(BIN)/mkdocs build --strict
	@echo "build/site/index.html"

reference: $(STAMP)  ## make the pages of docs/reference/ that come from the code
	@mkdir -p build
	$(BIN)/python -m dvm.views.manifest_reference >build/page && mv build/page docs/reference/manifest.md
	$(BIN)/python -m dvm.views.json_reference >build/page && mv build/page docs/reference/json.md
	$(BIN)/python -m dvm.cli.line.reference >build/page && mv build/page docs/reference/commands.md
	$(BIN)/python -m dvm.cli.line.manual docs/man
	$(BIN)/python -m dvm.checks.catalogue >build/page && mv build/page docs/reference/checks.md
	$(BIN)/python -m dvm.lima.fields.reference >build/page && mv build/page docs/reference/lima-configuration.md

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

contracts: $(STAMP)
	$(BIN)/lint-imports --no-cache

format: $(STAMP)  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lock:  ## pin the packages anew
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" --extra dev --python-version 3.11 --upgrade pyproject.toml -o requirements.lock

fuzz: $(STAMP)  ## 10,000 examples a property of the manifest reader
	DVM_FUZZ_EXAMPLES=10000 $(BIN)/python -m pytest -q -n logical tests/unit/manifest

crash: $(STAMP)  ## kill dvm at every limactl call and every write, and apply again: all of the crash matrix
	DVM_CRASH_ALL=1 $(BIN)/python -m pytest -q -n logical tests/crash

floors: $(STAMP)  ## a part of the tests with the lowest version of each dependency that pyproject.toml allows
	rm -rf build/floors
	$(PYTHON) -m venv build/floors
	$(BIN)/python -m tests.floors >build/floors/constraints.txt
	build/floors/bin/pip install --quiet --disable-pip-version-check -r build/floors/constraints.txt \
	  hypothesis jsonschema pexpect pytest pytest-xdist
	build/floors/bin/python -m pytest -q -n logical tests/warm tests/unit/manifest tests/unit/state tests/unit/model \
	  tests/unit/diff tests/unit/views tests/unit/cli/test_hints.py tests/scenarios/test_declare.py

man: $(STAMP)  ## make the manual pages from the help
	$(BIN)/python -m dvm.cli.line.manual docs/man

formula: $(STAMP)  ## make dist/dvm.rb from the lock file: a Homebrew formula for the sdist that is at URL=… (HOMEPAGE=…)
	$(if $(URL),,$(error Say where the sdist is: make formula URL=https://...))$(MAKE) package
	$(BIN)/python -m tests.packaging.formula dist/dvm-*.tar.gz $(URL) $(HOMEPAGE) >dist/dvm.rb

package: $(STAMP)  ## build wheel and sdist into dist/; install the wheel into an empty environment and run its demo
	rm -rf dist build/empty
	$(BIN)/python -m hatchling build
	$(PYTHON) -m venv build/empty
	build/empty/bin/pip install --quiet --disable-pip-version-check dist/*.whl
	build/empty/bin/dvm version
	build/empty/bin/dvm demo

schemas: $(STAMP)  ## make schemas/ anew
	$(BIN)/python -m dvm.manifest.schema
	$(BIN)/python -m dvm.views.schema

pictures: $(STAMP)  ## make docs/images/ anew: a plan from a real run on the simulator, and the diagrams
	$(BIN)/python -m tests.pictures.picture
	$(BIN)/python -m tests.pictures.diagrams

contract-real: $(STAMP)  ## the simulator's contract on the real limactl of PATH
	$(BIN)/python -m pytest -q -m real tests/contract

e2e: $(STAMP)  ## boot real VMs; needs limactl and DVM_E2E_TEMPLATE
	$(BIN)/python -m pytest -q tests/e2e

mutants: $(STAMP)  ## mutation tests of the checks; hours, or a part: MUTANTS='dvm.checks.secrets.*'
	$(BIN)/pip install --quiet --disable-pip-version-check mutmut==3.8.1
	-$(BIN)/python -m mutmut run $(MUTANTS)
	$(BIN)/python -m mutmut results

bench: $(STAMP)  ## how long DVM takes, beside limactl and terraform; 10 minutes, into build/bench
	$(BIN)/python -m tests.bench

clean:  ## remove what the targets above made
	rm -rf $(VENV) build dist mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
