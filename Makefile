# `make serve` and `make test` are the whole set-up: each builds .venv from the locks first.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: serve test lint bench promises schemas screenshots lock clean

serve: $(VENV)/serve.stamp
	@exec $(BIN)/tidbok serve --demo $(ARGS)

test: $(VENV)/dev.stamp
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks $(ARGS)

promises: $(VENV)/dev.stamp
	$(BIN)/pytest tests/promises $(ARGS)

schemas: $(VENV)/serve.stamp
	$(BIN)/tidbok schemas

screenshots: $(VENV)/dev.stamp
	SCREENSHOTS=yes $(BIN)/pytest tests/browser/test_screenshots.py

# Each lock lists exact versions with their hashes; uv writes them, pip reads them.
lock: $(VENV)/dev.stamp
	$(BIN)/pip install --quiet "uv>=0.13"
	for lock in build:"--group pyproject.toml:build" run:"pyproject.toml" \
	            dev:"pyproject.toml --group pyproject.toml:dev -c requirements/run.lock"; do \
	  $(BIN)/uv pip compile $${lock#*:} --universal --python-version 3.11 --generate-hashes \
	    --no-annotate --no-header --no-emit-index-url --quiet --output-file requirements/$${lock%%:*}.lock; \
	done

# Spyne ships as source only, so its build tools are pinned and installed first.
$(VENV)/serve.stamp: requirements/build.lock requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/build.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/serve.stamp requirements/dev.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --require-hashes -r requirements/dev.lock
	@touch $@

clean:
	rm -rf $(VENV)
