"""Whole conversations over HTTP against the real processes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.chain import Chain
from tests.conversation import MOST_QUESTIONS, Conversation, outcome, outcome_on, scenarios

SCENARIOS = scenarios()
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
    advice = conversation.hold(scenario)

    assert not {fact for fact, _ in conversation.asked} & set(scenario.get("said", [])) - _asked_for_costs(
        words
    )
    one = len(truth["problems"]) == 1
    assert len(conversation.asked) <= MOST_QUESTIONS[1 if one else 2], conversation.asked
    if one and not scenario.get("turns"):
        _questions.append(len(conversation.asked))
    assert expected["status"] == advice["status"]
    assert 2022 == advice["fiscal_year"]
    assert outcome_on(truth, advice) == outcome(advice), advice["facts"]
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
