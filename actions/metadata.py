"""What a channel adds to a message in its metadata, which nobody can type: facts put directly, and wishes.

Keys: `channel`; `facts`, all facts of the case from now on (null: asked and not known, absent: not asked);
`asked`, false where the open question was not read to the person, so that a bare "yes" answers nothing.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.case import Facts
from actions.faq import asks_about_the_case
from actions.message import Message
from actions.problems import TELLING, unsure_between
from actions.question_in_between import answer_to
from actions.replies import is_question
from actions.understanding import Understanding
from actions.wording import text
from knowledge import check_facts, load_knowledge

PHONE = "phone"
"""Channel whose operator sees how each message was understood."""

_SHOWN = 0.3
"""Confidence from which a problem is shown to the operator."""
_ENTITIES = {
    "countries": ("countries", "countries_left_out", "region"),
    "applications": ("right_type", "count", "amount"),
    "procedures": ("procedure_kind", "right_type", "count", "amount"),
    "costs": ("amount",),
    "granted": ("amount",),
    "capital_yen": ("capital_yen", "amount"),
    "employees": ("employees", "people", "number", "count"),
    "policy_year": ("policy_year", "number", "count"),
}
"""Entities that a fact is read from, where they are not of its own name."""


def given_facts(tracker: Tracker) -> Facts | None:
    """Facts that the channel puts in place of all facts of the case, or None.

    Raises:
        FactsError: If one of them is not what it may be.
    """
    given = _metadata(tracker).get("facts")
    return None if given is None else check_facts(given, load_knowledge())


def channel_of(tracker: Tracker) -> str | None:
    """Where the message was said, or None where nobody tells."""
    return _metadata(tracker).get("channel")


def was_asked(tracker: Tracker) -> bool:
    """Whether the person knew the open question when they spoke."""
    return _metadata(tracker).get("asked") is not False


def report(dispatcher: CollectingDispatcher, tracker: Tracker, found: Understanding) -> None:
    """Tells an operator how a message was understood, each fact with the words that it came from."""
    if _metadata(tracker).get("channel") == PHONE:
        message = Message.of(tracker.latest_message)
        dispatcher.utter_message(json_message=_report(message, found))


def say_misunderstood(dispatcher: CollectingDispatcher) -> None:
    """Tells the channel, not the person, that nothing could be done with the message: it is counted."""
    dispatcher.utter_message(json_message={"type": "misunderstood"})


def _report(message: Message, found: Understanding) -> dict[str, Any]:
    problems = _problems(message, found)
    return {
        "type": "understanding",
        "version": 1,
        "text": message.text,
        "act": message.intent,
        "confidence": message.confidence,
        "problems": [
            {"id": problem, "confidence": confidence, "spans": _spans(message, ("problems",), problem)}
            for problem, confidence in problems.items()
            if confidence >= _SHOWN
        ],
        "facts": [
            {"fact": name, "spans": _spans(message, _ENTITIES.get(name, (name,)))} for name in found.changed
        ],
        "notes": [text(note) for note in found.notes],
        "answer": _answer(message, found),
        "understood": found.told or found.answered or found.is_digression,
    }


def _answer(message: Message, found: Understanding) -> str | None:
    """What to read out to a caller who asks something, or None where nothing is asked."""
    is_asked = message.intent == "ask_question"
    if not is_asked and (found.told or not (is_question(message.text) or asks_about_the_case(message.text))):
        return None
    return answer_to(message.text, found.facts) or (text("faq_unknown") if is_asked else None)


def _problems(message: Message, found: Understanding) -> dict[str, float]:
    """Problems with their chances, where the message tells of any."""
    candidates = unsure_between(message)
    if candidates:
        return {problem: message.ranking.get(problem, 0.0) for problem in candidates}
    tells = "problems" in found.changed or message.is_problem or message.problem_share >= TELLING
    return message.problems() if tells else {}


def _spans(message: Message, entities: tuple[str, ...], value: Any = None) -> list[list[int]]:
    """Places in the text; empty where the message as a whole was the answer."""
    found = {
        (item["start"], item["end"])
        for item in message.entities
        if item.get("entity") in entities
        and (value is None or item.get("value") == value)
        and item.get("start") is not None
    }
    return [list(span) for span in sorted(found)]


def _metadata(tracker: Tracker) -> dict[str, Any]:
    return tracker.latest_message.get("metadata") or {}
