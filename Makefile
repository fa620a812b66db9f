# The same words on a laptop and in CI. Needs git, GNU make and Python 3.11 or newer, nothing else:
# the first target that needs packages makes an environment in .venv from requirements.lock.
#
#   make                        list the targets
#   PYTHON=python3.12 make test choose the Python
#   make test ARGS="-k rank"    pass more arguments to pytest

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
SHELL := /bin/sh

UV_VERSION := 0.13.9
ARGS ?=

# Use the machine's own certificates, so that a proxy with its own certificate works too.
UV_SYSTEM_CERTS ?= 1
ifneq ($(SSL_CERT_FILE),)
PIP_CERT ?= $(SSL_CERT_FILE)
export PIP_CERT
endif
UV_PYTHON_DOWNLOADS := never
PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP_NO_INPUT := 1
export UV_SYSTEM_CERTS UV_PYTHON_DOWNLOADS PIP_DISABLE_PIP_VERSION_CHECK PIP_NO_INPUT
# Another environment's settings must not reach into this one.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV UV_PYTHON
# Nor may it throw away what Python compiled: without it every start of piikit takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

# The first Python that is new enough, unless PYTHON names one. KEY names that Python and this directory:
# another Python, or a copied checkout, gets a fresh environment.
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11 python)
FOUND := $(shell for p in $(CANDIDATES); do "$$p" -I -c 'import os, sys, zlib; \
	sys.version_info >= (3, 11) and print("%d.%d.%d-%08x" % (*sys.version_info[:3], zlib.crc32(os.fsencode(os.getcwd()))), sys.executable)' \
	2>/dev/null | grep . && break; done)
KEY := $(firstword $(FOUND))
PY := $(wordlist 2,$(words $(FOUND)),$(FOUND))

BIN := .venv/bin
UV := $(BIN)/uv
UV_READY := .venv/.uv-$(KEY)
READY := .venv/.ready-$(KEY)
LOWEST_READY := .venv-lowest/.ready-$(KEY)

# Plugins that install on their own; plugins/template is text to copy.
PLUGIN_FILES := $(wildcard plugins/piikit-*/pyproject.toml)
PLUGINS := $(patsubst %/pyproject.toml,%,$(PLUGIN_FILES))
EDITABLE := -e . $(addprefix -e ./,$(PLUGINS))

.PHONY: help env demo test check format docs office bench lowest wheel lock clean

help: ## list the targets
	@echo "Targets (the first one that needs packages makes .venv, which takes about a minute):"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 | \2/p' Makefile | awk -F'|' '{ printf "%-15s%s\n", $$1, $$2 }'

