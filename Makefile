# Every command a person types. Without make, see "The same without make" in README.md.

PY = .venv/bin/python

# The Python that makes .venv: the one you name (make book PYTHON=/path/to/python3), else the one
# .venv was made with, else the first of these that is new enough.
PYTHON ?= $(shell for p in $(PY) python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# Whatever the locale, Python reads and prints Unicode, which the book is full of.
export PYTHONUTF8 = 1

.PHONY: help book test pdf site lab notebooks exercises frameworks reseed seeds benchmark benchmark-grading mutants lint clean environment

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

book: environment  ## Execute the notebooks and build the book in _build/html
	@$(PY) book/_ext/build.py

test: book  ## Run every test, and every notebook again (FORCE=1: also what has not changed)
	@$(PY) book/_ext/run_tests.py $(if $(FORCE),--force)

pdf: book  ## Print the book as one PDF; needs Chromium or Chrome
	@$(PY) book/_ext/pdf.py

site: book  ## Put the built pages and the PDF into one zip
	@$(PY) book/_ext/bundle.py

lab: environment  ## Open the chapters in JupyterLab, to run and to change (NB=file: this one first)
	@$(PY) -m jupyterlab --LabApp.app_settings_dir=book/_ext/lab $(or $(NB),book/01-perceptron.ipynb)

notebooks: environment  ## Execute the notebooks and store their outputs (NB=file: only this one)
	@$(PY) book/_ext/notebooks.py $(NB)

exercises: environment  ## Make the student notebooks from book/exercises/source
	@$(PY) book/_ext/exercises.py

frameworks: environment  ## Run the chapters' lines of PyTorch, scikit-learn and Keras, and store what they print
	@$(PY) tests/run_frameworks.py

reseed: environment  ## Run a notebook with other seeds: what changes? (NB=file RATES="0.5 2" OPTIONS=--all)
	@$(PY) book/_ext/reseed.py $(NB) $(if $(RATES),--rates $(RATES)) $(OPTIONS)

seeds: environment  ## Measure chapters for the page "Other seeds", and write its table (NB=files)
	@$(PY) book/_ext/seeds.py $(NB)

benchmark: environment  ## Compare speed and memory with PyTorch and scikit-learn, in benchmarks.md
	@$(PY) tests/benchmark.py

benchmark-grading: environment  ## Measure how fast notebooks are graded, beside nbgrader
	@$(PY) tests/benchmark_grading.py

mutants: environment  ## See which small changes of the companion no test notices (ONLY="losses data")
	@$(PY) tests/mutants.py $(ONLY)

lint: environment  ## Check the style of code and notebooks
	@$(PY) -m ruff check . && $(PY) -m ruff format --check .

clean:  ## Remove everything that was built; keep .venv
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# .venv holds what requirements.txt asks for. book/_ext/environment.py makes it, once.
environment:
	@'$(or $(PYTHON),none)' -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo "$(if $(PYTHON),'$(PYTHON)' is not a Python 3.11 or newer that runs.,No Python 3.11 or newer was found.)" \
	"Install one from https://www.python.org/downloads/, or name yours: make book PYTHON=/path/to/python3" >&2; exit 1; }
	@'$(PYTHON)' book/_ext/environment.py
