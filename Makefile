# Two commands matter: `make run` serves a demo shop, `make test` runs the tests.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
DATABASE ?= sqlite+aiosqlite:///data/abandoned-checkouts.sqlite3
CHECKOUTS ?= 500
SEED ?= 1
# Processes that run the tests. Tests of one file stay in one process, because they share their setup.
PROCESSES ?= 2
ARGS ?=
# Control of the clock and the store for tests, at /__twin: only where no other machine reaches it.
TWIN ?= $(if $(filter 127.0.0.1 localhost ::1,$(HOST)),--twin)
EXAMPLES ?= 10000
SECONDS ?= 1200
REQUESTS ?= 100000

BIN := .venv/bin
# A store in PostgreSQL needs its driver.
DRIVER := $(if $(findstring postgres,$(DATABASE)),[postgresql])
INSTALLED := .venv/.installed$(DRIVER)
INSTALLED_FOR_TESTS := .venv/.installed-for-tests

# $(call pytest,ARGUMENTS) runs tests. Those that fail run once more, after all others and in one process. A test that
# passes then depends on chance or on time: it does not fail the run, but it is named, because it must be mended.
define pytest
$(BIN)/pytest --cache-clear $(1) || { [ $$? = 1 ] && echo 'Failed tests run once more; one that passes now depends on chance or time.' \
  && $(BIN)/pytest --last-failed --last-failed-no-failures none -v; }
endef

.DEFAULT_GOAL := help
.PHONY: oracle picture reference messages access-page coverage-page settings-page parity help run demo test test-rest equality check schema bench bench-quick promises soak fuzz mutants acceptance release prose format explorer quick-explorer clean

help: ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/bin/python ## install, create a demo shop if the store is empty, serve on http://127.0.0.1:8000 (PORT=, DATABASE=)
	@$(MAKE) --no-print-directory --jobs=2 $(INSTALLED) quick-explorer
	@$(BIN)/abandoned-checkouts demo --if-empty --checkouts $(CHECKOUTS) --seed $(SEED) --database '$(DATABASE)'
	@$(BIN)/abandoned-checkouts serve $(TWIN) --host $(HOST) --port $(PORT) --database '$(DATABASE)'

demo: $(INSTALLED) ## create or reset the demo shop (CHECKOUTS=500 SEED=1 DATABASE=)
	@$(BIN)/abandoned-checkouts demo --checkouts $(CHECKOUTS) --seed $(SEED) --database '$(DATABASE)'

test: $(INSTALLED_FOR_TESTS) explorer ## install the test dependencies and run the tests (six minutes; ARGS= goes to pytest)
	@$(call pytest,-n $(PROCESSES) --dist loadfile $(or $(ARGS),--quick))

test-rest: $(INSTALLED_FOR_TESTS) explorer ## run the tests that make test leaves out: more cases, exams, kills (15 minutes)
	@$(call pytest,-n $(PROCESSES) --dist loadfile --rest $(ARGS))

equality: $(INSTALLED_FOR_TESTS) ## compare plans with graphql-core on 10,000 generated documents and each database (EXAMPLES=, RANDOM=1)
	@export EXAMPLES=$(EXAMPLES); $(call pytest,-n $(PROCESSES) tests/promises/test_equality.py)

.PHONY: deploy
deploy: $(INSTALLED_FOR_TESTS) explorer ## run the image script in an empty environment, and query every alert with Prometheus
	@export DEPLOY=1; $(call pytest,-q tests/docs/test_deploy.py tests/telemetry/test_metrics_endpoint.py)

check: $(INSTALLED_FOR_TESTS) ## run ruff, mypy, and the tests of import rules, test files and the schema snapshot
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -q tests/test_walls.py tests/test_mirror.py tests/contract/test_schema_snapshot.py

schema: $(INSTALLED) ## print the GraphQL schema into schema.graphql
	@$(BIN)/abandoned-checkouts schema > schema.graphql.new && mv schema.graphql.new schema.graphql

messages: $(INSTALLED_FOR_TESTS) ## add new texts of the merchant pages to merchant/locales/*.po
	@$(BIN)/python -m tests.merchant.messages

