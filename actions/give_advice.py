"""Tells the person what the facts mean."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.advising import NOTES, advice_on
from actions.case import case_of
from actions.validate_consultation_form import NOTICED, REFUSED
from actions.wording import advice_text, noticed_text


class GiveAdvice(Action):
    """Sends the advice as a card and as plain text. Decides nothing itself."""

    def name(self) -> str:
        return "action_give_advice"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        facts = case_of(tracker)
        advice = advice_on(facts, tracker.get_slot(NOTES))
        before = tracker.get_slot(REFUSED) or noticed_text(facts, tracker.get_slot(NOTICED) or [])
        dispatcher.utter_message(json_message=advice)
        dispatcher.utter_message(text="\n".join(line for line in (before, advice_text(advice)) if line))
        return []
