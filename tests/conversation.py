"""A person in a conversation over HTTP who knows the truth of a case and answers what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

MOST_QUESTIONS = 20
"""Far above what is allowed, so that a test fails on the number and does not run on."""


@dataclass
class Conversation:
    """One conversation: what was said, what was asked, and the newest advice."""

    client: httpx.Client
    asked: list[tuple[str, str]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    advice: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        opened = self.client.post("/api/conversations")
        opened.raise_for_status()
        body = opened.json()
        self.id, self.headers = body["id"], {"Authorization": f"Bearer {body['token']}"}
        self.messages = body["messages"]

    def say(self, text: str) -> dict[str, Any]:
        """Sends free text."""
        return self._send({"text": text})

    def choose(self, option: str) -> dict[str, Any]:
        """Chooses an option by its id."""
        return self._send({"choice": option})

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """Sends a message and returns the bare response."""
        return self.client.post(f"/api/conversations/{self.id}/messages", json=body, headers=self.headers)

    def answer(self, truth: dict[str, Any], words: dict[str, Any]) -> None:
        """Answers the open question: in these words, or else by the option that agrees with the truth."""
        question = self.question
        key = question["fact"] if question["part"] == "default" else f"{question['fact']}.{question['part']}"
        self.asked.append((question["fact"], question["part"]))
        for name in (key, question["fact"]):
            if name in words:
                said = words[name]
                # A fact that is asked again (a cost for each kind of right) has a reply for each time.
                self.say(said if isinstance(said, str) else said[self.asked.count(self.asked[-1]) - 1])
                return
        self.choose(agreeing_option(question, truth))

    def finish(self, truth: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
        """Answers until nothing more is asked and returns the advice."""
        while self.advice is None or self.advice["status"] == "asking":
            assert len(self.asked) < MOST_QUESTIONS, f"still asking after {self.asked}"
            assert self.advice is not None, f"no advice yet, last said: {self.messages[-1:]}"
            self.answer(truth, words)
        return self.advice

    @property
    def question(self) -> dict[str, Any]:
        """The open question."""
        assert self.advice is not None
        question: dict[str, Any] = self.advice["next"]
        return question

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        response = self.post(body)
        assert response.status_code == httpx.codes.OK, response.text
        answer: dict[str, Any] = response.json()
        assert answer["messages"], f"no reply to {body}"
        self.messages += answer["messages"]
        if answer["advice"] is not None:
            self.advice = answer["advice"]
        return answer


def agreeing_option(question: dict[str, Any], truth: dict[str, Any]) -> str:
    """The option whose facts are all true; "I don't know" where the truth has nothing to say."""
    best = None
    for option in question["options"]:
        values = option["set"]
        if any(value is None for value in values.values()):
            best = best or option["id"]
        elif all(truth.get(name) == value for name, value in values.items()):
            return str(option["id"])
    assert best is not None, f"no option of {question['fact']} agrees with {truth}"
    return str(best)
