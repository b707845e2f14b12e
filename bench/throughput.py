"""Turns a second with many conversations at once, by locust."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from bench.bots import START_SECONDS, Peer
from bench.scripts import TURN
from bot.serve import commands
from bot.train import ROOT
from tests.chain import Chain, free_port


def by_users(
    chain: Chain, peers: dict[str, Peer], script: Path, users: list[int], seconds: int
) -> dict[str, Any]:
    """For each number of conversations: ours, then each peer, for as long."""
    found: dict[str, Any] = {}
    for count in users:
        row = {"ours": run("ours", [chain.address], script, count, seconds)}
        for name, peer in peers.items():
            row[name] = run("rasa", [peer.address], script, count, seconds)
        found[str(count)] = row
    return found


def two_beside_one(chain: Chain, script: Path, users: int, seconds: int, scratch: Path) -> dict[str, Any]:
    """Rasa asked as channels ask it, one process and two over the same memory, in blocks by turns."""
    one = chain.environment["NAVI_RASA_URL"]
    port = free_port()
    other = f"http://127.0.0.1:{port}"
    with (scratch / "second-rasa.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S602 - the Procfile's own command
            "exec " + commands()["rasa"],
            shell=True,
            cwd=ROOT,
            env=chain.environment | {"NAVI_RASA_PORT": str(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_ready(f"{other}/webhooks/rest/ready")
        blocks: dict[str, list[dict[str, Any]]] = {"one": [], "two": []}
        for _ in range(2):
            blocks["one"].append(run("rasa", [one], script, users, seconds))
            blocks["two"].append(run("rasa", [one, other], script, users, seconds))
    finally:
        process.terminate()
        process.wait(30)
    means = {
        name: round(sum(run["turns_per_second"] for run in runs) / len(runs), 1)
        for name, runs in blocks.items()
    }
    return {
        "users": users,
        "turns_per_second": means,
        "two_times_one": round(means["two"] / means["one"], 2),
        "failed": sum(run["failed"] for runs in blocks.values() for run in runs),
    }


def run(bot: str, addresses: list[str], script: Path, users: int, seconds: int) -> dict[str, Any]:
    """One run of locust.

    Args:
        bot: `ours` or `rasa`, as bench/load.py understands it.
        addresses: Where it answers.
        script: What `rasa` is told.
        users: Conversations at once.
        seconds: How long.
    """
    environment = os.environ | {
        "BENCH_BOT": bot,
        "BENCH_ADDRESSES": ",".join(addresses),
        "BENCH_SCRIPT": str(script),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }
    command = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        "bench/load.py",
        "--headless",
        "--json",
        "--only-summary",
    ]
    command += ["--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds}s"]
    command += ["--only-summary", "--host", addresses[0], "--exit-code-on-error", "0"]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"locust ended with {done.returncode}: {done.stderr[-2000:]}")
    counted = next((row for row in json.loads(done.stdout) if row["name"] == TURN), None)
    if counted is None:
        raise RuntimeError(f"no turn was answered in {seconds} s: {done.stderr[-2000:]}")
    times = sorted((float(ms), count) for ms, count in counted["response_times"].items())
    taken = counted["last_request_timestamp"] - counted["start_time"]
    answered = counted["num_requests"] - counted["num_failures"]
    return {
        "turns_per_second": round(answered / taken, 1),
        "median_ms": _percentile(times, 0.5),
        "p95_ms": _percentile(times, 0.95),
        "turns": answered,
        "failed": counted["num_failures"],
    }


def _percentile(times: list[tuple[float, int]], share: float) -> float:
    wanted = share * sum(count for _, count in times)
    for ms, count in times:
        wanted -= count
        if wanted <= 0:
            return ms
    return times[-1][0]


def _wait_ready(url: str, seconds: float = START_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.3)
    raise TimeoutError(f"{url} is not ready after {seconds:.0f} s")
