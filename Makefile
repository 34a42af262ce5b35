# The two commands a newcomer needs are `make run` and `make test`; both set up
# everything they need inside this folder. `make clean` removes all of it.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check install --quiet
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run test long check bench bench-screens rehearse day fuzz deb bundle repo field booted docs screens lock pull clean

help:  ## Show this help.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 15

run: $(VENV)/run.stamp  ## Run the demo clinic; ARGS="--once --json" for one visit without a screen.
	@$(BIN)/clinic-terminal models pull --demo
	@$(BIN)/clinic-terminal demo $(ARGS)

test: $(VENV)/test.stamp pull check  ## Set up, then run every gate and every test.
ifeq ($(ARGS),)
	$(SPREAD) -n 3 tests/core tests/crash tests/drivers tests/field tests/house tests/kiosk \
		tests/models tests/shell
	$(SPREAD) -n 3 tests/journeys
else
	$(BIN)/python -m pytest $(ARGS)
endif

long: $(VENV)/test.stamp pull  ## Variants, and the power cut at every write under every fault; some minutes more.
	$(BIN)/python -m pytest -m long

# On both cores, and one more that works while others wait for a browser or a time-out; one
# order of sets, or the parts would differ. The whole clinics of the journeys come last and by
# themselves: three of them fill the machine.
SPREAD = PYTHONHASHSEED=0 $(BIN)/python -m pytest --dist loadfile

check: $(VENV)/test.stamp  ## Run the gates: format, lint, types, doors, dead code.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

bench: $(VENV)/test.stamp pull  ## Measure the terminal on this machine (one JSON object).
	@$(BIN)/clinic-terminal bench --json

bench-screens: $(VENV)/test.stamp pull  ## Measure taps, scans, the preview and first pages in a real browser.
	@$(BIN)/python -m tests.journeys.bench_screens --json

rehearse: $(VENV)/test.stamp  ## 2,000 visits under every fault; ARGS="--seed 7" for others.
	@$(BIN)/clinic-terminal rehearse --visits 2000 --json $(ARGS)

day: $(VENV)/test.stamp pull  ## A whole day in 24 minutes while devices come and go; ARGS="--minutes 8 --seed 8".
	@$(BIN)/python -m tests.field.a_day $(ARGS)

fuzz: $(VENV)/test.stamp  ## A million mutated scans through the wire and the classifier.
	$(BIN)/python -m tests.fuzz_scans 1000000

deb: $(VENV)/run.stamp  ## Build the Debian packages in dist; ARCH=arm64 for the other board.
	@$(BIN)/python systemd/package/deb.py --arch $(ARCH) --out dist

bundle: $(VENV)/run.stamp pull  ## Build and sign the offline bundle of both boards; KEY=file signs it, UPDATES_KEY=file goes with it.
	@$(BIN)/python systemd/package/bundle.py --out dist/bundle $(if $(KEY),--key $(KEY)) $(if $(UPDATES_KEY),--updates-key $(UPDATES_KEY))

repo: $(VENV)/run.stamp  ## Lay a signed apt repository out of dist; KEY=gpg's name, RING=this, few or all.
	@$(BIN)/python systemd/package/repo.py --debs dist --out dist/repo --ring $(or $(RING),this) --key $(KEY)

ARCH ?= $(shell dpkg --print-architecture 2>/dev/null || echo amd64)

field: $(VENV)/run.stamp pull  ## Install, upgrade, power cut, roll back, remove in a throw-away root; as root, minutes.
	@requirements/system.sh field >&2
	@unshare --mount --pid --fork $(BIN)/python -m tests.field.throwaway
	@unshare --mount --pid --fork $(BIN)/python -m tests.field.updates

booted: $(VENV)/run.stamp pull  ## On a board that boots systemd: install, services, power cuts, updates; as root, minutes.
	@requirements/system.sh field >&2
	@$(BIN)/python -m tests.field.booted_install
	@$(BIN)/python -m tests.field.booted
	@$(BIN)/python -m tests.field.booted_update
	@$(BIN)/python -m tests.field.booted_county
	@$(BIN)/python -m tests.field.booted_disk

docs: $(VENV)/test.stamp  ## Write the generated pages of docs/ anew.
	$(BIN)/python -m tests.house.pages

screens: $(VENV)/test.stamp pull  ## Photograph the screens anew for docs/screens.md.
	$(BIN)/python -m tests.journeys.pictures

lock:  ## Resolve the locked requirements anew; needs uv.
	uv pip compile pyproject.toml $(LOCKED) --group build -o requirements/run.txt
	uv pip compile pyproject.toml $(LOCKED) --group build --group dev -o requirements/test.txt

LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate --quiet --upgrade

pull: $(VENV)/run.stamp  ## Fetch and verify the networks and the sample clips.
	@$(BIN)/clinic-terminal models pull --demo

clean:  ## Remove everything that was made in this folder; .data holds the demo's visits too.
	rm -rf $(VENV) .data dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Progress goes to standard error: what a command prints is then only what it was asked for.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found." >&2; exit 1; }
	@requirements/system.sh run >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(BIN)/python pyproject.toml requirements/run.txt requirements/system.txt
	@requirements/system.sh run >&2
	@echo "Installing the locked requirements into $(VENV)" >&2
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements/test.txt
	@requirements/system.sh test >&2
	@echo "Installing what the tests need into $(VENV)" >&2
	@$(PIP) --require-hashes -r requirements/test.txt
	@touch $@
