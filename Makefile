# Two commands matter: `make run` serves a demo shop, `make test` proves the program.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
DATABASE ?= sqlite+aiosqlite:///data/abandoned-checkouts.sqlite3
CHECKOUTS ?= 500
SEED ?= 1
# How many processes share the tests; those of one file stay together, for they share what it costs to set up.
PROCESSES ?= 2
ARGS ?=
EXAMPLES ?= 10000

BIN := .venv/bin
INSTALLED := .venv/.installed
INSTALLED_FOR_TESTS := .venv/.installed-for-tests
EXPLORER := .venv/.explorer

.DEFAULT_GOAL := help
.PHONY: help run demo test equality check schema bench promises format explorer clean

help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(INSTALLED) explorer ## install, fill a demo shop into an empty store, serve on http://127.0.0.1:8000 (PORT=, DATABASE=)
	@$(BIN)/abandoned-checkouts demo --if-empty --checkouts $(CHECKOUTS) --seed $(SEED) --database '$(DATABASE)'
	@$(BIN)/abandoned-checkouts serve --host $(HOST) --port $(PORT) --database '$(DATABASE)'

demo: $(INSTALLED) ## fill the demo shop anew (CHECKOUTS=500 SEED=1 DATABASE=)
	@$(BIN)/abandoned-checkouts demo --checkouts $(CHECKOUTS) --seed $(SEED) --database '$(DATABASE)'

test: $(INSTALLED_FOR_TESTS) explorer ## install what the tests need and run them (ARGS= goes to pytest)
	@$(BIN)/pytest -n $(PROCESSES) --dist loadfile $(ARGS)

equality: $(INSTALLED_FOR_TESTS) ## ask plans and graphql-core 10,000 generated documents on each database (EXAMPLES=, RANDOM=1)
	@EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n $(PROCESSES) tests/promises/test_equality.py

check: $(INSTALLED_FOR_TESTS) ## ruff, types, the walls between the packages, the schema snapshot
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q tests/test_walls.py tests/contract/test_schema_snapshot.py

schema: $(INSTALLED) ## print the GraphQL schema into schema.graphql
	@$(BIN)/abandoned-checkouts schema > schema.graphql.new && mv schema.graphql.new schema.graphql

bench: $(INSTALLED_FOR_TESTS) ## measure against hand-written endpoints in the same run (ARGS=)
	@$(BIN)/python -m tests.benchmarks $(ARGS)
	@$(BIN)/python -m tests.benchmarks.bulk_export

promises: $(INSTALLED_FOR_TESTS) ## prove at full size what kills, bad receivers and many writers cannot break (half an hour)
	@for promise in scan writers deliveries kills; do $(BIN)/python -m tests.promises.$$promise || exit 1; done

format: $(INSTALLED_FOR_TESTS) ## let ruff put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

explorer: $(INSTALLED) ## build the explorer's page when its sources changed
	@$(BIN)/python -m abandoned_checkouts.explorer.build

clean: ## remove the virtual environment and everything built
	rm -rf .venv build dist app/abandoned_checkouts/explorer/dist app/abandoned_checkouts/explorer/web/node_modules

.venv/bin/python:
	$(PYTHON) -m venv .venv

$(INSTALLED): .venv/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(INSTALLED_FOR_TESTS): $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@
