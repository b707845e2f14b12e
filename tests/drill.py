"""Many conversations at once while parts of a cluster are killed; `python -m tests.drill` runs the large one.

Every scenario's person sends what was not answered again, as the widget does, and goes on until the advice.
Afterwards nothing may be lost or doubled: not for the person, not in channels' tables, not in Rasa's memory.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy

from bot.channels.tokens import new_id
from tests.cluster import Cluster
from tests.conversation import Conversation, outcome, outcome_on, scenarios
from tests.waiting import wait_until

KILLED = ("actions", "channels-1", "rasa-1", "redis", "postgres", "rasa-2", "channels-2", "nginx")
DEAD_SECONDS = 1.0
PATIENCE_SECONDS = 180.0
AGAIN = {409, 502, 503, 504}


@dataclass(frozen=True)
class Sent:
    """One message and how long its answer took, with all that was sent again."""

    began: float
    ended: float
    refusals: int


@dataclass
class Talk:
    """One conversation: what was sent, and what is wrong with it."""

    scenario: str
    sent: list[Sent] = field(default_factory=list)
    fault: str | None = None


@dataclass(frozen=True)
class Kill:
    """A part that was killed.

    Attributes:
        part: Its name.
        at: When.
        back: Seconds until it answered again.
        recovered: Seconds until the last message that was refused because of it was answered; 0 if none was.
        refused: Messages that were refused at least once.
    """

    part: str
    at: float
    back: float
    recovered: float
    refused: int


class Persistent(Conversation):
    """A conversation whose person sends again what was not answered, under the same key."""

    def __init__(self, client: httpx.Client, talk: Talk, think: float, chance: random.Random) -> None:
        self._talk, self._think, self._chance = talk, think, chance
        self.keys: list[str] = []
        self.shown: list[int] = []
        self._again = _Again(client)
        super().__init__(self._again)  # type: ignore[arg-type]

    def post(self, body: dict[str, Any]) -> httpx.Response:
        """Thinks, sends, and sends again until there is an answer."""
        time.sleep(self._chance.uniform(0, 2 * self._think))
        self.keys.append(new_id())
        began = time.monotonic()
        path, headers = f"/api/conversations/{self.id}/messages", {"Idempotency-Key": self.keys[-1]}
        response, refusals = self._again.ask("POST", path, json=body, headers=self.headers | headers)
        self._talk.sent.append(Sent(began, time.monotonic(), refusals))
        if response.status_code == httpx.codes.OK:
            self.shown += [message["id"] for message in response.json()["messages"]]
        return response

    def kept(self) -> dict[str, Any]:
        """The conversation as channels keep it."""
        response, _ = self._again.ask("GET", f"/api/conversations/{self.id}", headers=self.headers)
        response.raise_for_status()
        body: dict[str, Any] = response.json()
        return body


class _Again:
    """A client that asks again while nobody answers."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def post(self, path: str) -> httpx.Response:
        return self.ask("POST", path)[0]

    def ask(self, method: str, path: str, **options: Any) -> tuple[httpx.Response, int]:
        """The answer, and how often there was none."""
        refusals: list[str] = []

        def answer() -> httpx.Response | None:
            try:
                response = self._client.request(method, path, **options)
            except httpx.TransportError:
                refusals.append("no connection")
                return None
            if response.status_code in AGAIN:
                refusals.append(response.text)
                return None
            return response

        response = wait_until(answer, lambda: f"no answer: {refusals[-1]}", PATIENCE_SECONDS, pause=0.5)
        assert response is not None
        return response, len(refusals)


def converse(address: str, scenario: dict[str, Any], think: float, chance: random.Random) -> Talk:
    """Holds one whole conversation and checks what came of it."""
    talk = Talk(scenario["name"])
    try:
        with httpx.Client(base_url=address, timeout=60) as client:
            person = Persistent(client, talk, think, chance)
            advice = person.hold(scenario)
            on_truth = outcome_on(scenario["truth"], advice)
            assert on_truth == outcome(advice), f"{outcome(advice)} for {on_truth}"
            _assert_kept_once(person)
    except (AssertionError, TimeoutError, httpx.HTTPError) as error:
        talk.fault = f"{type(error).__name__}: {error}"
    return talk


def _assert_kept_once(person: Persistent) -> None:
    """What was said and shown is what is kept, in order."""
    kept = person.kept()["messages"]
    said = [message for message in kept if message["role"] == "person"]
    assert person.keys == [message["key"] for message in said], "messages were lost, doubled or moved"
    assert all(message["answered"] for message in said), "a message was left without an answer"
    answers = [message["id"] for message in kept if message["role"] == "bot"][1:]
    assert person.shown == answers, f"answers {answers} are kept and {person.shown} were shown"


