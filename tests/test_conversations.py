"""Whole conversations over HTTP against the real processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from knowledge import assess
from tests.chain import Chain
from tests.conversation import Conversation

SCENARIOS = [
    scenario
    for path in sorted((Path(__file__).parent / "scenarios").glob("*.yml"))
    for scenario in yaml.safe_load(path.read_text(encoding="utf-8"))
]
MOST_QUESTIONS_FOR_ONE_PROBLEM = 8


@pytest.fixture
def conversation(chain: Chain) -> Conversation:
    return Conversation(httpx.Client(base_url=chain.address, timeout=60))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_conversation_ends_in_the_advice_on_the_truth(
    conversation: Conversation, scenario: dict[str, Any]
) -> None:
    """The facts that were elicited give the advice of the true facts, and nothing said is asked again."""
    truth, expected = scenario["truth"], scenario["expect"]
    conversation.say(scenario["say"])
    advice = conversation.finish(truth, scenario["words"])

    assert not {fact for fact, _ in conversation.asked} & set(scenario["said"]) - _asked_for_costs(scenario)
    assert len(conversation.asked) <= MOST_QUESTIONS_FOR_ONE_PROBLEM
    assert expected["status"] == advice["status"]
    assert 2022 == advice["fiscal_year"]
    on_truth = assess(truth, advice["fiscal_year"], advice["as_of"]).to_json()
    if expected.get("desk"):
        assert advice["desk"]["recommended"]
        assert advice["routes"] == []
        return
    route = next(route for route in advice["routes"] if route["program"] == expected["program"])
    assert expected["verdict"] == route["verdict"]
    true_route = next(route for route in on_truth["routes"] if route["program"] == expected["program"])
    assert true_route["estimate"] == route["estimate"]
    if expected["verdict"] == "unlikely":
        assert expected["unmet"] in {item["id"] for item in route["conditions"] if item["result"] == "unmet"}
        assert route["estimate"] is None
    else:
        estimate = route["estimate"]
        assert (expected["low_yen"], expected["high_yen"]) == (estimate["low_yen"], estimate["high_yen"])
        assert all(step["basis"]["document"] for step in estimate["steps"])


def _asked_for_costs(scenario: dict[str, Any]) -> set[str]:
    """A fact named in the opening may still be asked for the costs that were not."""
    return {name.split(".")[0] for name in scenario["words"] if name.endswith(".cost_yen")}
