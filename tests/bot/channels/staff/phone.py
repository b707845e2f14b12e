"""How the stand-in for Rasa answers the phone: it reads a word or two, and knows what was put."""

from __future__ import annotations

from typing import Any

from rasa_stand_in import advice, text

WORDS = {
    "商標": {"problems": ["squatted_trademark"]},
    "偽物": {"problems": ["counterfeit"]},
    "中国": {"countries": ["CN"]},
    "タイ": {"countries": ["TH"]},
    "登録済み": {"jp_trademark": True},
    "240万円": {"costs": {"squatted_trademark": 2_400_000}},
}
HEARD = "中国で商標を取られました。来週までに返事が要ります"


class Listening:
    """Keeps the facts of every conversation, as Rasa does."""

    def __init__(self) -> None:
        self.facts: dict[str, dict[str, Any]] = {}
        self.facts_of_words: dict[str, dict[str, Any]] = dict(WORDS)

    def __call__(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer one message."""
        facts = self.facts.setdefault(request["sender"], {})
        metadata, said = request["metadata"], request["message"]
        if "facts" in metadata:
            facts = self.facts[request["sender"]] = metadata["facts"]
            return [text("承知しました。"), advice(facts)]
        found = {word: values for word, values in self.facts_of_words.items() if word in said}
        for values in found.values():
            facts.update(_joined(facts, values))
        return [text("承知しました。"), advice(facts), *_understanding(request, said, found)]


def with_answer(items: list[dict[str, Any]], answer: str) -> list[dict[str, Any]]:
    """What the stand-in says, with an answer to what the caller asked."""
    for item in items:
        if item.get("custom", {}).get("type") == "understanding":
            item["custom"]["answer"] = answer
    return items


def _joined(facts: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """A country joins those that are known."""
    known = [country for country in facts.get("countries", []) if country not in values.get("countries", [])]
    return {**values, "countries": [*known, *values["countries"]]} if "countries" in values else values


def _understanding(request: dict[str, Any], said: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    if request["metadata"]["channel"] != "phone":
        return []
    facts = [
        {"fact": fact, "spans": [[said.index(word), said.index(word) + len(word)]]}
        for word, values in found.items()
        for fact in values
    ]
    problems = [
        {"id": values["problems"][0], "confidence": 0.9, "spans": []}
        for values in found.values()
        if "problems" in values
    ]
    custom = {
        "type": "understanding",
        "version": 1,
        "text": said,
        "act": "inform",
        "confidence": 0.9,
        "problems": problems,
        "facts": facts,
        "notes": [],
        "understood": bool(found),
    }
    return [{"recipient_id": "x", "custom": custom}]
