"""Reads each message inside the form and asks for the next fact."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActionExecutionRejected, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledging import CANDIDATES, MISUNDERSTOOD, NOTICED, REFUSED, times_misunderstood
from actions.advising import NOTES, advice_on
from actions.ask_fact import ask_fact
from actions.case import case_of, slot_events
from actions.faq import asks_about_the_case
from actions.message import Message
from actions.metadata import given_facts, report, say_misunderstood, was_asked
from actions.offers import APPLY, chosen_offer, message_of, messages_before, reply_to_offer
from actions.problems import LATER, LONG_ENOUGH, unsure_between
from actions.question_in_between import answer_to
from actions.replies import is_question, is_vague
from actions.understanding import Before, Understanding, recall, understand
from actions.what_if import latest_supposition, supposed
from actions.wording import desk_text, text, what_if_text
from knowledge import load_knowledge

FORM = "consultation_form"
_ELSEWHERE = {"out_of_scope": "out_of_scope", "desk_consultation": "desk_problem"}
"""Matters that join no case: where they are answered, by the key of the reason."""
_NOTED = frozenset({"costs", "applications", "procedures", "problems"})
"""Facts whose change makes what was noted of an earlier message untrue."""


class ValidateConsultationForm(Action):
    """Takes the facts of a message and lets `assess` choose the next one. Rasa calls it for the form."""

    def name(self) -> str:
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        events = _read(dispatcher, tracker)
        tracker.add_slots(events)
        # Asked here, not by an action a slot as Rasa would have it: that is a second call in each turn.
        if tracker.get_slot("requested_slot") and not any(map(_rejects, events)):
            ask_fact(dispatcher, tracker)
        return events


def _read(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
    facts = case_of(tracker)
    question = advice_on(facts)["next"]
    if _was_rejected(tracker):
        # Back from a digression in the same turn: the message was read before it.
        return [SlotSet(MISUNDERSTOOD, 0.0), SlotSet("requested_slot", question and question["fact"])]
    given = given_facts(tracker)
    if given is not None:
        return [*slot_events(facts, given), *_asking_next(given)]
    message = message_of(tracker)
    aside = _aside(message, facts, tracker)
    if aside is not None:
        return aside
    is_open = bool(tracker.get_slot("requested_slot")) or not facts.get("problems")
    is_open = is_open and was_asked(tracker)
    found = understand(message, facts, question if is_open else None, _before(tracker))
    if "problems" in found.changed and not facts.get("problems"):
        found = replace(found, facts=recall(messages_before(tracker), found.facts))
    report(dispatcher, tracker, found)
    events = slot_events(facts, found.facts)
    if found.notes or _NOTED & set(found.changed):
        events.append(SlotSet(NOTES, found.notes))
    if found.is_digression and not found.answered and tracker.get_slot("requested_slot"):
        cleared = [SlotSet(REFUSED, None), SlotSet(CANDIDATES, [])]
        return [*events, *cleared, SlotSet(NOTICED, found.changed), ActionExecutionRejected(FORM)]
    candidates = [] if found.facts.get("problems") else unsure_between(message)
    understood = bool(found.told or candidates) or found.answered or found.is_digression
    understood = understood or _was_replied_to(tracker)
    instead = found.error or _instead(message, found, understood=understood)
    count = 0 if understood or instead else times_misunderstood(tracker) + 1
    if count:
        say_misunderstood(dispatcher)
    return [
        *events,
        *_asking_next(
            found.facts,
            {
                MISUNDERSTOOD: float(count),
                NOTICED: found.changed,
                REFUSED: instead,
                CANDIDATES: candidates,
            },
        ),
    ]


def _aside(message: Message, facts: dict[str, Any], tracker: Tracker) -> list[EventType] | None:
    """What-ifs and offers, which are answered beside the case, or None for any other message."""
    offer = chosen_offer(message)
    if offer == APPLY:
        wanted = latest_supposition(messages_before(tracker), facts) or facts
        changed = [name for name in wanted if wanted[name] != facts.get(name)]
        return [*slot_events(facts, wanted), *_asking_next(wanted, {NOTICED: changed})]
    if offer is not None:
        return _asking_next(facts, {REFUSED: reply_to_offer(offer, facts)})
    wanted = supposed(message, facts)
    if wanted is None:
        return None
    if wanted == facts:
        return _asking_next(facts, {REFUSED: answer_to(message.text, facts) or text("what_if")})
    told = what_if_text(advice_on(facts), advice_on(wanted))
    return _asking_next(facts, {REFUSED: told})


def _before(tracker: Tracker) -> Before:
    """The fact asked for last, and the problems that the message before joined to the case."""
    asked, problems = None, [[]]
    for event in tracker.events:
        if event["event"] == "slot" and event["name"] == "requested_slot" and event["value"]:
            asked = event["value"]
        elif event["event"] == "slot" and event["name"] == "problems" and event["value"] != problems[-1]:
            problems.append(event["value"] or [])
        elif event["event"] == "reset_slots":
            asked, problems = None, [[]]
    joined, told = [], tracker.get_slot(NOTICED) or []
    if "problems" in told and len(problems) > 2:
        joined = [problem for problem in problems[-1] if problem not in problems[-2]]
    return Before(asked, joined, told)


def _asking_next(facts: dict[str, Any], remembered: dict[str, Any] | None = None) -> list[EventType]:
    """What the next message needs to know of this one, and the fact that the form asks for now."""
    following = advice_on(facts)["next"]
    kept = {MISUNDERSTOOD: 0.0, NOTICED: [], REFUSED: None, CANDIDATES: []} | (remembered or {})
    return [
        *(SlotSet(name, value) for name, value in kept.items()),
        SlotSet("requested_slot", following and following["fact"]),
    ]


def _instead(message: Message, found: Understanding, *, understood: bool) -> str | None:
    """What to say where a message changed nothing: how to put it, or an answer."""
    if message.intent == "what_if" and not found.changed:
        return text("what_if")
    if not found.facts.get("problems") and is_vague(message.text):
        return text("vague")
    is_sure = len(message.text) >= LONG_ENOUGH and message.confidence >= LATER
    if not understood and is_sure and message.intent in _ELSEWHERE:
        return "\n".join([load_knowledge().desk.reasons[_ELSEWHERE[message.intent]], desk_text()])
    asks = is_question(message.text) or asks_about_the_case(message.text)
    return answer_to(message.text, found.facts) if asks and not understood else None


def _was_replied_to(tracker: Tracker) -> bool:
    """Whether the person's latest message has had a reply of its own, such as a greeting."""
    for event in reversed(tracker.events):
        if event["event"] == "bot" and event.get("text"):
            return True
        if event["event"] == "user":
            return False
    return False


def _was_rejected(tracker: Tracker) -> bool:
    """Whether the form was rejected since the person's latest message."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if _rejects(event):
            return True
    return False


def _rejects(event: EventType) -> bool:
    """Whether the form leaves the message to another action."""
    return bool(event["event"] == "action_execution_rejected" and event.get("name") == FORM)
