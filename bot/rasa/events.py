"""Which of a conversation's events still count, and what of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)

# Of the message that is being answered only; no event of an earlier turn is asked for them.
_OF_LATEST = ("intent_ranking", "text_tokens", "response_selector")


def turns(events: Iterable[Event]) -> int:
    """Messages of the person."""
    return sum(isinstance(event, UserUttered) for event in events)


def lighten(events: Iterable[Event]) -> None:
    """Takes out of kept events what no later turn needs: every call of an action carries them all.

    The newest advice stays: the next one says what has changed since.
    """
    advised = False
    for event in reversed(list(events)):
        custom = event.data.get("custom") if isinstance(event, BotUttered) else None
        if custom and (advised or custom.get("type") != "advice"):
            event.data = {**event.data, "custom": None}
        elif custom:
            advised = True
        elif isinstance(event, UserUttered):
            event.parse_data = {
                key: value for key, value in event.parse_data.items() if key not in _OF_LATEST
            }


def superseded(events: Sequence[Event], kept_turns: int) -> set[int]:
    """Places of the events without which the conversation stands as it does with them.

    The latest turns stay whole. Of what was before them stay the beginning of the session, the latest value
    of each slot, the running form with the action that began it, and the last `action_listen`.

    Args:
        events: All events in order.
        kept_turns: Turns that stay whole, at least 1.
    """
    said = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(said) <= kept_turns:
        return set()
    end = said[-kept_turns]
    slots: dict[str, int] = {}
    session: list[int] = []
    form: list[int] = []
    listening: list[int] = []
    for place, event in enumerate(events[:end]):
        if isinstance(event, SessionStarted):
            slots, form = {}, []
            before = place and events[place - 1]
            opens = isinstance(before, ActionExecuted) and before.action_name == ACTION_SESSION_START_NAME
            session = [place - 1, place] if opens else [place]
        elif isinstance(event, AllSlotsReset):
            slots = {}
        elif isinstance(event, SlotSet):
            slots[event.key] = place
        elif isinstance(event, ActiveLoop):
            form = [_action_before(events, place), place] if event.name else []
        elif isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            listening = [place]
    return set(range(end)) - {*slots.values(), *session, *form, *listening}


def _action_before(events: Sequence[Event], place: int) -> int:
    """The action whose event this is; the event itself where there is none."""
    found = (at for at in range(place, -1, -1) if isinstance(events[at], ActionExecuted))
    return next(found, place)
