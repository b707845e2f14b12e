"""What talks with an app through LINE and through Slack have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from vendor_stand_in import VendorStandIn

from bot.channels.database import Database
from bot.channels.staff.accounts import AccountError, Accounts
from tests.waiting import wait_until

_PASSWORD = "long enough for a test"  # noqa: S105


class VendorTalk:
    """Requests to an app, signed as its vendor signs them, and what came of them."""

    def __init__(self, client: httpx.Client, vendor: VendorStandIn, data_dir: Path) -> None:
        self.client = client
        self.vendor = vendor
        self.data_dir = data_dir

    def wait_for(
        self, said: Callable[[], list[dict[str, Any]]], count: int, seconds: float = 15
    ) -> list[dict[str, Any]]:
        """What was said, once it is so many."""
        wait_until(
            lambda: len(said()) >= count,
            lambda: f"{len(said())} of {count}, refused: {self.vendor.refusals}",
            seconds,
        )
        return said()

    def opened_by_staff(self, code: str) -> str:
        """The staff console with the conversation that its person handed over."""
        database = Database(f"sqlite:///{self.data_dir / 'channels.db'}")
        with suppress(AccountError):
            Accounts(database, hasher=PasswordHasher(1, 8, 1)).add("tanaka", "田中", "operator", _PASSWORD)
        database.close()
        address = str(self.client.base_url)
        with httpx.Client(base_url=address, timeout=30, trust_env=False, follow_redirects=True) as client:
            home = client.post("/staff/login", data={"name": "tanaka", "password": _PASSWORD}).text
            (csrf, *_) = re.findall(r'name="csrf" value="([^"]+)"', home)
            return client.post("/staff/handover", data={"csrf": csrf, "code": code}).text

    def held(self) -> str:
        """Everything that the app's files hold."""
        files = [path for path in self.data_dir.iterdir() if path.is_file()]
        return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)

    def wait_gone(self, text: str, seconds: float = 15) -> None:
        """Until no file of the app holds a text."""
        wait_until(lambda: text not in self.held(), lambda: f"{text} is still held", seconds)
