"""One message of a person as the NLU understood it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from knowledge import load_knowledge

ANSWER = "answer"
"""Intent of a chosen option, sent by a channel as `/answer{"option": "..."}`."""

CONTINUE = frozenset(
    {"affirm", "deny", "dont_know", "inform", "correct", "gibberish", "what_if", "nlu_fallback", ANSWER}
)
"""Acts that go on with the case; every other act is a digression with a rule of its own."""


SURE = 0.4
"""Confidence from which another act than going on is followed."""
SURE_TO_FORGET = 0.7
"""The same for acts that throw something away."""
_FORGETTING = frozenset({"start_over", "forget", "go_back"})


@dataclass(frozen=True)
class Message:
    """Text, act and entities of the latest message.

    Attributes:
        ranking: Confidence of every intent, problems and acts together.
    """

    text: str
    intent: str
    confidence: float
    entities: list[dict[str, Any]]
    ranking: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, latest: dict[str, Any]) -> Message:
        """From Rasa's `latest_message`."""
        intent = latest.get("intent") or {}
        return cls(
            text=latest.get("text") or "",
            intent=intent.get("name") or "nlu_fallback",
            confidence=float(intent.get("confidence") or 0.0),
            entities=list(latest.get("entities") or []),
            ranking={item["name"]: item["confidence"] for item in latest.get("intent_ranking") or []},
        )

    def values(self, entity: str) -> list[Any]:
        """Values of one entity in the order of the text."""
        found = [item for item in self.entities if item.get("entity") == entity]
        return [item["value"] for item in sorted(found, key=lambda item: item.get("start") or 0)]

    def amounts(self) -> list[tuple[dict[str, Any], str]]:
        """Sums of money in order, each with the words of its sentence since the one before it."""
        found, end = [], 0
        for item in sorted(self.entities, key=lambda item: item.get("start") or 0):
            if item.get("entity") == "amount":
                start = item.get("start") or 0
                found.append((item["value"], re.split("[。!?！？]", self.text[end:start])[-1]))
                end = item.get("end") or start
        return found

    def problems(self) -> dict[str, float]:
        """Problems found, surest first, each with the chance that it is meant if the message tells of any."""
        found = {
            item["value"]: float(item.get("confidence_entity") or self.confidence)
            for item in self.entities
            if item.get("entity") == "problems"
        }
        if self.is_problem:
            found.setdefault(self.intent, self.confidence)
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def says_within(self, fact: str | None, problem: str) -> bool:
        """Whether a fact is told in the very words that a problem was found in: no new matter, then."""
        spans = [(item["start"], item["end"]) for item in self.entities if item.get("value") == problem]
        told = [item for item in self.entities if item.get("entity") == fact]
        return any(start <= item["start"] < end for item in told for start, end in spans)

    def without_other_facts(self, fact: str, *, value: bool) -> str:
        """The text without the clauses that say of other facts than this one that they have the value."""
        others = load_knowledge().facts.keys() - {fact}
        told = [item for item in self.entities if item["entity"] in others and item["value"] is value]
        if not told:
            return self.text
        clauses = re.finditer(r"[^。、,.!?！？]+", self.text)
        return "、".join(
            clause[0]
            for clause in clauses
            if not any(item["start"] < clause.end() and clause.start() < item["end"] for item in told)
        )

    @property
    def is_digression(self) -> bool:
        """Whether the message asks for something else than going on, surely enough to follow it."""
        if self.intent in CONTINUE or self.is_problem:
            return False
        return self.confidence >= (SURE_TO_FORGET if self.intent in _FORGETTING else SURE)

    @property
    def is_problem(self) -> bool:
        """Whether the likeliest act is to tell of a problem."""
        return self.intent in load_knowledge().problems

    @property
    def problem_share(self) -> float:
        """Chance that the message tells of a problem at all."""
        return sum(self.ranking.get(problem, 0.0) for problem in load_knowledge().problems)
