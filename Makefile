# Everything here works on a fresh machine with Python >= 3.10 and make; nothing outside this checkout and the
# user's cache folder is changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SDKS := $(VENV)/.sdks
ENGINE := $(BIN)/python -m tools.engine
# More than two cores have work for: a stack test waits for its engine most of the time.
WORKERS ?= 4
PROGRAMS = $(dir $(wildcard programs/*/__main__.py programs/*/*/__main__.py))

.DEFAULT_GOAL := help
.PHONY: help preview up test test-litellm check format lock engine env live bench soak versions audit docs dist clean

help: ## what there is to make
	@sed -n 's/\$$\$$/$$/g; s/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

preview: $(READY) ## a live preview: against the emulator, or your gateway (COREWEAVE_API_TOKEN and GATEWAY_ID)
	@$(ENGINE)
	@$(BIN)/python -m tools.demo preview

up: $(READY) ## the same, and keep the result as the stack's state in .pulumi-state/
	@$(ENGINE)
	@$(BIN)/python -m tools.demo up

test: $(READY) $(SDKS) ## all tests but the live ones
	@$(ENGINE)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/unit tests/integration tests/stack

test-litellm: $(READY) ## chat requests through a real LiteLLM (installed once, into .venv/litellm)
	@$(ENGINE)
	COREWEAVE_GATEWAY_LITELLM=1 $(BIN)/python -m pytest tests/litellm

check: $(READY) $(SDKS) ## formatting, lint, types, and all that is derived from something else
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	@for program in $(PROGRAMS); do MYPYPATH=$$program $(BIN)/mypy $$program || exit 1; done
	$(BIN)/python -m tools.checks

format: $(READY) ## format the code, and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

engine: $(READY) ## get the Pulumi CLI, if there is none (once, then cached)
	@$(ENGINE)

env: ## shell exports for a Pulumi CLI typed by hand: eval "$$(make -s env)"
	@$(MAKE) --no-print-directory -s $(READY) >&2
	@$(ENGINE) env

live: $(READY) ## the same tests against the real API (COREWEAVE_API_TOKEN and GATEWAY_ID)
	@$(ENGINE)
	$(BIN)/python -m pytest tests/live

bench: $(READY) ## compare speed and scale with the alternatives (10 minutes)
	@$(ENGINE)
	$(BIN)/python -m benchmarks

soak: $(READY) ## the long tests: interruptions, load, fuzzing
	@$(ENGINE)
	$(BIN)/python -m pytest tests/soak

versions: $(READY) ## unit, contract and a stack test on every supported Python (those that are installed)
	@$(ENGINE)
	$(BIN)/nox

audit: $(READY) ## look the dependencies up in the advisory database of PyPI; fails if that can't be reached
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.txt -r requirements-programs.txt

docs: $(READY) ## renew what the documentation derives from the code
	$(BIN)/python -m tools.checks --write
	@$(ENGINE) --python $(BIN)/python
	$(BIN)/python -m tools.transcripts

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-annotate --custom-compile-command "make lock"
HOST_REQUIREMENTS := tools/engine/host/requirements.txt

lock: $(READY) ## renew the hashed lock files: of development, the programs' SDKs, and the fallback language host
	$(COMPILE) --group dev --output-file requirements-dev.txt pyproject.toml
	$(COMPILE) --group programs --constraint requirements-dev.txt --output-file requirements-programs.txt
	echo pulumi | $(COMPILE) --constraint requirements-dev.txt --output-file $(HOST_REQUIREMENTS) -

# pip takes no hashes beside an editable install: first the lock file, then the project without its dependencies.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "Python 3.10 or later is needed; name one: make PYTHON=python3.12 $(or $(MAKECMDGOALS),help)" >&2; exit 1; }
	@echo "setting up $(VENV) (about a minute, once)" >&2
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Only for tests and type checks: with these SDKs in the environment, a Pulumi command downloads their plugins.
$(SDKS): $(READY) requirements-programs.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-programs.txt
	@touch $@

dist: $(READY) ## build the source distribution and the wheel
	$(BIN)/python -m build --no-isolation --outdir dist

clean: ## remove what was made here (the engine in the cache stays)
	rm -rf $(VENV) .pulumi-state Pulumi.demo.yaml Pulumi.live.yaml build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .nox
