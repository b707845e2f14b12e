"""A turn in Rasa is done wholly and once, whatever is sent again or away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import httpx
import pytest

from bot.channels.tokens import new_id
from tests.chain import Chain

OPENING = "ベトナムで自社製品の模倣品が売られています"


class Caller:
    """Speaks to Rasa as channels do."""

    def __init__(self, chain: Chain) -> None:
        self.sender = new_id()
        self._url = f"http://127.0.0.1:{chain.environment['NAVI_RASA_PORT']}/webhooks/rest/webhook"
        self._database = chain.data_dir / "rasa.db"

    def say(self, text: str, number: int, **metadata: Any) -> httpx.Response:
        """Sends one message."""
        metadata |= {"channel": "web", "message": number}
        body = {"sender": self.sender, "message": text, "metadata": metadata}
        return httpx.post(self._url, json=body, timeout=60)

    def remembered(self) -> list[str]:
        """Kinds of the events that Rasa keeps of the conversation."""
        with closing(sqlite3.connect(self._database)) as database:
            kinds = database.execute(
                "SELECT type_name FROM events WHERE sender_id = ? ORDER BY id", (self.sender,)
            )
            return [kind for (kind,) in kinds]


@pytest.fixture
def caller(chain: Chain) -> Caller:
    return Caller(chain)


def test_a_message_sent_again_is_answered_the_same_and_not_taken_twice(caller: Caller) -> None:
    first = caller.say(OPENING, 2)
    assert first.json()
    before = caller.remembered()
    again = caller.say(OPENING, 2, again=True)
    assert first.json() == again.json()
    assert before == caller.remembered()
    assert 1 == before.count("user")
    # An answer of earlier, not the newest.
    caller.say("はい", 4)
    assert first.json() == caller.say(OPENING, 2, again=True).json()


def test_a_message_sent_again_that_never_arrived_is_taken(caller: Caller) -> None:
    caller.say(OPENING, 2)
    answer = caller.say("はい", 4, again=True)
    assert answer.json()
    assert 2 == caller.remembered().count("user")


def test_without_its_actions_a_turn_leaves_nothing(chain: Chain, caller: Caller) -> None:
    """Else what was said would count as answered, and be read anew as an answer to the next question."""
    caller.say(OPENING, 2)
    before = caller.remembered()
    chain.stop("actions")
    try:
        lost = caller.say("はい", 4)
        assert httpx.codes.SERVICE_UNAVAILABLE == lost.status_code
        assert "action server" in lost.json()["error"]
        assert before == caller.remembered()
    finally:
        chain.start("actions")
    assert caller.say("はい", 4, again=True).json()
    assert 2 == caller.remembered().count("user")


def test_without_its_memory_a_turn_is_refused_and_not_begun_anew(chain: Chain, caller: Caller) -> None:
    caller.say(OPENING, 2)
    before = caller.remembered()
    with closing(sqlite3.connect(chain.data_dir / "rasa.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        lost = caller.say("はい", 4)
        assert httpx.codes.SERVICE_UNAVAILABLE == lost.status_code
        assert "tracker store" in lost.json()["error"]
        other.execute("ROLLBACK")
    assert before == caller.remembered()
    advice = [item["custom"] for item in caller.say("はい", 4, again=True).json() if "custom" in item]
    assert ["counterfeit"] == advice[-1]["facts"]["problems"]


def test_what_is_no_message_is_refused_and_not_quoted(chain: Chain) -> None:
    url = f"http://127.0.0.1:{chain.environment['NAVI_RASA_PORT']}/webhooks/rest/webhook"
    for body in ({"sender": "a"}, {"sender": 5, "message": "秘密"}, ["秘密"]):
        answer = httpx.post(url, json=body, timeout=60)
        assert httpx.codes.BAD_REQUEST == answer.status_code
        assert "秘密" not in answer.text
    assert "秘密" not in (chain.data_dir / "rasa.log").read_text(encoding="utf-8")
