"""What an operator is told of a message beside the advice."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.message import Message
from actions.metadata import report
from actions.understanding import understand

CASE = {"problems": ["squatted_trademark"], "costs": {"squatted_trademark": 1_800_000}}


def _reported(text: str, intent: str) -> dict[str, Any]:
    latest = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "metadata": {"channel": "phone"}}
    tracker = Tracker("x", {}, latest, [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    report(dispatcher, tracker, understand(Message.of(latest), CASE, None))
    found: dict[str, Any] = dispatcher.messages[0]["custom"]
    return found


@pytest.mark.parametrize(
    ("text", "intent", "answer"),
    [
        ("そもそも取消審判って何ですか?", "ask_question", "登録された商標を、取り消すよう求める手続きです"),
        # Whatever it was taken for, it is asked.
        ("補助金って、いつ振り込まれるんですか", "out_of_scope", "後払い"),
        ("で、結局いくら出るんですか、早く教えてください", "complaint", "1,200,000円"),
        ("社長の好きな色は何ですか", "ask_question", "手元の資料では答えられません"),
    ],
)
def test_what_a_caller_asks_comes_with_its_answer(text: str, intent: str, answer: str) -> None:
    assert answer in _reported(text, intent)["answer"]


@pytest.mark.parametrize("text", ["中国で商標を取られました", "はい、そうです"])
def test_what_asks_nothing_has_no_answer(text: str) -> None:
    assert _reported(text, "inform")["answer"] is None
