"""Simulated people over HTTP against the real processes; the large run is `python -m tests.simulation`."""

from __future__ import annotations

import random
from typing import Any

import httpx
import pytest

from tests.chain import Chain
from tests.conversation import MOST_QUESTIONS, Conversation, agreeing_option
from tests.random_case import random_truth
from tests.simulation import phrases, report, share_right, simulate

CONVERSATIONS = 20
MOVES = 10
STATES = 12
QUESTIONS = (0, 1, 2, 3, 5, 20)
"""Answered before the random moves: from nothing told yet to after the advice."""


def test_simulated_people_end_in_the_advice_on_the_truth(chain: Chain) -> None:
    results = simulate(chain.address, list(range(CONVERSATIONS)))
    assert share_right(results) >= 0.9, report(results)
    assert {len(result.problems) for result in results} == {1, 2}
    for result in results:
        assert result.questions <= MOST_QUESTIONS[len(result.problems)], report([result])


@pytest.mark.parametrize("state", range(STATES))
def test_whatever_is_said_the_reply_says_what_can_be_done_next(chain: Chain, state: int) -> None:
    """From a case told so far, ten random moves: nonsense, digits, faces, silence, old options."""
    chance = random.Random(state)
    with httpx.Client(base_url=chain.address, timeout=60) as client:
        conversation = Conversation(client)
        _reach(conversation, chance, questions=QUESTIONS[state % len(QUESTIONS)])
        for _ in range(MOVES):
            offered = _offered(conversation)
            if offered and chance.random() < 0.2:
                move = chance.choice(offered)
                answer = conversation.choose(move)
            else:
                move = chance.choice(phrases()["moves"])
                answer = conversation.say(move)
            assert _says_what_next(answer["messages"]), f"after {move}: {answer['messages']}"


def _reach(conversation: Conversation, chance: random.Random, questions: int) -> None:
    """Tells of a random case and answers some questions; with none, nothing is told yet."""
    if questions == 0:
        return
    truth = random_truth(chance)
    opening = chance.choice(phrases()["openings"][truth["problems"][0]])
    conversation.say(opening.format(country=phrases()["place"], entries=phrases()["thing"]))
    for _ in range(questions):
        if conversation.advice is None or conversation.advice["next"] is None:
            return
        try:
            option = agreeing_option(conversation.question, truth)
        except AssertionError:
            option = conversation.question["options"][-1]["id"]
        conversation.choose(option)


def _offered(conversation: Conversation) -> list[str]:
    """Options of every question so far."""
    return [option["id"] for message in conversation.messages for option in message["options"]]


def _says_what_next(messages: list[dict[str, Any]]) -> bool:
    """Options to choose from, or words that invite to go on, or a number to call."""
    if messages[-1]["options"]:
        return True
    return any(cue in message["text"] for message in messages for cue in phrases()["next_cues"])
