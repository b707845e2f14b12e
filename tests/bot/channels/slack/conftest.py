"""The app beside a stand-in for Slack."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_stand_in import SlackStandIn, sign
from vendor_talk import VendorTalk


class SlackTalk(VendorTalk):
    """Requests to an app, signed as Slack signs them, and what came of them."""

    def __init__(self, client: httpx.Client, slack: SlackStandIn, data_dir: Path) -> None:
        super().__init__(client, slack, data_dir)
        self.slack = slack

    def deliver(self, event: dict[str, Any]) -> httpx.Response:
        """Call the request address with an event or a pressed button."""
        if event["type"] == "block_actions":
            return self.post(
                urlencode({"payload": json.dumps(event)}).encode(), "application/x-www-form-urlencoded"
            )
        return self.post(json.dumps(event).encode())

    def post(self, body: bytes, kind: str = "application/json", **headers: str) -> httpx.Response:
        """Call it with any body."""
        signed = {"Content-Type": kind} | sign(body, int(time.time())) | headers
        return self.client.post("/slack/events", content=body, headers=signed)

    def ask(self, event: dict[str, Any], more: int = 1) -> list[dict[str, Any]]:
        """Deliver and wait for the answer: at least so many posts in the thread."""
        channel, thread = place_of(event)
        before = len(self.slack.thread(channel, thread))
        assert self.deliver(event).status_code == 200
        return self.wait(channel, thread, before + more)[before:]

    def wait(self, channel: str, thread: str, count: int, seconds: float = 15) -> list[dict[str, Any]]:
        """The posts of a thread once there are so many."""
        return self.wait_for(lambda: self.slack.thread(channel, thread), count, seconds)


def place_of(event: dict[str, Any]) -> tuple[str, str]:
    """Channel and thread that an event is answered in."""
    if event["type"] == "block_actions":
        return event["channel"]["id"], event["message"]["thread_ts"]
    said = event["event"]
    return said["channel"], said.get("thread_ts") or said["ts"]


@pytest.fixture(scope="session")
def one_slack_server(one_slack, one_rasa, serve, tmp_path_factory) -> Iterator[SlackTalk]:
    data_dir = tmp_path_factory.mktemp("slack") / "var"
    server = serve(one_rasa, data_dir, **one_slack.settings, inbox_settle_seconds=0.05, turns_per_minute=0)
    yield SlackTalk(server.client, one_slack, server.data_dir)
    server.stop()


@pytest.fixture
def talk_slack(one_slack_server, slack, rasa) -> SlackTalk:
    """The app that tests share; each case is a thread of its own."""
    return one_slack_server
