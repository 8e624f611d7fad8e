# Every target sets up what it needs first; a second run only looks. See .ci/setup.

.DEFAULT_GOAL := help
.PHONY: help demo test rewritten test-fast test-long test-latest lint bench docs setup preview-page pictures

# The tests start hundreds of processes. Where this is set, each compiles every module again.
unexport PYTHONDONTWRITEBYTECODE

# Tests of one module stay together, since they share its fixtures; modules start in the order
# in which they are collected, the longest first: see tests/support/program_tests.py.
PYTEST := .venv/bin/python -m pytest --durations=10
PARALLEL := --dist loadscope --no-loadscope-reorder --numprocesses

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build, start the stack, send traffic, validate, summarise
	@.ci/setup demo
	.venv/bin/toolkit demo

test: ## Lint, check types and run every test but the long ones
	@.ci/setup test
	@$(MAKE) --no-print-directory --jobs=2 lint rewritten
	$(PYTEST) $(PARALLEL) auto

# Pytest rewrites the assertions of each test module once and keeps the result. Where it is not
# there yet, each worker would do it; a collection beside the checks does it for all of them. What
# is wrong there the run itself tells.
rewritten:
	@.venv/bin/python -m pytest --collect-only -qq > /dev/null || true

test-fast: ## Run the tests that start no program and no whole system, in under a minute
	@.ci/setup
	$(PYTEST) $(PARALLEL) logical -m "not programs and not systems and not long"

test-long: ## Run the tests that take a minute or more each
	@.ci/setup test
	$(PYTEST) -m long

test-latest: ## Run the tests with servers, and the demo, on the newest Prometheus (needs Go)
	@.ci/setup test
	.ci/latest $(PYTEST) $(PARALLEL) auto -m "programs and not long"
	.ci/latest .venv/bin/toolkit demo

lint: ## Lint, check the format and check types
	@.ci/setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: ## Measure speed; FOREIGN=folder names rule files of others
	@.ci/setup demo
	.venv/bin/python tests/benchmarks/run.py $(if $(FOREIGN),--foreign $(FOREIGN))

docs: ## Build the site of docs/ below build/site; a broken link fails
	@.ci/setup
	.venv/bin/zensical build --strict

setup: ## Only set up, for all of the above
	@.ci/setup test

preview-page: ## Rebuild toolkit/preview/page.html from its source
	@.ci/setup test
	.ci/page run build

pictures: ## Draw the README's pictures from the demo's own data
	@.ci/setup test
	.ci/pictures
