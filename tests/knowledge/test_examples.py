"""The examples that the project's description gives: facts, and the verdicts and amounts they must give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.knowledge.agreement import route_of

HERE = Path(__file__).parent
LINES = (HERE / "advice_examples.jsonl").read_text(encoding="utf-8").splitlines()
EXAMPLES = [json.loads(line) for line in LINES if not line.startswith("#")]
ORIGIN = HERE.parents[2] / "shared" / "eval" / "advice_examples.jsonl"


def test_all_twelve_are_here():
    assert len(EXAMPLES) == 12


@pytest.mark.skipif(not ORIGIN.exists(), reason="the shared evaluation set is not beside this checkout")
def test_they_are_the_shared_ones():
    assert ORIGIN.read_text(encoding="utf-8").splitlines() == [
        line for line in LINES if not line.startswith("#")
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_an_example_holds(example):
    for wanted in example["expect"]:
        route = route_of(example["facts"], wanted["program"])
        estimate = route["estimate"]
        assert {
            "program": route["program"],
            "verdict": route["verdict"],
            "conditions": {condition["id"]: condition["result"] for condition in route["conditions"]},
            "estimate": estimate and {key: estimate[key] for key in wanted["estimate"] or {}},
        } == wanted
        # dicts compare without order; conditions are an ordered list
        assert list(wanted["conditions"]) == [condition["id"] for condition in route["conditions"]]
