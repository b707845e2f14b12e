"""The app as a process of its own, to be killed as the kernel kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.ports import free_port
from tests.waiting import answers, wait_until

START_SECONDS = 300


class AppProcess:
    """`python -m bot.channels serve` on a port of its own; started again, it listens there again."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = data_dir.parent / f"app-{self.port}.log"
        named = {f"NAVI_{name.upper()}": str(value) for name, value in settings.items()}
        self._environment = os.environ | named | {"NAVI_DATA_DIR": str(data_dir), "NAVI_PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it logged, in all its lives."""
        return self._log.read_text(encoding="utf-8")

    def start(self) -> None:
        """Start and wait until it answers."""
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.channels", "serve"],
                env=self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._answers, lambda: self.log[-2000:], START_SECONDS)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Tell it to stop, and wait."""
        self._end(signal.SIGTERM)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log[-2000:]
        return answers(f"{self.url}/healthz")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(40)
        self._process = None
