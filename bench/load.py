"""For locust: people who hold the conversations of tests/scenarios, one after the other, without a pause.

Who is told to wait waits.

`BENCH_BOT` says whom they talk to: `ours` (the public API), or `rasa` (Rasa's REST channel at the addresses
of `BENCH_ADDRESSES`, a conversation always at the same one). `BENCH_SCRIPT` is a file of what it is told.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import uuid
import zlib
from pathlib import Path
from typing import Any

import gevent
from locust import HttpUser, constant, task
from requests import codes

from bench.scripts import TURN, scenarios
from tests.conversation import Conversation

# Locust times the run from when gevent last looked at the clock: before all these imports.
gevent.get_hub().loop.update_now()

_PEOPLE = itertools.count()


class _Patient:
    """A client that sends again when it is told to wait, as the widget does.

    Requests are counted under one name each, not one per conversation.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def post(self, path: str, **options: Any) -> Any:
        """Posts; a turn is counted apart from the opening."""
        while True:
            response = self._client.post(path, name=TURN if path.endswith("/messages") else "open", **options)
            if response.status_code != codes.service_unavailable:
                return response
            gevent.sleep(float(response.headers["Retry-After"]))


class Person(HttpUser):
    """Holds conversations."""

    wait_time = constant(0)
    host = "http://127.0.0.1"

    def on_start(self) -> None:
        """Each holds conversations of its own: those who start together count the same people before them."""
        self.chance = random.Random(next(_PEOPLE))  # noqa: S311 - no secret

    @task
    def converse(self) -> None:
        """One whole conversation."""
        if os.environ["BENCH_BOT"] == "ours":
            self._consult()
        else:
            self._tell()

    def _consult(self) -> None:
        scenario = self.chance.choice(scenarios())
        try:
            talk = Conversation(_Patient(self.client))  # type: ignore[arg-type]
            talk.say(scenario["say"])
            talk.finish(scenario["truth"], scenario.get("words", {}))
        except AssertionError:
            # Who is not understood begins anew; a failed request is counted by locust itself.
            return

    def _tell(self) -> None:
        script = json.loads(Path(os.environ["BENCH_SCRIPT"]).read_text(encoding="utf-8"))
        addresses = os.environ["BENCH_ADDRESSES"].split(",")
        sender = uuid.uuid4().hex
        address = addresses[zlib.crc32(sender.encode()) % len(addresses)]
        for number, text in zip(itertools.count(2, 2), self.chance.choice(script), strict=False):
            body = {"sender": sender, "message": text, "metadata": {"channel": "web", "message": number}}
            self.client.post(f"{address}/webhooks/rest/webhook", json=body, name=TURN)
