"""What a person may ask for in between: an answer, a reason, a human, an earlier question, a new start."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import AllSlotsReset, EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.advising import open_question
from actions.case import Facts, case_of, facts_of, slot_events
from actions.faq import asks_about_the_case
from actions.message import Message
from actions.metadata import channel_of, say_misunderstood
from actions.offers import sheet_text
from actions.question_in_between import answer_to
from actions.wording import desk_text, handover_offer, text, told_text
from knowledge import load_knowledge


class AnswerQuestion(Action):
    """Answers a question in between, from the case or from `faq.yml`, or says that it cannot."""

    def name(self) -> str:
        return "action_answer_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        answer = answer_to(tracker.latest_message.get("text") or "", case_of(tracker))
        if answer is None:
            say_misunderstood(dispatcher)
        dispatcher.utter_message(text=answer or "\n".join([text("faq_unknown"), desk_text()]))
        return []


class ExplainQuestion(Action):
    """Says why the open question is asked."""

    def name(self) -> str:
        return "action_explain_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        question = open_question(case_of(tracker))
        if question:
            dispatcher.utter_message(
                text="\n".join([text("why_asked", reason=question["reason"]), question["help"]])
            )
        else:
            dispatcher.utter_message(text=text("nothing_asked"))
        return []


class ShowDesk(Action):
    """Gives the doors to a person."""

    def name(self) -> str:
        return "action_show_desk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        message = Message.of(tracker.latest_message)
        # "What do I do now?" may sound like a call for help.
        about = asks_about_the_case(message.text) and answer_to(message.text, case_of(tracker))
        lines = [about or desk_text()]
        if message.intent == "urgent":
            lines.insert(0, load_knowledge().desk.reasons["deadline"])
        elif message.intent == "ask_human" and case_of(tracker):
            lines.append(handover_offer(channel_of(tracker)))
        dispatcher.utter_message(text="\n".join(filter(None, lines)))
        return []


class OfferSheet(Action):
    """Gives what was learnt as a text to send or to read to the desk."""

    def name(self) -> str:
        return "action_offer_sheet"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(text=sheet_text(case_of(tracker)))
        return []


class GoBack(Action):
    """Takes the latest answer back; the form then asks its question again."""

    def name(self) -> str:
        return "action_go_back"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        facts = case_of(tracker)
        earlier = _before_latest_change(tracker.events)
        if facts.keys() - {"problems"} and not earlier:
            # One message told it all: to take it back whole would lose what was meant to stay.
            dispatcher.utter_message(text=text("back_to_what", facts=told_text(facts, list(facts))))
            return []
        dispatcher.utter_message(text=text("nothing_to_go_back" if earlier == facts else "went_back"))
        return slot_events(facts, earlier)


class StartOver(Action):
    """Forgets the case; the form then asks the first question again."""

    def name(self) -> str:
        return "action_start_over"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        dispatcher.utter_message(text=text("started_over"))
        return [AllSlotsReset()]


def _before_latest_change(events: list[dict[str, Any]]) -> Facts:
    """Facts before the latest message that changed any and was not taken back since, or those now."""
    slots: dict[str, Any] = {}
    states: list[Facts] = []
    earlier: Facts = {}
    for event in events:
        if event["event"] == "user":
            facts = facts_of(slots)
            while states and states[-1] == facts:
                states.pop()
            if _intent(event) == "go_back":
                earlier = states.pop() if states else facts
            else:
                states.append(facts)
        elif event["event"] == "slot":
            slots[event["name"]] = event["value"]
        elif event["event"] == "reset_slots":
            slots.clear()
    return earlier


def _intent(event: dict[str, Any]) -> str | None:
    return ((event.get("parse_data") or {}).get("intent") or {}).get("name")
