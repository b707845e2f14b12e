"""Whole conversations over HTTP against the real processes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from knowledge import assess
from tests.chain import Chain
from tests.conversation import Conversation, outcome

SCENARIOS = [
    scenario | {"name": f"{path.stem}: {scenario['name']}"}
    for path in sorted((Path(__file__).parent / "scenarios").glob("*.yml"))
    for scenario in yaml.safe_load(path.read_text(encoding="utf-8"))
]
MOST_QUESTIONS = {1: 8, 2: 12}
"""For one problem, and for two or more."""
MEDIAN_QUESTIONS = 5

_questions: list[int] = []
"""Questions asked in each conversation about one problem so far."""


@pytest.fixture
def conversation(chain: Chain) -> Iterator[Conversation]:
    with httpx.Client(base_url=chain.address, timeout=60) as client:
        yield Conversation(client)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_conversation_ends_in_the_advice_on_the_truth(
    conversation: Conversation, scenario: dict[str, Any]
) -> None:
    """The facts that were elicited give the advice of the true facts, and nothing said is asked again."""
    truth, expected, words = scenario["truth"], scenario["expect"], scenario.get("words", {})
    if "say" in scenario:
        conversation.say(scenario["say"])
    for step in scenario.get("turns", []):
        conversation.follow(step, truth, words)
    advice = conversation.finish(truth, words)

    assert not {fact for fact, _ in conversation.asked} & set(scenario.get("said", [])) - _asked_for_costs(
        words
    )
    one = len(truth["problems"]) == 1
    assert len(conversation.asked) <= MOST_QUESTIONS[1 if one else 2], conversation.asked
    if one and not scenario.get("turns"):
        _questions.append(len(conversation.asked))
    assert expected["status"] == advice["status"]
    assert 2022 == advice["fiscal_year"]
    on_truth = assess(truth, advice["fiscal_year"], advice["as_of"]).to_json()
    assert outcome(on_truth) == outcome(advice), advice["facts"]
    for route in _expected_routes(expected):
        _assert_route(route, advice)
    if expected.get("desk"):
        assert advice["desk"]["recommended"]
        assert advice["routes"] == []


def test_half_of_the_conversations_need_five_questions_at_most() -> None:
    """Counted over the conversations above about one problem, without corrections and digressions."""
    if len(_questions) < len(SCENARIOS) // 3:
        pytest.skip("the conversations were not run")
    assert statistics.median(_questions) <= MEDIAN_QUESTIONS, sorted(_questions)


def _expected_routes(expected: dict[str, Any]) -> list[dict[str, Any]]:
    """What a scenario states by hand, of one programme or of several."""
    return expected.get("routes") or ([expected] if "program" in expected else [])


def _assert_route(expected: dict[str, Any], advice: dict[str, Any]) -> None:
    route = next(route for route in advice["routes"] if route["program"] == expected["program"])
    assert expected["verdict"] == route["verdict"]
    estimate = route["estimate"]
    if expected["verdict"] == "unlikely":
        assert expected["unmet"] in {item["id"] for item in route["conditions"] if item["result"] == "unmet"}
        assert estimate is None
    elif "ceiling_yen" in expected:
        assert estimate is None
        assert expected["ceiling_yen"] == (route["ceiling"] and route["ceiling"]["subsidy_yen"])
    else:
        assert (expected["low_yen"], expected["high_yen"]) == (estimate["low_yen"], estimate["high_yen"])
        assert all(step["basis"]["document"] for step in estimate["steps"])


def _asked_for_costs(words: dict[str, Any]) -> set[str]:
    """A fact named in the opening may still be asked for the costs that were not."""
    return {name.split(".")[0] for name in words if name.endswith(".cost_yen")}
