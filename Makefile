# `make run` starts the advisor, `make test` runs everything that is checked. See README.md.
PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.PHONY: run test setup train lint format validate lock clean

run: setup
	@exec $(BIN)/python -m bot.serve

test: setup lint train
	$(BIN)/python -m pytest

setup:
	@tools/setup.sh

train: setup
	@$(BIN)/python -m bot.train

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Rasa's own check of domain, rules and utterances.
validate: setup
	$(BIN)/python -m rasa data validate --data bot/data --fail-on-warnings

# Resolve requirements.in anew. No index or download address may enter the lock.
lock: setup
	.uv/bin/uv pip compile --quiet --python-version $$(cat .python-version) --generate-hashes --no-header \
		--no-emit-index-url --override overrides.txt requirements.in -o requirements.txt

clean:
	rm -rf .venv .uv models var results
