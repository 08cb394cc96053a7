# The platform's commands. `make demo` and `make test` are all a newcomer needs.
SHELL := /bin/bash
PYTHON ?= python3
WORKERS ?= logical
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export PYTHONDONTWRITEBYTECODE :=
INSTALLED := $(VENV)/.installed

.PHONY: demo test check up down synth register bench clean constraints setup

setup: $(INSTALLED)

$(INSTALLED): requirements.txt requirements-dev.txt constraints.txt package.json package-lock.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "PYTHON=$(PYTHON): must be 3.11 or newer, for example: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Setting up .venv (Python packages, Node, CDK CLI): about two minutes, once"
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@python -m pip install -qq --disable-pip-version-check -c constraints.txt -r requirements.txt -r requirements-dev.txt
	@npm ci --silent
	@touch $@

demo: setup            ## The main job: deploy to the local cloud, send real DICOM and documents, show what happened
	@python -m demo

up: setup              ## Start the local cloud, deploy the stage "local", write .local/endpoints.json
	@python -m local_cloud up

down: setup            ## Stop the local cloud; nothing is left running
	@python -m local_cloud down

synth: setup           ## Synthesise and validate one stage: make synth STAGE=production
	@cdk synth --quiet -c stage=$(or $(STAGE),dev)

register: setup        ## Regenerate docs/compliance/acknowledgements.md from the templates of every stage
	@python -m healthcare_infra.compliance.register

check: setup           ## Lint and strict types
	@ruff check .
	@ruff format --check .
	@mypy

test: check            ## Everything CI runs
	@python -m pytest -n $(WORKERS)

bench: setup           ## Ratios side by side; writes docs/performance.md
	@python -m bench

constraints: setup     ## Pin what is installed now
	@{ sed -n '1,2p' constraints.txt; pip freeze | grep -v '^pip=='; } > constraints.new && mv constraints.new constraints.txt

clean: down
	rm -rf .local cdk.out .hypothesis .mypy_cache .pytest_cache .ruff_cache
