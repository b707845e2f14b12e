"""The case in a tracker: slots to facts and back. A slot is a fact of the same name."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from actions.data_files import data
from knowledge import FactsError, check_facts, load_knowledge

Facts = dict[str, Any]

NOT_KNOWN = "not_known"
"""Slot with the facts that were asked and not known: a slot cannot tell None from never asked."""


def problems_of(facts: Facts) -> list[str]:
    """The problems of a case, none before there is one."""
    return facts.get("problems") or []


def going_by_costs(problems: list[str]) -> list[str]:
    """Those of the problems whose programme goes by one total cost."""
    programmes = load_knowledge().programmes
    return [id_ for id_ in problems if id_ in programmes and programmes[id_].amount.input == "costs"]


def going_by_cases() -> dict[str, str]:
    """The programmes that go by a list of cases, each with its fact."""
    programmes = load_knowledge().programmes
    return {id_: one.amount.input for id_, one in programmes.items() if one.amount.input != "costs"}


def follows_a_filing(problems: list[str]) -> bool:
    """Whether one of the problems has a filing behind it, which is then no cost of it."""
    return bool(data("matters")["after"].keys() & set(problems))


def facts_of(slots: dict[str, Any]) -> Facts:
    """Facts from slot values; those asked and not known are None."""
    facts = {name: slots[name] for name in load_knowledge().facts if slots.get(name) is not None}
    return facts | {name: None for name in slots.get(NOT_KNOWN) or [] if name not in facts}


def case_of(tracker: Tracker) -> Facts:
    """Facts of a conversation. What can no longer be read (older data) is left out, not fatal."""
    facts = facts_of(tracker.slots)
    try:
        return check_facts(facts, load_knowledge())
    except FactsError as error:
        broken = error.fact.split(".")[0].split("[")[0]
        return check_facts({name: value for name, value in facts.items() if name != broken}, load_knowledge())


def slot_events(before: Facts, after: Facts) -> list[EventType]:
    """The slots to set so that `facts_of` gives `after`."""
    changed = [name for name in load_knowledge().facts if before.get(name) != after.get(name)]
    events: list[EventType] = [SlotSet(name, after.get(name)) for name in changed]
    not_known = [name for name, value in after.items() if value is None]
    if not_known != [name for name, value in before.items() if value is None]:
        events.append(SlotSet(NOT_KNOWN, not_known))
    return events
