"""Measures ours beside others in one run, and prints one table: `python -m bench [--short] [--only PART …]`.

Everything is in results/bench.json as well. Figures of one run hold for its machine and its load; what is
compared is measured turn by turn in alternation, so the ratios hold elsewhere too.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from bench import throughput, turns
from bench.bots import Peer
from bench.table import table
from bot.train import ROOT, ensure_model
from tests.chain import Chain

RESULTS = ROOT / "results" / "bench.json"
PEERS = ["floor", "diet"]
GOALS = {
    "turn median beside the floor": 3.0,
    "turn p95 beside the floor": 4.0,
    "turn 200 beside turn 5": 1.3,
    "100,000 stored beside 1,000": 1.2,
    "stock pipeline alone beside ours with 32": 1.0,
}
"""Most that a ratio may be."""


class Bench:
    """One run: the bots are started once and stay for all parts."""

    def __init__(self, stack: ExitStack, peers: list[str], *, short: bool) -> None:
        self.short = short
        self.scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.peers = {name: Peer(name, self.scratch) for name in peers}
        ensure_model()
        self.chain = Chain(self.scratch / "ours")
        began = time.monotonic()
        stack.callback(self.chain.stop)
        self.chain.start()
        self.start_seconds = time.monotonic() - began
        for peer in self.peers.values():
            stack.callback(peer.stop)
            peer.start()
        self.scripts: list[list[str]] = []

    def turn(self) -> dict[str, Any]:
        """A full turn through channels beside each peer."""
        found = turns.beside_peers(
            self.chain.address, list(self.peers.values()), rounds=1 if self.short else 6
        )
        self.scripts = found.pop("scripts")
        return found

    def length(self) -> dict[str, Any]:
        """Turn 200 beside turn 5."""
        if self.short:
            turns.EARLY, turns.LATE = 3, 20
        return turns.late_beside_early(self.chain.address, samples=3 if self.short else 30)

    def stored(self) -> dict[str, Any]:
        """100,000 stored conversations beside 1,000, each by the floor of its own time."""
        few, many = (50, 200) if self.short else (1_000, 100_000)
        floor = [self.peers["floor"]]
        # What is copied has to be said once.
        self._script()
        found: dict[str, Any] = {}
        for count in (few, many):
            turns.store_filled(self.chain.data_dir, count)
            report = turns.beside_peers(self.chain.address, floor, rounds=1 if self.short else 3)
            found[f"{count:,}"] = report["ours"] | {"times_floor": report["median_times_floor"]}
        one, other = found.values()
        return found | {"many_times_few": round(other["times_floor"] / one["times_floor"], 2)}

    def load(self) -> dict[str, Any]:
        """Turns a second with many conversations at once, ours and each peer by turns."""
        users, seconds = ([2], 4) if self.short else ([1, 8, 32, 128], 15)
        return throughput.by_users(self.chain, self.peers, self._script(), users, seconds)

    def processes(self) -> dict[str, Any]:
        """Two Rasa processes beside one, asked as channels ask them."""
        seconds, users = (4, 2) if self.short else (15, 32)
        return throughput.two_beside_one(self.chain, self._script(), users, seconds, self.scratch)

    def size(self) -> dict[str, Any]:
        """Start, memory, disk; training where it was done in this run."""
        memory = {}
        for name, process in self.chain.processes.items():
            parent = psutil.Process(process.pid)
            family = [parent, *parent.children(recursive=True)]
            memory[name] = round(sum(one.memory_info().rss for one in family) / 1e6)
        files = {file.name: file.stat().st_size for file in self.chain.data_dir.glob("*.db")}
        return {
            "start_seconds": {"ours": round(self.start_seconds, 1)}
            | {name: round(peer.start_seconds, 1) for name, peer in self.peers.items()},
            "training_seconds": {name: peer.training_seconds for name, peer in self.peers.items()},
            "memory_mb": memory | {name: round(peer.resident_mb()) for name, peer in self.peers.items()},
            "model_mb": {"ours": round(ensure_model().stat().st_size / 1e6, 1)}
            | {name: round(peer.model.stat().st_size / 1e6, 1) for name, peer in self.peers.items()},
            "store_mb": {name: round(size / 1e6, 1) for name, size in files.items()},
        }

    def training(self) -> dict[str, Any]:
        """Our model trained anew, into a scratch folder."""
        began = time.monotonic()
        command = ["train", "--data", "bot/data", "--out", str(self.scratch / "trained")]
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "rasa", *command],
            cwd=ROOT,
            env=os.environ | {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"},
            capture_output=True,
            check=True,
        )
        return {"seconds": round(time.monotonic() - began, 1)}

    def engine(self) -> dict[str, Any]:
        """`assess` beside OpenFisca, by bench/assess.py."""
        alone = ["--no-peer", "--blocks", "2"] if self.short else ["--peer", str(ROOT / ".peer")]
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "bench/assess.py", *alone], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return dict(json.loads(done.stdout))

    def _script(self) -> Path:
        """What the peers are told: the words of the replayed scenarios."""
        if not self.scripts:
            found = turns.beside_peers(self.chain.address, [self.peers["floor"]], rounds=0)
            self.scripts = found["scripts"]
        path = self.scratch / "script.json"
        path.write_text(json.dumps(self.scripts, ensure_ascii=False), encoding="utf-8")
        return path


PARTS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "turn": Bench.turn,
    "length": Bench.length,
    "load": Bench.load,
    "processes": Bench.processes,
    "size": Bench.size,
    "stored": Bench.stored,
    "engine": Bench.engine,
    "training": Bench.training,
}
"""In this order: filling the store comes after its size is taken."""


def main() -> int:
    """Runs the parts; 1 where a goal was missed, but for a short run, which only tries the machinery."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="few turns, only to see that it works")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, help="training diet takes long")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    found: dict[str, Any] = {"load_average_before": os.getloadavg(), "cores": os.cpu_count()}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    signal.signal(signal.SIGTERM, _stop)
    with ExitStack() as stack:
        bench = Bench(stack, options.peers, short=options.short)
        for part in PARTS:
            if part not in options.only:
                continue
            sys.stderr.write(f"{part} …\n")
            found[part] = PARTS[part](bench)
            found["load_average_after"] = os.getloadavg()
            lines, found["missed"] = table(found, GOALS)
            # After each part: what took long is not lost when a later part fails.
            options.out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found["missed"] and not options.short else 0


def _stop(number: int, _frame: object) -> None:
    """Ends what was started, on the way out; told again, it is on its way already."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
