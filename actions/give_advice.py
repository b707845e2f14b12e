"""Tells the person what the facts mean."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.advising import NOTES, advice_on
from actions.case import case_of
from actions.message import ANSWER, Message
from actions.offers import APPLY, chosen_offer, offers
from actions.validate_consultation_form import MISUNDERSTOOD, NOTICED, REFUSED
from actions.what_if import supposed
from actions.wording import acknowledgement, advice_text, changed_text, text


class GiveAdvice(Action):
    """Sends the advice as a card and as plain text. Decides nothing itself."""

    def name(self) -> str:
        return "action_give_advice"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        facts, message = case_of(tracker), Message.of(tracker.latest_message)
        advice = advice_on(facts, tracker.get_slot(NOTES))
        dispatcher.utter_message(json_message=advice)
        instead = tracker.get_slot(REFUSED)
        if instead is None and tracker.get_slot(MISUNDERSTOOD):
            # Nothing has changed: the whole advice again would hide that the words were not understood.
            instead = text("misunderstood_after_advice", phone=advice["desk"]["phone"])
        if instead:
            kind = "offers" if supposed(message, facts) in (None, facts) else "supposed_offers"
            dispatcher.utter_message(text=instead, buttons=offers(kind))
            return []
        noticed = tracker.get_slot(NOTICED) or []
        before = acknowledgement(facts, noticed, echo=message.intent != ANSWER)
        if chosen_offer(message) == APPLY:
            before.insert(0, text("what_if_applied"))
        earlier = _given_before(tracker) if noticed else None
        if earlier:
            before.append(changed_text(earlier, advice))
        dispatcher.utter_message(text="\n".join([*before, advice_text(advice)]), buttons=offers("offers"))
        return []


def _given_before(tracker: Tracker) -> dict[str, Any] | None:
    """The complete advice that was given last in this case, or None."""
    for event in reversed(tracker.events):
        if event["event"] == "reset_slots":
            return None
        custom = ((event.get("data") or {}).get("custom") or {}) if event["event"] == "bot" else {}
        if custom.get("type") == "advice":
            return custom if custom["next"] is None and custom["routes"] else None
    return None
