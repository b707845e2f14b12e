"""The real processes on free ports with a data directory of their own, to be stopped and started."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from bot.channels.settings import Settings
from bot.serve import commands, environment_of
from bot.train import ROOT, ensure_model
from tests.ports import free_port
from tests.waiting import answers, wait_until

READY_SECONDS = 300
STOP_SECONDS = 30
UNLIMITED = {
    "NAVI_TURNS_PER_MINUTE": "0",
    "NAVI_REQUESTS_PER_MINUTE": "0",
    "NAVI_CONVERSATIONS_PER_HOUR": "0",
}
"""For a client that speaks for a whole office."""


class Chain:
    """Rasa, the action server and channels, as `make run` starts them."""

    def __init__(self, data_dir: Path, *, root: Path = ROOT, **settings: str) -> None:
        """Of the tree at `root`, with these variables."""
        ports = {name: free_port() for name in ("channels", "rasa", "actions")}
        self.address = f"http://127.0.0.1:{ports['channels']}"
        self.data_dir = data_dir
        self.root = root
        variables = {
            "NAVI_DATA_DIR": str(data_dir),
            "NAVI_PORT": str(ports["channels"]),
            "NAVI_RASA_URL": f"http://127.0.0.1:{ports['rasa']}",
            "NAVI_ACTIONS_URL": f"http://127.0.0.1:{ports['actions']}",
            **UNLIMITED,
            **settings,
        }
        known = {name: value for name, value in variables.items() if name != "NAVI_MODEL"}
        own = Settings(
            **{name.removeprefix("NAVI_").lower(): value for name, value in known.items()}  # type: ignore[arg-type]
        )
        own.prepare_data_dir()
        self.environment = (
            environment_of(own, Path(variables.get("NAVI_MODEL") or ensure_model())) | variables
        )
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, *names: str) -> None:
        """Starts processes (all by default) and waits until the whole chain answers."""
        for name in names or commands():
            with (self.data_dir / f"{name}.log").open("ab") as output:
                self.processes[name] = subprocess.Popen(  # noqa: S602 - the Procfile's own commands
                    commands()[name],
                    shell=True,
                    cwd=self.root,
                    env=self.environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        self.wait_ready()

    def wait_ready(self) -> None:
        """Waits until `/readyz` says that every part answers."""

        def logs() -> str:
            written = self.data_dir.glob("*.log")
            ends = "\n".join(f"== {log.name}\n{log.read_text()[-2000:]}" for log in written)
            return f"the chain is not ready after {READY_SECONDS} s\n{ends}"

        wait_until(lambda: answers(f"{self.address}/readyz"), logs, READY_SECONDS)

    def stop(self, *names: str, with_signal: int = signal.SIGTERM) -> None:
        """Stops processes (all by default) and waits until they have ended."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            if process.poll() is None:
                os.killpg(process.pid, with_signal)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(STOP_SECONDS)
