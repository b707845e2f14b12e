"""A real HTTP server in the place of LINE's Messaging API, as strict as LINE, and what signs LINE's webhooks.

Limits: LINE's OpenAPI description (github.com/line/line-openapi, messaging-api.yml: 5 messages a request, 13
quick replies, 300 characters of postback data, 5-60 s of loading) and the reference of the Messaging API
(developers.line.biz/en/reference/messaging-api: 5,000 UTF-16 units of text, labels of 20, 12 bubbles and
50 KB a carousel of bubbles of one width, 30 KB a bubble, 1,500 units of alternative text). Labels and
displayText are counted in graphemes (developers.line.biz/en/docs/messaging-api/text-character-count), never
more of them than UTF-16 units: units are counted here too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import secrets
import time
import uuid
from typing import Any

from vendor_stand_in import RefusedError, VendorStandIn

SECRET, TOKEN = "line-channel-secret", "line-access-token"
API = "/v2/bot"


def sign(body: bytes, secret: str = SECRET) -> str:
    """The value of `x-line-signature`."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def units(text: str) -> int:
    """Length as LINE counts it."""
    return len(text.encode("utf-16-le")) // 2


class LineStandIn(VendorStandIn):
    """Takes what LINE takes.

    Attributes:
        delivered: Every message that reached somebody: to whom, the message, and how (reply or push).
        sources: Everybody who said something, and the groups.
        used: Reply tokens that were taken, and how often one that was taken came again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count(1)
        self.token_seconds = 60.0
        self.reset()

    @property
    def settings(self) -> dict[str, str]:
        """What opens an app's door for LINE."""
        return {
            "line_channel_secret": SECRET,
            "line_access_token": TOKEN,
            "line_api_url": self.url,
            "line_data_api_url": self.url,
        }

    def reset(self) -> None:
        """Forget everything."""
        with self.lock:
            self.delivered: list[tuple[str, dict[str, Any], str]] = []
            self.refusals.clear()
            self.failures.clear()
            self.used: dict[str, int] = {}
            self.loading: list[str] = []
            self.sources: list[dict[str, Any]] = []
            self.menus: list[dict[str, Any]] = []
            self.default_menu: str | None = None
            self._tokens: dict[str, tuple[str, float]] = {}
            self._retry_keys: set[str] = set()
            self.token_seconds = 60.0

    def event(self, user: str, kind: str = "message", **more: Any) -> dict[str, Any]:
        """An event of a person, with what LINE puts into each."""
        number = next(self._numbers)
        event = {
            "type": kind,
            "mode": "active",
            "timestamp": int(time.time() * 1000),
            "source": {"type": "user", "userId": user},
            "webhookEventId": f"01{secrets.token_hex(12).upper()}",
            "deliveryContext": {"isRedelivery": False},
        }
        if kind not in {"unfollow", "unsend", "leave"}:
            token = f"{number:08}{secrets.token_hex(12)}"
            event["replyToken"] = token
        event |= more
        if "replyToken" in event:
            source = event["source"]
            if source not in self.sources:
                self.sources.append(source)
            place = source.get("groupId") or source.get("roomId") or source["userId"]
            with self.lock:
                self._tokens[event["replyToken"]] = (place, time.monotonic())
        return event

    def text(self, user: str, text: str, **more: Any) -> dict[str, Any]:
        """Somebody sends a text."""
        message = {"type": "text", "id": str(next(self._numbers)), "text": text, "quoteToken": "q"}
        return self.event(user, "message", message=message, **more)

    def postback(self, user: str, data: str, **more: Any) -> dict[str, Any]:
        """Somebody presses a button."""
        return self.event(user, "postback", postback={"data": data}, **more)

    def to(self, place: str) -> list[dict[str, Any]]:
        """The messages that somebody got, in order."""
        with self.lock:
            return [message for to, message, _ in self.delivered if to == place]

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """What LINE answers."""
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            raise RefusedError(401, "Authentication failed")
        if path == f"{API}/chat/loading/start":
            return self._loading(json.loads(body))
        if path.startswith((f"{API}/richmenu", f"{API}/user/all/richmenu")):
            return self._rich_menu(method, path, headers, body)
        request = json.loads(body)
        if path == f"{API}/message/reply":
            return self._reply(request, headers)
        if path == f"{API}/message/push":
            return self._push(request, headers)
        raise RefusedError(404, "Not found")

    def refusal(self, refused: RefusedError) -> tuple[int, bytes]:
        """LINE's error body."""
        return refused.status, json.dumps({"message": refused.reason}).encode()

    def _reply(self, request: dict[str, Any], headers: Any) -> tuple[int, bytes, dict[str, str]]:
        if headers.get("X-Line-Retry-Key"):
            raise RefusedError(400, "a reply takes no retry key")
        check_messages(request["messages"])
        token = request["replyToken"]
        place, issued = self._tokens.get(token, ("", 0.0))
        if token in self.used:
            self.used[token] += 1
            return 400, b'{"message": "Invalid reply token"}', {}
        if not place or time.monotonic() - issued > self.token_seconds:
            return 400, b'{"message": "Invalid reply token"}', {}
        hang_up = self.failing()
        self.used[token] = 1
        return self._deliver(place, request["messages"], "reply", hang_up)

    def _push(self, request: dict[str, Any], headers: Any) -> tuple[int, bytes, dict[str, str]]:
        key = headers.get("X-Line-Retry-Key")
        if key is not None and str(uuid.UUID(key)) != key:
            raise RefusedError(400, "Invalid retry key")
        check_messages(request["messages"])
        if key in self._retry_keys:
            return 409, b'{"message": "The retry key is already accepted"}', {}
        hang_up = self.failing()
        if key:
            self._retry_keys.add(key)
        return self._deliver(request["to"], request["messages"], "push", hang_up)

    def _deliver(
        self, place: str, messages: list[dict[str, Any]], how: str, hang_up: bool
    ) -> tuple[int, bytes, dict[str, str]]:
        self.delivered += [(place, message, how) for message in messages]
        sent = {"sentMessages": [{"id": str(next(self._numbers)), "quoteToken": "q"} for _ in messages]}
        return -1 if hang_up else 200, json.dumps(sent).encode(), {}

    def _loading(self, request: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        seconds = request.get("loadingSeconds", 20)
        if not request["chatId"].startswith("U") or not 5 <= seconds <= 60 or seconds % 5:
            raise RefusedError(400, "loading: a person's id, 5 to 60 s in steps of 5")
        self.loading.append(request["chatId"])
        return 202, b"{}", {}

    def _rich_menu(
        self, method: str, path: str, headers: Any, body: bytes
    ) -> tuple[int, bytes, dict[str, str]]:
        id_ = path.removesuffix("/content").rsplit("/", 1)[1]
        if path == f"{API}/richmenu/list":
            listed = [{"richMenuId": menu["id"], **menu["menu"]} for menu in self.menus]
            return 200, json.dumps({"richmenus": listed}).encode(), {}
        if method == "DELETE":
            _must(id_ in {menu["id"] for menu in self.menus}, "richmenu not found")
            self.menus = [menu for menu in self.menus if menu["id"] != id_]
        elif path.endswith("/content"):
            if (
                headers["Content-Type"] != "image/png"
                or not body.startswith(b"\x89PNG")
                or len(body) > 1 << 20
            ):
                raise RefusedError(400, "a picture of at most 1 MB")
            self._menu(id_)["picture"] = body
        elif path == f"{API}/richmenu":
            menu = json.loads(body)
            check_rich_menu(menu)
            id_ = f"richmenu-{next(self._numbers)}"
            self.menus.append({"id": id_, "menu": menu, "picture": b""})
            return 200, json.dumps({"richMenuId": id_}).encode(), {}
        else:
            if not self._menu(id_)["picture"]:
                raise RefusedError(400, "must upload richmenu image before applying it to user")
            self.default_menu = id_
        return 200, b"{}", {}

    def _menu(self, id_: str) -> dict[str, Any]:
        found = [menu for menu in self.menus if menu["id"] == id_]
        _must(bool(found), "richmenu not found")
        return found[0]


def check_messages(messages: list[dict[str, Any]]) -> None:
    """Refuse what LINE refuses of the messages of one request."""
    _must(1 <= len(messages) <= 5, f"1 to 5 messages, not {len(messages)}")
    for message in messages:
        items = message.get("quickReply", {}).get("items", [])
        _must(
            "quickReply" not in message or 1 <= len(items) <= 13, f"1 to 13 quick replies, not {len(items)}"
        )
        for item in items:
            _must(item["type"] == "action", "a quick reply is an action")
            _check_action(item["action"])
        if message["type"] == "text":
            _must(1 <= units(message["text"]) <= 5000, f"text of {units(message['text'])} units")
        elif message["type"] == "flex":
            _must(1 <= units(message["altText"]) <= 1500, f"altText of {units(message['altText'])} units")
            _check_container(message["contents"])
        else:
            raise RefusedError(400, f"unexpected type {message['type']}")


def _check_container(container: dict[str, Any]) -> None:
    size = len(json.dumps(container).encode())
    if container["type"] == "carousel":
        _must(1 <= len(container["contents"]) <= 12, "1 to 12 bubbles")
        _must(size <= 50_000, f"carousel of {size} bytes")
        _must(
            len({bubble.get("size", "mega") for bubble in container["contents"]}) == 1, "bubbles of one width"
        )
        for bubble in container["contents"]:
            _check_container(bubble)
        return
    _must(container["type"] == "bubble", "a container is a bubble or a carousel")
    _must(size <= 30_000, f"bubble of {size} bytes")
    for block in ("header", "body", "footer"):
        if block in container:
            _check_component(container[block])


def _check_component(component: dict[str, Any]) -> None:
    if component["type"] == "box":
        _must(component["layout"] in {"vertical", "horizontal", "baseline"}, "a box has a layout")
        for part in component["contents"]:
            _check_component(part)
    elif component["type"] == "text":
        _must(bool(component["text"]), "a text is not empty")
    elif component["type"] == "button":
        _check_action(component["action"])
    else:
        _must(component["type"] in {"separator", "filler"}, f"unexpected component {component['type']}")


def _check_action(action: dict[str, Any]) -> None:
    _must(1 <= units(action.get("label", "")) <= 20, f"label of {units(action.get('label', ''))} units")
    if action["type"] == "postback":
        _must(1 <= len(action["data"]) <= 300, f"data of {len(action['data'])} characters")
        _must(units(action.get("displayText", "x")) <= 300, "displayText of more than 300 units")
    elif action["type"] == "uri":
        _must(action["uri"].startswith(("https://", "http://", "tel:", "line:")), f"uri {action['uri']}")
    else:
        _must(action["type"] == "message", f"unexpected action {action['type']}")


def check_rich_menu(menu: dict[str, Any]) -> None:
    """Refuse what LINE refuses of a rich menu."""
    width, height = menu["size"]["width"], menu["size"]["height"]
    _must(800 <= width <= 2500 and height >= 250 and width / height >= 1.45, "size of a rich menu")
    _must(1 <= len(menu["chatBarText"]) <= 14, "chatBarText of at most 14")
    _must(1 <= len(menu["name"]) <= 300 and 1 <= len(menu["areas"]) <= 20, "name and areas")
    for area in menu["areas"]:
        bounds = area["bounds"]
        inside = bounds["x"] + bounds["width"] <= width and bounds["y"] + bounds["height"] <= height
        _must(inside, "an area lies in the menu")
        action = area["action"]
        _must(action["type"] in {"postback", "uri", "message"}, "an action")
        _must(len(action.get("data", "")) <= 300 and len(action.get("label", "x")) <= 20, "data and label")


def _must(right: bool, reason: str) -> None:
    if not right:
        raise RefusedError(400, reason)
