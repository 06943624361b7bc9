# LotusFair. `make demo` and `make test` do all their own set-up on a machine with Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export LOTUSFAIR_DATA_DIR ?= instance

.PHONY: demo test check browser setup format bench faults

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is missing. On Debian: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; PYTHON=python3.12 make … chooses another"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the lock file names (about a minute the first time)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

demo: setup
	@PORT=$(PORT) LOTUSFAIR_MODE=demo $(BIN)/python -m flask --app wsgi init
	@PORT=$(PORT) LOTUSFAIR_MODE=demo $(BIN)/python -m flask --app wsgi demo build
	@PORT=$(PORT) LOTUSFAIR_MODE=demo $(BIN)/python -m flask --app wsgi serve

# The browser is Debian's Chromium, best without its window; where it can be had it is installed, in CI it must be there.
browser:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	 if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	   apt-get update -qq && { apt-get install -y -qq chromium-headless-shell fonts-wqy-microhei >/dev/null || \
	     apt-get install -y -qq chromium fonts-wqy-microhei >/dev/null; }; \
	 else echo "No Chromium: browser tests will be skipped. On Debian: apt-get install chromium fonts-wqy-microhei"; fi

test: setup browser
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests

check: setup
	@$(BIN)/ruff check marketplace migrations tests wsgi.py
	@$(BIN)/ruff format --check marketplace migrations tests wsgi.py
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/mypy marketplace
	@$(BIN)/python -m pytest -q tests/architecture

format: setup
	@$(BIN)/ruff check --fix marketplace migrations tests wsgi.py
	@$(BIN)/ruff format marketplace migrations tests wsgi.py

# Ratios against a bare Flask page, and what history costs; nothing is judged. PARTS="report paging" chooses, WRITE=1 keeps the tables.
bench: setup
	@$(BIN)/python -m tests.bench $(PARTS) $(if $(WRITE),--write)

# Thousands of random sequences instead of the dozen of `make test`, a hundred thousand notifications, a thousand kills; an hour or
# more. SEQUENCES=20000, DELIVERIES=…, KILLS=… for longer or shorter, SEED=… again.
faults: setup
	@SEQUENCES=$(or $(SEQUENCES),2000) $(BIN)/python -m pytest -m faults -o faulthandler_timeout=0 $(if $(SEED),--hypothesis-seed=$(SEED)) tests
