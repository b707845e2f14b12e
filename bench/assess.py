"""Speed of `assess`, beside OpenFisca's country template in the same run.

    python bench/assess.py                 installs the peer into a temporary environment of its own
    python bench/assess.py --peer FOLDER   uses, or makes, that environment and keeps it
    python bench/assess.py --no-peer       measures only ourselves

Ours: all six programmes from facts to the advice JSON, every step of the calculation with its basis.
Peer: one household from its situation to four variables, without and with its own trace. Both are told all
they need; a last row shows ours where costs and years are open, which the peer would read as 0. All run in
processes of their own, in alternating blocks, so that a busy machine slows all alike. The peer pins another
numpy than this project's lock and never enters it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PEER = ("openfisca-core", "openfisca-country-template")
IMPORT_LIMIT_SECONDS = 0.15

# A worker answers each number on its standard input with that many timings in milliseconds, as JSON.
_LOOP = """
import json, sys, time
for line in sys.stdin:
    found = []
    for _ in range(int(line)):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    print(json.dumps(found), flush=True)
"""
_OURS = (
    """
import sys
from knowledge import assess
common = {"applicant": "corporation", "is_sme": True, "deemed_large": False, "spent_already": False}
facts = common | {
    "problems": ["foreign_filing", "exam_response", "counterfeit", "sued_abroad", "squatted_trademark",
                 "litigation_insurance"],
    "countries": ["CN", "KR"], "jp_application": True, "prior_grant": True, "right_in_country": True,
    "evidence": True, "accused": None, "opponent_foreign": True, "dispute_type": "squatted_right",
    "jp_trademark": True, "will_to_use": True, "measure": "cancellation", "chamber_member": True,
    "policy_year": 1,
    "applications": [{"right_type": "patent", "count": 2, "cost_yen": 2801000},
                     {"right_type": "trademark", "count": 3, "cost_yen": 250500}],
    "procedures": [{"kind": "exam_request", "right_type": "patent", "count": 4, "cost_yen": 500000}],
    "costs": {"counterfeit": 3000000, "sued_abroad": 8000000, "squatted_trademark": 7500001,
              "litigation_insurance": 100001},
}
if sys.argv[1] == "open":
    del facts["policy_year"]
    facts["costs"]["counterfeit"] = [2000000, 3000000]
    facts["applications"][1]["cost_yen"] = None
def work():
    advice = assess(facts, 2022, "2022-08-01").to_json()
    assert len(advice["routes"]) == 6 and all(route["estimate"]["steps"] for route in advice["routes"])
work()
"""
    + _LOOP
)
_PEER = (
    """
import sys, warnings
warnings.simplefilter("ignore")
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem
system = CountryTaxBenefitSystem()
traced = sys.argv[1] == "trace"
situation = {
    "persons": {"Ari": {"salary": {"2017-01": 4000}, "birth": {"ETERNITY": "1980-01-01"}}},
    "households": {"_": {"adults": ["Ari"], "rent": {"2017-01": 500}}},
}
def work():
    simulation = SimulationBuilder().build_from_entities(system, situation)
    simulation.trace = traced
    for name in ("income_tax", "basic_income", "social_security_contribution", "housing_allowance"):
        simulation.calculate(name, "2017-01")
work()
"""
    + _LOOP
)


class Worker:
    """A process that runs one piece of work again and again."""

    def __init__(self, python: str, code: str, *arguments: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own code
            [python, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.timings: list[float] = []

    def run(self, count: int) -> None:
        """Runs the work and keeps the timings, ms."""
        assert self.process.stdin and self.process.stdout  # noqa: S101 - both are pipes
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        self.timings += json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """Ends the process."""
        assert self.process.stdin  # noqa: S101 - a pipe
        self.process.stdin.close()
        self.process.wait(timeout=30)

    def report(self) -> dict[str, float]:
        """Median and 95th percentile, ms."""
        return {
            "median_ms": round(statistics.median(self.timings), 3),
            "p95_ms": round(statistics.quantiles(self.timings, n=20)[-1], 3),
        }


def peer_python(folder: Path) -> str:
    """The interpreter of an environment that has the peer; made where it is not there yet."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PEER], check=True)  # noqa: S603
    return str(python)


def import_seconds(runs: int = 15) -> dict[str, Any]:
    """Time that `import knowledge` takes in a fresh interpreter, and whether numpy came along."""
    code = (
        "import sys, time; s = time.perf_counter(); import knowledge; "
        "print(time.perf_counter() - s, 'numpy' in sys.modules)"
    )
    found = [
        subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
        )
        for _ in range(runs)
    ]
    timings = [float(done.stdout.split()[0]) for done in found]
    return {
        "median_seconds": round(statistics.median(timings), 4),
        "max_seconds": round(max(timings), 4),
        "limit_seconds": IMPORT_LIMIT_SECONDS,
        "numpy": any("True" in done.stdout for done in found),
    }


def measure(peer: str | None, blocks: int, block: int) -> dict[str, Any]:
    """Alternates blocks of work between the processes and compares them."""
    workers = {"knowledge, six programmes with trace": Worker(sys.executable, _OURS, "settled")}
    if peer:
        workers["openfisca, four variables"] = Worker(peer, _PEER, "plain")
        workers["openfisca, four variables with trace"] = Worker(peer, _PEER, "trace")
    workers["knowledge, six programmes with open costs and years"] = Worker(sys.executable, _OURS, "open")
    for _ in range(blocks):
        for worker in workers.values():
            worker.run(block)
    for worker in workers.values():
        worker.close()
    reports: dict[str, Any] = {name: worker.report() for name, worker in workers.items()}
    ours, *others = reports.values()
    for other in others[:-1]:
        other["times_ours"] = round(other["median_ms"] / ours["median_ms"], 2)
    return reports


def main() -> int:
    """Prints the measurements as JSON; status 1 where the import is too slow or the peer is ahead."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", type=Path, help="folder of the peer's environment, kept")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--blocks", type=int, default=20)
    parser.add_argument("--block", type=int, default=25)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        peer = None if options.no_peer else peer_python(options.peer or Path(temporary) / "peer")
        reports = measure(peer, options.blocks, options.block)
    result = {"assess": reports, "import": import_seconds()}
    sys.stdout.write(json.dumps(result, indent=1) + "\n")
    behind = any(report.get("times_ours", 1) < 1 for report in reports.values())
    too_slow = result["import"]["median_seconds"] > IMPORT_LIMIT_SECONDS or result["import"]["numpy"]
    return 1 if behind or too_slow else 0


if __name__ == "__main__":
    sys.exit(main())
