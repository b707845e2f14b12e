"""The app beside a stand-in for LINE."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from line_stand_in import SECRET, TOKEN, LineStandIn, sign


class LineTalk:
    """Webhooks to an app, signed as LINE signs them, and what came of them."""

    def __init__(self, client: httpx.Client, line: LineStandIn) -> None:
        self.client = client
        self.line = line

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
        until = time.monotonic() + seconds
        while len(got := self.line.to(place)) < count:
            assert time.monotonic() < until, f"{len(got)} of {count} messages, refused: {self.line.refusals}"
            time.sleep(0.01)
        return got


@pytest.fixture(scope="session")
def one_line() -> Iterator[LineStandIn]:
    stand_in = LineStandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def line(one_line) -> Iterator[LineStandIn]:
    """LINE, in good health; whatever it refused for its content fails the test."""
    one_line.reset()
    yield one_line
    assert [] == one_line.refusals


@pytest.fixture
def line_settings(line) -> dict[str, Any]:
    return {
        "line_channel_secret": SECRET,
        "line_access_token": TOKEN,
        "line_api_url": line.url,
        "line_data_api_url": line.url,
        "inbox_settle_seconds": 0.05,
        "turns_per_minute": 0,
    }


@pytest.fixture
def start_line(start, line, line_settings) -> Callable[..., LineTalk]:
    def run(**settings: Any) -> LineTalk:
        return LineTalk(start(**{**line_settings, **settings}).client, line)

    return run


@pytest.fixture
def talk_line(start_line) -> LineTalk:
    return start_line()
