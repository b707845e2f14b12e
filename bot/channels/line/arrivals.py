"""What LINE's webhook delivers, as arrivals."""

from __future__ import annotations

import json
import logging
from typing import Any

from linebot.v3.webhooks import (
    Event,
    FollowEvent,
    JoinEvent,
    LeaveEvent,
    MessageEvent,
    PostbackEvent,
    TextMessageContent,
    UnfollowEvent,
    UnsendEvent,
    UserMentionee,
)

from bot.channels.inbox.events import Arrival, Kind
from bot.channels.inbox.hashing import Hasher
from bot.channels.inbox.texts import InboxTexts
from bot.channels.line.data import meaning

log = logging.getLogger(__name__)

NAME = "line"
_STANDBY = "standby"
_IDS = {"user": "user_id", "group": "group_id", "room": "room_id"}


class MalformedError(ValueError):
    """The body is not what LINE sends."""


def arrivals(body: str, hasher: Hasher, texts: InboxTexts) -> list[Arrival]:
    """What there is to do in the body of a webhook.

    Raises:
        MalformedError: If it is no webhook.
    """
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MalformedError from error
    if not isinstance(events, list):
        raise MalformedError
    found = [_arrival(event, hasher, texts) for event in events]
    return [arrival for arrival in found if arrival is not None]


def _arrival(raw: Any, hasher: Hasher, texts: InboxTexts) -> Arrival | None:
    """One event; None if there is nothing to do. Kinds that LINE adds later are passed over."""
    try:
        event: Any = Event.from_dict(raw)
    except (ValueError, KeyError, TypeError, AttributeError):
        log.info("an event of an unknown form is passed over")
        return None
    # In standby, another module of the account has the conversation.
    if event.mode == _STANDBY or event.source is None:
        return None
    place = getattr(event.source, _IDS.get(event.source.type, ""), None)
    said = _said(event, hasher, texts)
    if place is None or said is None:
        return None
    kind, content, message = said
    return Arrival(
        vendor=NAME,
        event_id=event.webhook_event_id,
        thread=hasher.name(event.source.type, place),
        sent_at=event.timestamp,
        kind=kind,
        content=content,
        address={
            "to": place,
            "token": getattr(event, "reply_token", None),
            "user": event.source.type == "user",
        },
        message=message,
    )


def _said(event: Any, hasher: Hasher, texts: InboxTexts) -> tuple[Kind, str, str | None] | None:
    """Kind, content and name of the message."""
    if isinstance(event, MessageEvent):
        return _message(event, hasher)
    # Named by its event: a postback is no message that could be taken back.
    name = hasher.name("event", event.webhook_event_id)
    if isinstance(event, PostbackEvent):
        stands_for = meaning(event.postback.data)
        if stands_for is None or (stands_for[0] == "command" and stands_for[1] not in texts.commands):
            return None
        return (*stands_for, name)
    if isinstance(event, UnsendEvent):
        return "unsend", hasher.name("message", event.unsend.message_id), None
    if isinstance(event, (FollowEvent, JoinEvent)):
        return "follow", "", None
    if isinstance(event, (UnfollowEvent, LeaveEvent)):
        return "leave", "", None
    return None


def _message(event: Any, hasher: Hasher) -> tuple[Kind, str, str | None] | None:
    name = hasher.name("message", event.message.id)
    alone = event.source.type == "user"
    if not isinstance(event.message, TextMessageContent):
        return ("unreadable", "", name) if alone else None
    mentions = _mentions(event.message)
    if not (alone or mentions):
        return None
    return "text", _without(event.message.text, mentions), name


def _mentions(message: Any) -> list[Any]:
    """The places where we are mentioned."""
    mentionees = message.mention.mentionees if message.mention else []
    return [one for one in mentionees if isinstance(one, UserMentionee) and one.is_self]


def _without(text: str, mentions: list[Any]) -> str:
    """The text without the places; LINE counts them in UTF-16 code units."""
    units = text.encode("utf-16-le", "surrogatepass")
    for place in sorted(mentions, key=lambda one: int(one.index), reverse=True):
        units = units[: 2 * place.index] + units[2 * (place.index + place.length) :]
    return units.decode("utf-16-le", "replace").strip()
