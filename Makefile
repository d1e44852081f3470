# Everything is reached from here; `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.SUFFIXES:

# The first interpreter found that is new enough; `make PYTHON=/path/to/python …` chooses another.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
ifeq ($(origin PYTHON), undefined)
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c '$(RECENT)' 2>/dev/null && { echo $$name; break; }; done || true)
endif
VERSION := $(shell $(or $(PYTHON),false) -c '$(RECENT)' 2>/dev/null \
	&& $(PYTHON) -c 'import platform; print(platform.python_version())')

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.lock
ATHERIS := .local/atheris
CHECKOV := .local/checkov
CHECKOV_LOCK := requirements/checkov.lock
# Its name holds the interpreter's version: another interpreter makes the environment anew.
STAMP := $(VENV)/.made-with-$(or $(VERSION),nothing)
SOURCES := $(wildcard functions shared tests)
TEMPLATES := $(wildcard template.yaml infra/*.yaml)

.PHONY: help
help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- the environment

.PHONY: venv
venv: $(STAMP) ## Create the environment from the lock (the other targets do it when needed)

$(STAMP): $(LOCK)
	@[[ -n "$(VERSION)" ]] || { echo >&2 "PenguinMails needs Python 3.11 or newer, and \
	$(or $(PYTHON),python3) is not. Install one, or point to it: make PYTHON=/path/to/python3.13"; \
	exit 1; }
	@echo "Creating $(VENV) with Python $(VERSION) (once, about a minute) …"
	@rm -f $(VENV)/.made-with-*
	@[[ "$$($(BIN)/python -V 2>/dev/null)" == "Python $(VERSION)" ]] \
		|| $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes --only-binary=:all: --requirement $(LOCK)
	@echo "$(CURDIR)/shared" > "$$($(BIN)/python -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')/penguinmails.pth"
	@printf '#!/bin/sh\nexec "%s" -m penguinmails.cli "$$@"\n' "$(CURDIR)/$(BIN)/python" \
		> $(BIN)/penguinmails
	@chmod +x $(BIN)/penguinmails
	@touch $@

.PHONY: lock
lock: $(STAMP) ## Resolve the locks anew; `make lock UPGRADE=1` also takes newer versions
	@$(BIN)/uv pip compile $(LOCKING) requirements/dev.in --output-file $(LOCK)
	@$(BIN)/uv pip compile $(LOCKING) infra/layer.in --constraint $(LOCK) \
		--output-file infra/layer.lock
	@$(BIN)/uv pip compile $(LOCKING) requirements/checkov.in --output-file $(CHECKOV_LOCK)
	@$(BIN)/uv pip compile $(LOCKING) requirements/fuzz.in --output-file requirements/fuzz.lock
LOCKING := --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove the environment, caches, results and local state
	@rm -rf $(VENV) out .local .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(SOURCES) -name __pycache__ -prune -exec rm -rf {} +

# ---- the product

# CONTACTS, KEEP and SEED reach the demo as environment variables: make passes on what it is given.
.PHONY: demo
demo: $(STAMP) ## Play the weeks of three campaigns and check them (CONTACTS= CAMPAIGN= KEEP=1 SEED=)
	@$(BIN)/python -m penguinmails.local.demo

.PHONY: up
up: $(STAMP) ## Start a local runtime to develop against (ARGS=--real-clock: its clock stays put)
	@$(BIN)/python -m penguinmails.local.up $(ARGS)

.PHONY: down
down: $(STAMP) ## Stop the local runtime
	@$(BIN)/python -m penguinmails.local.down

.PHONY: workspace
workspace: $(STAMP) ## Create a workspace in a deployed stack: make workspace NAME=Acme ARGS="--esp ses"
	@$(BIN)/python -m penguinmails.local.workspace "$(NAME)" $(ARGS)

.PHONY: lift-fence
lift-fence: $(STAMP) ## Let mail leave again after a restore, see the runbook (ARGS=--look says what stands)
	@$(BIN)/python -m penguinmails.local.lift_fence $(ARGS)

.PHONY: keyring
keyring: $(STAMP) ## Print a fresh keyring, for the parameter that an installation needs
	@$(BIN)/python -m penguinmails.local.new_keyring

.PHONY: openapi
openapi: $(STAMP) ## Write the API's description and documentation anew from its operations
	@$(BIN)/python -m penguinmails.api.openapi
	@$(BIN)/python -m penguinmails.api.docs_page

.PHONY: reference
reference: $(STAMP) ## Write the schemas, the list of lint's rules and the pre-built campaigns anew
	@$(BIN)/python -m penguinmails.resources.publish

.PHONY: simulate
simulate: $(STAMP) ## Live through chaos and look for broken promises and the zoo's bugs (STEPS= SEED=)
	@$(BIN)/python -m tests.simulator --steps $(or $(STEPS),1000000) --seed $(or $(SEED),1) $(ARGS)

.PHONY: simulate-pairs
simulate-pairs: $(STAMP) ## Tell one story with every pair of crashes
	@$(BIN)/python -m tests.simulation.pairs

.PHONY: proof
proof: $(STAMP) ## Write docs/proof.md and the README's line from what the last runs found
	@$(BIN)/python -m tests.simulator.proof

# CASES reaches it as an environment variable.
.PHONY: fuzz
fuzz: $(STAMP) ## Ask a deployed local stack what its description allows, and worse (CASES=2000 SEED=)
	@$(BIN)/python -m tests.fuzz

# SECONDS and SEED reach it as environment variables.
.PHONY: fuzz-parsers
fuzz-parsers: $(STAMP) $(ATHERIS)/.made ## Feed the parsers whatever finds a new way through them (SECONDS=60 SEED=)
	@PYTHONPATH=$(ATHERIS) $(BIN)/python -m tests.fuzz.feed

$(ATHERIS)/.made: requirements/fuzz.lock | $(STAMP)
	@echo "Installing atheris (once) …"
	@rm -rf $(ATHERIS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
		--require-hashes --only-binary=:all: --target $(ATHERIS) --requirement $<
	@touch $@

.PHONY: bench
bench: $(STAMP) ## Measure costs and lateness into out/bench.json, beside their budgets
	@$(BIN)/python -m tests.bench

# ---- the checks

.PHONY: test
test: $(STAMP) ## Run the tests
	@$(BIN)/python -m pytest $(TESTS)

# OPERATIONS and SEED reach the comparison as environment variables.
.PHONY: test-engines
test-engines: $(STAMP) ## Hold the tables against a second engine as well (OPERATIONS=20000 SEED=)
	@$(BIN)/python -m tests.engines.dynoxide
	@$(BIN)/python -m pytest -m engine tests/contract
	@$(BIN)/python -m tests.engines

# RULE reaches it as an environment variable.
.PHONY: model
model: $(STAMP) ## Explore the protocol's model, with all its rules and without each (RULE=claim_free)
	@$(BIN)/python -m tests.model

# PEOPLE and SEED reach it as environment variables.
.PHONY: test-kills
test-kills: $(STAMP) ## Kill workers and restart the runtime under a campaign (PEOPLE=2000 SEED=)
	@PEOPLE=$${PEOPLE:-2000} $(BIN)/python -m pytest tests/journeys/test_restarts.py

.PHONY: conformance
conformance: $(STAMP) ## Ask for what we rely on (CONFORMANCE_ENDPOINT=https://… or, left empty, AWS)
	@$(BIN)/python -m pytest tests/conformance

.PHONY: check
check: lint security types layers unused dependencies spelling template ## Check style, security, types, layers, template
	@echo "All checks passed."

.PHONY: lint
lint: $(STAMP)
	@echo "== ruff"
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/ruff format --quiet --check $(SOURCES) \
		|| { echo >&2 "Not formatted; see: make format"; exit 1; }

.PHONY: format
format: $(STAMP) ## Format the code and mend what can be mended
	@$(BIN)/ruff check --quiet --fix-only $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

.PHONY: security
security: $(STAMP)
	@echo "== bandit"
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive functions shared

.PHONY: types
types: $(STAMP)
	@echo "== mypy"
	@$(BIN)/mypy --no-error-summary $(SOURCES)

.PHONY: layers
layers: $(STAMP)
	@echo "== import-linter"
	@$(BIN)/lint-imports --no-logo

# Fields and members of a vocabulary may wait for their reader, and ruff knows imports and local
# variables better: functions, methods and classes that nothing calls are what is looked for.
.PHONY: unused
unused: $(STAMP)
	@echo "== vulture"
	@found=$$($(BIN)/vulture) || [[ $$? == 3 ]]; \
		! grep -vE "unused (variable|import) |^$$" <<< "$$found"

.PHONY: dependencies
dependencies: $(STAMP)
	@echo "== deptry"
	@$(BIN)/deptry --no-ansi functions shared

.PHONY: spelling
spelling: $(STAMP)
	@echo "== codespell"
	@git ls-files -z --cached --others --exclude-standard --deduplicate \
		| xargs -0 $(BIN)/codespell

.PHONY: template
template: $(STAMP)
	@echo "== cfn-lint"
	@$(BIN)/cfn-lint --append-rules cfn_lint_serverless.rules -- $(TEMPLATES)
	@$(BIN)/python -m pytest --quiet -m "not emulator" tests/infra

# checkov wants packages of years ago beside it, so it has an environment of its own; and half a
# minute, so it is no part of `make check`. What it may skip is in .checkov.yaml.
.PHONY: check-template
check-template: $(STAMP) $(CHECKOV)/.made ## Check the templates as they are deployed (checkov)
	@echo "== checkov"
	@$(BIN)/python -m tests.infra.deployed .local/deployed
	@$(CHECKOV)/bin/checkov --directory .local/deployed

$(CHECKOV)/.made: $(CHECKOV_LOCK) | $(STAMP)
	@echo "Creating $(CHECKOV) (once, about half a minute) …"
	@$(BIN)/python -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input \
		--require-hashes --only-binary=:all: --requirement $(CHECKOV_LOCK)
	@touch $@
