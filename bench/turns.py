"""How long a turn takes: beside Rasa's own bots, late in a conversation, and with many stored."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from bench.bots import Peer
from bench.scripts import Timed, replay, scenarios

EARLY, LATE = 5, 200
OPENING = "中国で当社の商標が勝手に登録されました。取消の費用の見積もりは240万円です"
AMOUNT = "費用は{}万円です"


class Timings:
    """Seconds by what was measured."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def note(self, name: str, seconds: float) -> None:
        """One measurement."""
        self.seconds[name].append(seconds)

    def report(self, name: str) -> dict[str, float]:
        """Median and 95th percentile, ms, and how many there were."""
        found = self.seconds[name]
        return {
            "median_ms": round(1000 * statistics.median(found), 2),
            "p95_ms": round(1000 * statistics.quantiles(found, n=20)[-1], 2),
            "turns": len(found),
        }


def beside_peers(address: str, peers: list[Peer], rounds: int) -> dict[str, Any]:
    """Each turn of each scenario at ours, then the same words at each peer."""
    timings, scripts = Timings(), []
    finished = 0
    for turn in range(rounds + 1):
        for scenario in scenarios():
            if turn == 1 and scenario is scenarios()[0]:
                # The first round warms up caches on all sides.
                timings, finished = Timings(), 0
            said: list[str] = []

            def told(sender: str, text: str, said: list[str] = said, timings: Timings = timings) -> None:
                said.append(text)
                for peer in peers:
                    began = time.perf_counter()
                    if not peer.say(sender, text):
                        raise AssertionError(f"{peer.name} has no answer to {text!r}")
                    timings.note(peer.name, time.perf_counter() - began)

            def note(kind: str, seconds: float, timings: Timings = timings) -> None:
                timings.note("ours", seconds)
                timings.note(f"ours, {kind}", seconds)

            with httpx.Client(base_url=address, timeout=60) as client:
                finished += replay(Timed(client, note, told), scenario)
            scripts.append(said)
    names = ["ours", "ours, text", "ours, choice", *(peer.name for peer in peers)]
    reports: dict[str, Any] = {name: timings.report(name) for name in names}
    for peer in peers:
        for measure in ("median", "p95"):
            ratio = reports["ours"][f"{measure}_ms"] / reports[peer.name][f"{measure}_ms"]
            reports[f"{measure}_times_{peer.name}"] = round(ratio, 2)
    return reports | {"finished": finished, "scripts": scripts[-len(scenarios()) :]}


def late_beside_early(address: str, samples: int) -> dict[str, Any]:
    """The same message as the 5th and as the 200th turn of a conversation, by turns."""
    timings = Timings()
    with httpx.Client(base_url=address, timeout=60) as client:
        noted = {"name": ""}

        def note(_kind: str, seconds: float) -> None:
            if noted["name"]:
                timings.note(noted["name"], seconds)

        old = Timed(client, note)
        old.say(OPENING)
        for number in range(LATE - 2):
            old.say(AMOUNT.format(100 + number))
        for number in range(samples):
            fresh = Timed(client, note)
            fresh.say(OPENING)
            for before in range(EARLY - 2):
                fresh.say(AMOUNT.format(100 + before))
            for name, talk in (("early", fresh), ("late", old)):
                noted["name"] = name
                talk.say(AMOUNT.format(300 + number))
                noted["name"] = ""
    reports: dict[str, Any] = {name: timings.report(name) for name in ("early", "late")}
    reports["late_times_early"] = round(reports["late"]["median_ms"] / reports["early"]["median_ms"], 2)
    return reports


def store_filled(data_dir: Path, conversations: int) -> None:
    """Copies a stored conversation until so many are stored; texts of copies are cut, rows and indexes full.

    Args:
        data_dir: Where channels.db and rasa.db are.
        conversations: How many there are to be.
    """
    with closing(sqlite3.connect(data_dir / "channels.db", timeout=60)) as own, own:
        # The first with advice: one of a few turns, from a scenario, not the long one of `length`.
        (first,) = own.execute("SELECT conversation FROM advice ORDER BY created_at LIMIT 1").fetchone()
        (there,) = own.execute("SELECT count(*) FROM conversations").fetchone()
        names = range(there, conversations)
        for table, key in {
            "conversations": "id",
            "messages": "conversation",
            "advice": "conversation",
        }.items():
            _multiply(own, table, key, first, names)
    with closing(sqlite3.connect(data_dir / "rasa.db", timeout=60)) as memory, memory:
        _multiply(memory, "events", "sender_id", first, names)


def _multiply(database: sqlite3.Connection, table: str, key: str, source: str, names: range) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    own_id = table == "events"
    kept = [name for name in columns if not (own_id and name == "id")]
    cut = {"data": "substr(data, 1, 200)", "content": "'{}'"}
    taken = ", ".join("'copy-' || n" if name == key else cut.get(name, name) for name in kept)
    database.execute(
        f"WITH RECURSIVE numbers(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?) "  # noqa: S608  # nosec B608 - our own names
        f"INSERT INTO {table} ({', '.join(kept)}) SELECT {taken} FROM numbers, {table} WHERE {key} = ?",
        (names.start, names.stop, source),
    )
