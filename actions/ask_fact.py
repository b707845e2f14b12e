"""Asks for the next fact, after saying what came of the latest message."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledging import CANDIDATES, REFUSED, acknowledged, times_misunderstood
from actions.advising import NOTES, advice_on, buttons
from actions.case import Facts, case_of
from actions.metadata import channel_of
from actions.offers import message_of
from actions.wording import not_understood, text
from knowledge import load_knowledge

_OF_RIGHTS = frozenset({"right_type", "procedure_kind"})
"""Entities that only some matters ask for: what they tell is of no use in others."""


def ask_fact(dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
    """Sends the advice so far and its next question with the ready answers.

    Args:
        dispatcher: Where messages go.
        tracker: The conversation, with the latest message read into its slots.
    """
    facts = case_of(tracker)
    advice = advice_on(facts, tracker.get_slot(NOTES))
    question = advice["next"]
    before = [line for line in _before(tracker, advice, facts) if line]
    lines = [*before, question["text"], text("why", reason=question["reason"])]
    dispatcher.utter_message(json_message=advice)
    dispatcher.utter_message(text="\n".join(lines), buttons=buttons(question))


def _before(tracker: Tracker, advice: dict[str, Any], facts: Facts) -> list[str]:
    refused = tracker.get_slot(REFUSED)
    if refused:
        return [refused]
    candidates = tracker.get_slot(CANDIDATES) or []
    if len(candidates) == 2:
        one, other = (load_knowledge().problems[problem].situation for problem in candidates)
        return [text("which_of", one=one, other=other)]
    missed = times_misunderstood(tracker)
    heard = _heard(tracker, advice["next"]) if missed == 1 else None
    if heard:
        return [heard, advice["next"]["help"]]
    if missed:
        return [not_understood("question", missed, advice, channel_of(tracker))]
    return acknowledged(tracker, facts)


def _heard(tracker: Tracker, question: dict[str, Any]) -> str | None:
    """What to say of words that are clear, and no answer: "no" to a list, or a right that does not matter."""
    message = message_of(tracker)
    takes_no = any(option["id"].endswith(".no") for option in question["options"])
    if message.intent == "deny" and question["options"] and not takes_no:
        return text("none_of_these")
    told = {item["entity"] for item in message.entities}
    return text("of_no_use") if told and told <= _OF_RIGHTS else None
