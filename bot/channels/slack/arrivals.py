"""What Slack delivers, as arrivals."""

from __future__ import annotations

from typing import Any

from bot.channels.inbox.events import Arrival, Kind
from bot.channels.inbox.hashing import Hasher
from bot.channels.inbox.texts import COMMAND, InboxTexts
from bot.channels.slack.mrkdwn import typed

NAME = "slack"
_WITH_FILE, _DELETED = "file_share", "message_deleted"


def message_arrival(body: dict[str, Any], hasher: Hasher) -> Arrival | None:
    """A mention, or something in a direct message; None if it is not for us."""
    event = body["event"]
    if event["type"] == "message":
        if event.get("channel_type") != "im":
            return None
        if event.get("subtype") == _DELETED:
            return _taken_back(body, event, hasher)
    # Other subtypes, and what bots write, ours too, are no person's words.
    if event.get("bot_id") or event.get("subtype") not in {None, _WITH_FILE} or not event.get("user"):
        return None
    text = typed(event.get("text") or "")
    kind: Kind = "text"
    if not text:
        # Nothing but our name, or a file without a word.
        kind = "unreadable" if event.get("files") else "follow"
    return _arrival(body["event_id"], event, hasher, kind, text, hasher.name("message", *_place(event)))


def click_arrival(body: dict[str, Any], texts: InboxTexts, hasher: Hasher) -> Arrival | None:
    """A button that was pressed; None if it is not one of ours."""
    channel, message, actions = body.get("channel"), body.get("message"), body.get("actions") or [{}]
    pressed = actions[0]
    value = pressed.get("value")
    if not channel or not message or not value:
        return None
    event = {
        "channel": channel["id"],
        "ts": message["ts"],
        "thread_ts": message.get("thread_ts"),
        "pressed_at": pressed["action_ts"],
    }
    if value.startswith(COMMAND):
        command = value[len(COMMAND) :]
        if command not in texts.commands:
            return None
        name = f"command:{hasher.name(channel['id'], message['ts'], pressed['action_ts'])}"
        return _arrival(name, event, hasher, "command", command, None)
    # A question is answered once, however often its buttons are pressed.
    name = f"click:{hasher.name(channel['id'], message['ts'])}"
    return _arrival(name, event, hasher, "choice", value, hasher.name("click", *_place(event)))


def _taken_back(body: dict[str, Any], event: dict[str, Any], hasher: Hasher) -> Arrival | None:
    before = event.get("previous_message") or {}
    if before.get("bot_id") or not before.get("ts"):
        return None
    place = {
        "channel": event["channel"],
        "ts": before["ts"],
        "thread_ts": before.get("thread_ts"),
        "pressed_at": event["ts"],
    }
    return _arrival(body["event_id"], place, hasher, "unsend", hasher.name("message", *_place(place)), None)


def _arrival(
    event_id: str, event: dict[str, Any], hasher: Hasher, kind: Kind, content: str, message: str | None
) -> Arrival:
    thread = event.get("thread_ts") or event["ts"]
    return Arrival(
        vendor=NAME,
        event_id=event_id,
        thread=hasher.name("thread", event["channel"], thread),
        sent_at=_milliseconds(event.get("pressed_at") or event["ts"]),
        kind=kind,
        content=content,
        address={"channel": event["channel"], "thread": thread},
        message=message,
    )


def _place(event: dict[str, Any]) -> tuple[str, str]:
    return event["channel"], event["ts"]


def _milliseconds(timestamp: str) -> int:
    return round(float(timestamp) * 1000)
