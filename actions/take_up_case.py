"""After a digression outside the form: goes on with the case where the same message also told of it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.case import case_of
from actions.message import Message
from actions.understanding import understand
from actions.validate_consultation_form import FORM


class TakeUpCase(Action):
    """Runs the form if the latest message carries a problem or a fact."""

    def name(self) -> str:
        return "action_take_up_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        found = understand(Message.of(tracker.latest_message), case_of(tracker), None)
        return [FollowupAction(FORM)] if found.changed else []
