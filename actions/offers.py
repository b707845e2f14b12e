"""What is offered after the advice, and what choosing it brings. An offer's id is that of an option."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from rasa_sdk import Tracker

from actions.advising import advice_on, button
from actions.case import Facts
from actions.data_files import data
from actions.message import ANSWER, Message
from actions.wording import desk_text, handover_text, text

APPLY = "act.apply"
"""Offer to make the case what was supposed last."""


def offers(name: str) -> list[dict[str, str]]:
    """Rasa buttons of `offers` (after the advice) or `supposed_offers` (after a what-if)."""
    return [button(option, label) for option, label in data("texts")[name].items()]


def message_of(tracker: Tracker) -> Message:
    """The latest message; where nothing is asked, the number of an offer is the offer."""
    latest = max((at for at, event in enumerate(tracker.events) if event["event"] == "user"), default=0)
    shown = next((found for event in reversed(tracker.events[:latest]) if (found := _buttons(event))), [])
    asks = bool(tracker.get_slot("requested_slot"))
    return _taken_up(Message.of(tracker.latest_message), [] if asks else shown)


def messages_before(tracker: Tracker) -> list[Message]:
    """What was said before the latest message, since the beginning or the latest new start, read likewise."""
    messages: list[Message] = []
    shown: list[dict[str, str]] = []
    asked = None
    for event in tracker.events:
        if event["event"] == "user":
            said = Message.of((event.get("parse_data") or {}) | {"text": event.get("text")})
            messages.append(_taken_up(said, [] if asked else shown))
        elif event["event"] == "slot" and event["name"] == "requested_slot":
            asked = event["value"]
        elif event["event"] == "reset_slots":
            messages.clear()
            asked = None
        shown = _buttons(event) or shown
    return messages[:-1]


def _taken_up(message: Message, shown: list[dict[str, str]]) -> Message:
    place = re.fullmatch(data("replies")["place"], message.text.strip())
    if not place or not 0 < int(place[1]) <= len(shown):
        return message
    option = shown[int(place[1]) - 1]["payload"].removeprefix(f"/{ANSWER}")
    entities = [{"entity": name, "value": value} for name, value in json.loads(option).items()]
    return replace(message, intent=ANSWER, entities=entities)


def _buttons(event: dict[str, Any]) -> list[dict[str, str]]:
    """The buttons that an event showed."""
    return ((event.get("data") or {}).get("buttons") or []) if event["event"] == "bot" else []


def chosen_offer(message: Message) -> str | None:
    """The offer that a message takes up, or None."""
    option = next(iter(message.values("option")), None) if message.intent == ANSWER else None
    known = {**data("texts")["offers"], **data("texts")["supposed_offers"]}
    return str(option) if option in known else None


def reply_to_offer(offer: str, facts: Facts) -> str:
    """What choosing an offer brings that leaves the facts as they are: any but `APPLY`."""
    if offer == "act.desk":
        return desk_text()
    if offer == "act.sheet":
        return sheet_text(facts)
    keys = {"act.what_if": "what_if", "act.another": "another", "act.keep": "kept"}
    return text(keys[offer])


def sheet_text(facts: Facts) -> str:
    """What was learnt as a text for the desk, or how to begin where nothing was."""
    advice: dict[str, Any] = advice_on(facts)
    return handover_text(advice) if facts else text("sheet")