def doubled_or_lost(database_url: str) -> list[str]:
    """What Rasa's memory holds twice or not at all of what channels' tables say was answered."""
    engine = sqlalchemy.create_engine(database_url)
    with engine.connect() as connection:
        answered = connection.execute(
            sqlalchemy.text("SELECT conversation, number FROM messages WHERE role = 'person' AND answered")
        )
        expected = [(conversation, number) for conversation, number in answered]
        events = connection.execute(
            sqlalchemy.text("SELECT sender_id, data FROM events WHERE type_name = 'user'")
        )
        taken = sorted((sender, json.loads(data)["metadata"]["message"]) for sender, data in events)
    engine.dispose()
    # What is far back, Rasa thins out.
    first: dict[str, int] = {}
    for conversation, number in taken:
        first.setdefault(conversation, number)
    remembered = {
        (conversation, number) for conversation, number in expected if number >= first.get(conversation, 0)
    }
    lost = sorted(remembered - set(taken))
    doubled = [one for one, other in pairwise(taken) if one == other]
    return [f"lost: {one}" for one in lost] + [f"doubled: {one}" for one in doubled]


@dataclass
class Drill:
    """What came of it."""

    talks: list[Talk]
    kills: list[Kill]
    seconds: float
    memory: list[str]

    @property
    def faults(self) -> list[str]:
        """All that must not be."""
        return [f"{talk.scenario}: {talk.fault}" for talk in self.talks if talk.fault] + self.memory

    def report(self) -> str:
        """What was killed, how long it was felt, and every fault."""
        sent = [one for talk in self.talks for one in talk.sent]
        undisturbed = [one.ended - one.began for one in sent if not one.refusals]
        lines = [
            f"{len(self.talks)} conversations, {len(sent)} messages in {self.seconds:.0f} s; "
            f"{sum(one.refusals > 0 for one in sent)} messages had to be sent again",
            f"a message that was answered at once: median {statistics.median(undisturbed):.2f} s, "
            f"longest {max(undisturbed):.2f} s",
            f"{'killed':<12}{'answers again':>14}{'last felt':>11}{'felt by':>9}",
        ]
        lines += [
            f"{kill.part:<12}{kill.back:>12.1f} s{kill.recovered:>9.1f} s{kill.refused:>9}"
            for kill in self.kills
        ]
        return "\n".join([*lines, f"faults: {len(self.faults)}", *self.faults]) + "\n"


def drill(
    cluster: Cluster, people: int, think: float, kill: tuple[str, ...] = KILLED, pause: float = 4
) -> Drill:
    """So many people talk at once, each begins anew when done, until every part was killed and is back."""
    began, over = time.monotonic(), threading.Event()
    talks: list[Talk] = []
    held = scenarios()

    def person(number: int) -> None:
        chance = random.Random(number)
        place = number
        while True:
            scenario = held[place % len(held)]
            talks.append(converse(cluster.address, scenario, think, chance))
            place += people
            if over.is_set():
                return

    marks: list[tuple[str, float, float]] = []
    with ThreadPoolExecutor(people) as pool:
        running = [pool.submit(person, number) for number in range(people)]
        try:
            for name in kill:
                time.sleep(pause)
                marks.append(_kill(cluster, name))
            time.sleep(pause)
        finally:
            over.set()
        for one in running:
            one.result()
    kills = _felt(marks, [one for talk in talks for one in talk.sent])
    return Drill(talks, kills, time.monotonic() - began, doubled_or_lost(cluster.database_url))


def _kill(cluster: Cluster, name: str) -> tuple[str, float, float]:
    part, at = cluster.parts[name], time.monotonic()
    part.kill()
    time.sleep(DEAD_SECONDS)
    part.launch()
    part.wait(PATIENCE_SECONDS)
    return name, at, time.monotonic() - at


def _felt(marks: list[tuple[str, float, float]], sent: list[Sent]) -> list[Kill]:
    """A message that had to be sent again felt the newest kill before its answer."""
    kills = []
    for place, (name, at, back) in enumerate(marks):
        following = marks[place + 1][1] if place + 1 < len(marks) else float("inf")
        felt = [one.ended - at for one in sent if one.refusals and at <= one.ended < following]
        kills.append(Kill(name, at, back, max(felt, default=0.0), len(felt)))
    return kills


def main() -> int:
    """Runs the command; 0 if nothing was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument("--people", type=int, default=200, help="conversations at once")
    parser.add_argument("--think", type=float, default=10, help="mean seconds before a person sends")
    parser.add_argument("--pause", type=float, default=10, help="seconds from a recovery to the next kill")
    parser.add_argument("--kill", nargs="+", default=KILLED, choices=KILLED, help="parts, in this order")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.start()
            result = drill(cluster, options.people, options.think, tuple(options.kill), options.pause)
            sys.stdout.write(result.report())
            if result.faults:
                sys.stdout.write(cluster.logs())
        finally:
            cluster.stop()
    return 1 if result.faults else 0


if __name__ == "__main__":
    sys.exit(main())
