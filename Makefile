# `make run` starts the advisor, `make test` runs everything that is checked. See README.md.
PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.PHONY: stories simulate run test setup train lint format validate docs evaluate vectors mutate seventh cluster bench storm lock clean fuzz cost calls soak pictures coverage

run: setup
	@exec $(BIN)/python -m bot.serve

test: setup lint train validate stories
	$(BIN)/python -m pytest

setup:
	@tools/setup.sh

train: setup
	@$(BIN)/python -m bot.train

lint: setup
	$(BIN)/python -m knowledge validate
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml actions bot knowledge bench tools tests

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Rasa's own check of domain, rules and utterances.
validate: setup
	$(BIN)/python -m rasa data validate --data bot/data --fail-on-warnings

# Rasa's own replay of whole stories: what is typed, and which rule takes it up.
stories: train
	$(BIN)/python -W ignore -m rasa test core --stories tests/test_stories.yml --fail-on-prediction-errors \
		--endpoints /dev/null --out var/stories

# Three hundred simulated people against the real processes; docs/evaluation.md has the latest result.
simulate: train
	$(BIN)/python -m tests.simulation --conversations 300 --seed 1

# docs/programmes and the golden advices follow from knowledge/data, docs/settings.md from the settings: run this
# after changing them, then read the diff.
docs: setup
	$(BIN)/python -m knowledge explain --all --out docs/programmes --cases tests/knowledge/cases
	$(BIN)/python -m tests.knowledge.golden --write
	$(BIN)/python -m bot.channels.settings_page

# The pictures of the guides, in Chromium from the real processes: run this after changing a screen.
pictures: train
	$(BIN)/python -m tools.pictures

# How well utterances are understood, with every mistake; the figures go into docs/evaluation.md.
evaluate: train
	$(BIN)/python -W ignore -m tests.evaluation --page docs/evaluation.md

# The long run of what `make test` does with 1,000 inputs: nothing typed makes the pipeline fail.
fuzz: setup
	NAVI_FUZZ=20000 $(BIN)/python -m pytest tests/bot/nlu/test_any_input.py

# What the model costs on this machine: training, starting, parsing, memory.
cost: setup
	$(BIN)/python bench/model_cost.py

# Sentence vectors of the training lines: run after adding lines, or training encodes the new ones each time.
vectors: setup
	$(BIN)/python -m bot.nlu.vectors

# Which branches are reached by the tests that need no browser, and by the scenarios on the whole chain (about a quarter
# of an hour); docs/house.md has the latest result. A test that fails is said, and does not end it.
coverage: train
	$(BIN)/python -m coverage erase
	-$(BIN)/python -m coverage run -m pytest -q -m "not browser and not chain" --ignore tests/bot/channels/vendors \
		--ignore tests/bot/channels/test_description.py tests/actions tests/bot tests/knowledge
	-$(BIN)/python -m coverage run -m pytest -q tests/test_conversations.py tests/test_turns.py
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --sort=cover

# Changes every number of the data and checks that a test notices.
mutate: setup
	$(BIN)/python -m tests.knowledge.mutation

# The topology of deploy/ as plain processes; 200 people talk while each part is killed. Needs PostgreSQL, Redis, nginx.
cluster: train
	$(BIN)/python -m tests.drill

# A seventh programme and another year by data alone, with the model trained on every sentence (a few minutes).
seventh: setup
	NAVI_FULL_TRAINING=1 $(BIN)/python -m pytest tests/test_howto.py

# A thousand events through LINE and through Slack while processes are killed; `make test` sends fewer.
storm: setup
	NAVI_STORM_PEOPLE=50 $(BIN)/python -m pytest -q --log-cli-level=INFO tests/bot/channels/vendors/test_storm.py \
		tests/bot/channels/vendors/test_acknowledgement.py

# Ours beside Rasa's own bots and OpenFisca in one run (docs/bench.md); about a quarter of an hour on an idle machine.
bench: train
	$(BIN)/python -W ignore -m bench

# At least 5,000 calls of every described operation, all of schemathesis' checks (a long while).
calls: setup
	NAVI_FUZZ_EXAMPLES=350 NAVI_FUZZ_FEWEST_CALLS=5000 $(BIN)/python -m pytest -rA tests/bot/channels/test_description.py

# Hostile messages for 20 minutes, then 500 conversations at once, against the real chain.
soak: train
	$(BIN)/python -m tests.soak hostile --messages 100000 --minutes 20
	$(BIN)/python -m tests.soak crowd --conversations 500

# Resolve requirements.in anew. No index or download address may enter the lock.
lock: setup
	.uv/bin/uv pip compile --quiet --python-version $$(cat .python-version) --generate-hashes --no-header \
		--no-emit-index-url --override overrides.txt requirements.in -o requirements.txt

clean:
	rm -rf .venv .uv models var results