$(UV_READY): requirements-bootstrap.lock
	@if [ -z "$(KEY)" ]; then \
		echo "piikit needs Python 3.11 or newer; $(if $(PYTHON),PYTHON=$(PYTHON) is not that,none was found)."; \
		echo "Install one, or name it: PYTHON=/path/to/python3.12 make $(MAKECMDGOALS)"; exit 1; fi >&2
	@echo "env: making .venv with Python $(firstword $(subst -, ,$(KEY))) (about 15 seconds)"
	@rm -rf .venv
	@"$(PY)" -m venv .venv || { echo "Python could not make .venv; on Debian or Ubuntu install python3-venv, then try again." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements-bootstrap.lock
	@touch $@

$(READY): $(UV_READY) requirements.lock pyproject.toml Makefile $(PLUGIN_FILES)
	@echo "env: installing the packages of requirements.lock (about a minute the first time)"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --no-build requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(EDITABLE)
	@touch $@

env: $(READY) ## make or bring up to date .venv (a minute the first time, nothing to do after that)

demo: $(READY) ## score the example data and show the result (seconds)
	@echo "demo: scoring the example data (seconds)"
	@$(BIN)/piikit demo

test: $(READY) ## run the tests (some four minutes on two cores)
	@echo "test: running the tests (some four minutes on two cores)"
	@$(BIN)/pytest -n auto --dist worksteal -m "not office" $(ARGS)

check: $(READY) ## lint, formatting, types and import order (half a minute the first time)
	@echo "check: lint, formatting, types and import order (half a minute the first time)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(READY) ## format the code and repair what ruff can repair (seconds)
	@echo "format: formatting the code and repairing what ruff can repair (seconds)"
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(READY) ## run the tests of the documentation (seconds)
	@echo "docs: running the tests of the documentation (seconds)"
	@$(BIN)/pytest tests/docs/test_docs.py $(ARGS)

# INSTALL=1 as root on Debian or Ubuntu installs LibreOffice where it is missing: a machine that is made for one run.
office: $(READY) ## open what piikit writes in LibreOffice, where that is installed (two minutes)
	@if [ -n "$(INSTALL)" ] && ! command -v soffice >/dev/null && command -v apt-get >/dev/null; then \
		echo "office: installing LibreOffice (two minutes)"; \
		{ timeout 200 apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -qq install -y --no-install-recommends \
			libreoffice-calc-nogui libreoffice-writer-nogui; } >/dev/null 2>&1 || true; fi
	@if command -v soffice >/dev/null; then \
		echo "office: opening what piikit writes in LibreOffice (two minutes)"; $(BIN)/pytest -m office $(ARGS); \
	else echo "office: not run, for LibreOffice (soffice) is not installed here"; fi

bench: $(READY) ## time the engine on small and large data (a few minutes)
	@echo "bench: timing the engine on small and large data (a few minutes)"
	@$(BIN)/python benchmarks/run.py $(ARGS)

$(LOWEST_READY): $(READY) requirements-lowest.lock
	@echo "lowest: making .venv-lowest with the oldest supported versions (half a minute the first time)"
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv-lowest
	@$(UV) pip sync --quiet --python .venv-lowest/bin/python --require-hashes --no-build requirements-lowest.lock
	@$(UV) pip install --quiet --python .venv-lowest/bin/python --no-deps --no-build-isolation $(EDITABLE)
	@touch $@

lowest: $(LOWEST_READY) ## run the tests on the oldest supported versions (some four minutes on two cores)
	@echo "lowest: running the tests on the oldest supported versions (some four minutes on two cores)"
	@.venv-lowest/bin/pytest -n auto --dist worksteal -m "not office" $(ARGS)

# The source distribution is built first and the wheel from it, so both are known to be complete.
wheel: $(READY) ## build the wheel into dist, install it afresh and run the tests on it (some four minutes on two cores)
	@echo "wheel: building into dist, installing it in .venv-wheel and running the tests on it (some four minutes on two cores)"
	@rm -rf dist && mkdir dist
	@for d in . $(addprefix ./,$(PLUGINS)); do \
		$(UV) build --quiet --no-build-isolation --python $(BIN)/python --out-dir dist "$$d" || exit 1; done
	@$(UV) venv --quiet --clear --python $(BIN)/python .venv-wheel
	@$(UV) pip sync --quiet --python .venv-wheel/bin/python --require-hashes --no-build requirements.lock
	@$(UV) pip install --quiet --python .venv-wheel/bin/python --no-deps dist/*.whl
	@.venv-wheel/bin/python -P -c 'import sys, piikit; f = piikit.__file__; "site-packages" in f or sys.exit("piikit is not the installed wheel but " + f)'
	@.venv-wheel/bin/python -P -m pytest -n auto --dist worksteal -m "not office" $(ARGS)

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate $(if $(UPGRADE),--upgrade)
# Runtime packages at their lowest first; these then bind the second pass, which adds the newest test tools.
lock: $(UV_READY) ## write the lock files again; with UPGRADE=1 take the newest versions (half a minute)
	@echo "lock: writing the lock files again (half a minute)"
	@echo "uv==$(UV_VERSION)" | $(COMPILE) --generate-hashes - -o requirements-bootstrap.lock >/dev/null
	@$(COMPILE) --generate-hashes pyproject.toml --extra cli --extra excel --extra optimise --extra report --group dev -o requirements.lock >/dev/null
	@rm -f .venv/lowest.txt
	@$(COMPILE) --resolution lowest-direct pyproject.toml --extra cli --extra excel --extra report -o .venv/lowest.txt >/dev/null
	@$(COMPILE) --generate-hashes -c .venv/lowest.txt pyproject.toml --extra cli --extra excel --extra report --group build --group test -o requirements-lowest.lock >/dev/null
	@if grep -nE '://|file:|^ *-[^-]|^--|@ ' requirements*.lock; then echo "lock: a lock file names a place (above)" >&2; exit 1; fi

clean: ## remove everything these targets made
	@echo "clean: removing environments, builds and caches (seconds)"
	@rm -rf .venv .venv-lowest .venv-wheel dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
