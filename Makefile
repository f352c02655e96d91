# `make` alone lists what there is. GNU Make 4.3 or newer.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

bin := .venv/bin
python := $(bin)/python
pytest := $(python) -m pytest
servers := $(python) -m deploy.local
typed := $(wildcard schemas processors ml render migrations tests deploy)
fast_tests := not integration and not chaos
compile := $(bin)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--custom-compile-command "make lock"
locks := deploy/requirements

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.PHONY: demo
demo: setup-staging ## from commands to a finished video and a furnished room: make demo [PHOTOS=folder] [MUSIC=file] [KIT=name]
	@$(bin)/vls-media demo $${PHOTOS:+--photos "$$PHOTOS"} $${MUSIC:+--music "$$MUSIC"} $${KIT:+--kit "$$KIT"}

.PHONY: test
test: lint fast integration ## everything: lint, types, import rules, unit, simulation, integration on real servers

.PHONY: setup
setup: ## make or update .venv with what the service needs
	@deploy/setup demo

.PHONY: setup-staging
setup-staging: ## the same, with the renderer that furnishes photos of empty rooms
	@deploy/setup staging

.PHONY: setup-dev
setup-dev: ## the same, with that renderer and what tests and linters need
	@deploy/setup dev

.PHONY: setup-train
setup-train: ## the same, with torch and its kin
	@deploy/setup train

.PHONY: fmt
fmt: setup-dev ## format the code
	$(bin)/ruff check --fix --exit-zero --quiet .
	$(bin)/ruff format .

.PHONY: lint
lint: style type imports ## style, format, types, import rules

.PHONY: style
style: setup-dev
	$(bin)/ruff check --output-format concise .
	$(bin)/ruff format --check --quiet .

.PHONY: type
type: setup-dev ## types alone
	$(bin)/mypy $(typed)

.PHONY: imports
imports: setup-dev
	$(bin)/lint-imports

.PHONY: fast
fast: setup-dev
	$(pytest) tests -m "$(fast_tests)" -n 2

.PHONY: unit
unit: setup-dev ## tests that need no server, without the simulation
	$(pytest) tests --ignore=tests/simulation -m "$(fast_tests)" -n 2

.PHONY: simulation
simulation: setup-dev ## the engine under seeded faults
	$(pytest) tests/simulation -n 2

.PHONY: integration
integration: setup-dev ## tests on real Kafka, registry, PostgreSQL and S3, started for them
	$(servers) run --anyway -- $(pytest) tests -m "integration or chaos"

.PHONY: bench
bench: setup-dev .venv-bench/ready ## overhead of the engine, speed of clips and photos, as ratios
	$(servers) run -- $(python) -m tests.bench

.venv-bench/ready: deploy/requirements/bench.lock | setup-dev
	$(bin)/uv venv --quiet --clear .venv-bench
	$(bin)/uv pip sync --quiet --require-hashes --python .venv-bench/bin/python $<
	touch $@

.PHONY: up
up: setup-dev ## start the real servers and leave them running; prints the settings to use
	@$(servers) up

.PHONY: down
down: setup-dev ## stop them and delete what they kept
	@$(servers) down

.PHONY: lock
lock: setup-dev ## choose package versions anew (UPGRADE=1 for the newest) and write the hashed lock files
	$(compile) $(if $(UPGRADE),--upgrade) $(locks)/bootstrap.in -o $(locks)/bootstrap.lock
	$(compile) $(if $(UPGRADE),--upgrade) --constraint $(locks)/bootstrap.lock --extra dev --extra staging --extra train pyproject.toml -o $(locks)/train.lock
	$(compile) --constraint $(locks)/train.lock --extra dev --extra staging pyproject.toml -o $(locks)/dev.lock
	$(compile) --constraint $(locks)/train.lock --extra staging pyproject.toml -o $(locks)/staging.lock
	$(compile) --constraint $(locks)/train.lock pyproject.toml -o $(locks)/demo.lock
	$(compile) $(if $(UPGRADE),--upgrade) $(locks)/bench.in -o $(locks)/bench.lock

.PHONY: clean
clean: ## stop the servers, delete everything that can be made again
	@if [[ -d .local/servers ]]; then $(servers) down; fi
	rm -rf .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	if [[ ! -L .venv ]]; then rm -rf .venv; fi
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
