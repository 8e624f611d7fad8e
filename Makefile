# Every target sets up what it needs first; a second run only looks. See .ci/setup.

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench setup preview-page pictures

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build, start the stack, send traffic, validate, summarise
	@.ci/setup demo
	.venv/bin/toolkit demo

test: ## Lint, check types and run every test
	@.ci/setup test
	@$(MAKE) --no-print-directory lint
	.venv/bin/python -m pytest

lint: ## Lint, check the format and check types
	@.ci/setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

bench: ## Measure speed
	@.ci/setup demo
	.venv/bin/python tests/benchmarks/run.py

setup: ## Only set up, for all of the above
	@.ci/setup test

preview-page: ## Rebuild toolkit/preview/page.html from its source
	@.ci/setup test
	.ci/page run build

pictures: ## Draw the README's pictures from the demo's own data
	@.ci/setup test
	.ci/pictures
