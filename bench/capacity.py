"""What so many simultaneous conversations need, from the processor time that a message takes in each process.

`python -m bench.capacity --measure` runs the cluster of tests/cluster.py, lets people talk, and notes the
processor seconds that each part spent a message in `capacity.json`. The plan is made from that file:
processes of each kind, and how long an answer takes, for 100, 1,000 and 10,000 conversations. Processor time,
unlike waiting time, does not depend on what else the measuring machine does.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import os
import random
import sys
import tempfile
from pathlib import Path

FIGURES = Path(__file__).with_suffix(".json")
SCALES = (100, 1_000, 10_000)
THINK_SECONDS = 30.0
"""Mean time between two messages of a person who reads, thinks and types: an assumption (`--think`)."""
BUSY = 0.6
"""Share of a core that a process may be busy; what is left takes up the peaks."""
OURS = ("channels", "rasa", "actions")
"""One core each: Python runs one thread at a time. The servers below run on as many as they need."""
SERVERS = ("postgres", "redis", "nginx")


def processes(conversations: int, seconds: float, think: float) -> int:
    """How many processes of one kind keep below `BUSY`; two at least, so that one may die."""
    return max(2, math.ceil(conversations / think * seconds / BUSY))


def answer_p95(conversations: int, figures: dict[str, float], think: float, messages: int = 20_000) -> float:
    """The time within which 19 of 20 messages are answered, simulated, in seconds.

    Messages come at random. Each goes through channels, rasa and actions, in each to the process that holds
    its conversation, waits there for those before it, and takes a random (exponential) time around the mean.
    """
    chance = random.Random(7)  # noqa: S311
    stages = [(figures[name], processes(conversations, figures[name], think)) for name in OURS]
    events = []
    now = 0.0
    for number in range(messages):
        now += chance.expovariate(conversations / think)
        events.append((now, number, 0, now, chance.randrange(conversations)))
    heapq.heapify(events)
    free = [[0.0] * count for _, count in stages]
    took = []
    while events:
        at, number, stage, began, conversation = heapq.heappop(events)
        if stage == len(stages):
            took.append(at - began)
            continue
        mean, count = stages[stage]
        process = random.Random(conversation * 31 + stage).randrange(count)  # noqa: S311
        done = max(at, free[stage][process]) + chance.expovariate(1 / mean)
        free[stage][process] = done
        heapq.heappush(events, (done, number, stage + 1, began, conversation))
    return sorted(took)[int(len(took) * 0.95)]


def plan(figures: dict[str, float], think: float) -> str:
    """The table."""
    lines = [f"processor time of a message, ms: {_each(figures)}; a message each {think:.0f} s of a person"]
    head = "".join(f"{name:>10}" for name in (*OURS, *SERVERS))
    lines.append(f"{'conversations':>13}{'msg/s':>8}{head}{'answer p95':>12}")
    for conversations in SCALES:
        ours = "".join(f"{processes(conversations, figures[name], think):>10}" for name in OURS)
        cores = "".join(f"{conversations / think * figures[name]:>10.2f}" for name in SERVERS)
        p95 = answer_p95(conversations, figures, think)
        lines.append(f"{conversations:>13,}{conversations / think:>8.1f}{ours}{cores}{p95:>10.2f} s")
    return (
        "\n".join([*lines, "channels, rasa, actions: processes, one core each; the others: cores kept busy"])
        + "\n"
    )


def _each(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {figures[name] * 1000:.1f}" for name in (*OURS, *SERVERS))


def measure(people: int, seconds: float, think: float) -> dict[str, float]:
    """Processor seconds a message in each part of a running cluster."""
    from tests.cluster import Cluster
    from tests.drill import drill

    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        try:
            cluster.start()
            # What is loaded at the first message is not the cost of one.
            drill(cluster, 4, 0.2, (), 5)
            before = _spent(cluster)
            result = drill(cluster, people, think, (), seconds)
            after = _spent(cluster)
        finally:
            cluster.stop()
    if result.faults:
        sys.stderr.write("\n".join(result.faults) + "\n")
    messages = sum(len(talk.sent) for talk in result.talks)
    return {"messages": messages} | {name: (after[name] - before[name]) / messages for name in before}


def _spent(cluster: object) -> dict[str, float]:
    """Processor seconds so far, by kind of part."""
    spent: dict[str, float] = {}
    for name, part in cluster.parts.items():  # type: ignore[attr-defined]
        kind = name.split("-")[0]
        spent[kind] = spent.get(kind, 0.0) + sum(_seconds(pid) for pid in part.members())
    return spent


def _seconds(pid: int) -> float:
    """Of a process and of its children that have ended; nothing of one that is gone, its parent counts it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m bench.capacity", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure anew first")
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=THINK_SECONDS, help="for the plan, seconds")
    options = parser.parse_args()
    if options.measure:
        figures = measure(options.people, options.seconds, think=1.0)
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(plan(json.loads(FIGURES.read_text(encoding="utf-8")), options.think))
    return 0


if __name__ == "__main__":
    sys.exit(main())
