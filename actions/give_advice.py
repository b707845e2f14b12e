"""Tells the person what the facts mean."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledging import NOTICED, REFUSED, acknowledged, times_misunderstood
from actions.advising import NOTES, advice_on, buttons, open_question
from actions.case import case_of
from actions.message import Message
from actions.metadata import channel_of
from actions.offers import offers
from actions.what_if import supposed
from actions.wording import advice_stands, advice_text, changed_text, not_understood, text


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
        missed = times_misunderstood(tracker)
        if instead is None and missed:
            # Nothing has changed: the whole advice again would hide that the words were not understood.
            what = "after_advice" if advice["routes"] else "without_case"
            instead = not_understood(what, missed, advice, channel_of(tracker))
        if instead:
            is_supposed = supposed(message, facts) not in (None, facts)
            dispatcher.utter_message(text=instead, buttons=_offered(advice, is_supposed=is_supposed))
            return []
        before = acknowledged(tracker, facts)
        earlier = _given_before(tracker) if tracker.get_slot(NOTICED) else None
        if earlier:
            before.append(changed_text(earlier, advice))
        if not advice["routes"]:
            # Without a programme only what was said about this very case is worth adding.
            before += [text(note) for note in tracker.get_slot(NOTES) or []]
        told = advice_text(advice)
        # The same page once more would hide that nothing has changed.
        stands = earlier is not None and advice_text(earlier) == told
        lines = [*before, advice_stands(advice) if stands else told]
        dispatcher.utter_message(text="\n".join(lines), buttons=_offered(advice))
        return []


def _offered(advice: dict[str, Any], *, is_supposed: bool = False) -> list[dict[str, str]]:
    """What can be done next: where no programme is talked of, another matter can be chosen."""
    if is_supposed:
        return offers("supposed_offers")
    first = None if advice["routes"] else open_question({})
    return buttons(first) if first else offers("offers")


def _given_before(tracker: Tracker) -> dict[str, Any] | None:
    """The complete advice that was given last in this case, or None."""
    for event in reversed(tracker.events):
        if event["event"] == "reset_slots":
            return None
        custom = ((event.get("data") or {}).get("custom") or {}) if event["event"] == "bot" else {}
        if custom.get("type") == "advice":
            return custom if custom["next"] is None and custom["routes"] else None
    return None
