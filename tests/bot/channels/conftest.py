"""The real app on a free port, over real HTTP, beside a stand-in for Rasa."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import CHROMIUM, Browsing, new_page
from line_stand_in import LineStandIn
from playwright.sync_api import Browser, Page, sync_playwright
from rasa_stand_in import RasaStandIn
from slack_stand_in import SlackStandIn

from bot.channels.app import create_app
from bot.channels.server import build_server
from bot.channels.services import Services, build_services
from bot.channels.settings import Settings
from tests.waiting import wait_until


@dataclass
class Talk:
    """One conversation with the app, as a client holds it."""

    client: httpx.Client
    id: str
    token: str
    opened: dict[str, Any]

    @property
    def path(self) -> str:
        """Address of the conversation."""
        return f"/api/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        """What shows that it is ours."""
        return {"Authorization": f"Bearer {self.token}"}

    def say(self, text: str, **headers: str) -> httpx.Response:
        """Type something."""
        return self.send({"text": text}, **headers)

    def choose(self, option: str) -> httpx.Response:
        """Choose an option."""
        return self.send({"choice": option})

    def send(self, body: Any, **headers: str) -> httpx.Response:
        """Send a body as a message."""
        return self.client.post(f"{self.path}/messages", json=body, headers=self.headers | headers)

    def read(self) -> dict[str, Any]:
        """The conversation so far."""
        response = self.client.get(self.path, headers=self.headers)
        assert response.status_code == 200, response.text
        return response.json()

    def said(self) -> list[tuple[str, str, bool | None]]:
        """Role, text and answered of every message after the opening."""
        return [(m["role"], m["text"], m["answered"]) for m in self.read()["messages"][1:]]


@dataclass
class Server:
    """The app while it runs."""

    url: str
    client: httpx.Client
    services: Services
    stop: Callable[[], None]

    @property
    def data_dir(self) -> Path:
        """Where its files are."""
        return self.services.settings.data_dir

    def finish_turns(self) -> None:
        """Wait until no turn is running."""
        wait_until(lambda: not self.services.locks.running, lambda: "a turn does not end")

    def begin(self) -> Talk:
        """A new conversation."""
        response = self.client.post("/api/conversations")
        assert response.status_code == 201, response.text
        opened = response.json()
        return Talk(self.client, opened["id"], opened["token"], opened)


@pytest.fixture(scope="session")
def one_rasa() -> Iterator[RasaStandIn]:
    stand_in = RasaStandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def rasa(one_rasa: RasaStandIn) -> RasaStandIn:
    """The stand-in, in good health."""
    one_rasa.reset()
    return one_rasa


@pytest.fixture(scope="session")
def one_line() -> Iterator[LineStandIn]:
    stand_in = LineStandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def line(one_line: LineStandIn) -> Iterator[LineStandIn]:
    """LINE, in good health; whatever it refused for its content fails the test."""
    one_line.reset()
    yield one_line
    assert [] == one_line.refusals


@pytest.fixture(scope="session")
def one_slack() -> Iterator[SlackStandIn]:
    stand_in = SlackStandIn()
    yield stand_in
    stand_in.stop()


@pytest.fixture
def slack(one_slack: SlackStandIn) -> Iterator[SlackStandIn]:
    """Slack, in good health; whatever it refused for its content fails the test."""
    one_slack.reset()
    yield one_slack
    assert [] == one_slack.refusals


@pytest.fixture(scope="session")
def one_server(one_rasa: RasaStandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    unlimited = {"turns_per_minute": 0, "requests_per_minute": 0, "conversations_per_hour": 0}
    server = _serve(data_dir=tmp_path_factory.mktemp("shared") / "var", **_defaults(one_rasa), **unlimited)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def serve() -> Callable[..., Server]:
    """Start an app for many tests, which stop it themselves."""

    def run(rasa: RasaStandIn, data_dir: Path, **settings: Any) -> Server:
        return _serve(data_dir=data_dir, **_defaults(rasa), **settings)

    return run


@pytest.fixture
def server(one_server: Server, rasa: RasaStandIn) -> Iterator[Server]:
    """The app that tests share; nothing of one test is seen by another."""
    yield one_server
    # A turn that a test did not wait for would otherwise reach the stand-in during the next one.
    rasa.gate.set()
    one_server.finish_turns()


@pytest.fixture
def start(tmp_path: Path, rasa: RasaStandIn) -> Iterator[Callable[..., Server]]:
    """Start an app of the test's own."""
    running: list[Server] = []

    def run(**settings: Any) -> Server:
        running.append(_serve(**{"data_dir": tmp_path / "var", **_defaults(rasa), **settings}))
        return running[-1]

    yield run
    for server in running:
        server.stop()


@pytest.fixture
def talk(server: Server) -> Talk:
    return server.begin()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, which CI has. Gone after the module: it keeps an event loop running."""
    if not CHROMIUM and os.environ.get("CI") != "true":
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(browser: Browser) -> Iterator[Browsing]:
    """Open an address in a context of its own; its pages must make no error and ask no other host."""
    opened: list[Page] = []

    def run(url: str, *hosts: str, **options: Any) -> Page:
        opened.append(new_page(browser, url, hosts, **options))
        return opened[-1]

    yield run
    for page in opened:
        page.context.close()
    assert [fault for page in opened for fault in page.faults] == []


@pytest.fixture
def page(browse: Browsing, server: Server) -> Page:
    """The home page on a desktop."""
    return browse(server.url)


def _defaults(rasa: RasaStandIn) -> dict[str, Any]:
    return {"rasa_url": rasa.url, "actions_url": rasa.url, "turn_seconds": 30, "port": 0}


def _serve(**values: Any) -> Server:
    settings = Settings(**values)
    services = build_services(settings)
    uvicorn_server = build_server(create_app(services), settings)
    thread = threading.Thread(target=uvicorn_server.run, daemon=True)
    thread.start()
    while not uvicorn_server.started:
        assert thread.is_alive(), "the app did not start"
        thread.join(0.01)
    url = f"http://127.0.0.1:{uvicorn_server.servers[0].sockets[0].getsockname()[1]}"
    client = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def stop() -> None:
        client.close()
        uvicorn_server.should_exit = True
        thread.join(10)

    return Server(url, client, services, stop)
