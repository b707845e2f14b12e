"""What the model costs on this machine, beside its bounds: `python bench/model_cost.py`.

How well it understands is `tests/evaluation.py`.

Trains anew in a folder that goes away, starts Rasa as `Procfile` does, and parses the sentences of
tests/bot/data/owners.tsv over HTTP. CPU time stands beside wall time, because other work on the machine
lengthens only the latter; the load average is printed with them.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.serve import THREADS  # noqa: E402
from bot.train import ensure_model  # noqa: E402
from tests.ports import free_port  # noqa: E402

SENTENCES = ROOT / "tests" / "bot" / "data" / "owners.tsv"
BOUNDS = {"training s": 120, "ready s": 15, "parse ms": 25, "Rasa MB": 900}
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    **THREADS,
}
START_SECONDS = 300


def main() -> int:
    """Measure and print; 0 whatever the figures are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-training", action="store_true", help="measure only the model that is there")
    options = parser.parse_args()
    _say(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if not options.no_training:
        wall, cpu = _training()
        _say(_row("training s", wall, cpu))
    with _rasa(ensure_model()) as (address, process, started):
        _say(_row("ready s", time.perf_counter() - started, _cpu_of(process.pid)))
        walls, cpus = _parsing(address, process.pid)
        _say(_row("parse ms", statistics.median(walls), statistics.median(cpus)))
        _say(_row("Rasa MB", _memory(process.pid, "VmRSS"), None))
        _say(f"  most it ever held: {_memory(process.pid, 'VmHWM'):.0f} MB")
    _say(
        f"  of this, importing Rasa alone holds {_imports('rasa.core.agent'):.0f} MB, "
        f"TensorFlow alone {_imports('tensorflow'):.0f} MB"
    )
    return 0


def _training() -> tuple[float, float]:
    """Seconds of `rasa train` without its cache: on the clock, and of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "rasa", "train", "--data", "bot/data", "--out", folder, "--force"]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=os.environ | QUIET, check=True, capture_output=True)  # noqa: S603
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def _rasa(model: Path) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    port = free_port()
    command = [sys.executable, "-m", "rasa", "run", "--enable-api", "--interface", "127.0.0.1"]
    command += ["--port", str(port), "--model", str(model), "--credentials", "credentials.yml"]
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=os.environ | QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not _is_ready(address):
            if process.poll() is not None or time.perf_counter() - started > START_SECONDS:
                raise SystemExit("rasa does not start; `make run` says why")
            time.sleep(0.1)
        yield address, process, started
    finally:
        process.terminate()
        process.wait()


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/status", timeout=5).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _parsing(address: str, pid: int) -> tuple[list[float], list[float]]:
    walls, cpus = [], []
    with httpx.Client(base_url=address, timeout=60) as client:
        client.post("/model/parse", json={"text": "試し"})
        for line in SENTENCES.read_text(encoding="utf-8").splitlines():
            cpu, started = _cpu_of(pid), time.perf_counter()
            client.post("/model/parse", json={"text": line.split("\t")[1]}).raise_for_status()
            walls.append((time.perf_counter() - started) * 1000)
            cpus.append((_cpu_of(pid) - cpu) * 1000)
    return walls, cpus


def _cpu_of(pid: int) -> float:
    """CPU seconds that a process has used; the kernel counts in hundredths."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int | str, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def _imports(module: str) -> float:
    """Megabytes of a process that has imported a module and done nothing else."""
    code = f"import {module}; print(open('/proc/self/status').read())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=os.environ | QUIET, check=True, capture_output=True, text=True)  # noqa: S603
    return int(next(line for line in done.stdout.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _row(name: str, value: float, cpu: float | None) -> str:
    beside = "" if cpu is None else f", CPU {cpu:.1f}"
    return f"{name}: {value:.1f}{beside} (bound {BOUNDS[name]})"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
