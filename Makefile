# Two commands: `make demo` runs the main job, `make test` every test. Both install what they need first.
PYTHON ?= $(firstword $(foreach p,python3.12 python3.11 python3,$(shell $(p) -c 'import sys,ensurepip; sys.exit(not (3,11)<=sys.version_info[:2]<(3,13))' 2>/dev/null && echo $(p))))
SETUP_INPUTS = pyproject.toml requirements.lock package.json package-lock.json $(wildcard tools/*)

# One more than there are cores: now and then each waits for a chain or a compiler.
PROCESSES ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

# Hundreds of processes import the same modules: their bytecode is kept in the project, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check suite bench setup lock clean
demo: .tools/ready
	.venv/bin/upgrader demo

# Side by side: whatever fails is said once both have ended.
test: .tools/ready
	@$(MAKE) --no-print-directory -j2 check suite

suite: .tools/ready
	.venv/bin/python -m pytest -p no:ape_test -n $(PROCESSES) --dist loadfile --no-loadscope-reorder tests

# The house rules that a machine can hold: style, types, floors.
check: .tools/ready
	.venv/bin/ruff check upgrader tests scripts tools bench
	.venv/bin/ruff format --check upgrader tests scripts tools bench
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

bench: .tools/ready
	.venv/bin/python -m bench

NEEDS_PYTHON = @command -v "$(PYTHON)" >/dev/null || { echo "upgrader needs Python 3.11 or 3.12 with its venv module: install one (Debian: apt install python3 python3-venv) and run make again."; exit 1; }

# Everything anew, whatever was there: what `upgrader doctor` names to mend a broken part.
setup:
	$(NEEDS_PYTHON)
	$(PYTHON) tools/setup.py --again

.tools/ready: $(SETUP_INPUTS)
	$(NEEDS_PYTHON)
	$(PYTHON) tools/setup.py

# Renew both lock files after changing a dependency.
lock:
	.venv/bin/uv pip compile -q pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 --no-header -o requirements.lock
	.venv/bin/npm install --package-lock-only --loglevel=error

clean:
	rm -rf .venv node_modules .tools .build
