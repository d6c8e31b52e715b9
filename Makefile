# Everything happens in .venv, which is made at the first use and again when pyproject.toml or the lock changes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements-dev.lock
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test simulate fuzz kill lint format bench sweep mutate example lock clean

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp  ## a whole hub on this machine, until Ctrl-C (ONCE=1: end when all is done)
	@$(BIN)/python -m examples.demo $(if $(ONCE),--once)

test: $(VENV)/dev.stamp  ## all tests (PYTEST_ARGS="-k rfc" for some)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

simulate: $(VENV)/dev.stamp  ## RUNS=2000 simulated worlds with everything going wrong (SEED=7: that one, shown)
	$(BIN)/python -m tests.simulation --runs $(or $(RUNS),2000) $(if $(SEED),--seed $(SEED))

fuzz: $(VENV)/dev.stamp  ## RUNS=2000 wrong inputs for each reader of foreign bytes (ONLY=pacs, SEED=7: those again)
	$(BIN)/python -m tests.fuzz --runs $(or $(RUNS),2000) $(if $(ONLY),--only $(ONLY)) $(if $(SEED),--seed $(SEED))

kill: $(VENV)/dev.stamp  ## kill -9 fifty times over 2,000 sales, on SQLite and PostgreSQL
	HUB_KILLS=50 HUB_KILL_SALES=2000 $(BIN)/python -m pytest tests/engine/test_kill.py -k kill_nine -v -rP

lint: $(VENV)/dev.stamp  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/dev.stamp  ## let ruff arrange the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/dev.stamp  ## measure (ONLY="name" for some)
	$(BIN)/python -m bench $(ONLY)

sweep: $(VENV)/dev.stamp  ## invoice every amount, 20 million documents (ONLY="iva 16" for one family)
	$(BIN)/python -m tools.sweep $(if $(ONLY),"$(ONLY)")

mutate: $(VENV)/dev.stamp  ## would the tests notice a wrong change? (MODULES="hub/cfdi/limits.py")
	$(BIN)/python -m tools.mutate $(MODULES) $(if $(TESTS),--tests $(TESTS))

example: $(VENV)/dev.stamp  ## write config.example.yaml anew from the settings
	$(BIN)/python -c "from hub.config.example import example; from hub.flow.instances import plugin_configs; from hub.registry import Registry; print(example(plugin_configs(Registry.load())), end='')" > config.example.yaml

lock:  ## write the lock anew with the newest versions
	@test -x $(BIN)/python || $(MAKE) --no-print-directory $(VENV)/pyvenv.cfg
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --upgrade --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" pyproject.toml --output-file $(LOCK)

clean:  ## remove what was made, the virtual environment included
	rm -rf $(VENV) demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || { echo "there is no $(PYTHON): install Python 3.11 or newer, or say make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11: say make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: apt-get install python3-venv" >&2; exit 1; }
	@echo "making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/demo.stamp: pyproject.toml $(LOCK) | $(VENV)/pyvenv.cfg
	@echo "installing the hub with what the demonstration needs; this takes a minute"
	@$(PIP) install --constraint $(LOCK) --editable ".[demo]"
	@touch $@

$(VENV)/dev.stamp: pyproject.toml $(LOCK) | $(VENV)/pyvenv.cfg
	@echo "installing the hub with what tests and lint need; this takes a minute"
	@$(PIP) install --constraint $(LOCK) --editable ".[dev]"
	@touch $@ $(VENV)/demo.stamp
