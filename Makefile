# Everything runs in its own environment, .venv; only Python 3.11+ with pip is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := demo
# The versions that are installed: constraints.txt, those this version was tried with. Empty: the newest.
CONSTRAINTS ?= constraints.txt
# pip before 25.3 takes the first for the building of the package too, later ones the second.
PIP := $(if $(CONSTRAINTS),PIP_CONSTRAINT=$(CONSTRAINTS) PIP_BUILD_CONSTRAINT=$(CONSTRAINTS)) $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test test-newest test-lowest constraints clean

$(VENV)/installed: pyproject.toml tools/build_hook.py tools/catalogue.py tools/compile_bound.py $(CONSTRAINTS)
	$(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@echo "compiling the proof of the planner, so that the first plan need not wait for it (some 15 s) ..."
	$(BIN)/python tools/compile_bound.py
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(PIP) -e '.[test]'
	touch $@

# Plan the example county, verify it, write its manifests and its utilisation report.
demo: $(VENV)/installed
	rm -rf $(DEMO) && cp -r examples/yuechi $(DEMO)
	-$(BIN)/scheduler check $(DEMO)
	$(BIN)/scheduler plan $(DEMO) --time-limit 120
	$(BIN)/scheduler verify $(DEMO)
	$(BIN)/scheduler manifests $(DEMO) -o $(DEMO)/manifests
	$(BIN)/scheduler utilisation $(DEMO) --html $(DEMO)/utilisation.html
	@echo
	@echo "plan:         $(DEMO)/plan/plan.json"
	@echo "manifests:    $(DEMO)/manifests/"
	@echo "utilisation:  $(DEMO)/utilisation.html"

test: $(VENV)/installed-test
	$(BIN)/python tools/catalogue.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

# The same checks with the newest versions that pyproject.toml allows, and with the lowest. Each begins anew.
test-newest:
	rm -rf .venv-newest
	$(MAKE) test VENV=.venv-newest CONSTRAINTS=

test-lowest: .venv-uv/installed
	rm -rf .venv-lowest && mkdir .venv-lowest
	.venv-uv/bin/uv pip compile --quiet pyproject.toml --extra test --resolution lowest-direct --python $(PYTHON) \
		--output-file .venv-lowest/lowest.txt
	$(MAKE) test VENV=.venv-lowest CONSTRAINTS=.venv-lowest/lowest.txt

# Renew constraints.txt: the newest versions of the package's needs and of all its extras, for every system and Python.
constraints: .venv-uv/installed
	echo hatchling | .venv-uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 pyproject.toml - \
		--all-extras --no-annotate --custom-compile-command 'make constraints' --output-file constraints.txt

.venv-uv/installed:
	$(PYTHON) -m venv .venv-uv
	.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check uv
	touch $@

clean:
	rm -rf .venv .venv-newest .venv-lowest .venv-uv $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
