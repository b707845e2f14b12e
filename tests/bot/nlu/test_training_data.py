"""The training sentences themselves: common form, no doubles, enough, and none that is tested with."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.loading import load_data

from bot.nlu.problem_classifier import PROBLEMS
from bot.nlu.sentence_encoder import WEIGHTS_SHA256
from bot.nlu.vectors import STORE, VectorStore
from bot.text import normalise
from tests.evaluation import DEVELOPMENT_SET

ROOT = Path(__file__).parents[3]
NLU = ROOT / "bot" / "data" / "nlu"
HELD_OUT = [*sorted((ROOT / "tests" / "bot" / "data").glob("*.tsv")), DEVELOPMENT_SET]
ALIKE = 0.6
LEAST = 250
LEAST_OF_ACTS = 25


@cache
def examples():
    return [
        (message.get(INTENT), message.get(TEXT), message) for message in load_data(str(NLU)).intent_examples
    ]


def bare(text):
    return re.sub(r"[\W_]+", "", normalise(text)).lower()


def grams(text):
    framed = f"^{bare(text)}$"
    return frozenset(framed[at : at + 3] for at in range(max(1, len(framed) - 2)))


def test_every_sentence_is_in_the_common_form():
    """Training and serving must see the same characters."""
    assert [text for _, text, _ in examples() if text != normalise(text)] == []


def test_no_sentence_stands_twice():
    counts = Counter(text for _, text, _ in examples())
    assert [text for text, count in counts.items() if count > 1] == []


def test_every_problem_has_enough_sentences():
    counts = Counter(intent for intent, _, _ in examples())
    assert {problem: counts[problem] for problem in PROBLEMS if counts[problem] < LEAST} == {}
    assert {intent: count for intent, count in counts.items() if count < LEAST_OF_ACTS} == {}


def test_intents_are_those_of_the_domain():
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert {intent for intent, _, _ in examples()} <= set(domain["intents"])


def test_further_problems_are_problems():
    named = [
        also
        for intent, _, message in examples()
        for also in ((message.get("metadata") or {}).get("example") or {}).get("also", ())
        if also != intent
    ]
    assert len(named) >= 100
    assert set(named) <= set(PROBLEMS)


@pytest.mark.parametrize("held_out", HELD_OUT, ids=lambda path: path.name)
def test_nothing_that_is_tested_with_is_trained_on(held_out):
    if not held_out.exists():
        pytest.skip("lies beside the checkout of those who build")
    cells = {
        cell
        for line in held_out.read_text(encoding="utf-8").splitlines()
        for cell in line.split("\t")
        if len(bare(cell)) > 8 and not cell.startswith("{")
    }
    tested = {cell: grams(cell) for cell in cells}
    cells_with = defaultdict(set)
    for cell, own in tested.items():
        for gram in own:
            cells_with[gram].add(cell)
    found = []
    for text, own in long_examples():
        common = Counter(cell for gram in own for cell in cells_with.get(gram, ()))
        found += [(text, cell) for cell, n in common.items() if n >= ALIKE * len(own | tested[cell])]
    assert tested
    assert found == []


@cache
def long_examples():
    return [(text, grams(text)) for _, text, _ in examples() if len(bare(text)) > 8]


def test_every_sentence_has_a_stored_vector():
    """Else training waits for the encoder: `make vectors`."""
    store = VectorStore.load(ROOT / STORE, WEIGHTS_SHA256)
    assert [text for _, text, _ in examples() if store.get(text) is None] == []
