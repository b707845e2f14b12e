"""Apps with both doors open, as processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from app_process import AppProcess


@pytest.fixture
def start_process(tmp_path: Path, rasa, line, slack) -> Iterator[Callable[..., AppProcess]]:
    running: list[AppProcess] = []

    def run(**settings: Any) -> AppProcess:
        addresses = {"rasa_url": rasa.url, "actions_url": rasa.url}
        doors = {**line.settings, **slack.settings, "turns_per_minute": 0}
        app = AppProcess(tmp_path / "var", **doors, **addresses, **settings)
        app.start()
        running.append(app)
        return app

    yield run
    for app in running:
        app.stop()
