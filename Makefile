# make run   sets everything up and opens the app (without a display: the main job headless)
# make test  sets everything up and runs lint, types, import contracts and all tests
VENV ?= .venv
PY := $(VENV)/bin/python
SOURCES := $(shell find avrec_desktop plugins resources -type f -not -path '*/__pycache__/*' 2>/dev/null | sed 's/ /\\ /g')

.PHONY: run test lint types contracts unit windows bench bench-rec bench-blend bench-soak bench-kill wheel translations clean

run: $(VENV)/.app
	$(VENV)/bin/avrec run

test: $(VENV)/.test
	@$(MAKE) --no-print-directory lint types contracts unit windows

lint: $(VENV)/.test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.test
	$(PY) -m mypy

contracts: $(VENV)/.test
	$(VENV)/bin/lint-imports

unit: $(VENV)/.test
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m "not x11"

# Real windows: under Xvfb where it is there or may be installed, else the command to install it is printed.
windows: $(VENV)/.test
	sh .ci/with-xvfb $(PY) -m pytest -m x11

bench: $(VENV)/.test
	sh .ci/with-xvfb $(PY) -m tests.benchmarks

# make bench-rec ARGS="SPLIT_FOLDER ..."
bench-rec: $(VENV)/.test
	$(PY) -m tests.benchmarks.bench_recommend $(ARGS)

# make bench-blend ARGS="SPLIT_FOLDER ..."
bench-blend: $(VENV)/.test
	$(PY) -m tests.benchmarks.bench_blend $(ARGS)

bench-soak: $(VENV)/.test
	sh .ci/with-xvfb $(PY) -m tests.benchmarks soak

bench-kill: $(VENV)/.test
	AVREC_BENCH_KILLS=200 $(PY) -m tests.benchmarks kill

wheel: $(VENV)/.test
	$(PY) -m build --wheel

translations: $(VENV)/.test
	sh .ci/translations $(VENV)/bin

$(VENV)/bin/python:
	sh .ci/make-venv $(VENV)

# The app is installed into the environment as users get it; plugins and resources come inside.
$(VENV)/.app: $(VENV)/bin/python pyproject.toml constraints.txt $(SOURCES)
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt .
	@touch $@

# For tests the app is installed in place, so that the checkout itself is what is tested.
$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@rm -f $(VENV)/.app
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
