"""A person in a conversation over HTTP who knows the truth of a case and answers what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from knowledge import assess

MOST_QUESTIONS = {1: 8, 2: 12}
"""By the number of problems; one asked anew after a correction counts again."""
FAR_TOO_MANY = 20
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
        key = f"{question['fact']}.{question['part']}"
        topic = (question["fact"], question["part"])
        said = words.get(key, words.get(question["fact"]))
        self.asked.append(topic)
        if said is not None:
            # A fact that is asked again (a cost for each kind of right) has a reply for each time.
            replies, place = [said] if isinstance(said, str) else said, self.asked.count(topic) - 1
            assert place < len(replies), f"{key} is asked again, after the reply {replies[-1]}"
            self.say(replies[place])
            return
        self.choose(agreeing_option(question, truth))

    def finish(self, truth: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
        """Answers until nothing more is asked and returns the advice."""
        while self.advice is None or self.advice["status"] == "asking":
            assert len(self.asked) < FAR_TOO_MANY, f"still asking after {self.asked}"
            assert self.advice is not None, f"no advice yet, last said: {self.messages[-1:]}"
            self.answer(truth, words)
        return self.advice

    def hold(self, scenario: dict[str, Any]) -> dict[str, Any]:
        """Plays a scenario to its end and returns the advice."""
        truth, words = scenario["truth"], scenario.get("words", {})
        if "say" in scenario:
            self.say(scenario["say"])
        for step in scenario.get("turns", []):
            self.follow(step, truth, words)
        return self.finish(truth, words)

    def follow(self, step: dict[str, Any], truth: dict[str, Any], words: dict[str, Any]) -> None:
        """One scripted step of a scenario, and what must be so after it.

        `say`, `choose` or `until` (answer from the truth until this fact is asked, or until `advice`); then
        `expect_text` (pieces of the reply), `expect_asked` (fact asked now, null for none), `expect_facts`.
        """
        replies = self.messages
        if "say" in step:
            replies = self.say(step["say"])["messages"]
        elif "choose" in step:
            replies = self.choose(step["choose"])["messages"]
        elif "until" in step:
            self._answer_until(step["until"], truth, words)
        said = "\n".join(message["text"] for message in replies)
        for piece in step.get("expect_text", []):
            assert piece in said, f"{piece} is not in the reply to {step}: {said}"
        assert self.advice is not None or not {"expect_asked", "expect_facts"} & step.keys(), said
        now = self.advice or {}
        if "expect_asked" in step:
            asked = now["next"] and now["next"]["fact"]
            assert asked == step["expect_asked"], f"{asked} is asked after {step}: {said}"
        for name, value in step.get("expect_facts", {}).items():
            assert now["facts"].get(name) == value, f"{name} after {step}: {now['facts']}"

    def _answer_until(self, fact: str, truth: dict[str, Any], words: dict[str, Any]) -> None:
        if fact == "advice":
            self.finish(truth, words)
            return
        while self.question["fact"] != fact:
            assert len(self.asked) < FAR_TOO_MANY, f"{fact} was never asked: {self.asked}"
            self.answer(truth, words)

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


def scenarios() -> list[dict[str, Any]]:
    """Every scenario of `tests/scenarios`, named by its file and its own name."""
    return [
        scenario | {"name": f"{path.stem}: {scenario['name']}"}
        for path in sorted((Path(__file__).parent / "scenarios").glob("*.yml"))
        for scenario in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


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


def outcome(advice: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What an advice comes to, whatever facts it came from: programmes, verdicts, amounts, and the desk."""
    return [
        (route["program"], route["verdict"], *_yen(route["estimate"] or {}), _ceiling(route))
        for route in advice["routes"]
    ] + [("desk", advice["status"] == "out_of_scope", advice["desk"]["recommended"])]


def outcome_on(truth: dict[str, Any], advice: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What the advice would come to on the truth, on the same day."""
    return outcome(assess(truth, advice["fiscal_year"], advice["as_of"]).to_json())


def _yen(estimate: dict[str, Any]) -> tuple[Any, ...]:
    names = ("low_yen", "high_yen", "self_burden_low_yen", "self_burden_high_yen")
    return tuple(estimate.get(name) for name in names)


def _ceiling(route: dict[str, Any]) -> Any:
    return route["ceiling"] and route["ceiling"]["subsidy_yen"]
