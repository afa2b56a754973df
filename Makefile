PYTHON ?= python3
ENVIRONMENT = @$(PYTHON) tools/build/environment.py
RUN = .venv/bin/python
PORT ?= 8000
# Without its bytecode each process reads all libraries from source, three times as slow.
unexport PYTHONDONTWRITEBYTECODE
# Jupyter asks root for a word; in a container there is nobody else.
ROOT_TOO = $(if $(filter 0,$(shell id -u)),--allow-root)
# A file of tests for each core; the longest ones stand first.
SIDE_BY_SIDE = --numprocesses auto --dist loadfile --no-loadscope-reorder
# The extensions' tests build small books.
EXTENSIONS = tests/extension sphinx-plotly-figures/tests
# A notebook's outputs are compared with those of a fresh run.
NOTEBOOKS = --nbval --nbval-current-env --nbval-kernel-startup-timeout 600

help: ## List the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

book: ## Build the book into _build/html
	$(ENVIRONMENT) book
	@$(RUN) -m tools.build.book build

test: check ## Check everything: code, data, notebooks, pages in a browser
	@$(RUN) -m tools.build.book build
	@$(RUN) -m pytest -q $(SIDE_BY_SIDE) $(EXTENSIONS)
	@$(RUN) -m pytest -q $(SIDE_BY_SIDE) $(NOTEBOOKS) tests/built chapters reference

package: ## The package's tests and every notebook, on this Python
	$(ENVIRONMENT) test
	@$(RUN) -m pytest -q $(SIDE_BY_SIDE) $(NOTEBOOKS) tests/package chapters reference

nightly: ## What is tested once a week and before a release: killed builds, data broken on purpose
	$(ENVIRONMENT) test
	@$(RUN) -m pytest -q $(SIDE_BY_SIDE) tests/nightly

check: ## The fast part of the tests: code, data, prose and figures against each other
	$(ENVIRONMENT) test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check --quiet .
	@$(RUN) -m pytest -q -p no:nbval tests/package tests/content

figures: ## Run changed chapters and draw their pictures, to be committed
	$(ENVIRONMENT) book
	@$(RUN) -m tools.build.book figures

lab: ## Open the chapters in JupyterLab
	$(ENVIRONMENT) lab
	@.venv/bin/jupyter lab $(ROOT_TOO) --ServerApp.root_dir='$(CURDIR)' --LabApp.default_url=/lab/tree/chapters

lite: ## Build the notebooks for the browser into _build/lite; running them there needs the internet
	$(ENVIRONMENT) lab
	@$(RUN) -m tools.outputs.lite

serve: book ## Build the book and serve it on this machine; PORT=8001 where 8000 is taken
	@$(RUN) -m tools.build.serve $(PORT)

slides: book ## Make slides of each chapter into _build/slides
	@$(RUN) -m tools.outputs.slides

student: book ## Make notebooks, lessons and slides without solutions into _build/student
	@$(RUN) -m tools.outputs.student

bench: ## Measure pages and builds beside a plain Jupyter Book, into reference/speed.md (needs npm; an hour)
	$(ENVIRONMENT) test
	@$(RUN) -m tools.bench.bench

pdf: ## Print the whole book into _build/release
	$(ENVIRONMENT) test
	@$(RUN) -m tools.build.book build
	@$(RUN) -m tools.outputs.printed

release: pdf ## Make what a release holds: PDF, offline archive, data package, slides; and the site that offers them
	@$(RUN) -m tools.outputs.release

locks: ## Make the lock files again (needs uv); NEWER=--upgrade renews every version
	@for lock in requirements.lock requirements-test.lock requirements-lab.lock; do \
	  sed -n '2s/^# *//;2s/$$/ --quiet $(NEWER)/p' $$lock | sh || exit 1; done

clean: ## Remove what was built, and the environment
	rm -rf _build .venv

.PHONY: help book test package nightly check figures lab lite serve slides student bench pdf release locks clean
