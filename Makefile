# Everything runs in its own environment, .venv; only Python 3.11+ with pip is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: demo test clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
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
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/catalogue.py
	$(BIN)/python -m pytest -n 2

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis
