"""Operators with accounts of the shared app, at their screens or as bare clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from browsing import Browsing
from people import PASSWORD, PEOPLE
from playwright.sync_api import Page, expect

from bot.channels.database import Database
from bot.channels.staff.access import Staff
from bot.channels.staff.accounts import Accounts
from bot.channels.staff.install import build_staff

COOKIE = "navi_staff"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def staff(server) -> Staff:
    """What the console works with, with its people, free of the locks and logins of earlier tests."""
    found = build_staff(server.services)
    # A hash says itself how slow it is: these are checked at once.
    accounts = Accounts(server.services.database, hasher=PasswordHasher(1, 8, 1))
    known = {account.name for account in accounts.all()}
    for name, (display, role) in PEOPLE.items():
        if name not in known:
            accounts.add(name, display, role, PASSWORD)
        accounts.set_disabled(name, False)
        accounts.set_shortcuts(name, True)
    return replace(found, accounts=accounts)


@dataclass
class Operator:
    """A person of the staff as a bare client."""

    client: httpx.Client
    csrf: str = ""

    def login(self, name: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """Give name and password."""
        return self.client.post("/staff/login", data={"name": name, "password": password, **fields})

    def open(self) -> str:
        """A new case; its address."""
        response = self.post("/staff/cases")
        assert response.status_code == 303, response.text
        return response.headers["location"]

    def post(self, address: str, **fields: Any) -> httpx.Response:
        """Send fields as the console does."""
        files = {name: (None, str(value)) for name, value in fields.items()}
        headers = {"x-csrf-token": self.csrf}
        return self.client.post(address, files=files or {"none": (None, "")}, headers=headers)

    def version(self, address: str) -> int:
        """The version of a case now."""
        return self.client.get(f"{address}/state").json()["version"]

    def change(self, address: str, action: str, **fields: Any) -> httpx.Response:
        """Change a case on its newest version."""
        return self.post(f"{address}/{action}", version=self.version(address), **fields)


@pytest.fixture
def operator(server, staff, operator_client) -> Callable[..., Operator]:
    """Somebody of the staff, logged in."""
    return lambda name="tanaka": operator_client(server, staff, name)


@pytest.fixture
def operator_client() -> Iterator[Callable[..., Operator]]:
    """Somebody of the staff of an app, logged in."""
    clients: list[httpx.Client] = []

    def run(server: Any, staff: Staff, name: str | None) -> Operator:
        clients.append(httpx.Client(base_url=server.url, timeout=30, trust_env=False))
        found = Operator(clients[-1])
        if name:
            # Not by the password: checking one is slow on purpose.
            cookie = staff.sessions.begin(name)
            found.client.cookies.set(COOKIE, cookie)
            found.csrf = staff.sessions.read(cookie).csrf
        return found

    yield run
    for client in clients:
        client.close()


@pytest.fixture
def screen(browse: Browsing, server, staff) -> Callable[..., Page]:
    """A browser in which somebody is logged in."""

    def run(name: str = "tanaka", **options: Any) -> Page:
        page = browse(f"{server.url}/healthz", server.url, **{"viewport": WIDE, **options})
        cookie = {"name": COOKIE, "value": staff.sessions.begin(name), "url": server.url}
        page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
        page.goto(f"{server.url}/staff")
        return page

    return run


@pytest.fixture
def call(screen) -> Callable[..., Page]:
    """A browser with a new call open."""

    def run(name: str = "tanaka", **options: Any) -> Page:
        page = screen(name, **options)
        page.get_by_role("button", name="新しい電話を受ける").press("Enter")
        expect(page.locator("body[data-ready] #words")).to_be_focused()
        return page

    return run


@pytest.fixture(scope="session")
def real_console(chain) -> str:
    """The real console, with one operator."""
    database = Database(f"sqlite:///{chain.data_dir / 'channels.db'}")
    Accounts(database, hasher=PasswordHasher(1, 8, 1)).add("tanaka", "田中", "operator", PASSWORD)
    database.close()
    return f"{chain.address}/staff"
