"""Whatever comes, in whatever order, and whoever is killed: each event is answered once, in order."""

from __future__ import annotations

import logging
import os
import statistics
import time

import pytest
from storm import BURST, LineSide, SlackSide, Storm, answer, tag

log = logging.getLogger("storm")

# `make storm` sends a thousand events through each.
PEOPLE = int(os.environ.get("NAVI_STORM_PEOPLE", "6"))


@pytest.mark.parametrize(("vendor", "processes"), [("line", 2), ("slack", 1)])
def test_each_event_is_answered_once_and_in_order(vendor, processes, start_process, rasa, line, slack):
    """Bursts of 20, a fifth delivered twice, all shuffled; processes are killed (-9) twice."""
    rasa.answer = answer
    # A little longer than a burst takes on a busy machine.
    apps = [start_process(inbox_settle_seconds=1.5) for _ in range(processes)]
    storm = Storm(LineSide(line) if vendor == "line" else SlackSide(slack), apps, PEOPLE)
    began = time.monotonic()
    storm.run()
    storm.wait()
    for person in range(PEOPLE):
        assert [tag(person, number) for number in range(BURST)] == storm.tags(person)
    log.info(
        "%s, %d processes: %d events, %d twice, %d calls to dead processes, %.0f s; "
        "acknowledged p50 %.0f ms, longest %.2f s",
        vendor,
        processes,
        PEOPLE * BURST,
        PEOPLE * BURST // 5,
        storm.refused,
        time.monotonic() - began,
        statistics.median(storm.acknowledged) * 1000,
        max(storm.acknowledged),
    )
    again = sum(times - 1 for times in line.used.values())
    # Only after a kill, to learn whether the reply had been taken; each lane can be in doubt once a kill.
    assert again <= 2 * 8
    for app in apps:
        assert "Traceback" not in app.log
        assert not any(word in app.log for word in ("P000M", "U0000", "D0", "受け取り"))
