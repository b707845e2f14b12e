"""Asks for the fact that the form requests: one action a fact, named as Rasa looks them up."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.acknowledging import acknowledged
from actions.advising import NOTES, advice_on, ask
from actions.case import case_of
from actions.metadata import channel_of
from actions.validate_consultation_form import CANDIDATES, REFUSED, times_misunderstood
from actions.wording import not_understood, text
from knowledge import load_knowledge


class AskFact(Action, ABC):
    """Asks for one fact with ready answers, after saying what was understood so far."""

    @property
    @abstractmethod
    def fact(self) -> str:
        """Name of the fact that is asked for."""

    def name(self) -> str:
        return f"action_ask_{self.fact}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        facts = case_of(tracker)
        advice = advice_on(facts, tracker.get_slot(NOTES))
        ask(dispatcher, advice, *_before(tracker, advice, facts))
        return []


def _before(tracker: Tracker, advice: dict[str, Any], facts: dict[str, Any]) -> list[str]:
    refused = tracker.get_slot(REFUSED)
    if refused:
        return [refused]
    candidates = tracker.get_slot(CANDIDATES) or []
    if len(candidates) == 2:
        one, other = (load_knowledge().problems[problem].situation for problem in candidates)
        return [text("which_of", one=one, other=other)]
    missed = times_misunderstood(tracker)
    if missed:
        return [not_understood("question", missed, advice, channel_of(tracker))]
    return acknowledged(tracker, facts)


def _action_for(fact: str) -> type[AskFact]:
    return type(f"Ask{fact.title().replace('_', '')}", (AskFact,), {"fact": fact, "__module__": __name__})


# Rasa finds the question of a form's slot by the name of its action, so each askable fact has a class.
ACTIONS = [_action_for(fact.id) for fact in load_knowledge().facts.values() if fact.questions]
