"""How soon vendors are told that an event arrived: LINE gives up after 2 s, Slack after 3 s."""

from __future__ import annotations

import logging
import statistics
import threading
import time

import httpx
import pytest
from rasa_stand_in import text
from storm import LineSide, SlackSide

log = logging.getLogger("acknowledgement")

CONVERSATIONS, TURNS = 32, 6
LONGEST = 1.0


@pytest.mark.parametrize("vendor", ["line", "slack"])
def test_events_are_acknowledged_within_a_second(vendor, start_process, rasa, line, slack):
    """32 people at once, each waiting for the answer before the next message; p99."""
    rasa.answer = lambda request: [text(f"{request['message']} を受け取りました。")]
    app = start_process(inbox_settle_seconds=0.05)
    side = LineSide(line) if vendor == "line" else SlackSide(slack)
    seconds: list[float] = []
    faults: list[str] = []

    def talk(person: int) -> None:
        with httpx.Client(base_url=app.url, timeout=20, trust_env=False) as client:
            for number in range(TURNS):
                ((path, body, headers),) = side.requests([side.event(person, number)])
                began = time.perf_counter()
                status = client.post(path, content=body, headers=headers).status_code
                seconds.append(time.perf_counter() - began)
                until = time.monotonic() + 60
                while not any(f"M{number:02}" in answer for answer in side.answers(person)):
                    if status != 200 or time.monotonic() > until:
                        faults.append(f"{person}, {number}: {status}")
                        return
                    time.sleep(0.02)

    people = [threading.Thread(target=talk, args=(person,)) for person in range(CONVERSATIONS)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert [] == faults
    p50, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
    log.info(
        "%s: %d events of %d conversations acknowledged: p50 %.0f ms, p99 %.0f ms, longest %.0f ms",
        vendor, len(seconds), CONVERSATIONS, p50 * 1000, p99 * 1000, max(seconds) * 1000,
    )  # fmt: skip
    assert p99 <= LONGEST
