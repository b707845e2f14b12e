"""Whole conversations through LINE and Slack against the real Rasa, to the same advice as on the web."""

from __future__ import annotations

import itertools
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import httpx
import line_stand_in
import pytest
import slack_stand_in
from app_process import AppProcess

from tests.chain import Chain
from tests.conversation import Conversation, outcome, outcome_on, scenarios
from tests.waiting import wait_until

SCENARIOS = [
    next(one for one in scenarios() if one["name"].startswith(f"{file}: ") and "turns" not in one)
    for file in (
        "counterfeit",
        "desk",
        "exam_response",
        "foreign_filing",
        "litigation_insurance",
        "several_problems",
        "squatted_trademark",
        "sued_abroad",
    )
]


@pytest.fixture(scope="module")
def app(
    chain: Chain, one_line: Any, one_slack: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    """One more app beside the chain's, with both doors open; Rasa is the chain's."""
    running = AppProcess(
        tmp_path_factory.mktemp("vendors") / "var",
        rasa_url=chain.environment["NAVI_RASA_URL"],
        actions_url=chain.environment["NAVI_ACTIONS_URL"],
        turns_per_minute=0,
        inbox_settle_seconds=0.02,
        **one_line.settings,
        **one_slack.settings,
    )
    running.start()
    yield running
    running.stop()


_PEOPLE = itertools.count(1)


class VendorConversation(Conversation):
    """A person who knows the truth of a case, in LINE or Slack: chooses by number or by a button."""

    def __post_init__(self) -> None:
        """Nothing is opened: the first message does it."""
        self.sent = 0
        # Its id may have been another's, which the bot remembers.
        self.number = next(_PEOPLE)

    def talk_in(self, app: AppProcess, stand_in: Any) -> VendorConversation:
        """Whom to talk to."""
        self.app, self.stand_in = app, stand_in
        return self

    def said(self) -> list[dict[str, Any]]:
        """What the bot said so far."""
        raise NotImplementedError

    def deliver(self, body: dict[str, Any]) -> None:
        """Say something."""
        raise NotImplementedError

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        before = len(self.said())
        self.sent += 1
        self.deliver(body)
        wait_until(
            lambda: (
                len(self.said()) > before
                and not self.read("SELECT count(*) FROM vendor_events WHERE done = 0")
            ),
            lambda: f"no answer to {body}: {self.stand_in.refusals}",
            60,
        )
        advice = self.read(
            "SELECT content FROM advice "
            "WHERE conversation = (SELECT id FROM conversations ORDER BY rowid DESC LIMIT 1)"
        )
        self.advice = advice and json.loads(advice)
        return {"messages": self.said()[before:], "advice": self.advice}

    def read(self, query: str) -> Any:
        """One value from the app's own store."""
        with closing(sqlite3.connect(self.app.data_dir / "channels.db")) as connection:
            row = connection.execute(query).fetchone()
        return row and row[0]


class InLine(VendorConversation):
    """In LINE."""

    @property
    def user(self) -> str:
        """A person of its own."""
        return f"U{self.number:032}"

    def said(self) -> list[dict[str, Any]]:
        """What the bot said so far."""
        return self.stand_in.to(self.user)

    def deliver(self, body: dict[str, Any]) -> None:
        """Types; of options, every other one by its number."""
        if "text" in body:
            event = self.stand_in.text(self.user, body["text"])
        else:
            data = f"option:{body['choice']}"
            shown = [item["action"]["data"] for item in self.said()[-1]["quickReply"]["items"]]
            assert data in shown
            number = f"{shown.index(data) + 1}番"
            pressed = self.sent % 2
            event = (
                self.stand_in.postback(self.user, data) if pressed else self.stand_in.text(self.user, number)
            )
        content = json.dumps({"destination": "Ubot", "events": [event]}).encode()
        headers = {"x-line-signature": line_stand_in.sign(content)}
        answered = self.client.post(f"{self.app.url}/line/webhook", content=content, headers=headers)
        assert answered.status_code == 200


class InSlack(VendorConversation):
    """In Slack."""

    @property
    def thread(self) -> str:
        """A thread of its own."""
        return f"1700000000.{self.number:06}"

    def said(self) -> list[dict[str, Any]]:
        """What the bot said so far."""
        return self.stand_in.thread(f"D{self.number}", self.thread)

    def deliver(self, body: dict[str, Any]) -> None:
        """Types, or presses a button."""
        if "text" in body:
            event = self.stand_in.direct(body["text"], f"D{self.number}", thread_ts=self.thread)
            content, kind = json.dumps(event).encode(), "application/json"
        else:
            rows = [block["elements"] for block in self.said()[-1]["blocks"] if block["type"] == "actions"]
            (label,) = [b["text"]["text"] for row in rows for b in row if b["value"] == body["choice"]]
            event = self.stand_in.press(self.said()[-1], label)
            content, kind = urlencode({"payload": json.dumps(event)}).encode(), _FORM
        headers = {"Content-Type": kind} | slack_stand_in.sign(content, int(time.time()))
        answered = self.client.post(f"{self.app.url}/slack/events", content=content, headers=headers)
        assert answered.status_code == 200


_FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("vendor", ["line", "slack"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_the_advice_is_that_of_the_web(vendor, scenario, app, line, slack):
    truth, words = scenario["truth"], scenario.get("words", {})
    with httpx.Client(timeout=60, trust_env=False) as client:
        kind, stand_in = (InLine, line) if vendor == "line" else (InSlack, slack)
        talk = kind(client).talk_in(app, stand_in)
        talk.say(scenario.get("say") or "相談したいことがあります")
        advice = talk.finish(truth, words)
    assert scenario["expect"]["status"] == advice["status"]
    assert outcome_on(truth, advice) == outcome(advice), advice["facts"]
    shown = json.dumps(talk.said()[-4:], ensure_ascii=False)
    for route in advice["routes"]:
        assert f"{route['number']} {route['name']}" in shown
        if route["estimate"]:
            assert f"{route['estimate']['high_yen']:,}円" in shown
    assert advice["desk"]["phone"] in shown
