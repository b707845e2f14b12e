"""The app beside a stand-in for LINE."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from line_stand_in import LineStandIn, sign
from vendor_talk import VendorTalk

from bot.channels.services import Services


class LineTalk(VendorTalk):
    """Webhooks to an app, signed as LINE signs them, and what came of them."""

    def __init__(self, client: httpx.Client, line: LineStandIn, data_dir: Path, services: Services) -> None:
        super().__init__(client, line, data_dir)
        self.line = line
        self.services = services

    def deliver(self, *events: dict[str, Any], signature: str | None = None) -> httpx.Response:
        """Call the webhook."""
        return self.post(json.dumps({"destination": "Ubot", "events": list(events)}).encode(), signature)

    def post(self, body: bytes, signature: str | None = None) -> httpx.Response:
        """Call the webhook with any body."""
        headers = {"Content-Type": "application/json"}
        if signature != "":
            headers["x-line-signature"] = signature or sign(body)
        return self.client.post("/line/webhook", content=body, headers=headers)

    def ask(self, *events: dict[str, Any], place: str = "", more: int = 1) -> list[dict[str, Any]]:
        """Deliver and wait for the answer: at least so many messages."""
        place = place or events[0]["source"]["userId"]
        before = len(self.line.to(place))
        assert self.deliver(*events).status_code == 200
        return self.wait(place, before + more)[before:]

    def wait(self, place: str, count: int, seconds: float = 15) -> list[dict[str, Any]]:
        """The messages of a place once there are so many."""
        return self.wait_for(lambda: self.line.to(place), count, seconds)

    def leave_all(self) -> None:
        """Everybody unfollows, every group sends the bot away; wait until that is done."""
        sources = self.line.sources
        self.deliver(*[self.line.event("", _LEAVING[source["type"]], source=source) for source in sources])
        for source in sources:
            self.wait_gone(source.get("groupId") or source["userId"])


_LEAVING = {"user": "unfollow", "group": "leave"}


_SETTINGS = {"inbox_settle_seconds": 0.05, "turns_per_minute": 0}


@pytest.fixture
def start_line(start, line) -> Callable[..., LineTalk]:
    """Start an app of the test's own."""

    def run(**settings: Any) -> LineTalk:
        server = start(**{**line.settings, **_SETTINGS, **settings})
        return LineTalk(server.client, line, server.data_dir, server.services)

    return run


@pytest.fixture(scope="session")
def one_line_server(one_line, one_rasa, serve, tmp_path_factory) -> Iterator[LineTalk]:
    data_dir = tmp_path_factory.mktemp("line") / "var"
    server = serve(one_rasa, data_dir, **one_line.settings, **_SETTINGS)
    yield LineTalk(server.client, one_line, server.data_dir, server.services)
    server.stop()


@pytest.fixture
def talk_line(one_line_server, line, rasa) -> Iterator[LineTalk]:
    """The app that tests share; everybody who spoke in a test is forgotten after it."""
    yield one_line_server
    rasa.gate.set()
    rasa.start()
    rasa.status = 200
    one_line_server.leave_all()