reference: $(INSTALLED_FOR_TESTS) ## write the pages of docs/ that are made from the code
	@test ! -d ../shared/facts/recorded || $(BIN)/python -m tests.docs.coverage_evidence
	@$(BIN)/python -m tests.docs.reference

access-page coverage-page settings-page: reference

picture: $(INSTALLED_FOR_TESTS) explorer ## take the picture of the README, docs/overview.png (needs Chromium)
	@$(BIN)/python -m tests.docs.picture

parity: $(INSTALLED_FOR_TESTS) ## compare a real shop with this server (SHOP=name.myshopify.com TOKEN=); without them, two of ours
	@$(BIN)/python -m tests.parity $(if $(SHOP),--shop '$(SHOP)' --token '$(TOKEN)') $(ARGS)

bench: $(INSTALLED_FOR_TESTS) ## measure the speed beside endpoints written by hand (ARGS=)
	@$(BIN)/python -m tests.benchmarks $(ARGS)
	@$(BIN)/python -m tests.benchmarks.bulk_export

bench-quick: $(INSTALLED_FOR_TESTS) ## measure what has a goal in a minute, and print which goals are met (ARGS=)
	@$(BIN)/python -m tests.benchmarks.quick $(ARGS)

promises: $(INSTALLED_FOR_TESTS) ## run the long tests: killed processes, failing receivers, many writers (30 minutes)
	@for promise in scan writers deliveries repeats kills; do $(BIN)/python -m tests.promises.$$promise || exit 1; done
	@KILLS=20 $(BIN)/pytest -q tests/promises/test_killed_sync.py
	@SERVERS=1 $(BIN)/pytest -q tests/promises/test_several_servers.py
	@SEEDS=100 $(BIN)/pytest -q -n $(PROCESSES) tests/sync/test_reconcile.py

oracle: $(INSTALLED_FOR_TESTS) ## recompute every figure of reports in DuckDB for 50,000 generated lives on each database (LIVES=)
	@LIVES=$(or $(LIVES),50000) $(BIN)/pytest -q tests/store/reports/test_read_sums.py -k raw_rows

soak: $(INSTALLED_FOR_TESTS) ## run a server under load: does its memory or the number of open files grow? (SECONDS=1200)
	@$(BIN)/python -m tests.promises.soak --seconds $(SECONDS)

fuzz: $(INSTALLED_FOR_TESTS) ## send 100,000 random requests: no status 5xx and no traceback may come back (REQUESTS=, SEED=)
	@$(BIN)/python -m tests.promises.fuzz --requests $(REQUESTS) --seed $(SEED)

mutants: $(INSTALLED_FOR_TESTS) ## change the core modules a little, many times: do the tests notice? (an hour; ARGS=automations)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,mutants]'
	@nice $(BIN)/python -m tests.mutants $(ARGS)

prose: $(INSTALLED_FOR_TESTS) ## count texts with words that plain English does without (ARGS="--list app docs" shows them)
	@$(BIN)/python -m tests.prose $(ARGS)

release: $(INSTALLED_FOR_TESTS) explorer ## build the sdist and the wheel into dist/, and try them in an empty environment
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,release]'
	@$(BIN)/python -m tests.release

acceptance: ## run what takes hours: the long promises, soak, fuzz, mutants, all clients
	@$(MAKE) promises soak fuzz mutants
	@CLIENTS=all $(MAKE) test ARGS=tests/clients

format: $(INSTALLED_FOR_TESTS) ## format the code with ruff
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

explorer: .venv/bin/python ## build the explorer page if its sources changed
	@PYTHONPATH=app $(BIN)/python -m abandoned_checkouts.explorer.build

# For `make run`: at the same time as pip, and without the checks of types.
quick-explorer: .venv/bin/python
	@PYTHONPATH=app $(BIN)/python -m abandoned_checkouts.explorer.build --quick

clean: ## remove the virtual environment and everything built
	rm -rf .venv build dist app/abandoned_checkouts/explorer/dist app/abandoned_checkouts/explorer/web/node_modules

.venv/bin/python:
	$(PYTHON) -m venv .venv

$(INSTALLED): .venv/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.$(DRIVER)'
	@touch $@

$(INSTALLED_FOR_TESTS): .venv/bin/python pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $(INSTALLED) $@
