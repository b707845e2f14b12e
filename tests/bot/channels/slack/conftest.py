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
from slack_stand_in import SECRET, TOKEN, SlackStandIn, sign


class SlackTalk:
    """Requests to an app, signed as Slack signs them, and what came of them."""

    def __init__(self, client: httpx.Client, slack: SlackStandIn, data_dir: Path) -> None:
        self.client = client
        self.slack = slack
        self.data_dir = data_dir

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
        until = time.monotonic() + seconds
        while len(got := self.slack.thread(channel, thread)) < count:
            assert time.monotonic() < until, f"{len(got)} of {count} posts, refused: {self.slack.refusals}"
            time.sleep(0.01)
        return got

    def held(self) -> str:
        """Everything that the app's files hold."""
        files = [path for path in self.data_dir.iterdir() if path.is_file()]
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)

    def wait_gone(self, text: str, seconds: float = 15) -> None:
        """Until no file of the app holds a text."""
        until = time.monotonic() + seconds
        while text in self.held():
            assert time.monotonic() < until, f"{text} is still held"
            time.sleep(0.05)


def place_of(event: dict[str, Any]) -> tuple[str, str]:
    """Channel and thread that an event is answered in."""
    if event["type"] == "block_actions":
        return event["channel"]["id"], event["message"]["thread_ts"]
    said = event["event"]
    return said["channel"], said.get("thread_ts") or said["ts"]


@pytest.fixture(scope="session")
def one_slack() -> Iterator[SlackStandIn]:
    stand_in = SlackStandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def slack(one_slack) -> Iterator[SlackStandIn]:
    """Slack, in good health; whatever it refused for its content fails the test."""
    one_slack.reset()
    yield one_slack
    assert [] == one_slack.refusals


@pytest.fixture(scope="session")
def one_slack_server(one_slack, one_rasa, serve, tmp_path_factory) -> Iterator[SlackTalk]:
    server = serve(
        one_rasa,
        tmp_path_factory.mktemp("slack") / "var",
        slack_signing_secret=SECRET,
        slack_bot_token=TOKEN,
        slack_api_url=one_slack.api,
        inbox_settle_seconds=0.05,
        turns_per_minute=0,
    )
    yield SlackTalk(server.client, one_slack, server.data_dir)
    server.stop()


@pytest.fixture
def talk_slack(one_slack_server, slack, rasa) -> SlackTalk:
    """The app that tests share; each case is a thread of its own."""
    return one_slack_server
