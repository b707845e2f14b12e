"""Both stand-ins, and apps as processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import line_stand_in
import pytest
import slack_stand_in
from app_process import AppProcess


@pytest.fixture(scope="session")
def both() -> Iterator[tuple[line_stand_in.LineStandIn, slack_stand_in.SlackStandIn]]:
    line, slack = line_stand_in.LineStandIn(), slack_stand_in.SlackStandIn()
    yield line, slack
    line.stop()
    slack.stop()


@pytest.fixture
def line(both) -> Iterator[line_stand_in.LineStandIn]:
    both[0].reset()
    yield both[0]
    assert [] == both[0].refusals


@pytest.fixture
def slack(both) -> Iterator[slack_stand_in.SlackStandIn]:
    both[1].reset()
    yield both[1]
    assert [] == both[1].refusals


@pytest.fixture
def vendor_settings(line, slack) -> dict[str, Any]:
    return {
        "line_channel_secret": line_stand_in.SECRET,
        "line_access_token": line_stand_in.TOKEN,
        "line_api_url": line.url,
        "slack_signing_secret": slack_stand_in.SECRET,
        "slack_bot_token": slack_stand_in.TOKEN,
        "slack_api_url": slack.api,
        "turns_per_minute": 0,
    }


@pytest.fixture
def start_process(tmp_path: Path, rasa, vendor_settings) -> Iterator[Callable[..., AppProcess]]:
    running: list[AppProcess] = []

    def run(**settings: Any) -> AppProcess:
        addresses = {"rasa_url": rasa.url, "actions_url": rasa.url}
        app = AppProcess(tmp_path / "var", **vendor_settings, **addresses, **settings)
        app.start()
        running.append(app)
        return app

    yield run
    for app in running:
        app.stop()
