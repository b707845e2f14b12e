"""Tells the person what the facts mean."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.advising import NOTES, advice_on
from actions.case import case_of
from actions.message import ANSWER, Message
from actions.validate_consultation_form import MISUNDERSTOOD, NOTICED, REFUSED
from actions.wording import acknowledgement, advice_text, text


class GiveAdvice(Action):
    """Sends the advice as a card and as plain text. Decides nothing itself."""

    def name(self) -> str:
        return "action_give_advice"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        facts = case_of(tracker)
        advice = advice_on(facts, tracker.get_slot(NOTES))
        dispatcher.utter_message(json_message=advice)
        instead = tracker.get_slot(REFUSED)
        if instead is None and tracker.get_slot(MISUNDERSTOOD):
            # Nothing has changed: the whole advice again would hide that the words were not understood.
            instead = text("misunderstood_after_advice", phone=advice["desk"]["phone"])
        if instead:
            dispatcher.utter_message(text=instead)
            return []
        echo = Message.of(tracker.latest_message).intent != ANSWER
        before = acknowledgement(facts, tracker.get_slot(NOTICED) or [], echo=echo)
        dispatcher.utter_message(text="\n".join([*before, advice_text(advice)]))
        return []
