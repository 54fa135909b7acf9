# Everything here works on a fresh machine with Python >= 3.10 and make, and changes nothing outside this checkout and
# the user's cache folder.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SDKS := $(VENV)/.sdks
ENGINE := $(BIN)/python -m tools.engine
# May exceed the number of cores: a stack test waits for its engine most of the time.
WORKERS ?= 4
# Not in dist/, all of which is uploaded to PyPI. The same Python files for each platform that the CLI asks for.
ARCHIVES := build/plugin
PLATFORMS := linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64
PROGRAMS = $(dir $(wildcard programs/*/__main__.py programs/*/*/__main__.py))

.DEFAULT_GOAL := help
.PHONY: help preview up test test-litellm check format lock engine env live bench soak versions audit docs dist clean

help: ## list the targets
	@sed -n 's/\$$\$$/$$/g; s/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

preview: $(READY) ## preview the default program against the emulator, or your gateway (COREWEAVE_API_TOKEN and GATEWAY_ID)
	@$(ENGINE)
	@$(BIN)/python -m tools.demo preview

up: $(READY) ## the same with `pulumi up`; the state is in .pulumi-state/
	@$(ENGINE)
	@$(BIN)/python -m tools.demo up

test: $(READY) $(SDKS) ## run all tests except those of other targets (about 5 minutes on two cores)
	@$(ENGINE)
	@# With PYTHONDONTWRITEBYTECODE, as in many containers, each of a thousand processes would compile the package.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal tests/unit tests/integration tests/stack

test-litellm: $(READY) ## send chat requests through a real LiteLLM (installed once, into .venv/litellm)
	@$(ENGINE)
	COREWEAVE_GATEWAY_LITELLM=1 $(BIN)/python -m pytest tests/litellm

check: $(READY) $(SDKS) ## check formatting, lint, import directions, types, generated files, links and the environment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	@for program in $(PROGRAMS) docs/examples; do MYPYPATH=$$program $(BIN)/mypy $$program || exit 1; done
	$(BIN)/python -m tools.checks
	$(BIN)/md-dead-link-check
	$(BIN)/python -m pip --disable-pip-version-check check

format: $(READY) ## format the code, and fix what the linter can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

engine: $(READY) ## get the Pulumi CLI if there is none (once, then cached)
	@$(ENGINE)

env: ## print exports that put the CLI and the virtual environment on PATH: eval "$$(make -s env)"
	@$(MAKE) --no-print-directory -s $(READY) >&2
	@$(ENGINE) env

live: $(READY) ## run the contract tests and a stack on the real API (COREWEAVE_API_TOKEN and GATEWAY_ID)
	@$(ENGINE)
	$(BIN)/python -m pytest tests/live

bench: $(READY) ## compare speed and scale with the alternatives (10 minutes)
	@$(ENGINE)
	$(BIN)/python -m benchmarks

soak: $(READY) ## run the long tests: interruptions and load
	@$(ENGINE)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup tests/soak

versions: $(READY) ## test on each supported Python that is installed, and with the lowest and highest SDK
	@$(ENGINE)
	$(BIN)/nox

audit: $(READY) ## look up the locked dependencies in PyPI's advisory database; fails if it can't be reached
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements-dev.txt -r requirements-programs.txt

docs: $(READY) ## update what the documentation derives from code and from the CLI's output
	$(BIN)/python -m tools.checks --write
	@$(ENGINE)
	$(BIN)/python -m tools.transcripts

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --no-annotate --custom-compile-command "make lock"
HOST_REQUIREMENTS := tools/engine/host/requirements.txt

lock: $(READY) ## update the lock files: development, the programs' SDKs, the fallback language host
	$(COMPILE) --group dev --output-file requirements-dev.txt pyproject.toml
	$(COMPILE) --group programs --constraint requirements-dev.txt --output-file requirements-programs.txt
	echo pulumi | $(COMPILE) --constraint requirements-dev.txt --output-file $(HOST_REQUIREMENTS) -

PIP = $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-cache-dir
# uv takes a fifth of pip's time, but doesn't know pip's settings, such as an index: if it fails, pip tries.
INSTALL_LOCKED = $(BIN)/python -m uv pip install --quiet --no-cache --compile-bytecode --python $(BIN)/python \
  --require-hashes -r $(1) 2>/dev/null || $(PIP) --require-hashes -r $(1)

# pip accepts no hashes together with an editable install: first the lock file, then the project without dependencies.
$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' \
	  || { echo "Python 3.10 or later is needed; name one: make PYTHON=python3.12 $(or $(MAKECMDGOALS),help)" >&2; exit 1; }
	@echo "setting up $(VENV) (half a minute, once)" >&2
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@sed -n '/^uv==/,/[^\]$$/p' requirements-dev.txt > $(VENV)/uv.txt
	@$(PIP) --require-hashes -r $(VENV)/uv.txt
	@$(call INSTALL_LOCKED,requirements-dev.txt)
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# Only for tests and type checks: with these SDKs in the environment, a Pulumi command downloads their plugins.
$(SDKS): $(READY) requirements-programs.txt
	@$(call INSTALL_LOCKED,requirements-programs.txt)
	@touch $@

# Only plugin/*.*, which leaves out __pycache__.
dist: $(READY) ## build the wheel, the source distribution, and the plugin's archives for a GitHub release
	$(BIN)/python -m build --no-isolation --outdir dist
	@mkdir -p $(ARCHIVES)
	@version=$$($(BIN)/pulumi-resource-coreweave-gateway --version) && for platform in $(PLATFORMS); do \
	  tar -czf $(ARCHIVES)/pulumi-resource-coreweave-gateway-v$$version-$$platform.tar.gz -C plugin $(notdir $(wildcard plugin/*.*)) \
	    || exit 1; \
	done

clean: ## remove everything that was created here (the CLI in the user's cache stays)
	rm -rf $(VENV) .pulumi-state Pulumi.demo.yaml Pulumi.live.yaml build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .nox
