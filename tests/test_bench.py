"""The machinery of `make bench` works: a short run, whose figures mean nothing."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bench import throughput, turns
from bench.__main__ import GOALS
from bench.scripts import Timed, replay, scenarios
from bench.table import table
from bench.turns import store_filled
from tests.chain import Chain

FOUND: dict[str, Any] = {
    "turn": {
        "ours": {"median_ms": 20.0, "p95_ms": 50.0},
        "ours, text": {"median_ms": 30.0},
        "ours, choice": {"median_ms": 10.0},
        "floor": {"median_ms": 10.0, "p95_ms": 10.0},
        "median_times_floor": 2.0,
        "p95_times_floor": 5.0,
    },
    "length": {"early": {"median_ms": 10.0}, "late": {"median_ms": 12.0}, "late_times_early": 1.2},
}


def test_a_missed_goal_is_named():
    lines, missed = table(FOUND, GOALS)
    assert ["turn p95 beside the floor"] == missed
    assert "| full turn, median | 20.0 ms, floor 10.0 ms | 2.0 | ≤ 3 | yes |" in lines
    assert "| full turn, p95 | 50.0 ms, floor 10.0 ms | 5.0 | ≤ 4 | **no** |" in lines


def test_a_turn_is_timed_beside_a_peer_that_is_told_the_same(chain: Chain, monkeypatch):
    """A stand-in for Rasa's own bot: training one takes longer than a test may."""
    told: list[tuple[str, str]] = []

    def say(sender: str, text: str) -> bool:
        told.append((sender, text))
        time.sleep(0.001)
        return True

    peer = SimpleNamespace(name="floor", say=say)
    monkeypatch.setattr(turns, "scenarios", lambda: scenarios()[:1])
    found = turns.beside_peers(chain.address, [peer], rounds=1)  # type: ignore[list-item]
    assert found["finished"] == 1
    assert len(told) == 2 * found["ours"]["turns"]
    assert scenarios()[0]["say"] == told[0][1]
    assert found["median_times_floor"] > 1
    assert [[text for _, text in told[: found["ours"]["turns"]]]] == found["scripts"]


def test_late_turns_are_timed_beside_early_ones(chain: Chain, monkeypatch):
    monkeypatch.setattr(turns, "EARLY", 3)
    monkeypatch.setattr(turns, "LATE", 5)
    found = turns.late_beside_early(chain.address, samples=2)
    assert found["late"]["turns"] == found["early"]["turns"] == 2
    assert found["late_times_early"] > 0


@pytest.mark.parametrize("kind", ["ours", "rasa"])
def test_locust_counts_turns_without_failures(chain: Chain, tmp_path: Path, kind: str):
    script = tmp_path / "script.json"
    script.write_text('[["中国で商標を取られました", "はい"]]', encoding="utf-8")
    address = chain.address if kind == "ours" else chain.environment["NAVI_RASA_URL"]
    run = throughput.run(kind, [address], script, users=2, seconds=4)
    assert run["turns"] > 0
    assert run["failed"] == 0
    assert 0 < run["median_ms"] <= run["p95_ms"]


def test_a_store_is_filled_with_copies_of_what_is_there(chain: Chain):
    with httpx.Client(base_url=chain.address, timeout=60) as client:
        assert replay(Timed(client, lambda *_: None), scenarios()[0])
    with closing(sqlite3.connect(chain.data_dir / "channels.db")) as own:
        (there,) = own.execute("SELECT count(*) FROM conversations").fetchone()
        store_filled(chain.data_dir, there + 20)
        (now,) = own.execute("SELECT count(*) FROM conversations").fetchone()
        said = own.execute(
            "SELECT conversation, count(*) FROM messages WHERE conversation LIKE 'copy-%' GROUP BY 1"
        )
        assert now == there + 20
        assert len({count for _, count in said}) == 1
    with closing(sqlite3.connect(chain.data_dir / "rasa.db")) as memory:
        (copies,) = memory.execute(
            "SELECT count(DISTINCT sender_id) FROM events WHERE sender_id LIKE 'copy-%'"
        ).fetchone()
    assert copies == 20
