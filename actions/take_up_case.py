"""After a digression outside the form: goes on with the case, or says how to."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.case import case_of
from actions.message import Message
from actions.metadata import report
from actions.understanding import understand
from actions.validate_consultation_form import FORM
from actions.wording import text

_LAST_WORDS = frozenset({"thanks", "goodbye", "forget", "feedback_good"})
"""Acts after which nobody wants to be asked anything; their replies say how to go on."""


class TakeUpCase(Action):
    """Runs the form if the message also told of the case, or if there is none yet."""

    def name(self) -> str:
        return "action_take_up_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        message, facts = Message.of(tracker.latest_message), case_of(tracker)
        found = understand(message, facts, None)
        if found.changed:
            return [FollowupAction(FORM)]
        if message.intent in _LAST_WORDS:
            report(dispatcher, tracker, found)
            return []
        if not facts.get("problems"):
            return [FollowupAction(FORM)]
        report(dispatcher, tracker, found)
        dispatcher.utter_message(text=text("next_step"))
        return []
