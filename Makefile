# Two commands for a newcomer: `make run` shows the product, `make test` proves it. PYTHON=python3.12 picks another Python.
PYTHON ?= python3
CLIENT ?= demo-salon
PORT ?= 8000
BIN := .venv/bin

.PHONY: run test check bench pages lint-template clean venv dev

run: venv
	@$(BIN)/nochnik up --client $(CLIENT) --port $(PORT)

test: dev
	@$(BIN)/python -m pytest -n auto -m "not stack and not page"
	@$(BIN)/python -m pytest -m "stack or page"

check: dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory lint-template test

lint-template: dev
	@$(BIN)/python -m infra.lint

bench: dev
	@$(BIN)/python -m bench

pages: dev
	@$(BIN)/nochnik pages

clean:
	@rm -rf .venv .nochnik .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@$(PYTHON) infra/bootstrap.py run

dev:
	@$(PYTHON) infra/bootstrap.py dev
