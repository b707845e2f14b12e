"""A storm of events: bursts of a person's messages, shuffled, delivered again, while processes are killed."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import line_stand_in
import slack_stand_in
from app_process import AppProcess
from rasa_stand_in import text

from tests.waiting import wait_until

TAG = re.compile(r"P(\d{3})M(\d{2})")
BURST = 20
Request = tuple[str, bytes, dict[str, str]]
"""Path, body and headers."""
# How soon a vendor delivers again what was not acknowledged.
_AGAIN_SECONDS = 0.3
# After so long without an answer none is waited for.
_QUIET_SECONDS = 30


def tag(person: int, number: int) -> str:
    """What a person writes, and what the answer to it holds."""
    return f"P{person:03}M{number:02}"


def answer(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Holds the tag once; now and then it is far too long for one message, with too many options."""
    said = TAG.search(request["message"])
    assert said, request["message"]
    if int(said[2]) % 10:
        return [text(f"{said[0]} を受け取りました。", はい="jp_trademark.yes")]
    options = {f"選択肢{number}：{'とても長い名前' * 4}": f"countries.o{number}" for number in range(30)}
    return [text(f"{said[0]} " + "長い説明です。" * 1000, **options)]


class LineSide:
    """LINE: several events in one call."""

    def __init__(self, line: line_stand_in.LineStandIn) -> None:
        self.line = line

    def event(self, person: int, number: int) -> dict[str, Any]:
        """A message of a person."""
        at = int(time.time() * 1000) + number
        return self.line.text(f"U{person:032}", tag(person, number), timestamp=at)

    def again(self, event: dict[str, Any]) -> dict[str, Any]:
        """The same, delivered again."""
        return event | {"deliveryContext": {"isRedelivery": True}}

    def requests(self, events: list[dict[str, Any]]) -> list[Request]:
        """What delivers the events."""
        body = json.dumps({"destination": "Ubot", "events": events}).encode()
        return [("/line/webhook", body, {"x-line-signature": line_stand_in.sign(body)})]

    def answers(self, person: int) -> list[str]:
        """What the person got, in order."""
        return [message["text"] for message in self.line.to(f"U{person:032}") if message["type"] == "text"]


class SlackSide:
    """Slack: a call an event; a person stays in one thread."""

    def __init__(self, slack: slack_stand_in.SlackStandIn) -> None:
        self.slack = slack

    def event(self, person: int, number: int) -> dict[str, Any]:
        """A message of a person."""
        at = f"{time.time() + number / 1000:.6f}"
        return self.slack.direct(
            tag(person, number), f"D{person}", ts=at, thread_ts=f"1700000000.{person:06}"
        )

    def again(self, event: dict[str, Any]) -> dict[str, Any]:
        """The same, delivered again."""
        return event

    def requests(self, events: list[dict[str, Any]]) -> list[Request]:
        """What delivers the events."""
        bodies = [json.dumps(event).encode() for event in events]
        json_type = {"Content-Type": "application/json"}
        return [
            ("/slack/events", body, json_type | slack_stand_in.sign(body, int(time.time())))
            for body in bodies
        ]

    def answers(self, person: int) -> list[str]:
        """What the person got, in order."""
        return [json.dumps(p["blocks"]) for p in self.slack.thread(f"D{person}", _thread(person))]


def _thread(person: int) -> str:
    return f"1700000000.{person:06}"


@dataclass
class Storm:
    """Delivers everything and kills processes meanwhile.

    Attributes:
        acknowledged: How long the app took to acknowledge, seconds.
    """

    side: LineSide | SlackSide
    apps: list[AppProcess]
    people: int
    seed: int = 20221122
    acknowledged: list[float] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._client = httpx.Client(timeout=10, limits=httpx.Limits(max_connections=64))
        self._lock = threading.Lock()

    def run(self) -> None:
        """All bursts; at one and at two thirds of them, a process is killed and started again."""
        kills = {self.people // 3: self.apps[0], 2 * self.people // 3: self.apps[-1]}
        with ThreadPoolExecutor(BURST) as pool:
            for person in range(self.people):
                calls = self._burst(person)
                done = [pool.submit(self._deliver, call) for call in calls]
                if person in kills:
                    kills[person].kill()
                    threading.Thread(target=kills[person].start).start()
                for one in done:
                    one.result()
        self._client.close()

    def wait(self) -> None:
        """Until everything was answered, as long as something more comes."""
        answered, expected = 0, self.people * BURST
        while answered < expected:
            more = partial(self._more_than, answered)
            answered = wait_until(
                more, partial("{} of {} answered".format, answered, expected), _QUIET_SECONDS, 0.2
            )
        # What is said twice would come now.
        time.sleep(1)

    def tags(self, person: int) -> list[str]:
        """The tags of the answers that a person got, in order."""
        return [found[0] for text in self.side.answers(person) if (found := TAG.search(text))]

    def _more_than(self, before: int) -> int:
        """How many answers there are, or 0 if no more than before."""
        now = sum(len(self.tags(person)) for person in range(self.people))
        return now if now > before else 0

    def _burst(self, person: int) -> list[list[dict[str, Any]]]:
        """Twenty messages at once, a fifth delivered twice, shuffled, one to five in a call."""
        events = [self.side.event(person, number) for number in range(BURST)]
        events += [self.side.again(event) for event in self._random.sample(events, BURST // 5)]
        self._random.shuffle(events)
        calls = []
        while events:
            size = self._random.randint(1, 5)
            calls.append(events[:size])
            events = events[size:]
        return calls

    def _deliver(self, events: list[dict[str, Any]]) -> None:
        for path, body, headers in self.side.requests(events):
            while True:
                app = self._random.choice(self.apps)
                began = time.perf_counter()
                try:
                    response = self._client.post(f"{app.url}{path}", content=body, headers=headers)
                except httpx.TransportError:
                    self.refused += 1
                    time.sleep(_AGAIN_SECONDS)
                    continue
                if response.status_code >= 500:
                    # Not kept: the vendor delivers it again.
                    self.refused += 1
                    time.sleep(_AGAIN_SECONDS)
                    continue
                assert response.status_code == 200, response.text
                with self._lock:
                    self.acknowledged.append(time.perf_counter() - began)
                break
