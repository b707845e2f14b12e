"""Messages as the NLU hands them on, and cases to say them in."""

from __future__ import annotations

from typing import Any

from actions.message import Message
from knowledge import assess

COUNTERFEIT = {"problems": ["counterfeit"]}
TRADEMARK = {"problems": ["squatted_trademark"], "jp_trademark": True}
OPEN = COUNTERFEIT | {"right_in_country": True, "evidence": True}
EXAMINED = {"problems": ["exam_response"], "countries": ["KR"]}


def message(
    text: str = "", intent: str = "inform", ranking: dict[str, float] | None = None, **entities: Any
) -> Message:
    """A message with one entity for each keyword."""
    listed = [
        {"entity": name, "value": value, "start": place, "end": place + 1}
        for place, (name, value) in enumerate(entities.items())
    ]
    ranking = ranking or {intent: 0.9}
    return Message(text, intent, max(ranking.values()), listed, ranking)


def question(facts: dict[str, Any]) -> dict[str, Any]:
    """What is asked next with these facts."""
    asked: dict[str, Any] = assess(facts).to_json()["next"]
    return asked


def amounts(text: str, **yen: int) -> list[dict[str, Any]]:
    """Entities of the sums that stand in a text, by their words."""
    ends = {"per": None, "role": "cost", "approx": False}
    return [
        {
            "entity": "amount",
            "value": {"low": value, "high": value} | ends,
            "start": text.index(said),
            "end": text.index(said) + len(said),
        }
        for said, value in yen.items()
    ]
