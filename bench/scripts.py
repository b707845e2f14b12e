"""What is said: the conversations of tests/scenarios, replayed turn by turn and timed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import httpx
import yaml

from bot.train import ROOT
from tests.conversation import Conversation

SCRIPT = "first_conversations"
TURN = "turn"
"""Name under which locust counts turns."""


@lru_cache(maxsize=1)
def scenarios() -> list[dict[str, Any]]:
    """The scenarios that are replayed: one a programme and more, by free text and by options."""
    path = ROOT / f"tests/scenarios/{SCRIPT}.yml"
    return list(yaml.safe_load(path.read_text(encoding="utf-8")))


class Timed(Conversation):
    """A conversation that notes how long each turn took, and tells what was said."""

    def __init__(
        self,
        client: httpx.Client,
        note: Callable[[str, float], None],
        told: Callable[[str, str], None] = lambda _sender, _text: None,
    ) -> None:
        self._note, self._told = note, told
        super().__init__(client)

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """Sends a message."""
        began = time.perf_counter()
        response = super().post(body)
        self._note("choice" if "choice" in body else "text", time.perf_counter() - began)
        self._told(self.id, self._label(body["choice"]) if "choice" in body else body["text"])
        return response

    def _label(self, option: str) -> str:
        offered = [one for message in self.messages for one in message["options"] if one["id"] == option]
        return offered[-1]["label"] if offered else option


def replay(talk: Timed, scenario: dict[str, Any]) -> bool:
    """Holds one whole conversation; whether it came to its end."""
    try:
        talk.say(scenario["say"])
        talk.finish(scenario["truth"], scenario.get("words", {}))
    except AssertionError:
        return False
    return True
