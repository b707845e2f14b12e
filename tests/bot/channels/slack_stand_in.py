"""A real HTTP server in the place of Slack's Web API, as strict as Slack, and what signs Slack's requests.

Limits: docs.slack.dev/reference/block-kit/blocks (50 blocks; section 3,000, 10 fields of 2,000; header 150;
25 elements in a row of buttons, 10 in a context; button 75, value 2,000, ids 255), chat.postMessage (text
40,000), docs.slack.dev/messaging/formatting-message-text (& < > are escaped), and
docs.slack.dev/authentication/verifying-requests-from-slack. Not documented: all blocks of a message together
are refused as msg_blocks_too_long, seen from 13,172 characters (github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import secrets
import time
from typing import Any
from urllib.parse import parse_qs

from vendor_stand_in import RefusedError, VendorStandIn

SECRET, TOKEN = "slack-signing-secret", "xoxb-slack-bot-token"
BOT = "U0BOT"
_LINK = re.compile(r"<(https?://|mailto:|tel:|[@#!])[^<>]*>")
_RAW = re.compile(r"&(?!amp;|lt;|gt;)|[<>]")


def sign(body: bytes, timestamp: int, secret: str = SECRET) -> dict[str, str]:
    """The headers that show that Slack sent it."""
    digest = hmac.new(secret.encode(), b"v0:%d:" % timestamp + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


class SlackStandIn(VendorStandIn):
    """Takes what Slack takes.

    Attributes:
        posts: Every message that was posted, as it stands now, by channel and timestamp.
        readable: Whether the app may read the history of what it is in.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count(1)
        self.reset()

    @property
    def api(self) -> str:
        """Address of the Web API."""
        return f"{self.url}/api/"

    @property
    def settings(self) -> dict[str, str]:
        """What opens an app's door for Slack."""
        return {"slack_signing_secret": SECRET, "slack_bot_token": TOKEN, "slack_api_url": self.api}

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.posts: dict[tuple[str, str], dict[str, Any]] = {}
            self.refusals.clear()
            self.failures.clear()
            self.readable = True

    def timestamp(self) -> str:
        """A message's own time, which is its id too."""
        return f"{time.time():.0f}.{next(self._numbers):06}"

    def event(self, **event: Any) -> dict[str, Any]:
        """An event as Slack delivers it."""
        event.setdefault("ts", self.timestamp())
        event.setdefault("user", "U0PERSON")
        return {
            "type": "event_callback",
            "token": "unused",
            "team_id": "T0",
            "api_app_id": "A0",
            "event": event,
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": "T0", "user_id": BOT, "is_bot": True}],
        }

    def direct(self, text: str, channel: str = "D0", **more: Any) -> dict[str, Any]:
        """Somebody writes to the bot alone."""
        return self.event(type="message", channel=channel, channel_type="im", text=text, **more)

    def mention(self, text: str, channel: str = "C0", **more: Any) -> dict[str, Any]:
        """Somebody mentions the bot in a channel."""
        return self.event(type="app_mention", channel=channel, text=f"<@{BOT}> {text}", **more)

    def press(self, post: dict[str, Any], label: str) -> dict[str, Any]:
        """Somebody presses a button of a message."""
        buttons = [b for block in post["blocks"] if block["type"] == "actions" for b in block["elements"]]
        (button,) = [button for button in buttons if button["text"]["text"] == label]
        return {
            "type": "block_actions",
            "team": {"id": "T0"},
            "user": {"id": "U0PERSON"},
            "api_app_id": "A0",
            "trigger_id": secrets.token_hex(8),
            "container": {"type": "message", "message_ts": post["ts"], "channel_id": post["channel"]},
            "channel": {"id": post["channel"]},
            "message": {"ts": post["ts"], "thread_ts": post["thread_ts"], "blocks": post["blocks"]},
            "actions": [button | {"action_ts": self.timestamp(), "type": "button"}],
        }

    def thread(self, channel: str, thread: str) -> list[dict[str, Any]]:
        """What the bot posted in a thread, in order."""
        with self.lock:
            posts = [post for post in self.posts.values() if post["channel"] == channel]
        return [post for post in posts if post["thread_ts"] == thread]

    def answer(self, _method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """What Slack answers."""
        path, _, query = path.partition("?")
        request = _request(headers, body or query.encode())
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            raise RefusedError(200, "invalid_auth")
        if path == "/api/chat.postMessage":
            return self._post(request)
        if path == "/api/chat.update":
            return self._update(request)
        if path == "/api/conversations.replies":
            return self._replies(request)
        raise RefusedError(200, "unknown_method")

    def refusal(self, refused: RefusedError) -> tuple[int, bytes]:
        """Slack's error body: a refusal has the status 200."""
        error = "ratelimited" if refused.status == 429 else refused.reason.split(":")[0]
        return refused.status, json.dumps({"ok": False, "error": error}).encode()

    def _post(self, request: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        check_message(request)
        hang_up = self.failing()
        ts = self.timestamp()
        self.posts[request["channel"], ts] = {
            "channel": request["channel"],
            "ts": ts,
            "thread_ts": request.get("thread_ts", ts),
            "text": request["text"],
            "blocks": request["blocks"],
            "metadata": request.get("metadata"),
        }
        answer = {"ok": True, "channel": request["channel"], "ts": ts}
        return -1 if hang_up else 200, json.dumps(answer).encode(), {}

    def _update(self, request: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        check_message(request)
        post = self.posts.get((request["channel"], request["ts"]))
        if post is None:
            raise RefusedError(200, "message_not_found")
        post |= {"text": request["text"], "blocks": request["blocks"]}
        return 200, json.dumps({"ok": True, "ts": request["ts"]}).encode(), {}

    def _replies(self, request: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        if not self.readable:
            return 200, b'{"ok": false, "error": "missing_scope"}', {}
        found = self.thread(request["channel"], request["ts"])
        shown = [{**post, "metadata": post["metadata"]} for post in found]
        return 200, json.dumps({"ok": True, "messages": shown, "has_more": False}).encode(), {}


def check_message(request: dict[str, Any]) -> None:
    """Refuse what Slack refuses of a message."""
    _must(0 < len(request["text"]) <= 40_000, "msg_too_long")
    _must(not _RAW.search(_LINK.sub("", request["text"])), "unescaped: in text")
    blocks = request["blocks"]
    _must(1 <= len(blocks) <= 50, f"invalid_blocks: {len(blocks)} blocks")
    for block in blocks:
        _check_block(block)
    _must(len(json.dumps(blocks, ensure_ascii=False)) <= 13_100, "msg_blocks_too_long")
    metadata = request.get("metadata")
    if metadata:
        _must(set(metadata) == {"event_type", "event_payload"}, "invalid_metadata_format")


def _check_block(block: dict[str, Any]) -> None:
    kind = block["type"]
    if kind == "section":
        fields = block.get("fields", [])
        _must("text" in block or 1 <= len(fields) <= 10, "invalid_blocks: section")
        for text, most in [(block.get("text"), 3000)] + [(field, 2000) for field in fields]:
            if text is not None:
                _check_text(text, most, {"mrkdwn", "plain_text"})
    elif kind == "header":
        _check_text(block["text"], 150, {"plain_text"})
    elif kind == "context":
        _must(1 <= len(block["elements"]) <= 10, "invalid_blocks: context")
        for text in block["elements"]:
            _check_text(text, 2000, {"mrkdwn", "plain_text"})
    elif kind == "actions":
        elements = block["elements"]
        _must(1 <= len(elements) <= 25, f"invalid_blocks: {len(elements)} elements")
        _must(len({element["action_id"] for element in elements}) == len(elements), "invalid_blocks: ids")
        for element in elements:
            _must(element["type"] == "button" and len(element["action_id"]) <= 255, "invalid_blocks: button")
            _check_text(element["text"], 75, {"plain_text"})
            _must(1 <= len(element["value"]) <= 2000, "invalid_blocks: value")
    else:
        _must(kind == "divider", f"invalid_blocks: {kind}")


def _check_text(text: dict[str, Any], most: int, kinds: set[str]) -> None:
    _must(text["type"] in kinds, f"invalid_blocks: {text['type']}")
    _must(1 <= len(text["text"]) <= most, f"invalid_blocks: text of {len(text['text'])}")
    if text["type"] == "mrkdwn":
        _must(not _RAW.search(_LINK.sub("", text["text"])), "unescaped: in a block")


def _request(headers: Any, body: bytes) -> dict[str, Any]:
    if headers.get("Content-Type", "").startswith("application/json"):
        request: dict[str, Any] = json.loads(body)
        return request
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


def _must(right: bool, reason: str) -> None:
    if not right:
        raise RefusedError(200, reason)
